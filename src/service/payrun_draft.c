/* doudi payrun draft: a month's benefits in payment become the lines of a run. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/operations.h"
#include "service/payrun.h"
#include "service/words.h"

const err_kind PAYRUN_DRAFTED_BEFORE = {
    "payrun.drafted_before", ERR_CONFLICT,
    "This month's benefits of this kind stand in payment run {}; nobody is paid twice. Withdraw that run first.",
    "本月该类待遇已列入支付批次 {}，不得重复发放；如需重编，请先撤回该批次。"
};

static const service_field DRAFT_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true,
      .summary = "the month that is paid", .summary_zh = "发放月份" },
    { .name = "kind", .type = SERVICE_NAME, .shows = "KIND", .is_required = true,
      .summary = "what is paid: pension, resident, unemployment ...",
      .summary_zh = "发放类别：pension 职工养老、resident 居民养老、unemployment 失业金等" },
    { .name = "payer", .type = SERVICE_TEXT, .shows = "ACCOUNT",
      .summary = "the account that pays (default: the charter's bank.payer)",
      .summary_zh = "付款账户（默认取机构设置 bank.payer）" },
    SERVICE_KEY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field DRAFT_OUTPUT[] = {
    PAYRUN_OUTPUT,
    { .name = "without_account", .type = SERVICE_COUNT, .summary = "left out: no bank account",
      .summary_zh = "未列入：没有银行账户" },
    { .name = "suspended", .type = SERVICE_COUNT, .summary = "left out: suspended", .summary_zh = "未列入：暂停发放" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "drafted now, not before", .summary_zh = "本次新编制" },
};

typedef struct {
    service_call *call;
    county *office;
    registry *people;
    decision_book *decisions;
    payrun_table table;
    text kind, fund;
    int32_t month;
    int64_t *benefit_ids; /* by row of the table */
    payment_draft *draft;
    arena *scratch;
    int64_t without_account, suspended, line_count;
} drafting;

/* The row for an item of this benefit; the row without an item takes what no other names. */
static const payrun_row *row_for(const drafting *d, int64_t benefit, text item)
{
    const payrun_row *rest = NULL;
    for (size_t i = 0; i < d->table.count; i++) {
        const payrun_row *row = &d->table.rows[i];
        if (row->part == SIZE_MAX || d->benefit_ids[i] != benefit || !benefit) continue;
        if (text_equal(row->item, item)) return row;
        if (!row->item.size_bytes) rest = row;
    }
    return rest;
}

static bool add_part(const drafting *d, int64_t benefit, text item, int64_t fen, payment_line *line)
{
    const payrun_row *row = row_for(d, benefit, item);
    return row && fen >= 0 && !__builtin_add_overflow(line->part_fen[row->part], fen, &line->part_fen[row->part]);
}

/* The decision's items, when they come to what is in payment; else the amount stands undivided, as for
 * one who retired before this system kept decisions, or was adjusted since. */
static err divide(drafting *d, const registry_benefit *benefit, payment_line *line)
{
    decision_made made;
    line->part_fen[0] = 0;
    if (benefit->decision_id) {
        TRY(decision_read(d->scratch, d->decisions, benefit->fact.subject_id, benefit->decision_id, &made));
        int64_t sum = 0;
        bool is_sound = true;
        payment_line divided = *line;
        for (size_t k = 0; k < made.terms.key_count; k++) {
            if (made.row.fen[k] == EVENTLOG_NONE) continue;
            is_sound &= add_part(d, benefit->benefit, text_of(made.terms.keys[k]), made.row.fen[k], &divided);
            sum += made.row.fen[k];
        }
        if (is_sound && sum == benefit->amount_fen) {
            *line = divided;
            return ERR_NONE;
        }
    }
    bool is_booked = add_part(d, benefit->benefit, TEXT_NONE, benefit->amount_fen, line);
    return is_booked ? ERR_NONE : err_of(&PAYRUN_BAD_TABLE, text_cstr(d->scratch, d->kind));
}

static err add_benefit(drafting *d, const registry_roster_row *who, const registry_benefit *benefit)
{
    if (!row_for(d, benefit->benefit, TEXT_NONE)) return ERR_NONE; /* of another run */
    if (benefit->state != REGISTRY_PAYING) {
        d->suspended += benefit->state == REGISTRY_SUSPENDED;
        return ERR_NONE;
    }
    if (benefit->amount_fen <= 0) return ERR_NONE;
    if (!who->account_count || !who->accounts[0].number.key) {
        d->without_account++;
        return ERR_NONE;
    }
    payment_line line = { .person_id = who->subject_id, .account = payrun_account_of(&who->accounts[0]),
                          .decision = benefit->decision_id, .for_month = d->month };
    TRY(divide(d, benefit, &line));
    d->line_count++;
    return payment_draft_add(d->draft, &line);
}

static err add_bucket(drafting *d, uint32_t bucket)
{
    registry_roster *roster;
    registry_roster_options wants = { .day = calendar_first_day_of_month(d->month), .month = d->month,
                                      .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_BENEFIT | 1u << REGISTRY_ACCOUNT };
    arena *memory = arena_open();
    err e = registry_roster_open(memory, d->people, bucket, &wants, &roster);
    if (e.kind) {
        arena_close(memory);
        return e;
    }
    for (;;) {
        const registry_roster_row *who;
        e = registry_roster_next(roster, &who);
        if (e.kind || !who) break;
        arena_reset(d->scratch);
        for (size_t i = 0; !e.kind && i < who->benefit_count; i++) e = add_benefit(d, who, &who->benefits[i]);
        if (e.kind) break;
    }
    if (e.detail) e.detail = text_cstr(d->call->request, text_of(e.detail));
    registry_roster_close(roster);
    arena_close(memory);
    return e;
}

/* The words of benefits this run pays; a word the registry does not know is paid to nobody. */
static err find_words(drafting *d)
{
    d->benefit_ids = ARENA_ARRAY(d->office->memory, int64_t, d->table.count + 1);
    for (size_t i = 0; i < d->table.count; i++)
        if (d->table.rows[i].part != SIZE_MAX)
            TRY(registry_word_find(d->people, d->table.rows[i].benefit, &d->benefit_ids[i]));
    return ERR_NONE;
}

/* Other runs of the month and kind: the first that stands (0: none), and how many were withdrawn. */
static err runs_before(const drafting *d, int64_t but_id, int64_t *standing_id, int *withdrawn_count)
{
    payment *runs;
    payment_run *list;
    size_t count;
    *standing_id = *withdrawn_count = 0;
    TRY(county_runs(d->office, &runs));
    TRY(payment_list(d->office->memory, runs, d->month, &list, &count));
    for (size_t i = 0; i < count; i++) {
        if (list[i].run_id == but_id || !text_equal(list[i].terms.kind, d->kind)) continue;
        *withdrawn_count += list[i].state == PAYMENT_WITHDRAWN;
        if (!*standing_id && list[i].state != PAYMENT_WITHDRAWN) *standing_id = list[i].run_id;
    }
    return ERR_NONE;
}

static err open_draft(drafting *d)
{
    arena *a = d->office->memory;
    payment *runs;
    int64_t standing_id;
    int withdrawn_count;
    payment_terms terms = { .month = d->month, .kind = d->kind,
                            .payer_account = service_text_of(d->call, "payer", TEXT_NONE) };
    text *parts;
    TRY(payrun_table_read(d->office, &d->table));
    TRY(payrun_parts(a, &d->table, d->kind, &d->fund, &parts, &terms.part_count));
    terms.parts = parts;
    terms.fund = d->fund;
    if (!terms.payer_account.size_bytes) TRY(county_setting(d->office, "bank.payer", &terms.payer_account));
    TRY(find_words(d));
    TRY(county_runs(d->office, &runs));
    TRY(runs_before(d, 0, &standing_id, &withdrawn_count));
    /* The key tells a draft after a withdrawal from the withdrawn one told again. */
    text key = text_format(a, "payrun/%.*s/%d", TEXT_ARG(d->kind), d->month);
    if (withdrawn_count) key = text_format(a, "%.*s/%d", TEXT_ARG(key), withdrawn_count);
    payment_act act = { .actor_id = d->office->actor_id, .known_ms = d->office->now_ms,
                        .why = service_text_of(d->call, "why", TEXT("payrun.draft")),
                        .key = service_text_of(d->call, "key", key) };
    return payment_draft_open(a, runs, &terms, &act, &d->draft);
}

static err fill(drafting *d)
{
    err e = ERR_NONE;
    d->scratch = arena_open();
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) e = add_bucket(d, bucket);
    arena_close(d->scratch);
    if (e.kind) payment_draft_cancel(d->draft);
    return e;
}

static err finish(drafting *d)
{
    arena *a = d->call->request;
    int64_t run_id, standing_id;
    int withdrawn_count;
    bool is_new;
    payment *runs;
    payment_run run;
    TRY(payment_draft_finish(d->draft, &run_id, &is_new));
    TRY(runs_before(d, run_id, &standing_id, &withdrawn_count));
    if (is_new && standing_id)
        return err_of(&PAYRUN_DRAFTED_BEFORE, text_format(a, "%lld", (long long)standing_id).bytes);
    TRY(county_runs(d->office, &runs));
    TRY(payment_find(d->office->memory, runs, run_id, &run));
    TRY(store_commit(d->office->db));
    TRY(payrun_put(d->call, d->call->reply, &run));
    service_put_count(a, d->call->reply, "without_account", d->without_account);
    service_put_count(a, d->call->reply, "suspended", d->suspended);
    service_put_bool(a, d->call->reply, "is_new", is_new);
    return ERR_NONE;
}

static err payrun_draft_run(service_call *call)
{
    staff_session *session;
    drafting d = { .call = call, .kind = service_text_of(call, "kind", TEXT_NONE) };
    TRY(service_month_of(call, "month", 0, &d.month));
    TRY(county_open(call, COUNTY_WRITE, &d.office));
    TRY(county_login(d.office, &session));
    TRY(county_people(d.office, &d.people));
    TRY(county_decisions(d.office, &d.decisions));
    TRY(store_begin(d.office->db));
    TRY(open_draft(&d));
    TRY(fill(&d));
    return finish(&d);
}

static const char *const DRAFT_EXAMPLES[] = {
    "doudi payrun draft --month 2026-11 --kind pension --as zhangwei", NULL };

const service_op PAYRUN_DRAFT_OP = {
    .name = "payrun.draft",
    .summary = "Draft the run that pays a month's benefits of one kind",
    .summary_zh = "编制一个月的待遇支付批次",
    .law = "《社会保险经办条例》第四十条",
    .kind = SERVICE_WRITE,
    .permission = "payrun.draft",
    .input = DRAFT_INPUT,
    .input_count = ARRAY_COUNT(DRAFT_INPUT),
    .output = DRAFT_OUTPUT,
    .output_count = ARRAY_COUNT(DRAFT_OUTPUT),
    .examples = DRAFT_EXAMPLES,
    .run = payrun_draft_run,
    .print = payrun_print,
};
