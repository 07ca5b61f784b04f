"""Running contracts with the money a team could talk about, and the loss to be expected."""

import numpy as np
import pandas as pd

from workbook.analysis.contracts import contract_rows
from workbook.analysis.leaving_forecast import chances_of_leaving

__all__ = ["contract_list"]

# Normal quantile of an 80 % interval.
EIGHTY = 1.2816


def contract_list(
    study,
    judged,
    traits=None,
    *,
    capacity,
    horizon_months=12,
    term_months=12,
    save_rate=1.0,
    contact_cost=0.0,
):
    """Running contracts by the money that a conversation could be about, and the loss expected.

    Parameters
    ----------
    study : contract_study.Study
    judged : Judgement
    traits : leaving_traits.TraitStudy, optional
        Of the same study: its model is used in place of one fitted anew.
    capacity : int
        Contracts the team can take up.
    horizon_months : int
    term_months : float
        Months that one value pays for.
    save_rate : float
        Assumed share of leavers that a call would keep; an assumption, nothing measured.
    contact_cost : float
        Money per call.

    Returns
    -------
    table : pandas.DataFrame
        customer_id, running_months, chance, yearly_value (money), expected_loss (chance x yearly
        value), expected_saved (x save_rate - contact_cost), the largest first, at most
        ``capacity`` rows. No rows without dates, or when the ranking is not useful.
    loss : dict
        expected_loss, low, high (80 %: outcomes' own noise and the last forecast's error, the
        wider of both), yearly_value, n: over all running contracts; None without values.
    """
    columns = ["customer_id", "running_months", "chance", "yearly_value", "expected_loss"]
    columns += ["expected_saved"]
    nothing = pd.DataFrame(columns=columns)
    if judged.reason or not study.timed:
        return nothing, None
    model, chances = chances_of_leaving(
        study.rows, study.traits, (horizon_months,), model=traits and traits.model
    )
    table = study.rows.assign(
        chance=chances[model][horizon_months], running_months=study.rows["duration"]
    )
    table = table[~table["ended"].astype(bool)]
    value = _yearly_value(study, table, term_months)
    if value is None or not value.notna().any():
        return nothing, None
    table = table.assign(yearly_value=value).dropna(subset="yearly_value")
    table["expected_loss"] = table["chance"] * table["yearly_value"]
    table["expected_saved"] = table["expected_loss"] * save_rate - contact_cost
    chance, money = table["chance"], table["yearly_value"]
    total = float(table["expected_loss"].sum())
    noise = EIGHTY * np.sqrt(float((chance * (1 - chance) * money**2).sum()))
    low, high = judged.error
    loss = {
        "expected_loss": total,
        "low": max(min(total - noise, total * low), 0.0),
        "high": max(total + noise, total * high),
        "yearly_value": float(money.sum()),
        "n": len(table),
    }
    ranked = table[table["expected_saved"] > 0].sort_values(
        ["expected_saved", "customer_id"], ascending=[False, True]
    )
    return (ranked.head(capacity)[columns] if judged.useful else nothing), loss


def _yearly_value(study, rows, term_months):
    """Money per year of each row: of its contract, or of all running contracts of the customer."""
    if "value" not in study.contracts:
        return None
    value = pd.to_numeric(rows["value"], errors="coerce")
    if study.unit == "customer":
        every = contract_rows(study.contracts, as_of=study.as_of, by="contract").rows
        every = every[~every["ended"].astype(bool)]
        money = pd.to_numeric(every["value"], errors="coerce")
        value = rows["customer_id"].map(money.groupby(every["customer_id"]).sum(min_count=1))
    return value.where(np.isfinite(value) & (value > 0)) * 12 / term_months
