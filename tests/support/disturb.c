#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checked.h"
#include "base/hash.h"
#include "os/os.h"
#include "support/disturb.h"
#include "support/office.h"
#include "support/share.h"

/* Sanitized programs take the sample even then: what they look for is in it. */
bool disturb_is_long(void)
{
    const char *wanted = getenv("DOUDI_LONG");
    return wanted && *wanted && !SHARE_IS_SANITIZED;
}

int64_t disturb_sample(int64_t points)
{
    enum { PART = 10, FEW = 3 };
    if (!SHARE_IS_SANITIZED) return points;
    return points / PART > FEW ? points / PART : FEW;
}

static business_place where(const disturbed *d, const char *pragma)
{
    return (business_place){ .url = d->place->url, .vfs = FAULT_VFS, .seed = d->seed, .pragma = pragma };
}

/* ---- a fresh store ---- */

static void clear_place(store_place *place)
{
    static const char *const ENDINGS[] = { "", "-wal", "-shm", "-lock", "-journal" };
    for (size_t i = 0; i < ARRAY_COUNT(ENDINGS); i++) {
        char path[512];
        snprintf(path, sizeof path, "%s%s", place->url, ENDINGS[i]);
        unlink(path);
    }
}

/* An empty store of this schema, made once: how it is made is disturbed in test_store_faults. */
static void make_empty(disturbed *d)
{
    business *b;
    business_place at = where(d, NULL);
    clear_place(d->place);
    office_ok(business_open(&at, STORE_CREATE, &b));
    business_close(b);
    rename(d->place->url, store_place_file(d->place, "empty.db"));
}

void disturb_place(disturbed *d)
{
    text bytes;
    arena *scratch = arena_open();
    clear_place(d->place);
    office_ok(os_read_file(scratch, store_place_file(d->place, "empty.db"), 1 << 26, &bytes));
    FILE *file = fopen(d->place->url, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.bytes, 1, bytes.size_bytes, file), bytes.size_bytes);
    fclose(file);
    arena_close(scratch);
}

/* ---- the undisturbed run ---- */

/* No table of the store is outside of what is compared, unless it is empty or the store's own. */
static void sees_all(business *b)
{
    static const char TABLES[] = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    store_query *q;
    bool has_row;
    text names[128];
    size_t count = 0;
    office_ok(store_prepare(b->db, TABLES, &q));
    for (office_ok(store_step(q, &has_row)); has_row; office_ok(store_step(q, &has_row)))
        names[count++] = text_copy(b->memory, store_text(q, 0));
    for (size_t i = 0; i < count; i++) {
        int64_t rows;
        bool is_own = text_begins(names[i], TEXT("store_")) || text_begins(names[i], TEXT("sqlite_")) ||
                      text_equal_cstr(names[i], "eventlog_chain");
        if (is_own || business_sees(b, names[i])) continue;
        const char *sql = text_format(b->memory, "SELECT count(*) FROM %.*s", TEXT_ARG(names[i])).bytes;
        office_ok(store_scalar(b->db, sql, &rows));
        if (rows) fail_msg("nobody compares %.*s", TEXT_ARG(names[i]));
    }
}

disturbed *disturb_open(store_place *place, uint64_t seed)
{
    business *b;
    text says;
    int count = business_step_count();
    assert_true(count <= DISTURB_STEPS_MAX);
    disturbed *d = ARENA_NEW(place->scratch, disturbed);
    *d = (disturbed){ .place = place, .seed = seed };
    fault_vfs_arm((fault_plan){ .kind = FAULT_NONE });
    make_empty(d);
    disturb_place(d);
    business_place at = where(d, NULL);
    office_ok(business_open(&at, STORE_WRITE, &b));
    for (int step = 0; step < count; step++) {
        office_ok(business_look(b, &d->after[step]));
        office_ok(business_step(b, step));
    }
    office_ok(business_look(b, &d->after[count]));
    office_ok(business_verify(b, &says));
    if (says.size_bytes) fail_msg("undisturbed: %.*s", TEXT_ARG(says));
    sees_all(b);
    business_close(b);
    return d;
}

int64_t disturb_calls(disturbed *d, fault_kind kind)
{
    int acknowledged = 0;
    office_ok(disturb_run(d, (fault_plan){ .kind = kind }, &acknowledged));
    int64_t calls = fault_vfs_calls();
    fault_vfs_arm((fault_plan){ .kind = FAULT_NONE });
    if (!disturb_comes_through(d, acknowledged, false)) fail_msg("undisturbed: %s", d->complaint);
    return calls;
}

/* ---- a disturbed one ---- */

err disturb_run(disturbed *d, fault_plan plan, volatile int *acknowledged)
{
    business *b;
    business_place at = where(d, d->pragma);
    disturb_place(d);
    fault_vfs_arm(plan);
    *acknowledged = 0;
    err e = business_open(&at, STORE_WRITE, &b);
    for (int step = 0; !e.kind && step < business_step_count(); step++) {
        e = business_step(b, step);
        if (!e.kind) *acknowledged = step + 1;
    }
    if (e.detail) e.detail = text_cstr(d->place->scratch, text_of(e.detail));
    business_close(b);
    return e;
}

#define COMPLAIN(...) (snprintf(d->complaint, sizeof d->complaint, __VA_ARGS__), ERR_NONE)

static err hold(disturbed *d, business *b, int done)
{
    business_state state;
    text says;
    TRY(business_look(b, &state));
    const char *table = business_differs(b, &state, &d->after[done]);
    if (table) return COMPLAIN("after %d steps (%s): %s is another", done, business_step_name(done), table);
    TRY(business_verify(b, &says));
    return says.size_bytes ? COMPLAIN("after %d steps: %.*s", done, TEXT_ARG(says)) : ERR_NONE;
}

static err go_on(disturbed *d, business *b, int acknowledged, bool repeats)
{
    int done;
    TRY(business_done(b, &done));
    if (done < acknowledged || done > acknowledged + 1)
        return COMPLAIN("%d steps were acknowledged, %d are there", acknowledged, done);
    TRY(hold(d, b, done));
    if (d->complaint[0]) return ERR_NONE;
    TRY(business_run(b, repeats && done ? done - 1 : done, business_step_count()));
    return hold(d, b, business_step_count());
}

bool disturb_comes_through(disturbed *d, int acknowledged, bool repeats)
{
    business *b;
    business_place at = where(d, NULL);
    d->complaint[0] = 0;
    err e = business_open(&at, STORE_WRITE, &b);
    if (!e.kind) e = go_on(d, b, acknowledged, repeats);
    if (e.kind)
        snprintf(d->complaint, sizeof d->complaint, "afterwards: %s: %s", e.kind->code, e.detail ? e.detail : "");
    business_close(b);
    return !d->complaint[0];
}

/* ---- where ---- */

int64_t disturb_points(const disturbed *d, int64_t calls, int64_t sample)
{
    bool is_all = disturb_is_long() && d->seed == 1 && !d->pragma;
    return is_all || sample > calls ? calls : sample;
}

int64_t disturb_point(const disturbed *d, int64_t index, int64_t calls, int64_t sample)
{
    int64_t points = disturb_points(d, calls, sample);
    int64_t from = index * calls / points, until = (index + 1) * calls / points;
    return 1 + from + (int64_t)(hash_mix(hash_mix(0xd15, d->seed), (uint64_t)index) % (uint64_t)(until - from));
}
