"""What each tier gets and brings: visits, cases, discounts and cost to serve against contribution."""

import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval

__all__ = ["RESOURCES", "tier_resources"]

#: What a tier gets, as columns of the facts.
RESOURCES = ("visits", "contacts", "tickets", "discount")
FEWEST = 10  # customers of a tier whose shares are compared


def tier_resources(
    table: pd.DataFrame, tiers, *, cost_per_visit=0.0, cost_per_ticket=0.0, confidence=0.95
) -> pd.DataFrame:
    """Each tier's share of contribution beside its shares of what is spent on customers.

    Parameters
    ----------
    table : DataFrame
        tier, revenue, contribution (money of a year), and any of visits, contacts, tickets (counts
        of the year) and discount (money).
    tiers : sequence of str
        In their order.
    cost_per_visit, cost_per_ticket : float
        Money; 0: not known.

    Returns
    -------
    DataFrame
        tier, customers, revenue, contribution (money), contribution_share; for each resource that is
        there: its total, <name>_share, <name>_index (share of the resource over the share of
        contribution: 1 as much as it brings) with _low and _high (customers drawn again; NaN below
        10 customers); served (cost to serve: visits, tickets and discounts in money; NaN without a
        cost), left (contribution less visits and tickets; discounts are off the revenue already).
    """
    kept = [c for c in RESOURCES if c in table and table[c].notna().any()]
    sums = table[["revenue", "contribution", *kept]].fillna(0.0).astype(float)
    totals = sums.groupby(table["tier"].to_numpy()).sum().reindex(tiers).fillna(0.0)
    counts = pd.Series(table["tier"]).value_counts().reindex(tiers).fillna(0).astype(int)
    drawn = customer_draws(sums, table["tier"].to_numpy(), draws=500) if len(table) > 1 else None
    found = pd.DataFrame({"tier": list(tiers), "customers": counts.to_numpy(),
                          "revenue": totals["revenue"].to_numpy(),
                          "contribution": totals["contribution"].to_numpy()})  # fmt: skip
    whole = sums.sum()
    base = _share(totals["contribution"], whole["contribution"])
    found["contribution_share"] = base
    for name in kept:
        share = _share(totals[name], whole[name])
        found[name] = totals[name].to_numpy()
        found[f"{name}_share"] = share
        with np.errstate(all="ignore"):
            found[f"{name}_index"] = np.where(base > 0, share / base, np.nan)
        ends = [_ends(drawn, name, tier, n, confidence) for tier, n in counts.items()]
        found[f"{name}_low"] = np.fmin([e[0] for e in ends], found[f"{name}_index"])
        found[f"{name}_high"] = np.fmax([e[1] for e in ends], found[f"{name}_index"])
        few = found["customers"] < FEWEST
        found.loc[few, [f"{name}_low", f"{name}_high"]] = np.nan
    spent = np.zeros(len(found))
    spent += cost_per_visit * found["visits"] if "visits" in found else 0.0
    spent += cost_per_ticket * found["tickets"] if "tickets" in found else 0.0
    known = (cost_per_visit > 0 and "visits" in found) or (
        cost_per_ticket > 0 and "tickets" in found
    )
    given = found.get("discount", 0.0)
    return found.assign(
        served=spent + given if known or "discount" in found else np.nan,
        left=found["contribution"] - spent if known else np.nan,
    )


def _share(part, whole):
    return (part / whole).to_numpy() if whole > 0 else np.full(len(part), np.nan)


def _ends(drawn, name, tier, n, confidence):
    if drawn is None or n < FEWEST or (name, tier) not in drawn:
        return np.nan, np.nan
    with np.errstate(all="ignore"):
        share = drawn[(name, tier)] / drawn[name].sum(axis=1)
        base = drawn[("contribution", tier)] / drawn["contribution"].sum(axis=1)
        ratio = (share / base).replace([np.inf, -np.inf], np.nan)
    return interval(ratio, confidence=confidence)
