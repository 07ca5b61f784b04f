"""What the importer says of columns, files and settings, in the reader's words."""

from .language import N_

__all__ = ["SENTENCES", "sentence"]

SENTENCES = {
    # why a column was taken
    "profile_names_it": N_("the profile names this heading"),
    "like_profile": N_("almost the heading of the profile, “{heading}”"),
    "means_the_same": N_("the heading means the same"),
    "alike": N_("the heading is like “{word}”"),
    "keys_found": N_("{share} of its values are keys in {file}"),
    "names_found": N_("{share} of its names stand in {file}, which gives the key"),
    "refers_to_customers": N_("the heading refers to a customer; no file lists the customers"),
    "only_column_of_its_kind": N_("the only column that can be it; the heading says nothing"),
    "by_hand": N_("as _shared.yml says"),
    # what to look at in a column
    "empty_column": N_("no cell is filled"),
    "cells_do_not_fit": N_("{share} of the cells can't be read as {type}"),
    "unknown_values": N_("no known meaning: {values}"),
    "large_unit": N_("the heading says {unit}: the figures may have to be multiplied"),
    "id_lost_digits": N_("numbers such as 1.2E+18 have lost their last digits"),
    "key_repeats": N_("{share} of its values repeat others: it can hardly identify the rows"),
    "keys_not_found": N_("{share} of the keys are not found in the other file"),
    # what to look at in a table
    "rows_left_out": N_("rows with {values} under “{heading}” are left out here"),
    "invoices_as_orders": N_("no orders were exported: what was invoiced counts as bought"),
    "deals_as_orders": N_("no orders were exported: deals that were won count as bought"),
    "could_also_be": N_("could also be the {table}"),
    "date_order_open": N_("dates such as {example} can be read day first or month first"),
    "cannot_be_read": N_("can't be read so: {message}"),
    "new_texts": N_("new under “{heading}”, and left out until it is added to keep: {values}"),
    # why a setting was chosen
    "order_of_other_files": N_("as in the other files, where days above 12 tell"),
    "dots_mean_day_first": N_("dates with dots, such as {example}, begin with the day"),
    "set_aside": N_("rows whose date or amount can't be read are set aside and counted"),
    "chinese_texts": N_("{share} of the texts are Chinese"),
    "currency_column": N_("{share} of the amounts name this currency"),
    "currency_signs": N_("signs and units at {share} of the amounts that have one"),
    "currency_of_language": N_("no sign names a currency; guessed by the language"),
    "last_day": N_("the last day on which something happened, in the {table}"),
    "last_day_but": N_(
        "the last day on which something happened, in the {table}, but for {ignored} later by far"
    ),
    # why a file was not used
    "no_rows": N_("it holds no rows"),
    "module_not_needed": N_("nothing in it is needed"),
    "left_out_before": N_("it was left out of _shared.yml before"),
    "required_missing": N_("no column was found for {values}"),
    "too_unsure": N_("it is a little like the {table}, but not enough"),
    "resembles_no_table": N_("it is like no table of the codebook"),
    "unreadable_file": N_("it can't be read: {message}"),
    "superseded": N_("{by} is the same export, made later"),
}

_TYPES = {
    "id": N_("id"),
    "text": N_("text"),
    "date": N_("date"),
    "time": N_("time"),
    "month": N_("month"),
    "number": N_("number"),
    "money": N_("money"),
    "integer": N_("whole number"),
    "flag": N_("yes or no"),
}


def sentence(reason, language, fmt, tables):
    """The sentence of a `Reason` of the importer.

    Parameters
    ----------
    reason : workbook.intake.matching.proposal.Reason
    language : Language
    fmt : Formats
    tables : dict
        The reader's words for canonical tables, as in `terms.TABLES`.
    """
    code = reason.code
    if code == "last_day" and reason.values.get("ignored"):
        code = "last_day_but"
    if code not in SENTENCES:
        return str(code).replace("_", " ")
    return language.t(SENTENCES[code], **_said(reason.values, language, fmt, tables))


def type_word(type_, language):
    """The reader's word for a canonical type."""
    return language.t(_TYPES[type_]) if type_ in _TYPES else str(type_)


def _said(values, language, fmt, tables):
    said = {}
    for name, value in values.items():
        if name == "share":
            said[name] = fmt.percent(value, 0 if value in (0, 1) or value > 0.1 else 1)
        elif name == "type":
            said[name] = type_word(value, language)
        elif name == "table":
            said[name] = language.t(tables[value]) if value in tables else str(value)
        elif name == "values":
            said[name] = language.t(", ").join(str(v) for v in value)
        elif name == "ignored":
            said[name] = language.tn("{n} row", "{n} rows", value)
        else:
            said[name] = str(value)
    return said
