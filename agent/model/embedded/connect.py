"""``--llm embedded``: a small LLaMA with our adapter, in this process."""

from wordfuse.agent.model.embedded.embedded import DEFAULT_ADAPTER, EmbeddedModel
from wordfuse.agent.model.embedded.planner import EmbeddedPlanner
from wordfuse.agent.model.protocol import LanguageModel, Wanted
from wordfuse.agent.telling.privacy import is_traced


def connect(wanted: Wanted) -> LanguageModel:
    """Load the model.

    Raises:
        InputError: what the user named is no model or no adapter of it.
        BackendUnreachable: its weights are missing and cannot be fetched.
    """
    engine = EmbeddedModel.load(
        wanted.model, wanted.adapter or DEFAULT_ADAPTER, wanted.device, progress=wanted.progress
    )
    if engine.adapted and not is_traced():
        return EmbeddedPlanner(engine)
    # Through LangChain, which makes the spans of --tracing.
    from wordfuse.agent.model.client import ChatLanguageModel
    from wordfuse.agent.model.embedded.chat import EmbeddedChat
    from wordfuse.agent.model.embedded.guesses import guess

    if engine.adapted:
        return ChatLanguageModel(EmbeddedChat(engine, guess=guess), engine.name, "compact")
    return ChatLanguageModel(EmbeddedChat(engine), engine.name, "full")
