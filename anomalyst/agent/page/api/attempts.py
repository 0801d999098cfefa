"""Wrong passwords are slowed down: after a few the next try has to wait, longer each time, by name and by address.

Waiting never grows beyond `LONGEST` and is forgotten after `MEMORY`, so that nobody can lock the right person out for
ever. From an address where a name has logged in before, only that address's own mistakes count for the name.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from typing import Any

FREE_OF_NAME = 5  # wrong passwords that cost nothing
FREE_OF_ADDRESS = 20  # an address may be that of many people
LONGEST = 30.0  # seconds to wait
MEMORY = 900.0  # seconds without a mistake, after which all is forgotten
MOST = 10_000  # names and addresses that are remembered; those of the oldest mistakes go first

Key = tuple[str, bytes]


class Attempts:
    """Who gave how many wrong passwords. `clock`: seconds, of any beginning."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[Key, tuple[int, float]] = OrderedDict()  # how many, and when the last one was
        self._known: OrderedDict[bytes, None] = OrderedDict()  # names at addresses where they have logged in

    def wait(self, name: str, address: str) -> float:
        """Seconds that the next try of this name from this address has to wait; 0 if it need not."""
        by_name, by_address = self._keys(name, address)
        return max(self._wait(by_name, FREE_OF_NAME), self._wait(by_address, FREE_OF_ADDRESS))

    def failed(self, name: str, address: str) -> None:
        """Note a wrong password."""
        for key in self._keys(name, address):
            count, _ = self._count(key)
            self._wrong[key] = (count + 1, self._clock())
            _keep_newest(self._wrong, key)

    def succeeded(self, name: str, address: str) -> None:
        """Note a right password. It forgives no wrong one: guesses between somebody's own logins must not be free."""
        pair = _digest(f"{name}\n{_network(address)}")
        self._known[pair] = None
        _keep_newest(self._known, pair)

    def _keys(self, name: str, address: str) -> tuple[Key, Key]:
        place = _network(address)
        pair = _digest(f"{name}\n{place}")
        return ("pair", pair) if pair in self._known else ("name", _digest(name)), ("address", _digest(place))

    def _count(self, key: Key) -> tuple[int, float]:
        count, last = self._wrong.get(key, (0, 0.0))
        return (0, 0.0) if self._clock() - last > MEMORY else (count, last)

    def _wait(self, key: Key, free: int) -> float:
        count, last = self._count(key)
        if count < free:
            return 0.0
        return max(0.0, last + min(LONGEST, 2.0 ** min(count - free, 16)) - self._clock())


def _keep_newest(kept: OrderedDict[Any, Any], newest: object) -> None:
    kept.move_to_end(newest)
    while len(kept) > MOST:
        kept.popitem(last=False)


def _digest(text: str) -> bytes:
    """Of one size, however long a name somebody sends."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _network(address: str) -> str:
    """The address; of IPv6 the network of one customer, who has 2⁶⁴ addresses to try from."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = known.ipv4_mapped if known.version == 6 else None
    return str(mapped or (known if known.version == 4 else ipaddress.ip_network((int(known), 64), strict=False)))
