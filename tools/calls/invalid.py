"""What pydantic found wrong, in one line."""

from itertools import islice

from pydantic import ValidationError


def what_is_wrong(error: ValidationError, *, whole: str = "", most: int | None = None) -> str:
    """``limits.attempts: Input should be less than or equal to 20; ...``: the path of each field and what it lacks.

    Args:
        error: what a model, or a type, raised.
        whole: what to call the value itself, where it is at fault as a whole; by default it is not called anything.
        most: how many fields to name, from the first on; default: all.
    """
    named = fields_at_fault(error, whole=whole, most=most)
    return "; ".join(f"{name}: {said}" if name else said for name, said in named)


def fields_at_fault(error: ValidationError, *, whole: str = "", most: int | None = None) -> list[tuple[str, str]]:
    """The path of each field and what it lacks; arguments as for :func:`what_is_wrong`."""
    return [(".".join(map(str, one["loc"])) or whole, one["msg"]) for one in islice(error.errors(), most)]
