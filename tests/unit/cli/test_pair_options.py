"""--pair, --align and what is said about the sources, as a user meets them."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.commandline import LanguageModel, Scene, complaint, plan, serving, step, wordfuse
from tests.radiometric import from_pair
from wordfuse.agent.record import read_record
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import build_settings
from wordfuse.agent.telling.explain import explained
from wordfuse.cli.shared import pair_of
from wordfuse.fusion.display.thumbnails import of_sources
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.palettes import colourise
from wordfuse.fusion.files.registration.align import Similarity, warp
from wordfuse.fusion.images import read_pair, to_uint8, write_png

pytestmark = pytest.mark.usefixtures("here")
ONE_TOOL = ("fuse", "incline", "relight", "denoise", "metrics")


@pytest.fixture
def radiometric(scene: Scene, here: Path) -> Path:
    pytest.importorskip("flyr", reason="the reader of FLIR files is optional: pip install 'wordfuse[flir]'")
    infrared, visible = np.asarray(Image.open(scene.ir).convert("L")), np.asarray(Image.open(scene.vi).convert("RGB"))
    path = here / "flir.jpg"
    path.write_bytes(from_pair(infrared, visible).data())
    return path


@pytest.fixture
def shifted(examples: Path, here: Path) -> list[str]:
    """The bundled pair, its infrared picture displaced by (16, -9) px."""
    pair = read_pair(examples / "street" / "ir.png", examples / "street" / "vi.png")
    write_png(here / "shifted.png", to_uint8(warp(pair.infrared, Similarity(-16, 9))[0]))
    return ["--ir", "shifted.png", "--vi", str(examples / "street" / "vi.png")]


def begun(scene: Scene, url: str, ir: Path, vi: Path, **more: object) -> None:
    """A run that was killed before its first step."""
    settings = build_settings(
        llm=url, preset="tiny-compact", weights=scene.folder / "tiny.safetensors", device="cpu", **more
    )
    Session.create(Path("run"), ir, vi, ["brighten the dark areas"], settings)


# What the three options mean together.


def test_two_files_or_one(radiometric: Path) -> None:
    ir, vi = Path("ir.png"), Path("vi.png")
    assert pair_of(ir, vi, None) == (ir, vi)
    assert pair_of(None, None, radiometric) == (radiometric, radiometric)


@pytest.mark.parametrize(
    ("ir", "vi", "said"),
    [(None, None, "--ir and --vi: missing"), ("a", None, "--vi: missing"), (None, "a", "--ir: mis")],
)
def test_too_few(ir: str | None, vi: str | None, said: str) -> None:
    with pytest.raises(InputError) as caught:
        pair_of(Path(ir) if ir else None, Path(vi) if vi else None, None)
    assert re.match(f"{said}.*--pair FILE", explained(caught.value)[0])


@pytest.mark.parametrize("given", [("ir", None), (None, "vi"), ("ir", "vi")])
def test_too_many(given: tuple[str | None, str | None], radiometric: Path) -> None:
    ir, vi = (Path(name) if name else None for name in given)
    with pytest.raises(InputError) as caught:
        pair_of(ir, vi, radiometric)
    told = f"--pair {radiometric}: holds both pictures; leave --ir and --vi out, or give them alone"
    assert explained(caught.value)[0] == told


@pytest.mark.parametrize("name", ["run", "segment", *ONE_TOOL])
def test_every_command_on_a_pair_says_what_is_missing(scene: Scene, name: str) -> None:
    more = {"run": ["-i", "denoise"], "segment": ["people", "--out", "out.png"], "metrics": ["--fused", scene.vi]}
    given = more.get(name, ["--out", "out.png"])
    assert "--ir and --vi: missing" in complaint(wordfuse(name, *given), 2)
    assert "is no FLIR radiometric JPEG" in complaint(wordfuse(name, *given, "--pair", scene.vi), 2)
    assert "missing.jpg: no such file" in complaint(wordfuse(name, *given, "--pair", "missing.jpg"), 2)


# --pair.


@pytest.mark.parametrize("name", ONE_TOOL)
def test_a_radiometric_file_is_a_pair_for_one_tool(scene: Scene, here: Path, radiometric: Path, name: str) -> None:
    given = ["--fused", scene.vi, "--json"] if name == "metrics" else [*scene.network, "--out", "out.png", "--json"]
    result = wordfuse(name, "--pair", radiometric, *given)
    assert result.exit_code == 0, result.output
    assert isinstance(json.loads(result.stdout), dict)
    if name != "metrics":
        assert Image.open(here / "out.png").size == (128, 96)


def test_pair_is_ir_and_vi_of_one_file(scene: Scene, here: Path, radiometric: Path) -> None:
    assert wordfuse("fuse", "--pair", radiometric, *scene.network, "--out", "a.png", "--quiet").exit_code == 0
    both = ["--ir", radiometric, "--vi", radiometric]
    assert wordfuse("fuse", *both, *scene.network, "--out", "b.png", "--quiet").exit_code == 0
    assert (here / "a.png").read_bytes() == (here / "b.png").read_bytes()


def test_a_run_on_a_radiometric_file_can_be_resumed(scene: Scene, here: Path, radiometric: Path) -> None:
    plans = {"brighten the dark areas": plan(step("relight", "brighter", "dark areas"))}
    with serving(LanguageModel(plans)) as server:
        begun(scene, server.url, *pair_of(None, None, radiometric))
        resumed = wordfuse("resume", "run", "--json", "--quiet")
    assert resumed.exit_code == 0, resumed.output
    record = json.loads(resumed.stdout)
    assert record["ir"] == record["vi"] == str(radiometric)
    assert record["sources"]["infrared"]["unit"] == "celsius"
    radiometric.write_bytes(radiometric.read_bytes() + b"\0")
    assert "missing or changed" in complaint(wordfuse("resume", "run"), 2)


# Warnings.


def test_a_shift_is_told_once_on_standard_error_and_in_the_record(scene: Scene, here: Path, shifted: list[str]) -> None:
    with serving(LanguageModel({})) as server:
        words = ["-i", "sing", *scene.network, "--llm", server.url, "--out", "run"]
        result = wordfuse("run", *shifted, *words)
    assert result.exit_code == 3
    assert result.stderr.count("wordfuse: warning: ") == 1
    assert "shifted.png: is shifted against" in result.stderr
    record = read_record(here / "run").as_json()
    assert "18 px (+16 across, -9 down)" in record["sources"]["warnings"][0]
    assert record["sources"]["registration"]["confident"] is True


@pytest.mark.parametrize(("quiet", "times"), [([], 1), (["--quiet"], 0)])
def test_one_tool_tells_it_too_unless_quiet(scene: Scene, shifted: list[str], quiet: list[str], times: int) -> None:
    result = wordfuse("relight", *shifted, *scene.network, "--out", "out.png", *quiet)
    assert result.exit_code == 0, result.output
    assert len(re.findall("is shifted against", result.stderr)) == times


def test_a_palette_is_told(scene: Scene, here: Path) -> None:
    gray = np.asarray(Image.open(scene.ir).convert("L"))
    write_png(here / "iron.png", colourise(gray, "iron"))
    given = ["--ir", "iron.png", "--vi", scene.vi, *scene.network]
    result = wordfuse("fuse", *given, "--out", "out.png", "--json")
    assert result.exit_code == 0, result.output
    assert "warning: iron.png: infrared in false colours (palette 'iron')" in result.stderr
    assert json.loads(result.stdout)["sources"]["infrared"]["palette"] == "iron"


# --align.


def test_align_corrects_what_was_warned_about(scene: Scene, shifted: list[str]) -> None:
    result = wordfuse("fuse", *shifted, *scene.network, "--out", "out.png", "--json", env={"WORDFUSE_ALIGN": "1"})
    assert result.exit_code == 0, result.output
    sources = json.loads(result.stdout)["sources"]
    assert sources["alignment"]["shift_px"] == pytest.approx([16, -9], abs=1.5)
    assert "is shifted" not in result.stderr
    assert "its border is repeated" in result.stderr


def test_align_is_kept_for_resume(scene: Scene, here: Path, shifted: list[str]) -> None:
    with serving(LanguageModel({})) as server:
        begun(scene, server.url, Path(shifted[1]), Path(shifted[3]), align=True)
        assert wordfuse("resume", "run", "--quiet").exit_code == 3
    assert read_record(here / "run").as_json()["sources"]["alignment"]["shift_px"] == pytest.approx([16, -9], abs=1.5)


def test_align_says_that_it_cannot_and_leaves_nothing(scene: Scene, here: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96, 128), dtype=np.uint8)
    write_png(here / "noise.png", noise)
    given = ["--ir", "noise.png", "--vi", scene.vi, *scene.network, "--align"]
    said = complaint(wordfuse("fuse", *given, "--out", "out.png"), 2)
    assert "noise.png cannot be aligned with" in said
    assert "leave --align out" in said
    with serving(LanguageModel({})) as server:
        said = complaint(wordfuse("run", *given, "-i", "sing", "--llm", server.url, "--out", "run"), 2)
    assert "cannot be aligned" in said
    assert [path.name for path in here.iterdir()] == ["noise.png"]


def test_align_in_folders_names_the_pairs_that_cannot(
    scene: Scene, here: Path, shifted: list[str], examples: Path
) -> None:
    for folder in ("ir", "vi"):
        (here / folder).mkdir()
    visible = (examples / "street" / "vi.png").read_bytes()
    (here / "shifted.png").rename(here / "ir" / "good.png")
    write_png(here / "ir" / "bad.png", np.random.default_rng(0).integers(0, 256, (288, 384), dtype=np.uint8))
    for name in ("good", "bad"):
        (here / "vi" / f"{name}.png").write_bytes(visible)
    result = wordfuse("fuse", "--ir", "ir", "--vi", "vi", "--out", "out", *scene.network, "--align", "--json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert [record["stem"] for record in told["fused"]] == ["good"]
    assert "cannot be aligned" in told["failed"]["bad"]


def test_the_report_shows_the_infrared_picture_as_it_was_aligned(scene: Scene, here: Path, shifted: list[str]) -> None:
    ir, vi = Path(shifted[1]), Path(shifted[3])
    shown = np.asarray(Image.open(io.BytesIO(of_sources(ir, vi, align=True)[0].data)).convert("L")).astype(float)
    aligned, as_it_is = (to_uint8(read_pair(ir, vi, align=align).infrared).astype(float) for align in (True, False))
    assert np.abs(shown - aligned).mean() < 3 < np.abs(shown - as_it_is).mean()


def test_what_is_typed_goes_before_variables(scene: Scene, radiometric: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDFUSE_IR", str(scene.ir))
    monkeypatch.setenv("WORDFUSE_VI", str(scene.vi))
    result = wordfuse("fuse", "--pair", radiometric, *scene.network, "--out", "out.png", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["sources"]["infrared"]["unit"]
    monkeypatch.setenv("WORDFUSE_PAIR", str(radiometric))
    for name in ("WORDFUSE_IR", "WORDFUSE_VI"):
        monkeypatch.delenv(name)
    result = wordfuse("fuse", *scene.pair, *scene.network, "--out", "other.png", "--json")
    assert "unit" not in json.loads(result.stdout)["sources"]["infrared"]
