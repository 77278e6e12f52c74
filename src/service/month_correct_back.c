/* Back payment of those who pay themselves: what a month or year that no bill had them in would have asked is put to
 * the packs once more (back.flexible, back.resident), by the law of the day on which it is paid back. */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/month_correct.h"

static text topic_of(const month_correct *c)
{
    return text_format(c->d->m.memory, "back.%s", c->purpose->name);
}

err month_correct_back_open(month_correct *c)
{
    size_t count;
    text topic = topic_of(c);
    const char *const *known = decide_purposes(c->deciding.law, &count);
    bool is_back = false;
    for (size_t i = 0; i < count; i++) is_back |= text_equal_cstr(topic, known[i]);
    if (!is_back || c->of >= c->d->m.month) return ERR_NONE;
    TRY(month_deciding_open(&c->d->m, topic, calendar_first_day_of_month(c->d->m.month), &c->back));
    c->has_back = true;
    return ERR_NONE;
}

void month_correct_back_close(month_correct *c)
{
    if (c->has_back) month_deciding_close(&c->back);
    c->has_back = false;
}

static int64_t billed(const month_correct *c, const month_net_person *p, size_t key)
{
    int64_t sum = 0;
    for (size_t s = 0; s < c->net.source_count; s++) sum += p->fen[s][key];
    return sum;
}

bool month_correct_is_back(const month_correct *c, const month_net_person *p)
{
    for (size_t s = 0; s < c->net.source_count; s++)
        for (size_t k = 0; k < c->keys.count; k++)
            if (p->fen[s][k] && text_equal_cstr(c->net.sources[s].purpose, c->purpose->name)) return false;
    return c->has_back;
}

void month_correct_back_note(month_correct *c, const month_net_person *p, const int64_t *now, int64_t base_fen)
{
    month_correct_first one = { .person_id = p->person_id, .payer_id = p->payer_id, .base_fen = base_fen };
    memcpy(one.now, now, sizeof one.now);
    ARENA_PUSH(c->net.memory, c->first, c->first_count, c->first_capacity, one);
}

/* ---- asked ---- */

static month_correct_first *first_of(month_correct *c, int64_t person_id)
{
    for (size_t i = 0; i < c->first_count; i++)
        if (c->first[i].person_id == person_id) return &c->first[i];
    return NULL;
}

static void fact(month_correct *c, const roster_block *block, const char *name, size_t lane, int64_t value)
{
    size_t at = decide_fact_index(c->back.plan, name);
    if (at == SIZE_MAX) return;
    column *into = (column *)&block->people.facts[at]; /* made by the roster for this block */
    into->value[lane] = value;
    into->reason[lane] = 0;
}

static err fill(void *context, uint32_t bucket, roster_block *block)
{
    month_correct *c = context;
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        const month_correct_first *one = first_of(c, block->subject_id[lane]);
        if (!one) continue;
        fact(c, block, "back.month", lane, c->of);
        fact(c, block, "back.base", lane, one->base_fen);
        for (size_t k = 0; k < c->keys.count; k++)
            fact(c, block, text_format(c->net.memory, "back.%s", c->keys.keys[k].name).bytes, lane, one->now[k]);
    }
    return ERR_NONE;
}

/* ---- answered ---- */

/* The gate that says no, by its name in the packs and its article. */
static text gate_text(const month_correct *c, size_t lane)
{
    size_t count;
    arena *a = c->d->m.call->request;
    const decide_answer *answers = decide_answers(c->back.plan, &count);
    for (size_t i = 0; i < count; i++) {
        const column *said = &c->back.results->answers[i];
        if (answers[i].kind != DECIDE_GATE || !column_is_valid(said, lane) || said->value[lane]) continue;
        return text_format(a, service_say(c->d->m.call, "may not be paid back: %s is not so (%s)", "不能补缴：%s 不成立（%s）"),
                           answers[i].variable, answers[i].law ? answers[i].law : "-");
    }
    return TEXT_NONE;
}

static void tell(month_correct *c, int64_t person_id, text why)
{
    c->tally.undecided++;
    month_undecided_add(c->undecided, text_of(c->purpose->name), person_id, 0, why);
}

/* Who may not pay more back may still owe less. */
static err hold(month_correct *c, month_net_person *p, const month_correct_first *one, text why)
{
    int64_t now[COLLECTION_KEYS_MAX] = { 0 };
    bool has_more = false;
    for (size_t k = 0; k < c->keys.count; k++) {
        int64_t was = billed(c, p, k);
        has_more |= one->now[k] > was;
        now[k] = one->now[k] < was ? one->now[k] : was;
    }
    if (has_more) tell(c, one->person_id, why);
    return month_correct_compare(c, p, now, one->base_fen);
}

static err take_lane(month_correct *c, const month_correct_first *one, size_t lane)
{
    int64_t now[COLLECTION_KEYS_MAX] = { 0 };
    const decide_results *results = c->back.results;
    month_net_person *p = month_net_find(&c->net, one->person_id, one->payer_id);
    size_t base = decide_answer_index(c->back.plan, "base");
    int64_t base_fen = one->base_fen;
    switch (results->status[lane]) {
    case DECIDE_DONE: break;
    case DECIDE_REFUSED: return hold(c, p, one, gate_text(c, lane));
    default:
        return hold(c, p, one, decide_reason(c->back.block_memory, c->back.plan, results->reason[lane], c->d->m.call->is_chinese));
    }
    for (size_t k = 0; k < c->keys.count; k++) {
        size_t at = decide_answer_index(c->back.plan, c->keys.keys[k].name);
        if (at != SIZE_MAX) now[k] = results->answers[at].value[lane];
    }
    if (base != SIZE_MAX && column_is_valid(&results->answers[base], lane)) base_fen = results->answers[base].value[lane];
    return month_correct_compare(c, p, now, base_fen);
}

static err take_block(void *context, uint32_t bucket, const roster_block *block)
{
    month_correct *c = context;
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        const month_correct_first *one = first_of(c, block->subject_id[lane]);
        if (one) TRY(take_lane(c, one, lane));
    }
    return ERR_NONE;
}

/* A year has one bill. Where it was of another month, whoever stands in it owes nothing more, and of whoever does not
 * that is the month to correct. */
static err leave_out_billed(month_correct *c, const collection_issue_row *issue, uint32_t bucket)
{
    collection_cursor *cursor;
    const collection_line *line;
    err e;
    TRY(collection_lines(c->net.memory, c->d->bills, issue->issue_id, bucket, &cursor));
    do {
        e = collection_next_line(cursor, &line);
        const month_correct_first *one = !e.kind && line ? first_of(c, line->person_id) : NULL;
        if (one) c->first[one - c->first] = c->first[--c->first_count];
    } while (!e.kind && line);
    collection_lines_close(cursor);
    return e;
}

static err leave_out_year(month_correct *c, uint32_t bucket)
{
    collection_issue_row *issues;
    size_t count;
    if (!c->purpose->is_yearly) return ERR_NONE;
    TRY(collection_issues(c->net.memory, c->d->bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count && c->first_count; i++) {
        bool is_year = issues[i].month != c->of && calendar_year_of_month(issues[i].month) == calendar_year_of_month(c->of);
        if (!is_year || !text_equal(month_purpose_base(issues[i].purpose), text_of(c->purpose->name))) continue;
        TRY(leave_out_billed(c, &issues[i], bucket));
        if (!c->first_count || !text_equal_cstr(issues[i].purpose, c->purpose->name)) continue;
        service_note(c->d->m.call, "the year's bill is of another month, which is to be said with --of: ",
                     "该年的账单开在另一月份，请用 --of 指明：", service_month_text(c->d->m.call->request, issues[i].month));
        c->first_count = 0;
    }
    return ERR_NONE;
}

static int compare_ids(const void *left, const void *right)
{
    int64_t one = *(const int64_t *)left, other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

err month_correct_back(month_correct *c, uint32_t bucket)
{
    month_hands hands = { .fill = fill, .take = take_block, .context = c };
    int64_t *ids = ARENA_ARRAY(c->net.memory, int64_t, c->first_count + 1);
    if (c->first_count) TRY(leave_out_year(c, bucket));
    if (!c->first_count) return ERR_NONE;
    for (size_t i = 0; i < c->first_count; i++) ids[i] = c->first[i].person_id;
    qsort(ids, c->first_count, sizeof *ids, compare_ids);
    c->back.has_subjects = true;
    c->back.subjects = ids;
    c->back.subject_count = c->first_count;
    return month_decide_bucket(&c->d->m, &c->back, bucket, &hands);
}
