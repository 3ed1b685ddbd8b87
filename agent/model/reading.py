"""The JSON in what a model said: servers without a grammar let it think aloud, explain, fence and encode twice."""

import json
import re
from collections.abc import Iterator

MOST = 200  # beginnings of objects that are looked at

_THOUGHTS = "think|thinking|thought|thoughts|reasoning|reason|reflection|analysis|scratchpad"
_OPENING = rf"[<\[](?P<kind>{_THOUGHTS})\b[^<>\[\]]*[>\]]"  # Magistral writes [THINK]
_CLOSED = re.compile(rf"{_OPENING}(?P<thought>.*?)[<\[]/(?P=kind)\s*[>\]]", re.DOTALL | re.IGNORECASE)
_END = re.compile(rf"(?P<thought>.*)[<\[]/({_THOUGHTS})\s*[>\]]", re.DOTALL | re.IGNORECASE)
_BEGIN = re.compile(_OPENING, re.IGNORECASE)
_NOTHING = re.compile(r"[\s`]*")


def objects_in(text: str, *, in_order: bool = False) -> Iterator[str]:
    """The JSON objects that may be the answer, the likeliest first.

    Of several the last is the likeliest, since a correction comes after what it corrects; but of things to be done one
    after the other (``in_order``) it is the first. A thought is no answer, except for what the thoughts end with.
    """
    said, thought = apart(_decoded(text.strip()))
    found = [said[start:end] for start, end in _objects(said)]
    yield from found if in_order else reversed(found)
    if not found and "{" in said:
        yield said[said.index("{") :]  # torn or not quite JSON: whoever validates it says what is wrong
    yield from [thought[start:end] for start, end in _objects(thought) if _NOTHING.fullmatch(thought, end)]


def apart(text: str) -> tuple[str, str]:
    """What was said, and the last that was thought; either may be nothing."""
    if _is_json(text):  # whatever tags its strings hold
        return text, ""
    thoughts = [found["thought"] for found in _CLOSED.finditer(text)]
    text = _CLOSED.sub("", text)
    if end := _END.match(text):  # the beginning of these stood in the prompt
        thoughts.append(end["thought"])
        text = text[end.end() :]
    if begin := _BEGIN.search(text):  # and these never end
        thoughts.append(text[begin.end() :])
        text = text[: begin.start()]
    return text.strip(), thoughts[-1] if thoughts else ""


def _objects(text: str) -> Iterator[tuple[int, int]]:
    """Where JSON objects begin and end, those inside of others, whole or torn, left out."""
    decoder, start, looked = json.JSONDecoder(), text.find("{"), 0
    while start >= 0 and looked < MOST:
        looked += 1
        try:
            _, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            end = max(error.pos, start + 1)
        except RecursionError:
            return
        else:
            yield start, end
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


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
