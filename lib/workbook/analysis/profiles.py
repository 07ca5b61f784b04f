"""Value by region, demography or habit, with small groups drawn towards the whole."""

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from workbook.analysis.intervals import wilson

__all__ = ["CUTS", "customer_cuts", "cut_tests", "group_value", "people_of"]

#: Columns of `customers` that customers are compared by, with the kind of cut each is.
CUTS = {
    "country": "place",
    "region": "place",
    "province": "place",
    "city": "place",
    "gender": "person",
    "age_band": "person",
    "income_band": "person",
    "education": "person",
    "type": "kind",
    "industry": "kind",
    "company_size": "kind",
    "interests": "person",
}

AGE_EDGES = (0, 25, 35, 45, 55, 65, 111)
AGE_BANDS = ("0-24", "25-34", "35-44", "45-54", "55-64", "65+")


def people_of(tables):
    """What the customers table tells of persons and firms: ids, cuts, year of birth, attitudes.

    Returns
    -------
    pandas.DataFrame or None
        The columns that are there; None without the table.
    """
    if "customers" not in tables:
        return None
    table = tables["customers"]
    wanted = {"customer_id", "birth_year", *CUTS}
    return table.select(
        [c for c in table.columns if c in wanted or c.startswith("attitude_")]
    ).to_pandas()


def customer_cuts(customers, *, as_of):
    """The cuts that the columns of the customers table carry.

    Parameters
    ----------
    customers : pandas.DataFrame, or None
        customer_id and any of the columns of `CUTS`; birth_year in place of age_band.
    as_of : datetime.date
        Ages are taken in this year.

    Returns
    -------
    pandas.DataFrame
        Index customer_id; one text column per cut that has at least two values, missing where
        not stated. Ages outside 0 to 110 count as not stated.
    """
    if customers is None:
        return pd.DataFrame(index=pd.Index([], name="customer_id"))
    table = customers.drop_duplicates("customer_id").set_index("customer_id")
    if "birth_year" in table:
        age = as_of.year - pd.to_numeric(table["birth_year"], errors="coerce")
        bands = pd.cut(age, list(AGE_EDGES), labels=list(AGE_BANDS), right=False)
        table = table.assign(age_band=bands.astype(object))
    cuts = pd.DataFrame({c: _stripped(table[c]) for c in CUTS if c in table}, index=table.index)
    return cuts[[c for c in cuts if cuts[c].nunique() > 1]]


def _stripped(column):
    """Texts without spaces around them, empty ones missing; each different value is looked at once."""
    codes, values = pd.factorize(column.astype(object))
    texts = np.array([*(str(value).strip() or np.nan for value in values), np.nan], dtype=object)
    return texts[codes]


def group_value(values, groups, *, repeat=None, least=30, confidence=0.95):
    """Mean value per customer in every group, shrunk towards the mean of all.

    Parameters
    ----------
    values : array_like
        Money per customer.
    groups : array_like
        Group of every customer; missing = not stated, left out.
    repeat : array_like of bool, optional
        Whether the customer came back, for the share that did.
    least : int
        Groups below this number of customers are named but not to be ranked.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        group, customers, total, mean (money per customer), shrunk with low, high, weight (of
        the group's own mean, 0 to 1), repeat_share with repeat_low, repeat_high (Wilson),
        enough; the largest shrunk value first, groups that are too small last.

    Notes
    -----
    Empirical Bayes for normal means: group means vary around a common mean with a variance
    found by the method of moments (DerSimonian, Laird 1986); the variance of single customers
    is pooled over groups, because that of a small group is a poor guess. With no more spread
    between groups than chance gives, all shrink to the common mean.
    """
    codes, names = pd.factorize(np.asarray(groups, object), sort=True)
    stated = codes >= 0
    codes, value = codes[stated], np.asarray(values, float)[stated]
    back = np.zeros(len(value)) if repeat is None else np.asarray(repeat, float)[stated]

    def summed(of):
        return np.bincount(codes, weights=of, minlength=len(names)).astype(float)

    n = summed(None)
    mean = summed(value) / n
    result = pd.DataFrame(
        {"customers": n.astype(int), "total": summed(value), "mean": mean},
        index=pd.Index(names, name="group"),
    )
    within = ((value - mean[codes]) ** 2).sum() / max(len(value) - len(result), 1)
    centre, between = _spread(mean, within / n) if within > 0 else (_all_mean(value), 0.0)
    weight = between / (between + within / n) if within > 0 else np.ones(len(result))
    result["shrunk"] = weight * mean + (1 - weight) * centre
    about_centre = 1 / (1 / (between + within / n)).sum() if within > 0 else 0.0
    error = np.sqrt(weight * within / n + (1 - weight) ** 2 * about_centre)
    z = norm.ppf(0.5 + confidence / 2)
    result["low"], result["high"] = result["shrunk"] - z * error, result["shrunk"] + z * error
    result["weight"] = weight
    result["repeat_share"] = summed(back) / n
    low, high = wilson(summed(back), n, confidence=confidence)
    result["repeat_low"], result["repeat_high"] = low, high
    result["enough"] = result["customers"] >= least
    return result.reset_index().sort_values(
        ["enough", "shrunk", "group"], ascending=[False, False, True], ignore_index=True
    )


def _all_mean(value):
    return float(value.mean()) if len(value) else np.nan


def _spread(mean, error2):
    """Common mean of groups and the variance between them, by the method of moments."""
    w = 1 / error2
    fixed = (w * mean).sum() / w.sum()
    q = (w * (mean - fixed) ** 2).sum()
    scale = w.sum() - (w**2).sum() / w.sum()
    between = max(0.0, (q - (len(mean) - 1)) / scale) if scale > 0 else 0.0
    w = 1 / (error2 + between)
    return (w * mean).sum() / w.sum(), between


def cut_tests(values, cuts, *, least=30, level=0.01):
    """Which cuts separate customers by value beyond chance.

    Parameters
    ----------
    values : pandas.Series
        Money per customer, index customer_id.
    cuts : pandas.DataFrame
        As `customer_cuts` or `habits.habits` gives it, index customer_id.
    least : int
        Groups below this number of customers are left out of the test.
    level : float
        Chance that any cut is called different when none is.

    Returns
    -------
    pandas.DataFrame
        cut, groups (of at least `least` customers), customers, stated_share (0 to 1), p and
        p_adjusted (missing with fewer than two such groups), differs.

    Notes
    -----
    Kruskal-Wallis on ranks, since spend is skewed; Holm (1979) over the cuts.
    """
    # sorted once: each cut then counts its ranks
    levels, place = np.unique(values.to_numpy(float), return_inverse=True)
    rows = []
    for name in cuts:
        groups, names = pd.factorize(cuts[name].reindex(values.index), sort=True)
        stated = groups >= 0
        large = np.bincount(groups[stated], minlength=len(names)) >= least
        kept = stated & np.append(large, False)[groups]
        p = _kruskal(place[kept], groups[kept], len(levels))
        rows.append((name, int(large.sum()), int(kept.sum()), float(stated.mean()), p))
    table = pd.DataFrame(rows, columns=["cut", "groups", "customers", "stated_share", "p"])
    ordered = table["p"].dropna().sort_values()
    steps = (ordered * np.arange(len(ordered), 0, -1)).cummax().clip(upper=1.0)
    table["p_adjusted"] = steps.reindex(table.index)
    return table.assign(differs=table["p_adjusted"] < level)


def _kruskal(place, groups, levels):
    """p of Kruskal-Wallis from the place of every value among the levels; NaN with nothing to test."""
    n, ties = len(place), np.bincount(place, minlength=levels).astype(float)
    sizes = np.bincount(groups).astype(float)
    found = sizes > 0
    if found.sum() < 2 or ties.max() == n:
        return np.nan
    rank = ties.cumsum() - (ties - 1) / 2
    sums = np.bincount(groups, weights=rank[place])[found]
    between = (sums**2 / sizes[found]).sum()
    h = 12 / (n * (n + 1)) * between - 3 * (n + 1)
    h /= 1 - (ties**3 - ties).sum() / (n**3 - n)
    return float(chi2.sf(h, found.sum() - 1))
