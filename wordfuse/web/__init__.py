"""``wordfuse web``: a page to steer from, for the same agent and the same run folders as ``wordfuse chat``."""
