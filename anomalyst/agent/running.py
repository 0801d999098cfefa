"""Running the analysis in the background, so that whoever follows it hears that it goes on, and can leave it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

from anomalyst.agent.events import Event
from anomalyst.agent.patience import LeftError

BEAT_SECONDS = 1.0
Tell = Callable[[Event], None]
Item = Event | BaseException | None  # an event, what the run raised, or its end


def followed(
    run: Callable[[Tell], None], beat: float = BEAT_SECONDS, leave: Callable[[], None] = lambda: None
) -> Iterator[Event]:
    """The events that `run` tells; while it is silent, its last "progress" again every `beat` seconds.

    `run` works in a thread of its own: Ctrl-C and leaving the loop take effect at once, and the thread ends at the next
    event it tells; `leave` is called then, to end what it waits for. What it raises is raised here.
    """
    items: queue.SimpleQueue[Item] = queue.SimpleQueue()
    left = threading.Event()
    threading.Thread(target=_work, args=(run, items, left), name="anomalyst-run", daemon=True).start()
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
            doing, since = (item.message if item.kind == "progress" else ""), time.monotonic()
            yield item
    finally:
        left.set()
        leave()


def working(doing: str, seconds: float | None = None) -> Event:
    """The "progress" event of a step that takes long, `seconds` after it began."""
    if seconds is None:
        return Event(kind="progress", message=doing, data={"doing": doing})
    data = {"doing": doing, "seconds": round(seconds)}
    return Event(kind="progress", message=f"{doing} ({seconds:.0f} s)", data=data)


def _work(run: Callable[[Tell], None], items: queue.SimpleQueue[Item], left: threading.Event) -> None:
    """Put all events into the queue, then what ended them."""

    def tell(event: Event) -> None:
        if left.is_set():
            raise LeftError
        items.put(event)

    try:
        run(tell)
        items.put(None)
    except BaseException as error:  # raised again by the follower, in its own thread
        items.put(error)
