"""Text becomes numbers and amounts: the decimal mark is settled on the whole column."""

from __future__ import annotations

from workbook.intake.errors import InputError
from workbook.intake.mapping import Source
from workbook.intake.relations import literal

__all__ = ["number_sql", "settle_numbers"]

_WIDE = "０１２３４５６７８９．，－（）＋−—'’"
_NARROW = "0123456789.,-()+--"  # apostrophes, which group thousands, have no counterpart and go
_CODES = "cny|rmb|usd|eur|gbp|jpy|hkd|twd|chf|aud|cad|sgd|krw|inr|us|hk|nt"
_MONEY = f"[\\s\u00a0\u202f\u3000$€£¥￥元圆]|(?i:{_CODES})|人民币|整"
_SCALES = (("百万", 1e6), ("千万", 1e7), ("万亿", 1e12), ("万", 1e4), ("亿", 1e8), ("千", 1e3))
_SCALED = "(百万|千万|万亿|万|亿|千)$"


def number_sql(column: str, kind: str, decimal: str) -> str:
    """SQL double of a column staged as `kind`; NULL where it isn't a number.

    `decimal` is the decimal mark; the other one, an apostrophe or a space may group thousands.
    Currency signs and codes, 万 and 亿, wide digits, a minus at the end and accountants' brackets
    for negative amounts are understood.
    """
    if kind != "VARCHAR":
        return f"""nullif(CAST("{column}" AS DOUBLE), 'nan'::DOUBLE)"""
    text = f'"{column}"'
    bare = f"regexp_replace(translate({text}, {literal(_WIDE)}, '{_NARROW}'), '{_MONEY}', '', 'g')"
    bare = rf"regexp_replace({bare}, '^\((.*)\)$', '-\1')"
    bare = rf"regexp_replace({bare}, '^([^-].*)-$', '-\1')"
    factors = " ".join(f"WHEN ends_with({bare}, '{word}') THEN {by}" for word, by in _SCALES)
    bare, factor = f"regexp_replace({bare}, '{_SCALED}', '')", f"(CASE {factors} ELSE 1 END)"
    if decimal == ",":
        shape, plain = r"'^[-+]?(\d{1,3}(\.\d{3})+|\d*)(,\d*)?$'", f"replace({text}, ',', '.')"
        digits = f"replace(replace({bare}, '.', ''), ',', '.')"
        # the plain cast comes first because it is many times faster
        fast = f"(CASE WHEN NOT contains({text}, '.') THEN TRY_CAST({plain} AS DOUBLE) END)"
    else:
        shape, digits = r"'^[-+]?(\d{1,3}(,\d{3})+|\d*)(\.\d*)?$'", f"replace({bare}, ',', '')"
        fast = f"TRY_CAST({text} AS DOUBLE)"
    number = f"TRY_CAST(CASE WHEN regexp_matches({bare}, {shape}) THEN {digits} END AS DOUBLE)"
    # CASE, not coalesce: DuckDB would compute parts of the slow way for every row
    slow = f"round({number} * {factor}, 6)"
    return f"nullif(CASE WHEN {fast} IS NOT NULL THEN {fast} ELSE {slow} END, 'nan'::DOUBLE)"


def settle_numbers(
    connection, columns: dict[str, str], source: Source, rows: str = "lines"
) -> dict[str, str]:
    """{column: SQL double} of the number columns {column: staged kind} of one block.

    All `rows` are looked at: the decimal mark that reads most of them wins. A column such as
    1.234 that can be read both ways follows the other columns of the block.
    """
    marks = dict.fromkeys(columns, source.decimal or ".")
    commas, plain = [], []
    for column, kind in columns.items():
        odd = f"""SELECT 1 FROM {rows} WHERE "{column}" <> ''
            AND TRY_CAST("{column}" AS DOUBLE) IS NULL LIMIT 1"""
        if kind == "VARCHAR" and marks[column] == "." and not connection.execute(odd).fetchone():
            plain.append(column)
            continue
        found = f"""SELECT 1 FROM {rows} WHERE contains("{column}", ',') LIMIT 1"""
        if kind != "VARCHAR" or source.decimal or not connection.execute(found).fetchone():
            continue
        point, comma = number_sql(column, kind, "."), number_sql(column, kind, ",")
        points, by_comma, differing = connection.execute(
            f"SELECT count({point}), count({comma}), count(*) FILTER ({point} <> {comma}) FROM {rows}"
        ).fetchone()
        commas.append(column)
        if points == by_comma and differing:
            raise InputError(
                f"{source.name}: numbers of '{column}' such as 1,234 can be read in two ways;"
                f" say which mark is the decimal one: {source.where}.decimal: '.' or ','"
            )
        marks[column] = "," if by_comma > points else "."
    if "," in marks.values() and not source.decimal:
        for column, kind in columns.items():
            if kind == "VARCHAR" and column not in commas:
                plain = [name for name in plain if name != column]
                marks[column] = "," if _thousands_only(connection, column, rows) else "."
    return {
        column: f"""nullif(TRY_CAST("{column}" AS DOUBLE), 'nan'::DOUBLE)"""
        if column in plain
        else number_sql(column, kind, marks[column])
        for column, kind in columns.items()
    }


def _thousands_only(connection, column: str, rows: str) -> bool:
    """Whether every point in the column could group thousands."""
    return connection.execute(
        f"""SELECT bool_and(regexp_matches("{column}", '\\d{{1,3}}(\\.\\d{{3}})+\\D*$'))
            FROM {rows} WHERE contains("{column}", '.')"""
    ).fetchone()[0]
