"""Where the repository lies, and the data beside it."""

from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
SHARED = Path(os.environ.get("ANOMALYST_SHARED", ROOT.parent / "shared"))
