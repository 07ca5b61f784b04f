"""An executed notebook as one offline HTML page."""

from functools import cache

from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat.v4 import new_notebook

from .formats import Formats
from .language import Language, markdown_blocks
from .remarks import markdown_html
from .templating import environment, finish

__all__ = ["ANALYST_TAG", "render"]

ANALYST_TAG = "analyst"  # a markdown cell with this tag stays in the notebook


class PageExporter(TemplateExporter):
    """nbconvert over our own template, which escapes whatever it fills in."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def _create_environment(self):
        return environment()


@cache
def _exporter():
    return PageExporter(template_file="page.html.j2", template_paths=[])


def render(nb, context=None):
    """One theme's page.

    Only markdown cells and what the notebook's report object showed get into the page: no code, no
    warnings, no stray output. Markdown is translated block by block.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        Executed notebook; `workbook.report.start` must have run in it.
    context : dict, optional
        ``sibling``: {"language": "zh", "href": "clv.zh.html"}, the same page in the other language,
        or None. ``index``: relative address of the client's index page, or None.

    Returns
    -------
    html : str
        The same notebook gives the same text.

    Raises
    ------
    ValueError
        When the notebook holds no started report.
    """
    page = _read(nb)
    page.update({"sibling": None, "index": None} | (context or {}))

    # all that the template shows is in `page`: the cells need no copy and no check for it
    frame = new_notebook(metadata=nb.metadata)

    def fill(**values):
        return _exporter().from_notebook_node(frame, values)[0]

    return finish(page, fill)


def _read(nb):
    """The notebook as the page template's values."""
    head = next((data for kind, data, _ in _outputs(nb) if kind == "head"), None)
    if head is None:
        raise ValueError("the notebook shows no report: report.start(...) has not run")
    language = Language(head["language"])
    day = Formats(language, "").date(head["as_of"]) if head["as_of"] else ""
    head = {**head, "period": language.t("to {date}", date=day) if day else ""}
    page = {"head": head, "language": language, "title": ""}
    page |= {"answer": "", "key_figures": "", "footer": ""}
    parts, told = [_part(1, "")], set()
    for cell in nb.cells:
        if cell.cell_type == "markdown" and ANALYST_TAG not in cell.metadata.get("tags", []):
            for prefix, message in markdown_blocks(cell.source):
                level, message = len(prefix.strip()), language.lookup(message)
                if level == 1:
                    page["title"] = message
                elif level:
                    parts.append(_part(level, message))
                else:
                    parts[-1]["blocks"].append(markdown_html(message))
        elif cell.cell_type == "code":
            parts[-1]["cells"] += 1
            for kind, _, html in _cell_outputs(cell):
                if kind in ("answer", "key_figures", "footer"):
                    page[kind] = html
                elif kind != "head" and not (kind == "text" and html in told):
                    told.add(html)
                    parts[-1]["blocks"].append(html)
                    parts[-1]["shown"] += 1
    page["lead"] = parts[0]["blocks"]
    page["sections"] = _sections(parts[1:])
    return page


def _part(level, title):
    """What stands under one heading: blocks, code cells run, blocks that those showed."""
    return {"level": level, "title": title, "blocks": [], "cells": 0, "shown": 0}


def _sections(parts):
    """Sections of the page; a heading under which the code had nothing to show goes."""
    sections = []
    for part in parts:
        if part["level"] == 2:
            sections.append({"title": part["title"], "parts": [part]})
        elif part["shown"] or not part["cells"]:
            heading = markdown_html(f"{'#' * part['level']} {part['title']}")
            sections[-1]["parts"].append({**part, "blocks": [heading, *part["blocks"]]})
    kept = [
        section
        for section in sections
        if any(part["shown"] for part in section["parts"])
        or not any(part["cells"] for part in section["parts"])
    ]
    return [
        {
            "id": f"s{number}",
            "title": section["title"],
            "blocks": [block for part in section["parts"] for block in part["blocks"]],
        }
        for number, section in enumerate(kept, start=1)
    ]


def _outputs(nb):
    return (entry for cell in nb.cells if cell.cell_type == "code" for entry in _cell_outputs(cell))


def _cell_outputs(cell):
    """(kind, data, html) of what the report object showed in a cell."""
    for output in cell.outputs:
        shown = output.get("metadata", {}).get("workbook")
        if shown:
            html = output.data["text/html"]
            yield shown["kind"], shown, Markup(html if isinstance(html, str) else "".join(html))
