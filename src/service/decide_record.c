#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/decide_internal.h"

/* ---- names in order, made once a worker ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const decide_name *)a)->name, ((const decide_name *)b)->name);
}

static void add_name(arena *a, decide_names *list, size_t room, const char *name, size_t index)
{
    if (!list->names) list->names = ARENA_ARRAY(a, decide_name, room + 1);
    list->names[list->count++] = (decide_name){ name, index };
}

static void sort_names(decide_names *list)
{
    if (list->count) qsort(list->names, list->count, sizeof *list->names, by_name);
}

static void name_inputs(decider *worker)
{
    const decide_plan *plan = worker->plan;
    const vm_plan *vm = &plan->planned.plan;
    arena *a = worker->memory;
    worker->inputs_named = ARENA_ARRAY(a, decide_names, vm->record_count + 1);
    for (size_t i = 0; i < vm->input_count; i++) {
        const policy_symbol *s = plan->planned.input_symbols[i];
        bool is_field = s->kind == POLICY_SYMBOL_FIELD;
        if (plan->bound[i].row->way == DECIDE_WAY_NEVER) continue;
        const char *name = is_field ? s->name : text_format(a, "%s.%s", s->pack, s->name).bytes;
        add_name(a, &worker->inputs_named[vm->inputs[i].space], vm->input_count, name, i);
    }
    for (size_t s = 0; s <= vm->record_count; s++) sort_names(&worker->inputs_named[s]);
}

static const char *record_name(arena *a, const decide_plan *plan, size_t record)
{
    const vm_plan *vm = &plan->planned.plan;
    for (size_t i = 0; i < vm->input_count; i++) {
        const policy_symbol *s = plan->planned.input_symbols[i];
        if (vm->inputs[i].space == record + 1 && s->kind == POLICY_SYMBOL_FIELD)
            return text_format(a, "%s.%s", s->pack, s->record).bytes;
    }
    return vm->records[record].name;
}

static void make_names(decider *worker)
{
    const decide_plan *plan = worker->plan;
    size_t record_count = plan->planned.plan.record_count;
    arena *a = worker->memory;
    if (worker->inputs_named) return;
    name_inputs(worker);
    for (size_t r = 0; r < record_count; r++)
        add_name(a, &worker->records_named, record_count, record_name(a, plan, r), r);
    sort_names(&worker->records_named);
    for (size_t i = 0; i < plan->answer_count; i++)
        add_name(a, &worker->answers_named, plan->answer_count, plan->answers[i].key, i);
    sort_names(&worker->answers_named);
}

/* ---- a lane as canonical JSON ---- */

static void add_lane(arena *a, codec_json_writer *w, const decider *worker, size_t input,
                     size_t lane)
{
    const column *c = &worker->inputs[input];
    if (!column_is_valid(c, lane)) {
        codec_json_add_null(w);
        return;
    }
    const policy_type *type = &worker->plan->planned.input_symbols[input]->type;
    codec_json_add_text(w, policy_print_value(a, worker->codes, type, c->value[lane]));
}

static void add_inputs(arena *a, codec_json_writer *w, const decider *worker, size_t space,
                       size_t lane)
{
    const decide_names *list = &worker->inputs_named[space];
    codec_json_begin_object(w);
    for (size_t i = 0; i < list->count; i++) {
        codec_json_key(w, text_of(list->names[i].name));
        add_lane(a, w, worker, list->names[i].index, lane);
    }
    codec_json_end_object(w);
}

static void add_records(arena *a, codec_json_writer *w, const decider *worker,
                        const decide_block *block, size_t lane)
{
    codec_json_begin_object(w);
    for (size_t i = 0; i < worker->records_named.count; i++) {
        size_t record = worker->records_named.names[i].index;
        const uint32_t *until = block->row_until[record];
        codec_json_key(w, text_of(worker->records_named.names[i].name));
        codec_json_begin_array(w);
        for (uint32_t row = lane ? until[lane - 1] : 0; row < until[lane]; row++)
            add_inputs(a, w, worker, record + 1, row);
        codec_json_end_array(w);
    }
    codec_json_end_object(w);
}

static void add_answers(codec_json_writer *w, const decider *worker)
{
    codec_json_begin_object(w);
    for (size_t i = 0; i < worker->answers_named.count; i++) {
        const decide_name *n = &worker->answers_named.names[i];
        codec_json_key(w, text_of(n->name));
        codec_json_add_text(w, text_of(worker->plan->answers[n->index].variable));
    }
    codec_json_end_object(w);
}

static void add_word(codec_json_writer *w, const char *key, text word)
{
    codec_json_key(w, text_of(key));
    codec_json_add_text(w, word);
}

text decide_record(arena *a, decider *worker, const decide_block *block, size_t lane)
{
    const decide_plan *plan = worker->plan;
    char day[CALENDAR_PRINT_BYTES];
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    calendar_print_day(plan->asked.on_day, day);
    make_names(worker);
    decide_hand_in(worker, block);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("answers"));
    add_answers(&w, worker);
    codec_json_key(&w, TEXT("inputs"));
    add_inputs(a, &w, worker, 0, lane);
    add_word(&w, "law", plan->law->digest);
    add_word(&w, "on", text_of(day));
    add_word(&w, "purpose", plan->asked.purpose);
    codec_json_key(&w, TEXT("records"));
    add_records(a, &w, worker, block, lane);
    add_word(&w, "region", plan->asked.region);
    codec_json_end_object(&w);
    return text_built(&out);
}

/* ---- and back: the same names, planned and run again ---- */

typedef struct {
    const codec_json *whole, *answers;
    service_question asked;
    service_facts facts;
    text purpose, digest;
} reading;

static err word_of(const codec_json *whole, const char *key, text *word)
{
    const codec_json *v = codec_json_member(whole, text_of(key));
    if (!v || v->type != CODEC_JSON_STRING) return err_of(&DECIDE_BAD_RECORD, key);
    *word = v->word;
    return ERR_NONE;
}

static err object_of(const codec_json *whole, const char *key, const codec_json **object)
{
    *object = codec_json_member(whole, text_of(key));
    if (!*object || (*object)->type != CODEC_JSON_OBJECT) return err_of(&DECIDE_BAD_RECORD, key);
    return ERR_NONE;
}

static err add_facts(arena *a, reading *r, const char *key)
{
    const codec_json *object;
    TRY(object_of(r->whole, key, &object));
    for (size_t i = 0; i < object->count; i++)
        TRY(service_facts_add(a, &r->facts, object->keys[i], &object->items[i], (source_pos){ 0 }));
    return ERR_NONE;
}

static err read_roots(arena *a, reading *r)
{
    TRY(object_of(r->whole, "answers", &r->answers));
    text *roots = ARENA_ARRAY(a, text, r->answers->count + 1);
    for (size_t i = 0; i < r->answers->count; i++) {
        if (r->answers->items[i].type != CODEC_JSON_STRING)
            return err_of(&DECIDE_BAD_RECORD, "answers");
        roots[i] = r->answers->items[i].word;
    }
    r->asked.roots = roots;
    r->asked.root_count = r->answers->count;
    return ERR_NONE;
}

static err read_record(arena *a, text record, reading *r)
{
    text on;
    *r = (reading){ 0 };
    TRY(codec_json_parse(a, record, (codec_json_options){ 0 }, &r->whole));
    TRY(word_of(r->whole, "purpose", &r->purpose));
    TRY(word_of(r->whole, "law", &r->digest));
    TRY(word_of(r->whole, "region", &r->asked.region));
    TRY(word_of(r->whole, "on", &on));
    TRY(calendar_parse_day(on, &r->asked.on_day));
    TRY(read_roots(a, r));
    TRY(add_facts(a, r, "inputs"));
    return add_facts(a, r, "records");
}

static text last_name(text word)
{
    for (size_t at = word.size_bytes; at > 0; at--)
        if (word.bytes[at - 1] == '.') return text_sub(word, at, word.size_bytes);
    return word;
}

err decide_record_replay(arena *a, const decide_law *law, text record, bool is_chinese,
                         decide_replay *replay)
{
    reading r;
    service_subject s;
    TRY(read_record(a, record, &r));
    TRY(service_subject_open(a, law->book, &r.asked, &r.facts, &s));
    size_t count = r.answers->count;
    const char **keys = ARENA_ARRAY(a, const char *, count + 1);
    text *values = ARENA_ARRAY(a, text, count + 1), *reasons = ARENA_ARRAY(a, text, count + 1),
         *names = ARENA_ARRAY(a, text, count + 1);
    for (size_t i = 0; i < count; i++) {
        uint32_t reason = column_reason(&s.outputs[i], 0);
        keys[i] = text_cstr(a, r.answers->keys[i]);
        names[i] = text_copy(a, last_name(r.answers->items[i].word));
        if (reason) reasons[i] = service_reason(a, &s.planned.plan, reason, is_chinese);
        else
            values[i] =
                policy_print_value(a, s.codes, &s.planned.output_types[i], s.outputs[i].value[0]);
    }
    *replay = (decide_replay){ .purpose = r.purpose,
                               .region = r.asked.region,
                               .digest = r.digest,
                               .on_day = r.asked.on_day,
                               .keys = keys,
                               .names = names,
                               .values = values,
                               .reasons = reasons,
                               .answer_count = count };
    return ERR_NONE;
}

err decide_record_explain(arena *a, const decide_law *law, text record, const char *key,
                          explain_options options, explain_answer *answer)
{
    reading r;
    service_subject s;
    TRY(read_record(a, record, &r));
    for (size_t i = 0; i < r.answers->count; i++) {
        if (!text_equal_cstr(r.answers->keys[i], key)) continue;
        TRY(service_subject_open(a, law->book, &r.asked, &r.facts, &s));
        *answer = explain_subject(a, s.machine, s.program, &s.batch, 0, i, options);
        return ERR_NONE;
    }
    return err_of(&DECIDE_BAD_RECORD, text_cstr(a, text_of(key)));
}
