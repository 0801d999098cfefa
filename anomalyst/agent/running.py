"""Running the analysis in the background, so that whoever follows it hears that it goes on, and can leave it."""

from __future__ import annotations

import atexit
import queue
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from weakref import WeakSet

from langgraph.config import get_stream_writer

from anomalyst.agent.events import Event, Progress, Told
from anomalyst.stopping import check_stop, stopped_by, stops_here

BEAT_SECONDS = 1.0
Tell = Callable[[Event], None]
Item = Event | BaseException | None  # an event, what the run raised, or its end


def followed(run: Callable[[Tell], None], beat: float = BEAT_SECONDS) -> Iterator[Event]:
    """The events that `run` tells; while it is silent, its last "progress" again every `beat` seconds.

    `run` works in a thread of its own: Ctrl-C and leaving the loop take effect at once, and the thread ends at the next
    `check_stop`. What it raises is raised here.
    """
    items: queue.SimpleQueue[Item] = queue.SimpleQueue()
    left = threading.Event()
    stops = (*stops_here(), left)
    _followed().add(left)
    threading.Thread(target=_work, args=(run, items, stops), name="anomalyst-run", daemon=True).start()
    doing, since = "", time.monotonic()
    try:
        while True:
            try:
                item = items.get(timeout=beat)
            except queue.Empty:
                if doing:
                    yield working(doing, time.monotonic() - since)
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            doing, since = (item.message if isinstance(item, Progress) else ""), time.monotonic()
            yield item
    finally:
        left.set()


@cache
def _followed() -> WeakSet[threading.Event]:
    """What ends each work that is followed; all are set when the interpreter ends, which waits for the threads of
    LangGraph's pool before it calls what `atexit` knows."""
    known: WeakSet[threading.Event] = WeakSet()
    register = getattr(threading, "_register_atexit", atexit.register)  # what `concurrent.futures` uses, not public
    register(partial(_leave, known))
    return known


def _leave(known: WeakSet[threading.Event]) -> None:
    for left in list(known):
        left.set()


def emit(event: Told) -> None:
    """Send one event to whoever reads the run, if anybody still does."""
    check_stop()
    get_stream_writer()(event)


def doing(what: str) -> None:
    """Say what a long step is at, if anybody still wants it done."""
    emit(working(what))


def working(doing: str, seconds: float | None = None) -> Progress:
    """The "progress" event of a step that takes long, `seconds` after it began."""
    if seconds is None:
        return Progress(message=doing, doing=doing)
    return Progress(message=f"{doing} ({seconds:.0f} s)", doing=doing, seconds=round(seconds))


def _work(run: Callable[[Tell], None], items: queue.SimpleQueue[Item], stops: tuple[threading.Event, ...]) -> None:
    """Put all events into the queue, then what ended them."""

    def tell(event: Event) -> None:
        check_stop()
        items.put(event)

    try:
        with stopped_by(*stops):
            run(tell)
        items.put(None)
    except BaseException as error:  # raised again by the follower, in its own thread
        items.put(error)
