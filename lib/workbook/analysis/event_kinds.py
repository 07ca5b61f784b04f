"""What kinds of events are: seeing a page, putting into the cart, ordering, or talking to us."""

import ibis
import ibis.expr.types as ir

__all__ = ["BROWSING", "GROUPS", "INTERACTIONS", "event_groups", "kind_group"]

#: Group -> kinds as sources write them, in lower case without spaces, hyphens and underscores.
GROUPS = {
    "order": ("order", "ordered", "purchase", "purchased", "paid", "pay", "payment", "buy", "bought",
              "checkoutcomplete", "transaction", "下单", "支付", "付款", "购买", "成交", "支付成功"),
    "cart": ("cart", "addtocart", "basket", "addtobasket", "加购", "加入购物车", "购物车"),
    "checkout": ("checkout", "begincheckout", "结算", "去结算", "提交订单"),
    "search": ("search", "searched", "sitesearch", "搜索"),
    "view": ("view", "viewed", "pageview", "screenview", "screen", "productview", "viewitem", "click",
             "visitpage", "visit", "login", "scroll", "浏览", "访问", "查看", "点击", "登录"),
    "social": ("like", "comment", "share", "follow", "post", "mention", "socialpost", "repost",
               "点赞", "评论", "分享", "关注", "转发", "收藏"),
    "mail": ("email", "mail", "emailopen", "emailopened", "emailclick", "emailclicked", "newsletter",
             "sms", "message", "push", "邮件", "短信", "消息", "推送"),
    "call": ("call", "phone", "phonecall", "telephone", "callback", "电话", "来电", "通话", "电话回访"),
    "chat": ("chat", "livechat", "onlinechat", "wecom", "wechat", "在线咨询", "在线客服", "企业微信",
             "客服"),
}  # fmt: skip
#: Groups that happen on the site or in the app.
BROWSING = ("view", "search", "cart", "checkout", "order")
#: Groups in which customers and the firm speak to each other.
INTERACTIONS = ("social", "mail", "call", "chat")


def kind_group(kind: str) -> str:
    """The group of a kind, or "other".

    Examples
    --------
    >>> kind_group("Add to cart"), kind_group("电话"), kind_group("teleport")
    ('cart', 'call', 'other')
    """
    word = str(kind).lower().translate(str.maketrans("", "", " -_"))
    return next((group for group, kinds in GROUPS.items() if word in kinds), "other")


def event_groups(events: ir.Table) -> ir.Table:
    """The events with the columns group, who (visitor, else customer) and touchpoint.

    Parameters
    ----------
    events : ibis.Table
        occurred_at, kind; customer_id, visitor_id, session_id, page, order_id where known.

    Returns
    -------
    ibis.Table
        The events with `group` (a key of `GROUPS` or "other"; "order" also where an order_id stands
        on an event with a page or a session), `who` (text; empty when nobody is known), `touchpoint`
        (the page, else the kind). A kind not in `GROUPS` that has a page or a session counts as "view".
    """
    columns = events.columns
    empty = ibis.null("string")
    kinds = events.select("kind").distinct().to_pandas()["kind"].dropna()
    groups = {kind: kind_group(kind) for kind in kinds}
    page = events.page if "page" in columns else empty
    session = events.session_id if "session_id" in columns else empty
    known = [(events.kind == kind, name) for kind, name in groups.items() if name != "other"]
    on_site = page.notnull() | session.notnull()
    group = ibis.cases(*known, (on_site, "view"), else_="other")
    who = [events[name] for name in ("visitor_id", "customer_id") if name in columns]
    return events.mutate(
        group=group,
        who=ibis.coalesce(*who) if who else empty,
        touchpoint=ibis.coalesce(page, events.kind),
    )
