"""What models and servers say in these tests."""

from tests.fakes import plan, step

PLAN = plan(step("incline", "infrared", "people"))
RIGHT = PLAN.model_dump_json()
WRONG = plan(step("denoise", None, "sky")).model_dump_json()
GROUND = {"name": "ground", "args": {"phrases": ["people"]}}
GROUND_AS_TEXT = '{"name": "ground", "arguments": {"phrases": ["people"]}}'
MESSAGES = [{"role": "system", "content": "act"}, {"role": "user", "content": "step: {}"}]
