"""Customers on chosen days: what they had bought up to then, and what they bought after."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

__all__ = ["FEATURES", "STRATA", "days_after_purchases", "purchase_points", "strata_of"]

#: What is known of a customer on a day.
FEATURES = ("silence_days", "purchases_year", "amount_year", "T_days")
#: Edges of the classes in which customers count as alike.
STRATA = {
    "silence_days": (3, 7, 14, 30, 60, 120, 240, 365),
    "purchases_year": (0, 1, 2, 4, 8),
    "T_days": (30, 180, 365, 730),
}
#: Buyers from whom the days of others are drawn.
MOST_BUYERS = 60_000
_PROBES = {"at": 0, "year": -365, "two": -730}


def purchase_points(days: ir.Table, points: pd.DataFrame, *, follow_days: int) -> pd.DataFrame:
    """What customers had bought before a day and what they bought in the days after it.

    Parameters
    ----------
    days : ibis.Table
        customer_id, bought_on, amount, as `lifecycle.purchase_days` gives them.
    points : pandas.DataFrame
        customer_id, at (day); any other columns.
    follow_days : int

    Returns
    -------
    pandas.DataFrame
        The points of customers who had bought by then, with silence_days (since the last
        purchase), T_days (since the first), purchases_year, amount_year (365 days up to the day,
        the day included), amount_before (the 365 days before those), purchases_after,
        amount_after (money, follow_days after the day), stops (no purchase in them; bool).
    """
    points = points.reset_index(drop=True)
    table = points[["customer_id"]].assign(point=np.arange(len(points)))
    day = pd.to_datetime(points["at"]).dt.normalize()
    probes = []
    for name, shift in {**_PROBES, "after": follow_days}.items():
        probes.append(table.assign(probe=name, on=(day + pd.Timedelta(days=shift)).dt.date))
    probed = ibis.memtable(
        pd.concat(probes, ignore_index=True),
        schema={"customer_id": "string", "point": "int64", "probe": "string", "on": "date"},
    )
    asked = probed.select(
        "customer_id", "on", "point", "probe", order=ibis.literal(1, "int8"),
        amount=ibis.literal(0.0), bought=ibis.literal(0, "int8"), bought_on=ibis.null("date"),
    )  # fmt: skip
    concerned = days.semi_join(probed, "customer_id")
    happened = concerned.select(
        "customer_id", on=concerned.bought_on.cast("date"), point=ibis.literal(-1, "int64"),
        probe=ibis.literal(""), order=ibis.literal(0, "int8"),
        amount=concerned.amount.cast("float64"), bought=ibis.literal(1, "int8"),
        bought_on=concerned.bought_on.cast("date"),
    )  # fmt: skip
    both = asked.union(happened)
    upto = ibis.window(
        group_by="customer_id", order_by=["on", "order"], preceding=None, following=0
    )
    known = both.mutate(
        spent=both.amount.sum().over(upto),
        purchases=both.bought.sum().over(upto),
        first_on=both.bought_on.min().over(upto),
        last_on=both.bought_on.max().over(upto),
    ).filter(both.point >= 0)
    values = known.group_by("point").aggregate(
        **{
            f"{column}_{name}": known[column].max(where=known.probe == name)
            for name in (*_PROBES, "after")
            for column in ("spent", "purchases")
        },
        first_on=known.first_on.max(where=known.probe == "at"),
        last_on=known.last_on.max(where=known.probe == "at"),
    )
    found = values.to_pandas().set_index("point")
    joined = points.join(found, how="inner")
    joined = joined[joined["last_on"].notna()]
    at = pd.to_datetime(joined["at"]).dt.normalize()
    return joined.assign(
        silence_days=(at - pd.to_datetime(joined["last_on"])).dt.days,
        T_days=(at - pd.to_datetime(joined["first_on"])).dt.days,
        purchases_year=joined["purchases_at"] - joined["purchases_year"],
        amount_year=joined["spent_at"] - joined["spent_year"],
        amount_before=joined["spent_year"] - joined["spent_two"],
        purchases_after=joined["purchases_after"] - joined["purchases_at"],
        amount_after=joined["spent_after"] - joined["spent_at"],
        stops=joined["purchases_after"] == joined["purchases_at"],
    )[
        [*points.columns, *FEATURES, "amount_before", "purchases_after", "amount_after", "stops"]
    ].reset_index(drop=True)  # fmt: skip


def days_after_purchases(
    days: ir.Table, points: pd.DataFrame, *, first: date, last: date, each: int, seed: int
) -> pd.DataFrame:
    """Days of other customers that follow a purchase as those of the points do.

    Parameters
    ----------
    days : ibis.Table
        customer_id, bought_on, place.
    points : pandas.DataFrame
        customer_id, at (day).
    first, last : date
        Both included.
    each : int
        Days wanted for every point; fewer where there are not so many purchases.

    Returns
    -------
    pandas.DataFrame
        customer_id, at: a purchase drawn at random, and so many days after it as one of the points
        lies behind its own customer's last purchase.
    """
    rng = np.random.default_rng(seed)
    days = days.filter(days.bought_on <= ibis.date(last.isoformat()))
    buyers = days.filter(days.place == 1).customer_id.to_pandas().sort_values()
    if len(buyers) > MOST_BUYERS:
        buyers = buyers.sample(MOST_BUYERS, random_state=seed)
    known = ibis.memtable(
        pd.concat([buyers, points["customer_id"]]).drop_duplicates().to_frame("customer_id"),
        schema={"customer_id": "string"},
    )
    bought = days.semi_join(known, "customer_id").select("customer_id", "bought_on").to_pandas()
    bought["bought_on"] = pd.to_datetime(bought["bought_on"]).astype("datetime64[ns]")
    bought = bought.sort_values(["bought_on", "customer_id"], ignore_index=True)
    at = points[["customer_id", "at"]].assign(at=pd.to_datetime(points["at"]).dt.normalize())
    at = at.astype({"at": "datetime64[ns]"}).sort_values("at", kind="stable")
    behind = pd.merge_asof(
        at.astype({"customer_id": object}), bought.astype({"customer_id": object}),
        left_on="at", right_on="bought_on", by="customer_id",
    )  # fmt: skip
    lags = (behind["at"] - behind["bought_on"]).dt.days.dropna().to_numpy()
    bought = bought[bought["customer_id"].isin(set(buyers))]
    if not len(lags) or bought.empty:
        return pd.DataFrame({"customer_id": [], "at": pd.Series(dtype="datetime64[ns]")})
    size = min(each * len(points), 2 * len(bought))
    drawn = bought.iloc[rng.integers(0, len(bought), size)]
    when = drawn["bought_on"] + pd.to_timedelta(rng.choice(lags, size), unit="D")
    found = pd.DataFrame({"customer_id": drawn["customer_id"], "at": when}).drop_duplicates()
    inside = (found["at"] >= pd.Timestamp(first)) & (found["at"] <= pd.Timestamp(last))
    return found[inside].reset_index(drop=True)


def strata_of(points: pd.DataFrame, *, more=()) -> np.ndarray:
    """Code of the class in which customers count as alike.

    Parameters
    ----------
    points : pandas.DataFrame
        From `purchase_points`.
    more : sequence of str
        Further columns whose values must be equal.

    Returns
    -------
    numpy.ndarray
        Equal for points in the same half year with equal classes of `STRATA` and the same third
        of amount_year among customers with as many purchases.
    """
    at = pd.to_datetime(points["at"])
    parts = [at.dt.year * 2 + (at.dt.month > 6)]
    parts += [np.searchsorted(edges, points[name]) for name, edges in STRATA.items()]
    bought = parts[2]
    place = points["amount_year"].groupby(bought).rank(pct=True)
    parts.append(np.ceil(place.fillna(0) * 3))
    parts += [pd.factorize(points[name])[0] for name in more]
    frame = pd.DataFrame({i: np.asarray(part) for i, part in enumerate(parts)})
    return frame.groupby(list(frame.columns), sort=False).ngroup().to_numpy()
