#include "service/month_bill.h"

#include "calendar/calendar.h"

err month_bill_open_ahead(billing *b)
{
    b->months = decide_answer_index(b->d.plan, "months");
    b->net_bucket = EVENTLOG_BUCKETS;
    if (b->months == SIZE_MAX) return ERR_NONE;
    TRY(month_net_open(b->m, text_of(b->purpose->name), b->m->month, &b->keys, &b->net));
    size_t kept = 0; /* the month's own bill is nothing ahead of it */
    for (size_t i = 0; i < b->net.source_count; i++)
        if (!text_equal_cstr(b->net.sources[i].purpose, b->purpose->name)) b->net.sources[kept++] = b->net.sources[i];
    b->net.source_count = kept;
    b->net_memory = arena_open();
    return ERR_NONE;
}

err month_bill_read_ahead(billing *b, uint32_t bucket)
{
    if (b->months == SIZE_MAX || !b->net.source_count || b->net_bucket == bucket) return ERR_NONE;
    arena_reset(b->net_memory);
    b->net_bucket = bucket;
    return month_net_read(b->m, &b->net, bucket, b->net_memory);
}

bool month_bill_is_ahead(billing *b, const collection_line *line)
{
    if (b->months == SIZE_MAX || !b->net.source_count) return false;
    const month_net_person *p = month_net_find(&b->net, line->person_id, line->payer.id);
    for (size_t s = 0; p && s < b->net.source_count; s++)
        for (size_t k = 0; k < b->keys.count; k++)
            if (p->fen[s][k] > 0) return true;
    return false;
}

/* Periods are of the calendar: a quarter begins in January, April, July, October. */
void month_bill_note_ahead(billing *b, size_t lane, const collection_line *line)
{
    enum { MONTHS_A_YEAR = 12 };
    if (b->months == SIZE_MAX || !b->issue) return;
    const column *months = &b->d.results->answers[b->months];
    if (!column_is_valid(months, lane) || months->value[lane] <= 1 || months->value[lane] > MONTHS_A_YEAR) return;
    int32_t january = calendar_month_of(calendar_year_of_month(b->m->month), 1), length = (int32_t)months->value[lane];
    month_bill_ahead later = { *line, january + (b->m->month - january) / length * length + length - 1 };
    if (later.last_month > b->m->month) ARENA_PUSH(b->m->memory, b->ahead, b->later_count, b->later_capacity, later);
}

static err issue_month(billing *b, int32_t month)
{
    month_call *m = b->m;
    collection_issue *open;
    collection_issued issued;
    text purpose = text_format(m->memory, "%s+%.*s", b->purpose->name, TEXT_ARG(service_month_text(m->memory, m->month)));
    collection_terms terms = { .purpose = purpose, .month = month, .due_day = b->due_day,
                               .government_id = m->region_code ? m->region_code : 1,
                               .keys = b->keys.keys, .key_count = b->keys.count };
    collection_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms,
                           .why = service_text_of(m->call, "why", TEXT("month.bill")),
                           .key = month_key(m, "ahead", text_format(m->memory, "%s/%d", b->purpose->name, month)) };
    TRY(collection_issue_open(m->memory, b->bills, &terms, &act, &open));
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < b->later_count; i++)
        if (b->ahead[i].last_month >= month) e = collection_issue_add(open, &b->ahead[i].line);
    if (e.kind) {
        collection_issue_cancel(open);
        return e;
    }
    TRY(collection_issue_finish(open, &issued));
    b->ahead_fen += issued.total_fen;
    return month_keep_law(m, b->d.law, purpose, month);
}

err month_bill_issue_ahead(billing *b)
{
    int32_t last = b->m->month;
    for (size_t i = 0; i < b->later_count; i++)
        if (b->ahead[i].last_month > last) last = b->ahead[i].last_month;
    for (int32_t month = b->m->month + 1; month <= last; month++) TRY(issue_month(b, month));
    return ERR_NONE;
}

void month_bill_close_ahead(billing *b)
{
    if (b->net_memory) arena_close(b->net_memory);
    b->net_memory = NULL;
}
