"""The fact that would move a customer: into the next tier, or out of its own."""

import numpy as np
import pandas as pd

from workbook.analysis.grading_points import FACTORS, INDICATORS

__all__ = ["moving_facts"]


def moving_facts(table: pd.DataFrame, *, rules, indicators) -> pd.DataFrame:
    """For each customer the single indicator nearest to a change of tier, up and down.

    Parameters
    ----------
    table : DataFrame
        Indicators, factors, known_<factor>, points, tier, as in `grading_study.Grading.table`.
    rules : grading_rules.Rules
    indicators : sequence of str
        Those that anybody is known by.

    Returns
    -------
    DataFrame
        up (code of an indicator, "weakest_<factor>" where the weakest factor holds the customer
        back; missing when no single fact lifts it, or it is on top), up_from, up_to (points of that
        indicator; up_from missing when the fact is not known), down, down_from, down_to (points
        below which it falls); in the order of `table`.

    Notes
    -----
    A factor is the mean of its k known indicators, so a point of the weighted mean takes k over the
    factor's share of the weights in points of one indicator; a fact that is not known yet joins the
    mean as one more. The nearest is the one that needs the fewest points.
    """
    weights = np.asarray(rules.weights, float) / np.sum(rules.weights)
    score = table["points"].to_numpy(float)
    tier = table["tier"].to_numpy()
    top, some = rules.strategic_from, rules.important_from
    held = (tier == "important") & (score >= top)
    goal = np.where(tier == "ordinary", some, np.where(tier == "important", top, np.nan))
    floor = np.where(tier == "strategic", top, np.where(tier == "important", some, np.nan))
    up = _nearest(table, weights, indicators, goal - score, up=True)
    down = _nearest(table, weights, indicators, floor - score, up=False)
    names = [f"{side}{end}" for side in ("up", "down") for end in ("", "_from", "_to")]
    found = pd.concat([up, down], axis=1)
    found.columns = names
    if held.any():
        factors = table.loc[held, list(FACTORS)].to_numpy(float)
        codes = np.array([f"weakest_{name}" for name in FACTORS], dtype=object)
        found.loc[held, "up"] = codes[factors.argmin(axis=1)]
        found.loc[held, "up_from"], found.loc[held, "up_to"] = factors.min(axis=1), rules.weakest
    return found


def _nearest(table, weights, indicators, gap, *, up):
    n = len(table)
    best = np.full(n, np.inf)
    code = np.full(n, None, dtype=object)
    start, end = np.full(n, np.nan), np.full(n, np.nan)
    for weight, factor in zip(weights, FACTORS, strict=True):
        if not weight > 0:
            continue
        names = [name for name in INDICATORS[factor] if name in indicators]
        points = table[names].to_numpy(float)
        count = (~np.isnan(points)).sum(axis=1)
        now = table[factor].to_numpy(float)
        for place, name in enumerate(names):
            own = points[:, place]
            known = ~np.isnan(own)
            # a fact that is known moves the mean by 1/k, one to be learnt replaces it by (k now + x)/(k+1)
            needed = np.where(
                known, own + gap / weight * np.maximum(count, 1),
                np.where(count > 0, now + gap / weight * (count + 1), now + gap / weight),
            )  # fmt: skip
            cost = np.abs(needed - np.where(known, own, now))
            can = (needed <= 100) & (gap > 0) if up else (needed >= 0) & known & (gap <= 0)
            if factor == "ability":
                can &= table["known_ability"].to_numpy(bool)
            # of facts that need as much the first stands, whatever the last digit says
            better = can & (cost < best - 1e-9)
            best[better] = cost[better]
            code[better] = name
            start[better], end[better] = own[better], needed[better]
    return pd.DataFrame({"code": code, "from": start, "to": end})
