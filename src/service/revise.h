/* service/revise - what the operations on batches of changed benefits share (room revision).
 *
 * A benefit's amount is the sum of its decisions that count: the award, and what adjusted it since. A
 * batch is computed from what the registry pays and from the inputs kept with each decision; it is
 * entered, reviewed and approved by three people, and with the approval the registry pays the new
 * amounts from the batch's pay month on, while the months before become items paid or recovered once
 * (room oneoff).
 *
 *   revise          a batch being computed: its people, rows, tally and list
 *   revise_adjust   the yearly adjustment
 *   revise_again    decisions decided again from their kept inputs by the law of now
 *   revise_apply    what an approval does
 *   revise_items    months before as items paid or recovered once
 *   revise_reverse  the mirror of a batch
 *   revise_steps    review, approve, withdraw, reverse: the operations
 *   revise_show     batches and their people
 *   revise_divide   what an amount is made of, part by part
 *
 * Due      what a month comes to: what the registry says of it, and what approved batches say of months before
 *          their pay month. A batch pays or recovers its pieces: months that are suspended, not yet or no longer
 *          due have none. What is withheld is made good with a resumption (benefit_settle), difference and all.
 * Prefix   revise_
 */
#ifndef SERVICE_REVISE_H
#define SERVICE_REVISE_H

#include "revision/revision.h"
#include "service/month.h"

extern const err_kind REVISE_PENDING, REVISE_PAID_ALREADY, REVISE_BUILT_UPON, REVISE_NOT_APPROVED,
    REVISE_TOO_EARLY;

/* ---- a person ---- */

typedef struct {
    int64_t person_id;
    registry_benefit *spans; /* of the benefit, in order of months */
    size_t span_count;
    revision_said *said; /* what batches said of the benefit, oldest first */
    size_t said_count;
    int32_t death_month; /* INT32_MAX: not known to have died */
    text name;
} revise_person;
/* The span that holds in a month, or NULL. */
const registry_benefit *revise_span(const revise_person *who, int32_t month);
/* The same, or the first that begins later: what the amounts of a pay month change. NULL: nothing is paid
 * any more. */
const registry_benefit *revise_coming(const revise_person *who, int32_t month);
/* A month of the span is paid by its run, or was withheld and made good. */
bool revise_was_due(const registry_benefit *span);
/* What the month comes to: a month withheld as if it were not, for it may yet be made good. */
int64_t revise_due(const revise_person *who, int32_t month);
/* What batches in force, or taken back since, say of a month beside the registry: of months before their pay
 * month. `said` in any order, of any benefits. */
int64_t revise_rise(const revision_said *said, size_t count, text benefit, int32_t month);
bool revise_was_approved(const revision_said *said);
/* Pieces of so much a month, for the months [from, until) in which the benefit was due. */
void revise_pieces(arena *a, const revise_person *who, int32_t from, int32_t until, int64_t fen,
                   revision_row *row);

/* ---- the decisions an amount comes of ---- */

typedef struct {
    int64_t decision_id, batch_id; /* batch 0: an award of its own */
    size_t order;
    decision_made made;
    int32_t from_month;
    int64_t fen; /* a month */
    /* decided again: revise_again */
    bool is_provisional, is_changed;
    int64_t new_id, new_fen, new_fens[DECISION_KEYS_MAX];
    const revision_part *parts;
    size_t part_count;
    text record;
} revise_link;
typedef struct {
    revise_link *links; /* those that count, in order of the months from which they are due */
    size_t count, capacity;
    int64_t head_id; /* the decision the registry names */
} revise_chain;
/* Of the span that holds in a month, else of the last. */
MUST_USE err revise_chain_read(arena *a, decision_reader *decisions, const revise_person *who,
                               int32_t month, revise_chain *chain);
/* The same from a decision back, as it stood when a payment named that one: what batches made of it later is not in it. */
MUST_USE err revise_chain_then(arena *a, decision_reader *decisions, const revise_person *who, int64_t head_id,
                               revise_chain *chain);

/* ---- what an amount is made of ---- */

enum { REVISE_PARTS_MAX = 2 * DECISION_KEYS_MAX };
/* Lines of the award with what batches made of them since, by their names; what is known undivided only
 * stands last, without a name. part_count 0: they do not come to the amount. */
typedef struct {
    revision_part parts[REVISE_PARTS_MAX + 1];
    size_t part_count;
} revise_division;
MUST_USE err revise_divide(arena *a, decision_book *decisions, revision_reader *reader,
                           const registry_benefit *span, revise_division *division);
/* The same of one month, with what batches say of it beside the registry; *fen: what it comes to. */
MUST_USE err revise_divide_month(arena *a, decision_book *decisions, revision_reader *reader, text benefit,
                                 const registry_benefit *span, int32_t month, revise_division *division,
                                 int64_t *fen);

/* ---- a batch being computed ---- */

typedef struct {
    int64_t persons, more_persons, less_persons, same_persons, stopped;
    int64_t before_fen, diff_fen, greatest_fen, greatest_person;
    int64_t more_fen, less_fen;
    int64_t already, refused, undecided;
    struct revise_band {
        int64_t thousand; /* yuan a month before, in thousands, rounded down */
        int64_t persons, before_fen, diff_fen;
    } *bands;             /* in order */
    size_t band_count, band_capacity;
} revise_tally;

typedef struct {
    month_call m;
    revision_book *book;
    revision_draft *draft; /* NULL: a dry run */
    text kind, benefit_name;
    int64_t benefit, death; /* words */
    int32_t from_month, pay_month;
    int64_t reverses; /* 0: none */
    month_undecided *undecided;
    revise_tally tally;
    text_builder *list;      /* or NULL */
    const decide_plan *plan; /* whose answers stand in the list, or NULL */
    const text *cells;       /* those of the person at hand, by answer */
    arena *bucket_memory;
    revision_reader *said; /* in it */
    decision_reader *decisions;
    revision_row *rows;
    size_t row_count, row_capacity;
} revise;

#define REVISE_BENEFIT_FIELD                                                                     \
    { .name = "benefit", .type = SERVICE_NAME, .shows = "BENEFIT",                               \
      .summary = "whose amounts (default: employee_pension)",                                    \
      .summary_zh = "哪一项待遇（默认 employee_pension 企业职工基本养老金）" }
#define REVISE_PAY_FIELD                                                                         \
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM",                                 \
      .summary = "the first month paid by the new amounts (default: the first without a payment run)", \
      .summary_zh = "按新标准发放的首月（默认为尚未编制支付批次的第一个月）" }
#define REVISE_DRY_FIELD                                                                         \
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "compute and show, enter nothing",     \
      .summary_zh = "只测算，不录入" }
#define REVISE_LIST_FIELD                                                                        \
    { .name = "list", .type = SERVICE_FILE_OUT, .shows = "FILE.csv",                             \
      .summary = "list here person by person: before, difference, after",                        \
      .summary_zh = "将逐人的调整前、差额、调整后写入此文件" }

/* Opens the county and logs in (a dry run reads only). */
MUST_USE err revise_begin(service_call *call, const char *kind, revise *r);
/* Whose amounts: the words it needs, and the pay month; `earliest` or later. */
MUST_USE err revise_benefit(revise *r, text benefit, int32_t earliest);
/* The waiting batch that is this one already; REVISE_PENDING when another of the benefit waits. */
MUST_USE err revise_waiting(revise *r, text purpose, revision_batch *batch, bool *is_there);
/* Begins to write: rows go to a draft unless this is a dry run. */
MUST_USE err revise_open(revise *r, text purpose, text law);
/* The packs that decide, kept by their digest. */
MUST_USE err revise_keep_law(revise *r, const decide_law *law);
/* A bucket's memory and readers, from its beginning to its end; an error's detail outlives it. */
MUST_USE err revise_bucket_open(revise *r);
err revise_bucket_close(revise *r, err e);
MUST_USE err revise_person_read(revise *r, int64_t person_id, revise_person *who);
/* Decisions of the bucket with their ids (a dry run makes none). */
MUST_USE err revise_decide(revise *r, uint32_t bucket, const decision_terms *terms,
                           const decision_row *rows, size_t count, int64_t *ids);
/* A person's rows, oldest decision first, into the batch, the tally and the list. */
MUST_USE err revise_add(revise *r, const revise_person *who, const revision_row *rows, size_t count);
MUST_USE err revise_flush(revise *r, uint32_t bucket); /* the bucket's rows into the draft */
/* Ends the batch, signs its entering, commits, replies. */
MUST_USE err revise_end(revise *r, int64_t begun_ns);
/* The same when the batch is there already; NULL: nobody is to be changed. */
MUST_USE err revise_end_same(revise *r, const revision_batch *batch, int64_t begun_ns);
void revise_print(const service_call *call, text_builder *out);
/* ---- an approval ---- */

/* The batch's benefit has no payment run for its pay month or later: else REVISE_PAID_ALREADY. */
MUST_USE err revise_unpaid(county *office, const revision_batch *batch);
/* The first month for which no run of the benefit stands; INT32_MIN: there was none. */
MUST_USE err revise_month_after_runs(county *office, text benefit, int32_t *month, int64_t *run_id);
typedef struct revise_items revise_items;
MUST_USE err revise_items_open(county *office, const revision_batch *batch, revise_items **items);
/* A person's rows; memory of the bucket. */
MUST_USE err revise_items_add(revise_items *items, arena *bucket, const revision_row *rows, size_t count);
MUST_USE err revise_items_flush(revise_items *items, uint32_t bucket);
/* Approves them; 0: there were none. */
MUST_USE err revise_items_end(revise_items *items, int64_t *batch_id);

typedef struct {
    int64_t persons, set_aside;
    int64_t items_batch; /* of room oneoff; 0: none */
} revise_applied;
MUST_USE err revise_apply(county *office, const revision_batch *batch, revise_applied *done);
/* Signs and takes a step, with the office's duty behind it. */
MUST_USE err revise_step(county *office, int64_t batch_id, revision_step step);
/* Each signature of the batch is by the key its signer had then. */
MUST_USE err revise_verify(county *office, int64_t batch_id);
/* ---- what answers show ---- */

/* "yearly adjustment" */
text revise_kind_text(const service_call *call, text kind);

enum { REVISE_LINK_FIELDS = 6, REVISE_CHAIN_FIELDS = 5 };
extern const service_field REVISE_LINK[REVISE_LINK_FIELDS], REVISE_CHAIN[REVISE_CHAIN_FIELDS];
#define REVISE_CHAINS_OUTPUT                                                                     \
    { .name = "chains", .type = SERVICE_OBJECT, .is_list = true, .fields = REVISE_CHAIN,         \
      .is_optional = true, /* a bill is no sum of decisions */                                   \
      .field_count = REVISE_CHAIN_FIELDS, .summary = "of what the benefits are the sum",         \
      .summary_zh = "待遇由哪些核定组成" }
/* Every benefit of a person with the decisions it is the sum of. */
MUST_USE err revise_put_chains(county *office, int64_t person_id, service_value *into);
void revise_print_chains(const service_call *call, text_builder *out);

#define REVISE_BATCH_FIELDS                                                                      \
    { .name = "batch", .type = SERVICE_COUNT, .summary = "batch", .summary_zh = "批次" },        \
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },           \
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇" },     \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },         \
    { .name = "due_from", .type = SERVICE_TEXT, .summary = "due from", .summary_zh = "执行起始月" }, \
    { .name = "paid_from", .type = SERVICE_TEXT, .summary = "paid from", .summary_zh = "按新标准发放月" }, \
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },      \
    { .name = "before", .type = SERVICE_TEXT, .summary = "a month before, yuan", .summary_zh = "调整前月合计（元）" }, \
    { .name = "difference", .type = SERVICE_TEXT, .summary = "difference a month, yuan", .summary_zh = "月差额合计（元）" }, \
    { .name = "after", .type = SERVICE_TEXT, .summary = "a month after, yuan", .summary_zh = "调整后月合计（元）" }, \
    { .name = "arrears", .type = SERVICE_TEXT, .summary = "to pay for months before, yuan", .summary_zh = "补发（元）" }, \
    { .name = "recovery", .type = SERVICE_TEXT, .summary = "to recover for months before, yuan", .summary_zh = "追回（元）" }, \
    { .name = "set_aside", .type = SERVICE_COUNT, .summary = "set aside: changed since", .summary_zh = "情况已变、未执行的人数" }, \
    { .name = "reverses", .type = SERVICE_VALUE, .summary = "reverses", .summary_zh = "冲回批次" }, \
    { .name = "reversed_by", .type = SERVICE_VALUE, .summary = "reversed by", .summary_zh = "被冲回于" }
void revise_put(service_call *call, service_value *into, const revision_batch *batch);

enum { REVISE_OUTPUT_COUNT = 26 };
extern const service_field REVISE_OUTPUT[REVISE_OUTPUT_COUNT];

#endif
