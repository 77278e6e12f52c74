/* bench_ledger - postings to individual accounts and vouchers a second, on SQLite; the reference of
 * the postings is a table with a row a person and month, filled in key order in the same run. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "ledger/ledger.h"
#include "os/os.h"
#include "support/figures.h"

enum { FUND = 1, CONTRIBUTION = 2, DAY = 46000 };

#define DO(call) must((call), #call)
static void must(err e, const char *what)
{
    if (!e.kind) return;
    fprintf(stderr, "%s: %s %s\n", what, e.kind->code, e.detail ? e.detail : "");
    exit(1);
}

typedef struct {
    arena *process;
    store *db;
    eventlog *log;
    ledger *ledger;
    int64_t now_ms;
    int64_t *person[EVENTLOG_BUCKETS];
    size_t count[EVENTLOG_BUCKETS];
} county;

static ledger_chart *load_chart(arena *a)
{
    static const char *const FILES[LEDGER_TABLE_COUNT] = {
        [LEDGER_FUNDS] = "packs/ledger/funds.csv",           [LEDGER_CHART] = "packs/ledger/chart.csv",
        [LEDGER_RULES] = "packs/ledger/vouchers.csv",        [LEDGER_STATEMENTS] = "packs/ledger/statements.csv",
        [LEDGER_KINDS] = "packs/ledger/register.csv",
    };
    ledger_table_text tables[LEDGER_TABLE_COUNT];
    ledger_chart *chart;
    for (size_t i = 0; i < LEDGER_TABLE_COUNT; i++) {
        tables[i].file = FILES[i];
        DO(os_read_file(a, FILES[i], 1 << 20, &tables[i].bytes));
    }
    DO(ledger_chart_load(a, tables, &chart));
    return chart;
}

static county open_county(arena *a, const char *folder, int64_t people)
{
    county c = { .process = a, .now_ms = 1 };
    store_options options = { .url = text_format(a, "%s/county.db", folder).bytes, .mode = STORE_CREATE };
    DO(store_open(a, &options, &c.db));
    DO(eventlog_open(a, c.db, &c.log));
    DO(ledger_open(a, c.db, c.log, load_chart(a), &c.ledger));
    for (uint32_t b = 0; b < EVENTLOG_BUCKETS; b++) c.person[b] = ARENA_ARRAY(a, int64_t, people / 32 + 1000);
    for (int64_t id = 1; id <= people; id++) {
        uint32_t b = eventlog_bucket_of(id);
        c.person[b][c.count[b]++] = id;
    }
    return c;
}

static ledger_stamp stamp_of(county *c, arena *a, int number)
{
    return (ledger_stamp){ .key = text_format(a, "bench-%d", number), .known_ms = ++c->now_ms };
}

/* One month: a batch a bucket, one transaction. */
static double post_month(county *c, int month, int64_t people)
{
    arena *a = arena_open();
    double start = figure_seconds();
    DO(store_begin(c->db));
    for (uint32_t b = 0; b < EVENTLOG_BUCKETS; b++) {
        int64_t *amount = ARENA_ARRAY(a, int64_t, c->count[b] + 1);
        for (size_t i = 0; i < c->count[b]; i++) amount[i] = 30000 + c->person[b][i] * 7919 % 120000;
        ledger_batch batch = { .fund = FUND, .person_id = c->person[b], .amount_fen = amount,
                               .all_day = DAY + 30 * month, .all_kind = CONTRIBUTION, .count = c->count[b] };
        ledger_stamp stamp = stamp_of(c, a, month);
        if (batch.count) DO(ledger_credit(c->ledger, &stamp, b, &batch));
    }
    DO(store_commit(c->db));
    double seconds = figure_seconds() - start;
    arena_close(a);
    return (double)people / seconds;
}

/* The reference: a row a person and month. */
static double insert_rows(county *c, int64_t people)
{
    static const char *const COLUMNS[] = { "bucket", "person_id", "month", "amount_fen" };
    static const store_column_type TYPES[] = { STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN };
    store_bulk *bulk;
    double start = figure_seconds();
    DO(store_begin(c->db));
    DO(store_run(c->db, "CREATE TABLE reference_posting (bucket BIGINT, person_id BIGINT, month BIGINT, "
                        "amount_fen BIGINT, PRIMARY KEY (bucket, person_id, month))"));
    DO(store_bulk_open(c->db, "reference_posting", COLUMNS, TYPES, 4, &bulk));
    for (uint32_t b = 0; b < EVENTLOG_BUCKETS; b++)
        for (size_t i = 0; i < c->count[b]; i++) {
            DO(store_bulk_int(bulk, b));
            DO(store_bulk_int(bulk, c->person[b][i]));
            DO(store_bulk_int(bulk, 1512));
            DO(store_bulk_int(bulk, 30000));
        }
    DO(store_bulk_close(bulk, NULL));
    DO(store_commit(c->db));
    return (double)people / (figure_seconds() - start);
}

static double post_vouchers(county *c, int count)
{
    arena *a = arena_open();
    ledger_stamp stamp = stamp_of(c, a, -1);
    DO(store_begin(c->db));
    DO(ledger_begin(c->ledger, &stamp, FUND, calendar_month_of_day(DAY), NULL, 0));
    double start = figure_seconds();
    for (int i = 0; i < count; i++) {
        ledger_amount amount = { NULL, 0, 400101, 100 + i };
        ledger_business business = { FUND, DAY, "contribution.to_treasury", TEXT("receipt"), &amount, 1 };
        ledger_voucher_id id;
        stamp = stamp_of(c, a, 1000 + i);
        DO(ledger_post(c->ledger, &stamp, &business, &id));
    }
    DO(store_commit(c->db));
    double seconds = figure_seconds() - start;
    arena_close(a);
    return count / seconds;
}

static double read_people(county *c, int count)
{
    arena *a = arena_open();
    double start = figure_seconds();
    for (int i = 0; i < count; i++) {
        const ledger_posting *postings;
        size_t posting_count;
        arena_reset(a);
        DO(ledger_person_postings(a, c->ledger, 1 + i * 37, FUND, &postings, &posting_count));
        assert(posting_count > 0);
    }
    double seconds = figure_seconds() - start;
    arena_close(a);
    return count / seconds;
}

static double verify(county *c)
{
    arena *a = arena_open();
    ledger_verdict verdict;
    double start = figure_seconds();
    DO(ledger_verify(a, c->ledger, &verdict));
    assert(!verdict.bad_record);
    double seconds = figure_seconds() - start;
    double rate = (double)verdict.posting_count / seconds;
    arena_close(a);
    return rate;
}

int main(int argument_count, char **arguments)
{
    bool is_long = argument_count > 1 && strcmp(arguments[1], "--long") == 0;
    int64_t people = is_long ? 10000000 : 1000000;
    arena *process = arena_open();
    const char *folder;
    DO(os_temp_folder(process, &folder));
    county c = open_county(process, folder, people);
    double rows = insert_rows(&c, people);
    figure_print((figure){ .name = "account postings, first month", .unit = "postings/s", .goal = 1e6,
                           .value = post_month(&c, 1, people), .reference = rows });
    figure_print((figure){ .name = "account postings, second month", .unit = "postings/s", .goal = 1e6,
                           .value = post_month(&c, 2, people), .reference = rows });
    figure_print((figure){ .name = "vouchers, one transaction", .unit = "vouchers/s",
                           .value = post_vouchers(&c, 10000), .reference = rows });
    figure_print((figure){ .name = "one person's statement", .unit = "persons/s", .value = read_people(&c, 200) });
    figure_print((figure){ .name = "verify, postings derived again", .unit = "postings/s", .value = verify(&c) });
    eventlog_close(c.log);
    store_close(c.db);
    DO(os_remove_tree(process, folder));
    arena_close(process);
    return 0;
}
