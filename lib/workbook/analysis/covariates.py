"""Traits as model columns: what can't be used is found beforehand and said in plain words."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["RULES", "Design", "design_matrix", "spline"]

#: What `notes` can hold, in the reader's words.
RULES = {
    "absent": "not in the table",
    "empty": "no value is known",
    "constant": "the same for everybody",
    "too_many_levels": "text with so many different values that none is common enough",
    "rare_levels_pooled": "values too rare to be judged alone, put together as 'other'",
    "no_event_in_level": "nobody with this value has left: too good to be estimated, not proof",
    "unknown_values": "unknown for some: set to the middle value and marked by a term of its own",
    "separating": "orders those who left perfectly: likely measured after the fact, or the outcome "
    "in other words",
    "collinear": "says the same as the traits before it",
    "too_few_events": "left out: there are not ten ended contracts per term",
    "no_term": "no trait is left that could be used",
}

UNKNOWN, OTHER = "unknown", "other"
EVENTS_PER_TERM = 10
LEVEL_ROWS, LEVEL_EVENTS = 30, 5
MOST_LEVELS = 8
# Share of a term's variance that the terms before it may explain.
COLLINEAR = 0.95


@dataclass(frozen=True)
class Design:
    """Terms of a model and what was left out.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per row given, one float column per term.
    terms : pandas.DataFrame
        term (name in ``frame``), column, level (None for numbers), reference (the level compared
        with, None for numbers), sd (standard deviation of the term), step (the usual difference an
        effect is told for: sd for numbers, 1 for yes or no).
    notes : pandas.DataFrame
        column, rule (a key of ``RULES``), detail.
    """

    frame: pd.DataFrame
    terms: pd.DataFrame
    notes: pd.DataFrame


def design_matrix(rows, columns, *, most_levels=MOST_LEVELS, events_per_term=EVENTS_PER_TERM):
    """Model terms from the traits in ``columns``, most important first.

    Parameters
    ----------
    rows : pandas.DataFrame
        ended (bool), the traits, and duration and entry when the model is one of survival.
    columns : sequence of str
        When something has to go, the later columns go.
    most_levels : int
        Values of a text that get a term of their own; the others are pooled.
    events_per_term : int

    Returns
    -------
    Design
    """
    ended = rows["ended"].to_numpy(dtype=bool)
    survival = "duration" in rows
    terms, notes = [], []
    for column in dict.fromkeys(columns):
        if column not in rows:
            notes.append((column, "absent", ""))
        elif not rows[column].notna().any():
            notes.append((column, "empty", ""))
        elif rows[column].nunique() == 1 and rows[column].notna().all():
            notes.append((column, "constant", ""))
        elif pd.api.types.is_numeric_dtype(rows[column]):
            terms += _number(rows, column, ended, notes)
        else:
            terms += _levels(rows[column], column, ended, survival, most_levels, notes)
    terms = _distinct(terms, notes)
    rare = min(ended.sum(), len(ended) if survival else (~ended).sum())
    room = int(rare // events_per_term)
    for column in dict.fromkeys(term[1] for term in terms[room:]):
        notes.append((column, "too_few_events", f"{int(rare)}"))
    terms = terms[:room]
    if not terms:
        notes.append(("", "no_term", ""))
    frame = pd.DataFrame({term[0]: term[4] for term in terms}, index=rows.index, dtype=float)
    table = pd.DataFrame([t[:4] for t in terms], columns=["term", "column", "level", "reference"])
    table["sd"] = frame.std(ddof=0).to_numpy()
    table["step"] = table["sd"].where((frame.nunique() > 2).to_numpy(), 1.0)
    return Design(frame, table, pd.DataFrame(notes, columns=["column", "rule", "detail"]))


def spline(values, knots):
    """Restricted cubic spline: linear beyond the outer knots.

    Parameters
    ----------
    values : array_like
    knots : sequence of float
        Three or more, ascending.

    Returns
    -------
    numpy.ndarray, shape (len(values), len(knots) - 2)
        The curved terms; the values themselves are the straight one.

    Notes
    -----
    Truncated power basis scaled by the squared range (Harrell 2015, section 2.4.5).
    """
    x, k = np.asarray(values, dtype=float)[:, None], np.asarray(knots, dtype=float)
    cubes = np.maximum(x - k, 0.0) ** 3
    inner, last, before = k[:-2], k[-1], k[-2]
    tail = cubes[:, [-2]] * (last - inner) - cubes[:, [-1]] * (before - inner)
    return (cubes[:, :-2] - tail / (last - before)) / (last - k[0]) ** 2


def _number(rows, column, ended, notes):
    values = rows[column].astype(float).replace([np.inf, -np.inf], np.nan)
    unknown = values.isna().to_numpy()
    filled = values.fillna(values.median() if (~unknown).any() else 0.0).to_numpy()
    if not np.ptp(filled):
        notes.append((column, "constant", ""))
        return []
    if _separates(filled, ended, rows):
        notes.append((column, "separating", ""))
        return []
    values, first = np.unique(filled, return_index=True)
    if len(values) == 2 and not all(ended[filled == value].any() for value in values):
        quiet = next(value for value in values if not ended[filled == value].any())
        notes.append((column, "no_event_in_level", f"{quiet:g}"))
        return []
    terms = [(column, column, None, None, filled)]
    if unknown.any():
        notes.append((column, "unknown_values", f"{int(unknown.sum())}"))
        if ended[unknown].sum() >= LEVEL_EVENTS:
            mark = unknown.astype(float)
            terms.append((f"{column}: {UNKNOWN}", column, UNKNOWN, None, mark))
    return terms


def _separates(values, ended, rows):
    """Whether a number alone orders the leavers, so that its effect would be infinite."""
    if not ended.any():
        return False
    if "duration" not in rows:
        if ended.all():
            return False
        gone, stayed = values[ended], values[~ended]
        return bool(gone.min() >= stayed.max() or gone.max() <= stayed.min())
    # Infinite when at every end the leaver is the extreme of all those at risk.
    duration = rows["duration"].to_numpy(dtype=float)
    table = pd.DataFrame({"t": duration, "top": values, "bottom": values})
    extreme = table.groupby("t").agg({"top": "max", "bottom": "min"})[::-1]
    top, bottom = extreme["top"].cummax(), extreme["bottom"].cummin()
    at = pd.Index(duration[ended])
    if len(at) < 2:
        return False
    highest = (values[ended] >= top.reindex(at).to_numpy()).all()
    return bool(highest or (values[ended] <= bottom.reindex(at).to_numpy()).all())


def _levels(values, column, ended, survival, most, notes):
    names = values.astype(object).where(values.notna(), UNKNOWN).astype(str)
    table = pd.DataFrame({"level": names.to_numpy(), "ended": ended})
    table = table.groupby("level")["ended"].agg(["size", "sum"])
    table = table.sort_values("size", ascending=False, kind="stable")
    stayed = table["size"] - table["sum"]
    enough = (table["size"] >= LEVEL_ROWS) & (table["sum"] >= LEVEL_EVENTS)
    if not survival:
        enough &= stayed >= LEVEL_EVENTS
    own = list(table.index[enough][:most])
    quiet = table.index[(table["size"] >= LEVEL_ROWS) & (table["sum"] == 0)]
    if len(quiet):
        notes.append((column, "no_event_in_level", ", ".join(quiet[:5])))
    rest = table.drop(index=own)
    pooled = rest["sum"].sum() >= LEVEL_EVENTS
    if not own or (len(own) == 1 and not pooled):
        rule = "too_many_levels" if len(table) > most else "too_few_events"
        notes.append((column, rule, f"{len(table)}"))
        return []
    if len(rest):
        notes.append((column, "rare_levels_pooled", f"{len(rest)}"))
    # Levels too rare even together stay with the reference.
    kept = own + ([OTHER] if pooled and OTHER not in own else [])
    codes = names.where(names.isin(own), OTHER if pooled else own[0]).to_numpy()
    return [
        (f"{column}: {level}", column, level, own[0], (codes == level).astype(float))
        for level in kept
        if level != own[0]
    ]


def _distinct(terms, notes):
    """Terms that aren't explained by those before them."""
    if not terms:
        return []
    with np.errstate(invalid="ignore"):
        correlation = np.nan_to_num(np.atleast_2d(np.corrcoef([term[4] for term in terms])))
    kept, lost = [], {}
    for place, term in enumerate(terms):
        with_kept = correlation[kept, place]
        within = correlation[np.ix_(kept, kept)]
        explained = with_kept @ np.linalg.lstsq(within, with_kept, rcond=None)[0] if kept else 0.0
        if explained < COLLINEAR:
            kept.append(place)
        else:
            nearest = terms[kept[int(np.abs(with_kept).argmax())]][1]
            lost.setdefault(term[1], nearest)
    notes += [(column, "collinear", nearest) for column, nearest in lost.items()]
    return [terms[place] for place in kept]
