"""The Chinese font inside a page, cut down to the characters that stand in it."""

import base64
import io
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["FAMILY", "font_face", "has_chinese"]

FAMILY = "Noto Sans SC"
# CJK punctuation and ideographs, full-width forms
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")

_DROPPED = {"BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx", "gasp", "prep"}


def has_chinese(text):
    """Whether a text holds a character that needs the font."""
    return bool(_CHINESE.search(text))


def font_face(text, *, latin=True):
    """The CSS that brings the font for a text's characters; empty when none of them is Chinese.

    Without ``latin`` it holds the Chinese ones alone: enough for a few words in an English page.
    """
    if not has_chinese(text):
        return ""
    characters = {c for c in set(text) if c.isprintable() and (latin or has_chinese(c))}
    data = base64.b64encode(_subset("".join(sorted(characters)))).decode()
    return (
        f'@font-face{{font-family:"{FAMILY}";font-style:normal;font-weight:400;'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )


@cache
def _font_bytes():
    """Noto Sans SC under the SIL Open Font License, from the installed package zhplot."""
    package = Path(find_spec("zhplot").origin).parent  # importing it would import Matplotlib too
    return (package / "fonts" / "NotoSansSC-Regular.ttf").read_bytes()


@lru_cache(maxsize=32)
def _subset(characters):
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        name_IDs=[1, 2, 13, 14],  # family, style and the licence stay
    )
    # the file's own time stamps stay, so that the same characters give the same bytes
    font = TTFont(io.BytesIO(_font_bytes()), lazy=True, recalcTimestamp=False)
    for table in _DROPPED & set(font.keys()):  # the cutter would read them before it drops them
        del font[table]
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()
