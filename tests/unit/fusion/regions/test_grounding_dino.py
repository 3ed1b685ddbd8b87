"""Boxes and masks of named objects, on tiny random models that are saved and loaded as the real ones are."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers as _transformers

from tests.tiny import tiny_detector, tiny_segmenter
from wordfuse.fusion.errors import BackendUnreachable, RegionError
from wordfuse.fusion.regions import Detection, Grounding, Models, Sources, create_backend, ground, segment
from wordfuse.fusion.regions.grounding.detectors import suppress
from wordfuse.fusion.regions.grounding.grounding_dino import GroundingDinoBackend
from wordfuse.tools.calls.spelling import dashed

transformers: Any = _transformers  # it has no types for all of its own names

SHAPE = (64, 96)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_detector(tmp_path_factory.mktemp("detector"))


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_segmenter(tmp_path_factory.mktemp("segmenter"))


@pytest.fixture
def sources() -> Sources:
    rng = np.random.default_rng(0)
    return Sources(*(rng.random(shape, np.float32) for shape in (SHAPE, (*SHAPE, 3), (*SHAPE, 3))))


@pytest.fixture
def backend(detector: Path, segmenter: Path) -> GroundingDinoBackend:
    return GroundingDinoBackend(device="cpu", grounding_model=str(detector), segmentation_model=str(segmenter))


def counted(monkeypatch: pytest.MonkeyPatch, owner: type, method: str) -> list[str]:
    calls: list[str] = []
    original = getattr(owner, method)

    def count(self: object, *args: object, **kwargs: object) -> object:
        calls.append(method)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(owner, method, count)
    return calls


def test_each_phrase_gets_its_own_boxes_inside_the_picture(backend: GroundingDinoBackend, sources: Sources) -> None:
    groundings = backend.ground(sources, ["the red cars", "people"])
    assert [grounding.phrase for grounding in groundings] == ["the red cars", "people"]
    for grounding in groundings:
        assert grounding.found and grounding.source == "grounding-dino" and grounding.mask is None
        assert {detection.phrase for detection in grounding.detections} == {grounding.phrase}
        for detection in grounding.detections:
            x0, y0, x1, y1 = detection.box
            assert 0 <= x0 < x1 <= 96 and 0 <= y0 < y1 <= 64
            assert 0.25 < detection.score <= 1
        scores = [detection.score for detection in grounding.detections]
        assert scores == sorted(scores, reverse=True)
        assert f"{len(scores)} detected" in grounding.reason


def test_a_phrase_is_found_the_same_whatever_else_is_asked(backend: GroundingDinoBackend, sources: Sources) -> None:
    together = backend.ground(sources, ["cars", "people"])[1].detections
    backend._detections.clear()
    assert backend.ground(sources, ["people"])[0].detections == together


@pytest.mark.parametrize("option", ["box_threshold", "text_threshold"])
def test_nothing_passes_a_threshold_above_one(option: str, detector: Path, segmenter: Path, sources: Sources) -> None:
    backend = GroundingDinoBackend(
        device="cpu", grounding_model=str(detector), segmentation_model=str(segmenter), **{option: 1.01}
    )
    (grounding,) = backend.ground(sources, ["people"])
    assert not grounding.found and grounding.detections == () and grounding.mask is None
    assert "'people' was not found" in grounding.reason
    assert grounding.told(dashed).endswith("; say it in other words or give a mask with --mask")
    with pytest.raises(RegionError, match="'people' was not found"):
        segment(sources, [grounding], backend=backend, invert=False)


def test_a_phrase_without_words_is_not_found_and_needs_no_model(sources: Sources) -> None:
    assert not GroundingDinoBackend(device="cpu", grounding_model="none").ground(sources, ["..."])[0].found


def test_a_dot_does_not_cut_a_phrase_in_two(backend: GroundingDinoBackend, sources: Sources) -> None:
    plain, dotted = backend.ground(sources, ["red car", "Red. Car."])
    assert [d.box for d in plain.detections] == [d.box for d in dotted.detections]


def test_the_detector_looks_at_the_fused_picture_once_per_phrase(
    backend: GroundingDinoBackend, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch, transformers.GroundingDinoForObjectDetection, "forward")
    first = backend.ground(sources, ["people"])[0].detections
    other_inputs = Sources(np.zeros_like(sources.infrared), np.zeros_like(sources.visible), sources.fused.copy())
    assert backend.ground(other_inputs, ["people"])[0].detections == first
    assert len(calls) == 1
    backend.ground(Sources(sources.infrared, sources.visible, 1 - sources.fused), ["people"])
    assert len(calls) == 2


def test_masks_are_the_union_over_the_boxes(backend: GroundingDinoBackend, sources: Sources) -> None:
    boxes = [(2.0, 2.0, 30.0, 30.0), (50.0, 10.0, 90.0, 60.0), (0.0, 40.0, 20.0, 63.0)]
    detections = [Detection("car", box, 0.5) for box in boxes]
    single = [backend.segment(sources, [detection]) for detection in detections]
    union = backend.segment(sources, detections)
    assert union.shape == SHAPE and union.dtype == np.uint8
    assert {int(value) for mask in single for value in np.unique(mask)} == {0, 255}, "a mask of all or nothing"
    np.testing.assert_array_equal(union, np.maximum.reduce(single))
    assert not backend.segment(sources, []).any()


def test_more_boxes_than_fit_at_once_lose_none(
    backend: GroundingDinoBackend, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    detections = [Detection("car", (5.0 * i, 2.0 * i, 5.0 * i + 20, 2.0 * i + 15), 0.5) for i in range(7)]
    at_once = backend.segment(sources, detections)
    monkeypatch.setattr("wordfuse.fusion.regions.grounding.detectors._BOXES_AT_ONCE", 2)
    np.testing.assert_array_equal(backend.segment(sources, detections), at_once)


def test_a_picture_is_embedded_once(
    backend: GroundingDinoBackend, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch, transformers.SamModel, "get_image_embeddings")
    for box in [(2.0, 2.0, 30.0, 30.0), (40.0, 2.0, 70.0, 50.0)]:
        backend.segment(Sources(sources.infrared, sources.visible, sources.fused.copy()), [Detection("car", box, 0.5)])
    assert len(calls) == 1
    other = Sources(sources.infrared, sources.visible, 1 - sources.fused)
    backend.segment(other, [Detection("car", (2.0, 2.0, 30.0, 30.0), 0.5)])
    assert len(calls) == 2


def test_from_phrase_to_mask(detector: Path, segmenter: Path, sources: Sources) -> None:
    backend = create_backend("grounding-dino", Models("cpu", str(detector), str(segmenter)))
    groundings = ground(sources, ["people", "left half"], backend=backend, masks={})
    assert [grounding.source for grounding in groundings] == ["grounding-dino", "pixels"]
    mask = segment(sources, groundings, backend=backend, invert=False)
    assert mask.shape == SHAPE and mask.dtype == np.uint8 and (mask[:, :48] == 255).all()


def test_a_found_object_without_a_single_pixel_is_an_error(
    backend: GroundingDinoBackend, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "segment", lambda sources, detections: np.zeros(SHAPE, np.uint8))
    found = Grounding("car", True, "grounding-dino", (Detection("car", (1.0, 1.0, 9.0, 9.0), 0.5),), None, "")
    with pytest.raises(RegionError, match="'car': found, but no pixel"):
        segment(sources, [found], backend=backend, invert=True)


def test_missing_weights_name_the_model_and_the_remedy(tmp_path: Path, sources: Sources) -> None:
    nowhere = str(tmp_path / "nowhere")
    backend = create_backend("grounding-dino", Models("cpu", nowhere, nowhere))
    with pytest.raises(BackendUnreachable, match=r"nowhere.*give grounding_model"):
        backend.ground(sources, ["people"])
    with pytest.raises(BackendUnreachable, match=r"nowhere.*give segmentation_model"):
        backend.segment(sources, [Detection("car", (1.0, 1.0, 9.0, 9.0), 0.5)])


def test_default_weights_that_cannot_be_downloaded_are_unreachable(
    tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    backend = create_backend("grounding-dino", Models("cpu"))
    with pytest.raises(BackendUnreachable, match="IDEA-Research/grounding-dino-tiny"):
        backend.ground(sources, ["people"])


def test_weights_of_another_model_are_not_used(segmenter: Path, detector: Path, sources: Sources) -> None:
    backend = GroundingDinoBackend(device="cpu", grounding_model=str(segmenter), segmentation_model=str(detector))
    with pytest.raises(BackendUnreachable, match=r"is a sam model.*give grounding_model"):
        backend.ground(sources, ["people"])
    with pytest.raises(BackendUnreachable, match=r"is a grounding-dino model.*give segmentation_model"):
        backend.segment(sources, [Detection("car", (1.0, 1.0, 9.0, 9.0), 0.5)])


def test_a_checkpoint_with_gaps_is_not_filled_with_random_numbers(
    detector: Path, tmp_path: Path, sources: Sources
) -> None:
    from safetensors.torch import load_file, save_file

    for file in detector.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    tensors = load_file(detector / "model.safetensors")
    gap = next(name for name in tensors if "encoder.layers.0.fusion_layer" in name)
    save_file({k: v for k, v in tensors.items() if k != gap}, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(BackendUnreachable, match="lacks 1 of its weights"):
        GroundingDinoBackend(device="cpu", grounding_model=str(tmp_path)).ground(sources, ["people"])


def test_of_overlapping_boxes_the_best_stays() -> None:
    # Boxes 0 and 1 overlap by 90 / 110, boxes 0 and 2 by 50 / 150, box 3 touches none.
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [5, 0, 15, 10], [20, 20, 30, 30]], float)
    scores = np.array([0.8, 0.9, 0.7, 0.3])
    assert suppress(boxes, scores, 0.5) == [1, 2, 3]
    assert suppress(boxes, scores, 0.3) == [1, 3]
    assert suppress(boxes[:0], scores[:0], 0.5) == []
