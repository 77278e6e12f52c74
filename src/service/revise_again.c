/* doudi benefit recompute, retro: decisions decided again from the inputs kept with them, by the law of now. */
#include <string.h>

#include "calendar/calendar.h"
#include "os/os.h"
#include "service/adopt.h"
#include "service/operations.h"
#include "service/revise.h"

static const service_field AGAIN_INPUT[] = {
    REVISE_PAY_FIELD, REVISE_BENEFIT_FIELD, REVISE_DRY_FIELD, REVISE_LIST_FIELD, MONTH_UNDECIDED_FIELD,
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};

/* A purpose on one day, by one law. */
typedef struct {
    text purpose, digest;
    int32_t on_day;
    const decide_plan *plan;
    decider *with;
    size_t monthly, provisional; /* a fact, an answer; SIZE_MAX: none */
    size_t answer_of[DECISION_KEYS_MAX];
    const char **keys;
    size_t key_count;
} planned;

typedef struct {
    revise_person who;
    revise_chain chain;
    int64_t delta_fen; /* of the decisions done again so far */
    bool is_left;      /* could not be decided: as it was */
    bool is_confirmed; /* a provisional decision came out the same */
} subject;

typedef struct {
    revise r;
    bool only_provisional;
    const decide_law *law;
    planned *plans;
    size_t plan_count, plan_capacity;
    /* of the bucket at hand */
    subject *subjects;
    size_t subject_count, subject_capacity;
    size_t depth; /* the longest chain */
} again;

/* ---- plans, one a purpose, day and law ---- */

static err law_of(again *g, text digest, const decide_law **law)
{
    text bytes;
    *law = g->law;
    if (text_equal(digest, decide_pack_digest(g->law))) return ERR_NONE;
    for (size_t i = 0; i < g->plan_count; i++)
        if (text_equal(g->plans[i].digest, digest)) {
            *law = decide_plan_law(g->plans[i].plan);
            return ERR_NONE;
        }
    TRY(charter_law(g->r.m.memory, g->r.m.charter, digest, &bytes));
    return decide_law_of(g->r.m.memory, bytes, law);
}

static void find_keys(arena *a, planned *p)
{
    size_t count;
    const decide_answer *answers = decide_answers(p->plan, &count);
    p->keys = ARENA_ARRAY(a, const char *, DECISION_KEYS_MAX);
    for (size_t i = 0; i < count && p->key_count < DECISION_KEYS_MAX; i++) {
        if (answers[i].kind != DECIDE_LINE) continue;
        p->answer_of[p->key_count] = i;
        p->keys[p->key_count++] = answers[i].key;
    }
    p->monthly = decide_fact_index(p->plan, "pension.monthly");
    p->provisional = decide_answer_index(p->plan, "provisional");
}

static err plan_of(again *g, text purpose, int32_t on_day, text digest, size_t *at)
{
    arena *a = g->r.m.memory;
    for (*at = 0; *at < g->plan_count; ++*at) {
        const planned *p = &g->plans[*at];
        if (p->on_day == on_day && text_equal(p->purpose, purpose) && text_equal(p->digest, digest)) return ERR_NONE;
    }
    const decide_law *law;
    planned p = { .purpose = text_copy(a, purpose), .digest = text_copy(a, digest), .on_day = on_day };
    decide_request asked = { .purpose = p.purpose, .on_day = on_day, .region = g->r.m.region };
    TRY(law_of(g, p.digest, &law));
    TRY(decide_plan_open(a, law, &asked, &p.plan));
    p.with = decide_open(a, p.plan);
    find_keys(a, &p);
    ARENA_PUSH(a, g->plans, g->plan_count, g->plan_capacity, p);
    return ERR_NONE;
}

/* ---- the same decision of many people at once ---- */

typedef struct {
    size_t subject, link;
} lane_ref;

typedef struct {
    const planned *plan;
    decide_block block;
    decide_results *results;
} answered;

/* What a pension came to before is an input of its adjustment: it goes with the decisions before it. */
static void carry_delta(again *g, const planned *p, decide_block *block, const lane_ref *lanes)
{
    if (p->monthly == SIZE_MAX) return;
    column *c = (column *)&block->facts[p->monthly]; /* made by decide_block_of_records for this block */
    for (size_t i = 0; i < block->count; i++)
        if (!c->reason[i]) c->value[i] += g->subjects[lanes[i].subject].delta_fen;
}

static err answer(again *g, size_t plan, const lane_ref *lanes, size_t count, bool carries, answered *out)
{
    arena *a = g->r.bucket_memory;
    const planned *p = &g->plans[plan];
    text *records = ARENA_ARRAY(a, text, count + 1);
    for (size_t i = 0; i < count; i++) records[i] = g->subjects[lanes[i].subject].chain.links[lanes[i].link].made.row.record;
    out->plan = p;
    TRY(decide_block_of_records(a, p->with, records, count, &out->block));
    if (carries) carry_delta(g, p, &out->block, lanes);
    out->results = decide_results_open(a, p->plan, count);
    decide_run(p->with, &out->block, out->results);
    return ERR_NONE;
}

/* ---- which were provisional, by the law that decided them ---- */

static err mark_group(again *g, size_t plan, const lane_ref *lanes, size_t count)
{
    answered out;
    size_t at = g->plans[plan].provisional;
    if (at == SIZE_MAX || !count) return ERR_NONE;
    TRY(answer(g, plan, lanes, count, false, &out));
    const column *said = &out.results->answers[at];
    for (size_t i = 0; i < count; i++)
        g->subjects[lanes[i].subject].chain.links[lanes[i].link].is_provisional =
            !column_reason(said, i) && said->value[i] != 0;
    return ERR_NONE;
}

/* Links of the stage by plan: each group is handed to `hand` with the lanes in order of persons. */
static err by_plan(again *g, size_t stage, bool is_old_law,
                   err (*hand)(again *g, size_t plan, const lane_ref *lanes, size_t count))
{
    arena *a = g->r.bucket_memory;
    size_t *plan = ARENA_ARRAY(a, size_t, g->subject_count + 1);
    lane_ref *lanes = ARENA_ARRAY(a, lane_ref, g->subject_count + 1);
    for (size_t s = 0; s < g->subject_count; s++) {
        const subject *one = &g->subjects[s];
        plan[s] = SIZE_MAX;
        if (one->is_left || stage >= one->chain.count) continue;
        const decision_terms *terms = &one->chain.links[stage].made.terms;
        TRY(plan_of(g, terms->purpose, terms->on_day, is_old_law ? terms->law : decide_pack_digest(g->law), &plan[s]));
    }
    size_t plan_count = g->plan_count;
    for (size_t p = 0; p < plan_count; p++) {
        size_t count = 0;
        for (size_t s = 0; s < g->subject_count; s++)
            if (plan[s] == p) lanes[count++] = (lane_ref){ s, stage };
        if (count) TRY(hand(g, p, lanes, count));
    }
    return ERR_NONE;
}

/* ---- one decision done again ---- */

static bool is_asked(const again *g, const subject *s, const revise_link *link)
{
    bool is_other_law = !text_equal(link->made.terms.law, decide_pack_digest(g->law));
    if (s->delta_fen) return true;
    return is_other_law && (!g->only_provisional || link->is_provisional);
}

static void leave(again *g, subject *s, const revise_link *link, const answered *out, size_t lane)
{
    service_call *call = g->r.m.call;
    uint32_t reason = out->results->reason[lane];
    s->is_left = true;
    g->r.tally.undecided++;
    text why = reason ? decide_reason(g->r.bucket_memory, out->plan->plan, reason, call->is_chinese)
                      : text_of(service_say(call, "no longer due by the law of now: to be decided by hand",
                                            "按现行政策已不符合领取条件，须个案处理"));
    month_undecided_add(g->r.undecided, link->made.terms.purpose, s->who.person_id, 0, why);
}

static void compare(again *g, subject *s, revise_link *link, const answered *out, size_t lane)
{
    arena *a = g->r.bucket_memory;
    const decide_answer *answers;
    size_t count;
    revision_part *parts = ARENA_ARRAY(a, revision_part, out->plan->key_count + link->made.terms.key_count + 1);
    answers = decide_answers(out->plan->plan, &count);
    for (size_t k = 0; k < out->plan->key_count; k++) {
        int64_t fen = out->results->answers[out->plan->answer_of[k]].value[lane];
        link->new_fens[k] = fen;
        link->new_fen += fen;
        parts[link->part_count++] = (revision_part){ text_of(out->plan->keys[k]), answers[out->plan->answer_of[k]].is_account, fen };
    }
    for (size_t k = 0; k < link->made.terms.key_count; k++) {
        size_t at = 0;
        if (link->made.row.fen[k] == EVENTLOG_NONE) continue;
        while (at < link->part_count && !text_equal_cstr(parts[at].name, link->made.terms.keys[k])) at++;
        if (at == link->part_count) parts[link->part_count++] = (revision_part){ text_of(link->made.terms.keys[k]), false, 0 };
        parts[at].fen -= link->made.row.fen[k];
    }
    bool differs = false;
    size_t kept = 0;
    for (size_t k = 0; k < link->part_count; k++) {
        differs |= parts[k].fen != 0;
        if (parts[k].fen) parts[kept++] = parts[k];
    }
    link->parts = parts;
    link->part_count = kept;
    bool was = link->is_provisional;
    size_t at = out->plan->provisional;
    bool is_still = was && at != SIZE_MAX && !column_reason(&out->results->answers[at], lane) && out->results->answers[at].value[lane];
    link->is_changed = differs || (was && !is_still);
    if (!link->is_changed) return;
    s->is_confirmed |= !differs;
    link->record = decide_record(a, out->plan->with, &out->block, lane);
    s->delta_fen += link->new_fen - link->fen;
}

static err decide_group(again *g, size_t plan, const lane_ref *all, size_t all_count)
{
    answered out;
    size_t count = 0;
    lane_ref *lanes = ARENA_ARRAY(g->r.bucket_memory, lane_ref, all_count + 1);
    for (size_t i = 0; i < all_count; i++)
        if (is_asked(g, &g->subjects[all[i].subject], &g->subjects[all[i].subject].chain.links[all[i].link]))
            lanes[count++] = all[i];
    if (!count) return ERR_NONE;
    TRY(answer(g, plan, lanes, count, true, &out));
    for (size_t i = 0; i < count; i++) {
        subject *s = &g->subjects[lanes[i].subject];
        revise_link *link = &s->chain.links[lanes[i].link];
        if (out.results->status[i] == DECIDE_DONE) compare(g, s, link, &out, i);
        else leave(g, s, link, &out, i);
    }
    return ERR_NONE;
}

/* ---- the decisions of a stage, kept ---- */

static err keep_group(again *g, size_t plan, const lane_ref *lanes, size_t count)
{
    arena *a = g->r.bucket_memory;
    const planned *p = &g->plans[plan];
    bool *is_done = ARENA_ARRAY(a, bool, count + 1);
    for (size_t first = 0; first < count; first++) {
        const revise_link *head = &g->subjects[lanes[first].subject].chain.links[lanes[first].link];
        decision_terms terms = { .purpose = p->purpose, .law = p->digest, .on_day = p->on_day,
                                 .for_month = head->made.terms.for_month, .keys = p->keys, .key_count = p->key_count };
        decision_row *rows = ARENA_ARRAY(a, decision_row, count - first + 1);
        revise_link **made = ARENA_ARRAY(a, revise_link *, count - first + 1);
        size_t row_count = 0;
        for (size_t i = first; i < count; i++) {
            subject *s = &g->subjects[lanes[i].subject];
            revise_link *link = &s->chain.links[lanes[i].link];
            if (is_done[i] || s->is_left || !link->is_changed || link->made.terms.for_month != terms.for_month) continue;
            is_done[i] = true;
            rows[row_count] = (decision_row){ .person_id = s->who.person_id, .record = link->record };
            memcpy(rows[row_count].fen, link->new_fens, sizeof link->new_fens);
            made[row_count++] = link;
        }
        int64_t *ids = ARENA_ARRAY(a, int64_t, row_count + 1);
        if (row_count) TRY(revise_decide(&g->r, eventlog_bucket_of(rows[0].person_id), &terms, rows, row_count, ids));
        for (size_t i = 0; i < row_count; i++) made[i]->new_id = ids[i];
    }
    return ERR_NONE;
}

/* ---- a bucket ---- */

static err add_subject(again *g, subject *s)
{
    revise *r = &g->r;
    revision_row *rows = ARENA_ARRAY(r->bucket_memory, revision_row, s->chain.count + 1);
    size_t count = 0;
    int64_t before_id = s->chain.head_id;
    for (size_t i = 0; i < s->chain.count && !s->is_left; i++) {
        const revise_link *link = &s->chain.links[i];
        if (!link->is_changed) continue;
        revision_row row = { .decision_id = link->new_id, .replaces_id = link->decision_id, .before_id = before_id,
                             .from_month = link->from_month, .old_fen = link->fen, .new_fen = link->new_fen,
                             .parts = link->parts, .part_count = link->part_count };
        before_id = link->new_id;
        revise_pieces(r->bucket_memory, &s->who, row.from_month, r->pay_month, row.new_fen - row.old_fen, &row);
        if (r->from_month == INT32_MIN || row.from_month < r->from_month) r->from_month = row.from_month;
        rows[count++] = row;
    }
    return count ? revise_add(r, &s->who, rows, count) : ERR_NONE;
}

static err read_subjects(again *g, uint32_t bucket)
{
    arena *a = g->r.bucket_memory;
    decision_book *book;
    int64_t *persons;
    size_t count;
    g->subjects = NULL;
    g->subject_count = g->subject_capacity = g->depth = 0;
    TRY(county_decisions(g->r.m.office, &book));
    TRY(decision_persons(a, book, bucket, &persons, &count));
    for (size_t i = 0; i < count; i++) {
        subject s = { 0 };
        TRY(revise_person_read(&g->r, persons[i], &s.who));
        if (!s.who.span_count) continue;
        TRY(revise_chain_read(a, g->r.decisions, &s.who, g->r.pay_month, &s.chain));
        if (!s.chain.count) continue;
        if (s.chain.count > g->depth) g->depth = s.chain.count;
        ARENA_PUSH(a, g->subjects, g->subject_count, g->subject_capacity, s);
    }
    return ERR_NONE;
}

static err again_bucket(again *g, uint32_t bucket)
{
    TRY(read_subjects(g, bucket));
    for (size_t stage = 0; stage < g->depth; stage++) {
        TRY(by_plan(g, stage, true, mark_group));
        TRY(by_plan(g, stage, false, decide_group));
    }
    for (size_t stage = 0; stage < g->depth; stage++) TRY(by_plan(g, stage, false, keep_group));
    for (size_t s = 0; s < g->subject_count; s++) TRY(add_subject(g, &g->subjects[s]));
    return revise_flush(&g->r, bucket);
}

static err again_all(again *g)
{
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        TRY(revise_bucket_open(&g->r));
        e = revise_bucket_close(&g->r, again_bucket(g, bucket));
    }
    return e;
}

/* ---- the operations ---- */

static err again_run(service_call *call, const char *kind, bool only_provisional)
{
    again g = { .only_provisional = only_provisional };
    revision_batch waiting;
    bool is_there;
    int64_t begun_ns = os_monotonic_ns();
    TRY(revise_begin(call, kind, &g.r));
    g.r.from_month = INT32_MIN;
    TRY(revise_benefit(&g.r, service_text_of(call, "benefit", TEXT("employee_pension")), INT32_MIN));
    TRY(revise_waiting(&g.r, TEXT_NONE, &waiting, &is_there));
    if (is_there) return revise_end_same(&g.r, &waiting, begun_ns);
    TRY(decide_law_open(call, &g.law));
    TRY(adopt_need(g.r.m.office));
    TRY(revise_open(&g.r, TEXT_NONE, decide_pack_digest(g.law)));
    TRY(revise_keep_law(&g.r, g.law));
    TRY(again_all(&g));
    return revise_end(&g.r, begun_ns);
}

static err recompute_run(service_call *call)
{
    return again_run(call, "recompute", true);
}

static err retro_run(service_call *call)
{
    return again_run(call, "retro", false);
}

#define AGAIN_OP(row_name, op_name, en, zh, cited, run_name, example)                            \
    const service_op row_name = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .law = cited, .kind = SERVICE_WRITE,   \
        .permission = op_name, .input = AGAIN_INPUT, .input_count = ARRAY_COUNT(AGAIN_INPUT),    \
        .output = REVISE_OUTPUT, .output_count = REVISE_OUTPUT_COUNT,                            \
        .examples = (const char *const[]){ example, NULL }, .run = run_name, .print = revise_print, \
    }

AGAIN_OP(REVISE_RECOMPUTE_OP, "benefit.recompute",
         "Decide provisional awards again, now that what they waited for is published; enter the batch",
         "公布后重算预发的待遇，并作为一个批次录入", "《社会保险法》第十五条", recompute_run,
         "doudi benefit recompute --dry-run --list people.csv");
AGAIN_OP(REVISE_RETRO_OP, "benefit.retro",
         "Decide again all that was decided by other packs than those of now; enter what differs as a batch",
         "政策追溯调整后，按现行政策包重核原有核定，差额作为一个批次录入", "《社会保险经办条例》第三十七条", retro_run,
         "doudi benefit retro --dry-run --list people.csv");
