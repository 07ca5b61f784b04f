import pandas as pd
import pytest

from workbook.intake.matching.proposal import CONFIDENT
from workbook.intake.matching.propose import propose


def guess(block, column):
    return {g.column: g for g in block.every_guess}[column]


def test_accounts_are_the_customers_and_their_contacts_persons(exports, blocks):
    found = blocks(exports.zoho(), "zoho")
    assert found["customers"].path == "raw/Accounts*.csv"
    assert guess(found["customers"], "customer_id").headings == ("Record Id",)
    assert found["contacts"].path == "raw/Contacts*.csv"
    assert guess(found["contacts"], "customer_id").headings == ("Account Name.id",)


def test_without_accounts_the_contacts_are_the_customers(exports, blocks):
    tables = [t for t in exports.zoho() if not t.name.startswith("Accounts")]
    found = blocks(tables, "zoho")
    assert found["customers"].path == "raw/Contacts*.csv" and "contacts" not in found
    (header,) = found["orders"].joins
    assert {g.column: g.headings for g in header.guesses}["customer_id"] == ("Contact Name.id",)


def test_contacts_without_an_account_buy_for_themselves(exports, profile):
    tables = exports.zoho()
    contacts = next(t for t in tables if t.name.startswith("Contacts")).frame
    contacts.loc[0, "Account Name.id"] = None
    customers = [b for b in propose(tables, profile("zoho")).blocks if b.table == "customers"]
    assert [dict(b.keep) for b in customers] == [{}, {"Account Name.id": ("",)}]


def test_lines_find_date_and_customer_in_the_head_of_their_order(exports, blocks):
    orders = blocks(exports.zoho(), "zoho")["orders"]
    (header,) = orders.joins
    assert header.on == ("Parent ID", "Record Id") and header.share == 1.0
    assert {g.column: g.headings for g in header.guesses} == {
        "ordered_at": ("Created Time",),
        "customer_id": ("Account Name.id",),
    }
    assert guess(orders, "amount").headings == ("Net Total",)


def test_cancelled_orders_are_left_out_and_said_so(exports, blocks):
    (header,) = blocks(exports.zoho(), "zoho")["orders"].joins
    assert header.keep == {"Status": ("Delivered", "")}
    assert header.doubts[0].values["values"] == ["Cancelled"]


def test_a_customer_named_but_not_numbered_is_found_through_his_name(exports, blocks):
    found = blocks(exports.fxiaoke(), "fxiaoke")
    (join,) = found["payments"].joins
    assert join.on == ("客户名称", "客户名称") and join.guesses[0].headings == ("客户编号",)
    (header,) = found["orders"].joins
    (account,) = header.joins
    assert account.on == ("客户名称", "客户名称") and account.guesses[0].column == "customer_id"


def test_a_call_to_a_contact_counts_for_his_account(exports, blocks):
    (join,) = blocks(exports.zoho(), "zoho")["events"].joins
    assert join.on == ("Contact Name.id", "Record Id")
    assert join.guesses[0].headings == ("Account Name.id", "Record Id")


def test_a_deal_is_closed_on_its_closing_date_only_when_it_is_closed(exports, blocks):
    deals = blocks(exports.zoho(), "zoho")["deals"]
    (closed,) = deals.joins
    assert closed.on == ("Record Id", "Record Id")
    assert closed.keep == {"Stage": ("Closed Won", "Closed Lost")}
    assert guess(deals, "expected_close").headings == ("Closing Date",)
    assert guess(deals, "won").values == {
        "Closed Won": "true",
        "Closed Lost": "false",
        "Negotiation": "",
    }


def test_values_become_those_of_the_contract(exports, blocks):
    found = blocks(exports.fxiaoke(), "fxiaoke")
    assert guess(found["customers"], "type").values == {"企业客户": "business", "经销商": "dealer"}
    assert guess(found["tickets"], "kind").values["投诉"] == "complaint"


@pytest.mark.parametrize("name", ["zoho", "fxiaoke"])
def test_an_advertising_sheet_of_no_module_becomes_spend(exports, blocks, name):
    spend = blocks(getattr(exports, name)(), name)["spend"]
    assert {"month", "channel", "amount", "clicks"} <= {g.column for g in spend.guesses}
    assert spend.sure


@pytest.mark.parametrize("name", ["zoho", "fxiaoke"])
def test_without_a_profile_words_and_keys_do(exports, blocks, name):
    found = blocks(getattr(exports, name)())
    assert {"customers", "orders", "spend", "tickets"} <= set(found)
    assert all(found[table].sure for table in ("customers", "orders", "spend"))


def test_a_renamed_column_is_found_by_likeness_and_said_to_be_a_guess(exports, blocks):
    tables = exports.zoho()
    frame = tables[2].frame.rename(
        columns={"Reason For Loss": "Loss Reason", "Stage": "Deal Stage"}
    )
    tables[2] = exports.raw("Deals_001.csv", frame.to_dict("list"))
    deals = blocks(tables, "zoho")["deals"]
    assert guess(deals, "stage").headings == ("Deal Stage",)
    assert CONFIDENT <= guess(deals, "stage").confidence < 0.95
    assert guess(deals, "lost_reason").headings == ("Loss Reason",)


def test_content_speaks_against_a_heading(raw, blocks):
    columns = {
        "Customer Id": [f"c{i}" for i in range(40)],
        "Order Date": ["soon"] * 16 + ["2024-03-05"] * 24,
        "Amount": ["12.50"] * 40,
    }
    orders = blocks([raw("orders.csv", columns)])["orders"]
    found = guess(orders, "ordered_at")
    assert found.confidence < CONFIDENT and not orders.sure
    assert found.doubts[0].code == "cells_do_not_fit" and found.doubts[0].values["share"] == 0.4


def test_words_instead_of_dates_are_no_orders(raw, blocks):
    columns = {"Customer Id": ["a", "b"] * 20, "Order Date": ["soon"] * 40, "Amount": ["1"] * 40}
    assert "orders" not in blocks([raw("orders.csv", columns)])


def test_the_column_that_holds_keys_is_the_customer_whatever_it_is_called(raw, blocks):
    ids = [f"K{i:04d}" for i in range(50)]
    customers = raw("customers.csv", {"Customer Id": ids, "Name": [f"n {i}" for i in ids]})
    orders = raw(
        "sales.csv",
        {"Ref 7": ids, "Order Date": ["2024-03-05"] * 50, "Amount": [f"{i}.5" for i in range(50)]},
    )
    found = guess(blocks([customers, orders])["orders"], "customer_id")
    assert found.headings == ("Ref 7",) and found.reason.code == "keys_found" and found.sure


def test_ten_thousands_in_the_heading_are_not_applied(raw, blocks):
    columns = {
        "客户编号": [f"c{i}" for i in range(40)],
        "下单日期": ["2024-03-05"] * 40,
        "金额(万元)": ["12.50"] * 40,
    }
    orders = blocks([raw("订单.csv", columns)])["orders"]
    assert guess(orders, "amount").doubts[0].values == {"unit": "万元"} and not orders.sure


def test_days_that_can_be_read_in_two_orders_follow_the_other_files(exports, blocks):
    found = blocks(exports.zoho(), "zoho")
    value, reason = found["orders"].settings["date_order"]
    assert value == "dmy" and reason.code == "order_of_other_files"
    assert "date_order" not in found["customers"].settings


def test_where_no_file_tells_slashes_are_asked_about(raw, blocks):
    columns = {
        "Customer Id": [f"c{i}" for i in range(40)],
        "Order Date": ["03/04/2024"] * 40,
        "Amount": ["12.50"] * 40,
    }
    orders = blocks([raw("orders.csv", columns)])["orders"]
    assert orders.doubts[0].code == "date_order_open" and "date_order" not in orders.settings


def test_without_orders_won_deals_stand_for_them_and_this_is_said(exports, profile):
    tables = [t for t in exports.zoho() if not t.name.startswith("Sales_Order")]
    orders = [b for b in propose(tables, profile("zoho")).blocks if b.table == "orders"]
    assert len(orders) == 1 and orders[0].doubts[0].code == "deals_as_orders"
    assert orders[0].keep == {"Stage": ("Closed Won",)}


def test_parts_of_one_export_share_a_block(exports, profile):
    tables = exports.zoho()
    frame = tables[0].frame
    half = len(frame) // 2
    parts = [frame[:half], frame[half:]]
    tables[:1] = [
        exports.raw(f"Accounts_00{n}.csv", part.to_dict("list")) for n, part in enumerate(parts)
    ]
    (customers,) = [b for b in propose(tables, profile("zoho")).blocks if b.table == "customers"]
    assert len(customers.tables) == 2 and customers.path == "raw/Accounts*.csv"


def test_what_is_not_used_says_why(exports, raw, profile):
    tables = [*exports.zoho(), raw("empty.csv", {"a": [], "b": []}), raw("odd.csv", {"q": ["1"]})]
    reasons = {t.name: r.code for t, r in propose(tables, profile("zoho")).unused}
    assert reasons == {"empty.csv": "no_rows", "odd.csv": "resembles_no_table"}


def test_headings_that_repeat_or_are_empty_are_left_alone(profile):
    from workbook.intake.matching.raw import RawTable

    frame = pd.DataFrame([["c1", "2024-01-01", "5", "6"]] * 30)
    frame.columns = ["Customer Id", "Order Date", "Amount", "Amount (2)"]
    table = RawTable(
        name="orders.csv",
        headings=("Customer Id", "Order Date", "Amount", "Amount"),
        rows=30,
        read=frame.head,
        distinct=lambda heading: set(frame[heading]),
    )
    assert all(b.best("amount") is None for b in propose([table], None).blocks)
