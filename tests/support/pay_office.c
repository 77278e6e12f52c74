#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checked.h"
#include "support/pay_office.h"

#define ok office_ok

payment_act pay_act_of(pay_office *o, int who, const char *key)
{
    o->house->now_ms += 1;
    return (payment_act){ .actor_id = who + 1, .known_ms = o->house->now_ms, .why = TEXT("test"),
                          .key = text_of(key) };
}

static const text PARTS[] = { { "basic", 5 }, { "account", 7 } };
payment_terms pay_terms(void)
{
    return (payment_terms){ .month = 1511, .kind = TEXT("pension.monthly"), .fund = TEXT("employee_pension"),
                            .payer_account = TEXT("6217000000000001"), .parts = PARTS, .part_count = 2 };
}

/* Lines come bucket by bucket; people are numbered so that several share a bucket. */

lines_of pay_some_lines(int people)
{
    lines_of out = { .count = 0 };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        for (int64_t id = 1; id <= people; id++)
            if (eventlog_bucket_of(id) == bucket)
                out.lines[out.count++] = (payment_line){ .person_id = id, .account = 1000 + id, .decision = id,
                                                         .for_month = 1511,
                                                         .part_fen = { 100000 + id, 20000 + 7 * id } };
    return out;
}

int64_t pay_total_of(const lines_of *lines)
{
    int64_t sum = 0;
    for (size_t i = 0; i < lines->count; i++) sum += payment_line_fen(&lines->lines[i]);
    return sum;
}

err pay_draft_lines(pay_office *o, payment_draft *pay_draft, const lines_of *lines, int64_t *run_id, bool *is_new)
{
    for (size_t i = 0; i < lines->count; i++) {
        err e = payment_draft_add(pay_draft, &lines->lines[i]);
        if (e.kind) { payment_draft_cancel(pay_draft); return e; }
    }
    (void)o;
    return payment_draft_finish(pay_draft, run_id, is_new);
}

err pay_try_draft(pay_office *o, const lines_of *lines, const char *key, int64_t *run_id, bool *is_new)
{
    payment_draft *pay_draft;
    payment_act act = pay_act_of(o, MAKER, key);
    payment_terms t = pay_terms();
    err e = payment_draft_open(o->memory, o->runs, &t, &act, &pay_draft);
    return e.kind ? e : pay_draft_lines(o, pay_draft, lines, run_id, is_new);
}

int64_t pay_draft(pay_office *o, int people)
{
    lines_of lines = pay_some_lines(people);
    int64_t run_id;
    bool is_new;
    ok(store_begin(o->db));
    ok(pay_try_draft(o, &lines, "", &run_id, &is_new));
    ok(store_commit(o->db));
    assert_true(is_new);
    return run_id;
}

err pay_step_by(pay_office *o, int64_t run_id, payment_step step, int who, const char *key)
{
    payment_act act = pay_act_of(o, who, key);
    text signature = TEXT_NONE, key_shown = TEXT_NONE;
    crypto_signature made;
    if (payment_is_signature(step)) {
        crypto_digest digest;
        crypto_signer *signer;
        err e = payment_signing_digest(o->runs, run_id, step, &digest);
        if (e.kind) return e;
        ok(crypto_signer_open(o->memory, &o->own[who], &signer));
        made = crypto_sign(signer, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES });
        crypto_signer_close(signer);
        signature = (text){ (const char *)made.bytes, sizeof made.bytes };
        key_shown = (text){ (const char *)o->shown[who].bytes, sizeof o->shown[who].bytes };
    }
    ok(store_begin(o->db));
    err e = payment_move(o->runs, run_id, step, &act, signature, key_shown);
    if (e.kind) store_rollback(o->db);
    else ok(store_commit(o->db));
    return e;
}

const pay_way PAY_TO_THE_BANK[PAY_WAY_STEPS] = {
    { PAYMENT_CHECK, REVIEWER }, { PAYMENT_SIGN_SECTION, HEAD }, { PAYMENT_SIGN_LEADER, LEADER },
    { PAYMENT_AUTHORISE, ACCOUNTANT }, { PAYMENT_SEND, CASHIER },
};

void pay_send(pay_office *o, int64_t run_id)
{
    for (size_t i = 0; i < PAY_WAY_STEPS; i++)
        ok(pay_step_by(o, run_id, PAY_TO_THE_BANK[i].step, PAY_TO_THE_BANK[i].who, ""));
}

payment_run pay_run_of(pay_office *o, int64_t run_id)
{
    payment_run run;
    ok(payment_find(o->memory, o->runs, run_id, &run));
    return run;
}

payment_outcome pay_all_paid(size_t index) { (void)index; return PAYMENT_PAID; }
payment_outcome pay_some_refused(size_t index) { return index % 10 == 3 ? PAYMENT_REFUSED : PAYMENT_PAID; }

err pay_answer(pay_office *o, int64_t run_id, const char *name, const lines_of *lines, outcome_of says, bool *is_new)
{
    payment_answer *a;
    payment_act act = pay_act_of(o, ACCOUNTANT, name);
    payment_control control = { 0 };
    ok(store_begin(o->db));
    err e = payment_answer_open(o->memory, o->runs, run_id, &act, &a);
    if (e.kind) { store_rollback(o->db); return e; }
    for (size_t i = 0; !e.kind && i < lines->count; i++) {
        int64_t fen = payment_line_fen(&lines->lines[i]);
        payment_outcome outcome = says(i);
        e = payment_answer_add(a, (int64_t)i + 1, fen, outcome, outcome == PAYMENT_PAID ? TEXT_NONE : TEXT("AC04"));
        control.count++;
        control.total_fen += fen;
    }
    if (!e.kind) e = payment_answer_finish(a, &control, is_new);
    else payment_answer_close(a);
    if (e.kind) store_rollback(o->db);
    else ok(store_commit(o->db));
    return e;
}
