"""The parts of the loyalty theme, each from the tables it needs, or what it lacks."""

from dataclasses import dataclass, replace
from datetime import date

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import (
    incentives,
    loyal_traits,
    loyalty_rates,
    offers,
    points,
    programme,
    referrals,
)
from workbook.analysis.blocks import in_part
from workbook.analysis.comparison_days import Windows
from workbook.analysis.habits import habits
from workbook.analysis.profiles import customer_cuts
from workbook.analysis.referred_value import referred_value
from workbook.analysis.retention import repurchase_rate

__all__ = [
    "Absent", "gross_margin", "kinds_of", "incentives_of", "offers_of", "points_of", "programme_of",
    "promoters_to_ask", "rates_of", "referrals_of", "said_and_done_of", "traits_of",
]  # fmt: skip


SAMPLE = 200_000  # customers whose traits are compared


@dataclass(frozen=True)
class Absent:
    """What a part lacks: `table`, and `column` or `rows` (True: there, but without usable rows)."""

    table: str
    column: str | None = None
    rows: bool = False


def absent(tables, name: str, *columns: str) -> Absent | None:
    """None when the table is there with its columns and a row in which all are filled."""
    if name not in tables:
        return Absent(name)
    for column in columns:
        if not tables.has(name, column):
            return Absent(name, column)
    table = tables[name]
    filled = [table[column].notnull() for column in columns]
    rows = table.filter(*filled) if filled else table
    return None if int(rows.limit(1).count().execute()) else Absent(name, rows=True)


def rates_of(tables, days, *, as_of: date, scale, channel: str, complete: bool = True) -> dict:
    """The three rates by name: repurchase, recommendation, referral.

    `scale` is that of nps, `channel` the value of customers.channel that means a referral; without
    `complete` orders, repurchase is not known. Each is a dict as `retention.share_of` gives it, or
    an `Absent`, or None where it can't be told.
    """
    lacking = absent(tables, "surveys", "nps")
    said = lacking or loyalty_rates.recommendation(tables.surveys, as_of=as_of, scale=scale)
    lacking = absent(tables, "customers")
    if lacking is None and not {"referred_by", "channel"} & set(tables.customers.columns):
        lacking = Absent("customers", "referred_by")
    by_referral = lacking or referrals.referral_rate(
        days, tables.customers, as_of=as_of, channel=channel
    )
    return {
        "repurchase": repurchase_rate(days, as_of=as_of) if complete else None,
        "recommendation": said,
        "referral": by_referral,
    }


def referrals_of(tables, days, *, as_of: date, confidence: float = 0.95):
    """(links, `Referrals`, `referred_value` or None), or an `Absent`."""
    lacking = absent(tables, "customers", "referred_by")
    if lacking:
        return lacking
    found = referrals.referral_links(days, tables.customers)
    if found is None or not len(found[0]):
        return Absent("customers", rows=True)
    links, dropped = found
    study = referrals.referral_study(
        days, links, dropped=dropped, as_of=as_of, confidence=confidence
    )
    value = referred_value(days, links, kinds_of(tables), as_of=as_of, confidence=confidence)
    return links, study, value


def said_and_done_of(tables, days, links, *, as_of, scale, follow_days=365, confidence=0.95):
    """`loyalty_rates.said_and_done`, or an `Absent`; `links` as `referrals_of` gives it."""
    lacking = absent(tables, "surveys", "nps", "customer_id")
    if lacking:
        return lacking
    known = None if isinstance(links, Absent) else links[0]
    return loyalty_rates.said_and_done(
        days, tables.surveys, known, as_of=as_of, scale=scale, follow_days=follow_days,
        confidence=confidence,
    )  # fmt: skip


def traits_of(tables, orders, days, today, *, as_of: date, confidence: float = 0.95):
    """(members, traits, share by the class that separates most), of customers known for a year.

    The last is None when no class separates beyond chance.
    """
    n = int(days.filter(days.place == 1).count().execute())
    if n > SAMPLE:  # traits are compared on a random part of the customers
        days, orders = (
            rows.filter(in_part(rows.customer_id, SAMPLE / n)) for rows in (days, orders)
        )
    members = loyal_traits.loyal_share(today, days, as_of=as_of)
    customers = None
    if "customers" in tables:
        customers = tables.customers.semi_join(days, "customer_id").to_pandas()
    numbers, classes = loyal_traits.early_traits(
        members, habits(orders), customer_cuts(customers, as_of=as_of)
    )
    table = loyal_traits.loyal_traits(members, numbers, classes, confidence=confidence)
    told = table[(table["kind"] == "class") & table["differs"]]
    shares = None
    if len(told):
        first = told.iloc[0]["trait"]
        by = loyal_traits.share_loyal_by(members, classes[first], confidence=confidence)
        shares = by.assign(trait=first)
    return members, table, shares


def kinds_of(tables):
    """customer_id and kind (consumer, business, dealer); None where kinds are not known."""
    if absent(tables, "customers", "type"):
        return None
    return tables.customers.select("customer_id", kind="type")


def programme_of(tables, days, *, as_of: date, window_days: int = 91, confidence: float = 0.95):
    """(`ProgrammeStudy`, tiers or None), or an `Absent`."""
    lacking = absent(tables, "memberships")
    if lacking:
        return lacking
    study = programme.programme_study(
        days,
        tables.memberships,
        kinds_of(tables),
        as_of=as_of,
        windows=replace(Windows(), days=window_days),
        confidence=confidence,
    )
    if study is None:
        return Absent("memberships", rows=True)
    by_tier = programme.tiers(days, tables.memberships, as_of=as_of, confidence=confidence)
    return study, by_tier


def points_of(tables, *, as_of: date, life_months: int, confidence: float = 0.95):
    """(`PointsStudy`, points by month, points redeemed in the last 12 months), or an `Absent`."""
    lacking = absent(tables, "points")
    if lacking:
        return lacking
    table = tables.points
    study = points.points_study(table, as_of=as_of, life_months=life_months, confidence=confidence)
    if study is None:
        return Absent("points", rows=True)
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
    used = table.filter((table.kind == "redeem") & (table["at"].cast("date") > since))
    year = used.points.abs().sum().execute()
    return study, points.points_by_month(table), float(np.nan_to_num(float(year or 0.0)))


def offers_of(tables, days, *, as_of: date, window_days: int = 28, confidence: float = 0.95):
    """(redemption by group, days to redemption, cost of 12 months, effect or None), or `Absent`."""
    lacking = absent(tables, "offers")
    if lacking:
        return lacking
    table = tables.offers
    if "redeemed_on" in table.columns:  # what was used later is not known on the day
        used = table.redeemed_on <= ibis.literal(as_of).cast("date")
        table = table.mutate(redeemed_on=used.ifelse(table.redeemed_on, None))
    campaigns = None if absent(tables, "campaigns", "kind") else tables.campaigns
    windows = replace(offers.OFFER_WINDOWS, days=window_days)
    return (
        offers.redemption_by(
            table, campaigns, as_of=as_of, ripe_days=window_days, confidence=confidence
        ),
        offers.redemption_days(table, as_of=as_of),
        offers.offer_cost(table, as_of=as_of),
        offers.offer_effect(
            days, table, kinds_of(tables), as_of=as_of, windows=windows, confidence=confidence
        ),
    )


def incentives_of(tables, *, as_of: date):
    """`incentives.business_incentives`, or an `Absent` that names what is lacking."""
    lacking = absent(tables, "customers", "type")
    if lacking:
        return lacking
    given = None if absent(tables, "offers", "redeemed_on", "cost") else tables.offers
    frame = incentives.business_incentives(tables.orders, tables.customers, given, as_of=as_of)
    if frame is not None:
        return frame
    if absent(tables, "orders", "discount") and given is None:
        return Absent("orders", "discount")
    return Absent("customers", rows=True)


def gross_margin(tables, *, given: float = 0.0) -> float | None:
    """Gross margin as a share of revenue: `given` when above 0, else from the costs of bought lines;
    None when neither is known."""
    if given > 0:
        return given
    if absent(tables, "orders", "cost"):
        return None
    rows = tables.orders.filter(~tables.orders.is_return & tables.orders.cost.notnull())
    found = rows.aggregate(cost=rows.cost.sum(), amount=rows.amount.sum()).to_pandas().iloc[0]
    return float(1 - found["cost"] / found["amount"]) if found["amount"] > 0 else None


def promoters_to_ask(tables, days, links, *, as_of: date, scale, most: int = 500):
    """Promoters of the last 12 months who have brought nobody yet, the most valuable first.

    Returns customer_id, answered_on, nps, last_year (money spent in the 12 months); None where
    answers or referrals are not known. Customers who may not be contacted are left out.
    """
    lacking = absent(tables, "surveys", "nps", "customer_id")
    if lacking or isinstance(links, Absent) or tuple(scale) not in loyalty_rates.NPS_SCALES:
        return None
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
    rows = tables.surveys
    rows = rows.filter(rows.nps.between(scale[0], scale[1]) & rows.customer_id.notnull())
    rows = rows.filter(rows.answered_on.cast("date") > since)
    order = [rows.answered_on.desc(), rows.nps]
    place = ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order))
    last = rows.mutate(place=place).filter(lambda row: (row.place == 0) & (row.nps >= 9))
    last = last.select("customer_id", "nps", answered_on=last.answered_on.cast("date"))
    if tables.has("customers", "consent"):
        people = tables.customers
        last = last.anti_join(people.filter(~people.consent), "customer_id")
    recent = days.filter(days.bought_on > since)
    recent = recent.group_by("customer_id").aggregate(last_year=recent.amount.sum())
    both = last.left_join(recent, "customer_id").drop("customer_id_right")
    both = both.mutate(last_year=both.last_year.fill_null(0.0)).to_pandas()
    both = both[~both["customer_id"].isin(set(links[0]["referred_by"]))]
    both = both.sort_values(["last_year", "customer_id"], ascending=[False, True])
    return both[["customer_id", "answered_on", "nps", "last_year"]].head(most)
