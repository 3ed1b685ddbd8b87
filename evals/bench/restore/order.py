"""Three kinds of damage at once, repaired by our tools in one order or another: ``bench restore --table order``.

Pictures are damaged by three kinds drawn at random, in the order in which a camera does such things, and repaired: in
the order that ``fusion.inspect.remedies`` suggests, told nothing of the damage; and in every order of the three tools
that undo it, which is more than anybody knows who has the picture alone. A fixed order is one of all tools: what it
makes of a picture is what the order of those three in it makes. A fault that a picture has by itself, as one by night
is dark, is neither drawn nor repaired: the clean picture has it, too.
"""

import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
from rich.console import Console
from rich.progress import track

from wordfuse.evals.bench.restore.repairs import KINDS, Picture, faults, kinds_of, likeness, remedy_task, repaired
from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.evals.damage.pairs import MIDDLE_PX, middle, pairs_by_set, read_sources, spread
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import write_png
from wordfuse.fusion.inspect.inspecting import Found
from wordfuse.fusion.inspect.kinds import Kind, Where
from wordfuse.fusion.inspect.remedies import Choose, Remedy, mend, next_remedy, remedies
from wordfuse.fusion.inspect.severity import ALARM

AT_ONCE = 3
DRAWS = 1  # of damage for each picture
SEEN = slice(1, 4)  # of the steps of a ladder: what is seen, and leaves something
MOST_IN_SHEET = 12
TASKS = tuple(remedy_task(kind) for kind in reversed(KINDS))
NOTHING, SUGGESTED, WORST_FIRST = "nothing", "as inspect suggests", "the worst fault first"
MEASURED, NORMAL = "as much as is measured", "each at strength normal"

Tasks = tuple[str, ...]  # in the order in which they are done
Score = tuple[float, float]  # PSNR, SSIM


@dataclass(frozen=True, eq=False)
class Case:
    """A picture of a pair, (H, W) or (H, W, 3) uint8, with damage of several kinds, and what it was.

    Attributes:
        where: which picture of the pair.
        clean: before the damage.
        damaged: after it.
        kinds: of the damage, in its order.
        possible: the kinds that it does not have by itself.
    """

    where: Where
    clean: Picture
    damaged: Picture
    kinds: tuple[Kind, ...]
    possible: frozenset[Kind]

    @property
    def needed(self) -> Tasks:
        """The tasks that undo the damage, in no order."""
        return tuple(remedy_task(kind) for kind in self.kinds)


@dataclass(frozen=True)
class Way:
    """What one way of repairing makes of the pictures: means of PSNR in dB and SSIM against the clean ones."""

    name: str
    psnr: float
    ssim: float


@dataclass
class OrderReport:
    """So many damaged pictures, and what each way of repairing makes of them."""

    pictures: int = 0
    ways: list[Way] = field(default_factory=list)

    def as_json(self) -> str:
        """As one JSON document."""
        return json.dumps(asdict(self))

    def markdown(self) -> str:
        """One table."""
        lines = [
            f"Three kinds of damage at once, {self.pictures} pictures",
            "",
            "| way | PSNR | SSIM |",
            "|---|---|---|",
        ]
        lines += [f"| {way.name} | {way.psnr:.2f} | {way.ssim:.3f} |" for way in self.ways]
        return "\n".join(lines) + "\n"


def bench_order(data: Path, out: Path, count: int, console: Console) -> OrderReport:
    """Damage, repair in every order, compare.

    Args:
        data: folder with sets of registered pairs, each in a folder of its name.
        out: folder for the table and a sheet of pictures; made if missing.
        count: pairs of each set.
        console: for progress.

    Raises:
        InputError: there are no pairs, or all have too many faults by themselves.
    """
    out.mkdir(parents=True, exist_ok=True)
    tried: list[_Tried] = []
    for case in track(list(draw_cases(data, count)), "repairing", console=console):
        tried.append(_Tried(case))
        tried[-1].run()
    if not tried:
        raise InputError("holds no pair whose pictures could be damaged so", subject=data)
    report = _report(tried)
    write_png(out / "restore_order.png", np.vstack([one.shown() for one in tried[:MOST_IN_SHEET]]))
    write_bytes_atomic(out / "bench_restore_order.json", report.as_json().encode())
    write_bytes_atomic(out / "bench_restore_order.md", report.markdown().encode())
    return report


def draw_cases(data: Path, count: int) -> Iterator[Case]:
    """Pictures of pairs, each damaged ``DRAWS`` times; the same data give the same damage."""
    for pairs in pairs_by_set(data).values():
        for _, files in spread(pairs, count):
            infrared, visible = (middle(one) for one in read_sources(files))
            pictures: dict[Where, Picture] = {"visible": visible, "infrared": infrared}
            for where, clean in pictures.items():
                own = [one.kind for one in faults(clean, where) if one.severity >= ALARM]
                possible = [kind for kind in kinds_of(where) if kind not in own]
                if len(possible) < AT_ONCE:
                    continue
                for draw in range(DRAWS):
                    chance = np.random.default_rng(crc32(f"{files.visible.stem} {where} {draw}".encode()))
                    yield _damaged(clean, where, possible, chance)


def _damaged(clean: Picture, where: Where, possible: Sequence[Kind], chance: np.random.Generator) -> Case:
    drawn = [possible[place] for place in sorted(chance.choice(len(possible), AT_ONCE, replace=False))]
    picture = clean
    for kind in drawn:
        ladder = LADDERS[kind]
        picture = ladder.damage(picture, float(chance.choice(ladder.steps[SEEN])), chance)
    return Case(where, clean, picture, tuple(drawn), frozenset(possible))


class _Tried:
    """All ways of repairing one picture; what two of them begin with is done once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.scores: dict[str, Score] = {}
        self.orders: dict[str, dict[Tasks, Score]] = {}
        self._made: dict[tuple[bytes, str, float | None], Picture] = {}
        self._found: dict[bytes, list[Found]] = {}
        self.suggested: Picture = case.damaged

    def run(self) -> None:
        """Repair the picture in every way."""
        needed = self.case.needed
        orders = list(itertools.permutations(needed))
        for name, measured in ((MEASURED, True), (NORMAL, False)):
            self.orders[name] = {order: self._score(self._after(order, measured)) for order in orders}
        self.scores[NOTHING] = self._score(self.case.damaged)
        for task in TASKS:
            alone = (task,) if task in needed else ()
            self.scores[f"{task} alone"] = self._score(self._after(alone, measured=True))
        self.scores[WORST_FIRST] = self._score(self._chosen(_worst))
        self.suggested = self._chosen(next_remedy)
        self.scores[SUGGESTED] = self._score(self.suggested)

    def fixed(self, order: Tasks, name: str) -> Score:
        """What a fixed order of all tools makes of the picture, of which only the needed ones are used."""
        return self.orders[name][tuple(task for task in order if task in self.case.needed)]

    def shown(self) -> Picture:
        """Clean, damaged and repaired as suggested, side by side."""
        pictures = (self.case.clean, self.case.damaged, self.suggested)
        row = np.hstack([one if one.ndim == 3 else np.repeat(one[..., None], 3, axis=2) for one in pictures])
        framed = np.zeros((MIDDLE_PX[0], 3 * MIDDLE_PX[1], 3), np.uint8)
        framed[: row.shape[0], : row.shape[1]] = row
        return framed

    def _chosen(self, choose: Choose) -> Picture:
        def apply(picture: Picture, remedy: Remedy) -> Picture:
            return self._repaired(picture, remedy.task, remedy.amount)

        return mend(self.case.damaged, self._told, apply, choose)[0]

    def _after(self, order: Tasks, measured: bool) -> Picture:
        picture = self.case.damaged
        for task in order:
            amounts = {one.task: one.amount for one in remedies(self._told(picture))} if measured else {task: None}
            if task in amounts:
                picture = self._repaired(picture, task, amounts[task])
        return picture

    def _repaired(self, picture: Picture, task: str, share: float | None) -> Picture:
        known = picture.tobytes(), task, share
        if known not in self._made:
            self._made[known] = repaired(picture, task, share)
        return self._made[known]

    def _told(self, picture: Picture) -> list[Found]:
        known = picture.tobytes()
        if known not in self._found:
            told = faults(picture, self.case.where)
            self._found[known] = [one for one in told if one.kind in self.case.possible]
        return self._found[known]

    def _score(self, picture: Picture) -> Score:
        return likeness(picture, self.case.clean)


def _worst(found: Iterable[Found], done: Collection[Remedy]) -> Remedy | None:
    """The remedy of the worst fault, whatever it is."""
    used = {remedy.task for remedy in done}
    return max((one for one in remedies(found) if one.task not in used), key=lambda one: one.severity, default=None)


def _report(tried: Sequence[_Tried]) -> OrderReport:
    report = OrderReport(len(tried))
    report.ways = [_mean(name, [one.scores[name] for one in tried]) for name in tried[0].scores]
    for name in (NORMAL, MEASURED):
        every = [
            _mean(f"{', '.join(order)}; {name}", [one.fixed(order, name) for one in tried])
            for order in itertools.permutations(TASKS)
        ]
        psnr, ssim = max(every, key=lambda way: way.psnr), max(every, key=lambda way: way.ssim)
        report.ways += [psnr, *([] if ssim == psnr else [ssim])]
        report.ways.append(_mean(f"mean of all {len(every)} fixed orders; {name}", [(w.psnr, w.ssim) for w in every]))
        worst = min(every, key=lambda way: way.psnr)
        report.ways.append(Way(f"worst fixed order: {worst.name}", worst.psnr, worst.ssim))
        best = [
            (max(s[0] for s in one.orders[name].values()), max(s[1] for s in one.orders[name].values()))
            for one in tried
        ]
        report.ways.append(_mean(f"each picture's own best order, known from the clean one; {name}", best))
    return report


def _mean(name: str, scores: Iterable[Score]) -> Way:
    psnr, ssim = np.mean(list(scores), axis=0)
    return Way(name, float(psnr), float(ssim))
