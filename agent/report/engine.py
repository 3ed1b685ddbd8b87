"""From a template and what it shows to a page: escaping, style and script within the page, its security policy."""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from wordfuse.agent.report.wording import argument, number, seconds, share, signed, tried_words

# What reorders the text around it: a name could read as another, a command as a harmless one. And control characters,
# but for those that words need, and halves of characters.
_UNFIT = re.compile("[\u202a-\u202e\u2066-\u2069\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def render(template: str, style: str = "", script: str | None = None, **shown: Any) -> str:
    """A whole page.

    Args:
        template: its file in ``pages/``.
        style: rules that go behind those of ``style.css``.
        script: its file in ``pages/``, if it has one.
        shown: what the template names. Every text in it is escaped, unless it is ``Markup``.
    """
    style = _file("style.css") + style
    code = _file(script) if script else ""
    return (
        _environment()
        .get_template(template)
        .render(style=Markup(style), script=Markup(code), policy=_policy(style, code), **shown)
    )


def render_part(template: str, **shown: Any) -> Markup:
    """A part of a page, which the page shows as it is; see :func:`render`."""
    return Markup(_environment().get_template(template).render(**shown))


def plain(value: Any) -> Any:
    """Text as it may stand on a page: what no eye sees or what reorders the rest is written as an escape.

    Line breaks, joiners and marks of direction stay: words of any language need them.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return _UNFIT.sub(lambda found: ascii(found[0])[1:-1], value)


def data_uri(kind: str, data: bytes) -> Markup:
    """A file as an address that holds it."""
    return Markup(f"data:{kind};base64,{base64.b64encode(data).decode()}")


def options(choices: Sequence[tuple[str, Any]], chosen: Any) -> Markup:
    """The pictures that can be chosen among, by name; of a long conversation these are hundreds."""
    return Markup(
        "".join(
            f'<option value="{escape(one.id)}"{" selected" * (one.id == chosen.id)}>{escape(name)}</option>'
            for name, one in choices
        )
    )


def _policy(style: str, script: str) -> str:
    """What the page may load and run: its own style and script, known by their hashes, and pictures within it."""
    policy = f"default-src 'none'; img-src data:; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    return f"{policy}; script-src {_hash(script)}" if script else policy


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _file(name: str) -> str:
    return files("wordfuse.agent.report").joinpath("pages", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("wordfuse.agent.report", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "argument": argument,
        "options": options,
        "number": number,
        "seconds": seconds,
        "share": share,
        "signed": signed,
        "tried": tried_words,
    }
    return environment
