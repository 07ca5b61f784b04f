"""Each rule of cleaning on a few rows whose count and money are known by hand."""

import pytest

from workbook.intake.errors import InputError

CUSTOMERS = """customer_id,name,email,phone,type,birth_year
a,Ann Lee,ann@x.org,+47 22 11 00 11,Consumer,1980
b,Bob Ray,bob@x.org,,consumer,1492
t,Test account 2,who@y.org,,consumer,
u,Ulla,ulla@example.com,,,
w,Wei,wei@x.org,,员工,
"""
ORDERS = """customer_id,ordered_at,amount
a,2024-01-05,10
b,2024-02-07,5
t,2024-02-08,100
u,2024-02-09,1000
w,2024-02-10,7
z,2024-02-11,3
"""


@pytest.fixture
def cleaned(shop):
    """Write tables given as text and open them; `more` is further lines of _shared.yml."""

    def opened(more="", as_of="2024-12-31", **tables):
        lines = ""
        for name, text in tables.items():
            shop.orders(text, f"{name}.csv")
            lines += f"  {name}: {{path: {name}.csv}}\n"
        head = f'as_of: "{as_of}"\n' if as_of else ""
        shop.shared(f"currency: EUR\n{head}{more}\nsources:\n{lines}")
        return shop.open()

    return opened


def told(tables):
    """{(table, rule, detail): (rows, customers, money)}, nothing for what wasn't counted."""
    frame = tables.ledger.astype(object)
    frame = frame.where(frame.notna(), None)
    keys = zip(frame["table"], frame["rule"], frame["detail"], strict=True)
    counts = zip(frame["rows"], frame["customers"], frame["money"], strict=True)
    return dict(zip(keys, counts, strict=True))


def test_test_accounts_and_staff_are_set_aside_with_their_orders(cleaned):
    tables = cleaned(customers=CUSTOMERS, orders=ORDERS)
    assert sorted(tables.customers.execute().customer_id) == ["a", "b"]
    assert sorted(tables.orders.execute().customer_id) == ["a", "b", "z"]
    found = told(tables)
    assert found["customers", "test_account", ""] == (3, 3, None)
    assert found["orders", "test_account", ""] == (3, 3, 1107.0)
    review = tables.reviewed("orders").execute().query("rule == 'test_account'")
    assert review.customer_id.tolist() == ["t", "u", "w"]
    assert review[["state", "file", "row"]].values.tolist()[0] == ["aside", "orders.csv", 4]


def test_a_rule_that_is_off_leaves_the_rows(cleaned):
    tables = cleaned("cleaning: {test_account: false}", customers=CUSTOMERS, orders=ORDERS)
    assert len(tables.orders.execute()) == 6 and len(tables.customers.execute()) == 5
    assert not [key for key in told(tables) if key[1] == "test_account"]


@pytest.mark.parametrize(
    "name",
    ["Test Equipment GmbH", "Demosthenes", "Testa Rossa", "检测设备有限公司", "Sample & Sons"],
)
def test_a_firm_whose_name_only_begins_like_a_test_stays(cleaned, name):
    text = f"customer_id,name\na,{name}\n"
    assert len(cleaned(customers=text).customers.execute()) == 1


@pytest.mark.parametrize(
    "name", ["test", "Testing", "demo 2", "测试客户", "演示账号", "TEST-USER-01"]
)
def test_a_name_that_says_test_is_one(cleaned, name):
    text = f"customer_id,name\na,{name}\nb,Bob\n"
    assert cleaned(customers=text).customers.execute().customer_id.tolist() == ["b"]


@pytest.mark.parametrize(
    "given, words",
    [
        ("{test_acount: false}", ["no rule 'test_acount'", "did you mean 'test_account'?"]),
        ("{no_customer: false}", ["'no_customer' can't be switched"]),
        ("{test_account: perhaps}", ["cleaning.test_account must be true or false"]),
        ("[test_account]", ["cleaning must be `key: value` lines"]),
    ],
)
def test_switches_are_checked(cleaned, given, words):
    with pytest.raises(InputError) as caught:
        cleaned(f"cleaning: {given}", orders=ORDERS)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_orders_of_unknown_customers_stay_and_are_counted(cleaned):
    found = told(cleaned(customers=CUSTOMERS, orders=ORDERS))
    assert found["orders", "unknown_customer_kept", ""] == (1, 1, 3.0)
    off = "cleaning: {unknown_customer_removed: true}"
    tables = cleaned(off, customers=CUSTOMERS, orders=ORDERS)
    assert sorted(tables.orders.execute().customer_id) == ["a", "b"]
    assert told(tables)["orders", "unknown_customer_removed", ""] == (1, 1, 3.0)


def test_values_that_cannot_be_are_left_empty(cleaned):
    surveys = (
        "response_id,answered_on,customer_id,nps,csat\n1,2024-03-01,a,9,99\n2,2024-03-02,b,11,5\n"
    )
    tables = cleaned("scales: {csat: [1, 5, up]}", customers=CUSTOMERS, surveys=surveys)
    frame = tables.surveys.order_by("response_id").execute()
    assert frame.nps.isna().tolist() == [False, True]
    assert frame.csat.isna().tolist() == [True, False]
    found = told(tables)
    assert found["surveys", "impossible_value", "nps"][0] == 1
    assert found["surveys", "impossible_value", "csat"][0] == 1
    assert found["customers", "impossible_value", "birth_year"][0] == 1
    details = tables.reviewed("surveys").execute().detail.tolist()
    assert sorted(details) == ["csat=99.0", "nps=11.0"]


def test_without_a_scale_nobody_says_what_an_answer_may_be(cleaned):
    surveys = "response_id,answered_on,csat\n1,2024-03-01,99\n"
    tables = cleaned(surveys=surveys)
    assert tables.surveys.execute().csat.tolist() == [99] and told(tables) == {}


def test_days_in_the_wrong_order(cleaned):
    tickets = (
        "ticket_id,opened_at,closed_at\n1,2024-03-05,2024-03-04\n2,2024-03-05 18:00,2024-03-05\n"
    )
    orders = (
        "customer_id,ordered_at,amount,shipped_on,delivered_on\n"
        "a,2024-03-05,10,2024-03-07,2024-03-06\na,2024-03-05,20,2024-03-01,2024-03-09\n"
    )
    tables = cleaned(tickets=tickets, orders=orders)
    assert tables.tickets.execute().ticket_id.tolist() == ["2"]  # the same day is no contradiction
    frame = tables.orders.order_by("amount").execute()
    assert frame.delivered_on.isna().tolist() == [True, False]
    assert frame.shipped_on.isna().tolist() == [False, True]
    found = told(tables)
    assert found["tickets", "end_before_start", ""][0] == 1
    assert found["orders", "impossible_value", "delivered_on"] == (1, 1, 10.0)
    assert found["orders", "impossible_value", "shipped_on"] == (1, 1, 20.0)


def test_rows_from_before_all_records(cleaned):
    orders = "customer_id,ordered_at,amount\na,1970-01-01,10\nb,2024-03-05,20\n"
    tables = cleaned(orders=orders)
    assert tables.orders.execute().amount.tolist() == [20]
    assert told(tables)["orders", "date_out_of_range", ""] == (1, 1, 10.0)


def test_other_currencies_are_converted_where_a_rate_is_known(cleaned):
    orders = (
        "customer_id,ordered_at,amount,cost,currency\na,2024-01-05,10,5,EUR\na,2024-01-06,20,,\n"
        "b,2024-03-05,100,40,US$\nb,2023-01-05,100,40,USD\nc,2024-03-05,30,,JPY\n"
    )
    fx = "currency,period,rate\nUSD,2024-01-01,0.9\nUSD,2024-03-01,0.8\nUSD,2024-04-01,0.5\n"
    tables = cleaned(orders=orders, fx=fx)
    frame = tables.orders.order_by("ordered_at").execute()
    assert frame.amount.tolist() == [10, 20, 80] and frame.cost.tolist()[2] == 32
    found = told(tables)
    assert found["orders", "currency_converted", "USD"] == (1, 1, 80.0)
    assert found["orders", "other_currency", "JPY, USD"] == (
        2,
        2,
        None,
    )  # none known in 2023, none for JPY
    review = tables.reviewed("orders").execute().query("rule == 'currency_converted'")
    assert review[["state", "amount"]].values.tolist() == [["before", 100], ["after", 80]]


def test_other_currencies_without_rates_are_set_aside_or_left_alone(cleaned):
    orders = "customer_id,ordered_at,amount,currency\na,2024-01-05,10,EUR\nb,2024-03-05,100,USD\n"
    tables = cleaned(orders=orders)
    assert tables.orders.execute().amount.tolist() == [10]
    assert told(tables)["orders", "other_currency", "USD"] == (1, 1, None)
    tables = cleaned("cleaning: {other_currency: false}", orders=orders)
    assert sorted(tables.orders.execute().amount) == [10, 100]


def test_a_sale_with_a_negative_amount_is_kept_and_told(cleaned):
    orders = "customer_id,ordered_at,amount,is_return\na,2024-01-05,-9,no\na,2024-01-06,4,no\n"
    tables = cleaned(orders=orders)
    assert sorted(tables.orders.execute().amount) == [-9, 4]
    assert told(tables)["orders", "negative_sale_kept", ""] == (1, 1, -9.0)


def test_a_turned_return_can_be_undone_from_the_review(cleaned):
    orders = "customer_id,ordered_at,amount,is_return\na,2024-01-05,9,yes\na,2024-01-06,4,no\n"
    review = cleaned(orders=orders).reviewed("orders").execute()
    assert review[["rule", "state", "amount"]].values.tolist() == [
        ["return_made_negative", "before", 9.0],
        ["return_made_negative", "after", -9.0],
    ]
    tables = cleaned("cleaning: {return_made_negative: false}", orders=orders)
    assert sorted(tables.orders.execute().amount) == [4, 9] and told(tables) == {}


def test_possible_duplicates_go_only_when_asked(cleaned):
    orders = "customer_id,ordered_at,amount\n" + "a,2024-01-05,10\n" * 3
    assert len(cleaned(orders=orders).orders.execute()) == 3
    tables = cleaned("cleaning: {possible_duplicates_removed: true}", orders=orders)
    assert len(tables.orders.execute()) == 1
    assert told(tables)["orders", "possible_duplicates_removed", ""] == (2, 1, 20.0)


def test_line_ids_count_within_their_order(cleaned):
    head = "order_id,line_id,customer_id,ordered_at,amount,note\n"
    rows = ["1,1,a,2024-01-05,3,x", "2,1,a,2024-01-05,3,x", "1,1,a,2024-01-05,3,changed"]
    rows += ["3,1,a,2024-01-05,3,x", "3,1,a,2024-01-05,8,x"]
    tables = cleaned(orders=head + "\n".join(rows) + "\n")
    assert sorted(tables.orders.execute().amount) == [3, 3, 3, 8]
    found = told(tables)
    # the note isn't read: a line that differs in it alone is the same line
    assert found["orders", "exact_duplicates_removed", ""] == (1, 1, 3.0)
    assert found["orders", "repeated_line_kept", ""] == (1, 1, 8.0)


def test_the_last_row_of_a_key_stays_in_every_table_that_has_one(cleaned):
    invoices = (
        "invoice_id,customer_id,issued_on,amount\n1,a,2024-01-05,10\n1,a,2024-01-05,12\n"
        "2,b,2024-01-05,7\n"
    )
    tables = cleaned(invoices=invoices)
    assert sorted(tables.invoices.execute().amount) == [7, 12]
    assert told(tables)["invoices", "repeated_key_removed", ""] == (1, 1, 10.0)
    tables = cleaned("cleaning: {repeated_key_removed: false}", invoices=invoices)
    assert len(tables.invoices.execute()) == 3


def test_listed_values_are_written_alike_and_others_counted(cleaned):
    tickets = "ticket_id,opened_at,kind\n1,2024-03-05,After-sales\n2,2024-03-05,COMPLAINT\n3,2024-03-05,Anfrage\n"
    tables = cleaned(tickets=tickets)
    frame = tables.tickets.order_by("ticket_id").execute()
    assert frame.kind.tolist() == ["after_sales", "complaint", "Anfrage"]
    assert told(tables) == {("tickets", "value_not_listed", "kind"): (1, None, None)}


def test_telephone_numbers_and_addresses_in_texts_are_masked(cleaned):
    texts = [
        "call 13812345678 now",
        "ann.lee@x.co.uk wrote",
        "order 20240305 of 2024-03-05",
        "+49 30 1234567",
    ]
    rows = "".join(f"{i},2024-03-05,{text}\n" for i, text in enumerate(texts))
    tables = cleaned(tickets="ticket_id,opened_at,text\n" + rows)
    frame = tables.tickets.order_by("ticket_id").execute()
    assert frame.text.tolist() == ["call *** now", "***@*** wrote", texts[2], "***"]
    assert told(tables)["tickets", "contact_masked", "text"][0] == 3


def test_what_nobody_could_know_on_the_day_is_left_empty(cleaned):
    tickets = (
        "ticket_id,opened_at,due_at,closed_at\n1,2024-03-05,2025-01-05,2025-02-01\n"
        "2,2024-03-05,2024-03-06,2024-03-07\n"
    )
    tables = cleaned(tickets=tickets)
    frame = tables.tickets.order_by("ticket_id").execute()
    assert frame.closed_at.isna().tolist() == [True, False]
    assert frame.due_at.isna().tolist() == [False, False]  # planned days may lie ahead
    assert told(tables) == {("tickets", "later_value_emptied", "closed_at"): (1, None, None)}


def test_a_table_without_a_usable_row_counts_as_missing(cleaned):
    tables = cleaned(orders=ORDERS, visits="customer_id,at\n,2024-01-01\n")
    assert "visits" not in tables and "orders" in tables
    assert told(tables)["visits", "no_customer", ""][0] == 1
    assert tables.sources.set_index("table").loc["visits", ["rows", "kept"]].tolist() == [1, 0]


def test_personal_data_never_reach_the_tables_or_the_review(cleaned):
    tables = cleaned(customers=CUSTOMERS, orders=ORDERS)
    for columns in (tables.customers.columns, tables.reviewed("customers").columns):
        assert not {"name", "email", "phone"} & set(columns)
