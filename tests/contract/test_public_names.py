"""What ``import wordfuse`` promises: names and signatures. Others' notebooks rely on them; add, change none."""

import inspect
import subprocess
import sys

import wordfuse

#: What every edit takes after what it alone takes.
EDIT = "strength='normal', amount=None, seed=0, progress=None, **options"
#: ``options`` are documented in ``wordfuse.api.options``.
SIGNATURES = {
    "read_pair": "ir, vi, align=False, *, max_pixels=50000000, temperature_scale=None, emissivity=None, reflected=None",
    "save": "picture, path",
    "fuse": "pair, *, progress=None, **options",
    "segment": "pair, words, *, invert=False, masks=None, **options",
    "incline": "picture, pair, mask=None, *, toward='infrared', " + EDIT,
    "relight": "picture, pair, mask=None, *, direction='brighter', " + EDIT,
    "denoise": "picture, pair, mask=None, *, " + EDIT,
    "contrast": "picture, pair, mask=None, *, direction='more', " + EDIT,
    "sharpen": "picture, pair, mask=None, *, " + EDIT,
    "dehaze": "picture, pair, mask=None, *, " + EDIT,
    "destripe": "picture, pair, mask=None, *, axis=None, " + EDIT,
    "blur": "picture, pair, mask=None, *, " + EDIT,
    "recolour": "picture, pair, mask=None, *, direction='vivid', " + EDIT,
    "metrics": "pair, picture, mask=None",
    "inspect": "pair, picture=None, mask=None, *, progress=None, **options",
    "temperatures": "pair, words=None, mask=None, *, unit='C', **options",
    "isotherms": "pair, values, picture=None, *, unit='C'",
    "run": "pair, instructions, llm='embedded', *, out=None, masks=None, progress=None, **options",
    "video": "ir, vi, instructions, llm='embedded', *, out=None, every=20, offset=0.0, fps=None, frames=False, "
    "align=False, max_pixels=50000000, temperature_scale=None, emissivity=None, reflected=None, masks=None, "
    "progress=None, **options",
    "resume": "folder, llm=None, *, model=None, device=None, progress=None",
    "Conversation": "pair, llm='embedded', *, out=None, ask=True, masks=None, progress=None, **options",
    "Conversation.resume": "folder, llm=None, *, ask=True, progress=None",
    "Conversation.say": "self, text",
    "Conversation.answer": "self, text",
    "Conversation.undo": "self, times=1",
    "Conversation.redo": "self",
    "Conversation.reset": "self",
    "Conversation.close": "self",
}
PROPERTIES = {
    "Pair": {"infrared", "visible", "temperatures", "gray", "size", "warnings", "decoded", "align", "max_pixels"},
    "Run": {"result", "fused", "record", "report", "folder", "satisfied"},
    "FilmRun": {"folder", "film", "record", "report", "satisfied"},
    "Turn": {"picture", "question", "options", "outcome", "satisfied"},
    "Conversation": {"picture", "question", "record", "folder"},
}
ERRORS = {
    "WordfuseError": "Exception",
    "InputError": "WordfuseError",
    "RegionError": "WordfuseError",
    "AnswerError": "WordfuseError",
    "BackendUnreachable": "WordfuseError",
}
TYPES = {"Picture", "Mask"}


def plain(name: str) -> str:
    found: object = wordfuse
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)
    parameters = inspect.signature(found).parameters.values()
    unannotated = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    return str(inspect.Signature(unannotated)).strip("()")


def test_the_public_names() -> None:
    named = {name.partition(".")[0] for name in SIGNATURES} | PROPERTIES.keys() | ERRORS.keys() | TYPES
    assert set(wordfuse.__all__) == named | {"__version__"}
    assert set(wordfuse.__all__) <= set(dir(wordfuse))


def test_their_signatures() -> None:
    assert {name: plain(name) for name in SIGNATURES} == SIGNATURES


def test_what_they_hold() -> None:
    for name, attributes in PROPERTIES.items():
        kind = getattr(wordfuse, name)
        assert attributes <= {*dir(kind), *getattr(kind, "__dataclass_fields__", {})}


def test_the_tree_of_errors() -> None:
    assert {name: getattr(wordfuse, name).__base__.__name__ for name in ERRORS} == ERRORS


def test_a_public_name_is_documented() -> None:
    for name in wordfuse.__all__:
        if name not in TYPES | {"__version__"}:
            assert (getattr(wordfuse, name).__doc__ or "").strip(), name


def test_the_import_brings_nothing_heavy() -> None:
    """A script that only catches our errors, or never gets that far, does not wait for torch."""
    code = (
        "import sys, wordfuse; wordfuse.__version__; wordfuse.__all__; dir(wordfuse);"
        "assert not hasattr(wordfuse, 'nonsense');"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'numpy', 'torch', 'PIL', 'pydantic', 'cv2'}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
