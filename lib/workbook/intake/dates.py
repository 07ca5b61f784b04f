"""Text becomes days and moments: how a column is read is settled on the whole column."""

from __future__ import annotations

from workbook.intake.columns import filled_sql
from workbook.intake.errors import InputError
from workbook.intake.mapping import Source

__all__ = ["PLAUSIBLE", "settle_dates", "time_sql"]

#: SQL condition for a readable date. Placeholders such as 0001, 9999 or 1900-01-01 are not dates;
#: the latter is also what DuckDB makes of the word infinity
PLAUSIBLE = "BETWEEN TIMESTAMP '1900-01-02' AND TIMESTAMP '2200-01-01'"

_LONG = r"'^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})'"
_SHORT = r"'^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})\b'"
_COMPACT = r"'^(\d{4})(\d{2})(\d{2})($|\D)'"
_COMPACT_CLOCK = r"'^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$'"
_LATE_ZONE = r"'(:\d{2}(?:\.\d+)?) ?(?:UTC|GMT|[+-]\d{4})$'"  # DuckDB itself drops Z and +08:00
_CLOCKS = ("", "-%H:%M:%S", "-%H:%M", "-%I:%M:%S-%p", "-%I:%M-%p")
_NAMED = ("%d-%b-%y", "%d-%b-%Y", "%d-%B-%Y", "%b-%d-%Y", "%B-%d-%Y", "%a-%d-%b-%Y", "%A-%d-%B-%Y")
_NAMED_MONTHS = ("%b-%y", "%b-%Y", "%B-%Y", "%Y-%b", "%Y-%B")
_SERIAL = r"'^[2-7]\d{4}(\.\d+)?$'"  # 1954 to 2119
_EPOCHS = {
    "epoch_ms": (r"'^-?\d{12,13}(\.0)?$'", 1000),
    "epoch_s": (r"'^\d{10}(\.0)?$'", 1_000_000),
}
_DAY = 86_400


def time_sql(column: str, kind: str, order: str, *, zone: str = "", month: bool = False) -> str:
    """SQL timestamp of a column staged as `kind`; NULL where it can't be read as `order`.

    `order` is iso (nothing but what DuckDB itself reads), ymd, dmy, mdy, named (a month by its name), serial (days of Excel), epoch_ms or
    epoch_s. The clock is kept as written: a time zone at the end is dropped, so that a purchase
    stays on the shop's own day; moments without a clock of their own (epochs, and times with a
    zone in typed files) are told in `zone`, a name or hours such as +8. With `month`, 2024-03
    and 2024年3月 are read too. The result still has to be held against `PLAUSIBLE`: DuckDB reads
    words such as epoch, and any year.
    """
    if kind.startswith("TIMESTAMP WITH TIME ZONE") and zone:
        return f"""timezone('{zone}', "{column}")"""
    if kind.startswith(("TIMESTAMP", "DATE")):
        return f'CAST("{column}" AS TIMESTAMP)'
    if order == "iso":
        return f'TRY_CAST("{column}" AS TIMESTAMP)'
    text = f'trim("{column}")'
    if month:
        text = rf"regexp_replace({text}, '^(\d{{4}})[-/.年 ](\d{{1,2}})月?$', '\1-\2-01')"
        text = rf"regexp_replace({text}, '^(\d{{4}})(\d{{2}})$', '\1-\2-01')"
        text = rf"regexp_replace({text}, '^(\d{{1,2}})[-/.](\d{{4}})$', '\2-\1-01')"
    if order == "named":
        dashed = f"replace(replace(translate({text}, ' ,/.', '----'), '--', '-'), '--', '-')"
        formats = [day + clock for day in _NAMED for clock in _CLOCKS]
        return f"try_strptime({dashed}, {formats + list(_NAMED_MONTHS) * month})"
    if order == "serial":
        number = f"CASE WHEN regexp_matches({text}, {_SERIAL}) THEN CAST({text} AS DOUBLE) END"
        return f"make_timestamp(CAST(round(({number} - 25569) * {_DAY}) AS BIGINT) * 1000000)"
    if order in _EPOCHS:
        shape, scale = _EPOCHS[order]
        number = f"CASE WHEN regexp_matches({text}, {shape}) THEN CAST(CAST({text} AS DOUBLE) AS BIGINT) END"
        if zone.lstrip("+-").isdigit():
            return f"make_timestamp(({number}) * {scale} + {int(zone)} * 3600000000)"
        return f"timezone('{zone or 'UTC'}', make_timestamptz(({number}) * {scale}))"
    if order == "ymd":
        dashed = f"replace(translate({text}, '年月/.时分', '----::'), '日', ' ')"
        dashed = rf"regexp_replace(replace({dashed}, '秒', ''), {_COMPACT}, '\1-\2-\3\4')"
        dashed = rf"regexp_replace({dashed}, {_COMPACT_CLOCK}, '\1-\2-\3 \4:\5:\6')"
        dashed = rf"regexp_replace({dashed}, '(上午|下午) ?(\d.*)$', '\2 \1')"
        dashed = f"replace(replace({dashed}, '上午', 'AM'), '下午', 'PM')"
        dashed = rf"regexp_replace({dashed}, {_LATE_ZONE}, '\1')"
        dashed = f"rtrim(replace({dashed}, '  ', ' '), ': ')"
        # CASE, not coalesce: DuckDB would compute parts of the slow way for every row
        plain = f"TRY_CAST({text} AS TIMESTAMP)"
        return f"(CASE WHEN {plain} IS NOT NULL THEN {plain} ELSE {_moment(dashed)} END)"
    rest = r"-\2-\1" if order == "dmy" else r"-\1-\2"
    # patterns and a cast take a quarter of the time of try_strptime with a list of formats
    dashed = rf"regexp_replace({text}, {_LONG}, '\3{rest}')"
    dashed = rf"regexp_replace({dashed}, {_SHORT}, '20\3{rest}')"
    plain = rf"regexp_matches({text}, '^\d{{1,2}}[/.-]\d')"
    return f"(CASE WHEN {plain} THEN {_moment(dashed)} END)"


def _moment(dashed: str) -> str:
    """Timestamp of an ISO-like text, with a clock of 24 or of twice 12 hours."""
    twelve = f"try_strptime({dashed}, ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p'])"
    return f"CASE WHEN {dashed}[-1] IN ('M', 'm') THEN {twelve} ELSE TRY_CAST({dashed} AS TIMESTAMP) END"


def settle_dates(
    connection, columns: dict[str, tuple[str, str]], source: Source, rows: str = "lines"
) -> dict[str, str]:
    """{column: SQL timestamp} of the date columns {column: (staged kind, type)} of one block.

    All `rows` are looked at. The order that reads most rows of a column wins. Where day-month and
    month-day read equally many and disagree, points between them mean day-month; else another
    date column of the block decides, else the params. Epochs that fall on one and the same hour in nearly all rows are days of that time zone.
    """
    orders, zones, unsettled = {}, {}, []
    for column, (kind, type_) in columns.items():
        month = type_ == "month"
        if not kind.startswith("VARCHAR") or _reads_plainly(connection, column, rows):
            orders[column] = "iso"
            continue
        count = _counter(connection, column, kind, rows, month)
        best, filled, differing = count("ymd", "dmy", "mdy")
        if max(best.values()) * 2 <= filled:  # the others are costly, or rare
            best |= count("named", "serial", *_EPOCHS)[0]
        top = max(best, key=best.get)
        given = source.date_order
        if given and best.get(given, 0) > 0:
            orders[column] = given
        elif top in ("dmy", "mdy") and best["dmy"] == best["mdy"] and differing:
            if _dotted(connection, column, rows):
                orders[column] = "dmy"
            else:
                unsettled.append(column)
        else:
            orders[column] = top
        if orders.get(column) in _EPOCHS:
            zones[column] = source.time_zone or _midnight(connection, column, orders[column], rows)
    settled = {order for order in orders.values() if order in ("dmy", "mdy")}
    for column in unsettled:
        if len(settled) != 1:
            raise InputError(
                f"{source.name}: the dates of '{column}' can be read day first or month first;"
                f" say which: {source.where}.date_order: dmy or mdy"
            )
        orders[column] = next(iter(settled))
    shared = next((zone for zone in zones.values() if zone), source.time_zone)
    return {
        column: time_sql(
            column, kind, orders[column], zone=zones.get(column) or shared, month=type_ == "month"
        )
        for column, (kind, type_) in columns.items()
    }


def _counter(connection, column: str, kind: str, rows: str, month: bool):
    """Function that counts, for each order, the rows it reads."""

    def count(*orders: str):
        readings = [time_sql(column, kind, order, month=month) for order in orders]
        counts = [f"count(*) FILTER (({sql}) {PLAUSIBLE})" for sql in readings]
        differ = f"count(*) FILTER ({readings[1]} <> {readings[2]})"
        *read, filled, differing = connection.execute(
            f"SELECT {', '.join(counts)}, count({filled_sql(column)}), {differ} FROM {rows}"
        ).fetchone()
        return dict(zip(orders, read, strict=True)), filled, differing

    return count


def _midnight(connection, column: str, order: str, rows: str) -> str:
    """Hours from UTC in which nearly all moments of the column are midnight; '' if there are none."""
    moment = time_sql(column, "VARCHAR", order)
    found = connection.execute(
        f"SELECT mode(second), count(*) FILTER (second = common), count(second) FROM"
        f" (SELECT second, mode(second) OVER () AS common FROM"
        f" (SELECT CAST(epoch({moment}) AS BIGINT) % {_DAY} AS second FROM {rows}))"
    ).fetchone()
    second, common, all_ = found
    if not all_ or common < 0.95 * all_ or second % 3600:
        return ""
    hours = -(second // 3600)
    return f"{hours + 24 if hours < -11 else hours:+d}"


def _dotted(connection, column: str, rows: str) -> bool:
    """Whether all dates are written with points: nobody writes the month first so."""
    return connection.execute(
        rf"""SELECT bool_and(regexp_matches(trim("{column}"), '^\d+\.\d+\.')) FROM {rows}
            WHERE {filled_sql(column)} IS NOT NULL"""
    ).fetchone()[0]


def _reads_plainly(connection, column: str, rows: str) -> bool:
    """Whether every filled cell is an ISO date: the usual case, found fast."""
    return not connection.execute(
        f'''SELECT count(*) FROM (SELECT "{column}" FROM {rows} WHERE "{column}" <> ''
            AND (TRY_CAST("{column}" AS TIMESTAMP) {PLAUSIBLE}) IS NOT TRUE LIMIT 1)'''
    ).fetchone()[0]
