/* doudi oneoff review, approve, write-off: the steps of a batch, each by another person. */
#include "calendar/calendar.h"
#include "service/benefit_state.h"
#include "service/case.h"
#include "service/dues_refund.h"
#include "service/grant.h"
#include "service/ledger.h"
#include "service/oneoff_show.h"
#include "service/operations.h"

const err_kind ONEOFF_BY_WRITE_OFF = {
    "oneoff.by_write_off", ERR_CONFLICT,
    "Batch {} gives up money that is owed; the leader approves it: doudi oneoff write-off.",
    "补扣批次 {} 含核销，须由分管领导用 doudi oneoff write-off 审批。"
};
const err_kind ONEOFF_NO_WRITE_OFF = {
    "oneoff.no_write_off", ERR_CONFLICT,
    "Batch {} gives up nothing; it is approved with doudi oneoff approve.",
    "补扣批次 {} 不含核销，请用 doudi oneoff approve 审批。"
};

static const service_field STEP_INPUT[] = {
    ONEOFF_BATCH_FIELD,
    { .name = "refuse", .type = SERVICE_FLAG, .summary = "send it back instead: nothing of it is paid or recovered",
      .summary_zh = "退回该批次：其中项目一律不办" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STEP_OUTPUT[] = {
    ONEOFF_BATCH_OUTPUT,
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "done now, not before", .summary_zh = "本次办理" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "benefits changed now", .summary_zh = "本次改变的待遇" },
};

/* Each operation: its step, and the office's duty behind it. */
typedef struct {
    const char *name, *duty;
    oneoff_step step;
    bool is_write_off;
} step_row;
static const step_row STEPS[] = {
    { "oneoff.review", "award.review", ONEOFF_REVIEW, false },
    { "oneoff.approve", "award.approve", ONEOFF_APPROVE, false },
    { "oneoff.write-off", "writeoff.approve", ONEOFF_APPROVE, true },
};

typedef struct {
    service_call *call;
    county *office;
    oneoff_book *book;
    oneoff_batch batch;
    const step_row *row;
    oneoff_step step;
    bool is_write_off; /* the batch holds closings that forgive */
    bool is_refund;    /* it gives contributions back */
    int64_t changed;
} stepping;

static err find_closings(stepping *s, oneoff_closing **closings, size_t *count)
{
    TRY(oneoff_closings(s->office->memory, s->book, s->batch.batch_id, closings, count));
    for (size_t i = 0; i < *count; i++) s->is_write_off |= (*closings)[i].as == ONEOFF_STATE_WRITTEN_OFF;
    return ERR_NONE;
}

/* Whose duty each step was, so that nobody does two. */
static err may(stepping *s)
{
    staff *room;
    oneoff_mark *marks;
    size_t count;
    TRY(county_login(s->office, NULL));
    TRY(county_staff(s->office, &room));
    TRY(oneoff_marks(s->office->memory, s->book, s->batch.batch_id, &marks, &count));
    duty_mark *done = ARENA_ARRAY(s->office->memory, duty_mark, count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *duty = marks[i].step == ONEOFF_PROPOSE ? (s->is_refund ? "dues.enter" : "award.enter")
                           : marks[i].step == ONEOFF_REVIEW ? "award.review"
                           : s->is_write_off ? "writeoff.approve" : "award.approve";
        done[i] = (duty_mark){ .actor_id = marks[i].actor_id, .duty = duty_find(staff_duties(room), text_of(duty)) };
    }
    return county_step(s->office, text_of(s->row->duty), done, count);
}

static err close_all(stepping *s, const oneoff_closing *closings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        oneoff_act act = { .actor_id = s->office->actor_id, .known_ms = s->office->now_ms,
                           .why = service_text_of(s->call, "why", text_of(s->call->op->name)),
                           .key = text_format(s->office->memory, "oneoff/%lld/close/%lld", (long long)s->batch.batch_id,
                                              (long long)closings[i].item_id) };
        oneoff_standing item;
        TRY(oneoff_read(s->office->memory, s->book, closings[i].subject_id, closings[i].item_id, &item));
        TRY(dues_refund_closed(s->office, &item));
        TRY(oneoff_close_item(s->book, &act, s->batch.batch_id, &closings[i]));
    }
    return ERR_NONE;
}

/* A run made while the batch waited knew nothing of the resumption. */
static err note_late(stepping *s, const oneoff_change *change)
{
    payment *runs;
    payment_run *all;
    size_t count;
    TRY(county_runs(s->office, &runs));
    TRY(payment_list(s->office->memory, runs, PAYMENT_ANY_MONTH, &all, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_late = all[i].terms.month >= change->from_month && all[i].state != PAYMENT_WITHDRAWN;
        if (!is_late) continue;
        service_note(s->call, "a run was made meanwhile: doudi benefit settle finds what it did not pay, of person ",
                     "其间已编制支付批次，请用 doudi benefit settle 核对未发部分，人员 ",
                     text_format(s->call->request, "%lld", (long long)change->subject_id));
        return ERR_NONE;
    }
    return ERR_NONE;
}

/* What the batch has waited for: benefits change, and items are closed. */
static err carry_out(stepping *s, const oneoff_closing *closings, size_t closing_count)
{
    oneoff_change *changes;
    size_t count;
    TRY(oneoff_changes(s->office->memory, s->book, s->batch.batch_id, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t changed;
        benefit_change change = { .person_id = changes[i].subject_id, .benefit = changes[i].benefit,
                                  .state = (registry_benefit_state)changes[i].state,
                                  .from_month = changes[i].from_month, .until_month = changes[i].until_month,
                                  .reason = changes[i].reason };
        TRY(benefit_state_say(s->office, &change, &changed));
        s->changed += changed;
        if (changes[i].state == REGISTRY_PAYING) TRY(note_late(s, &changes[i]));
    }
    if (s->is_refund) TRY(dues_refund_approved(s->office, s->book, s->batch.batch_id));
    return close_all(s, closings, closing_count);
}

static err take_step(stepping *s)
{
    oneoff_closing *closings;
    size_t closing_count;
    oneoff_act act = { .actor_id = s->office->actor_id, .known_ms = s->office->now_ms,
                       .why = service_text_of(s->call, "why", text_of(s->call->op->name)) };
    TRY(find_closings(s, &closings, &closing_count));
    if (s->row->step == ONEOFF_APPROVE && s->is_write_off != s->row->is_write_off)
        return oneoff_batch_error(s->call, s->is_write_off ? &ONEOFF_BY_WRITE_OFF : &ONEOFF_NO_WRITE_OFF,
                                  s->batch.batch_id);
    TRY(may(s));
    act.actor_id = s->office->actor_id;
    if (s->step == ONEOFF_APPROVE) TRY(grant_bars(s->office, &s->batch));
    if (s->step == ONEOFF_APPROVE && s->batch.recover_fen) TRY(case_recover_bars(s->office, s->batch.batch_id));
    TRY(oneoff_move(s->book, &act, s->batch.batch_id, s->step));
    return s->step == ONEOFF_APPROVE ? carry_out(s, closings, closing_count) : ERR_NONE;
}

static err oneoff_step_run(service_call *call)
{
    stepping s = { .call = call, .row = STEPS };
    int64_t batch_id = (int64_t)service_size_of(call, "batch", 0);
    while (!text_equal_cstr(text_of(s.row->name), call->op->name)) s.row++;
    s.step = service_is_given(call, "refuse") ? ONEOFF_REFUSE : s.row->step;
    TRY(county_open(call, COUNTY_WRITE, &s.office));
    TRY(county_login(s.office, NULL));
    TRY(county_oneoffs(s.office, &s.book));
    TRY(county_begin(s.office));
    TRY(oneoff_batch_find(s.office->memory, s.book, batch_id, &s.batch));
    s.is_refund = text_equal_cstr(s.batch.purpose, DUES_REFUND);
    if (s.batch.undoing_count) return oneoff_batch_error(call, &ONEOFF_BY_CONFIRM, batch_id);
    oneoff_batch_state after = s.step == ONEOFF_REVIEW ? ONEOFF_REVIEWED
                               : s.step == ONEOFF_APPROVE ? ONEOFF_APPROVED : ONEOFF_REFUSED;
    bool is_new = s.batch.state != after;
    if (is_new) TRY(take_step(&s));
    TRY(store_commit(s.office->db));
    TRY(oneoff_batch_find(s.office->memory, s.book, batch_id, &s.batch));
    oneoff_put_batch(call, call->reply, &s.batch);
    service_put_bool(call->request, call->reply, "is_new", is_new);
    service_put_count(call->request, call->reply, "changed", s.changed);
    return ERR_NONE;
}

#define STEP_OP(constant, op_name, en, zh, example)                                              \
    static const char *const constant##_EXAMPLES[] = { example, NULL };                          \
    const service_op constant = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险经办条例》第三十七条", \
        .kind = SERVICE_WRITE, .permission = op_name, .input = STEP_INPUT,                       \
        .input_count = ARRAY_COUNT(STEP_INPUT), .output = STEP_OUTPUT,                           \
        .output_count = ARRAY_COUNT(STEP_OUTPUT), .examples = constant##_EXAMPLES,               \
        .run = oneoff_step_run,                                                                  \
    }

STEP_OP(ONEOFF_REVIEW_OP, "oneoff.review", "Review a batch of arrears, refunds, overpayments and resumptions",
        "审核补发、退费、追回和恢复发放的批次", "doudi oneoff review 12 --as lihua");
STEP_OP(ONEOFF_APPROVE_OP, "oneoff.approve", "Approve a reviewed batch: its items may be paid or recovered",
        "审批已审核的补扣批次，其后方可支付或追回", "doudi oneoff approve 12 --as wangfang");
STEP_OP(ONEOFF_WRITE_OFF_OP, "oneoff.write-off", "Approve that overpayments are given up", "审批核销追不回的多发待遇",
        "doudi oneoff write-off 12 --as chenjie");
