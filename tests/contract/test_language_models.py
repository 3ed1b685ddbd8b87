"""What the graph relies on in any language model: subclass ``LanguageModelContract`` to run yours through it."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import pytest
from langchain_core.tools import BaseTool

from tests.fakes import plan, step
from tests.scripted import Asked, Reply, called, chats, said, scripted
from tests.tiny import Tiny
from wordfuse.agent.errors import AnswerError, BackendUnreachable, InputError
from wordfuse.agent.model.client import ChatLanguageModel
from wordfuse.agent.model.connect import KINDS, connect
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.model.protocol import LanguageModel, Style, Usage, Wanted
from wordfuse.agent.model.turns import act_messages, call_message
from wordfuse.agent.plan import Judgement, Plan
from wordfuse.tools.registry import as_langchain
from wordfuse.tools.store.workspace import ToolSettings, Workspace

WORDS = "make the people warmer"
STEP = step("incline", "infrared", "people")
PLAN = plan(STEP)
TABLE = (
    "step: toward infrared: people\n"
    "attempt: 1 of 3\n"
    "distance: 100.0 -> 70.0, goal at most 72.0, met\n"
    "ssim: 0.500 -> 0.600, goal at least 0.500, met"
)


class LanguageModelContract:
    """The tests; a subclass says with the fixture ``model`` what is tested."""

    @pytest.fixture
    def model(self) -> LanguageModel:
        raise NotImplementedError("a subclass makes the model")

    @pytest.fixture
    def tools(self, tmp_path: Path) -> list[BaseTool]:
        """As the graph describes them; none of them is called."""
        return as_langchain(Workspace(tmp_path, tmp_path / "ir.png", tmp_path / "vi.png", ToolSettings()))

    def test_it_says_what_it_is(self, model: LanguageModel) -> None:
        assert model.name
        assert model.style in get_args(Style)
        assert model.usage == Usage(), "nothing was asked yet"

    def test_it_plans(self, model: LanguageModel) -> None:
        before = PLAN.model_copy(deep=True)
        with counted(model):
            assert isinstance(model.plan(WORDS, None), Plan)
        with counted(model):
            assert isinstance(model.plan(WORDS, before), Plan)
        assert before == PLAN

    def test_it_chooses_a_call(self, model: LanguageModel, tools: list[BaseTool]) -> None:
        """At first, and after a tool has answered; a call is JSON, so that it can be kept and shown again."""
        messages = act_messages(STEP, "fused", None, None, model.style)
        followed = [
            *messages,
            call_message("ground", {"phrases": ["people"]}),
            {"role": "tool", "content": '{"grounding":"g1","found":["people"],"missing":[]}'},
        ]
        for conversation in (messages, followed):
            kept = copy.deepcopy(conversation)
            with counted(model):
                call = model.act(conversation, tools)
            assert set(call) == {"name", "args"}
            assert call["name"] in {tool.name for tool in tools}
            assert json.loads(json.dumps(call["args"])) == call["args"]
            assert isinstance(call["args"], dict)
            assert conversation == kept

    def test_it_judges(self, model: LanguageModel) -> None:
        with counted(model):
            assert isinstance(model.judge(TABLE), Judgement)


class FailingLanguageModelContract:
    """How a model fails; a subclass says with the fixture ``failing``, a model none of whose answers can be used."""

    @pytest.fixture
    def failing(self) -> LanguageModel:
        raise NotImplementedError("a subclass makes the model")

    def test_a_failure_is_an_error_of_ours_and_counts(self, failing: LanguageModel) -> None:
        with counted(failing), pytest.raises((AnswerError, BackendUnreachable)) as caught:
            failing.plan(WORDS, None)
        assert "\n" not in str(caught.value)


@contextmanager
def counted(model: LanguageModel) -> Iterator[None]:
    """What is asked inside is counted, and nothing that was counted is lost."""
    before = copy.copy(model.usage)
    yield
    now = model.usage
    assert now.calls > before.calls
    assert now.prompt_tokens >= before.prompt_tokens
    assert now.completion_tokens >= before.completion_tokens
    assert now.seconds >= before.seconds


class TestScripted(LanguageModelContract, FailingLanguageModelContract):
    @pytest.fixture
    def model(self) -> LanguageModel:
        return ScriptedModel({WORDS: PLAN})

    @pytest.fixture
    def failing(self) -> LanguageModel:
        return ScriptedModel({})


class TestServed(LanguageModelContract, FailingLanguageModelContract):
    @pytest.fixture
    def model(self) -> Iterator[LanguageModel]:
        with scripted(_answer) as server:
            yield connect(server.url)

    @pytest.fixture
    def failing(self) -> Iterator[LanguageModel]:
        with scripted(chats("I would rather not.")) as server:
            yield connect(server.url)


class TestEmbedded(LanguageModelContract, FailingLanguageModelContract):
    """A LLaMA with random weights: what it says is decided by the grammar, and by nothing else."""

    @pytest.fixture(autouse=True)
    def cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WORDFUSE_CACHE", str(tmp_path / "cache"))

    @pytest.fixture
    def model(self, tmp_path: Path) -> LanguageModel:
        return _embedded(tmp_path, 4096)

    @pytest.fixture
    def failing(self, tmp_path: Path) -> LanguageModel:
        return _embedded(tmp_path, 16)  # no question fits into so few tokens


def test_every_kind_that_can_be_named_is_tested_here() -> None:
    assert set(KINDS) == {"embedded", "http://", "https://"}


@pytest.mark.parametrize("name", ["mock", "scripted", "Embedded", "http", "file://embedded", ""])
def test_no_other_word_leads_to_a_model(name: str) -> None:
    """The scripted one least of all: a run that nobody thought about must not look like one."""
    with pytest.raises(InputError, match="neither 'embedded' nor a URL"):
        connect(name)


def test_a_kind_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Wanted] = []
    model = ScriptedModel({})

    def made(wanted: Wanted) -> LanguageModel:
        told.append(wanted)
        return model

    monkeypatch.setitem(KINDS, "echo://", made)
    assert connect("echo://somewhere", model="loud", device="cpu") is model
    assert told == [Wanted("echo://somewhere", model="loud", device="cpu")]


def _embedded(folder: Path, room: int) -> LanguageModel:
    from wordfuse.agent.model.embedded.chat import EmbeddedChat
    from wordfuse.agent.model.embedded.embedded import EmbeddedModel

    llama = Tiny.llama(Tiny.tokenizer().get_vocab_size(), max_position_embeddings=room)
    engine = EmbeddedModel.load(str(Tiny.save(llama, folder / "tiny")), adapter=None, device="cpu", threads=1)
    return ChatLanguageModel(EmbeddedChat(engine), engine.name, "compact")


def _answer(asked: Asked) -> Reply:
    """A server that answers what it is asked for."""
    if asked.method == "GET":
        return Reply(body={"object": "list", "data": [{"id": "some-model", "object": "model"}]})
    if asked.sent.get("tools"):
        answer = called("ground", arguments='{"phrases": ["people"]}')
    else:
        told = PLAN.model_dump_json()
        if asked.sent["response_format"]["json_schema"]["name"] == "judgement":
            told = Judgement(verdict="satisfied", reason="all goals met").model_dump_json()
        answer = said(told)
    usage: dict[str, Any] = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return Reply(body=answer | {"usage": usage})
