/* Employers: few large ones and very many small ones. A worker draws a place among all places for
 * staff, so that the people found with an employer scatter about the staff it reports. */
#include <stdio.h>
#include <string.h>

#include "sample/sample_internal.h"

enum {
    PEOPLE_AN_ENTERPRISE = 110, /* people of the county for one employer */
    PEOPLE_A_BODY = 1500,
    STAFF_PERMILLE = 111,      /* of the people work for an enterprise here */
    BODY_STAFF_PERMILLE = 26,  /* and for a public body */
    LARGE_PERMILLE = 3,        /* of the employers have hundreds of staff */
    HIDES_STAFF_PERMILLE = 30, /* employers that do not insure all */
};

typedef struct {
    const char *trade;      /* as packs/china/injury-contributions.md */
    const char *size_trade; /* as packs/china/enterprise-size.md; "" for bodies it does not class */
    const char *word;       /* in the name */
    uint16_t share;         /* of a thousand employers */
    uint16_t revenue_a_head, assets_a_head; /* thousand yuan */
} trade;
static const trade TRADES[] = {
    { "批发零售", "批发业", "商贸", 130, 1200, 500 },
    { "批发零售", "零售业", "百货", 140, 500, 200 },
    { "住宿餐饮", "餐饮业", "餐饮", 90, 180, 90 },
    { "住宿餐饮", "住宿业", "酒店", 25, 160, 400 },
    { "食品纺织电子", "工业", "食品", 60, 700, 500 },
    { "食品纺织电子", "工业", "制衣", 70, 350, 200 },
    { "食品纺织电子", "工业", "电子", 40, 800, 600 },
    { "机械汽车", "工业", "机械", 60, 750, 700 },
    { "医药", "工业", "药业", 8, 1100, 1200 },
    { "化工", "工业", "化工", 15, 1500, 1300 },
    { "非金属矿物制品", "工业", "建材", 25, 900, 900 },
    { "煤炭开采", "工业", "煤业", 3, 900, 1500 },
    { "金属和非金属矿采选", "工业", "矿业", 4, 900, 1400 },
    { "电力", "工业", "电力", 5, 2000, 5000 },
    { "房屋和土木建筑", "建筑业", "建设", 55, 600, 400 },
    { "建筑安装装饰", "建筑业", "装饰", 45, 400, 200 },
    { "道路水上运输", "交通运输业", "运输", 40, 450, 500 },
    { "物流仓储邮政", "仓储业", "物流", 25, 500, 400 },
    { "房地产", "房地产开发经营", "置业", 12, 3000, 15000 },
    { "物业和公共设施", "物业管理", "物业", 25, 120, 60 },
    { "软件和金融", "软件和信息技术服务业", "科技", 40, 500, 300 },
    { "农牧", "农林牧渔业", "农业", 50, 300, 300 },
    { "林业", "农林牧渔业", "林业", 6, 250, 400 },
    { "教育卫生", "", "教育", 27, 200, 200 },
};
enum { TRADES_TOTAL = 1000 };

static const struct {
    const char *word;
    uint8_t kind;
} BODIES[] = {
    { "教育局", SAMPLE_GOVERNMENT },    { "第一中学", SAMPLE_INSTITUTION },
    { "人民医院", SAMPLE_INSTITUTION }, { "公安局", SAMPLE_GOVERNMENT },
    { "实验小学", SAMPLE_INSTITUTION }, { "财政局", SAMPLE_GOVERNMENT },
    { "中医院", SAMPLE_INSTITUTION },   { "民政局", SAMPLE_GOVERNMENT },
    { "中心小学", SAMPLE_INSTITUTION }, { "卫生院", SAMPLE_INSTITUTION },
    { "职业学校", SAMPLE_INSTITUTION }, { "镇人民政府", SAMPLE_GOVERNMENT },
};

/* Staff of one employer in sixteen, before scaling: half have at most four. */
static const uint16_t STAFF[16] = { 1, 1, 2, 2, 3, 3, 4, 4, 6, 7, 9, 12, 17, 28, 60, 160 };
static const uint16_t BODY_STAFF[16] = { 8,  12, 15, 18, 22, 25, 30,  34,
                                         38, 44, 50, 60, 75, 95, 130, 260 };

static bool is_public_id(const sample_county *county, int64_t employer_id)
{
    return employer_id <= county->public_count;
}

/* Places before scaling; now and then one is much larger, as in large counties. */
static uint32_t weight_of(const sample_county *county, int64_t employer_id)
{
    sample_dice dice = sample_dice_for(county->options.seed, SAMPLE_FOR_EMPLOYER, employer_id);
    const uint16_t *staff = is_public_id(county, employer_id) ? BODY_STAFF : STAFF;
    uint32_t weight = staff[sample_below(&dice, 16)] * (uint32_t)(750 + sample_below(&dice, 500));
    return sample_chance(&dice, LARGE_PERMILLE) ? 1000 * (uint32_t)(400 + sample_below(&dice, 1600))
                                                : weight;
}

/* Scales the weights of employers from..until to `staff` places in all; each has one at least. */
static uint32_t fill_places(sample_county *c, int64_t from, int64_t until, int64_t staff,
                            uint32_t at)
{
    uint64_t total = 0;
    for (int64_t id = from; id < until; id++)
        total += weight_of(c, id);
    for (int64_t id = from; id < until; id++) {
        uint32_t places = (uint32_t)(weight_of(c, id) * (uint64_t)staff / total);
        at += places ? places : 1;
        c->place_until[id] = at;
    }
    return at;
}

void sample_employers_open(arena *process, sample_county *c)
{
    c->public_count = 6 + c->options.size / PEOPLE_A_BODY;
    c->employer_count = c->public_count + 8 + c->options.size / PEOPLE_AN_ENTERPRISE;
    c->place_until = ARENA_ARRAY(process, uint32_t, c->employer_count + 1);
    uint32_t places =
        fill_places(c, 1, c->public_count + 1, c->options.size * BODY_STAFF_PERMILLE / 1000, 0);
    places = fill_places(c, c->public_count + 1, c->employer_count + 1,
                         c->options.size * STAFF_PERMILLE / 1000, places);
    while ((places >> c->guide_shift) > (uint32_t)c->employer_count)
        c->guide_shift++;
    uint32_t count = (places >> c->guide_shift) + 1;
    c->guide = ARENA_ARRAY(process, uint32_t, count);
    uint32_t id = 1;
    for (uint32_t i = 0; i < count; i++) {
        while (id < (uint32_t)c->employer_count && c->place_until[id] <= (i << c->guide_shift))
            id++;
        c->guide[i] = id;
    }
}

int64_t sample_employer_draw(const sample_county *c, sample_dice *dice, bool is_public)
{
    uint32_t public_places = c->place_until[c->public_count];
    uint32_t from = is_public ? 0 : public_places;
    uint32_t until = is_public ? public_places : c->place_until[c->employer_count];
    uint32_t place = from + (uint32_t)sample_below(dice, (int32_t)(until - from));
    uint32_t id = c->guide[place >> c->guide_shift];
    while (c->place_until[id] <= place)
        id++;
    return id;
}

int64_t sample_employer_count(const sample_county *county)
{
    return county->employer_count;
}

void sample_employers_measure(arena *process, sample_county *c)
{
    arena *scratch = arena_open();
    sample_maker *maker = sample_maker_open(scratch, c);
    uint32_t *insured = ARENA_ARRAY(process, uint32_t, c->employer_count + 1);
    for (int64_t block = 0; block < c->block_count; block++) {
        const sample_block *b = sample_make(maker, block);
        for (size_t i = 0; i < b->enrolment_count; i++) {
            const sample_enrolment *e = &b->enrolments[i];
            insured[e->employer_id] += e->scheme == SAMPLE_INJURY && e->until_month == SAMPLE_OPEN;
        }
    }
    c->insured = insured;
    arena_close(scratch);
}

static sample_employer_kind kind_of(const sample_county *c, int64_t id, int64_t staff,
                                    sample_dice *dice)
{
    if (is_public_id(c, id))
        return (sample_employer_kind)BODIES[(size_t)(id - 1) % ARRAY_COUNT(BODIES)].kind;
    return staff <= 3 && sample_chance(dice, 600) ? SAMPLE_SOLE_TRADER : SAMPLE_ENTERPRISE;
}

/* Officials of the government itself are not insured against unemployment. */
bool sample_employer_insures_unemployment(const sample_county *c, int64_t id)
{
    return !is_public_id(c, id) ||
           BODIES[(size_t)(id - 1) % ARRAY_COUNT(BODIES)].kind != SAMPLE_GOVERNMENT;
}

static void name_body(const sample_county *c, sample_employer *e)
{
    size_t count = ARRAY_COUNT(BODIES), row = (size_t)(e->employer_id - 1);
    const char *word = BODIES[row % count].word;
    if (row < count) snprintf(e->name, sizeof e->name, "示例县%s", word);
    else
        snprintf(e->name, sizeof e->name, "示例县%s%s（%d）", sample_region_at(c, e->region).name,
                 word, (int)(row / count));
    bool is_office = e->kind == SAMPLE_GOVERNMENT;
    snprintf(e->trade, sizeof e->trade, "%s", is_office ? "机关社团" : "教育卫生");
    e->revenue_fen = e->staff * 12000000;
    e->assets_fen = e->staff * 30000000;
}

static void name_firm(sample_employer *e, sample_dice *dice)
{
    static const char *const FIRST[] = {
        "鑫", "恒", "华", "盛", "金", "隆", "宏", "瑞", "兴", "德",
        "安", "泰", "福", "嘉", "万", "众", "永", "东", "新", "天"
    };
    static const char *const SECOND[] = { "源", "达", "泰", "丰", "茂", "顺", "昌",
                                          "和", "诚", "利", "宇", "通", "远", "康",
                                          "航", "成", "旺", "盈", "美", "信" };
    int32_t at = sample_below(dice, TRADES_TOTAL);
    const trade *t = TRADES;
    while (at >= t->share)
        at -= (t++)->share;
    snprintf(e->name, sizeof e->name, "示例县%s%s%s%s", FIRST[sample_below(dice, 20)],
             SECOND[sample_below(dice, 20)], t->word,
             e->kind == SAMPLE_SOLE_TRADER ? "经营部" : "有限公司");
    snprintf(e->trade, sizeof e->trade, "%s", t->trade);
    snprintf(e->size_trade, sizeof e->size_trade, "%s", t->size_trade);
    e->revenue_fen = e->staff * t->revenue_a_head * (400 + sample_below(dice, 1200)) * 100;
    e->assets_fen = e->staff * t->assets_a_head * (400 + sample_below(dice, 1200)) * 100;
}

sample_employer sample_employer_at(const sample_county *c, int64_t id)
{
    sample_employer e = { .employer_id = id };
    sample_dice dice = sample_dice_for(c->options.seed ^ 1, SAMPLE_FOR_EMPLOYER, id);
    int64_t places = (int64_t)c->place_until[id] - c->place_until[id - 1];
    e.kind = (uint8_t)kind_of(c, id, places, &dice);
    bool hides = !is_public_id(c, id) && sample_chance(&dice, HIDES_STAFF_PERMILLE);
    int64_t insured = c->insured ? c->insured[id] : places;
    e.hidden_staff = hides ? 1 + insured * 3 / 10 : 0;
    e.staff = insured + e.hidden_staff;
    e.region = 1 + c->township_count + sample_below(&dice, c->village_count);
    e.founded_month =
        c->options.as_of_month - 24 - sample_below(&dice, is_public_id(c, id) ? 600 : 280);
    sample_uscc(id, (sample_employer_kind)e.kind, e.uscc);
    if (is_public_id(c, id)) name_body(c, &e);
    else name_firm(&e, &dice);
    return e;
}
