"""A page as a browser would read it, for tests of what it loads, says and lets others say."""

import base64
import hashlib
import re
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = {"meta", "img", "input", "link", "br", "rect", "line", "polyline", "circle"}


@dataclass(frozen=True)
class Element:
    """A start tag."""

    tag: str
    attributes: dict[str, str]


class Page(HTMLParser):
    """Every element and text of a page; a tag that is not closed where it should be fails."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.code: dict[str, str] = {}  # style, script -> what is in it
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert not self._open, self._open

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def values(self, name: str) -> list[str]:
        return [element.attributes[name] for element in self.elements if name in element.attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        assert tag in VOID, tag

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            self.code[self._open[-1]] = self.code.get(self._open[-1], "") + data
        else:
            self.texts.append(data)


def check_page(source: str) -> Page:
    """What holds for every page: it is whole, loads nothing, and runs nothing but its own script."""
    page = Page(source)
    assert source.startswith("<!doctype html>")
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for image in page.all("img"):
        assert image.attributes["alt"].strip()
        assert re.fullmatch(r"data:image/webp;base64,[A-Za-z0-9+/=]+", image.attributes["src"])
    for name in ("aria-labelledby", "aria-describedby"):
        for value in page.values(name):
            assert set(value.split()) <= set(ids), value
    assert not {"iframe", "object", "embed", "form", "base", "link"} & {element.tag for element in page.elements}
    for element in page.elements:
        assert not any(name.startswith("on") or name in ("style", "srcset", "action") for name in element.attributes)
    policy = next(e.attributes["content"] for e in page.all("meta") if "http-equiv" in e.attributes)
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert "unsafe" not in policy
    for kind, code in page.code.items():
        assert len(page.all(kind)) == 1
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
        assert not re.search(r"url\(|@import|https?:", code)
    return page
