"""Natural groups of customers, or the answer that there are none."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from workbook.analysis.search import THREADS

__all__ = ["Grouping", "customer_features", "group_profile", "natural_groups"]

STABLE = 0.75
AGREEING = 0.8


@dataclass(frozen=True)
class Grouping:
    """What k-means found.

    Attributes
    ----------
    found : bool
        Whether the groups are natural: more than one by the gap statistic, and each stable.
    reason : str
        "found", "one_group" (the gap statistic prefers a single cloud), "unstable" (groups that
        dissolve when customers are drawn again), "undecided" (the number of groups depends on
        which half of the customers is looked at) or "too_few" (customers or features).
    k : int
        Groups the gap statistic asks for; 1 when it asks for none.
    gaps : pandas.DataFrame
        k, gap, se: the gap statistic and its standard error.
    halves : tuple of int
        The number of groups found in random halves (of the sample's size) of the customers.
    stability : pandas.DataFrame
        group, customers, jaccard (mean over the redraws, 0 to 1) of the best k > 1.
    labels : pandas.Series
        Group of every customer, 1 for the largest, on the index of the features.
    sampled : int
        Customers that the gap statistic and the stability were computed on.
    """

    found: bool
    reason: str
    k: int
    gaps: pd.DataFrame
    halves: tuple
    stability: pd.DataFrame
    labels: pd.Series
    sampled: int


def customer_features(scores, *, seed=0):
    """Logarithms of recency, frequency and money, scaled to mean 0 and standard deviation 1.

    Parameters
    ----------
    scores : pandas.DataFrame
        customer_id, days_since, purchase_days, amount, as `rfm.rfm_scores` gives it.
    seed : int

    Returns
    -------
    pandas.DataFrame
        Index customer_id; recency, frequency, money per purchase day. A feature in which all
        customers are equal is left out.

    Notes
    -----
    Days and purchase days are whole numbers, and half of the customers may share the lowest:
    each count is spread evenly within its own unit before the logarithm, otherwise the steps of
    counting would pass for groups.
    """
    rng = np.random.default_rng(seed)
    n = len(scores)
    per_day = (scores["amount"] / scores["purchase_days"]).clip(lower=0)
    raw = pd.DataFrame(
        {
            "recency": np.log(scores["days_since"] + rng.uniform(0.5, 1.5, n)),
            "frequency": np.log(scores["purchase_days"] - rng.uniform(0, 1, n) + 0.5),
            "money": np.log1p(per_day),
        }
    )
    counted = {"recency": "days_since", "frequency": "purchase_days"}
    varies = [c for c in raw if (scores[counted[c]] if c in counted else raw[c]).nunique() > 1]
    raw = raw[varies].set_index(scores["customer_id"].to_numpy())
    return (raw - raw.mean()) / raw.std(ddof=0)


def natural_groups(features, *, most=6, references=20, redraws=30, sample=3000, seed=0):
    """Look for groups by k-means, and say when the data hold none.

    Parameters
    ----------
    features : pandas.DataFrame
        One row per customer, scaled columns.
    most : int
        Largest number of groups tried.
    references, redraws : int
        Reference data sets of the gap statistic; bootstrap draws for the stability.
    sample : int
        Above this number of customers, gap and stability are computed on a random sample of
        this size; all customers are assigned to the groups.
    seed : int

    Returns
    -------
    Grouping

    Notes
    -----
    Gap statistic with references uniform over the box of the principal axes (Tibshirani,
    Walther, Hastie 2001). One group unless a later gap exceeds the first by more than its
    standard error (the next one alone would miss three groups in a row); then the smallest k
    with gap(k) >= gap(k+1) - se(k+1). Stability is the mean Jaccard similarity of a group with
    its nearest among bootstrapped clusterings (Hennig 2007); from 0.75 on a group counts as
    stable. Dense data without groups can still move the gap; the number counts only if at least
    four of five random halves find the same.
    """
    nothing = pd.DataFrame(columns=["k", "gap", "se"])
    alone = pd.Series(1, index=features.index, dtype=int)
    if len(features) < 50 or features.shape[1] < 2:
        empty = pd.DataFrame(columns=["group", "customers", "jaccard"])
        return Grouping(False, "too_few", 1, nothing, (), empty, alone, len(features))
    rng = np.random.default_rng(seed)
    data = features.to_numpy(float)
    part = data[rng.choice(len(data), min(len(data), sample), replace=False)]
    gaps = _gaps(part, most, references, rng)
    k = _smallest(gaps)
    # with one group by the gap, the best split is still shown with its (in)stability
    best = k if k > 1 else int(gaps["k"].iloc[1:].to_numpy()[gaps["gap"].iloc[1:].argmax()])
    model = _fit(part, best, rng)
    similar = _jaccard(part, model, redraws, rng)
    labels = model.predict(data)
    sizes = np.bincount(labels, minlength=best)
    order = np.argsort(-sizes, kind="stable")
    stability = pd.DataFrame(
        {"group": range(1, best + 1), "customers": sizes[order], "jaccard": similar[order]}
    )
    stable = bool((stability["jaccard"] >= STABLE).all())
    chosen = _in_halves(data, len(part) // 2, most, rng) if k > 1 else ()
    if k == 1:
        reason = "one_group"
    elif np.mean([c == k for c in chosen]) < AGREEING:
        reason = "undecided"
    else:
        reason = "found" if stable else "unstable"
    place = np.empty(best, int)
    place[order] = np.arange(1, best + 1)
    labels = pd.Series(place[labels], index=features.index)
    return Grouping(reason == "found", reason, k, gaps, chosen, stability, labels, len(part))


def _fit(data, k, rng, starts=4):
    # many small fits: handing each to several threads costs more than it gains, far more when
    # other themes run beside this one
    with THREADS.limit(limits=1):
        return KMeans(k, n_init=starts, random_state=int(rng.integers(2**31))).fit(data)


def _gaps(data, most, references, rng):
    """Gap statistic for 1 to `most` groups."""
    ks = range(1, min(most, len(data) - 1) + 1)
    centre = data.mean(axis=0)
    _, _, axes = np.linalg.svd(data - centre, full_matrices=False)
    turned = (data - centre) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    own = np.array([np.log(max(_fit(data, k, rng).inertia_, 1e-12)) for k in ks])
    drawn = np.empty((references, len(own)))
    for row in drawn:
        box = rng.uniform(low, high, size=data.shape)
        row[:] = [np.log(_fit(box, k, rng, starts=1).inertia_) for k in ks]
    se = drawn.std(axis=0) * np.sqrt(1 + 1 / references)
    return pd.DataFrame({"k": list(ks), "gap": drawn.mean(axis=0) - own, "se": se})


def _smallest(gaps):
    gap, se = gaps["gap"].to_numpy(), gaps["se"].to_numpy()
    if len(gap) < 2 or (gap[0] >= gap[1:] - se[1:]).all():
        return 1
    enough = [*(gap[1:-1] >= gap[2:] - se[2:]), True]
    return int(gaps["k"].iloc[1 + np.argmax(enough)])


def _in_halves(data, size, most, rng, halves=8, references=6):
    parts = (data[rng.choice(len(data), size, replace=False)] for _ in range(halves))
    return tuple(_smallest(_gaps(part, most, references, rng)) for part in parts)


def _jaccard(data, model, redraws, rng):
    """Mean similarity of every group with its best match when customers are drawn again."""
    k = model.n_clusters
    total = np.zeros(k)
    for _ in range(redraws):
        drawn = np.unique(rng.integers(len(data), size=len(data)))
        again = _fit(data[drawn], k, rng, starts=2).labels_
        own = model.labels_[drawn]
        both = np.zeros((k, k))
        np.add.at(both, (own, again), 1)
        union = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        total += (both / np.maximum(union, 1)).max(axis=1)
    return total / redraws


def group_profile(scores, labels):
    """Medians of every group, for a reader who wants to know who they are.

    Parameters
    ----------
    scores : pandas.DataFrame
        customer_id, days_since, purchase_days, amount.
    labels : pandas.Series
        Group by customer_id.

    Returns
    -------
    pandas.DataFrame
        group, customers, customer_share, amount_share (0 to 1), days_since, purchase_days,
        amount (medians).
    """
    grouped = scores.groupby(scores["customer_id"].map(labels).to_numpy())
    table = grouped[["days_since", "purchase_days", "amount"]].median()
    table.insert(0, "customers", grouped.size())
    table.insert(1, "customer_share", table["customers"] / max(len(scores), 1))
    total = scores["amount"].sum()
    table.insert(2, "amount_share", grouped["amount"].sum() / total if total else np.nan)
    return table.rename_axis("group").reset_index()
