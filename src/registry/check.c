#include <string.h>

#include "registry/registry_internal.h"

/* ---- facts ---- */

static bool is_edge(int64_t at, bool is_months)
{
    if (at == REGISTRY_EVER || at == REGISTRY_OPEN) return true;
    return is_months ? calendar_is_month(at) : calendar_is_day(at);
}

/* Why something cannot be so; NULL where it can. */
typedef struct {
    const char *en, *zh;
} fault;

static bool begins_formula(text words)
{
    return words.size_bytes && memchr("=+-@", words.bytes[0], 4);
}

static bool has_control(text words)
{
    enum { BLANK = 0x20, DELETE = 0x7f };
    for (size_t i = 0; i < words.size_bytes; i++) {
        unsigned char byte = (unsigned char)words.bytes[i];
        if (byte < BLANK || byte == DELETE) return true;
    }
    return false;
}

static const fault NAME_CONTROL = { "a name holds no line end and no control character", "名称中不得有换行或控制字符" },
                   NAME_FORMULA = { "a name does not begin with = + - @, which spreadsheets compute",
                                    "名称不得以 = + - @ 开头，电子表格会当作公式计算" },
                   NAME_LONG = { "a name has at most 140 characters", "名称不得超过 140 个字" },
                   NAME_NONE = { "there must be a name", "名称不能为空" },
                   WORDS_CONTROL = { "words hold no line end and no control character", "文字中不得有换行或控制字符" },
                   WORDS_FORMULA = { "words do not begin with = + - @, which spreadsheets compute",
                                     "文字不得以 = + - @ 开头，电子表格会当作公式计算" },
                   WORD_NONE = { "an empty word", "词不能为空" },
                   NO_SEX = { "the sex is 0, 1 or 2", "性别只有 0、1、2" },
                   NO_BIRTHDAY = { "there is no such birthday", "没有这个出生日期" },
                   NO_SCHEME = { "an enrolment is in a scheme", "参保登记须写明险种" },
                   BASE_NEGATIVE = { "a base is not negative", "缴费基数不得为负" },
                   NO_BENEFIT = { "a benefit is one of those there are", "须写明待遇种类" },
                   NO_STATE = { "there is no such state of a benefit", "没有这种待遇状态" },
                   AMOUNT_NEGATIVE = { "an amount is not negative", "金额不得为负" },
                   NO_NAME = { "an attribute has a name", "信息须写明项目" },
                   SPELL_NO_SCHEME = { "a spell is in a scheme", "缴费段须写明险种" },
                   SPELL_NO_KIND = { "a spell is of a kind", "缴费段须写明缴费类别" },
                   OUTSIDE = { "a span lies outside the calendar", "起止时间超出日历范围" },
                   BACKWARDS = { "a span ends before it begins", "截止时间早于起始时间" };

/* What a name can be that is to be printed, listed and sent to a bank: one line, of a length that a
 * bank takes. */
static const fault *fault_of_name(text name, bool is_needed)
{
    enum { NAME_RUNES_MAX = 140, TAIL_MASK = 0xc0, TAIL = 0x80 };
    size_t runes = 0;
    for (size_t i = 0; i < name.size_bytes; i++) runes += ((unsigned char)name.bytes[i] & TAIL_MASK) != TAIL;
    if (has_control(name)) return &NAME_CONTROL;
    if (begins_formula(name)) return &NAME_FORMULA;
    if (runes > NAME_RUNES_MAX) return &NAME_LONG;
    return is_needed && !name.size_bytes ? &NAME_NONE : NULL;
}

/* Free words, which stand in lists that people open. */
static const fault *fault_of_words(text words)
{
    if (has_control(words)) return &WORDS_CONTROL;
    return words.size_bytes > 1 && begins_formula(words) ? &WORDS_FORMULA : NULL;
}

static const fault *fault_of_cells(registry_kind kind, const void *fact)
{
    const registry_person *p = fact;
    const registry_benefit *b = fact;
    const registry_spell *s = fact;
    const registry_enrolment *e = fact;
    switch (kind) {
    case REGISTRY_PERSON:
        if (p->sex < 0 || p->sex > 2) return &NO_SEX;
        if (p->birth_day && !calendar_is_day(p->birth_day)) return &NO_BIRTHDAY;
        return fault_of_name(p->name, true);
    case REGISTRY_EMPLOYER: return fault_of_name(((const registry_employer *)fact)->name, true);
    case REGISTRY_HOUSEHOLD: return fault_of_words(((const registry_household *)fact)->address);
    case REGISTRY_ACCOUNT: return fault_of_name(((const registry_account *)fact)->holder, false);
    case REGISTRY_ENROLMENT:
        if (!e->scheme) return &NO_SCHEME;
        return e->base_fen < 0 ? &BASE_NEGATIVE : NULL;
    case REGISTRY_BENEFIT:
        if (!b->benefit) return &NO_BENEFIT;
        if (b->state < REGISTRY_ENTITLED || b->state > REGISTRY_STOPPED) return &NO_STATE;
        return b->amount_fen < 0 ? &AMOUNT_NEGATIVE : NULL;
    case REGISTRY_ATTRIBUTE:
        if (!((const registry_attribute *)fact)->name) return &NO_NAME;
        return fault_of_words(((const registry_attribute *)fact)->note);
    case REGISTRY_SPELL:
        if (!s->scheme) return &SPELL_NO_SCHEME;
        if (!s->kind) return &SPELL_NO_KIND;
        return s->base_fen < 0 ? &BASE_NEGATIVE : NULL;
    default: return NULL;
    }
}

err check_fact(registry *r, registry_kind kind, const void *fact)
{
    static const char *const KINDS_ZH[REGISTRY_KIND_COUNT] = {
        [REGISTRY_PERSON] = "人员", [REGISTRY_HOUSEHOLD] = "家庭", [REGISTRY_EMPLOYER] = "单位", [REGISTRY_MEMBER] = "家庭成员",
        [REGISTRY_ENROLMENT] = "参保登记", [REGISTRY_BENEFIT] = "待遇", [REGISTRY_ACCOUNT] = "银行账户",
        [REGISTRY_ATTRIBUTE] = "部门信息", [REGISTRY_REVIEW] = "待核", [REGISTRY_SPELL] = "缴费段",
    };
    const registry_fact *f = fact;
    bool is_months = kind == REGISTRY_BENEFIT || kind == REGISTRY_SPELL;
    const fault *why = NULL;
    if (!is_edge(f->from, is_months) || !is_edge(f->until, is_months)) why = &OUTSIDE;
    else if (f->from >= f->until) why = &BACKWARDS;
    else if (!f->is_void) why = fault_of_cells(kind, fact);
    if (!why) return ERR_NONE;
    return registry_fail(r, &REGISTRY_BAD_FACT, r->is_chinese ? "%s %lld：%s" : "%s %lld: %s",
                         r->is_chinese ? KINDS_ZH[kind] : REGISTRY_KINDS[kind].name, (long long)f->subject_id,
                         r->is_chinese ? why->zh : why->en);
}

err check_word(registry *r, text word)
{
    const fault *why = word.size_bytes ? fault_of_words(word) : &WORD_NONE;
    return why ? registry_refuse(r, why->en, why->zh) : ERR_NONE;
}

/* ---- subjects ---- */

static err look(registry *r, const char *sql, int64_t subject_id, bool *is_there, int64_t *into)
{
    store_query *q;
    TRY(store_prepare(r->db, sql, &q));
    store_bind_int(q, 1, eventlog_bucket_of(subject_id));
    store_bind_int(q, 2, subject_id);
    TRY(store_step(q, is_there));
    if (!*is_there) return ERR_NONE;
    *into = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

err check_subject(registry *r, int64_t subject_id, registry_kind *kind)
{
#define LOOK(cell, table)                                                                          \
    "SELECT " cell " FROM " table " WHERE bucket = ?1 AND subject_id = ?2 AND known_until_ms = "   \
    "9223372036854775807 LIMIT 1"
    bool is_there;
    int64_t into = 0;
    *kind = REGISTRY_PERSON;
    is_there = expect_alive(r, subject_id, &into);
    if (!is_there) TRY(look(r, LOOK("merged_into", "registry_person"), subject_id, &is_there, &into));
    if (into) return registry_fail(r, &REGISTRY_MERGED, "%lld", (long long)into);
    if (is_there) return ERR_NONE;
    *kind = REGISTRY_HOUSEHOLD;
    TRY(look(r, LOOK("item", "registry_household"), subject_id, &is_there, &into));
    if (is_there) return ERR_NONE;
    *kind = REGISTRY_EMPLOYER;
    TRY(look(r, LOOK("item", "registry_employer"), subject_id, &is_there, &into));
    if (is_there) return ERR_NONE;
    return registry_fail(r, &REGISTRY_NOT_FOUND, "%lld", (long long)subject_id);
#undef LOOK
}
