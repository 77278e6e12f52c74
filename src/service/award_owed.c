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

/* By how much more a month is due, line by line: no more in all than the whole has risen by, as what one line lost or a line that
 * is no more another may have taken over; none where the whole is no more than it was: what was paid by the law of then is not
 * taken back. */
static void add_month(award_owing *o, const decision_made *was, int32_t month, const decision_terms *now, const int64_t *fen,
                      award_owed_lines *owed)
{
    int64_t risen = 0, taken = 0;
    for (size_t k = 0; k < was->terms.key_count; k++) risen -= was->row.fen[k] == EVENTLOG_NONE ? 0 : was->row.fen[k];
    for (size_t k = 0; k < now->key_count; k++) risen += fen[k] == EVENTLOG_NONE ? 0 : fen[k];
    for (size_t k = 0; k < now->key_count && taken < risen; k++) {
        oneoff_line line = { .month = month, .part = text_copy(o->m->memory, text_of(now->keys[k])) };
        line.is_account = text_equal_cstr(line.part, "account");
        line.fen = (fen[k] == EVENTLOG_NONE ? 0 : fen[k]) - fen_of(was, now->keys[k]);
        if (line.fen > risen - taken) line.fen = risen - taken;
        if (line.fen <= 0) continue;
        taken += line.fen;
        ARENA_PUSH(o->m->memory, owed->lines, owed->count, owed->capacity, line);
    }
}

/* By the law of the month's first day. */
static err add_by_law(award_owing *o, arena *a, const decision_made *was, text purpose, int32_t month, award_owed_lines *owed)
{
    const decide_plan *plan;
    decide_results *results;
    size_t count;
    TRY(decide_again(o, a, was, purpose, calendar_first_day_of_month(month), &plan, &results));
    if (results->status[0] != DECIDE_DONE) return ERR_NONE;
    const decide_answer *answers = decide_answers(plan, &count);
    const char **keys = ARENA_ARRAY(a, const char *, count + 1);
    int64_t *fen = ARENA_ARRAY(a, int64_t, count + 1);
    decision_terms now = { .keys = keys };
    for (size_t i = 0; i < count; i++) {
        bool is_paid = answers[i].payer == DECIDE_FUND || answers[i].payer == DECIDE_GOVERNMENT;
        if (answers[i].kind != DECIDE_LINE) continue;
        fen[now.key_count] = is_paid ? results->answers[i].value[0] : fen_of(was, answers[i].key); /* an employer's is not owed here */
        keys[now.key_count++] = answers[i].key;
    }
    add_month(o, was, month, &now, fen, owed);
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

/* The decision by which a month was paid; of another's purpose or sum: none. */
static err paid_by(award_owing *o, arena *a, const award_row *row, int64_t person_id, int32_t month, decision_made *was, int32_t *since)
{
    registry *people;
    registry_record record;
    decision_book *book;
    int64_t benefit, sum = 0;
    *since = INT32_MAX;
    TRY(county_people(o->m->office, &people));
    TRY(county_decisions(o->m->office, &book));
    TRY(registry_word_find(people, row->benefit, &benefit));
    TRY(registry_record_read(a, people, person_id, REGISTRY_NOW, &record));
    const registry_benefit *paid = paid_in(&record, benefit, month);
    if (!paid || !paid->decision_id) return ERR_NONE;
    TRY(decision_read(a, book, person_id, paid->decision_id, was));
    for (size_t k = 0; k < was->terms.key_count; k++) sum += was->row.fen[k] == EVENTLOG_NONE ? 0 : was->row.fen[k];
    if (text_equal(was->terms.purpose, row->purpose) && sum == paid->amount_fen) *since = (int32_t)paid->fact.from;
    return ERR_NONE;
}

static err read_owed(award_owing *o, arena *scratch, const award_row *row, int64_t person_id, int32_t until, award_owed_lines *owed)
{
    decision_made was;
    int32_t from;
    TRY(paid_by(o, scratch, row, person_id, until - 1, &was, &from));
    if (from == INT32_MAX || text_equal(was.terms.law, decide_pack_digest(o->law))) return ERR_NONE;
    if (from < was.terms.for_month) from = was.terms.for_month;
    for (int32_t month = from; month < until && owed->count + DECISION_KEYS_MAX < ONEOFF_LINES_MAX; month++)
        TRY(add_by_law(o, scratch, &was, row->purpose, month, owed));
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

static err read_late(award_owing *o, arena *scratch, const award_row *row, int64_t person_id, const decision_made *now, int32_t from,
                     int32_t until, award_owed_lines *owed)
{
    decision_made was;
    int32_t since;
    for (int32_t month = from; month < until && owed->count + DECISION_KEYS_MAX < ONEOFF_LINES_MAX; month++) {
        TRY(paid_by(o, scratch, row, person_id, month, &was, &since));
        if (since != INT32_MAX && was.decision_id != now->decision_id) add_month(o, &was, month, &now->terms, now->row.fen, owed);
    }
    return ERR_NONE;
}

err award_owed_late(award_owing *o, const award_row *row, int64_t person_id, const decision_made *now, int32_t from, int32_t until,
                    award_owed_lines *owed)
{
    arena *scratch = arena_open();
    err e = read_late(o, scratch, row, person_id, now, from, until, owed);
    if (e.detail) e.detail = text_cstr(o->m->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

static err read_begin(award_owing *o, arena *scratch, const award_row *row, const decision_made *made, int32_t month, int32_t *due)
{
    const decide_plan *plan;
    decide_results *results;
    TRY(decide_again(o, scratch, made, row->purpose, calendar_first_day_of_month(month), &plan, &results));
    size_t at = decide_answer_index(plan, text_cstr(scratch, row->begin));
    if (at == SIZE_MAX || !column_is_valid(&results->answers[at], 0)) return ERR_NONE;
    int64_t begin = results->answers[at].value[0];
    if (begin > *due) *due = begin < month ? (int32_t)begin : month;
    return ERR_NONE;
}

err award_owed_begin(award_owing *o, const award_row *row, const decision_made *made, int32_t month, int32_t *due)
{
    if (!row->begin.size_bytes) return ERR_NONE;
    arena *scratch = arena_open();
    err e = read_begin(o, scratch, row, made, month, due);
    if (e.detail) e.detail = text_cstr(o->m->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}
