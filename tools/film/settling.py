"""What was fitted at key frames, smoothed over them: no value jumps from one key frame to the next, nothing pops."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from wordfuse.fusion.applied import Applied
from wordfuse.fusion.film.carry import voted, voted_plane
from wordfuse.fusion.film.flow import Track
from wordfuse.fusion.film.steady import steadied
from wordfuse.tools.film.fitting import StepState, read_states
from wordfuse.tools.film.scanning import tracks_file
from wordfuse.tools.film.store import read_tracks
from wordfuse.tools.film.types import KEYS, Fitted, Key, Scan

T = TypeVar("T")

REMEMBERED = 4  # key frames whose states are kept


def states_file(folder: Path, key: Key) -> Path:
    """Where the states of a key frame are."""
    return folder / KEYS / f"{key.name}-edits.npz"


class Settled:
    """The key frames of a film with all that was fitted there, in peace."""

    def __init__(self, scan: Scan, fitted: Sequence[Fitted], folder: Path) -> None:
        """Of a film whose key frames are all fitted, in its run folder."""
        self.scan, self.folder = scan, folder
        self.numbers = settled_numbers(scan)
        self._amounts = _amounts(scan, fitted)
        self._raw: OrderedDict[int, list[StepState]] = OrderedDict()
        self._done: OrderedDict[int, list[StepState]] = OrderedDict()

    def states(self, place: int) -> list[StepState]:
        """What the steps are at a key frame: its neighbours had their say, and its amounts are smooth."""
        return _remembered(self._done, place, self._settled)

    def tracks(self, place: int) -> tuple[Track, Track]:
        """The ways between a key frame and the one before."""
        return read_tracks(tracks_file(self.folder, *self.scan.keys[place - 1 : place + 1]))

    def _settled(self, place: int) -> list[StepState]:
        keys, own = self.scan.keys, self._of(place)
        if not own:
            return []
        around = None
        if keys[place].follows and place + 1 < len(keys) and keys[place + 1].follows:
            around = self._of(place - 1), self._of(place + 1)
            ways = self.tracks(place)[0], self.tracks(place + 1)[1]
        settled = []
        for number, state in enumerate(own):
            mask, edits = state.mask, list(state.edits)
            if around is not None:
                before, behind = (states[number] for states in around)
                if before.mask is not None and behind.mask is not None:
                    nothing = before.mask * 0
                    mask = voted_plane(nothing if mask is None else mask, (before.mask, behind.mask), ways)
                calls = max(len(edits), min(len(before.edits), len(behind.edits)))
                edits += [None] * (calls - len(edits))
                edits = [
                    voted(edit, (_at(before.edits, call), _at(behind.edits, call)), ways)
                    for call, edit in enumerate(edits)
                ]
            settled.append(StepState(mask, tuple(self._with_amounts(place, number, edits))))
        return settled

    def _with_amounts(self, place: int, step: int, edits: Sequence[Applied | None]) -> list[Applied | None]:
        known = self._amounts[place][step]
        return [
            edit if edit is None or (amount := _at(known, call)) is None else replace(edit, amount=amount)
            for call, edit in enumerate(edits)
        ]

    def _of(self, place: int) -> list[StepState]:
        if not self._amounts[place]:  # nothing is done
            return []
        return _remembered(self._raw, place, lambda one: read_states(states_file(self.folder, self.scan.keys[one])))


def settled_numbers(scan: Scan) -> list[dict[str, float]]:
    """What is told of every key frame as a whole, smooth within a scene."""
    smooth: list[dict[str, float]] = [{} for _ in scan.keys]
    for places in _scenes(scan):
        for name in scan.keys[places[0]].numbers:
            values = steadied([scan.keys[place].numbers[name] for place in places])
            for place, value in zip(places, values, strict=True):
                smooth[place][name] = scan.keys[place].numbers[name] if value is None else value
    return smooth


def _amounts(scan: Scan, fitted: Sequence[Fitted]) -> list[list[list[float | None]]]:
    """How far every call of every step goes at every key frame, smooth within a scene."""
    if not fitted or not fitted[0].steps:
        return [[] for _ in scan.keys]
    calls = [max((len(one.steps[step].calls) for one in fitted), default=0) for step in range(len(fitted[0].steps))]
    smooth: list[list[list[float | None]]] = [[[None] * count for count in calls] for _ in scan.keys]
    for places in _scenes(scan):
        for step, count in enumerate(calls):
            for call in range(count):
                made = [fitted[place].steps[step].calls for place in places]
                values = steadied([one[call].amount if call < len(one) else None for one in made])
                for place, value in zip(places, values, strict=True):
                    smooth[place][step][call] = value
    return smooth


def _scenes(scan: Scan) -> list[list[int]]:
    scenes: dict[int, list[int]] = {}
    for place, key in enumerate(scan.keys):
        scenes.setdefault(key.scene, []).append(place)
    return list(scenes.values())


def _at(values: Sequence[T], place: int) -> T | None:
    return values[place] if place < len(values) else None


def _remembered(known: OrderedDict[int, T], place: int, make: Callable[[int], T]) -> T:
    if place not in known:
        known[place] = make(place)
        while len(known) > REMEMBERED:
            known.popitem(last=False)
    return known[place]
