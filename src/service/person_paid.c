/* doudi person paid: why so much was paid in a line of a run: the decisions it is the sum of, what was withheld of it, and
 * the same of the time before. */
#include "calendar/calendar.h"
#include "service/award.h"
#include "service/benefit.h"
#include "service/amount.h"
#include "service/operations.h"
#include "service/payrun_people.h"
#include "service/record_rows.h"
#include "service/recovery.h"
#include "service/revise.h"

static const service_field PAID_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "run", .type = SERVICE_COUNT, .shows = "RUN", .is_required = true, .summary = "in which run", .summary_zh = "支付批次" },
    { .name = "line", .type = SERVICE_COUNT, .shows = "LINE", .summary = "which line of it, where the person has several",
      .summary_zh = "批次内序号；此人有多笔时指明" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field PAID_OUTPUT[] = { AMOUNT_OUTPUT };

const err_kind PERSON_NO_SUCH_LINE = {
    "person.no_such_line", ERR_NOT_FOUND, "No line of run {} pays this person so; doudi person payments lists them.",
    "批次 {} 中没有此人的这一笔；用 doudi person payments 查看各笔。"
};

typedef struct {
    revise r;
    amount amount;
    payment *runs;
    payrun_table table;
    payment_paid *all;
    size_t count;
    const payment_paid *paid;
    payment_run run, root_run;
    payment_line root;   /* the line a chain of payments began with */
    text benefit;
    int64_t person_id;   /* who is paid: of a merged record the one of then */
    revise_chain before; /* of the time before; count 0: none */
    int64_t before_fen;
    bool has_before;
} telling;

/* ---- which line ---- */

static err find_line(telling *t, int64_t run_id, int64_t line)
{
    arena *a = t->r.m.memory;
    size_t id_count;
    int64_t person_id, *ids;
    service_call *call = t->r.m.call;
    TRY(record_find_person(t->r.m.office, service_text_of(call, "who", TEXT_NONE), &person_id));
    TRY(record_ids_of(t->r.m.office, person_id, &ids, &id_count));
    for (size_t k = 0; k < id_count && !t->paid; k++) {
        t->person_id = ids[k];
        TRY(payment_of_person(a, t->runs, ids[k], &t->all, &t->count));
        for (size_t i = 0; i < t->count && !t->paid; i++)
            if (t->all[i].run_id == run_id && (!line || t->all[i].number == line)) t->paid = &t->all[i];
    }
    return t->paid ? ERR_NONE : err_of(&PERSON_NO_SUCH_LINE, text_format(call->request, "%lld", (long long)run_id).bytes);
}

/* ---- a benefit of the month: its decisions ---- */

static err read_chain(telling *t, int64_t decision_id, revise_chain *chain)
{
    revise_person who;
    TRY(registry_word_find(t->r.m.office->people, t->benefit, &t->r.benefit));
    t->r.benefit_name = t->benefit;
    TRY(revise_person_read(&t->r, t->person_id, &who));
    return revise_chain_then(t->r.m.memory, t->r.decisions, &who, decision_id, chain);
}

static int64_t fen_in(const revise_chain *chain, int64_t decision_id, int32_t month)
{
    for (size_t i = 0; i < chain->count; i++)
        if (chain->links[i].decision_id == decision_id && chain->links[i].from_month <= month) return chain->links[i].fen;
    return 0;
}

/* The last line of the same benefit for an earlier month. */
static err read_before(telling *t)
{
    const payment_paid *last = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const payment_paid *p = &t->all[i];
        payment_run run;
        bool is_month = !p->line.item && !p->line.reissue_of_run && p->line.for_month < t->root.for_month;
        if (!is_month || (last && last->line.for_month > p->line.for_month)) continue;
        TRY(payment_find(t->r.m.memory, t->runs, p->run_id, &run));
        if (run.state != PAYMENT_WITHDRAWN && text_equal(payrun_benefit_of(&t->table, &run, &p->line), t->benefit)) last = p;
    }
    if (!last) return ERR_NONE;
    t->has_before = true;
    t->before_fen = payment_line_fen(&last->line) + last->line.withheld_fen;
    TRY(read_chain(t, last->line.decision, &t->before));
    for (size_t i = 0; i < t->before.count; i++) /* those that were not due then say nothing of it */
        if (t->before.links[i].from_month > last->line.for_month) t->before.links[i].fen = 0;
    return ERR_NONE;
}

static err add_decision(telling *t, const revise_link *link, int64_t fen)
{
    const award_row *rows;
    size_t count;
    service_call *call = t->r.m.call;
    arena *a = call->request;
    text name = text_copy(a, link->made.terms.purpose);
    TRY(award_table_read(&t->r.m, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(rows[i].purpose, link->made.terms.purpose)) name = call->is_chinese ? rows[i].zh : rows[i].en;
    if (link->batch_id) {
        revision_batch batch;
        TRY(revision_find(t->r.m.memory, t->r.book, link->batch_id, &batch));
        name = revise_kind_text(call, batch.terms.kind);
    }
    const char *form = link->batch_id ? service_say(call, "decision %lld, due from %.*s, batch %lld", "核定 %lld，%.*s 起，批次 %lld")
                                      : service_say(call, "decision %lld, due from %.*s", "核定 %lld，%.*s 起");
    text how = text_format(a, form, (long long)link->decision_id, TEXT_ARG(service_month_text(a, link->from_month)), (long long)link->batch_id);
    service_value *part = amount_add(&t->amount, name, how, fen);
    if (t->has_before) amount_before(&t->amount, part, fen_in(&t->before, link->decision_id, INT32_MAX));
    amount_asks(&t->amount, part, "person.explain", text_format(a, "person=%lld", (long long)t->person_id));
    amount_asks(&t->amount, part, "person.explain", text_format(a, "decision=%lld", (long long)link->decision_id));
    return ERR_NONE;
}

static err add_month(telling *t)
{
    revise_chain chain;
    int64_t told = 0, told_before = 0, due = payment_line_fen(&t->root) + t->root.withheld_fen;
    int32_t month = (int32_t)t->root.for_month;
    service_call *call = t->r.m.call;
    TRY(read_before(t));
    TRY(read_chain(t, t->root.decision, &chain));
    for (size_t i = 0; i < chain.count; i++) {
        if (chain.links[i].from_month > month) continue;
        TRY(add_decision(t, &chain.links[i], chain.links[i].fen));
        told += chain.links[i].fen;
        told_before += fen_in(&t->before, chain.links[i].decision_id, INT32_MAX);
    }
    for (size_t i = 0; i < t->before.count; i++) { /* what counted then, and no longer does */
        const revise_link *gone = &t->before.links[i];
        if (!gone->fen || fen_in(&chain, gone->decision_id, month)) continue;
        TRY(add_decision(t, gone, 0));
        told_before += gone->fen;
    }
    if (told == due && (!t->has_before || told_before == t->before_fen)) return ERR_NONE;
    service_value *rest = amount_add(&t->amount, text_of(service_say(call, "in payment before this office's decisions", "本系统核定以前已在发放的部分")),
                                     TEXT(""), due - told);
    if (t->has_before) amount_before(&t->amount, rest, t->before_fen - told_before);
    return ERR_NONE;
}

/* ---- paid once: the months of its item ---- */

/* What earlier lines of the item had settled. */
static int64_t settled_before(const telling *t)
{
    int64_t fen = 0;
    for (size_t i = 0; i < t->count; i++) {
        const payment_line *line = &t->all[i].line;
        bool is_earlier = t->all[i].run_id < t->root_run.run_id && line->item == t->root.item && line->item_subject == t->root.item_subject;
        if (is_earlier && !line->reissue_of_run && t->all[i].outcome == PAYMENT_PAID) fen += payment_line_fen(line) + line->withheld_fen;
    }
    return fen;
}

static err add_item(telling *t)
{
    oneoff_book *book;
    oneoff_standing item;
    oneoff_line *lines;
    size_t count;
    service_call *call = t->r.m.call;
    arena *a = call->request;
    int64_t subject = t->root.item_subject ? t->root.item_subject : t->person_id;
    TRY(county_oneoffs(t->r.m.office, &book));
    TRY(oneoff_read(a, book, subject, t->root.item, &item));
    TRY(oneoff_lines(a, book, subject, t->root.item, &lines, &count));
    oneoff_line *some = ARENA_ARRAY(a, oneoff_line, count + 1);
    size_t made = oneoff_share(lines, count, settled_before(t), payment_line_fen(&t->root) + t->root.withheld_fen, some);
    for (size_t i = 0; i < made; i++) {
        const oneoff_word *kind = oneoff_kind_word(item.item.kind);
        text month = service_month_text(a, some[i].month), part_name = county_word_shown(t->r.m.office, some[i].part);
        text name = text_format(a, "%s %.*s %.*s", service_say(call, kind->says, kind->says_zh), TEXT_ARG(month), TEXT_ARG(part_name));
        text how = text_format(a, service_say(call, "item %lld: %.*s", "项目 %lld：%.*s"), (long long)t->root.item,
                               TEXT_ARG(county_word_shown(t->r.m.office, item.item.reason)));
        service_value *part = amount_add(&t->amount, name, how, some[i].fen);
        if (!item.item.decision_id) continue;
        amount_asks(&t->amount, part, "person.explain", text_format(a, "person=%lld", (long long)subject));
        amount_asks(&t->amount, part, "person.explain", text_format(a, "decision=%lld", (long long)item.item.decision_id));
    }
    return ERR_NONE;
}

/* ---- withheld ---- */

static err add_withheld(telling *t)
{
    text how;
    service_call *call = t->r.m.call;
    arena *a = call->request;
    if (!t->root.withheld_fen) return ERR_NONE;
    TRY(recovery_words(t->r.m.office, &t->root, &how));
    service_value *part = amount_add(&t->amount, text_of(service_say(call, "withheld", "抵扣")), how, -t->root.withheld_fen);
    amount_asks(&t->amount, part, "person.explain", text_format(a, "person=%lld", (long long)t->person_id));
    amount_asks(&t->amount, part, "person.explain", text_format(a, "withheld=%.*s", TEXT_ARG(service_month_text(a, t->root_run.terms.month))));
    return ERR_NONE;
}

/* ---- the operation ---- */

static err tell(telling *t)
{
    service_call *call = t->r.m.call;
    arena *a = call->request;
    int64_t root_run;
    payment_numbered at = { .number = t->paid->number, .line = t->paid->line };
    TRY(payment_find(t->r.m.memory, t->runs, t->paid->run_id, &t->run));
    TRY(payment_line_root(t->r.m.memory, t->runs, t->paid->run_id, &at, &root_run, &t->root));
    TRY(payment_find(t->r.m.memory, t->runs, root_run, &t->root_run));
    t->benefit = payrun_benefit_of(&t->table, &t->root_run, &t->root);
    t->amount = amount_begin(call, text_format(a, service_say(call, "%.*s for %.*s, paid in %.*s (run %lld, line %lld)",
                                                              "%.*s，%.*s，%.*s 发放（批次 %lld，第 %lld 笔）"),
        TEXT_ARG(county_word_shown(t->r.m.office, t->benefit)), TEXT_ARG(service_month_text(a, (int32_t)t->root.for_month)),
        TEXT_ARG(service_month_text(a, t->run.terms.month)), (long long)t->run.run_id, (long long)t->paid->number));
    if (t->root.item) TRY(add_item(t));
    else TRY(add_month(t));
    TRY(add_withheld(t));
    return amount_end(&t->amount, payment_line_fen(&t->paid->line), "not told by what is kept", "现有记录未能说明");
}

static err person_paid_run(service_call *call)
{
    county *office;
    registry *people;
    telling t = { .has_before = false };
    TRY(county_open(call, COUNTY_READ, &office));
    t.r.m = (month_call){ .call = call, .office = office, .memory = office->memory };
    TRY(county_runs(office, &t.runs));
    TRY(county_people(office, &people));
    TRY(county_revisions(office, &t.r.book));
    TRY(payrun_table_read(office, &t.table));
    TRY(find_line(&t, (int64_t)service_size_of(call, "run", 0), (int64_t)service_size_of(call, "line", 0)));
    TRY(revise_bucket_open(&t.r));
    return revise_bucket_close(&t.r, tell(&t));
}

static const char *const PAID_EXAMPLES[] = { "doudi person paid 1024 --run 3", NULL };

const service_op PERSON_PAID_OP = {
    .name = "person.paid",
    .summary = "Why so much was paid: the decisions or months it is the sum of, what was withheld, and the time before",
    .summary_zh = "这一笔为何发这么多：由哪些核定或月份组成、抵扣多少、与上次相比变在哪里",
    .law = "社会保险法 第七十四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_person = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = PAID_INPUT,
    .input_count = ARRAY_COUNT(PAID_INPUT),
    .output = PAID_OUTPUT,
    .output_count = ARRAY_COUNT(PAID_OUTPUT),
    .examples = PAID_EXAMPLES,
    .run = person_paid_run,
    .print = amount_print,
};
