"""What was said in the run that is reported, one wish of it hostile, and what was planned."""

from tests.fakes import plan, refusal, step

HOSTILE = "<script>alert(1)</script> \"quoted\" 'and' </title> {{ 7 * 7 }} {% raw %} \\ \r\n\t\x1b[31m\u202e"
WORDS = ("warm the people", "brighten all but the people", "sing", HOSTILE)
PLANS = {
    WORDS[0]: plan(step("incline", "infrared", "people")),
    WORDS[1]: plan(step("relight", "brighter", "people", invert=True), step("denoise", None, strength="slight")),
    WORDS[2]: refusal("<i>singing</i> is not an effect"),
    WORDS[3]: plan(step("incline", "visible", "<b>unicorn</b>")),
}
