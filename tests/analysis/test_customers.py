from datetime import date

import ibis
import pandas as pd
import pytest

from workbook.analysis.customers import customer_summary, purchase_counts
from workbook.intake.params import load_client
from workbook.intake.tables import open_tables


def summary(rows, as_of, **options):
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"], format="ISO8601")
    frame["is_return"] = frame["amount"] < 0
    table = customer_summary(ibis.memtable(frame), as_of=date.fromisoformat(as_of), **options)
    return table.execute().set_index("customer_id").sort_index()


ROWS = [
    ("a", "2024-01-01 09:00", 10.0),
    ("a", "2024-01-01 18:00", 5.0),  # same day: one purchase
    ("a", "2024-01-15", 20.0),
    ("a", "2024-01-20", -20.0),  # a return is no purchase
    ("b", "2024-01-03", 0.0),  # given away: a purchase unless left out
    ("b", "2024-01-10 23:59", 7.0),
    ("b", "2024-02-01", 9.0),
    ("c", "2024-01-05", -3.0),  # returns only: not a customer here
]


def test_each_column_on_a_case_worked_by_hand():
    table = summary(ROWS, "2024-01-31")
    assert table.index.tolist() == ["a", "b"]
    assert table.purchase_days.tolist() == [2, 2] and table.frequency.tolist() == [1, 1]
    assert table.recency_days.tolist() == [14, 7] and table.T_days.tolist() == [30, 28]
    assert table.gross_amount.tolist() == [35.0, 7.0] and table.net_amount.tolist() == [15.0, 7.0]
    assert table.returns_amount.tolist() == [-20.0, 0.0]
    assert table.repeat_amount.tolist() == [20.0, 7.0]


def test_as_of_counts_whole():
    assert summary(ROWS, "2024-01-10").loc["b", "purchase_days"] == 2
    assert summary(ROWS, "2024-01-09").loc["b", "purchase_days"] == 1


def test_zero_amounts_can_be_left_out():
    table = summary(ROWS, "2024-01-31", include_zero_amounts=False)
    assert table.loc["b", "purchase_days"] == 1
    assert str(table.loc["b", "first_on"])[:10] == "2024-01-10"


def test_return_on_the_day_of_a_purchase_keeps_the_purchase():
    table = summary([("a", "2024-01-01", 10.0), ("a", "2024-01-01", -10.0)], "2024-01-01")
    assert table.loc["a", ["purchase_days", "T_days"]].tolist() == [1, 0]
    assert table.loc["a", ["gross_amount", "net_amount"]].tolist() == [10.0, 0.0]


def test_counts_add_up_and_are_in_weeks():
    table = summary(
        [("a", "2024-01-01", 1), ("b", "2024-01-01", 1), ("c", "2024-01-08", 1)], "2024-01-15"
    )
    counts = purchase_counts(table)
    assert counts.values.tolist() == [[0, 0, 1, 1], [0, 0, 2, 2]]
    assert counts.columns.tolist() == ["x", "t_x", "T", "n"]


@pytest.fixture(scope="module")
def cdnow(root, demo_data):
    def opened(name):
        return open_tables(load_client(name, params_dir=root / "params"), data_dir=demo_data)

    return opened


def test_cdnow_to_the_printed_digits(cdnow):
    tables = cdnow("cdnow")
    table = customer_summary(tables.orders, as_of=tables.as_of).execute()
    assert tables.rows_read == 69_659
    assert len(table) == 23_570
    assert table.purchase_days.sum() == 67_591
    assert round(table.gross_amount.sum(), 2) == 2_500_315.63
    assert (table.purchase_days == 1).sum() == 12_054
    calibration = customer_summary(tables.orders, as_of=date(1997, 9, 30)).execute()
    holdout = (
        table.set_index("customer_id").frequency - calibration.set_index("customer_id").frequency
    )
    assert holdout.sum() == 19_684
    assert ((calibration.frequency > 0) & (calibration.repeat_amount > 0)).sum() == 9_450
    assert purchase_counts(calibration).n.sum() == 23_570


def test_cdnow_sample_to_the_printed_digits(cdnow):
    tables = cdnow("cdnow_sample")
    end = date(1997, 9, 30)
    calibration = customer_summary(tables.orders, as_of=end).execute()
    assert len(calibration) == 2_357
    assert ((calibration.frequency > 0) & (calibration.repeat_amount > 0)).sum() == 946
    table = customer_summary(tables.orders, as_of=tables.as_of).execute()
    assert table.frequency.sum() - calibration.frequency.sum() == 1_882
    without_zero = customer_summary(tables.orders, as_of=end, include_zero_amounts=False)
    assert without_zero.count().execute() == 2_349
