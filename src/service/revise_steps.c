/* The steps of a batch: reviewed, approved, withdrawn, and taken back by its mirror. */
#include <string.h>

#include "os/os.h"
#include "service/operations.h"
#include "service/revise.h"

/* The office's duty behind each step (packs/duties): an award that later runs pay unseen. */
static const char *const DUTIES[REVISION_STEP_COUNT] = {
    [REVISION_ENTER] = "award.enter",
    [REVISION_REVIEW] = "award.review",
    [REVISION_APPROVE] = "award.approve",
    [REVISION_WITHDRAW] = "award.enter",
};

static err may(county *office, int64_t batch_id, revision_step step)
{
    revision_book *book;
    revision_mark *marks;
    size_t count;
    staff *room;
    TRY(county_revisions(office, &book));
    TRY(county_login(office, NULL));
    TRY(county_staff(office, &room));
    TRY(revision_marks(office->memory, book, batch_id, &marks, &count));
    duty_mark *done = ARENA_ARRAY(office->memory, duty_mark, count + 1);
    for (size_t i = 0; i < count; i++)
        done[i] = (duty_mark){ .actor_id = marks[i].actor_id,
                               .duty = duty_find(staff_duties(room), text_of(DUTIES[marks[i].step])) };
    return county_step(office, text_of(DUTIES[step]), done, count);
}

err revise_step(county *office, int64_t batch_id, revision_step step)
{
    revision_book *book;
    staff_session *session;
    crypto_digest digest;
    crypto_signature made;
    text signature = TEXT_NONE, public_key = TEXT_NONE;
    revision_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms,
                         .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
    TRY(may(office, batch_id, step));
    TRY(county_revisions(office, &book));
    if (step != REVISION_WITHDRAW) {
        TRY(county_login(office, &session));
        TRY(revision_signing_digest(book, batch_id, step, &digest));
        TRY(staff_sign(session, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES }, &made));
        const crypto_sm2_public *key = staff_session_key(session);
        signature = (text){ (const char *)made.bytes, sizeof made.bytes };
        public_key = (text){ (const char *)key->bytes, sizeof key->bytes };
    }
    return revision_move(book, batch_id, step, &act, signature, public_key);
}

/* Room revision knows keys and no people: that a key was its signer's own is known only here. */
static err check_signer(staff *room, const revision_mark *mark)
{
    crypto_sm2_public key;
    int64_t owner_id = 0;
    err bad = err_of(&REVISION_BAD_SIGNATURE, revision_step_word(mark->step)->says);
    if (mark->public_key.size_bytes != sizeof key.bytes) return bad;
    memcpy(key.bytes, mark->public_key.bytes, sizeof key.bytes);
    err e = staff_key_owner(room, &key, mark->known_ms, &owner_id);
    if (e.kind == &STAFF_NO_KEY) return bad;
    TRY(e);
    return owner_id == mark->actor_id ? ERR_NONE : bad;
}

err revise_verify(county *office, int64_t batch_id)
{
    revision_book *book;
    staff *room;
    revision_mark *marks;
    size_t count;
    TRY(county_revisions(office, &book));
    TRY(county_staff(office, &room));
    TRY(revision_verify(book, batch_id));
    TRY(revision_marks(office->memory, book, batch_id, &marks, &count));
    for (size_t i = 0; i < count; i++)
        if (marks[i].step != REVISION_WITHDRAW) TRY(check_signer(room, &marks[i]));
    return ERR_NONE;
}

/* ---- operations on one batch ---- */

#define BATCH_FIELD                                                                              \
    { .name = "batch", .type = SERVICE_COUNT, .shows = "BATCH", .is_required = true,             \
      .is_positional = true, .summary = "number of the batch", .summary_zh = "批量变更编号" }
static const service_field STEP_INPUT[] = { BATCH_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
                                            SERVICE_PACKS_FIELD };
static const service_field STEP_OUTPUT[] = {
    REVISE_BATCH_FIELDS,
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "done now", .summary_zh = "本次办理" },
};

static const struct step_row {
    const char *operation;
    revision_step step;
    revision_state after; /* already there: the same again changes nothing */
} STEPS[] = {
    { "revision.review", REVISION_REVIEW, REVISION_REVIEWED },
    { "revision.approve", REVISION_APPROVE, REVISION_APPROVED },
    { "revision.withdraw", REVISION_WITHDRAW, REVISION_WITHDRAWN },
};

static err take_step(county *office, const revision_batch *batch, revision_step step)
{
    revise_applied applied;
    if (step == REVISION_APPROVE && batch->state == REVISION_REVIEWED) {
        TRY(may(office, batch->batch_id, step));
        TRY(revise_unpaid(office, batch));
        TRY(revise_apply(office, batch, &applied));
    }
    return revise_step(office, batch->batch_id, step);
}

/* By the actor: told again it changes nothing, also when others have gone on since. */
static err was_taken(county *office, int64_t batch_id, revision_step step, bool *is_so)
{
    revision_mark *marks;
    size_t count;
    *is_so = false;
    TRY(revision_marks(office->memory, office->revisions, batch_id, &marks, &count));
    for (size_t i = 0; i < count; i++) *is_so |= marks[i].step == step && marks[i].actor_id == office->actor_id;
    return ERR_NONE;
}

static err step_run(service_call *call)
{
    county *office;
    revision_book *book;
    revision_batch batch;
    const struct step_row *row = STEPS;
    while (strcmp(row->operation, call->op->name)) row++;
    int64_t batch_id = (int64_t)service_size_of(call, "batch", 0);
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, NULL));
    TRY(county_revisions(office, &book));
    TRY(county_begin(office));
    TRY(revision_find(office->memory, book, batch_id, &batch));
    bool is_new = batch.state != row->after, was_mine;
    TRY(was_taken(office, batch_id, row->step, &was_mine));
    is_new &= !was_mine;
    if (is_new) TRY(take_step(office, &batch, row->step));
    TRY(revision_find(office->memory, book, batch_id, &batch));
    TRY(store_commit(office->db));
    revise_put(call, call->reply, &batch);
    service_put_bool(call->request, call->reply, "is_new", is_new);
    if (!is_new) service_note(call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return ERR_NONE;
}

#define STEP_OP(row_name, op_name, en, zh, example)                                              \
    const service_op row_name = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .kind = SERVICE_WRITE,                 \
        .law = "《社会保险经办条例》第三十七条",                                                   \
        .permission = op_name, .input = STEP_INPUT, .input_count = ARRAY_COUNT(STEP_INPUT),      \
        .output = STEP_OUTPUT, .output_count = ARRAY_COUNT(STEP_OUTPUT),                         \
        .examples = (const char *const[]){ example, NULL }, .run = step_run,                     \
    }

STEP_OP(REVISE_REVIEW_OP, "revision.review", "Review a batch of changed benefits, and sign", "复核待遇批量变更并签名",
        "doudi revision review 3 --as lina");
STEP_OP(REVISE_APPROVE_OP, "revision.approve", "Approve a batch: its new amounts are paid from its month on",
        "审批待遇批量变更并签名，自执行月起按新标准发放", "doudi revision approve 3 --as wangfang");
STEP_OP(REVISE_WITHDRAW_OP, "revision.withdraw", "Give up a batch before it is approved", "在审批前撤回待遇批量变更",
        "doudi revision withdraw 3 --as zhangwei");
