"""``--llm URL``: any server that speaks the OpenAI protocol."""

from wordfuse.agent.model.client import ChatLanguageModel
from wordfuse.agent.model.protocol import Wanted
from wordfuse.agent.model.served.server import connect_server


def connect(wanted: Wanted) -> ChatLanguageModel:
    """Find the server and the model that it serves; raises as :func:`connect_server`."""
    chat, name, server = connect_server(wanted.llm, wanted.model)
    # A served model whose name says that it carries our adapter knows the short prompts.
    return ChatLanguageModel(chat, name, "compact" if name.startswith("wordfuse") else "full", server=server)
