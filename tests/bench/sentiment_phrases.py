"""Short judgements in our own words, added to the training of the sentiment models.

The real comments are about hotels, books, computers and airline seats. These carry what customers
say of deliveries, service, appliances and apps. They are never part of what a model is judged on.
"""

__all__ = ["PHRASES"]

PHRASES = {
    "en": {
        True: """
            great|excellent|very good|good|perfect|wonderful|fantastic|amazing|awesome|superb|love it
            |happy with it|very happy|satisfied|pleased|delighted|impressed|recommended|would recommend
            |highly recommend|will buy again|best|better than expected|nice|pleasant|friendly|helpful
            |polite|patient|professional|kind staff|great service|good service|quick reply
            |fast response|fast delivery|arrived early|arrived on time|delivered on time|well packed
            |solved at once|problem solved|solved quickly|easy to use|easy to install|simple and clear
            |convenient|comfortable|reliable|solid|well made|good quality|high quality|works well
            |works fine|works great|works perfectly|no problems|no trouble|no complaints|trouble free
            |quiet|clean|fresh|beautiful|good value|worth the price|worth the money|cheap and good
            |fair price|reasonable price|good price|saves time|smooth|intuitive app|thank you|thanks
            |well done|keep it up|exceeded my expectations|first class|top quality|five stars
            |honest advice|explained everything|refund came quickly|replaced at once|very efficient
            """,
        False: """
            bad|very bad|terrible|awful|horrible|poor|worst|useless|disappointed|disappointing
            |dissatisfied|unhappy|not good|not happy|not satisfied|not recommended|would not recommend
            |never again|will not buy again|waste of money|waste of time|regret buying|avoid
            |rude|unfriendly|unhelpful|impatient|ignored|nobody answers|no reply|no answer|slow reply
            |waited for days|still waiting|waiting for weeks|kept waiting|passed around|late|late again
            |delivery late|delivered late|never arrived|did not arrive|wrong item|missing parts
            |damaged|arrived damaged|scratched|broken|broke|broke down|stopped working|does not work
            |doesn't work|defective|faulty|failed|leaks|noisy|too noisy|too loud|smells|dirty|cheap plastic
            |bad quality|poor quality|low quality|falls apart|unreliable|overheats|crashes
            |app crashes|cannot log in|hard to use|complicated|confusing|difficult to install
            |uncomfortable|expensive|too expensive|overpriced|not worth it|hidden fees|unfair
            |price dropped right after|charged twice|no refund|refund refused|still no refund
            |warranty refused|lied to me|misleading|false advertising|dishonest|scam|complained twice
            |problem not solved|same problem again|repaired three times|nobody cares|frustrating
            |annoying|angry|unacceptable|one star|zero stars|worse than before|no help at all
            """,
    },
    "zh": {
        True: """
            很好|非常好|太好了|好评|满意|很满意|非常满意|喜欢|很喜欢|推荐|值得推荐|值得购买|物超所值|性价比高
            |质量好|质量很好|做工精细|结实|耐用|好用|很好用|方便|很方便|操作简单|安静|没有噪音|干净|舒服|漂亮
            |外观好看|包装完好|发货快|物流很快|送货及时|送货上门|准时送达|安装很快|安装师傅专业|服务好
            |服务态度好|服务周到|客服耐心|客服热情|回复及时|处理及时|售后很好|解决得很快|退款很快|换货很快
            |价格合理|价格便宜|优惠|划算|实惠|正品|会再来|下次还买|会继续支持|五星好评|赞|超出预期|放心
            |没有问题|运行稳定|省心|省时省力|讲解清楚|感谢|谢谢师傅|不错|挺好|还不错|一如既往的好
            """,
        False: """
            很差|非常差|太差了|差评|不满意|很不满意|失望|很失望|不推荐|不值|不值得|后悔|后悔买了|不会再买
            |再也不买了|质量差|质量太差|做工粗糙|坏了|用几天就坏|不能用|用不了|开不了机|故障|反复维修|漏水
            |噪音大|声音太大|有异味|味道刺鼻|有划痕|破损|少配件|发错货|假货|二手|虚假宣传|与描述不符|发货慢
            |物流太慢|迟迟不发货|一直没收到|送货太晚|不送货上门|快递态度差|安装拖延|乱收费|服务差|服务态度差
            |客服不理人|没人回复|打不通电话|推卸责任|敷衍|售后差|不给退货|不退款|退款慢|拒绝保修|处理太慢
            |投诉无门|问题没解决|太贵|价格虚高|买完就降价|不划算|难用|操作复杂|闪退|卡顿|登录不了|连不上
            |骗人|坑人|垃圾|气愤|无语|浪费时间|浪费钱|一星|越来越差|等了很久|等了好几天|没人管
            """,
    },
}
PHRASES = {
    language: {
        good: [" ".join(phrase.split()) for phrase in text.split("|")]
        for good, text in sides.items()
    }
    for language, sides in PHRASES.items()
}
