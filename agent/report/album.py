"""The pictures of a page, each embedded once however often it is shown."""

import hashlib
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
    """What a page shows; each picture is embedded where the page first comes to it."""

    _shown: set[str] = field(default_factory=set)

    def first(self, picture: Picture) -> bool:
        """Whether the page comes to this picture for the first time, and so has to hold it."""
        fresh = picture.id not in self._shown
        self._shown.add(picture.id)
        return fresh


def picture_of(thumbnail: Thumbnail, alt: str) -> Picture:
    """A picture with its description; two files with the same pixels are one picture, known by its content."""
    digest = hashlib.sha256(thumbnail.data).hexdigest()[:16]
    return Picture(f"picture-{digest}", alt, thumbnail.data, thumbnail.width, thumbnail.height)
