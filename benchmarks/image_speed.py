"""What a picture costs by the command line: processor time of `explain`, and of `score` for each picture of a folder.

    python -m benchmarks.image_speed --data ../shared/data [--categories elpv_mono] [--normals 150] [--pictures 20 120]

Each is one process with one thread, from its start to its end: a picture explained with so many normals, learning
included; one explained by a fitted detector; folders of few and of many pictures scored, whose difference is what one
more takes, once all is loaded. Beside it in the same run stands what importing torch alone takes.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ALONE = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def seconds(*asked: str) -> float:
    """Of processor time that a python process takes."""
    before = _used()
    # `score` exits with 0 whatever the verdicts; a failure must not pass for speed.
    subprocess.run([sys.executable, *asked], check=True, capture_output=True, env=os.environ | ALONE)
    return _used() - before


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def taken(paths: list[Path], folder: Path) -> Path:
    """Copies of pictures under names of their own."""
    folder.mkdir()
    for number, path in enumerate(paths):
        shutil.copy(path, folder / f"{number:04d}{path.suffix}")
    return folder


def row(category: Path, normals: int, pictures: tuple[int, int], work: Path) -> str:
    """The row of one category: good and bad pictures of its test are scored in turn, again from the start if few."""
    tested = sorted(path for path in (category / "test").rglob("*") if path.is_file())
    bad = next(path for path in tested if path.parent.name != "good")
    mixed = [tested[k * 37 % len(tested)] for k in range(max(pictures))]
    known = taken(sorted((category / "train" / "good").iterdir())[:normals], work / "normals")
    few, many = (taken(mixed[:count], work / f"tested{count}") for count in pictures)
    detector, out = str(work / "detector"), str(work / "out")
    run = ("-m", "anomalyst.agent.cli.main")
    explained = seconds(*run, "explain", str(bad), "--normal", str(known), "--out", out)
    fitted = seconds(*run, "fit", str(known), "--modality", "image", "--out", detector)
    second = seconds(*run, "explain", str(bad), "--detector", detector, "--out", f"{out}2")
    first, all_ = (seconds(*run, "score", str(folder), "--detector", detector) for folder in (few, many))
    each = (all_ - first) / (pictures[1] - pictures[0])
    torch = seconds("-c", "import torch")
    numbers = f"{explained:.1f} | {fitted:.1f} | {second:.1f} | {each:.3f} | {1 / each:.1f} | {torch:.1f}"
    return f"| {category.name} | {len(list(known.iterdir()))} | {numbers} |"


def main() -> None:
    """Read the options, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--categories", nargs="*", default=["elpv_mono", "neu_steel_a", "casting_impeller"])
    parser.add_argument("--normals", type=int, default=150)
    parser.add_argument("--pictures", type=int, nargs=2, default=(20, 120))
    options = parser.parse_args()
    print(
        "| category | normals | explain, CPU s | fit | explain, fitted | a picture scored | pictures a second | torch |"
    )
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in options.categories:
        with tempfile.TemporaryDirectory() as work:
            category = options.data / "images" / name
            print(row(category, options.normals, tuple(options.pictures), Path(work)), flush=True)


if __name__ == "__main__":
    main()
