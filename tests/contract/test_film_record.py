"""What others read of a run over a film: its record, as ``run.json`` holds it."""

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from tests.fakes import ScriptedModel, plan, read_strict, refusal, step
from tests.films import walk, write_film
from wordfuse.agent.dialogue.settled import KEEPS_ITS_FRAME
from wordfuse.agent.film.record import FilmRecord, film_record_schema
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json

SCHEMA = json.loads(Path(__file__).with_name("film_record.schema.json").read_text())
PLANS = {
    "brighten the dark areas": plan(step("relight", "brighter", "dark areas")),
    "the cat": plan(step("denoise", None, "cat")),
    "crop it": refusal("it cannot crop"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """A run in which one wish is granted, one region is not there and one wish is refused; its record."""
    folder, (infrared, visible) = tmp_path_factory.mktemp("film"), walk(8)
    films = write_film(folder / "ir.mp4", infrared), write_film(folder / "vi.mp4", visible)
    settings, wanted = Settings(regions="pixels", device="cpu"), Wanted(every=6)
    FilmSession.create(folder / "run", *films, list(PLANS), settings, wanted, ScriptedModel(PLANS)).run()
    return read_strict((folder / "run/run.json").read_text(encoding="utf-8"))


def test_schema_is_that_of_the_types() -> None:
    """After a change: python -m wordfuse.agent.film > tests/contract/film_record.schema.json."""
    assert film_record_schema() == SCHEMA


def test_record_fits_its_schema(run: Json) -> None:
    jsonschema.validate(run, SCHEMA)
    assert (run["schema"], run["kind"]) == (1, "film")
    granted, missed, refused = run["instructions"]
    assert granted["steps"][0]["satisfied"] and granted["steps"][0]["checked"]
    assert not missed["steps"][0]["found"] and refused["refusal"] == KEEPS_ITS_FRAME


def test_a_film_that_is_only_fused_fits_it_too(tmp_path: Path) -> None:
    infrared, visible = walk(4)
    films = write_film(tmp_path / "ir.mp4", infrared), write_film(tmp_path / "vi.mp4", visible)
    record = FilmSession.create(tmp_path / "run", *films, [], Settings(device="cpu"), Wanted()).run()
    jsonschema.validate(record.as_json(), SCHEMA)


def test_schema_is_not_toothless(run: Json) -> None:
    first, *others = run["instructions"]
    misdirected = first["steps"][0] | {"direction": "vivid"}
    for broken in (
        run | {"schema": 2},
        run | {"kind": "pair"},
        {key: value for key, value in run.items() if key != "film"},
        run | {"film": run["film"] | {"frames": "8"}},
        run | {"instructions": [first | {"steps": [misdirected]}, *others]},
        run | {"keys": [run["keys"][0] | {"why": "because"}]},
        run | {"surprise": 1},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)
    with pytest.raises(ValidationError):
        FilmRecord.model_validate(run | {"surprise": 1})
