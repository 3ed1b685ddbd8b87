"""What is known of something by its identity, where telling whether two are equal costs as much as making it anew.

It is for what is never changed in place: the records of a run's state, of which every turn shares most with the one
before it. ``functools.lru_cache`` takes it as an argument, and so keeps what it holds alive.
"""

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """Something that equals itself alone."""

    def __init__(self, one: T) -> None:
        """Hold it, so that nothing else gets its identity."""
        self.one = one

    def __eq__(self, other: object) -> bool:
        """Whether it holds the same object."""
        return isinstance(other, Same) and self.one is other.one

    def __hash__(self) -> int:
        """Of the identity."""
        return id(self.one)
