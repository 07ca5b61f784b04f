"""Names, telephone numbers and addresses brought to one form, and pairs of customers held together."""

from __future__ import annotations

__all__ = ["LEVELS", "compare_pairs", "normalise"]

#: what a comparison of two customers can come to, best first, by field
LEVELS = {
    "name": ("same", "near", "far", "other"),
    "phone": ("same", "other"),
    "email": ("same", "local", "other"),
    "city": ("same", "other"),
}
_LARGEST_BLOCK = 60  # customers who share a key; larger groups are a switchboard or a common name

# the characters that names of people and firms are written with most
_TRADITIONAL = (
    "國華東電業貿實發張劉陳楊趙黃吳馬鄭馮鄧許蕭蔣葉蘇盧賈韓羅謝龍雲學廣濟陽鋼鐵機訊設備製術氣飛興寶達遠聯億鴻錦銀慶豐禮壽義麗鳳麥賓館園圖書醫藥車運輸產經營銷買賣價長門開關間"
    "濱瀋漢寧島蘭紅綠藍語愛歡樂總務員團傳網絡軟體環農場廠際顧問創資財貨質證銳鍾鐘錢鄒龔嚴閻項孫賀倫偉傑儀優劍勝勞單堅壯夢嬌強彥從恆悅懷憲揚時曉會來楓榮樺樹橋歐澤潔潤瀾灣煒燁爾獻"
    "瑋瓊礦禎種穎競節紀純紹維綱緯線織繼聖聞聲職臨艷藝裝見規視親覺觀詩誠諾謙譚貝貞貴賢軍軒輝輪遼邁郵鄉鋒鎮鏡陝陸雙靈靜順顏風余駿魯鮮鵬齊龐賴範蔔"
)
_SIMPLIFIED = (
    "国华东电业贸实发张刘陈杨赵黄吴马郑冯邓许萧蒋叶苏卢贾韩罗谢龙云学广济阳钢铁机讯设备制术气飞兴宝达远联亿鸿锦银庆丰礼寿义丽凤麦宾馆园图书医药车运输产经营销买卖价长门开关间"
    "滨沈汉宁岛兰红绿蓝语爱欢乐总务员团传网络软体环农场厂际顾问创资财货质证锐钟钟钱邹龚严阎项孙贺伦伟杰仪优剑胜劳单坚壮梦娇强彦从恒悦怀宪扬时晓会来枫荣桦树桥欧泽洁润澜湾炜烨尔献"
    "玮琼矿祯种颖竞节纪纯绍维纲纬线织继圣闻声职临艳艺装见规视亲觉观诗诚诺谦谭贝贞贵贤军轩辉轮辽迈邮乡锋镇镜陕陆双灵静顺颜风余骏鲁鲜鹏齐庞赖范卜"
)
_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
_NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)) + " "
_FIRMS = (
    r"\b(limited|ltd|incorporated|inc|corporation|corp|company|co|llc|llp|plc|gmbh|mbh|ag|kg|ohg|ug|se"
    r"|sa|sas|sarl|srl|spa|bv|nv|pte|pty|oy|ab|aps|as|kk|holding|group)\b"
)
_COMPANIES = "(股份有限公司|有限责任公司|有限公司|责任公司|集团公司|集团|分公司|公司|厂)$"


def normalise(connection) -> None:
    """Make `people` (customer_id, n, name_key, phone_key, email_key, city_key) of the customers that
    stay in `typed`.

    Width, case, accents, traditional characters, punctuation, legal forms of firms and the order of
    the words of a name don't count; of a number only the digits do, without 0086 or a leading 0.
    """
    there = {row[0] for row in connection.execute("DESCRIBE typed").fetchall()}

    def cell(column: str) -> str:
        return f'"{column}"' if column in there else "CAST(NULL AS VARCHAR)"

    narrow = (_NARROW + _SIMPLIFIED).replace("'", "''")
    # each layer is a query of its own, so that no step is written, and run, twice; the long
    # translation runs only where one of its characters stands
    foreign = (
        f"regexp_matches({cell('name')}, '[{_TRADITIONAL}\\x{{FF01}}-\\x{{FF5E}}\\x{{3000}}]')"
    )
    plain = f"translate({cell('name')}, '{_WIDE}{_TRADITIONAL}', '{narrow}')"
    connection.execute(f"""
        CREATE TABLE people AS
        SELECT customer_id, n,
            nullif(array_to_string(list_sort(string_split(named, ' ')), ''), '') AS name_key,
            CASE WHEN length(phone) >= 7 THEN phone END AS phone_key,
            CASE WHEN contains(email, '@') THEN email END AS email_key,
            nullif(lower(trim(city)), '') AS city_key
        FROM (
            -- a firm may be called by nothing but its legal form
            SELECT * REPLACE (coalesce(nullif(trim(regexp_replace(regexp_replace(
                trim(regexp_replace(named, '{_FIRMS}', ' ', 'g')), '{_COMPANIES}', ''),
                ' +', ' ', 'g')), ''), named) AS named)
            FROM (
                SELECT customer_id, _row AS n, {cell("city")} AS city,
                    trim(regexp_replace(lower(strip_accents(
                        CASE WHEN {foreign} THEN {plain} ELSE {cell("name")} END)),
                        '[^a-z0-9\\x{{4e00}}-\\x{{9fff}}]+', ' ', 'g')) AS named,
                    regexp_replace(regexp_replace({cell("phone")}, '[^0-9]', '', 'g'),
                        '^(00)?86(1\\d{{10}})$|^0+', '\\2') AS phone,
                    regexp_replace(lower(trim({cell("email")})), '\\+[^@]*@', '@') AS email
                FROM typed WHERE _rule IS NULL))""")


def compare_pairs(connection, *, sample: int = 200_000, seed: int = 7) -> None:
    """Make `pairs` (a, b: rows of `people`, a < b, and per field the place of its level in `LEVELS`, -1 unknown) of customers
    who share a key, and `chance`, the same for pairs drawn at random.

    Keys are the address, its part before the @, the last seven digits of the number, the name, and
    its beginning with its end. Groups of more than 60 customers with one key are left out.
    """
    keys = {
        "email_key": "email_key",
        "local": "nullif(split_part(email_key, '@', 1), '')",
        "phone": "right(phone_key, 7)",
        "name_key": "name_key",
        "ends": "CASE WHEN length(name_key) > 3 THEN left(name_key, 2) || right(name_key, 2) END",
        "begin": "CASE WHEN length(name_key) > 5 THEN left(name_key, 5) END",
        "place": "CASE WHEN length(name_key) > 2 THEN left(name_key, 2) || '|' || city_key END",
    }
    parts = [
        f"SELECT a.n AS a, b.n AS b FROM keyed a JOIN keyed b ON a.k = b.k AND a.n < b.n"
        f" WHERE a.kind = '{kind}' AND b.kind = '{kind}'"
        for kind in keys
    ]
    union = " UNION ALL ".join(
        f"SELECT n, '{kind}' AS kind, {sql} AS k FROM people WHERE {sql} IS NOT NULL"
        for kind, sql in keys.items()
    )
    connection.execute(f"""
        CREATE TABLE keyed AS SELECT * FROM ({union})
        QUALIFY count(*) OVER (PARTITION BY kind, k) BETWEEN 2 AND {_LARGEST_BLOCK}""")
    connection.execute(
        f"CREATE TABLE candidates AS SELECT DISTINCT * FROM ({' UNION ALL '.join(parts)})"
    )
    drawn = f"SELECT n, hash(n + {seed}) AS place FROM people ORDER BY place LIMIT {sample}"
    connection.execute(f"""
        CREATE TABLE strangers AS SELECT n AS a, unnest([near, far]) AS b FROM (
            SELECT n, lead(n, 1) OVER (ORDER BY place) AS near, lead(n, 7) OVER (ORDER BY place) AS far
            FROM ({drawn}))""")
    for target, rows in (("pairs", "candidates"), ("chance", "strangers")):
        connection.execute(f"CREATE TABLE {target} AS {_levels_sql(rows)}")


def _levels_sql(rows: str) -> str:
    near = "jaro_winkler_similarity(p.name_key, q.name_key)"
    digits = "least(length(p.phone_key), length(q.phone_key))"
    return f"""
        SELECT a, b,
            CASE WHEN p.name_key IS NULL OR q.name_key IS NULL THEN -1
                WHEN p.name_key = q.name_key THEN 0
                WHEN {near} >= 0.93 THEN 1 WHEN {near} >= 0.82 THEN 2 ELSE 3 END AS name,
            CASE WHEN right(p.phone_key, {digits}) = right(q.phone_key, {digits}) THEN 0
                WHEN p.phone_key IS NOT NULL AND q.phone_key IS NOT NULL THEN 1 ELSE -1 END AS phone,
            CASE WHEN p.email_key = q.email_key THEN 0
                WHEN split_part(p.email_key, '@', 1) = split_part(q.email_key, '@', 1) THEN 1
                WHEN p.email_key IS NOT NULL AND q.email_key IS NOT NULL THEN 2 ELSE -1 END AS email,
            CASE WHEN p.city_key = q.city_key THEN 0
                WHEN p.city_key IS NOT NULL AND q.city_key IS NOT NULL THEN 1 ELSE -1 END AS city,
            CASE WHEN p.name_key = q.name_key THEN p.name_key END AS shared_name
        FROM {rows} JOIN people p ON a = p.n JOIN people q ON b = q.n"""
