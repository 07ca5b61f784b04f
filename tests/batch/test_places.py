"""The project is found from anywhere."""

from pathlib import Path

from workbook.batch.places import Places, find_project


def test_the_project_around_a_folder(project, tmp_path, root):
    deep = project.folder / "notebooks" / "deep"
    deep.mkdir()
    assert find_project(deep) == project.folder
    assert find_project(tmp_path) == root  # none here: the one the package is installed from


def test_folders_given_on_the_command_line_count(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    places = Places.of(Path("/srv/shop"), outputs="out")
    assert places.outputs == tmp_path / "out"
    assert (places.params, places.notebooks) == (
        Path("/srv/shop/params"),
        Path("/srv/shop/notebooks"),
    )
