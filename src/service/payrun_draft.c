/* doudi payrun draft, supplement, redraft: who is to be paid becomes the lines of a run. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/payer.h"
#include "service/payrun_fill.h"
#include "service/payrun_holds.h"
#include "service/watch_look.h"

const err_kind PAYRUN_DRAFTED_BEFORE = {
    "payrun.drafted_before", ERR_CONFLICT,
    "This month's benefits of this kind stand in payment run {}; nobody is paid twice. Withdraw that run first.",
    "本月该类待遇已列入支付批次 {}，不得重复发放；如需重编，请先撤回该批次。"
};
const err_kind PAYRUN_NOT_SENT_YET = {
    "payrun.not_sent_yet", ERR_CONFLICT,
    "A supplementary run follows the month's run, and that was not sent yet{}; draft it first (payrun draft), or again "
    "(payrun redraft).",
    "补发批次须在当月批次送银行之后编制，当月批次尚未送银行{}；请先编制（payrun draft）或重新编制（payrun redraft）。"
};
const err_kind PAYRUN_NOTHING_WAITS = {
    "payrun.nothing_waits", ERR_NOT_FOUND,
    "Nobody can be paid by a supplementary run of {} now; `doudi payrun waiting` lists who still waits, and for what.",
    "目前没有可列入{}补发批次的人员；用 doudi payrun waiting 查看仍在等待的人员及原因。"
};

#define RUN_MONTH_FIELD                                                                               \
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true,             \
      .summary = "the month that is paid", .summary_zh = "发放月份" }
#define KIND_FIELD                                                                                \
    { .name = "kind", .type = SERVICE_NAME, .shows = "KIND", .is_required = true,                 \
      .summary = "what is paid: pension, resident, unemployment ...",                             \
      .summary_zh = "发放类别：pension 职工养老、resident 居民养老、unemployment 失业金等" }
#define PAYER_FIELD                                                                               \
    { .name = "payer", .type = SERVICE_TEXT, .shows = "ACCOUNT",                                  \
      .summary = "the account that pays: must be the one set for the fund (doudi payer list), which is the default", \
      .summary_zh = "付款账户：须为该基金已设定的账户（doudi payer list），默认即该账户" }
static const service_field DRAFT_INPUT[] = { RUN_MONTH_FIELD, KIND_FIELD, PAYER_FIELD, SERVICE_KEY_FIELD, SERVICE_WHY_FIELD,
                                             SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field REDRAFT_INPUT[] = { PAYRUN_RUN_FIELD, SERVICE_KEY_FIELD, SERVICE_WHY_FIELD,
                                               SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
#define TALLY_FIELD(field, en, zh)                                                                \
    { .name = field, .type = SERVICE_COUNT, .is_optional = true, .summary = en, .summary_zh = zh }
static const service_field DRAFT_OUTPUT[] = {
    PAYRUN_OUTPUT,
    TALLY_FIELD("without_account", "left out: no bank account", "未列入：没有银行账户"),
    TALLY_FIELD("refused_before", "left out: the bank refused the account, and it was not mended",
                "未列入：银行曾拒收该账户，尚未更正"),
    TALLY_FIELD("payee_dead", "left out: the bank says the payee has died", "未列入：银行称收款人已死亡，待核实"),
    PAYRUN_HELD_OUTPUT("left out: held by alerts", "未列入：因预警暂停发放"),
    TALLY_FIELD("suspended", "left out: suspended", "未列入：暂停发放"),
    TALLY_FIELD("still_waiting", "of earlier runs, still waiting", "以前批次未发，仍在等待"),
    TALLY_FIELD("not_due", "of earlier runs, no longer due", "以前批次未发，已不应发"),
    TALLY_FIELD("paid_again", "refused or returned, paid again", "拒付、退票重发"),
    TALLY_FIELD("picked_up", "left out before, paid now", "此前未列入，本次补发"),
    TALLY_FIELD("items", "paid once: arrears, grants", "一次性支付：补发、一次性待遇"),
    TALLY_FIELD("withheld_lines", "lines something is withheld from", "有抵扣的笔数"),
    { .name = "withheld", .type = SERVICE_TEXT, .is_optional = true, .summary = "withheld, yuan",
      .summary_zh = "抵扣（元）" },
    TALLY_FIELD("not_withheld", "overpayments nothing was withheld for: not decided", "未能核定抵扣额的多发项目"),
    TALLY_FIELD("alerts", "alerts raised at the draft", "编制时立的预警"),
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "drafted now, not before", .summary_zh = "本次新编制" },
    PAYRUN_HELD_LINES,
};

typedef struct {
    service_call *call;
    payrun p; /* of a redraft */
    payrun_fill fill;
    payrun_fill_tally tally;
    payrun_table table;
    payment *runs;
    int64_t alerts; /* raised by the draft */
} drafting;

/* ---- other runs of the month ---- */

static err runs_of(const drafting *d, text kind, int64_t but_id, int64_t *standing_id, payment_state *state,
                   int *withdrawn_count, int *sent_count)
{
    payment_run *list;
    size_t count;
    *standing_id = *withdrawn_count = *sent_count = 0;
    TRY(payment_list(d->fill.office->memory, d->runs, d->fill.month, &list, &count));
    for (size_t i = 0; i < count; i++) {
        if (list[i].run_id == but_id || !text_equal(list[i].terms.kind, kind)) continue;
        bool was_sent = list[i].state >= PAYMENT_SENT && list[i].state <= PAYMENT_CLOSED;
        *withdrawn_count += list[i].state == PAYMENT_WITHDRAWN;
        *sent_count += was_sent;
        /* Of supplementary runs several may stand; the one that still can be changed counts. */
        bool is_settled = payrun_is_supplement(kind) && was_sent;
        if (*standing_id || list[i].state == PAYMENT_WITHDRAWN || is_settled) continue;
        *standing_id = list[i].run_id;
        *state = list[i].state;
    }
    return ERR_NONE;
}

/* ---- opening ---- */

static err begin(drafting *d, const text **parts, size_t *part_count)
{
    text *found;
    TRY(county_runs(d->fill.office, &d->runs));
    TRY(payrun_table_read(d->fill.office, &d->table));
    TRY(payrun_parts(d->fill.office->memory, &d->table, d->fill.kind, &d->fill.fund, &found, part_count));
    d->fill.table = &d->table;
    d->fill.parts = *parts = found;
    d->fill.part_count = *part_count;
    return ERR_NONE;
}

/* A run is of the open month, or before any was opened of the first: a month that is closed is paid by a
 * supplement of the open one, and one to come by nobody. */
static err need_open_month(const drafting *d)
{
    text open, first;
    int32_t month;
    charter *room;
    TRY(county_charter(d->fill.office, &room));
    TRY(charter_read(d->fill.office->memory, room, TEXT("month.open"), CHARTER_NOW, &open));
    if (!open.size_bytes) {
        TRY(county_setting(d->fill.office, "office.month", &first));
        open = first;
    }
    TRY(calendar_parse_month(open, &month));
    return month == d->fill.month ? ERR_NONE
                                  : err_of(&MONTH_NOT_OPEN, service_month_text(d->call->request, d->fill.month).bytes);
}

static err open_new(drafting *d, text kind, text key)
{
    arena *a = d->fill.office->memory;
    payment_terms terms = { .month = d->fill.month, .kind = kind, .fund = d->fill.fund, .parts = d->fill.parts,
                            .part_count = d->fill.part_count,
                            .payer_account = service_text_of(d->call, "payer", TEXT_NONE) };
    TRY(need_open_month(d));
    TRY(payer_account_of(d->fill.office, d->fill.fund, terms.payer_account, &terms.payer_account));
    payment_act act = { .actor_id = d->fill.office->actor_id, .known_ms = d->fill.office->now_ms,
                        .why = service_text_of(d->call, "why", text_of(d->call->op->name)),
                        .key = service_text_of(d->call, "key", key) };
    return payment_draft_open(a, d->runs, &terms, &act, &d->fill.draft);
}

/* ---- watched at the act ---- */

/* Large and many payments are seen as soon as they are drafted, before anybody signs. */
static err look_at_run(drafting *d)
{
    return watch_at_act(d->fill.office, TEXT("watch.paying"), d->fill.month, &d->alerts);
}

/* ---- answering ---- */

static err reply(drafting *d, int64_t run_id, bool is_new, bool is_told)
{
    arena *a = d->call->request;
    service_value *into = d->call->reply;
    payment_run run;
    const payrun_fill_tally *t = &d->tally;
    const struct { const char *name; int64_t count; } told[] = {
        { "without_account", t->without_account }, { "refused_before", t->refused_before },
        { "payee_dead", t->payee_dead },           { "suspended", t->suspended },
        { "still_waiting", t->still_waiting },     { "not_due", t->not_due },
        { "paid_again", t->paid_again },           { "picked_up", t->picked_up },
        { "items", t->item_lines },                { "withheld_lines", t->withheld_lines },
        { "not_withheld", t->not_withheld },     { "alerts", d->alerts },
    };
    TRY(payment_find(d->fill.office->memory, d->runs, run_id, &run));
    TRY(payrun_put(d->call, into, &run));
    for (size_t i = 0; is_told && i < ARRAY_COUNT(told); i++) service_put_count(a, into, told[i].name, told[i].count);
    if (is_told) service_put_text(a, into, "withheld", service_yuan(a, t->withheld_fen));
    service_put_bool(a, into, "is_new", is_new);
    if (is_told && t->not_withheld)
        service_note(d->call, "nothing was withheld for some overpayments, they are paid in full: ",
                     "有多发项目未能核定抵扣额，本次足额发放：", text_copy(a, t->why_not_withheld));
    return ERR_NONE;
}

/* The same draft told again: nothing is done. */
static err stands_already(drafting *d, int64_t run_id)
{
    store_rollback(d->fill.office->db);
    service_note(d->call, "this run stands; what changed since comes in with: doudi payrun redraft ",
                 "该批次已在；此后的变化用以下命令列入：doudi payrun redraft ",
                 text_format(d->call->request, "%lld", (long long)run_id));
    return reply(d, run_id, false, false);
}

/* ---- draft ---- */

static err open_call(drafting *d)
{
    staff_session *session;
    const text *parts;
    size_t part_count;
    d->fill.kind = service_text_of(d->call, "kind", TEXT_NONE);
    if (payrun_is_supplement(d->fill.kind)) return err_of(&PAYRUN_UNKNOWN_KIND, text_cstr(d->call->request,
                                                                                          d->fill.kind));
    TRY(service_month_of(d->call, "month", 0, &d->fill.month));
    TRY(county_open(d->call, COUNTY_WRITE, &d->fill.office));
    TRY(county_login(d->fill.office, &session));
    TRY(county_begin(d->fill.office));
    return begin(d, &parts, &part_count);
}

static err payrun_draft_run(service_call *call)
{
    drafting d = { .call = call };
    int64_t standing_id, run_id;
    int withdrawn_count, sent_count;
    payment_state state;
    bool is_new;
    TRY(open_call(&d));
    TRY(runs_of(&d, d.fill.kind, 0, &standing_id, &state, &withdrawn_count, &sent_count));
    if (standing_id && !service_is_given(call, "key")) return stands_already(&d, standing_id);
    /* The key tells a draft after a withdrawal from the withdrawn one told again. */
    text key = text_format(d.fill.office->memory, "payrun/%.*s/%d", TEXT_ARG(d.fill.kind), d.fill.month);
    if (withdrawn_count) key = text_format(d.fill.office->memory, "%.*s/%d", TEXT_ARG(key), withdrawn_count);
    TRY(open_new(&d, d.fill.kind, key));
    TRY(payrun_fill_all(&d.fill, &d.tally));
    TRY(payment_draft_finish(d.fill.draft, &run_id, &is_new));
    TRY(runs_of(&d, d.fill.kind, run_id, &standing_id, &state, &withdrawn_count, &sent_count));
    if (is_new && standing_id)
        return err_of(&PAYRUN_DRAFTED_BEFORE, text_format(call->request, "%lld", (long long)standing_id).bytes);
    if (is_new) TRY(payrun_items_take(d.fill.office, run_id, &d.tally.items));
    if (is_new) TRY(look_at_run(&d));
    TRY(store_commit(d.fill.office->db));
    return reply(&d, run_id, is_new, true);
}

/* ---- supplement ---- */

static err nothing_waits(const drafting *d)
{
    text shown;
    TRY(payrun_kind_shown(d->fill.office, d->fill.kind, &shown));
    return err_of(&PAYRUN_NOTHING_WAITS, text_cstr(d->call->request, shown));
}

static err payrun_supplement_run(service_call *call)
{
    drafting d = { .call = call, .fill.is_supplement = true };
    int64_t standing_id, run_id;
    int withdrawn_count, sent_count, before;
    payment_state state = PAYMENT_NONE;
    bool is_new;
    TRY(open_call(&d));
    TRY(runs_of(&d, d.fill.kind, 0, &standing_id, &state, &withdrawn_count, &before));
    if (!before)
        return err_of(&PAYRUN_NOT_SENT_YET, standing_id ? err_said(call->request, " (run %lld)", "（批次 %lld）",
                                                                      (long long)standing_id) : "");
    text kind = text_format(d.fill.office->memory, "%.*s" PAYRUN_SUPPLEMENT, TEXT_ARG(d.fill.kind));
    TRY(runs_of(&d, kind, 0, &standing_id, &state, &withdrawn_count, &sent_count));
    if (standing_id) return stands_already(&d, standing_id);
    text key = text_format(d.fill.office->memory, "payrun/%.*s/%d/%d", TEXT_ARG(kind), d.fill.month,
                           withdrawn_count + sent_count);
    TRY(open_new(&d, kind, key));
    TRY(payrun_fill_all(&d.fill, &d.tally));
    err e = payment_draft_finish(d.fill.draft, &run_id, &is_new);
    if (e.kind == &PAYMENT_EMPTY) return nothing_waits(&d);
    TRY(e);
    if (is_new) TRY(payrun_items_take(d.fill.office, run_id, &d.tally.items));
    if (is_new) TRY(look_at_run(&d));
    TRY(store_commit(d.fill.office->db));
    return reply(&d, run_id, is_new, true);
}

/* ---- redraft ---- */

/* What the table says now must be what the run was made with: its parts are what the books know it by. */
static err same_parts(const drafting *d, const payment_run *run)
{
    bool is_same = run->terms.part_count == d->fill.part_count;
    for (size_t i = 0; is_same && i < d->fill.part_count; i++) is_same = text_equal(run->terms.parts[i],
                                                                                    d->fill.parts[i]);
    return is_same ? ERR_NONE : err_of(&PAYRUN_BAD_TABLE, text_cstr(d->call->request, run->terms.kind));
}

static err payrun_redraft_run(service_call *call)
{
    drafting d = { .call = call };
    const text *parts;
    size_t part_count;
    int64_t run_id, left_before, left_now;
    bool is_new;
    payment_run now;
    TRY(payrun_open(call, COUNTY_WRITE, &d.p));
    TRY(payrun_may(&d.p, PAYMENT_REDRAFT));
    d.fill.office = d.p.office;
    d.fill.kind = payrun_base_kind(d.p.run.terms.kind);
    d.fill.is_supplement = payrun_is_supplement(d.p.run.terms.kind);
    d.fill.month = d.p.run.terms.month;
    d.fill.run_id = d.p.run.run_id;
    TRY(begin(&d, &parts, &part_count));
    TRY(same_parts(&d, &d.p.run));
    TRY(payment_left_count(d.runs, d.p.run.run_id, &left_before));
    TRY(payrun_items_release(d.p.office, d.p.run.run_id));
    TRY(payrun_says_state(&d.p, payment_redraft_open(d.p.office->memory, d.runs, d.p.run.run_id, &d.p.act, &d.fill.draft)));
    TRY(payrun_fill_all(&d.fill, &d.tally));
    TRY(payment_draft_finish(d.fill.draft, &run_id, &is_new));
    TRY(payrun_items_take(d.p.office, run_id, &d.tally.items));
    TRY(payment_find(d.p.office->memory, d.runs, run_id, &now));
    TRY(payment_left_count(d.runs, run_id, &left_now));
    /* With the same lines there is nothing to sign anew. */
    bool is_same = crypto_digest_equal(now.lines_digest, d.p.run.lines_digest) && left_now == left_before;
    if (is_same) store_rollback(d.p.office->db);
    else TRY(look_at_run(&d));
    if (!is_same) TRY(store_commit(d.p.office->db));
    return reply(&d, run_id, !is_same, true);
}

/* ---- rows ---- */

#define DRAFT_OP(op_name, may, en, zh, fields, runs, example)                                     \
    {                                                                                             \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险经办条例》第四十条",                \
        .kind = SERVICE_WRITE, .permission = may, .input = fields,                                \
        .input_count = ARRAY_COUNT(fields), .output = DRAFT_OUTPUT,                               \
        .output_count = ARRAY_COUNT(DRAFT_OUTPUT),                                                \
        .examples = (const char *const[]){ example, NULL }, .run = runs, .print = payrun_print    \
    }

const service_op PAYRUN_DRAFT_OP =
    DRAFT_OP("payrun.draft", "payrun.draft", "Draft the run that pays a month's benefits of one kind", "编制一个月的待遇支付批次",
             DRAFT_INPUT, payrun_draft_run, "doudi payrun draft --month 2026-11 --kind pension --as zhangwei");
const service_op PAYRUN_SUPPLEMENT_OP =
    DRAFT_OP("payrun.supplement", "payrun.draft", "Draft a run for those whom the month's runs have not paid",
             "编制补发批次：当月未发、拒付和退票后已更正的人员", DRAFT_INPUT, payrun_supplement_run,
             "doudi payrun supplement --month 2026-11 --kind pension --as zhangwei");
const service_op PAYRUN_REDRAFT_OP =
    DRAFT_OP("payrun.redraft", "payrun.redraft", "Draft a run that was not sent anew; the signatures before are void",
             "重新编制尚未送银行的批次，原签名作废", REDRAFT_INPUT, payrun_redraft_run, "doudi payrun redraft 12 --as zhangwei");
