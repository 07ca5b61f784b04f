"""Frames as HTML tables and as customer lists."""

import datetime as dt
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from .templating import block

__all__ = ["html_table", "list_csv", "mask"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PERSONAL = ("name", "phone", "email")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def html_table(frame, columns=None, caption=""):
    """A frame as an escaped HTML table; the index is left out.

    Parameters
    ----------
    frame : pandas.DataFrame or markupsafe.Markup
        Finished markup is passed through; a plain string is refused, as it may hold anything.
    columns : dict, optional
        Column to its heading, or to (heading, format); format takes one value and gives text. Its
        order is the table's. Without it every column is shown under its own name.
    caption : str, optional

    Returns
    -------
    markupsafe.Markup
    """
    if isinstance(frame, Markup):
        return frame
    if isinstance(frame, str):
        raise TypeError("give a DataFrame, not HTML text: its cells are escaped here")
    if columns is None:
        columns = {name: str(name) for name in frame.columns}
    heads, forms = [], []
    for spec in columns.values():
        head, form = (spec, None) if isinstance(spec, str) else spec
        heads.append(head)
        forms.append(form)
    cells = [
        ["–" if value is None else str(form(value) if form else value) for value in frame[name]]
        for name, form in zip(columns, forms, strict=True)
    ]
    # what names the row stands left, figures stand right
    kinds = [
        "num" if place and (form or frame[name].dtype.kind in "iufc") else "txt"
        for place, (name, form) in enumerate(zip(columns, forms, strict=True))
    ]
    return block(
        "table", heads=heads, rows=list(zip(*cells, strict=True)), kinds=kinds, caption=caption
    )


def list_csv(frame, columns=None):
    """A customer list as CSV text that a spreadsheet opens without running anything.

    Every cell is text in quotes, ids keep all their digits, names and phones are masked, and a cell
    or heading that a spreadsheet would take for a formula gets an apostrophe in front.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : dict, optional
        Column to heading; without it the columns' own names.

    Returns
    -------
    bytes
        UTF-8 with byte order mark, lines ending in CR LF.
    """
    columns = columns or {name: str(name) for name in frame.columns}
    heads = pa.array([_safe(heading) for heading in columns.values()], pa.large_string())
    lines = [*_lines([heads.slice(i, 1) for i in range(len(heads))])]
    lines += _lines([_cells(name, frame[name]) for name in columns])
    return b"\xef\xbb\xbf" + ('"' + '"\r\n"'.join(lines) + '"\r\n').encode()


def _lines(cells):
    """Rows of columns of texts, without the quotes around a row."""
    cells = [pc.replace_substring(texts, '"', '""').fill_null("") for texts in cells]
    between = pa.scalar('","', pa.large_string())
    return pc.binary_join_element_wise(*cells, between).to_pylist()


def _cells(column, values):
    """The texts of a column, missing where nothing is known."""
    if values.dtype.kind == "f":
        texts = [None if v != v else repr(round(v, 6)).removesuffix(".0") for v in values.tolist()]
        return pa.array(texts, pa.large_string())
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu":
        return pa.array(values.to_numpy()).cast(pa.large_string())
    if values.dtype == object and column not in _PERSONAL:
        try:
            return _safe_texts(pa.array(values, pa.large_string(), from_pandas=True))
        except (pa.ArrowTypeError, pa.ArrowInvalid):
            pass  # not texts alone
    # of equal values one is written and taken for all
    codes, levels = values.factorize()
    texts = [*(_cell(column, value) for value in levels), None]  # the last: nothing is known
    codes[codes < 0] = len(levels)
    return pa.array(texts, pa.large_string()).take(pa.array(codes))


def _safe_texts(texts):
    first = pc.utf8_slice_codeunits(texts, 0, 1)
    doubtful = pc.fill_null(pc.is_in(first, pa.array(_FORMULA, pa.large_string())), False)
    some = texts.filter(doubtful)
    if not len(some):
        return texts
    safe = pa.array([_safe(text) for text in some.to_pylist()], pa.large_string())
    return pc.replace_with_mask(texts, doubtful, safe)


def _cell(column, value):
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return repr(round(float(value), 6)).removesuffix(".0")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()  # a day, not its midnight
    return _safe(mask(column, str(value)))


def _safe(text):
    # a plain negative number is no formula
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def mask(column, text):
    """Personal data as lists show them: 张**, 138****1234; other columns pass unchanged."""
    if not text:
        return text
    if column == "name":
        return text[0] + "**"
    if column == "phone":
        return f"{text[:3]}****{text[-4:]}" if len(text) > 7 else "****"
    if column == "email":
        name, _, domain = text.partition("@")
        return f"{name[:1]}***@{domain}"
    return text
