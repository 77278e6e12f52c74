/* What the file for the bank may hold: the account that was signed for, and no other. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "service/payrun_file.h"
#include "support/office.h"

static const char *folder_file;

static err add_person(county *c, int64_t *person_id, registry_account *account)
{
    registry *people;
    registry_act act = { .known_ms = c->now_ms, .why = TEXT("test") };
    registry_person person = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN }, .name = TEXT("王兰萍") };
    TRY(county_people(c, &people));
    TRY(registry_person_new(people, &act, &person, REGISTRY_REFUSE, person_id));
    *account = (registry_account){ .fact = { .subject_id = *person_id, .from = REGISTRY_EVER, .until = REGISTRY_OPEN },
                                   .number = { .plain = TEXT("9156011748442672863") }, .holder = TEXT("王兰萍") };
    TRY(registry_account_say(people, &act, account));
    registry_record record;
    TRY(registry_record_read(c->memory, people, *person_id, REGISTRY_NOW, &record));
    *account = *(const registry_account *)record.facts[REGISTRY_ACCOUNT];
    return ERR_NONE;
}

static err draft(county *c, const payment_line *line, int64_t *run_id)
{
    static const text PARTS[] = { { "50010105", 8 } };
    payment *runs;
    payment_draft *d;
    bool is_new;
    payment_terms terms = { .month = 1521, .kind = TEXT("pension"), .fund = TEXT("employee_pension"),
                            .payer_account = TEXT("6200001"), .parts = PARTS, .part_count = 1 };
    payment_act act = { .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(county_runs(c, &runs));
    TRY(payment_draft_open(c->memory, runs, &terms, &act, &d));
    TRY(payment_draft_add(d, line));
    return payment_draft_finish(d, run_id, &is_new);
}

static err write_run(county *c, int64_t run_id)
{
    payrun p = { .call = c->call, .office = c };
    os_writer *out;
    TRY(county_runs(c, &p.runs));
    TRY(payment_find(c->memory, p.runs, run_id, &p.run));
    TRY(payrun_file_write(&p, folder_file, TEXT_NONE, 46000, &out));
    return os_writer_commit(out);
}

static err both(service_call *call)
{
    county *c;
    int64_t person_id, good, bad;
    registry_account account;
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(store_begin(c->db));
    TRY(add_person(c, &person_id, &account));
    payment_line line = { .person_id = person_id, .account = payrun_account_of(&account), .for_month = 1521,
                          .part_fen = { 100 } };
    TRY(draft(c, &line, &good));
    line.account ^= 2;
    TRY(draft(c, &line, &bad));
    office_refused(write_run(c, bad), &PAYRUN_ACCOUNT_CHANGED);
    assert_false(os_is_file(folder_file));
    return write_run(c, good);
}

/* A signature that fits, by a key that no user of the office ever had. */
static err sign_as_nobody(county *c, int64_t run_id)
{
    payment *runs;
    crypto_digest digest;
    crypto_sm2_private own;
    crypto_sm2_public shown;
    crypto_signer *signer;
    uint8_t seed[CRYPTO_SM2_SEED_BYTES] = { 7 };
    payment_act act = { .actor_id = 2, .known_ms = c->now_ms, .why = TEXT("test") };
    crypto_sm2_from_seed(seed, &own, &shown);
    TRY(county_runs(c, &runs));
    TRY(payment_signing_digest(runs, run_id, PAYMENT_CHECK, &digest));
    TRY(crypto_signer_open(c->memory, &own, &signer));
    crypto_signature made = crypto_sign(signer, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES });
    crypto_signer_close(signer);
    return payment_move(runs, run_id, PAYMENT_CHECK, &act, (text){ (const char *)made.bytes, sizeof made.bytes },
                        (text){ (const char *)shown.bytes, sizeof shown.bytes });
}

static err by_nobody(service_call *call)
{
    county *c;
    int64_t person_id, run_id;
    registry_account account;
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(store_begin(c->db));
    TRY(add_person(c, &person_id, &account));
    payment_line line = { .person_id = person_id, .account = payrun_account_of(&account), .for_month = 1521,
                          .part_fen = { 100 } };
    TRY(draft(c, &line, &run_id));
    TRY(payrun_verify(c, run_id));
    TRY(sign_as_nobody(c, run_id));
    TRY(payment_verify(c->runs, run_id));
    office_refused(payrun_verify(c, run_id), &PAYMENT_BAD_SIGNATURE);
    return ERR_NONE;
}

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD };
static const service_op OP = { .name = "test.payrun", .input = INPUT, .input_count = 1, .run = both };
static const service_op BY_NOBODY = { .name = "test.payrun", .input = INPUT, .input_count = 1, .run = by_nobody };

static err call_op(const service_settings *settings, const service_op *op)
{
    arena *request = arena_open(), *process = arena_open();
    service *s = service_open(process, settings);
    service_call *call = service_call_open(s, request, op, false);
    err e = service_run(call);
    if (e.kind) print_error("%s\n", e.kind->code);
    service_close(s);
    arena_close(request);
    arena_close(process);
    return (err){ .kind = e.kind };
}

static void a_line_goes_to_the_account_that_was_signed_for(void **state)
{
    store_place *place = *state;
    service_settings settings = { .county = place->url, .key_file = store_place_file(place, "master.key"),
                                  .packs = "packs", .today_day = 46000 };
    folder_file = store_place_file(place, "out.csv");
    office_ok(call_op(&settings, service_find(TEXT("county.new"))));
    office_ok(call_op(&settings, &OP));
    assert_true(os_is_file(folder_file));
}

static void a_signature_counts_by_the_key_its_signer_had(void **state)
{
    store_place *place = *state;
    service_settings settings = { .county = place->url, .key_file = store_place_file(place, "master.key"),
                                  .packs = "packs", .today_day = 46000 };
    office_ok(call_op(&settings, service_find(TEXT("county.new"))));
    office_ok(call_op(&settings, &BY_NOBODY));
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST_EACH(a_line_goes_to_the_account_that_was_signed_for),
                                        STORE_TEST_EACH(a_signature_counts_by_the_key_its_signer_had) };
    return cmocka_run_group_tests_name("service_payrun", tests, NULL, NULL);
}
