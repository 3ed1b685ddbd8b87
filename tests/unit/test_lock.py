"""The lock: one exact version of each package that `make demo` and `make test` install, and not where it is from."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
LOCKED = [Requirement(line) for line in LINES if not line.startswith("#")]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def wanted(given: list[str], extras: dict[str, list[str]]) -> Iterator[Requirement]:
    """Requirements, with those of the extras of our own that they name."""
    for requirement in map(Requirement, given):
        if requirement.name == PYPROJECT["project"]["name"]:
            for extra in sorted(requirement.extras):
                yield from wanted(extras[extra], extras)
        else:
            yield requirement


def asked_for() -> list[Requirement]:
    project: dict[str, Any] = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    return list(wanted(PYPROJECT["build-system"]["requires"] + project["dependencies"] + extras["dev"], extras))


def version_of(name: str, python: str) -> str:
    """What is locked for a package on Linux."""
    place = default_environment() | {"python_version": python, "python_full_version": f"{python}.9"}
    place |= {"sys_platform": "linux", "platform_machine": "x86_64"}
    (line,) = (
        line
        for line in LOCKED
        if canonicalize_name(line.name) == canonicalize_name(name)
        and (line.marker is None or line.marker.evaluate({**place}))
    )
    (exact,) = line.specifier
    return exact.version


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_a_name_and_an_exact_version(line: str) -> None:
    """No index, host, path, hash or local version: any build of torch, from anywhere, fits."""
    if line.startswith("#"):
        assert not re.search(r"[/\\:@]{2}|\w[/\\]\w|\.\w", line)
    else:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [a-zA-Z0-9_.'()<>=! ]+)?", line)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_what_the_project_asks_for_is_locked_within_its_range(python: str) -> None:
    requirements = asked_for()
    assert len(requirements) > 40
    outside = [
        f"{requirement}: {version}"
        for requirement in requirements
        if not requirement.specifier.contains(version := version_of(requirement.name, python))
    ]
    assert outside == []


def test_every_range_has_an_upper_end() -> None:
    """A major version that nobody tried is not promised to work."""
    extras: dict[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
    optional = [one for given in extras.values() for one in wanted(given, extras)]
    open_ended = [
        str(requirement)
        for requirement in [*asked_for(), *optional]
        if not {"==", "<"} & {part.operator for part in requirement.specifier}
    ]
    assert open_ended == []
