"""What the market report finds: share and its change, firms, the market itself, and new products."""

from .findings import finding
from .loyalty_words import there
from .market_words import our_name, segment_name, share_ends

__all__ = ["ALARM", "answer_sentence", "key_figures", "market_findings"]

ALARM = 0.001  # chance of a change of share this large without one, below which it is a problem
LEAST = 0.03  # relative fall of the share below which nothing is called a problem


def answer_sentence(report, study):
    """How the client stands in its market, in a sentence or two."""
    t, fmt = report.t, report.fmt
    share, panel = study.own_share, study.panel
    parts = []
    if isinstance(share, dict):
        change = share["change"]
        said = {
            "own": our_name(report, study.figures.own),
            "share": fmt.percent(share["share"], 2),
            "before": fmt.percent(share["before"], 2),
        }
        if change is not None and change.low <= 1 <= change.high:
            parts.append(t("{own} holds {share} of the market; no change against the year before ({before}) is established.", **said))  # fmt: skip
        else:
            parts.append(t("{own} holds {share} of the market; a year before it was {before}.", **said))  # fmt: skip
    elif there(panel) and panel.now.own:
        row = _own_row(panel)
        parts.append(
            t("{own} has {share} of the purchases of the household panel; how large the market is, nobody has measured.",
              own=our_name(report, panel.now.own), share=fmt.percent(row["share"]))
        )  # fmt: skip
    else:
        parts.append(t("The own share of the market is not known: no figure of the own firm beside the market's."))  # fmt: skip
    if isinstance(share, dict) and there(panel) and panel.now.own and panel.norm is not None:
        row = panel.norm[panel.norm["brand"].isin(panel.now.own)].iloc[0]
        if not row["per_buyer_p"] < 0.01:
            parts.append(t("Its buyers are as loyal as those of a brand of its size usually are."))
        elif row["per_buyer"] > row["per_buyer_norm"]:
            parts.append(t("Its buyers buy it more often than a brand of its size lets expect."))
        else:
            parts.append(t("Its buyers buy it less often than a brand of its size lets expect."))
    return ("" if report.language.code == "zh" else " ").join(parts)


def _own_row(panel):
    """The largest of the client's brands among the measures."""
    rows = panel.measures[panel.measures["brand"].isin(panel.now.own)]
    return rows.sort_values("purchases", ascending=False).iloc[0]


def key_figures(report, study):
    """Up to five figures on top of the page."""
    t, fmt = report.t, report.fmt
    figures = []
    share, growth = study.own_share, study.growth
    if isinstance(share, dict):
        change = share["change"]
        note = (
            t("a year before {before}", before=fmt.percent(share["before"], 2))
            if change is None
            else t("{change} against the year before ({interval})", change=fmt.percent(change.ratio - 1),
                   interval=share_ends(report, change.low - 1, change.high - 1))
        )  # fmt: skip
        figures.append((t("Own share of the market"), fmt.percent(share["share"], 2), note))
    if growth is not None:
        figures.append((t("Market, against the year before"), fmt.percent(growth.ratio - 1), share_ends(report, growth.low - 1, growth.high - 1)))  # fmt: skip
    panel = study.panel
    if there(panel) and panel.now.own:
        row = _own_row(panel)
        figures.append(
            (t("Bought by, of the category's buyers"), fmt.percent(row["penetration"]),
             t("household panel, {n} buyers of the category", n=fmt.count(panel.now.buyers)))
        )  # fmt: skip
    if there(study.wallets) and study.wallets[1]["low"] is not None:
        total = study.wallets[1]
        figures.append((t("Share of wallet"), fmt.percent(total["share"]), share_ends(report, total["low"], total["high"])))  # fmt: skip
    if there(study.news) and study.news.new:
        figures.append((t("Sales from new products"), fmt.percent(study.news.share), t("first sold in the last 12 months")))  # fmt: skip
    if not figures:
        figures.append((t("Market"), "–", t("no figures")))
    return figures[:5]


def market_findings(report, study, *, review_on):
    """Findings on share, firms, the market and new products; None where one can't be made."""
    return [
        _share(report, study, review_on),
        _growth(report, study),
        _winner(report, study, review_on),
        _coverage(report, study, review_on),
        _news(report, study),
    ]


def _share(report, study, review_on):
    """The share as it is, or, clearly fallen, as a problem where it fell most."""
    t, fmt = report.t, report.fmt
    share = study.own_share
    if not isinstance(share, dict):
        return None
    change = share["change"]
    n = int(len(study.periods[0]))
    own = our_name(report, study.figures.own)
    if change is None or not (change.p < ALARM and change.ratio < 1 - LEAST):
        known = {} if change is None else {"low": share["before"] * change.low, "high": share["before"] * change.high}  # fmt: skip
        inside = known and known["low"] <= share["share"] <= known["high"]
        said = {
            "own": own,
            "share": fmt.percent(share["share"], 2),
            "size": fmt.money(share["size"]),
            "before": fmt.percent(share["before"], 2),
        }
        if change is None:
            statement = t("{own} holds {share} of a market of {size} a year; a year before it held {before}. The periods are too few, or too alike, to tell a change from chance.", **said)  # fmt: skip
        elif change.low <= 1 <= change.high:
            statement = t("{own} holds {share} of a market of {size} a year; a change against the year before ({before}) is not established ({interval}).",
                          interval=share_ends(report, change.low - 1, change.high - 1), **said)  # fmt: skip
        else:
            statement = t("{own} holds {share} of a market of {size} a year, {change} ({interval}) against the year before ({before}).",
                          change=fmt.percent(change.ratio - 1), interval=share_ends(report, change.low - 1, change.high - 1), **said)  # fmt: skip
        return finding(
            metric="market_share", statement=statement, rung="descriptive", value=share["share"], n=n,
            **(known if inside else {}),
        )  # fmt: skip
    place, row = {}, None
    segments = study.segments if there(study.segments) else None
    if segments is not None and len(segments):
        fallen = segments[(segments["p"] < 0.01) & (segments["ratio"] < 1)]
        if len(fallen) == 1:  # one part alone has fallen: it is the place
            row = fallen.iloc[0]
            place = {key: row[key] for key in ("segment", "country") if row[key]}
    if row is None:
        before, size, ratio, start, where = share["before"], share["size"], change, share["start"], t("whole market")  # fmt: skip
        ends = (change.low80, change.high80)
        now, moved = share["share"], ratio.ratio
    else:
        before, size, start, where = row["share_before"], row["size"], row["start"], segment_name(report, row)  # fmt: skip
        ends, now, moved = (row["ratio_low80"], row["ratio_high80"]), row["share"], row["ratio"]
    money = [max(before * (1 - r) * size, 0.0) for r in (ends[1], moved, ends[0])]
    return finding(
        metric="market_share_fall",
        kind="problem",
        place=place,
        statement=t(
            "Worse: the share of {own} in the market ({where}) fell from {before} to {now} within a year, {change} ({interval}, 80 %); "
            "at last year's share that is {money} of sales a year.",
            own=own, where=where, before=fmt.percent(before, 2), now=fmt.percent(now, 2), change=fmt.percent(moved - 1),
            interval=share_ends(report, ends[0] - 1, ends[1] - 1), money=fmt.money(money[1]),
        ),
        rung="descriptive",
        value=now,
        n=n,
        start=start,
        money_per_year=money[1],
        money_low=money[0],
        money_high=money[2],
        money_basis="revenue",
        money_kind="loss_so_far",
        action=t("Compare price, range, shelf and advertising with the firm that gained most, in the part of the market where the share fell, and decide what to answer."),
        owner=t("Head of marketing"),
        review_on=review_on,
    )  # fmt: skip


def _growth(report, study):
    t, fmt = report.t, report.fmt
    growth, share = study.growth, study.own_share
    if growth is None:
        return None
    said = {"change": fmt.percent(growth.ratio - 1), "interval": share_ends(report, growth.low - 1, growth.high - 1)}  # fmt: skip
    if isinstance(share, dict) and share["sales_before"] > 0:
        statement = t("The market changed by {change} ({interval}) against the year before, the own sales in it by {own}.",
                      own=fmt.percent(share["sales"] / share["sales_before"] - 1), **said)  # fmt: skip
    else:
        statement = t("The market changed by {change} ({interval}) against the year before.", **said)  # fmt: skip
    return finding(metric="market_growth", statement=statement, rung="descriptive", value=growth.ratio - 1,
                   low=growth.low - 1, high=growth.high - 1, n=growth.n)  # fmt: skip


def _winner(report, study, review_on):
    """The other firm whose share rose most beyond chance."""
    t, fmt = report.t, report.fmt
    if not there(study.firms) or study.firms.empty:
        return None
    others = study.firms[
        ~study.firms["own"] & (study.firms["change"] > 0) & (study.firms["p"] < 0.01)
    ]
    if others.empty:
        return None
    row = others.sort_values("change", ascending=False).iloc[0]
    return finding(
        metric="rival_gain",
        place={"entity": row["entity"]},
        statement=t(
            "{firm} gained most among the other firms: {share} of the market, {change} against the year before ({interval}).",
            firm=str(row["entity"]), share=fmt.percent(row["share"]), change=fmt.points(row["change"]),
            interval=share_ends(report, row["low"], row["high"], fmt.points),
        ),
        rung="descriptive",
        value=row["change"],
        low=row["low"],
        high=row["high"],
        n=len(study.periods[0]),
        action=t("Look up what this firm sells, where and at what price, and ask customers who left whether they went there."),
        owner=t("Head of marketing"),
        review_on=review_on,
    )  # fmt: skip


def _coverage(report, study, review_on):
    """Own sales in the market figures and in the own orders, where they differ by more than a tenth."""
    t, fmt = report.t, report.fmt
    books = study.books
    if books is None or not isinstance(study.own_share, dict) or not study.own_share["sales"] > 0:
        return None
    ratio = books / study.own_share["sales"]
    if 0.9 <= ratio <= 1.1:
        return None
    return finding(
        metric="market_coverage",
        statement=t(
            "The orders hold {books} for the year in which the market figures give the own firm {market}: {ratio} of it. "
            "Shares follow the market figures, money of customers follows the orders.",
            books=fmt.money(books), market=fmt.money(study.own_share["sales"]), ratio=fmt.percent(ratio),
        ),
        rung="descriptive",
        value=ratio,
        review_on=review_on,
        action=t("Settle with the source of the market figures which sales they count: channels, returns, taxes, resellers."),
        owner=t("Head of market research"),
    )  # fmt: skip


def _news(report, study):
    t, fmt = report.t, report.fmt
    news = study.news
    if not there(news):
        return None
    said = {"share": fmt.percent(news.share), "interval": share_ends(report, news.low, news.high)}
    if news.new:
        statement = report.tn(
            "{n} product first sold in the last 12 months makes {share} of sales ({interval}).",
            "{n} products first sold in the last 12 months make {share} of sales ({interval}).",
            news.new, **said,
        )  # fmt: skip
    else:
        statement = t("Of {n} products sold in the last 12 months, not one is new.", n=fmt.count(news.products))  # fmt: skip
    return finding(metric="new_product_share", statement=statement, rung="descriptive", value=news.share,
                   low=min(news.low, news.share), high=max(news.high, news.share), n=news.products)  # fmt: skip
