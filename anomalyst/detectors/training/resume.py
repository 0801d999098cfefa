"""Where an interrupted training goes on: its tensors and its progress in one safetensors file, written atomically."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from anomalyst.errors import InputError, ModelError, OutputError

NAME = "training.safetensors"
FORMAT = 2  # of what a checkpoint holds


def write(folder: Path, tensors: dict[str, Tensor], head: dict[str, Any]) -> None:
    """Replace the checkpoint in `folder`. A kill at any moment leaves the old file or the new one, whole."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{NAME}.{os.getpid()}.draft"
        # The head travels inside the file: two files could not be replaced in one move.
        save_file({name: value.detach().cpu().contiguous() for name, value in tensors.items()}, draft, _packed(head))
        os.replace(draft, folder / NAME)
    except OSError as error:
        raise OutputError(f"cannot write a checkpoint in {str(folder)!r}: {error}; name a writable folder.") from error


def read(folder: Path, digest: str) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """What `write` put there; None if there is no checkpoint.

    Raises ModelError for one that cannot be read, InputError for one of another version, or one that was begun with
    something else than what `digest` (see `fingerprint`) stands for.
    """
    path = folder / NAME
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            head = json.loads((file.metadata() or {})["head"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (not a dict)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ModelError(f"{str(path)!r} is no training checkpoint ({error}); delete it to start anew.") from error
    if head.get("format") != FORMAT:
        raise InputError(
            f"the checkpoint in {str(folder)!r} was written by another version of this package; go on with that one, "
            "or delete it to start anew."
        )
    if head.get("digest") != digest:
        raise InputError(
            f"the checkpoint in {str(folder)!r} belongs to a training with other data or settings; name another "
            "folder, or delete it."
        )
    return tensors, head


def _packed(head: dict[str, Any]) -> dict[str, str]:
    return {"head": json.dumps({"format": FORMAT, **head})}


def fingerprint(described: object, *tensors: Tensor) -> str:
    """A short digest of settings (JSON values) and data: a checkpoint goes on only with what it was begun with."""
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
    for tensor in tensors:
        digest.update(str(tuple(tensor.shape)).encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
