/* What is owed when an amount that is renewed every month changes since the law has: a standard that became known after its first
 * months were paid is due from the month it holds, and those months were paid by the old one. What a person's circumstances
 * change holds from the next month paid, and is not owed. */
#include "calendar/calendar.h"
#include "service/award_owed.h"

/* The old decision once more, with its own inputs, by the new law on a day. */
static err decide_again(award_owing *o, arena *a, const decision_made *was, text purpose, int32_t day, const decide_plan **plan,
                        decide_results **results)
{
    decide_block block;
    decide_request asked = { .purpose = purpose, .on_day = day, .region = o->m->region };
    text record = was->row.record;
    TRY(decide_plan_open(a, o->law, &asked, plan));
    decider *with = decide_open(a, *plan);
    TRY(decide_block_of_records(a, with, &record, 1, &block));
    *results = decide_results_open(a, *plan, 1);
    decide_run(with, &block, *results);
    return ERR_NONE;
}

static int64_t fen_of(const decision_made *was, const char *key)
{
    for (size_t k = 0; k < was->terms.key_count; k++)
        if (text_equal_cstr(text_of(key), was->terms.keys[k])) return was->row.fen[k] == EVENTLOG_NONE ? 0 : was->row.fen[k];
    return 0;
}

/* The lines of one month; none where any line is less than it was: what was paid by the law of then is not taken back. */
static err add_month(award_owing *o, arena *a, const decision_made *was, text purpose, int32_t month, award_owed_lines *owed)
{
    const decide_plan *plan;
    decide_results *results;
    size_t count, before = owed->count;
    TRY(decide_again(o, a, was, purpose, calendar_first_day_of_month(month), &plan, &results));
    if (results->status[0] != DECIDE_DONE) return ERR_NONE;
    const decide_answer *answers = decide_answers(plan, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_paid = answers[i].kind == DECIDE_LINE && (answers[i].payer == DECIDE_FUND || answers[i].payer == DECIDE_GOVERNMENT);
        oneoff_line line = { .month = month, .part = text_copy(o->m->memory, text_of(answers[i].key)) };
        line.is_account = text_equal_cstr(line.part, "account");
        line.fen = is_paid ? results->answers[i].value[0] - fen_of(was, answers[i].key) : 0;
        if (line.fen < 0) owed->count = before;
        if (line.fen < 0) break;
        if (line.fen) ARENA_PUSH(o->m->memory, owed->lines, owed->count, owed->capacity, line);
    }
    return ERR_NONE;
}

static const registry_benefit *paid_in(const registry_record *record, int64_t benefit, int32_t month)
{
    const registry_benefit *paid = record->facts[REGISTRY_BENEFIT];
    for (size_t i = 0; i < record->count[REGISTRY_BENEFIT]; i++) {
        bool holds = paid[i].fact.from <= month && paid[i].fact.until > month;
        if (holds && benefit && paid[i].benefit == benefit && paid[i].state == REGISTRY_PAYING) return &paid[i];
    }
    return NULL;
}

static err read_owed(award_owing *o, arena *scratch, const award_row *row, int64_t person_id, int32_t until, award_owed_lines *owed)
{
    registry *people;
    registry_record record;
    decision_book *book;
    decision_made was;
    int64_t benefit, sum = 0;
    TRY(county_people(o->m->office, &people));
    TRY(county_decisions(o->m->office, &book));
    TRY(registry_word_find(people, row->benefit, &benefit));
    TRY(registry_record_read(scratch, people, person_id, REGISTRY_NOW, &record));
    const registry_benefit *paid = paid_in(&record, benefit, until - 1);
    if (!paid || !paid->decision_id) return ERR_NONE;
    TRY(decision_read(scratch, book, person_id, paid->decision_id, &was));
    for (size_t k = 0; k < was.terms.key_count; k++) sum += was.row.fen[k] == EVENTLOG_NONE ? 0 : was.row.fen[k];
    bool is_its_own = text_equal(was.terms.purpose, row->purpose) && sum == paid->amount_fen;
    if (!is_its_own || text_equal(was.terms.law, decide_pack_digest(o->law))) return ERR_NONE;
    int64_t from = paid->fact.from > was.terms.for_month ? paid->fact.from : was.terms.for_month;
    for (int64_t month = from; month < until && owed->count + DECISION_KEYS_MAX < ONEOFF_LINES_MAX; month++)
        TRY(add_month(o, scratch, &was, row->purpose, (int32_t)month, owed));
    return ERR_NONE;
}

err award_owed_by_law(award_owing *o, const award_row *row, int64_t person_id, int32_t until, award_owed_lines *owed)
{
    *owed = (award_owed_lines){ 0 };
    if (!row->is_renewed) return ERR_NONE;
    arena *scratch = arena_open();
    err e = read_owed(o, scratch, row, person_id, until, owed);
    if (e.detail) e.detail = text_cstr(o->m->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}
