"""Tables of what customers and staff say: surveys, invitations, feedback, needs."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from workbook.intake.company.draws import chosen, normal, pick, stream
from workbook.intake.company.ids import customer_ids, days, numbered
from workbook.intake.company.parameters import AS_OF, DAYS, FIRST, PARAMETERS
from workbook.intake.company.seasons import day_of, moments
from workbook.intake.company.world import AGENTS, SALES, World

__all__ = ["driver_shares", "feedback_table", "needs_table", "staff_feedback_table",
           "survey_tables"]  # fmt: skip

ITEMS = tuple(PARAMETERS["survey"]["weights"])
_NEEDS = {"quiet": (4.2, 0.5), "energy": (3.8, 0.3), "fast_repair": (4.0, 0.8),
          "app_control": (2.6, 0.1), "trade_in": (3.1, 0.2), "design": (3.3, 0.15)}  # fmt: skip


def _scores(items: np.ndarray, noise: np.ndarray, lost=0.0) -> tuple[np.ndarray, np.ndarray]:
    """Answers to the items (1 to 5), and satisfaction before it is rounded to a scale."""
    given = PARAMETERS["survey"]
    felt = given["mean"] + given["sd"] * items
    weights = np.array([given["weights"][item] for item in ITEMS])
    content = felt @ weights + given["noise"] * noise - lost
    return np.round(felt - np.asarray(lost)[..., None]).clip(1, 5), content


def _items(draws: np.ndarray) -> np.ndarray:
    """Items that share a part: the first column of `draws` is what they have in common."""
    shared = PARAMETERS["survey"]["item_correlation"]
    return np.sqrt(shared) * draws[:, :1] + np.sqrt(1 - shared) * draws[:, 1:]


def driver_shares(size: int = 200_000) -> dict[str, float]:
    """Share of each item in what the items tell about csat, as asked and rounded: LMG (Lindeman,
    Merenda, Gold 1980) of the population, from a large sample of its own."""
    rng = np.random.default_rng(4711)
    answers, content = _scores(_items(rng.standard_normal((size, len(ITEMS) + 1))),
                               rng.standard_normal(size))  # fmt: skip
    joint = np.corrcoef(np.column_stack([answers, np.round(content).clip(1, 5)]).T)
    told = {(): 0.0}
    for number in range(1, len(ITEMS) + 1):
        for part in combinations(range(len(ITEMS)), number):
            inner, outer = joint[np.ix_(part, part)], joint[list(part), -1]
            told[part] = float(outer @ np.linalg.solve(inner, outer))
    shares = {}
    for place, item in enumerate(ITEMS):
        share = 0.0
        for part in told:
            if place not in part:
                weight = factorial(len(part)) * factorial(len(ITEMS) - len(part) - 1)
                more = tuple(sorted((*part, place)))
                share += weight / factorial(len(ITEMS)) * (told[more] - told[part])
        shares[item] = share
    whole = sum(shares.values())
    return {item: share / whole for item, share in shares.items()} | {"r_squared": whole}


def survey_tables(world: World) -> tuple[pd.DataFrame, pd.DataFrame, dict]:
    """The tables `surveys` and `survey_invites`, and {response_id: (topic, sentiment)} of comments."""
    given, seed = PARAMETERS["survey"], world.seed
    asked = _asked(world)
    who, wave = asked["customer"].to_numpy(), asked["wave"].to_numpy()
    keys = (who, wave)
    rows = world.columns(who, touchpoint=asked["touchpoint"].to_numpy())
    chance = given["response"] * world.problems.factor("survey_nonresponse", rows, asked["day"])
    ids = numbered("I", np.arange(len(asked)) + 1)
    invites = pd.DataFrame(
        {
            "invite_id": ids,
            "customer_id": customer_ids(who),
            "invited_on": days(asked["day"]),
            "wave": asked["name"],
            "touchpoint": asked["touchpoint"],
        }
    )
    when = asked["day"].to_numpy() + 0.4 + 9 * world.u("answer wait", *keys)
    there = np.flatnonzero((world.u("answers", *keys) < chance) & (when < DAYS))
    keys = tuple(key[there] for key in keys)
    own = np.sqrt(given["customer_share"])
    common = own * normal(seed, "mood", keys[0]) + np.sqrt(1 - own**2) * normal(seed, "day", *keys)
    parts = [common] + [normal(seed, f"item {item}", *keys) for item in ITEMS]
    rows = {name: column[there] for name, column in rows.items()}
    lost = world.problems.points("satisfaction_drop", rows, asked["day"].to_numpy()[there])
    answers, content = _scores(_items(np.column_stack(parts)), normal(seed, "noise", *keys), lost)
    off = content - given["mean"]
    nps = given["nps_at_mean"] + given["nps_per_point"] * off + 0.9 * normal(seed, "nps", *keys)
    ces = given["ces_at_mean"] + given["ces_per_point"] * off + 0.9 * normal(seed, "ces", *keys)
    table = pd.DataFrame(
        {
            "response_id": numbered("R", there + 1),
            "answered_on": moments(when[there]),
            "customer_id": customer_ids(keys[0]),
            "invite_id": ids[there],
            "wave": asked["name"].to_numpy()[there],
            "mode": chosen(world.u("mode", *keys), {"wecom": 0.5, "email": 0.3, "telephone": 0.2}),
            "touchpoint": asked["touchpoint"].to_numpy()[there],
            "csat": np.round(content).clip(1, 5),
            "nps": np.round(nps).clip(0, 10),
            "ces": np.round(ces).clip(1, 7),
        }
    )
    for place, item in enumerate(ITEMS):
        table[f"item_{item}"] = answers[:, place]
    said = world.u("comments", *keys) < given["comment_share"]
    table["comment"], labels = _comments(world, table["csat"].to_numpy(), answers, said, "survey")
    table["weight"] = 1.0
    unhappy = (table["csat"] <= 2).to_numpy()
    back = np.floor(when[there]) + 1 + np.floor(6 * world.u("follow", *keys))
    followed = unhappy & (world.u("followed", *keys) < 0.6) & (back < DAYS)
    table["followed_up_on"] = days(np.where(followed, back, np.nan))
    shut = back + np.floor(14 * world.u("shut wait", *keys))
    table["closed_on"] = days(
        np.where(followed & (world.u("shut", *keys) < 0.8) & (shut < DAYS), shut, np.nan)
    )
    table["recorded_at"] = moments(np.minimum(when[there] + 0.05, DAYS - 1 / 1440))
    known = dict(zip(table["response_id"][said], labels[said], strict=True))
    return table.sort_values("answered_on", kind="stable", ignore_index=True), invites, known


def _asked(world) -> pd.DataFrame:
    """Who is invited in which quarter: customers who bought in the year before."""
    orders = world.orders
    parts = []
    for number, first in enumerate(pd.date_range(FIRST, AS_OF, freq="QS")[1:], 1):
        day = day_of(first.date()) + 9
        recent = orders[(orders["day"] < day) & (orders["day"] >= day - 365)]
        who = np.sort(recent["customer"].unique())
        who = who[world.u("invited", who, number) < PARAMETERS["survey"]["invited_per_wave"]]
        touch = chosen(
            world.u("touchpoint", who, number),
            {"relationship": 0.5, "delivery": 0.3, "service": 0.2},
        )
        parts.append(pd.DataFrame({"customer": who, "wave": number, "day": day, "touchpoint": touch,
                                   "name": f"{first.year}Q{first.quarter}"}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _comments(world, csat, answers, said, name):
    """Sentences about the best or worst item, and their (topic, sentiment)."""
    rng = stream(world.seed, "comments", name)
    mood = np.select([csat >= 4, csat <= 2], ["positive", "negative"], "neutral").astype(object)
    flip = rng.random(len(csat)) < 0.05
    mood[flip] = pick(rng.random(int(flip.sum())), ["positive", "negative", "neutral"])
    noisy = answers + rng.uniform(-0.4, 0.4, answers.shape)
    place = np.where(mood == "negative", noisy.argmin(axis=1), noisy.argmax(axis=1))
    topic = np.where(mood == "neutral", None, np.array(ITEMS, dtype=object)[place])
    product = pick(rng.random(len(csat)), world.words.lists["product"].values())
    drawn = rng.random(len(csat))
    texts = np.full(len(csat), None, dtype=object)
    made = world.words.comments
    for feeling in ("positive", "negative"):
        for item in ITEMS:
            at = np.flatnonzero(said & (mood == feeling) & (topic == item))
            texts[at] = pick(drawn[at], made[item][feeling])
    at = np.flatnonzero(said & (mood == "neutral"))
    texts[at] = pick(drawn[at], made["neutral"])
    filled = [t and t.replace("{product}", p) for t, p in zip(texts, product, strict=True)]
    labels = np.empty(len(csat), dtype=object)
    labels[:] = list(zip(topic, mood, strict=True))
    return filled, labels


def feedback_table(world: World) -> pd.DataFrame:
    """The table `feedback`: reviews, posts and interviews."""
    orders = world.orders
    keys = (orders["customer"].to_numpy(), orders["nth"].to_numpy())
    at = np.flatnonzero(
        (world.u("reviews", *keys) < 0.06) & (world.of("type", keys[0]) == "consumer")
    )
    who, nth = keys[0][at], keys[1][at]
    drawn = np.column_stack(
        [normal(world.seed, f"review {k}", who, nth) for k in range(len(ITEMS) + 1)]
    )
    answers, content = _scores(_items(drawn), normal(world.seed, "review noise", who, nth))
    rating = np.round(content).clip(1, 5)
    product = (
        world.lines.drop_duplicates("order").set_index("order")["product"].reindex(at).to_numpy()
    )
    text, _ = _comments(world, rating, answers, np.ones(len(at), bool), "review")
    day = (
        orders["day"].to_numpy()[at]
        + orders["delivery_days"].to_numpy()[at]
        + 10 * world.u("review wait", who, nth)
    )
    shut = np.where((rating <= 2) & (world.u("review shut", who, nth) < 0.4), day + 5, np.nan)
    table = pd.DataFrame(
        {
            "given_on": days(day),
            "source": chosen(world.u("review source", who, nth),
                             {"review": 0.72, "social": 0.2, "interview": 0.05, "focus_group": 0.03}),
            "customer_id": customer_ids(who),
            "product": product,
            "rating": rating,
            "text": text,
            "closed_on": days(np.where(shut < DAYS, shut, np.nan)),
        }
    )[day < DAYS]  # fmt: skip
    return table.sort_values("given_on", kind="stable", ignore_index=True)


def staff_feedback_table(world: World) -> pd.DataFrame:
    """The table `staff_feedback`: what staff say about topics each half-year."""
    names = sum((AGENTS | SALES).values(), [])
    rows = []
    for half, day in enumerate(range(170, DAYS, 182)):
        for topic, mean in (("quality", 3.6), ("delivery", 3.2), ("service", 3.9), ("price", 3.0)):
            at = np.flatnonzero(world.u(f"staff {topic}", np.arange(len(names)), half) < 0.5)
            score = np.round(
                mean + 0.9 * normal(world.seed, f"staff score {topic}", at, half)
            ).clip(1, 5)
            feeling = np.where(score >= 3, "positive", "negative")
            text = [world.words.comments[topic][f][0] for f in feeling]
            product = world.words.word("product", "robot_vacuum")
            rows.append(pd.DataFrame({
                "given_on": days(np.full(len(at), day)), "topic": topic,
                "department": np.where(at < 12, "service", "sales"),
                "staff_id": np.array(names, dtype=object)[at], "score": score,
                "item_support": np.round(score + 0.3).clip(1, 5),
                "text": [t.replace("{product}", product) for t in text]}))  # fmt: skip
    table = pd.concat(rows, ignore_index=True)
    at = np.arange(len(table))
    about = (world.u("staff about", at) * len(world.people)).astype(int)
    table["customer_id"] = customer_ids(np.where(world.u("staff names", at) < 0.3, about, -1))
    first = ["given_on", "department", "topic", "staff_id", "score", "item_support", "text"]
    return table[[*first, "customer_id"]]


def needs_table(world: World) -> pd.DataFrame:
    """The table `needs`: Kano questions and importance, asked of some customers."""
    who = np.flatnonzero(world.u("needs asked", np.arange(len(world.people))) < 0.12)
    parts = []
    for need, (importance, must) in _NEEDS.items():
        u = world.u(f"need {need}", who)
        functional = np.where(u < must, 2, np.where(u < 0.75, 1, 3))
        against = np.where(u < must, 5, np.where(world.u(f"against {need}", who) < 0.4, 4, 3))
        scored = np.round(importance + 0.8 * normal(world.seed, f"importance {need}", who)).clip(
            1, 5
        )
        parts.append(pd.DataFrame({"customer_id": customer_ids(who), "need": need,
                                   "kano_functional": functional, "kano_dysfunctional": against,
                                   "importance": scored}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
