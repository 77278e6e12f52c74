/* packs/ledger/award-facts.csv: what an award determined that is asked of its person in later years. With the
 * approval it is told to the registry, from the decision itself by the law that made it; what was told before stays. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/award.h"
#include "service/ledger_csv.h"
#include "service/words.h"

enum { PURPOSE, FACT, FROM, VALUE };
static const service_csv_column COLUMNS[] = {
    [PURPOSE] = { "用途", "purpose", false }, [FACT] = { "信息", "fact", false }, [FROM] = { "来自", "from", false },
    [VALUE] = { "值", "value", false }, { NULL, NULL, false },
};

typedef struct {
    text purpose, fact, value;
    bool is_fixed;
    county_unit unit;
} fact_row;

typedef struct {
    text digest;
    const decide_law *law;
} kept_law;

typedef struct {
    month_call *m;
    const registry_act *act;
    registry *people;
    fact_row *rows;
    size_t row_count;
    kept_law laws[8]; /* of awards approved together there is one, seldom two */
    size_t law_count;
} keeping;

static err read_rows(keeping *k)
{
    service_csv csv;
    arena *a = k->m->memory;
    size_t capacity = 0;
    TRY(month_table(k->m, "award-facts.csv", COLUMNS, &csv));
    for (;;) {
        bool has_row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        text from = service_csv_cell(&csv, FROM), fact = service_csv_cell(&csv, FACT);
        const county_word_row *word = county_word_row_of(COUNTY_ATTRIBUTE, fact);
        fact_row row = { .purpose = text_copy(a, service_csv_cell(&csv, PURPOSE)), .fact = text_copy(a, fact),
                         .value = text_copy(a, service_csv_cell(&csv, VALUE)), .is_fixed = text_equal_cstr(from, "固定值") };
        bool is_sound = word && row.value.size_bytes && (row.is_fixed || text_equal_cstr(from, "核定结果"));
        is_sound &= !word || row.is_fixed == (word->unit == COUNTY_WORD); /* a figure is determined, a word is fixed */
        if (!is_sound)
            return service_csv_blame(&csv, word ? FROM : FACT, err_of(&MONTH_BAD_TABLE, text_cstr(k->m->call->request, fact)));
        row.unit = word->unit;
        ARENA_PUSH(a, k->rows, k->row_count, capacity, row);
    }
}

static bool is_kept(const keeping *k, text purpose)
{
    for (size_t i = 0; i < k->row_count; i++)
        if (text_equal(k->rows[i].purpose, purpose)) return true;
    return false;
}

static err law_of(keeping *k, text digest, const decide_law **law)
{
    text bytes;
    charter *room;
    for (size_t i = 0; i < k->law_count; i++)
        if (text_equal(k->laws[i].digest, digest)) return *law = k->laws[i].law, ERR_NONE;
    TRY(county_charter(k->m->office, &room));
    TRY(charter_law(k->m->memory, room, digest, &bytes));
    TRY(decide_law_of(k->m->memory, bytes, law));
    if (k->law_count < ARRAY_COUNT(k->laws)) k->laws[k->law_count++] = (kept_law){ text_copy(k->m->memory, digest), *law };
    return ERR_NONE;
}

static bool is_told(const registry_record *record, int64_t name)
{
    const registry_attribute *told = record->facts[REGISTRY_ATTRIBUTE];
    for (size_t i = 0; i < record->count[REGISTRY_ATTRIBUTE]; i++)
        if (told[i].name == name) return true;
    return false;
}

/* The answer as the registry holds the fact; false: not decided, or of a kind the fact is not. */
static bool value_of(const fact_row *row, const decide_plan *plan, const decide_results *results, size_t lane, int64_t *value)
{
    size_t count, at = SIZE_MAX;
    const decide_answer *answers = decide_answers(plan, &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(row->value, answers[i].key)) at = i;
    if (at == SIZE_MAX || column_reason(&results->answers[at], lane)) return false;
    *value = results->answers[at].value[lane];
    policy_base_type base = answers[at].type->base;
    if (row->unit == COUNTY_DAY && base == POLICY_MONTH) *value = calendar_first_day_of_month((int32_t)*value);
    else if (row->unit == COUNTY_DAY) return base == POLICY_DATE;
    return row->unit == COUNTY_DAY || base == POLICY_MONTHS || base == POLICY_COUNT || base == POLICY_MONEY;
}

static err tell_one(keeping *k, arena *scratch, int64_t person_id, text purpose, const decide_plan *plan,
                    const decide_results *results, size_t lane)
{
    registry_record record;
    TRY(registry_record_read(scratch, k->people, person_id, REGISTRY_NOW, &record));
    for (size_t i = 0; i < k->row_count; i++) {
        const fact_row *row = &k->rows[i];
        registry_attribute said = { .fact = { .subject_id = person_id, .from = REGISTRY_EVER, .until = REGISTRY_OPEN } };
        if (!text_equal(row->purpose, purpose)) continue;
        TRY(county_word_of(k->m->office, row->fact, &said.name));
        if (row->is_fixed) said.note = row->value;
        else if (!value_of(row, plan, results, lane, &said.value)) continue;
        if (!is_told(&record, said.name)) TRY(registry_attribute_say(k->people, k->act, &said));
    }
    return ERR_NONE;
}

/* Awards of one purpose, one day and one law are decided again together. */
static err keep_group(keeping *k, const decision_made *first, const decision_made *made, size_t count, bool *is_done)
{
    const decide_law *law;
    const decide_plan *plan;
    decide_block block;
    text *records;
    size_t lanes = 0, *of;
    decide_request asked = { .purpose = first->terms.purpose, .on_day = first->terms.on_day, .region = k->m->region };
    TRY(law_of(k, first->terms.law, &law));
    arena *a = k->m->memory;
    TRY(decide_plan_open(a, law, &asked, &plan));
    decider *with = decide_open(a, plan);
    records = ARENA_ARRAY(a, text, count + 1);
    of = ARENA_ARRAY(a, size_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        bool is_same = !is_done[i] && text_equal(made[i].terms.purpose, first->terms.purpose) &&
                       made[i].terms.on_day == first->terms.on_day && text_equal(made[i].terms.law, first->terms.law);
        if (!is_same) continue;
        is_done[i] = true;
        of[lanes] = i;
        records[lanes++] = made[i].row.record;
    }
    TRY(decide_block_of_records(a, with, records, lanes, &block));
    decide_results *results = decide_results_open(a, plan, lanes);
    decide_run(with, &block, results);
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < lanes; i++) {
        arena_reset(scratch);
        e = tell_one(k, scratch, made[of[i]].person_id, first->terms.purpose, plan, results, i);
    }
    if (e.detail) e.detail = text_cstr(k->m->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

err award_keep_facts(month_call *m, const registry_act *act, const decision_award *awards, size_t count)
{
    keeping k = { .m = m, .act = act };
    decision_book *book;
    size_t made_count = 0;
    TRY(read_rows(&k));
    TRY(county_people(m->office, &k.people));
    TRY(county_decisions(m->office, &book));
    decision_made *made = ARENA_ARRAY(m->memory, decision_made, count + 1);
    for (size_t i = 0; i < count; i++)
        if (awards[i].kind == DECISION_BEGINS && is_kept(&k, awards[i].purpose))
            TRY(decision_read(m->memory, book, awards[i].person_id, awards[i].decision_id, &made[made_count++]));
    bool *is_done = ARENA_ARRAY(m->memory, bool, made_count + 1);
    for (size_t i = 0; i < made_count; i++)
        if (!is_done[i]) TRY(keep_group(&k, &made[i], made, made_count, is_done));
    return ERR_NONE;
}
