"""The options of ``wordfuse serve`` and ``wordfuse web``."""

from pathlib import Path
from typing import Annotated

import typer

from wordfuse.cli.options.build import ENGINE, env

ServedModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Hub id or folder of a LLaMA; default: the embedded model with its adapter.",
        envvar=env("SERVED_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.", envvar=env("HOST"))]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.", envvar=env("PORT"))]
Parser = Annotated[
    str | None,
    typer.Option("--parser", help="vLLM's tool-call parser; default: by the model's name.", envvar=env("PARSER")),
]
ServerLog = Annotated[Path, typer.Option("--log", help="Where the server's output goes.", envvar=env("LOG"))]
Listen = Annotated[
    str,
    typer.Option("--listen", help="Address to listen on; one of other machines needs --auth.", envvar=env("LISTEN")),
]
PagePort = Annotated[
    int,
    typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: any that is free.", envvar=env("WEB_PORT")),
]
Auth = Annotated[
    str | None,
    typer.Option(
        "--auth",
        metavar="USER:PASSWORD",
        help="Asked of everybody. Others on this machine see what is typed: better use the variable.",
        envvar=env("WEB_AUTH"),
        show_default=False,
    ),
]
