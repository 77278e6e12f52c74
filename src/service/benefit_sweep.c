/* doudi benefit sweep, list: the months that runs missed, of everybody; and who draws what, in which state and why. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/benefit.h"
#include "service/files.h"
#include "service/month.h"
#include "service/oneoff_show.h"
#include "service/operations.h"

static const service_field SWEEP_INPUT[] = { SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field SWEEP_OUTPUT[] = {
    { .name = "looked", .type = SERVICE_COUNT, .summary = "benefits looked at", .summary_zh = "核对的待遇" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people with a difference", .summary_zh = "有差额的人数" },
    BENEFIT_BATCH_OUTPUT,
};

typedef struct {
    benefit_call b;
    benefit_batch batch;
    int64_t *words; /* by row of the table: the benefit's word */
    benefit_span *closed; /* by row of the table: months of its fund's books that are closed */
    int64_t looked;
} sweeping;

typedef struct {
    int64_t person_id;
    text benefit;
    benefit_span closed;
} drawer;

/* Who draws a benefit a run pays, or did. */
static err gather(sweeping *s, arena *a, uint32_t bucket, drawer **list, size_t *count)
{
    registry_roster *rows;
    size_t capacity = 0;
    int32_t today = s->b.call->office->settings.today_day;
    registry_roster_options wants = { .day = today, .month = calendar_month_of_day(today), .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_BENEFIT };
    *list = NULL;
    *count = 0;
    TRY(registry_roster_open(a, s->b.office->people, bucket, &wants, &rows));
    err e;
    for (;;) {
        const registry_roster_row *row;
        e = registry_roster_next(rows, &row);
        if (e.kind || !row) break;
        for (size_t i = 0; i < row->benefit_count; i++)
            for (size_t t = 0; t < s->b.table.count; t++) {
                text benefit = s->b.table.rows[t].benefit;
                bool is_it = s->words[t] && s->words[t] == row->benefits[i].benefit && row->benefits[i].state == REGISTRY_PAYING;
                if (!is_it || benefit_row(&s->b, benefit) != &s->b.table.rows[t]) continue;
                drawer one = { row->subject_id, benefit, s->closed[t] };
                ARENA_PUSH(a, *list, *count, capacity, one);
            }
    }
    registry_roster_close(rows);
    return e;
}

static err sweep_bucket(sweeping *s, uint32_t bucket)
{
    drawer *list;
    size_t count;
    TRY(gather(s, s->b.memory, bucket, &list, &count));
    for (size_t i = 0; i < count; i++) {
        benefit_settling one = { .person_id = list[i].person_id, .benefit = list[i].benefit,
                                 .reason = TEXT(BENEFIT_UNPAID), .way = ONEOFF_WAY_REPAID,
                                 .closed_from = list[i].closed.from, .closed_until = list[i].closed.until };
        TRY(benefit_settle(&s->b, &s->batch, &one));
    }
    s->looked += (int64_t)count;
    return ERR_NONE;
}

static err sweep_all(sweeping *s)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        s->b.memory = arena_open();
        err e = sweep_bucket(s, bucket);
        if (e.detail) e.detail = text_cstr(s->b.call->request, text_of(e.detail));
        arena_close(s->b.memory);
        s->b.memory = s->b.office->memory;
        TRY(e);
    }
    return ERR_NONE;
}

/* A fund without books has closed nothing. */
static err find_closed(sweeping *s)
{
    ledger *books;
    TRY(county_books(s->b.office, &books));
    s->closed = ARENA_ARRAY(s->b.memory, benefit_span, s->b.table.count + 1);
    for (size_t t = 0; t < s->b.table.count; t++) {
        ledger_months months;
        const ledger_fund *fund = ledger_fund_find(s->b.office->chart, s->b.table.rows[t].fund);
        if (!fund) continue;
        err e = ledger_months_of(books, fund->number, &months);
        if (e.kind == &LEDGER_NO_BOOKS) continue;
        TRY(e);
        s->closed[t] = (benefit_span){ months.first_month, months.closed_until };
    }
    return ERR_NONE;
}

static err benefit_sweep_run(service_call *call)
{
    sweeping s = { .batch = { .purpose = TEXT("benefit.sweep") } };
    TRY(benefit_begin(call, COUNTY_WRITE, &s.b));
    s.words = ARENA_ARRAY(s.b.memory, int64_t, s.b.table.count + 1);
    for (size_t t = 0; t < s.b.table.count; t++)
        TRY(registry_word_find(s.b.office->people, s.b.table.rows[t].benefit, &s.words[t]));
    TRY(find_closed(&s));
    TRY(sweep_all(&s));
    TRY(benefit_batch_end(&s.b, &s.batch));
    TRY(store_commit(s.b.office->db));
    service_put_count(call->request, call->reply, "looked", s.looked);
    service_put_count(call->request, call->reply, "people", s.batch.people);
    benefit_put_batch(&s.b, &s.batch);
    if (!s.batch.batch_id) service_note(call, "nothing is missing; nothing changed", "没有遗漏，未作改动", TEXT_NONE);
    return ERR_NONE;
}

/* ---- who draws what ---- */

static const service_field LIST_INPUT[] = {
    MONTH_FIELD,
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STATE_FIELDS[] = {
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "reason", .summary_zh = "原因" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "monthly", .type = SERVICE_TEXT, .summary = "a month, yuan", .summary_zh = "月合计（元）" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "states", .type = SERVICE_OBJECT, .is_list = true, .summary = "benefits by state", .summary_zh = "各状态的待遇",
      .fields = STATE_FIELDS, .field_count = ARRAY_COUNT(STATE_FIELDS) },
};

typedef struct {
    int64_t benefit, state, reason, people, fen;
} state_row;
typedef struct {
    month_call m;
    state_row *rows;
    size_t count, capacity;
} listing;

static void list_one(listing *l, const registry_benefit *b)
{
    size_t at = 0;
    while (at < l->count && (l->rows[at].benefit != b->benefit || l->rows[at].state != b->state || l->rows[at].reason != b->reason))
        at++;
    if (at == l->count) {
        state_row row = { b->benefit, b->state, b->reason, 0, 0 };
        ARENA_PUSH(l->m.memory, l->rows, l->count, l->capacity, row);
    }
    l->rows[at].people++;
    l->rows[at].fen += b->amount_fen;
}

static err list_bucket(listing *l, arena *a, uint32_t bucket)
{
    registry_roster *rows;
    registry_roster_options wants = { .day = calendar_first_day_of_month(l->m.month), .month = l->m.month,
                                      .known_ms = REGISTRY_NOW, .wants = 1u << REGISTRY_BENEFIT };
    TRY(registry_roster_open(a, l->m.office->people, bucket, &wants, &rows));
    err e;
    for (;;) {
        const registry_roster_row *row;
        e = registry_roster_next(rows, &row);
        if (e.kind || !row) break;
        for (size_t i = 0; i < row->benefit_count; i++) list_one(l, &row->benefits[i]);
    }
    registry_roster_close(rows);
    return e;
}

static err shown(listing *l, int64_t word, text *name)
{
    *name = TEXT_NONE;
    if (!word) return ERR_NONE;
    TRY(county_word_text(l->m.office, word, name));
    *name = text_copy(l->m.call->request, county_word_shown(l->m.office, *name));
    return ERR_NONE;
}

static err benefit_list_run(service_call *call)
{
    listing l = { .count = 0 };
    registry *people;
    arena *a = call->request;
    TRY(month_begin(call, COUNTY_READ, &l.m));
    TRY(county_people(l.m.office, &people));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        arena *memory = arena_open();
        err e = list_bucket(&l, memory, bucket);
        if (e.detail) e.detail = text_cstr(a, text_of(e.detail));
        arena_close(memory);
        TRY(e);
    }
    service_put_text(a, call->reply, "month", service_month_text(a, l.m.month));
    service_value *list = service_put_list(a, call->reply, "states");
    for (size_t i = 0; i < l.count; i++) {
        text benefit, reason;
        service_value *v = service_put_object(a, list, NULL);
        TRY(shown(&l, l.rows[i].benefit, &benefit));
        TRY(shown(&l, l.rows[i].reason, &reason));
        service_put_text(a, v, "benefit", benefit);
        benefit_put_state(call, v, l.rows[i].state);
        service_put_text(a, v, "reason", reason);
        service_put_count(a, v, "people", l.rows[i].people);
        service_put_text(a, v, "monthly", service_yuan(a, l.rows[i].fen));
    }
    return ERR_NONE;
}

static const char *const SWEEP_EXAMPLES[] = { "doudi benefit sweep --as zhangwei", NULL };
static const char *const LIST_EXAMPLES[] = { "doudi benefit list --month 2026-12", NULL };

const service_op BENEFIT_SWEEP_OP = {
    .name = "benefit.sweep",
    .summary = "Find the months that runs missed, of everybody who draws a benefit, and propose to pay them",
    .summary_zh = "逐人核对应发与实发，找出批次漏发的月份并提出补发",
    .law = "《社会保险经办条例》第四十六条",
    .kind = SERVICE_WRITE,
    .permission = "benefit.sweep",
    .input = SWEEP_INPUT,
    .input_count = ARRAY_COUNT(SWEEP_INPUT),
    .output = SWEEP_OUTPUT,
    .output_count = ARRAY_COUNT(SWEEP_OUTPUT),
    .examples = SWEEP_EXAMPLES,
    .run = benefit_sweep_run,
};
const service_op BENEFIT_LIST_OP = {
    .name = "benefit.list",
    .summary = "Benefits of a month by state and reason: people and monthly sums",
    .summary_zh = "一个月的待遇按状态和原因列出：人数与月合计",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = benefit_list_run,
    .print = oneoff_print,
};
