"""Scripts run in processes of their own: one, or two that train together."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.helpers.places import ROOT


def run_script(text: str, folder: Path, *arguments: str, processes: int = 1) -> subprocess.CompletedProcess[str]:
    """Run the script `text` from `folder`, on the processor. Skips where processes cannot talk."""
    script = folder / "script.py"
    script.write_text(text)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "ACCELERATE_USE_CPU": "true"}
    command = [sys.executable, *(_launch(processes) if processes > 1 else ()), str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)


def _launch(processes: int) -> tuple[str, ...]:
    if not (torch.distributed.is_available() and torch.distributed.is_gloo_available()):
        pytest.skip("this torch has no gloo, by which processes on a CPU talk")
    # On a CPU `accelerate launch` starts one process and leaves more to mpirun; torchrun starts two.
    return ("-m", "torch.distributed.run", "--nproc_per_node", str(processes), "--master_port", str(_free_port()))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
