"""Watches a process by Python's audit events: which files, processes and connections it asks for that it must not."""

import os
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.drive.row import ROOT

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PROCESSES = frozenset(
    ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn")
)
_CHANGES = frozenset(
    ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.chown")
)
# So Python's platform module finds the processor, which the openai package tells.
_UNAME = ("uname", ["uname", "-p"])
_SYSTEM = (
    *("/proc", "/sys", "/dev/null", "/dev/urandom", "/usr/lib", "/usr/share/zoneinfo", "/usr/share/mime", "/lib"),
    *("/etc/localtime", "/etc/mime.types", "/etc/ssl", "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf"),
    *("/etc/host.conf", "/etc/gai.conf", "/etc/os-release", "/etc/ld.so.cache"),
)


def watch(own: Path, port: int, report: Path) -> None:
    """From here on, write a line to a file for everything that the process must not ask for.

    Args:
        own: the folder that it may read and write.
        port: of this machine, to which it may connect.
        report: the file.
    """
    told = os.open(report, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    installed = [str(ROOT), sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()]
    readable = [os.path.realpath(path) for path in (own, *installed, *_SYSTEM)]
    writable = [os.path.realpath(own), "/dev/null"]

    def hook(event: str, args: tuple[Any, ...]) -> None:
        fault = _fault(event, args, readable, writable, port)
        if fault is not None:
            os.write(told, f"{event}: {fault}\n".encode(errors="replace"))

    sys.addaudithook(hook)


def _fault(
    event: str, args: tuple[Any, ...], readable: Sequence[str], writable: Sequence[str], port: int
) -> str | None:
    if event == "open" and isinstance(args[0], str | bytes | os.PathLike):
        writes = isinstance(args[2], int) and args[2] & _WRITING
        return _outside(args[0], writable if writes else readable)
    if event in _CHANGES:
        paths = [path for path in args[:2] if isinstance(path, str | bytes | os.PathLike)]
        return next(filter(None, (_outside(path, writable) for path in paths)), None)
    if event in _PROCESSES and args[:2] != _UNAME:
        return ascii(args)[:200]
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        return None if args[-1] == ("127.0.0.1", port) else ascii(args[-1])
    if event == "socket.getaddrinfo":
        return None if args[0] in ("127.0.0.1", "localhost") else ascii(args[:2])
    return ascii(args)[:200] if event in ("urllib.Request", "webbrowser.open", "ftplib.connect") else None


def _outside(path: Any, roots: Sequence[str]) -> str | None:
    real = os.path.realpath(os.fsdecode(path))
    inside = any(real == root or real.startswith(root.rstrip("/") + "/") for root in roots)
    return None if inside else ascii(real)
