import ibis
import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis import sessions


def events(rows, **columns):
    """(who, minutes after midnight, kind) as events."""
    start = pd.Timestamp("2024-03-01")
    table = pd.DataFrame(rows, columns=["visitor_id", "minute", "kind"])
    moment = start + pd.to_timedelta(table.pop("minute"), unit="min")
    return ibis.memtable(table.assign(occurred_at=moment, **columns))


def counts(stream, gaps=(10, 30, 60), **options):
    tables = sessions.sessions_by_gap(stream, gaps=gaps)
    return sessions.session_counts(stream, tables, **options)


VISITS = [("a", 0, "view"), ("a", 8, "view"), ("a", 28, "view"), ("a", 68, "paid"), ("b", 5, "view"),
          ("b", 6, "call"), (None, 7, "view")]  # fmt: skip


def test_three_gaps_side_by_side():
    stream = sessions.browsing_stream(events(VISITS))
    assert (stream.basis, stream.events, stream.unknown) == ("events", 6, 1)
    table = counts(stream).set_index("gap")
    assert table["sessions"].to_dict() == {10: 4, 30: 3, 60: 2}
    assert table["visitors"].tolist() == [2, 2, 2]
    assert table["conversion"].to_dict() == pytest.approx({10: 1 / 4, 30: 1 / 3, 60: 1 / 2})


def test_the_sites_own_sessions_stand_beside():
    rows = events(VISITS, session_id=["s1", "s1", "s2", "s3", "s4", None, "s5"])
    table = counts(sessions.browsing_stream(rows))
    own = table[table["gap"].isna()].iloc[0]
    assert own["sessions"] == 4 and own["conversion"] == pytest.approx(1 / 4)


def test_orders_serve_where_no_event_tells_of_one():
    rows = events([("v", 0, "view"), ("v", 200, "view"), ("w", 0, "view")],
                  customer_id=["c", "c", None])  # fmt: skip
    bought = pd.DataFrame({"customer_id": ["c", "c"], "amount": 5.0, "is_return": False})
    bought["ordered_at"] = pd.Timestamp("2024-03-01 00:10"), pd.Timestamp("2024-03-02 12:00")
    stream = sessions.browsing_stream(rows, ibis.memtable(bought))
    assert stream.basis == "orders"
    row = counts(stream).set_index("gap").loc[30]
    # the order of the second day was placed elsewhere: no session of its own
    assert row["sessions"] == 3 and row["conversion"] == pytest.approx(1 / 3)
    no_time = ibis.memtable(bought.assign(ordered_at=pd.Timestamp("2024-03-01")))
    stream = sessions.browsing_stream(rows, no_time)
    assert stream.basis == "none"
    assert counts(stream)["conversion"].isna().all()


def test_nobody_known_gives_no_rows():
    stream = sessions.browsing_stream(events([(None, 0, "view")]))
    assert stream.unknown == 1 and len(counts(stream)) == 0


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(1)
    rows = [(f"v{rng.integers(30)}", int(rng.integers(3000)), "view") for _ in range(600)]
    one = counts(sessions.browsing_stream(events(rows)))
    other = counts(sessions.browsing_stream(events(rows[::-1])))
    pd.testing.assert_frame_equal(one, other)


def test_conversion_holds_the_truth_when_visitors_differ():
    """Visitors of 1 to 12 visits, a day apart, convert at rates of their own: mean 0.25."""
    hits, draws = 0, 40
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        visits = rng.integers(1, 13, 400)
        who = np.repeat(np.arange(400), visits)
        paid = rng.random(len(who)) < np.repeat(rng.beta(0.5, 1.5, 400), visits)
        day = np.concatenate([np.arange(n) for n in visits]) * 1440
        rows = list(zip(who.astype(str), day, np.where(paid, "paid", "view"), strict=True))
        stream = sessions.browsing_stream(events(rows))
        row = counts(stream, gaps=(30,), confidence=0.9, seed=seed).iloc[0]
        hits += row["low"] <= 0.25 <= row["high"]
    fewest, most = hit_bounds(draws)
    assert fewest <= hits <= most
