"""A user without a home, or with one that takes nothing: what needs no folder there works, what needs one says so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batches import PLANS
from tests.commandline import LanguageModel, Scene, files_under, serving, wordfuse
from tests.faults.breaking import HOMES, Home
from tests.faults.storage.test_disks import suite
from tests.patience import PATIENCE_S

# A user without an account, who may read and write all the same, as Python itself may lie in root's home.
ANYBODY = ["setpriv", "--reuid=54321", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def command(home: Home, *args: object) -> "subprocess.CompletedProcess[str]":
    become = ANYBODY if home.user else []
    if become and subprocess.run([*become, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this process may not become another user")
    environment = {name: value for name, value in (dict(os.environ) | home.environment).items() if value is not None}
    return subprocess.run(
        [*become, sys.executable, "-m", "wordfuse", *map(str, args)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_S,
        check=False,
        env=environment,
    )


@pytest.fixture
def open_folder(scene: Scene, here: Path) -> Path:
    """A folder that everybody may write to, with the pair in it, by relative names."""
    for name in ("ir.png", "vi.png", "tiny.safetensors"):
        shutil.copy(scene.folder / name, here / name)
        (here / name).chmod(0o644)
    here.chmod(0o777)
    return here


PAIR = ["--ir", "ir.png", "--vi", "vi.png"]


@pytest.mark.parametrize("home", HOMES, ids=str)
def test_what_needs_no_home_works(open_folder: Path, home: Home) -> None:
    before = set(files_under(open_folder))
    done = command(home, "metrics", *PAIR, "--fused", "vi.png", "--json")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert set(files_under(open_folder)) == before, "no folder that is called ~"


@pytest.mark.parametrize("home", HOMES, ids=str)
def test_the_embedded_language_model_says_what_it_lacks(open_folder: Path, home: Home) -> None:
    before = set(files_under(open_folder))
    done = command(home, "plan", "brighten the sky", "--json")
    assert (done.returncode, done.stdout) == (home.code, ""), done.stderr
    assert done.stderr.startswith("wordfuse: ") and done.stderr.count("\n") == 1, done.stderr
    assert home.says in done.stderr
    assert set(files_under(open_folder)) == before


def test_an_evaluation_keeps_nothing_at_home(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does what it is built on."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/dev/null")
    with serving(LanguageModel(PLANS)) as server:
        done = wordfuse("eval", suite(here), "--llm", server.url, "--out", "kept", "--json", "--quiet")
    assert done.exit_code == 0, done.output
    assert (here / "kept/report.json").exists()
