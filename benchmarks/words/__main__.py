"""Right words: does the headline say of a known anomaly what it is, which way, in which channel, when or where, and how
large?

    python -m benchmarks.words --data ../shared/data --kind series|images|pairs [--half dev|test] [--n 20] [--seed 0]
                               [--show] [--weights FOLDER]

Anomalies of a known kind, size and place are put into real normals; where they raise the alarm, the headline's first
sentence is judged (`judging.py`): the share of those that say each thing, and say it right. A time is right where start
and end are within 10 % of the anomaly's length or 2 rows, a size within 20 %, a place where a quarter of the anomaly
lies in it. `--n`: anomalies of each kind. `--show` prints every headline that is wrong in anything.

Sets and categories are "dev" or "test" by a hash of their name, series as in `benchmarks.series_events`: measuring may
be mended on "dev" only.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.words import images, pairs, series
from benchmarks.words.judging import Tried, judged

ASPECTS = (
    "kind", "direction", "channel", "time", "size", "place", "area", "colour", "shape", "word", "fitting word",
)  # fmt: skip


def table(tried: Sequence[Tried]) -> str:
    """Kinds of anomaly down, what is asked across: right of all that raised the alarm."""
    found = [(t.kind, judged(t.said, t.truth)) for t in tried if t.said is not None]
    asked = [aspect for aspect in ASPECTS if any(aspect in right for _, right in found)]
    lines = ["| planted | of them seen | " + " | ".join(asked) + " |", "|---" * (2 + len(asked)) + "|"]
    for kind in [*dict.fromkeys(t.kind for t in tried), ""]:
        own = [right for name, right in found if kind in ("", name)]
        cells = [_share([right[aspect] for right in own if aspect in right]) for aspect in asked]
        count = sum(kind in ("", t.kind) for t in tried)
        title = kind or "**all**"
        lines.append(f"| {title} | {len(own)} of {count} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right)} of {len(right)} ({100 * sum(right) / len(right):.0f} %)" if right else "–"


def wrong(tried: Sequence[Tried]) -> Iterator[str]:
    """Every headline that is wrong in anything, and what was true."""
    for t in tried:
        faults = [] if t.said is None else [a for a, right in judged(t.said, t.truth).items() if not right]
        if t.said is not None and faults:
            yield f"- {t.kind}, {t.where}: {', '.join(faults)}. {t.said.text!r}; {t.truth}"


def main() -> None:
    """Read the options, run, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with timeseries/, images/ and text_image/")
    parser.add_argument("--kind", choices=("series", "images", "pairs"), required=True)
    parser.add_argument("--half", choices=("dev", "test"), default="dev")
    parser.add_argument("--n", type=int, default=20, help="anomalies of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", help="folder of a transformers vision model, for images and pairs")
    parser.add_argument("--show", action="store_true", help="print the headlines that are wrong in anything")
    options = parser.parse_args()
    warnings.simplefilter("ignore", category=RuntimeWarning)  # channels and stretches without any value
    makers: dict[str, Callable[[], Iterator[Tried]]] = {
        "series": lambda: series.tried(options.data, options.half, options.n, options.seed),
        "images": lambda: images.tried(options.data, options.half, options.n, options.seed, options.weights),
        "pairs": lambda: pairs.tried(options.data, options.half, options.n, options.seed, options.weights),
    }
    tried = []
    for one in makers[options.kind]():
        tried.append(one)
        print(f"{one.kind}, {one.where}: {time.process_time():.0f} s", file=sys.stderr)
    print(table(tried))
    if options.show:
        print("\n".join(["", *wrong(tried)]))


if __name__ == "__main__":
    main()
