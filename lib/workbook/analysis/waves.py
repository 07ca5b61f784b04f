"""Waves of a survey compared with the errors of both, and falls found among cuts of the answers."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.answers import cut_columns
from workbook.analysis.group_survival import holm
from workbook.analysis.levels import FEWEST, clustered, level, numbered, outcome

__all__ = ["difference", "falls", "wave_table"]

LEVEL = 0.002  # chance that the detector raises anything where nothing changed
_MOST = 3  # falls that are told apart from one another
_SMALL = 12  # levels beyond which a cut is not searched


def difference(values, customers, later, weights=None):
    """Change of a mean between two sets of answers, with the errors of both.

    Customers in both sets count once in the error: their answers go together.

    Parameters
    ----------
    values, customers : array_like
    later : array_like
        True, False, or NaN for answers in neither set.
    weights : array_like, optional

    Returns
    -------
    dict
        before, after, change, se, n_before, n_after, customers (of the smaller set).
    """
    later = np.asarray(later, float)
    weights = np.ones(len(later)) if weights is None else np.asarray(weights, float)
    values, customers = np.asarray(values, float), np.asarray(customers)
    sides = [
        clustered(np.where(later == side, values, np.nan), customers, weights) for side in (0, 1)
    ]
    before, after = sides
    who = np.concatenate([customers[before["index"]], customers[after["index"]]])
    parts = np.concatenate([-before["influence"], after["influence"]])
    code, number = numbered(who)
    sums = np.bincount(code, weights=parts, minlength=number)
    return {
        "before": before["mean"],
        "after": after["mean"],
        "change": after["mean"] - before["mean"],
        "se": float(np.sqrt(number / max(number - 1, 1) * (sums**2).sum()))
        if number > 1
        else np.nan,
        "n_before": before["n"],
        "n_after": after["n"],
        "customers": min(before["customers"], after["customers"]),
    }


def wave_table(answers, measure, *, confidence=0.95):
    """A measure by wave, each compared with the one before.

    Returns
    -------
    pandas.DataFrame
        wave, start (first day of an answer), n, value, low, high, enough (30 customers or more),
        change, change_low, change_high (against the last wave with enough), p, p_holm (Holm over
        waves); in the order of time, empty without the measure.
    """
    columns = ["wave", "start", "n", "value", "low", "high", "enough", "change", "change_low",
               "change_high", "p", "p_holm"]  # fmt: skip
    values = outcome(answers, measure)
    if values is None:
        return pd.DataFrame(columns=columns)
    frame = answers.frame
    who, weights = frame["customer"].to_numpy(), frame["weight"].to_numpy(float)
    known = ~np.isnan(values)
    order = frame["day"][known].groupby(frame["wave"][known], observed=True).min().sort_values()
    codes = pd.Categorical(frame["wave"], categories=order.index).codes
    ends = np.cumsum(np.bincount(codes + 1, minlength=len(order) + 1))
    places = np.split(np.argsort(codes, kind="stable"), ends)[1:-1]  # without a wave: -1, first
    rows, last = [], None
    half = norm.ppf(0.5 + confidence / 2)
    for code, (name, start) in enumerate(order.items()):
        here = places[code]
        found = level(
            values[here], who[here], weights[here], measure=measure, confidence=confidence
        )
        enough = found["customers"] >= FEWEST
        row = [str(name), start, found["n"], found["value"], found["low"], found["high"], enough]
        change = [np.nan] * 4
        if enough and last is not None:
            two = np.concatenate([places[last], here])
            later = np.arange(len(two)) >= len(places[last])
            told = difference(values[two], who[two], later, weights[two])
            if told["se"] > 0:
                z = told["change"] / told["se"]
                change = [told["change"], told["change"] - half * told["se"],
                          told["change"] + half * told["se"], 2 * norm.sf(abs(z))]  # fmt: skip
        last = code if enough else last
        rows.append([*row, *change, np.nan])
    table = pd.DataFrame(rows, columns=columns)
    tested = table["p"].notna()
    table.loc[tested, "p_holm"] = holm(table.loc[tested, "p"].to_numpy(float))
    return table


def falls(answers, measure="csat_mean", *, level=LEVEL, cuts=None):
    """Since when, and among whom, satisfaction is lower than before.

    Every wave from the second on is tried as the first one of a lower level, for all answers and,
    against all others, for each group of each cut. What stands out most is confirmed with the
    errors of both sides, set aside, and the search repeated without its answers.

    Parameters
    ----------
    answers : Answers
    measure : str
    level : float
        Chance of finding anything where nothing changed, over everything tried (Bonferroni).
    cuts : sequence of str, optional
        Columns of ``answers.frame``; those of `cut_columns` without mode: another way of asking
        is no other satisfaction.

    Returns
    -------
    pandas.DataFrame
        column ("" for all answers), group, wave, start, before, after, change, se, low_80,
        high_80, n, p (with what was tried counted in), tried; the clearest first. Empty when
        there is none.
    """
    columns = ["column", "group", "wave", "start", "before", "after", "change", "se", "low_80",
               "high_80", "n", "p", "tried"]  # fmt: skip
    values = outcome(answers, measure)
    if values is None:
        return pd.DataFrame(columns=columns)
    frame = answers.frame
    known = ~np.isnan(values) & (frame["weight"].to_numpy(float) > 0)
    order = frame["day"][known].groupby(frame["wave"][known], observed=True).min().sort_values()
    cuts = [c for c in cut_columns(answers) if c != "mode"] if cuts is None else list(cuts)
    cuts = [c for c in cuts if frame[c].nunique() <= _SMALL]
    codes = pd.Categorical(frame["wave"], categories=order.index).codes.astype(int)
    left, found, tried = known.copy(), [], None
    while len(found) < _MOST and len(order) > 1:
        table = _candidates(frame, values, codes, left, cuts, len(order))
        tried = tried or max(len(table), 1)
        if table.empty:
            break
        best = table.loc[table["z"].idxmin()]
        inside = np.ones(len(frame), bool)
        if best["column"]:
            inside = (frame[best["column"]].astype(object) == best["group"]).to_numpy()
        row = _confirmed(
            frame, values, codes, left, inside, int(best["split"]), bool(best["column"])
        )
        p = min(norm.cdf(row.pop("z")) * tried, 1.0)
        if not p < level:
            break
        start = order.iloc[int(best["split"])]
        found.append({"column": best["column"], "group": best["group"],
                      "wave": str(order.index[int(best["split"])]), "start": start.date(),
                      "p": p, "tried": tried} | row)  # fmt: skip
        left = left & ~inside
    return pd.DataFrame(found, columns=columns)


def _candidates(frame, values, codes, left, cuts, waves):
    """Each split of each group against the others: column, group, split, z (below 0: a fall)."""
    y = np.where(left, values, 0.0)
    kinds = [("", np.zeros(len(frame), int), [""])]
    for column in cuts:
        groups = frame[column].cat.categories
        kinds.append((column, frame[column].cat.codes.to_numpy().astype(int), list(groups)))
    whole = _sums(y, left, codes, np.zeros(len(frame), int), 1, waves)[:, 0]
    # answers of one customer go together: independent errors are widened by what that costs
    wider = _design_effect(values, frame, left)
    rows = []
    for column, group, names in kinds:
        sums = _sums(y, left & (group >= 0), codes, group, len(names), waves)
        for place, name in enumerate(names):
            own = sums[:, place]
            for split in range(1, waves):
                change, variance, least = _step(own, split)
                if least < FEWEST:
                    continue
                if column:
                    other, more, least_other = _step(whole - own, split)
                    if least_other < FEWEST:
                        continue
                    change, variance = change - other, variance + more
                if variance > 0:
                    rows.append((column, name, split, change / np.sqrt(variance * wider)))
    return pd.DataFrame(rows, columns=["column", "group", "split", "z"])


def _sums(y, keep, codes, group, groups, waves):
    """Counts, sums and sums of squares by (measure, group, wave)."""
    at = keep & (codes >= 0)
    key = group[at] * waves + codes[at]
    size = groups * waves
    parts = [np.bincount(key, weights=w, minlength=size) for w in (None, y[at], y[at] ** 2)]
    return np.array(parts, float).reshape(3, groups, waves)


def _step(sums, split):
    """Mean after less mean before a wave, its variance, and the smaller number of answers."""
    sides = [sums[:, :split].sum(axis=1), sums[:, split:].sum(axis=1)]
    n = np.array([side[0] for side in sides])
    if (n < 2).any():
        return np.nan, np.nan, 0
    mean = np.array([side[1] for side in sides]) / n
    spread = np.array([side[2] for side in sides]) / n - mean**2
    return mean[1] - mean[0], float((np.maximum(spread, 0) / (n - 1)).sum()), int(n.min())


def _design_effect(values, frame, left):
    found = clustered(np.where(left, values, np.nan), frame["customer"].to_numpy())
    return max(found["n"] / found["n_effective"], 1.0) if found["n"] > 1 else 1.0


def _confirmed(frame, values, codes, left, inside, split, against):
    """The change with clustered errors; z of the change, for a group of that against the others."""
    who = frame["customer"].to_numpy()
    later = np.where(codes >= 0, codes >= split, np.nan)
    told = difference(np.where(left & inside, values, np.nan), who, later)
    known = told["customers"] >= FEWEST and told["se"] > 1e-12
    z = told["change"] / told["se"] if known else np.nan
    if against and known:
        rest = difference(np.where(left & ~inside, values, np.nan), who, later)
        known = rest["customers"] >= FEWEST and rest["se"] > 1e-12
        gap = (told["change"] - rest["change"]) / np.hypot(told["se"], rest["se"])
        gap = gap if known else 0.0
        z = max(z, gap)  # fallen, and more than the others
    half = norm.ppf(0.9) * told["se"]
    return {"z": z if z == z else 0.0, "before": told["before"], "after": told["after"],
            "change": told["change"], "se": told["se"], "low_80": told["change"] - half,
            "high_80": told["change"] + half, "n": told["n_before"] + told["n_after"]}  # fmt: skip
