/* Who is to be paid for by the rolls, who is on record, and who was billed. */
#include "service/behalf.h"

#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "calendar/calendar.h"
#include "service/decide_internal.h"
#include "service/month_net.h"
#include "service/watch_known.h"

static const char *const ANSWERS[] = { "group", "marked", "listed", "recorded", "due", "by_rolls", "paid_here", "insured" };
enum { GROUP, MARKED, LISTED, RECORDED, DUE, BY_ROLLS, PAID_HERE, INSURED, ANSWER_COUNT };

/* What this year's bills say of a person. */
typedef struct {
    int64_t person_id, fen;
} billed;

typedef struct {
    month_call *m;
    scope_span span;
    month_deciding o;
    watch_known *known;
    size_t answer[ANSWER_COUNT];
    billed *bills; /* by person */
    size_t bill_count, bill_capacity;
    behalf_told *told;
} reading;

/* ---- the year's bills ---- */

static size_t key_named(const collection_terms *terms, const char *name)
{
    size_t k = 0;
    while (k < terms->key_count && strcmp(terms->keys[k].name, name) != 0) k++;
    return k;
}

static err read_issue(reading *r, arena *scratch, collection *bills, const collection_issue_row *issue)
{
    collection_cursor *cursor;
    int64_t target;
    bool is_right;
    int sign = month_net_is_reduction(issue->purpose, &target, &is_right) ? -1 : 1;
    TRY(collection_lines(scratch, bills, issue->issue_id, EVENTLOG_BUCKETS, &cursor));
    const collection_terms *terms = collection_cursor_terms(cursor);
    size_t at = key_named(terms, "pension.on_behalf");
    err e = ERR_NONE;
    if (at < terms->key_count) r->told->fund = terms->keys[at].fund;
    while (!e.kind) {
        const collection_line *line;
        e = collection_next_line(cursor, &line);
        if (e.kind || !line) break;
        billed one = { line->person_id, at < terms->key_count ? sign * line->fen[at] : 0 };
        ARENA_PUSH(r->m->memory, r->bills, r->bill_count, r->bill_capacity, one);
    }
    collection_lines_close(cursor);
    return e;
}

static int by_person(const void *a, const void *b)
{
    const billed *x = a, *y = b;
    return (x->person_id > y->person_id) - (x->person_id < y->person_id);
}

static err read_bills(reading *r)
{
    collection *bills;
    collection_issue_row *issues;
    size_t count, kept = 0;
    int32_t year = calendar_year_of_month(r->m->month);
    err e = ERR_NONE;
    TRY(county_bills(r->m->office, &bills));
    TRY(collection_issues(r->m->memory, bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; !e.kind && i < count; i++) {
        bool is_it = calendar_year_of_month(issues[i].month) == year && issues[i].month <= r->m->month &&
                     text_equal_cstr(month_purpose_base(issues[i].purpose), "resident");
        arena *scratch = is_it ? arena_open() : NULL;
        if (is_it) e = read_issue(r, scratch, bills, &issues[i]);
        if (e.detail) e.detail = text_cstr(r->m->call->request, text_of(e.detail));
        if (scratch) arena_close(scratch);
    }
    if (r->bill_count) qsort(r->bills, r->bill_count, sizeof *r->bills, by_person);
    for (size_t i = 0; i < r->bill_count; i++) {
        if (kept && r->bills[kept - 1].person_id == r->bills[i].person_id) r->bills[kept - 1].fen += r->bills[i].fen;
        else r->bills[kept++] = r->bills[i];
    }
    r->bill_count = kept;
    return e;
}

static const billed *bill_of(const reading *r, int64_t person_id)
{
    size_t at = SEARCH_FIRST(r->bills, r->bill_count, person_id, person_id);
    return at < r->bill_count && r->bills[at].person_id == person_id ? &r->bills[at] : NULL;
}

/* ---- each person ---- */

static err fill(void *context, uint32_t bucket, roster_block *block)
{
    reading *r = context;
    (void)bucket;
    watch_known_fill(r->known, r->o.plan, &block->people, block->subject_id);
    return ERR_NONE;
}

static behalf_state state_of(const behalf_person *p, const billed *bill, bool is_paid_here)
{
    if (!p->is_due && p->is_recorded) return p->is_of_rolls ? BEHALF_LEAVES : BEHALF_BY_RECORD;
    if (!p->is_due) return p->is_listed ? BEHALF_LEFT_OUT : BEHALF_NO_LONGER;
    if (!p->is_insured) return BEHALF_UNINSURED;
    if (!text_equal(p->group, p->marked)) return BEHALF_TO_RECORD;
    if (!is_paid_here) return BEHALF_NOT_HERE;
    if (!bill) return BEHALF_NO_BILL;
    return bill->fen > 0 ? BEHALF_BILLED : BEHALF_BARE_BILL;
}

static text word_of(const reading *r, int answer, size_t lane)
{
    size_t at = r->answer[answer];
    return text_copy(r->m->memory, decide_word(r->o.with, at, r->o.results->answers[at].value[lane]));
}

static const column *column_of(const reading *r, int answer)
{
    return &r->o.results->answers[r->answer[answer]];
}

static bool is_so(const reading *r, int answer, size_t lane)
{
    return column_of(r, answer)->value[lane] != 0;
}

/* The first answer that is not known; ANSWER_COUNT: all are. */
static size_t unknown_of(const reading *r, size_t lane)
{
    size_t k = 0;
    while (k < ANSWER_COUNT && column_is_valid(column_of(r, (int)k), lane)) k++;
    return k;
}

static err take(void *context, uint32_t bucket, const roster_block *block)
{
    reading *r = context;
    behalf_told *told = r->told;
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        if (!scope_has_place(r->span, block->region[lane])) continue;
        size_t k = unknown_of(r, lane);
        if (k < ANSWER_COUNT) {
            uint32_t reason = column_reason(column_of(r, (int)k), lane);
            if (!told->unknown++) told->reason = text_copy(r->m->memory, decide_reason(r->m->memory, r->o.plan, reason, r->m->call->is_chinese));
            continue;
        }
        behalf_person p = { .person_id = block->subject_id[lane], .region = block->region[lane], .is_listed = is_so(r, LISTED, lane),
                            .is_recorded = is_so(r, RECORDED, lane), .is_of_rolls = is_so(r, BY_ROLLS, lane), .is_due = is_so(r, DUE, lane),
                            .is_insured = is_so(r, INSURED, lane) };
        const billed *bill = bill_of(r, p.person_id);
        p.fen = bill ? bill->fen : 0;
        if (!p.is_listed && !p.is_recorded && !p.fen) continue;
        p.group = word_of(r, GROUP, lane);
        p.marked = word_of(r, MARKED, lane);
        p.state = state_of(&p, bill, is_so(r, PAID_HERE, lane));
        ARENA_PUSH(r->m->memory, told->people, told->count, told->capacity, p);
    }
    return ERR_NONE;
}

static err find_answers(reading *r)
{
    for (size_t k = 0; k < ANSWER_COUNT; k++) {
        r->answer[k] = decide_answer_index(r->o.plan, ANSWERS[k]);
        if (r->answer[k] == SIZE_MAX) return err_of(&BEHALF_NO_ROLL, ANSWERS[k]);
    }
    return ERR_NONE;
}

err behalf_read(month_call *m, scope_span span, behalf_told *told)
{
    reading r = { .m = m, .span = span, .told = told };
    month_hands hands = { .fill = fill, .take = take, .context = &r };
    *told = (behalf_told){ .reason = TEXT("") };
    TRY(read_bills(&r));
    TRY(month_deciding_open(m, TEXT("behalf.month"), calendar_last_day_of_month(m->month), &r.o));
    r.known = watch_known_open(m->office, m->month);
    err e = find_answers(&r);
    if (!e.kind) e = watch_known_gather(r.known, r.o.plan);
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) e = month_decide_bucket(m, &r.o, bucket, &hands);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    watch_known_close(r.known);
    month_deciding_close(&r.o);
    return e;
}
