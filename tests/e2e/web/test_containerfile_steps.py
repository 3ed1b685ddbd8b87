"""The steps of the Containerfile, each as it stands there, in a clean root: what a builder would do, without one.

The root is an overlay over this machine's: what the steps write goes into a temporary folder. The libraries of this
environment stand in for the package index, so that what is tested is ours: that the files which are copied are all that
is needed, that the versions which constraints.txt names fit pyproject.toml, that the model is fetched to where it is
looked for, and that somebody who may write nothing there can use it.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.unit.test_containerfile import ROOT, instructions
from wordfuse.agent.model.embedded.base import cache_dir

pytestmark = [pytest.mark.real]

CLEAN = r"""
set -eu
mount -t tmpfs none {work}
mkdir {work}/upper {work}/work {work}/root {work}/fetched {work}/fetching
mount -t overlay none -o lowerdir=/,upperdir={work}/upper,workdir={work}/work {work}/root
# The model is fetched once a machine: what is here already lies where the steps look for it.
mkdir -p {work}/root/opt/wordfuse/cache
test ! -d {cache} || mount -t overlay none \
    -o lowerdir={cache},upperdir={work}/fetched,workdir={work}/fetching,metacopy=on {work}/root/opt/wordfuse/cache
mount --bind /dev {work}/root/dev
mount -t proc none {work}/root/proc
exec chroot {work}/root sh -eu {script}
"""
# What the page answers to whoever gives the password, and to whoever does not.
ASKS = """
import base64, time, urllib.request, urllib.error
address, password = "http://127.0.0.1:{port}/", {password!r}
for _ in range(600):
    try:
        urllib.request.urlopen(address)
    except urllib.error.HTTPError as error:
        print("without", error.code)
        break
    except OSError:
        time.sleep(0.1)
head = {{"authorization": "Basic " + base64.b64encode(password.encode()).decode()}}
page = urllib.request.urlopen(urllib.request.Request(address, headers=head)).read().decode()
print("with", "Open a pair" in page)
"""


def can_make_roots(folder: Path) -> bool:
    """Whether a root can be laid over this one: root may, where the system lets it."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    (folder / "hello").write_text("echo made", encoding="utf-8")
    tried = laid_over(folder, folder / "hello")
    return tried.returncode == 0 and "made" in tried.stdout


def laid_over(folder: Path, script: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script in a clean root."""
    (folder / "over").mkdir(exist_ok=True)
    made = CLEAN.format(work=folder / "over", script=script, cache=cache_dir())
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", made], capture_output=True, text=True, check=False, timeout=900
    )


def as_constrained() -> bool:
    """Whether the libraries here are those of constraints.txt; with newer ones nothing could be installed offline."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    for name in ("torch", "starlette", "uvicorn", "python-multipart", "langgraph", "numpy"):
        (wanted,) = [line.partition("==")[2] for line in lines if line.startswith(f"{name}==")]
        try:
            if version(name).partition("+")[0] != wanted.partition("+")[0]:
                return False
        except PackageNotFoundError:
            return False
    return True


def script_of(context: Path) -> str:
    """The Containerfile as a shell script, on a machine that has Python and the libraries."""
    libraries = {str(Path(str(spec.origin)).parents[1]) for spec in map(find_spec, ("torch", "hatchling")) if spec}
    site = "/usr/local/clean/lib/python*/site-packages"
    lines = [
        "getent passwd 1000 | cut -d: -f1 | xargs -r userdel",  # the image has nobody of that number
        "chmod a+rx /root /root/.pyenv 2>/dev/null || true",  # where this machine's Python may lie
        f"{sys.executable} -m venv /usr/local/clean",
        f"printf '%s\\n' {shlex.join(sorted(libraries))} > $(echo {site})/0-libraries.pth",
        "/usr/local/clean/bin/pip uninstall --yes --quiet setuptools",  # an old one; that of the libraries is seen then
        # What builds it is among the libraries, too; of this variable pip takes 0 to mean that nothing is isolated.
        "export PATH=/usr/local/clean/bin:$PATH PIP_NO_INDEX=1 PIP_NO_BUILD_ISOLATION=0 OMP_NUM_THREADS=1",
        "unset PYTHONPATH WORDFUSE_WEB_AUTH",
        "cd /",
    ]
    for name, given in instructions():
        if name in ("ENV", "ARG"):
            lines.append(f"export {given}")
        elif name == "COPY":
            lines += [f"mkdir -p {given.split()[1]}", f"cp -a {context}/. {given.split()[1]}"]
        elif name == "RUN":
            lines.append(f"sh -c {shlex.quote(given)} || exit 1")  # a list of commands may fail in its midst
        elif name == "CMD":
            command, password = json.loads(given), "me:a-long-password"
            asks = ASKS.format(port=command[-1], password=password)
            lines += [
                "cat > /starts <<'STARTS'",
                f"WORDFUSE_WEB_AUTH={password} {shlex.join(command)} &",
                f"python -c {shlex.quote(asks)}",
                "kill -INT $!; wait $! || true",
                "wordfuse plan 'denoise the sky'",
                "touch /opt/wordfuse/cache/x 2>/dev/null || echo it may write nothing there",
                "STARTS",
                # A network of its own: the port is free there, and nothing can be fetched.
                "unshare --net sh -c 'ip link set lo up; exec setpriv --reuid 1000 --regid 1000 --clear-groups "
                "env HOME=/home/wordfuse sh -eu /starts'",
            ]
    return "\n".join(lines)


def test_its_steps_make_a_page_that_starts(tmp_path: Path) -> None:
    if not can_make_roots(tmp_path):
        pytest.skip("no root can be laid over that of this machine")
    if not as_constrained():
        pytest.skip("the libraries here are others than those of constraints.txt")
    context = tmp_path / "context"
    kept = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    for name in (line.removeprefix("!") for line in kept if line.startswith("!")):
        place = context / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, place)
    (tmp_path / "steps").write_text(script_of(context), encoding="utf-8")
    done = laid_over(tmp_path, tmp_path / "steps")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "without 401" in done.stdout
    assert "with True" in done.stdout
    assert done.stdout.count("denoise: sky") == 2, "planned at the build, and then by somebody who cannot fetch it"
    assert "it may write nothing there" in done.stdout
