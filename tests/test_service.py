"""The service report from end to end: whole, thin in every way, and in both languages."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from service_world import AS_OF, DAYS, World, world
from theme_pages import run_cells, write_client
from workbook.analysis import service_study

THEME = "service"
CLIENT = {"theme": THEME, "as_of": AS_OF.isoformat()}
CLOCK = pd.Timestamp(AS_OF)


def frames(tables):
    return {name: dict.__getitem__(tables, name) for name in tables}


@pytest.fixture(scope="module")
def firm():
    """Complaints stop customers, come again in the east since last winter, and one agent is bad."""
    return frames(
        world(1500, 2, rise=("east", DAYS - 330, 5.0), bad_agent=0.5, stops_after_complaint=6.0)
    )


@pytest.fixture(scope="module")
def page(firm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("service")
    write_client(folder, firm, **CLIENT, params={"cost_per_ticket": 20.0})
    with pytest.MonkeyPatch.context() as patch:
        yield run_cells(folder, patch, theme=THEME)


def found(page, metric):
    return [f for f in page.parts["findings"] if f["metric"] == metric]


def test_the_numbers_of_the_record(page, firm):
    tickets, record = firm["tickets"], page.record
    assert record["tickets"] == len(tickets)
    is_open = tickets["closed_at"] >= CLOCK + pd.Timedelta(days=1)
    assert record["open_tickets"] == is_open.sum()
    assert record["median_first_reply_hours"] == pytest.approx(5 * np.log(2), rel=0.12)
    assert record["median_resolution_hours"] == pytest.approx(60 * np.log(2), rel=0.08)
    assert record["sla_share"] == pytest.approx(1 - np.exp(-72 / 60), abs=0.03)
    assert record["top_cause"] == "quality"
    assert record["complaint_gap"] == pytest.approx(0.23, abs=0.06)
    json.dumps(record, allow_nan=False)


def test_what_is_planted_is_found(page):
    assert [f["where"] for f in found(page, "worse_again")] == [{"region": "east"}]
    gap = found(page, "complaint_gap")[0]
    assert gap["rung"] == "diagnostic" and gap["money_low"] > 0 and gap["money_basis"] == "revenue"
    assert gap["owner"] and gap["review_on"] and gap["action"]
    agents = found(page, "agents_outside")
    assert [f["where"] for f in agents] == [{"measure": "dissatisfied"}] and agents[0]["value"] == 1
    problems = page.problems
    assert all(f["start"] for f in problems)
    told = page.parts["findings"]
    assert not [f["metric"] for f in told if not (f["action"] and f["owner"] and f["review_on"])]


def test_nothing_went_unsaid(page):
    assert not page.warned and not page.parts["untranslated"]
    assert page.html.count("<figure") >= 10
    assert "Traceback" not in page.text and "nan" not in page.text.lower().split()


def test_the_list_of_overdue_tickets(page, firm):
    lines = page.lists["service_overdue.csv"].read_text(encoding="utf-8-sig").splitlines()
    tickets = firm["tickets"]
    is_open = tickets["closed_at"] >= CLOCK + pd.Timedelta(days=1)
    overdue = is_open & (tickets["due_at"] < CLOCK + pd.Timedelta(days=1))
    assert len(lines) == 1 + overdue.sum() == 1 + page.record["overdue_tickets"]
    # customers stand in the list alone
    assert not any(c in page.html for c in tickets["customer_id"].unique())


def few(firm, **changes):
    return {name: frame for name, frame in (firm | changes).items() if frame is not None}


def alike(tickets):
    same = {"kind": "complaint", "cause": "x", "channel": "y", "agent": "z", "satisfied": True}
    at = tickets["opened_at"]
    return tickets.assign(**same, reopened=False, first_reply_at=at, closed_at=at, due_at=at)


def sparse(tickets):
    """99 % of every optional cell is missing."""
    rng = np.random.default_rng(1)
    kept = tickets.astype(object).where(rng.random(tickets.shape) < 0.01)
    return kept.assign(ticket_id=tickets["ticket_id"], opened_at=tickets["opened_at"])


THIN = {
    "no_tickets": lambda f: few(f, tickets=None, ticket_steps=None),
    "empty": lambda f: few(f, tickets=f["tickets"].head(0)),
    "one_row": lambda f: few(f, tickets=f["tickets"].head(1)),
    "one_customer": lambda f: few(f, tickets=f["tickets"][f["tickets"]["customer_id"] == f["tickets"]["customer_id"].mode()[0]]),
    "tickets_alone": lambda f: {"tickets": f["tickets"]},
    "least": lambda f: {"tickets": f["tickets"][["ticket_id", "opened_at"]]},
    "all_alike": lambda f: few(f, tickets=alike(f["tickets"]), ticket_steps=None),
    "all_open": lambda f: few(f, tickets=f["tickets"].assign(first_reply_at=pd.NaT, closed_at=pd.NaT)),
    "sparse": lambda f: few(f, tickets=sparse(f["tickets"])),
    "one_month": lambda f: few(f, tickets=f["tickets"][f["tickets"]["opened_at"] >= "2024-12-01"]),
    "dates_only": lambda f: few(f, tickets=f["tickets"].assign(opened_at=f["tickets"]["opened_at"].dt.normalize())),
}  # fmt: skip


@pytest.mark.parametrize("name", THIN)
def test_thin_data_give_sentences(name, firm, tmp_path, monkeypatch):
    language = "zh" if name in ("one_row", "all_open", "tickets_alone", "sparse") else "en"
    write_client(tmp_path, THIN[name](firm), **CLIENT, language=language)
    page = run_cells(tmp_path, monkeypatch, theme=THEME, language=language)
    assert not page.warned and not page.parts["untranslated"]
    assert page.record["tickets"] == (
        0 if name in ("no_tickets", "empty") else page.record["tickets"]
    )
    json.dumps(page.parts, allow_nan=False)
    if name in ("no_tickets", "empty", "one_row"):
        assert page.findings == [] and "<figure" not in page.html
        assert "tickets" in page.text
    if name in ("one_row", "least", "one_month"):
        assert not page.problems


def test_tickets_without_customers_count_none(firm, tmp_path, monkeypatch):
    unnamed = {"tickets": firm["tickets"].drop(columns="customer_id")}
    for name, tables in {"named": firm, "unnamed": unnamed}.items():
        write_client(tmp_path, tables, **CLIENT, name=name)
        page = run_cells(tmp_path, monkeypatch, theme=THEME, name=name)
        assert not page.warned
        counted = re.findall(
            r"(?:Share|Added up|Tickets)</th>\s*<th[^>]*>Customers</th>", page.html
        )
        assert bool(counted) == (name == "named"), counted


def test_of_many_answers_a_part_is_read_and_said(firm, tmp_path, monkeypatch):
    rng, asked = np.random.default_rng(1), firm["tickets"].head(2000)
    others = rng.choice(firm["customers"]["customer_id"], 4000)
    days = pd.Timestamp("2024-06-01") + pd.to_timedelta(rng.integers(0, 300, 4000), unit="D")
    after = pd.to_datetime(asked["opened_at"]).dt.normalize() + pd.Timedelta(days=10)
    surveys = pd.DataFrame({
        "customer_id": [*asked["customer_id"], *others], "answered_on": [*after, *days],
        "csat": rng.integers(1, 6, len(asked) + 4000), "touchpoint": "relationship",
    })  # fmt: skip
    surveys = surveys[surveys["answered_on"] <= CLOCK].assign(response_id=lambda rows: rows.index)
    sizes = []
    for name, most in {"whole": 10**6, "part": len(surveys) // 4}.items():
        write_client(tmp_path, firm | {"surveys": surveys}, **CLIENT, name=name)
        monkeypatch.setattr(service_study, "ANSWERS_READ", most)
        page = run_cells(tmp_path, monkeypatch, theme=THEME, name=name)
        assert not page.warned
        said = re.search(r"asked support within 90 days.*?n = ([\d,]+)", page.text)
        sizes.append(int(said[1].replace(",", "")))
        assert ("Answers of 25.0 % of the customers were read" in page.text) == (name == "part")
    assert 0.1 * sizes[0] < sizes[1] < 0.4 * sizes[0]


def test_a_firm_without_a_problem_has_none(tmp_path, monkeypatch):
    write_client(tmp_path, frames(world(500, 8)), **CLIENT)
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    assert not page.problems
    assert not found(page, "worse_again")


def test_the_page_in_chinese(firm, tmp_path, monkeypatch):
    write_client(tmp_path, firm, **CLIENT, language="zh")
    page = run_cells(tmp_path, monkeypatch, theme=THEME, language="zh")
    assert not page.parts["untranslated"] and "首次响应" in page.text


def test_a_world_answers_as_tables_do():
    assert World(tickets=pd.DataFrame({"a": [1]})).has("tickets", "a")
    assert not World().has("tickets")
