"""Where the sandbox's tests keep what is too heavy to make anew, and what they run inside."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("BEGINEND_TEST_HOME", ROOT / "var"))  # wheels and environments are too heavy for tmp_path
PAYLOADS = {"sandbox_test_payload": Path(__file__).parent / "payload", "grader_inside": ROOT / "grader" / "inside"}
