"""Reading the record of a run from its folder, and writing it, or any other JSON of a run."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from wordfuse.agent.errors import InputError
from wordfuse.agent.record.types import Record
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.files.json_file import read_json
from wordfuse.tools.calls.invalid import what_is_wrong


def read_record(folder: Path) -> Record:
    """The record of a finished run.

    Raises:
        InputError: it cannot be read, or is no record.
    """
    path = folder / "run.json"
    if not path.exists():
        raise InputError("no such file", subject=path, remedy="name the folder of a finished run")
    anew = f"remove it, and 'wordfuse resume {folder}' writes it anew"
    try:
        return Record.model_validate(read_json(path))
    except InputError as error:
        raise error.again(InputError, remedy=anew) from error
    except ValidationError as error:
        what = what_is_wrong(error, most=1)
        raise InputError(f"not the record of a run ({what})", subject=path, remedy=anew) from error


def write_json(path: Path, value: Any, *, private: bool = False) -> None:
    """Write readable JSON, or a model as JSON, atomically; ``private``: for the user alone."""
    # Half a character, as names of files may hold, is written as JSON's own escape.
    write_bytes_atomic(path, f"{_readable(value)}\n".encode(errors="backslashreplace"), private=private)


def _readable(value: Any) -> str:
    """JSON over several lines."""
    if isinstance(value, BaseModel):
        # Python's own encoder takes some seconds for a record of a long conversation.
        with suppress(PydanticSerializationError):  # which knows no half a character
            return value.model_dump_json(indent=1)
        value = value.model_dump(mode="json")
    return json.dumps(value, indent=1, ensure_ascii=False)
