"""Markdown as safe HTML: the notebook's own text and the consultant's remarks."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

from workbook.intake.errors import InputError

__all__ = ["load_remarks", "markdown_html"]

# neither links nor pictures: nothing leads or loads out of the file
_TAGS = {
    "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "hr", "ul", "ol", "li",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@cache
def _markdown():
    import mistune

    return mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])


def markdown_html(text):
    """Markdown as HTML without links, pictures, styles or scripts.

    Headings of level 1 and 2 belong to the page: here they become level 3.
    """
    import nh3

    html = _markdown()(text)
    for level in "12":
        html = html.replace(f"<h{level}>", "<h3>").replace(f"</h{level}>", "</h3>")
    clean = nh3.clean(html, tags=_TAGS, attributes={}, clean_content_tags={"script", "style"})
    wide = clean.replace("<table>", '<div class="wide"><table class="data">')
    return Markup(wide.replace("</table>", "</table></div>"))


def load_remarks(folder, theme):
    """The consultant's remarks on a theme, params/<client>/<theme>.md, as safe HTML; or empty."""
    path = Path(folder) / f"{theme}.md"
    if not path.is_file():
        return Markup("")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: the remarks are not UTF-8 text") from error
    return markdown_html(text)
