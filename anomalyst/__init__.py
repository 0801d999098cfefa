"""Anomalyst: finds anomalies with diffusion models and explains them in words that can be checked.

from anomalyst import Anomalyst
explanation = Anomalyst().explain("part.png", normal="good/")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anomalyst.agent.analyst import Anomalyst as Anomalyst
    from anomalyst.agent.records.checking import verify as verify
    from anomalyst.detectors.registry import list_detectors as list_detectors
    from anomalyst.detectors.registry import load_detector as load_detector
    from anomalyst.evidence.claims import Explanation as Explanation
    from anomalyst.evidence.speech.manner import Manner as Manner
    from anomalyst.tools.toolbox import get_tools as get_tools

__version__ = "0.1.0"
__all__ = [
    "Anomalyst",
    "Explanation",
    "Manner",
    "__version__",
    "get_tools",
    "list_detectors",
    "load_detector",
    "verify",
]

_PLACES = {
    "Anomalyst": "anomalyst.agent.analyst:Anomalyst",
    "Explanation": "anomalyst.evidence.claims:Explanation",
    "Manner": "anomalyst.evidence.speech.manner:Manner",
    "get_tools": "anomalyst.tools.toolbox:get_tools",
    "list_detectors": "anomalyst.detectors.registry:list_detectors",
    "load_detector": "anomalyst.detectors.registry:load_detector",
    "verify": "anomalyst.agent.records.checking:verify",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `import anomalyst` stays light."""
    if name not in _PLACES:
        raise AttributeError(f"module 'anomalyst' has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    return getattr(import_module(module), attribute)
