"""Language, currency and as_of of a client, guessed from its files and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from workbook.intake.contract import TABLES
from workbook.intake.engine import open_duckdb
from workbook.intake.matching.likeness import bare, unit_of
from workbook.intake.matching.proposal import Reason
from workbook.intake.matching.raw import RawTable
from workbook.intake.matching.vocabulary import headings_of

__all__ = ["as_of", "currency", "language", "with_guess", "written"]

_UNITS = {
    "元": "CNY",
    "人民币": "CNY",
    "rmb": "CNY",
    "万元": "CNY",
    "￥": "CNY",
    "€": "EUR",
    "£": "GBP",
    "$": "USD",
    "美元": "USD",
    "欧元": "EUR",
}
_CODES = {
    "CNY",
    "EUR",
    "USD",
    "GBP",
    "JPY",
    "HKD",
    "TWD",
    "CHF",
    "KRW",
    "SGD",
    "AUD",
    "CAD",
    "INR",
    "SEK",
    "DKK",
    "NOK",
    "PLN",
    "CZK",
    "BRL",
    "MXN",
    "RUB",
    "TRY",
    "THB",
    "VND",
    "MYR",
    "IDR",
}
_GAP_DAYS = 90  # a last day so far behind the others, and alone, is a slip of the pen
#: what is planned, or told about the world, is not something that happened
_NOT_HAPPENED = ("calendar", "targets", "fx", "market", "panel", "spend", "credit")


def language(tables: Iterable[RawTable]) -> tuple[str, float, Reason]:
    """zh where more than a fifth of the texts hold Chinese characters, else en."""
    chinese = total = 0.0
    for table in tables:
        for heading, content in table.contents.items():
            kinds = content.kinds
            texts = content.filled and max(kinds.get("date", 0), kinds.get("number", 0)) < 0.5
            if texts and kinds.get("id", 0) < 0.9:
                chinese += kinds.get("chinese", 0)
                total += 1
            chinese += 0.5 * any(ord(character) >= 0x2E80 for character in heading)
            total += 0.5
    share = chinese / total if total else 0.0
    sure = 0.95 if abs(share - 0.2) > 0.15 else 0.6
    return ("zh" if share > 0.2 else "en"), sure, Reason("chinese_texts", {"share": share})


def currency(tables: Sequence[RawTable], chosen: str) -> tuple[str, float, Reason] | None:
    """The currency most columns speak of: by a column of codes, signs, or units in headings.

    Where nothing does, CNY for a client in Chinese; None for one in English.
    """
    codes: Counter = Counter()
    signs: Counter = Counter()
    wanted = {bare(word) for word in headings_of("orders", "currency")}
    for table in tables:
        for heading, content in table.contents.items():
            if bare(heading) in wanted:
                for text, count in content.texts.items():
                    code = _UNITS.get(text.lower(), text.strip().upper()[:3])
                    codes[code] += count * (code in _CODES)
            for code, count in content.signs.items():
                signs[code] += count
            unit = unit_of(heading)
            code = _UNITS.get(unit.lower(), unit.upper())
            if code in _CODES and content.kinds.get("number", 0) > 0.5:
                signs[code] += int(content.filled * content.rows)
    for found, code_reason in ((+codes, "currency_column"), (+signs, "currency_signs")):
        if found:
            code, count = found.most_common(1)[0]
            share = count / found.total()
            confidence = 0.95 if share > 0.9 else 0.8 if share > 0.6 else 0.5
            return code, confidence, Reason(code_reason, {"code": code, "share": share})
    return ("CNY", 0.6, Reason("currency_of_language")) if chosen == "zh" else None


def as_of(folder: Path, names: Iterable[str], today: date) -> tuple[str, float, Reason] | None:
    """The last day up to `today` on which something happened in the canonical tables of `folder`.

    Days planned don't count, nor does a last day that stands alone, more than 90 days after the
    one before it: such a date was mistyped. None when nothing happened.
    """
    days: Counter = Counter()
    last: dict[str, date] = {}
    connection = open_duckdb()
    try:
        for name in names:
            moment = TABLES[name].moment
            path = folder / f"{name}.parquet"
            if not moment or name in _NOT_HAPPENED or not path.is_file():
                continue
            file = str(path).replace("'", "''")
            found = connection.execute(
                f"SELECT CAST(\"{moment}\" AS DATE) AS day, count(*) FROM read_parquet('{file}')"
                f' WHERE "{moment}" IS NOT NULL GROUP BY day'
            ).fetchall()
            known = {day: count for day, count in found if day <= today}
            days.update(known)
            if known:
                last[name] = max(known)
    finally:
        connection.close()
    if not days:
        return None
    ranked = sorted(days)
    total = days.total()
    ignored = 0
    while len(ranked) > 1 and ranked[-1] - ranked[-2] > timedelta(days=_GAP_DAYS):
        if ignored + days[ranked[-1]] > 0.002 * total + 1:
            break
        ignored += days[ranked.pop()]
    chosen = ranked[-1]
    table = max(last, key=lambda name: (last[name] == chosen, last[name] <= chosen, last[name]))
    reason = Reason("last_day", {"table": table, "ignored": ignored})
    return chosen.isoformat(), 0.7 if ignored else 0.85, reason


def with_guess(text: str, key: str, line: str) -> str:
    """The params with `line` in the place of a setting whose comment calls it a guess."""
    return re.sub(rf"(?m)^{key}:[^\n]*#\s*guess[^\n]*$", lambda _: line, text)


def written(text: str, key: str) -> str:
    """Value of a setting in the text of the params, as written there; empty without."""
    found = re.search(rf"(?m)^{key}:\s*[\"']?([^\"'#\n]*)", text)
    return found[1].strip() if found else ""
