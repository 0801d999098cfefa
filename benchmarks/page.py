"""How long people wait for the page: until it is there, until the first step, until the explanation; and 20 at once.

    python -m benchmarks.page [--repeats 3] [--chats 20]

The page is a process of its own, started by the command; the browser is a headless Chromium on the same machine. What
is waited for is counted from the Enter key to what the browser shows. Times of the processor are the page's own: they
tell what the work costs where other programs run too, as the load that is printed shows.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser, sync_playwright

from anomalyst.datasets import bundled_examples, telemetry_folder
from anomalyst.datasets.pairs_example import pair_example
from tests.helpers.browsing import PageServer, Visitor, chromium_path, launched

ROWS = 600


@dataclass(frozen=True)
class Input:
    """What is sent: `text`: the image's, "" if there is none; `what`: in words, for the table."""

    what: str
    source: Path
    normals: tuple[Path, ...]
    text: str = ""


@dataclass(frozen=True)
class Waited:
    """Seconds from Enter to the first step and to the answer; seconds of the page's processor."""

    first: float
    answer: float
    processor: float


def inputs(folder: Path) -> list[Input]:
    """The inputs that the page offers for trying: an image, a recording, a picture whose caption is false in a word."""
    examples = {example.name: example for example in bundled_examples(folder)}
    gravel, telemetry = examples["gravel"], examples["telemetry"]
    normals = tuple(sorted(gravel.normal.glob("*.png")))
    rows = sum(1 for _ in telemetry.input.open(encoding="utf-8")) - 1
    pair = pair_example(folder / "bolt")
    return [
        Input(f"image: 128 × 128 pixels, {len(normals)} normal ones", gravel.input, normals),
        Input(f"series: {rows:,} rows, one normal recording", telemetry.input, (telemetry.normal,)),
        Input("image with text: 128 × 128 pixels, the model that ships", pair.input, (), pair.text),
    ]


def waited(browser: Browser, server: PageServer, given: Input) -> Waited:
    """Send it as somebody who is new, and wait."""
    with visiting(browser, server) as visitor:
        if given.normals:
            visitor.give_normals(given.normals)
        if given.text:
            visitor.page.get_by_label("My message is the image's text").check()
        visitor.attach(given.source)
        before, began = server.processor_seconds(), time.monotonic()
        visitor.send(given.text)
        visitor.find("#conversation").get_by_text("Looked at the input").wait_for()
        first = time.monotonic() - began
        visitor.cards().first.wait_for()
        answer = time.monotonic() - began
        return Waited(first, answer, server.processor_seconds() - before)


def at_once(browser: Browser, server: PageServer, folder: Path, chats: int) -> tuple[int, float, float]:
    """(own answers, seconds until the first and until the last one) of so many people who press Enter together."""
    people = []
    frame = (telemetry_folder() / "normal.csv").read_text(encoding="utf-8").splitlines()[: ROWS + 1]
    for number in range(chats):
        source = folder / f"chat-{number:02d}.csv"
        source.write_text("\n".join([frame[0], *frame[number + 1 :]]), encoding="utf-8")
        visitor = Visitor(browser, server)
        visitor.open()
        visitor.attach(source)
        people.append((source.name, visitor))
    began = time.monotonic()
    for _, visitor in people:
        visitor.send()
    own, ended = 0, []
    for name, visitor in people:
        card = visitor.cards().first
        card.wait_for(timeout=3_600_000)
        ended.append(time.monotonic() - began)
        others = visitor.find("#conversation").get_by_text("chat-").filter(has_not_text=name)
        own += card.get_attribute("aria-label") == f"Explanation of {name}" and others.count() == 0
        visitor.close()
    return own, min(ended), max(ended)


@contextmanager
def visiting(browser: Browser, server: PageServer) -> Iterator[Visitor]:
    """Somebody at the page, until they leave."""
    visitor = Visitor(browser, server)
    visitor.open()
    try:
        yield visitor
    finally:
        visitor.close()


def load() -> str:
    """The machine's processors and what else it does."""
    return f"{psutil.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"


def starts(folder: Path, repeats: int) -> str:
    """How long the page takes to be there, as a line."""
    waits, processor = [], []
    for number in range(repeats):
        server = PageServer(folder / f"start{number}")
        waits.append(server.start())
        processor.append(server.processor_seconds())
        server.stop()
    return f"The page answers {median(waits):.1f} s after its process starts ({median(processor):.1f} s of processor)."


def table(rows: Sequence[tuple[Input, Sequence[Waited]]]) -> str:
    """The waiting times as a Markdown table of medians."""
    lines = ["| sent | first step, s | explanation, s | processor, s |", "|---|---:|---:|---:|"]
    for given, times in rows:
        cells = [median(getattr(one, name) for one in times) for name in ("first", "answer", "processor")]
        lines.append(f"| {given.what} | {' | '.join(f'{cell:.1f}' for cell in cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="of each start and each input; the median is told")
    parser.add_argument("--chats", type=int, default=20, help="people who press Enter at the same time")
    options = parser.parse_args()
    path = chromium_path()
    if path is None:
        raise SystemExit("no Chromium on this machine: apt-get install chromium")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        print(f"{load()}.\n\n{starts(folder, options.repeats)}\n", flush=True)
        server, browser = PageServer(folder / "home"), launched(playwright, path)
        server.start()
        rows = [(given, [waited(browser, server, given) for _ in range(options.repeats)]) for given in inputs(folder)]
        print(table(rows), flush=True)
        own, first, last = at_once(browser, server, folder, options.chats)
        print(
            f"\n{options.chats} chats at once: {own} got their own answer, after {first:.1f} to {last:.1f} s. {load()}."
        )
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
