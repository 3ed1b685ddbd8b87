"""What changed between two values of plain JSON, as plain JSON: for what grows with every turn of a conversation.

Of lists the common beginning is left out, of objects what is the same; anything else stands there whole::

    difference([1, 2, 3], [1, 2, 4, 5]) == {"keep": 2, "add": [4, 5]}
    difference({"a": 1, "b": {"c": 2}}, {"b": {"c": 3}}) == {"drop": ["a"], "in": {"b": {"set": {"c": 3}}}}
"""

from typing import Any

Change = dict[str, Any]
_NOTHING = object()


def difference(before: Any, after: Any) -> Change:
    """What makes ``after`` of ``before``; empty where they are the same.

    Both are plain JSON of one kind. Values that are the same object cost next to nothing, so they must never be
    changed in place.
    """
    if isinstance(before, list) and isinstance(after, list):
        keep = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if not _same(a, b)), None)
        keep = min(len(before), len(after)) if keep is None else keep
        return {} if keep == len(before) == len(after) else {"keep": keep, "add": after[keep:]}
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return {} if _same(before, after) else {"new": after}
    nested: dict[str, Change] = {}
    anew: dict[str, Any] = {}
    for name, value in after.items():
        was = before.get(name, _NOTHING)
        if was is value:
            continue
        if isinstance(value, dict) and isinstance(was, dict):
            change = difference(was, value)
            if change:
                nested[name] = change
        elif not _same(was, value):
            anew[name] = value
    parts = {"drop": [name for name in before if name not in after], "set": anew, "in": nested}
    return {name: part for name, part in parts.items() if part}


def changed(value: Any, change: Change) -> Any:
    """``value`` with a change made to it, which may be made in place."""
    if not change:
        return value
    if "new" in change:
        return change["new"]
    if "keep" in change:
        del value[change["keep"] :]
        value.extend(change["add"])
        return value
    for name in change.get("drop", ()):
        del value[name]
    value.update(change.get("set", {}))
    for name, nested in change.get("in", {}).items():
        value[name] = changed(value[name], nested)
    return value


def _same(a: Any, b: Any) -> bool:
    """Whether two values are written the same: 1, 1.0 and true are three values."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_same(value, b[name]) for name, value in a.items())
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b)
