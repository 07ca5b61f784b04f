"""Facts as points and factors: need, ability to pay, long-term value, willingness, each 0 to 100."""

import numpy as np
import pandas as pd

from workbook.analysis.statements import rating_points, statement_points

__all__ = [
    "FACTORS",
    "INDICATORS",
    "factor_points",
    "indicator_points",
    "percentile_points",
    "size_points",
]

FACTORS = ("need", "ability", "value", "willingness")
#: Factor -> its indicators; a factor is the mean of those that are known of the customer.
INDICATORS = {
    "need": ("need_frequency", "need_breadth", "need_wallet", "need_stated"),
    "ability": ("ability_punctual", "ability_overdue", "ability_limit", "ability_rating",
                "ability_statements", "ability_purchases"),
    "value": ("value_expected", "value_now"),
    "willingness": ("will_active", "will_answers", "will_renewal", "will_contact",
                    "will_interaction", "will_participation"),
}  # fmt: skip
#: Indicators that say something of a customer's solvency beyond what it has bought.
SOLVENCY = ("ability_punctual", "ability_rating", "ability_statements")
FEWEST_LEVELS = 5  # of a stated scale
LATEST = 60  # days late on average that are worth no point
PRIOR = 2.0  # invoices of the usual customer added to each one's own
UNPROVEN = 50.0  # most points of an ability that only purchases speak for


def percentile_points(values) -> np.ndarray:
    """Share of customers below each one, ties halved, 0 to 100; NaN stays.

    Examples
    --------
    >>> percentile_points([1.0, 2.0, 2.0, 9.0]).tolist()
    [12.5, 50.0, 50.0, 87.5]
    """
    values = np.asarray(values, float)
    ranks = pd.Series(values).rank(method="average").to_numpy()
    n = np.count_nonzero(~np.isnan(values))
    return (ranks - 0.5) / max(n, 1) * 100


def size_points(money) -> np.ndarray:
    """Points of amounts that differ by orders of magnitude: each doubling is worth the same.

    0 up to the usual amount (median of those above 0), 100 from the highest hundredth on; NaN stays,
    and where all are alike everybody has 50.

    Examples
    --------
    >>> size_points([0.0, 10.0, 10.0, 100.0, 1000.0]).round(0).tolist()
    [0.0, 0.0, 0.0, 21.0, 100.0]
    """
    money = np.asarray(money, float)
    some = money[money > 0]
    if not len(some):
        return np.where(np.isnan(money), np.nan, 0.0)
    usual, large = np.median(some), np.quantile(some, 0.99)
    if not large > usual * 1.0001:
        return np.where(np.isnan(money), np.nan, np.where(money > 0, 50.0, 0.0))
    place = np.log(np.maximum(money, usual) / usual) / np.log(large / usual)
    return 100 * np.clip(place, 0, 1)


def indicator_points(facts: pd.DataFrame, *, nps_scale=(0.0, 10.0), csat_scale=(1.0, 5.0)):
    """Points of every indicator.

    Parameters
    ----------
    facts : DataFrame
        As `grading_study.graded_facts` gives them; columns that are not there make their indicators
        unknown.
    nps_scale, csat_scale : (float, float)
        Worst and best answer.

    Returns
    -------
    DataFrame
        One column per indicator of `INDICATORS`, 0 to 100, NaN where unknown; index as in `facts`.

    Notes
    -----
    Counts are percentiles among the customers graded, amounts `size_points`. ability_punctual: 100 less the
    mean days late (60 worth 0), drawn towards the mean of all by two invoices; a customer who is
    never invoiced where others are pays at purchase: 100. ability_overdue: 0 from a quarter of the
    year's invoices overdue on. ability_limit: 100 up to half of the limit used, 0 from 120 % on.
    """
    n = len(facts)

    def of(name):
        return facts[name].to_numpy(float) if name in facts else np.full(n, np.nan)

    points = {
        "need_frequency": percentile_points(of("days_two")),
        "need_breadth": percentile_points(of("categories")),
        "need_wallet": size_points(of("estimated_wallet")),
        "need_stated": _stated(of("importance")),
        "ability_purchases": size_points(of("gross_two") / np.maximum(of("days_two"), 1)),
        "ability_rating": rating_points(facts["rating"]) if "rating" in facts else np.full(n, np.nan),
        "ability_statements": statement_points(facts)["statements"].to_numpy(float),
        "value_expected": size_points(of("expected")),
        "value_now": size_points(of("contribution")),
        "will_active": 100 * of("active"),
        "will_answers": _answers(of("nps"), of("csat"), nps_scale, csat_scale),
        "will_renewal": _renewal(of("running"), of("ended"), of("renewed")),
        "will_contact": _contact(facts, of("contacts")),
        "will_interaction": percentile_points(np.nan_to_num(of("interactions")))
        if "interactions" in facts else np.full(n, np.nan),
        # who did not come has said nothing
        "will_participation": np.where(of("attended") > 0, np.minimum(50 * of("attended"), 100), np.nan),
    } | _paying(of, n)  # fmt: skip
    return pd.DataFrame({c: points[c] for part in INDICATORS.values() for c in part}, index=facts.index)  # fmt: skip


def _paying(of, n):
    """What invoices say; unknown without them."""
    due, late = of("due_invoices"), of("late_days")
    nothing = np.full(n, np.nan)
    if np.isnan(due).all():
        return {"ability_punctual": nothing, "ability_overdue": nothing, "ability_limit": nothing}
    invoiced = ~np.isnan(due)
    due, late = np.nan_to_num(due), np.nan_to_num(late)
    usual = late.sum() / max(due.sum(), 1)
    mean = (late + PRIOR * usual) / (due + PRIOR)
    punctual = 100 * (1 - np.minimum(mean / LATEST, 1))
    year = of("invoiced_year")
    overdue = np.divide(
        of("overdue"), year, out=np.where(of("overdue") > 0, 1.0, 0.0), where=year > 0
    )
    used = np.divide(of("open"), of("limit"), out=np.full(n, np.nan), where=of("limit") > 0)
    return {
        # invoices none of which has come due yet say nothing of how they will be paid
        "ability_punctual": np.where(invoiced, np.where(due > 0, punctual, np.nan), 100.0),
        "ability_overdue": np.where(invoiced, 100 * np.clip(1 - overdue / 0.25, 0, 1), np.nan),
        "ability_limit": 100 * np.clip((1.2 - used) / 0.7, 0, 1),
    }  # fmt: skip


def _stated(importance):
    """Mean importance over its scale, taken from the answers: 5 or 10 and the like at the top."""
    if np.isnan(importance).all():
        return importance
    top = next((t for t in (5.0, 7.0, 10.0, 100.0) if np.nanmax(importance) <= t), np.nanmax(importance))  # fmt: skip
    low = 0.0 if np.nanmin(importance) < 1 or top == 100 else 1.0
    return 100 * np.clip((importance - low) / (top - low), 0, 1)


def _answers(nps, csat, nps_scale, csat_scale):
    parts = []
    for values, (worst, best) in ((nps, nps_scale), (csat, csat_scale)):
        parts.append(100 * np.clip((values - worst) / (best - worst), 0, 1))
    return np.where(np.isnan(parts[0]), parts[1], parts[0])


def _renewal(running, ended, renewed):
    total = running + ended
    kept = running + np.nan_to_num(renewed)
    return 100 * np.divide(kept, total, out=np.full(len(total), np.nan), where=total > 0)


def _contact(facts, contacts):
    """Contacts by staff in the year, four worth 100; only of customers who have somebody in charge."""
    if "owner" not in facts:
        return 100 * np.minimum(contacts / 4, 1)
    cared = facts["owner"].notna().to_numpy()
    known = np.nan_to_num(contacts) if not np.isnan(contacts).all() else contacts
    return np.where(cared, 100 * np.minimum(known / 4, 1), np.nan)


def factor_points(points: pd.DataFrame, *, unknown=25.0) -> pd.DataFrame:
    """Points of the four factors.

    Parameters
    ----------
    points : DataFrame
        From `indicator_points`.
    unknown : float
        Points of a factor of which nothing is known: missing is not safe.

    Returns
    -------
    DataFrame
        need, ability, value, willingness (0 to 100), and known_<factor> (bool). An ability for which
        only purchases speak counts 50 at most, and as not known.
    """
    found = {}
    for factor, names in INDICATORS.items():
        part = points[list(names)].to_numpy(float)
        count = (~np.isnan(part)).sum(axis=1)
        mean = np.nansum(part, axis=1) / np.maximum(count, 1)
        known = count > 0
        if factor == "ability":
            solvent = points[list(SOLVENCY)].notna().any(axis=1).to_numpy()
            mean = np.where(solvent, mean, np.minimum(mean, UNPROVEN))
            found[f"known_{factor}"] = solvent
        else:
            found[f"known_{factor}"] = known
        found[factor] = np.where(known, mean, unknown)
    return pd.DataFrame(found, index=points.index)[[*FACTORS, *(f"known_{f}" for f in FACTORS)]]
