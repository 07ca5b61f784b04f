import pytest
import yaml

from workbook.intake.errors import InputError
from workbook.intake.matching.yaml_edit import Edited

TEXT = """# ours
client: Acme
sources:
  orders:                    # one block
    path: raw/orders.csv     # as sent
    columns:
      customer_id: Kunde     # by hand
      amount: [Netto, Brutto]
    keep: {State: [x]}
  customers:
    - path: raw/a*.csv
      columns: {customer_id: Id}
    - path: "raw/b.csv"      # second
      columns:
        customer_id: Id
# the end
as_of: "2024-01-01"
"""


def sources(text):
    return yaml.load(text, Loader=yaml.BaseLoader)["sources"]


def comments(text):
    return [line.split("#", 1)[1].strip() for line in text.splitlines() if "#" in line]


def test_a_column_is_added_below_the_others():
    file = Edited(TEXT)
    file.add_column("orders", 0, "ordered_at: Datum  # 0.90 why")
    assert sources(file.text)["orders"]["columns"] == {
        "customer_id": "Kunde",
        "amount": ["Netto", "Brutto"],
        "ordered_at": "Datum",
    }
    assert set(comments(TEXT)) < set(comments(file.text))


def test_a_column_goes_to_the_block_it_is_meant_for():
    file = Edited(TEXT)
    file.add_column("customers", 1, "city: Ort")
    assert [b["columns"] for b in sources(file.text)["customers"]] == [
        {"customer_id": "Id"},
        {"customer_id": "Id", "city": "Ort"},
    ]


def test_a_block_without_columns_gets_them():
    file = Edited("sources:\n  orders:\n    path: raw/orders.csv\n")
    file.add_column("orders", 0, "amount: Netto")
    assert sources(file.text)["orders"] == {
        "path": "raw/orders.csv",
        "columns": {"amount": "Netto"},
    }


def test_one_block_becomes_a_list_when_a_second_comes():
    file = Edited(TEXT)
    file.add_block("orders", ["- path: raw/more.csv", "  columns:", "    amount: Total"])
    first, second = sources(file.text)["orders"]
    assert first == sources(TEXT)["orders"]
    assert second == {"path": "raw/more.csv", "columns": {"amount": "Total"}}
    assert comments(file.text) == comments(TEXT)


def test_a_further_block_and_a_new_table():
    file = Edited(TEXT)
    file.add_block("customers", ["- path: raw/c.csv"])
    file.add_block("spend", ["- path: raw/ads.csv"])
    found = sources(file.text)
    assert [b["path"] for b in found["customers"]] == ["raw/a*.csv", "raw/b.csv", "raw/c.csv"]
    assert found["spend"] == [{"path": "raw/ads.csv"}]
    assert comments(file.text) == comments(TEXT)


def test_a_heading_is_renamed_in_its_place_alone():
    file = Edited(TEXT)
    file.rename("orders", 0, "amount", "Brutto", '"Brutto: neu"')
    assert sources(file.text)["orders"]["columns"]["amount"] == ["Netto", "Brutto: neu"]
    file.rename("customers", 1, "customer_id", "Id", "Nr")
    assert [b["columns"]["customer_id"] for b in sources(file.text)["customers"]] == ["Id", "Nr"]


def test_a_path_changes_wherever_it_is_read():
    text = TEXT + "# path: raw/b.csv stays\n"
    file = Edited(text.replace("raw/orders.csv ", "raw/b.csv "))
    file.replace_path("raw/b.csv", "raw/b*.csv")
    found = sources(file.text)
    assert found["orders"]["path"] == found["customers"][1]["path"] == "raw/b*.csv"
    assert "# path: raw/b.csv stays" in file.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources: {orders: {path: a}}\n", "sources is written on one line"),
        ("sources:\n  customers: {path: a}\n", "customers is written on one line"),
        ("client: x\n", "no sources"),
        ("a: [\n", "can't be added to"),
    ],
)
def test_what_can_not_be_added_to_is_said(text, message):
    with pytest.raises(InputError, match=message):
        Edited(text).add_block("customers", ["- path: raw/c.csv"])


def test_columns_in_braces_are_not_broken():
    with pytest.raises(InputError, match="customers.columns is written on one line"):
        Edited(TEXT).add_column("customers", 0, "city: Ort")
