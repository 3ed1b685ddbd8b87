"""``python -m wordfuse.agent.record``: print the JSON schema of a record."""

import json

from wordfuse.agent.record.schema import record_schema

print(json.dumps(record_schema(), indent=1))  # noqa: T201 (printing is all that this does)
