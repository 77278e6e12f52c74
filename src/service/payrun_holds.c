#include "service/payrun_holds.h"

#include <stdlib.h>

#include "base/search.h"
#include "service/decide.h"
#include "service/watch.h"
#include "service/words.h"
#include "watch/watch.h"

const err_kind PAYRUN_HELD = {
    "payrun.held", ERR_CONFLICT,
    "Alerts made since the run was drafted hold payments in it ({}); draft it again without them (payrun redraft), or have "
    "three people let the alert go.",
    "批次编制后有预警暂停了其中的发放（{}）；请重新编制（payrun redraft）将其剔除，或由三人解除预警后再办。"
};

const service_field PAYRUN_HELD_FIELDS[] = {
    { .name = "alert", .type = SERVICE_COUNT, .summary = "alert", .summary_zh = "预警编号" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "原因" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
};
_Static_assert(ARRAY_COUNT(PAYRUN_HELD_FIELDS) == PAYRUN_HELD_FIELD_COUNT, "fields of what is held");

/* What a hold stops that is no benefit of one name. */
#define ANY_PAYMENT "payment"

struct payrun_holds {
    county *office;
    alert_book *book;
    alert_row *rows; /* that stand and hold, by subject, then alert */
    size_t count;
    alert_held *held;
    text *watches; /* by held: the key of the watch */
    size_t held_count, held_capacity, watch_count, watch_capacity;
    int64_t held_fen;
};

static int by_subject(const void *a, const void *b)
{
    const alert_row *x = a, *y = b;
    if (x->terms.subject_id != y->terms.subject_id) return x->terms.subject_id < y->terms.subject_id ? -1 : 1;
    return x->alert_id < y->alert_id ? -1 : x->alert_id > y->alert_id;
}

/* Called mended, it holds on: only a look at the county that finds the cause gone ends it. */
bool payrun_holds_stands(const alert_row *row)
{
    return row->terms.action == WATCH_HOLD && row->state != ALERT_DISMISSED && row->state != ALERT_GONE;
}

err payrun_holds_open(county *office, payrun_holds **holds)
{
    payrun_holds *h = ARENA_NEW(office->memory, payrun_holds);
    alert_filter all = { .has_open = true, .has_over = true, .action = WATCH_HOLD };
    size_t count, capacity = 0;
    alert_row *rows;
    *h = (payrun_holds){ .office = office };
    *holds = h;
    TRY(county_alerts(office, &h->book));
    TRY(alert_list(office->memory, h->book, &all, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (payrun_holds_stands(&rows[i])) ARENA_PUSH(office->memory, h->rows, h->count, capacity, rows[i]);
    if (h->count) qsort(h->rows, h->count, sizeof *h->rows, by_subject);
    return ERR_NONE;
}

static const alert_row *find(const payrun_holds *h, decide_each each, int64_t subject_id, text benefit)
{
    size_t low = SEARCH_FIRST(h->rows, h->count, terms.subject_id, subject_id);
    for (; low < h->count && h->rows[low].terms.subject_id == subject_id; low++) {
        const alert_terms *t = &h->rows[low].terms;
        bool stops = text_equal_cstr(t->target, ANY_PAYMENT) || text_equal(t->target, benefit);
        if (t->subject_kind == (int64_t)each && stops) return &h->rows[low];
    }
    return NULL;
}

const alert_row *payrun_holds_on(const payrun_holds *h, int64_t person_id, text benefit, int64_t account)
{
    const alert_row *row = find(h, DECIDE_EACH_PERSON, person_id, benefit);
    return row || !account ? row : find(h, DECIDE_EACH_ACCOUNT, account, benefit);
}

void payrun_holds_note(payrun_holds *h, const alert_row *row, const payment_line *line, text benefit)
{
    arena *a = h->office->memory;
    alert_held one = { .alert_id = row->alert_id, .person_id = line->person_id, .month = (int32_t)line->for_month,
                       .benefit = text_copy(a, benefit), .fen = payment_line_fen(line) };
    ARENA_PUSH(a, h->held, h->held_count, h->held_capacity, one);
    ARENA_PUSH(a, h->watches, h->watch_count, h->watch_capacity, row->terms.watch);
    h->held_fen += one.fen;
}

static void put(payrun_holds *h)
{
    county *c = h->office;
    service_call *call = c->call;
    arena *a = call->request;
    service_put_count(a, call->reply, "held", (int64_t)h->held_count);
    if (!h->held_count) return;
    service_put_text(a, call->reply, "held_amount", service_yuan(a, h->held_fen));
    service_value *list = service_put_list(a, call->reply, "held_lines");
    for (size_t i = 0; i < h->held_count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "alert", h->held[i].alert_id);
        service_put_count(a, v, "person", h->held[i].person_id);
        service_put_text(a, v, "benefit", text_copy(a, county_word_shown(c, h->held[i].benefit)));
        service_put_text(a, v, "reason", watch_title(call, h->watches[i]));
        service_put_text(a, v, "amount", service_yuan(a, h->held[i].fen));
    }
}

err payrun_holds_keep(payrun_holds *h)
{
    county *c = h->office;
    alert_act act = { .actor_id = c->actor_id, .known_ms = c->now_ms, .why = text_of(c->call->op->name) };
    TRY(alert_hold(h->book, &act, h->held, h->held_count));
    put(h);
    return ERR_NONE;
}

/* ---- a run that was drafted before ---- */

/* The benefit of a line; of an item, the item's own, which its account tells as well. */
static err look_at(payrun_holds *h, const payrun *p, const payrun_table *table)
{
    payment_cursor *cursor;
    const payment_numbered *line;
    err e;
    TRY(payment_lines(h->office->memory, p->runs, p->run.run_id, &cursor));
    for (;;) {
        e = payment_next_line(cursor, &line);
        if (e.kind || !line) break;
        text benefit = payrun_benefit_of(table, &p->run, &line->line);
        const alert_row *row = payrun_holds_on(h, line->line.person_id, benefit, line->line.account);
        if (row) payrun_holds_note(h, row, &line->line, benefit);
    }
    payment_lines_close(cursor);
    return e;
}

err payrun_holds_look(payrun_holds *h, payrun *p)
{
    payrun_table table;
    if (!h->count) return ERR_NONE;
    TRY(payrun_table_read(p->office, &table));
    return look_at(h, p, &table);
}

err payrun_holds_refuse(payrun *p)
{
    payrun_holds *h;
    TRY(payrun_holds_open(p->office, &h));
    TRY(payrun_holds_look(h, p));
    if (!h->held_count) return ERR_NONE;
    text detail = text_format(p->call->request, service_say(p->call, "%zu lines; person %lld, alert %lld",
                                                            "%zu 笔；人员 %lld，预警 %lld"),
                              h->held_count, (long long)h->held[0].person_id, (long long)h->held[0].alert_id);
    return err_of(&PAYRUN_HELD, detail.bytes);
}

err payrun_holds_put(payrun *p)
{
    payrun_holds *h;
    if (p->run.state == PAYMENT_WITHDRAWN) return ERR_NONE;
    TRY(payrun_holds_open(p->office, &h));
    TRY(payrun_holds_look(h, p));
    if (!h->held_count) return ERR_NONE;
    put(h);
    if (p->run.state < PAYMENT_SENT)
        service_note(p->call, "alerts hold lines of this run: it can neither be signed nor sent before it is drafted again: "
                     "doudi payrun redraft ", "预警暂停了本批次中的发放，重新编制前不能签字、不能送银行：doudi payrun redraft ",
                     text_format(p->call->request, "%lld", (long long)p->run.run_id));
    else
        service_note(p->call, "alerts hold lines of this run, but came after it was sent to the bank: what was paid in error is "
                     "recovered (doudi benefit stop)", "预警在本批次送银行之后才立，其中已付的如属多发，须追回（doudi benefit stop）",
                     TEXT_NONE);
    return ERR_NONE;
}
