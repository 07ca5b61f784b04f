"""From a CRM's raw export to canonical tables without a hand-written line, held against the truth:
the simulated company as it is, and as the CRM exports it with its usual dirt."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from clients import workbook
from workbook.batch.client_import import ClientImport
from workbook.batch.import_result import write_pages
from workbook.batch.places import Places
from workbook.intake.company.demo import write_demo

#: {canonical table: money or number that must come through whole}
SUMS = {"payments": "amount", "deals": "amount", "contracts": "value", "invoices": "amount"}
#: tables whose rows must all come through
WHOLE = (
    "contracts",
    "leads",
    "deals",
    "deal_stages",
    "campaigns",
    "invoices",
    "payments",
    "tickets",
)


class World:
    """One company twice: as canonical tables, and imported from what a CRM exports of it."""

    def __init__(self, root, form, language):
        self.root = root
        given = {"customers": 120, "seed": 21, "language": language}
        write_demo("acme", to=root / "canonical", **given)
        write_demo("acme", to=root, form=form, **given)
        self.truth = json.loads((root / "truth.json").read_text(encoding="utf-8"))["export"]
        importing = ClientImport("acme", Places.of(root), profile=form, today=date(2026, 11, 1))
        self.outcome = importing.go([root / "export"], yes=True)
        self.page, _ = write_pages(self.outcome, "acme", root / "data" / "acme")

    def imported(self, table):
        return pd.read_parquet(self.root / "data" / "acme" / "tables" / f"{table}.parquet")

    def canonical(self, table):
        return pd.read_parquet(self.root / "canonical" / "data" / "acme" / f"{table}.parquet")


@pytest.fixture(
    scope="session",
    params=[("zoho", "en"), ("zoho", "zh"), ("fxiaoke", "zh"), ("fxiaoke", "en")],
    ids=lambda p: "-".join(p),
)
def world(request, tmp_path_factory):
    return World(tmp_path_factory.mktemp("world"), *request.param)


def test_the_whole_mapping_is_applied_without_a_question(world):
    assert world.outcome.applied and not world.outcome.failed and not world.outcome.unread
    unsure = [b.table for b in world.outcome.proposal.blocks if not b.sure]
    assert unsure == []


@pytest.mark.parametrize("table", WHOLE)
def test_every_row_comes_through(world, table):
    assert len(world.imported(table)) == pytest.approx(len(world.canonical(table)), rel=0.02)


@pytest.mark.parametrize(("table", "column"), SUMS.items())
def test_money_comes_through_whole(world, table, column):
    imported, canonical = world.imported(table), world.canonical(table)
    assert imported[column].sum() == pytest.approx(canonical[column].sum(), rel=0.01)


def test_each_row_finds_its_customer(world):
    names = {theirs: ours for ours, theirs in world.truth["customers"].items()}
    gone = {names[record] for record in world.truth["dirt"]["orphans"]["records"]}
    for table in ("contracts", "payments", "invoices", "deals"):
        imported = world.imported(table)["customer_id"].map(names)
        canonical = world.canonical(table)["customer_id"]
        counts = [ids[~ids.isin(gone)].value_counts().to_dict() for ids in (imported, canonical)]
        assert counts[0] == counts[1], table


def test_orders_are_those_of_the_company_but_for_the_dirt_that_was_counted(world):
    imported, canonical = world.imported("orders"), world.canonical("orders")
    dirt = world.truth["dirt"]
    lost = sum(dirt[kind].get("line_rows", 0) for kind in ("other_currency", "dates_out_of_range"))
    assert len(canonical) - lost - 8 <= len(imported) <= len(canonical) + 8
    assert imported["is_return"].sum() == pytest.approx(canonical["is_return"].sum(), abs=3)
    known = imported.groupby("order_id")["amount"].sum().round(2)
    assert known.index.is_unique and imported["category"].notna().mean() > 0.95
    assert np.isfinite(imported["amount"]).all()


def test_kinds_become_the_words_of_the_contract(world):
    kinds = world.imported("tickets")["kind"].value_counts().to_dict()
    assert kinds == world.canonical("tickets")["kind"].value_counts().to_dict()
    types = set(world.imported("customers")["type"].dropna())
    assert types <= {"consumer", "business", "dealer"} and len(types) == 3


def test_won_and_lost_deals_and_when_they_closed(world):
    imported, canonical = world.imported("deals"), world.canonical("deals")
    assert imported["won"].value_counts().to_dict() == canonical["won"].value_counts().to_dict()
    assert imported["closed_at"].notna().sum() == canonical["closed_at"].notna().sum()
    assert set(world.imported("deal_stages")["deal_id"]) <= set(imported["deal_id"])


def test_daily_advertising_falls_into_its_month(world):
    spend = world.imported("spend")
    months = pd.to_datetime(spend["month"])
    assert (months.dt.day == 1).all() and months.nunique() == 36
    paid = world.canonical("spend").query("kind == 'media'")["amount"].sum()
    assert spend["amount"].sum() == pytest.approx(paid, rel=0.05)


def test_language_currency_and_last_day_are_guessed_right(world, request):
    settings = {key: value[0] for key, value in world.outcome.proposal.settings.items()}
    chinese = "fxiaoke" in request.node.callspec.id or "zh" in request.node.callspec.id
    assert settings == {
        "language": "zh" if chinese else "en",
        "currency": "CNY",
        "as_of": "2025-12-31",
    }


def test_nothing_personal_reaches_the_tables_or_the_page(world):
    page = world.page.read_text(encoding="utf-8")
    people = world.canonical("customers")
    exposed = [email for email in people["email"].dropna() if email in page]
    exposed += [phone for phone in people["phone"].dropna().astype(str) if phone in page]
    assert exposed == []
    assert not {"name", "phone", "email"} & set(world.imported("customers").columns)


def test_the_command_says_what_it_did_and_a_theme_runs_on_it(world, root):
    folders = ["--params", world.root / "params", "--data", world.root / "data"]
    again = workbook("import", "acme", world.root / "export", *folders, cwd=root)
    assert again.returncode == 0, again.stderr
    assert "next: workbook run acme" in again.stdout
    done = workbook(
        "run", "acme", "segmentation", *folders, "--outputs", world.root / "out", cwd=root
    )
    assert done.returncode == 0, done.stderr
    assert (world.root / "out" / "acme" / "2025-12-31" / "segmentation.html").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["import"], "required"),
        (["import", "acme"], "required: FILE"),
        (["import", "acme", "gone.csv"], "gone.csv is missing"),
        (["import", "acme", "a.csv", "--profile", "zohoo"], "no profile 'zohoo'"),
        (["import", "../acme", "a.csv"], "'../acme' can't be a client"),
        (["import", "acme", "a.csv", "--data", "there"], "nothing can be imported: a.csv"),
    ],
)
def test_what_can_not_be_imported_exits_2_in_a_sentence(tmp_path, words, message):
    for folder in ("notebooks", "params"):
        (tmp_path / folder).mkdir()
    (tmp_path / "a.csv").write_bytes(b"")
    done = workbook(*words, cwd=tmp_path)
    assert done.returncode == 2 and message in " ".join(done.stderr.split()), done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "data").exists()
