#include "service/month_unpaid.h"

#include <stdlib.h>

#include "service/payrun.h"

const service_field MONTH_UNPAID[3] = {
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind of run", .summary_zh = "批次类别" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "a month, yuan", .summary_zh = "月金额（元）" },
};

typedef struct {
    text kind;
    int64_t people, fen;
} unpaid_kind;

typedef struct {
    month_call *month;
    arena *bucket;
    registry *people;
    payrun_table table;
    int64_t *benefit_ids;   /* by row of the table; 0: a word nobody has, or of a run that was made */
    unpaid_kind *kinds;
    size_t *kind_of;        /* by row of the table */
    size_t kind_count;
} looking;

static err find_runs(looking *l, bool **has_run)
{
    payment *runs;
    payment_run *list;
    size_t count;
    arena *a = l->month->memory;
    *has_run = ARENA_ARRAY(a, bool, l->table.count + 1);
    TRY(county_runs(l->month->office, &runs));
    TRY(payment_list(a, runs, l->month->month, &list, &count));
    for (size_t i = 0; i < l->table.count; i++)
        for (size_t r = 0; r < count; r++)
            (*has_run)[i] |= list[r].state != PAYMENT_WITHDRAWN &&
                             text_equal(payrun_base_kind(list[r].terms.kind), l->table.rows[i].kind);
    return ERR_NONE;
}

static err open_table(looking *l)
{
    bool *has_run;
    arena *a = l->month->memory;
    TRY(payrun_table_read(l->month->office, &l->table));
    TRY(county_people(l->month->office, &l->people));
    TRY(find_runs(l, &has_run));
    l->benefit_ids = ARENA_ARRAY(a, int64_t, l->table.count + 1);
    l->kind_of = ARENA_ARRAY(a, size_t, l->table.count + 1);
    l->kinds = ARENA_ARRAY(a, unpaid_kind, l->table.count + 1);
    for (size_t i = 0; i < l->table.count; i++) {
        const payrun_row *row = &l->table.rows[i];
        size_t k = 0;
        while (k < l->kind_count && !text_equal(l->kinds[k].kind, row->kind)) k++;
        if (k == l->kind_count) l->kinds[l->kind_count++].kind = row->kind;
        l->kind_of[i] = k;
        if (!has_run[i] && !payrun_pays_items(row->kind)) TRY(registry_word_find(l->people, row->benefit, &l->benefit_ids[i]));
    }
    return ERR_NONE;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static err find_drawers(looking *l, uint32_t bucket, int64_t **ids, size_t *count)
{
    size_t capacity = 0, kept = 0;
    *ids = NULL;
    *count = 0;
    for (size_t i = 0; i < l->table.count; i++) {
        int64_t *drawers;
        size_t drawer_count;
        registry_holding what = { REGISTRY_BENEFIT, l->benefit_ids[i], l->month->month, REGISTRY_NOW };
        if (!what.name) continue;
        TRY(registry_roster_who(l->bucket, l->people, bucket, what, &drawers, &drawer_count));
        for (size_t k = 0; k < drawer_count; k++) ARENA_PUSH(l->bucket, *ids, *count, capacity, drawers[k]);
    }
    if (*count) qsort(*ids, *count, sizeof **ids, by_id);
    for (size_t i = 0; i < *count; i++)
        if (!i || (*ids)[i] != (*ids)[i - 1]) (*ids)[kept++] = (*ids)[i];
    *count = kept;
    return ERR_NONE;
}

static void count_benefit(looking *l, const registry_benefit *benefit)
{
    if (benefit->state != REGISTRY_PAYING || benefit->amount_fen <= 0) return;
    for (size_t i = 0; i < l->table.count; i++) {
        if (!l->benefit_ids[i] || l->benefit_ids[i] != benefit->benefit) continue;
        l->kinds[l->kind_of[i]].people++;
        l->kinds[l->kind_of[i]].fen += benefit->amount_fen;
        return; /* further rows are other items of it */
    }
}

static err walk_bucket(looking *l, uint32_t bucket)
{
    registry_roster *walk;
    const registry_roster_row *who;
    int64_t *ids;
    size_t count;
    registry_roster_options wants = { .day = l->month->office->call->office->settings.today_day, .month = l->month->month,
                                      .known_ms = REGISTRY_NOW, .wants = 1u << REGISTRY_BENEFIT, .has_subjects = true };
    TRY(find_drawers(l, bucket, &ids, &count));
    if (!count) return ERR_NONE;
    wants.subjects = ids;
    wants.subject_count = count;
    TRY(registry_roster_open(l->bucket, l->people, bucket, &wants, &walk));
    err e = registry_roster_next(walk, &who);
    for (; !e.kind && who; e = registry_roster_next(walk, &who))
        for (size_t i = 0; i < who->benefit_count; i++) count_benefit(l, &who->benefits[i]);
    registry_roster_close(walk);
    return e;
}

static err put_kind(looking *l, const unpaid_kind *one, service_value *list, text_builder *told)
{
    service_call *call = l->month->call;
    arena *a = call->request;
    text shown, fen = service_yuan(a, one->fen);
    TRY(payrun_kind_shown(l->month->office, one->kind, &shown));
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "kind", text_copy(a, shown));
    service_put_count(a, v, "people", one->people);
    service_put_text(a, v, "amount", fen);
    text_add_format(told, service_say(call, "%s%.*s, %lld people, %.*s yuan", "%s%.*s %lld 人、%.*s 元"),
                    list->child_count > 1 ? service_say(call, "; ", "；") : "", TEXT_ARG(shown), (long long)one->people, TEXT_ARG(fen));
    return ERR_NONE;
}

err month_unpaid_put(month_call *m)
{
    looking l = { .month = m };
    TRY(open_table(&l));
    l.bucket = arena_open();
    err e = ERR_NONE;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS && !e.kind; bucket++) {
        e = walk_bucket(&l, bucket);
        if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
        arena_reset(l.bucket);
    }
    arena_close(l.bucket);
    TRY(e);
    service_value *list = service_put_list(m->call->request, m->call->reply, "unpaid");
    text_builder told = text_builder_open(m->call->request);
    for (size_t k = 0; k < l.kind_count; k++)
        if (l.kinds[k].people) TRY(put_kind(&l, &l.kinds[k], list, &told));
    if (list->child_count)
        service_note(m->call, "benefits in payment that no run of the month pays (doudi benefit sweep proposes to pay them): ",
                     "当月在发待遇没有编制支付批次（doudi benefit sweep 可提出补发）：", text_built(&told));
    return ERR_NONE;
}
