"""The page as a program: `python -m anomalyst.agent.app` is `anomalyst chat`, and takes the same options."""

from __future__ import annotations

import sys

from anomalyst.agent.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "chat")
    main()
