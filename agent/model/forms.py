"""In which form a server is asked: the strictest first, then the next simpler one where it refuses that.

Not every server can hold an answer to a schema or require a tool call. What a server takes is found out once and
remembered until the process ends.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from wordfuse.agent.errors import FormRefused

#: Answers: held to their schema, to JSON, to nothing. Whatever comes is validated.
ANSWERS: Final = ("json_schema", "json_object", "plain")
#: Tool calls: required, left to the model, written as text.
CALLS: Final = ("required", "auto", "text")

Answer = TypeVar("Answer")
_settled: dict[tuple[str, tuple[str, ...]], str] = {}


def first_accepted(server: str, forms: tuple[str, ...], ask: Callable[[str], Answer]) -> Answer:
    """Ask in the form that the server is known to take, or in one after the other until it takes one.

    Args:
        server: what is remembered is of this server and model.
        forms: from the strictest to the simplest.
        ask: asks in a form; raises FormRefused where the server does not take it.

    Raises:
        FormRefused: it takes none; in the words that it had for the first.
    """
    known = server, forms
    refusals: list[FormRefused] = []
    left = forms[forms.index(_settled.get(known, forms[0])) :]
    for form in left:
        try:
            answer = ask(form)
        except FormRefused as error:
            refusals.append(error)
        else:
            _settled[known] = form
            return answer
    _settled.pop(known, None)  # it may have been restarted with other options
    tried = ", then ".join(left)
    raise refusals[0].again(
        FormRefused,
        remark=f"asked for {tried}",
        remedy=(
            "needed is a server of OpenAI's chat completions, at best with response_format json_schema "
            "and tool_choice required: 'wordfuse serve' starts one"
        ),
    ) from refusals[0]


def response_format(form: str, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """What a request carries to have its answer in one of ``ANSWERS``."""
    if form == "plain":
        return {}
    if form == "json_object":
        return {"response_format": {"type": "json_object"}}
    held = {"name": name, "schema": schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": held}}
