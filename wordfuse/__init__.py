"""wordfuse: say in words what a fused infrared/visible picture should look like.

The folders of the repository (``agent``, ``tools``, ``prompts``, ``fusion``, ``evals``, ``examples``) are packages of
this one: links beside this file lead to them, so that an installation adds the name ``wordfuse`` and no other.
"""

import os
import sys

# Torch's threads meet many hundred times a second. Those that spin while they wait for one that has lost its core to
# another program hold up both; asleep they cost next to nothing. Torch reads this once, when it is first imported.
if "torch" not in sys.modules:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
