import duckdb
import ibis
import pandas as pd
import pytest

from workbook.intake.frames import quick_frames

VALUES = """
    (1::int, 2::smallint, 1.5::double, true, timestamp '2024-01-01 10:00:00.5', date '2024-01-02',
     'a', 1.25::float, 2::bigint, 3::hugeint, 1.5::decimal(9, 2)),
    (null, null, null, null, null, null, null, null, null, null, null)"""
NAMES = "i, si, d, b, t, day, s, f, big, huge, dec"


@pytest.fixture(params=[NAMES, "i, si, d, b, t, day, s, f, big"])
def tables(request):
    """The same table by an Ibis connection as it is, and by a quick one."""
    query = f"SELECT {request.param} FROM (VALUES {VALUES}) AS v({NAMES})"
    plain, quick = (ibis.duckdb.from_connection(duckdb.connect()) for _ in range(2))
    return plain.sql(query), quick_frames(quick).sql(query)


def test_frames_of_plain_columns_come_by_way_of_arrow(monkeypatch):
    connection = ibis.duckdb.from_connection(duckdb.connect())
    monkeypatch.setattr(connection, "execute", None)  # not asked
    table = quick_frames(connection).sql("SELECT 'a' AS s UNION ALL SELECT null ORDER BY s")
    assert table.to_pandas()["s"].tolist() == ["a", None]


@pytest.mark.parametrize("kept", [None, True, False, "none"])
def test_frames_are_those_of_ibis(tables, kept):
    def some(table):
        if kept is None:
            return table
        return table.filter(table.i == 5 if kept == "none" else table.i.notnull() == kept)

    wanted, got = (some(table).to_pandas() for table in tables)
    pd.testing.assert_frame_equal(got, wanted)


def test_what_nanoseconds_cannot_tell_is_left_to_ibis():
    query = "SELECT * FROM (VALUES (timestamp '1500-01-01'), (null)) AS v(t)"
    plain, quick = (ibis.duckdb.from_connection(duckdb.connect()) for _ in range(2))
    wanted, got = plain.sql(query).to_pandas(), quick_frames(quick).sql(query).to_pandas()
    pd.testing.assert_frame_equal(got, wanted)


def test_columns_and_single_values_are_those_of_ibis():
    quick = quick_frames(ibis.duckdb.from_connection(duckdb.connect()))
    table = quick.sql("SELECT * FROM (VALUES (1, 'a'), (null, 'b')) AS v(i, s)")
    assert table.i.sum().to_pandas() == 1 and table.s.to_pandas().tolist() == ["a", "b"]
    assert table.count().execute() == 2
