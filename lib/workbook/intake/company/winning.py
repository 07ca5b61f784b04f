"""Tables about winning customers: leads, campaigns, offers, spend, deals and their stages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.campaigns import campaign_of, campaigns_table
from workbook.intake.company.customers import lead_day
from workbook.intake.company.draws import exponential, normal, pick, stream
from workbook.intake.company.ids import customer_ids, days, numbered
from workbook.intake.company.parameters import AS_OF, DAYS, FIRST, PARAMETERS
from workbook.intake.company.seasons import arrival_weights, day_of, moments
from workbook.intake.company.world import SALES, World

__all__ = ["channel_shares", "deal_tables", "expected_customers", "leads_table",
           "month_edges", "offers_table", "spend_table"]  # fmt: skip

STAGES = ("contact", "need", "proposal", "negotiation")


def channel_shares() -> dict[str, float]:
    """Share of new customers that each channel brings, its lean towards good customers included."""
    given = PARAMETERS["channels"]
    rank = (np.arange(2000) + 0.5) / 2000 - 0.5
    odds = np.array([c["share"] * np.exp(c["tilt"] * rank) for c in given.values()])
    return dict(zip(given, (odds / odds.sum(axis=0)).mean(axis=1), strict=True))


def leads_table(world: World) -> pd.DataFrame:
    """The table `leads`: those that became customers, those that never will, and open ones."""
    people = world.people
    who = np.arange(len(people))
    joined = people["joined"].to_numpy()
    created = lead_day(world)
    parts = [pd.DataFrame({"customer": who, "channel": people["acquired_by"], "created": created,
                           "converted": joined, "status": "converted"})]  # fmt: skip
    rng = stream(world.seed, "leads lost")
    shares = channel_shares()
    for name, given in PARAMETERS["channels"].items():
        expected = shares[name] * len(people)
        lost = rng.poisson(expected * (1 - given["conversion"]) / given["conversion"])
        day = rng.choice(DAYS, lost, p=arrival_weights()) - given["delay"]
        # leads of the last days that will become customers after the books end
        still = rng.poisson(expected * arrival_weights()[-60:].mean() * given["delay"])
        late = DAYS - 1 - np.minimum(rng.exponential(given["delay"], still), 300)
        for at, status in ((day, None), (late, "following")):
            state = rng.choice(["invalid", "following", "public_pool"], len(at), p=[0.5, 0.2, 0.3])
            parts.append(pd.DataFrame({"customer": -1, "channel": name, "created": np.floor(at),
                                       "converted": np.nan, "status": status or state}))  # fmt: skip
    leads = pd.concat(parts, ignore_index=True)
    leads = leads[leads["created"].between(0, DAYS - 1)].sort_values(
        "created", kind="stable", ignore_index=True
    )
    table = pd.DataFrame(
        {
            "lead_id": numbered("L", np.arange(len(leads)) + 1),
            "created_on": days(leads["created"]),
            "customer_id": customer_ids(leads["customer"]),
            "channel": leads["channel"],
            "status": leads["status"],
            "converted_on": days(leads["converted"]),
        }
    )
    return table.assign(campaign=campaign_of(world, leads["created"].to_numpy(), "lead"))


def offers_table(world: World) -> pd.DataFrame:
    """The table `offers`: vouchers of the action, and coupons of the promotions."""
    arms, given = world.arms, PARAMETERS["actions"]["voucher"]
    got = arms[(arms["action"] == "voucher") & (arms["arm"] == "treatment")]
    campaigns = campaigns_table(world)
    parts = [pd.DataFrame({"customer": got["customer"], "day": got["day"], "campaign": None})]
    start = world.people["start"].to_numpy()
    for row in campaigns[campaigns["kind"] == "promotion"].itertuples():
        day = day_of(row.started_on.date())
        there = np.flatnonzero(start < day)
        taken = there[world.u(f"coupon {row.campaign_id}", there) < 0.25]
        parts.append(pd.DataFrame({"customer": taken, "day": day, "campaign": row.campaign_id}))
    offers = pd.concat(parts, ignore_index=True).sort_values(
        "day", kind="stable", ignore_index=True
    )
    who, day = offers["customer"].to_numpy(), offers["day"].to_numpy()
    used = world.u("offer used", who, day) < 0.22
    when = day + 1 + np.floor(20 * world.u("offer use", who, day))
    return pd.DataFrame(
        {
            "offer_id": numbered("V", np.arange(len(offers)) + 1),
            "customer_id": customer_ids(who),
            "issued_on": days(day),
            "campaign_id": offers["campaign"],
            "redeemed_on": days(np.where(used & (when < DAYS), when, np.nan)),
            "cost": given["cost"],
        }
    )


def expected_customers(customers: int, channel: str) -> np.ndarray:
    """New customers a channel is expected to bring in the months of the books, by the day on which
    the money for them is spent: the lead's, not the customer's."""
    shifted = np.roll(arrival_weights(), -int(PARAMETERS["channels"][channel]["delay"]))
    share = channel_shares()[channel]
    return np.add.reduceat(shifted, month_edges()[:-1]) * share * customers


def month_edges() -> list[int]:
    """First day of every month of the books, and the day after the last."""
    months = pd.date_range(FIRST, AS_OF, freq="MS")
    return [day_of(month.date()) for month in months] + [DAYS]


def spend_table(world: World) -> pd.DataFrame:
    """The table `spend`: what each channel costs a month, known money per new customer on average."""
    months = pd.date_range(FIRST, AS_OF, freq="MS")
    edges, rows = month_edges(), []
    for name, given in PARAMETERS["channels"].items():
        expected = expected_customers(len(world.people), name)
        factor = world.problems.factor(
            "cac_rise", {"channel": np.full(len(months), name, dtype=object)}, edges[:-1]
        )
        for kind, part in (("media", 0.7), ("people", 0.2), ("sales", 0.1)):
            at = np.arange(len(months))
            noise = np.exp(0.06 * normal(world.seed, f"spend {name} {kind}", at) - 0.0018)
            amount = expected * given["cac"] * part * factor * noise
            ran = campaign_of(world, np.array(edges[:-1]) + 9, f"spend {name}")
            counted = expected if kind == "media" else np.full(len(months), np.nan)
            rows.append(
                pd.DataFrame(
                    {
                        "month": months, "channel": name, "amount": np.round(amount, 2), "campaign": ran if kind == "media" else None, "kind": kind,
                        "clicks": np.round(counted / given["conversion"] * 14),
                        "leads": np.round(counted / given["conversion"]),
                        "new_customers": np.round(counted),
                    }
                )
            )  # fmt: skip
    table = pd.concat(rows, ignore_index=True).astype(
        {name: "Int64" for name in ("clicks", "leads", "new_customers")}
    )
    return table.sort_values(["month", "channel", "kind"], ignore_index=True)


def deal_tables(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `deals` and `deal_stages`: orders of firms that were won, and deals that were not."""
    orders, given, seed = world.orders, PARAMETERS["deals"], world.seed
    firm = world.of("type", orders["customer"]) != "consumer"
    keys = (orders["customer"].to_numpy(), orders["nth"].to_numpy())
    won = orders[firm & (world.u("deal", *keys) < given["per_order"])]
    rng = stream(seed, "deals lost")
    firms = np.flatnonzero(world.people["type"] != "consumer")
    more = rng.poisson(len(won) * (1 - given["won"]) / given["won"]) if len(firms) else 0
    deals = pd.DataFrame(
        {
            "customer": np.concatenate([won["customer"], rng.choice(firms, more) if more else []]),
            "closed": np.concatenate([won["day"], rng.uniform(0, DAYS + 60, more)]),
            "won": np.concatenate([np.ones(len(won), bool), np.zeros(more, bool)]),
            "amount": np.concatenate(
                [_worth(world, won), 8000 * np.exp(1.1 * rng.normal(size=more))]
            ),
        }
    ).astype({"customer": int})
    key = np.arange(len(deals))
    waits = given["days_per_stage"] * np.array(
        [exponential(seed, f"stage {name}", key) for name in STAGES]
    ).reshape(len(STAGES), len(deals))
    reach = np.where(deals["won"], 4, 1 + (3.99 * world.u("deal reach", key)).astype(int))
    spent = np.where(np.arange(4)[:, None] < reach, waits, 0.0)
    deals["opened"] = deals["closed"] - spent.sum(axis=0)
    open_ = deals["closed"].to_numpy() >= DAYS
    entered = deals["opened"].to_numpy() + np.vstack(
        [np.zeros(len(deals)), spent[:-1].cumsum(axis=0)]
    )
    seen = (np.arange(4)[:, None] < reach) & (entered < DAYS)
    stage = np.where(open_, np.array(STAGES, dtype=object)[np.maximum(seen.sum(axis=0) - 1, 0)],
                     np.where(deals["won"], "won", "lost"))  # fmt: skip
    known = deals["opened"].between(0.0, DAYS, inclusive="left").to_numpy()
    ids = numbered("D", key + 1)
    lost = pick(world.u("deal lost", key), ["price", "competitor", "no_budget", "no_answer"])
    table = pd.DataFrame(
        {
            "deal_id": ids,
            "opened_at": moments(deals["opened"]),
            "stage": stage,
            "customer_id": customer_ids(deals["customer"]),
            "closed_at": moments(deals["closed"].where(~open_, 0.0)).where(~open_),
            "expected_close": days(deals["opened"] + 4 * given["days_per_stage"]),
            "amount": np.round(deals["amount"], 2),
            "won": pd.array(np.where(open_, None, deals["won"]), dtype="boolean"),
            "lost_reason": np.where(~open_ & ~deals["won"], lost, None),
            "source": world.of("acquired_by", deals["customer"]) if len(deals) else [],
            "product": pick(world.u("deal product", key), world.words.products["product"]),
            "owner": pick(world.u("deal owner", key), sum(SALES.values(), [])),
        }
    )[known]
    steps = [
        pd.DataFrame({"deal_id": ids[seen[k]], "at": moments(entered[k][seen[k]]), "stage": name})
        for k, name in enumerate(STAGES)
    ]
    closed = ~open_
    steps.append(pd.DataFrame({"deal_id": ids[closed], "at": moments(deals["closed"][closed]),
                               "stage": stage[closed]}))  # fmt: skip
    moves = pd.concat(steps, ignore_index=True)
    moves = moves[moves["deal_id"].isin(table["deal_id"])]
    return (
        table.sort_values("opened_at", kind="stable", ignore_index=True),
        moves.sort_values(["at", "deal_id"], kind="stable", ignore_index=True),
    )


def _worth(world, orders):
    """Money of orders."""
    total = world.lines.groupby("order")["amount"].sum()
    return total.reindex(orders.index).to_numpy()
