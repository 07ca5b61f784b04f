"""Text becomes ids, texts and flags; what counts as nothing; what people write about themselves."""

from __future__ import annotations

__all__ = ["FREE_TEXTS", "filled_sql", "filled_text", "masked_sql", "simple_sql"]

#: columns in which people write as they like, phone numbers and addresses included
FREE_TEXTS = ("text", "comment")

_TRUE = "('true', 't', 'yes', 'y', '1', '是')"
_FALSE = "('false', 'f', 'no', 'n', '0', '否')"
_NOTHING = "('', 'null', 'nan', 'nat', 'none', 'n/a', '#n/a', '-', '--', '—', '——')"
_MAIL = r"[\w.+-]+@[\w-]+(\.[\w-]+)+"
# a mobile or landline number of China, or any number with its country code
_PHONE = (
    r"(^|[^\w+-])((?:\+|00)\d{1,3}[ -]?\(?\d{2,4}\)?(?:[ -]?\d{2,4}){2,4}"
    r"|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8}|[48]00[ -]\d{3,4}[ -]\d{3,4})($|[^\w-])"
)


def filled_sql(column: str) -> str:
    """SQL: trimmed text of a column, NULL for what exports write where nothing is."""
    return filled_text(f'"{column}"')


def filled_text(cell: str) -> str:
    """SQL: trimmed text of a cell, given as SQL, NULL for what exports write where nothing is."""
    cell = f"CAST({cell} AS VARCHAR)"
    # the list of wide spaces costs four times the plain trim: only where not all is ASCII
    wide = f"trim({cell}, ' \t\u00a0\u3000')"
    text = f"(CASE WHEN strlen({cell}) = length({cell}) THEN trim({cell}) ELSE {wide} END)"
    return f"(CASE WHEN lower({text}) IN {_NOTHING} THEN NULL ELSE {text} END)"


def simple_sql(cell: str, kind: str, type_: str) -> str:
    """SQL for ids, texts and flags of a cell, given as SQL, staged as `kind`.

    Ids stay text: 00123 and 19 digits as they are.
    """
    if type_ == "flag":
        if kind == "BOOLEAN":
            return cell
        text = f"lower({filled_text(cell)})"
        return f"(CASE WHEN {text} IN {_TRUE} THEN true WHEN {text} IN {_FALSE} THEN false END)"
    if type_ == "id" and kind in ("DOUBLE", "FLOAT"):
        whole = f"{cell} = trunc({cell}) AND abs({cell}) < 9007199254740992"
        return f"""(CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR)
            WHEN isnan({cell}) THEN NULL ELSE CAST({cell} AS VARCHAR) END)"""
    if type_ == "id":
        return filled_text(cell)
    return f"nullif(trim(CAST({cell} AS VARCHAR)), '')"


def masked_sql(text: str) -> str:
    """SQL text with `[phone]` and `[e-mail]` in the place of telephone numbers and addresses."""
    masked = f"regexp_replace({text}, '{_MAIL}', '[e-mail]', 'g')"
    digits = f"regexp_replace({masked}, '{_PHONE}', '\\1[phone]\\3', 'g')"
    # texts without seven digits hold no number: most of them cost one look
    return rf"(CASE WHEN regexp_matches({text}, '@|\d\d\d') THEN {digits} ELSE {text} END)"
