/* Approved awards come into payment: the benefit is said of its person, contributions end where the award ends
 * them, and what stands in its way is stopped. */
#include "calendar/calendar.h"
#include "service/award_owed.h"
#include "service/payrun.h"
#include "service/words.h"

const err_kind AWARD_OF_THE_DEAD = {
    "award.of_the_dead", ERR_CONFLICT,
    "Person {} has died since this was determined: return that award (doudi award return) before the others are approved.",
    "人员 {} 在核定之后去世：请先退回该笔核定（doudi award return），再审批其余各笔。"
};

typedef struct {
    month_call *m;
    registry *people;
    registry_act act;
    int64_t death, region;
    int32_t first_month; /* no benefit begins before */
    const award_row *rows;
    size_t row_count;
    payrun_table payroll;
    oneoff_item *owed; /* months before the first one paid, in order of buckets and persons */
    size_t owed_count, owed_capacity;
    award_owed sum;
    text law_digest; /* of the awards at hand, seldom more than one */
    const decide_law *law;
} applying;

static err dead(const applying *p, const decision_award *w)
{
    return err_of(&AWARD_OF_THE_DEAD, text_format(p->m->call->request, "%lld", (long long)w->person_id).bytes);
}

static err check_alive(const applying *p, const registry_record *record, const decision_award *w)
{
    const registry_attribute *told = record->facts[REGISTRY_ATTRIBUTE];
    for (size_t i = 0; i < record->count[REGISTRY_ATTRIBUTE]; i++)
        if (p->death && told[i].name == p->death && w->kind != DECISION_ONCE) return dead(p, w);
    return ERR_NONE;
}

/* A sum stands in a month of its own: two of one kind do not become one. */
static int32_t free_month(const registry_record *record, int64_t benefit, int32_t month)
{
    const registry_benefit *paid = record->facts[REGISTRY_BENEFIT];
    for (size_t i = 0; i < record->count[REGISTRY_BENEFIT]; i++)
        if (paid[i].benefit == benefit && paid[i].fact.from <= month && paid[i].fact.until > month) {
            month++;
            i = SIZE_MAX; /* from the first again */
        }
    return month;
}

static err begin_payment(const applying *p, const registry_record *record, const decision_award *w, int32_t month)
{
    registry_benefit paid = { .fact = { .subject_id = w->person_id, .from = month, .until = REGISTRY_OPEN },
                              .state = REGISTRY_PAYING, .amount_fen = w->amount_fen, .region = p->region,
                              .decision_id = w->decision_id };
    TRY(county_word_of(p->m->office, w->benefit, &paid.benefit));
    if (w->kind == DECISION_ONCE) {
        paid.fact.from = free_month(record, paid.benefit, month);
        paid.fact.until = paid.fact.from + 1;
    }
    return registry_say(p->people, &p->act, "benefit_granted", REGISTRY_BENEFIT, &paid, 1, NULL);
}

/* ---- what ends with it ---- */

static bool is_word(const applying *p, const text *words, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++) {
        int64_t word;
        if (!registry_word_find(p->people, words[i], &word).kind && word == id && id) return true;
    }
    return false;
}

static err retire(const applying *p, const registry_enrolment *from, int64_t day)
{
    registry_enrolment goes_on = *from;
    goes_on.fact = (registry_fact){ .subject_id = from->fact.subject_id, .from = day, .until = REGISTRY_OPEN };
    goes_on.employer_id = 0;
    goes_on.base_fen = 0;
    TRY(county_word(p->m->office, "retired", &goes_on.standing));
    return registry_enrol(p->people, &p->act, &goes_on);
}

static err end_contributions(const applying *p, const registry_record *record, const award_row *row, int64_t person_id,
                             int32_t month)
{
    const registry_enrolment *enrolments = record->facts[REGISTRY_ENROLMENT];
    int64_t day = calendar_first_day_of_month(month), retired;
    bool has_retired = false;
    TRY(county_word(p->m->office, "retired", &retired));
    for (size_t i = 0; i < record->count[REGISTRY_ENROLMENT]; i++) {
        const registry_enrolment *e = &enrolments[i];
        if (e->fact.until <= day || e->standing == retired || !is_word(p, row->ends, row->end_count, e->scheme)) continue;
        TRY(registry_stop(p->people, &p->act, person_id, e->scheme, e->employer_id, day));
        if (has_retired || !is_word(p, row->retires, row->retire_count, e->scheme)) continue;
        TRY(retire(p, e, day));
        has_retired = true;
    }
    return ERR_NONE;
}

static err stop_others(const applying *p, const registry_record *record, const award_row *row, int64_t person_id,
                       int32_t month)
{
    const registry_benefit *paid = record->facts[REGISTRY_BENEFIT];
    int64_t why;
    TRY(county_word(p->m->office, "replaced", &why));
    for (size_t i = 0; i < record->count[REGISTRY_BENEFIT]; i++) {
        const registry_benefit *b = &paid[i];
        bool is_drawn = (b->state == REGISTRY_PAYING || b->state == REGISTRY_SUSPENDED) && b->fact.until > month;
        if (!is_drawn || !is_word(p, row->stops, row->stop_count, b->benefit)) continue;
        int64_t from = b->fact.from > month ? b->fact.from : month;
        TRY(registry_benefit_move(p->people, &p->act, person_id, b->benefit, REGISTRY_STOPPED, from, why));
    }
    return ERR_NONE;
}

/* ---- one award ---- */

/* ---- months owed ---- */

static text fund_of(const applying *p, text benefit)
{
    for (size_t i = 0; i < p->payroll.count; i++)
        if (text_equal(p->payroll.rows[i].benefit, benefit)) return p->payroll.rows[i].fund;
    return TEXT_NONE;
}

/* The decision of an award, and the law it was made by. */
static err read_award(applying *p, const decision_award *w, decision_made *made)
{
    decision_book *book;
    text bytes;
    TRY(county_decisions(p->m->office, &book));
    TRY(decision_read(p->m->memory, book, w->person_id, w->decision_id, made));
    if (text_equal(made->terms.law, p->law_digest)) return ERR_NONE;
    TRY(charter_law(p->m->memory, p->m->charter, made->terms.law, &bytes));
    TRY(decide_law_of(p->m->memory, bytes, &p->law));
    p->law_digest = made->terms.law;
    return ERR_NONE;
}

static void add_owed(applying *p, oneoff_item item)
{
    for (size_t i = 0; i < item.line_count; i++) p->sum.fen += item.lines[i].fen;
    if (!item.line_count) return;
    p->sum.people++;
    ARENA_PUSH(p->m->memory, p->owed, p->owed_count, p->owed_capacity, item);
}

/* From the month it is due to the first one paid, by the lines of the decision. What no fund's run pays has no
 * books here, and is not owed by them. */
static err owe(applying *p, const decision_award *w, const award_row *row, int32_t month)
{
    arena *a = p->m->memory;
    decision_made made;
    size_t capacity = 0;
    oneoff_line *lines = NULL;
    int32_t due = w->due_month;
    oneoff_item item = { .subject_id = w->person_id, .kind = ONEOFF_ARREARS, .fund = fund_of(p, w->benefit),
                         .benefit = w->benefit, .reason = TEXT("late_award"), .decision_id = w->decision_id };
    if (w->kind != DECISION_BEGINS || due >= month || !item.fund.size_bytes) return ERR_NONE;
    TRY(read_award(p, w, &made));
    award_owing o = { .m = p->m, .law = p->law };
    if (month > w->from_month) TRY(award_owed_begin(&o, row, &made, month, &due));
    for (int32_t owed = due; owed < month && item.line_count < ONEOFF_LINES_MAX - DECISION_KEYS_MAX; owed++)
        for (size_t k = 0; k < made.terms.key_count; k++) {
            oneoff_line line = { .month = owed, .part = text_of(made.terms.keys[k]), .fen = made.row.fen[k] };
            line.is_account = text_equal_cstr(line.part, "account");
            if (line.fen == EVENTLOG_NONE || line.fen <= 0) continue;
            ARENA_PUSH(a, lines, item.line_count, capacity, line);
        }
    item.lines = lines;
    add_owed(p, item);
    return ERR_NONE;
}

/* A change: what the months since its law holds were paid too little, and those since it was determined for. */
static err owe_change(applying *p, const decision_award *w, const award_row *row, int32_t month)
{
    decision_made made;
    award_owed_lines owed = { 0 };
    oneoff_item item = { .subject_id = w->person_id, .kind = ONEOFF_ARREARS, .fund = fund_of(p, w->benefit),
                         .benefit = w->benefit, .reason = TEXT("law"), .decision_id = w->decision_id };
    bool is_by_law = w->due_month < w->from_month, is_late = month > w->from_month;
    if (w->kind != DECISION_CHANGES || !(is_by_law || is_late) || !item.fund.size_bytes) return ERR_NONE;
    TRY(read_award(p, w, &made));
    award_owing o = { .m = p->m, .law = p->law };
    if (is_by_law) TRY(award_owed_by_law(&o, row, w->person_id, w->from_month, &owed));
    if (!owed.count) item.reason = TEXT("late_award");
    if (is_late) TRY(award_owed_late(&o, row, w->person_id, &made, w->from_month, month, &owed));
    item.lines = owed.lines;
    item.line_count = owed.count;
    add_owed(p, item);
    return ERR_NONE;
}

/* A batch of what is owed, by the three people who stood for the awards it comes of. */
static err propose_owed(applying *p, const decision_award *first, text digest)
{
    static const oneoff_step STEPS[] = { ONEOFF_PROPOSE, ONEOFF_REVIEW, ONEOFF_APPROVE };
    oneoff_book *book;
    int64_t batch_id, by[] = { first->maker_id, first->reviewer_id, p->act.actor_id };
    bool is_new;
    oneoff_act act = { .actor_id = first->maker_id, .known_ms = p->act.known_ms, .why = p->act.why,
                       .key = text_format(p->m->memory, "award.late/%.*s", TEXT_ARG(digest)) };
    if (!p->owed_count) return ERR_NONE;
    TRY(county_oneoffs(p->m->office, &book));
    TRY(oneoff_batch_begin(book, &act, TEXT("award.late"), &batch_id, &is_new));
    act.key = TEXT_NONE;
    int64_t *ids = ARENA_ARRAY(p->m->memory, int64_t, p->owed_count);
    for (size_t from = 0, until; from < p->owed_count; from = until) {
        uint32_t bucket = eventlog_bucket_of(p->owed[from].subject_id);
        for (until = from; until < p->owed_count && eventlog_bucket_of(p->owed[until].subject_id) == bucket;) until++;
        TRY(oneoff_propose(book, &act, batch_id, bucket, p->owed + from, until - from, ids));
    }
    for (size_t i = 0; i < ARRAY_COUNT(STEPS); i++) {
        act.actor_id = by[i];
        TRY(oneoff_move(book, &act, batch_id, STEPS[i]));
    }
    return ERR_NONE;
}

static err row_of(const applying *p, text purpose, const award_row **row)
{
    for (size_t i = 0; i < p->row_count; i++)
        if (text_equal(p->rows[i].purpose, purpose)) {
            *row = &p->rows[i];
            return ERR_NONE;
        }
    return err_of(&MONTH_UNKNOWN_AWARD, text_cstr(p->m->call->request, purpose));
}

static err apply_one(applying *p, arena *scratch, const decision_award *w)
{
    registry_record record;
    const award_row *row;
    int32_t month = w->from_month > p->first_month ? w->from_month : p->first_month;
    TRY(row_of(p, w->purpose, &row));
    TRY(registry_record_read(scratch, p->people, w->person_id, REGISTRY_NOW, &record));
    TRY(check_alive(p, &record, w));
    TRY(stop_others(p, &record, row, w->person_id, month));
    TRY(end_contributions(p, &record, row, w->person_id, month));
    TRY(owe(p, w, row, month));
    TRY(owe_change(p, w, row, month));
    return begin_payment(p, &record, w, month);
}

err award_apply(month_call *m, const decision_award *awards, size_t count, text digest, award_owed *owed)
{
    applying p = { .m = m, .region = m->region_code, .first_month = m->open_month + 1,
                   .act = { .known_ms = m->office->now_ms, .actor_id = m->office->actor_id,
                            .why = service_text_of(m->call, "why", text_of(m->call->op->name)) } };
    err e = ERR_NONE;
    TRY(award_table_read(m, &p.rows, &p.row_count));
    TRY(payrun_table_read(m->office, &p.payroll));
    TRY(county_people(m->office, &p.people));
    TRY(registry_word_find(p.people, TEXT("person.death_day"), &p.death));
    arena *scratch = arena_open();
    for (size_t i = 0; !e.kind && i < count; i++) {
        arena_reset(scratch);
        e = apply_one(&p, scratch, &awards[i]);
    }
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(scratch);
    if (!e.kind) e = award_keep_facts(m, &p.act, awards, count);
    if (!e.kind && count) e = propose_owed(&p, awards, digest);
    *owed = p.sum;
    return e;
}
