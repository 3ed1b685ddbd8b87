"""How long things take: a table to hold against an earlier one, devices and peers side by side, many pairs."""
