"""``python -m wordfuse``: the same as the command ``wordfuse``."""

from wordfuse.cli.app import main

if __name__ == "__main__":
    main()
