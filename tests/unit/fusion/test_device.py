"""How torch's threads wait, and where bfloat16 is fast."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from wordfuse.fusion.device import check_device, has_fast_bfloat16
from wordfuse.fusion.errors import InputError


def policy_after(code: str) -> str:
    """What a fresh Python without variables of OpenMP's has told torch's threads."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    code += "; import os, sys; print(os.environ.get('OMP_WAIT_POLICY'), 'torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "module",
    [
        "wordfuse.fusion.device",
        "wordfuse.agent.model.embedded.embedded",
        "wordfuse.evals.bench.fusing.ablate_fusion",
        "wordfuse.tools.types",
    ],
)
def test_threads_that_wait_sleep_whatever_is_imported_first(module: str) -> None:
    """It is only said while torch is not there yet, for later it would not be heard."""
    assert policy_after(f"import {module}").startswith("PASSIVE")


def test_nothing_is_said_too_late() -> None:
    assert policy_after("import torch, wordfuse.fusion.device") == "None True"


def test_a_choice_of_the_users_holds() -> None:
    code = "import os; os.environ['OMP_WAIT_POLICY'] = 'active'; import wordfuse.fusion.losses"
    assert policy_after(code) == "active True"


def test_bfloat16_is_fast_where_the_cpu_has_instructions_for_it() -> None:
    cpu = Path("/proc/cpuinfo")
    if platform.machine() != "x86_64" or not cpu.exists():
        pytest.skip("reads the flags of an x86 CPU from /proc/cpuinfo")
    flags = set(next(line for line in cpu.read_text().splitlines() if line.startswith("flags")).split())
    if "avx512f" not in flags:
        pytest.skip("a CPU without AVX-512")
    assert has_fast_bfloat16(torch.device("cpu")) == bool(flags & {"avx512_bf16", "amx_bf16"})


def test_devices_are_looked_for_without_torch_where_they_always_are() -> None:
    code = "from wordfuse.fusion.device import check_device; check_device('auto'); check_device('cpu')"
    assert policy_after(code).endswith("False")


@pytest.mark.parametrize("name", ["gpu", "cpu:1", "cuda:x", "cuda:999", ""])
def test_a_device_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        check_device(name)


def test_without_a_driver_auto_is_the_processor_and_torch_is_not_asked() -> None:
    code = "from wordfuse.fusion import device; device.GPU_FILES = (); assert device.is_cpu('auto')"
    assert policy_after(code).endswith("False")


def test_where_a_driver_shows_itself_torch_decides(tmp_path: Path) -> None:
    (tmp_path / "nvidiactl").touch()
    code = f"from wordfuse.fusion import device; device.GPU_FILES = ({str(tmp_path / 'nvidiactl')!r},); "
    code += "assert device.is_cpu('auto') == (device.resolve_device('auto').type == 'cpu')"
    assert policy_after(code).endswith("True")
