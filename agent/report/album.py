"""The pictures of a page, each embedded once however often it is shown."""

from dataclasses import dataclass, field

from markupsafe import Markup

from wordfuse.agent.report.engine import data_uri
from wordfuse.fusion.display.thumbnails import Thumbnail


@dataclass(frozen=True)
class Picture:
    """A picture within a page.

    Attributes:
        id: of the element that holds it.
        alt: what is seen.
        data: a WebP file.
        width: in pixels.
        height: in pixels.
    """

    id: str
    alt: str = field(hash=False)
    data: bytes = field(hash=False)
    width: int = field(hash=False)
    height: int = field(hash=False)

    @property
    def source(self) -> Markup:
        """The picture itself, as an address."""
        return data_uri("image/webp", self.data)


@dataclass
class Album:
    """Pictures by their content: two files with the same pixels are one picture."""

    _pictures: dict[bytes, Picture] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)

    def add(self, thumbnail: Thumbnail, alt: str) -> Picture:
        """Take a picture in; one that is known keeps its first description."""
        known = self._pictures.get(thumbnail.data)
        if known is None:
            known = self._pictures[thumbnail.data] = Picture(
                id=f"picture-{len(self._pictures) + 1}",
                alt=alt,
                data=thumbnail.data,
                width=thumbnail.width,
                height=thumbnail.height,
            )
        return known

    def first(self, picture: Picture) -> bool:
        """Whether the page comes to this picture for the first time, and so has to hold it."""
        fresh = picture.id not in self._shown
        self._shown.add(picture.id)
        return fresh
