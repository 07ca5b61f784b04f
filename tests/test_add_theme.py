"""The three steps of the README that add a theme, taken in a temporary copy."""

import json
import shutil

from clients import workbook


def test_a_copied_template_is_found_by_name_and_runs(tmp_path, root, demo_data):
    for folder in ("notebooks", "params"):
        shutil.copytree(root / folder, tmp_path / folder)
    template = (root / "notebooks/_template.ipynb").read_text(encoding="utf-8")
    assert "_template" in template
    theme = template.replace("_template", "greeting")
    (tmp_path / "notebooks/greeting.ipynb").write_text(theme, encoding="utf-8")

    themes = workbook("themes", cwd=tmp_path)
    assert "greeting" in themes.stdout.split()
    done = workbook(
        "run", "cdnow_sample", "greeting", "--params", tmp_path / "params",
        "--data", demo_data, "--outputs", tmp_path / "outputs", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    outputs = tmp_path / "outputs/cdnow_sample/1998-06-30"
    assert (outputs / "greeting.html").is_file()
    assert "greeting" in json.loads((outputs / "record.json").read_text(encoding="utf-8"))
