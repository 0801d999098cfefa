"""The libraries of the analyses take seconds to load: they are loaded once the page is up, by one thread alone."""

from __future__ import annotations

import threading

_ALONE = threading.Lock()
LAZY = ("EDMEulerScheduler", "UNet2DModel")


def load_libraries() -> None:
    """Load what analyses need, or wait until it is loaded. Two first analyses at once would load it at the same time,
    and one of them would be given half of diffusers."""
    with _ALONE:
        import diffusers

        import anomalyst.agent.analyst  # noqa: F401
        from anomalyst.detectors.registry import list_detectors

        list_detectors()
        for name in LAZY:
            getattr(diffusers, name)


def load_beside() -> None:
    """Begin to load, and do not wait."""
    threading.Thread(target=load_libraries, name="loading", daemon=True).start()
