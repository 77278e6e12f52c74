/* doudi benefit adjust: the yearly adjustment of pensions, decided by the packs for everybody at once. */
#include <string.h>

#include "calendar/calendar.h"
#include "os/os.h"
#include "service/operations.h"
#include "service/revise.h"
#include "service/words.h"

#define PURPOSE "adjust.yearly"

static const service_field ADJUST_INPUT[] = {
    { .name = "year", .type = SERVICE_COUNT, .shows = "YYYY", .is_required = true,
      .summary = "the year whose adjustment it is", .summary_zh = "哪一年的调整" },
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM",
      .summary = "the month from which it is due (default: January)", .summary_zh = "执行起始月（默认当年 1 月）" },
    REVISE_PAY_FIELD, REVISE_BENEFIT_FIELD, REVISE_DRY_FIELD, REVISE_LIST_FIELD, MONTH_UNDECIDED_FIELD,
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};

typedef struct {
    revise r;
    month_deciding d;
    int32_t year;
    decision_terms terms;
    size_t answer_of[DECISION_KEYS_MAX];
    size_t monthly, pay_month, death; /* facts, SIZE_MAX: the packs do not ask */
    revise_person *who;               /* by lane of the block at hand */
    /* of the bucket at hand */
    decision_row *decided;
    size_t decided_count, decided_capacity;
} adjusting;

/* ---- facts that batches and deaths make, beside those of the registry ---- */

static void put(roster_block *block, size_t fact, size_t lane, bool is_known, int64_t value)
{
    if (fact == SIZE_MAX) return;
    column *c = (column *)&block->people.facts[fact]; /* made by the roster for this block */
    c->value[lane] = is_known ? value : 0;
    c->reason[lane] = is_known ? 0 : VM_REASON(VM_NOT_KNOWN, 0);
}

static err fill(void *context, uint32_t bucket, roster_block *block)
{
    (void)bucket;
    adjusting *j = context;
    revise *r = &j->r;
    j->who = ARENA_ARRAY(j->d.block_memory, revise_person, block->people.count + 1);
    for (size_t lane = 0; lane < block->people.count; lane++) {
        revise_person *who = &j->who[lane];
        TRY(revise_person_read(r, block->subject_id[lane], who));
        put(block, j->monthly, lane, true, revise_due(who, r->from_month));
        put(block, j->pay_month, lane, true, r->pay_month);
        put(block, j->death, lane, who->death_month != INT32_MAX, who->death_month);
    }
    return ERR_NONE;
}

/* ---- a lane ---- */

/* One adjustment a year: whoever has it is passed over, however often it is asked for. */
static bool is_adjusted(const adjusting *j, const revise_person *who)
{
    for (size_t i = 0; i < who->said_count; i++) {
        const revision_said *said = &who->said[i];
        bool is_of_year = text_equal_cstr(said->terms.kind, "adjust") && text_equal_cstr(said->terms.purpose, PURPOSE) &&
                          calendar_year_of_month(said->row.from_month) == j->year;
        if (is_of_year && revision_counts(said)) return true;
    }
    return false;
}

static void show_cells(adjusting *j, size_t lane)
{
    size_t count;
    (void)decide_answers(j->d.plan, &count);
    text *cells = ARENA_ARRAY(j->d.block_memory, text, count + 1);
    for (size_t i = 0; j->r.list && i < count; i++)
        if (!column_reason(&j->d.results->answers[i], lane))
            cells[i] = decide_word(j->d.with, i, j->d.results->answers[i].value[lane]);
    j->r.cells = cells;
}

static err take_increase(adjusting *j, const roster_block *block, size_t lane)
{
    revise *r = &j->r;
    const revise_person *who = &j->who[lane];
    decision_row decided = { .person_id = who->person_id };
    revision_row row = { .from_month = r->from_month };
    const registry_benefit *span = revise_coming(who, r->pay_month);
    revision_part *parts = ARENA_ARRAY(r->bucket_memory, revision_part, j->terms.key_count + 1);
    const decide_answer *answers = decide_answers(j->d.plan, &row.part_count);
    row.part_count = 0;
    for (size_t k = 0; k < j->terms.key_count; k++) {
        decided.fen[k] = j->d.results->answers[j->answer_of[k]].value[lane];
        row.new_fen += decided.fen[k];
        parts[row.part_count++] = (revision_part){ text_of(j->terms.keys[k]), answers[j->answer_of[k]].is_account, decided.fen[k] };
    }
    row.parts = parts;
    revise_pieces(r->bucket_memory, who, r->from_month, r->pay_month, row.new_fen, &row);
    bool is_paid = span != NULL;
    if (!span) span = &who->spans[who->span_count - 1]; /* drew in the first month, or there were no lane */
    row.before_id = span->decision_id;
    if (!row.new_fen || (!is_paid && !row.piece_count)) {
        r->tally.refused++;
        return ERR_NONE;
    }
    decided.record = text_copy(r->bucket_memory, decide_record(j->d.block_memory, j->d.with, &block->people, lane));
    ARENA_PUSH(r->bucket_memory, j->decided, j->decided_count, j->decided_capacity, decided);
    show_cells(j, lane);
    return revise_add(r, who, &row, 1);
}

static err take(void *context, uint32_t bucket, const roster_block *block)
{
    (void)bucket;
    adjusting *j = context;
    const decide_results *results = j->d.results;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        if (is_adjusted(j, &j->who[lane])) {
            j->r.tally.already++;
            continue;
        }
        switch (results->status[lane]) {
        case DECIDE_DONE: TRY(take_increase(j, block, lane)); break;
        case DECIDE_REFUSED: j->r.tally.refused++; break;
        default:
            j->r.tally.undecided++;
            month_undecided_add(j->r.undecided, TEXT(PURPOSE), block->subject_id[lane], 0,
                                results->reason[lane] ? decide_reason(j->d.block_memory, j->d.plan, results->reason[lane],
                                                                      j->r.m.call->is_chinese)
                                                      : text_of(service_say(j->r.m.call, "the lines do not come to the total",
                                                                            "各项与合计不符")));
        }
    }
    return ERR_NONE;
}

/* ---- a bucket ---- */

static err adjust_bucket(adjusting *j, uint32_t bucket)
{
    revise *r = &j->r;
    month_hands hands = { .fill = fill, .take = take, .context = j };
    j->decided = NULL;
    j->decided_count = j->decided_capacity = 0;
    TRY(month_decide_bucket(&r->m, &j->d, bucket, &hands));
    int64_t *ids = ARENA_ARRAY(r->bucket_memory, int64_t, j->decided_count + 1);
    TRY(revise_decide(r, bucket, &j->terms, j->decided, j->decided_count, ids));
    for (size_t i = 0; i < r->row_count; i++) r->rows[i].decision_id = ids[i]; /* one row a decision, in its order */
    return revise_flush(r, bucket);
}

static err adjust_all(adjusting *j)
{
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        TRY(revise_bucket_open(&j->r));
        e = revise_bucket_close(&j->r, adjust_bucket(j, bucket));
    }
    return e;
}

/* ---- the operation ---- */

static err find_keys(adjusting *j)
{
    size_t count;
    const decide_answer *answers = decide_answers(j->d.plan, &count);
    const char **keys = ARENA_ARRAY(j->r.m.memory, const char *, DECISION_KEYS_MAX);
    j->terms = (decision_terms){ .purpose = TEXT(PURPOSE), .law = decide_pack_digest(j->d.law),
                                 .on_day = decide_plan_asked(j->d.plan)->on_day, .for_month = j->r.from_month, .keys = keys };
    for (size_t i = 0; i < count; i++) {
        if (answers[i].kind != DECIDE_LINE) continue;
        if (j->terms.key_count == DECISION_KEYS_MAX) return err_of(&DECISION_BAD_BATCH, answers[i].key);
        j->answer_of[j->terms.key_count] = i;
        keys[j->terms.key_count++] = answers[i].key;
    }
    j->monthly = decide_fact_index(j->d.plan, "pension.monthly");
    j->pay_month = decide_fact_index(j->d.plan, "pension.pay_month");
    j->death = decide_fact_index(j->d.plan, "person.death_month");
    j->r.plan = j->d.plan;
    return ERR_NONE;
}

static err compute(adjusting *j)
{
    TRY(month_deciding_open(&j->r.m, TEXT(PURPOSE), calendar_first_day_of_month(j->r.from_month), &j->d));
    err e = find_keys(j);
    if (!e.kind) e = revise_open(&j->r, TEXT(PURPOSE), j->terms.law);
    if (!e.kind && j->r.draft) e = revise_keep_law(&j->r, j->d.law);
    if (!e.kind) e = adjust_all(j);
    month_deciding_close(&j->d);
    return e;
}

static err benefit_adjust_run(service_call *call)
{
    adjusting j = { 0 };
    revision_batch waiting;
    bool is_there;
    int64_t begun_ns = os_monotonic_ns();
    TRY(revise_begin(call, "adjust", &j.r));
    j.year = (int32_t)service_size_of(call, "year", 0);
    text january = text_format(call->request, "%04d-01", j.year);
    int32_t first;
    err e = calendar_parse_month(january, &first);
    if (e.kind) return err_of(&SERVICE_BAD_ARGUMENT, "--year");
    TRY(service_month_of(call, "from", first, &j.r.from_month));
    TRY(revise_benefit(&j.r, service_text_of(call, "benefit", TEXT("employee_pension")), j.r.from_month));
    TRY(revise_waiting(&j.r, TEXT(PURPOSE), &waiting, &is_there));
    if (is_there) return revise_end_same(&j.r, &waiting, begun_ns);
    TRY(compute(&j));
    return revise_end(&j.r, begun_ns);
}

static const char *const ADJUST_EXAMPLES[] = {
    "doudi benefit adjust --year 2026 --dry-run --list people.csv", "doudi benefit adjust --year 2026 --as zhangwei", NULL };

const service_op REVISE_ADJUST_OP = {
    .name = "benefit.adjust",
    .summary = "Compute a year's adjustment of pensions by the packs, and enter it as one batch",
    .summary_zh = "按政策包测算一年的养老金调整，并作为一个批次录入",
    .law = "《社会保险法》第十八条",
    .kind = SERVICE_WRITE,
    .permission = "benefit.adjust",
    .input = ADJUST_INPUT,
    .input_count = ARRAY_COUNT(ADJUST_INPUT),
    .output = REVISE_OUTPUT,
    .output_count = REVISE_OUTPUT_COUNT,
    .examples = ADJUST_EXAMPLES,
    .run = benefit_adjust_run,
    .print = revise_print,
};
