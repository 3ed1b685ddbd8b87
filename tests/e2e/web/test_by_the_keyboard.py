"""The page by keyboard alone, and the values it tells of a place."""

from typing import TYPE_CHECKING

import pytest

from tests.e2e.web.site import Person
from tests.patience import until

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [pytest.mark.browser, pytest.mark.real]

OPEN = "Look at it"


def test_everything_by_the_keyboard(person: Person) -> None:
    person.opens(OPEN)
    page = person.page
    page.locator("#divider").focus()
    page.keyboard.press("Home")
    assert until(lambda: page.locator("#divider").get_attribute("aria-valuetext").startswith("0% visible"))
    assert not page.locator("#left-name").is_visible()
    page.keyboard.press("End")
    assert page.locator("#left-name").is_visible()
    assert not page.locator("#right-name").is_visible()
    page.get_by_label("Compare", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.locator("#pen").focus()
    assert page.locator("#cross").is_visible()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert until(lambda: "Column 153" in page.locator("#pixel").inner_text())
    page.keyboard.press("Enter")
    page.locator("[data-mark]").first.wait_for()
    page.get_by_role("button", name="Unmark").press("Enter")
    assert page.locator("[data-mark]").count() == 0
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") in ("words", "send")


def test_the_last_place_asked_about_is_the_one_told(person: Person) -> None:
    """However late the answer about an earlier place comes."""
    person.opens(OPEN)
    page = person.page
    late: list[Route] = []

    def answer(route: "Route") -> None:
        if late:
            route.continue_()
        else:
            late.append(route)

    page.get_by_label("Compare", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.locator("#pen").focus()
    page.route("**/values?*", answer)
    with page.expect_request("**/values?*"):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_timeout(500)
    late[0].continue_()
    assert until(lambda: "Column 168" in page.locator("#pixel").inner_text())
    page.wait_for_timeout(500)
    assert "Column 168" in page.locator("#pixel").inner_text()
