"""How likely a purchase is the joining, and what that hides of earlier purchases.

Whoever joins has made every earlier purchase without joining. If part of the customers would join
with the chance q at each purchase and the others never, the purchases of the former before joining
are but the share 1 - q of what they would be without that selection, so that they seem to buy more
as soon as they have joined. Others have lost less by it, or nothing.
"""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
from scipy.optimize import minimize

__all__ = ["JoiningOdds", "joining_odds", "with_selection"]

MOST = 0.8  # a higher chance would leave next to nothing to compare


@dataclass(frozen=True)
class JoiningOdds:
    """`willing`: share of customers who would join; `chance` of it at each of their purchases;
    `since`: first day on which anybody joined (None: nobody joined with a purchase)."""

    willing: float
    chance: float
    since: date | None


def _at_risk(days, joined, since):
    """Customers with their later purchases since `since` up to joining: n, and whether the last was
    the joining."""
    later = days.filter((days.place > 1) & (days.bought_on >= ibis.literal(since).cast("date")))
    rows = later.left_join(joined, "customer_id").drop("customer_id_right")
    rows = rows.filter(rows.joined_on.isnull() | (rows.bought_on <= rows.joined_on))
    return rows.group_by("customer_id").aggregate(
        n=rows.count(), joins=(rows.bought_on == rows.joined_on).fill_null(False).any()
    )


def joining_odds(days: ir.Table, joined: ir.Table) -> JoiningOdds:
    """Maximum likelihood of the share of willing customers and their chance per purchase.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them.
    joined : ibis.Table
        As `joining.joinings` gives them.

    Notes
    -----
    A customer who joined with the n-th purchase has the likelihood w q (1 - q)^(n-1), one who had n
    and did not 1 - w + w (1 - q)^n: a discrete mixture cure model (Farewell 1982).
    """
    since = joined.aggregate(since=joined.joined_on.min()).to_pandas()["since"].iloc[0]
    if since is None or since != since:
        return JoiningOdds(1.0, 0.0, None)
    people = _at_risk(days, joined, since)
    table = people.group_by("n", "joins").aggregate(k=people.count()).to_pandas()
    n, k = table["n"].to_numpy(float), table["k"].to_numpy(float)
    joins = table["joins"].to_numpy(bool)
    if not k[joins].sum():
        return JoiningOdds(1.0, 0.0, None)

    def loss(theta):
        w, q = 1 / (1 + np.exp(-np.clip(theta, -30, 30)))
        q = min(q, MOST)
        stays = 1 - w + w * np.exp(n * np.log1p(-q))
        join = np.log(w) + np.log(q) + (n - 1) * np.log1p(-q)
        return -(k * np.where(joins, join, np.log(np.maximum(stays, 1e-300)))).sum() / k.sum()

    starts = [(-1.0, -2.0), (3.0, -3.0), (0.0, 0.0)]
    best = min((minimize(loss, start, method="Nelder-Mead") for start in starts),
               key=lambda found: found.fun)  # fmt: skip
    willing, chance = 1 / (1 + np.exp(-np.clip(best.x, -30, 30)))
    return JoiningOdds(float(willing), float(min(chance, MOST)), since)


def with_selection(events: ir.Table, days: ir.Table, joined: ir.Table, odds: JoiningOdds):
    """Days with the column `hidden`: by what purchases before them count more, 1 and above.

    1 / (1 - q p), p being the chance that the customer is one of the willing, given whether and
    after how many purchases the customer joined by the end of the data; 1 for days other than of a
    purchase.
    """
    if odds.since is None:
        return events.mutate(hidden=ibis.literal(1.0))
    people = _at_risk(days, joined, odds.since)
    stays = odds.willing * ((1 - odds.chance) ** people.n.cast("float64"))
    people = people.select(
        "customer_id", p=ibis.ifelse(people.joins, 1.0, stays / (1 - odds.willing + stays))
    )
    found = events.left_join(people, "customer_id").drop("customer_id_right")
    p = ibis.ifelse(found.treated, 1.0, found.p.fill_null(odds.willing))
    hidden = 1 / (1 - odds.chance * p)
    on_purchase = found.band.startswith("purchase")
    return found.mutate(hidden=ibis.ifelse(on_purchase, hidden, 1.0)).drop("p")
