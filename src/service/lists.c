#include "service/lists.h"

#include <stddef.h>
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "money/money.h"
#include "service/ledger.h"
#include "service/record_rows.h"

const err_kind LIST_BY_DUTY = {
    "list.by_duty", ERR_FORBIDDEN,
    "The list {} decides who is paid and where to; once the office has users it goes by duties of its own, and is not "
    "imported: accounts by `doudi account enter --file`.",
    "“{}”决定付给谁、付到哪里；机构设立用户后须按各自岗位职责办理，不得直接导入；收款账户请用 doudi account enter --file。"
};
const err_kind LIST_BAD_CELL = {
    "list.bad_cell", ERR_BAD_INPUT, "This cannot be read here: {}.", "此处无法识别：{}。"
};
const err_kind LIST_BAD_WORD = {
    "list.bad_word", ERR_BAD_INPUT, "This is none of the words that can stand here: {}.", "此处不能填写该内容：{}。"
};
const err_kind LIST_EMPTY_CELL = {
    "list.empty_cell", ERR_BAD_INPUT, "The cell {} must not be empty.", "“{}”不能为空。"
};
const err_kind LIST_NOBODY = {
    "list.nobody", ERR_NOT_FOUND, "There is no {} in this registry.", "登记库中没有{}。"
};

const err_kind LIST_NONE = {
    "list.none", ERR_BAD_INPUT, "There is no list of this name: {}.", "没有这种清单：{}。"
};
const err_kind LIST_NO_COLUMN = {
    "list.no_column", ERR_BAD_INPUT,
    "The file has no column {}; name another with --map COLUMN=FIELD.",
    "文件缺少“{}”列；列名不同的，请用 --map 列名=字段 指定。"
};
const err_kind LIST_NO_FIELD = {
    "list.no_field", ERR_BAD_INPUT, "This list has no such field: {}.", "该清单没有这个字段：{}。"
};
const err_kind LIST_NO_SUBJECT = {
    "list.no_subject", ERR_BAD_INPUT, "The row says neither an id nor a number: {}.", "该行既无编号也无号码：{}。"
};

/* ---- the table ---- */

#define OF(type, field) offsetof(registry_##type, field)
#define PERSON_ID     { "个人编号|人员编号|编号", "person", LIST_SUBJECT, OF(person, fact.subject_id), false, 0 }
#define PERSON_NUMBER { "证件号码|身份证号|身份证号码|公民身份号码", "citizen_number", LIST_NUMBER, OF(person, fact.subject_id), false, 0 }
#define DAYS          DAYS_OF(false)
#define DAYS_OF(is_begun) { "起始日|起始月", "from", LIST_DAY, OF(person, fact.from), is_begun, 0 }, \
                      { "截止日|截止月", "until", LIST_DAY, OF(person, fact.until), false, 0 }
#define MONTHS        { "起始月", "from", LIST_MONTH, OF(person, fact.from), true, 0 },            \
                      { "截止月", "until", LIST_MONTH, OF(person, fact.until), false, 0 }

static const list_row LISTS[] = {
    { "persons", "人员", REGISTRY_PERSON, sizeof(registry_person), false, true, {
        { "个人编号|人员编号|编号", "person", LIST_SUBJECT, OF(person, fact.subject_id), false, 0 },
        { "姓名", "name", LIST_NAME, OF(person, name), true, 0 },
        { "证件号码|身份证号|身份证号码|公民身份号码", "citizen_number", LIST_SECRET, OF(person, number), false, 0 },
        { "性别", "sex", LIST_SEX, OF(person, sex), false, 0 },
        { "出生日期", "birth_day", LIST_DAY, OF(person, birth_day), false, 0 },
        { "手机号码|电话|联系电话", "phone", LIST_SECRET, OF(person, phone), false, 0 },
        { "居住地|区划代码", "region", LIST_REGION, OF(person, region), false, 0 },
        { "户籍地", "hukou_region", LIST_REGION, OF(person, hukou_region), false, 0 },
        { "户籍性质|户口性质", "hukou_kind", LIST_OPEN_WORD, OF(person, hukou_kind), false, 0 } } },
    { "employers", "单位", REGISTRY_EMPLOYER, sizeof(registry_employer), false, true, {
        { "单位编号|编号", "employer", LIST_SUBJECT, OF(employer, fact.subject_id), false, 0 },
        { "单位名称|名称", "name", LIST_TEXT, OF(employer, name), true, 0 },
        { "统一社会信用代码|信用代码", "code", LIST_TEXT, OF(employer, code), true, 0 },
        { "区划代码|地区", "region", LIST_REGION, OF(employer, region), false, 0 },
        { "单位类型", "kind", LIST_OPEN_WORD, OF(employer, kind), false, 0 },
        { "工伤行业|行业", "trade", LIST_OPEN_WORD, OF(employer, industry), false, 0 } } },
    { "members", "家庭成员", REGISTRY_MEMBER, sizeof(registry_member), false, false, {
        PERSON_ID, PERSON_NUMBER,
        { "户编号|家庭编号", "household", LIST_ID, OF(member, household_id), true, 0 },
        { "与户主关系|关系", "relation", LIST_OPEN_WORD, OF(member, relation), false, 0 }, DAYS } },
    { "enrolments", "参保登记", REGISTRY_ENROLMENT, sizeof(registry_enrolment), false, false, {
        PERSON_ID, PERSON_NUMBER,
        { "险种", "scheme", LIST_CLOSED_WORD, OF(enrolment, scheme), true, COUNTY_SCHEME },
        { "参保身份|身份", "standing", LIST_CLOSED_WORD, OF(enrolment, standing), true, COUNTY_STANDING },
        { "单位编号|单位|统一社会信用代码", "employer", LIST_EMPLOYER, OF(enrolment, employer_id), false, 0 },
        { "参保地|区划代码", "region", LIST_REGION, OF(enrolment, region), false, 0 },
        { "申报工资|缴费基数", "wage", LIST_FEN, OF(enrolment, base_fen), false, 0 },
        { "年缴费档次|档次", "tier", LIST_FEN, OF(enrolment, tier), false, 0 }, DAYS_OF(true) } },
    { "spells", "缴费段", REGISTRY_SPELL, sizeof(registry_spell), true, false, {
        PERSON_ID, PERSON_NUMBER,
        { "险种", "scheme", LIST_CLOSED_WORD, OF(spell, scheme), true, COUNTY_SCHEME },
        { "缴费类别|类别", "months", LIST_CLOSED_WORD, OF(spell, kind), true, COUNTY_MONTHS },
        { "单位编号|单位|统一社会信用代码", "employer", LIST_EMPLOYER, OF(spell, employer_id), false, 0 },
        { "参保地|区划代码", "region", LIST_REGION, OF(spell, region), false, 0 },
        { "缴费基数", "base", LIST_FEN, OF(spell, base_fen), false, 0 }, MONTHS } },
    { "benefits", "待遇", REGISTRY_BENEFIT, sizeof(registry_benefit), true, false, {
        PERSON_ID, PERSON_NUMBER,
        { "待遇", "benefit", LIST_CLOSED_WORD, OF(benefit, benefit), true, COUNTY_BENEFIT },
        { "状态", "state", LIST_STATE, OF(benefit, state), false, 0 },
        { "月金额", "amount", LIST_FEN, OF(benefit, amount_fen), true, 0 },
        { "发放地|区划代码", "region", LIST_REGION, OF(benefit, region), false, 0 }, MONTHS } },
    { "accounts", "银行账户", REGISTRY_ACCOUNT, sizeof(registry_account), false, false, {
        PERSON_ID, PERSON_NUMBER,
        { "开户银行|银行", "bank", LIST_OPEN_WORD, OF(account, bank), false, 0 },
        { "银行账号|账号", "number", LIST_SECRET, OF(account, number), true, 0 },
        { "户名", "holder", LIST_NAME, OF(account, holder), false, 0 }, DAYS } },
    { "attributes", "部门信息", REGISTRY_ATTRIBUTE, sizeof(registry_attribute), false, false, {
        PERSON_ID, PERSON_NUMBER,
        { "项目", "name", LIST_CLOSED_WORD, OF(attribute, name), true, COUNTY_ATTRIBUTE },
        { "内容|值", "value", LIST_VALUE, 0, true, 0 }, DAYS,
        { "单位|单位编号|统一社会信用代码|信用代码", "employer", LIST_OF_EMPLOYER, OF(attribute, fact.subject_id), false, 0 } } },
};

const list_row *list_rows(size_t *count)
{
    *count = ARRAY_COUNT(LISTS);
    return LISTS;
}

const list_row *list_find(text name)
{
    for (size_t i = 0; i < ARRAY_COUNT(LISTS); i++)
        if (text_equal_cstr(name, LISTS[i].name) || text_equal_cstr(name, LISTS[i].zh)) return &LISTS[i];
    return NULL;
}

bool list_names_subject(const list_field *field)
{
    return field->cell == LIST_NUMBER || field->cell == LIST_OF_EMPLOYER;
}

size_t list_field_count(const list_row *list)
{
    size_t count = 0;
    while (count < LIST_FIELDS_MAX && list->fields[count].zh) count++;
    return count;
}

/* The next of names split by '|'. */
static bool next_name(text *names, text *name)
{
    if (!names->size_bytes) return false;
    size_t bar = text_find(*names, TEXT("|"));
    if (bar == SIZE_MAX) bar = names->size_bytes;
    *name = text_sub(*names, 0, bar);
    *names = bar < names->size_bytes ? text_sub(*names, bar + 1, names->size_bytes) : TEXT_NONE;
    return true;
}

size_t list_field_named(const list_row *list, text said)
{
    for (size_t i = 0; i < list_field_count(list); i++) {
        text names = text_of(list->fields[i].zh), name;
        if (text_equal_cstr(said, list->fields[i].en)) return i;
        while (next_name(&names, &name))
            if (text_equal(said, name)) return i;
    }
    return SIZE_MAX;
}

text list_field_name(arena *a, const list_field *field, bool is_chinese)
{
    text names = text_of(field->zh), name = TEXT_NONE;
    if (!is_chinese) return text_of(field->en);
    next_name(&names, &name);
    return text_copy(a, name);
}

const char *list_field_said(arena *a, const list_field *field)
{
    return text_format(a, ERR_SAID("%s", "%.*s"), field->en, TEXT_ARG(list_field_name(a, field, true))).bytes;
}

/* ---- words of closed lists ---- */

static const struct { const char *en, *zh; int64_t value; } SEXES[] = {
    { "male", "男", 1 }, { "female", "女", 2 }, { "1", "1", 1 }, { "2", "2", 2 },
};
static const struct { const char *en, *zh; int64_t value; } STATES[] = {
    { "entitled", "已核定", REGISTRY_ENTITLED }, { "paying", "发放中", REGISTRY_PAYING },
    { "suspended", "暂停", REGISTRY_SUSPENDED }, { "stopped", "停发", REGISTRY_STOPPED },
};
static const struct { const char *word; int64_t value; } YES_NO[] = {
    { "是", 1 }, { "yes", 1 }, { "true", 1 }, { "1", 1 }, { "否", 0 }, { "no", 0 }, { "false", 0 }, { "0", 0 },
};

#define READ_CHOICE(table, cell, into)                                                           \
    do {                                                                                         \
        for (size_t i_ = 0; i_ < ARRAY_COUNT(table); i_++)                                       \
            if (text_equal_cstr(cell, table[i_].en) || text_equal_cstr(cell, table[i_].zh)) {    \
                *(into) = table[i_].value;                                                       \
                return true;                                                                     \
            }                                                                                    \
        return false;                                                                            \
    } while (0)

static bool read_sex(text cell, int64_t *sex) { READ_CHOICE(SEXES, cell, sex); }
static bool read_state(text cell, int64_t *state) { READ_CHOICE(STATES, cell, state); }

static bool read_yes(text cell, int64_t *value)
{
    for (size_t i = 0; i < ARRAY_COUNT(YES_NO); i++)
        if (text_equal_cstr(cell, YES_NO[i].word)) {
            *value = YES_NO[i].value;
            return true;
        }
    return false;
}

/* ---- cells in ---- */

static bool read_day(text cell, int64_t *day)
{
    int32_t read;
    bool is_read = !calendar_parse_day(cell, &read).kind;
    if (!is_read && !calendar_parse_month(cell, &read).kind) {
        read = calendar_first_day_of_month(read);
        is_read = true;
    }
    if (is_read) *day = read;
    return is_read;
}

static bool read_month(text cell, int64_t *month)
{
    int32_t read;
    bool is_read = !calendar_parse_month(cell, &read).kind;
    if (!is_read && !calendar_parse_day(cell, &read).kind) {
        read = calendar_month_of_day(read);
        is_read = true;
    }
    if (is_read) *month = read;
    return is_read;
}

static bool read_region(text cell, int64_t *region)
{
    bool is_code = codec_parse_scaled(cell, 0, region) && *region > 0;
    if (!is_code) *region = county_region_code(cell);
    return *region != 0;
}

static bool read_number(text cell, unsigned allowed, int decimals, int64_t *value)
{
    return !money_parse_i64(cell, decimals, allowed, value).kind;
}

/* What was said, and the words there are: of the attributes, which are many, only some. */
const char *list_say_words(county *office, text said, const text *words, size_t count)
{
    enum { SHOWN_MAX = 20 };
    bool is_chinese = office->call->is_chinese;
    text_builder out = text_builder_open(office->call->request);
    text_add(&out, said);
    text_add_cstr(&out, is_chinese ? "（可填：" : " (one of: ");
    for (size_t i = 0; i < count && i < SHOWN_MAX; i++)
        text_add_format(&out, "%s%.*s", !i ? "" : is_chinese ? "、" : ", ", TEXT_ARG(words[i]));
    text_add_cstr(&out, count > SHOWN_MAX ? " …" : "");
    text_add_cstr(&out, is_chinese ? "）" : ")");
    return text_built(&out).bytes;
}

static const char *words_there_are(county *office, county_word_kind kind, text said)
{
    size_t row_count, count = 0;
    const county_word_row *rows = county_words(&row_count);
    text *words = ARENA_ARRAY(office->call->request, text, row_count + 1);
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].kind == kind) words[count++] = text_of(office->call->is_chinese ? rows[i].zh : rows[i].en);
    return list_say_words(office, said, words, count);
}

static const char *states_there_are(county *office, text said)
{
    text words[ARRAY_COUNT(STATES)];
    for (size_t i = 0; i < ARRAY_COUNT(STATES); i++) words[i] = text_of(office->call->is_chinese ? STATES[i].zh : STATES[i].en);
    return list_say_words(office, said, words, ARRAY_COUNT(STATES));
}

static err read_closed_word(county *office, county_word_kind kind, text cell, int64_t *id)
{
    const county_word_row *row = county_word_row_of(kind, cell);
    if (row) return county_word(office, row->name, id);
    return err_of(&LIST_BAD_WORD, words_there_are(office, kind, cell));
}

/* Names, words and days are read by the unit of the attribute named before. */
static err read_value(county *office, text cell, registry_attribute *t)
{
    enum { RATE_DECIMALS = 8 };
    text name;
    bool is_read = true;
    if (text_equal_cstr(cell, "撤销") || text_equal_cstr(cell, "withdrawn")) {
        t->fact.is_void = true; /* it was told, and is not so */
        return ERR_NONE;
    }
    TRY(county_word_text(office, t->name, &name));
    const county_word_row *row = county_word_row_of(COUNTY_ATTRIBUTE, name);
    switch (row ? row->unit : COUNTY_WORD) {
    case COUNTY_COUNT: is_read = codec_parse_scaled(cell, 0, &t->value); break;
    case COUNTY_YES: is_read = read_yes(cell, &t->value); break;
    case COUNTY_DAY: is_read = read_day(cell, &t->value); break;
    case COUNTY_MONTH: is_read = read_month(cell, &t->value); break;
    case COUNTY_FEN: is_read = read_number(cell, MONEY_ALLOW_SEPARATORS, 2, &t->value); break;
    case COUNTY_RATE: is_read = read_number(cell, MONEY_ALLOW_PERCENT, RATE_DECIMALS, &t->value); break;
    default: t->note = cell; break;
    }
    return is_read ? ERR_NONE : err_of(&LIST_BAD_CELL, "");
}

static err look_up(err found, const char *what)
{
    bool is_nobody = found.kind == &RECORD_NONE || found.kind == &REGISTRY_NOT_FOUND;
    return is_nobody ? err_of(&LIST_NOBODY, what) : found;
}

static bool is_space(uint32_t rune)
{
    enum { HARD_SPACE = 0xA0, WIDE_SPACE = 0x3000 };
    return rune == ' ' || rune == HARD_SPACE || rune == WIDE_SPACE;
}

text list_joined_name(arena *a, text cell)
{
    enum { ASCII_MAX = 0x7F };
    uint32_t before = 0;
    size_t count = 0, spaces = 0;
    char *joined = arena_alloc(a, cell.size_bytes + 1);
    for (size_t at = 0, begun = 0; at < cell.size_bytes; begun = at) {
        uint32_t rune = text_next_rune(cell, &at);
        if (is_space(rune)) spaces += at - begun;
        else {
            if (before > ASCII_MAX && rune > ASCII_MAX) spaces = 0;
            memcpy(joined + count, cell.bytes + begun - spaces, at - begun + spaces);
            count += at - begun + spaces;
            spaces = 0;
            before = rune;
        }
    }
    return (text){ joined, count };
}

err list_read(county *office, arena *a, const list_field *field, text cell, list_fact *fact)
{
    char *base = (char *)fact + field->offset;
    int64_t *number = (int64_t *)(void *)base;
    bool is_read = true, is_masked = memchr(cell.bytes, '*', cell.size_bytes) != NULL;
    /* Of an enrolment: nobody is enrolled with this employer over those days (停保、减员). */
    if (field->words == COUNTY_STANDING && (text_equal_cstr(cell, "停保") || text_equal_cstr(cell, "ended"))) {
        fact->fact.is_void = true;
        return ERR_NONE;
    }
    switch (field->cell) {
    case LIST_TEXT: *(text *)(void *)base = cell; break;
    case LIST_NAME: *(text *)(void *)base = list_joined_name(a, cell); break;
    case LIST_SECRET:
        is_read = !is_masked || !field->is_required;
        if (!is_masked) ((registry_secret *)(void *)base)->plain = cell;
        break;
    case LIST_DAY: is_read = read_day(cell, number); break;
    case LIST_MONTH: is_read = read_month(cell, number); break;
    case LIST_FEN: is_read = read_number(cell, MONEY_ALLOW_SEPARATORS, 2, number) && *number >= 0; break;
    case LIST_SEX: is_read = read_sex(cell, number); break;
    case LIST_STATE:
        if (!read_state(cell, number)) return err_of(&LIST_BAD_WORD, states_there_are(office, cell));
        break;
    case LIST_REGION: is_read = read_region(cell, number); break;
    case LIST_SUBJECT: case LIST_ID: is_read = codec_parse_scaled(cell, 0, number) && *number > 0; break;
    case LIST_CLOSED_WORD: TRY(read_closed_word(office, field->words, cell, number)); break;
    case LIST_OPEN_WORD: return county_word_of(office, cell, number);
    case LIST_VALUE: return read_value(office, cell, &fact->attribute);
    case LIST_NUMBER:
        if (!is_masked && !*number)
            return look_up(record_find_person(office, cell, number), service_say(office->call, "such person", "此人"));
        break;
    case LIST_OF_EMPLOYER:
        if (*number) break; /* an id says whom */
        return look_up(record_find_employer(office, cell, number), service_say(office->call, "such employer", "该单位"));
    case LIST_EMPLOYER:
        return look_up(record_find_employer(office, cell, number), service_say(office->call, "such employer", "该单位"));
    }
    return is_read ? ERR_NONE : err_of(&LIST_BAD_CELL, "");
}

/* ---- cells out ---- */

static text edge_or_empty(arena *a, int64_t at, bool is_month)
{
    if (at == REGISTRY_EVER || at == REGISTRY_OPEN || (!is_month && at == 0)) return TEXT("");
    return is_month ? service_month_text(a, (int32_t)at) : service_day_text(a, (int32_t)at);
}

static err closed_word(county *office, county_word_kind kind, int64_t id, text *cell)
{
    TRY(county_word_text(office, id, cell));
    const county_word_row *row = county_word_row_of(kind, *cell);
    if (row) *cell = text_of(office->call->is_chinese ? row->zh : row->name);
    return ERR_NONE;
}

static text choice(const county *office, const char *en, const char *zh)
{
    return text_of(service_say(office->call, en, zh));
}

err list_write(county *office, arena *a, const list_field *field, const void *fact, bool reveals, text *cell)
{
    const char *base = (const char *)fact + field->offset;
    const registry_fact *f = fact;
    int64_t number = 0;
    bool is_text = field->cell == LIST_TEXT || field->cell == LIST_NAME;
    bool is_number = !is_text && field->cell != LIST_SECRET && field->cell != LIST_VALUE;
    if (is_number) memcpy(&number, base, sizeof number);
    *cell = TEXT("");
    switch (field->cell) {
    case LIST_TEXT: case LIST_NAME: *cell = *(const text *)(const void *)base; break;
    case LIST_SECRET: {
        registry_secret secret = *(const registry_secret *)(const void *)base;
        return record_secret(&(record_view){ .office = office, .reveals = reveals }, f->subject_id, &secret, cell);
    }
    case LIST_DAY: *cell = edge_or_empty(a, number, false); break;
    case LIST_MONTH: *cell = edge_or_empty(a, number, true); break;
    case LIST_FEN: if (number) *cell = service_yuan(a, number); break;
    case LIST_SEX: if (number) *cell = choice(office, SEXES[number - 1].en, SEXES[number - 1].zh); break;
    case LIST_STATE: if (number) *cell = choice(office, STATES[number - 1].en, STATES[number - 1].zh); break;
    case LIST_CLOSED_WORD: return closed_word(office, field->words, number, cell);
    case LIST_OPEN_WORD: return county_word_text(office, number, cell);
    case LIST_REGION: case LIST_SUBJECT: case LIST_EMPLOYER: case LIST_ID:
        if (number) *cell = text_format(a, "%lld", (long long)number);
        break;
    case LIST_VALUE: {
        const registry_attribute *t = fact;
        text name;
        TRY(county_word_text(office, t->name, &name));
        *cell = t->note.size_bytes ? t->note : county_word_value(office, name, t->value);
        break;
    }
    case LIST_NUMBER: case LIST_OF_EMPLOYER: break; /* the id says whom */
    }
    return ERR_NONE;
}
