"""A half of a picture is a picture of its own where something ends at the middle, and only there."""

from typing import Any

import numpy as np
import pytest

from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.examples.street import render
from wordfuse.fusion.look.parts import light_beyond, own_picture, part_box
from wordfuse.fusion.window import Window

HEIGHT, WIDTH = 240, 320
LEFT = np.zeros((HEIGHT, WIDTH), bool)
LEFT[:, : WIDTH // 2] = True
LOWER = np.zeros((HEIGHT, WIDTH), bool)
LOWER[HEIGHT // 2 :] = True


@pytest.fixture(scope="module")
def street() -> np.ndarray:
    return np.asarray(render(7, (WIDTH, HEIGHT)).visible)


def hurt(picture: np.ndarray, kind: str, amount: float, inside: np.ndarray) -> np.ndarray:
    damaged = LADDERS[kind].damage(picture, amount, np.random.default_rng(3))
    return np.where(inside[..., None], damaged, picture)


def test_parts_are_rectangles_along_two_sides_of_the_picture() -> None:
    assert part_box(LEFT) == Window(0, HEIGHT, 0, WIDTH // 2)
    corner = LEFT & LOWER
    assert part_box(corner) == Window(HEIGHT // 2, HEIGHT, 0, WIDTH // 2)
    amid, holed, all_of_it = np.zeros_like(LEFT), LEFT.copy(), np.ones_like(LEFT)
    amid[50:90, 60:120] = True
    holed[20, 20] = False
    assert [part_box(one) for one in (amid, holed, all_of_it, ~all_of_it)] == [None] * 4


@pytest.mark.parametrize(
    ("kind", "amount", "inside"),
    [
        *(
            (kind, amount, inside)
            for kind, amount in (("dark", 0.6), ("haze", 0.5), ("low contrast", 0.6), ("noise", 16))
            for inside in (LEFT, LOWER)
        ),
        ("stripes", 10, LOWER),  # columns that end side by side with columns are harder to tell
    ],
)
def test_a_fault_that_ends_at_the_middle_makes_a_picture_of_its_own(
    street: np.ndarray, kind: str, amount: float, inside: np.ndarray
) -> None:
    damaged = hurt(street, kind, amount, inside)
    assert own_picture(damaged, inside) == part_box(inside)
    elsewhere = np.roll(inside, (20, 30), (0, 1)) & inside  # no part, or one that ends where nothing does
    assert own_picture(damaged, elsewhere) is None


@pytest.mark.parametrize("inside", [LEFT, LOWER], ids=["left half", "lower half"])
@pytest.mark.parametrize("as_is", [lambda x: x, lambda x: x[..., 0], lambda x: np.full_like(x, 90)])
def test_nothing_ends_at_the_middle_of_a_picture_as_it_is(street: np.ndarray, inside: np.ndarray, as_is: Any) -> None:
    assert own_picture(as_is(street), inside) is None


def test_how_much_lighter_it_is_beyond(street: np.ndarray) -> None:
    dark = hurt(street, "dark", 0.6, LEFT)
    within, beyond = (light_beyond(dark, Window(0, HEIGHT, *ends)) for ends in ((0, WIDTH // 2), (WIDTH // 2, WIDTH)))
    assert within == pytest.approx(2.5, rel=0.15)
    assert beyond == pytest.approx(1 / within, rel=0.01)
    assert light_beyond(street, Window(0, HEIGHT, 0, WIDTH)) == 1
