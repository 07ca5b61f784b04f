"""Imports of a small Zoho backup: the first one, and later ones beside params that people wrote."""

import importlib.util
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from workbook.batch.client_import import ClientImport
from workbook.batch.places import Places
from workbook.intake.errors import InputError

_spec = importlib.util.spec_from_file_location(
    "crm_exports", Path(__file__).parents[1] / "intake" / "exports.py"
)
exports = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(exports)


class Sender:
    """A client's export folder, and imports of it."""

    def __init__(self, root):
        self.root = root
        self.export = root / "export"
        self.export.mkdir(parents=True)
        self.shared = root / "params" / "acme" / "_shared.yml"
        self.proposed = root / "params" / "acme" / "_shared.proposed.yml"
        self.raw = root / "data" / "acme" / "raw"

    def send(self, name, frame):
        frame.to_csv(self.export / name, index=False)
        return self.export / name

    def read(self, name):
        return pd.read_csv(self.export / name, dtype=str)

    def zoho(self):
        for table in exports.zoho():
            self.send(table.name, table.frame)

    def go(self, *files, yes=False):
        importing = ClientImport("acme", Places.of(self.root), today=date(2024, 12, 31))
        return importing.go(files or [self.export], yes=yes)

    def table(self, name):
        return pd.read_parquet(self.root / "data" / "acme" / "tables" / f"{name}.parquet")

    def columns(self, table, block=0):
        sources = yaml.load(self.shared.read_text(), Loader=yaml.BaseLoader)["sources"]
        return sources[table][block]["columns"]


@pytest.fixture(scope="session")
def imported(tmp_path_factory):
    sender = Sender(tmp_path_factory.mktemp("first"))
    sender.zoho()
    sender.go(yes=True)
    return sender


@pytest.fixture
def again(imported, tmp_path):
    """The same client, to send something new."""
    shutil.copytree(imported.root, tmp_path / "again")
    (tmp_path / "again" / "export").rename(tmp_path / "before")
    sender = Sender(tmp_path / "again")
    for path in (tmp_path / "before").iterdir():
        shutil.copy(path, sender.export)
    return sender


def test_a_first_import_is_proposed_and_not_applied(tmp_path):
    sender = Sender(tmp_path)
    sender.zoho()
    outcome = sender.go()
    assert not outcome.applied and sender.proposed.is_file() and not sender.shared.exists()
    assert {p.name for p in sender.raw.glob("*.csv")} == {p.name for p in sender.export.iterdir()}


def test_applied_it_makes_the_canonical_tables(imported):
    assert imported.shared.is_file() and not imported.proposed.exists()
    orders, customers = imported.table("orders"), imported.table("customers")
    assert len(customers) == exports.ACCOUNTS and set(orders.customer_id) <= set(
        customers.customer_id
    )
    assert customers.customer_id[0] == "5000000000000123001"  # 19 digits
    live = [i for i in range(exports.ORDERS) if i % 20]
    assert orders.amount.sum() == sum(100 + i for i in live)
    assert orders.ordered_at.min() == pd.Timestamp("2023-01-01 10:00")
    assert set(imported.table("events").customer_id) == set(customers.customer_id)
    deals = imported.table("deals")
    assert deals.won.value_counts().to_dict() == {True: 10, False: 10}
    assert deals.closed_at.notna().sum() == 20 and len(deals) == 30
    assert imported.table("spend").month.unique().tolist() == [date(2023, 3, 1)] or (
        pd.to_datetime(imported.table("spend").month).unique() == pd.Timestamp("2023-03-01")
    )


def test_guesses_about_the_client_are_marked(imported):
    text = imported.shared.read_text()
    assert 'as_of: "2023-12-12"' in text and text.count("# guess:") >= 2
    assert "language: en" in text


def test_the_same_export_again_asks_nothing_and_changes_nothing(again):
    before = again.shared.read_text()
    outcome = again.go()
    assert outcome.applied and again.shared.read_text() == before
    assert not again.proposed.exists()


def test_a_newer_export_under_another_number_takes_the_place_of_the_older(again):
    orders = again.read("Sales_Orders_001.csv")
    more = orders.tail(3).assign(
        **{"Record Id": ["5", "6", "7"], "Created Time": "20.03.2024 08:00"}
    )
    (again.export / "Sales_Orders_001.csv").unlink()
    path = again.send("Sales_Orders_002.csv", pd.concat([orders, more]))
    lines = again.read("Sales_Order_Line_Items_001.csv")
    new = lines.tail(3).assign(**{"Record Id": ["71", "72", "73"], "Parent ID": ["5", "6", "7"]})
    file = again.send("Sales_Order_Line_Items_001.csv", pd.concat([lines, new]))
    outcome = again.go(path, file)
    assert outcome.applied and outcome.replaced == {"Sales_Orders_001.csv": "Sales_Orders_002.csv"}
    assert (again.raw / "_replaced" / "Sales_Orders_001.csv").is_file()
    assert len(again.table("orders")) == 79
    assert 'as_of: "2024-03-20"' in again.shared.read_text()  # it was a guess, and moves along


def test_an_as_of_that_somebody_fixed_stays(again):
    text = again.shared.read_text()
    line = next(line for line in text.splitlines() if line.startswith("as_of"))
    again.shared.write_text(text.replace(line, 'as_of: "2023-06-30"  # agreed'))
    again.go()
    assert 'as_of: "2023-06-30"  # agreed' in again.shared.read_text()


def test_a_further_part_adds_up(again):
    accounts = again.read("Accounts_001.csv")
    part = accounts.assign(**{"Record Id": [str(9000 + i) for i in range(len(accounts))]})
    part["Account Name"] = "New " + part["Account Name"]
    outcome = again.go(again.send("Accounts_002.csv", part))
    assert outcome.replaced == {} and len(again.table("customers")) == 2 * exports.ACCOUNTS


def test_a_new_column_is_asked_about_and_applied_with_yes(again):
    text = again.shared.read_text().replace("# 0.99", "# we checked: 0.99", 1)
    again.shared.write_text(text)
    cases = again.read("Cases_001.csv").assign(Priority="High", Mood="odd")
    path = again.send("Cases_001.csv", cases)
    outcome = again.go(path)
    assert not outcome.applied and again.shared.read_text() == text
    assert "priority: Priority" in again.proposed.read_text()
    outcome = again.go(path, yes=True)
    assert outcome.applied and again.columns("tickets")["priority"] == "Priority"
    assert "# we checked" in again.shared.read_text()
    assert set(again.table("tickets").priority) == {"High"}
    assert again.go(path).applied


def test_a_column_left_out_by_hand_is_not_asked_about_again(again):
    lines = again.shared.read_text().splitlines()
    again.shared.write_text("\n".join(x for x in lines if "industry: Industry" not in x) + "\n")
    assert again.go().applied
    assert "industry" not in again.columns("customers")


def test_a_renamed_column_is_followed_with_yes_and_nothing_is_copied_without(again):
    cases = again.read("Cases_001.csv").rename(columns={"Case Origin": "Case Origin Channel"})
    path = again.send("Cases_001.csv", cases)
    outcome = again.go(path)
    assert not outcome.applied and "Case Origin Channel" in again.proposed.read_text()
    assert "Case Origin Channel" not in (again.raw / "Cases_001.csv").read_text()
    again.go(path, yes=True)
    assert again.columns("tickets")["channel"] == "Case Origin Channel"
    assert set(again.table("tickets").channel) == {"Phone"}


def test_a_mapped_column_that_is_gone_stops_the_import_before_anything_is_copied(again):
    accounts = again.read("Accounts_001.csv").drop(columns="Industry")
    path = again.send("Accounts_001.csv", accounts)
    before = (again.raw / "Accounts_001.csv").read_text()
    with pytest.raises(InputError, match="no column 'Industry' any more.*nothing was copied"):
        again.go(path, yes=True)
    assert (again.raw / "Accounts_001.csv").read_text() == before


def test_a_file_of_a_new_kind_becomes_one_more_table(again):
    again.shared.write_text("# by hand\n" + again.shared.read_text())
    campaigns = pd.DataFrame(
        {"Record Id": ["1", "2"], "Campaign Name": ["Spring", "Autumn"], "Actual Cost": ["5", "6"],
         "Start Date": ["01.03.2023", "15.09.2023"], "Type": ["Mail", "Mail"]}
    )  # fmt: skip
    path = again.send("Campaigns_001.csv", campaigns)
    assert not again.go(path).applied
    assert again.go(path, yes=True).applied
    assert again.shared.read_text().startswith("# by hand\n")
    assert again.table("campaigns").cost.sum() == 11


def test_a_new_status_is_pointed_out_where_rows_are_kept_by_it(again):
    orders = again.read("Sales_Orders_001.csv")
    orders.loc[3, "Status"] = "Partly shipped"
    outcome = again.go(again.send("Sales_Orders_001.csv", orders))
    doubts = {d.code: d.values for b in outcome.proposal.blocks for d in b.doubts}
    assert doubts["new_texts"] == {"heading": "Status", "values": ["Partly shipped"]}


def test_a_file_that_can_not_be_read_does_not_stop_the_others(tmp_path):
    sender = Sender(tmp_path)
    sender.zoho()
    (sender.export / "empty.csv").write_bytes(b"")
    (sender.export / "trap.xlsx").write_bytes(b"\x80\x04pickle")
    outcome = sender.go(yes=True)
    assert set(outcome.unread) == {"empty.csv", "trap.xlsx"} and outcome.applied
    assert not (sender.raw / "trap.xlsx").exists()


def test_where_nothing_can_be_read_nothing_is_written(tmp_path):
    sender = Sender(tmp_path)
    (sender.export / "empty.csv").write_bytes(b"")
    with pytest.raises(InputError, match=r"nothing can be imported: empty.csv is empty"):
        sender.go(yes=True)
    assert not (tmp_path / "params").exists() and not sender.raw.exists()


def test_a_table_that_can_not_be_made_is_left_out_and_said_so(tmp_path):
    sender = Sender(tmp_path)
    sender.zoho()
    ads = sender.read("ad_costs.csv").assign(Cost="1,234")
    sender.send("ad_costs.csv", ads)
    outcome = sender.go(yes=True)
    assert outcome.applied and list(outcome.failed) == ["spend"]
    assert "can be read in two ways" in outcome.failed["spend"]
    assert "spend" not in yaml.load(sender.shared.read_text(), Loader=yaml.BaseLoader)["sources"]


@pytest.mark.parametrize("name", ["../acme", "", "a/b", ".x"])
def test_a_client_is_the_name_of_a_folder(tmp_path, name):
    with pytest.raises(InputError, match="can't be a client"):
        ClientImport(name, Places.of(tmp_path))
