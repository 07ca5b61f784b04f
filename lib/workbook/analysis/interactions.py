"""Talk between customers and the firm: social, mail, calls and chats, by kind and by segment."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, norm

from workbook.analysis.event_kinds import INTERACTIONS, event_groups
from workbook.analysis.intervals import wilson

__all__ = ["channels_and_buying", "interaction_kinds", "interactions"]

FEWEST = 30  # customers of a group
VISITS = "visit"


def interactions(events: ir.Table | None, visits: ir.Table | None) -> ir.Table | None:
    """Every interaction of a known customer: customer_id, day, kind (social, mail, call, chat, visit).

    `events` whose kind is one of `event_kinds.INTERACTIONS`, or that a member of staff took part in,
    and all `visits` by staff. None where neither table names customers.
    """
    parts = []
    if events is not None and "customer_id" in events.columns:
        grouped = event_groups(events)
        talk = grouped.group.isin(INTERACTIONS)
        if "staff" in events.columns:
            talk = talk | (grouped.staff.notnull() & (grouped.group == "other"))
        rows = grouped.filter(talk & grouped.customer_id.notnull())
        kind = ibis.ifelse(rows.group == "other", VISITS, rows.group)
        parts.append(rows.select("customer_id", day=rows.occurred_at.date(), kind=kind))
    if visits is not None:
        rows = visits
        if "kind" in visits.columns:
            rows = event_groups(
                visits.mutate(occurred_at=visits["at"], kind=visits.kind.fill_null(VISITS))
            )
            kind = ibis.ifelse(rows.group.isin(INTERACTIONS), rows.group, VISITS)
        else:
            kind = ibis.literal(VISITS)
        parts.append(rows.select("customer_id", day=rows["at"].date(), kind=kind))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else parts[0].union(parts[1])


def interaction_kinds(table: ir.Table, segments: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Who was in touch in the 12 months to as_of, by kind and segment.

    Parameters
    ----------
    table : ibis.Table
        As `interactions` gives it.
    segments : DataFrame
        customer_id, segment: the customers counted.

    Returns
    -------
    DataFrame
        kind, segment (None: all), customers, reached, share with low, high (Wilson), contacts,
        per_hundred (contacts per 100 customers), p_chance (of so different shares among segments of
        30 up when there is none: chi-squared; NaN with fewer than two).
    """
    columns = ["kind", "segment", "customers", "reached", "share", "low", "high", "contacts",
               "per_hundred", "p_chance"]  # fmt: skip
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date().isoformat()
    recent = table.filter(table.day > ibis.date(since))
    each = recent.group_by("customer_id", "kind").aggregate(contacts=recent.count()).to_pandas()
    segment = segments.set_index("customer_id")["segment"]
    each["segment"] = each["customer_id"].map(segment)
    each = each.dropna(subset="segment")
    sizes = segment.value_counts()
    rows = []
    for kind, part in each.groupby("kind", sort=True):
        found = part.groupby("segment")["contacts"].agg(["size", "sum"])
        found = found.reindex(sizes.index, fill_value=0)
        p = _chance(found["size"], sizes)
        counts = [(None, len(segment), len(part), part["contacts"].sum())]
        counts += [
            (name, sizes[name], found.loc[name, "size"], found.loc[name, "sum"])
            for name in sorted(sizes.index, key=lambda name: (-sizes[name], str(name)))
            if sizes[name] >= FEWEST
        ]
        for name, customers, reached, contacts in counts:
            low, high = wilson(reached, customers)
            rows.append((kind, name, int(customers), int(reached), reached / customers, float(low),
                         float(high), int(contacts), 100 * contacts / customers, p))  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _chance(reached, sizes):
    large = sizes.index[sizes >= FEWEST]
    cells = np.array([reached[large], sizes[large] - reached[large]], float)
    if len(large) < 2 or (cells.sum(axis=1) == 0).any():
        return np.nan
    return float(chi2_contingency(cells, correction=False)[1])


def channels_and_buying(
    table: ir.Table, days: ir.Table, *, as_of: date, months: int = 6, confidence=0.95
) -> pd.DataFrame:
    """Whether those in touch by more kinds of contact bought more often afterwards.

    Parameters
    ----------
    table : ibis.Table
        As `interactions` gives it.
    days : ibis.Table
        As `lifecycle.purchase_days` gives it.
    months : int
        Kinds are counted in as many months before a cut, purchases in as many after it.

    Returns
    -------
    DataFrame
        kinds (0, 1, 2: two or more), customers (who had bought by the cut, in the months before it),
        bought (after it), share with low, high (Wilson), like_for_like (difference of shares to kinds 0
        among customers of equal purchases before the cut), like_low, like_high. No rows with fewer
        than 30 customers.

    Notes
    -----
    Pooled over 1, 2, 3, 4 or more purchase days before the cut with weights n1 n0 / (n1 + n0).
    Who is in touch may differ in other ways: nothing is claimed of the contact itself.
    """
    end = pd.Timestamp(as_of)
    cut, start = ((end - pd.DateOffset(months=k * months)).date().isoformat() for k in (1, 2))
    early = (days.bought_on > ibis.date(start)) & (days.bought_on <= ibis.date(cut))
    each = days.group_by("customer_id").aggregate(
        before=early.sum(), after=(days.bought_on > ibis.date(cut)).sum()
    )
    each = each.filter(each.before > 0)
    touch = table.filter((table.day > ibis.date(start)) & (table.day <= ibis.date(cut)))
    touch = touch.group_by("customer_id").aggregate(kinds=touch.kind.nunique())
    both = each.left_join(touch, "customer_id")
    counts = both.group_by(
        kinds=ibis.least(both.kinds.fill_null(0), 2), before=ibis.least(both.before, 4)
    )
    frame = counts.aggregate(n=ibis._.count(), bought=(ibis._.after > 0).sum()).to_pandas()
    columns = ["kinds", "customers", "bought", "share", "low", "high", "like_for_like", "like_low",
               "like_high"]  # fmt: skip
    if frame["n"].sum() < FEWEST:
        return pd.DataFrame(columns=columns)
    rows = []
    base = frame[frame["kinds"] == 0].set_index("before")
    for kinds, part in frame.groupby("kinds"):
        n, bought = int(part["n"].sum()), int(part["bought"].sum())
        low, high = wilson(bought, n, confidence=confidence)
        like = (
            _like_for_like(part.set_index("before"), base, confidence) if kinds else (np.nan,) * 3
        )
        rows.append((int(kinds), n, bought, bought / n, float(low), float(high), *like))
    return pd.DataFrame(rows, columns=columns)


def _like_for_like(part, base, confidence):
    both = part.join(base, how="inner", rsuffix="_0")
    if not len(both):
        return (np.nan,) * 3
    n1, n0 = both["n"].to_numpy(float), both["n_0"].to_numpy(float)
    p1, p0 = both["bought"] / n1, both["bought_0"] / n0
    weight = n1 * n0 / (n1 + n0)
    weight = weight / weight.sum()
    difference = float((weight * (p1 - p0)).sum())
    # one added on either side: a small group in which all or none bought is not certain
    q1, q0 = (both["bought"] + 1) / (n1 + 2), (both["bought_0"] + 1) / (n0 + 2)
    spread = (weight**2 * (q1 * (1 - q1) / n1 + q0 * (1 - q0) / n0)).sum()
    half = float(norm.ppf(0.5 + confidence / 2) * np.sqrt(spread))
    return difference, difference - half, difference + half
