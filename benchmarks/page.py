"""How long people wait for the page: until it is there, until the first step, until the explanation; and 20 at once.

    python -m benchmarks.page [--repeats 3] [--chats 20]

The page is a process of its own, started by the command; the browser is a headless Chromium on the same machine. What
is waited for is counted from the Enter key to what the browser shows. Times of the processor are the page's own: they
tell what the work costs where other programs run too, as the load that is printed shows.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from anomalyst.datasets import TEXTURES, bundled_examples, bundled_images, telemetry_folder
from benchmarks.browsing import PageServer, Visitor, chromium_path, launched

PAIRS_PER_TEXTURE = 16
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
    """An image and a recording that ship with the package, and an image whose text names another texture."""
    examples = {example.name: example for example in bundled_examples(folder)}
    gravel, telemetry = examples["gravel"], examples["telemetry"]
    normals = tuple(sorted(gravel.normal.glob("*.png")))
    rows = sum(1 for _ in telemetry.input.open(encoding="utf-8")) - 1
    return [
        Input(f"image: 128 × 128 pixels, {len(normals)} normal ones", gravel.input, normals),
        Input(f"series: {rows:,} rows, one normal recording", telemetry.input, (telemetry.normal,)),
        _pair(folder / "pairs"),
    ]


def _pair(folder: Path) -> Input:
    """Photographs with what they show as their text; the one to look at says something else."""
    folder.mkdir()
    rows = [("image", "text")]
    for texture in TEXTURES:
        for number, sample in enumerate(bundled_images(texture, normals=PAIRS_PER_TEXTURE + 1).normals):
            place = folder / f"{texture}{number}.png"
            Image.fromarray(np.rint(sample.pixels * 255).astype(np.uint8)).save(place)
            if number < PAIRS_PER_TEXTURE:
                rows.append((place.name, f"a photograph of {texture}"))
    table = folder / "texts.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    normals = tuple(folder / name for name, _ in rows[1:])
    what = f"image with text: 128 × 128 pixels, {len(normals)} normal pairs"
    return Input(what, folder / f"gravel{PAIRS_PER_TEXTURE}.png", (*normals, table), "a photograph of brick")


def waited(browser: Browser, server: PageServer, given: Input) -> Waited:
    """Send it as somebody who is new, and wait."""
    with visiting(browser, server) as visitor:
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
