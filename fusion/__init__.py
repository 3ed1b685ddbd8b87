"""Infrared and visible image fusion: pictures, networks, fine-tuning, regions and metrics."""

import os
import sys

# Torch's threads meet many hundred times a second. Those that spin while they wait for one that has lost its core to
# another program hold up both; asleep they cost next to nothing. Torch reads this once, when it is first imported.
if "torch" not in sys.modules:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
