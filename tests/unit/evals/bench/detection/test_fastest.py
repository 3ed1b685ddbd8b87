import json
from pathlib import Path

import numpy as np
import pytest
import torch

from wordfuse.evals.bench.detection.boxes import overlaps, seen
from wordfuse.evals.bench.detection.fastest import COCO_NUMBERS, FastestDet, for_our_classes, load_coco, start
from wordfuse.evals.bench.detection.rows import squared
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_picture
from wordfuse.fusion.networks.classes import OBJECTS


@pytest.fixture(scope="module")
def published(shared: Path) -> Path:
    return shared / "data/detectors/FastestDet-coco.pth"


def test_the_published_weights_fit_without_a_rest_and_find_people_and_cars(shared: Path, published: Path) -> None:
    network = load_coco(published)
    assert sum(parameter.numel() for parameter in network.parameters()) == 244_490
    # By day, in visible pictures, before any training of ours: of the boxes over a tenth of the picture's height, the
    # published detector finds most.
    drawn, met = 0, 0
    for name, stems in (("MSRS", ("00546D", "00571D")), ("RoadScene", ("FLIR_04929", "FLIR_04932", "FLIR_04943"))):
        folder = shared / "data/dev" / name
        labels = json.loads((folder / "boxes.json").read_text())
        for stem in stems:
            picture = squared(read_picture(next((folder / "vi").glob(f"{stem}.*"))))
            (found,) = seen(network, picture[None])
            sides = np.array([labels[stem]["width"], labels[stem]["height"]] * 2)
            for kind, *box in labels[stem]["boxes"]:
                if kind in ("person", "car") and box[3] - box[1] > sides[1] / 10:
                    chosen = (found.kinds == COCO_NUMBERS[kind]) & (found.scores > 0.3)
                    fits = overlaps(np.array([box], np.float32) / sides, found.boxes[chosen])
                    drawn, met = drawn + 1, met + bool((fits > 0.5).any())
    assert drawn >= 10
    assert met / drawn > 0.6


def test_of_the_published_head_our_classes_are_left_with_the_same_answers(published: Path) -> None:
    network, pictures = load_coco(published), torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        everything, ours = network(pictures), for_our_classes(network).eval()(pictures)
    assert ours.kind.shape == (1, 3, 4, 6)
    numbers = [COCO_NUMBERS[name] for name in OBJECTS]
    torch.testing.assert_close(ours.kind, everything.kind[:, numbers])
    torch.testing.assert_close(ours.box, everything.box)


def test_blue_comes_first_inside_and_the_seed_decides_about_random_weights() -> None:
    torch.manual_seed(3)
    one = start(None).eval()
    torch.manual_seed(3)
    other = start(None).eval()
    pictures = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    seen_blue = pictures.clone()
    seen_blue[:, 0] = 0  # red is black, blue stays
    first = one.backbone.first_conv[0]
    first.weight.data[:, 1:] = 0  # looks at its first channel alone
    other.load_state_dict(one.state_dict())
    with torch.inference_mode():
        torch.testing.assert_close(one(pictures).there, other(seen_blue).there)
    assert FastestDet().state_dict().keys() == one.state_dict().keys()


def test_what_is_no_such_detector_is_named(tmp_path: Path) -> None:
    text, other, pickled = tmp_path / "text.pth", tmp_path / "other.pth", tmp_path / "pickled.pth"
    text.write_text("no weights")
    torch.save({"weight": torch.zeros(3)}, other)
    torch.save(Path("a name"), pickled)  # would run code, which is not done
    for file in (text, other, pickled, tmp_path):
        with pytest.raises(InputError, match="no FastestDet of 80 classes") as caught:
            load_coco(file)
        assert caught.value.argument == "detector"
    with pytest.raises(InputError, match="missing"):
        load_coco(tmp_path / "none.pth")
