/* Recorded decisions back as lanes: to be decided again, by the law of then or by another. */
#include <string.h>

#include "service/decide_internal.h"

/* Under which names a record tells a fact: those of all inputs it fills. */
typedef struct {
    const text *names;
    size_t name_count;
} told;

typedef struct {
    arena *a;
    decider *worker;
    const decide_plan *plan;
    told *facts;        /* by fact */
    text *record_names; /* by record of the plan: 包.记录 */
    column *columns;
    uint32_t **until;
    size_t *room;       /* by record: rows there is room for */
} reading;

static const char *pack_name(arena *a, const policy_symbol *s)
{
    return s->kind == POLICY_SYMBOL_FIELD ? s->name : text_format(a, "%s.%s", s->pack, s->name).bytes;
}

static void name_facts(reading *r)
{
    const decide_plan *plan = r->plan;
    size_t input_count = plan->planned.plan.input_count;
    r->facts = ARENA_ARRAY(r->a, told, plan->fact_count + 1);
    r->record_names = ARENA_ARRAY(r->a, text, plan->planned.plan.record_count + 1);
    for (size_t f = 0; f < plan->fact_count; f++) {
        text *names = ARENA_ARRAY(r->a, text, input_count + 1);
        r->facts[f].names = names;
        for (size_t i = 0; i < input_count; i++)
            if (plan->bound[i].fact == f)
                names[r->facts[f].name_count++] = text_of(pack_name(r->a, plan->planned.input_symbols[i]));
    }
    for (size_t i = 0; i < input_count; i++) {
        const policy_symbol *s = plan->planned.input_symbols[i];
        if (s->kind == POLICY_SYMBOL_FIELD && plan->planned.plan.inputs[i].space)
            r->record_names[plan->planned.plan.inputs[i].space - 1] = text_format(r->a, "%s.%s", s->pack, s->record);
    }
}

/* A fact that the record does not tell is not known: the law then did not ask for it. */
static err take(reading *r, const codec_json *object, size_t fact, size_t lane)
{
    column *c = &r->columns[fact];
    const codec_json *said = NULL;
    for (size_t n = 0; n < r->facts[fact].name_count && !said; n++)
        said = codec_json_member(object, r->facts[fact].names[n]);
    c->value[lane] = 0;
    c->reason[lane] = VM_REASON(VM_NOT_KNOWN, 0);
    if (!said || said->type == CODEC_JSON_NULL) return ERR_NONE;
    err e = policy_parse_value(r->a, r->worker->codes, r->plan->facts[fact].type, service_json_word(r->a, said),
                               &c->value[lane]);
    c->reason[lane] = e.kind ? VM_REASON(VM_BAD_CELL, 0) : 0;
    return ERR_NONE;
}

static void make_rows(reading *r, size_t record, size_t used, size_t wanted)
{
    if (used + wanted <= r->room[record]) return;
    r->room[record] = 2 * (used + wanted) + 256;
    for (size_t f = 0; f < r->plan->fact_count; f++) {
        column *c = &r->columns[f];
        if (r->plan->facts[f].record != record) continue;
        column larger = column_open(r->a, r->room[record]);
        column_ensure_reasons(r->a, &larger);
        if (used) memcpy(larger.value, c->value, used * sizeof *c->value);
        if (used) memcpy(larger.reason, c->reason, used * sizeof *c->reason);
        *c = larger;
    }
}

static err take_rows(reading *r, const codec_json *records, size_t record, size_t lane)
{
    const codec_json *rows = codec_json_member(records, r->record_names[record]);
    size_t from = lane ? r->until[record][lane - 1] : 0, count = rows ? rows->count : 0;
    make_rows(r, record, from, count);
    for (size_t i = 0; i < count; i++) {
        if (rows->items[i].type != CODEC_JSON_OBJECT) return err_of(&DECIDE_BAD_RECORD, "records");
        for (size_t f = 0; f < r->plan->fact_count; f++)
            if (r->plan->facts[f].record == record) TRY(take(r, &rows->items[i], f, from + i));
    }
    r->until[record][lane] = (uint32_t)(from + count);
    return ERR_NONE;
}

static err take_record(reading *r, text bytes, size_t lane)
{
    const codec_json *whole;
    TRY(codec_json_parse(r->a, bytes, (codec_json_options){ 0 }, &whole));
    const codec_json *inputs = codec_json_member(whole, TEXT("inputs"));
    const codec_json *records = codec_json_member(whole, TEXT("records"));
    if (!inputs || inputs->type != CODEC_JSON_OBJECT) return err_of(&DECIDE_BAD_RECORD, "inputs");
    if (!records || records->type != CODEC_JSON_OBJECT) return err_of(&DECIDE_BAD_RECORD, "records");
    for (size_t f = 0; f < r->plan->fact_count; f++)
        if (r->plan->facts[f].record == SIZE_MAX) TRY(take(r, inputs, f, lane));
    for (size_t record = 0; record < r->plan->planned.plan.record_count; record++)
        TRY(take_rows(r, records, record, lane));
    return ERR_NONE;
}

err decide_block_of_records(arena *a, decider *worker, const text *records, size_t count, decide_block *block)
{
    const decide_plan *plan = worker->plan;
    size_t record_count = plan->planned.plan.record_count;
    reading r = { .a = a, .worker = worker, .plan = plan, .columns = ARENA_ARRAY(a, column, plan->fact_count + 1),
                  .until = ARENA_ARRAY(a, uint32_t *, record_count + 1), .room = ARENA_ARRAY(a, size_t, record_count + 1) };
    name_facts(&r);
    for (size_t f = 0; f < plan->fact_count; f++) {
        r.columns[f] = column_open(a, plan->facts[f].record == SIZE_MAX ? count : 0);
        column_ensure_reasons(a, &r.columns[f]);
    }
    for (size_t i = 0; i < record_count; i++) r.until[i] = ARENA_ARRAY(a, uint32_t, count + 1);
    for (size_t lane = 0; lane < count; lane++) TRY(take_record(&r, records[lane], lane));
    for (size_t f = 0; f < plan->fact_count; f++) {
        size_t record = plan->facts[f].record;
        r.columns[f].count = record == SIZE_MAX ? count : count ? r.until[record][count - 1] : 0;
    }
    *block = (decide_block){ .count = count, .facts = r.columns, .row_until = (const uint32_t *const *)r.until };
    return ERR_NONE;
}
