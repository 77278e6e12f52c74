#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "base/hash.h"
#include "support/books.h"
#include "support/business_internal.h"

const crypto_key BUSINESS_MASTER = { .bytes = { 0x5e, 0xed } };

/* Read once: children of the test and every opening share it. */
static ledger_chart *chart(void)
{
    static ledger_chart *loaded; /* its memory is never given back */
    if (!loaded) loaded = books_chart(arena_open());
    return loaded;
}

int64_t business_roll(const business *b, int64_t what, int64_t of, int64_t min, int64_t max)
{
    uint64_t word = hash_mix(hash_mix(hash_mix(0x5eed, b->place.seed), (uint64_t)what), (uint64_t)of);
    choices c = choose_by_seed(word);
    return choose_between(&c, min, max);
}

/* Some share a bucket, and there are not many of these: a step writes an event in each. */
static void gather_people(business *b)
{
    b->insured_count = (int)business_roll(b, 1, 0, 12, 24);
    b->people_count = b->insured_count + (int)business_roll(b, 1, 1, 8, 16);
    int count = 0;
    for (int64_t id = 1; count < b->people_count; id++)
        if (eventlog_bucket_of(id) % 9 == 0) b->people[count++] = id;
}

static err open_rooms(business *b)
{
    arena *a = b->memory;
    if (b->place.pragma) TRY(store_run(b->db, b->place.pragma));
    crypto_key code;
    TRY(eventlog_open(a, b->db, &b->log));
    TRY(crypto_key_derive(&BUSINESS_MASTER, "doudi 1 hmac-sm3 eventlog", &code));
    TRY(eventlog_use_key(b->log, &code));
    TRY(charter_open(a, b->db, b->log, &b->charter));
    TRY(decision_open(a, b->db, b->log, &b->decisions));
    TRY(collection_open(a, b->db, b->log, &b->bills));
    TRY(payment_open(a, b->db, b->log, &b->runs));
    TRY(ledger_open(a, b->db, b->log, chart(), &b->books));
    TRY(business_people_open(b));
    return business_users_open(b);
}

err business_open(const business_place *place, store_mode mode, business **b)
{
    arena *memory = arena_open();
    store *db = NULL;
    *b = ARENA_NEW(memory, business);
    **b = (business){ .place = *place, .memory = memory };
    gather_people(*b);
    store_options options = { .url = place->url, .mode = mode, .vfs = place->vfs, .wait_ms = 1 };
    TRY(store_open(memory, &options, &db));
    (*b)->db = db;
    return open_rooms(*b);
}

void business_close(business *b)
{
    if (!b) return;
    if (b->users) staff_close(b->users);
    if (b->people_room) registry_close(b->people_room);
    if (b->runs) payment_close(b->runs);
    if (b->log) eventlog_close(b->log);
    if (b->db) store_close(b->db);
    arena_close(b->memory);
}

/* ---- steps ---- */

int business_step_count(void)
{
    int count;
    (void)business_rows(&count);
    return count;
}

const char *business_step_name(int step)
{
    int count;
    const business_row *rows = business_rows(&count);
    return step < count ? rows[step].name : "the end";
}

err business_step(business *b, int step)
{
    int count;
    const business_row *row = &business_rows(&count)[step];
    TRY(store_begin(b->db));
    err e = row->act(b, step);
    if (!e.kind && b->place.before_commit) b->place.before_commit(b->place.context, step);
    if (!e.kind) e = store_commit(b->db);
    if (e.kind) store_rollback(b->db);
    if (!e.kind && row->checkpoints) e = store_checkpoint(b->db);
    return e;
}

err business_run(business *b, int from, int until)
{
    for (int step = from; step < until; step++) TRY(business_step(b, step));
    return ERR_NONE;
}

err business_done(business *b, int *step)
{
    int count;
    const business_row *rows = business_rows(&count);
    for (*step = 0; *step < count; ++*step) {
        int64_t known;
        TRY(store_scalar(b->db, rows[*step].done, &known));
        if (!known) return ERR_NONE;
    }
    return ERR_NONE;
}

/* ---- verifying: what doudi verify does ---- */

static err verify_chains(business *b, text *says)
{
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE && !says->size_bytes; bucket++) {
        eventlog_verdict v;
        TRY(eventlog_verify(b->memory, b->log, bucket, 1, &v));
        if (v.bad_says)
            *says = text_format(b->memory, "chain %u/%lld: %s", v.bad_bucket, (long long)v.bad_sequence,
                                v.bad_says);
    }
    return ERR_NONE;
}

static err verify_tables(business *b, text *says)
{
    eventlog_tables_verdict v;
    eventlog_room rooms[] = { charter_room(b->charter), decision_room(b->decisions),
                              collection_room(b->bills), payment_room(b->runs), staff_room(b->users) };
    TRY(eventlog_check_tables(b->log, rooms, ARRAY_COUNT(rooms), &v));
    if (v.bad_table) *says = text_format(b->memory, "table %s is not what the log says", v.bad_table);
    return ERR_NONE;
}

static err verify_runs(business *b)
{
    payment_run *runs;
    size_t count;
    TRY(payment_list(b->memory, b->runs, PAYMENT_ANY_MONTH, &runs, &count));
    for (size_t i = 0; i < count; i++) TRY(payment_verify(b->runs, runs[i].run_id));
    return ERR_NONE;
}

static err verify_people(business *b, text *says)
{
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE && !says->size_bytes; bucket++) {
        err e = registry_verify(b->people_room, bucket, NULL);
        if (e.kind == &REGISTRY_BROKEN) *says = text_format(b->memory, "the registry's bucket %u is not what the log says", bucket);
        else TRY(e);
    }
    return staff_verify(b->memory, b->users);
}

err business_verify(business *b, text *says)
{
    ledger_verdict verdict;
    *says = TEXT_NONE;
    TRY(store_check(b->db));
    TRY(verify_chains(b, says));
    if (!says->size_bytes) TRY(verify_tables(b, says));
    if (!says->size_bytes) TRY(verify_people(b, says));
    if (says->size_bytes) return ERR_NONE;
    TRY(ledger_verify(b->memory, b->books, &verdict));
    if (verdict.bad_record) *says = text_format(b->memory, "%s: %s", verdict.bad_record, verdict.says);
    return verify_runs(b);
}

/* ---- the state ---- */

static const eventlog_table LOG_AND_BOOKS[] = {
    { "eventlog_event", "bucket, sequence", "iiiiittibttb" },
    { "eventlog_segment", "bucket, sequence, name", "iitibb" },
    { "ledger_voucher", "fund, month, number", "iiiitttiiiii" },
    { "ledger_line", "fund, month, number, line", "iiiiiii" },
    { "ledger_balance", "fund, account, month", "iiiiii" },
    { "ledger_month", "fund, month", "iii" },
    { "ledger_batch", "bucket, sequence", "iiitiiiiii" },
    { "ledger_register", "bucket, fund, from_person", "iiiiib" },
    { "ledger_control", "bucket, fund, kind", "iiiii" },
#define OF_SUBJECT "bucket, subject_id, sequence, item"
    { "registry_word", "id", "it" },
    { "registry_person", OF_SUBJECT, "iiiiiiiitbibiiiiiii" },
    { "registry_household", OF_SUBJECT, "iiiiiiiiiit" },
    { "registry_employer", OF_SUBJECT, "iiiiiiiittiiii" },
    { "registry_member", OF_SUBJECT, "iiiiiiiiii" },
    { "registry_enrolment", OF_SUBJECT, "iiiiiiiiiiiiii" },
    { "registry_benefit", OF_SUBJECT, "iiiiiiiiiiiiii" },
    { "registry_account", OF_SUBJECT, "iiiiiiiiiibit" },
    { "registry_attribute", OF_SUBJECT, "iiiiiiiiiit" },
    { "registry_review", OF_SUBJECT, "iiiiiiiiii" },
    { "registry_spell", OF_SUBJECT, "iiiiiiiiiiiii" },
    { "registry_spell_segment", "bucket, sequence, part", "iiiiiii" },
    { "registry_lookup", "kind, key, subject_id", "iii" },
    { "registry_name", "name, subject_id", "ti" },
    { "registry_search", "key, name", "tt" },
    { "registry_key", "bucket, subject_id", "iib" },
};

static const eventlog_table *table_at(business *b, size_t index)
{
    eventlog_room rooms[] = { charter_room(b->charter), decision_room(b->decisions),
                              collection_room(b->bills), payment_room(b->runs), staff_room(b->users) };
    if (index < ARRAY_COUNT(LOG_AND_BOOKS)) return &LOG_AND_BOOKS[index];
    index -= ARRAY_COUNT(LOG_AND_BOOKS);
    for (size_t r = 0; r < ARRAY_COUNT(rooms); r++) {
        if (index < rooms[r].table_count) return &rooms[r].tables[index];
        index -= rooms[r].table_count;
    }
    return NULL;
}

err business_look(business *b, business_state *state)
{
    memset(state, 0, sizeof *state);
    for (size_t t = 0; table_at(b, t); t++) {
        assert_true(t < BUSINESS_TABLES_MAX);
        TRY(eventlog_hash_table(b->log, table_at(b, t), &state->table[t], &state->rows[t]));
    }
    return ERR_NONE;
}

const char *business_differs(business *b, const business_state *one, const business_state *other)
{
    for (size_t t = 0; table_at(b, t); t++)
        if (one->rows[t] != other->rows[t] || !crypto_digest_equal(one->table[t], other->table[t]))
            return table_at(b, t)->name;
    return NULL;
}

bool business_sees(business *b, text table)
{
    for (size_t t = 0; table_at(b, t); t++)
        if (text_equal_cstr(table, table_at(b, t)->name)) return true;
    return false;
}
