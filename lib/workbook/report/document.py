"""The report a notebook writes: each method shows one block and keeps what the runner collects."""

import json
from functools import cached_property

from workbook.intake.errors import InputError, nearest

from . import terms
from .brand import load_brand
from .finding_blocks import action_table, finding_rows, line_rows
from .findings import plain_value, rank_findings
from .formats import Formats
from .language import Language
from .memory import Memory
from .method_blocks import data_and_method, definition_table, footer
from .remarks import load_remarks
from .tables import html_table, list_csv
from .templating import block, stylesheet
from .wording import check_wording

__all__ = ["Report"]


def publish(kind, html, **data):
    """Show a block; the page renderer finds it again by its ``workbook`` metadata."""
    from IPython.display import publish_display_data

    publish_display_data({"text/html": str(html)}, metadata={"workbook": {"kind": kind, **data}})


class Report(Memory):
    """One theme's report for one client in one language. Built by `workbook.report.start`.

    Parameters
    ----------
    theme : str
    client : workbook.intake.params.Client
    params : dict
        Values of the parameters cell.
    run : workbook.report.session.Run
    hide : dict, optional
        Finding id to the reason for leaving it out.
    show : callable, optional
        ``show(kind, html, **data)``; by default the notebook's display.

    Attributes
    ----------
    t, tn : callable
        Translate a message (see `workbook.report.language.Language`).
    fmt : workbook.report.formats.Formats
    tables : workbook.intake.tables.Tables
        The client's tables up to as_of, opened on first use.
    """

    def __init__(self, theme, client, params, run, *, hide=None, show=publish):
        self.theme, self.client, self.params, self.run = theme, client, params, run
        self.language = Language(params.get("language", client.language))
        self.t, self.tn = self.language.t, self.language.tn
        self.fmt = Formats(self.language, client.currency)
        self.hide = dict(hide or {})
        self._show = show
        self._figures = 0
        self._hidden = {}
        self._ranked = []
        self.parts = {"record": {}, "findings": [], "hidden": {}, "key_figures": [], "answer": ""}
        self.parts |= {"lists": [], "untranslated": [], "rows": None, "forecasts": []}

    @cached_property
    def tables(self):
        from workbook.intake.tables import open_tables

        return open_tables(self.client, data_dir=self.run.data_dir, as_of=self.as_of)

    @property
    def as_of(self):
        """The reporting day as a date; without one in the params, None until the tables tell it."""
        import datetime as dt

        given = self.params.get("as_of")
        return dt.date.fromisoformat(given) if given else self.client.as_of

    def customer_summary(self, *, include_zero_amounts=True):
        """The per-customer summary as a pandas frame (see `workbook.analysis.customers`)."""
        import pyarrow.parquet as pq

        # in one order: what is fitted and drawn from it is then the same in every language
        if self.run.staging is not None and include_zero_amounts:
            shared = self.run.staging / "tables" / "customer_summary.parquet"
            if shared.is_file():
                return pq.read_table(shared).sort_by("customer_id").to_pandas()
        from workbook.analysis.customers import customer_summary

        summary = customer_summary(
            self.tables["orders"],
            as_of=self.tables.as_of,
            include_zero_amounts=include_zero_amounts,
        )
        return summary.order_by("customer_id").execute()

    def head(self):
        """Hand the page its client, date, brand and language; in JupyterLab, show the stylesheet."""
        brand = load_brand(self.client.brand, self.params_folder)
        as_of = self.as_of
        self._show(
            "head",
            f"<style>{stylesheet('colours', 'blocks')}</style>",
            theme=self.theme,
            theme_title=terms.term(self.language, terms.THEMES, self.theme),
            client=self.client.name,
            language=self.language.code,
            as_of=as_of.isoformat() if as_of else "",
            edition=self.client.edition,
            simulated=bool(self.client.simulated),
            brand=brand,
        )

    def answer(self, *texts):
        """The report's answer in a sentence or two, under the title; empty ones are left out."""
        texts = [text for text in texts if text]
        for text in texts:
            check_wording(text, "descriptive", "the answer")
        text = ("" if self.language.code == "zh" else " ").join(texts)
        self.parts["answer"] = text
        self._show("answer", block("answer", text=text))

    def key_figures(self, figures):
        """The row of figures on top: [(label, value text, note text), ...], three to five."""
        figures = [tuple(str(part) for part in figure) for figure in figures]
        self.parts["key_figures"] = [list(figure) for figure in figures]
        self._show("key_figures", block("key_figures", figures=figures))

    def findings(self, findings, *, others=()):
        """Rank findings and show them, with the consultant's remarks below; hidden ones are left out.

        Parameters
        ----------
        findings : list of workbook.report.findings.Finding
            None entries are skipped, so that a notebook can write ``x if condition else None``.
        others : list of workbook.report.problem_lines.Line, optional
            What other themes have found, shown below as it stands, each with the way to its evidence.
        """
        ranked = rank_findings([item for item in findings if item is not None], self.theme)
        self._refuse_misspelt_hides([item.finding_id for item in ranked])
        self._hidden = {
            item.finding_id: self.hide[item.finding_id]
            for item in ranked
            if item.finding_id in self.hide
        }
        self._ranked = [item for item in ranked if item.finding_id not in self._hidden]
        self.parts["findings"] = [item.as_dict() for item in self._ranked]
        self.parts["hidden"] = self._hidden
        rows = finding_rows(self._ranked, self)
        if others:
            rows += line_rows(others, self, self.results.page)
        html = block("findings", rows=rows, t=self.t)
        remarks = load_remarks(self.params_folder, self.theme)
        if remarks:
            html += block("remarks", title=self.t("The consultant's remarks"), body=remarks)
        self._show("findings", html)

    def _refuse_misspelt_hides(self, ids):
        # an id of an earlier run may be gone; one that is nearly right would show what it should hide
        for name in self.hide:
            if name.startswith(f"{self.theme}.") and name not in ids and nearest(name, ids):
                raise InputError(f"hide: no finding is called '{name}'{nearest(name, ids)}")

    def figure(self, ax, *, note=None, subtitle=None, numbers=None, columns=None):
        """Show a chart under its title, the answer.

        Parameters
        ----------
        ax : matplotlib.axes.Axes
            From `workbook.report.charts`: it carries title and alternative text.
        note : str, optional
            How to read it, and what it does not show.
        subtitle : str, optional
            What is drawn, its unit, n and period.
        numbers : pandas.DataFrame, optional
            The numbers behind the chart, with ``columns`` as in `table`.
        """
        from .figures import figure_block

        self._figures += 1
        html = figure_block(
            ax,
            number=self._figures,
            note=note,
            subtitle=subtitle,
            numbers=None if numbers is None else html_table(numbers, columns),
            t=self.t,
        )
        self._show("figure", html)

    def table(self, frame, *, columns=None, caption=""):
        """Show a frame: columns is {name: heading} or {name: (heading, format)} in the order shown."""
        self._show("table", html_table(frame, columns, caption))

    def text(self, text):
        """Show plain text; blank lines part paragraphs."""
        texts = [part for part in str(text).split("\n\n") if part.strip()]
        self._show("text", block("paragraphs", texts=texts))

    def actions(self):
        """The findings' actions as a table: what, who, until when judged, what is at stake."""
        html = action_table(self._ranked, self)
        self._show(
            "table", html or block("paragraphs", texts=[self.t("No finding calls for an action.")])
        )

    def definitions(self, definitions):
        """Metric definitions: [(name, numerator, denominator, window, source), ...]."""
        html = definition_table(definitions, self)
        self._show("definitions", block("titled", title=self.t("Metric definitions"), body=html))

    def data_and_method(self, assumptions=()):
        """Rows read, what cleaning set aside, span, hidden findings, assumptions and limits."""
        self.parts["rows"] = plain_value(self.tables.rows_read)
        self._show("method", data_and_method(self, self._hidden, assumptions))

    def customer_list(self, name, frame, *, columns=None, say=True):
        """Write lists/<theme>_<name>.csv and say so; the page holds no customer and no link.

        Parameters
        ----------
        name : str
            Lower-case word for the file's name.
        frame : pandas.DataFrame
            One row per customer.
        columns : dict, optional
            Column to heading.
        say : bool
            False when the page names the file elsewhere, as in a table of several lists.

        Returns
        -------
        file : str
        """
        if not name.isidentifier():
            raise ValueError(f"a list's name is a plain word, not {name!r}")
        file = f"lists/{self.theme}_{name}.csv"
        if self.language.code == self.client.language:  # the other language's run adds no list
            self.run.write(file, list_csv(frame, columns))
        self.parts["lists"].append({"name": name, "file": file, "rows": len(frame)})
        if say:
            self.text(
                self.tn(
                    "A list of {n} customer is delivered apart, as {file}.",
                    "A list of {n} customers is delivered apart, as {file}.",
                    len(frame),
                    file=file,
                )
            )
        return file

    def record(self, **values):
        """Keep numbers by name for tests and later runs."""
        self.parts["record"] |= {name: plain_value(value) for name, value in values.items()}

    def footer(self):
        """Close the report: parameters, data hash, versions, time; in a run, write its parts."""
        self._show("footer", footer(self))
        self.parts["untranslated"] = sorted(self.language.untranslated)
        text = json.dumps(self.parts, ensure_ascii=False, indent=1, sort_keys=True)
        self.run.write(f"parts/{self.theme}.{self.language.code}.json", text.encode())
