"""Films of parts, with the times that they are told and the sound of another film."""

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.films import read_film, visible_at, write_film
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.film.mp4 import NotMp4, Sample, Track, read_tracks
from wordfuse.fusion.film.mp4 import write_film as write_tracks
from wordfuse.fusion.film.writer import join, sound_of, write_part

SIZE = (128, 96)


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    for number in range(3):
        write_part(tmp_path / f"{number}.mp4", [visible_at(4 * number + place) for place in range(4)], 10)
    return [tmp_path / f"{number}.mp4" for number in range(3)]


def test_parts_are_joined_without_being_compressed_again(parts: list[Path], tmp_path: Path) -> None:
    seconds = [0.1 * place for place in range(12)]
    join(parts, tmp_path / "film.mp4", seconds, SIZE)
    film = read_film(tmp_path / "film.mp4")
    apart = [frame for part in parts for frame in read_film(part)]
    assert len(film) == 12 and all(np.array_equal(one, two) for one, two in zip(film, apart, strict=True))
    assert np.abs(film[5].astype(int) - visible_at(5)).mean() < 4
    (track,) = read_tracks(tmp_path / "film.mp4")
    assert (track.kind, track.size) == ("vide", SIZE)


def test_frames_are_shown_when_they_are_to_be(parts: list[Path], tmp_path: Path) -> None:
    seconds = [0.0, 0.1, 0.2, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5]  # half a second is missing
    join(parts, tmp_path / "film.mp4", seconds, SIZE)
    (track,) = read_tracks(tmp_path / "film.mp4")
    shown = np.cumsum([0, *(sample.ticks for sample in track.samples[:-1])]) / track.scale
    assert shown == pytest.approx(seconds, abs=1e-4)


def sounding(tmp_path: Path) -> Path:
    """A film of 1.2 s with sound: PCM of 8 kHz, in packets of 80 samples."""
    film = write_film(tmp_path / "silent.mp4", [visible_at(place) for place in range(12)], fps=10)
    (pictures,) = read_tracks(film)
    pcm = (3000 * np.sin(np.arange(9600) / 8000 * 2 * np.pi * 440)).astype("<i2").tobytes()
    (tmp_path / "pcm").write_bytes(pcm)
    entry = struct.pack(">I4s6xHIIHHHHI", 36, b"sowt", 1, 0, 0, 1, 16, 0, 0, 8000 << 16)
    description = struct.pack(">I4sII", 16 + len(entry), b"stsd", 0, 1) + entry
    packets = tuple(Sample(tmp_path / "pcm", 160 * place, 160, 80) for place in range(120))
    sound = Track("soun", 8000, description, packets)
    with (tmp_path / "sounding.mp4").open("wb") as file:
        write_tracks(file, [pictures, sound])
    return tmp_path / "sounding.mp4"


def bytes_of(track: Track) -> bytes:
    return b"".join(one.file.read_bytes()[one.offset : one.offset + one.size] for one in track.samples)


def test_the_sound_of_the_visible_film_is_carried_over(parts: list[Path], tmp_path: Path) -> None:
    film = sounding(tmp_path)
    sound, remark = sound_of(film, 0.305, 0.905)
    assert sound is not None and remark is None
    join(parts, tmp_path / "film.mp4", [0.05 * place for place in range(12)], SIZE, sound)
    assert len(read_film(tmp_path / "film.mp4")) == 12
    _, heard = read_tracks(tmp_path / "film.mp4")
    # From the packet in which 0.305 s lies, of which the first half of 10 ms is left out.
    assert bytes_of(heard) == (tmp_path / "pcm").read_bytes()[160 * 30 : 160 * 91]
    assert (heard.scale, heard.starts) == (8000, 40)
    assert heard.description == sound.description


def plain_sound(folder: Path, values: int) -> Track:
    """Sound that is not compressed, as recorders write it: each of its values is a packet."""
    (folder / "pcm").write_bytes(bytes(2 * values))
    entry = struct.pack(">I4s6xHIIHHHHI", 36, b"sowt", 1, 0, 0, 1, 16, 0, 0, 8000 << 16)
    description = struct.pack(">I4sII", 16 + len(entry), b"stsd", 0, 1) + entry
    return Track("soun", 8000, description, (Sample(folder / "pcm", 0, 2 * values, values, count=values),))


def test_sound_of_a_packet_a_value_is_taken_in_pieces(parts: list[Path], tmp_path: Path) -> None:
    """A minute of it has millions of packets: each by itself, they filled the memory."""
    (pictures,) = read_tracks(parts[0])
    with (tmp_path / "plain.mp4").open("wb") as file:
        write_tracks(file, [pictures, plain_sound(tmp_path, 96_000)])
    _, heard = read_tracks(tmp_path / "plain.mp4")
    assert (heard.ticks, sum(one.count for one in heard.samples), heard.starts) == (96_000, 96_000, 0)
    assert len(heard.samples) < 200
    cut = heard.between(1.0, 2.5)
    assert (cut.ticks, cut.starts, sum(one.size for one in cut.samples)) == (12_000, 0, 24_000)
    assert cut.samples[0].offset == heard.samples[0].offset + 16_000


def test_sound_that_begins_later_than_the_film_stays_later(parts: list[Path], tmp_path: Path) -> None:
    (pictures,) = read_tracks(parts[0])
    sound = replace(plain_sound(tmp_path, 16_000), after_s=0.7)
    with (tmp_path / "later.mp4").open("wb") as file:
        write_tracks(file, [pictures, sound])
    _, heard = read_tracks(tmp_path / "later.mp4")
    assert (heard.after_s, heard.starts, heard.ticks) == (0.7, 0, 16_000)
    for start_s, after_s, ticks in ((0.0, 0.7, 6400), (0.5, 0.2, 6400), (1.0, 0.0, 4000)):
        cut, _ = sound_of(tmp_path / "later.mp4", start_s, 1.5)
        assert cut is not None
        assert (round(cut.after_s, 6), cut.starts, cut.ticks) == (pytest.approx(after_s), 0, ticks)
    assert sound_of(tmp_path / "later.mp4", 0.0, 0.5) == (None, None)


def test_sound_goes_with_a_film_whose_first_frame_comes_later(parts: list[Path], tmp_path: Path) -> None:
    (pictures,) = read_tracks(parts[0])
    with (tmp_path / "late.mp4").open("wb") as file:
        write_tracks(file, [replace(pictures, after_s=0.5), plain_sound(tmp_path, 16_000)])
    cut, _ = sound_of(tmp_path / "late.mp4", 0.0, 0.4)
    assert cut is not None and (cut.after_s, cut.ticks) == (0.0, 3200)
    _, whole = read_tracks(tmp_path / "late.mp4")
    assert cut.samples[0].offset == whole.samples[0].offset + 8000  # half a second of it is before the first frame


def test_a_film_that_was_cut_short_keeps_the_sound_that_is_there(parts: list[Path], tmp_path: Path) -> None:
    (pictures,) = read_tracks(parts[0])
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        write_tracks(file, [pictures, plain_sound(tmp_path, 16_000)])
    film.write_bytes(film.read_bytes()[:-6000])
    cut, remark = sound_of(film, 0.0, 2.0)
    assert cut is not None and 12_000 < cut.ticks <= 13_000
    assert remark is not None and "is cut short; its sound ends at 1.5 s" in remark
    join([parts[0]], tmp_path / "made.mp4", [0.0, 0.1, 0.2, 0.3], SIZE, cut)
    film.write_bytes(film.read_bytes()[:-26000])
    assert sound_of(film, 0.0, 2.0)[0] is None


def test_films_without_sound_and_films_whose_sound_cannot_be_had(tmp_path: Path) -> None:
    assert sound_of(write_film(tmp_path / "a.mp4", [visible_at(0)] * 3), 0, 1) == (None, None)
    (tmp_path / "folder").mkdir()
    assert sound_of(tmp_path / "folder", 0, 1) == (None, None)
    (tmp_path / "a.mkv").write_bytes(b"\x1aE\xdf\xa3" + b"\0" * 200)
    found, remark = sound_of(tmp_path / "a.mkv", 0, 1)
    assert found is None and remark is not None and "MP4 and MOV" in remark


def test_damaged_files_are_none(parts: list[Path], tmp_path: Path) -> None:
    whole = parts[0].read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        (tmp_path / "cut.mp4").write_bytes(whole[:length])
        with pytest.raises(NotMp4):
            read_tracks(tmp_path / "cut.mp4")
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="is damaged"):
        join([tmp_path / "cut.mp4"], tmp_path / "film.mp4", [0.0] * 4, SIZE)
    with pytest.raises(InputError, match="hold 12 frames, not 3"):
        join(parts, tmp_path / "film.mp4", [0.0, 0.1, 0.2], SIZE)
    assert not (tmp_path / "film.mp4").exists()


def test_a_part_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def failing() -> object:
        yield visible_at(0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_part(tmp_path / "part.mp4", failing(), 10)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_odd_sides_are_made_even(tmp_path: Path) -> None:
    odd = [visible_at(place)[:95, :127] for place in range(3)]
    assert write_part(tmp_path / "odd.mp4", odd, 10) == 3
    join([tmp_path / "odd.mp4"], tmp_path / "film.mp4", [0, 0.1, 0.2], (127, 95))
    assert read_film(tmp_path / "film.mp4")[0].shape == (96, 128, 3)
