"""The place of a finding in a picture, of whichever kind of data the picture is a part."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Box(Protocol):
    """Whatever has a box in pixels, half open: x in [x0, x1), y in [y0, y1)."""

    @property
    def x0(self) -> int:
        """Its left edge."""
        ...

    @property
    def y0(self) -> int:
        """Its upper edge."""
        ...

    @property
    def x1(self) -> int:
        """What lies right of it."""
        ...

    @property
    def y1(self) -> int:
        """What lies beneath it."""
        ...
