"""Which wishes the present picture is made of: who redoes an edit from its start leaves the first one behind."""

from collections.abc import Sequence

from wordfuse.agent.record import Instruction


def began(said: Instruction) -> str | None:
    """The picture, by its id, that the first step of a wish that was kept began at; None where none was kept."""
    done = next((step for step in said.steps if step.output and step.attempts), None)
    edit = done.attempts[0].edit if done is not None else None
    return str(edit.args["image"]) if edit is not None else None


def ended(said: Instruction) -> str | None:
    """The picture, by its id, that a wish left behind; None where it changed nothing."""
    made = [step.output for step in said.steps if step.output]
    return made[-1].removeprefix("images/").removesuffix(".png") if made else None


def standing(told: Sequence[Instruction]) -> list[Instruction]:
    """Those of some wishes that the picture after the last of them is made of, in order."""
    chain: list[Instruction] = []
    picture = next((ended(said) for said in reversed(told) if ended(said)), None)
    for said in reversed(told):
        if picture is not None and ended(said) == picture:
            chain.insert(0, said)
            picture = began(said)
    return chain
