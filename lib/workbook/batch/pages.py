"""Pages around the notebooks: links between languages, a client's index, the index of all."""

from workbook.batch.folder import put
from workbook.batch.record import entry_of, finding_file, load_run, page_name, read_json
from workbook.report.brand import load_brand

__all__ = [
    "FAILED",
    "client_pages",
    "mend_siblings",
    "notebook_name",
    "outputs_page",
    "page_context",
    "sibling_of",
]

LANGUAGES = ("en", "zh")
FAILED = "failed.json"  # in outputs/<client>/: why the client's last run couldn't begin


def notebook_name(page):
    """Where the executed notebook of a page is kept: `notebooks/clv.zh.ipynb`."""
    return f"notebooks/{page.removesuffix('.html')}.ipynb"


def sibling_of(plan, staging, theme, language):
    """The language of the same page beside this one, there or being made; None without one."""
    own = plan.client.language
    for other in LANGUAGES:
        page = staging / page_name(theme, other, own)
        coming = any(j.theme.name == theme and j.language == other for j in plan.jobs)
        if other != language and (coming or page.is_file()):
            return other
    return None


def page_context(theme, language, own, sibling):
    """What a theme's page has to know of the pages beside it (see `workbook.report.page`)."""
    context = {"index": page_name("index", language, own), "sibling": None}
    if sibling:
        context["sibling"] = {"language": sibling, "href": page_name(theme, sibling, own)}
    return context


def mend_siblings(plan, staging):
    """Render pages again that link to a page that isn't there, or don't to one that is."""
    own = plan.client.language
    for theme in plan.run["themes"]:
        there = [other for other in LANGUAGES if (staging / page_name(theme, other, own)).is_file()]
        for language in there:
            entry = entry_of(plan.run, theme, language, own)
            sibling = next((other for other in there if other != language), None)
            if entry.get("sibling") == sibling:
                continue
            page = page_name(theme, language, own)
            notebook = staging / notebook_name(page)
            if notebook.is_file():
                import nbformat

                from workbook.report.page import render

                read = nbformat.read(notebook, as_version=4)
                put(staging / page, render(read, page_context(theme, language, own, sibling)))
                entry["sibling"] = sibling


def client_pages(plan, staging, params_dir):
    """Write index.html, and index.<language>.html where pages in the other language are."""
    from workbook.report.index_pages import client_index

    client, own = plan.client, plan.client.language
    made = {lang for entry in plan.run["themes"].values() for lang in entry.get("languages", {})}
    languages = [own, *sorted(made)]
    for language in languages:
        sibling = next((other for other in languages if other != language), None)
        data = {
            "client": client.name,
            "language": language,
            "currency": client.currency,
            "as_of": plan.as_of,
            "edition": client.edition,
            "simulated": client.simulated,
            "brand": load_brand(client.brand, params_dir / client.folder),
            "themes": _themes(plan.run, language, own, staging),
            "findings": read_json(staging / finding_file(language, own), []),
            "sibling": sibling and {"language": sibling, "href": page_name("index", sibling, own)},
        }
        put(staging / page_name("index", language, own), client_index(data))


def outputs_page(outputs):
    """Write outputs/index.html: every client's latest reports, and why there are none."""
    from workbook.report.index_pages import outputs_index

    clients = []
    folders = {p.name for p in outputs.iterdir() if p.is_dir() and not p.name.startswith(".")}
    for name in sorted(folders):
        home = outputs / name
        runs = sorted(
            p.parent for p in home.glob("*/run.json") if not p.parent.name.startswith(".")
        )
        latest = runs[-1] if runs else None
        run = load_run(latest) if latest else {"themes": {}}
        why = read_json(home / FAILED, {}).get("why")
        if not latest and not why:
            continue
        own = run.get("language", "en")
        relative = f"{name}/{latest.name}" if latest else None
        clients.append(
            {
                "name": run.get("name", name),
                "folder": name,
                "as_of": run.get("as_of", ""),
                "href": relative and f"{relative}/index.html",
                "status": "failed" if why else "done",
                "why": why,
                "simulated": run.get("simulated", False),
                "themes": _themes(run, own, own, latest, f"{relative}/"),
                "language": own,
            }
        )
    language = "zh" if clients and all(c["language"] == "zh" for c in clients) else "en"
    put(outputs / "index.html", outputs_index({"language": language, "clients": clients}))


def _themes(run, language, own, folder, prefix=""):
    """Themes with status, address and answer as the index pages take them."""
    from workbook.report.language import Language

    told = Language(language)
    themes = []
    for name in run["themes"]:
        entry = entry_of(run, name, language, own)
        page = page_name(name, language, own)
        if not entry:
            continue
        why, cell = entry.get("why"), entry.get("cell")
        if entry.get("needs"):
            needs = (name.replace("|", told.t(" or ")) for name in entry["needs"])
            why = told.t("not possible: needs {tables}", tables=told.t(", ").join(needs))
        if cell and cell["heading"]:
            cell = f"{cell['number']} ({told.lookup(cell['heading'])})"
        elif cell:
            cell = cell["number"]
        themes.append(
            {
                "theme": name,
                "status": entry["status"],
                "href": prefix + page if (folder / page).is_file() else None,
                "answer": entry.get("answer"),
                "why": why,
                "cell": cell,
            }
        )
    return themes
