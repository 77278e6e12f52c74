/* The finished business with one byte of its log altered: found and named, in every event and every
 * segment, by room eventlog and by the operation behind `doudi verify`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "os/os.h"
#include "service/service_internal.h"
#include "support/disturb.h"
#include "support/office.h"

#define ok office_ok
enum { THROUGH_SERVICE = 8, ROWS_MAX = 4096 };

typedef enum { NUMBER, WORD, BYTES } cell_type;
static const struct {
    const char *table, *cell;
    cell_type type;
    bool is_key; /* the row is then another's: which record is named is not known */
} CELLS[] = {
    { "eventlog_event", "body", WORD, false },         { "eventlog_event", "hash", BYTES, false },
    { "eventlog_event", "known_ms", NUMBER, false },   { "eventlog_event", "actor_id", NUMBER, false },
    { "eventlog_event", "kind", WORD, false },         { "eventlog_event", "why", WORD, false },
    { "eventlog_event", "key", WORD, false },          { "eventlog_event", "subject_id", NUMBER, false },
    { "eventlog_event", "segment_count", NUMBER, false }, { "eventlog_event", "bucket", NUMBER, true },
    { "eventlog_event", "sequence", NUMBER, true },    { "eventlog_event", "code", BYTES, false },
    { "eventlog_segment", "bytes", BYTES, false },
    { "eventlog_segment", "digest", BYTES, false },    { "eventlog_segment", "row_count", NUMBER, false },
    { "eventlog_segment", "name", WORD, true },        { "eventlog_segment", "bucket", NUMBER, true },
    { "eventlog_segment", "sequence", NUMBER, true },
};

typedef struct {
    int64_t bucket, sequence;
    text name; /* of a segment */
} row;

static size_t rows_of(business *b, const char *table, row *rows)
{
    bool is_event = strcmp(table, "eventlog_event") == 0, has_row;
    store_query *q;
    size_t count = 0;
    ok(store_prepare(b->db, is_event ? "SELECT bucket, sequence FROM eventlog_event ORDER BY bucket, sequence"
                                     : "SELECT bucket, sequence, name FROM eventlog_segment ORDER BY bucket, "
                                       "sequence, name", &q));
    for (ok(store_step(q, &has_row)); has_row && count < ROWS_MAX; ok(store_step(q, &has_row)))
        rows[count++] = (row){ store_int(q, 0), store_int(q, 1),
                               is_event ? TEXT_NONE : text_copy(b->memory, store_text(q, 2)) };
    return count;
}

static store_query *query_of(business *b, size_t cell, const char *form, const row *r)
{
    store_query *q;
    const char *where = r->name.bytes ? "bucket = ?1 AND sequence = ?2 AND name = ?3" : "bucket = ?1 AND sequence = ?2";
    text sql = text_format(b->memory, form, CELLS[cell].cell, CELLS[cell].table, where);
    if (form[0] == 'U') sql = text_format(b->memory, form, CELLS[cell].table, CELLS[cell].cell, where);
    ok(store_prepare(b->db, text_cstr(b->memory, sql), &q));
    store_bind_int(q, 1, r->bucket);
    store_bind_int(q, 2, r->sequence);
    if (r->name.bytes) store_bind_text(q, 3, r->name);
    return q;
}

/* The cell's bytes; empty where there are none. */
static text cell_bytes(business *b, size_t cell, const row *r)
{
    bool has_row;
    store_query *q = query_of(b, cell, "SELECT %s FROM %s WHERE %s", r);
    ok(store_step(q, &has_row));
    assert_true(has_row);
    text is = TEXT_NONE;
    int64_t number = 0;
    if (CELLS[cell].type == NUMBER) {
        number = store_int(q, 0);
        is = (text){ (const char *)&number, sizeof number };
    } else if (!store_is_null(q, 0)) {
        is = CELLS[cell].type == WORD ? store_text(q, 0) : store_bytes(q, 0);
    }
    is = text_copy(b->memory, is);
    store_reset(q);
    return is;
}

/* Inside a transaction. False where a key of the table or the type refuses it. */
static bool write_cell(business *b, size_t cell, const row *r, text to)
{
    int64_t number = 0, changed;
    store_query *q = query_of(b, cell, "UPDATE %s SET %s = ?4 WHERE %s", r);
    if (CELLS[cell].type == NUMBER) memcpy(&number, to.bytes, sizeof number);
    if (CELLS[cell].type == NUMBER) store_bind_int(q, 4, number);
    else if (CELLS[cell].type == WORD) store_bind_text(q, 4, to);
    else store_bind_bytes(q, 4, to);
    return !store_do(q, &changed).kind && changed == 1;
}

static void is_named(business *b, size_t cell, const row *r)
{
    eventlog_verdict v = { .bad_says = NULL };
    uint32_t from = CELLS[cell].is_key ? 0 : (uint32_t)r->bucket;
    uint32_t until = CELLS[cell].is_key ? EVENTLOG_OFFICE : (uint32_t)r->bucket;
    for (uint32_t bucket = from; bucket <= until && !v.bad_says; bucket++)
        ok(eventlog_verify(b->memory, b->log, bucket, 1, &v));
    if (!v.bad_says)
        fail_msg("%s.%s of %d/%d: not found", CELLS[cell].table, CELLS[cell].cell, (int)r->bucket, (int)r->sequence);
    if (CELLS[cell].is_key) return;
    assert_int_equal(v.bad_bucket, r->bucket);
    assert_int_equal(v.bad_sequence, r->sequence);
}

static bool alter(business *b, size_t cell, const row *r, text was, size_t at)
{
    char *bytes = arena_copy(b->memory, was.bytes, was.size_bytes);
    bytes[at] ^= 1; /* a text stays one of UTF-8, or cannot be written at all */
    text to = { bytes, was.size_bytes };
    if (CELLS[cell].type == WORD && !text_is_utf8(to, NULL)) return false;
    ok(store_begin(b->db));
    bool is_written = write_cell(b, cell, r, to);
    if (is_written) is_named(b, cell, r);
    store_rollback(b->db);
    return is_written;
}

static business *finished(store_place *place)
{
    business *b;
    ok(business_open(&(business_place){ .url = place->url, .seed = 1 }, STORE_CREATE, &b));
    ok(business_run(b, 0, business_step_count()));
    return b;
}

/* Of each row one byte of one cell after another; when tests are long, every byte of every cell. */
static void a_flipped_byte_in_any_event_or_segment_is_named(void **state)
{
    business *b = finished(*state);
    arena *own = b->memory;
    int64_t flipped = 0, all_rows = 0;
    for (size_t cell = 0; cell < ARRAY_COUNT(CELLS); cell++) {
        static row rows[ROWS_MAX];
        bool is_event = strcmp(CELLS[cell].table, "eventlog_event") == 0;
        size_t count = rows_of(b, CELLS[cell].table, rows), cells = is_event ? 12 : 6;
        if (cell == 0 || cell == 12) all_rows += (int64_t)count;
        for (size_t i = 0; i < count; i++) {
            if (!disturb_is_long() && i % cells != cell % cells) continue;
            b->memory = arena_open();
            text was = cell_bytes(b, cell, &rows[i]);
            size_t stride = disturb_is_long() ? 1 : was.size_bytes;
            for (size_t at = was.size_bytes ? (size_t)business_roll(b, 99, (int64_t)i, 0, (int64_t)stride - 1) : 0;
                 at < was.size_bytes; at += stride)
                flipped += alter(b, cell, &rows[i], was, at);
            arena_close(b->memory);
            b->memory = own;
        }
    }
    print_message("            %d bytes altered in %d events and segments, each found and named\n", (int)flipped,
                  (int)all_rows);
    assert_true(flipped > all_rows / 2);
    text says;
    ok(business_verify(b, &says));
    assert_int_equal(says.size_bytes, 0);
    business_close(b);
}

/* ---- what `doudi verify` says ---- */

/* Where the operation looks for the office's master key. */
static void keep_master(store_place *place)
{
    char hex[2 * CRYPTO_KEY_BYTES + 1];
    crypto_print_hex(BUSINESS_MASTER.bytes, CRYPTO_KEY_BYTES, hex);
    const char *file = text_format(place->scratch, "%s.key", place->url).bytes;
    if (!os_is_file(file)) ok(os_write_secret(place->scratch, file, text_of(hex)));
}

/* What three users of the office sign: the signers of this business are none, which is said and passed over here. */
static bool is_of_signers(text what)
{
    return text_equal_cstr(what, "payment run") || text_equal_cstr(what, "merge of records");
}

/* The place of the first fault of a chain, table or ledger in its reply; empty: none. */
static text verified(store_place *place)
{
    arena *process = arena_open(), *request = arena_open();
    keep_master(place);
    service_settings settings = { .county = place->url, .packs = "packs", .today_day = 46000 };
    service *s = service_open(process, &settings);
    service_call *call = service_call_open(s, request, service_find(TEXT("verify")), false);
    ok(service_run(call));
    const service_value *faults = service_member(call->reply, "faults");
    const service_value *fault = faults ? faults->first : NULL;
    while (fault && is_of_signers(service_member(fault, "what")->word)) fault = fault->next;
    const service_value *where = fault ? service_member(fault, "where") : NULL;
    text first = where ? text_copy(place->scratch, where->word) : TEXT_NONE;
    service_close(s);
    arena_close(request);
    arena_close(process);
    return first;
}

static void commit_cell(store_place *place, size_t cell, const row *r, text to)
{
    business *b;
    ok(business_open(&(business_place){ .url = place->url, .seed = 1 }, STORE_WRITE, &b));
    ok(store_begin(b->db));
    assert_true(write_cell(b, cell, r, to));
    ok(store_commit(b->db));
    business_close(b);
}

static void verify_names_the_record(void **state)
{
    static row rows[2][ROWS_MAX];
    static const size_t WHICH[] = { 0, 1, 2, 3, 11, 12, 13, 14 };
    store_place *place = *state;
    text was[THROUGH_SERVICE];
    row chosen[THROUGH_SERVICE];
    business *b = finished(place);
    size_t count[] = { rows_of(b, "eventlog_event", rows[0]), rows_of(b, "eventlog_segment", rows[1]) };
    for (size_t i = 0; i < THROUGH_SERVICE; i++) {
        int kind = WHICH[i] >= 12;
        chosen[i] = rows[kind][business_roll(b, 98, (int64_t)i, 0, (int64_t)count[kind] - 1)];
        chosen[i].name = text_copy(place->scratch, chosen[i].name);
        if (!kind) chosen[i].name = TEXT_NONE;
        was[i] = text_copy(place->scratch, cell_bytes(b, WHICH[i], &chosen[i]));
    }
    business_close(b);
    assert_int_equal(verified(place).size_bytes, 0);
    for (size_t i = 0; i < THROUGH_SERVICE; i++) {
        char *bytes = arena_copy(place->scratch, was[i].bytes, was[i].size_bytes), wanted[64];
        bytes[was[i].size_bytes / 2] ^= 1;
        commit_cell(place, WHICH[i], &chosen[i], (text){ bytes, was[i].size_bytes });
        text where = verified(place);
        snprintf(wanted, sizeof wanted, "%d/%d", (int)chosen[i].bucket, (int)chosen[i].sequence);
        if (!text_begins(where, text_of(wanted)))
            fail_msg("%s of %s: said at '%.*s'", CELLS[WHICH[i]].cell, wanted, TEXT_ARG(where));
        commit_cell(place, WHICH[i], &chosen[i], was[i]);
    }
    assert_int_equal(verified(place).size_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_SQLITE(a_flipped_byte_in_any_event_or_segment_is_named),
        STORE_TEST_SQLITE(verify_names_the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
