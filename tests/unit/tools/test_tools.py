"""The tools on a small pair, with a tiny network and few epochs, but with nothing pretended."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import Small, made
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.finetune import State
from wordfuse.fusion.images import read_mask, read_picture, write_png
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.tools.registry import TOOLS, as_langchain, call
from wordfuse.tools.store.catalogue import Catalogue
from wordfuse.tools.store.workspace import Progress, Workspace

pytestmark = pytest.mark.usefixtures("quick")

EDITS = [
    ("incline", {"direction": "infrared"}),
    ("incline", {"direction": "visible"}),
    ("relight", {"direction": "brighter"}),
    ("relight", {"direction": "darker"}),
    ("denoise", {}),
    ("contrast", {"direction": "more"}),
    ("contrast", {"direction": "less"}),
    ("sharpen", {}),
    ("dehaze", {}),
    ("destripe", {}),
    ("blur", {}),
    *(("recolour", {"direction": direction}) for direction in ("vivid", "muted", "neutral", "heat")),
]


@pytest.fixture
def work(small: Small, tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "run", small.ir, small.vi, small.settings().for_tools())
    made(workspace, "fuse")
    return workspace


def region(work: Workspace, *phrases: str, invert: bool = False) -> str:
    grounding = made(work, "ground", phrases=list(phrases))["grounding"]
    mask: str = made(work, "segment", grounding=grounding, invert=invert)["mask"]
    return mask


def edit(work: Workspace, name: str, mask: str | None, image: str = "fused", **more: Any) -> str:
    output: str = made(work, name, **({"image": image, "mask": mask, "strength": "normal"} | more))["image"]
    return output


def test_fuse_gives_a_picture_of_the_visible_size(work: Workspace, small: Small) -> None:
    assert made(work, "fuse") == {"image": "fused", "width": 128, "height": 96, "infrared": 0.5}
    fused = read_picture(work.folder / "fused.png")
    sources = read_picture(small.ir).astype(float), read_picture(small.vi).astype(float)
    # The fixture's network is built to give the mean of both sources.
    assert np.abs(fused - (sources[0] + sources[1]) / 2).mean() < 5


def test_ground_and_segment_give_the_union_of_what_was_found(work: Workspace, small: Small) -> None:
    answer = made(work, "ground", phrases=["the people", "a unicorn", "cars"])
    assert (answer["found"], answer["missing"]) == (["the people", "cars"], ["a unicorn"])
    drawn = made(work, "segment", grounding=answer["grounding"], invert=False)
    people, cars = (read_mask(small.masks[name], (96, 128)) for name in ("people", "cars"))
    assert np.array_equal(work.mask(drawn["mask"]), people | cars)
    assert drawn["area"] == pytest.approx(((people | cars) > 0).mean(), abs=1e-6)
    rest = call("segment", {"grounding": answer["grounding"], "invert": True}, work)
    assert "what is to be left alone was not found: 'a unicorn'" in (rest.error or "")
    known = made(work, "ground", phrases=["people", "cars"])["grounding"]
    rest = made(work, "segment", grounding=known, invert=True)
    assert np.array_equal(work.mask(rest["mask"]), 255 - (people | cars))


@pytest.mark.parametrize(
    ("phrases", "tone"),
    [
        (["dark areas"], "dark"),
        (["bright areas", "overexposed parts"], "bright"),
        (["dark areas", "bright areas"], None),
        (["people"], None),
        (["dark areas", "people"], None),
    ],
)
def test_a_mask_that_is_told_by_light_alone_says_so(work: Workspace, phrases: list[str], tone: str | None) -> None:
    grounding = made(work, "ground", phrases=phrases)["grounding"]
    for invert in (False, True):
        mask = made(work, "segment", grounding=grounding, invert=invert)["mask"]
        assert work.catalogue.tones.get(mask) == (None if invert else tone)


def test_nothing_found_is_an_error_and_no_empty_mask(work: Workspace) -> None:
    grounding = made(work, "ground", phrases=["a unicorn"])
    assert grounding["found"] == []
    answer = call("segment", {"grounding": grounding["grounding"], "invert": False}, work)
    assert answer.final
    assert (answer.error or "").startswith("nothing was found: 'a unicorn'")
    assert (answer.error or "").endswith('; give --mask "a unicorn"=FILE or --regions grounding-dino')
    assert work.catalogue.masks == {}


@pytest.mark.parametrize(
    ("name", "args", "told"),
    [
        ("incline", {"image": "a9", "mask": None, "direction": "visible", "strength": "slight"}, "known: fused"),
        ("denoise", {"image": "fused", "mask": "m9", "strength": "slight"}, "unknown mask 'm9'; known: none yet"),
        ("segment", {"grounding": "g9", "invert": False}, "unknown grounding 'g9'; known: none yet"),
        ("evaluate_metrics", {"before": "fused", "after": "b", "mask": None}, "unknown image 'b'; known: fused"),
    ],
)
def test_unknown_ids_name_the_known_ones(work: Workspace, name: str, args: dict[str, Any], told: str) -> None:
    answer = call(name, args, work)
    assert told in (answer.error or "")
    assert not answer.final, "another id would help"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a b"])
def test_a_path_is_no_id(work: Workspace, name: str) -> None:
    answer = call("denoise", {"image": name, "mask": None, "strength": "slight"}, work)
    assert "bad arguments for denoise: image" in (answer.error or "")


def test_an_unknown_tool_is_answered_with_the_known_ones(work: Workspace) -> None:
    assert call("rm", {"path": "/"}, work).error == f"unknown tool 'rm'; known: {', '.join(TOOLS)}"


@pytest.mark.parametrize(("name", "more"), EDITS)
def test_every_edit_keeps_what_is_outside_its_mask(work: Workspace, name: str, more: dict[str, str]) -> None:
    mask = region(work, "sky")
    output = edit(work, name, mask, **more)
    before, after, inside = work.image("fused"), work.image(output), work.mask(mask)
    assert inside is not None
    assert np.array_equal(before[inside == 0], after[inside == 0])
    clean = name == "dehaze"  # the rendered street has no haze to take away
    assert np.array_equal(before[inside > 0], after[inside > 0]) == clean
    values = made(work, "evaluate_metrics", before="fused", after=output, mask=mask)
    assert set(values) == {"before", "after"}
    if more.get("direction") == "brighter":
        assert values["after"]["luma"] > values["before"]["luma"]
    if more.get("direction") == "darker":
        assert values["after"]["luma"] < values["before"]["luma"]


@pytest.mark.parametrize(("name", "more"), [EDITS[0], EDITS[2]])
def test_whole_image_needs_no_mask(work: Workspace, name: str, more: dict[str, str]) -> None:
    output = edit(work, name, None, **more)
    assert (work.image(output) != work.image("fused")).any()


@pytest.mark.parametrize(("name", "more"), [EDITS[0], EDITS[4]])
def test_called_on_its_own_picture_an_edit_goes_on_from_its_state(
    work: Workspace, name: str, more: dict[str, str]
) -> None:
    mask = region(work, "people")
    first = edit(work, name, mask, **more)
    work.accept(first, "001")
    again = edit(work, name, region(work, "people"), image="001", **more)
    states = [State.load(work.folder / f"work/{made}.safetensors", name) for made in (first, again)]
    if name == "denoise" and states[0].meta["origin"] == "picture":
        assert states[1].epochs == 2 * states[0].epochs
    else:
        assert states[0].epochs == states[1].epochs, "what is to be learned is learned"
        assert 0 < states[0].meta["share"] <= states[1].meta["share"]


def test_another_region_another_direction_or_a_forgotten_state_starts_afresh(work: Workspace) -> None:
    people, cars = region(work, "people"), region(work, "cars")

    def epochs(mask: str, image: str, direction: str) -> int:
        args = {"image": image, "mask": mask, "direction": direction, "strength": "normal"}
        return int(made(work, "incline", **args)["epochs"])

    assert epochs(people, "fused", "infrared") == 20
    assert epochs(people, "fused", "infrared") == 0, "another attempt at the same goal goes on"
    assert epochs(cars, "fused", "infrared") == 20
    assert epochs(people, "fused", "visible") == 20
    work.forget("incline", "infrared", people)
    assert epochs(people, "fused", "infrared") == 20


@pytest.mark.parametrize(("name", "more"), [EDITS[0], EDITS[2], EDITS[4]])
def test_a_call_made_again_after_an_interruption_gives_the_same_bytes(
    work: Workspace, small: Small, name: str, more: dict[str, str]
) -> None:
    mask = region(work, "sky")
    edit(work, name, mask, **more)
    saved = work.catalogue.model_dump()

    def repeat(workspace: Workspace) -> tuple[bytes, bytes]:
        workspace.catalogue = Catalogue.model_validate(saved)
        output = edit(workspace, name, mask, **more)
        folder = workspace.folder / "work"
        return (folder / f"{output}.png").read_bytes(), (folder / f"{output}.safetensors").read_bytes()

    first = repeat(work)
    second = repeat(Workspace(work.folder, small.ir, small.vi, work.settings))
    assert first[0] == second[0]
    assert first[1] == second[1]


def test_a_gray_visible_picture_gives_gray_pictures(small: Small, tmp_path: Path) -> None:
    from PIL import Image

    work = Workspace(tmp_path, small.ir, small.vi_gray, small.settings().for_tools())
    made(work, "fuse")
    mask = region(work, "sky")
    files = ["fused.png"]
    for name, more in (EDITS[0], EDITS[2], EDITS[4]):
        files.append(work.catalogue.images[edit(work, name, mask, **more)])
    files.append(work.accept(Path(files[1]).stem, "001"))
    for file in files:
        with Image.open(tmp_path / file) as picture:
            assert (picture.mode, picture.size) == ("L", (128, 96)), file


def test_a_gray_picture_takes_the_colours_of_heat_in_a_region_and_no_others(small: Small, tmp_path: Path) -> None:
    work = Workspace(tmp_path, small.ir, small.vi_gray, small.settings().for_tools())
    made(work, "fuse")
    mask = region(work, "people")
    hot = work.image(edit(work, "recolour", mask, direction="heat", strength="normal"))
    inside = work.mask(mask)
    assert inside is not None
    colour = np.ptp(hot, axis=2)
    assert colour[inside > 127].mean() > 30 and not colour[inside <= 127].any()
    vivid = call("recolour", {"image": "fused", "mask": mask, "direction": "vivid", "strength": "normal"}, work)
    assert "the visible picture is gray" in (vivid.error or "")


def test_an_earlier_edit_of_the_region_survives_an_incline(work: Workspace) -> None:
    mask = region(work, "sky")
    darker = edit(work, "relight", mask, direction="darker", strength="strong")
    work.accept(darker, "001")
    after = edit(work, "incline", mask, image="001", direction="visible")
    plain = edit(work, "incline", mask, direction="visible")
    inside = work.mask(mask)
    assert inside is not None
    fused, dark, both, alone = (
        work.image(name).astype(float)[inside > 0].mean() for name in ("fused", "001", after, plain)
    )
    assert dark < fused - 3, "the relit sky is darker"
    # Inclining takes both pictures the same way, and the darkness along.
    assert (both - dark) * (alone - fused) > 0
    assert both < alone - 1


@pytest.mark.real
@pytest.mark.parametrize(("noisy", "expected"), [("visible", "visible"), ("infrared", "infrared")])
def test_noise_is_taken_out_where_that_works_best(
    small: Small, shared: Path, tmp_path: Path, noisy: str, expected: str
) -> None:
    pair = find_pairs(shared / "data" / "dev" / "RoadScene")[3]
    random, files = np.random.default_rng(0), {"infrared": pair.infrared, "visible": pair.visible}
    clean = read_picture(files[noisy])
    pixels = np.clip(clean + random.normal(0, 25, clean.shape), 0, 255).astype(np.uint8)
    files[noisy] = tmp_path / "noisy.png"
    write_png(files[noisy], pixels if noisy == "visible" else pixels[..., 0])
    settings = small.settings(preset="metric", weights=None).for_tools()
    work = Workspace(tmp_path / "run", files["infrared"], files["visible"], settings)
    made(work, "fuse")
    answer = made(work, "denoise", image="fused", mask=None, strength="normal")
    assert answer["where"] == expected
    before, after = (estimate_noise(work.image(name)) for name in ("fused", answer["image"]))
    assert after < 0.8 * before
    again = made(work, "denoise", image=answer["image"], mask=None, strength="normal")
    assert again["where"] == expected, "a repeat goes on where it began"
    assert estimate_noise(work.image(again["image"])) < 0.8 * after


def test_a_cancelled_or_timed_out_edit_still_gives_a_picture(work: Workspace) -> None:
    work.cancelled = lambda: True
    answer = made(work, "incline", image="fused", mask=None, direction="infrared", strength="normal")
    assert (answer["epochs"], answer["stopped"]) == (0, "cancelled")
    assert np.array_equal(work.image(answer["image"]), work.image("fused"))


def test_progress_is_told_epoch_by_epoch(work: Workspace) -> None:
    seen: list[Progress] = []
    work.progress = seen.append
    edit(work, "incline", None, direction="infrared")
    assert [(done.tool, done.epoch, done.epochs) for done in seen] == [("incline", i, 20) for i in range(1, 21)]


def test_a_black_region_has_no_light_to_change(work: Workspace) -> None:
    work.save_image("a9", np.zeros_like(work.image("fused")), "work/a9.png")
    answer = call("relight", {"image": "a9", "mask": None, "direction": "brighter", "strength": "normal"}, work)
    assert answer.final
    assert "black" in (answer.error or "")


def test_what_lies_outside_the_call_is_raised(small: Small, tmp_path: Path) -> None:
    work = Workspace(tmp_path, tmp_path / "no.png", small.vi, small.settings().for_tools())
    with pytest.raises(InputError, match=r"no\.png"):
        call("fuse", {}, work)


def test_tools_as_langchain_tools(work: Workspace) -> None:
    tools = {tool.name: tool for tool in as_langchain(work)}
    assert set(tools) == set(TOOLS)
    assert tools["ground"].invoke({"phrases": ["people"]})["found"] == ["people"]
    assert tools["segment"].invoke({"grounding": "g7", "invert": False})["error"].startswith("unknown grounding")
    assert all(tool.description for tool in tools.values())


def test_denoise_hands_back_nothing_noisier(work: Workspace) -> None:
    ramp = np.tile(np.linspace(20, 230, 128).astype(np.uint8)[None, :, None], (96, 1, 3))
    work.save_image("fused", ramp, "fused.png")
    done = made(work, "denoise", image="fused", mask=None, strength="strong")
    assert estimate_noise(work.image(done["image"])) <= estimate_noise(ramp)


def test_the_agents_own_model_writes_every_argument() -> None:
    """What it was trained on; clients over MCP may leave out what is null."""
    for name in ("incline", "relight", "denoise", "evaluate_metrics"):
        schema = TOOLS[name].args.model_json_schema()
        assert set(schema["required"]) == set(schema["properties"]) - {"amount"}
