/* A few amounts decided by the packs: late fees, relief; facts are set lane by lane. */
#include "service/adopt.h"
#include "service/dues.h"
#include "vm/vm.h"

const err_kind DUES_UNDECIDED = {
    "dues.undecided", ERR_BAD_INPUT,
    "The packs cannot decide it: {}.", "政策包无法核定：{}。"
};

err dues_deciding_open(dues_call *d, const char *purpose, int32_t on_day, size_t count, dues_deciding *o)
{
    size_t fact_count;
    decide_request asked = { .purpose = text_of(purpose), .on_day = on_day, .region = d->m.region };
    *o = (dues_deciding){ .count = count, .memory = d->m.memory };
    TRY(decide_law_open(d->m.call, &o->law));
    TRY(adopt_need(d->m.office));
    TRY(decide_plan_open(o->memory, o->law, &asked, &o->plan));
    o->with = decide_open(o->memory, o->plan);
    decide_facts(o->plan, &fact_count);
    o->facts = ARENA_ARRAY(o->memory, column, fact_count + 1);
    for (size_t f = 0; f < fact_count; f++) {
        o->facts[f] = column_open(o->memory, count);
        for (size_t lane = 0; lane < count; lane++) column_fail(o->memory, &o->facts[f], lane, VM_REASON(VM_NOT_KNOWN, 0));
    }
    o->results = decide_results_open(o->memory, o->plan, count);
    return ERR_NONE;
}

void dues_fact(dues_deciding *o, const char *name, size_t lane, int64_t value)
{
    size_t fact_count;
    const decide_fact *facts = decide_facts(o->plan, &fact_count);
    for (size_t f = 0; f < fact_count; f++) {
        if (!text_equal_cstr(text_of(facts[f].name), name)) continue;
        o->facts[f].value[lane] = value;
        o->facts[f].reason[lane] = 0;
    }
}

err dues_fact_word(dues_deciding *o, const char *name, size_t lane, text word)
{
    int64_t code;
    size_t fact_count;
    const decide_fact *facts = decide_facts(o->plan, &fact_count);
    for (size_t f = 0; f < fact_count; f++) {
        if (!text_equal_cstr(text_of(facts[f].name), name)) continue;
        TRY(decide_code(o->with, f, word, &code));
        o->facts[f].value[lane] = code;
        o->facts[f].reason[lane] = 0;
    }
    return ERR_NONE;
}

void dues_decide(dues_deciding *o)
{
    decide_block block = { .count = o->count, .facts = o->facts };
    if (o->count) decide_run(o->with, &block, o->results);
}

err dues_answer(const dues_call *d, const dues_deciding *o, const char *key, size_t lane, int64_t *value)
{
    size_t at = decide_answer_index(o->plan, key);
    if (at == SIZE_MAX) return err_of(&DUES_UNDECIDED, key);
    const column *answers = &o->results->answers[at];
    *value = answers->value[lane];
    if (column_is_valid(answers, lane)) return ERR_NONE;
    text why = decide_reason(d->m.call->request, o->plan, column_reason(answers, lane), d->m.call->is_chinese);
    return err_of(&DUES_UNDECIDED, text_cstr(d->m.call->request, why));
}

text dues_law(const dues_deciding *o, const char *key)
{
    size_t count, at = decide_answer_index(o->plan, key);
    const decide_answer *answers = decide_answers(o->plan, &count);
    return at == SIZE_MAX || !answers[at].law ? TEXT("") : text_of(answers[at].law);
}
