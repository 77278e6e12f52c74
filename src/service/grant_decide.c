/* Every employer by the rule of a grant, from what the books and the registry say of the year before. */
#include "service/grant.h"

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/watch_known.h"

typedef struct {
    month_call *m;
    month_deciding d;
    watch_known *known;
    size_t due, amount, basis; /* answers */
    grant_row *rows;
    size_t count, capacity;
} deciding;

static err fill(void *context, uint32_t bucket, roster_block *block)
{
    deciding *g = context;
    (void)bucket;
    watch_known_fill(g->known, g->d.plan, &block->people, block->subject_id);
    return ERR_NONE;
}

text grant_facts_of(arena *a, text record)
{
    const codec_json *whole, *inputs = NULL;
    text_builder out = text_builder_open(a);
    if (codec_json_parse(a, record, (codec_json_options){ 0 }, &whole).kind) return TEXT("");
    for (size_t i = 0; i < whole->count; i++)
        if (text_equal_cstr(whole->keys[i], "inputs")) inputs = &whole->items[i];
    for (size_t i = 0; inputs && i < inputs->count; i++) {
        size_t dot = text_find(inputs->keys[i], TEXT("."));
        text name = dot == SIZE_MAX ? inputs->keys[i] : text_sub(inputs->keys[i], dot + 1, inputs->keys[i].size_bytes);
        text value = inputs->items[i].type == CODEC_JSON_STRING ? inputs->items[i].word : TEXT("?");
        text_add_format(&out, "%s%.*s=%.*s", i ? "; " : "", TEXT_ARG(name), TEXT_ARG(value));
    }
    return text_built(&out);
}

/* Due: whether it is, and if so how much; whatever is not known has its reason, and is no zero. */
static void take_lane(deciding *g, const roster_block *block, size_t lane)
{
    arena *a = g->m->memory;
    const column *due = &g->d.results->answers[g->due], *amount = &g->d.results->answers[g->amount];
    const column *basis = &g->d.results->answers[g->basis];
    grant_row row = { .employer_id = block->subject_id[lane] };
    uint32_t reason = column_reason(due, lane);
    if (!reason && due->value[lane]) reason = column_reason(amount, lane);
    row.is_known = !reason;
    if (reason) row.reason = text_copy(a, decide_reason(a, g->d.plan, reason, g->m->call->is_chinese));
    row.is_due = row.is_known && due->value[lane] && amount->value[lane] > 0;
    if (row.is_due) row.fen = amount->value[lane];
    if (!column_reason(basis, lane)) row.basis_fen = basis->value[lane];
    row.facts = grant_facts_of(a, decide_record(a, g->d.with, &block->people, lane));
    ARENA_PUSH(a, g->rows, g->count, g->capacity, row);
}

static err take(void *context, uint32_t bucket, const roster_block *block)
{
    deciding *g = context;
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) take_lane(g, block, lane);
    return ERR_NONE;
}

static err find_answer(const deciding *g, const char *key, size_t *at)
{
    *at = decide_answer_index(g->d.plan, key);
    return *at == SIZE_MAX ? err_of(&DECIDE_BAD_TABLE, text_format(g->m->call->request, "office-grant.csv: %s", key).bytes) : ERR_NONE;
}

static err decide_all(deciding *g)
{
    month_hands hands = { .fill = fill, .take = take, .context = g };
    TRY(find_answer(g, "due", &g->due));
    TRY(find_answer(g, "amount", &g->amount));
    TRY(find_answer(g, "basis", &g->basis));
    TRY(watch_known_gather(g->known, g->d.plan));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(month_decide_bucket(g->m, &g->d, bucket, &hands));
    return ERR_NONE;
}

int32_t grant_month(int32_t year)
{
    return calendar_month_of(year, 1);
}

err grant_decide(month_call *m, const grant_kind *kind, int32_t year, grant_row **rows, size_t *count, text *law)
{
    deciding g = { .m = m, .known = watch_known_open(m->office, grant_month(year) - 1) };
    text purpose = text_format(m->memory, GRANT_PURPOSE "%.*s", TEXT_ARG(kind->name));
    err e = month_deciding_open(m, purpose, calendar_last_day_of_month(grant_month(year + 1) - 1), &g.d);
    if (!e.kind) {
        e = decide_all(&g);
        *law = text_copy(m->call->request, decide_pack_digest(g.d.law));
        if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
        month_deciding_close(&g.d);
    }
    watch_known_close(g.known);
    *rows = g.rows;
    *count = g.count;
    return e;
}
