"""Which encoding a text file has, and the same text as UTF-8, without loading it whole."""

from __future__ import annotations

import codecs
from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["ENCODINGS", "as_utf8"]

ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5", "shift_jis", "cp1252", "latin-1")
_CHUNK = 1 << 20
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def as_utf8(
    path: Path, work: Path, name: str, encoding: str = "", *, number: int = 0
) -> tuple[Path, str]:
    """UTF-8 version of the text file `path` and the encoding it had.

    The file itself when it is plain UTF-8 with one kind of line end, else a copy in the folder
    `work`, told from others by `number`. Without `encoding`, a byte-order mark, valid UTF-8, zero bytes (UTF-16) and GB18030
    are tried in this order; GB18030 counts only if what comes out is everyday Chinese, since
    nearly any Western text passes for it too. Raises InputError when none fits.
    """
    start = path.open("rb").read(_CHUNK) if not encoding else b""
    found = encoding or next((e for bom, e in _BOMS.items() if start.startswith(bom)), "")
    if not found:
        if start.count(b"\0") > len(start) // 4:
            found = "utf-16-be" if start[::2].count(0) > start[1::2].count(0) else "utf-16-le"
        elif (line_ends := _utf8_line_ends(path)) is not None:
            if line_ends < 2:
                return path, "utf-8"
            found = "utf-8"
        elif _is_chinese(path):
            found = "gb18030"
        else:
            raise InputError(
                f"{name} is neither UTF-8, UTF-16 nor GB18030; name its encoding in the params"
                f" (encoding: one of {', '.join(ENCODINGS)})"
            )
    copy = work / f"{path.stem[:40]}.{number}.utf8.csv"
    decoder = codecs.getincrementaldecoder("utf-8-sig" if found == "utf-8" else found)()
    try:
        with path.open("rb") as source, copy.open("wb") as target:
            carry = ""
            while chunk := source.read(_CHUNK):
                carry = _write(target, carry + decoder.decode(chunk))
            _write(target, carry + decoder.decode(b"", final=True) + "\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not {found}: {error.reason}") from error
    return copy, "utf-8" if found == "utf-8-sig" else found


def _write(target, text: str) -> str:
    """Write with \\n as line end; a last \\r is held back, its \\n may be in the next chunk."""
    held = "\r" if text.endswith("\r") else ""
    text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
    target.write(text.encode("utf-8", "replace"))
    return held


def _utf8_line_ends(path: Path) -> int | None:
    """How many kinds of line end a UTF-8 file mixes; None when it isn't UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    windows = feeds = returns = 0
    held = b""
    try:
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                decoder.decode(chunk)
                chunk = held + chunk
                held = b"\r" if chunk.endswith(b"\r") else b""
                chunk = chunk.removesuffix(b"\r")
                if b"\r" not in chunk:  # found at once, counted slowly
                    feeds += b"\n" in chunk
                    continue
                windows += chunk.count(b"\r\n")
                feeds += chunk.count(b"\n")
                returns += chunk.count(b"\r")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    returns += len(held)
    return sum((windows > 0, feeds > windows, returns > windows))


def _is_chinese(path: Path) -> bool:
    """Whether the file decodes as GB18030 into characters that GB2312, the everyday set, has."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    everyday = foreign = 0
    try:
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                text = decoder.decode(chunk)
                beyond = [c for c in text if c > "\x7f"] if not text.isascii() else []
                kept = "".join(beyond).encode("gb2312", "ignore").decode("gb2312")
                everyday += len(kept)
                foreign += len(beyond) - len(kept)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return everyday > 4 * foreign
