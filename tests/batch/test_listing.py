"""Text answers of the command."""

from workbook.batch.listing import param_lines, theme_lines, top_findings
from workbook.batch.plan import check_client
from workbook.batch.themes import find_themes

FINDINGS = """report.findings([
    finding(metric="small", rung="descriptive", statement="A small one."),
    finding(metric="large", rung="descriptive", statement="A large one.", money_basis="revenue",
            money_per_year=2000.0, money_low=1000.0, money_high=3000.0),
])"""


def test_findings_on_top_come_with_their_money(project):
    project.theme("alpha", FINDINGS)
    assert project.run().code == 0
    client = check_client("acme", find_themes(project.folder), project.places)
    lines = list(top_findings(project.target(), client))
    assert lines[0] == "  1. A large one." and lines[2] == "  2. A small one."
    assert "$1" in lines[1] and "$3" in lines[1] and "money at stake per year" in lines[1]
    assert list(top_findings(project.folder, client)) == []


def test_themes_say_what_they_need_and_params_how_they_are_written(project):
    cell = 'on = True  # flag\nname = "x"  # choices: x, y\nshare = 0.5  # 0 to 1'
    project.theme("alpha", metadata={"needs": {"orders": ["cost"], "tickets": []}}, parameters=cell)
    (project.folder / "notebooks" / "broken.ipynb").write_text("{")
    themes = find_themes(project.folder)
    alpha, broken = theme_lines(themes)
    assert alpha == "alpha   What about alpha?; needs orders (cost), tickets"
    assert broken.startswith("broken  broken.ipynb can't be read")
    assert list(param_lines(themes["alpha"]))[1:] == [
        "on: true  # flag; flag",
        'name: "x"  # text; choices: x, y',
        "share: 0.5  # number; 0 to 1",
    ]
