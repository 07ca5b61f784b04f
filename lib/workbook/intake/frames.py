"""Frames fetched from the engine without a Python object for every value."""

import functools

import ibis
import pandas as pd
import pyarrow as pa

__all__ = ["quick_frames"]


def quick_frames(connection):
    """Let an Ibis connection to DuckDB hand over its frames faster; gives the connection back.

    Ibis turns every column with a missing value, and every date, into Python objects one by one,
    which takes several times as long as the query on a million rows. Values and types of the
    frames stay the same; other engines, and frames with other types of columns, are left alone.
    """
    if connection.name == "duckdb":
        connection.execute = functools.partial(_execute, connection.execute)
    return connection


def _execute(plain, expr, /, **options):
    asked = any(value is not None for value in options.values())
    if asked or not isinstance(expr, ibis.Table) or not all(map(_simple, expr.schema().types)):
        return plain(expr, **options)
    table = expr.to_pyarrow()
    try:
        return pd.DataFrame({name: _series(table[name]) for name in table.column_names})
    except pa.ArrowInvalid:  # a moment that nanoseconds can't tell
        return plain(expr)


def _simple(kind):
    moment = kind.is_timestamp() and kind.timezone is None
    number = kind.is_signed_integer() or kind.is_floating()
    return moment or number or kind.is_boolean() or kind.is_string() or kind.is_date()


def _series(column):
    kind, missing = column.type, column.null_count
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("s")).to_pandas()
    if missing and pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("ns")).to_pandas()
    if missing and missing == len(column) and pa.types.is_integer(kind):
        return pd.Series([None] * missing, dtype=object)
    return column.to_pandas()
