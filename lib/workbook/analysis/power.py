"""The smallest effect that the data at hand can show, question by question."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.blocks import key_of

__all__ = ["QUESTIONS", "smallest_effects", "smallest_mean", "smallest_ratio", "smallest_share"]

#: question: (theme, table it needs, form of its effect). Two equal groups, or two periods, are
#: compared; forms are share (points of a share), nps (points), score, ratio (of two means) and
#: trend (ratio of two years)
QUESTIONS: dict[str, tuple[str, str, str]] = {
    "repurchase_rate": ("lifecycle", "orders", "share"),
    "mean_purchase": ("segmentation", "orders", "ratio"),
    "value_per_customer": ("clv", "orders", "ratio"),
    "yearly_revenue": ("monitoring", "orders", "trend"),
    "contract_churn": ("churn", "contracts", "share"),
    "nps_change": ("satisfaction", "surveys", "nps"),
    "csat_change": ("satisfaction", "surveys", "score"),
    "complaint_share": ("service", "tickets", "share"),
    "resolution_time": ("service", "tickets", "ratio"),
    "lead_conversion": ("acquisition", "leads", "share"),
    "win_rate": ("acquisition", "deals", "share"),
    "late_payment": ("grading", "invoices", "share"),
    "redemption": ("loyalty", "offers", "share"),
}
COLUMNS = [
    "question", "theme", "table", "form", "n", "level", "spread", "effect",
]  # fmt: skip


def _factor(level: float, power: float) -> float:
    return float(norm.ppf(0.5 + level / 2) + norm.ppf(power))


def smallest_share(share: float, n: int, *, confidence: float = 0.95, power: float = 0.8) -> float:
    """Smallest difference of two shares that two groups of n / 2 show with the given power.

    (z_{1-a/2} + z_{power}) sqrt(2 p (1 - p) / (n / 2)), p the share of both together; NaN below four.

    Examples
    --------
    >>> round(smallest_share(0.3, 1000), 4)
    0.0812
    """
    if n < 4 or not 0 <= share <= 1:
        return float("nan")
    # a share of 0 or 1 seen so far is not known to be exactly that
    share = min(max(share, 1 / (n + 2)), 1 - 1 / (n + 2))
    return _factor(confidence, power) * float(np.sqrt(4 * share * (1 - share) / n))


def smallest_mean(spread: float, n: int, *, confidence: float = 0.95, power: float = 0.8) -> float:
    """Smallest difference of two means, `spread` being the standard deviation: 2 z s / sqrt(n)."""
    return _factor(confidence, power) * 2 * spread / float(np.sqrt(n)) if n >= 4 else float("nan")


def smallest_ratio(spread: float, n: int, *, confidence: float = 0.95, power: float = 0.8) -> float:
    """Smallest ratio of two means less one, `spread` being the standard deviation of the logarithm:
    exp(2 z s / sqrt(n)) - 1."""
    difference = smallest_mean(spread, n, confidence=confidence, power=power)
    return float(np.expm1(difference))


def smallest_effects(
    tables, has, *, as_of: date, confidence: float = 0.95, power: float = 0.8
) -> pd.DataFrame:
    """Smallest effect for each of `QUESTIONS` that the tables hold, over the 12 months to `as_of`.

    Parameters
    ----------
    tables : mapping
        Name to Ibis table.
    has : callable
        ``has(table, *columns)``: whether they are there.

    Returns
    -------
    pandas.DataFrame
        question, theme, table, form, n (customers, answers, contracts ...), level (share or mean seen;
        NaN where the form has none), spread (standard deviation, of the logarithm for ratios; of the
        monthly residual for the trend) and effect in the form's unit: NaN where n is too small.
    """
    since = ibis.date((pd.Timestamp(as_of) - pd.DateOffset(months=12)).date().isoformat())
    found, told = [], {}
    for question, (theme, table, form) in QUESTIONS.items():
        ask = _SEEN[question]
        if ask not in told:
            told[ask] = ask(tables, has, since) if has(table) else None
        seen = told[ask][question] if isinstance(told[ask], dict) else told[ask]
        if seen is None:
            continue
        n, level, spread = seen
        chosen = {"confidence": confidence, "power": power}
        if form == "share":
            effect = smallest_share(level, n, **chosen)
        elif form == "ratio":
            effect = smallest_ratio(spread, n, **chosen)
        elif form == "trend":
            # two years of twelve months each
            effect = smallest_ratio(spread, 24, **chosen) if n >= 24 else float("nan")
        else:
            effect = smallest_mean(spread, n, **chosen)
        found.append((question, theme, table, form, n, level, spread, effect))
    return pd.DataFrame(found, columns=COLUMNS)


def _one(table, **sums) -> dict:
    return table.aggregate(**sums).execute().iloc[0].to_dict()


def _share(table, hit) -> tuple[int, float, float]:
    counts = _one(table, n=table.count(), hits=hit.fill_null(False).sum())
    n = int(counts["n"])
    return n, float(counts["hits"] or 0) / n if n else float("nan"), float("nan")


def _spread(table, value) -> tuple[int, float, float]:
    """n, mean and standard deviation of a value; NaN where there are too few."""
    known = table.filter(value.notnull())
    seen = _one(known, n=known.count(), mean=value.mean(), sd=value.std())
    return int(seen["n"]), _number(seen["mean"]), _number(seen["sd"])


def _number(value) -> float:
    return float("nan") if value is None or pd.isna(value) else float(value)


def _bought(tables, since):
    orders = tables["orders"]
    return orders.filter(~orders.is_return & (orders.ordered_at.date() > since))


def _key(rows):
    return key_of(rows.customer_id.cast("string"))


def _buyers(tables, has, since):
    """What is asked of those who bought, by question."""
    bought = _bought(tables, since)
    days = bought.group_by(key=_key(bought), on=bought.ordered_at.date()).aggregate(
        spent=bought.amount.sum()
    )
    per = days.group_by("key").aggregate(spent=days.spent.sum(), days=days.count())
    paying = per.spent > 0
    each, mean = (ibis.ifelse(paying, v, ibis.null("float64")).log() for v in (per.spent, per.spent / per.days))  # fmt: skip
    seen = _one(per, n=per.count(), paying=paying.sum(), hits=(per.days >= 2).sum(),
                each=each.std(), mean=mean.std())  # fmt: skip
    n, paying, nan = int(seen["n"]), int(_number(seen["paying"]) if seen["n"] else 0), float("nan")
    return {
        "repurchase_rate": (n, int(seen["hits"]) / n if n else nan, nan),
        "mean_purchase": (paying, nan, _number(seen["mean"])),
        "value_per_customer": (paying, nan, _number(seen["each"])),
    }


def _revenue(tables, has, since):
    """Months with revenue, and the spread of a month's logarithm around a line through time."""
    orders = tables["orders"]
    month = orders.ordered_at.date().truncate("M")
    frame = orders.group_by(month=month).aggregate(revenue=orders.amount.sum()).execute()
    frame = frame.sort_values("month").iloc[1:-1]  # the ends may be parts of months
    frame = frame[frame["revenue"] > 0]
    if len(frame) < 4:
        return len(frame), float("nan"), float("nan")
    log, place = np.log(frame["revenue"].to_numpy(float)), np.arange(len(frame))
    residual = log - np.polyval(np.polyfit(place, log, 1), place)
    return len(frame), float("nan"), float(residual.std(ddof=2))


def _churn(tables, has, since):
    """Contracts that ended in the year and were not renewed; without that flag, running ones that
    ended in it."""
    if not has("contracts", "started_on", "ended_on"):
        return None
    contracts = tables["contracts"]
    if has("contracts", "renewed"):
        due = contracts.filter((contracts.ended_on > since) & contracts.renewed.notnull())
        return _share(due, ~due.renewed)
    at_risk = contracts.filter(
        (contracts.started_on <= since)
        & (contracts.ended_on.isnull() | (contracts.ended_on > since))
    )
    return _share(at_risk, at_risk.ended_on.notnull())


def _answers(column: str):
    def seen(tables, has, since):
        if not has("surveys", column):
            return None
        surveys = tables["surveys"]
        recent = surveys.filter(surveys.answered_on.date() > since)
        value = recent[column]
        if column == "nps":  # each answer counts 100, 0 or -100 points
            value = ibis.cases((value >= 9, 100.0), (value <= 6, -100.0), (value.notnull(), 0.0))
        return _spread(recent, value)

    return seen


def _complaints(tables, has, since):
    if not has("tickets", "kind"):
        return None
    tickets = tables["tickets"]
    recent = tickets.filter(tickets.opened_at.date() > since)
    return _share(recent, recent.kind == "complaint")


def _resolution(tables, has, since):
    if not has("tickets", "closed_at"):
        return None
    tickets = tables["tickets"]
    closed = tickets.filter(
        (tickets.opened_at.date() > since) & (tickets.closed_at > tickets.opened_at)
    )
    hours = closed.closed_at.delta(closed.opened_at, unit="minute") + 1
    n, _, spread = _spread(closed, hours.log())
    return n, float("nan"), spread


def _won(tables, has, since):
    if not has("deals", "won"):
        return None
    deals = tables["deals"]
    decided = deals.filter((deals.opened_at.date() > since) & deals.won.notnull())
    return _share(decided, decided.won)


def _hits(table: str, moment: str, *columns: str, hit):
    def seen(tables, has, since):
        if not has(table, moment, *columns):
            return None
        rows = tables[table]
        recent = rows.filter(rows[moment].cast("date") > since)
        return _share(recent, hit(recent))

    return seen


_SEEN = {
    "repurchase_rate": _buyers,
    "mean_purchase": _buyers,
    "value_per_customer": _buyers,
    "yearly_revenue": _revenue,
    "contract_churn": _churn,
    "nps_change": _answers("nps"),
    "csat_change": _answers("csat"),
    "complaint_share": _complaints,
    "resolution_time": _resolution,
    "lead_conversion": _hits(
        "leads", "created_on", "converted_on", hit=lambda t: t.converted_on.notnull()
    ),
    "win_rate": _won,
    "late_payment": _hits(
        "invoices", "issued_on", "due_on", "paid_on", hit=lambda t: t.paid_on > t.due_on
    ),
    "redemption": _hits(
        "offers", "issued_on", "redeemed_on", hit=lambda t: t.redeemed_on.notnull()
    ),
}
