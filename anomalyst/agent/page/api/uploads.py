"""Files that callers of the API name: only what they uploaded, or sent along, is opened; no path of the server."""

from __future__ import annotations

import base64
import binascii
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MethodType
from typing import Any, Protocol
from urllib.parse import unquote

import gradio as gr
from gradio.context import LocalContext
from gradio.data_classes import FileData

from anomalyst.agent.page.parts.paths import upload_folder
from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name
from anomalyst.modalities.registry import modalities

Upload = FileData | str  # an uploaded file as Gradio's clients send it; its address on this server; or a data: URI

MAX_FILES = 2000
MAX_BYTES = 64_000_000  # of a file sent along, where the server was started without a limit
SERVED = "/gradio_api/file="
HOW = (
    "give an upload: what POST /gradio_api/upload answered as {'path': …, 'meta': {'_type': 'gradio.FileData'}}, its "
    f"address …{SERVED}…, or the content itself as 'data:text/csv;base64,…'."
)
_DATA_URI = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?P<more>(?:;[^;,]*)*?);base64,(?P<body>.*)", re.DOTALL)
_ENDINGS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "image/webp": ".webp",
}


class Asker(Protocol):
    """Who is logged in and asks, and which files are theirs."""

    def has(self, place: Path) -> bool:
        """Whether the file at `place` was sent by, or given to, them."""

    def may_take(self, place: Path) -> bool:
        """Whether it is theirs, or nobody's yet: the server's own, about to be given to them."""

    def add(self, place: Path) -> None:
        """From now on it is theirs."""


asker: ContextVar[Asker | None] = ContextVar("asker", default=None)  # None where there are no logins


@dataclass(frozen=True)
class Received:
    """A file that came in. `name`: what its sender calls it, for people."""

    path: Path
    name: str


def received(given: Upload) -> Received:
    """The file that was uploaded or sent along; InputError for anything else. Its content is not looked at here."""
    if isinstance(given, FileData):
        return _uploaded(given.path, given.orig_name)
    if given.startswith("data:"):
        return _sent_along(given)
    if SERVED in given:
        return _uploaded(unquote(given.split(SERVED, 1)[1].split("?")[0]), None)
    raise InputError(f"got the file {display_name(given)!r}; {HOW}")


def all_received(given: Sequence[Upload]) -> list[Received]:
    """The files in their order; InputError if they are too many."""
    if len(given) > MAX_FILES:
        raise InputError(f"got {len(given):,} files; at most {MAX_FILES:,} are taken at once: use `anomalyst` itself.")
    return [received(one) for one in given]


def normal_paths(given: Sequence[Upload], pairs: bool) -> tuple[Path, ...]:
    """Where the normal examples lie; images and texts of `pairs` in one folder, so that they find each other."""
    files = all_received(given)
    if not pairs or not files:
        return tuple(one.path for one in files)
    names = [one.name for one in files]
    if doubles := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"got {len(doubles)} names more than once, such as {doubles[0]!r}; give each file its own.")
    folder = new_place("pairs")
    folder.mkdir()
    places = [folder / _safe(one.name) for one in files]
    for one, place in zip(files, places, strict=True):
        shutil.copyfile(one.path, place)
    texted = [kind for kind in modalities().values() if kind.ways.texted]
    tables = tuple(place for place in places if any(kind.knows(place) for kind in texted))
    return tables or (folder,)


def new_place(name: str) -> Path:
    """A path in a new folder of the uploads, for a file of this name."""
    return Path(tempfile.mkdtemp(dir=upload_folder())) / _safe(name)


def take_only_uploads(app: gr.Blocks) -> None:
    """Let the app refuse files that are named by an address elsewhere, which Gradio would fetch, of whatever size; and
    another login's."""
    for block in app.blocks.values():
        take = block.async_move_resource_to_block_cache

        async def only_uploads(_: Any, place: str | Path | None, take: Any = take) -> Any:
            if str(place).startswith(("http://", "https://")):
                message = f"got the address of a file elsewhere, which this server does not fetch; {HOW}"
                raise gr.Error(message, print_exception=False)
            who = asker.get()
            if who is None or place is None:
                return await take(place)
            if not who.may_take(Path(place).resolve()):
                raise gr.Error(_not_uploaded(str(place)), print_exception=False)
            kept = await take(place)
            who.add(Path(kept).resolve())
            return kept

        setattr(block, take.__name__, MethodType(only_uploads, block))


def _safe(name: str) -> str:
    """A name of a file that leads nowhere and hides nothing."""
    return re.sub(r"[^\w.\- ]", "_", Path(display_name(name)).name).lstrip(".") or "file"


def _not_uploaded(path: str) -> str:
    return f"got a file {display_name(Path(path).name)!r} that was not uploaded to this server; {HOW}"


def _uploaded(path: str, name: str | None) -> Received:
    """A file in Gradio's folder of uploads. What lies elsewhere is answered as what is not there: nothing is told."""
    try:
        place = Path(path).resolve(strict=True)
        known = place.is_relative_to(upload_folder()) and place.is_file()
        known = known and ((who := asker.get()) is None or who.has(place))
    except (OSError, ValueError, RuntimeError):
        known = False
    if not known:
        raise InputError(_not_uploaded(path))
    return Received(place, display_name(name or place.name))


def _sent_along(uri: str) -> Received:
    """The content of a data: URI as a file; its `name` parameter, if there is one, is the file's."""
    limit = _limit()
    parts = _DATA_URI.fullmatch(uri[: 4 * limit // 3 + 2000])
    if parts is None:
        raise InputError(f"got a data: URI that is not in base64; {HOW}")
    try:
        content = base64.b64decode(parts["body"], validate=True)
    except binascii.Error as error:
        raise InputError(f"got a data: URI whose base64 cannot be read ({error}); encode the file again.") from None
    if len(content) > limit or len(uri) > 4 * limit // 3 + 2000:
        raise InputError(f"got a file of more than {limit:,} bytes; that is the most this server takes.")
    named = re.search(r";name=([^;]+)", parts["more"] or "")
    name = unquote(named[1]) if named else f"input{_ENDINGS.get(parts['type'] or '', '')}"
    place = new_place(name)
    place.write_bytes(content)
    return Received(place, display_name(name))


def _limit() -> int:
    """The most bytes of one file: what the server was started with."""
    app = LocalContext.blocks.get(None)
    return int(getattr(app, "max_file_size", None) or MAX_BYTES)
