"""The whole paths use what the tests of server and pages use: the browser, the words, the password."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "server"), str(TESTS / "web")]
