"""The act and judge turns of the training corpus: a step becomes tool calls, measurements become a verdict."""

from random import Random

from agent.language import corpus_plans as plans
from agent.language.corpus_regions import Picker
from agent.language.template import compact
from agent.plan import Judgement, Step, Verdict
from agent.turns import Message, act_messages, judge_messages
from tools.types import Strength

_WEAKER: dict[Strength, Strength] = {"strong": "normal", "normal": "slight", "slight": "slight"}
_MASK_NAMES = "people cars road sky person-left hot-objects building traffic-lights dark-areas top-half trees background van roof".split()


def act(picker: Picker) -> tuple[list[Message], list[int]]:
    """A conversation of the act turn, and which of its messages are to be learnt."""
    rng = picker.rng
    step = _any_step(picker)
    image = "fused" if rng.random() < 0.5 else f"{rng.randint(1, 12 if rng.random() < 0.8 else 999):03d}"
    known = bool(step.region.phrases) and rng.random() < 0.4
    mask = _mask_id(rng) if known else None
    last = _last(rng) if (known or not step.region.phrases) and rng.random() < 0.6 else None
    talk = act_messages(step, image, mask, last, "compact")
    learn: list[int] = []

    def say(role: str, content: object, *, learnt: bool = True) -> None:
        if role == "assistant" and learnt:
            learn.append(len(talk))
        talk.append({"role": role, "content": content if isinstance(content, str) else compact(content)})

    if step.region.phrases and mask is None:
        mask = _ground_and_segment(rng, step, say)
    strength = _WEAKER[step.strength] if last and last.startswith("adjust") else step.strength
    arguments: dict[str, object] = {"image": image, "mask": mask}
    if step.direction is not None:
        arguments["direction"] = step.direction
    arguments["strength"] = strength
    if rng.random() < 0.2:
        wrong, error = _mistake(rng, step, arguments)
        say("assistant", {"name": step.task, "arguments": wrong}, learnt=False)
        say("tool", error)
    say("assistant", {"name": step.task, "arguments": arguments})
    return talk, learn


def _any_step(picker: Picker) -> Step:
    region = plans.any_region(picker)
    return plans.step(plans.any_effect(picker), region, picker.rng.choice(plans.STRENGTHS))


def _mask_id(rng: Random) -> str:
    return f"m{rng.randint(1, 20)}" if rng.random() < 0.6 else rng.choice(_MASK_NAMES)


def _last(rng: Random) -> str:
    wanted, reached = round(rng.uniform(5, 90), 1), round(rng.uniform(5, 90), 1)
    name = rng.choice(("distance", "luma", "noise"))
    guard = rng.choice(("clipped 0.060 over 0.021: too much", "edges 0.71 under 0.80: too much", "ssim 0.398 under 0.412: too much"))
    return rng.choice((
        f"again: {name} {reached}, {wanted} wanted: go on",
        f"undo: {name} {reached} moved away from {wanted}",
        f"adjust: {guard}",
        f"adjust: {guard}",
    ))  # fmt: skip


def _ground_and_segment(rng: Random, step: Step, say: "object") -> str:
    speak = say  # the conversation grows through this
    grounding, mask = f"g{rng.randint(1, 15)}", _mask_id(rng)
    phrases = list(step.region.phrases)
    found = phrases if len(phrases) == 1 or rng.random() < 0.75 else phrases[: rng.randint(1, len(phrases) - 1)]
    missing = [one for one in phrases if one not in found]
    if not callable(speak):
        raise TypeError("say must be callable")
    speak("assistant", {"name": "ground", "arguments": {"phrases": phrases}})
    speak("tool", {"grounding": grounding, "found": found, "missing": missing})
    right = {"name": "segment", "arguments": {"grounding": grounding, "invert": step.region.invert}}
    if rng.random() < 0.08:
        other = f"g{rng.randint(16, 40)}"
        speak("assistant", {"name": "segment", "arguments": {"grounding": other, "invert": step.region.invert}}, learnt=False)
        speak("tool", f"error: unknown grounding '{other}'; known: {grounding}")
    speak("assistant", right)
    speak("tool", {"mask": mask, "area": round(rng.uniform(0.001, 0.7), 3)})
    return mask


def _mistake(rng: Random, step: Step, right: dict[str, object]) -> tuple[dict[str, object], str]:
    """Wrong arguments and the error they meet with."""
    kind = rng.choice(("image", "mask", "strength", "direction"))
    wrong = dict(right)
    image, mask = str(right["image"]), right["mask"]
    if kind == "mask" and mask is not None:
        wrong["mask"] = f"m{rng.randint(21, 60)}"
        return wrong, f"error: unknown mask '{wrong['mask']}'; known: {mask}"
    if kind == "strength":
        wrong["strength"] = rng.choice(("weak", "medium", "a lot", "high"))
        return wrong, f"error: arguments of {step.task}: strength must be slight, normal or strong, got '{wrong['strength']}'"
    if kind == "direction" and step.direction is not None:
        wrong["direction"] = rng.choice(("up", "warm", "thermal", "light"))
        return wrong, f"error: arguments of {step.task}: direction: got '{wrong['direction']}'"
    wrong["image"] = rng.choice(("image", "img", "x", f"{rng.randint(20, 99):03d}"))
    others = [one for one in ("fused", "001", "002") if one != image][: rng.randint(0, 2)]
    return wrong, f"error: unknown image '{wrong['image']}'; known: {', '.join(sorted([image, *others]))}"


def judge(picker: Picker) -> tuple[list[Message], list[int]]:
    """A conversation of the judge turn, and which of its messages are to be learnt."""
    rng = picker.rng
    step = _any_step(picker)
    attempts = 3 if rng.random() < 0.8 else rng.randint(1, 5)
    attempt = rng.randint(1, attempts)
    # The main measure: how far it came on its way from before to goal (1 = there).
    progress = rng.choice((rng.uniform(1.0, 1.9), rng.uniform(1.0, 1.4), rng.uniform(0.15, 0.95), rng.uniform(-0.6, -0.05), rng.uniform(0, 0.06)))
    guard_met = rng.random() < (0.65 if progress >= 1 else 0.9)
    name, before, after, goal, bound = _main(rng, step, progress)
    met = after <= goal if bound == "at most" else after >= goal
    lines = [f"{name}: {before:.1f} -> {after:.1f}, goal {bound} {goal:.1f}, {'met' if met else 'missed'}"]
    guard_line, guard_reason = _guard(rng, step, guard_met)
    lines.append(guard_line)
    table = f"step: {step}\nattempt: {attempt} of {attempts}\n" + "\n".join(lines)
    moved = (before - after) if bound == "at most" else (after - before)
    verdict, reason = _verdict(name, after, goal, moved, abs(goal - before), met, guard_met, attempt < attempts, guard_reason)
    answer = Judgement(verdict=verdict, reason=reason)
    talk = [*judge_messages(table, "compact"), {"role": "assistant", "content": compact(answer.model_dump())}]
    return talk, [len(talk) - 1]


def _verdict(
    name: str, after: float, goal: float, moved: float, wanted: float, met: bool, guard_met: bool, left: bool, guard_reason: str
) -> tuple[Verdict, str]:
    if met and guard_met:
        return "satisfied", f"all goals met: {name} {after:.1f}"
    if not left:
        return "give_up", f"{name} {after:.1f}, {goal:.1f} wanted: no attempts left" if not met else f"{guard_reason}: no attempts left"
    if met:
        return "adjust", f"{guard_reason}: too much"
    if moved < 0:
        return "undo", f"{name} {after:.1f} moved away from {goal:.1f}"
    if moved >= 0.1 * wanted:
        return "again", f"{name} {after:.1f}, {goal:.1f} wanted: go on"
    return "give_up", f"{name} {after:.1f}, {goal:.1f} wanted: no progress"


def _main(rng: Random, step: Step, progress: float) -> tuple[str, float, float, float, str]:
    """Name, before, after, goal and sense of a step's main measure."""
    name = {"incline": "distance", "relight": "luma", "denoise": "noise"}[step.task]
    before = round(rng.uniform(*{"incline": (8, 95), "relight": (20, 200), "denoise": (1.5, 30)}[step.task]), 1)
    share = {"slight": rng.uniform(0.08, 0.2), "normal": rng.uniform(0.2, 0.45), "strong": rng.uniform(0.4, 0.7)}[step.strength]
    rises = step.direction == "brighter"
    goal = round(before * (1 + share if rises else 1 - share), 1)
    after = round(max(0.1, before + progress * (goal - before)), 1)
    return name, before, after, goal, "at least" if rises else "at most"


def _guard(rng: Random, step: Step, met: bool) -> tuple[str, str]:
    """The line of a step's guard measure, and the reason it gives where it is missed."""
    word = "met" if met else "missed"
    if step.task == "relight":
        before = rng.uniform(0, 0.04)
        goal = before + 0.02
        after = rng.uniform(before, goal - 0.001) if met else rng.uniform(goal + 0.002, goal + 0.15)
        return f"clipped: {before:.3f} -> {after:.3f}, goal at most {goal:.3f}, {word}", f"clipped {after:.3f} over {goal:.3f}"
    if step.task == "denoise":
        after = rng.uniform(0.81, 1.02) if met else rng.uniform(0.3, 0.79)
        return f"edges: 1.00 -> {after:.2f}, goal at least 0.80, {word}", f"edges {after:.2f} under 0.80"
    before = rng.uniform(0.1, 0.85)
    after = min(0.99, before + rng.uniform(0.002, 0.2)) if met else before - rng.uniform(0.002, 0.1)
    return f"ssim: {before:.3f} -> {after:.3f}, goal at least {before:.3f}, {word}", f"ssim {after:.3f} under {before:.3f}"
