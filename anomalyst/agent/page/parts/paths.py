"""Error messages without the server's folders, and where uploads lie."""

from __future__ import annotations

import re
from pathlib import Path

from gradio.utils import get_upload_folder


def upload_folder() -> Path:
    """Where Gradio keeps uploads and serves files from."""
    folder = Path(get_upload_folder()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def without_paths(text: str, *folders: Path) -> str:
    """The text with files below `folders`, and below the folder of uploads, by their names only."""
    for folder in (*folders, upload_folder()):
        text = re.sub(re.escape(str(folder)) + r"(/[^\s'\"]*)?", lambda found: Path(found[1] or "a folder").name, text)
    return text
