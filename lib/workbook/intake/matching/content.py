"""What a column of text cells holds: dates, money, ids, telephone numbers, a few classes ..."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

__all__ = ["Content", "contents", "fit"]

_BLANK = {"", "null", "nan", "nat", "none", "n/a", "-", "--", "—"}
_CLOCK = r"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?)?"
_PATTERNS = {
    "date": re.compile(
        rf"(\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_CLOCK}"
        rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d{{2}}){_CLOCK}"
        rf"|\d{{4}}年\d{{1,2}}月(\d{{1,2}}日?)?{_CLOCK}"
        r"|\d{4}[-/.]\d{1,2}|(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])"
        rf"|\d{{1,2}}[- ][A-Za-z]{{3,9}}[- ,]+\d{{2,4}}{_CLOCK}"
        rf"|[A-Za-z]{{3,9}} \d{{1,2}}, ?\d{{4}}{_CLOCK}"
        r"|1[0-7]\d{11})"
    ),
    "number": re.compile(
        r"[-+(]?\s*[￥¥€$£]?\s*[-+]?(\d{1,3}([,. \u00a0'’]\d{3})+|\d+)?([.,]\d+)?([eE][+-]?\d+)?"
        r"\s*(万|亿)?\s*(元|€|$|%)?\)?"
    ),
    "money": re.compile(
        r".*([￥¥€$£元]|\d,\d{3}([.,]|\D|$)|\d[.,]\d{2}\)?$|\d万|\d亿).*", re.DOTALL
    ),
    "phone": re.compile(
        r"(\+?86[- ]?)?1[3-9]\d{9}|\+\d[\d ()/-]{6,18}\d|0\d{2,4}[- /]\d{5,8}(-\d+)?|\(?\d{3}\)?[ -]\d{3}-\d{4}"
    ),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"),
    "id": re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9_.:/#-]*"),
    "flag": re.compile(r"true|false|yes|no|y|n|t|f|0|1|是|否|有|无", re.IGNORECASE),
    "chinese": re.compile(r".*[\u4e00-\u9fff].*", re.DOTALL),
    "serial": re.compile(r"[3-6]\d{4}(\.\d+)?"),
}
_CURRENCIES = {"￥": "CNY", "¥": "CNY", "元": "CNY", "€": "EUR", "£": "GBP", "$": "USD"}


@dataclass(frozen=True)
class Content:
    """What one column of a file holds, from the rows that were looked at.

    `rows`; `filled`: share of rows with a value; `distinct`: different values; `kinds`: share of
    the filled cells that look like a date, number, money, phone, email, id, flag, chinese text or
    Excel serial date (a cell may look like several); `day_first`, `month_first`: cells that can be
    read in only one of the two orders; `texts`: the most frequent values, with how often they
    stand there; `signs`: cells per currency; `length`: characters of a filled cell, on average.
    """

    rows: int
    filled: float
    distinct: int
    kinds: dict[str, float]
    day_first: int = 0
    month_first: int = 0
    texts: dict[str, int] = field(default_factory=dict)
    signs: dict[str, int] = field(default_factory=dict)
    length: float = 0.0

    @property
    def unique(self) -> float:
        """Different values per filled cell: 1 where none is repeated."""
        cells = self.filled * self.rows
        return self.distinct / cells if cells else 0.0

    @property
    def classes(self) -> bool:
        """Whether the column holds a few classes that repeat."""
        return 0 < self.distinct <= 60 and self.unique < 0.5

    @property
    def example(self) -> str:
        """The most frequent value; empty when there is none."""
        return next(iter(self.texts), "")


def contents(frame: pd.DataFrame) -> dict[str, Content]:
    """{heading: Content} of a frame of text cells; of headings that repeat, the first."""
    found: dict[str, Content] = {}
    for place, heading in enumerate(frame.columns):
        if heading not in found:
            found[heading] = _content(frame.iloc[:, place])
    return found


def _content(column: pd.Series) -> Content:
    cells = column.dropna().astype(str).str.strip()
    cells = cells[~cells.str.lower().isin(_BLANK)]
    counts = cells.value_counts()
    total = int(counts.sum())
    if not total:
        return Content(len(column), 0.0, 0, {})
    values = counts.index.to_series()
    weights = counts.to_numpy()
    kinds = {}
    for kind, pattern in _PATTERNS.items():
        match = values.map(lambda text, p=pattern: p.fullmatch(text) is not None).to_numpy()
        if share := float((match * weights).sum() / total):
            kinds[kind] = share
    signs = {}
    for sign, code in _CURRENCIES.items():
        held = int((values.str.contains(sign, regex=False).to_numpy() * weights).sum())
        if held and kinds.get("number", 0) > 0.5:
            signs[code] = signs.get(code, 0) + held
    order = values.str.extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}").astype(float)
    return Content(
        rows=len(column),
        filled=total / len(column),
        distinct=len(counts),
        kinds=kinds,
        day_first=int(((order[0] > 12).to_numpy() * weights).sum()),
        month_first=int(((order[1] > 12).to_numpy() * weights).sum()),
        texts={str(text)[:200]: int(n) for text, n in counts.head(200).items()},
        signs=signs,
        length=float((values.str.len().to_numpy() * weights).sum() / total),
    )


def fit(content: Content, type_: str) -> float:
    """Share of the filled cells that can be a canonical `type_`; 1 for an empty column.

    An id must not be a date or a sentence; a text may be anything but a date, and better no number.
    """
    kinds = content.kinds
    if not content.filled:
        return 1.0
    date, number = kinds.get("date", 0.0), kinds.get("number", 0.0)
    if type_ in ("date", "time", "month"):
        return max(date, kinds.get("serial", 0.0) if number > 0.9 else 0.0)
    if type_ in ("number", "money", "integer"):
        return 0.0 if date > 0.9 and number < 0.9 else number
    if type_ == "flag":
        return kinds.get("flag", 0.0)
    if type_ == "id":
        if content.length > 60 or (date > 0.8 and number < 0.8) or kinds.get("money", 0) > 0.5:
            return 0.0
        return 1.0
    if date > 0.8 and content.distinct > 1:
        return 0.2
    return 0.85 if number > 0.95 and kinds.get("phone", 0) < 0.5 else 1.0
