"""The simulated company as a CRM keeps it: modules with records, before a dialect writes them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.firm import Company
from workbook.intake.company.parameters import AS_OF, DAYS, FIRST
from workbook.intake.company.seasons import day_of

__all__ = ["USERS", "modules_of"]

USERS = {
    "en": ["Chen Jing", "Liu Yang", "Wang Min", "Zhao Lei", "Sun Ting", "He Kai", "Lin Xue", "Guo Feng"],
    "zh": ["陈静", "刘洋", "王敏", "赵磊", "孙婷", "何凯", "林雪", "郭峰"],
}  # fmt: skip


def modules_of(company: Company) -> dict[str, pd.DataFrame]:
    """{module: records}: `key` numbers the records of a module, `account`, `order` ... point to
    those of others; days are counted from the first day of the books (NaN: none)."""
    tables, world = company.tables, company.world
    users = USERS[world.words.language]
    accounts = _accounts(tables["customers"], users)
    account = dict(zip(tables["customers"]["customer_id"], accounts["key"], strict=True))
    orders, lines = _orders(tables["orders"], account)
    order = dict(zip(orders["number"], orders["key"], strict=True))
    modules = {"accounts": accounts, "orders": orders, "lines": lines}
    modules["returns"] = _returns(tables["orders"], account, order)
    modules["contacts"] = _contacts(company, account)
    leads = tables["leads"]
    modules["leads"] = pd.DataFrame(
        {
            "key": np.arange(len(leads)),
            "name": world.words.people(np.random.default_rng([world.seed, 5]), len(leads)),
            "account": leads["customer_id"].map(account),
            "source": leads["channel"],
            "status": leads["status"],
            "created": _day(leads["created_on"]) + 0.4,
            "converted": _day(leads["converted_on"]),
            "owner": _cycled(users, len(leads)),
        }
    )
    deals = tables["deals"]
    deal = dict(zip(deals["deal_id"], range(len(deals)), strict=True))
    modules["deals"] = pd.DataFrame(
        {
            "key": np.arange(len(deals)),
            "account": deals["customer_id"].map(account),
            "name": deals["product"] + " " + deals["deal_id"],
            "amount": deals["amount"],
            "stage": deals["stage"],
            "created": _day(deals["opened_at"]),
            "closed": _day(deals["closed_at"]),
            "expected": _day(deals["expected_close"]),
            "source": deals["source"],
            "lost_reason": deals["lost_reason"],
            "owner": deals["owner"].map(_sales(users)),
        }
    )
    stages = tables["deal_stages"]
    modules["stages"] = pd.DataFrame({"key": np.arange(len(stages)), "deal": stages["deal_id"].map(deal),
                                      "stage": stages["stage"], "at": _day(stages["at"])})  # fmt: skip
    invoices = tables["invoices"]
    invoice = dict(zip(invoices["invoice_id"], range(len(invoices)), strict=True))
    modules["invoices"] = pd.DataFrame(
        {
            "key": np.arange(len(invoices)), "number": invoices["invoice_id"],
            "account": invoices["customer_id"].map(account), "issued": _day(invoices["issued_on"]),
            "due": _day(invoices["due_on"]), "paid": _day(invoices["paid_on"]),
            "amount": invoices["amount"],
        }
    )  # fmt: skip
    payments = tables["payments"]
    modules["payments"] = pd.DataFrame(
        {
            "key": np.arange(len(payments)), "number": payments["payment_id"],
            "account": payments["customer_id"].map(account), "paid": _day(payments["paid_on"]),
            "invoice": payments["invoice_id"].map(invoice), "amount": payments["amount"],
        }
    )  # fmt: skip
    contracts = tables["contracts"]
    modules["contracts"] = pd.DataFrame(
        {
            "key": np.arange(len(contracts)), "number": contracts["contract_id"],
            "account": contracts["customer_id"].map(account), "plan": contracts["product"],
            "started": _day(contracts["started_on"]), "term_ends": _day(contracts["term_ends_on"]),
            "ended": _day(contracts["ended_on"]), "value": contracts["value"],
            "renewed": contracts["renewed"], "reason": contracts["end_reason"],
        }
    )  # fmt: skip
    tickets = tables["tickets"]
    modules["cases"] = pd.DataFrame(
        {
            "key": np.arange(len(tickets)), "number": tickets["ticket_id"],
            "account": tickets["customer_id"].map(account), "order": tickets["order_id"].map(order),
            "kind": tickets["kind"], "cause": tickets["cause"], "priority": tickets["priority"],
            "origin": tickets["channel"], "agent": tickets["agent"], "product": tickets["product"],
            "text": tickets["text"], "created": _day(tickets["opened_at"]),
            "replied": _day(tickets["first_reply_at"]), "closed": _day(tickets["closed_at"]),
        }
    )  # fmt: skip
    modules["calls"], modules["visits"] = _activities(
        tables, account, users, world.words.word("visit_kind", "visit")
    )
    campaigns = tables["campaigns"]
    modules["campaigns"] = pd.DataFrame(
        {
            "key": np.arange(len(campaigns)), "name": campaigns["name"], "kind": campaigns["kind"],
            "started": _day(campaigns["started_on"]), "ended": _day(campaigns["ended_on"]),
            "cost": campaigns["cost"],
        }
    )  # fmt: skip
    products = world.words.translated("", world.words.products)
    modules["products"] = products.assign(
        key=np.arange(len(products)), code=world.words.products["product"]
    )
    modules["users"] = pd.DataFrame({"key": np.arange(len(users)), "name": users})
    modules["spend"] = _daily_spend(tables["spend"], world)
    return modules


def _day(moments) -> np.ndarray:
    """Days, with their parts, since the first day of the books; NaN where there is none."""
    return ((pd.to_datetime(moments) - pd.Timestamp(FIRST)) / pd.Timedelta(days=1)).to_numpy(
        dtype=float
    )


def _cycled(values, size):
    return np.array(values, dtype=object)[np.arange(size) % len(values)]


def _sales(users):
    return {f"S1{n:02d}": users[n - 1] for n in range(1, 9)}


def _accounts(customers, users):
    return pd.DataFrame(
        {
            "key": np.arange(len(customers)), "name": customers["name"], "phone": customers["phone"],
            "email": customers["email"], "type": customers["type"], "status": customers["status"],
            "industry": customers["industry"], "size": customers["company_size"],
            "country": customers["country"], "region": customers["region"],
            "province": customers["province"], "city": customers["city"],
            "tier": customers["client_tier"], "source": customers["channel"],
            "gender": customers["gender"], "birth_year": customers["birth_year"].astype(object),
            "owner": customers["owner"].map(_sales(users)).where(customers["owner"].notna(), users[0]),
            "created": _day(customers["joined_on"]) + 0.4,
        }
    )  # fmt: skip


def _orders(table, account):
    """Headers and lines of what was bought."""
    table = table[~table["is_return"].astype(bool)].reset_index(drop=True)
    key, number = pd.factorize(table["order_id"])
    first = table.drop_duplicates("order_id")
    orders = pd.DataFrame(
        {
            "key": np.arange(len(number)), "number": number,
            "account": first["customer_id"].map(account).to_numpy(),
            "created": _day(first["ordered_at"]), "currency": first["currency"].to_numpy(),
            "channel": first["channel"].to_numpy(), "store": first["store"].to_numpy(),
            "promised": _day(first["promised_on"]), "delivered": _day(first["delivered_on"]),
        }
    )  # fmt: skip
    lines = pd.DataFrame(
        {
            "key": np.arange(len(table)), "order": key, "product": table["product"],
            "quantity": table["quantity"], "price": table["unit_price"],
            "total": (table["quantity"] * table["unit_price"]).round(2),
            "discount": table["discount"], "amount": table["amount"],
        }
    )  # fmt: skip
    return orders, lines


def _returns(table, account, order):
    back = table[table["is_return"].astype(bool)].reset_index(drop=True)
    return pd.DataFrame(
        {
            "key": np.arange(len(back)), "number": back["line_id"],
            "account": back["customer_id"].map(account),
            "order": back["return_of"].str.split("/").str[0].map(order),
            "created": _day(back["ordered_at"]), "product": back["product"],
            "quantity": -back["quantity"], "amount": -back["amount"], "reason": back["return_reason"],
        }
    )  # fmt: skip


def _contacts(company, account):
    contacts = company.tables["contacts"]
    rng = np.random.default_rng([company.world.seed, 6])
    return pd.DataFrame(
        {
            "key": np.arange(len(contacts)),
            "name": company.world.words.people(rng, len(contacts)),
            "account": contacts["customer_id"].map(account),
            "phone": [f"139{n:08d}" for n in rng.integers(10**8, size=len(contacts))],
            "email": [f"contact{n:05d}@mail.cn" for n in range(len(contacts))],
            "title": contacts["role"],
            "decides": contacts["decision_maker"],
            "created": rng.uniform(0, DAYS, len(contacts)),
        }
    )


def _activities(tables, account, users, word):
    """Calls with customers, and visits to them."""
    events, visits = tables["events"], tables["visits"]
    events = events[events["staff"].notna()]
    calls = pd.DataFrame({"account": events["customer_id"].map(account), "at": _day(events["occurred_at"]),
                          "owner": events["staff"]})  # fmt: skip
    seen = pd.DataFrame({"account": visits["customer_id"].map(account), "at": _day(visits["at"]),
                         "owner": visits["staff"].map(_sales(users)), "kind": visits["kind"]})  # fmt: skip
    visit = seen["kind"] == word
    calls["owner"] = _cycled(users, len(calls))
    calls = pd.concat([calls, seen.loc[~visit, ["account", "at", "owner"]]], ignore_index=True)
    calls = calls.sort_values("at", kind="stable", ignore_index=True)
    seen = seen[visit].reset_index(drop=True)
    return calls.assign(key=np.arange(len(calls))), seen.assign(key=np.arange(len(seen)))


def _daily_spend(spend, world):
    """Media money by day and channel, as an advertising platform reports it."""
    media = spend[spend["kind"] == "media"].reset_index(drop=True)
    first = _day(media["month"]).astype(int)
    long = media["month"].dt.days_in_month.to_numpy()
    at = np.repeat(np.arange(len(media)), long)
    day = first[at] + np.arange(len(at)) - np.repeat(np.cumsum(long) - long, long)
    part = 0.7 + 0.6 * world.u("daily spend", at, day)
    part = part / np.bincount(at, part)[at]
    table = pd.DataFrame(
        {
            "day": day, "channel": media["channel"].to_numpy()[at],
            "cost": (media["amount"].to_numpy()[at] * part).round(2),
            "clicks": np.round(media["clicks"].to_numpy(dtype=float)[at] * part),
        }
    )  # fmt: skip
    return table[table["day"] <= day_of(AS_OF)].sort_values(["day", "channel"], ignore_index=True)
