"""The JSON in what a model said: servers without a grammar let it think aloud, explain, fence and encode twice."""

import json
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

MOST = 200  # beginnings of objects that are looked at

_THOUGHTS = "think|thinking|thought|thoughts|reasoning|reason|reflection|analysis|scratchpad"
_OPENING = rf"[<\[](?P<kind>{_THOUGHTS})\b[^<>\[\]]*[>\]]"  # Magistral writes [THINK]
_FINAL = r"<\|channel\|>final[^<>]*<\|message\|>"  # the channel of gpt-oss for what is said
_CLOSED = re.compile(rf"{_OPENING}(?P<thought>.*?)[<\[]/(?P=kind)\s*[>\]]", re.DOTALL | re.IGNORECASE)
_END = re.compile(rf"(?P<thought>.*)(?:[<\[]/({_THOUGHTS})\s*[>\]]|{_FINAL})", re.DOTALL | re.IGNORECASE)
_BEGIN = re.compile(_OPENING, re.IGNORECASE)
_NOTHING = re.compile(r"[\s`]*")
_LEFT_OUT = ("...", "\N{HORIZONTAL ELLIPSIS}")  # in an object that only shows the form of an answer


def answers_in(text: str, keys: AbstractSet[str]) -> list[str]:
    """The JSON objects that may be the answer, in order: those with any of ``keys``, whole or torn.

    A thought is no answer, except for what the thoughts end with where nothing was said after them.
    """
    said, thought = apart(_decoded(text.strip()))
    if _NOTHING.fullmatch(said):
        return [thought[start:end] for start, end, _ in _objects(thought) if _NOTHING.fullmatch(thought, end)]
    begins = re.compile(rf'\{{\s*"({"|".join(map(re.escape, keys))})"\s*:')
    found = []
    for start, end, whole in _objects(said):
        if whole and not keys & json.loads(said[start:end]).keys():
            continue
        if whole:
            found.append(said[start:end])
        elif begins.match(said, start) and not said.startswith(_LEFT_OUT, end):
            found.append(said[start:])  # whoever validates it says what is wrong
    return found


def likeliest_in(text: str) -> str:
    """Where there is no answer, what comes nearest to one: the last object, or what follows a brace; may be nothing."""
    said, _ = apart(_decoded(text.strip()))
    whole = [said[start:end] for start, end, whole in _objects(said) if whole]
    return whole[-1] if whole else said[said.index("{") :] if "{" in said else ""


def apart(text: str) -> tuple[str, str]:
    """What was said, and the last that was thought; either may be nothing."""
    tags = _without_strings(text)  # whatever tags the strings of an object hold, they are no thoughts
    thoughts, said, marks, last = [], "", "", 0
    for found in _CLOSED.finditer(tags):
        thoughts.append(text[slice(*found.span("thought"))])
        said, marks, last = said + text[last : found.start()], marks + tags[last : found.start()], found.end()
    text, tags = said + text[last:], marks + tags[last:]
    if end := _END.match(tags):  # the beginning of these stood in the prompt
        thoughts.append(text[: end.end("thought")])
        text, tags = text[end.end() :], tags[end.end() :]
    if begin := _BEGIN.search(tags):  # and these never end
        thoughts.append(text[begin.end() :])
        text = text[: begin.start()]
    return text.strip(), thoughts[-1] if thoughts else ""


def _without_strings(text: str) -> str:
    """The same number of characters, with blanks for the whole JSON objects in it."""
    for start, end, whole in list(_objects(text)):
        if whole:
            text = text[:start] + " " * (end - start) + text[end:]
    return text


def _objects(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where JSON objects begin and end, those inside of others left out, and whether they are whole or torn there."""
    decoder, start, looked = json.JSONDecoder(), text.find("{"), 0
    while start >= 0 and looked < MOST:
        looked += 1
        try:
            _, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            end = max(error.pos, start + 1)
            yield start, end, False
        except RecursionError:
            return
        else:
            yield start, end, True
        start = text.find("{", end)


def _decoded(text: str) -> str:
    """A text in which the whole answer was encoded once more."""
    if not text.startswith('"'):
        return text
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return inner.strip() if isinstance(inner, str) else text
