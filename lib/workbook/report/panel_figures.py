"""The household panel as figures of the market report."""

from . import charts
from .loyalty_words import absent_sentence, there
from .market_charts import plot_norm
from .market_words import NORMS, brand_name, our_name, share_ends

__all__ = ["show_duplication", "show_model", "show_norm", "show_panel_change", "show_where_they_went"]  # fmt: skip


def show_norm(report, study):
    """Penetration and purchases per buyer of every brand beside the norm."""
    t, fmt = report.t, report.fmt
    panel = study.panel
    if not there(panel):
        report.text(absent_sentence(report, panel, t("Brands against what their size lets expect")))
        return
    if panel.norm is None:
        report.text(
            t("Brands against what their size lets expect: not enough data, {n} households bought in the last 12 months (at least 30, and two brands, are needed).",
              n=fmt.count(panel.now.buyers))
        )  # fmt: skip
        _measures(report, panel.measures)
        return
    table = panel.norm.assign(name=[brand_name(report, b) for b in panel.norm["brand"]])
    ours = [brand_name(report, b) for b in panel.now.own]
    apart = table[(table["per_buyer_p"] < 0.01) | (table["sole_p"] < 0.01)]
    if len(apart):
        title = t("{brands}: loyalty is not what the brand's size lets expect", brands=t(", ").join(apart["name"]))  # fmt: skip
    else:
        title = t("Every brand is bought as often by its buyers as its size lets expect")
    ax = plot_norm(
        table, x="penetration", y="per_buyer", norm_x="penetration_norm", norm_y="per_buyer_norm",
        label="name", highlight=ours, title=title,
        alt=t("One point per brand: share of the category's buyers who buy it, and purchases per buyer; a dashed line for the norm."),
        norm_label=t("norm"), xform=lambda s: fmt.percent(s, 0), yform=lambda v: fmt.number(v, 1),
        xlabel=t("bought by (share of the category's buyers)"), ylabel=t("purchases per buyer"),
    )  # fmt: skip
    table = table.assign(
        range=[share_ends(report, low, high, lambda v: fmt.number(v, 2)) for low, high in zip(table["per_buyer_low"], table["per_buyer_high"], strict=True)],
        sole_range=[share_ends(report, max(low, 0), high) for low, high in zip(table["sole_low"], table["sole_high"], strict=True)],
    )  # fmt: skip
    report.figure(
        ax,
        subtitle=t("Household panel, {n} households that bought, {first} to {last}", n=fmt.count(panel.now.buyers), first=fmt.date(panel.now.start), last=fmt.date(panel.now.end)),
        note=t("Small brands are bought by fewer households, and a little less often by those: that alone is no weakness. The range is where a brand without peculiarities would lie by chance."),
        numbers=table,
        columns={
            "name": t("Brand"),
            "buyers": (t("Buyers"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "penetration": (t("Bought by"), fmt.percent),
            "penetration_norm": (t("Norm"), fmt.percent),
            "per_buyer": (t("Purchases per buyer"), lambda v: fmt.number(v, 2)),
            "range": t("By chance"),
            "sole": (t("Buy nothing else"), fmt.percent),
            "sole_range": t("By chance"),
        },
    )  # fmt: skip


def _measures(report, table):
    t, fmt = report.t, report.fmt
    rows = table.assign(name=[brand_name(report, b) for b in table["brand"]])
    columns = {
        "name": t("Brand"),
        "buyers": (t("Buyers"), fmt.count),
        "purchases": (t("Purchases"), fmt.count),
        "share": (t("Share"), fmt.percent),
        "per_buyer": (t("Purchases per buyer"), lambda v: fmt.number(v, 2)),
    }
    report.table(rows, columns=columns)


def show_model(report, study, repeats):
    """The model's parameters in words, and who buys again; `repeats` from `dirichlet.repeat_norm`."""
    t, fmt = report.t, report.fmt
    panel = study.panel
    if not there(panel) or panel.model is None:
        return
    model, level = panel.model, study.confidence

    def number(value):
        return fmt.number(value, 2)

    said = {
        "m": number(model.mean),
        "k": number(model.exponent),
        "k_range": share_ends(report, *model.interval("exponent", level), number),
        "s": number(model.strength),
        "s_range": share_ends(report, *model.interval("strength", level), number),
    }
    text = t("NBD-Dirichlet of the panel: M {m} purchases of the category per household, K {k} ({k_range}), S {s} ({s_range}); the smaller S, the more loyal the households.", **said)  # fmt: skip
    gap = "" if report.language.code == "zh" else " "
    if model.truncated:
        text += gap + t("How many households bought nothing is not in the panel table and was estimated: {share} of the households buy the category in a year. The parameter panel_households would settle it.",
                        share=fmt.percent(model.category_penetration))  # fmt: skip
    if model.message:
        text += gap + t("Households vary too little, or too much, for K or S to be told: take the norm with care.")  # fmt: skip
    if panel.now.part < 1:
        text += gap + t("Of the panel {share} of the households were read, drawn at random.", share=fmt.percent(panel.now.part))  # fmt: skip
    report.text(text)
    if repeats is None or panel.went is None or not panel.now.own or panel.went[1]["buyers"] < 30:
        return
    rows = repeats[repeats["brand"].isin(panel.now.own)]
    if rows.empty:
        return
    counts = panel.went[1]
    report.text(
        t("Of {n} households that bought {own} in the year before, {again} bought it again in the last 12 months; where nothing changes, the norm is {norm}.",
          n=fmt.count(counts["buyers"]), own=our_name(report, panel.now.own), again=fmt.percent(counts["again"] / counts["buyers"]),
          norm=fmt.percent(rows["repeat"].iloc[0]))
    )  # fmt: skip


def show_duplication(report, study):
    """Which brands share buyers."""
    t, fmt = report.t, report.fmt
    panel = study.panel
    if not there(panel) or len(panel.measures) < 2 or panel.now.buyers < 30:
        return
    names = [brand_name(report, b) for b in panel.duplication.index]
    matrix = panel.duplication.set_axis(names, axis=0).set_axis(names, axis=1)
    pairs = panel.pairs
    if pairs is not None and len(pairs):
        row = pairs.iloc[0]
        said = {"one": brand_name(report, row["brand"]), "other": brand_name(report, row["other"])}
        if row["ratio"] > 1:
            title = t("{one} and {other} share more buyers than their size lets expect", **said)
        else:
            title = t("{one} and {other} share fewer buyers than their size lets expect", **said)
    else:
        title = t("Brands share buyers in proportion to their size: no closed groups of brands")
    few = matrix.iloc[:8, :8]
    ax = charts.plot_heatmap(
        few, title=title, alt=t("A matrix: share of the buyers of the brand in the row who also buy the brand in the column."),
        form=lambda s: fmt.percent(s, 0), ylabel=t("buyers of"), xlabel=t("also buy"),
    )  # fmt: skip
    report.figure(
        ax,
        subtitle=t("Share of a brand's buyers who also bought the other within 12 months; coefficient of duplication {d}", d=fmt.number(panel.coefficient, 2)),
        note=t("By the law of duplication, a brand shares its buyers with others in proportion to how many buy those."),
    )  # fmt: skip


def show_panel_change(report, study):
    """What changed for the own brands between the two years of the panel."""
    t, fmt = report.t, report.fmt
    panel = study.panel
    if not there(panel):
        return
    if not panel.now.own:
        report.text(t("Own brand in the panel: none of its brands is known to be the own one; name it in the parameter own_names."))  # fmt: skip
        return
    table = panel.change
    if table.empty:
        report.text(t("Change within a year: the panel holds no purchases of the own brand a year earlier."))  # fmt: skip
        return
    share = table[table["measure"] != "per_buyer"]

    def value(row, column):
        return fmt.number(row[column], 2) if row["measure"] == "per_buyer" else fmt.percent(row[column])  # fmt: skip

    def ends(row):
        form = (lambda v: fmt.number(v, 2)) if row["measure"] == "per_buyer" else fmt.points
        return share_ends(report, row["low"], row["high"], form)

    def moved(row):
        return fmt.number(row["change"], 2) if row["measure"] == "per_buyer" else fmt.points(row["change"])  # fmt: skip

    rows = table.assign(
        name=[t(NORMS[m]) for m in table["measure"]],
        now_word=[value(r, "now") for _, r in table.iterrows()],
        before_word=[value(r, "before") for _, r in table.iterrows()],
        change_word=[moved(r) for _, r in table.iterrows()],
        interval=[ends(r) for _, r in table.iterrows()],
    )
    first = share.iloc[0]
    clear = first["low"] > 0 or first["high"] < 0
    caption = (
        t("{own} in the panel: {change} of purchases within a year", own=our_name(report, panel.now.own), change=fmt.points(first["change"]))
        if clear
        else t("{own} in the panel: no change of its share of purchases is established", own=our_name(report, panel.now.own))
    )  # fmt: skip
    report.table(
        rows,
        columns={"name": t("Measure"), "before_word": t("Year before"), "now_word": t("Last 12 months"),
                 "change_word": t("Change"), "interval": t("Interval")},
        caption=caption,
    )  # fmt: skip


def show_where_they_went(report, study):
    """What last year's buyers who did not come back buy now."""
    t, fmt = report.t, report.fmt
    panel = study.panel
    if not there(panel) or panel.went is None or not panel.now.own:
        return
    table, counts = panel.went
    if not counts["buyers"]:
        return
    said = {name: fmt.count(counts[name]) for name in counts}
    text = t("Of {buyers} households that bought the own brand in the year before, {again} bought it again, {elsewhere} bought only other brands, {gone} bought nothing of the category.", **said)  # fmt: skip
    if table.empty:
        report.text(text + ("" if report.language.code == "zh" else " ") + t("Where they went is told from 30 such households on."))  # fmt: skip
        return
    report.text(text)
    rows = table.assign(name=[brand_name(report, b) for b in table["brand"]])
    report.table(
        rows,
        columns={"name": t("Brand"), "households": (t("Households"), fmt.count), "share": (t("Share of their purchases"), fmt.percent),
                 "usual": (t("Of other households'"), fmt.percent), "ratio": (t("Ratio"), lambda v: fmt.number(v, 2))},
        caption=t("What those who left buy now, beside households that never bought the own brand in the two years or left it out this year"),
    )  # fmt: skip
