"""What stops and who stopped: the second half of churn without a contract, step by step."""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import expected_loss, leaver_traits, still_customers
from workbook.analysis.cadence import silence_surprise
from workbook.analysis.forecast_check import past_forecasts
from workbook.analysis.profiles import customer_cuts
from workbook.analysis.purchase_state import spent_before
from workbook.analysis.rfm import rfm_scores
from workbook.analysis.silence_check import calibrated
from workbook.analysis.silence_study import LOST_BELOW

__all__ = ["Leavers", "Losses", "leavers", "losses"]


@dataclass(frozen=True)
class Losses:
    """`totals` by group (open: not lost; lost), `values` per customer not lost, `ranked`: the
    at-risk list, `order`: the column it is ranked by, `close`: `leaver_traits.closeness`, `past`:
    `forecast_check.past_forecasts` of spend, whose errors widen the intervals."""

    totals: pd.DataFrame
    values: pd.DataFrame
    ranked: pd.DataFrame
    order: str
    close: pd.DataFrame
    past: pd.DataFrame


@dataclass(frozen=True)
class Leavers:
    """`groups`: {cut: `leaver_traits.leaving_by_group`}; `unknown`: {cut: customers without it};
    `traits`: `trait_differences`; `orphans`: `unknown_bounds`; `won_back`: `won_back`."""

    customers: int
    leavers: int
    groups: dict
    unknown: dict
    traits: pd.DataFrame
    orphans: dict
    won_back: dict


def losses(base, found, *, silent_days, horizon_months, capacity, save_rate, contact_cost,
           confidence=0.95) -> Losses | None:  # fmt: skip
    """Expected loss today and the at-risk list; None without a model."""
    if base is None or base.fit is None:
        return None
    values = expected_loss.stay_values(base.fit, base.states, horizon_months=horizon_months)
    surprise = silence_surprise(base.cadence, base.states["frequency"], base.states["recency_days"],
                                base.states["silence_days"])  # fmt: skip
    lost = surprise < LOST_BELOW
    totals = expected_loss.loss_totals(
        base.fit, values, base.states, np.where(lost, "lost", "open"),
        horizon_months=horizon_months, confidence=confidence,
    )  # fmt: skip
    first_on = pd.Timestamp(base.states["first_on"].min()).date()
    past = past_forecasts(
        base.orders, first_on, base.as_of, model="modified BG/NBD",
        horizon_months=horizon_months,
    )  # fmt: skip
    totals = expected_loss.widened(totals, past["error"], confidence=confidence)
    check = found.check if found is not None else None
    raw = still_customers.silent_for(base.fit, base.states, silent_days)
    states = base.states
    values = values.assign(
        last_on=states["last_on"], purchase_days=states["purchase_days"], raw=raw,
        silent_chance=raw if check is None else calibrated(raw, check.correction_now),
        silence=states["silence_days"].astype(float),
        alive=still_customers.alive_now(base.fit, states),
        past_spend=spent_before(base.tables.orders, base.as_of, states),
    )[~lost].reset_index(drop=True)  # fmt: skip
    values["at_stake"] = values["silent_chance"] * values["stay"]
    order = "at_stake" if check is None or check.ranks_better else check.rival
    ranked = expected_loss.at_risk_list(
        values, capacity=capacity, save_rate=save_rate, contact_cost=contact_cost, order=order
    )
    close = leaver_traits.closeness(
        values["purchase_days"], values["silent_chance"], values["past_spend"], values["loss"]
    )
    return Losses(totals, values, ranked, order, close, past)


def leavers(base, found, *, confidence=0.95) -> Leavers | None:
    """Who bought nothing after the later cut, of the customers not lost on it."""
    if found is None or not (~found.later["lost"]).any():
        return None
    later = found.later
    rows = later[~later["lost"]].reset_index(drop=True)
    labels = {"stage": rows["stage"], "segment": _segments(later).reindex(rows["customer_id"])}
    cuts = _traits(base, rows["customer_id"])
    labels |= {name: cuts[name] for name in cuts}
    groups = {
        name: leaver_traits.leaving_by_group(rows["leaves"], column, confidence=confidence)
        for name, column in labels.items()
    }
    numbers = pd.DataFrame(
        {
            "purchase_days": rows["purchase_days"],
            "silence_days": rows["silence_days"],
            "T_days": rows["T_days"],
            "past_spend": rows["past_spend"],
            "amount_per_day": rows["gross_amount"] / rows["purchase_days"],
        }
    )
    traits = leaver_traits.trait_differences(rows["leaves"], numbers, cuts, confidence=confidence)
    spent = spent_before(base.orders, base.as_of, later, days=(base.as_of - found.cut).days)
    ledger = base.tables.ledger
    orphans = ledger.loc[(ledger["table"] == "orders") & (ledger["rule"] == "no_customer"), "rows"]
    return Leavers(
        len(rows), int(rows["leaves"].sum()), groups,
        {name: int(pd.isna(column).sum()) for name, column in labels.items()},
        traits,
        leaver_traits.unknown_bounds(int(rows["leaves"].sum()), len(rows), int(orphans.sum())),
        leaver_traits.won_back(later["lost"], ~later["leaves"], spent,
                               confidence=confidence),
    )  # fmt: skip


def _segments(states):
    scores = rfm_scores(states)
    return (
        scores.set_index("customer_id")["segment"] if "customer_id" in scores else scores["segment"]
    )


def _traits(base, customers):
    """Classes stated in the customers table, for these customers."""
    if "customers" not in base.tables:
        return pd.DataFrame(index=range(len(customers)))
    known = base.tables["customers"].semi_join(
        ibis.memtable(pd.DataFrame({"customer_id": customers})), "customer_id"
    )
    cuts = customer_cuts(known.to_pandas(), as_of=base.as_of)
    return cuts.reindex(customers).reset_index(drop=True)
