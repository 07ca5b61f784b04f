"""What has to run for a client: params checked, tables prepared, themes that changed."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import workbook
from workbook.batch.past import past_hash
from workbook.batch.record import entry_of, load_run, page_name
from workbook.batch.themes import Theme, run_order
from workbook.intake.errors import InputError, nearest
from workbook.intake.params import (
    Client,
    check_shared_params,
    load_client,
    theme_hides,
    theme_params,
)
from workbook.intake.tables import Prepared, prepare
from workbook.report.brand import load_brand

__all__ = ["ClientPlan", "Job", "Request", "check_client", "code_hash", "make_plan"]


@dataclass(frozen=True)
class Request:
    """What the command line asks for; without `themes`, all of the client's."""

    clients: tuple[str, ...]
    themes: tuple[str, ...] = ()
    every_client: bool = False
    as_of: date | None = None
    language: str | None = None
    jobs: int = 1
    timeout_minutes: float = 30.0
    force: bool = False

    def threads(self, themes):
        """Threads for the engine in each of the kernels that run side by side, of so many themes."""
        beside = self.jobs if self.every_client else max(min(self.jobs, themes), 1)
        return max(1, (os.cpu_count() or 1) // beside)


@dataclass(eq=False)
class Job:
    """One theme of one client in one language; `state` is waiting, running or ended."""

    theme: Theme
    language: str
    params: dict[str, object]
    hashes: dict[str, str | None]
    needs_run: bool
    last_seconds: float | None
    state: str = "waiting"

    @property
    def name(self):
        return f"{self.theme.name}.{self.language}"


@dataclass(eq=False)
class ClientPlan:
    """A client's jobs, and the run they build on (`run`: its run.json, changed as jobs end)."""

    client: Client
    prepared: Prepared
    as_of: str
    run: dict
    jobs: list[Job] = field(default_factory=list)

    @property
    def to_run(self):
        return [job for job in self.jobs if job.needs_run]

    @property
    def languages(self):
        """The client's language, then the others of this run's pages."""
        return list(dict.fromkeys([self.client.language, *(job.language for job in self.jobs)]))


def check_client(folder, themes, places):
    """The client, after every file under its params has been checked.

    Raises
    ------
    InputError
        In reader's words.
    """
    client = load_client(folder, params_dir=places.params)
    usable = {name: theme.cell for name, theme in themes.items() if not theme.problem}
    if len(usable) == len(themes):
        check_shared_params(client, usable)
    files = sorted((places.params / folder).glob("*.yml"))
    named = {name: client.where for name in client.themes}
    named |= {p.stem: f"params/{folder}/{p.name}" for p in files if p.stem != "_shared"}
    for name, where in named.items():
        if name not in themes:
            raise InputError(f"{where}: no theme '{name}'{nearest(name, themes)}")
    for name, cell in usable.items():
        theme_params(client, name, cell, {})
    load_brand(client.brand, places.params / folder)
    return client


def make_plan(client, request, themes, places):
    """Prepare a client's tables and find what has changed since the last run.

    Raises
    ------
    InputError
        When the data can't be read.
    """
    prepared = prepare(client, data_dir=places.data)
    as_of = request.as_of or client.as_of or prepared.last_on
    if as_of is None:
        raise InputError(f"{client.where}: as_of is missing, and no orders tell the last day")
    as_of = as_of if isinstance(as_of, str) else as_of.isoformat()
    run = load_run(places.outputs / client.folder / as_of)
    plan = ClientPlan(client, prepared, as_of, run)
    wanted = request.themes or client.themes or tuple(themes)
    asked = [client.language, *([request.language] if request.language else [])]
    for name in run_order(themes):
        if name not in wanted:
            continue
        # a page once made in the other language goes with its theme
        made = plan.run["themes"].get(name, {}).get("languages", {})
        for language in dict.fromkeys([*asked, *made]):
            plan.jobs.append(_job(plan, themes[name], language, places, request.force))
    plan.jobs.sort(key=lambda job: list(themes).index(job.theme.name))
    return plan


def _job(plan, theme, language, places, force):
    client = plan.client
    last = entry_of(plan.run, theme.name, language, client.language)
    params = {}
    if not theme.problem:
        names = {parameter.name for parameter in theme.cell}
        given = {"as_of": plan.as_of, "language": language}
        given = {name: value for name, value in given.items() if name in names}
        params = theme_params(client, theme.name, theme.cell, given)
    read = {job.theme.name: job for job in plan.jobs if job.language == client.language}
    hashes = {
        "notebook": _digest(theme.path.read_bytes()),
        "library": code_hash(),
        "params": _digest([params, _shown(client, theme.name)]),
        "data": _digest([sorted(plan.prepared.hashes.items()), plan.as_of]),
        "records": _digest(
            [
                read[name].hashes
                if name in read
                else plan.run["themes"].get(name, {}).get("hashes")
                for name in theme.after
            ]
        ),
    }
    if theme.earlier:
        hashes["past"] = past_hash(places, client, plan.as_of)
    needs_run = (
        force
        or last.get("hashes") != hashes
        or last.get("status") not in ("done", "skipped")
        or any(name in read and read[name].needs_run for name in theme.after)
    )
    if last.get("status") == "done":
        page = page_name(theme.name, language, client.language)
        needs_run |= not (places.outputs / client.folder / plan.as_of / page).is_file()
    return Job(theme, language, params, hashes, needs_run, last.get("seconds"))


@cache
def code_hash():
    """Hash of the library: code, templates and catalogs."""
    root = Path(workbook.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _shown(client, theme):
    """What a page shows of the client beside its tables: names, brand, hidden findings, remarks."""
    shown = asdict(client)
    for name in ("sources", "params", "themes", "params_dir", "as_of"):
        del shown[name]
    folder = client.params_dir / client.folder
    shown["brand"] = load_brand(client.brand, folder)
    shown["hide"] = theme_hides(client, theme)
    remarks = folder / f"{theme}.md"
    return [shown, _digest(remarks.read_bytes()) if remarks.is_file() else None]


def _digest(content):
    if not isinstance(content, bytes):
        content = json.dumps(content, sort_keys=True, default=str).encode()
    return hashlib.sha256(content).hexdigest()
