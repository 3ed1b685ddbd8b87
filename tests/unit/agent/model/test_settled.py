"""Words that a small model takes for others are read as the rules of annotation have them."""

import pytest

from tests.fakes import plan, step
from wordfuse.agent.model.words.settled import settle


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("make the lamps fainter", "make the lamps dimmer"),
        ("fainter lights please", "dimmer lights please"),
        ("the car fainter please", "the car less conspicuous please"),
        ("the man is too faint", "the man is hard to see"),
        ("the tail lights are too faint", "the tail lights are too dark"),
        ("duller carpets", "less colourful carpets"),
        ("duller colours in the mural", "less vivid colours in the mural"),
        ("deeper shadows", "darker shadows"),
        ("make the yellow car less yellow", "make the yellow car less colourful"),
        ("her red coat is a shock, could it be not so red", "her red coat is a shock, could it be less colourful"),
        ("my blue coat, but not so blue that it hurts", "my blue coat, but not so blue that it hurts"),
        ("the blue road should be less blue", "the blue road should be less blue"),  # a cast
        ("the yellow car, and the sky less blue", "the yellow car, and the sky less blue"),
        ("nicer greens please", "more vivid greens please"),
        ("Colour noise in the gravel", "noise in the gravel"),
        ("the colours are so blotchy", "it are so noisy"),
        ("green and purple specks in the dark", "noise in the dark"),
        ("purple blotches everywhere", "noise everywhere"),
        ("the white blotches hurt", "the white blotches hurt"),  # those are burnt out
        ("a single blotch on the car", "a single blotch on the car"),
        ("the colours look really weird", "make the colours look natural"),
        ("the car's colours are wrong", "the car's colours are not natural"),
        ("take the orange out", "take the colour cast out"),
        ("take the yellow car out", "take the yellow car out"),
        ("remove the yellow", "remove the colour cast"),
        ("remove the yellow sign", "remove the yellow sign"),
        ("get rid of the purple haze in the sky", "get rid of the purple cast in the sky"),
        ("the blue haze over the hills", "the blue haze over the hills"),  # that is of the air
        ("sharpen it, but not too much", "sharpen it, slightly"),
        ("give the buildings some structure", "give the buildings some texture"),
        ("the structure on the left", "the structure on the left"),
        ("nothing in the shade can be seen", "I can't see anything in the shade"),
        ("they look artificial", "they look unnatural"),
        ("unblur the car", "sharpen the car"),
        ("remove the motion blur from the cyclist", "sharpen the cyclist"),
        ("get rid of the motion blur", "sharpen it"),
        ("show me where it's hottest", "where is it hottest"),
        ("separate the man from the wall", "make the man stand out from the wall"),
        ("we only care about the people", "make the people stand out"),
        ("everything but the people in black and white", "make everything but the people grey"),
        ("the picture in black and white please", "make it black and white please"),
        ("make everything but the car in black and white", "make everything but the car grey"),
        ("highlight the dog in black and white", "highlight the dog in black and white"),
        ("we only care about the people so blur the rest", "we only care about the people so blur the rest"),
        ("give more light to the steel structure", "give more light to the steel structure"),
        ("remove the blur I added to the faces", "remove the blur I added to the faces"),
        ("make the sky bluer", "the sky bluer"),
        ("make it more realistic", "make it more natural"),
        ("the left half is fine, fix the right half", "the left half is fine, improve the right half"),
        ("the sky is too dramatic", "the sky is too contrasty"),
        ("reduce the sharpness of the sign", "blur the sign"),
        ("the faint deer at the edge of the wood", "the faint deer at the edge of the wood"),
        ("deeper colours in the sunset", "deeper colours in the sunset"),
        ("correct everything that is off", "make it look better"),
        ("the lens was wet, rescue what can be rescued", "the lens was wet, make it look better"),
        ("repair this photo, please", "make it look better, please"),
        ("edit the picture as you see fit", "make it look better"),
        ("mend what is wrong with the left house, then blur it", "make the left house look better, then blur it"),
        ("save what you can see", "save what you can see"),
        ("save it", "save it"),
        ("repair the picture of the car", "repair the picture of the car"),
        ("the bikes stick out much too little", "the bikes hardly stick out"),
        ("too little noticeable signs", "hardly noticeable signs"),
    ],
)
def test_words_are_read_as_what_they_mean(said: str, read: str) -> None:
    assert settle(said).text == read


def test_a_region_keeps_the_name_that_it_was_given() -> None:
    settled = settle("brighten the blotchy wall, then fainter lamps")
    assert settled.text == "brighten the noisy wall, then dimmer lamps"
    read = plan(step("relight", "brighter", "noisy wall"), step("relight", "darker", "lamps"))
    told = settled.as_typed(read)
    assert [one.region.phrases for one in told.steps] == [["blotchy wall"], ["lamps"]]
