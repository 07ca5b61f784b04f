"""Whatever stands in a file, a proposal comes out, and what is written reads back."""

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbook.batch.client_import import ClientImport
from workbook.batch.places import Places
from workbook.intake.errors import InputError
from workbook.intake.matching.profiles import load_profile
from workbook.intake.matching.propose import propose
from workbook.intake.matching.settings import currency, language
from workbook.intake.matching.vocabulary import _vocabulary
from workbook.intake.matching.written import shared_yml
from workbook.intake.params import load_client

WORDS = sorted({w for words in _vocabulary()["columns"]["orders"].values() for w in words})
HEADING = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(["Record Id", "Stage", "客户名称"]), st.text()
)
CELL = st.one_of(
    st.none(),
    st.text(),
    st.dates().map(str),
    st.floats().map(str),
    st.sampled_from(["￥1,5", "是"]),
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(
    headings=st.lists(HEADING.filter(str.strip), min_size=2, max_size=8, unique=True),
    cells=st.lists(CELL, min_size=8, max_size=40),
    name=st.sampled_from(["Deals_001.csv", "销售订单.xlsx", "x.csv"]),
)
@settings(max_examples=20, deadline=None, suppress_health_check=QUIET)
def test_any_headings_and_cells(raw, tmp_path, headings, cells, name):
    headings = [" ".join(h.encode("utf-8", "replace").decode().split()) or "x" for h in headings]
    headings = list(dict.fromkeys(headings))
    width = len(headings)
    rows = [cells[i : i + width] for i in range(0, len(cells) - width + 1, width)]
    frame = pd.DataFrame(rows, columns=headings, dtype=object)
    table = raw(name, frame.to_dict("list"))
    for profile in (None, "zoho", "fxiaoke"):
        chosen = load_profile(profile, params_dir=tmp_path) if profile else None
        proposal = propose([table], chosen)
        text = shared_yml(proposal, "acme", lambda reason: f"{reason.code} {dict(reason.values)}")
        (tmp_path / "acme").mkdir(exist_ok=True)
        (tmp_path / "acme" / "_shared.yml").write_text(text, encoding="utf-8")
        sources = load_client("acme", params_dir=tmp_path).sources
        assert set(sources) == {block.table for block in proposal.blocks if block.sure}
    assert language([table])[0] in ("en", "zh")
    assert currency([table], "en") is None or len(currency([table], "en")[0]) == 3


@given(
    content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)),
    suffix=st.sampled_from([".csv", ".xlsx", ".xls", ".parquet", ".sav", ".duckdb", ".tsv"]),
)
@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
def test_any_bytes_are_imported_or_refused(tmp_path_factory, content, suffix):
    root = tmp_path_factory.mktemp("any")
    file = root / f"orders{suffix}"
    file.write_bytes(content)
    try:
        outcome = ClientImport("acme", Places.of(root)).go([file], yes=True)
    except InputError as error:
        assert str(error) and not (root / "params").exists()
    else:
        assert outcome.params.is_file()
