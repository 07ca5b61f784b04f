"""The simulated company in the files of a Zoho CRM backup."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbook.intake.company.parameters import FIRST

__all__ = ["record_id", "write"]

_NUMBER = {name: place for place, name in enumerate(
    ("accounts", "contacts", "leads", "deals", "orders", "lines", "returns", "invoices", "payments",
     "contracts", "cases", "calls", "visits", "campaigns", "products", "users", "stages", "tasks"), 1)}  # fmt: skip
_TYPES = {
    "en": {"consumer": "Consumer", "business": "Business", "dealer": "Distributor"},
    "zh": {"consumer": "个人客户", "business": "企业客户", "dealer": "经销商"},
}
_CASES = {
    "en": {"enquiry": "Enquiry", "complaint": "Complaint", "after_sales": "After-sales",
           "return": "Return", "repair": "Repair"},
    "zh": {"enquiry": "咨询", "complaint": "投诉", "after_sales": "售后", "return": "退换货",
           "repair": "维修"},
}  # fmt: skip


def record_id(module: str, key) -> str | None:
    """Record id of 19 digits; None where there is no record."""
    if key is None or pd.isna(key):
        return None
    return str(4_876_543_000_000_000_000 + _NUMBER[module] * 10**11 + int(key) * 10 + 7)


def _ids(module, keys):
    return np.array([record_id(module, key) for key in keys], dtype=object)


def write(modules: dict[str, pd.DataFrame], folder: Path, *, seed: int, language: str):
    """Write the modules; returns {file: rows of data} and the dirt that the files themselves have.

    Odd seeds are European: DD.MM.YYYY HH:MM, and money with a decimal comma in the spend sheet.
    """
    european = seed % 2 == 1
    moment = "%d.%m.%Y %H:%M" if european else "%Y-%m-%d %H:%M:%S"
    day = "%d.%m.%Y" if european else "%Y-%m-%d"
    written: dict[str, int] = {}

    def at(days, pattern=moment):
        return _formatted(days, pattern)

    def save(name, table, *, encoding="utf-8-sig", sep=",", total="", blank=0):
        _csv(folder / name, table, encoding, sep, total, blank)
        written[name] = len(table)

    tables = _tables(modules, at, lambda days: at(days, day), language)
    names = {
        "Sales_Orders": {}, "Deals_Stage_History": {}, "Campaigns": {}, "Products": {}, "Users": {},
        "Calls": {"blank": 3}, "Tasks": {}, "Events": {}, "Leads": {"encoding": "utf-16"},
        "Accounts": {}, "Sales_Order_Line_Items": {}, "Deals": {},
        "Contacts": {"encoding": "gb18030"}, "Invoices": {"total": "Grand Total"},
        "Payments": {"total": "Amount"}, "Returns": {}, "Contracts": {}, "Cases": {"blank": 4},
    }  # fmt: skip
    for name, options in names.items():
        save(f"{name}_001.csv", tables[name], **options)
    spend = modules["spend"]
    cost = spend["cost"].map("{:.2f}".format)
    heads = (
        ["日期", "推广渠道", "消耗(元)", "点击数"]
        if language == "zh"
        else ["Day", "Platform", "Cost", "Clicks"]
    )
    sheet = pd.DataFrame(
        {heads[0]: at(spend["day"], day), heads[1]: spend["channel"],
         heads[2]: cost.str.replace(".", ",") if european else cost,
         heads[3]: spend["clicks"].astype(int)}
    )  # fmt: skip
    chinese = language == "zh"
    save("投放日报.csv" if chinese else "ad_spend.csv", sheet,
         encoding="gb18030" if chinese else "utf-8", sep=";" if european else ",")  # fmt: skip
    more = {
        "totals_rows": {"module": "invoices, payments", "rows": 2},
        "blank_lines": {"module": "cases, calls", "rows": 7},
        "encodings": {"module": "contacts, leads", "rows": len(modules["contacts"]) + len(modules["leads"])},
    }  # fmt: skip
    return written, more


def _tables(modules, at, on, language) -> dict[str, pd.DataFrame]:
    """Headings as a backup writes them, a few renamed and added as organisations do."""
    m, name = (
        modules,
        dict(zip(modules["accounts"]["key"], modules["accounts"]["name"], strict=True)),
    )
    users = dict(zip(m["users"]["name"], _ids("users", m["users"]["key"]), strict=True))

    def lookup(heading, keys):
        return {
            f"{heading}.id": _ids("accounts", keys),
            heading: pd.Series(keys).map(name).to_numpy(),
        }

    def owner(heading, names):
        names = pd.Series(names)
        return {f"{heading}.id": names.map(users).to_numpy(), heading: names.to_numpy()}

    def rec(module):
        return {"Record Id": _ids(module, m[module]["key"])}

    a, o, line = m["accounts"], m["orders"], m["lines"]
    number = o.set_index("key")["number"]
    product_id = dict(
        zip(m["products"]["product"], _ids("products", m["products"]["key"]), strict=True)
    )
    found = {
        "Accounts": rec("accounts") | owner("Account Owner", a["owner"]) | {
            "Account Name": a["name"], "Phone Number": a["phone"], "E-mail": a["email"],
            "Account Type": a["type"].map(_TYPES[language]), "Industry": a["industry"],
            "Employees": a["size"], "Billing Address - City": a["city"],
            "Billing Address - State / Province": a["province"],
            "Billing Address - Country / Region": a["country"], "Sales Region": a["region"],
            "Customer Tier": a["tier"], "Lead Source": a["source"], "Gender": a["gender"],
            "Birth Year": a["birth_year"], "Created Time": at(a["created"]),
            "Modified Time": at(a["created"] + 3), "Tag": ""},
        "Contacts": rec("contacts") | lookup("Account Name", m["contacts"]["account"]) | {
            "Contact Name": m["contacts"]["name"], "Email": m["contacts"]["email"],
            "Mobile": m["contacts"]["phone"], "Title": m["contacts"]["title"],
            "Decision Maker": m["contacts"]["decides"].map({True: "true", False: "false"}),
            "Created Time": at(m["contacts"]["created"])},
        "Leads": rec("leads") | owner("Lead Owner", m["leads"]["owner"]) | {
            "Lead Name": m["leads"]["name"], "Lead Source": m["leads"]["source"],
            "Lead Status": m["leads"]["status"],
            "Is Converted": m["leads"]["converted"].notna().map({True: "true", False: "false"}),
            "Converted Account.id": _ids("accounts", m["leads"]["account"]),
            "Converted Date": on(m["leads"]["converted"]), "Created Time": at(m["leads"]["created"])},
        "Deals": rec("deals") | owner("Deal Owner", m["deals"]["owner"]) | {
            "Deal Name": m["deals"]["name"], **lookup("Account Name", m["deals"]["account"]),
            "Amount": m["deals"]["amount"].map("¥{:,.2f}".format), "Stage": m["deals"]["stage"],
            "Closing Date": on(m["deals"]["closed"].fillna(m["deals"]["expected"])),
            "Lead Source": m["deals"]["source"], "Reason For Loss": m["deals"]["lost_reason"],
            "Created Time": at(m["deals"]["created"])},
        "Deals_Stage_History": rec("stages") | {
            "Deal Name.id": _ids("deals", m["stages"]["deal"]), "Stage": m["stages"]["stage"],
            "Modified Time": at(m["stages"]["at"])},
        "Sales_Orders": rec("orders") | {
            "SO Number": o["number"], **lookup("Account Name", o["account"]),
            "Grand Total": o["total"], "Currency": o["currency"], "Sales Channel": o["channel"],
            "Store": o["store"], "Promised Delivery": on(o["promised"]),
            "Delivered On": on(o["delivered"]), "Status": "Delivered",
            "Created Time": at(o["created"])},
        "Sales_Order_Line_Items": rec("lines") | {
            "Parent ID.id": _ids("orders", line["order"]), "Parent ID": line["order"].map(number),
            "Product Name.id": line["product"].map(product_id), "Product Name": line["product"],
            "Quantity": line["quantity"].astype(int), "List Price": line["price"], "Total": line["total"],
            "Discount": line["discount"], "Net Total": line["amount"]},
        "Returns": rec("returns") | {
            "Return Number": m["returns"]["number"], **lookup("Account Name", m["returns"]["account"]),
            "Sales Order.id": _ids("orders", m["returns"]["order"]),
            "Product Name": m["returns"]["product"], "Quantity": m["returns"]["quantity"].astype(int),
            "Refund Amount": m["returns"]["amount"], "Return Reason": m["returns"]["reason"],
            "Return Date": at(m["returns"]["created"])},
        "Invoices": rec("invoices") | {
            "Invoice Number": m["invoices"]["number"], **lookup("Account Name", m["invoices"]["account"]),
            "Invoice Date": on(m["invoices"]["issued"]), "Due Date": on(m["invoices"]["due"]),
            "Paid On": on(m["invoices"]["paid"]), "Grand Total": m["invoices"]["amount"]},
        "Payments": rec("payments") | {
            "Payment Number": m["payments"]["number"], **lookup("Account Name", m["payments"]["account"]),
            "Invoice.id": _ids("invoices", m["payments"]["invoice"]),
            "Payment Date": on(m["payments"]["paid"]), "Amount": m["payments"]["amount"]},
        "Contracts": rec("contracts") | {
            "Contract Number": m["contracts"]["number"], **lookup("Account Name", m["contracts"]["account"]),
            "Plan": m["contracts"]["plan"], "Start Date": on(m["contracts"]["started"]),
            "End Date": on(m["contracts"]["term_ends"]), "Ended On": on(m["contracts"]["ended"]),
            "Contract Value": m["contracts"]["value"], "Reason": m["contracts"]["reason"],
            "Renewed": m["contracts"]["renewed"].map({True: "true", False: "false"})},
        "Cases": rec("cases") | {
            "Case Number": m["cases"]["number"], **lookup("Account Name", m["cases"]["account"]),
            "Type": m["cases"]["kind"].map(_CASES[language]),
            "Status": m["cases"]["closed"].notna().map({True: "Closed", False: "New"}),
            "Priority": m["cases"]["priority"], "Case Origin": m["cases"]["origin"],
            "Case Reason": m["cases"]["cause"], "Product Name": m["cases"]["product"],
            "Sales Order.id": _ids("orders", m["cases"]["order"]), "Agent": m["cases"]["agent"],
            "Description": m["cases"]["text"], "Created Time": at(m["cases"]["created"]),
            "First Response Time": at(m["cases"]["replied"]), "Closed Time": at(m["cases"]["closed"])},
        "Calls": rec("calls") | owner("Call Owner", m["calls"]["owner"]) | {
            "Subject": "Call", "Call Type": "Outbound", "Call Start Time": at(m["calls"]["at"]),
            "Call Duration (in seconds)": 180, "Call Status": "Completed",
            **{f"Related To{k[12:]}": v for k, v in lookup("Account Name", m["calls"]["account"]).items()}},
        "Events": rec("visits") | owner("Event Owner", m["visits"]["owner"]) | {
            "Title": "Visit", "Start DateTime": at(m["visits"]["at"]),
            "End DateTime": at(m["visits"]["at"] + 1 / 24),
            **{f"Related To{k[12:]}": v for k, v in lookup("Account Name", m["visits"]["account"]).items()}},
        "Campaigns": rec("campaigns") | {
            "Campaign Name": m["campaigns"]["name"], "Type": m["campaigns"]["kind"],
            "Start Date": on(m["campaigns"]["started"]), "End Date": on(m["campaigns"]["ended"]),
            "Actual Cost": m["campaigns"]["cost"]},
        "Products": rec("products") | {
            "Product Name": m["products"]["product"], "Product Code": m["products"]["code"],
            "Product Category": m["products"]["category"], "Manufacturer": m["products"]["brand"],
            "Unit Price": m["products"]["price"]},
        "Users": rec("users") | {"Full Name": m["users"]["name"], "Email": "staff@yunhe.cn"},
    }  # fmt: skip
    tasks = found["Calls"]
    found["Tasks"] = {"Record Id": _ids("tasks", m["calls"]["key"][::9]), "Task Owner": tasks["Call Owner"][::9],
                      "Subject": "Follow up", "Status": "Not Started",
                      "Due Date": on(m["calls"]["at"][::9] + 900),
                      "Created Time": tasks["Call Start Time"][::9]}  # fmt: skip
    return {name: pd.DataFrame(columns) for name, columns in found.items()}


def _formatted(days, pattern: str) -> np.ndarray:
    """Days since the first one as text; None where there is none."""
    days = np.asarray(days, dtype=float)
    known = np.isfinite(days)
    seconds = np.round(np.where(known, days, 0.0) * 86400).astype("timedelta64[s]")
    text = pd.DatetimeIndex(np.datetime64(FIRST, "s") + seconds).strftime(pattern)
    return np.where(known, np.asarray(text, dtype=object), None)


def _csv(path: Path, table: pd.DataFrame, encoding: str, sep: str, total: str, blank: int) -> None:
    """One file; with a row of totals at its end, or blank lines between its rows."""
    text = table.to_csv(index=False, sep=sep, lineterminator="\n")
    if blank:
        parts = [table.iloc[piece] for piece in np.array_split(np.arange(len(table)), blank + 1)]
        text = "\n".join(
            part.to_csv(index=False, sep=sep, header=number == 0, lineterminator="\n")
            for number, part in enumerate(parts)
        )
    if total:
        row = [""] * len(table.columns)
        row[1], row[list(table.columns).index(total)] = "Total", f"{table[total].sum():.2f}"
        text += sep.join(row) + "\n"
    path.write_text(text, encoding=encoding, newline="")
