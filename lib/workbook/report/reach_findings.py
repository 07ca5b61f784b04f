"""What the market report finds about the panel, groups served less, places and wallets."""

from .findings import finding
from .loyalty_words import there
from .market_findings import ALARM
from .market_words import (
    GROUP_CUTS,
    PLACE_COLUMNS,
    RATES,
    brand_name,
    group_name,
    our_name,
    rate_per_100k,
    rate_text,
    share_ends,
)

__all__ = ["panel_findings", "reach_findings"]

CLEAR = 0.002  # Holm over the places or groups


def panel_findings(report, study, *, review_on):
    """The panel's share against the year before, and the own brand against the norm."""
    if not there(study.panel) or not study.panel.now.own:
        return []
    return [_panel_share(report, study.panel, review_on), _norm(report, study.panel, review_on)]


def _panel_share(report, panel, review_on):
    t, fmt = report.t, report.fmt
    rows = panel.change[panel.change["measure"] == "share"]
    if rows.empty:
        return None
    row = rows.iloc[0]
    fell = row["p"] < ALARM and row["change"] < -0.03 * row["before"] and row["high80"] < 0
    said = {
        "own": our_name(report, panel.now.own),
        "now": fmt.percent(row["now"]),
        "before": fmt.percent(row["before"]),
        "change": fmt.points(row["change"]),
        "interval": share_ends(report, row["low"], row["high"], fmt.points),
        "n": fmt.count(panel.now.buyers),
    }
    if fell:
        statement = t("Worse: the share of {own} in the purchases of the panel fell from {before} to {now} within a year ({change}, {interval}; {n} households that bought).", **said)  # fmt: skip
    elif row["low"] <= 0 <= row["high"]:
        statement = t("In the panel {own} has {now} of purchases, {before} a year before; a change is not established ({interval}; {n} households that bought).", **said)  # fmt: skip
    else:
        statement = t("In the panel {own} has {now} of purchases, {before} a year before ({change}, {interval}; {n} households that bought).", **said)  # fmt: skip
    act = {
        "kind": "problem",
        "start": panel.now.start,
        "overlaps_with": ["market_share_fall"],
        "action": t("See below whether buyers or purchases per buyer became fewer, and which brands those who left buy now."),
        "owner": t("Head of marketing"),
        "review_on": review_on,
    }  # fmt: skip
    return finding(
        metric="panel_share", statement=statement, rung="descriptive", value=row["change"],
        low=min(row["low"], row["change"]), high=max(row["high"], row["change"]), n=panel.now.buyers, **(act if fell else {}),
    )  # fmt: skip


def _norm(report, panel, review_on):
    t, fmt = report.t, report.fmt
    if panel.norm is None:
        return None
    rows = panel.norm[panel.norm["brand"].isin(panel.now.own) & panel.norm["enough"]]
    if rows.empty:
        return None
    row = rows.sort_values("buyers", ascending=False).iloc[0]
    said = {
        "brand": brand_name(report, row["brand"]),
        "seen": fmt.number(row["per_buyer"], 2),
        "norm": fmt.number(row["per_buyer_norm"], 2),
        "range": share_ends(
            report, row["per_buyer_low"], row["per_buyer_high"], lambda v: fmt.number(v, 2)
        ),  # fmt: skip
        "reach": fmt.percent(row["penetration"]),
    }
    differs = row["per_buyer_p"] < 0.01
    if differs:
        statement = t("{brand} has {seen} purchases per buyer; a brand of its size lets expect {norm} ({range} by chance).", **said)  # fmt: skip
        action = t("Find out what its buyers use it for and where they meet it: it differs from brands of its size in how often, not in how many buy.")  # fmt: skip
    else:
        statement = t("{brand} has {seen} purchases per buyer, as a brand of its size lets expect ({norm}; {range} by chance); {reach} of the category's buyers buy it.", **said)  # fmt: skip
        action = t("Plan growth by more buyers, not by more loyal ones: among brands alike in this, size differs by the number of buyers.")  # fmt: skip
    return finding(
        metric="brand_norm",
        place={"brand": row["brand"]},
        statement=statement,
        rung="diagnostic",
        value=row["per_buyer"],
        n=int(row["buyers"]),
        action=action,
        owner=t("Head of marketing"),
        review_on=review_on,
    )


def reach_findings(report, study, places, *, review_on):
    """Places served less, groups with a small share of wallet, and how the most different place differs."""
    return [
        _reach(report, study, review_on),
        _wallet(report, study, review_on),
        _place(report, places),
    ]


def _reach(report, study, review_on):
    t, fmt = report.t, report.fmt
    if not there(study.reached):
        return None
    column, table, _ = study.reached
    under = table[table["enough"] & (table["p"] < CLEAR) & (table["index"] < 1) & (table["gap_low80"] > 0)]  # fmt: skip
    if under.empty:
        return None
    row = under.sort_values("gap_low80", ascending=False).iloc[0]
    return finding(
        metric="under_served",
        kind="opportunity",
        place={column: row["place"]},
        statement=t(
            "{place} is served less: {rate} buyers per 100,000 people, {index} of all places together; at their level, "
            "with money per buyer as everywhere, it would be {money} more a year ({interval}, 80 %).",
            place=str(row["place"]), rate=rate_per_100k(report, row["per_100k"]), index=fmt.percent(row["index"], 0),
            money=fmt.money(row["gap"]), interval=share_ends(report, row["gap_low80"], row["gap_high80"], fmt.money),
        ),
        rung="descriptive",
        value=row["index"],
        n=int(row["buyers"]),
        money_per_year=row["gap"],
        money_low=min(row["gap_low80"], row["gap"]),
        money_high=max(row["gap_high80"], row["gap"]),
        money_basis="revenue",
        money_kind="opportunity",
        action=t("Check shops, delivery and advertising in this place against the others, and try one measure in a part of its cities, drawn at random."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip


def _wallet(report, study, review_on):
    t, fmt = report.t, report.fmt
    if not there(study.wallets):
        return None
    rows, total, groups, _ = study.wallets
    low = groups[groups["enough"] & (groups["p"] < CLEAR) & (groups["share"] < groups["others"]) & (groups["gap_low80"] > 0)]  # fmt: skip
    if low.empty:
        if total["low"] is None:
            return None
        return finding(
            metric="wallet_share",
            statement=t(
                "{share} of what {n} customers spend on the category is spent here ({interval}); no group is known to lie below.",
                share=fmt.percent(total["share"]), n=fmt.count(total["n"]), interval=share_ends(report, total["low"], total["high"]),
            ),
            rung="descriptive", value=total["share"], low=total["low"], high=total["high"], n=total["n"],
        )  # fmt: skip
    row = low.sort_values("gap_low80", ascending=False).iloc[0]
    return finding(
        metric="wallet_share",
        kind="opportunity",
        place={row["cut"]: row["group"]},
        statement=t(
            "{cut} {group}: {share} of what these {n} customers spend on the category is spent here, of others {others}; at their level it would be {money} more a year ({interval}, 80 %).",
            cut=t(GROUP_CUTS[row["cut"]]), group=group_name(report, row["cut"], row["group"]), share=fmt.percent(row["share"]), n=fmt.count(row["n"]),
            others=fmt.percent(row["others"]), money=fmt.money(row["gap"]), interval=share_ends(report, row["gap_low80"], row["gap_high80"], fmt.money),
        ),
        rung="descriptive",
        value=row["share"],
        low=min(row["low"], row["share"]),
        high=max(row["high"], row["share"]),
        n=int(row["n"]),
        money_per_year=row["gap"],
        money_low=min(row["gap_low80"], row["gap"]),
        money_high=max(row["gap_high80"], row["gap"]),
        money_basis="revenue",
        money_kind="opportunity",
        overlaps_with=["under_served"],
        action=t("Ask customers of this group what they buy elsewhere and why there, and offer it to half of them, drawn at random."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip


def _place(report, places):
    """The clearest difference of one place from all others in how its customers buy."""
    t = report.t
    if not there(places):
        return None
    rates = places.rates
    clear = rates[rates["enough"] & (rates["p"] < CLEAR)]
    if clear.empty:
        return None
    row = clear.iloc[0]
    return finding(
        metric="place_difference",
        place={places.column: row["place"], "measure": row["rate"]},
        statement=t(
            "{column} {place} differs most from the others: {rate} {value} against {rest}.",
            column=t(PLACE_COLUMNS[places.column]), place=str(row["place"]), rate=t(RATES[row["rate"]]),
            value=rate_text(report, row["rate"], row["value"]), rest=rate_text(report, row["rate"], row["rest"]),
        ),
        rung="descriptive",
        value=row["value"],
    )  # fmt: skip
