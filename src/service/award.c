/* doudi award review, approve, return: the second and the third person of an award. A batch is signed with the
 * digest of what was listed: what has changed since is not signed unseen. */
#include <string.h>

#include "service/award.h"
#include "service/operations.h"
#include "service/words.h"

const err_kind AWARD_CHANGED_SINCE = {
    "award.changed_since", ERR_CONFLICT,
    "The awards are not those of digest {}: list them again, and sign what is shown now.",
    "核定清单已不是摘要 {} 的那一份：请重新列出，按现在的清单办理。"
};

static const service_field STEP_INPUT[] = {
    MONTH_FIELD,
    { .name = "digest", .type = SERVICE_TEXT, .is_required = true, .shows = "DIGEST",
      .summary = "the digest of what was listed", .summary_zh = "所列清单的摘要" },
    { .name = "purpose", .type = SERVICE_NAME, .shows = "PURPOSE", .summary = "only this purpose, as it was listed",
      .summary_zh = "只办这一项（与列出时相同）" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STEP_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "awards", .summary_zh = "笔数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "合计（元）" },
    { .name = "state", .type = SERVICE_STATE, .summary = "now", .summary_zh = "现状态" },
    { .name = "owed_people", .type = SERVICE_COUNT, .is_optional = true, .summary = "months owed to", .summary_zh = "需补发人数" },
    { .name = "owed", .type = SERVICE_TEXT, .is_optional = true, .summary = "months owed, yuan", .summary_zh = "补发（元）" },
};

static decision_act act_of(const month_call *m, const char *otherwise)
{
    return (decision_act){ .actor_id = m->office->actor_id, .known_ms = m->office->now_ms,
                           .why = service_text_of(m->call, "why", text_of(otherwise)) };
}

static err check_digest(const award_batch *b)
{
    crypto_digest said;
    text hex = service_text_of(b->m.call, "digest", TEXT_NONE);
    err e = crypto_parse_digest(hex, &said);
    bool is_same = !e.kind && crypto_digest_equal(said, b->digest);
    return is_same ? ERR_NONE : err_of(&AWARD_CHANGED_SINCE, text_cstr(b->m.call->request, hex));
}

static err sign(award_batch *b, decision_award_state to)
{
    decision_book *book;
    staff_session *session;
    crypto_signature made;
    decision_act act = act_of(&b->m, b->m.call->op->name);
    decision_award_step step = { .to = to, .shown = b->digest };
    TRY(county_login(b->m.office, &session));
    TRY(staff_sign(session, (text){ (const char *)b->digest.bytes, CRYPTO_DIGEST_BYTES }, &made));
    step.signature = (text){ (const char *)made.bytes, sizeof made.bytes };
    step.public_key = (text){ (const char *)staff_session_key(session)->bytes, sizeof staff_session_key(session)->bytes };
    TRY(county_decisions(b->m.office, &book));
    return decision_award_move(book, &act, &step, b->awards, b->count);
}

static err answer(award_batch *b, decision_award_state to, const award_owed *owed)
{
    service_call *call = b->m.call;
    arena *a = call->request;
    service_put_text(a, call->reply, "month", service_month_text(a, b->m.month));
    service_put_count(a, call->reply, "count", (int64_t)b->count);
    service_put_text(a, call->reply, "amount", service_yuan(a, b->sum_fen));
    award_put_state(call, call->reply, to);
    if (owed->people) {
        service_put_count(a, call->reply, "owed_people", owed->people);
        service_put_text(a, call->reply, "owed", service_yuan(a, owed->fen));
    }
    if (!b->count) service_note(call, "nothing waits for this step; nothing changed", "没有待办的核定，未作改动", TEXT_NONE);
    return ERR_NONE;
}

/* A step told again finds nothing that waits, and says so. */
static err step_run(service_call *call, decision_award_state from, decision_award_state to)
{
    award_batch b;
    award_owed owed = { 0 };
    TRY(award_batch_read(call, COUNTY_WRITE, from, &b));
    if (!b.count) return answer(&b, to, &owed);
    TRY(check_digest(&b));
    TRY(sign(&b, to));
    if (to == DECISION_APPROVED)
        TRY(award_apply(&b.m, b.awards, b.count, service_text_of(call, "digest", TEXT_NONE), &owed));
    TRY(store_commit(b.m.office->db));
    return answer(&b, to, &owed);
}

static err award_review_run(service_call *call)
{
    return step_run(call, DECISION_PROPOSED, DECISION_REVIEWED);
}

static err award_approve_run(service_call *call)
{
    return step_run(call, DECISION_REVIEWED, DECISION_APPROVED);
}

static const char *const REVIEW_EXAMPLES[] = { "doudi award review --month 2026-11 --digest 5f0a… --as lihua", NULL };
static const char *const APPROVE_EXAMPLES[] = { "doudi award approve --month 2026-11 --digest 5f0a… --as wangfang", NULL };

const service_op AWARD_REVIEW_OP = {
    .name = "award.review",
    .summary = "Stand for the awards listed as the second of three people: signed with the digest of the list",
    .summary_zh = "复核所列待遇核定：对清单摘要签名",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_WRITE,
    .permission = "award.review",
    .input = STEP_INPUT,
    .input_count = ARRAY_COUNT(STEP_INPUT),
    .output = STEP_OUTPUT,
    .output_count = ARRAY_COUNT(STEP_OUTPUT),
    .examples = REVIEW_EXAMPLES,
    .run = award_review_run,
};

const service_op AWARD_APPROVE_OP = {
    .name = "award.approve",
    .summary = "Approve the awards listed, as the third person: they come into payment",
    .summary_zh = "审批所列待遇核定：对清单摘要签名，批准后进入发放",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_WRITE,
    .permission = "award.approve",
    .input = STEP_INPUT,
    .input_count = ARRAY_COUNT(STEP_INPUT),
    .output = STEP_OUTPUT,
    .output_count = ARRAY_COUNT(STEP_OUTPUT),
    .examples = APPROVE_EXAMPLES,
    .run = award_approve_run,
};

/* ---- return ---- */

static const service_field RETURN_INPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "PERSON",
      .summary = "the person's number", .summary_zh = "人员编号" },
    { .name = "decision", .type = SERVICE_COUNT, .is_required = true, .shows = "DECISION", .summary = "which award",
      .summary_zh = "核定编号" },
    { .name = "why", .type = SERVICE_TEXT, .is_required = true, .summary = "what is to be mended", .summary_zh = "退回原因" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RETURN_OUTPUT[] = { AWARD_FIELDS };

static err award_return_run(service_call *call)
{
    county *office;
    staff_session *session;
    decision_book *book;
    decision_award *awards;
    size_t count;
    decision_award_filter filter = { .person_id = (int64_t)service_size_of(call, "person", 0), .purpose = TEXT(""),
                                     .decision_id = (int64_t)service_size_of(call, "decision", 0) };
    decision_award_step step = { .to = DECISION_RETURNED };
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, &session));
    TRY(county_decisions(office, &book));
    TRY(county_begin(office));
    TRY(decision_awards(office->memory, book, &filter, &awards, &count));
    if (count != 1)
        return err_of(&DECISION_NO_AWARD, text_format(call->request, "%lld", (long long)filter.decision_id).bytes);
    if (awards->state == DECISION_RETURNED)
        service_note(call, "it was returned before; nothing changed", "此前已退回，未作改动", TEXT_NONE);
    else {
        decision_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms,
                             .why = service_text_of(call, "why", TEXT_NONE) };
        TRY(decision_award_digest(office->memory, awards, count, &step.shown));
        TRY(decision_award_move(book, &act, &step, awards, count));
        awards->state = DECISION_RETURNED;
    }
    TRY(store_commit(office->db));
    award_put(call, call->reply, awards);
    return ERR_NONE;
}

static const char *const RETURN_EXAMPLES[] = {
    "doudi award return 1024 --decision 1048576 --why 缴费年限漏录一段 --as lihua", NULL };
static const char *const REFUSE_EXAMPLES[] = {
    "doudi award refuse 1024 --decision 1048576 --why 材料与登记不符 --as wangfang", NULL };

#define RETURN_OP(constant, op_name, en, zh, examples_of)                                        \
    const service_op constant = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险经办条例》第三十七条", \
        .kind = SERVICE_WRITE, .permission = op_name, .input = RETURN_INPUT,                     \
        .input_count = ARRAY_COUNT(RETURN_INPUT), .output = RETURN_OUTPUT,                       \
        .output_count = ARRAY_COUNT(RETURN_OUTPUT), .examples = examples_of, .run = award_return_run, \
    }

/* A permission is one duty's: the reviewer returns, the head refuses; the award comes back all the same. */
RETURN_OP(AWARD_RETURN_OP, "award.return", "Give one award back with a reason, as its reviewer: it is determined again once that is mended",
          "复核退回一笔待遇核定并写明原因：不予发放，改正后重新核定", RETURN_EXAMPLES);
RETURN_OP(AWARD_REFUSE_OP, "award.refuse", "Give one award back with a reason, instead of approving it",
          "审批不予同意：退回一笔待遇核定并写明原因，改正后重新核定", REFUSE_EXAMPLES);
