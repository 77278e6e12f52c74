/* Due against paid: whatever becomes known in whatever order, what somebody was paid, with arrears and less what
 * came back, is what was due; benefits are stopped, resumed, adjusted, adjustments decided again, and stops taken back
 * or corrected, in any order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "service/benefit.h"
#include "service/revise.h"
#include "support/choices.h"
#include "support/office.h"
#include "support/share.h"
#include "support/signed.h"

enum { PEOPLE = 5, MONTHS = 16, FIRST = 1512, ROUNDS = 12 }; /* from January 2026 on: over a year's end */

typedef struct {
    int64_t id, amount_fen;
    int64_t fen[MONTHS + 8];   /* the model: what a month comes to when it is due */
    int64_t head_id, last_id, last_fen; /* the last decision, and the last adjustment */
    int32_t last_from;
    bool due[MONTHS + 8];      /* the model: what the law would have paid */
    bool was[MONTHS + 8], had[MONTHS + 8]; /* before the suspension, before the death */
    bool is_suspended, is_dead;
    int32_t suspended_from, dead_from;
    bool is_made_good;
    int64_t out_fen, back_fen; /* what the bank paid, what was brought back */
} person;

typedef struct {
    county *c;
    benefit_call b;
    choices dice;
    person people[PEOPLE];
    int32_t now; /* months run so far */
} world;

static uint64_t seed_of_round;

/* ---- the office ---- */

static err add_person(world *w, person *p, int n)
{
    registry *people;
    registry_act act = { .known_ms = w->c->now_ms, .why = TEXT("test") };
    registry_person said = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN }, .name = TEXT("王兰萍") };
    TRY(county_people(w->c, &people));
    TRY(registry_person_new(people, &act, &said, REGISTRY_REFUSE, &p->id));
    *p = (person){ .id = p->id, .amount_fen = 100000 + 7 * n };
    registry_benefit benefit = { .fact = { .subject_id = p->id, .from = FIRST, .until = REGISTRY_OPEN },
                                 .state = REGISTRY_PAYING, .amount_fen = p->amount_fen };
    TRY(county_word(w->c, "employee_pension", &benefit.benefit));
    for (int m = 0; m < MONTHS + 8; m++) p->due[m] = true, p->fen[m] = p->amount_fen;
    return registry_say(people, &act, "benefit_granted", REGISTRY_BENEFIT, &benefit, 1, NULL);
}

/* The tables of a benefit_call name the runs there are: read anew before each act. */
static err renew(world *w)
{
    w->b = (benefit_call){ .call = w->c->call, .office = w->c };
    w->c->now_ms++; /* what is taken back is what stood before it */
    return benefit_tables(&w->b);
}

static oneoff_act act_of(const world *w)
{
    return (oneoff_act){ .actor_id = 1, .known_ms = w->c->now_ms, .why = TEXT("test") };
}

/* The batch goes through the hands of the others: changes are said as an approval says them. */
static err approve(world *w, benefit_batch *batch)
{
    oneoff_act act = act_of(w);
    oneoff_change *changes;
    size_t count;
    TRY(benefit_batch_end(&w->b, batch));
    if (!batch->batch_id) return ERR_NONE;
    TRY(oneoff_move(w->b.items, &act, batch->batch_id, ONEOFF_REVIEW));
    TRY(oneoff_move(w->b.items, &act, batch->batch_id, ONEOFF_APPROVE));
    TRY(oneoff_changes(w->c->memory, w->b.items, batch->batch_id, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t changed;
        benefit_change change = { .person_id = changes[i].subject_id, .benefit = changes[i].benefit,
                                  .state = (registry_benefit_state)changes[i].state,
                                  .from_month = changes[i].from_month, .until_month = changes[i].until_month,
                                  .reason = changes[i].reason };
        TRY(benefit_state_say(w->c, &change, &changed));
    }
    oneoff_closing *closings;
    TRY(oneoff_closings(w->c->memory, w->b.items, batch->batch_id, &closings, &count));
    for (size_t i = 0; i < count; i++) TRY(oneoff_close_item(w->b.items, &act, batch->batch_id, &closings[i]));
    return ERR_NONE;
}

/* ---- events ---- */

static err stop(world *w, person *p, const char *reason, int32_t from)
{
    int64_t changed;
    benefit_batch batch = { .purpose = TEXT("test") };
    benefit_stopping stopping = { .person_id = p->id, .benefit = TEXT("employee_pension"), .from_month = FIRST + from };
    TRY(renew(w));
    TRY(benefit_reason_of(&w->b, text_of(reason), &stopping.reason));
    TRY(benefit_stop(&w->b, &batch, &stopping, &changed));
    return approve(w, &batch);
}

static err resume(world *w, person *p, int32_t from)
{
    benefit_batch batch = { .purpose = TEXT("test") };
    TRY(renew(w));
    TRY(benefit_resume(&w->b, &batch, p->id, TEXT("employee_pension"), FIRST + from));
    return approve(w, &batch);
}

static err reinstate(world *w, person *p, int32_t from, int32_t until)
{
    benefit_batch batch = { .purpose = TEXT("test") };
    benefit_reinstating r = { .person_id = p->id, .benefit = TEXT("employee_pension"), .from_month = FIRST + from,
                              .until_month = until < 0 ? REGISTRY_OPEN : FIRST + until };
    TRY(renew(w));
    TRY(benefit_reinstate(&w->b, &batch, &r));
    return approve(w, &batch);
}

static int32_t roll(world *w, int32_t min, int32_t max)
{
    return (int32_t)choose_between(&w->dice, min, max);
}

/* ---- batches that change what is paid ---- */

static err decide(world *w, const person *p, int32_t from, int64_t fen, int64_t *id)
{
    static const char *const KEYS[] = { "increase" };
    decision_book *book;
    decision_act act = { .actor_id = 1, .known_ms = w->c->now_ms, .why = TEXT("test") };
    decision_terms terms = { .purpose = TEXT("adjust.yearly"), .law = TEXT("test"), .on_day = 46000, .for_month = FIRST + from,
                             .keys = KEYS, .key_count = 1 };
    decision_row row = { .person_id = p->id, .record = TEXT("{}"), .fen = { fen } };
    TRY(county_decisions(w->c, &book));
    return decision_make(book, &act, eventlog_bucket_of(p->id), &terms, &row, 1, id);
}

/* The row, with the months before the pay month in which it was due. */
static err row_of(world *w, revise *r, const person *p, revision_row *row)
{
    revise_person who;
    TRY(revise_person_read(r, p->id, &who));
    const registry_benefit *span = revise_coming(&who, r->pay_month);
    row->is_paid = span != NULL;
    row->level_fen = span ? span->amount_fen : 0;
    revise_pieces(w->c->memory, &who, row->from_month, r->pay_month, row->new_fen - row->old_fen, row);
    return ERR_NONE;
}

/* From `from` on old_fen becomes new_fen, paid from this month's run on: the months before are settled once. */
static err change(world *w, person *p, int32_t from, int64_t old_fen, int64_t new_fen)
{
    revise r = { .m = { .call = w->c->call, .office = w->c, .memory = w->c->memory }, .benefit_name = TEXT("employee_pension"),
                 .pay_month = FIRST + w->now };
    revision_part part = { TEXT("increase"), false, new_fen - old_fen };
    revision_row row = { .person_id = p->id, .replaces_id = old_fen ? p->last_id : 0, .before_id = p->head_id,
                         .from_month = FIRST + from, .old_fen = old_fen, .new_fen = new_fen, .parts = &part, .part_count = 1 };
    revision_terms terms = { .kind = old_fen ? TEXT("retro") : TEXT("adjust"), .benefit = r.benefit_name, .law = TEXT("test"),
                             .from_month = row.from_month, .pay_month = r.pay_month };
    revision_act act = { .actor_id = 1, .known_ms = w->c->now_ms, .why = TEXT("test") };
    revision_draft *draft;
    revision_batch batch;
    revise_applied done;
    int64_t batch_id;
    TRY(renew(w));
    act.known_ms = w->c->now_ms;
    TRY(county_revisions(w->c, &r.book));
    TRY(county_word(w->c, "employee_pension", &r.benefit));
    TRY(revise_bucket_open(&r));
    TRY(revise_bucket_close(&r, row_of(w, &r, p, &row)));
    if (!part.fen || (!row.is_paid && !row.piece_count)) return ERR_NONE;
    TRY(decide(w, p, from, new_fen, &row.decision_id));
    TRY(revision_draft_open(w->c->memory, r.book, &terms, &act, &draft));
    TRY(revision_draft_add(draft, eventlog_bucket_of(p->id), &row, 1));
    TRY(revision_draft_end(draft, &batch_id));
    TRY(signed_revision(w->c->memory, r.book, batch_id, REVISION_ENTER, w->c->now_ms));
    TRY(signed_revision(w->c->memory, r.book, batch_id, REVISION_REVIEW, w->c->now_ms));
    TRY(revision_find(w->c->memory, r.book, batch_id, &batch));
    TRY(revise_apply(w->c, &batch, &done));
    assert_int_equal(done.set_aside, 0);
    TRY(signed_revision(w->c->memory, r.book, batch_id, REVISION_APPROVE, w->c->now_ms));
    for (int32_t m = from; m < MONTHS + 8; m++) p->fen[m] += part.fen;
    p->head_id = p->last_id = row.decision_id;
    p->last_fen = new_fen;
    p->last_from = from;
    return ERR_NONE;
}

static err change_somehow(world *w, person *p, bool is_again)
{
    int32_t from = roll(w, w->now > 6 ? w->now - 6 : 0, w->now);
    if (is_again && p->last_id) return change(w, p, p->last_from, p->last_fen, roll(w, 1, 9) * 1013);
    return change(w, p, from, 0, roll(w, 1, 9) * 1009);
}

/* A month from which on all that was due before the stop is due, or -1. */
static int32_t whole_from(const bool *due, int32_t from)
{
    for (int32_t m = MONTHS + 7; m >= from; m--)
        if (!due[m]) return m + 1;
    return from;
}

static err die(world *w, person *p)
{
    int32_t from = roll(w, w->now > 5 ? w->now - 5 : 0, w->now + 1);
    /* Months withheld for want of proof, up to then, are due after all. */
    if (p->is_suspended && from < p->suspended_from) from = p->suspended_from;
    for (int32_t m = 0; m < MONTHS + 8; m++) {
        p->had[m] = p->due[m];
        if (p->is_suspended && p->is_made_good && m >= p->suspended_from) p->due[m] = p->was[m];
        if (m >= from) p->due[m] = false;
    }
    p->is_dead = true;
    p->dead_from = from;
    return stop(w, p, "death", from);
}

/* Said to be dead, and is not; or died later than was said. */
static err live_again(world *w, person *p)
{
    bool is_withheld = p->is_suspended && p->is_made_good;
    int32_t until = roll(w, p->dead_from, w->now + 1);
    if (roll(w, 0, 1)) {
        if (until == p->dead_from) return ERR_NONE;
        for (int32_t m = p->dead_from; m < until; m++) p->due[m] = is_withheld ? p->was[m] : p->had[m];
        p->dead_from = until;
        return reinstate(w, p, 0, until);
    }
    for (int32_t m = p->dead_from; m < MONTHS + 8; m++) p->due[m] = p->had[m];
    p->is_dead = false;
    if (is_withheld) p->suspended_from = p->dead_from;
    return reinstate(w, p, until, -1);
}

static err suspend(world *w, person *p)
{
    int32_t from = roll(w, w->now > 8 ? w->now - 8 : 0, w->now + 1);
    p->is_made_good = roll(w, 0, 2) > 0;
    /* What is never made good reaches over no other such: resumed, both would be paid. */
    from = p->is_made_good ? from : whole_from(p->due, from);
    while (!p->due[from]) from++;
    p->is_suspended = true;
    p->suspended_from = from;
    for (int32_t m = 0; m < MONTHS + 8; m++) {
        p->was[m] = p->due[m];
        if (m >= from) p->due[m] = false;
    }
    return stop(w, p, p->is_made_good ? "lapse" : "prison", from);
}

/* Resumed; or the suspension was wrong, and is taken back whole. */
static err go_on(world *w, person *p)
{
    int32_t from = roll(w, p->suspended_from, w->now + 1);
    bool is_back = roll(w, 0, 2) == 0;
    while (!p->was[from]) from++;
    for (int32_t m = p->suspended_from; m < MONTHS + 8; m++)
        p->due[m] = p->was[m] && (is_back || m >= from || p->is_made_good);
    p->is_suspended = false;
    return is_back ? reinstate(w, p, from, -1) : resume(w, p, from);
}

static err event(world *w, person *p)
{
    int32_t at = roll(w, 0, 9);
    if (at >= 7 && w->now) return change_somehow(w, p, at == 9);
    if (at > 4) return ERR_NONE;
    if (p->is_dead) return at <= 2 ? live_again(w, p) : ERR_NONE;
    if (p->is_suspended && at <= 2) return go_on(w, p);
    if (at == 4) return die(w, p);
    return p->is_suspended ? ERR_NONE : suspend(w, p);
}

/* ---- a month's run ---- */

typedef struct {
    int64_t person_id;
    payment_line line;
    oneoff_taking taking; /* item_id 0: none */
    bool is_recovery;
} drafted;

/* The person's month, with some of a debt withheld; and arrears as lines of their own. */
static err draft_person(world *w, person *p, drafted *lines, size_t *count)
{
    registry_benefit *facts;
    oneoff_standing *items;
    size_t fact_count, item_count;
    int32_t month = FIRST + w->now;
    TRY(benefit_facts(w->c, p->id, TEXT("employee_pension"), &facts, &fact_count));
    TRY(oneoff_of_subject(w->c->memory, w->b.items, p->id, &items, &item_count));
    int64_t monthly = 0;
    for (size_t i = 0; i < fact_count; i++)
        if (facts[i].fact.from <= month && month < facts[i].fact.until && facts[i].state == REGISTRY_PAYING) monthly = facts[i].amount_fen;
    if (monthly) {
        drafted d = { .person_id = p->id, .line = { .person_id = p->id, .account = 1, .for_month = month, .part_fen = { monthly } } };
        for (size_t i = 0; i < item_count && !d.taking.item_id; i++) {
            bool is_debt = items[i].item.kind == ONEOFF_RECOVERY && items[i].state == ONEOFF_STATE_APPROVED;
            if (!is_debt || roll(w, 0, 1)) continue;
            int64_t fen = items[i].remaining_fen < 30000 ? items[i].remaining_fen : 30000;
            d.taking = (oneoff_taking){ .subject_id = p->id, .item_id = items[i].item_id, .fen = fen };
            d.line.part_fen[0] -= fen;
            d.line.withheld_item = items[i].item_id;
            d.line.withheld_fen = fen;
            d.is_recovery = true;
        }
        lines[(*count)++] = d;
    }
    for (size_t i = 0; i < item_count; i++) {
        if (items[i].item.kind != ONEOFF_ARREARS || items[i].state != ONEOFF_STATE_APPROVED) continue;
        lines[(*count)++] = (drafted){ .person_id = p->id,
                                       .line = { .person_id = p->id, .account = 1, .for_month = items[i].from_month,
                                                 .item = items[i].item_id, .item_subject = p->id,
                                                 .part_fen = { items[i].remaining_fen } },
                                       .taking = { .subject_id = p->id, .item_id = items[i].item_id, .fen = items[i].remaining_fen } };
    }
    return ERR_NONE;
}

static int by_bucket(const void *a, const void *b)
{
    const drafted *x = a, *y = b;
    uint32_t bx = eventlog_bucket_of(x->person_id), by = eventlog_bucket_of(y->person_id);
    if (bx != by) return bx < by ? -1 : 1;
    if (x->person_id != y->person_id) return x->person_id < y->person_id ? -1 : 1;
    return x->line.for_month < y->line.for_month ? -1 : x->line.for_month > y->line.for_month;
}

static err pay(world *w, const char *kind)
{
    static const text PARTS[] = { { "50010105", 8 } };
    static const struct { payment_step step; int64_t actor_id; } STEPS[] = {
        { PAYMENT_CHECK, 2 }, { PAYMENT_SIGN_SECTION, 3 }, { PAYMENT_SIGN_LEADER, 4 }, { PAYMENT_AUTHORISE, 5 }, { PAYMENT_SEND, 6 },
    };
    drafted lines[PEOPLE * 64];
    size_t count = 0;
    payment_draft *draft;
    payment_answer *answer;
    int64_t run_id, total = 0;
    bool is_new;
    oneoff_act act = act_of(w);
    payment_terms terms = { .month = FIRST + w->now, .kind = text_of(kind), .fund = TEXT("employee_pension"),
                            .payer_account = TEXT("1"), .parts = PARTS, .part_count = 1 };
    payment_act by = { .actor_id = 1, .known_ms = w->c->now_ms, .why = TEXT("test") };
    for (int i = 0; i < PEOPLE; i++) TRY(draft_person(w, &w->people[i], lines, &count));
    w->now++;
    if (!count) return ERR_NONE;
    qsort(lines, count, sizeof *lines, by_bucket);
    TRY(payment_draft_open(w->c->memory, w->b.runs, &terms, &by, &draft));
    for (size_t i = 0; i < count; i++) TRY(payment_draft_add(draft, &lines[i].line));
    TRY(payment_draft_finish(draft, &run_id, &is_new));
    for (size_t i = 0; i < count; i++)
        if (lines[i].taking.item_id)
            TRY(oneoff_take(w->b.items, &act, run_id, eventlog_bucket_of(lines[i].person_id), &lines[i].taking, 1));
    for (size_t i = 0; i < ARRAY_COUNT(STEPS); i++)
        TRY(signed_payment(w->c->memory, w->b.runs, run_id, STEPS[i].step, STEPS[i].actor_id, w->c->now_ms));
    by.actor_id = 5;
    TRY(payment_answer_open(w->c->memory, w->b.runs, run_id, &by, &answer));
    for (size_t i = 0; i < count; i++) {
        int64_t fen = payment_line_fen(&lines[i].line);
        TRY(payment_answer_add(answer, (int64_t)i + 1, fen, PAYMENT_PAID, TEXT_NONE));
        total += fen;
        for (int k = 0; k < PEOPLE; k++)
            if (w->people[k].id == lines[i].person_id) w->people[k].out_fen += fen;
    }
    payment_control control = { (int64_t)count, total };
    TRY(payment_answer_finish(answer, &control, &is_new));
    TRY(signed_payment(w->c->memory, w->b.runs, run_id, PAYMENT_BOOK, 5, w->c->now_ms));
    for (size_t i = 0; i < count; i++) {
        lines[i].taking.is_settled = true;
        if (lines[i].taking.item_id)
            TRY(oneoff_answer(w->b.items, &act, run_id, eventlog_bucket_of(lines[i].person_id), &lines[i].taking, 1));
    }
    return ERR_NONE;
}

/* ---- the end ---- */

/* All debts are brought, all arrears paid by a last run; asking again then finds nothing. */
static err settle_up(world *w)
{
    for (int i = 0; i < PEOPLE; i++) {
        oneoff_standing *items;
        size_t count;
        TRY(oneoff_of_subject(w->c->memory, w->b.items, w->people[i].id, &items, &count));
        for (size_t k = 0; k < count; k++) {
            bool is_new;
            oneoff_act act = act_of(w);
            oneoff_receipt receipt = { .day = 46000, .fen = items[k].remaining_fen, .reference = TEXT("r") };
            if (items[k].item.kind != ONEOFF_RECOVERY || !items[k].remaining_fen) continue;
            TRY(oneoff_repay(w->b.items, &act, w->people[i].id, items[k].item_id, &receipt, &is_new));
            w->people[i].back_fen += receipt.fen;
        }
    }
    return ERR_NONE;
}

/* What came between the lines: arrears approved for months that have been stopped since, and were paid. */
static err settle_all(world *w)
{
    for (int i = 0; i < PEOPLE; i++) {
        benefit_batch batch = { .purpose = TEXT("test") };
        benefit_settling s = { .person_id = w->people[i].id, .benefit = TEXT("employee_pension"), .reason = TEXT("death") };
        TRY(renew(w));
        TRY(benefit_settle(&w->b, &batch, &s));
        TRY(approve(w, &batch));
    }
    return ERR_NONE;
}

static err nothing_more(world *w)
{
    for (int i = 0; i < PEOPLE; i++) {
        benefit_batch batch = { .purpose = TEXT("test") };
        benefit_settling s = { .person_id = w->people[i].id, .benefit = TEXT("employee_pension"), .reason = TEXT("death") };
        TRY(renew(w));
        TRY(benefit_settle(&w->b, &batch, &s));
        assert_int_equal(batch.item_count, 0);
        assert_int_equal(batch.batch_id, 0);
    }
    return ERR_NONE;
}

static void compare(const world *w, const char *when)
{
    for (int i = 0; i < PEOPLE; i++) {
        const person *p = &w->people[i];
        int64_t due = 0;
        for (int32_t m = 0; m < w->now; m++) due += p->due[m] ? p->fen[m] : 0;
        if (p->out_fen - p->back_fen != due)
            fail_msg("round %llu, %s, person %d: paid %lld, back %lld, due %lld", (unsigned long long)seed_of_round, when, i,
                     (long long)p->out_fen, (long long)p->back_fen, (long long)due);
    }
}

static err live(service_call *call)
{
    world w = { .dice = choose_by_seed(seed_of_round * 977 + 5) };
    TRY(county_open(call, COUNTY_WRITE, &w.c));
    TRY(store_begin(w.c->db));
    for (int i = 0; i < PEOPLE; i++) TRY(add_person(&w, &w.people[i], i));
    TRY(renew(&w));
    while (w.now < MONTHS) {
        /* To the first nothing happens: every month has its run. */
        for (int i = 1; i < PEOPLE; i++) TRY(event(&w, &w.people[i]));
        TRY(pay(&w, "pension"));
    }
    for (int round = 0; round < 3; round++) {
        TRY(settle_all(&w));
        TRY(renew(&w));
        TRY(pay(&w, "pension"));
        TRY(settle_up(&w));
    }
    compare(&w, "at the end");
    return nothing_more(&w);
}

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD, SERVICE_WHY_FIELD };
static const service_op OP = { .name = "test.benefit", .input = INPUT, .input_count = 3, .run = live };

static err call_op(const service_settings *settings, const service_op *op)
{
    arena *request = arena_open(), *process = arena_open();
    service *s = service_open(process, settings);
    service_call *call = service_call_open(s, request, op, false);
    err e = service_run(call);
    if (e.kind) print_error("round %llu: %s %s\n", (unsigned long long)seed_of_round, e.kind->code, e.detail ? e.detail : "");
    service_close(s);
    arena_close(request);
    arena_close(process);
    return (err){ .kind = e.kind };
}

static void what_was_paid_is_what_was_due(void **state)
{
    store_place *place = *state;
    service_settings settings = { .county = place->url, .key_file = store_place_file(place, "master.key"),
                                  .packs = "packs", .today_day = 46000 };
    office_ok(call_op(&settings, service_find(TEXT("county.new"))));
    /* Each round in a transaction that is not kept: the office begins anew. The same lives on the slower driver: some. */
    uint64_t rounds = share_of(place->driver == STORE_SQLITE ? ROUNDS : ROUNDS / 3);
    for (seed_of_round = 1; seed_of_round <= rounds; seed_of_round++) office_ok(call_op(&settings, &OP));
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST_EACH(what_was_paid_is_what_was_due) };
    return cmocka_run_group_tests_name("service_benefit", tests, NULL, NULL);
}
