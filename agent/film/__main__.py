"""``python -m wordfuse.agent.film``: print the JSON schema of the record of a film."""

import json

from wordfuse.agent.film.record import film_record_schema

print(json.dumps(film_record_schema(), indent=1))  # noqa: T201 (printing is all that this does)
