"""Where bfloat16 pays: matrix products on processors with AMX, and on GPUs, take a fraction of the time; sums stay in
float32."""

from __future__ import annotations

from typing import Literal

import torch

Precision = Literal["auto", "float32", "bfloat16"]


def matrix_products(precision: Precision = "auto", device: torch.device | str = "cpu") -> torch.autocast:
    """A context in which a network on `device` multiplies matrices in bfloat16; "auto": if that is faster there."""
    kind = torch.device(device).type
    if kind == "cuda":
        faster = torch.cuda.is_bf16_supported()
    else:
        faster = kind == "cpu" and bool(torch.cpu.get_capabilities().get("amx_bf16"))
    return torch.autocast(kind, torch.bfloat16, enabled=(precision == "auto" and faster) or precision == "bfloat16")
