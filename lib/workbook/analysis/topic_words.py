"""The topics of customers' comments and the words that tell them, Chinese and English."""

import re

__all__ = ["TOPICS", "parse_topics", "patterns"]

#: Topic to its words: English as whole words (* = any ending), then | and Chinese as they stand.
TOPICS = {
    "quality": "stopped working, well made, solid build, quality, broke*, defect*, fault*, fail*, "
    "damaged, durable, sturdy, leak*, crack*, malfunction*|质量 做工 坏了 坏掉 故障 破损 耐用 结实 漏水 失灵 "
    "不能用 用不了 瑕疵 次品 假货",
    "performance": "works perfectly, works great, slow, fast, powerful, noise*, noisy, loud, quiet, "
    "battery, overheat*, performance, smell*, odour, odor|性能 噪音 噪声 声音 安静 发热 散热 电池 续航 异味 味道 "
    "味很重 耗电 好用 效果 清晰 卡顿",
    "price": "price*, pricing, expensive, cheap*, cost, costs, value, discount*, overpriced, fee, "
    "fees, worth, sale, promotion*, coupon*|价格 太贵 便宜 降价 涨价 性价比 划算 实惠 优惠 折扣 促销 活动价 不值 收费 费用",
    "delivery": "came a day, deliver*, shipping, shipment, courier, driver, parcel, arriv*, late, "
    "dispatch*, tracking|配送 物流 快递 发货 送货 送到 到货 收到货 收货 运输 外箱 晚到 迟到 上楼",
    "packaging": "packag*, packed, dented, box, wrapping|包装 外箱 压坏 纸箱 包裹破",
    "installation": "set up, install*, technician, engineer, setup, mounted, assembl*|安装 装好 师傅 上门 调试 组装 装机",
    "staff": "staff, rude, polite, friendly, attitude, helpful, unhelpful, salesperson, assistant, "
    "crew, waiter, clerk*|态度 服务员 店员 导购 前台 工作人员 热情 冷漠 敷衍 推诿 礼貌 耐心",
    "service": "call centre, call center, customer care, passed me, service, hotline, support, nobody, "
    "answer*|客服 服务 热线 电话打不通 回复 咨询 没人理",
    "waiting": "slow reply, wait*, queue*, delay*, hours, days, weeks|等了 等待 排队 久等 太慢 拖延 迟迟 继续等 半天",
    "after_sales": "repair*, return*, refund*, replace*, warranty, exchange*, complain*, claim*|售后 维修 退货 "
    "退款 换货 保修 质保 报修 投诉 退换 理赔",
    "app": "mini program, log in, app, website, site, login, password, crash*, online, order*, "
    "page, screen, register|小程序 APP 应用 网站 登录 闪退 下单 页面 软件 系统 注册 扫码 连接",
    "information": "explain*, information, manual, instruction*, misleading, advice, description, "
    "described, advertis*|说明书 讲解 介绍 描述 宣传 虚假 误导 不符 告知 通知 信息",
    "range": "out of stock, choice, selection, assortment, unavailable, variety, colour*, color*, "
    "size*, model*|款式 型号 尺寸 颜色 缺货 断货 品种 选择 配件 耗材",
    "comfort": "comfort*, uncomfortable, seat*, legroom, room, space, clean*, dirty, cramped, "
    "environment, bed|舒适 舒服 环境 卫生 干净 房间 座位 空间 宽敞 装修",
    "trust": "trust*, honest*, dishonest, lied, lie, scam, brand, reputation, promise*, cheat*|信任 诚信 "
    "品牌 欺骗 骗人 承诺 口碑 忽悠 坑人 正品",
}


def patterns(topics=None):
    """Regular expressions (RE2) that find each topic in lower-case text.

    Parameters
    ----------
    topics : dict, optional
        Topic to words as in `TOPICS`; default `TOPICS`.

    Examples
    --------
    >>> bool(re.search(patterns({"price": "price*|价格"})["price"], "the prices rose"))
    True
    """
    return {topic: _pattern(words) for topic, words in (topics or TOPICS).items()}


def _pattern(words):
    english, _, chinese = words.partition("|")
    parts = [re.escape(word.lower()) for word in chinese.split()]
    plain = [word.strip().lower() for word in english.split(",") if word.strip()]
    if plain:
        ends = ["[a-z]*" if word.endswith("*") else "" for word in plain]
        inner = [re.escape(word.rstrip("*")) + end for word, end in zip(plain, ends, strict=True)]
        parts.append(rf"\b(?:{'|'.join(inner)})\b")
    return "|".join(parts)


def parse_topics(text):
    """Own topics as the params write them: "filters: filter, cartridge, 滤芯; noise: noise*, 噪音".

    Returns {topic: words as in `TOPICS`}.
    """
    found = {}
    for part in text.replace("\uff1b", ";").replace("\uff1a", ":").split(";"):
        name, colon, words = part.partition(":")
        listed = [w.strip() for w in words.replace("\uff0c", ",").replace("、", ",").split(",")]
        listed = [w for w in listed if w]
        if colon and name.strip() and listed:
            english = ", ".join(w for w in listed if w.isascii())
            chinese = " ".join(w for w in listed if not w.isascii())
            found[name.strip()] = f"{english}|{chinese}"
    return found
