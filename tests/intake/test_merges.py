"""The merge file: one customer in every table, chains followed, mistakes named."""

import pytest

from workbook.intake.errors import InputError
from workbook.intake.merges import read_merges

CUSTOMERS = "customer_id,city,referred_by\na,Oslo,\nb,Bonn,a\nc,Rome,b\nd,Rome,c\n"
ORDERS = "customer_id,ordered_at,amount\na,2024-01-05,1\nb,2024-01-06,2\nc,2024-01-07,4\nd,2024-01-08,8\n"
SOURCES = 'as_of: "2024-12-31"\nsources:\n  customers: {path: customers.csv}\n  orders: {path: orders.csv}\n'


@pytest.fixture
def merged(shop):
    """The shop with a merge file of this text, not opened yet."""

    def written(text, more=""):
        shop.orders(CUSTOMERS, "customers.csv")
        shop.orders(ORDERS)
        shop.shared(SOURCES + more)
        (shop.folder / "review").mkdir(exist_ok=True)
        (shop.folder / "review" / "merge_customers.csv").write_bytes(text.encode())
        return shop

    return written


def test_merged_customers_are_one_in_every_table(merged):
    tables = merged("customer_id,merge_into,name\nb,a,Bob\nc,b,'=Cy\n").open()
    assert sorted(tables.customers.execute().customer_id) == ["a", "d"]
    orders = tables.orders.execute().set_index("amount").customer_id
    assert orders.to_dict() == {1: "a", 2: "a", 4: "a", 8: "d"}
    assert tables.customers.execute().set_index("customer_id").referred_by["d"] == "a"
    found = {(r.table, r.rule): (r.rows, r.customers, r.money) for r in tables.ledger.itertuples()}
    assert found["orders", "merged_customers"] == (2, 2, 6.0)
    assert found["customers", "merged_row_removed"][0] == 2
    # the row of the customer who is left is the own one, not that of a merged one
    assert tables.customers.execute().set_index("customer_id").city["a"] == "Oslo"


def test_what_a_merge_moved_can_be_undone_from_the_review(merged):
    review = merged("customer_id,merge_into\nb,a\n").open().reviewed("orders").execute()
    rows = review[review.rule == "merged_customers"]
    assert rows[["state", "customer_id"]].values.tolist() == [["before", "b"], ["after", "a"]]


def test_the_rule_can_be_switched_off(merged):
    shop = merged("customer_id,merge_into\nb,a\n", "cleaning: {merged_customers: false}\n")
    assert len(shop.open().customers.execute()) == 4


def test_a_new_merge_file_makes_the_tables_again(merged):
    shop = merged("customer_id,merge_into\n")
    first = shop.prepare().hashes
    merged("customer_id,merge_into\nb,a\n")
    assert shop.prepare().hashes["orders"] != first["orders"]
    assert len(shop.open().customers.execute()) == 3


@pytest.mark.parametrize(
    "text, words",
    [
        ("customer,merge_into\na,b\n", ["no column 'customer_id'"]),
        ("customer_id,merge_int\na,b\n", ["no column 'merge_into'", "did you mean 'merge_int'?"]),
        ("customer_id,merge_into\na,b\na,c\n", ["row 3", "'a' is merged into two customers"]),
        ("customer_id,merge_into\na,b\nb,c\nc,a\n", ["merged into itself"]),
        ("customer_id,merge_into\na,\n", ["row 2", "both needed"]),
        ('customer_id,merge_into\na,"b\n', []),
    ],
)
def test_mistakes_are_named(merged, text, words):
    shop = merged(text)
    if not words:
        shop.open()
        return
    with pytest.raises(InputError) as caught:
        shop.open()
    assert "review/merge_customers.csv" in str(caught.value)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_any_bytes_are_read_or_refused_in_words(tmp_path):
    (tmp_path / "review").mkdir()
    for content in (
        b"\xff\xfe\x00",
        b"",
        b"\n\n",
        bytes(range(256)),
        b"customer_id;merge_into\n1;2\n",
    ):
        (tmp_path / "review" / "merge_customers.csv").write_bytes(content)
        try:
            found = read_merges(tmp_path)
        except InputError as error:
            assert "merge_customers.csv" in str(error)
        else:
            assert found in ({}, {"1": "2"})
