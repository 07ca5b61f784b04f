"""The simulated company: every table as the contract wants it, and only planted things change."""

import numpy as np
import pandas as pd
import pytest

from workbook.intake.company.basket import order_values
from workbook.intake.company.costs import cost_of
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.kinds import KINDS, kinds_text
from workbook.intake.company.parameters import AS_OF, DAYS, FIRST
from workbook.intake.company.people import drawn_people
from workbook.intake.company.problems import DEFAULT_PROBLEMS, Problem, Problems, load_problems
from workbook.intake.company.seasons import day_of
from workbook.intake.company.vocabulary import WORDS_OF, Vocabulary
from workbook.intake.company.world import made_world
from workbook.intake.contract import TABLES
from workbook.intake.errors import InputError


@pytest.fixture(scope="module", params=["en", "zh"])
def company(request):
    return simulated_company(400, seed=5, language=request.param)


def test_every_table_of_the_contract_is_there(company):
    assert list(company.tables) == list(TABLES)
    assert all(len(table) for table in company.tables.values())


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_those_of_the_contract(company, name):
    table, contract = company.tables[name], TABLES[name]
    for column in table:
        known = contract.column(column)
        assert known is not None, column
        values = table[column].dropna()
        if known.type in ("date", "month", "time"):
            assert values.dtype.kind == "M", column
            if known.type != "time":
                assert (values == values.dt.normalize()).all(), column
            if known.type == "month":
                assert (values.dt.day == 1).all()
        elif known.type in ("number", "money", "integer"):
            assert np.isfinite(values.astype(float)).all(), column
        elif known.type == "flag":
            assert values.isin([True, False]).all(), column
        else:
            assert values.map(type).eq(str).all() and values.str.strip().ne("").all(), column
        if known.allowed:
            assert set(values) <= set(known.allowed), column
    for column in contract.columns:
        if column.required and column.name not in ("tenure_months", "churned"):
            assert table[column.name].notna().all(), column.name
    if contract.key:
        assert table[contract.key].is_unique


def test_keys_lead_to_rows_that_exist(company):
    for name, table in company.tables.items():
        for column in table:
            refers = TABLES[name].column(column).refers_to
            if refers:
                key = TABLES[refers].key or "order_id"
                values = table[column].dropna()
                assert values.isin(company.tables[refers][key]).all(), f"{name}.{column}"


def test_every_optional_column_is_filled_somewhere(company):
    """The demo shows what every theme can do, so nothing but the other form of contracts is missing."""
    other = {"recorded_at", "scope", "tenure_months", "churned", "finding_id", "segment"}
    for name, contract in TABLES.items():
        table = company.tables[name]
        for column in contract.names:
            if column not in other:
                assert column in table and table[column].notna().any(), f"{name}.{column}"


def test_nothing_happens_after_the_books_end(company):
    after = pd.Timestamp(AS_OF) + pd.Timedelta(days=1)
    for name, contract in TABLES.items():
        if contract.moment:
            assert (company.tables[name][contract.moment] < after).all(), name


def test_time_runs_forward(company):
    tickets, orders = company.tables["tickets"], company.tables["orders"]
    assert not (tickets["first_reply_at"] < tickets["opened_at"]).any()
    assert not (tickets["closed_at"] < tickets["first_reply_at"]).any()
    assert not (orders["delivered_on"] < orders["ordered_at"].dt.normalize()).any()
    contracts, deals = company.tables["contracts"], company.tables["deals"]
    assert not (contracts["ended_on"] < contracts["started_on"]).any()
    assert not (deals["closed_at"] < deals["opened_at"]).any()
    invoices = company.tables["invoices"]
    assert not (invoices["paid_on"] < invoices["issued_on"]).any()


def test_codes_are_all_translated(company):
    codes = {c for codes in company.world.words.lists.values() for c in codes}
    codes -= set(company.world.words.lists["rating"]) | {"own", "618"}
    for name, table in company.tables.items():
        for column in table:
            if (name, column) in WORDS_OF or ("", column) in WORDS_OF:
                left = set(table[column].dropna()) & {c for c in codes if "_" in c}
                assert not left, f"{name}.{column}: {left}"


def test_same_seed_same_company():
    first, again = (simulated_company(80, seed=3) for _ in range(2))
    other = simulated_company(80, seed=4)
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    assert not first.tables["orders"].equals(other.tables["orders"])


def planted(kind, size, **where):
    start = pd.Timestamp("2024-07-01").date()
    return Problems([Problem("P", kind, where, where, start, size)])


@pytest.mark.parametrize(
    "kind, size, where, unchanged",
    [
        ("cac_rise", 2.0, {"channel": "shop"}, set(TABLES) - {"spend"}),
        ("late_payment", 5.0, {}, set(TABLES) - {"invoices", "payments"}),
        ("survey_nonresponse", 0.3, {}, set(TABLES) - {"surveys"}),
        (
            "returns_rise",
            4.0,
            {"category": "air"},
            {"customers", "contracts", "surveys", "invoices"},
        ),
        ("churn_rise", 3.0, {"product": "basic"}, set(TABLES) - {"contracts"}),
    ],
)
def test_a_problem_changes_nothing_but_what_it_acts_on(kind, size, where, unchanged):
    clean = simulated_company(300, seed=9, problems=Problems([])).tables
    sick = simulated_company(300, seed=9, problems=planted(kind, size, **where)).tables
    assert [name for name in unchanged if not clean[name].equals(sick[name])] == []
    assert any(not clean[name].equals(sick[name]) for name in set(TABLES) - unchanged)


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_acts_from_its_start_on(kind):
    size = {"satisfaction_drop": 2.0, "channel_decline": 0.2, "survey_nonresponse": 0.3}.get(
        kind, 5.0
    )
    clean = simulated_company(300, seed=2, problems=Problems([]), only=BEFORE).tables
    sick = simulated_company(300, seed=2, problems=planted(kind, size), only=BEFORE).tables
    for name in BEFORE:
        when = TABLES[name].moment
        early = [t[name][t[name][when] < "2024-07-01"] for t in (clean, sick)]
        early = [rows.drop(columns=[*LATER & set(rows)]).reset_index(drop=True) for rows in early]
        pd.testing.assert_frame_equal(*early)


BEFORE = ("orders", "spend", "invoices", "surveys", "memberships")
LATER = {"delivered_on", "paid_on", "response_id", "invite_id", "invoice_id", "tier", "comment",
         "payment_id"}  # fmt: skip


@pytest.mark.parametrize(
    "kind, size, where",
    [
        ("channel_decline", 0.4, {"channel": "shop"}),
        ("delivery_delay", 3.0, {}),
        ("churn_rise", 2.5, {"type": "consumer"}),
        ("tier_drift", 15.0, {}),
    ],
)
def test_cost_in_closed_form_is_that_of_the_simulation(kind, size, where):
    """Money lost by 8,000 customers, within four of its standard errors."""
    problems, n = planted(kind, size, **where), 8000
    words, start = Vocabulary("en"), day_of(problems.list[0].start)
    spent = []
    for given in (Problems([]), problems):
        world = made_world(n, 21, given, words)
        money = order_values(world.people, world.orders, given, 21)
        late = (world.orders["day"] >= start).to_numpy()
        spent.append(np.bincount(world.orders["customer"][late], money[late], minlength=n))
    lost = spent[0] - spent[1]
    cost = cost_of(problems.list[0], n)
    assert cost["days"] == DAYS - start
    error = np.hypot(lost.std() * n**0.5, cost["standard_error"] * cost["days"] / 365.25)
    assert abs(lost.sum() - cost["money_so_far"]) < 4 * error
    assert lost.sum() > 0 and cost["money_per_year"] > 3 * cost["standard_error"]


def test_people_have_the_rates_of_their_type():
    people = drawn_people(40_000, 1)
    consumers = people[people["type"] == "consumer"]
    assert consumers["rate"].mean() == pytest.approx(0.6 / 30, rel=0.03)
    assert consumers["stop"].mean() == pytest.approx(0.2, rel=0.03)
    best = consumers["rate"] > consumers["rate"].median()
    came = pd.crosstab(consumers["acquired_by"], best, normalize="columns")
    assert came.loc["referral", True] > 1.3 * came.loc["referral", False]


def problem_file(tmp_path, text):
    path = tmp_path / "problems.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "line, told",
    [
        (
            "{id: a, kind: delivery_dela, start: 2025-01-01, size: 2}",
            "did you mean 'delivery_delay'",
        ),
        (
            "{id: a, kind: cac_rise, where: {chanel: shop}, start: 2025-01-01, size: 2}",
            "mean 'channel'",
        ),
        (
            "{id: a, kind: cac_rise, where: {channel: shp}, start: 2025-01-01, size: 2}",
            "mean 'shop'",
        ),
        ("{id: a, kind: cac_rise, start: 2025-01-01, size: 0.5}", "between 1 and 20"),
        (
            "{id: a, kind: cac_rise, start: 2031-01-01, size: 2}",
            "between 2023-01-01 and 2025-12-31",
        ),
        ("{id: a, kind: cac_rise, size: 2}", "has no start"),
        ("{id: a, kind: cac_rise, start: 2025-01-01, size: two}", "size"),
        ("{id: a, kind: cac_rise, start: 2025-01-01, size: 2, siz: 1}", "did you mean 'size'"),
        ("just text", "must be `key: value` lines"),
    ],
)
def test_a_problem_that_can_not_be_planted_is_named(tmp_path, line, told):
    path = problem_file(tmp_path, f"problems:\n  - {line}\n")
    with pytest.raises(InputError, match=told.replace("`", ".")):
        load_problems(path, Vocabulary("en"))


def test_problems_may_be_named_in_either_language(tmp_path):
    text = "problems:\n  - {id: a, kind: cac_rise, where: {channel: 门店}, start: 2025-01-01, size: 2}\n"
    found = load_problems(problem_file(tmp_path, text), Vocabulary("en")).list[0]
    assert found.where == {"channel": "shop"} and found.words == {"channel": "Shop"}


def test_the_problems_of_the_package_are_of_every_kind():
    found = load_problems(DEFAULT_PROBLEMS, Vocabulary("zh"))
    assert {problem.kind for problem in found.list} == set(KINDS)
    assert all(name in kinds_text() for name in KINDS)


@pytest.mark.parametrize("customers, seed", [(10, 1), (2_000_000, 1), (100, -1)])
def test_companies_of_odd_size_are_refused(customers, seed):
    with pytest.raises(InputError):
        simulated_company(customers, seed=seed)


def test_books_are_three_years():
    assert (DAYS, FIRST.isoformat()) == (1096, "2023-01-01")
