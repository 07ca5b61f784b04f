"""Small exports of CRMs as frames of text cells, to be mapped by the tests."""

from __future__ import annotations

import pandas as pd

from workbook.intake.matching.raw import RawTable

ACCOUNTS, ORDERS = 30, 80


def raw(name: str, columns: dict[str, list], **more) -> RawTable:
    """A table as a reader hands it over: texts and None."""
    frame = pd.DataFrame(columns, dtype=object)
    return RawTable(
        name=name,
        headings=tuple(frame.columns),
        rows=len(frame),
        read=frame.head,
        distinct=lambda heading: set(frame[heading].dropna().str.strip()) - {""},
        **more,
    )


def account_id(i: int) -> str:
    return str(5000000000000123001 + i)


def order_id(i: int) -> str:
    return str(5000000000000456001 + i)


def zoho() -> list[RawTable]:
    """Accounts, contacts, deals, orders with lines, cases, calls, meetings of a Zoho backup."""
    a, o = range(ACCOUNTS), range(ORDERS)
    contact = [str(5000000000000789001 + i) for i in a]
    return [
        raw(
            "Accounts_001.csv",
            {
                "Record Id": [account_id(i) for i in a],
                "Account Owner.id": ["1"] * ACCOUNTS,
                "Account Owner": ["Ann Li"] * ACCOUNTS,
                "Account Name": [f"Firm {i}" for i in a],
                "Phone": [f"+86 1380000{i:04d}" for i in a],
                "Account Type": [["Customer", "Distributor"][i % 2] for i in a],
                "Industry": [["Retail", "Hotels", "Schools"][i % 3] for i in a],
                "Billing City": [["Berlin", "Paris"][i % 2] for i in a],
                "Created Time": [f"{i % 28 + 1:02d}.01.2022 09:{i:02d}" for i in a],
            },
        ),
        raw(
            "Contacts_001.csv",
            {
                "Record Id": contact,
                "First Name": ["A"] * ACCOUNTS,
                "Last Name": [f"Person {i}" for i in a],
                "Account Name.id": [account_id(i) for i in a],
                "Account Name": [f"Firm {i}" for i in a],
                "Email": [f"p{i}@firm.test" for i in a],
                "Title": ["Buyer"] * ACCOUNTS,
                "Created Time": ["05.02.2022 10:00"] * ACCOUNTS,
            },
        ),
        raw(
            "Deals_001.csv",
            {
                "Record Id": [f"6000000000000000{i:03d}" for i in a],
                "Deal Owner": ["Ann Li"] * ACCOUNTS,
                "Deal Name": [f"Deal {i}" for i in a],
                "Account Name.id": [account_id(i) for i in a],
                "Amount": [f"{1000 + i},50" for i in a],
                "Stage": [["Closed Won", "Closed Lost", "Negotiation"][i % 3] for i in a],
                "Closing Date": ["28.05.2023"] * ACCOUNTS,
                "Lead Source": ["Trade Show"] * ACCOUNTS,
                "Reason For Loss": [None if i % 3 != 1 else "price" for i in a],
                "Created Time": ["05.02.2022 10:00"] * ACCOUNTS,
            },
        ),
        raw(
            "Sales_Orders_001.csv",
            {
                "Record Id": [order_id(i) for i in o],
                "Sales Order Owner": ["Ann Li"] * ORDERS,
                "Subject": [f"SO {i}" for i in o],
                "Account Name.id": [account_id(i % ACCOUNTS) for i in o],
                "Contact Name.id": [contact[i % ACCOUNTS] for i in o],
                "Status": ["Cancelled" if i % 20 == 0 else "Delivered" for i in o],
                "Grand Total": [f"{100 + i},00" for i in o],
                "Created Time": [f"{i % 12 + 1:02d}.{i % 12 + 1:02d}.2023 10:00" for i in o],
            },
        ),
        raw(
            "Sales_Order_Line_Items_001.csv",
            {
                "Record Id": [f"7000000000000000{i:03d}" for i in o],
                "Parent ID": [order_id(i) for i in o],
                "Product Name": [["Kettle", "Fridge"][i % 2] for i in o],
                "Quantity": ["1"] * ORDERS,
                "List Price": [f"{100 + i},00" for i in o],
                "Net Total": [f"{100 + i},00" for i in o],
            },
        ),
        raw(
            "Cases_001.csv",
            {
                "Record Id": [f"8000000000000000{i:03d}" for i in a],
                "Case Number": [f"C{i}" for i in a],
                "Account Name": [f"Firm {i}" for i in a],
                "Case Origin": ["Phone"] * ACCOUNTS,
                "Type": [["Problem", "Question"][i % 2] for i in a],
                "Case Owner": ["Bo Chen"] * ACCOUNTS,
                "Description": ["it does not work, call 13800138000"] * ACCOUNTS,
                "Created Time": ["05.06.2023 10:00"] * ACCOUNTS,
            },
        ),
        raw(
            "Calls_001.csv",
            {
                "Record Id": [f"9000000000000000{i:03d}" for i in a],
                "Call Owner": ["Bo Chen"] * ACCOUNTS,
                "Subject": ["call"] * ACCOUNTS,
                "Call Type": ["Outbound"] * ACCOUNTS,
                "Call Start Time": [f"{i % 28 + 1:02d}.07.2023 10:00" for i in a],
                "Contact Name.id": contact,
            },
        ),
        raw(
            "ad_costs.csv",
            {
                "Date": [f"{i % 28 + 1:02d}.03.2023" for i in a],
                "Source": [["Google", "Baidu"][i % 2] for i in a],
                "Cost": [f"{200 + i},10" for i in a],
                "Clicks": [str(i) for i in a],
            },
        ),
    ]


def fxiaoke() -> list[RawTable]:
    """客户, 销售订单 with 订单产品, 回款 and 工单 as 纷享销客 writes them to Excel."""
    a, o = range(ACCOUNTS), range(ORDERS)
    numbers = [f"DD{i:06d}" for i in o]
    return [
        raw(
            "客户.xlsx",
            {
                "客户名称": [f"第{i}电器有限公司" for i in a],
                "客户编号": [f"KH{i:05d}" for i in a],
                "客户级别": [["重要", "普通"][i % 2] for i in a],
                "客户类型": [["企业客户", "经销商"][i % 2] for i in a],
                "来源": [["展会", "官网"][i % 2] for i in a],
                "省": ["浙江"] * ACCOUNTS,
                "电话": [f"1380013{i:04d}" for i in a],
                "负责人": ["王芳"] * ACCOUNTS,
                "创建时间": [f"2022年3月{i % 28 + 1}日" for i in a],
            },
            sheet="客户",
        ),
        raw(
            "销售订单.xlsx",
            {
                "销售订单编号": numbers,
                "客户名称": [f"第{i % ACCOUNTS}电器有限公司" for i in o],
                "下单日期": [f"2023-0{i % 9 + 1}-15" for i in o],
                "销售订单金额(元)": [f"￥{1000 + i:,}.00" for i in o],
                "状态": ["已作废" if i % 20 == 0 else "已确认" for i in o],
            },
            sheet="销售订单",
        ),
        raw(
            "订单产品.xlsx",
            {
                "销售订单编号": numbers,
                "产品名称": [["电水壶", "冰箱"][i % 2] for i in o],
                "销售数量": ["2"] * ORDERS,
                "销售单价": [f"{500 + i}" for i in o],
                "小计": [f"{1000 + 2 * i}" for i in o],
            },
            sheet="订单产品",
        ),
        raw(
            "回款.xlsx",
            {
                "回款编号": [f"HK{i}" for i in o],
                "客户名称": [f"第{i % ACCOUNTS}电器有限公司" for i in o],
                "回款日期": [f"2023-0{i % 9 + 1}-25" for i in o],
                "本次回款金额(元)": [f"{1000 + i}" for i in o],
            },
            sheet="回款",
        ),
        raw(
            "工单.xlsx",
            {
                "工单编号": [f"GD{i}" for i in a],
                "客户名称": [f"第{i}电器有限公司" for i in a],
                "工单类型": [["投诉", "咨询", "维修"][i % 3] for i in a],
                "创建时间": ["2023-05-06 14:05"] * ACCOUNTS,
                "问题描述": ["坏了"] * ACCOUNTS,
            },
            sheet="工单",
        ),
        raw(
            "投放日报.xlsx",
            {
                "日期": [f"2023/3/{i % 28 + 1}" for i in a],
                "平台": [["抖音", "百度"][i % 2] for i in a],
                "消耗": [f"{200 + i}.5" for i in a],
                "点击量": [str(i) for i in a],
            },
            sheet="Sheet1",
        ),
    ]
