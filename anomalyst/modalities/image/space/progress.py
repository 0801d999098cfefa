"""How far learning from normals is: judgements made, of those that are to come."""

from __future__ import annotations

from dataclasses import dataclass

from anomalyst.detectors.contract import OnStep


@dataclass
class Progress:
    """`on_step` is told after each."""

    on_step: OnStep | None = None
    done: int = 0
    of: int = 0

    def expect(self, count: int) -> None:
        """So many more are to come."""
        self.of += count

    def step(self) -> None:
        """One was made."""
        self.done += 1
        if self.on_step is not None:
            self.on_step(self.done, self.of)
