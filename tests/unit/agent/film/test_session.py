"""Runs over small films, as they are: real tools, a scripted plan, regions by their pixels."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ScriptedModel, plan, refusal, step
from tests.films import infrared_at, read_film, visible_at, walk, write_film, write_folder
from wordfuse.agent.batch.carrying import carry_out
from wordfuse.agent.batch.expand import jobs_of
from wordfuse.agent.batch.job import finished_line
from wordfuse.agent.batch.script import read_script
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.record import FilmRecord, film_exit_code, read_film_record
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.film.work import Doing, Watch
from wordfuse.agent.settings import Settings
from wordfuse.fusion.images import read_picture

WORDS = "brighten the dark areas"
SETTINGS = Settings(regions="pixels", device="cpu")
FRAMES = 14


def model() -> ScriptedModel:
    return ScriptedModel(
        {
            WORDS: plan(step("relight", "brighter", "dark areas")),
            "the cat": plan(step("relight", "brighter", "cat")),
            "turn it to gold": refusal("it is no alchemist"),
            f"{WORDS} and crop the picture to them": plan(step("relight", "brighter", "dark areas")),
        }
    )


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder, (infrared, visible) = tmp_path_factory.mktemp("films"), walk(FRAMES)
    return write_film(folder / "ir.mp4", infrared), write_film(folder / "vi.mp4", visible)


def begin(folder: Path, films: tuple[Path, Path], *words: str, **wanted: object) -> FilmSession:
    chosen = Wanted.model_validate({"every": 6, "frames": True} | wanted)
    return FilmSession.create(folder, *films, words or (WORDS,), SETTINGS, chosen, model())


@pytest.fixture(scope="module")
def done(films: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FilmRecord]:
    folder = tmp_path_factory.mktemp("runs") / "done"
    return folder, begin(folder, films, fused=True, masks=True).run()


def frames_of(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "frames").glob("*.png"))]


def test_a_run_leaves_a_film_a_record_and_a_report(done: tuple[Path, FilmRecord]) -> None:
    folder, record = done
    assert record == read_film_record(folder / "run.json")
    assert (record.film.frames, record.film.width, record.film.height) == (FRAMES, 128, 96)
    assert [key.number for key in record.keys] == [0, 6, 12, 13]
    assert len(read_film(folder / "film.mp4")) == len(read_film(folder / "fused.mp4")) == len(frames_of(folder))
    assert not list((folder / "parts").glob("*.mp4"))
    page = (folder / "report.html").read_text()
    assert WORDS in page and "film.mp4" in page and "<svg" in page and "data:image/webp" in page


def test_what_was_asked_is_done_in_every_frame_and_nowhere_else(done: tuple[Path, FilmRecord]) -> None:
    folder, record = done
    (one,) = record.steps
    assert one.satisfied and film_exit_code(record) == 0
    assert one.decided == 0 and [call.tool for call in one.calls] == ["relight"]
    assert len(record.curves[0].areas) == FRAMES and min(record.curves[0].areas) > 0.2
    fused, film = read_film(folder / "fused.mp4"), read_film(folder / "film.mp4")
    for number, (before, after) in enumerate(zip(fused, film, strict=True)):
        region = read_picture(folder / "masks" / f"{number:06d}-1.png")[..., 0] > 127
        assert after[region].mean() > 1.15 * before[region].mean()
        assert abs(after[~region].mean() - before[~region].mean()) < 1  # both are compressed


def test_the_light_of_the_film_is_even(done: tuple[Path, FilmRecord]) -> None:
    folder, _ = done
    frames = [read_picture(path).astype(float) for path in sorted((folder / "frames").glob("*.png"))]
    levels = [frame[5:25, 80:120].mean() for frame in frames]
    assert max(abs(np.diff(levels))) < 2.0


class Stopped(BaseException):
    """What ends a run as Ctrl-C does, or a kill."""


@pytest.mark.parametrize(("stage", "count"), [("looking", 5), ("deciding", 1), ("making", 9)])
def test_a_run_that_was_stopped_goes_on_to_the_same_frames(
    films: tuple[Path, Path], done: tuple[Path, FilmRecord], tmp_path: Path, stage: str, count: int
) -> None:
    def stop(doing: Doing) -> None:
        if (doing.stage, doing.done) == (stage, count):
            raise Stopped

    with pytest.raises(Stopped):
        begin(tmp_path / "run", films).run(Watch(stop))
    assert not (tmp_path / "run" / "film.mp4").exists()
    assert not [path for path in (tmp_path / "run").rglob(".*") if path.name.endswith((".tmp", ".part.mp4"))]
    seen: list[Doing] = []
    record = FilmSession.open(tmp_path / "run", model()).run(Watch(seen.append))
    assert frames_of(tmp_path / "run") == frames_of(done[0])
    assert (tmp_path / "run" / "film.mp4").read_bytes() == (done[0] / "film.mp4").read_bytes()
    assert record.curves == done[1].curves
    if stage == "making":
        assert not any(doing.stage == "looking" for doing in seen)  # what was done was kept


def test_a_finished_run_is_read(done: tuple[Path, FilmRecord]) -> None:
    assert FilmSession.open(done[0]).run() == done[1]


def test_folders_of_frames_and_frames_that_cannot_be_read(tmp_path: Path) -> None:
    infrared, visible = walk(8)
    films = write_folder(tmp_path / "ir", infrared), write_folder(tmp_path / "vi", visible)
    (films[1] / "4.png").write_bytes(b"damaged")
    record = begin(tmp_path / "run", films, fps=4).run()
    assert record.film.skipped == (0, 1)
    assert (record.film.frames, record.film.fps) == (7, pytest.approx(4))
    # Each frame is shown for a quarter of a second, the one before the gap for half of one.
    assert record.film.seconds == pytest.approx(2.0)


def test_films_of_different_lengths_rates_and_sizes(tmp_path: Path) -> None:
    infrared = [infrared_at(2 * place)[::2, ::2] for place in range(4)]
    visible = [visible_at(place) for place in range(12)]
    films = write_film(tmp_path / "ir.mp4", infrared, fps=5), write_film(tmp_path / "vi.mp4", visible, fps=10)
    record = begin(tmp_path / "run", films).run()
    assert record.film.frames == 8 and record.film.unmatched == 4
    assert (record.film.width, record.film.height) == (128, 96)


def test_a_cut_begins_a_new_scene(tmp_path: Path) -> None:
    def scenes(frame: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> list[np.ndarray]:
        return [*frame[:5], *other[:5]]

    other = walk(5)
    turned = [[np.ascontiguousarray(255 - frame[::-1, ::-1]) for frame in film] for film in other]
    infrared, visible = (scenes(one, two) for one, two in zip(walk(5), turned, strict=True))
    films = write_film(tmp_path / "ir.mp4", infrared), write_film(tmp_path / "vi.mp4", visible)
    record = begin(tmp_path / "run", films).run()
    assert [(key.number, key.why) for key in record.keys] == [(0, "start"), (4, "end"), (5, "cut"), (9, "end")]
    assert record.film.scenes == 2 and record.film.frames == 10


def test_without_words_a_film_is_fused(films: tuple[Path, Path], tmp_path: Path) -> None:
    chosen = Wanted(every=6, frames=True)
    record = FilmSession.create(tmp_path / "run", *films, (), SETTINGS, chosen).run()
    assert film_exit_code(record) == 0 and record.steps == [] and record.llm.calls == 0
    assert len(frames_of(tmp_path / "run")) == FRAMES


def test_a_script_takes_films_as_jobs(films: tuple[Path, Path], tmp_path: Path) -> None:
    script = tmp_path / "films.yaml"
    how = "regions: pixels, film: {every: 6, masks: true}"
    script.write_text(f"jobs:\n  - {{ir: {films[0]}, vi: {films[1]}, {how}, say: {WORDS}}}\n")
    (job,) = jobs_of(read_script(script), tmp_path / "out", {}, pytest.fail)
    assert job.film == Wanted(every=6, masks=True)
    line = carry_out(job, lambda settings: model(), lambda: nullcontext(lambda event: None))
    assert (line["exit_code"], line["steps"], line["satisfied"], line["error"]) == (0, 1, 1, None)
    assert (job.out / "film.mp4").exists() and (job.out / "result.png").exists()
    assert len(list((job.out / "masks").glob("*.png"))) == FRAMES
    again = finished_line(job)
    assert again is not None and again["resumed"] and again["satisfied"] == 1


def test_a_single_frame_is_a_film(tmp_path: Path) -> None:
    films = write_folder(tmp_path / "ir", [infrared_at(0)]), write_folder(tmp_path / "vi", [visible_at(0)])
    record = begin(tmp_path / "run", films).run()
    assert record.film.frames == 1 and len(read_film(tmp_path / "run" / "film.mp4")) == 1


def test_what_is_not_there_and_what_is_refused_is_told(films: tuple[Path, Path], tmp_path: Path) -> None:
    record = begin(tmp_path / "run", films, "the cat", "turn it to gold").run()
    assert film_exit_code(record) == 3
    (cat,) = record.steps
    assert not cat.found and not cat.satisfied and cat.notice
    assert record.instructions[1].refusal == "it is no alchemist"
    # Nothing is done, so the film is the fused one; and it is there.
    assert len(read_film(tmp_path / "run" / "film.mp4")) == FRAMES


def test_a_part_that_no_step_carries_out_is_told(films: tuple[Path, Path], tmp_path: Path) -> None:
    record = begin(tmp_path / "run", films, f"{WORDS} and crop the picture to them").run()
    (said,) = record.instructions
    assert said.steps[0].satisfied and not said.satisfied and film_exit_code(record) == 3
    assert said.not_done == ("crop the picture to them",)
    assert "not done: crop the picture to them" in (tmp_path / "run" / "report.html").read_text()


def test_films_that_share_no_moment_or_no_view(films: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no moment in common"):
        begin(tmp_path / "a", films, offset_s=500).run()
    tall = write_film(tmp_path / "ir.mp4", [infrared_at(place)[:, :64] for place in range(4)])
    with pytest.raises(InputError, match="do not show the same view"):
        begin(tmp_path / "b", (tall, films[1])).run()


def test_a_folder_is_one_runs_alone(films: tuple[Path, Path], done: tuple[Path, FilmRecord], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="go on with it: wordfuse resume"):
        begin(done[0], films)
    with pytest.raises(InputError, match="not the folder of a film's run"):
        FilmSession.open(tmp_path)
    moved = write_film(tmp_path / "vi.mp4", walk(4)[1])
    begin(tmp_path / "run", (films[0], moved))
    moved.write_bytes(moved.read_bytes() + b"more")
    with pytest.raises(InputError, match="missing or changed"):
        FilmSession.open(tmp_path / "run", model())


def test_where_a_region_is_lost_on_its_way_a_new_look_is_taken(tmp_path: Path) -> None:
    """Somebody who jumps about is followed by no motion."""
    places = [0, 0, 0, 0, 0, 0, 60, 60, 60, 60, 60, 60, 60]
    infrared, visible = ([frame(place) for place in places] for frame in (infrared_at, visible_at))
    films = write_film(tmp_path / "ir.mp4", infrared), write_film(tmp_path / "vi.mp4", visible)
    hot = ScriptedModel({"hot": plan(step("relight", "brighter", "hot objects"))})
    chosen = Wanted(every=12, masks=True)
    record = FilmSession.create(tmp_path / "run", *films, ["hot"], SETTINGS, chosen, hot).run()
    numbers = [key.number for key in record.keys]
    assert 6 in numbers and 0 in numbers and 12 in numbers
    assert next(key.why for key in record.keys if key.number == 6) == "drift"
    mask = read_picture(tmp_path / "run" / "masks" / "000005-1.png")[..., 0] > 127
    assert mask[35:60, 22:32].mean() > 0.5 and mask[35:60, 82:92].mean() < 0.5


def test_a_run_that_never_saw_its_films_leaves_its_folder_free(films: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no moment in common"):
        begin(tmp_path / "run", films, offset_s=99.0).run()
    assert begin(tmp_path / "run", films).run().film.frames == FRAMES
    with pytest.raises(InputError, match="go on with it"):
        begin(tmp_path / "run", films)


def test_a_picture_is_no_film_and_a_film_no_picture(films: tuple[Path, Path], tmp_path: Path) -> None:
    picture = write_folder(tmp_path / "one", [visible_at(0)]) / "0.png"
    with pytest.raises(InputError, match="a picture, not a film"):
        begin(tmp_path / "run", (picture, films[1]))
    with pytest.raises(InputError, match=r"a film, not a picture.*wordfuse video"):
        read_picture(films[0])


def test_an_offset_that_was_to_be_found_and_was_not_is_told(tmp_path: Path) -> None:
    still = [infrared_at(0)] * 6, [visible_at(0)] * 6
    films = write_film(tmp_path / "ir.mp4", still[0]), write_film(tmp_path / "vi.mp4", still[1])
    session = FilmSession.create(tmp_path / "run", *films, [], SETTINGS, Wanted(offset_s=None))
    facts = session.run().film
    assert (facts.offset_s, facts.offset_found) == (0.0, False)
    assert any("could not be told from the pictures" in warning for warning in facts.warnings)
