"""`workbook actions`: proposals, edits that stay, arms by lot; and what a run keeps of its reading."""

import datetime as dt
import json

import pandas as pd
import pytest

from monitoring_world import Books
from workbook.batch import past
from workbook.batch.actions import draw_arms, propose, update_ledger
from workbook.batch.themes import find_themes
from workbook.intake.action_ledger import read_actions, read_arms
from workbook.intake.errors import InputError
from workbook.intake.params import load_client

DAY = "2024-12-31"


def claim(name="churn.x", **changes):
    given = {"finding_id": name, "theme": "churn", "kind": "problem", "statement": "They leave."}
    given |= {"action": "=Call them", "owner": "Sales", "review_on": "2025-03-31", "where": {}}
    return given | changes


def write_run(project, findings, day=DAY):
    folder = project.folder / "outputs" / "acme" / day
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps({"finished_at": day}))
    (folder / "findings.json").write_text(json.dumps(findings))
    return folder


def update(project, **options):
    return update_ledger("acme", find_themes(project.folder), project.places, **options)


@pytest.fixture
def base(project):
    return project.folder / "data" / "acme"


def test_findings_with_an_action_become_proposals(project, base):
    write_run(project, [
        claim(), claim("churn.x"), claim("clv.y", action=None), claim("monitoring.z", theme="monitoring"),
        claim("service.w", theme="service", where={"region": "East"}),
    ])  # fmt: skip
    assert "2 proposed" in update(project)[0]
    first, second = read_actions(base)
    assert (first.finding_id, first.status, first.metric) == ("churn.x", "proposed", "buyers")
    assert first.action == "=Call them" and first.due_on == dt.date(2025, 3, 31)
    assert (second.place, second.metric) == ({"region": "East"}, "complaints")
    text = (base / "review" / "actions.csv").read_text(encoding="utf-8-sig")
    assert '"\'=Call them"' in text  # a spreadsheet runs nothing


def test_rows_stay_as_people_left_them(project, base):
    write_run(project, [claim()])
    update(project)
    path = base / "review" / "actions.csv"
    edited = path.read_text(encoding="utf-8-sig").replace("proposed", "dropped")
    lines = edited.replace("\r\n", "\n").splitlines()
    lines = [lines[0] + ',"my note"', lines[1] + ',"not now"']
    path.write_text("\n".join(lines) + "\n", encoding="gb18030")
    before = path.read_bytes()
    update(project)
    assert path.read_bytes() == before
    write_run(project, [claim(), claim("clv.y", theme="clv")], "2025-01-31")
    assert "1 actions kept, 1 proposed" in update(project)[0]
    first, second = read_actions(base)
    assert (first.status, second.finding_id) == ("dropped", "clv.y")
    assert "not now" in path.read_text(encoding="utf-8-sig")


def accept(base, **changes):
    path = base / "review" / "actions.csv"
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name, value in ({"status": "accepted"} | changes).items():
        sheet[name] = value
    sheet.to_csv(path, index=False)


def test_arms_are_drawn_once_and_by_lot(project, base):
    write_run(project, [claim()])
    update(project)
    assert read_arms(base) == []
    accept(base)
    assert "names no customers" in update(project)[1] and read_arms(base) == []
    accept(base, control_share="0.4", customers="all")
    said = update(project, today=dt.date(2025, 1, 2))
    arms = read_arms(base)
    assert {row["assigned_on"] for row in arms} == {dt.date(2025, 1, 2)}
    assert sorted(row["customer_id"] for row in arms) == [f"C{n}" for n in range(7)]
    assert [row["arm"] for row in arms].count("control") == 3
    assert "4 customers to treat, 3 left alone" in said[1]
    update(project, today=dt.date(2025, 2, 2))
    assert read_arms(base) == arms


def test_arms_of_a_list_and_of_a_place(project, base):
    folder = write_run(project, [claim()])
    (folder / "lists").mkdir()
    (folder / "lists" / "churn_at_risk.csv").write_text("rank,customer\n1,C2\n2,C5\n3,nobody\n")
    update(project)
    accept(base, customers="churn_at_risk", control_share="0")
    update(project)
    assert {row["customer_id"]: row["arm"] for row in read_arms(base)} == {
        "C2": "treatment", "C5": "treatment",
    }  # fmt: skip
    accept(base, customers="other", action_id="A-2")
    with pytest.raises(InputError, match="other.csv is not there"):
        update(project)
    accept(base, customers="", place="region=East", action_id="A-2")
    with pytest.raises(InputError, match="no table says which customers have region 'East'"):
        update(project)


def test_a_value_of_two_tables_is_asked_about(project, base, monkeypatch):
    people = pd.DataFrame({"customer_id": ["C1", "C2"], "channel": ["shop", "ads"]})
    lines = pd.DataFrame({"customer_id": ["C2", "C3"], "channel": ["shop", "web"]})
    books = Books(customers=people, orders=lines)
    monkeypatch.setattr("workbook.intake.tables.open_tables", lambda *_, **__: books)
    write_run(project, [claim()])
    update(project)
    accept(base, place="channel=shop")
    with pytest.raises(InputError, match="write customers.channel=shop .* or orders.channel=shop"):
        update(project)
    accept(base, place="orders.channel=shop", control_share="0")
    update(project)
    assert [row["customer_id"] for row in read_arms(base)] == ["C2"]
    accept(base, place="channel=ads", control_share="0", action_id="A-2")
    update(project)
    assert [row["customer_id"] for row in read_arms(base)] == ["C2", "C2"]


def test_the_lot_is_fair_and_can_not_be_drawn_again():
    names = [f"c{n}" for n in range(1000)]
    arms = draw_arms("A-1", names, 0.3)
    assert list(arms.values()).count("control") == 300
    assert draw_arms("A-1", reversed(names), 0.3) == arms
    first = sum(arms[name] == "control" for name in names[:500])
    assert 120 <= first <= 180  # no half is favoured (5 standard deviations)
    both = sum(arms[n] == a == "control" for n, a in draw_arms("A-2", names, 0.3).items())
    assert 50 <= both <= 130  # of another action another lot
    assert draw_arms("A", ["c"], 0.5) == {"c": "treatment"} and draw_arms("A", [], 0.5) == {}


def test_without_a_run_it_says_so(project):
    with pytest.raises(InputError, match="acme has no run to take findings from"):
        update(project)
    write_run(project, [])
    with pytest.raises(InputError, match="no run of 2020-01-01"):
        update(project, as_of=dt.date(2020, 1, 1))
    assert "0 proposed" in update(project)[0]
    assert propose([{"finding_id": None}], []) == []


def test_a_theme_that_reads_the_past_runs_again_when_it_changes(project):
    client = load_client("acme", params_dir=project.places.params)
    before = past.past_hash(project.places, client, DAY)
    write_run(project, [], "2024-06-30")
    changed = past.past_hash(project.places, client, DAY)
    assert changed != before
    write_run(project, [])  # this run itself, and later ones, are no past
    write_run(project, [], "2025-06-30")
    assert past.past_hash(project.places, client, DAY) == changed
    (project.folder / "data" / "acme" / "review").mkdir()
    (project.folder / "data" / "acme" / "review" / "actions.csv").write_text("x")
    assert past.past_hash(project.places, client, DAY) != changed


def test_a_run_leaves_forecasts_chances_and_a_snapshot_for_the_next(project):
    period = "start=dt.date(2025, 1, 1), end=dt.date(2025, 1, 31)"
    project.theme(
        "clv",
        "import datetime as dt\nimport pandas as pd",
        f"report.forecast(name='r', measure='revenue', value=2.0, low=1.0, high=3.0, {period})",
        "people = pd.DataFrame({'customer_id': ['C1'], 'probability': [0.5]})",
        f"report.scores('purchase', people, {period})",
    )
    project.theme(
        "monitoring",
        "runs = report.earlier_runs()",
        "report.record(runs=len(runs), said=[len(r.forecasts) + len(r.scores) for r in runs])",
        metadata={"earlier": True},
    )
    assert project.run(as_of=dt.date(2024, 10, 31)).code == 0
    assert project.run().code == 0
    folder = project.folder / "outputs" / "acme" / DAY
    record = json.loads((folder / "record.json").read_text())
    assert record["monitoring"] == {"level": 1, "runs": 1, "said": [2]}
    assert json.loads((folder / "forecasts.json").read_text())[0]["theme"] == "clv"
    info = json.loads((folder / "tables" / "snapshot.json").read_text())
    assert info["rows"] == {"orders": 40} and info["year"]["buyers"] == 7
    assert set(info["hashes"]) == {"library", "intake", "settings", "sources", "choices"}
    people = pd.read_parquet(folder / "tables" / "snapshot_customers.parquet")
    assert people["amount"].sum() == pytest.approx(info["year"]["revenue"])
    assert "nothing to run" in project.run().said
    # a run of an earlier day makes the later one's monitoring old, and nothing else
    project.run(as_of=dt.date(2024, 9, 30))
    said = project.run().said
    assert "monitoring: done" in said and "clv: unchanged" in said
