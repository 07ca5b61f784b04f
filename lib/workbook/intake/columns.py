"""Text becomes dates, amounts and ids: how a column is read is settled on the whole column."""

from __future__ import annotations

from workbook.intake.errors import InputError

__all__ = ["filled_sql", "number_sql", "settle_dates", "settle_numbers", "simple_sql", "time_sql"]

_ZONE = r"'\s*(Z|UTC|[+-]\d{2}:?\d{2})$'"
_PARTS = r"'^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(.*)$'"
_SHORT = r"'^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})($|\D.*$)'"
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_TRUE = "('true', 't', 'yes', 'y', '1', '是')"
_FALSE = "('false', 'f', 'no', 'n', '0', '否')"


def filled_sql(column: str) -> str:
    """SQL: trimmed text, NULL for what exports write where nothing is."""
    text = f"""trim(CAST("{column}" AS VARCHAR), ' \t\u00a0\u3000')"""
    return f"(CASE WHEN lower({text}) IN ('', 'null', 'nan', 'nat', 'none', 'n/a') THEN NULL ELSE {text} END)"


def time_sql(column: str, kind: str, order: str) -> str:
    """SQL timestamp of a column staged as `kind`; NULL where it can't be read as `order`.

    `order` is ymd, dmy, mdy or named (a month by its name). The clock is kept as written: a time
    zone at the end is dropped, so that a purchase stays on the shop's own day.
    """
    if kind.startswith(("TIMESTAMP", "DATE")):
        return f'CAST("{column}" AS TIMESTAMP)'
    text = f"regexp_replace({filled_sql(column)}, {_ZONE}, '')"
    if order == "ymd":
        text = f"regexp_replace({text}, '[年月]', '-', 'g')"
        text = rf"regexp_replace({text}, '^(\d{{4}})\.?(\d{{2}})\.?(\d{{2}})($|\D)', '\1-\2-\3\4')"
        text = rf"regexp_replace(replace({text}, '日', ''), '^(\d+)\.(\d+)\.(\d+)', '\1-\2-\3')"
        # DuckDB also reads words (epoch, infinity) and years of any length
        text = rf"CASE WHEN regexp_matches({text}, '^\d{{4}}[-/]') THEN {text} END"
        return _within(_moment(text))
    if order == "named":
        words = rf"regexp_replace(regexp_replace({text}, '[-,./ ]+', ' ', 'g'), ' ?\d+:.*$', '')"
        return _within(f"try_strptime({words}, {list(_NAMED)!r})")
    year, month = ("\\3", "\\2-\\1") if order == "dmy" else ("\\3", "\\1-\\2")
    long = f"regexp_replace({text}, {_PARTS}, '{year}-{month}\\4')"
    short = f"regexp_replace({long}, {_SHORT}, '20{year}-{month}\\4')"
    short = rf"CASE WHEN regexp_matches({short}, '^\d{{4}}-') THEN {short} END"
    return _within(_moment(short))


def _moment(text: str) -> str:
    """ISO-like text to a timestamp, a clock with AM or PM included."""
    clock = f"try_strptime({text}, ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p'])"
    return f"coalesce(TRY_CAST({text} AS TIMESTAMP), {clock})"


def _within(moment: str) -> str:
    return f"(CASE WHEN ({moment}) BETWEEN '1900-01-01' AND '2200-01-01' THEN ({moment}) END)"


def number_sql(column: str, kind: str, decimal: str) -> str:
    """SQL double of a column staged as `kind`; NULL where it isn't a number.

    `decimal` is the decimal mark; the other one may group thousands. A currency sign, spaces,
    and accountants' brackets for negative amounts are understood.
    """
    if kind != "VARCHAR":
        return f'(CASE WHEN isnan("{column}"::DOUBLE) THEN NULL ELSE "{column}"::DOUBLE END)'
    filled = filled_sql(column)
    group = "," if decimal == "." else "."
    bare = f"regexp_replace({filled}, '[\\s\u00a0$€£¥￥元]', '', 'g')"
    bare = f"regexp_replace({bare}, '^\\((.*)\\)$', '-\\1')"
    shape = rf"^[-+]?\d{{1,3}}(\{group}\d{{3}})+(\{decimal}\d*)?$"
    grouped = f"CASE WHEN regexp_matches({bare}, '{shape}') THEN replace({bare}, '{group}', '') ELSE {bare} END"
    if decimal == ",":
        plain = rf"CASE WHEN regexp_matches({grouped}, '^[-+]?\d*(,\d+)?$') THEN replace({grouped}, ',', '.') END"
        return f"TRY_CAST({plain} AS DOUBLE)"
    return f"coalesce(TRY_CAST({filled} AS DOUBLE), TRY_CAST({grouped} AS DOUBLE))"


def simple_sql(column: str, kind: str, type_: str) -> str:
    """SQL for ids, texts and flags. Ids stay text: 00123 and 19 digits as they are."""
    if type_ == "flag":
        if kind == "BOOLEAN":
            return f'"{column}"'
        text = f"lower({filled_sql(column)})"
        return f"(CASE WHEN {text} IN {_TRUE} THEN true WHEN {text} IN {_FALSE} THEN false END)"
    if type_ == "id" and kind in ("DOUBLE", "FLOAT"):
        whole = f'"{column}" = trunc("{column}") AND abs("{column}") < 9007199254740992'
        return f"""(CASE WHEN {whole} THEN CAST(CAST("{column}" AS BIGINT) AS VARCHAR)
            WHEN isnan("{column}") THEN NULL ELSE CAST("{column}" AS VARCHAR) END)"""
    return (
        filled_sql(column)
        if type_ == "id"
        else f"""nullif(trim(CAST("{column}" AS VARCHAR)), '')"""
    )


def settle_dates(connection, columns: dict[str, str], given: str, where: str, name: str) -> dict:
    """{column: order} of the date columns {column: staged kind}, from all their rows.

    The order that reads most rows of a column wins. Where day-month and month-day read equally
    many and disagree, another date column of the table decides, else the param `date_order`.
    """
    orders, unsettled = {}, []
    for column, kind in columns.items():
        if not kind.startswith("VARCHAR"):
            orders[column] = "ymd"
            continue
        readings = {o: time_sql(column, kind, o) for o in ("ymd", "dmy", "mdy", "named")}
        counts = ", ".join(f"count({sql})" for sql in readings.values())
        differ = f"count(*) FILTER ({readings['dmy']} <> {readings['mdy']})"
        *read, differing = connection.execute(f"SELECT {counts}, {differ} FROM raw").fetchone()
        best = dict(zip(readings, read, strict=True))
        top = max(best, key=best.get)
        if given and best.get(given, 0) > 0:
            orders[column] = given
        elif top in ("dmy", "mdy") and best["dmy"] == best["mdy"] and differing:
            unsettled.append(column)
        else:
            orders[column] = top
    settled = {order for order in orders.values() if order in ("dmy", "mdy")}
    for column in unsettled:
        if len(settled) != 1:
            raise InputError(
                f"{name}: the dates of '{column}' can be read day first or month first;"
                f" say which: {where}.date_order: dmy or mdy"
            )
        orders[column] = next(iter(settled))
    return orders


def settle_numbers(connection, columns: dict[str, str], given: str, where: str, name: str) -> dict:
    """{column: decimal mark} of the number columns {column: staged kind}, from all their rows."""
    marks = {}
    for column, kind in columns.items():
        marks[column] = given or "."
        if kind != "VARCHAR" or given:
            continue
        point, comma = number_sql(column, kind, "."), number_sql(column, kind, ",")
        points, commas, differing = connection.execute(
            f"SELECT count({point}), count({comma}), count(*) FILTER ({point} <> {comma}) FROM raw"
        ).fetchone()
        if points == commas and differing:
            raise InputError(
                f"{name}: numbers of '{column}' such as 1,234 can be read in two ways;"
                f" say which mark is the decimal one: {where}.decimal: '.' or ','"
            )
        marks[column] = "," if commas > points else "."
    return marks
