"""Long-term value of customers by kind: each kind has its own pace of buying and leaving."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis import mbgnbd
from workbook.analysis.customer_value import customer_values, spend_fit, spend_history
from workbook.analysis.customers import purchase_counts
from workbook.analysis.value_interval import future_amounts

__all__ = ["SAMPLE", "KindModel", "expected_values", "kind_models", "top_losses"]

FEWEST = 60  # customers of a kind, and
FEWEST_REPEATERS = 30  # of them with a second purchase, for a model of its own
SAMPLE = 50_000  # customers a model is fitted to


@dataclass(frozen=True)
class KindModel:
    """Models of one kind of customers: modified BG/NBD and Gamma-Gamma (None: no usable one)."""

    kind: str
    customers: int
    bought: object
    spent: object


def kind_models(summary: pd.DataFrame, kinds, *, seed=0) -> dict:
    """A model for every kind large enough, and one ("") for all the others together.

    Parameters
    ----------
    summary : DataFrame
        Of `customers.customer_summary`, sorted by customer_id.
    kinds : array_like of str
        Kind of each customer; missing counts as "".
    seed : int
        Of the sample of 50,000 customers beyond which no more are read.

    Returns
    -------
    dict of str to KindModel
        Empty when no model may be used.
    """
    kinds = pd.Series(kinds, dtype=object).fillna("").to_numpy()
    repeats = (summary["frequency"] > 0).to_numpy()
    names = [
        k for k in sorted(set(kinds))
        if k and (kinds == k).sum() >= FEWEST and (repeats & (kinds == k)).sum() >= FEWEST_REPEATERS
    ]  # fmt: skip
    found = {}
    for name in names:
        found |= _model(name, summary[kinds == name], seed)
    rest = ~np.isin(kinds, list(found))
    if rest.any():
        # too few of their own kind: they are read as everybody is
        whole = _model(
            "", summary[rest] if (repeats & rest).sum() >= FEWEST_REPEATERS else summary, seed
        )
        found |= whole
    return found


def _model(name, part, seed):
    if len(part) > SAMPLE:
        part = part.sample(SAMPLE, random_state=seed)
    if (part["frequency"] > 0).sum() < FEWEST_REPEATERS:
        return {}
    bought = mbgnbd.fit(purchase_counts(part))
    if not bought.converged:
        return {}
    return {name: KindModel(name, len(part), bought, spend_fit(spend_history(part)))}


def expected_values(
    summary: pd.DataFrame, kinds, models: dict, *, horizon_months=36, discount_rate_annual=0.10
) -> pd.DataFrame:
    """Expected revenue of each customer over the horizon, by the model of its kind.

    Returns
    -------
    DataFrame
        As `customer_value.customer_values` (clv = expected revenue, discounted) with model (kind of
        the model used; missing where none may be used, and clv with it), in the order of `summary`.
    """
    kinds = pd.Series(kinds, dtype=object).fillna("").to_numpy()
    used = np.where(np.isin(kinds, list(models)), kinds, "")
    parts = []
    terms = {"horizon_months": horizon_months, "discount_rate_annual": discount_rate_annual}
    for name in sorted(set(used)):
        rows = summary[used == name]
        model = models.get(name)
        table = customer_values(
            rows.reset_index(drop=True),
            model and model.bought,
            model and model.spent,
            **terms,
        )
        table.index = np.flatnonzero(used == name)
        parts.append(table.assign(model=name if model else None))
    if not parts:
        return customer_values(summary, None).assign(model=None)
    return pd.concat(parts).sort_index().reset_index(drop=True)


def top_losses(values: pd.DataFrame, models: dict, last_year, *, counts=(1, 3, 5, 10, 20), draws=1000,
               seed=0) -> pd.DataFrame:  # fmt: skip
    """What stands on the largest customers, and what the models let expect of them for a year.

    Parameters
    ----------
    values : DataFrame
        From `expected_values`.
    models : dict
        From `kind_models`.
    last_year : array_like
        Money of each customer in the last 12 months; those with the most are the largest.
    counts : sequence of int
        How many of the largest; those above a tenth of the customers are left out, but for 1.

    Returns
    -------
    DataFrame
        customers, money (last year), share (of all), expected (money of the year ahead), low (what
        it falls short of in 1 of 20 outcomes), stop_one (probability that at least one of them buys
        nothing in the year), stop_share (expected share of them). NaN without models.
    """
    money = np.clip(np.nan_to_num(np.asarray(last_year, float)), 0, None)
    order = np.argsort(-money, kind="stable")
    most = max(1, int((money > 0).sum() // 10))
    counts = [k for k in counts if k <= most] or [1]
    if not money.sum() > 0:
        return pd.DataFrame(columns=["customers", "money", "share", "expected", "low", "stop_one", "stop_share"])  # fmt: skip
    top = order[: max(counts)]
    amounts = np.full((len(top), draws), np.nan)
    bought = np.full((len(top), draws), np.nan)
    used = values["model"].to_numpy()[top]
    for number, name in enumerate(sorted({m for m in used if m is not None})):
        rows = np.flatnonzero(used == name)
        bought[rows], amounts[rows] = future_amounts(
            values.iloc[top[rows]], models[name].bought, models[name].spent, horizon_months=12,
            draws=draws, seed=seed + number,
        )  # fmt: skip
    table = []
    for k in counts:
        ahead, none = amounts[:k].sum(axis=0), bought[:k] == 0
        known = not np.isnan(ahead).any()
        table.append((
            k, money[top[:k]].sum(), money[top[:k]].sum() / money.sum(),
            *((ahead.mean(), np.quantile(ahead, 0.05), none.any(axis=0).mean(), none.mean()) if known
              else (np.nan,) * 4),
        ))  # fmt: skip
    columns = ["customers", "money", "share", "expected", "low", "stop_one", "stop_share"]
    return pd.DataFrame(table, columns=columns)
