"""The one Jinja environment of all pages; whatever it fills in is escaped."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

from .fonts import font_face
from .language import LANGUAGES

__all__ = ["TEMPLATES", "block", "environment", "finish", "stylesheet"]

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment():
    """Jinja over the report's templates, escaping on, unknown names an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def block(name, **values):
    """One block of a page as safe HTML: the macro ``name`` of blocks.html.j2."""
    macro = getattr(environment().get_template("blocks.html.j2").module, name)
    return macro(**values)


@cache
def stylesheet(*names):
    """The named stylesheets in one text."""
    return "\n".join((TEMPLATES / f"{name}.css").read_text(encoding="utf-8") for name in names)


def finish(page, fill):
    """A page's HTML: filled once, then once more with the font for the characters in it.

    Parameters
    ----------
    page : dict
        The template's values; ``language`` is the page's `workbook.report.language.Language`.
    fill : callable
        ``fill(page=...)`` fills the template.
    """
    language = page["language"]
    css = Markup(stylesheet("colours", "blocks", "page"))
    page = {**page, "t": language.t, "languages": LANGUAGES, "css": css, "font": ""}
    html = fill(page=page)
    font = Markup(font_face(html, latin=language.code == "zh"))
    return fill(page={**page, "font": font}) if font else html
