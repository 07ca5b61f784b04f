"""Customers who are none: accounts made for a test, and the client's own staff."""

from __future__ import annotations

__all__ = ["test_account_sql"]

# the whole name, so that a firm called Test Equipment stays a customer
_NAME = (
    r"^(test|tests|testing|tester|testuser|demo|dummy|sample|asdf|qwerty|x{3,})"
    r"([ _.-]*(account|customer|client|user|company|contact|kunde|firma|lead|ltd|gmbh))?[ _.#-]*\d*$"
)
_CHINESE = r"^(测试|演示|试用|【测试】|\[测试\])|测试(客户|账号|账户|帐号|用户|公司|数据|专用)|^(样例|示例)(客户|公司)"
_DOMAIN = (
    r"@((.+\.)?example\.(com|org|net|cn|de)|test\.(com|org|net|cn|de)|.+\.(test|invalid|example))$"
)
_LOCAL = r"^(test|testing|tester|demo|dummy|ceshi)[0-9._+-]*@"
_KINDS = ("test", "demo", "internal", "staff", "employee", "员工", "内部", "内部员工", "测试")


def test_account_sql(columns) -> str:
    """SQL that is true for a test account or one of the client's staff; "" where no column tells.

    Told by the whole name (test, demo 2, 测试客户), the address (example.com, demo@...), or a type or
    status that says so.
    """
    tests = []
    if "name" in columns:
        name = "lower(trim(name))"
        tests += [f"regexp_matches({name}, '{_NAME}')", f"regexp_matches({name}, '{_CHINESE}')"]
    if "email" in columns:
        email = "lower(trim(email))"
        tests += [f"regexp_matches({email}, '{_DOMAIN}')", f"regexp_matches({email}, '{_LOCAL}')"]
    for column in ("type", "status"):
        if column in columns:
            tests.append(f"lower(trim({column})) IN {_KINDS}")
    return " OR ".join(f"coalesce({test}, false)" for test in tests)
