"""Bytes of a text table to text: gzip unpacked within bounds, the encoding told by the content."""

from __future__ import annotations

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
    encoding = "utf-8" if b"\x00" not in data[:_SNIFFED] else _wide(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff"), _said(encoding)
    except UnicodeDecodeError:
        encoding = _narrow(data) if encoding == "utf-8" else ""
    if not encoding:
        raise InputError(f"{shown(path)} is text in no known encoding; save it as UTF-8.")
    return data.decode(encoding, errors="replace"), _said(encoding)


def _said(encoding: str) -> tuple[str, ...]:
    return () if encoding == "utf-8" else (f"the file is not UTF-8; it was read as {encoding.replace('_', '-')}",)


def _wide(data: bytes) -> str:
    """The encoding of text with zero bytes: UTF-16, by its mark or by which bytes of each pair are zero."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-16-le" if data[1:_SNIFFED:2].count(0) >= data[:_SNIFFED:2].count(0) else "utf-16-be"


def _narrow(data: bytes) -> str:
    """The likeliest encoding of text that is not UTF-8; the usual Western one where that gives usual letters."""
    from charset_normalizer import from_bytes

    if {c for c in data.decode("cp1252", errors="replace") if not c.isascii()} <= _WESTERN:
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
