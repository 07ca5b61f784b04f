"""A copy of a notebook with a client's params filled in."""

import json
import sys

from workbook.batch.lab import filled_notebook, open_lab
from workbook.batch.themes import find_themes


def test_values_change_and_comments_stay(project):
    project.theme("alpha")
    theme = find_themes(project.folder)["alpha"]
    cell = filled_notebook(theme, {"client": "Größe 'x'", "level": 7, "language": "en"})["cells"][1]
    assert "".join(cell["source"]).splitlines() == [
        "client = \"Größe 'x'\"  # folder",
        'language = "en"  # choices: en, zh',
        'as_of = "2024-12-31"  # date',
        "level = 7  # 0 to 100",
    ]


def test_values_over_several_lines_become_one(project):
    project.theme("alpha", parameters='cuts = [\n  "a",\n  "b",\n]  # list\nlevel = 1  # number')
    theme = find_themes(project.folder)["alpha"]
    cell = filled_notebook(theme, {"cuts": ["ä", "c"], "level": 2})["cells"][1]
    assert "".join(cell["source"]) == "cuts = ['ä', 'c']  # list\nlevel = 2  # number"


def test_lab_opens_the_copy(project):
    project.theme("alpha")
    (project.places.params / "acme" / "alpha.yml").write_text("level: 9\n")
    themes = find_themes(project.folder)
    show = "import sys; open(sys.argv[1] + '.seen', 'w').close(); sys.exit(3)"
    code = open_lab(
        "acme", themes["alpha"], themes, project.places, command=[sys.executable, "-c", show]
    )
    copy = project.places.outputs / "acme" / "lab" / "alpha.ipynb"
    assert code == 3 and copy.with_name("alpha.ipynb.seen").exists()
    assert "level = 9  # 0 to 100" in "".join(json.loads(copy.read_text())["cells"][1]["source"])
