"""The canonical tables: what each column means, in which type and unit.

Written once here: intake maps and validates against it, and `python -m workbook.intake.contract`
writes the codebook data/README.md from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["TABLES", "Column", "Table", "codebook"]


@dataclass(frozen=True)
class Column:
    """One canonical column.

    `type` is id, text, date (a calendar day), time (a moment), number, money, integer or flag.
    A name ending in `*` stands for every column with that beginning. Personal columns never
    leave intake.
    """

    name: str
    type: str
    required: bool
    unit: str
    meaning: str
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table; `columns` in the order of the codebook."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column called `name`, families such as attitude_* included; None when unknown."""
        for column in self.columns:
            if column.name == name:
                return column
            if column.name.endswith("*") and name.startswith(column.name[:-1]):
                return column
        return None

    @property
    def moment(self) -> str | None:
        """The column that says when a row happened; None in tables of states."""
        return next((c.name for c in self.columns if c.required and c.type == "time"), None)

    @property
    def names(self) -> list[str]:
        """Names of all columns, families without their star left out."""
        return [column.name for column in self.columns if not column.name.endswith("*")]


def _columns(lines: str) -> tuple[Column, ...]:
    """Columns from lines `name type unit: meaning`; `!` after the name: required, `@`: personal."""
    columns = []
    for line in lines.strip().splitlines():
        head, meaning = line.strip().split(": ", 1)
        name, kind, *unit = head.split(" ", 2)
        columns.append(
            Column(
                name=name.rstrip("!@"),
                type=kind,
                required="!" in name,
                unit=unit[0] if unit else "",
                meaning=meaning,
                personal="@" in name,
            )
        )
    return tuple(columns)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "customers",
            "One row per customer: the account where the source has accounts, else the contact.",
            _columns("""
                customer_id! id: the customer, as in every other table
                name@ text: name of the person or company
                phone@ text: telephone number
                email@ text: e-mail address
                type text: consumer, business or dealer
                status text: state in the client's own system
                lead_on date: day the lead came in
                first_contact_on date: day of the first contact
                joined_on date: day the customer signed up
                channel text: channel that brought the customer
                campaign text: campaign that brought the customer
                country text: country
                region text: region, such as the north or the south
                province text: province or state
                city text: city
                gender text: gender, as the source codes it
                birth_year integer year: year of birth
                income_band text: income class
                education text: education class
                industry text: industry of a business customer
                company_size text: size class of a business customer
                interests text: interests named by the customer
                attitude_* number points: answers to attitude questions on one Likert scale
                client_tier text: tier the client has given
                owner text: employee in charge
                owner_department text: department in charge
                referred_by id: customer_id of the customer who referred this one
                estimated_wallet money per year: what the customer spends on the category anywhere
                consent flag: may be contacted
                recorded_at time: when the row became known
            """),
        ),
        Table(
            "orders",
            "One row per order line. A purchase is a day with at least one line that is no return.",
            _columns("""
                customer_id! id: who bought
                ordered_at! time: when it was ordered
                amount! money: value of the line; negative for a return; quantity x unit_price if not given
                order_id id: the order the line belongs to
                line_id id: the line; identical rows that repeat it are duplicates for certain
                cost money: cost of the goods of the line
                quantity number pieces: how many; negative for a return
                unit_price money per piece: price of one
                discount money: discount already taken off the amount
                currency text: currency of the line; one per client
                product text: product
                category text: product category
                brand text: product brand
                channel text: where it was ordered: shop, web, app ...
                store text: shop
                promotion text: promotion that applied
                promised_on date: day promised for delivery
                shipped_on date: day shipped
                delivered_on date: day delivered
                is_return flag: the line is itself a return; negative amount or quantity if not given
                return_of id: line or order that is returned
                return_reason text: why it was returned
                recorded_at time: when the row became known
            """),
        ),
        Table(
            "contracts",
            "One row per contract, or, with churned in the place of dates, one row per customer of "
            "a file that tells on one day who has left.",
            _columns("""
                contract_id! id: the contract; not needed with churned
                customer_id! id: who holds it
                started_on! date: first day; not needed with churned
                term_ends_on date: last day of the current term
                ended_on date: last day, really ended; empty while it runs
                value money per term: what the customer pays
                renewed_value money per term: what the customer pays after the renewal
                renewed flag: renewed at the end of the term
                auto_renew flag: renews unless cancelled
                product text: product or plan
                end_reason text: why it ended, as the customer or the staff says
                tenure_months number months: how long it had run on the day of the file
                churned flag: has left
                trait_* text: trait known at the start, or before churned was observed
                measure_* number: number known at the start, or before churned was observed
                recorded_at time: when the row became known
            """),
        ),
        Table(
            "events",
            "One row per thing a customer or visitor did, or that was done with one: a page seen, "
            "a call, a message. With staff, it counts as a contact.",
            _columns("""
                occurred_at! time: when it happened
                kind! text: view, search, call, e-mail, chat ...
                customer_id id: the customer, where known
                visitor_id id: the visitor, before a customer is known
                session_id id: the visit to the site or app
                page text: page or screen
                product text: product
                channel text: web, app, telephone, shop ...
                campaign text: campaign that led to it
                order_id id: the order it belongs to
                value money: value of it, where it has one
                staff text: member of staff who took part
                recorded_at time: when the row became known
            """),
        ),
        Table(
            "visits",
            "One row per contact by a member of staff.",
            _columns("""
                customer_id! id: who was contacted
                at! time: when
                staff text: who did it
                kind text: visit, call, e-mail ...; visit if not given
                recorded_at time: when the row became known
            """),
        ),
        Table(
            "surveys",
            "One row per answer sheet. What the ends of a scale are, the params say.",
            _columns("""
                response_id! id: the answer sheet
                answered_on! time: when it was answered
                customer_id id: the customer, where known
                invite_id id: the invitation it answers
                wave text: round of the survey
                mode text: e-mail, telephone, app ...
                touchpoint text: what it was about
                csat number points: satisfaction
                nps number points: likelihood to recommend, 0 to 10
                ces number points: effort
                item_* number points: satisfaction with a part of the service
                comment text: in the customer's own words
                weight number: weight of the answer
                followed_up_on date: day somebody came back to the customer
                closed_on date: day the matter was closed
                recorded_at time: when the row became known
            """),
        ),
    )
}

_INTRODUCTION = """# Codebook

One folder per client: `data/<client>/` holds the exports as they came, `data/<client>/tables/` the
canonical tables made from them (Parquet, plus `tables.json`, which says from what). Nothing but this
file is kept in the repository. Columns marked * are required where their table is mapped; personal
columns are never written to the canonical tables. Money is in the client's one currency.

This file is written by `python -m workbook.intake.contract` from `lib/workbook/intake/contract.py`.
"""


def codebook() -> str:
    """Text of data/README.md: every table and column with type, unit and meaning."""
    parts = [_INTRODUCTION]
    for table in TABLES.values():
        rows = [
            f"| {c.name}{'*' if c.required else ''} | {c.type} | {c.unit} | {c.meaning}"
            f"{' (personal)' if c.personal else ''} |"
            for c in table.columns
        ]
        head = ["| column | type | unit | meaning |", "|---|---|---|---|"]
        parts.append("\n".join([f"\n## {table.name}\n\n{table.meaning}\n", *head, *rows, ""]))
    return "".join(parts)


if __name__ == "__main__":
    Path("data/README.md").write_text(codebook(), encoding="utf-8")
