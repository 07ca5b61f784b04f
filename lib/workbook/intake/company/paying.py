"""Tables about paying: invoices, payments, credit limits and statements of firms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.draws import chosen, gamma, lognormal
from workbook.intake.company.ids import customer_ids, days, numbered
from workbook.intake.company.parameters import AS_OF, DAYS, FIRST, PARAMETERS
from workbook.intake.company.seasons import day_of
from workbook.intake.company.world import World

__all__ = ["credit_table", "financials_table", "payment_tables"]


def payment_tables(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `invoices` and `payments`: one invoice per order of a firm, paid in one or two parts."""
    given = PARAMETERS["payment"]
    orders = world.orders
    kind = world.of("type", orders["customer"])
    total = world.lines.groupby("order")["amount"].sum().reindex(orders.index).to_numpy()
    at = np.flatnonzero(kind != "consumer")
    who, nth, day = (orders[c].to_numpy()[at] for c in ("customer", "nth", "day"))
    issued = np.floor(day + 1 + 2 * world.u("invoiced", who, nth))
    due = issued + pd.Series(kind[at]).map(given["terms"]).to_numpy(dtype=float)
    slower = world.problems.factor("late_payment", world.columns(who), due)
    late = given["delay_scale"] * slower * gamma(given["delay_shape"], world.seed, "paid", who, nth)
    paid = np.floor(due - 5 + late)
    paid = np.where(
        world.u("never paid", who, nth) < given["never"], np.inf, np.maximum(paid, issued)
    )
    known, there = paid < DAYS, issued < DAYS
    ids = numbered("INV", np.arange(len(at)) + 1)
    invoices = pd.DataFrame(
        {
            "invoice_id": ids,
            "customer_id": customer_ids(who),
            "issued_on": days(issued),
            "amount": total[at],
            "due_on": days(due),
            "paid_on": days(np.where(known, paid, np.nan)),
        }
    )[there].reset_index(drop=True)
    parts = known & there & (world.u("two parts", who, nth) < 0.15)
    first = np.where(parts, np.round(total[at] * 0.3, 2), total[at])
    early = np.maximum(issued, np.where(parts, due - 20, paid))
    whole, rest = known & there, parts
    payments = pd.concat(
        [
            pd.DataFrame({"customer_id": customer_ids(who[mask]), "paid_on": days(when[mask]),
                          "amount": np.round(money[mask], 2), "invoice_id": ids[mask]})
            for mask, when, money in (
                (whole, np.minimum(early, paid), first), (rest, paid, total[at] - first))
        ],
        ignore_index=True,
    )  # fmt: skip
    payments = payments.sort_values("paid_on", kind="stable", ignore_index=True)
    payments.insert(0, "payment_id", numbered("PAY", np.arange(len(payments)) + 1))
    return invoices, payments


def credit_table(world: World) -> pd.DataFrame:
    """The table `credit`: a limit and a rating of every firm at the beginning of each year."""
    firms = np.flatnonzero((world.people["type"] != "consumer") & world.people["start"].notna())
    spent = world.lines.groupby("customer")["amount"].sum().reindex(firms).fillna(0.0).to_numpy()
    parts = []
    for year in range(AS_OF.year - 2, AS_OF.year + 1):
        room = np.maximum(
            np.round(spent / 12 * lognormal(1.5, 0.3, world.seed, "limit", firms), -3), 5000
        )
        rating = chosen(world.u("rating", firms, year), {"a": 0.5, "b": 0.35, "c": 0.15})
        first = np.maximum(day_of(f"{year}-01-01"), world.people["start"].to_numpy()[firms])
        kept = first < day_of(f"{year}-12-31")
        parts.append(pd.DataFrame({"customer_id": customer_ids(firms), "as_of": days(first),
                                   "limit": room, "rating": rating})[kept])  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def financials_table(world: World) -> pd.DataFrame:
    """The table `financials`: statements of larger firms and dealers, by year."""
    firms = np.flatnonzero((world.people["type"] != "consumer") & world.people["start"].notna())
    firms = firms[world.u("statements", firms) < 0.5]
    spent = world.lines.groupby("customer")["amount"].sum().reindex(firms).fillna(0.0).to_numpy()
    revenue = np.maximum(spent, 50000) * lognormal(12.0, 0.6, world.seed, "turnover", firms)
    shares = {"revenue": 1.0, "ebit": 0.07, "equity": 0.3, "total_assets": 0.8,
              "current_assets": 0.45, "current_liabilities": 0.35}  # fmt: skip
    parts = []
    for year in range(AS_OF.year - 2, AS_OF.year):
        growth = 1.05 ** (year - FIRST.year)
        for item, share in shares.items():
            value = revenue * growth * share * lognormal(1.0, 0.25, world.seed, item, firms, year)
            parts.append(pd.DataFrame({"customer_id": customer_ids(firms), "item": item,
                                       "period": pd.Timestamp(year, 12, 31),
                                       "value": np.round(value, -2)}))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)[["customer_id", "period", "item", "value"]]
    return table.sort_values(["period", "customer_id"], kind="stable", ignore_index=True)
