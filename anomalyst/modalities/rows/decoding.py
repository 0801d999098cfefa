"""Bytes of a text table to text: gzip unpacked within bounds, the encoding told by the content."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from anomalyst.errors import InputError
from anomalyst.modalities.files import MAX_TABLE_BYTES, shown

GZIP = b"\x1f\x8b"
_SNIFFED = 200_000  # bytes that the encoding is told by
# What tables are saved in where they are not UTF-8; a short text fits most of the world's encodings, so that only
# these are weighed against each other.
_WESTERN = frozenset("°µ²³±·§€£äöüÄÖÜßéèêëàâáãåçñíìîïóòôõúùûøæœÅÆØÉÈÀÇÑ–—’“”\u00a0")
_ENCODINGS = ("cp1252", "cp1250", "cp1251", "shift_jis", "gb18030", "big5", "euc_kr")


def decoded(path: Path) -> tuple[str, tuple[str, ...]]:
    """(the text of a file, what was guessed to read it). UTF-8 where it fits, else told by the content."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{shown(path)} cannot be read ({error.strerror}); check the file.") from None
    if data.startswith(GZIP):
        data = _unpacked(data, path)
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        return data.decode(encoding).removeprefix("\ufeff"), _said(encoding)
    except UnicodeDecodeError:
        encoding = _narrow(data) if encoding == "utf-8" else encoding
    return data.decode(encoding, errors="replace"), _said(encoding)


def _said(encoding: str) -> tuple[str, ...]:
    return () if encoding == "utf-8" else (f"the file is not UTF-8; it was read as {encoding.replace('_', '-')}",)


def _narrow(data: bytes) -> str:
    """The likeliest encoding of text that is not UTF-8; the usual Western one where that gives usual
    letters, no words of them."""
    from charset_normalizer import from_bytes

    western = data.decode("cp1252", errors="replace")
    if {c for c in western if not c.isascii()} <= _WESTERN and not re.search(r"[^\W\d_a-zA-Z]{3}", western):
        return "cp1252"
    odd = b"\n".join(line for line in data[:_SNIFFED].splitlines() if not line.isascii()) or data[-_SNIFFED:]
    best = from_bytes(odd, cp_isolation=list(_ENCODINGS), preemptive_behaviour=False).best()
    return "cp1252" if best is None else best.encoding


def _unpacked(data: bytes, path: Path) -> bytes:
    """What gzip bytes hold; InputError if that is damaged or too much, before it fills the memory."""
    whole, room = bytearray(), MAX_TABLE_BYTES
    try:
        while data:
            stream = zlib.decompressobj(wbits=31)
            whole += stream.decompress(data, room + 1 - len(whole))
            if len(whole) > room:
                raise InputError(
                    f"{shown(path)} unpacks to more than {room:,} bytes, the most that is read; cut it into parts."
                )
            if not stream.eof:
                raise InputError(f"{shown(path)} is a damaged gzip file (it ends too early); compress it again.")
            data = stream.unused_data
    except zlib.error as error:
        raise InputError(f"{shown(path)} is a damaged gzip file ({error}); compress it again.") from None
    return bytes(whole)
