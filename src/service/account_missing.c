/* doudi account missing: who is to be paid and has no account, before any run; and whose in the household might serve. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/dues.h"
#include "service/grid.h"
#include "service/operations.h"
#include "service/payrun_people.h"
#include "service/scope.h"
#include "service/words.h"

static const service_field MISSING_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "benefits drawn in this month (default: the one after the open month)",
      .summary_zh = "看某月在发的待遇（默认当前月份的次月）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write every row here",
      .summary_zh = "将全部名单写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field MISSING_ROW[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "born", .type = SERVICE_TEXT, .summary = "born on", .summary_zh = "出生日期" },
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "to be paid", .summary_zh = "应发待遇" },
    { .name = "since", .type = SERVICE_TEXT, .summary = "since", .summary_zh = "起发月份" },
    { .name = "household", .type = SERVICE_TEXT, .summary = "in the household with an account", .summary_zh = "同户有账户的成员" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
};
static const service_field MISSING_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people without an account", .summary_zh = "没有账户的人数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "waits for one, yuan", .summary_zh = "待登记账户才能发放（元）" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "who (50 at most; by pages all)", .summary_zh = "明细（前 50 行，分页时全部）",
      .fields = MISSING_ROW, .field_count = ARRAY_COUNT(MISSING_ROW) },
};
enum { ROWS_SHOWN = 50, ROW_COLUMNS = ARRAY_COUNT(MISSING_ROW), FIRST_NUMBER = 6 };

typedef struct {
    month_call *m;
    registry *people;
    oneoff_book *oneoffs;
    payrun_table table; /* what runs pay; money of the treasury is paid elsewhere */
    int32_t month, today;
    scope_span span; /* of the user's township; 0, 0: everybody */
    int64_t last_id; /* whom the row before was of */
    int64_t count, fen;
    arena *scratch;
    grid grid;
    service_value *shown;
} listing;

static bool has_account(const registry_account *accounts, size_t count, int32_t today)
{
    for (size_t i = 0; i < count; i++)
        if (accounts[i].fact.from <= today && today < accounts[i].fact.until && accounts[i].number.key) return true;
    return false;
}

/* Those of the household today who have an account: a guardian's may be entered in the guardian's name (--holder). */
static err household_text(listing *l, const registry_record *record, int64_t person_id, text *says)
{
    text_builder out = text_builder_open(l->m->call->request);
    const registry_member *members = record->facts[REGISTRY_MEMBER];
    int64_t household = 0, *ids;
    size_t count = 0;
    for (size_t i = 0; i < record->count[REGISTRY_MEMBER]; i++)
        if (members[i].fact.from <= l->today && l->today < members[i].fact.until) household = members[i].household_id;
    if (household) TRY(registry_find_members(l->scratch, l->people, household, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        registry_record other;
        text shown;
        bool is_here = false, is_theirs;
        if (ids[i] == person_id) continue;
        TRY(scope_holds(l->m->office, l->span, ids[i], &is_theirs));
        if (!is_theirs) continue;
        TRY(registry_record_read(l->scratch, l->people, ids[i], REGISTRY_NOW, &other));
        const registry_member *of = other.facts[REGISTRY_MEMBER];
        for (size_t k = 0; k < other.count[REGISTRY_MEMBER]; k++)
            is_here |= of[k].household_id == household && of[k].fact.from <= l->today && l->today < of[k].fact.until;
        if (!is_here || !has_account(other.facts[REGISTRY_ACCOUNT], other.count[REGISTRY_ACCOUNT], l->today)) continue;
        TRY(dues_payer_text(l->m, (collection_payer){ COLLECTION_PERSON, ids[i] }, &shown));
        if (out.size_bytes) text_add(&out, text_of(service_say(l->m->call, ", ", "、")));
        text_add(&out, shown);
    }
    *says = text_built(&out);
    return ERR_NONE;
}

static err put(listing *l, int64_t person_id, const registry_record *record, text benefit, int32_t since, int64_t fen)
{
    service_call *call = l->m->call;
    arena *a = call->request;
    text name, household;
    bool is_theirs;
    TRY(scope_holds(l->m->office, l->span, person_id, &is_theirs));
    if (!is_theirs) return ERR_NONE;
    registry_person who = payrun_payee(record);
    TRY(dues_payer_name(l->m, person_id, &name));
    TRY(household_text(l, record, person_id, &household));
    if (l->last_id != person_id) l->count++;
    l->last_id = person_id;
    l->fen += fen;
    text cells[ROW_COLUMNS] = { text_format(a, "%lld", (long long)person_id), name, who.birth_day ? service_day_text(a, (int32_t)who.birth_day) : TEXT("-"),
                                text_copy(a, county_word_shown(l->m->office, benefit)), service_month_text(a, since),
                                household.size_bytes ? household : TEXT("-"), service_yuan(a, fen) };
    service_value *v = service_takes_row(l->m->call, l->shown, ROWS_SHOWN) ? service_put_object(a, l->shown, NULL) : NULL;
    grid_row(&l->grid, v, MISSING_ROW, cells);
    return ERR_NONE;
}

/* ---- what is drawn every month ---- */

static bool is_paid_by_run(const listing *l, text benefit)
{
    for (size_t i = 0; i < l->table.count; i++)
        if (text_equal(l->table.rows[i].benefit, benefit)) return true;
    return false;
}

static err put_drawer(listing *l, const registry_roster_row *who)
{
    registry_record record = { .count = { 0 } };
    if (has_account(who->accounts, who->account_count, l->today)) return ERR_NONE;
    for (size_t i = 0; i < who->benefit_count; i++) {
        const registry_benefit *b = &who->benefits[i];
        text name;
        if (b->state != REGISTRY_PAYING || b->amount_fen <= 0) continue;
        TRY(registry_record_read(l->scratch, l->people, who->subject_id, REGISTRY_NOW, &record));
        TRY(county_word_text(l->m->office, b->benefit, &name));
        if (!is_paid_by_run(l, name)) continue;
        TRY(put(l, who->subject_id, &record, name, (int32_t)b->fact.from, b->amount_fen));
    }
    return ERR_NONE;
}

static err put_drawers(listing *l, uint32_t bucket)
{
    registry_roster *rows;
    registry_roster_options wants = { .day = l->today, .month = l->month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_BENEFIT | 1u << REGISTRY_ACCOUNT };
    arena *memory = arena_open();
    err e = registry_roster_open(memory, l->people, bucket, &wants, &rows);
    bool is_open = !e.kind;
    while (!e.kind) {
        const registry_roster_row *who;
        e = registry_roster_next(rows, &who);
        if (e.kind || !who) break;
        e = put_drawer(l, who);
        arena_reset(l->scratch);
    }
    if (is_open) registry_roster_close(rows);
    if (e.detail) e.detail = text_cstr(l->m->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

/* ---- what is paid once ---- */

static err put_items(listing *l, uint32_t bucket)
{
    oneoff_standing *items;
    size_t count;
    TRY(oneoff_due(l->m->memory, l->oneoffs, bucket, &items, &count));
    for (size_t i = 0; i < count; i++) {
        registry_record record;
        int64_t payee = items[i].item.payee_id ? items[i].item.payee_id : items[i].item.subject_id;
        if (!oneoff_is_paid_out(items[i].item.kind)) continue;
        arena_reset(l->scratch);
        TRY(registry_record_read(l->scratch, l->people, payee, REGISTRY_NOW, &record));
        if (has_account(record.facts[REGISTRY_ACCOUNT], record.count[REGISTRY_ACCOUNT], l->today)) continue;
        TRY(put(l, payee, &record, items[i].item.benefit, l->month, items[i].remaining_fen));
    }
    return ERR_NONE;
}

static err list_all(listing *l)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        TRY(put_drawers(l, bucket));
        TRY(put_items(l, bucket));
    }
    return ERR_NONE;
}

static err account_missing_run(service_call *call)
{
    dues_call d;
    arena *a = call->request;
    TRY(dues_begin(call, COUNTY_READ, &d));
    listing l = { .m = &d.m, .today = call->office->settings.today_day, .shown = service_list(a), .scratch = arena_open() };
    l.grid = grid_open(call, text_of(service_say(call, "To be paid, without an account", "应发待遇而没有收款账户的人员")), MISSING_ROW,
                       ROW_COLUMNS, FIRST_NUMBER);
    bool has_month = calendar_is_month(d.m.month); /* none before the office's first is opened */
    err e = service_month_of(call, "month", has_month ? d.m.month + 1 : calendar_month_of_day(l.today), &l.month);
    if (!e.kind) e = county_people(d.m.office, &l.people);
    if (!e.kind) e = county_oneoffs(d.m.office, &l.oneoffs);
    if (!e.kind) e = payrun_table_read(d.m.office, &l.table);
    if (!e.kind) e = scope_of(d.m.office, &l.span);
    if (!e.kind) e = list_all(&l);
    if (e.detail) e.detail = text_cstr(a, text_of(e.detail));
    arena_close(l.scratch);
    TRY(e);
    scope_say(call, l.span);
    service_put_text(a, call->reply, "month", service_month_text(a, l.month));
    service_put_count(a, call->reply, "people", l.count);
    service_put_text(a, call->reply, "amount", service_yuan(a, l.fen));
    service_put(a, call->reply, "rows", l.shown);
    if (l.count)
        service_note(call, "enter an account, a guardian's in the guardian's name (doudi account enter --holder)", "请登记账户；由监护人代领的，写监护人的户名（doudi account enter --holder）",
                     TEXT_NONE);
    else service_note(call, "everybody who is to be paid has an account", "应发待遇的人都有收款账户", TEXT_NONE);
    return service_is_given(call, "out") ? grid_write(&l.grid, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static void account_missing_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i + 1 < ARRAY_COUNT(MISSING_OUTPUT); i++) {
        const service_value *v = service_member(call->reply, MISSING_OUTPUT[i].name);
        text word = v->kind == SERVICE_VALUE_COUNT ? text_format(call->request, "%lld", (long long)v->count) : v->word;
        text_add_format(out, "%s%s%.*s\n", service_say(call, MISSING_OUTPUT[i].summary, MISSING_OUTPUT[i].summary_zh),
                        service_say(call, ": ", "："), TEXT_ARG(word));
    }
    month_print_list(call, "rows", MISSING_ROW, ROW_COLUMNS, FIRST_NUMBER, out);
}

static const char *const MISSING_EXAMPLES[] = { "doudi account missing --out missing.xlsx", NULL };

const service_op ACCOUNT_MISSING_OP = {
    .name = "account.missing",
    .summary = "Who is to be paid and has no account, and who of the household has one",
    .summary_zh = "应发待遇而没有收款账户的人员，及同户有账户的成员",
    .law = "社会保险法 第七十三条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = MISSING_INPUT,
    .input_count = ARRAY_COUNT(MISSING_INPUT),
    .output = MISSING_OUTPUT,
    .output_count = ARRAY_COUNT(MISSING_OUTPUT),
    .examples = MISSING_EXAMPLES,
    .run = account_missing_run,
    .print = account_missing_print,
};
