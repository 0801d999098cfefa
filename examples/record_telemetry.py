"""Record the telemetry of a small real server under a daily-like load, with real faults at known times.

    python examples/record_telemetry.py --out recording                # 40 min normal + 26 min with faults
    python examples/record_telemetry.py --out recording --seconds 40   # a short trial of everything

Three processes: an HTTP server on the loopback address that hashes, compresses, caches and writes to disk;
a load generator; and this sampler, which reads once a second what the server's process really used.
Written as it goes: `normal.csv` (no fault), `test.csv` (faults), `labels.csv` (what was injected and when),
`README.md` (the data card). One "day" of load lasts ten minutes; every third day is a quieter day of rest.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import http.client
import math
import multiprocessing as mp
import os
import random
import tempfile
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil

DAY_S = 600.0
MEAN_RATE = 12.0
COLUMNS = (
    "timestamp",
    "cpu_percent",
    "memory_mb",
    "disk_write_kb_s",
    "disk_latency_ms",
    "requests_per_s",
    "latency_ms",
    "errors_per_s",
)
FULL_TEST_S = 1560.0
CARD = Path(__file__).with_name("record_telemetry_card.md")


@dataclass(frozen=True)
class Fault:
    """A fault to inject: `start` and `seconds` in seconds of the full-length test part."""

    start: float
    seconds: float
    kind: str
    channels: str
    note: str
    sensor: str = ""


FAULTS = (
    Fault(150, 90, "cpu_hog", "cpu_percent latency_ms", "a thread of the server computes without pause"),
    Fault(350, 110, "memory_leak", "memory_mb", "every request leaves 160 kB behind; freed at the end"),
    Fault(570, 80, "disk_stall", "disk_latency_ms latency_ms", "each write holds the disk lock for 0.1 s more"),
    Fault(760, 70, "dropped_requests", "errors_per_s requests_per_s", "the server closes half of its connections"),
    Fault(940, 100, "stuck_sensor", "latency_ms", "the sampler repeats the last latency", "latency_ms"),
    Fault(1150, 80, "disk_flood", "disk_write_kb_s disk_latency_ms", "each write carries 2 MB more"),
    Fault(1340, 70, "stuck_sensor", "cpu_percent", "the sampler repeats the last CPU share", "cpu_percent"),
)


# ---------------------------------------------------------------------------------------------- the server
@dataclass
class Service:
    """The server's state: sessions held for a while, a small result cache, a journal on disk, active faults."""

    journal: Path
    lock: threading.Lock = field(default_factory=threading.Lock)
    disk: threading.Lock = field(default_factory=threading.Lock)
    cache: OrderedDict[int, bytes] = field(default_factory=OrderedDict)
    sessions: OrderedDict[float, bytes] = field(default_factory=OrderedDict)
    leaked: list[bytes] = field(default_factory=list)
    faults: set[str] = field(default_factory=set)
    write_s: float = 0.0
    writes: int = 0

    def work(self, key: int) -> bytes:
        """Answer one request: a cached or a fresh digest of compressed data, and a session kept for 40 s."""
        now = time.monotonic()
        block = hashlib.shake_128(str(key).encode()).digest(120_000)
        with self.lock:
            result = self.cache.get(key)
            self.sessions[now] = bytes(bytearray(block))
            while self.sessions and next(iter(self.sessions)) < now - 40:
                self.sessions.popitem(last=False)
            if "memory_leak" in self.faults:
                self.leaked.append(bytes(bytearray(block)) + bytes(40_000))
        page = zlib.compress(block[:60_000], 6)
        if result is None:
            result = hashlib.sha256(zlib.compress(block + page, 6)).digest()
            with self.lock:
                self.cache[key] = result
                while len(self.cache) > 200:
                    self.cache.popitem(last=False)
        return result

    def write(self, data: bytes) -> None:
        """Append to the journal and wait until it is on disk; the time this takes is what the sampler reads."""
        began = time.perf_counter()
        with self.disk, self.journal.open("ab") as file:
            if "disk_stall" in self.faults:
                time.sleep(0.1)
            if "disk_flood" in self.faults:
                data = data + os.urandom(2_000_000)
            if file.tell() > 64_000_000:
                file.truncate(0)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with self.lock:
            self.write_s += time.perf_counter() - began
            self.writes += 1

    def hog(self) -> None:
        """Compute without pause while the fault lasts."""
        count = 0
        while "cpu_hog" in self.faults:
            count = (count * 1_103_515_245 + 12_345) % 2**31

    def set_fault(self, kind: str, on: bool) -> None:
        """Begin or end a fault; the end of a leak frees the memory."""
        if on:
            self.faults.add(kind)
        else:
            self.faults.discard(kind)
            self.leaked.clear()
        if on and kind == "cpu_hog":
            threading.Thread(target=self.hog, daemon=True).start()

    def take_counts(self) -> tuple[float, int, float]:
        """Seconds spent writing and number of writes since the last call; CPU seconds since the start."""
        with self.lock:
            taken = self.write_s, self.writes, time.process_time()
            self.write_s, self.writes = 0.0, 0
        return taken


def handler_of(service: Service) -> type[BaseHTTPRequestHandler]:
    """The request handler bound to `service`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "dropped_requests" in service.faults and random.random() < 0.5:
                self.close_connection = True
                return
            query = parse_qs(urlsplit(self.path).query)
            body = service.work(int(query["key"][0]))
            if "write" in query:
                service.write(body * 128)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler


def serve(control: Connection, folder: str) -> None:
    """Process: serve on a free loopback port (sent first over `control`), obey (command, *arguments)."""
    raise_priority()
    service = Service(Path(folder) / "journal.bin")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(service))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    control.send(server.server_address[1])
    while True:
        command, *arguments = control.recv()
        if command == "stop":
            return
        if command == "fault":
            service.set_fault(*arguments)
        control.send(service.take_counts() if command == "counts" else None)


# ---------------------------------------------------------------------------------------- the load generator
def rate_at(seconds: float, day_s: float) -> float:
    """Requests per second wanted at a time since the start: a day's wave, every third day quieter."""
    day = int(seconds // day_s)
    angle = 2 * math.pi * seconds / day_s
    wave = 1.0 - 0.6 * math.cos(angle) + 0.12 * math.sin(2 * angle)
    return MEAN_RATE * wave * (0.8 if day % 3 == 2 else 1.0)


@dataclass
class Tally:
    """What clients saw since the last reading: answered requests, failed ones, summed seconds of waiting."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answered: int = 0
    failed: int = 0
    waited_s: float = 0.0

    def add(self, seconds: float, ok: bool) -> None:
        with self.lock:
            self.answered += ok
            self.failed += not ok
            self.waited_s += seconds if ok else 0.0

    def take(self) -> tuple[int, int, float]:
        with self.lock:
            taken = self.answered, self.failed, self.waited_s
            self.answered, self.failed, self.waited_s = 0, 0, 0.0
        return taken


def request_once(port: int, path: str, tally: Tally) -> None:
    """One request on a fresh connection; a closed connection or five seconds of silence is an error."""
    began = time.perf_counter()
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", path)
        ok = link.getresponse().read() != b""
    except (OSError, http.client.HTTPException):
        ok = False
    finally:
        link.close()
    tally.add(time.perf_counter() - began, ok)


def generate(control: Connection, port: int, seed: int, day_s: float) -> None:
    """Process: send requests at random (Poisson) times; answer each message on `control` with the tally."""
    raise_priority()
    dice, tally, pool = random.Random(seed), Tally(), ThreadPoolExecutor(48)
    began = due = time.monotonic()
    while True:
        due += dice.expovariate(rate_at(time.monotonic() - began, day_s))
        while (left := due - time.monotonic()) > 0:
            if control.poll(left):
                if control.recv() == "stop":
                    return
                control.send(tally.take())
        path = f"/?key={int(dice.paretovariate(0.9)) % 5000}" + ("&write=1" if dice.random() < 0.35 else "")
        pool.submit(request_once, port, path, tally)


# ------------------------------------------------------------------------------------------------ the sampler
def raise_priority() -> None:
    """Ask for a better place in the queue for the CPU, so that other programs disturb the recording less."""
    with contextlib.suppress(OSError):
        os.nice(-10)


def ask(control: Connection, *message: Any) -> Any:
    """Send a message (a tuple, or a bare word) and wait for its answer."""
    control.send(message if len(message) > 1 or message[0] == "counts" else message[0])
    return control.recv()


@dataclass
class Sampler:
    """Reads one row per second from the server's process, the server's own counters and the clients' tally."""

    process: psutil.Process
    server: Connection
    load: Connection
    last: dict[str, str] = field(default_factory=dict)
    seen: tuple[float, float, int] = (0.0, 0.0, 0)

    def row(self, stuck: str = "") -> dict[str, str]:
        """The values since the last row; `stuck` names a sensor that repeats its last value."""
        now, io = time.monotonic(), self.process.io_counters()
        write_s, writes, used = ask(self.server, "counts")
        answered, failed, waited_s = ask(self.load, "tally")
        then, used_then, bytes_then = self.seen
        span = now - then
        self.seen = now, used, io.write_bytes
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        row = {
            "timestamp": stamp,
            "cpu_percent": f"{100 * (used - used_then) / span:.1f}",
            "memory_mb": f"{self.process.memory_info().rss / 2**20:.2f}",
            "disk_write_kb_s": f"{(io.write_bytes - bytes_then) / 1024 / span:.1f}",
            "disk_latency_ms": f"{1000 * write_s / writes:.2f}" if writes else "",
            "requests_per_s": f"{answered / span:.2f}",
            "latency_ms": f"{1000 * waited_s / answered:.2f}" if answered else "",
            "errors_per_s": f"{failed / span:.2f}",
        }
        if stuck and self.last:
            row[stuck] = self.last[stuck]
        self.last = row
        return row


def ticks(seconds: float) -> Iterator[float]:
    """Seconds since the start, once a second, without drift, until `seconds` have passed."""
    began = time.monotonic()
    for number in range(1, int(seconds) + 1):
        time.sleep(max(0.0, began + number - time.monotonic()))
        yield float(number)


def record_normal(sampler: Sampler, path: Path, seconds: float) -> None:
    """Write the fault-free reference."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for _ in ticks(seconds):
            writer.writerow(sampler.row())
            file.flush()


def record_faults(sampler: Sampler, out: Path, seconds: float) -> None:
    """Write the part with faults and, beside it, each fault's first and last row as they really happened."""
    scale = seconds / FULL_TEST_S
    active: Fault | None = None
    since = ""
    with (out / "test.csv").open("w", newline="") as file, (out / "labels.csv").open("w", newline="") as marks:
        writer, labels = csv.DictWriter(file, COLUMNS), csv.writer(marks)
        writer.writeheader()
        labels.writerow(("start", "end", "kind", "channels", "note"))
        for second in ticks(seconds):
            row = sampler.row(active.sensor if active else "")
            writer.writerow(row)
            since = since or row["timestamp"]
            wanted = next((f for f in FAULTS if f.start * scale <= second < (f.start + f.seconds) * scale), None)
            if active is not None and wanted is not active:
                ask(sampler.server, "fault", active.kind, False)
                labels.writerow((since, row["timestamp"], active.kind, active.channels, active.note))
            if wanted is not None and wanted is not active:
                ask(sampler.server, "fault", wanted.kind, True)
                since = ""  # the next row is the first that the fault touches
                print(f"{row['timestamp']} {wanted.kind}", flush=True)
            active = wanted
            file.flush()
            marks.flush()


def write_card(out: Path, normal_s: float, test_s: float, day_s: float) -> None:
    """Write the data card beside the recording."""
    faults = "\n".join(f"- `{f.kind}` ({f.channels.replace(' ', ', ')}): {f.note}." for f in FAULTS)
    text = CARD.read_text(encoding="utf-8").format(normal=int(normal_s), test=int(test_s), day=day_s, faults=faults)
    (out / "README.md").write_text(text, encoding="utf-8")


def record(out: Path, normal_s: float, test_s: float, day_s: float, seed: int) -> None:
    """Start server and load, record both parts, stop both."""
    out.mkdir(parents=True, exist_ok=True)
    os.environ["MALLOC_MMAP_THRESHOLD_"] = "65536"  # freed sessions and leaks go back to the system at once
    context = mp.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        control, server_end = context.Pipe()
        server = context.Process(target=serve, args=(server_end, folder), daemon=True)
        server.start()
        port = control.recv()
        load, load_end = context.Pipe()
        clients = context.Process(target=generate, args=(load_end, port, seed, day_s), daemon=True)
        clients.start()
        try:
            raise_priority()
            sampler = Sampler(psutil.Process(server.pid), control, load)
            time.sleep(min(60.0, normal_s / 4))  # let the sessions fill
            sampler.row()
            record_normal(sampler, out / "normal.csv", normal_s)
            record_faults(sampler, out, test_s)
            write_card(out, normal_s, test_s, day_s)
        finally:
            clients.terminate()
            server.terminate()
            clients.join()
            server.join()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--normal-seconds", type=float, default=2400.0)
    parser.add_argument("--test-seconds", type=float, default=FULL_TEST_S)
    parser.add_argument("--seconds", type=float, help="a short trial of this length, half normal and half faults")
    parser.add_argument("--day-seconds", type=float, default=DAY_S, help="length of one compressed day")
    parser.add_argument("--seed", type=int, default=2)
    given = parser.parse_args()
    normal_s, test_s = (given.seconds / 2,) * 2 if given.seconds else (given.normal_seconds, given.test_seconds)
    record(given.out, normal_s, test_s, given.day_seconds, given.seed)


if __name__ == "__main__":
    main()
