"""What people install: a wheel, a wheel made of the sdist, an editable installation. Each adds one name, `wordfuse`."""

import os
import subprocess
import sys
import tarfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
KINDS = ("wheel", "sdist", "editable")
# A wheel made of the sdist holds the same files as one of the checkout, which is tested for both; installing it too
# takes more than ten seconds.
INSTALLED = pytest.mark.parametrize(
    "wheel", ["wheel", pytest.param("sdist", marks=pytest.mark.slow), "editable"], indirect=True
)


def clean_environment() -> dict[str, str]:
    """Nothing that leads to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def hatch(how: str, out: Path, source: Path) -> Path:
    """Build with hatchling's own interface, as pip does; gives the file."""
    code = f"import sys, hatchling.build as b; print(b.{how}(sys.argv[1]))"
    told = subprocess.run([sys.executable, "-c", code, out], cwd=source, capture_output=True, text=True, check=True)
    return out / told.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of this checkout."""
    return hatch("build_sdist", tmp_path_factory.mktemp("sdist"), ROOT)


@pytest.fixture(scope="module", params=KINDS)
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of each kind."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "editable":
        return hatch("build_editable", folder, ROOT)
    if request.param == "wheel":
        return hatch("build_wheel", folder, ROOT)
    with tarfile.open(request.getfixturevalue("sdist")) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return hatch("build_wheel", folder, unpacked)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment where it is installed, beside the libraries of this one."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    subprocess.run(pip, check=True, env=clean_environment())
    (site,) = (home / "lib").glob("python*/site-packages")
    # Plain folders: the .pth files in them, such as that of an editable installation of ours, do not count. By its name
    # it is read before that of an editable installation, which needs a library.
    libraries = {str(Path(str(spec.origin)).parents[1]) for spec in map(find_spec, ("torch", "editables")) if spec}
    (site / "0-libraries.pth").write_text("\n".join(libraries) + "\n")
    return home / "bin"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The folder of a colleague whose own modules have the names of our folders."""
    for name in ("agent", "tools", "prompts", "fusion", "evals", "examples"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('this is not yours')\n")
    return tmp_path


def called(*words: str | Path, at: Path) -> str:
    """What a command prints."""
    done = subprocess.run(words, cwd=at, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_below(folder: Path) -> set[str]:
    """Every file of the package in the checkout, through its links: code and data."""
    return {
        str(Path(place, name).relative_to(folder.parent))
        for place, _, names in os.walk(folder, followlinks=True)
        for name in names
        if not place.endswith("__pycache__")
    }


def test_one_name_at_top_level_with_all_its_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    if any(name.startswith("_editable") for name in names):  # what finds ours where it is
        assert names == {"_editable_impl_wordfuse.py", "_editable_impl_wordfuse.pth"}
    else:
        assert names == files_below(ROOT / "wordfuse")


def test_the_sdist_holds_what_a_build_needs_and_the_documents(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2].partition("/")[0] for name in archive.getnames()}
    documents = {"docs", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "NOTICE", "README.md"}
    assert names == documents | {"wordfuse", "pyproject.toml", "PKG-INFO", ".gitignore"}
    assert sdist.stat().st_size < 45e6, "a third of what PyPI takes: weights are most of it"


@INSTALLED
def test_only_wordfuse_can_be_imported(installed: Path, tmp_path: Path) -> None:
    code = """
from importlib.util import find_spec
import wordfuse, wordfuse.agent.graph, wordfuse.tools.types, wordfuse.evals
print(wordfuse.__version__)
print([name for name in ("agent", "tools", "prompts", "fusion", "evals", "tests", "wordfuse") if find_spec(name)])
"""
    assert called(installed / "python", "-c", code, at=tmp_path) == "0.1.0\n['wordfuse']\n"


@INSTALLED
def test_modules_of_the_users_own_are_not_taken_for_ours(installed: Path, desk: Path) -> None:
    """They come first on the path of a script beside them, and of `python -m`."""
    (desk / "mine.py").write_text(
        "import wordfuse\n"
        "from pathlib import Path\n"
        "street = Path(wordfuse.__file__).parent / 'examples' / 'street'\n"
        "print(wordfuse.read_pair(street / 'ir.png', street / 'vi.png').size)\n"
    )
    assert called(installed / "python", "mine.py", at=desk) == "(288, 384)\n"
    assert "wordfuse" in called(installed / "python", "-m", "wordfuse", "--help", at=desk)


@INSTALLED
@pytest.mark.slow
def test_the_command_fuses_the_bundled_pair(installed: Path, desk: Path) -> None:
    code = "import wordfuse; print(wordfuse.__path__[0])"
    street = Path(called(installed / "python", "-c", code, at=desk).strip()) / "examples" / "street"
    pair = ("--ir", street / "ir.png", "--vi", street / "vi.png")
    called(installed / "wordfuse", "fuse", *pair, "--out", "fused.png", at=desk)
    with Image.open(desk / "fused.png") as fused:
        assert fused.size == (384, 288)
