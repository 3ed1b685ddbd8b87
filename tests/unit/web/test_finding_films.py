"""Which films of a folder belong together."""

from pathlib import Path

import pytest

from wordfuse.agent.errors import InputError
from wordfuse.web.films.finding import find_films, is_film_file
from wordfuse.web.offers import Chosen, Offers


def touched(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_films_beside_each_other_and_in_folders_belong_together(tmp_path: Path) -> None:
    touched(
        tmp_path, "ir.mp4", "vi.mp4", "a/night_ir.avi", "a/night_vi.mkv", "b/ir/1.mp4", "b/vi/1.mp4", "b/vi/2.mp4",
        "runs/x/film/ir.mp4", "runs/x/film/vi.mp4", ".hidden/ir.mp4", ".hidden/vi.mp4", "ir.png", "vi.png", "alone.mp4",
    )  # fmt: skip
    found = [tuple(path.relative_to(tmp_path).as_posix() for path in pair) for pair in find_films(tmp_path)]
    assert found == [("ir.mp4", "vi.mp4"), ("a/night_ir.avi", "a/night_vi.mkv"), ("b/ir/1.mp4", "b/vi/1.mp4")]
    offers = Offers(tmp_path)
    assert offers.films()[0] == {"ir": "ir.mp4", "vi": "vi.mp4"}
    assert "alone.mp4" in offers.pictures()
    offers.close()


def test_folders_of_frames_are_films(tmp_path: Path) -> None:
    for number in range(6):
        touched(tmp_path, *(f"bridge/{kind}/frame_{number:04}.png" for kind in ("ir", "vi")))
        touched(tmp_path, f"clips/ir/7/{number}.png", f"clips/vi/7/{number}.jpg", f"night_ir/{number + 8}_ir.png")
        touched(tmp_path, f"night_vi/{number + 8}_vi.png", f"runs/x/ir/{number}.png", f"runs/x/vi/{number}.png")
        touched(tmp_path, *(f"street/{kind}/{7 * number:05}D.png" for kind in ("ir", "vi")))  # pairs, chosen by hand
        touched(tmp_path, *(f"few/{kind}/{number % 3}.png" for kind in ("ir", "vi")))
        touched(tmp_path, *(f"named/{kind}/{'abcdef'[number]}.png" for kind in ("ir", "vi")))
    offers = Offers(tmp_path)
    assert offers.films() == [
        {"ir": "night_ir", "vi": "night_vi"},
        {"ir": "bridge/ir", "vi": "bridge/vi"},
        {"ir": "clips/ir/7", "vi": "clips/vi/7"},
    ]
    assert {"bridge/ir/", "night_vi/"} <= {*offers.pictures()}
    chosen = offers.chosen("me", {"ir": "bridge/ir/", "vi": "bridge/vi"})
    assert (chosen.film, chosen.stem) == (True, "bridge")
    offers.close()


def test_no_frame_is_a_link_that_leads_out(tmp_path: Path) -> None:
    served = tmp_path / "served"
    touched(served, "ir/0.png", "vi/0.png")
    touched(tmp_path, "secret.png")
    (served / "vi" / "1.png").symlink_to(tmp_path / "secret.png")
    offers = Offers(served)
    with pytest.raises(InputError, match="vi: has links in it; put the frames themselves there"):
        offers.chosen("me", {"ir": "ir", "vi": "vi"})
    offers.close()


def test_a_run_is_called_as_what_says_more(tmp_path: Path) -> None:
    assert Chosen(tmp_path / "bridge" / "ir.mp4", tmp_path / "bridge" / "vi.mp4").stem == "bridge"
    assert Chosen(tmp_path / "ir" / "7.png", tmp_path / "vi" / "7.png").stem == "7"
    assert Chosen(tmp_path / "t0ken" / "ir.png", tmp_path / "t0ken" / "vi.png", uploaded=True).stem == "vi"
    assert Chosen(tmp_path / "ir.mp4", tmp_path / "vi.png").film is False
    assert is_film_file(Path("A.MOV"))
