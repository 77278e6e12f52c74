/* The county's tree: townships and their villages. Codes are built as the statistical ones are:
 * county 6 digits, township 3 (streets from 001, towns from 100, others from 200), village 3
 * (neighbourhoods from 001, villages from 200). */
#include <stdio.h>
#include <string.h>

#include "sample/sample_internal.h"

enum {
    URBAN_PERMILLE = 450, /* of the villages; urbanisation of a county, not of the country */
    VILLAGES_A_TOWNSHIP = 20,
    BLOCKS_A_VILLAGE = 2, /* 1,460 people */
    LARGE_BLOCKS = 40,    /* below it, a village a block, so that small counties have some */
    TOWNSHIPS_MAX = 400,
};

void sample_regions_open(sample_county *county)
{
    county->blocks_per_village = county->block_count < LARGE_BLOCKS ? 1 : BLOCKS_A_VILLAGE;
    county->village_count = (int32_t)((county->block_count + county->blocks_per_village - 1) /
                                      county->blocks_per_village);
    county->urban_village_count = county->village_count * URBAN_PERMILLE / 1000;
    int32_t rural = county->village_count - county->urban_village_count;
    int32_t urban_townships =
        (county->urban_village_count + VILLAGES_A_TOWNSHIP - 1) / VILLAGES_A_TOWNSHIP;
    county->urban_township_count = urban_townships;
    county->township_count =
        urban_townships + (rural + VILLAGES_A_TOWNSHIP - 1) / VILLAGES_A_TOWNSHIP;
}

int32_t sample_region_count(const sample_county *county)
{
    return 1 + county->township_count + county->village_count;
}

int32_t sample_region_of_block(const sample_county *county, int64_t block)
{
    return 1 + county->township_count + (int32_t)(block / county->blocks_per_village);
}

bool sample_region_is_urban(const sample_county *county, int32_t region)
{
    int32_t township = region - 1, village = township - county->township_count;
    if (region == 0) return false;
    return village >= 0 ? village < county->urban_village_count
                        : township < county->urban_township_count;
}

static const char *const TOWN_NAMES[] = { "青山", "柳河", "石桥", "白水", "太平", "东风", "清泉",
                                          "龙潭", "双河", "长岭", "金沙", "大坪", "红旗", "桃园",
                                          "高桥", "平安", "新民", "古城", "三合", "银杏" };
static const char *const TOWN_BEFORE[] = { "",   "上", "下", "东", "西", "南", "北",
                                           "新", "老", "大", "小", "前", "后", "中",
                                           "内", "外", "左", "右", "里", "头" };
static const char *const QUARTER_NAMES[] = { "向阳", "和平", "建设", "光明", "解放", "人民", "文化",
                                             "滨河", "花园", "车站", "城北", "城南", "东门", "西门",
                                             "新村", "学府", "锦绣", "富民", "幸福", "团结" };
static const char *const VILLAGE_ENDS[] = { "家村", "家庄", "家沟", "家湾",
                                            "家坪", "家店", "家岭", "家坝" };

/* Names of townships differ; those of villages differ within a township. */
static void name_township(sample_region *r, int32_t township, bool is_first)
{
    int32_t count = (int32_t)ARRAY_COUNT(TOWN_NAMES);
    if (is_first) snprintf(r->name, sizeof r->name, "城关镇");
    else
        snprintf(r->name, sizeof r->name, "%s%s%s", TOWN_BEFORE[township / count % count],
                 TOWN_NAMES[township % count],
                 r->is_urban    ? "街道"
                 : township % 3 ? "镇"
                                : "乡");
}

static void name_village(const sample_county *county, sample_region *r, int32_t order)
{
    sample_dice dice = sample_dice_for(county->options.seed, SAMPLE_FOR_REGION, -r->parent);
    int32_t turn = sample_below(&dice, 1000);
    if (r->is_urban)
        snprintf(r->name, sizeof r->name, "%s社区",
                 QUARTER_NAMES[(turn + order * 7) % (int32_t)ARRAY_COUNT(QUARTER_NAMES)]);
    else
        snprintf(r->name, sizeof r->name, "%s%s", sample_surname_at((size_t)(turn + order * 5)),
                 VILLAGE_ENDS[(turn + order) % (int32_t)ARRAY_COUNT(VILLAGE_ENDS)]);
}

static sample_region township_at(const sample_county *county, int32_t township)
{
    sample_region r = { .is_urban = township < county->urban_township_count };
    int32_t order = r.is_urban ? township : township - county->urban_township_count;
    int32_t street = order < 100 ? order : 300 + order; /* past 099 come new zones, from 400 */
    int32_t code = township == 0 ? 100 : r.is_urban ? street : 101 + order;
    memcpy(r.code, "590121", 6);
    sample_digits(r.code + 6, 3, code);
    name_township(&r, township, township == 0);
    return r;
}

static sample_region village_at(const sample_county *county, int32_t village)
{
    sample_region r = { .is_urban = village < county->urban_village_count };
    int32_t order = r.is_urban ? village : village - county->urban_village_count;
    int32_t township =
        order / VILLAGES_A_TOWNSHIP + (r.is_urban ? 0 : county->urban_township_count);
    order %= VILLAGES_A_TOWNSHIP;
    memcpy(r.code, township_at(county, township).code, 9);
    sample_digits(r.code + 9, 3, order + (r.is_urban ? 1 : 200));
    r.parent = 1 + township;
    name_village(county, &r, order);
    return r;
}

sample_region sample_region_at(const sample_county *county, int32_t index)
{
    if (index == 0) return (sample_region){ .code = "590121", .name = "示例县", .parent = -1 };
    if (index <= county->township_count) return township_at(county, index - 1);
    return village_at(county, index - 1 - county->township_count);
}
