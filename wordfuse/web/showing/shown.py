"""A conversation as its page shows it: everything that is there, as plain JSON, read off the record."""

from pathlib import Path

from wordfuse.agent.critic import Check
from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.dialogue.why import explain, summed
from wordfuse.agent.record import Instruction, Marked, StepRecord
from wordfuse.agent.report import wording
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.agent.talking.captions import pictured, with_meaning
from wordfuse.agent.telling.text import printable
from wordfuse.web.showing.pictures import mask_of, pair_of, place_of, stamp_of
from wordfuse.web.showing.words import measured_plainly


def view_of(conversation: Conversation) -> Json:
    """What the page shows of a conversation that nothing is at work on."""
    session, instructions = conversation.session, conversation.instructions
    pair = pair_of(session)
    height, width = pair.visible.shape[:2]
    turns, pictures = [_turn(said) for said in instructions], _pictures(instructions)
    return {
        **home_of(session.folder),
        "infrared": printable(session.infrared.name),
        "visible": printable(session.visible.name),
        "model": session.model.name,
        "width": width,
        "height": height,
        "gray": pair.gray,
        "temperatures": pair.temperatures is not None,
        "warnings": [
            _without_folders(warning, session.infrared, session.visible) for warning in conversation.warnings()
        ],
        "now": Path(conversation.picture).stem,
        "pictures": pictures,
        "stamps": _stamps(session, pictures, turns),
        "turns": turns,
        "question": _question(conversation.question),
        "undo": conversation.can_undo or conversation.question is not None,
        "redo": conversation.can_redo,
        "share": session.settings.infrared,
        "share_free": not (conversation.turns or conversation.can_undo or conversation.can_redo),
        "metrics": None if conversation.question else conversation.record.metrics.model_dump(),
        "masks": _masks(instructions),
    }


def home_of(folder: Path) -> Json:
    """What a run is called, and where it is."""
    return {"name": folder.name, "folder": printable(str(folder))}


def _turn(said: Instruction) -> Json:
    reply = said.answer.text if said.answer else f"Done: {said.control}." if said.control else None
    return {
        "text": printable(said.text),
        "marked": said.marked and _marked(said.marked),
        "asked": [{"question": printable(one.question), "answer": printable(one.answer)} for one in said.asked],
        "understood": [printable(wording.step_words(step)) for step in said.planned],
        "reply": reply and printable(reply),
        "picture": said.answer.evidence.get("picture") if said.answer else None,
        "pictured": pictured(said.answer) if said.answer else "",
        "summed": printable(summed(said) or ""),
        "refusal": said.refusal and printable(said.refusal),
        "steps": [_step(step) for step in said.steps],
        "why": [printable(line) for line in explain(said)],
    }


def _marked(marked: Marked) -> Json:
    return {"told": printable(marked.told), "name": marked.name, "mask": Path(marked.file).stem}


def _step(step: StepRecord) -> Json:
    outcome, best = wording.step_outcome(step), step.best
    return {
        "words": printable(wording.step_words(step)),
        "outcome": {"kind": outcome.kind, "words": outcome.words},
        "notice": printable(step.notice) if step.notice else "",
        "missing": [printable(phrase) for phrase in step.missing],
        "area": wording.share(step.area) if step.mask else None,
        "mask": Path(step.mask).stem if step.mask else None,
        "output": Path(step.output).stem if step.output else None,
        "tries": len(step.attempts),
        "measured": [_measured(check, step) for check in (best.checks if best else ())],
    }


def _measured(check: Check, step: StepRecord) -> Json:
    digits = check.digits
    return {
        "words": measured_plainly(check, step),
        "exact": wording.measure_words(check, step),
        "before": wording.number(check.before, digits),
        "after": wording.number(check.after, digits),
        "goal": f"{'at most' if check.at_most else 'at least'} {wording.number(check.target, digits)}",
        "met": check.met,
        "main": check.main,
    }


def _question(question: Question | None) -> Json | None:
    if question is None:
        return None
    return {
        "text": printable(question.text),
        "options": [printable(option) for option in question.options],
        "meanings": [printable(with_meaning(option)) for option in question.options],
        "about": printable(question.about),
        "numbered": len(question.boxes),
        "region": question.kind != "effect",
    }


def _pictures(instructions: list[Instruction]) -> list[Json]:
    """The pictures that there are, in the order in which they came to be, with the turn that each ended."""
    made = [
        {"id": Path(step.output).stem, "name": f"after: {printable(said.text)}", "turn": number}
        for number, said in enumerate(instructions, start=1)
        for step in said.steps
        if step.output
    ]
    return [
        {"id": "infrared", "name": "infrared", "turn": None},
        {"id": "visible", "name": "visible", "turn": None},
        {"id": "fused", "name": "fused, before any edit", "turn": 0},
        *made,
    ]


def _masks(instructions: list[Instruction]) -> list[Json]:
    """The masks of the steps by the names of their regions; of equal names the latest."""
    named = {
        str(step.region): {
            "id": Path(step.mask).stem,
            "name": printable(str(step.region)),
            "area": wording.share(step.area),
        }
        for said in instructions
        for step in said.steps
        if step.mask
    }
    return list(named.values())


def _stamps(session: Session, pictures: list[Json], turns: list[Json]) -> Json:
    """What changes when a picture or a mask does, by its address: the page puts it there, and so fetches it again."""
    sources = {"infrared": session.infrared, "visible": session.visible}
    made = [one["id"] for one in pictures if one["id"] not in sources]
    shown = sources | {name: place_of(session.folder, name) for name in made}
    masks = {part["mask"] for turn in turns for part in (*turn["steps"], turn["marked"]) if part and part["mask"]}
    return {f"pictures/{name}": stamp_of(path) for name, path in shown.items()} | {
        f"masks/{name}": stamp_of(mask_of(session.folder, name)) for name in sorted(masks)
    }


def _without_folders(warning: str, *files: Path) -> str:
    """A warning that calls files by their names alone."""
    for file in files:
        warning = warning.replace(str(file), file.name)
    return printable(warning)
