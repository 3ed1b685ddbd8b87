"""The agent: from an instruction to a plan, to tool calls, to a checked result."""

import fusion as fusion  # before torch: it says how torch's threads wait
