"""A change between two waves, parted into what changed within groups and in their mix."""

from workbook.analysis.levels import outcome

__all__ = ["mixed_change"]


def mixed_change(answers, measure, by, by_wave):
    """A change between two waves parted into what changed within groups and in their mix.

    Parameters
    ----------
    by : str
        Column of ``answers.frame``, for instance touchpoint.
    by_wave : pandas.DataFrame
        `waves.wave_table`; the last two waves with enough answers are compared.

    Returns
    -------
    dict or None
        change, within, mix: an exact split, mean shares weighing the changes within groups, mean
        levels those of the shares. None when a group is absent from either wave.
    """
    values, frame = outcome(answers, measure), answers.frame
    large = by_wave.loc[by_wave["enough"].astype(bool), "wave"] if len(by_wave) else []
    if values is None or by not in frame or len(large) < 2:
        return None
    first, last = large.iloc[-2], large.iloc[-1]
    table = frame.assign(y=values)[["y", "wave", by, "weight"]].dropna()
    table = table.assign(y=table["y"] * table["weight"])
    sums = table.groupby(["wave", by], observed=False)[["y", "weight"]].sum()
    if first not in sums.index.levels[0] or last not in sums.index.levels[0]:
        return None
    a, b = sums.loc[first], sums.loc[last]
    used = (a["weight"] > 0) | (b["weight"] > 0)
    a, b = a[used], b[used]
    if not len(a) or (a["weight"] <= 0).any() or (b["weight"] <= 0).any():
        return None
    means = [side["y"] / side["weight"] for side in (a, b)]
    shares = [side["weight"] / side["weight"].sum() for side in (a, b)]
    within = float(((shares[0] + shares[1]) / 2 * (means[1] - means[0])).sum())
    mix = float(((means[0] + means[1]) / 2 * (shares[1] - shares[0])).sum())
    return {"change": within + mix, "within": within, "mix": mix}
