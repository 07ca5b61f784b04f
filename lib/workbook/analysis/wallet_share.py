"""Share of wallet: what customers spend here of what they spend on the category, by group."""

from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from workbook.analysis.blocks import block_of
from workbook.analysis.group_survival import holm
from workbook.analysis.profiles import customer_cuts

__all__ = ["FEWEST", "wallet_by_group", "wallet_rows", "wallet_total"]

FEWEST = 30
LEAST_FREE = 15  # customers of equal weight, less one, that a group needs to be judged
MOST = 50_000
CUTS = ("country", "region", "province", "city", "gender", "age_band", "income_band", "education",
        "type", "industry", "company_size")  # fmt: skip
_COLUMNS = ("birth_year", *[c for c in CUTS if c != "age_band"])


def wallet_rows(orders, customers, *, as_of: date, most=MOST):
    """Customers whose wallet is known, with what they spent here in the last 12 months.

    Parameters
    ----------
    orders : ibis.Table or None
    customers : ibis.Table
        With estimated_wallet (money a year).
    most : int
        Above so many customers a part is drawn by a hash of their number.

    Returns
    -------
    rows : pandas.DataFrame
        customer_id, wallet, spent (net money, not below 0), and the cuts of `profiles.customer_cuts`.
    part : float
        Share of the customers read.
    """
    people = customers.filter(customers.estimated_wallet > 0)
    n = int(people.count().execute() or 0)
    part = 1.0
    if n > most:
        part = most / n
        people = people.filter(block_of(people.customer_id.cast("string"), blocks=1_000_000) < int(part * 1_000_000))  # fmt: skip
    kept = [c for c in _COLUMNS if c in customers.columns]
    frame = people.select("customer_id", *kept, wallet=people.estimated_wallet.cast("float64"))
    if orders is not None:
        start = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
        day = orders.ordered_at.cast("date")
        year = orders.filter((day > start) & (day <= as_of))
        year = year.semi_join(people, "customer_id")
        spent = year.group_by("customer_id").aggregate(spent=year.amount.cast("float64").sum())
        frame = frame.left_join(spent, "customer_id").drop("customer_id_right")
    rows = frame.to_pandas().drop_duplicates("customer_id")
    if "spent" not in rows:
        rows["spent"] = 0.0
    rows["spent"] = rows["spent"].fillna(0.0).clip(lower=0.0).astype(float)
    cuts = customer_cuts(rows[["customer_id", *kept]], as_of=as_of).reset_index()
    return rows[["customer_id", "wallet", "spent"]].merge(cuts, on="customer_id"), part


def wallet_total(rows, *, confidence=0.95):
    """The share of wallet of all together.

    Returns
    -------
    dict
        n, wallet, spent (money a year), share with low and high (None without customers), above
        (customers who spend more here than their wallet is said to be).
    """
    n = len(rows)
    wallet, spent = (float(rows[c].sum()) for c in ("wallet", "spent"))
    share = spent / wallet if wallet > 0 else None
    low = high = None
    if share is not None and n > 1:
        error = _error(rows["spent"].to_numpy(), rows["wallet"].to_numpy(), share)
        half = norm.ppf(0.5 + confidence / 2) * error
        low, high = max(share - half, 0.0), share + half
    above = int((rows["spent"] > rows["wallet"]).sum())
    return {"n": n, "wallet": wallet, "spent": spent, "share": share, "low": low, "high": high, "above": above}  # fmt: skip


def _error(spent, wallet, share):
    """Standard error of a ratio of sums over customers, linearised."""
    n, total = len(spent), wallet.sum()
    if n < 2 or not total > 0:
        return np.nan
    rest = spent - share * wallet
    return float(np.sqrt(n / (n - 1) * (rest @ rest)) / total)


def wallet_by_group(rows, *, confidence=0.95):
    """Share of wallet by every cut, against the customers outside the group.

    Returns
    -------
    pandas.DataFrame
        cut, group, n, wallet, spent, share, low, high, others (share of the rest), gap (money a year
        if the group's share were that of the rest; 0 or more), gap_low80, gap_high80, p (Holm over
        all groups), enough (30 customers in it and outside), of these customers alone; lowest p first.
    """
    columns = ["cut", "group", "n", "wallet", "spent", "share", "low", "high", "others", "gap",
               "gap_low80", "gap_high80", "p", "enough"]  # fmt: skip
    found = []
    for cut in [c for c in CUTS if c in rows]:
        told = rows[rows[cut].notna()]
        for group, part in told.groupby(cut, sort=True):
            rest = told[told[cut] != group]
            wallet, other = float(part["wallet"].sum()), float(rest["wallet"].sum())
            if not wallet > 0 or not other > 0:
                continue
            share, others = part["spent"].sum() / wallet, rest["spent"].sum() / other
            error = _error(part["spent"].to_numpy(), part["wallet"].to_numpy(), share)
            both = np.hypot(
                error, _error(rest["spent"].to_numpy(), rest["wallet"].to_numpy(), others)
            )
            # a few large wallets among many small ones are no more than those few
            free = min(_effective(part["wallet"]), _effective(rest["wallet"])) - 1
            enough = min(len(part), len(rest)) >= FEWEST and free >= LEAST_FREE
            z, z80 = (student.ppf(0.5 + c / 2, max(free, 1)) for c in (confidence, 0.8))
            with np.errstate(all="ignore"):
                p = (
                    2 * student.sf(abs(share - others) / both, free)
                    if enough and both > 0
                    else np.nan
                )
            gap = (others - share) * wallet
            ends = (max(gap - z80 * both * wallet, 0.0), max(gap + z80 * both * wallet, 0.0))
            found.append((cut, group, len(part), wallet, part["spent"].sum(), share,
                          max(share - z * error, 0.0), share + z * error, others, max(gap, 0.0),
                          *ends, p, enough))  # fmt: skip
    table = pd.DataFrame(found, columns=columns)
    # a region of one province is one group, not two
    table = table.drop_duplicates(["n", "wallet", "spent"], ignore_index=True)
    table = table.sort_values(["p", "cut", "group"], na_position="last", kind="stable", ignore_index=True)  # fmt: skip
    return table.assign(p=holm(table["p"]))


def _effective(wallets):
    """How many customers with equal wallets would weigh as much (Kish 1965)."""
    wallets = wallets.to_numpy(float)
    return float(wallets.sum() ** 2 / (wallets**2).sum())
