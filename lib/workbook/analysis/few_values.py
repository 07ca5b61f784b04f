"""Text columns that take few different values: looked at once per value, not once per row."""

import ibis

__all__ = ["different", "is_one_of", "values_of"]

MOST = 60  # bits of a whole number that the engine counts with


@ibis.udf.scalar.builtin(name="bit_count")
def _bits(number: int) -> int: ...


def values_of(column) -> list[str]:
    """The different values of an Ibis text column, sorted, missing ones left out."""
    found = column.as_table().distinct().execute()
    return sorted(found[column.get_name()].dropna())


def is_one_of(column, words):
    """Whether an Ibis text column is one of these words (in lower case), however it is written."""
    return column.isin([value for value in values_of(column) if value.lower() in words])


def different(column, where):
    """How many different values an Ibis text column takes in the rows of a group: an aggregate.

    As ``column.nunique(where=where)``, which keeps a list of values for every group; with few values
    a bit for each is enough.
    """
    values = values_of(column)
    if not 0 < len(values) <= MOST:
        return column.nunique(where=where)
    bit = column.cases(*((value, 1 << i) for i, value in enumerate(values)), else_=0)
    return _bits(bit.bit_or(where=where)).fill_null(0)
