/* Names. Surnames are drawn by the order and the rough shares of the public name reports; given
 * names are put together from the characters that were in fashion when somebody was born. */
#include <string.h>

#include "sample/sample_internal.h"

typedef struct {
    const char *surname;
    uint16_t share; /* of ten thousand; the rest of the country is spread over those here */
} surname_row;
static const surname_row SURNAMES[SAMPLE_SURNAMES] = {
    { "王", 721 }, { "李", 718 }, { "张", 679 }, { "刘", 517 }, { "陈", 453 }, { "杨", 308 },
    { "黄", 245 }, { "赵", 229 }, { "吴", 205 }, { "周", 202 }, { "徐", 167 }, { "孙", 154 },
    { "马", 129 }, { "朱", 126 }, { "胡", 122 }, { "郭", 115 }, { "何", 111 }, { "高", 105 },
    { "林", 103 }, { "罗", 95 },  { "郑", 93 },  { "梁", 84 },  { "谢", 73 },  { "宋", 70 },
    { "唐", 69 },  { "许", 66 },  { "邓", 66 },  { "冯", 62 },  { "韩", 61 },  { "曹", 59 },
    { "曾", 58 },  { "彭", 57 },  { "肖", 56 },  { "蔡", 55 },  { "潘", 50 },  { "田", 50 },
    { "董", 49 },  { "袁", 48 },  { "于", 47 },  { "余", 46 },  { "叶", 46 },  { "蒋", 46 },
    { "杜", 46 },  { "苏", 43 },  { "魏", 43 },  { "程", 42 },  { "吕", 42 },  { "丁", 40 },
    { "沈", 40 },  { "任", 39 },  { "姚", 38 },  { "卢", 37 },  { "傅", 36 },  { "钟", 35 },
    { "姜", 34 },  { "崔", 34 },  { "谭", 33 },  { "廖", 33 },  { "范", 33 },  { "汪", 33 },
    { "陆", 32 },  { "金", 31 },  { "石", 30 },  { "戴", 30 },  { "贾", 29 },  { "韦", 28 },
    { "夏", 28 },  { "邱", 27 },  { "方", 27 },  { "侯", 26 },  { "邹", 25 },  { "熊", 24 },
    { "孟", 23 },  { "秦", 22 },  { "白", 22 },  { "江", 22 },  { "阎", 21 },  { "薛", 21 },
    { "尹", 20 },  { "段", 20 },  { "雷", 19 },  { "黎", 18 },  { "史", 18 },  { "龙", 18 },
    { "贺", 17 },  { "陶", 17 },  { "顾", 17 },  { "毛", 16 },  { "郝", 16 },  { "龚", 16 },
    { "邵", 15 },  { "万", 15 },  { "覃", 15 },  { "武", 14 },  { "钱", 13 },  { "严", 13 },
    { "赖", 12 },  { "洪", 12 },  { "莫", 11 },  { "孔", 11 },  { "向", 11 },  { "常", 10 },
    { "温", 10 },  { "康", 10 },  { "施", 9 },   { "文", 9 },   { "牛", 8 },   { "葛", 8 },
    { "欧阳", 7 }, { "仇", 3 },   { "上官", 1 }, { "司徒", 1 },
};

size_t sample_surname_draw(sample_dice *dice)
{
    enum { TOTAL = 8394 };
    int32_t at = sample_below(dice, TOTAL);
    size_t row = 0;
    while (row < SAMPLE_SURNAMES - 1 && at >= SURNAMES[row].share)
        at -= SURNAMES[row++].share;
    return row;
}

const char *sample_surname_at(size_t index)
{
    return SURNAMES[index % SAMPLE_SURNAMES].surname;
}

/* A fashion: characters of three bytes each, one string a sex. */
typedef struct {
    int32_t until_year;
    int32_t single_permille; /* given names of one character */
    const char *characters[SAMPLE_SEX_COUNT];
} fashion;
static const fashion FASHIONS[] = {
    { 1950,
      60,
      { "德福贵财富有发忠孝仁义礼山水树林金银长永守正兴旺祥春生云龙虎清明玉宝庆寿全喜根顺",
        "秀英兰花桂珍玉芝香莲凤仙菊梅翠巧贵荣素淑金银月娥春秋妹珠爱惠云霞琴芬招" } },
    { 1970,
      150,
      { "建国军华平志明伟强永生文新民忠正东红卫革胜利和光荣林海山树成学友福德辉斌勇刚根",
        "秀英丽华玉珍红梅兰芳桂香爱春凤霞琴云萍敏淑霄惠素美翠菊莲娟玲艳平荣珠月芬" } },
    { 1990,
      340,
      { "伟强磊军勇涛斌波鹏辉杰超刚亮飞峰健建华志明俊海龙平宏文小晓凯林东浩宇洋旭",
        "丽敏静艳娟燕芳玲霞红梅莉萍洁英华娜婷丹雪晶琳慧颖倩晓小海春秀云佳美珍玉蓉" } },
    { 2010,
      270,
      { "浩宇鑫俊杰文博志伟天佳子豪明轩泽嘉家睿晨旭阳凯龙飞鹏翔思远磊涛超雨航毅",
        "佳欣雨婷怡雪梦思琪倩静颖慧文晓玉嘉馨悦诗涵雅洁萱蕾莹瑶琳娜美子可心月彤" } },
    { INT32_MAX,
      70,
      { "浩宇轩梓泽沐辰子睿博文奕皓晨俊熙煜铭嘉霖昊天佑恩宸瑞一诺航逸安明远景",
        "梓涵欣怡诗语雨桐可馨一诺依沐汐若妍子萱思彤佳悦心玥婉清晴瑾安然芮希安柠" } },
};

enum { RUNE_BYTES = 3 };
static void add_rune(sample_dice *dice, const char *characters, char **at)
{
    int32_t count = (int32_t)strlen(characters) / RUNE_BYTES;
    memcpy(*at, characters + RUNE_BYTES * sample_below(dice, count), RUNE_BYTES);
    *at += RUNE_BYTES;
}

void sample_name_make(sample_dice *dice, size_t surname, sample_sex sex, int32_t birth_year,
                      char name[20])
{
    const fashion *f = FASHIONS;
    while (birth_year >= f->until_year)
        f++;
    size_t size = strlen(SURNAMES[surname].surname);
    memcpy(name, SURNAMES[surname].surname, size);
    char *at = name + size;
    if (!sample_chance(dice, f->single_permille)) add_rune(dice, f->characters[sex], &at);
    add_rune(dice, f->characters[sex], &at);
    *at = '\0';
}

/* Pairs that clerks take for one another, of one form or one sound. */
static const char *const ALIKE[][2] = {
    { "玲", "铃" }, { "辉", "晖" }, { "杨", "扬" }, { "晴", "睛" }, { "侯", "候" }, { "傅", "付" },
    { "阎", "闫" }, { "肖", "萧" }, { "国", "囯" }, { "华", "桦" }, { "玉", "王" }, { "王", "玉" },
    { "文", "纹" }, { "博", "搏" }, { "宇", "字" }, { "浩", "皓" }, { "俊", "峻" }, { "丽", "莉" },
    { "芳", "方" }, { "英", "瑛" }, { "志", "智" }, { "建", "健" }, { "明", "朋" }, { "平", "萍" },
    { "秀", "绣" }, { "桂", "贵" }, { "金", "全" }, { "兰", "蓝" }, { "凤", "风" }, { "梅", "海" },
    { "伟", "玮" }, { "强", "強" }, { "涵", "函" }, { "怡", "恰" }, { "梓", "锌" }, { "轩", "軒" },
    { "欣", "新" }, { "佳", "隹" }, { "春", "舂" }, { "永", "水" }, { "德", "得" }, { "李", "季" },
    { "张", "章" }, { "陈", "阵" }, { "徐", "除" }, { "赵", "超" }, { "吴", "昊" }, { "子", "孑" },
};

bool sample_name_blur(sample_dice *dice, const char *name, char blurred[28])
{
    size_t size = strlen(name), begin = (size_t)sample_below(dice, (int32_t)ARRAY_COUNT(ALIKE));
    for (size_t i = 0; i < ARRAY_COUNT(ALIKE); i++) {
        const char *const *pair = ALIKE[(begin + i) % ARRAY_COUNT(ALIKE)];
        const char *found = strstr(name, pair[0]);
        if (!found) continue;
        memcpy(blurred, name, size + 1);
        memcpy(blurred + (found - name), pair[1], RUNE_BYTES);
        return true;
    }
    return false;
}
