"""A run over a film that ends itself with SIGKILL: python -m tests.killed_film FOLDER IR VI STAGE COUNT."""

import os
import signal
import sys
from pathlib import Path

from tests.fakes import ScriptedModel, plan, step
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.film.work import Doing, Watch
from wordfuse.agent.settings import Settings

WORDS = "brighten the dark areas"


def model() -> ScriptedModel:
    return ScriptedModel({WORDS: plan(step("relight", "brighter", "dark areas"))})


def begin(folder: Path, ir: Path, vi: Path) -> FilmSession:
    settings = Settings(regions="pixels", device="cpu")
    return FilmSession.create(folder, ir, vi, [WORDS], settings, Wanted(every=6, frames=True), model())


def main() -> None:
    folder, ir, vi = map(Path, sys.argv[1:4])
    stage, count = sys.argv[4], int(sys.argv[5])

    def die(doing: Doing) -> None:
        if (doing.stage, doing.done) == (stage, count):
            os.kill(os.getpid(), signal.SIGKILL)

    begin(folder, ir, vi).run(Watch(die))


if __name__ == "__main__":
    main()
