"""The name of what computes."""

import os
import platform
from pathlib import Path


def processor() -> str:
    """What computes: its name, and what variables keep its libraries from using."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    held_back = [
        f"{name}={os.environ[name]}" for name in ("ATEN_CPU_CAPABILITY", "OPENBLAS_CORETYPE") if name in os.environ
    ]
    return " ".join([named or platform.processor() or platform.machine(), *held_back])
