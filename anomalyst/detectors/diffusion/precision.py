"""Where bfloat16 pays: matrix products on processors with AMX take a fraction of the time, sums stay in float32."""

from __future__ import annotations

from typing import Literal

import torch

Precision = Literal["auto", "float32", "bfloat16"]


def matrix_products(precision: Precision = "auto") -> torch.autocast:
    """A context in which a network multiplies matrices in bfloat16 on the CPU; "auto": only if that is faster here."""
    faster = precision == "auto" and bool(torch.cpu.get_capabilities().get("amx_bf16"))
    return torch.autocast("cpu", torch.bfloat16, enabled=faster or precision == "bfloat16")
