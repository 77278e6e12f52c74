/* Whoever has database and master key forges a signature, a row or an event: doudi verify names each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "service/payrun.h"
#include "support/office.h"

enum { MONTH = 1522, MAKER = 11, FORGED = 12 };

static store_place *place;

/* What verify says is wrong: "what where says", one a line, kept for the test. */
static const char *faults;

static void call_op(const service_op *op)
{
    arena *request = arena_open(), *process = arena_open();
    service_settings settings = { .county = place->url, .key_file = store_place_file(place, "master.key"),
                                  .packs = "packs", .today_day = 46350 };
    service *s = service_open(process, &settings);
    service_call *call = service_call_open(s, request, op, false);
    err e = service_run(call);
    if (e.kind) fail_msg("%s: %s %s", op->name, e.kind->code, e.detail ? e.detail : "");
    text_builder b = text_builder_open(place->scratch);
    const service_value *list = service_member(call->reply, "faults");
    for (const service_value *one = list ? list->first : NULL; one; one = one->next)
        text_add_format(&b, "%.*s %.*s %.*s\n", TEXT_ARG(service_member(one, "what")->word), TEXT_ARG(service_member(one, "where")->word),
                        TEXT_ARG(service_member(one, "says")->word));
    faults = text_built(&b).bytes;
    service_close(s);
    arena_close(request);
    arena_close(process);
}

static void do_it(err (*run)(service_call *call))
{
    static const service_field INPUT[] = { SERVICE_COUNTY_FIELD };
    service_op op = { .name = "test.forged", .input = INPUT, .input_count = 1, .run = run };
    call_op(&op);
}

static void verify_says(const char *what)
{
    call_op(service_find(TEXT("county.verify")));
    if (!what[0]) assert_string_equal(faults, "");
    else if (!strstr(faults, what)) fail_msg("verify does not name '%s' but:\n%s", what, faults);
}

/* ---- what is forged ---- */

/* A signature that fits, by a key that no user of the office ever had. */
static err sign_as_nobody(arena *a, crypto_digest digest, text *signature, text *public_key)
{
    crypto_sm2_private own;
    crypto_sm2_public shown;
    crypto_signer *signer;
    uint8_t seed[CRYPTO_SM2_SEED_BYTES] = { 7 };
    crypto_sm2_from_seed(seed, &own, &shown);
    TRY(crypto_signer_open(a, &own, &signer));
    crypto_signature made = crypto_sign(signer, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES });
    crypto_signer_close(signer);
    *signature = text_copy(a, (text){ (const char *)made.bytes, sizeof made.bytes });
    *public_key = text_copy(a, (text){ (const char *)shown.bytes, sizeof shown.bytes });
    return ERR_NONE;
}

static err propose(service_call *call)
{
    static const char *const KEYS[] = { "pension.basic" };
    county *c;
    decision_book *book;
    int64_t id;
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(store_begin(c->db));
    TRY(county_decisions(c, &book));
    decision_terms terms = { .purpose = TEXT("award.retirement"), .law = TEXT("aa01"), .on_day = 46330, .for_month = MONTH,
                             .keys = KEYS, .key_count = 1 };
    decision_row row = { .person_id = 1, .record = TEXT("{\"a\":1}"), .fen = { 327950 } };
    decision_act act = { .actor_id = MAKER, .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(decision_make(book, &act, eventlog_bucket_of(1), &terms, &row, 1, &id));
    decision_award award = { .person_id = 1, .decision_id = id, .kind = DECISION_BEGINS, .amount_fen = 327950,
                             .from_month = MONTH + 1, .due_month = MONTH };
    TRY(decision_propose(book, &act, eventlog_bucket_of(1), MONTH, terms.purpose, TEXT("employee_pension"), &award, 1));
    return store_commit(c->db);
}

static err review_as_nobody(service_call *call)
{
    county *c;
    decision_book *book;
    decision_award *awards;
    size_t count;
    decision_award_filter all = { .month = MONTH, .purpose = TEXT(""), .states = 1u << DECISION_PROPOSED };
    decision_award_step step = { .to = DECISION_REVIEWED };
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(store_begin(c->db));
    TRY(county_decisions(c, &book));
    TRY(decision_awards(c->memory, book, &all, &awards, &count));
    assert_int_equal(count, 1);
    TRY(decision_award_digest(c->memory, awards, count, &step.shown));
    TRY(sign_as_nobody(c->memory, step.shown, &step.signature, &step.public_key));
    decision_act act = { .actor_id = FORGED, .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(decision_award_move(book, &act, &step, awards, count));
    return store_commit(c->db);
}

static err check_run_as_nobody(service_call *call)
{
    static const text PARTS[] = { { "50010105", 8 } };
    county *c;
    payment *runs;
    payment_draft *d;
    crypto_digest digest;
    text signature, public_key;
    int64_t run_id;
    bool is_new;
    payment_terms terms = { .month = MONTH, .kind = TEXT("pension"), .fund = TEXT("employee_pension"),
                            .payer_account = TEXT("6200001"), .parts = PARTS, .part_count = 1 };
    payment_line line = { .person_id = 1, .account = 7, .for_month = MONTH, .part_fen = { 327950 } };
    TRY(county_open(call, COUNTY_WRITE, &c));
    payment_act act = { .actor_id = MAKER, .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(store_begin(c->db));
    TRY(county_runs(c, &runs));
    TRY(payment_draft_open(c->memory, runs, &terms, &act, &d));
    TRY(payment_draft_add(d, &line));
    TRY(payment_draft_finish(d, &run_id, &is_new));
    TRY(payment_signing_digest(runs, run_id, PAYMENT_CHECK, &digest));
    TRY(sign_as_nobody(c->memory, digest, &signature, &public_key));
    act.actor_id = FORGED;
    TRY(payment_move(runs, run_id, PAYMENT_CHECK, &act, signature, public_key));
    return store_commit(c->db);
}

static const char *statement;
static err run_statement(service_call *call)
{
    county *c;
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(store_begin(c->db));
    TRY(store_run(c->db, statement));
    return store_commit(c->db);
}

static void write_row(const char *sql)
{
    statement = sql;
    do_it(run_statement);
}

/* ---- tests ---- */

static void found(void **state)
{
    place = *state;
    call_op(service_find(TEXT("county.new")));
    do_it(propose);
    verify_says("");
}

static void a_forged_signature_of_an_award_is_named(void **state)
{
    found(state);
    do_it(review_as_nobody);
    verify_says("review or approval of awards ");
}

static void an_altered_row_of_the_table_of_awards_is_named(void **state)
{
    found(state);
    write_row("UPDATE decision_award SET amount_fen = amount_fen + 100000");
    verify_says("table decision_award");
    write_row("UPDATE decision_award SET amount_fen = amount_fen - 100000");
    verify_says("");
    write_row("UPDATE decision_award SET state = 3, reviewer_id = 12, decider_id = 13");
    verify_says("table decision_award");
}

/* Changed, missing and made up: the first record that is not the log's is named, by the columns of its key. */
static void the_record_that_is_not_the_logs_is_named(void **state)
{
    found(state);
    write_row("UPDATE decision_award SET amount_fen = amount_fen + 1 WHERE state = 1");
    verify_says("the first that differs: ");
    verify_says(", where the log has ");
    write_row("UPDATE decision_award SET amount_fen = amount_fen - 1 WHERE state = 1");
    write_row("INSERT INTO registry_word (id, word) VALUES (99999, 'forged')");
    verify_says("registry 64 ");
    verify_says("64: registry_word 99999");
    if (strstr(faults, "forged")) fail_msg("what a forged row holds is told:\n%s", faults);
    write_row("DELETE FROM registry_word WHERE id = 99999");
    write_row("DELETE FROM charter_setting WHERE name = 'office.month'");
    verify_says("charter_setting holds ");
    verify_says("where the log has office.month");
}

static void a_forged_signature_of_a_run_is_named(void **state)
{
    found(state);
    do_it(check_run_as_nobody);
    verify_says("payment run 1");
}

static void an_altered_event_is_named_by_chain_and_number(void **state)
{
    found(state);
    /* The office's first event is its founding. */
    write_row("UPDATE eventlog_event SET why = 'nothing' WHERE bucket = 64 AND sequence = 1");
    verify_says("chain 64/1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(a_forged_signature_of_an_award_is_named),
        STORE_TEST_EACH(an_altered_row_of_the_table_of_awards_is_named),
        STORE_TEST_EACH(the_record_that_is_not_the_logs_is_named),
        STORE_TEST_EACH(a_forged_signature_of_a_run_is_named),
        STORE_TEST_EACH(an_altered_event_is_named_by_chain_and_number),
    };
    return cmocka_run_group_tests_name("service_forged", tests, NULL, NULL);
}
