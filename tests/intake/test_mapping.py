"""The mapping language: blocks, joins, constants, replaced values, rows kept, first filled."""

import pytest

from workbook.intake.errors import InputError

LINES = """Parent ID,Net Total,Total,Is Deleted
1,10,99,false
1,,7,
2,5,5,true
9,3,3,false
"""
HEADERS = """Record Id,Account Name.id,Created Time
1,a,2024-01-05
2,b,2024-02-06
2,c,2024-02-06
"""


def refused(call, *words):
    with pytest.raises(InputError) as caught:
        call()
    for word in words:
        assert word in str(caught.value), str(caught.value)
    assert "\n" not in str(caught.value)


def test_lines_joined_to_their_headers(shop):
    shop.orders(LINES, "lines.csv")
    shop.orders(HEADERS, "headers.csv")
    shop.source(
        """path: lines.csv
unreadable: set_aside
columns: {order_id: Parent ID, amount: [Net Total, Total]}
keep: {Is Deleted: ["false", ""]}
join:
  - path: headers.csv
    on: {Parent ID: Record Id}
    columns: {customer_id: Account Name.id, ordered_at: Created Time}"""
    )
    frame = shop.frame()
    assert frame.customer_id.tolist() == ["a", "a"] and frame.amount.tolist() == [10.0, 7.0]
    ledger = shop.ledger()
    assert ledger["not_kept"][0] == 1
    assert ledger["ambiguous_join"][0] == 1  # order 2 stands twice, with different customers
    assert ledger["unmatched_join"][0] == 1 and ledger["no_customer"][0] == 1
    assert shop.open().rows_read == 4


def test_join_takes_the_first_row_and_never_multiplies(shop):
    shop.orders("Parent ID,amount\n" + "2,1\n" * 3, "lines.csv")
    shop.orders(HEADERS, "headers.csv")
    shop.source(
        """path: lines.csv
join: [{path: headers.csv, on: {Parent ID: Record Id},
        columns: {customer_id: Account Name.id, ordered_at: Created Time}}]"""
    )
    assert shop.frame().customer_id.tolist() == ["b"] * 3


def test_join_of_a_join_and_columns_of_the_file_first(shop):
    shop.orders("order,contact,account,amount\n1,k1,,5\n2,k2,z,6\n3,,,7\n", "lines.csv")
    shop.orders("id,company\nk1,c1\nk2,c2\n", "contacts.csv")
    shop.orders("no,parent\nc1,p1\nc2,p2\n", "companies.csv")
    shop.orders("number,day\n1,2024-01-01\n2,2024-01-02\n3,2024-01-03\n", "days.csv")
    shop.source(
        """path: lines.csv
columns: {customer_id: account}
join:
  - {path: days.csv, on: {order: number}, columns: {ordered_at: day}}
  - path: contacts.csv
    on: {contact: id}
    columns: {channel: company}
    join: [{path: companies.csv, on: {company: no}, columns: {customer_id: parent}}]"""
    )
    frame = shop.frame()
    assert frame.customer_id.tolist() == ["p1", "z"] and frame.channel.tolist() == ["c1", "c2"]


def test_join_by_two_headings_and_numbers_that_are_floats(shop):
    import pandas as pd

    pd.DataFrame({"year": [2024.0, 2024.0], "no": [1, 2], "amount": [1.0, 2.0]}).to_parquet(
        shop.folder / "lines.parquet"
    )
    shop.orders(
        "year,no,who,day\n2024,1,a,2024-05-01\n2024,2,b,2024-05-02\n2023,1,z,2023-01-01\n", "h.csv"
    )
    shop.source(
        """path: lines.parquet
join: [{path: h.csv, on: {year: year, no: no}, columns: {customer_id: who, ordered_at: day}}]"""
    )
    assert shop.frame().customer_id.tolist() == ["a", "b"]


def test_blocks_stand_one_below_the_other_each_in_its_own_writing(shop):
    shop.orders("Who,When,Length\na,05.03.2024 14:05,1.5\na,06.03.2024 09:00,2\n", "calls.csv")
    shop.orders("Who;When;Length\nb;2024-03-07;1,5\nb;2024-04-01;\n", "tasks.csv")
    shop.shared(
        """client: Shop
as_of: "2024-12-31"
sources:
  events:
    - {path: calls.csv, set: {kind: call}, columns: {customer_id: Who, occurred_at: When, value: Length}}
    - {path: tasks.csv, set: {kind: task}, columns: {customer_id: Who, occurred_at: When, value: Length}}
"""
    )
    frame = shop.open().events.execute()
    assert frame.kind.tolist() == ["call", "call", "task", "task"]
    assert [str(d)[:16] for d in frame.occurred_at] == [
        "2024-03-05 14:05",
        "2024-03-06 09:00",
        "2024-03-07 00:00",
        "2024-04-01 00:00",
    ]
    assert frame.value.tolist()[:3] == [1.5, 2.0, 1.5]


def test_values_replace_trimmed_texts_and_leave_others(shop):
    shop.orders(
        "customer_id,ordered_at,amount,state,shop\n"
        "a,2024-01-01,1, sent back ,N\na,2024-01-02,2,kept,S\na,2024-01-03,3,,\n"
    )
    shop.source(
        """path: orders.csv
columns: {is_return: state, store: shop}
values: {is_return: {sent back: "true", kept: "false", "": "true"}, store: {N: North}}"""
    )
    frame = shop.frame()
    assert frame.is_return.tolist() == [True, False, True]
    assert frame.store.where(frame.store.notna(), None).tolist() == ["North", "S", None]


def test_headings_below_titles_and_a_row_of_sums(shop):
    shop.orders("Sales of 2024\nprinted on,2024-12-31\n\ncustomer_id,ordered_at,amount\n"
                "a,2024-01-05,10\n,,\nTotal,,10\n")  # fmt: skip
    shop.source("path: orders.csv\nheading_row: 4")
    assert shop.frame().amount.tolist() == [10.0]
    assert {rule: found[0] for rule, found in shop.ledger().items()} == {
        "blank_row": 1,
        "totals_row": 1,
    }
    shop.orders("t\n\n\ncustomer_id,ordered_at,amount\na,2024-01-05,10\nb,soon,1\n")
    refused(shop.open, "row 6 'soon'")


def test_customer_called_total_is_no_row_of_sums(shop):
    shop.orders("customer_id,ordered_at,amount\nTotal,2024-01-05,10\nTotal,2024-01-06,\n合计,,10\n")
    shop.source("path: orders.csv\nunreadable: set_aside")
    assert shop.frame().customer_id.tolist() == ["Total"]
    assert shop.ledger().keys() == {"totals_row", "no_amount"}


def test_first_filled_must_be_in_some_file(shop):
    shop.orders("customer_id,ordered_at,Net\na,2024-01-05,10\n", "o1.csv")
    shop.orders("customer_id,ordered_at,Gross\na,2024-01-06,11\n", "o2.csv")
    shop.source("path: o*.csv\ncolumns: {amount: [Net, Gross]}")
    assert shop.frame().amount.tolist() == [10.0, 11.0]
    shop.source("path: o*.csv\ncolumns: {amount: [Net, Gros, Gross]}")
    refused(shop.open, "no file of o*.csv has a column 'Gros'", "did you mean 'Gross'?")


@pytest.mark.parametrize(
    "lines, words",
    [
        ("- path: a.csv\n- pth: b.csv", ["unknown key 'sources.orders[2].pth'", "'path'"]),
        ("path: a.csv\nset: {amunt: x}", ["set: orders has no column 'amunt'", "'amount'"]),
        ("path: a.csv\nset: {amount: x}\ncolumns: {amount: y}", ["'amount' is given twice"]),
        ("path: a.csv\nset: {amount: [1]}", ["set.amount must be text"]),
        ("path: a.csv\nvalues: {store: [a]}", ["values.store must be"]),
        ("path: a.csv\ncolumns: {amount: []}", ["columns.amount is an empty list"]),
        ("path: a.csv\nheading_row: 0", ["heading_row must lie within 1 to 1000"]),
        ("path: a.csv\nheading_row: top", ["heading_row must be a number"]),
        ("path: a.csv\njoin: [{path: b.csv, columns: {store: x}}]", ["join[1] needs on"]),
        ("path: a.csv\njoin: [{path: b.csv, on: {a: b}}]", ["join[1] needs columns"]),
        ("path: a.csv\njoin: [{path: b.csv, set: {store: x}}]", ["join[1].set'"]),
        ("path: a.csv\ndatabase: postgresql://h/d", ["a path and a database"]),
        ("path: a.csv\ntable: x", ["table belongs to a database"]),
        ("database: postgresql://me:pw@h/d\ntable: x", ["password", "WORKBOOK_DB_PASSWORD"]),
        ("database: postgresql://h/d?password=pw\ntable: x", ["holds a password"]),
        ("database: duckdb:///etc/passwd\ntable: x", ["must begin with one of postgresql"]),
        ("database: postgresql://h/d", ["a database but no table"]),
        ("path: a.csv\ntime_zone: Asia/Shangai", ["time_zone must be a name such as"]),
        ("path: a.csv\ndate_order: epoch", ["date_order must be one of", "'epoch_"]),
    ],
)
def test_mappings_that_are_refused(shop, lines, words):
    shop.source(lines)
    refused(shop.client, "params/shop/_shared.yml", *words)


def test_missing_headings_of_a_join_are_named(shop, good):
    shop.orders(good.replace("customer_id", "who"))
    shop.orders("key,customer\na,1\n", "names.csv")
    join = "path: orders.csv\njoin: [{path: names.csv, on: {%s: %s}, columns: {customer_id: %s}}]"
    shop.source(join % ("whom", "key", "customer"))
    refused(shop.open, "orders.csv has no column 'whom'", "join[1].on", "did you mean 'who'?")
    shop.source(join % ("who", "kee", "customer"))
    refused(shop.open, "names.csv has no column 'kee'", "did you mean 'key'?")
    shop.source(join % ("who", "key", "custmer"))
    refused(shop.open, "names.csv has no column 'custmer'", "did you mean 'customer'?")
    shop.source("path: orders.csv\ncolumns: {customer_id: who}\nkeep: {state: [a]}")
    refused(shop.open, "orders.csv has no column 'state'", ".keep")


def test_a_changed_joined_file_makes_the_table_anew(shop, good):
    shop.orders(good.replace("customer_id", "who"))
    shop.orders("key,customer\na,1\nb,2\n", "names.csv")
    shop.source(
        "path: orders.csv\njoin: [{path: names.csv, on: {who: key}, columns: {customer_id: customer}}]"
    )
    first = shop.prepare().hashes
    assert shop.prepare().hashes == first
    shop.orders("key,customer\na,1\nb,33\n", "names.csv")
    assert shop.prepare().hashes != first and "33" in shop.frame().customer_id.tolist()
