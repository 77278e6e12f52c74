/* Characters that are written nearly alike (形近字), and surnames that are read otherwise than the character elsewhere. The lists
 * are this program's own: characters of names and surnames. */
#include "linkage/linkage_internal.h"

/* Groups of which each character is taken for the others. */
static const char LOOKS[] =
    "己已巳 未末 土士 王玉主 大太犬 天夫无 日曰目 人入八 干千于 戊戌戍戎 刀力刁 冶治 今令 兔免 侯候堠 "
    "杨扬场畅 晴睛情 辉挥晖 玲铃岭 宇字宁 明朋 金全 凤风夙 梅海悔 怡恰 梓锌辞 佳隹住往 春舂 永水 李季 陈阵 "
    "徐除涂 赵超 吴昊 子孑 贝见 鸟乌 文丈 丹舟 牛午 甲申由田电 白自臼 各名 吉古 右石 布市希 平乎 本木术 正止 "
    "民氏 代伐 仁仕 付什 何河荷 作昨 来米 侍待 俊峻浚 先光 关美羡 军写 冰泳 勤勒 北比 华毕 去云 叶汁 吕品 周同 "
    "唐庚康 嘉喜 图园圆 坤坪 培陪 堂棠 壮状 夏复 奇寄 妍研 妙秒 姗珊 姚桃 娜挪 婉碗 婷停 宋宗宏 官宫 宸晨震 "
    "寒塞 崔催 巧功 师帅 庆床 庭廷延 弘私 彩采 志忐 思恩 恒桓 悦说 慕幕 成咸 戴载 拓括 敏教 敬警 方万 旭旬 昌冒 "
    "晏宴 晓绕 曼漫 月用 朱失 杏否 杜社 杰烈 林材 枝技 柏怕 柳柯 栋拣 桂挂 桐铜 梁粱 欢观 武式 汉议权 江红 "
    "汪注旺玨 沈沉 泽择 洋样祥 济挤 润闰 淼森 深探 温湿 潘播璠 澄橙 炳柄 焕换 爱受 特持 珂坷 珍诊 班斑珏 理埋 "
    "琳淋 瑞端 瑶摇遥 瓦互 矛予 硕顾 礼扎 祖租 福幅 科料 纪记 群郡 胡湖 良艮 若苦岩 荀苟 西酉 贞负 龙尤 龚袭 "
    "问间 亚业 兴兵 少小 余佘 芦户 范苑 薄簿 芮苪 管菅 母毋 折拆 斤斥 侨桥 博搏 雷雪 霞霜 莹萤 荧荣 宜宣 安妥 "
    "定足 容客 密蜜 富畐 峰蜂烽锋 帆凡 幼幻 库厍 弓引 强张 彤形 彦颜 忠患 念怠 怜冷 惜借 慈兹 才寸 承丞 挺铤 "
    "捷婕 攀樊 斌赋 旦旧 昱显 星皇 昭照 晋普 景影 暖援 曹漕 朵杂 杞杷 松忪 构沟 栗粟票 根银 楚蔬 樱缨 毓疏 池他 "
    "汝妆 沁必 沐沭 沛肺 洁诘 浦蒲 淇棋琪 清请 渝偷 湘相 滕腾 灵录 玫玖 琼惊 瑜愉 璇旋 甫莆 皖皓 秦泰奏 立产 "
    "竞竟 童重 筠钧 紫柴 素索 翁瓮 翟霍 舒豫 芬芳 芝艺 莫草 蓝监 蔡察 虞虑 裴斐 覃章 贺贸 赖懒 辛幸 迪油 邢刑 "
    "郎朗 郝赫 钱线 锦绵 阮沅 陶淘 韦书 鲁鱼 ";

/* A surname and its reading; 尉迟 and the like by both. */
static const char SURNAMES[] =
    "单shan 解xie 仇qiu 任ren 华hua 区ou 朴piao 查zha 曾zeng 翟zhai 缪miao 种chong 折she 繁po 黑he 秘bi 冼xian 洗xian 覃qin 柏bai "
    "薄bo 纪ji 宁ning 燕yan 曲qu 逄pang 郇xun 隗wei 谌chen 召shao 句gou 那na 撒sa 炅gui 沈shen 石shi 车che 尹yin 盖ge 葛ge 员yun "
    "乐yue 晟cheng 盛sheng 洪hong 訾zi 乜nie 牟mou 宓mi 祭zhai 都du 佴nai 令ling 尉yu 万wan 长chang 俟qi 澹tan 无wu 重chong 能nai "
    "阚kan 莘shen 过guo 应ying 令狐linghu 尉迟yuchi 万俟moqi 长孙zhangsun 澹台tantai 宰父zaifu ";

static uint16_t group_of(const uint16_t *look, text group)
{
    for (size_t at = 0; at < group.size_bytes;) {
        uint32_t rune = linkage_next_rune(group, &at);
        if (look[rune - 0x4E00]) return look[rune - 0x4E00];
    }
    return 0;
}

/* A character of two groups joins them. */
void linkage_looks_read(uint16_t *look)
{
    text all = text_of(LOOKS);
    uint16_t groups = 0;
    for (size_t from = 0; from < all.size_bytes;) {
        size_t until = from + text_find(text_sub(all, from, all.size_bytes), TEXT(" "));
        text group = text_sub(all, from, until);
        uint16_t number = group_of(look, group);
        if (!number) number = ++groups;
        for (size_t at = 0; at < group.size_bytes;) look[linkage_next_rune(group, &at) - 0x4E00] = number;
        from = until + 1;
    }
}

/* An entry of the list: one or two characters, and letters. */
static text next_surname(text all, size_t *at, uint32_t runes[2], int *count)
{
    size_t letters = *at;
    *count = 0;
    while ((unsigned char)all.bytes[letters] >= 0x80) runes[(*count)++] = linkage_next_rune(all, &letters);
    size_t until = letters;
    while (all.bytes[until] != ' ') until++;
    *at = until + 1;
    return text_sub(all, letters, until);
}

void linkage_surnames_read(text *letters)
{
    text all = text_of(SURNAMES);
    uint32_t runes[2];
    int count;
    for (size_t at = 0; at < all.size_bytes;) {
        text says = next_surname(all, &at, runes, &count);
        if (count == 1) letters[runes[0] - 0x4E00] = says;
    }
}

/* Of a surname of two characters; bytes NULL: as its characters are read elsewhere. */
text linkage_surname_of_two(const uint32_t *surname)
{
    text all = text_of(SURNAMES);
    uint32_t runes[2];
    int count;
    for (size_t at = 0; at < all.size_bytes;) {
        text says = next_surname(all, &at, runes, &count);
        if (count == 2 && runes[0] == surname[0] && runes[1] == surname[1]) return says;
    }
    return TEXT_NONE;
}
