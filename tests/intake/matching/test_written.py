import re
from dataclasses import asdict

import pytest
import yaml

from workbook.intake.matching.propose import propose
from workbook.intake.matching.written import scalar, shared_yml
from workbook.intake.params import load_client


def say(reason):
    return f"{reason.code}:\n# {sorted(reason.values.items())}"


@pytest.fixture
def written(tmp_path):
    """Client read back from a proposal's params."""

    def client(proposal):
        text = shared_yml(proposal, "acme", say)
        (tmp_path / "acme").mkdir(exist_ok=True)
        (tmp_path / "acme" / "_shared.yml").write_text(text, encoding="utf-8")
        return text, load_client("acme", params_dir=tmp_path)

    return client


def mapped(source):
    return {**source.columns, **{c: () for c in source.constants}}


@pytest.mark.parametrize("name", ["zoho", "fxiaoke"])
def test_what_is_written_reads_back_as_what_was_proposed(exports, profile, written, name):
    proposal = propose(getattr(exports, name)(), profile(name))
    _, client = written(proposal)
    for block in proposal.blocks:
        source = next(s for s in client.sources[block.table] if s.path == block.path)
        assert source.columns == {g.column: g.headings for g in block.guesses if g.sure}
        assert source.values == {g.column: g.values for g in block.guesses if g.values and g.sure}
        assert source.keep == block.keep and source.constants == block.constants
        assert [dict(s.on) for s in source.joins] == [dict([j.on]) for j in block.joins]
        for read, join in zip(source.joins, block.joins, strict=True):
            assert read.columns == {g.column: g.headings for g in join.guesses}
            assert len(read.joins) == len(join.joins)


def test_what_is_not_sure_stands_as_a_comment(exports, profile, written, raw):
    columns = {
        "客户编号": [f"KH{i:05d}" for i in range(30)],
        "下单日期": ["2024-03-05"] * 30,
        "金额(万元)": ["12.50"] * 30,
        "销售大区": ["东"] * 30,
    }
    text, client = written(propose([raw("订单.csv", columns)], None))
    assert "orders" not in client.sources
    assert "# guess: 0.50 orders:" in text and "# guess: amount: 金额(万元)" in text


def test_every_mapped_column_says_how_sure_and_why(exports, profile, written):
    text, _ = written(propose(exports.zoho(), profile("zoho")))
    lines = re.findall(r"(?m)^ +customer_id: [^#]+(#.*)?$", text)
    assert lines and all(re.match(r"# (guess: )?\d\.\d\d \w+", line) for line in lines)


HARD = ["a: b", "#x", "- y", "[z]", "{a}", "true", "No", "'", '"', "", " x", "x ", "1e5", "é%", "*a",
        "客户名称（全称）", "a#b", "a #b", "\t", "\x00\x1f", "x" * 300, "@a", "`", "|", ">", "!t",
        "%x", "&a", "?", ",", "a,b", "null", "~", "\u2028", "😀", "\x85", "\ufeffx"]  # fmt: skip


@pytest.mark.parametrize("text", HARD)
def test_any_heading_reads_back_the_same(text):
    document = f"a: {scalar(text)}\nb: [{scalar(text)}, x]\nc: {{{scalar(text)}: {scalar(text)}}}\n"
    found = yaml.load(document, Loader=yaml.BaseLoader)
    assert found == {"a": text, "b": [text, "x"], "c": {text: text}}


def test_sheet_and_heading_row_are_written_where_needed(raw, written):
    columns = {"客户编号": [f"c{i}" for i in range(30)], "下单日期": ["2024-03-05"] * 30}
    columns["金额"] = ["1"] * 30
    table = raw("a.xlsx", columns, sheet="订单", sheets=2, heading_row=3)
    _, client = written(propose([table], None))
    source = asdict(client.sources["orders"][0])
    assert (source["sheet"], source["heading_row"]) == ("订单", 3)
