import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import write_png
from wordfuse.fusion.networks.classes import CLASSES, OBJECTS
from wordfuse.fusion.networks.regions import RegionNetwork
from wordfuse.fusion.training.loop import Recipe, Training
from wordfuse.fusion.training.region_samples import UNKNOWN, RegionSampler, read_examples
from wordfuse.fusion.training.regions import WEIGHTS, RegionLesson, draw_targets
from wordfuse.fusion.weights import load_regions

CAR, SKY = CLASSES.index("car"), CLASSES.index("sky")


def make_sets(root: Path, count: int = 3) -> Path:
    """Bright cars on a dark ground: one set with boxes and infrared, one with masks alone."""
    random = np.random.default_rng(0)
    boxes = {}
    for i in range(count):
        x, y = random.integers(10, 60, 2).tolist()
        visible = np.full((128, 160, 3), 40, np.uint8)
        visible[y : y + 40, x : x + 60] = 200
        mask = np.full((128, 160), SKY, np.uint8)
        mask[y : y + 40, x : x + 60] = CAR
        for folder, pixels in (
            ("boxed/vi", visible),
            ("boxed/ir", visible[..., 0]),
            ("masked/vi", visible),
            ("masked/mask", mask),
        ):
            (root / folder).mkdir(parents=True, exist_ok=True)
            write_png(root / folder / f"{i}.png", pixels)
        boxes[str(i)] = {"boxes": [["truck", x, y, x + 60, y + 40], ["dog", 0, 0, 9, 9]]}
    boxes["0"]["boxes"] = []
    (root / "boxed/boxes.json").write_text(json.dumps(boxes))
    return root


def test_sets_are_read_with_their_labels(tmp_path: Path) -> None:
    (boxed, masked), held_back = read_examples(make_sets(tmp_path))
    assert (len(boxed), len(masked), len(held_back)) == (2, 2, 2)
    assert boxed[1].boxes is None and not boxed[1].labelled, "a picture without boxes is not proven empty"
    assert boxed[0].boxes is not None and boxed[0].boxes[0, 0] == OBJECTS.index("car"), (
        "a truck is a car, a dog nothing"
    )
    assert boxed[0].infrared and boxed[0].mask is None
    assert masked[0].mask is not None and masked[0].boxes is None and not masked[0].infrared


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no labelled set"):
        read_examples(tmp_path)
    (make_sets(tmp_path / "some") / "boxed/boxes.json").unlink()
    with pytest.raises(InputError, match="no labelled set"):
        (tmp_path / "some/masked").rename(tmp_path / "masked")
        read_examples(tmp_path / "some")


def test_a_pair_of_two_sizes_is_named(tmp_path: Path) -> None:
    make_sets(tmp_path)
    write_png(tmp_path / "boxed/ir/1.png", np.zeros((64, 64), np.uint8))
    with pytest.raises(InputError, match=r"1\.png: 64x64 pixels.*register"):
        read_examples(tmp_path)


def test_boxes_move_with_their_pictures(tmp_path: Path) -> None:
    sets, _ = read_examples(make_sets(tmp_path))
    sets[0] = [example for example in sets[0] if example.labelled]
    pictures, masks, boxes, known, originals = RegionSampler(sets, 288, seed=0).batch(40)
    assert originals.shape == pictures.shape
    # What is original is bright where the car is and nowhere else, whatever became of the picture.
    assert set(originals[:, 1:].unique().mul(255).round().int().tolist()) & {40, 200} == {40, 200}
    assert pictures.shape == (40, 4, 288, 288) and 0 <= pictures.min() and pictures.max() <= 1
    seen = 0
    for picture, rows, (has_boxes, has_mask) in zip(pictures, boxes, known.tolist(), strict=True):
        assert has_boxes != has_mask
        for kind, x0, y0, x1, y1 in rows[rows[:, 0] >= 0].tolist():
            assert kind == OBJECTS.index("car")
            heat, inside = picture[0], torch.zeros(288, 288, dtype=torch.bool)
            inside[round(y0) : round(y1), round(x0) : round(x1)] = True
            if heat.max() > 0 and not inside.all():
                assert heat[inside].mean() > heat[~inside].mean() + 0.1
                seen += 1
    assert seen > 5
    assert set(masks[known[:, 1] == 1].unique().tolist()) <= {CAR, SKY, UNKNOWN}
    assert (masks[known[:, 1] == 0] == UNKNOWN).all()


def test_targets_are_drawn_where_the_boxes_are() -> None:
    boxes = torch.full((1, 2, 5), -1.0)
    boxes[0, 0] = torch.tensor([OBJECTS.index("car"), 20.0, 32.0, 60.0, 48.0])
    targets = draw_targets(boxes, torch.Size([24, 32]))
    kind, row, column = (targets.peaks[0] == 1).nonzero()[0].tolist()
    assert (kind, row, column) == (OBJECTS.index("car"), 10, 10)
    # From the middle of that cell, (42, 42), to the left, top, right and bottom.
    assert targets.sides[0, :, row, column].tolist() == [22.0, 10.0, 18.0, 6.0]
    assert int(targets.responsible.sum()) == 9
    assert int(targets.inside[0, kind].sum()) == 4 * 10


def test_the_network_learns_every_term_and_goes_on(tmp_path: Path) -> None:
    recipe = Recipe(steps=24, batch=4, crop_px=64, checkpoint_steps=12, learning_rate=2e-3)
    data = make_sets(tmp_path / "data", 6)
    training = Training(RegionLesson(data, recipe), tmp_path / "out", recipe, "cpu")
    before = training._validate()
    exported = load_file(training.run(lambda progress: None))
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    after = log[-1]["validation"]
    assert set(after) == {*WEIGHTS, "loss"}
    assert after["loss"] < before["loss"]
    assert Training(RegionLesson(data, recipe), tmp_path / "out", recipe, "cpu").step == 24
    RegionNetwork().load_state_dict({name: value.float() for name, value in exported.items()})


def test_what_the_averaged_weights_are_sure_of_is_taught_where_nothing_is_known(tmp_path: Path) -> None:
    lesson = RegionLesson(make_sets(tmp_path, 6), Recipe(crop_px=64))
    pictures, masks, boxes, known, originals = lesson.training.batch(12)
    batch = (pictures, masks, boxes, known, originals)
    assert 0 < known[:, 1].sum() < 12
    average = {name: value.clone() for name, value in lesson.network.state_dict().items()}
    lesson.follow(average)
    assert lesson.terms(batch)["agreement"] == 0, "random weights are sure of nothing"
    for name, bias in (("car", 60.0), ("sky", 30.0)):  # surest of cars, but only stuff is taught
        average["naming.1.bias"][CLASSES.index(name)] = bias
        lesson.follow(average)
        taught = lesson.terms(batch)["agreement"]
        if name == "car":
            assert taught == 0
            average["naming.1.bias"][CLASSES.index(name)] = 0.0
    unmasked = known[:, 1] == 0
    logits = lesson.network(pictures[:, :1], pictures[:, 1:]).classes[unmasked]
    inside = draw_targets(boxes, logits.shape[-2:]).inside[unmasked].any(dim=1)
    expected = -logits.log_softmax(dim=1)[:, SKY][~inside].mean()
    assert taught.item() == pytest.approx(expected.item(), rel=0.02)
    taught.backward()  # type: ignore[no-untyped-call]
    assert all(value.grad is None for value in lesson.teacher.parameters())
    assert lesson.network.naming[1].bias.grad[SKY] < 0  # type: ignore[index, union-attr]
    masked = tuple(values[~unmasked] for values in batch)
    assert lesson.terms(masked)["agreement"] == 0


def test_a_further_training_begins_with_the_weights_that_ship(tmp_path: Path) -> None:
    lesson = RegionLesson(make_sets(tmp_path), Recipe(crop_px=64), further=True)
    shipped = load_regions()
    assert all(
        torch.equal(one, two) for one, two in zip(lesson.network.parameters(), shipped.parameters(), strict=True)
    )
    assert all(one is not two for one, two in zip(lesson.network.parameters(), shipped.parameters(), strict=True))
    assert all(value.requires_grad for value in lesson.network.parameters())
