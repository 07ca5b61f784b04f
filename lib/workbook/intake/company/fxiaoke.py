"""The simulated company in the files of a 纷享销客 (Fxiaoke) export: workbooks with Chinese labels,
a title above the headings and a row of totals below, and one file as the interface gives it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from workbook.intake.company.parameters import FIRST

__all__ = ["record_id", "write"]

_NUMBER = {name: place for place, name in enumerate(
    ("accounts", "contacts", "leads", "deals", "orders", "lines", "returns", "invoices", "payments",
     "contracts", "cases", "calls", "visits", "campaigns", "products", "users", "stages"), 1)}  # fmt: skip
_TYPES = {"consumer": "个人客户", "business": "企业客户", "dealer": "经销商"}
_CASES = {"enquiry": "咨询", "complaint": "投诉", "after_sales": "售后", "return": "退换货",
          "repair": "维修"}  # fmt: skip
#: hours from UTC to the clocks of China, which the interface's milliseconds leave out
_CHINA = 8


def record_id(module: str, key) -> str | None:
    """Record id of 24 hexadecimal digits; None where there is no record."""
    if key is None or pd.isna(key):
        return None
    return f"64a{_NUMBER[module]:02x}{int(key) * 7 + 3:019x}"


def _ids(module, keys):
    return np.array([record_id(module, key) for key in keys], dtype=object)


def write(modules: dict[str, pd.DataFrame], folder: Path, *, seed: int, language: str):
    """Write the modules; returns {file or file: sheet: rows of data} and the dirt of the files."""
    written: dict[str, int] = {}
    for name, sheets in _books(modules, _unique_names(modules["accounts"])).items():
        book = {}
        for title, (columns, total) in sheets.items():
            book[title] = (pd.DataFrame(columns), total)
            written[f"{name}.xlsx" + (f": {title}" if len(sheets) > 1 else "")] = len(
                book[title][0]
            )
        _workbook(folder / f"{name}.xlsx", book)
    calls = modules["calls"]
    names = dict(zip(modules["accounts"]["key"], _unique_names(modules["accounts"]), strict=True))
    record = pd.DataFrame(
        {
            "_id": _ids("calls", calls["key"]), "account_id": _ids("accounts", calls["account"]),
            "account_id__r": calls["account"].map(names), "owner__r": calls["owner"],
            "interactive_types": "phone", "active_record_content": "电话回访",
            "create_time": _milliseconds(calls["at"]), "life_status": "normal", "is_deleted": "false",
        }
    )  # fmt: skip
    record.to_csv(
        folder / "ActiveRecordObj.csv", index=False, encoding="utf-8", lineterminator="\n"
    )
    written["ActiveRecordObj.csv"] = len(record)
    spend = modules["spend"]
    sheet = pd.DataFrame({"日期": _text(spend["day"], "%Y年%-m月%-d日" if seed % 2 else "%Y/%-m/%-d"),
                          "投放渠道": spend["channel"], "消耗(元)": spend["cost"].map("{:,.2f}".format),
                          "点击数": spend["clicks"].astype(int)})  # fmt: skip
    sheet.to_csv(
        folder / "广告投放日报.csv", index=False, encoding="gb18030", lineterminator="\r\n"
    )
    written["广告投放日报.csv"] = len(sheet)
    more = {
        "totals_rows": {"module": "orders, invoices, payments", "rows": 3},
        "title_rows": {"module": "all workbooks", "rows": 2},
        "encodings": {"module": "spend", "rows": len(sheet)},
    }
    return written, more


def _unique_names(accounts: pd.DataFrame) -> np.ndarray:
    """Names by which other objects look a customer up: two of one name carry digits of their phone."""
    name = accounts["name"].astype(str)
    tail = accounts["phone"].str.replace(r"\D", "", regex=True)
    for digits in (4, 7, 11):
        again = name.str.strip().duplicated(keep=False)
        name = name.where(~again, accounts["name"].astype(str) + "(" + tail.str[-digits:] + ")")
    again = name.str.strip().duplicated(keep="first")
    return name.where(~again, name + "-" + accounts["key"].astype(str)).to_numpy(dtype=object)


def _books(m: dict[str, pd.DataFrame], names: np.ndarray) -> dict:
    """{workbook: {sheet: (columns, heading that is totalled, or empty)}}."""
    name = dict(zip(m["accounts"]["key"], names, strict=True))
    minute, day = "%Y-%m-%d %H:%M", "%Y-%m-%d"
    a, o, line, back, deals, cases = (
        m[k] for k in ("accounts", "orders", "lines", "returns", "deals", "cases")
    )
    number, deal = o.set_index("key")["number"], deals.set_index("key")["name"]
    invoice = m["invoices"].set_index("key")["number"]
    category = m["products"].set_index("product")["category"]
    ending = {"Won": "赢单", "赢单": "赢单", "Lost": "输单", "输单": "输单"}
    return {
        "客户": {"客户": ({
            "数据ID": _ids("accounts", a["key"]), "客户名称": names, "客户类型": a["type"].map(_TYPES),
            "客户级别": a["tier"], "来源": a["source"], "成交状态": a["status"], "1级行业": a["industry"],
            "人员规模": a["size"], "国家": a["country"], "省": a["province"], "市": a["city"],
            "大区": a["region"], "电话": a["phone"], "邮件": a["email"], "性别": a["gender"],
            "出生年份": a["birth_year"], "负责人": a["owner"], "生命状态": "正常",
            "创建时间": _text(a["created"], minute)}, "")},
        "联系人": {"联系人": ({
            "姓名": m["contacts"]["name"], "客户名称": m["contacts"]["account"].map(name),
            "职务": m["contacts"]["title"], "手机": m["contacts"]["phone"],
            "是否关键决策人": m["contacts"]["decides"].map({True: "是", False: "否"}),
            "创建时间": _text(m["contacts"]["created"], minute)}, "")},
        "线索": {"线索": ({
            "线索编号": _ids("leads", m["leads"]["key"]), "姓名": m["leads"]["name"],
            "线索来源": m["leads"]["source"], "线索状态": m["leads"]["status"],
            "转换客户": m["leads"]["account"].map(name), "转换时间": _text(m["leads"]["converted"], day),
            "负责人": m["leads"]["owner"], "创建时间": _text(m["leads"]["created"], minute)}, "")},
        "商机2.0": {
            "商机": ({
                "商机名称": deals["name"], "客户名称": deals["account"].map(name),
                "商机金额": deals["amount"].map("¥{:,.2f}".format), "商机阶段": deals["stage"],
                "阶段状态": deals["stage"].map(ending).fillna("进行中"),
                "预计成交日期": _text(deals["expected"], day), "结单时间": _text(deals["closed"], minute),
                "输单原因": deals["lost_reason"], "来源": deals["source"], "负责人": deals["owner"],
                "创建时间": _text(deals["created"], minute)}, ""),
            "阶段变更记录": ({
                "商机名称": m["stages"]["deal"].map(deal), "变更后阶段": m["stages"]["stage"],
                "变更时间": _text(m["stages"]["at"], minute)}, "")},
        "销售订单": {
            "销售订单": ({
                "销售订单编号": o["number"], "客户名称": o["account"].map(name),
                "下单日期": _text(o["created"], minute), "销售订单金额(元)": o["total"], "币种": o["currency"],
                "下单渠道": o["channel"], "门店": o["store"], "交货日期": _text(o["promised"], day),
                "收货时间": _text(o["delivered"], day), "状态": "已确认", "生命状态": "正常"},
                "销售订单金额(元)"),
            "订单产品": ({
                "订单产品编号": _ids("lines", line["key"]), "销售订单编号": line["order"].map(number),
                "产品名称": line["product"], "产品分类": line["product"].map(category),
                "数量": line["quantity"], "销售单价": line["price"], "折扣额": line["discount"],
                "小计": line["amount"]}, "")},
        "退货单": {"退货单": ({
            "退货单编号": back["number"], "客户名称": back["account"].map(name),
            "销售订单编号": back["order"].map(number), "产品名称": back["product"], "数量": back["quantity"],
            "退货单金额": back["amount"], "退货原因": back["reason"],
            "退货日期": _text(back["created"], minute)}, "")},
        "开票": {"开票申请": ({
            "开票申请编号": m["invoices"]["number"], "客户名称": m["invoices"]["account"].map(name),
            "开票日期": _text(m["invoices"]["issued"], day), "应付日期": _text(m["invoices"]["due"], day),
            "结清日期": _text(m["invoices"]["paid"], day), "开票金额": m["invoices"]["amount"]}, "开票金额")},
        "回款": {"回款": ({
            "回款编号": m["payments"]["number"], "客户名称": m["payments"]["account"].map(name),
            "开票申请编号": m["payments"]["invoice"].map(invoice),
            "回款日期": _text(m["payments"]["paid"], day), "回款金额": m["payments"]["amount"]}, "回款金额")},
        "合同": {"合同": ({
            "合同编号": m["contracts"]["number"], "客户名称": m["contracts"]["account"].map(name),
            "服务套餐": m["contracts"]["plan"], "合同开始日期": _text(m["contracts"]["started"], day),
            "合同结束日期": _text(m["contracts"]["term_ends"], day),
            "实际终止日期": _text(m["contracts"]["ended"], day), "合同金额": m["contracts"]["value"],
            "是否续签": m["contracts"]["renewed"].map({True: "是", False: "否"}),
            "终止原因": m["contracts"]["reason"]}, "")},
        "工单": {"工单": ({
            "工单编号": cases["number"], "客户名称": cases["account"].map(name),
            "工单类型": cases["kind"].map(_CASES), "优先级": cases["priority"], "工单来源": cases["origin"],
            "问题原因": cases["cause"], "产品名称": cases["product"], "处理人": cases["agent"],
            "问题描述": cases["text"], "创建时间": _text(cases["created"], minute),
            "首次响应时间": _text(cases["replied"], minute), "完成时间": _text(cases["closed"], minute)}, "")},
        "外勤拜访": {"外勤": ({
            "拜访客户": m["visits"]["account"].map(name), "拜访时间": _text(m["visits"]["at"], minute),
            "拜访人": m["visits"]["owner"]}, "")},
        "市场活动": {"市场活动": ({
            "活动名称": m["campaigns"]["name"], "活动类型": m["campaigns"]["kind"],
            "开始日期": _text(m["campaigns"]["started"], day), "结束日期": _text(m["campaigns"]["ended"], day),
            "实际成本": m["campaigns"]["cost"]}, "")},
        "产品": {"产品": ({
            "产品名称": m["products"]["product"], "产品编码": m["products"]["code"],
            "产品分类": m["products"]["category"], "品牌": m["products"]["brand"],
            "标准价格": m["products"]["price"]}, "")},
    }  # fmt: skip


def _text(days, pattern: str) -> np.ndarray:
    """Days since the first one as text; None where there is none."""
    days = np.asarray(days, dtype=float)
    known = np.isfinite(days)
    seconds = np.round(np.where(known, days, 0.0) * 86400).astype("timedelta64[s]")
    moments = pd.DatetimeIndex(np.datetime64(FIRST, "s") + seconds)
    # %-d is not known everywhere
    plain = pattern.replace("%-m", "{m}").replace("%-d", "{d}")
    text = moments.strftime(plain)
    if plain != pattern:
        parts = zip(text, moments.month, moments.day, strict=True)
        text = [t.replace("{m}", str(m)).replace("{d}", str(d)) for t, m, d in parts]
    return np.where(known, np.asarray(text, dtype=object), None)


def _milliseconds(days) -> np.ndarray:
    """Days since the first one as milliseconds since 1970 of clocks in China."""
    first = np.datetime64(FIRST, "ms").astype(np.int64)
    passed = np.round(np.asarray(days, dtype=float) * 86_400_000).astype(np.int64)
    return first + passed - _CHINA * 3_600_000


def _workbook(path: Path, sheets: dict) -> None:
    """One workbook; every sheet with two title rows, headings, and totals where asked."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2026, 1, 5, 9, 30)})  # the same bytes each time
        for title, (table, total) in sheets.items():
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, [f"{title}列表"])
            sheet.write_row(1, 0, ["导出时间:2026-01-05 09:30", "导出人:系统管理员"])
            sheet.write_row(2, 0, list(table.columns))
            cells = table.astype(object).where(table.notna(), None).to_numpy()
            for row, values in enumerate(cells, 3):
                sheet.write_row(row, 0, values)
            if total:
                place = list(table.columns).index(total)
                sheet.write(len(cells) + 3, 0, "合计")
                sheet.write(len(cells) + 3, place, round(float(table[total].sum()), 2))
