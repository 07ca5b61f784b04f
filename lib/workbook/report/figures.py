"""Charts as images inside the page: SVG as a rule, PNG when it holds many marks."""

import base64
import io
import re

from .templating import block
from .wording import check_wording

__all__ = ["figure_block", "figure_source"]

SVG_LIMIT = 90_000  # bytes; beyond it a PNG at twice the screen's resolution is smaller


def figure_block(ax, *, number, note, subtitle, numbers, t):
    """A chart as a figure block under its title; the chart itself is closed.

    Raises
    ------
    ValueError
        Without title and alternative text (`workbook.report.charts.describe`), or when the title
        claims a cause.
    """
    from matplotlib import pyplot as plt

    title, alt = getattr(ax, "workbook_title", ""), getattr(ax, "workbook_alt", "")
    if not title:
        raise ValueError(
            "a figure needs a title (its answer) and alternative text: charts.describe"
        )
    check_wording(title, "descriptive", "a figure's title")
    ax.set_title("", loc="left")
    source, width, height = figure_source(ax.figure)
    plt.close(ax.figure)  # otherwise the notebook shows it a second time
    return block(
        "figure",
        number=number,
        title=title,
        subtitle=subtitle,
        alt=alt,
        source=source,
        width=width,
        height=height,
        note=note,
        numbers=numbers,
        t=t,
    )


def figure_source(figure):
    """A figure as (data URI, width, height) in CSS pixels; the same figure gives the same bytes."""
    width, height = (round(inches * 96) for inches in figure.get_size_inches())
    svg = _svg(figure)
    if len(svg) <= SVG_LIMIT:
        kind, data = "svg+xml", svg
    else:
        kind, data = "png", _png(figure)
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}", width, height


def _svg(figure):
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    out, canvas, dpi = io.BytesIO(), figure.canvas, figure.dpi
    for patch in (figure.patch, *(axes.patch for axes in figure.axes)):
        patch.set(facecolor="none", edgecolor="none")
    # `savefig` would draw everything twice, the first time only for the layout, which a drawing
    # settles by itself
    try:
        with mpl.rc_context({"svg.hashsalt": "workbook", "svg.fonttype": "path"}):
            FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None})
    finally:
        figure.set_canvas(canvas)
        figure.dpi = dpi
    text = out.getvalue().decode()
    text = re.sub(r"<\?xml.*?<svg", "<svg", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)  # comments repeat every label
    # a hundredth of a point is enough for a path; glyph scales keep their digits
    text = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path.group()), text)
    return re.sub(r"\n\s*", "\n", text).encode()


def _png(figure):
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=192, transparent=True, metadata={"Software": None})
    return out.getvalue()
