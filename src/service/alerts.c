#include "service/alerts.h"

#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/decide_internal.h"

struct alerts {
    const decide_plan *plan;
    decider *worker;
    watcher *watcher;
    watch_rule *rules;
    size_t *risk, *since; /* by rule: place among its evidence; SIZE_MAX: none */
    size_t rule_count;
};

/* ---- what the packs say, as room watch takes it ---- */

static watch_severity severity_of(const char *word)
{
    return strcmp(word, "low") == 0 ? WATCH_LOW : strcmp(word, "high") == 0 ? WATCH_HIGH : WATCH_MEDIUM;
}

static watch_action action_of(const char *verb)
{
    if (!verb) return WATCH_ALERT;
    return strcmp(verb, "hold") == 0 ? WATCH_HOLD : strcmp(verb, "open") == 0 ? WATCH_CASE : WATCH_ALERT;
}

/* What a row `out` says of a watch under its key: "R01/risk". */
static size_t told_of(arena *a, const decide_plan *plan, const decide_watch *w, const char *what)
{
    return decide_answer_index(plan, text_format(a, "%s/%s", plan->answers[w->answer].key, what).bytes);
}

static size_t add_told(size_t *evidence, size_t *count, size_t answer)
{
    if (answer == SIZE_MAX) return SIZE_MAX;
    evidence[*count] = answer;
    return (*count)++;
}

static watch_rule rule_of(arena *a, alerts *list, size_t index)
{
    enum { TOLD_MAX = 2 };
    const decide_watch *w = &list->plan->watches[index];
    const policy_watch *said = w->said;
    size_t *evidence = ARENA_ARRAY(a, size_t, said->evidence_count + TOLD_MAX), count = said->evidence_count;
    bool *is_key = ARENA_ARRAY(a, bool, said->evidence_count + TOLD_MAX);
    for (size_t i = 0; i < said->evidence_count; i++) {
        evidence[i] = w->answer + 1 + i;
        is_key[i] = said->is_key[i];
    }
    is_key[count] = is_key[count + 1] = false;
    list->risk[index] = add_told(evidence, &count, told_of(a, list->plan, w, "risk"));
    list->since[index] = add_told(evidence, &count, told_of(a, list->plan, w, "since"));
    return (watch_rule){ .name = said->symbol->name,
                         .label = said->symbol->label,
                         .law = said->symbol->law,
                         .message = said->message,
                         .owner = said->owner,
                         .severity = severity_of(said->severity),
                         .action = action_of(said->verb),
                         .target = said->target,
                         .within_days = said->within_days,
                         .is_working_days = said->is_working_days,
                         .condition = w->answer,
                         .evidence = evidence,
                         .is_key = is_key,
                         .evidence_count = count };
}

static const char *word_of(void *context, size_t output, int64_t code)
{
    const alerts *list = context;
    text word = decide_word(list->worker, output, code);
    return word.size_bytes ? word.bytes : "";
}

alerts *alerts_open(arena *worker, const decide_plan *plan, bool tells_unchecked)
{
    alerts *list = ARENA_NEW(worker, alerts);
    *list = (alerts){ .plan = plan,
                      .worker = decide_open(worker, plan),
                      .rules = ARENA_ARRAY(worker, watch_rule, plan->watch_count + 1),
                      .risk = ARENA_ARRAY(worker, size_t, plan->watch_count + 1),
                      .since = ARENA_ARRAY(worker, size_t, plan->watch_count + 1),
                      .rule_count = plan->watch_count };
    for (size_t i = 0; i < plan->watch_count; i++) list->rules[i] = rule_of(worker, list, i);
    watch_options options = { .word = word_of, .context = list, .tells_unchecked = tells_unchecked };
    list->watcher = watch_open(worker, plan->program, list->rules, list->rule_count, options);
    return list;
}

const watch_rule *alerts_rules(const alerts *list, size_t *count)
{
    *count = list->rule_count;
    return list->rules;
}

decider *alerts_worker(alerts *list)
{
    return list->worker;
}

const char *alerts_key(const alerts *list, size_t rule)
{
    return list->plan->answers[list->rules[rule].condition].key;
}

size_t alerts_rule_of(const alerts *list, text key)
{
    for (size_t i = 0; i < list->rule_count; i++)
        if (text_equal_cstr(key, alerts_key(list, i))) return i;
    return SIZE_MAX;
}

watch_finds alerts_run(arena *a, alerts *list, const alerts_block *block)
{
    decide_hand_in(list->worker, &block->people);
    vm_batch batch = { .count = block->people.count,
                       .inputs = list->worker->inputs,
                       .row_until = block->people.row_until };
    watch_block seen = { .on_day = list->plan->asked.on_day,
                         .batch = &batch,
                         .subjects = block->subjects,
                         .standing = block->standing,
                         .standing_count = block->standing_count };
    return watch_run(a, list->watcher, &seen);
}

/* ---- telling ---- */

static bool told(const watch_find *find, size_t at, int64_t *value)
{
    if (at == SIZE_MAX || !find->evidence || find->reasons[at]) return false;
    *value = find->evidence[at];
    return true;
}

bool alerts_risk(const alerts *list, const watch_find *find, int64_t *fen)
{
    return told(find, list->risk[find->rule], fen);
}

bool alerts_since(const alerts *list, const watch_find *find, int32_t *day)
{
    int64_t value;
    size_t at = list->since[find->rule];
    if (!told(find, at, &value)) return false;
    bool is_month = list->plan->answers[list->rules[find->rule].evidence[at]].type->base == POLICY_MONTH;
    if (is_month ? !calendar_is_month(value) : !calendar_is_day(value)) return false;
    *day = is_month ? calendar_first_day_of_month((int32_t)value) : (int32_t)value;
    return true;
}

typedef struct {
    const char *name;
    size_t index;
} named;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

text alerts_evidence(arena *a, const alerts *list, const watch_find *find)
{
    const watch_rule *rule = &list->rules[find->rule];
    named *order = ARENA_ARRAY(a, named, rule->evidence_count + 1);
    size_t count = find->evidence ? rule->evidence_count : 0;
    for (size_t i = 0; i < count; i++)
        order[i] = (named){ list->plan->answers[rule->evidence[i]].variable, i };
    qsort(order, count, sizeof *order, by_name);
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    for (size_t i = 0; i < count; i++) {
        size_t at = order[i].index;
        if (i && strcmp(order[i].name, order[i - 1].name) == 0) continue; /* evidence, and told besides */
        codec_json_key(&w, text_of(order[i].name));
        if (find->reasons[at]) codec_json_add_null(&w);
        else codec_json_add_text(&w, decide_word(list->worker, rule->evidence[at], find->evidence[at]));
    }
    codec_json_end_object(&w);
    return text_built(&out);
}

text alerts_reason(arena *a, const alerts *list, const watch_find *find, bool is_chinese)
{
    return decide_reason(a, list->plan, find->reason, is_chinese);
}
