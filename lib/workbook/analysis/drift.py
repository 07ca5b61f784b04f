"""Drift: are customers of this year spread over groups as those of the year before?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.analysis.group_survival import holm

__all__ = ["drift_table", "pair_counts", "psi", "psi_test"]

DRAWS = 4999
FEWEST = 50  # customers in either year
LEVEL = 0.01  # over all traits looked at


def psi(before, now) -> float:
    """Population stability index of two rows of counts.

    Sum of (q - p) ln(q / p) over groups, half a customer added to each so that an empty group
    counts.

    Examples
    --------
    >>> round(psi([50, 50], [80, 20]), 2)
    0.41
    """
    p, q = (np.asarray(counts, float) + 0.5 for counts in (before, now))
    p, q = p / p.sum(axis=-1, keepdims=True), q / q.sum(axis=-1, keepdims=True)
    return ((q - p) * np.log(q / p)).sum(axis=-1)[()]


def pair_counts(before, now, groups: int) -> np.ndarray:
    """Customers by their group in either year.

    Parameters
    ----------
    before, now : array_like
        Group of each customer, 0 to groups - 1; -1 where the customer isn't there that year.

    Returns
    -------
    numpy.ndarray (groups + 1, groups + 1)
        Row: group before, column: group now, the last of each: not there.
    """
    one, two = (np.where(np.asarray(x) < 0, groups, np.asarray(x)) for x in (before, now))
    flat = np.bincount(one * (groups + 1) + two, minlength=(groups + 1) ** 2)
    return flat.reshape(groups + 1, groups + 1)


def psi_test(pairs: np.ndarray, *, draws: int = DRAWS, seed: int = 0) -> dict:
    """The index, and what it would be by chance.

    Parameters
    ----------
    pairs : numpy.ndarray
        From `pair_counts`.

    Returns
    -------
    dict
        psi, median and high (by chance: half, and 95 in 100 of all draws, lie below), p (at least
        1 / (draws + 1)), before, now (customers).

    Notes
    -----
    Without drift it makes no difference which year is called this one: both years of each customer
    change places with probability 1/2 (a permutation test that keeps customers whole). Limits of
    0.1 and 0.25 say nothing of chance, which moves with the number of customers (Yurdakul 2018).
    """
    groups = pairs.shape[0] - 1
    before, now = pairs.sum(axis=1)[:groups], pairs.sum(axis=0)[:groups]
    found = float(psi(before, now))
    rng = np.random.default_rng(seed)
    one, two = np.nonzero(pairs)
    differ = one != two
    one, two = one[differ], two[differ]
    moved = rng.binomial(pairs[one, two], 0.5, size=(draws, len(one)))
    shift = np.zeros((draws, groups + 1))
    for at, (i, j) in enumerate(zip(one, two, strict=True)):
        shift[:, i] += moved[:, at]
        shift[:, j] -= moved[:, at]
    shift = shift[:, :groups]
    chance = psi(before - shift, now + shift)
    return {
        "psi": found,
        "median": float(np.median(chance)),
        "high": float(np.quantile(chance, 0.95)),
        "p": float((1 + (chance >= found - 1e-12).sum()) / (draws + 1)),
        "before": int(before.sum()),
        "now": int(now.sum()),
    }


def drift_table(traits: dict, *, draws: int = DRAWS, seed: int = 0) -> tuple:
    """Drift of several traits, judged together.

    Parameters
    ----------
    traits : dict
        {name: DataFrame with before and now (the group's name of each customer; None where not
        there)}.

    Returns
    -------
    table : pandas.DataFrame
        trait, before, now (customers), groups, psi, median, high, p, p_holm, drifted (p_holm below
        0.01), group (the one that moved most), was, is (its share, 0-1); strongest first. Traits with
        fewer than 50 customers in either year, or with one group, are left out.
    shares : pandas.DataFrame
        trait, group, before, now (shares 0-1), in the groups' own order.
    """
    rows, parts = [], []
    for name, frame in traits.items():
        both = pd.concat([frame["before"], frame["now"]]).dropna()
        names = sorted(both.unique(), key=str)
        codes = [pd.Categorical(frame[c], categories=names).codes for c in ("before", "now")]
        if min((code >= 0).sum() for code in codes) < FEWEST or len(names) < 2:
            continue
        pairs = pair_counts(*codes, len(names))
        test = psi_test(pairs, draws=draws, seed=seed)
        was = pairs.sum(axis=1)[:-1] / max(test["before"], 1)
        now = pairs.sum(axis=0)[:-1] / max(test["now"], 1)
        most = int(np.abs(now - was).argmax())
        rows.append({"trait": name, "groups": len(names), **test, "group": names[most],
                     "was": was[most], "is": now[most]})  # fmt: skip
        parts.append(pd.DataFrame({"trait": name, "group": names, "before": was, "now": now}))
    columns = ["trait", "before", "now", "groups", "psi", "median", "high", "p", "p_holm", "drifted",
               "group", "was", "is"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table["p_holm"] = holm(table["p"].to_numpy(float))
    table["drifted"] = table["p_holm"] < LEVEL
    table = table.sort_values(["p_holm", "psi", "trait"], ascending=[True, False, True])
    empty = pd.DataFrame(columns=["trait", "group", "before", "now"])
    return table.reset_index(drop=True), pd.concat(parts, ignore_index=True) if parts else empty
