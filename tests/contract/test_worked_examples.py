"""CONTRIBUTING.md shows how to add things: its code is put where it says, and used as any other."""

import json
import re
import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import save_file

from tests.commandline import Scene, wordfuse
from tests.contract.test_region_backends import RegionBackendContract
from tests.fakes import Small
from wordfuse.agent.mcp.server import listing
from wordfuse.fusion.networks import presets
from wordfuse.fusion.regions import RegionBackend, backends, create_backend
from wordfuse.tools import registry
from wordfuse.tools.registry import TOOLS, as_langchain, call
from wordfuse.tools.store.workspace import Workspace

GUIDE = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"
# Code, and the last file that is named before it.
SHOWN = re.compile(r"`([\w/]+\.py)`[^`]*?:\n\n```python\n(.*?)```", re.DOTALL)


def shown() -> dict[str, str]:
    """The code in CONTRIBUTING.md by the file that it belongs in, or is a line of."""
    return dict(SHOWN.findall(_section()))


def _section() -> str:
    text = GUIDE.read_text(encoding="utf-8")
    return text[text.index("## Add a tool, a region backend") :]


def put(file: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that the guide shows, as if it stood in ``file``."""
    name, path = "wordfuse." + file.removesuffix(".py").replace("/", "."), folder / Path(file).name
    path.write_text(shown()[file], encoding="utf-8")
    spec = spec_from_file_location(name, path)
    assert isinstance(spec, ModuleSpec)
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def mean_luma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The tool, with its line in the registry."""
    module = put("tools/mean_luma.py", tmp_path, monkeypatch)
    (tool,) = eval(f"({shown()['tools/registry.py']})", vars(registry) | vars(module))
    monkeypatch.setitem(TOOLS, tool.name, tool)
    return str(tool.name)


@pytest.fixture
def left_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The backend, with its line among the others."""
    put("fusion/regions/left_half.py", tmp_path, monkeypatch)
    line: dict[str, Any] = eval(f"{{{shown()['fusion/regions/backends.py']}}}", vars(backends))
    ((name, create),) = line.items()
    monkeypatch.setitem(backends.BACKENDS, name, create)
    return name


def test_the_tool_is_called_by_its_name(mean_luma: str, small: Small, tmp_path: Path) -> None:
    work = Workspace(tmp_path / "run", small.ir, small.vi, small.settings().for_tools())
    assert call("fuse", {}, work).error is None
    work.adopt_mask("sky", small.masks["sky"])
    inside = np.asarray(Image.open(small.masks["sky"])) > 127
    expected = np.asarray(Image.open(tmp_path / "run/fused.png").convert("L"))[inside].mean()
    answer = call(mean_luma, {"image": "fused", "mask": "sky"}, work)
    assert answer.result == {"luma": pytest.approx(expected, abs=0.6)}, "Pillow rounds each pixel"
    assert call(mean_luma, {"image": "nothing", "mask": None}, work).error == "unknown image 'nothing'; known: fused"
    assert (call(mean_luma, {"image": "fused"}, work).error or "").startswith("bad arguments for mean_luma: mask")


def test_its_test_passes(mean_luma: str, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown_test = put(f"tests/unit/tools/test_{mean_luma}.py", tmp_path, monkeypatch)
    shown_test.test_the_mean_is_taken_inside_the_mask(small, tmp_path)


def test_other_agents_have_the_tool_as_well(mean_luma: str, small: Small, tmp_path: Path) -> None:
    work = Workspace(tmp_path / "run", small.ir, small.vi, small.settings().for_tools())
    ours = {tool.name: tool for tool in as_langchain(work)}[mean_luma]
    assert ours.description == "Measure how bright a region is."
    (listed,) = (tool for tool in listing() if tool.name == mean_luma)
    assert listed.annotations is not None
    assert listed.annotations.read_only_hint is True


def test_the_backend_is_found_by_its_name(left_half: str, scene: Scene, here: Path) -> None:
    arguments = [*scene.pair, *scene.network, "--regions", left_half, "--out", "mask.png", "--json"]
    result = wordfuse("segment", "people", *arguments)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["found"], told["source"], told["area"]) == (True, "left-half", 0.5)
    assert told["reason"] == "'people' is taken to be the left half"
    mask = np.asarray(Image.open(here / "mask.png"))
    half = mask.shape[1] // 2
    assert (mask[:, :half] == 255).all()
    assert (mask[:, half:] == 0).all()


def test_the_preset_is_found_by_its_name(scene: Scene, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line: dict[str, Any] = eval(f"{{{shown()['fusion/networks/presets.py']}}}", vars(presets))
    ((name, make),) = line.items()
    monkeypatch.setitem(presets.PRESETS, name, make)
    save_file(presets.build_network(name).state_dict(), here / "weights.safetensors")
    chosen = ["--preset", name, "--weights", "weights.safetensors", "--device", "cpu"]
    assert wordfuse("fuse", *scene.pair, *chosen, "--out", "fused.png").exit_code == 0
    assert Image.open(here / "fused.png").size == Image.open(scene.vi).size


def test_the_table_of_folders_is_complete() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    table = text[text.index("## Where things live") : text.index("Begin with `agent/graph.py`")]
    named: set[Path] = set()
    for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE):
        first, *more = re.findall(r"`([\w/]+)/`", row)
        named |= {Path(first), *(Path(name if "/" in name else f"{Path(first).parent}/{name}") for name in more)}
    root = GUIDE.parent
    assert all((root / folder).is_dir() for folder in named), named
    tops = ["agent", "evals", "fusion", "tools"]
    folders = {path.parent.relative_to(root) for top in tops for path in (root / top).glob("*/__init__.py")}
    assert folders <= named


class TestLeftHalf(RegionBackendContract):
    """The backend keeps to the contract."""

    @pytest.fixture
    def backend(self, left_half: str) -> RegionBackend:
        return create_backend(left_half)
