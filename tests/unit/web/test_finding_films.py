"""Which films of a folder belong together."""

from pathlib import Path

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


def test_a_run_is_called_as_what_says_more(tmp_path: Path) -> None:
    assert Chosen(tmp_path / "bridge" / "ir.mp4", tmp_path / "bridge" / "vi.mp4").stem == "bridge"
    assert Chosen(tmp_path / "ir" / "7.png", tmp_path / "vi" / "7.png").stem == "7"
    assert Chosen(tmp_path / "t0ken" / "ir.png", tmp_path / "t0ken" / "vi.png", uploaded=True).stem == "vi"
    assert Chosen(tmp_path / "ir.mp4", tmp_path / "vi.png").film is False
    assert is_film_file(Path("A.MOV"))
