"""The ledger of actions as people save it."""

import datetime as dt

import pytest

from workbook.intake.action_ledger import place_text, read_actions, read_arms
from workbook.intake.errors import InputError

HEAD = "action_id,finding_id,action,place,status,started_on,metric,window_days,cost,control_share"
ROW = "A-1,churn.x,Call them,region=East,accepted,2025-03-01,buyers,60,2.5,0.2"


def sheet(tmp_path, text, name="actions.csv", encoding="utf-8-sig"):
    folder = tmp_path / "acme" / "review"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text.encode(encoding))
    return tmp_path / "acme"


def test_a_row_as_written(tmp_path):
    (action,) = read_actions(sheet(tmp_path, f"{HEAD}\n{ROW}\n\n,,,\n"))
    assert action.place == {"region": "East"} and action.control_share == 0.2
    assert (action.started_on, action.planned_on) == (dt.date(2025, 3, 1), None)
    assert (action.window_days, action.cost, action.expected) == (60, 2.5, None)
    assert action.begins_on == dt.date(2025, 3, 1) and action.owner == ""
    assert action.cells()["place"] == "region=East" and action.cells()["expected"] == ""
    assert read_actions(tmp_path / "nobody") == [] == read_arms(tmp_path / "nobody")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"{HEAD}\n{ROW}".replace(",", ";"), "utf-8"),
        (f"{HEAD}\n{ROW}".replace(",", "\t").replace("2025-03-01", "2025/3/1"), "utf-8"),
        (
            f"{HEAD}\n{ROW}".replace("Call them", "打电话").replace("2025-03-01", "2025年3月1日"),
            "gb18030",
        ),
        (f"{HEAD}\n{ROW}".replace("0.2", "20%").replace("accepted", "Accepted"), "utf-8-sig"),
        (f"{HEAD}\r\n{ROW}".replace("A-1", "'A-1"), "utf-8"),
    ],
)
def test_what_spreadsheets_make_of_it(tmp_path, text, encoding):
    (action,) = read_actions(sheet(tmp_path, text, encoding=encoding))
    assert (action.action_id, action.status, action.control_share) == ("A-1", "accepted", 0.2)
    assert action.started_on == dt.date(2025, 3, 1)
    if encoding == "gb18030":
        assert action.action == "打电话"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("accepted", "acepted", "did you mean 'accepted'"),
        ("buyers", "smiles", "metric 'smiles'"),
        ("2025-03-01", "1.3.25", "started_on must be a date"),
        ("2025-03-01", "2025-02-30", "started_on must be a date"),
        ("60", "soon", "window_days must be a number"),
        ("60", "0", "window_days must be 1 or more"),
        (",0.2", ",1", "control_share must be"),
        ("region=East", "East", "column=value"),
        ("A-1", "", "action_id is empty"),
        ("status", "state", "no column 'status'"),
    ],
)
def test_what_can_not_be_understood_names_its_row(tmp_path, old, new, said):
    with pytest.raises(InputError, match=said) as error:
        read_actions(sheet(tmp_path, f"{HEAD}\n{ROW}".replace(old, new, 1)))
    assert "data/acme/review/actions.csv" in str(error.value)


def test_a_row_twice_and_bytes_that_are_no_text(tmp_path):
    with pytest.raises(InputError, match="stands there twice"):
        read_actions(sheet(tmp_path, f"{HEAD}\n{ROW}\n{ROW}"))
    base = sheet(tmp_path, "")
    assert read_actions(base) == []
    (base / "review" / "actions.csv").write_bytes(b"\xff\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_actions(base)


def test_arms(tmp_path):
    text = "action_id,customer_id,arm,assigned_on\nA-1,0017,control,2025-03-01\nA-1,18,treatment,\n"
    base = sheet(tmp_path, text, name="action_arms.csv")
    first, second = read_arms(base)
    assert first["customer_id"] == "0017" and first["assigned_on"] == dt.date(2025, 3, 1)
    assert second["arm"] == "treatment" and second["assigned_on"] is None
    sheet(tmp_path, text.replace("control", "other"), name="action_arms.csv")
    with pytest.raises(InputError, match="row 2: arm 'other'"):
        read_arms(base)


def test_places_are_written_as_they_are_read(tmp_path):
    place = {"region": "East", "type": "business"}
    row = ROW.replace("region=East", place_text(place))
    assert read_actions(sheet(tmp_path, f"{HEAD}\n{row}"))[0].place == place
