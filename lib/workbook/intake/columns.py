"""Text becomes dates, amounts and ids: how a column is read is settled on the whole column."""

from __future__ import annotations

from workbook.intake.errors import InputError

__all__ = [
    "PLAUSIBLE",
    "filled_sql",
    "number_sql",
    "settle_dates",
    "settle_numbers",
    "simple_sql",
    "time_sql",
]

#: SQL condition for a readable date. Placeholders such as 0001, 9999 or 1900-01-01 are not dates;
#: the latter is also what DuckDB makes of the word infinity
PLAUSIBLE = "BETWEEN TIMESTAMP '1900-01-02' AND TIMESTAMP '2200-01-01'"

_LONG = r"'^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})'"
_SHORT = r"'^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})\b'"
_COMPACT = r"'^(\d{4})(\d{2})(\d{2})($|\D)'"
_CLOCKS = ("", "-%H:%M:%S", "-%H:%M", "-%I:%M:%S-%p", "-%I:%M-%p")
_NAMED = ("%d-%b-%y", "%d-%b-%Y", "%d-%B-%Y", "%b-%d-%Y", "%B-%d-%Y")
_TRUE = "('true', 't', 'yes', 'y', '1', '是')"
_FALSE = "('false', 'f', 'no', 'n', '0', '否')"


def filled_sql(column: str) -> str:
    """SQL: trimmed text, NULL for what exports write where nothing is."""
    cell = f'CAST("{column}" AS VARCHAR)'
    # the list of wide spaces costs four times the plain trim: only where not all is ASCII
    wide = f"trim({cell}, ' \t\u00a0\u3000')"
    text = f"(CASE WHEN strlen({cell}) = length({cell}) THEN trim({cell}) ELSE {wide} END)"
    return f"(CASE WHEN lower({text}) IN ('', 'null', 'nan', 'nat', 'none', 'n/a') THEN NULL ELSE {text} END)"


def time_sql(column: str, kind: str, order: str) -> str:
    """SQL timestamp of a column staged as `kind`; NULL where it can't be read as `order`.

    `order` is ymd, dmy, mdy or named (a month by its name). The clock is kept as written: a time
    zone at the end is dropped, so that a purchase stays on the shop's own day. The result still
    has to be held against `PLAUSIBLE`: DuckDB reads words such as epoch, and any year.
    """
    if kind.startswith(("TIMESTAMP", "DATE")):
        return f'CAST("{column}" AS TIMESTAMP)'
    text = f'trim("{column}")'
    if order == "named":
        dashed = f"replace(translate({text}, ' ,/.', '----'), '--', '-')"
        return f"try_strptime({dashed}, {[day + clock for day in _NAMED for clock in _CLOCKS]})"
    if order == "ymd":
        dashed = f"replace(translate({text}, '年月/.', '----'), '日', '')"
        dashed = rf"regexp_replace({dashed}, {_COMPACT}, '\1-\2-\3\4')"
        return f"coalesce(TRY_CAST({text} AS TIMESTAMP), {_moment(dashed, text)})"
    rest = r"-\2-\1" if order == "dmy" else r"-\1-\2"
    # patterns and a cast take a quarter of the time of try_strptime with a list of formats
    dashed = rf"regexp_replace({text}, {_LONG}, '\3{rest}')"
    dashed = rf"regexp_replace({dashed}, {_SHORT}, '20\3{rest}')"
    plain = rf"regexp_matches({text}, '^\d{{1,2}}[/.-]\d')"
    return f"(CASE WHEN {plain} THEN {_moment(dashed, text)} END)"


def _moment(dashed: str, text: str) -> str:
    """Timestamp of an ISO-like text, with a clock of 24 or of twice 12 hours."""
    twelve = f"try_strptime({dashed}, ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p'])"
    return (
        f"CASE WHEN {text}[-1] IN ('M', 'm') THEN {twelve} ELSE TRY_CAST({dashed} AS TIMESTAMP) END"
    )


def number_sql(column: str, kind: str, decimal: str) -> str:
    """SQL double of a column staged as `kind`; NULL where it isn't a number.

    `decimal` is the decimal mark; the other one may group thousands. A currency sign, spaces,
    and accountants' brackets for negative amounts are understood.
    """
    if kind != "VARCHAR":
        return f"""nullif(CAST("{column}" AS DOUBLE), 'nan'::DOUBLE)"""
    bare = f"""regexp_replace("{column}", '[\\s\u00a0\u3000$€£¥￥元]', '', 'g')"""
    bare = f"regexp_replace({bare}, '^\\((.*)\\)$', '-\\1')"
    if decimal == ",":
        shape = r"'^[-+]?(\d{1,3}(\.\d{3})+|\d*)(,\d*)?$'"
        number = f"replace(replace({bare}, '.', ''), ',', '.')"
        return f"TRY_CAST(CASE WHEN regexp_matches({bare}, {shape}) THEN {number} END AS DOUBLE)"
    shape = r"'^[-+]?(\d{1,3}(,\d{3})+|\d*)(\.\d*)?$'"
    number = f"CASE WHEN regexp_matches({bare}, {shape}) THEN replace({bare}, ',', '') END"
    # the plain cast comes first because it is many times faster
    plain = f'TRY_CAST("{column}" AS DOUBLE)'
    return f"nullif(coalesce({plain}, TRY_CAST({number} AS DOUBLE)), 'nan'::DOUBLE)"


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
        if not kind.startswith("VARCHAR") or _reads_plainly(connection, column):
            orders[column] = "ymd"
            continue
        readings = {o: time_sql(column, kind, o) for o in ("ymd", "dmy", "mdy")}
        counts = [f"count(*) FILTER (({sql}) {PLAUSIBLE})" for sql in readings.values()]
        differ = f"count(*) FILTER ({readings['dmy']} <> {readings['mdy']})"
        *read, differing = connection.execute(
            f"SELECT {', '.join(counts)}, {differ} FROM lines"
        ).fetchone()
        best = dict(zip(readings, read, strict=True))
        if not any(read):  # a month by its name is costly to look for
            named = time_sql(column, kind, "named")
            found = connection.execute(f"SELECT count({named}) FROM lines").fetchone()
            best["named"] = found[0]
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


def _reads_plainly(connection, column: str) -> bool:
    """Whether every filled cell is an ISO date: the usual case, found fast."""
    return not connection.execute(
        f'''SELECT count(*) FROM (SELECT "{column}" FROM lines WHERE "{column}" <> ''
            AND (TRY_CAST("{column}" AS TIMESTAMP) {PLAUSIBLE}) IS NOT TRUE LIMIT 1)'''
    ).fetchone()[0]


def settle_numbers(connection, columns: dict[str, str], given: str, where: str, name: str) -> dict:
    """{column: decimal mark} of the number columns {column: staged kind}, from all their rows."""
    marks = {}
    for column, kind in columns.items():
        marks[column] = given or "."
        commas = f"""SELECT 1 FROM lines WHERE contains("{column}", ',') LIMIT 1"""
        if kind != "VARCHAR" or given or not connection.execute(commas).fetchone():
            continue
        point, comma = number_sql(column, kind, "."), number_sql(column, kind, ",")
        points, commas, differing = connection.execute(
            f"SELECT count({point}), count({comma}), count(*) FILTER ({point} <> {comma}) FROM lines"
        ).fetchone()
        if points == commas and differing:
            raise InputError(
                f"{name}: numbers of '{column}' such as 1,234 can be read in two ways;"
                f" say which mark is the decimal one: {where}.decimal: '.' or ','"
            )
        marks[column] = "," if commas > points else "."
    return marks
