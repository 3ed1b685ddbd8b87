"""Films on the page of ``wordfuse web``: a time line, wishes at a frame, and the film that comes of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.commandline import wordfuse
from tests.e2e.web.site import PATIENCE_MS, Person, Site, served, someone
from tests.e2e.web.test_page_for_everyone import violations
from tests.films import read_film, walk, write_film, write_folder
from tests.patience import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = [pytest.mark.browser, pytest.mark.real]

FRAMES = 30
BRIGHTER = "brighten the dark areas"


def copy_films(folder: Path, frames: int = FRAMES) -> Path:
    """Two films of somebody who walks, in a folder of their own within another."""
    (folder / "walk").mkdir(parents=True)
    for name, pictures in zip(("ir", "vi"), walk(frames), strict=True):
        write_film(folder / "walk" / f"{name}.mp4", pictures)
    return folder


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(copy_films(tmp_path_factory.mktemp("cinema") / "films")) as site:
        yield site
        assert site.said == []


@pytest.fixture
def viewer(chromium: "Browser", cinema: Site) -> Iterator[Person]:
    with someone(chromium, cinema, viewport={"width": 1280, "height": 900}) as person:
        yield person


def colours_of(person: Person, side: str) -> list[float]:
    """Mean colour of a picture as the browser has it."""
    script = """img => { const c = document.createElement("canvas"); c.width = c.height = 1;
        const p = c.getContext("2d"); p.drawImage(img, 0, 0, 1, 1); return [...p.getImageData(0, 0, 1, 1).data] }"""
    return [float(one) for one in person.page.locator(f"#{side}").evaluate(script)]


def source(person: Person, side: str) -> str:
    """What is shown on a side: the end of its address."""
    address = str(person.page.locator(f"#{side}").get_attribute("src"))
    return "/".join(address.split("?")[0].split("/")[-2:])


def test_a_film_is_gone_through_tried_and_made(viewer: Person, cinema: Site) -> None:
    """By mouse and keyboard: look along it, try a wish at a frame, go to another one, make the film, watch it."""
    page = viewer.page
    page.goto(cinema.url)
    page.get_by_role("button", name="Look at it").click()
    page.locator("#preview").wait_for()
    assert f"A film of {FRAMES} frames, 3.0 seconds." in page.locator("#facts").inner_text()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/runs/*", timeout=PATIENCE_MS)
    viewer.ready()
    run = page.url.rsplit("/", 1)[-1]
    time = page.get_by_role("slider", name="Time in the film")
    assert (
        time.get_attribute("aria-valuetext") == "0:00.0 of 0:02.9, frame 0, a key frame, the frame that is talked about"
    )
    assert page.locator("#keys span").count() >= 3
    assert page.get_by_role("button", name="Apply to the film").is_disabled(), "nothing was done yet"

    time.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    assert until(lambda: source(viewer, "right") == "infrared/12" and source(viewer, "left") == "visible/12")
    assert "0:01.2 of 0:02.9, frame 12" in time.get_attribute("aria-valuetext")
    viewer.says(BRIGHTER)
    assert "satisfied" in viewer.last
    assert "the frame that is talked about" in time.get_attribute("aria-valuetext")
    home = cinema.runs / run / "at-1.20s"
    assert (home / "run.json").is_file()
    assert source(viewer, "right") == "pictures/001"

    viewer.says("go to 0:02")
    assert "at this frame, too: brighten the dark areas" in viewer.live
    assert "satisfied" in viewer.last
    assert "0:02.0 of" in time.get_attribute("aria-valuetext")

    page.get_by_role("button", name="Apply to the film").click()
    page.locator("#progress").wait_for()
    assert until(lambda: "frames" in page.locator("#state").inner_text())
    page.reload()
    viewer.ready()
    films = page.locator("#films > li")
    assert until(lambda: films.count() == 1 and "satisfied" in films.inner_text())
    page.get_by_role("button", name="Watch it beside the visible film").click()
    assert until(lambda: source(viewer, "right") == "film/20")
    assert sum(colours_of(viewer, "right")) > sum(colours_of(viewer, "left")), "what was dark is brighter"
    page.locator("#key-before").click()
    page.get_by_role("button", name="Play").click()
    assert until(lambda: time.input_value() == str(FRAMES - 1))
    assert until(lambda: source(viewer, "right") == f"film/{FRAMES - 1}")
    page.get_by_text("Over time").click()
    assert page.locator("#films svg.curve polyline").first.get_attribute("points").count(",") == FRAMES
    with page.expect_download() as loading:
        page.get_by_role("link", name="the film", exact=True).click()
    assert loading.value.suggested_filename == f"{run}-film.mp4"
    assert len(read_film(Path(loading.value.path()))) == FRAMES
    assert violations_without_policy(viewer) == ""


def test_a_film_is_stopped_and_gone_on_with(chromium: "Browser", tmp_path: Path) -> None:
    """The person stops it, goes on, and then the power fails: each time it goes on where it was."""
    folder = copy_films(tmp_path / "films", frames=80)
    with served(folder) as site:
        with someone(chromium, site) as person:
            person.pardoned = True
            run = person.opens("Look at it")
            page, whole = person.page, page_film(person)
            assert run == "walk", "a film that is only called vi is called as its folder"
            person.says(BRIGHTER)
            before = person.views()
            page.get_by_role("button", name="Apply to the film").click()
            assert until(lambda: "frames" in page.locator("#state").inner_text())
            page.locator("#stop").click()
            person.came(before)
            assert "Stopped. What is made of the film is kept" in person.live
            assert "not finished" in whole.inner_text()
            page.get_by_role("button", name="Go on", exact=True).click()
            assert until(lambda: "deciding" in page.locator("#state").inner_text())
            site.kill()
    terminal = wordfuse("chat", "--resume", str(folder / "runs" / run), typed="go to 0:02\n")
    assert f"a film is not finished; go on with: wordfuse resume {folder / 'runs' / run / 'film'}" in terminal.stdout
    assert (folder / "runs" / run / "at-2.00s" / "result.png").is_file()
    with served(folder) as site, someone(chromium, site) as person:
        person.page.goto(site.url)
        person.page.get_by_role("link", name=run).click()
        person.ready()
        assert BRIGHTER in person.last
        assert "0:02.0 of" in str(person.page.get_by_label("Time in the film").get_attribute("aria-valuetext"))
        person.clicks("Go on")
        assert "The film is made: 80 frames" in person.live
        assert "satisfied" in page_film(person).inner_text()
        assert len(read_film(site.runs / run / "film" / "film.mp4")) == 80


def test_a_folder_of_frames_is_a_film(chromium: "Browser", tmp_path: Path) -> None:
    """It is offered beside the pairs that its frames are, and has a time line; a film comes of it."""
    for name, pictures in zip(("ir", "vi"), walk(12), strict=True):
        write_folder(tmp_path / "walk" / name, pictures, "{:04}.png".format)
    with served(tmp_path) as site, someone(chromium, site) as person:
        page = person.page
        page.goto(site.url)
        page.locator("select[name=pair]").select_option(label="walk")
        page.get_by_role("button", name="Look at it").click()
        page.locator("#preview").wait_for()
        facts = page.locator("#facts").inner_text()
        assert "A film of 12 frames, 0.5 seconds." in facts
        assert "A folder of pictures tells no times: 25 frames a second are taken." in facts
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url("**/runs/walk", timeout=PATIENCE_MS)
        person.ready()
        page.get_by_role("slider", name="Time in the film").press("ArrowRight")
        assert until(lambda: source(person, "left") == "visible/1")
        person.says(BRIGHTER)
        assert "satisfied" in person.last
        person.clicks("Apply to the film")
        assert "The film is made: 12 frames" in person.live
        assert len(read_film(site.runs / "walk" / "film" / "film.mp4")) == 12


def test_there_and_back_again_before_a_frame_came(viewer: Person, cinema: Site) -> None:
    """What was looked at where one began is seen again, not what is chosen for frames on the way."""
    page = viewer.page
    page.goto(cinema.url)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/runs/*", timeout=PATIENCE_MS)
    viewer.ready()
    assert until(lambda: source(viewer, "right") == "pictures/fused")
    moves = """ways => { const time = document.getElementById("time");
        for (const at of ways) { time.value = at; time.dispatchEvent(new Event("input")); } }"""
    page.evaluate(moves, [3, 0])
    page.wait_for_timeout(500)
    assert source(viewer, "right") == "pictures/fused"
    page.evaluate(moves, [3, 0, 5])
    assert until(lambda: source(viewer, "right") == "infrared/5")
    page.evaluate(moves, [0])
    assert until(lambda: source(viewer, "right") == "pictures/fused")


def test_what_was_marked_stays_on_its_frame(viewer: Person, cinema: Site) -> None:
    """What is pointed at is of one frame: other frames, and the film, do without it."""
    viewer.page.goto(cinema.url)
    run = viewer.opens("Look at it")
    page = viewer.page
    page.get_by_label("Paint", exact=True).check()
    frame = page.locator("#frame").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 0.7 * frame["width"], frame["y"] + 0.4 * frame["height"])
    page.mouse.down()
    page.mouse.move(frame["x"] + 0.8 * frame["width"], frame["y"] + 0.6 * frame["height"], steps=4)
    page.mouse.up()
    page.locator("[data-mark]").first.wait_for()
    viewer.says("brighten this dark part")
    assert cinema.record(f"{run}/at-0.00s")["instructions"][0]["marked"]["words"] == "brighten the first marked area"
    assert page.get_by_role("button", name="Apply to the film").is_disabled()
    viewer.says("go to 0:01")
    assert page.locator("#turns > li").count() == 0
    told = page.evaluate(
        """async () => { const run = location.pathname.replace("/runs", "/api/runs");
        const answer = await fetch(`${run}/frames/visible/99`);
        return [answer.status, (await answer.json()).error] }"""
    )
    viewer.pardoned = True
    assert told == [400, f"frame 99: the film has {FRAMES} frames"]


def page_film(person: Person) -> "Locator":
    """The first film that was made or begun."""
    return person.page.locator("#films > li").first


@pytest.mark.parametrize("width", [375, 768])
def test_the_time_line_on_small_screens(chromium: "Browser", cinema: Site, width: int) -> None:
    with someone(chromium, cinema, viewport={"width": width, "height": 800}) as person:
        person.opens("Look at it")
        page = person.page
        assert page.evaluate("() => document.documentElement.scrollWidth") == width
        for name in ("#time", "#play", "#here", "#apply", "#key-before"):
            box = page.locator(name).bounding_box()
            assert box is not None
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
        thumb, mark = page.locator("#time").bounding_box(), page.locator("#keys span").last.bounding_box()
        assert thumb is not None and mark is not None
        assert mark["x"] == pytest.approx(thumb["x"] + thumb["width"] - 8, abs=3), "the last mark is at the end"


def violations_without_policy(person: Person) -> str:
    """What axe finds in the page as it is; its script may run in it for this."""
    browser = person.page.context.browser
    assert browser is not None
    with browser.new_context(storage_state=person.page.context.storage_state(), bypass_csp=True) as context:
        page = context.new_page()
        page.goto(person.page.url)
        page.locator("#films svg").first.wait_for(state="attached")
        for details in page.locator("details").all():
            details.evaluate("details => { details.open = true }")
        return violations(page)
