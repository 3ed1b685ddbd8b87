"""Messages that come in: which can be read, and what is answered to one that cannot.

The SDK drops what is no message of the protocol, and whoever sent it waits for ever. So it is answered here.
"""

import json
import re
from collections.abc import Iterator

import mcp_types as types
from pydantic import ValidationError

MOST_BYTES = 4 << 20  # of a message: paths, ids and words take a few hundred

# Texts, brackets and signs, and whatever stands between them. Possessive: a text of megabytes is gone through once.
_TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s"{}\[\],:]++', re.DOTALL)


def problem_with(line: str) -> types.JSONRPCError | None:
    """What to answer to a line that is no message; None where it is one, or asks for no answer."""
    if not line.strip():
        return None
    try:
        message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError as error:
        if all(one["type"] == "json_invalid" for one in error.errors(include_input=False, include_url=False)):
            return refusal(line, types.PARSE_ERROR, "it is no JSON that can be read")
        told = _named(line)
        if "method" in told and "id" not in told:
            return None  # a notification, which nothing is ever answered to
        return refusal(line, types.INVALID_REQUEST, "it is no message of JSON-RPC 2.0")
    if isinstance(message, types.JSONRPCNotification) and "id" in _named(line):
        # The SDK takes a request with an id that is none for a notification.
        return refusal(line, types.INVALID_REQUEST, "its id is neither a text nor a whole number")
    return None


def too_long(beginning: str) -> types.JSONRPCError:
    """What to answer to a message of more than ``MOST_BYTES``, of which only the beginning was kept."""
    return refusal(beginning, types.INVALID_REQUEST, f"it is longer than {MOST_BYTES >> 20} MiB")


def refusal(line: str, code: int, why: str) -> types.JSONRPCError:
    """An error of JSON-RPC, with the message's id where it can be made out."""
    told = types.ErrorData(code=code, message=f"the message was not understood: {why}")
    return types.JSONRPCError(jsonrpc="2.0", id=_id(_named(line).get("id")), error=told)


def _id(written: str | None) -> types.RequestId | None:
    """An id from how it was written: a text or an integer, as the protocol has it."""
    try:
        found = json.loads(written or "")
        if isinstance(found, str):
            found.encode()  # half a character has no place in an answer
    except ValueError:
        return None
    return found if isinstance(found, str) or type(found) is int else None


def _named(line: str) -> dict[str, str]:
    """The first value of each key of an object, as written, however broken the rest is; of a nested one its bracket."""
    found: dict[str, str] = {}
    tokens = _outermost(line)
    if next(tokens, None) != "{":
        return found
    before = list[str]()
    for token in tokens:
        before = [*before[-2:], token]
        if len(before) == 3 and before[1] == ":" and before[0].startswith('"'):
            found.setdefault(_text(before[0]), token)
    return found


def _text(written: str) -> str:
    try:
        return str(json.loads(written, strict=False))
    except ValueError:
        return written


def _outermost(line: str) -> Iterator[str]:
    """The tokens that are not inside a nested object or list; its brackets are."""
    depth = 0
    for token in _TOKENS.finditer(line):
        sign = token[0]
        depth -= sign in "}]"
        if depth <= 1:
            yield sign
        depth += sign in "{["
