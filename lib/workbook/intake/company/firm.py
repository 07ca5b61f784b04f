"""The simulated company as a whole: every canonical table, in the words of one language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbook.intake.company import contact, loyalty, outside, paying, service, voice, winning
from workbook.intake.company.campaigns import campaigns_table
from workbook.intake.company.customers import customers_table, orders_table
from workbook.intake.company.plans import contracts_table
from workbook.intake.company.problems import DEFAULT_PROBLEMS, Problems, load_problems
from workbook.intake.company.seasons import calendar_table
from workbook.intake.company.vocabulary import Vocabulary
from workbook.intake.company.world import World, made_world
from workbook.intake.contract import TABLES
from workbook.intake.errors import InputError

__all__ = ["Company", "simulated_company"]


@dataclass(frozen=True)
class Company:
    """`tables` {name: frame with canonical columns}, personal columns included; `comments`
    {response_id: (topic, sentiment)}; `world`: what lies behind, for truth and exports."""

    tables: dict[str, pd.DataFrame]
    comments: dict[str, tuple]
    world: World


def simulated_company(
    customers: int,
    *,
    seed: int,
    problems: Path | Problems | None = DEFAULT_PROBLEMS,
    language: str = "en",
    only: tuple[str, ...] = (),
) -> Company:
    """A maker of home appliances of so many customers, three years to 2025-12-31.

    Parameters
    ----------
    customers : int
        Customers, those who have not bought included; 50 to 1,000,000.
    seed : int
        The same seed gives the same company, 0 to 2**31.
    problems : path, Problems or None
        Planted problems; None for a company without any.
    language : {"en", "zh"}
        Of names, places, products and comments.
    only : tuple of str
        Tables to make; all of the contract when empty.

    Raises
    ------
    InputError
        When a number is out of range or the problems can't be read.
    """
    if not 50 <= customers <= 1_000_000:
        raise InputError(f"a company has 50 to 1,000,000 customers, not {customers:,}")
    if not 0 <= seed < 2**31:
        raise InputError(f"a seed is a whole number from 0 to {2**31 - 1}, not {seed}")
    words = Vocabulary(language)
    if not isinstance(problems, Problems):
        problems = load_problems(problems, words)
    world = made_world(customers, seed, problems, words)
    tables, comments = _tables(world, set(only) or set(TABLES))
    return Company({name: words.translated(name, tables[name]) for name in TABLES if name in tables},
                   comments, world)  # fmt: skip


def _tables(world: World, wanted: set[str]) -> tuple[dict[str, pd.DataFrame], dict]:
    single = {
        "customers": customers_table, "orders": orders_table,
        "contracts": contracts_table, "leads": winning.leads_table,
        "campaigns": campaigns_table, "offers": winning.offers_table,
        "spend": winning.spend_table, "credit": paying.credit_table,
        "financials": paying.financials_table, "memberships": loyalty.memberships_table,
        "points": loyalty.points_table, "actions": loyalty.actions_table,
        "events": contact.events_table, "visits": contact.visits_table,
        "contacts": contact.contacts_table, "staff": service.staff_table,
        "feedback": voice.feedback_table, "staff_feedback": voice.staff_feedback_table,
        "needs": voice.needs_table, "market": outside.market_table, "panel": outside.panel_table,
        "fx": outside.fx_table, "targets": outside.targets_table,
        "calendar": lambda world: calendar_table(),
    }  # fmt: skip
    tables = {name: make(world) for name, make in single.items() if name in wanted}
    comments: dict = {}
    for names, make in (
        (("deals", "deal_stages"), winning.deal_tables),
        (("invoices", "payments"), paying.payment_tables),
        (("tickets", "ticket_steps"), service.ticket_tables),
        (("surveys", "survey_invites"), voice.survey_tables),
    ):
        if wanted & set(names):
            made = make(world)
            comments = made[2] if names[0] == "surveys" else comments
            tables |= dict(zip(names, made, strict=False))
    return {name: table for name, table in tables.items() if name in wanted}, comments
