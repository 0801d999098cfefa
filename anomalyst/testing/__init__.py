"""What a detector, a method and a kind of data must keep to, as one call each: a plugin's whole test is one line.

    from anomalyst.testing import check_detector
    def test_it() -> None:
        check_detector("acme-flow")

Each raises AssertionError that says what was found and what must be. Our own tests call the same.
"""

from anomalyst.testing.detectors import check_detector
from anomalyst.testing.methods import check_method
from anomalyst.testing.modalities import check_modality

__all__ = ["check_detector", "check_method", "check_modality"]
