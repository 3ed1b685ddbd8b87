"""What ``segment`` and ``ground`` rely on in any region backend: subclass ``RegionBackendContract`` to run yours."""

from pathlib import Path

import numpy as np
import pytest

from tests.seconded import package
from tests.tiny import tiny_detector, tiny_segmenter
from wordfuse.examples import street
from wordfuse.fusion.errors import BackendUnreachable
from wordfuse.fusion.fetched.detector import detector_weights
from wordfuse.fusion.images import to_float
from wordfuse.fusion.networks.arrays.nanodet import Detector, nanodet
from wordfuse.fusion.regions import BACKENDS, Detection, Models, RegionBackend, Sources, create_backend

PHRASES = ["people", "unicorns", "the car on the left", "people"]


@pytest.fixture(autouse=True)
def looked_at_once() -> None:
    """Here it looks each time: that it sees the same twice is tested."""


class RegionBackendContract:
    """The tests; a subclass says with the fixture ``backend`` what is tested."""

    @pytest.fixture
    def backend(self) -> RegionBackend:
        raise NotImplementedError("a subclass makes the backend")

    @pytest.fixture(scope="class")
    def small_street(self) -> street.Scene:
        """A street with people and cars, 128x96."""
        return street.render(size=(128, 96))

    @pytest.fixture
    def sources(self, small_street: street.Scene) -> Sources:
        """Pictures of the street, of this test's own."""
        visible = to_float(small_street.visible)
        return Sources(to_float(small_street.infrared), visible, visible.copy())

    def test_it_has_a_name(self, backend: RegionBackend) -> None:
        assert backend.name

    def test_one_grounding_a_phrase_in_order(self, backend: RegionBackend, sources: Sources) -> None:
        found = backend.ground(sources, PHRASES)
        assert [grounding.phrase for grounding in found] == PHRASES
        assert list(backend.ground(sources, [])) == []
        height, width = sources.shape
        for grounding in found:
            assert isinstance(grounding.found, bool)
            assert grounding.source
            assert grounding.reason.strip(), "the user is told how it was found, or what would help"
            if grounding.found:
                assert grounding.detections or grounding.mask is not None
            if grounding.mask is not None:
                check_mask(grounding.mask, sources)
            for detection in grounding.detections:
                x0, y0, x1, y1 = detection.box
                assert 0 <= x0 < x1 <= width
                assert 0 <= y0 < y1 <= height
                assert 0 <= detection.score <= 1
                assert detection.phrase == grounding.phrase

    def test_a_mask_of_what_was_found(self, backend: RegionBackend, sources: Sources) -> None:
        for grounding in backend.ground(sources, PHRASES):
            if grounding.found and grounding.mask is None:
                mask = backend.segment(sources, grounding.detections)
                check_mask(mask, sources)

    def test_a_mask_of_any_box(self, backend: RegionBackend, sources: Sources) -> None:
        """Boxes need not come from the backend itself."""
        check_mask(backend.segment(sources, [Detection("people", (10.0, 20.0, 60.0, 90.0), 0.9)]), sources)

    def test_the_same_twice(self, backend: RegionBackend, sources: Sources) -> None:
        first, second = (backend.ground(sources, PHRASES) for _ in range(2))
        assert [one.detections for one in first] == [one.detections for one in second]
        assert [one.reason for one in first] == [one.reason for one in second]
        for one, other in zip(first, second, strict=True):
            np.testing.assert_array_equal(one.mask, other.mask)

    def test_what_it_is_given_stays_as_it_was(self, backend: RegionBackend, sources: Sources) -> None:
        pictures = sources.infrared, sources.visible, sources.fused
        before, phrases = [picture.copy() for picture in pictures], list(PHRASES)
        for grounding in backend.ground(sources, phrases):
            if grounding.detections:
                backend.segment(sources, grounding.detections)
        assert phrases == PHRASES
        for picture, kept in zip(pictures, before, strict=True):
            np.testing.assert_array_equal(picture, kept)


def check_mask(mask: object, sources: Sources) -> None:
    """(H, W) uint8, 255 inside and 0 outside."""
    assert isinstance(mask, np.ndarray)
    assert (mask.dtype, mask.shape) == (np.uint8, sources.shape)
    assert set(np.unique(mask)) <= {0, 255}


class TestPixels(RegionBackendContract):
    @pytest.fixture
    def backend(self) -> RegionBackend:
        return create_backend("pixels")


class TestEmbedded(RegionBackendContract):
    @pytest.fixture
    def backend(self) -> RegionBackend:
        return create_backend("embedded", Models(device="cpu"))


@pytest.fixture(scope="module")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    detector = tiny_detector(tmp_path_factory.mktemp("detector"))
    segmenter = tiny_segmenter(tmp_path_factory.mktemp("segmenter"))
    return Models(device="cpu", grounding_model=str(detector), segmentation_model=str(segmenter))


class TestGroundingDino(RegionBackendContract):
    """Random weights: what is found is chance, what form it has is not."""

    @pytest.fixture
    def backend(self, tiny_models: Models) -> RegionBackend:
        return create_backend("grounding-dino", tiny_models)

    def test_without_its_model_it_cannot_be_reached(self, tmp_path: Path, sources: Sources) -> None:
        nowhere = str(tmp_path / "nowhere")
        models = Models(device="cpu", grounding_model=nowhere, segmentation_model=nowhere)
        backend = create_backend("grounding-dino", models)
        with pytest.raises(BackendUnreachable, match="nowhere"):
            backend.ground(sources, PHRASES)


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    cache = tmp_path_factory.mktemp("cache")
    (cache / "detectors").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORDFUSE_CACHE", str(cache))
        return nanodet(detector_weights(package(cache / "detectors" / "some-1.0.0.tgz")))


class TestSeconded(RegionBackendContract):
    """Its second network has random weights."""

    @pytest.fixture
    def backend(self, detector: Detector, monkeypatch: pytest.MonkeyPatch) -> RegionBackend:
        monkeypatch.setattr("wordfuse.fusion.regions.seconded.backend._detector", lambda: detector)
        return create_backend("seconded", Models(device="cpu"))


def test_every_backend_that_can_be_named_is_tested_here() -> None:
    """But "auto", which chooses one of them, and "original", which needs packages that nobody has by default."""
    assert set(BACKENDS) - {"auto", "original"} == {"pixels", "embedded", "seconded", "grounding-dino"}
