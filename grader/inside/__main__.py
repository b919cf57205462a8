"""Call one entry in this process, for tests and for trying things out: ``python -m grader_inside ENTRY ARGUMENTS``.

ARGUMENTS is a JSON file; the run's files lie in the current folder. The sandbox does not use this.
"""

import json
import sys
from pathlib import Path

from . import ENTRIES, preload


def main() -> None:
    """Run the entry named on the command line."""
    entry, arguments = sys.argv[1:]
    preload()
    ENTRIES[entry](json.loads(Path(arguments).read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
