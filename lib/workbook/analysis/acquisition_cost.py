"""What a new customer costs: spend set against the customers it brought, months apart included."""

from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import chi2

from workbook.analysis.new_customers import channel_key

__all__ = ["cac_interval", "cac_table", "dispersion", "matched_months", "monthly_cost"]

RIPE = 0.5  # share of a month's customers that must have come before it counts
FEWEST = 30  # customers whose wait tells how long it takes


def monthly_cost(spend: ir.Table) -> pd.DataFrame:
    """Spend by channel and month.

    Parameters
    ----------
    spend : ibis.Table
        month, channel, amount; kind (media, sales, people), clicks, leads, new_customers where known.

    Returns
    -------
    pandas.DataFrame
        channel (key), month (first day), amount, media (money; media is all of the amount where
        kind is not known), clicks, leads, claimed (new customers as the platforms count them; NaN
        where not said).
    """
    has = spend.columns
    paid = (spend.kind == "media") | spend.kind.isnull() if "kind" in has else True
    rows = spend.filter(spend.month.notnull() & spend.amount.notnull())
    sums = {
        "amount": rows.amount.sum(),
        "media": rows.amount.sum(where=paid) if "kind" in has else rows.amount.sum(),
    }
    for name, column in (("clicks", "clicks"), ("leads", "leads"), ("claimed", "new_customers")):
        if column in has:
            sums[name] = rows[column].cast("float64").sum()
    grouped = rows.group_by(
        channel=channel_key(rows.channel), month=rows.month.cast("date").truncate("M")
    )
    table = grouped.aggregate(**sums).order_by("channel", "month").to_pandas()
    table = table[table["channel"].notna()].reset_index(drop=True)
    for name in ("clicks", "leads", "claimed"):
        table[name] = table[name].astype(float) if name in table else np.nan
    money = ["amount", "media"]
    table[money] = table[money].astype(float).fillna(0.0)
    return table.assign(month=pd.to_datetime(table["month"]))


def matched_months(
    cost: pd.DataFrame,
    customers: pd.DataFrame,
    waits: pd.DataFrame | None,
    *,
    as_of: date,
    lag_months: int = 0,
) -> pd.DataFrame:
    """Each channel's months with the spend and the customers that belong to it.

    Parameters
    ----------
    cost : pandas.DataFrame
        From `monthly_cost`.
    customers : pandas.DataFrame
        From `new_customers.monthly_customers`: by month of the lead when `waits` are given, else by
        the month of becoming a customer.
    waits : pandas.DataFrame or None
        From `new_customers.lead_waits`.
    lag_months : int
        Without `waits`: months from spend to customer.

    Returns
    -------
    pandas.DataFrame
        channel (key; None: customers without one), month, amount, media, clicks, leads, claimed,
        customers, seen (share of the month's customers that have come by as_of). Complete months of
        the spend only, and those of which at least half has come; a channel's missing months within
        the spend cost nothing.

    Notes
    -----
    A month's customers are those whose lead fell into it. The late ones of recent months are still
    missing: `seen` is the mean over the month's days of the share of mature leads' customers who
    came within the days left (as reporting delays are allowed for; Lawless 1994).
    """
    columns = [
        "channel",
        "month",
        "amount",
        "media",
        "clicks",
        "leads",
        "claimed",
        "customers",
        "seen",
    ]
    if cost.empty:
        return pd.DataFrame(columns=columns)
    last = pd.Timestamp(as_of)
    months = pd.date_range(cost["month"].min(), min(cost["month"].max(), last), freq="MS")
    months = months[months + pd.offsets.MonthEnd(0) <= last]
    came = customers.copy()
    if waits is None and len(came):
        came["month"] = came["month"] - pd.DateOffset(months=lag_months)
    keys = [*sorted(set(cost["channel"]) | set(came["channel"].dropna())), None]
    grid = pd.MultiIndex.from_product([range(len(keys)), months], names=["code", "month"])
    table = pd.DataFrame(index=grid)
    code = {key: place for place, key in enumerate(keys)}
    for frame, names in ((cost, columns[2:7]), (came, ["customers"])):
        part = frame.assign(code=frame["channel"].map(lambda k: code[k if isinstance(k, str) else None]))  # fmt: skip
        sums = part.groupby(["code", "month"])[names].sum(min_count=1)
        table = table.join(sums)
    table = table.reset_index()
    table["channel"] = [keys[place] for place in table["code"]]
    money = ["amount", "media", "customers"]
    table[money] = table[money].astype(float).fillna(0.0)
    table["seen"] = 1.0
    if waits is not None:
        for key in keys:
            here = table["code"] == code[key]
            curve = _wait_curve(waits, key)
            table.loc[here, "seen"] = [_seen(curve, month, last) for month in table.loc[here, "month"]]  # fmt: skip
    elif lag_months:
        table = table[table["month"] + pd.DateOffset(months=lag_months + 1) <= last + pd.Timedelta(days=1)]  # fmt: skip
    kept = table.groupby("month")["seen"].transform("min") >= RIPE
    return table[kept][columns].reset_index(drop=True)


def _wait_curve(waits, key):
    """Share of customers who have come after 0, 1, 2 ... days; of all channels where few are known."""
    own = waits[waits["channel"].isna() if key is None else waits["channel"] == key]
    used = own if own["customers"].sum() >= FEWEST else waits
    if not used["customers"].sum() > 0:
        return np.ones(1)
    counts = np.bincount(used["days"].astype(int), used["customers"].astype(float))
    return counts.cumsum() / counts.sum()


def _seen(curve, month, last):
    left = (last - pd.date_range(month, month + pd.offsets.MonthEnd(0))).days.to_numpy()
    return float(curve[np.clip(left, 0, len(curve) - 1)].mean())


def dispersion(panel: pd.DataFrame) -> float:
    """How much more customers per money vary from month to month than chance alone, at least 1.

    Mean Pearson statistic of neighbouring months over the channels of `matched_months`.
    """
    found = []
    for _, part in panel[panel["amount"] > 0].groupby("channel", sort=True):
        n, money = part["customers"].to_numpy(), (part["amount"] * part["seen"]).to_numpy()
        keep = len(n) // 2 * 2
        n, money = n[len(n) - keep :].reshape(-1, 2), money[len(money) - keep :].reshape(-1, 2)
        rate = n.sum(axis=1) / money.sum(axis=1)
        good = rate > 0
        gap = n[good, 1] / money[good, 1] - n[good, 0] / money[good, 0]
        found.append(gap**2 / (rate[good] * (1 / money[good]).sum(axis=1)))
    found = np.concatenate(found) if found else np.zeros(0)
    return max(float(found.mean()), 1.0) if len(found) >= 6 else 1.0


def cac_interval(money, customers, *, spread=1.0, confidence=0.95):
    """Interval of money per customer: the money is known, how many it brings is chance.

    Parameters
    ----------
    money, customers : array_like
    spread : float
        From `dispersion`.

    Returns
    -------
    low, high : numpy.ndarray
        Infinite above without a customer.

    Notes
    -----
    Exact Poisson limits (Garwood 1936) of the count over its dispersion.
    """
    money, n = np.asarray(money, float), np.asarray(customers, float) / spread
    edge = (1 - confidence) / 2
    most = chi2.ppf(1 - edge, 2 * n + 2) / 2 * spread
    least = np.where(n > 0, chi2.ppf(edge, 2 * np.maximum(n, 1e-9)) / 2, 0.0) * spread
    with np.errstate(divide="ignore", invalid="ignore"):
        return money / most, np.where(least > 0, money / least, np.inf)


def cac_table(panel: pd.DataFrame, *, months: int = 12, confidence: float = 0.95) -> pd.DataFrame:
    """Cost per new customer by channel over the last months, and over all of them.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `matched_months`.

    Returns
    -------
    pandas.DataFrame
        row ("blended": all spend over all customers; "paid": media spend over the customers of
        channels with media spend; "channel"), channel (key or None), amount, media (money),
        customers, cac, low, high (money per customer; NaN without customers or without spend),
        media_cac, before (cac of the months before; NaN without), amount_share, customer_share,
        clicks, leads, claimed. Largest spend first. Empty without any month.

    Notes
    -----
    Customers still to come are allowed for: cac = sum of spend x seen / customers.
    """
    columns = ["row", "channel", "amount", "media", "customers", "cac", "low", "high", "media_cac",
               "before", "amount_share", "customer_share", "clicks", "leads", "claimed"]  # fmt: skip
    if panel.empty or not panel["amount"].sum() > 0:
        return pd.DataFrame(columns=columns)
    spread = dispersion(panel)
    ends = np.sort(panel["month"].unique())
    now = panel[panel["month"].isin(ends[-months:])]
    early = panel[panel["month"].isin(ends[-2 * months : -months])]
    has_media = set(now.loc[now["media"] > 0, "channel"])
    parts = [("blended", None, now, early)]
    parts.append(("paid", None, *(f[f["channel"].isin(has_media)] for f in (now, early))))
    keys = now.groupby("channel")[["amount", "customers"]].sum()
    keys = keys[(keys > 0).any(axis=1)].sort_values(["amount", "customers"], ascending=False)
    parts += [("channel", key, *(f[f["channel"] == key] for f in (now, early))) for key in keys.index]  # fmt: skip
    unnamed = now[now["channel"].isna()]
    if unnamed["customers"].sum() > 0:
        parts.append(("channel", None, unnamed, early[early["channel"].isna()]))
    rows = []
    for row, key, part, before in parts:
        money = "media" if row == "paid" else "amount"
        n, cost = part["customers"].sum(), part[money].sum()
        value = _ratio(part, money)
        low, high = cac_interval((part[money] * part["seen"]).sum(), n, spread=spread, confidence=confidence)  # fmt: skip
        free = not cost > 0
        rows.append((
            row, key, part["amount"].sum(), part["media"].sum(), n,
            *((np.nan,) * 3 if free else (value, float(low) if n else np.nan, float(high) if n else np.nan)),
            np.nan if free else _ratio(part, "media"), _ratio(before, money) if len(before) else np.nan,
            cost / now[money].sum() if now[money].sum() > 0 else np.nan, n / max(now["customers"].sum(), 1),
            *(part[name].sum(min_count=1) for name in ("clicks", "leads", "claimed")),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _ratio(part, money):
    n, cost = part["customers"].sum(), (part[money] * part["seen"]).sum()
    return cost / n if n > 0 and cost > 0 else np.nan
