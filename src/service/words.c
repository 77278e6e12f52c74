#include "service/words.h"

#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/english.h"

const err_kind COUNTY_WORD_UNKNOWN = {
    "county.word_unknown", ERR_NOT_FOUND,
    "The registry of this office has no word {}; it was made without it.",
    "本机构登记库中没有词条 {}；建库时未登记。"
};

static const county_word_row WORDS[] = {
    { "employee_pension", COUNTY_SCHEME, "employees' pension", "企业职工基本养老保险", COUNTY_WORD },
    { "public_pension", COUNTY_SCHEME, "public sector pension", "机关事业单位养老保险", COUNTY_WORD },
    { "resident_pension", COUNTY_SCHEME, "residents' pension", "城乡居民基本养老保险", COUNTY_WORD },
    { "employee_medical", COUNTY_SCHEME, "employees' medical insurance", "职工基本医疗保险", COUNTY_WORD },
    { "resident_medical", COUNTY_SCHEME, "residents' medical insurance", "城乡居民基本医疗保险", COUNTY_WORD },
    { "unemployment", COUNTY_SCHEME, "unemployment insurance", "失业保险", COUNTY_WORD },
    { "work_injury", COUNTY_SCHEME, "work injury insurance", "工伤保险", COUNTY_WORD },
    { "maternity", COUNTY_SCHEME, "maternity insurance", "生育保险", COUNTY_WORD },
    { "employee", COUNTY_STANDING, "employee", "职工", COUNTY_WORD },
    { "flexible", COUNTY_STANDING, "flexible worker", "灵活就业", COUNTY_WORD },
    { "resident", COUNTY_STANDING, "resident", "居民", COUNTY_WORD },
    { "retired", COUNTY_STANDING, "retired", "退休", COUNTY_WORD },
    { "paid", COUNTY_MONTHS, "paid", "实际缴费", COUNTY_WORD },
    { "deemed", COUNTY_MONTHS, "deemed", "视同缴费", COUNTY_WORD },
    { "employee_pension", COUNTY_BENEFIT, "employees' pension", "企业职工基本养老金", COUNTY_WORD },
    { "public_pension", COUNTY_BENEFIT, "public sector pension", "机关事业单位养老金", COUNTY_WORD },
    { "resident_pension", COUNTY_BENEFIT, "residents' pension", "城乡居民养老金", COUNTY_WORD },
    { "survivor", COUNTY_BENEFIT, "survivor's benefit", "遗属生活补助", COUNTY_WORD },
    { "unemployment", COUNTY_BENEFIT, "unemployment benefit", "失业保险金", COUNTY_WORD },
    { "survivor_grant", COUNTY_BENEFIT, "funeral grant and survivors' sum", "丧葬补助金和抚恤金", COUNTY_WORD },
    { "account_inherited", COUNTY_BENEFIT, "balance of the account, to heirs", "个人账户余额继承", COUNTY_WORD },
    { "resident_account_inherited", COUNTY_BENEFIT, "balance of a resident's account, to heirs", "居民个人账户余额继承", COUNTY_WORD },
    { "injury_lump", COUNTY_BENEFIT, "work injury, lump sum", "一次性伤残补助金", COUNTY_WORD },
    { "injury_allowance", COUNTY_BENEFIT, "work injury, allowance", "伤残津贴", COUNTY_WORD },
    { "injury_nursing", COUNTY_BENEFIT, "work injury, nursing", "生活护理费", COUNTY_WORD },
    { "injury_death", COUNTY_BENEFIT, "death by work injury", "工亡补助金", COUNTY_WORD },
    { "injury_dependant", COUNTY_BENEFIT, "pension of a dependant", "供养亲属抚恤金", COUNTY_WORD },
    { "maternity_allowance", COUNTY_BENEFIT, "maternity allowance", "生育津贴", COUNTY_WORD },
    { "refund", COUNTY_BENEFIT, "refund of contributions", "退费", COUNTY_WORD },
    { "stay_job", COUNTY_BENEFIT, "job-stabilisation refund", "稳岗返还", COUNTY_WORD },
    { "minimum_living", COUNTY_BENEFIT, "minimum living", "最低生活保障金", COUNTY_WORD },
    { "destitute_support", COUNTY_BENEFIT, "support of the destitute", "特困人员供养金", COUNTY_WORD },
    { "elder_allowance", COUNTY_BENEFIT, "allowance for the very old", "高龄津贴", COUNTY_WORD },
    { "disability_allowance", COUNTY_BENEFIT, "disability allowances", "残疾人两项补贴", COUNTY_WORD },
    { "child_support", COUNTY_BENEFIT, "support of orphans", "儿童基本生活费", COUNTY_WORD },
    { "education_aid", COUNTY_BENEFIT, "education aid", "助学金", COUNTY_WORD },
    { "person.category", COUNTY_ATTRIBUTE, "retirement category", "退休类别", COUNTY_WORD },
    { "person.death_day", COUNTY_ATTRIBUTE, "date of death", "死亡日期", COUNTY_DAY },
    { "person.death_known_day", COUNTY_ATTRIBUTE, "death reported on", "死亡信息收到日", COUNTY_DAY },
    { "person.in_prison", COUNTY_ATTRIBUTE, "in prison", "服刑中", COUNTY_YES },
    { "person.is_local", COUNTY_ATTRIBUTE, "registered here", "本地户籍", COUNTY_YES },
    { "person.is_poor", COUNTY_ATTRIBUTE, "poor", "困难老人", COUNTY_YES },
    { "person.is_student", COUNTY_ATTRIBUTE, "student", "在校学生", COUNTY_YES },
    { "person.permit", COUNTY_ATTRIBUTE, "residence permit", "居住证", COUNTY_YES },
    { "person.group", COUNTY_ATTRIBUTE, "special group", "困难群体", COUNTY_WORD },
    { "care.level", COUNTY_ATTRIBUTE, "need of care", "自理程度", COUNTY_WORD },
    { "disability.kind", COUNTY_ATTRIBUTE, "kind of disability", "残疾种类", COUNTY_WORD },
    { "disability.grade", COUNTY_ATTRIBUTE, "grade of disability", "残疾级别", COUNTY_COUNT },
    { "disability.hardship", COUNTY_ATTRIBUTE, "hardship of the family", "家庭困难程度", COUNTY_WORD },
    { "disability.needs_care", COUNTY_ATTRIBUTE, "needs long-term care", "需长期照护", COUNTY_YES },
    { "disability.is_destitute", COUNTY_ATTRIBUTE, "on destitute support", "已纳入特困供养", COUNTY_YES },
    { "disability.has_nursing_fee", COUNTY_ATTRIBUTE, "draws a nursing fee", "已领工伤护理费", COUNTY_YES },
    { "flexible.ratio", COUNTY_ATTRIBUTE, "chosen base by average wage", "所选基数比例", COUNTY_RATE },
    { "flexible.frequency", COUNTY_ATTRIBUTE, "how often they pay", "缴费频次", COUNTY_WORD },
    { "resident.group", COUNTY_ATTRIBUTE, "group paid for", "代缴群体", COUNTY_WORD },
    { "resident.collective", COUNTY_ATTRIBUTE, "collective help", "集体补助", COUNTY_FEN },
    { "public.full_budget", COUNTY_ATTRIBUTE, "paid by the budget", "财政全额供款", COUNTY_YES },
    { "pension.work_began", COUNTY_ATTRIBUTE, "first day of work", "参加工作日", COUNTY_DAY },
    { "pension.retired_on", COUNTY_ATTRIBUTE, "day of retirement", "办理退休日", COUNTY_DAY },
    { "pension.unit", COUNTY_ATTRIBUTE, "retired from", "退休单位类型", COUNTY_WORD },
    { "pension.was_farmer", COUNTY_ATTRIBUTE, "farmer turned worker", "农转工", COUNTY_YES },
    { "pension.months_counted", COUNTY_ATTRIBUTE, "months counted at retirement", "退休缴费月数", COUNTY_COUNT },
    { "person.chosen_month", COUNTY_ATTRIBUTE, "retirement month chosen", "选择退休月", COUNTY_MONTH },
    { "person.deemed_index", COUNTY_ATTRIBUTE, "deemed index, by 1,000,000", "视同缴费指数（百万分之一）", COUNTY_COUNT },
    { "person.status", COUNTY_ATTRIBUTE, "active or retired at death", "死亡时状态", COUNTY_WORD },
    { "pension.months_drawn", COUNTY_ATTRIBUTE, "months of pension drawn before", "建库前已领养老金月数", COUNTY_COUNT },
    { "survivor.other_grant", COUNTY_ATTRIBUTE, "another funeral grant drawn", "已领其他丧葬补助", COUNTY_YES },
    { "unemployment.since", COUNTY_ATTRIBUTE, "out of work since", "失业登记日", COUNTY_DAY },
    { "unemployment.months", COUNTY_ATTRIBUTE, "months of unemployment insurance", "失业保险缴费月数", COUNTY_COUNT },
    { "injury.graded_on", COUNTY_ATTRIBUTE, "grade determined on", "伤残鉴定日", COUNTY_DAY },
    { "injury.grade", COUNTY_ATTRIBUTE, "grade of disability by injury", "工伤伤残等级", COUNTY_COUNT },
    { "injury.wage", COUNTY_ATTRIBUTE, "average contribution wage of 12 months", "工伤前月均缴费工资", COUNTY_FEN },
    { "injury.nursing", COUNTY_ATTRIBUTE, "need of nursing by injury", "工伤自理程度", COUNTY_WORD },
    { "injury.died_on", COUNTY_ATTRIBUTE, "died of work on", "工亡日", COUNTY_DAY },
    { "dependant.of", COUNTY_ATTRIBUTE, "dependant of (person)", "供养人编号", COUNTY_COUNT },
    { "dependant.relation", COUNTY_ATTRIBUTE, "relation to the deceased", "与工亡职工关系", COUNTY_WORD },
    { "dependant.alone", COUNTY_ATTRIBUTE, "solitary or orphan", "孤寡老人或孤儿", COUNTY_YES },
    { "dependant.remarried", COUNTY_ATTRIBUTE, "has married again", "已再婚", COUNTY_YES },
    { "maternity.day", COUNTY_ATTRIBUTE, "day of birth given", "分娩日", COUNTY_DAY },
    { "maternity.babies", COUNTY_ATTRIBUTE, "babies", "婴儿数", COUNTY_COUNT },
    { "maternity.dystocia", COUNTY_ATTRIBUTE, "dystocia", "难产", COUNTY_YES },
    { "maternity.employer_wage", COUNTY_ATTRIBUTE, "employer's average monthly wage", "单位上年月平均工资", COUNTY_FEN },
    { "child.kind", COUNTY_ATTRIBUTE, "orphan or without support", "保障儿童类别", COUNTY_WORD },
    { "child.home", COUNTY_ATTRIBUTE, "where the child lives", "养育方式", COUNTY_WORD },
    { "child.aid", COUNTY_ATTRIBUTE, "aid the child has already", "儿童已领救助月额", COUNTY_FEN },
    { "destitute.no_income", COUNTY_ATTRIBUTE, "without income", "无生活来源", COUNTY_YES },
    { "destitute.no_support", COUNTY_ATTRIBUTE, "nobody bound and able to support", "无扶养义务人", COUNTY_YES },
    { "destitute.form", COUNTY_ATTRIBUTE, "form of support", "供养方式", COUNTY_WORD },
    { "destitute.disability", COUNTY_ATTRIBUTE, "disability that counts", "供养残疾类别", COUNTY_WORD },
    { "destitute.disability_grade", COUNTY_ATTRIBUTE, "its grade", "供养残疾等级", COUNTY_COUNT },
    { "education.term_day", COUNTY_ATTRIBUTE, "first day of the school year", "学年开始日", COUNTY_DAY },
    { "education.stage", COUNTY_ATTRIBUTE, "stage of education", "就读学段", COUNTY_WORD },
    { "education.hardship", COUNTY_ATTRIBUTE, "hardship of the student", "助学类别", COUNTY_WORD },
    { "unemployment.months_left", COUNTY_ATTRIBUTE, "months left from before", "前次未领月数", COUNTY_COUNT },
    { "unemployment.months_drawn", COUNTY_ATTRIBUTE, "months drawn", "已领失业金月数", COUNTY_COUNT },
    { "unemployment.involuntary", COUNTY_ATTRIBUTE, "involuntary", "非本人意愿中断就业", COUNTY_YES },
    { "unemployment.is_seeking", COUNTY_ATTRIBUTE, "registered as seeking work", "已登记求职", COUNTY_YES },
    { "unemployment.still_out", COUNTY_ATTRIBUTE, "still out of work", "仍未就业", COUNTY_YES },
    { "household.income", COUNTY_ATTRIBUTE, "monthly income", "家庭月收入", COUNTY_FEN },
    { "household.members", COUNTY_ATTRIBUTE, "members", "共同生活人口", COUNTY_COUNT },
    { "household.property_fits", COUNTY_ATTRIBUTE, "property within the rules", "家庭财产符合规定", COUNTY_YES },
    { "household.group", COUNTY_ATTRIBUTE, "kind of hardship", "家庭困难类别", COUNTY_WORD },
    { "employer.size_trade", COUNTY_ATTRIBUTE, "trade for size", "划型行业", COUNTY_WORD },
    { "employer.staff", COUNTY_ATTRIBUTE, "staff reported", "从业人数", COUNTY_COUNT },
    { "employer.revenue", COUNTY_ATTRIBUTE, "revenue of last year", "上年营业收入", COUNTY_FEN },
    { "employer.assets", COUNTY_ATTRIBUTE, "assets", "资产总额", COUNTY_FEN },
    { "employer.founded", COUNTY_ATTRIBUTE, "founded in", "成立月份", COUNTY_MONTH },
    { "employer.injury_step", COUNTY_ATTRIBUTE, "floating step of the injury rate", "工伤浮动档", COUNTY_RATE },
    { "employer.is_small", COUNTY_ATTRIBUTE, "small or micro enterprise", "属小微单位", COUNTY_YES },
    { "employer.closed_day", COUNTY_ATTRIBUTE, "deregistered on", "单位注销日", COUNTY_DAY },
    { "employer.declared_month", COUNTY_ATTRIBUTE, "last month declared", "最近申报月", COUNTY_MONTH },
    { "employer.stay_size", COUNTY_ATTRIBUTE, "size for the refund", "稳岗返还规模", COUNTY_WORD },
    { "employer.layoff_rate", COUNTY_ATTRIBUTE, "lay-off rate of last year", "上年裁员率", COUNTY_RATE },
    { "employer.is_dishonest", COUNTY_ATTRIBUTE, "on the list of serious breach", "严重失信", COUNTY_YES },
    { "person.is_taxed", COUNTY_ATTRIBUTE, "has a tax record", "本人有个税记录", COUNTY_YES },
    { "lapse", COUNTY_REASON, "not certified", "未通过资格认证", COUNTY_WORD },
    { "contact", COUNTY_REASON, "cannot be reached", "失去联系、账户待核", COUNTY_WORD },
    { "prison", COUNTY_REASON, "in prison", "服刑羁押", COUNTY_WORD },
    { "death", COUNTY_REASON, "died", "死亡", COUNTY_WORD },
    { "by_rule", COUNTY_REASON, "by the rule, without being asked for", "免申即享", COUNTY_WORD },
    { "over_paid", COUNTY_REASON, "paid too much", "多缴", COUNTY_WORD },
    { "not_insurable", COUNTY_REASON, "should not have been insured", "不应参保", COUNTY_WORD },
    { "paid_twice", COUNTY_REASON, "contributed twice", "重复缴费", COUNTY_WORD },
    { "after_death", COUNTY_REASON, "contributed after death", "死亡后缴费", COUNTY_WORD },
    { "reinstated", COUNTY_REASON, "stop taken back", "撤销停发", COUNTY_WORD },
    { "other_pension", COUNTY_REASON, "draws another pension", "已领取其他养老待遇", COUNTY_WORD },
    { "moved", COUNTY_REASON, "moved to another place", "待遇领取地转出", COUNTY_WORD },
    { "no_title", COUNTY_REASON, "never entitled", "不符合领取条件", COUNTY_WORD },
    { "unpaid", COUNTY_REASON, "not paid by its run", "当月未发", COUNTY_WORD },
    { "not_due", COUNTY_REASON, "no longer due", "不再符合领取条件", COUNTY_WORD },
    { "ended", COUNTY_REASON, "what it was paid for has ended", "据以发放的情形已终止", COUNTY_WORD },
    { "replaced", COUNTY_REASON, "another benefit stands in its place", "改领其他待遇", COUNTY_WORD },
    { "wrong_number", COUNTY_REASON, "the citizen number cannot be right", "证件号码有误", COUNTY_WORD },
    { "duplicate_number", COUNTY_REASON, "two people with one citizen number", "证件号码重复", COUNTY_WORD },
};

const county_word_row *county_words(size_t *count)
{
    *count = ARRAY_COUNT(WORDS);
    return WORDS;
}

const county_word_row *county_word_row_of(county_word_kind kind, text said)
{
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (WORDS[i].kind == kind && (text_equal_cstr(said, WORDS[i].name) || text_equal_cstr(said, WORDS[i].zh) ||
                                      text_equal_cstr(said, WORDS[i].en)))
            return &WORDS[i];
    return NULL;
}

text county_word_shown(const county *office, text word)
{
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (text_equal_cstr(word, WORDS[i].name))
            return text_of(service_say(office->call, WORDS[i].en, WORDS[i].zh));
    return word;
}

const char *county_word_detail(arena *a, text word)
{
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (text_equal_cstr(word, WORDS[i].name)) return text_format(a, ERR_SAID("%s", "%s"), WORDS[i].en, WORDS[i].zh).bytes;
    return text_cstr(a, word);
}

/* ---- values of attributes ---- */

static county_unit unit_of(text name)
{
    const county_word_row *row = county_word_row_of(COUNTY_ATTRIBUTE, name);
    return row ? row->unit : COUNTY_COUNT;
}

text county_word_value(const county *office, text name, int64_t value)
{
    enum { RATE_DECIMALS = 6 }; /* of a hundredth: rates are kept by 10^8 */
    arena *a = office->call->request;
    char digits[CODEC_SCALED_BYTES], printed[CALENDAR_PRINT_BYTES];
    switch (unit_of(name)) {
    case COUNTY_YES: return text_of(value ? service_say(office->call, "yes", "是") : service_say(office->call, "no", "否"));
    case COUNTY_DAY:
        if (!calendar_is_day(value)) break;
        calendar_print_day((int32_t)value, printed);
        return text_copy(a, text_of(printed));
    case COUNTY_MONTH:
        if (!calendar_is_month(value)) break;
        calendar_print_month((int32_t)value, printed);
        return text_copy(a, text_of(printed));
    case COUNTY_FEN: return text_copy(a, (text){ digits, codec_print_scaled(value, 2, digits) });
    case COUNTY_RATE: {
        size_t size = codec_print_scaled(value, RATE_DECIMALS, digits);
        while (size && digits[size - 1] == '0') size--;
        if (size && digits[size - 1] == '.') size--;
        return text_format(a, "%.*s%%", (int)size, digits);
    }
    default: break;
    }
    return text_format(a, "%lld", (long long)value);
}

/* ---- ids ---- */

struct county_word_cache {
    hash_map *place;
    struct { int64_t id; text word; } *items;
    size_t count, capacity;
    english_words english;
    bool has_english;
};

static void keep(county *office, text word, int64_t id)
{
    struct county_word_cache *c = office->words;
    hash_map_put(c->place, word, c->count);
    if (c->count == c->capacity)
        c->items = arena_grow(office->memory, c->items, &c->capacity, sizeof *c->items);
    c->items[c->count].id = id;
    c->items[c->count++].word = word;
}

static struct county_word_cache *cache_of(county *office)
{
    if (!office->words) {
        office->words = ARENA_NEW(office->memory, struct county_word_cache);
        office->words->place = hash_map_open(office->memory);
    }
    return office->words;
}

/* Where the packs cannot be read the word is said as it is kept: nobody's record waits for its English. */
text county_word_said(county *office, text word)
{
    text shown = county_word_shown(office, word);
    struct county_word_cache *c = cache_of(office);
    if (office->call->is_chinese || !word.size_bytes || !text_equal(shown, word)) return shown;
    if (!c->has_english && english_open_words(office->call, office->memory, &c->english).kind) c->english = (english_words){ 0 };
    c->has_english = true;
    return english_of(&c->english, word);
}

err county_word_of(county *office, text word, int64_t *id)
{
    struct county_word_cache *c = cache_of(office);
    registry *people;
    size_t known = hash_map_get(c->place, word);
    *id = known == SIZE_MAX ? 0 : c->items[known].id;
    if (*id) return ERR_NONE;
    TRY(county_people(office, &people));
    TRY(registry_word_find(people, word, id));
    text kept = text_copy(office->memory, word);
    if (!*id) {
        if (office->need == COUNTY_READ || !store_is_in_transaction(office->db))
            return err_of(&COUNTY_WORD_UNKNOWN, kept.bytes);
        registry_act act = { .known_ms = office->now_ms, .actor_id = office->actor_id,
                             .why = TEXT("words") };
        TRY(registry_word_add(people, &act, word, id));
    }
    keep(office, kept, *id);
    return ERR_NONE;
}

err county_word(county *office, const char *name, int64_t *id)
{
    return county_word_of(office, text_of(name), id);
}

err county_word_text(county *office, int64_t id, text *word)
{
    struct county_word_cache *c = cache_of(office);
    registry *people;
    *word = TEXT_NONE;
    if (!id) return ERR_NONE;
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].id == id) {
            *word = c->items[i].word;
            return ERR_NONE;
        }
    TRY(county_people(office, &people));
    TRY(registry_word_read(office->memory, people, id, word));
    keep(office, *word, id);
    return ERR_NONE;
}

err county_words_add(county *office)
{
    int64_t id;
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++) TRY(county_word(office, WORDS[i].name, &id));
    return ERR_NONE;
}

/* ---- regions ---- */

/* GB/T 2260, the provinces by the paths that packs give them. */
static const struct { const char *path; int64_t code; } REGIONS[] = {
    { "中国", 0 },
    { "中国/示例省/示例市/示例县", 590121 },
    { "中国/北京市", 110000 },   { "中国/天津市", 120000 },   { "中国/河北省", 130000 },
    { "中国/山西省", 140000 },   { "中国/内蒙古自治区", 150000 }, { "中国/辽宁省", 210000 },
    { "中国/吉林省", 220000 },   { "中国/黑龙江省", 230000 }, { "中国/上海市", 310000 },
    { "中国/江苏省", 320000 },   { "中国/浙江省", 330000 },   { "中国/安徽省", 340000 },
    { "中国/福建省", 350000 },   { "中国/江西省", 360000 },   { "中国/山东省", 370000 },
    { "中国/河南省", 410000 },   { "中国/湖北省", 420000 },   { "中国/湖南省", 430000 },
    { "中国/广东省", 440000 },   { "中国/广西壮族自治区", 450000 }, { "中国/海南省", 460000 },
    { "中国/重庆市", 500000 },   { "中国/四川省", 510000 },   { "中国/贵州省", 520000 },
    { "中国/云南省", 530000 },   { "中国/西藏自治区", 540000 }, { "中国/陕西省", 610000 },
    { "中国/甘肃省", 620000 },   { "中国/青海省", 630000 },   { "中国/宁夏回族自治区", 640000 },
    { "中国/新疆维吾尔自治区", 650000 },
};

int64_t county_region_code(text path)
{
    for (size_t i = 0; i < ARRAY_COUNT(REGIONS); i++)
        if (text_equal_cstr(path, REGIONS[i].path)) return REGIONS[i].code;
    return 0;
}

text county_region_path(int64_t code)
{
    for (size_t i = 0; i < ARRAY_COUNT(REGIONS); i++)
        if (REGIONS[i].code == code) return text_of(REGIONS[i].path);
    return TEXT_NONE;
}
