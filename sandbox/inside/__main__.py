"""Start a supervisor: ``python -m sandbox_inside --payload NAME --box FOLDER``."""

import sys

from .settings import settings_from
from .supervisor import serve

if __name__ == "__main__":
    serve(settings_from(sys.argv[1:]))
