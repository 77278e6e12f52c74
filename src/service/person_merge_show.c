/* Both records side by side: what each holds, what would come along, what must be chosen. */
#include <string.h>

#include "service/grid.h"
#include "service/ledger.h"
#include "service/looks.h"
#include "service/month.h"
#include "service/person_merge.h"
#include "service/record_rows.h"

enum { LABEL, WHAT, KEPT, GIVEN, BECOMES, ROW_COLUMNS };
static const service_field ROW[ROW_COLUMNS] = {
    [LABEL] = { .name = "choice", .type = SERVICE_TEXT, .summary = "no.", .summary_zh = "项" },
    [WHAT] = { .name = "what", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "内容" },
    [KEPT] = { .name = "kept", .type = SERVICE_TEXT, .summary = "record kept", .summary_zh = "甲（保留）" },
    [GIVEN] = { .name = "given", .type = SERVICE_TEXT, .summary = "record given up", .summary_zh = "乙（被并）" },
    [BECOMES] = { .name = "becomes", .type = SERVICE_STATE, .summary = "becomes", .summary_zh = "结果" },
};
static const service_field BAR[] = {
    { .name = "code", .type = SERVICE_TEXT },
    { .name = "says", .type = SERVICE_TEXT },
};
static const service_field MEMORANDUM[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "kept", .type = SERVICE_TEXT, .summary = "record kept", .summary_zh = "甲（保留）" },
    { .name = "given", .type = SERVICE_TEXT, .summary = "record given up", .summary_zh = "乙（被并）" },
    { .name = "moved", .type = SERVICE_TEXT, .summary = "moved", .summary_zh = "转移" },
};
const service_field PERSON_MERGE_OUTPUT[PERSON_MERGE_OUTPUT_COUNT] = {
    { .name = "act", .type = SERVICE_STATE, .summary = "act", .summary_zh = "事项" },
    { .name = "kept", .type = SERVICE_COUNT, .summary = "record kept", .summary_zh = "甲（保留的记录）" },
    { .name = "kept_name", .type = SERVICE_TEXT, .summary = "its name", .summary_zh = "甲姓名" },
    { .name = "given", .type = SERVICE_COUNT, .summary = "record given up", .summary_zh = "乙（被并的记录）" },
    { .name = "given_name", .type = SERVICE_TEXT, .summary = "its name", .summary_zh = "乙姓名" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "waits_for", .type = SERVICE_TEXT, .summary = "waits for", .summary_zh = "待办岗位" },
    { .name = "choices", .type = SERVICE_TEXT, .summary = "chosen", .summary_zh = "选择" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest", .summary_zh = "摘要" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "事由" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .fields = ROW, .field_count = ROW_COLUMNS,
      .summary = "both records", .summary_zh = "两份记录" },
    { .name = "accounts", .type = SERVICE_OBJECT, .is_list = true, .fields = MEMORANDUM, .field_count = ARRAY_COUNT(MEMORANDUM),
      .summary = "individual accounts, by memorandum", .summary_zh = "个人账户（备查登记）" },
    { .name = "bars", .type = SERVICE_OBJECT, .is_list = true, .fields = BAR, .field_count = ARRAY_COUNT(BAR),
      .summary = "what stands against it", .summary_zh = "不能办理的原因" },
};

static const struct { const char *code, *en, *zh; } BECOMES_WORDS[] = {
    { "stays", "stays", "保留" }, { "moves", "comes along", "并入甲" }, { "alike", "the same in both", "两份相同" },
    { "choose", "to be chosen", "待选择" }, { "keep", "the kept record's", "按甲" }, { "take", "the given-up record's", "按乙" },
    { "both", "both", "并存" }, { "behind", "stays with the given-up record", "留在乙" },
    { "returns", "goes back", "退回乙" }, { "restored", "stands again", "恢复原状" }, { "since", "said since, stays", "合并后登记，留在甲" },
    { "choose_both", "to be chosen, both may stand", "待选择，可并存" },
    { "ended", "ended since, enter it with the record too", "合并后终止，须在乙另行登记" },
};
enum { STAYS, MOVES, ALIKE, CHOOSE, AS_KEPT, AS_GIVEN, BOTH, BEHIND, RETURNS, RESTORED, SINCE, CHOOSE_BOTH, ENDED };

static void put_row(const person_merge_view *v, service_value *rows, size_t label, text what, text kept, text given, int becomes)
{
    arena *a = v->office->call->request;
    service_value *row = service_put_object(a, rows, NULL);
    service_put_text(a, row, "choice", label ? text_format(a, "%zu", label) : TEXT(""));
    service_put_text(a, row, "what", what);
    service_put_text(a, row, "kept", kept);
    service_put_text(a, row, "given", given);
    service_put_state(v->office->call, row, "becomes", BECOMES_WORDS[becomes].code, BECOMES_WORDS[becomes].en, BECOMES_WORDS[becomes].zh);
}

/* ---- cells of the person itself ---- */

typedef enum { A_NAME, A_NUMBER, A_SEX, A_DAY, A_REGION, A_WORD } cell_kind;
static const struct { const char *name, *en, *zh; size_t offset; cell_kind kind; } CELLS[] = {
    { "name", "name", "姓名", offsetof(registry_person, name), A_NAME },
    { "number", "citizen number", "证件号码", offsetof(registry_person, number), A_NUMBER },
    { "phone", "telephone", "手机号码", offsetof(registry_person, phone), A_NUMBER },
    { "sex", "sex", "性别", offsetof(registry_person, sex), A_SEX },
    { "birth_day", "birthday", "出生日期", offsetof(registry_person, birth_day), A_DAY },
    { "region", "region", "区划", offsetof(registry_person, region), A_REGION },
    { "hukou_region", "region of hukou", "户籍地", offsetof(registry_person, hukou_region), A_REGION },
    { "hukou_kind", "kind of hukou", "户籍性质", offsetof(registry_person, hukou_kind), A_WORD },
};

static err cell_says(const person_merge_view *v, size_t cell, const void *fact, text *says)
{
    arena *a = v->office->call->request;
    record_view view = { .office = v->office };
    const registry_person *p = fact;
    const char *at = (const char *)fact + CELLS[cell].offset;
    int64_t number;
    *says = TEXT("");
    if (CELLS[cell].kind == A_NAME) return *says = p->name, ERR_NONE;
    if (CELLS[cell].kind == A_NUMBER) {
        registry_secret secret;
        memcpy(&secret, at, sizeof secret);
        return record_secret(&view, p->fact.subject_id, &secret, says);
    }
    memcpy(&number, at, sizeof number);
    if (!number) return ERR_NONE;
    if (CELLS[cell].kind == A_SEX)
        *says = text_of(number == 1 ? service_say(v->office->call, "male", "男") : service_say(v->office->call, "female", "女"));
    if (CELLS[cell].kind == A_DAY) *says = service_day_text(a, (int32_t)number);
    if (CELLS[cell].kind == A_REGION) *says = text_format(a, "%lld", (long long)number);
    if (CELLS[cell].kind != A_WORD) return ERR_NONE;
    TRY(county_word_text(v->office, number, says));
    *says = county_word_said(v->office, *says);
    return ERR_NONE;
}

static err put_cells(const person_merge_view *v, service_value *rows)
{
    const registry_person *own = v->kept.facts[REGISTRY_PERSON], *theirs = v->other.facts[REGISTRY_PERSON];
    own += v->kept.count[REGISTRY_PERSON] - 1;
    theirs += v->other.count[REGISTRY_PERSON] - 1;
    for (size_t c = 0; c < ARRAY_COUNT(CELLS); c++) {
        text kept, given;
        size_t label = 0;
        int becomes = ALIKE;
        TRY(cell_says(v, c, own, &kept));
        TRY(cell_says(v, c, theirs, &given));
        if (!kept.size_bytes && !given.size_bytes) continue;
        for (size_t i = 0; i < v->meeting_count; i++) {
            const registry_meeting *m = &v->meetings[i];
            if (!m->cell || strcmp(m->cell, CELLS[c].name) != 0) continue;
            label = v->labels[i];
            becomes = !m->must_choose ? MOVES : m->choice == REGISTRY_KEEP ? AS_KEPT : m->choice == REGISTRY_TAKE ? AS_GIVEN : CHOOSE;
        }
        if (becomes == ALIKE && !given.size_bytes) becomes = STAYS;
        put_row(v, rows, label, text_of(service_say(v->office->call, CELLS[c].en, CELLS[c].zh)), kept, given, becomes);
    }
    return ERR_NONE;
}

/* ---- facts ---- */

static err add_fact(const person_merge_view *v, registry_kind kind, const void *fact, text *what, text *says)
{
    record_words words;
    record_view view = { .office = v->office };
    arena *a = v->office->call->request;
    TRY(record_fact_words(&view, kind, fact, &words));
    *what = words.what;
    text span = words.from.size_bytes || words.until.size_bytes
                    ? text_format(a, " [%.*s, %.*s)", TEXT_ARG(words.from), TEXT_ARG(words.until)) : TEXT("");
    *says = text_format(a, "%.*s%s%.*s%.*s", TEXT_ARG(*says), says->size_bytes ? " | " : "", TEXT_ARG(words.says), TEXT_ARG(span));
    return ERR_NONE;
}

static int becomes_of(const registry_meeting *m)
{
    if (m->kind == REGISTRY_BENEFIT) return BEHIND;
    if (m->is_alike) return ALIKE;
    if (!m->must_choose) return MOVES;
    return m->choice == REGISTRY_KEEP ? AS_KEPT : m->choice == REGISTRY_TAKE ? AS_GIVEN : m->choice == REGISTRY_BOTH ? BOTH : m->may_both ? CHOOSE_BOTH : CHOOSE;
}

static err put_meetings(const person_merge_view *v, service_value *rows)
{
    for (size_t i = 0; i < v->meeting_count; i++) {
        const registry_meeting *m = &v->meetings[i];
        text what = TEXT(""), kept = TEXT(""), given = TEXT("");
        if (m->cell) continue;
        for (size_t k = 0; k < m->our_count; k++) TRY(add_fact(v, m->kind, m->ours[k], &what, &kept));
        if (m->theirs) TRY(add_fact(v, m->kind, m->theirs, &what, &given));
        put_row(v, rows, v->labels[i], what, kept, given, becomes_of(m));
    }
    return ERR_NONE;
}

static bool is_met(const person_merge_view *v, registry_kind kind, const registry_fact *fact)
{
    for (size_t i = 0; i < v->meeting_count; i++)
        for (size_t k = 0; v->meetings[i].kind == kind && k < v->meetings[i].our_count; k++) {
            const registry_fact *own = v->meetings[i].ours[k];
            if (own->sequence == fact->sequence && own->item == fact->item && own->from == fact->from) return true;
        }
    return false;
}

/* What only the kept record holds. */
static err put_own(const person_merge_view *v, service_value *rows)
{
    static const struct { registry_kind kind; size_t size_bytes; } KINDS[] = {
        { REGISTRY_MEMBER, sizeof(registry_member) },   { REGISTRY_ENROLMENT, sizeof(registry_enrolment) },
        { REGISTRY_BENEFIT, sizeof(registry_benefit) }, { REGISTRY_ACCOUNT, sizeof(registry_account) },
        { REGISTRY_ATTRIBUTE, sizeof(registry_attribute) }, { REGISTRY_SPELL, sizeof(registry_spell) },
    };
    for (size_t k = 0; k < ARRAY_COUNT(KINDS); k++)
        for (size_t i = 0; i < v->kept.count[KINDS[k].kind]; i++) {
            const void *fact = (const char *)v->kept.facts[KINDS[k].kind] + i * KINDS[k].size_bytes;
            text what = TEXT(""), kept = TEXT("");
            if (is_met(v, KINDS[k].kind, fact)) continue;
            TRY(add_fact(v, KINDS[k].kind, fact, &what, &kept));
            put_row(v, rows, 0, what, kept, TEXT(""), STAYS);
        }
    return ERR_NONE;
}

/* What goes is shown as what it said. */
static err put_partings(const person_merge_view *v, service_value *rows)
{
    for (size_t i = 0; i < v->parting_count; i++) {
        const registry_parting *p = &v->partings[i];
        text what = TEXT(""), says = TEXT("");
        ((registry_fact *)(uintptr_t)p->fact)->is_void = false;
        err e = add_fact(v, p->kind, p->fact, &what, &says);
        ((registry_fact *)(uintptr_t)p->fact)->is_void = p->is_taken;
        TRY(e);
        put_row(v, rows, 0, what, says, TEXT(""), p->is_since ? (p->is_taken ? ENDED : SINCE) : p->is_taken ? RETURNS : RESTORED);
    }
    return ERR_NONE;
}

/* ---- the reply ---- */

text person_merge_name(const registry_record *record)
{
    const registry_person *p = record->facts[REGISTRY_PERSON];
    return record->count[REGISTRY_PERSON] ? p[record->count[REGISTRY_PERSON] - 1].name : TEXT("");
}

static void put_accounts(const person_merge_view *v)
{
    arena *a = v->office->call->request;
    size_t count;
    service_value *list = service_put_list(a, v->office->call->reply, "accounts");
    if (!v->account_count) return;
    const ledger_fund *funds = ledger_funds(v->office->chart, &count);
    for (size_t i = 0; i < v->account_count; i++) {
        service_value *row = service_put_object(a, list, NULL);
        for (size_t f = 0; f < count; f++)
            if (funds[f].number == v->accounts[i].fund)
                service_put_cstr(a, row, "fund", service_say(v->office->call, funds[f].name, funds[f].name_zh));
        service_put_text(a, row, "kept", service_yuan(a, v->accounts[i].kept_fen));
        service_put_text(a, row, "given", service_yuan(a, v->accounts[i].other_fen));
        service_put_text(a, row, "moved", service_yuan(a, v->accounts[i].moved_fen));
    }
}

static void put_bars(const person_merge_view *v)
{
    service_call *call = v->office->call;
    service_value *list = service_put_list(call->request, call->reply, "bars");
    for (size_t i = 0; i < v->bar_count; i++) {
        service_value *bar = service_put_object(call->request, list, NULL);
        service_put_cstr(call->request, bar, "code", v->bars[i].kind->code);
        service_put_text(call->request, bar, "says", err_sentence(call->request, v->bars[i], call->is_chinese));
    }
}

/* Alerts are about the record they were raised for, and do not go over. */
static err note_alerts(const person_merge_view *v)
{
    alert_book *book;
    alert_row *rows;
    size_t open;
    alert_filter filter = { .has_open = true, .watch = TEXT(""), .owner = TEXT(""), .subject_id = v->terms->other };
    TRY(county_alerts(v->office, &book));
    TRY(alert_list(v->office->memory, book, &filter, &rows, &open));
    if (open)
        service_note(v->office->call, "alerts of the record given up stay to be dealt with (doudi alert list): ",
                     "被并记录的预警仍须办理（doudi alert list），件数：", text_format(v->office->call->request, "%zu", open));
    return ERR_NONE;
}

err person_merge_put(const person_merge_view *v)
{
    static const struct { const char *code, *en, *zh; } STATES[] = {
        { "looked", "only looked at, nothing entered", "仅查看，未提交" }, { "waiting", "waits", "待办" },
        { "done", "done", "已办结" }, { "refused", "refused", "已退回" },
    };
    service_call *call = v->office->call;
    arena *a = call->request;
    const person_merge_terms *t = v->terms;
    size_t state = 0;
    for (size_t i = 1; i < ARRAY_COUNT(STATES); i++)
        if (text_equal_cstr(t->state, STATES[i].code)) state = i;
    const char *duty = person_merge_waits_for(t);
    looks_saw(v->office, t->kept);
    looks_saw(v->office, t->other);
    service_put_state(call, call->reply, "act", t->is_split ? "split" : "merge", t->is_split ? "split" : "merge", t->is_split ? "拆分" : "合并");
    service_put_count(a, call->reply, "kept", t->kept);
    service_put_text(a, call->reply, "kept_name", text_copy(a, person_merge_name(&v->kept)));
    service_put_count(a, call->reply, "given", t->other);
    service_put_text(a, call->reply, "given_name", text_copy(a, person_merge_name(&v->other)));
    service_put_state(call, call->reply, "state", STATES[state].code, STATES[state].en, STATES[state].zh);
    service_put_cstr(a, call->reply, "waits_for", duty ? duty : "");
    service_put_text(a, call->reply, "choices", text_copy(a, t->choices.bytes ? t->choices : TEXT("")));
    service_put_text(a, call->reply, "digest", text_copy(a, t->digest.bytes ? t->digest : TEXT("")));
    service_put_text(a, call->reply, "why", text_copy(a, t->why.bytes ? t->why : TEXT("")));
    service_value *rows = service_put_list(a, call->reply, "rows");
    if (!v->is_brief && t->is_split) TRY(put_partings(v, rows));
    if (!v->is_brief && !t->is_split) {
        TRY(put_cells(v, rows));
        TRY(put_meetings(v, rows));
        TRY(put_own(v, rows));
    }
    put_accounts(v);
    put_bars(v);
    return v->is_brief || t->is_split ? ERR_NONE : note_alerts(v);
}

static const service_value *of(const service_call *call, const char *name) { return service_member(call->reply, name); }

void person_merge_print(const service_call *call, text_builder *out)
{
    text waits = of(call, "waits_for")->word, choices = of(call, "choices")->word;
    text_add_format(out, service_say(call, "%.*s: %lld %.*s kept, %lld %.*s given up\n", "%.*s：甲（保留）%lld %.*s，乙（被并）%lld %.*s\n"),
                    TEXT_ARG(of(call, "act")->word), (long long)of(call, "kept")->count, TEXT_ARG(of(call, "kept_name")->word),
                    (long long)of(call, "given")->count, TEXT_ARG(of(call, "given_name")->word));
    text_add_format(out, "%s%.*s", service_say(call, "state: ", "状态："), TEXT_ARG(of(call, "state")->word));
    if (waits.size_bytes) text_add_format(out, service_say(call, ", for %.*s", "，岗位 %.*s"), TEXT_ARG(waits));
    if (choices.size_bytes) text_add_format(out, service_say(call, "; chosen: %.*s", "；选择：%.*s"), TEXT_ARG(choices));
    text_add_char(out, '\n');
    if (of(call, "rows")->child_count) month_print_list(call, "rows", ROW, ROW_COLUMNS, ROW_COLUMNS, out);
    if (of(call, "accounts")->child_count) {
        text_add_cstr(out, service_say(call, "individual accounts, moved by memorandum:\n", "个人账户，以备查登记转移：\n"));
        month_print_list(call, "accounts", MEMORANDUM, ARRAY_COUNT(MEMORANDUM), 1, out);
    }
    for (const service_value *bar = of(call, "bars")->first; bar; bar = bar->next)
        text_add_format(out, "! %.*s\n", TEXT_ARG(service_member(bar, "says")->word));
}
