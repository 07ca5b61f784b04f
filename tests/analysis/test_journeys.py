import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis import journeys, pain_points, path_comparison

AS_OF = dt.date(2024, 12, 31)


def events(rows, **columns):
    """(visitor, hour of the year, kind, page) as events."""
    table = pd.DataFrame(rows, columns=["visitor_id", "hour", "kind", "page"])
    moment = pd.Timestamp("2024-01-01") + pd.to_timedelta(table.pop("hour"), unit="h")
    table = table.assign(occurred_at=moment.dt.floor("s"), customer_id=table["visitor_id"])
    return ibis.memtable(table.assign(**columns))


def walk(visitor, hour, pages, *, paid=False):
    rows = [(visitor, hour + place, "view", page) for place, page in enumerate(pages)]
    return rows + ([(visitor, hour + len(pages), "paid", "thanks")] if paid else [])


def test_journeys_end_with_an_order_or_silence():
    rows = [
        *walk("a", 0, ["home", "home", "list", "product"], paid=True),
        *walk("a", 100, ["home"]),  # after the order a new journey
        *walk("b", 0, ["home", "list"]),
        *walk("b", 24 * 50, ["home"]),  # after 50 days of silence a new one
        *walk("c", 24 * 360, ["home"]),  # still warm
    ]
    found = journeys.journey_steps(events(rows), as_of=AS_OF)
    assert (found.journeys, found.won, found.lost, found.undecided) == (5, 1, 3, 1)
    steps = found.steps.order_by(["customer_id", "journey", "place"]).to_pandas()
    first = steps[(steps["customer_id"] == "a") & (steps["journey"] == 1)]
    assert first["touchpoint"].tolist() == ["home", "list", "product"]
    assert first["ends"].tolist() == [False, False, True] and first["won"].all()
    assert (first["next_at"] - first["at"]).dt.total_seconds().tolist() == [7200, 3600, 3600]


def test_the_step_matrix_adds_up_and_counts_by_hand():
    rows = [
        *walk("a", 0, ["home", "list"], paid=True),
        *walk("b", 0, ["home"]),
        *walk("c", 0, ["home", "list", "product"]),
        *walk("d", 0, ["list"]),
    ]
    table = pain_points.step_matrix(journeys.journey_steps(events(rows), as_of=AS_OF))
    assert table.groupby("step")["share"].sum().to_numpy() == pytest.approx(np.ones(6))
    share = table.set_index(["touchpoint", "step"])["share"]
    assert share["home", 1] == 0.75 and share["list", 2] == 0.5
    assert share["won", 3] == 0.25 and share["ended", 2] == 0.5


def funnel(n, seed, leave=(0.3, 0.4, 0.2), hours=(1, 30, 2)):
    rng = np.random.default_rng(seed)
    rows = []
    for visitor in range(n):
        at = float(rng.uniform(0, 5000))
        for place, page in enumerate(("home", "list", "cart")):
            rows.append((f"v{visitor}", at, "view", page))
            at += float(rng.exponential(hours[place]))
            if rng.random() < leave[place]:
                break
        else:
            rows.append((f"v{visitor}", at, "paid", "thanks"))
    return rows


def test_pain_is_drop_times_value_times_wait():
    rows = funnel(3000, 2)
    found = journeys.journey_steps(events(rows, value=np.where([r[2] == "paid" for r in rows], 80.0, np.nan)),
                                   as_of=AS_OF)  # fmt: skip
    assert found.order_value == 80
    table = pain_points.pain_points(found).set_index("touchpoint")
    assert table["drop"].to_dict() == pytest.approx(
        {"list": 0.4, "home": 0.3, "cart": 0.2}, abs=0.03
    )
    row = table.loc["list"]
    assert table.index[0] == "list" and row["wait_hours"] == pytest.approx(30 * np.log(2), rel=0.1)
    assert row["won_after"] == pytest.approx(0.8, abs=0.03)
    assert row["value"] == pytest.approx(80 * row["won_after"])
    assert row["loss"] == pytest.approx(row["dropped"] / found.years * row["value"])
    assert row["pain"] == pytest.approx(row["loss"] * row["wait_hours"])
    assert table["pain_share"].sum() == pytest.approx(1)
    assert (table["loss_low"] <= table["loss"]).all() and (
        table["loss"] <= table["loss_high"]
    ).all()
    assert (table["drop_low"] < table["drop"]).all() and (table["drop"] < table["drop_high"]).all()


def test_unequal_money_per_order_widens_the_loss():
    rows, rng = funnel(3000, 2), np.random.default_rng(0)
    paid = [row[2] == "paid" for row in rows]
    same, mixed = (
        pain_points.pain_points(
            journeys.journey_steps(events(rows, value=np.where(paid, money, np.nan)), as_of=AS_OF)
        ).iloc[0]
        for money in (80.0, rng.lognormal(4.0, 1.5, len(rows)))
    )
    widths = [(row["loss_high"] - row["loss_low"]) / row["loss"] for row in (same, mixed)]
    assert widths[1] > 1.3 * widths[0]


def test_without_money_the_loss_stays_open():
    table = pain_points.pain_points(journeys.journey_steps(events(funnel(500, 1)), as_of=AS_OF))
    assert table["loss"].isna().all() and table["pain_share"].sum() == pytest.approx(1)


def test_without_an_order_nothing_is_won():
    rows = [row for row in funnel(200, 1) if row[2] != "paid"]
    found = journeys.journey_steps(events(rows), as_of=AS_OF)
    table = pain_points.pain_points(found)
    assert found.won == 0 and (table["pain"] == 0).all() and (table["drop"] > 0).all()


def test_nobody_known_is_no_journey():
    assert journeys.journey_steps(events([(None, 0, "view", "home")]), as_of=AS_OF) is None


def test_everything_at_one_moment_keeps_its_order():
    rows = [("a", 0, "view", "b"), ("a", 0, "view", "a"), ("a", 0, "paid", "x")]
    for order in (rows, rows[::-1]):
        steps = journeys.journey_steps(events(order), as_of=AS_OF).steps.order_by("place")
        assert steps.to_pandas()["touchpoint"].tolist() == ["a", "b"]


def paths(n, seed, lift=0.0):
    """Paths of two kinds; the first takes the step `help` more often by `lift`."""
    rng = np.random.default_rng(seed)
    kind = rng.random(n) < 0.4
    table = []
    for first in kind:
        middle = "help" if rng.random() < 0.3 + lift * first else rng.choice(["list", "search"])
        table.append(("home", str(middle), "product")[: rng.integers(2, 4)])
    frame = pd.DataFrame({"won": kind, "path": table})
    return frame.assign(length=frame["path"].map(len))


def test_paths_without_a_difference_rarely_show_one():
    draws = 120
    called = sum(
        path_comparison.path_differences(
            paths(200, seed), "won", within="length", permutations=199, seed=seed
        )["p"].min()
        <= 0.05
        for seed in range(draws)
    )
    assert called <= 16  # at 5 %, chance allows 16 of 120 in all but 1 of 5,000


def test_a_planted_difference_is_found_with_its_size():
    table = path_comparison.path_differences(paths(1500, 3, lift=0.25), "won", within="length")
    row = table[table["following"].isna() & (table["step"] == "help")].iloc[0]
    assert row["p"] < 0.002 and row["low"] < 0.25 < row["high"]
    assert row["n_true"] + row["n_false"] == 1500


def test_length_alone_makes_no_difference():
    """Those who order see more pages, but no page more often than others of equal length."""
    rng = np.random.default_rng(0)
    kind = rng.random(800) < 0.5
    length = np.where(kind, rng.integers(2, 5, 800), rng.integers(1, 4, 800))
    table = [tuple(rng.permutation(["a", "b", "c", "d"])[:n]) for n in length]
    frame = pd.DataFrame({"won": kind, "path": table, "length": length})
    assert path_comparison.path_differences(frame, "won")["p"].min() < 0.01
    assert path_comparison.path_differences(frame, "won", within="length")["p"].min() > 0.01


@pytest.mark.parametrize("n", [0, 20])
def test_too_few_paths_give_no_rows(n):
    assert len(path_comparison.path_differences(paths(max(n, 1), 0).head(n), "won")) == 0
