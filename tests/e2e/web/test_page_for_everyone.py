"""The page for everyone: screen readers, both colour schemes, phones; and pictures as large as cameras make them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.web.site import PATIENCE_MS, Person, Site
from tests.patience import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.real]

OPEN = "Look at it"


@pytest.fixture(scope="module")
def held(chromium: Any, site: Site) -> tuple[str, Any]:
    """A run with a turn that was done, one that was not, an answer and an open question; and whose it is."""
    from tests.e2e.web.site import someone

    with someone(chromium, site) as person:
        name = person.opens(OPEN)
        for words in ("make the people stand out", "how many people are there?", "sing a song", "brighten the car"):
            person.says(words)
        return name, person.page.context.storage_state()


def opened(person: Person, run: str) -> "Page":
    page = person.page
    page.goto(f"{person.site.url}runs/{run}")
    person.ready()
    for details in page.locator("details").all():
        details.evaluate("details => { details.open = true }")
    return page


def violations(page: "Page") -> str:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page)
    assert found.response["passes"]
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(somebody: Callable[..., Person], site: Site, held: tuple[str, Any], scheme: str) -> None:
    run, known = held
    person = somebody(
        storage_state=known, color_scheme=scheme, bypass_csp=True, viewport={"width": 1280, "height": 900}
    )
    page = person.page
    page.goto(site.url)
    page.get_by_role("button", name="Look at the example").click()
    page.locator("#preview").wait_for()
    for details in page.locator("details").all():
        details.evaluate("details => { details.open = true }")
    assert violations(page) == ""
    page = opened(person, run)
    assert page.locator("#question").is_visible()
    assert violations(page) == ""
    page.get_by_label("Point", exact=True).check()
    assert violations(page) == ""
    dark = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") == "rgb(22, 21, 19)"
    assert dark == (scheme == "dark")


@pytest.mark.parametrize("width", [375, 768, 1280])
def test_nothing_is_wider_than_the_screen(
    somebody: Callable[..., Person], site: Site, held: tuple[str, Any], width: int
) -> None:
    run, known = held
    person = somebody(storage_state=known, viewport={"width": width, "height": 800})
    page = person.page
    for address in (site.url, f"runs/{run}"):
        if address == site.url:
            page.goto(address)
            page.get_by_role("button", name="Look at the example").click()
            page.locator("#preview").wait_for()
            begin = page.locator("#begin")
            assert until(lambda begin=begin: begin.bounding_box()["y"] + begin.bounding_box()["height"] <= 800)  # type: ignore[misc]
        else:
            page = opened(person, run)
        assert page.evaluate("() => document.documentElement.scrollWidth") == width
        for button in page.locator("button:visible, select:visible, textarea:visible").all():
            box = button.bounding_box()
            assert box is not None
            inside = button.evaluate("button => button.closest('.strip, .scroll') !== null")
            assert inside or (box["x"] >= 0 and box["x"] + box["width"] <= width), button.inner_text()


def test_what_is_looked_at_again_is_in_sight_on_a_phone(somebody: Callable[..., Person], held: tuple[str, Any]) -> None:
    run, known = held
    page = opened(somebody(storage_state=known, viewport={"width": 375, "height": 600}), run)
    page.locator("#history button").first.click()
    assert until(lambda: page.locator("#right-name").inner_text() == "fused, before any edit")

    def in_sight() -> bool:
        box = page.locator("#frame").bounding_box()
        return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 600

    assert until(in_sight)


@pytest.mark.slow
def test_a_picture_of_twelve_megapixels(person: Person, site: Site) -> None:
    """Opened, looked at and pointed at; the page asks for reduced pictures only."""
    import cv2

    folder = site.folder / "large"
    folder.mkdir()
    for name, size in (("ir", (1024, 768)), ("vi", (4096, 3072))):
        pixels = cv2.imread(str(site.folder / f"{name}.png"), cv2.IMREAD_UNCHANGED)
        cv2.imwrite(str(folder / f"{name}.jpg"), cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC))
    page = person.page
    page.goto(site.url)
    page.get_by_text("Choose two files").click()
    page.locator("select[name=ir]").select_option("large/ir.jpg")
    page.locator("select[name=vi]").select_option("large/vi.jpg")
    page.get_by_role("button", name="Look at these two").click()
    page.locator("#preview").wait_for()
    assert "4096 \u00d7 3072" in page.locator("#facts").inner_text()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/runs/*", timeout=PATIENCE_MS)
    person.ready()
    assert until(lambda: page.locator("#right").evaluate("img => img.naturalWidth") == 1600)
    frame = page.locator("#frame").bounding_box()
    page.get_by_label("Point", exact=True).check()
    page.mouse.click(frame["x"] + 0.34 * frame["width"], frame["y"] + 0.6 * frame["height"])
    page.locator("[data-mark]").first.wait_for()
    assert "a car" in page.locator("[data-mark]").first.inner_text()
    assert until(lambda: page.locator("#veil").evaluate("img => img.naturalWidth") == 1600)
    assert until(lambda: page.locator("#pixel").inner_text().startswith("Column 139"))
