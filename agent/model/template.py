"""The one way a conversation becomes text for the embedded model: ChatML, as its base was trained on.

A message is ``{"role": ..., "content": ...}`` with the roles system, user, assistant and tool. A tool call is an
assistant message whose content is ``{"name": ..., "arguments": {...}}`` in compact JSON, a tool's answer is a message
of the role tool. Training and inference both render here, so that the model meets what it was trained on.
"""

import json
from collections.abc import Iterable, Mapping

END = "<|im_end|>"


def render(messages: Iterable[Mapping[str, str]], *, generate: bool) -> str:
    """Render a conversation; with ``generate`` the text ends where the assistant's answer begins."""
    text = "".join(f"<|im_start|>{m['role']}\n{_inert(m['content'])}{END}\n" for m in messages)
    return text + "<|im_start|>assistant\n" if generate else text


def _inert(content: str) -> str:
    """Keep a user's text from opening a turn of its own."""
    return content.replace("<|", "< |")


def compact(value: object) -> str:
    """JSON with no spaces: the form the grammar admits, so few tokens are sampled."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
