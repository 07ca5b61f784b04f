"""The house rules that a reader of the repository relies on."""

import ast
import re
import subprocess
import tomllib

import pytest
import yaml

from environment import environment

ROOMS = ["intake", "analysis", "report", "batch"]


def tracked(root):
    names = subprocess.run(
        ["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True
    )
    return [root / name for name in names.stdout.splitlines() if (root / name).is_file()]


@pytest.mark.parametrize("folder", ["notebooks", "lib", "params", "data", "outputs", "tests"])
def test_every_top_level_folder_is_in_a_fresh_clone(root, folder):
    assert any(path.is_relative_to(root / folder) for path in tracked(root))


def test_environment_yml_carries_the_pins_of_the_lock(root):
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    text = (root / "environment.yml").read_text(encoding="utf-8")
    pins = yaml.safe_load(text)["dependencies"][-1]["pip"]
    assert text == environment(lock), "`make lock` writes it"
    assert {p.split(" ;")[0] for p in pins} == set(
        re.findall(r"^[^\s#]+==[^\s;\\]+", lock, re.MULTILINE)
    )


def test_lock_pins_every_dependency_with_a_hash_and_without_an_address(root):
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock and "index-url" not in lock
    entries = re.split(r"\n(?=\S+==)", "\n" + lock)[1:]
    assert entries and all("--hash=sha256:" in entry for entry in entries)


def test_readme_names_every_direct_dependency(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    readme = (root / "README.md").read_text(encoding="utf-8").lower()
    names = {re.match(r"[\w-]+", requirement).group(0).lower() for requirement in wanted}
    assert {name for name in names if f"`{name}`" not in readme} == set()


def test_readme_table_lists_exactly_the_themes(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    section = readme.partition("\n## Themes\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    themes = {p.stem for p in (root / "notebooks").glob("*.ipynb") if not p.name.startswith("_")}
    assert set(rows) == themes and len(rows) == len(themes)


def test_no_file_is_above_one_megabyte(root):
    assert [p for p in tracked(root) if p.stat().st_size > 1_000_000] == []


def test_a_room_imports_only_from_the_rooms_before_it(root):
    wrong = []
    for path in (root / "lib/workbook").glob("*/*.py"):
        room = ROOMS.index(path.parent.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                base = "workbook." + path.parent.name if node.level == 1 else "workbook"
                module = ".".join(filter(None, [base if node.level else "", node.module]))
                modules = [module] + [f"{module}.{a.name}" for a in node.names]
            for module in modules:
                other = re.match(r"workbook\.(\w+)", module)
                if other and other[1] in ROOMS and ROOMS.index(other[1]) > room:
                    wrong.append(f"{path.parent.name}/{path.name} imports {module}")
    assert wrong == []


def test_only_rooms_and_the_entry_stand_in_the_package(root):
    loose = {p.name for p in (root / "lib/workbook").iterdir() if p.name != "__pycache__"}
    assert loose == {"__init__.py", "cli.py", *ROOMS}


def test_public_modules_say_what_they_export(root):
    modules = [p for room in ROOMS for p in (root / "lib/workbook" / room).glob("*.py")]
    silent = [
        f"{p.parent.name}/{p.name}"
        for p in modules
        if p.name != "__init__.py" and "__all__" not in p.read_text(encoding="utf-8")
    ]
    assert silent == []
