"""What customers say of recommending, and what those who said so did."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from workbook.analysis.intervals import wilson
from workbook.analysis.retention import share_of

__all__ = [
    "NPS_SCALES",
    "recommendation",
    "said_and_done",
]

#: Scales on which 9 and above recommends, 6 and below does not.
NPS_SCALES = ((0.0, 10.0, "up"), (1.0, 10.0, "up"))
GROUPS = ("promoter", "passive", "detractor")
FEWEST = 30


def recommendation(
    surveys: ir.Table, *, as_of: date, scale=NPS_SCALES[0], months: int = 12
) -> dict | None:
    """Promoters among those who answered in the window, one answer per customer, the last.

    Parameters
    ----------
    surveys : ibis.Table
        answered_on, nps; customer_id when known (answers without one count each).
    scale : (float, float, str)
        Lowest and highest answer and direction; one of `NPS_SCALES`.

    Returns
    -------
    dict or None
        As `retention.share_of` (numerator: answers 9 and above), with passives, detractors,
        no_answer (values outside the scale, left out), earlier (answers of customers who answered
        again). None on another scale.
    """
    if tuple(scale) not in NPS_SCALES:
        return None
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    rows = surveys.filter(surveys.nps.notnull() & (surveys.answered_on.cast("date") > since))
    valid = rows.filter((rows.nps >= scale[0]) & (rows.nps <= scale[1]))
    last = _one_each(valid, latest=True)
    found = last.aggregate(
        promoters=(last.nps >= 9).sum().fill_null(0),
        passives=((last.nps > 6) & (last.nps < 9)).sum().fill_null(0),
        detractors=(last.nps <= 6).sum().fill_null(0),
        n=last.count(),
    ).to_pandas().astype(int).iloc[0]  # fmt: skip
    answers, every = int(valid.count().execute()), int(rows.count().execute())
    return share_of(found["promoters"], found["n"]) | {
        "passives": int(found["passives"]),
        "detractors": int(found["detractors"]),
        "no_answer": every - answers,
        "earlier": answers - int(found["n"]),
    }


def _one_each(rows, *, latest):
    """One answer per customer; all answers that name none."""
    if "customer_id" not in rows.columns:
        return rows
    moment = rows.answered_on.desc() if latest else rows.answered_on
    order = [moment, rows.nps]
    place = ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order))
    rows = rows.mutate(place_of_answer=place)
    return rows.filter((rows.place_of_answer == 0) | rows.customer_id.isnull())


def said_and_done(
    days: ir.Table,
    surveys: ir.Table,
    referred: pd.DataFrame | None,
    *,
    as_of: date,
    scale=NPS_SCALES[0],
    follow_days: int = 365,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """What customers did in the time after they said whether they would recommend.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them.
    surveys : ibis.Table
        customer_id, answered_on, nps.
    referred : DataFrame or None
        referred_by, first_on: customers who came by a customer, and the day of their first purchase.
    follow_days : int
        Time after the answer; customers whose first answer lies less far back are left out.

    Returns
    -------
    DataFrame
        group (promoter, passive, detractor), customers, again (bought again), again_share with
        again_low, again_high (Wilson), referrers (customers who referred somebody), referrer_share
        with referrer_low, referrer_high, brought (customers they brought); referral columns are NaN
        when not recorded. p_again, p_referrer: chi-squared over the groups of 30 and more (NaN
        below two of them).
    """
    columns = ["group", "customers", "again", "referrers", "brought"]
    if tuple(scale) not in NPS_SCALES or "customer_id" not in surveys.columns:
        return pd.DataFrame(columns=columns)
    until = (pd.Timestamp(as_of) - pd.Timedelta(days=follow_days)).date()
    rows = surveys.filter(surveys.nps.between(scale[0], scale[1]) & surveys.customer_id.notnull())
    rows = _one_each(rows, latest=False)
    rows = rows.select("customer_id", "nps", said_on=rows.answered_on.cast("date"))
    rows = rows.filter(rows.said_on <= until)
    pairs = rows.join(days.select("customer_id", "bought_on"), "customer_id")
    ahead = pairs.bought_on.delta(pairs.said_on, unit="day")
    bought = pairs.filter((ahead > 0) & (ahead <= follow_days)).select("customer_id").distinct()
    answers = rows.left_join(bought.mutate(again=ibis.literal(True)), "customer_id")
    frame = answers.select(
        "customer_id", "nps", "said_on", again=answers.again.fill_null(False)
    ).to_pandas()
    nps = frame["nps"].to_numpy(float)
    frame["group"] = np.select([nps >= 9, nps > 6], ["promoter", "passive"], "detractor")
    frame["brought"] = np.nan if referred is None else _brought(frame, referred, follow_days)
    frame["referrers"] = frame["brought"] > 0
    table = frame.groupby("group").agg(
        customers=("nps", "size"), again=("again", "sum"), referrers=("referrers", "sum"),
        brought=("brought", "sum"),
    ).reindex([g for g in GROUPS if (frame["group"] == g).any()]).reset_index()  # fmt: skip
    for count, share in (("again", "again"), ("referrers", "referrer")):
        n = table["customers"].to_numpy(float)
        table[f"{share}_share"] = table[count] / np.maximum(n, 1)
        ends = wilson(table[count], n, confidence=confidence)
        table[f"{share}_low"], table[f"{share}_high"] = ends
        table[f"p_{share}"] = _p(table[count], n)
    if referred is None:
        table[[c for c in table if "referrer" in c or c == "brought"]] = np.nan
    return table


def _brought(frame, referred, follow_days):
    """Customers whom each had brought by follow_days after the answer."""
    both = referred.merge(frame[["customer_id", "said_on"]], left_on="referred_by",
                          right_on="customer_id", suffixes=("_new", ""))  # fmt: skip
    ahead = (pd.to_datetime(both["first_on"]) - pd.to_datetime(both["said_on"])).dt.days
    inside = both[(ahead > 0) & (ahead <= follow_days)]
    counts = inside.groupby("referred_by").size()
    return frame["customer_id"].map(counts).fillna(0.0).to_numpy(float)


def _p(hits, n):
    large = n >= FEWEST
    table = np.column_stack([hits, n - hits])[large]
    if len(table) < 2 or not table.sum(axis=0).all():
        return np.nan
    return float(chi2_contingency(table, correction=False).pvalue)
