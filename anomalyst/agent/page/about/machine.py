"""What this machine has: versions, processors, memory, language models, room for data, limits. No path, no key."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from gradio.context import LocalContext

from anomalyst.agent.language.providers import providers
from anomalyst.agent.page.desk.desk import MAX_WAITING, Desk
from anomalyst.evidence.claims import BUILTIN
from anomalyst.modalities.files import display_name
from anomalyst.modalities.registry import modalities

PACKAGES = ("torch", "diffusers", "transformers", "gradio", "langchain", "langgraph", "numpy", "scikit-learn")
ABSENT = "not installed"


@dataclass(frozen=True)
class Section:
    """A heading and its lines: what, and what of it there is."""

    title: str
    lines: tuple[tuple[str, str], ...]


def sections(desk: Desk, owner: str) -> list[Section]:
    """All that is told, in the order it is shown. Loads torch."""
    return [
        Section(
            "This program", (*_packages(("anomalyst",)), ("python", platform.python_version()), *_packages(PACKAGES))
        ),
        Section("The machine", tuple(_machine())),
        Section("Language models", tuple(_models(desk.llm))),
        Section("Seeing images", tuple(_backbones(desk.backbone))),
        Section("Your data", tuple(_data(desk, owner))),
        Section("Limits", tuple(_limits())),
    ]


def _packages(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, _version(name)) for name in names]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ABSENT


def _machine() -> Iterable[tuple[str, str]]:
    import torch

    yield "System", f"{platform.system()} on {platform.machine()}"
    yield "Processor threads", f"{os.cpu_count()}, of which PyTorch uses {torch.get_num_threads()}"
    yield "Memory", _memory()
    names = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    yield "GPU", ", ".join(names) or "none: everything runs on the processor"


def _memory() -> str:
    """The machine's memory, where the system tells."""
    try:
        return show_bytes(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):
        return "unknown"


def _models(own: str) -> Iterable[tuple[str, str]]:
    yield "This page's model", own
    yield BUILTIN, "always there: needs no download, no key and no network"
    for provider, maker in providers().items():
        if maker.package and find_spec(maker.package) is None:
            yield provider, f"{ABSENT}: pip install 'anomalyst[llm]'"
            continue
        given = [key for key in maker.keys if os.environ.get(key)]
        keyless = "asks its server, without a key" if maker.make is None else "needs no key"
        missing = f"set {' or '.join(maker.keys)} where the server starts" if maker.keys else keyless
        yield provider, f"installed; {', '.join(given)} is set" if given else f"installed; {missing}"


def _backbones(own: str | None) -> Iterable[tuple[str, str]]:
    yield "Vision model", display_name(Path(own).name) if own else "none: pixel patches (--backbone gives one)"
    offline = os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on")
    yield "Model hub", "switched off (HF_HUB_OFFLINE)" if offline else "asked only for models that somebody names"
    yield "Models already here", ", ".join(_cached_models()) or "none"


@cache
def _cached_models() -> tuple[str, ...]:
    """Names of the models in the hub's cache, as they were when first asked for."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        return tuple(sorted(repo.repo_id for repo in scan_cache_dir().repos if repo.repo_type == "model"))
    except CacheNotFound:
        return ()


def _data(desk: Desk, owner: str) -> Iterable[tuple[str, str]]:
    root = desk.home.root
    yield "Runs of yours", f"{len(desk.store.runs(owner)):,}"
    yield "Detectors of yours", f"{len(desk.store.fitted(owner)):,}"
    used = sum(file.stat().st_size for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    yield "Disk used by all", f"{show_bytes(used)}; {show_bytes(shutil.disk_usage(root).free)} are free"
    yield (
        "Where it goes",
        (
            "It stays on this machine. A language model other than “builtin” is told names, an image's text and what "
            "was measured; never pixels or series."
        ),
    )


def _limits() -> Iterable[tuple[str, str]]:
    app = LocalContext.blocks.get(None)
    largest = getattr(app, "max_file_size", None)
    yield "Largest file", show_bytes(int(largest)) if largest else "no limit"
    yield from (kind.ways.limit for kind in modalities().values() if kind.ways.limit[0])
    yield "Analyses that may wait", f"{MAX_WAITING} at a time"


def show_bytes(count: float) -> str:
    """A number of bytes as people write it."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
