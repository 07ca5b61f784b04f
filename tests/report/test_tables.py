import csv
import io

import numpy as np
import pandas as pd
import pytest
from markupsafe import Markup

from workbook.report.tables import html_table, list_csv, mask


def test_cells_headings_and_captions_are_escaped():
    frame = pd.DataFrame({"<i>": ["<script>", None], "n": [1.5, np.nan]})
    html = html_table(frame, {"<i>": "<b>", "n": ("Number", lambda x: f"<{x}>")}, caption="<u>")
    for raw in ("<script>", "<b>", "<u>", "<1.5>", "<i>"):
        assert raw not in html
    assert html.count("<td") == 4 and "&lt;script&gt;" in html and "–" in html
    assert html_table(Markup("<p>ours</p>")) == "<p>ours</p>"
    with pytest.raises(TypeError):
        html_table("<p>a string may hold anything</p>")


def rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_lists_open_in_a_spreadsheet_without_running_anything():
    cells = ["=1+1", "+cmd", "-x", "@a", "\tx", "\r=x", "-12.5", "plain", "\uff1d1"]
    data = list_csv(pd.DataFrame({"=head": cells}))
    assert data.startswith(b"\xef\xbb\xbf")
    read = [row[0] for row in rows(data)]
    assert read[0] == "'=head"
    assert read[1:7] == ["'=1+1", "'+cmd", "'-x", "'@a", "'\tx", "'\r=x"]
    assert read[7:] == ["-12.5", "plain", "'\uff1d1"]


def test_ids_keep_their_digits_and_missing_is_empty():
    frame = pd.DataFrame({"customer_id": ["00001", "1234567890123456789"], "value": [1.0, np.nan]})
    assert rows(list_csv(frame, {"customer_id": "客户编号", "value": "金额"})) == [
        ["客户编号", "金额"],
        ["00001", "1"],
        ["1234567890123456789", ""],
    ]


def test_a_day_is_written_as_a_day():
    day = pd.Series(pd.to_datetime(["2024-05-01", None]))
    moment = pd.Series(pd.to_datetime(["2024-05-01 18:30", None]))
    assert rows(list_csv(pd.DataFrame({"on": day, "at": moment})))[1:] == [
        ["2024-05-01", "2024-05-01 18:30:00"],
        ["", ""],
    ]


def test_names_and_phones_are_masked():
    assert mask("name", "张小明") == "张**"
    assert mask("phone", "13812341234") == "138****1234"
    assert mask("email", "anna@example.org") == "a***@example.org"
    assert mask("customer_id", "13812341234") == "13812341234"
