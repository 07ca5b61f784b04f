"""How much two headings are alike, whatever their case, width, spacing and units."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

__all__ = ["bare", "likeness", "unit_of"]

_UNIT = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]")
#: words that say little of what a heading means: that one has a word more counts for nothing
_GENERIC = set(
    [
        "id",
        "name",
        "type",
        "date",
        "time",
        "no",
        "number",
        "code",
        "day",
        "key",
        "value",
        "编号",
        "名称",
        "日期",
        "时间",
        "类型",
        "金额",
        "数量",
        "状态",
    ]
)
_PREFIXES = ("is ", "the ", "our ", "客户的", "是否")


@lru_cache(maxsize=100_000)
def bare(heading: str) -> str:
    """Heading in plain letters: width, case, units in brackets and marks between words removed.

    >>> bare("Sales_Order  Amount (￥)"), bare("销售订单金额(元)")
    ('sales order amount', '销售订单金额')
    """
    text = unicodedata.normalize("NFKC", str(heading)).strip()
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text)  # OrderDate
    text = _UNIT.sub(" ", text) if _UNIT.sub("", text).strip() else text
    text = re.sub(r"[^\w]+|_+", " ", text.lower(), flags=re.UNICODE)
    return " ".join(text.split())


def unit_of(heading: str) -> str:
    """What stands in brackets at the end of a heading: 元, EUR, %; empty without."""
    found = _UNIT.findall(unicodedata.normalize("NFKC", str(heading)))
    return found[-1].strip() if found else ""


@lru_cache(maxsize=1_000_000)
def likeness(one: str, other: str) -> float:
    """0 to 1: 1 for the same words, less for other spellings, orders and added words."""
    a, b = bare(one), bare(other)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    if a.replace(" ", "") == b.replace(" ", ""):
        return 0.98
    for prefix in _PREFIXES:
        if a.removeprefix(prefix) == b.removeprefix(prefix):
            return 0.93
    words_a, words_b = set(a.split()), set(b.split())
    if words_a == words_b:
        return 0.95
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    if min(words_a, words_b, key=len) <= _GENERIC or a in _GENERIC or b in _GENERIC:
        return min(ratio, 0.79)
    if words_a < words_b or words_b < words_a:  # one word more or less
        added = len(words_a ^ words_b)
        ratio = max(ratio, 0.85 - 0.1 * (added - 1))
    elif not a.isascii() and (a in b or b in a) and min(len(a), len(b)) > 1:
        # what ends alike is of one kind in Chinese: 推广渠道 is a 渠道
        step = 0.02 if a.endswith(b) or b.endswith(a) else 0.05
        ratio = max(ratio, 0.85 - step * abs(len(a) - len(b)))
    return min(ratio, 0.92)
