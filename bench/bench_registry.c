/* bench_registry - a county loaded, listed, extended by a month and rebuilt, on SQLite. The
 * reference of rows is the plain insertion of rows as wide; of the roster reading those again.
 * 100,000 people; 1,000,000 with --long. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "os/os.h"
#include "registry/registry.h"
#include "support/figures.h"

enum { PENSION = 1, ATTRIBUTE = 2, YEARS = 12, EMPLOYERS = 5000, FIRST_MONTH = 1380 };

static void must(err e)
{
    if (e.kind) fprintf(stderr, "%s %s\n", e.kind->code, e.detail ? e.detail : "");
    assert(!e.kind);
}

typedef struct {
    arena *memory;
    store *db;
    eventlog *log;
    registry *r;
    registry_act act;
    int64_t people, first_id;
} county;

static registry_fact over(int64_t id, int64_t from, int64_t until)
{
    return (registry_fact){ .subject_id = id, .from = from, .until = until };
}

static void commit_and_go_on(county *c, registry_load *load)
{
    must(registry_load_flush(load));
    must(store_commit(c->db));
    must(store_begin(c->db));
}

/* ---- loading ---- */

static void say_person(county *c, registry_load *load, int64_t n, arena *scratch)
{
    int64_t id;
    registry_person p = {
        .name = text_format(scratch, "人%lld", (long long)n % 90000),
        .number.plain = text_format(scratch, "1301821967%08lld", (long long)n),
        .phone.plain = text_format(scratch, "139%08lld", (long long)n),
        .sex = 1 + n % 2, .birth_day = 20000 + n % 20000, .region = 130182,
    };
    must(registry_load_new(load, REGISTRY_PERSON, &p, &id));
    if (!n) c->first_id = id;
    registry_enrolment e = { .fact = over(id, 40000, REGISTRY_OPEN), .scheme = PENSION,
                             .employer_id = n % EMPLOYERS + 1, .standing = 3, .region = 130182,
                             .base_fen = 400000 + n % 1000000 };
    must(registry_load_say(load, REGISTRY_ENROLMENT, &e));
    registry_account a = { .fact = over(id, 30000, REGISTRY_OPEN), .bank = 4,
                           .number.plain = text_format(scratch, "62220200%011lld", (long long)n),
                           .holder = p.name };
    must(registry_load_say(load, REGISTRY_ACCOUNT, &a));
    registry_attribute t = { .fact = over(id, 30000, REGISTRY_OPEN), .name = ATTRIBUTE,
                             .value = n % 5 };
    if (n % 4 == 0) must(registry_load_say(load, REGISTRY_ATTRIBUTE, &t));
    registry_benefit b = { .fact = over(id, 1400, REGISTRY_OPEN), .benefit = 1,
                           .state = REGISTRY_PAYING, .amount_fen = 200000 + n % 300000 };
    if (n % 5 == 0) must(registry_load_say(load, REGISTRY_BENEFIT, &b));
}

static double load_people(county *c)
{
    registry_load *load;
    arena *scratch = arena_open();
    double begun = figure_seconds();
    must(store_begin(c->db));
    must(registry_load_open(c->memory, c->r, &c->act, "loaded",
                            &(registry_load_options){ .trusts_numbers = true }, &load));
    for (int64_t n = 0; n < c->people; n++) {
        say_person(c, load, n, scratch);
        if (n % 100000 != 99999) continue;
        commit_and_go_on(c, load);
        arena_reset(scratch);
    }
    must(registry_load_close(load, NULL));
    must(store_commit(c->db));
    arena_close(scratch);
    return figure_seconds() - begun;
}

static double load_rows(county *c, registry_kind kind, int64_t each)
{
    registry_load *load;
    double begun = figure_seconds();
    must(store_begin(c->db));
    must(registry_load_open(c->memory, c->r, &c->act, "loaded", NULL, &load));
    for (int64_t n = 0; n < c->people; n++)
        for (int64_t i = 0; i < each; i++) {
            registry_spell s = { .fact = over(c->first_id + n, FIRST_MONTH + 12 * i,
                                              FIRST_MONTH + 12 * i + 12),
                                 .scheme = PENSION, .employer_id = n % EMPLOYERS + 1, .kind = 1,
                                 .region = 130182, .base_fen = 300000 + i * 20000 + n % 1000 };
            registry_attribute t = { .fact = over(c->first_id + n, 30000, REGISTRY_OPEN),
                                     .name = 10 + i, .value = n % 5 };
            must(registry_load_say(load, kind,
                                   kind == REGISTRY_SPELL ? (const void *)&s : (const void *)&t));
        }
    must(registry_load_close(load, NULL));
    must(store_commit(c->db));
    return figure_seconds() - begun;
}

/* Rows as wide as a fact's, put in by the same store in the order of their key. */
static double insert_plain(county *c, int64_t rows)
{
    static const char *const COLUMNS[] = { "bucket", "subject_id", "a", "b", "c", "d", "e",
                                           "f", "g", "h", "i", "j" };
    static const store_column_type TYPES[12] = { STORE_INT_COLUMN };
    store_bulk *bulk;
    must(store_run(c->db, "CREATE TABLE registry_plain (bucket BIGINT NOT NULL, subject_id BIGINT "
                          "NOT NULL, a BIGINT, b BIGINT, c BIGINT, d BIGINT, e BIGINT, f BIGINT, "
                          "g BIGINT, h BIGINT, i BIGINT, j BIGINT, PRIMARY KEY (bucket, "
                          "subject_id))"));
    double begun = figure_seconds();
    must(store_begin(c->db));
    must(store_bulk_open(c->db, "registry_plain", COLUMNS, TYPES, 12, &bulk));
    for (int64_t n = 0; n < rows; n++)
        for (int k = 0; k < 12; k++) must(store_bulk_int(bulk, k == 0 ? 1 : n + k * 1000));
    must(store_bulk_close(bulk, NULL));
    must(store_commit(c->db));
    return figure_seconds() - begun;
}

static double read_plain(county *c)
{
    store_query *q;
    bool has_row = true;
    int64_t sum = 0;
    double begun = figure_seconds();
    must(store_prepare(c->db, "SELECT bucket, subject_id, a, b, c, d, e, f, g, h, i, j FROM "
                              "registry_plain ORDER BY bucket, subject_id", &q));
    while (must(store_step(q, &has_row)), has_row)
        for (int k = 0; k < 12; k++) sum += store_int(q, k);
    assert(sum);
    return figure_seconds() - begun;
}

/* ---- reading ---- */

static double list_all(county *c, registry_roster_options options, int64_t *facts)
{
    double begun = figure_seconds();
    int64_t people = 0;
    *facts = 0;
    options.known_ms = REGISTRY_NOW;
    options.day = 45000;
    options.month = 1520;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *roster;
        const registry_roster_row *row;
        arena *memory = arena_open();
        must(registry_roster_open(memory, c->r, bucket, &options, &roster));
        while (must(registry_roster_next(roster, &row)), row) {
            people++;
            *facts += (int64_t)(row->enrolment_count + row->benefit_count + row->account_count +
                                row->attribute_count + row->spell_count);
        }
        registry_roster_close(roster);
        arena_close(memory);
    }
    assert(people == c->people);
    return figure_seconds() - begun;
}

static void print_roster(county *c, const char *name, uint32_t wants, bool has_career, bool reveals,
                         double reference, double goal)
{
    int64_t facts;
    registry_roster_options options = { .wants = wants, .has_career = has_career,
                                        .reveals = reveals };
    double seconds = list_all(c, options, &facts);
    figure_print((figure){ name, "M/s", (double)c->people / seconds / 1e6, reference, goal, 0 });
}

/* ---- a month ---- */

static double extend(county *c, int64_t month)
{
    double begun = figure_seconds();
    int64_t *cells[8];
    for (int k = 0; k < 8; k++) cells[k] = ARENA_ARRAY(c->memory, int64_t, c->people);
    must(store_begin(c->db));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        size_t count = 0;
        for (int64_t n = 0; n < c->people; n++) {
            if (eventlog_bucket_of(c->first_id + n) != bucket) continue;
            const int64_t row[8] = { c->first_id + n, PENSION, n % EMPLOYERS + 1, 1, 130182,
                                     month, month + 1, 540000 + n % 1000 };
            for (int k = 0; k < 8; k++) cells[k][count] = row[k];
            count++;
        }
        registry_spell_columns columns = { cells[0], cells[1], cells[2], cells[3],
                                           cells[4], cells[5], cells[6], cells[7] };
        must(registry_spells_extend(c->r, &c->act, bucket, &columns, count, NULL));
    }
    must(store_commit(c->db));
    return figure_seconds() - begun;
}

static void bench_upkeep(county *c)
{
    int64_t rows = 0, some;
    double begun = figure_seconds();
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        must(registry_export(c->r, bucket, NULL, NULL, NULL, &some));
        rows += some;
    }
    double seconds = figure_seconds() - begun;
    figure_print((figure){ "canonical export, k rows/s", "k/s", (double)rows / seconds / 1e3, 0,
                           0, 0 });
    begun = figure_seconds();
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        must(registry_verify(c->r, bucket, NULL));
    seconds = figure_seconds() - begun;
    figure_print((figure){ "verified against a rebuild, k rows/s", "k/s",
                           (double)rows / seconds / 1e3, 0, 0, 0 });
}

static void bench(county *c)
{
    int64_t rows = c->people * 3 + c->people / 4 + c->people / 5;
    double plain = insert_plain(c, c->people), plain_rate = (double)c->people / plain / 1e3;
    double read_rate = (double)c->people / read_plain(c) / 1e6;
    double seconds = load_people(c);
    figure_print((figure){ "people with their facts loaded, k rows/s", "k/s",
                           (double)rows / seconds / 1e3, plain_rate, 0, 0 });
    seconds = load_rows(c, REGISTRY_ATTRIBUTE, 2);
    figure_print((figure){ "attributes of people known, k rows/s", "k/s",
                           (double)c->people * 2 / seconds / 1e3, plain_rate, 0, 0 });
    seconds = load_rows(c, REGISTRY_SPELL, YEARS);
    figure_print((figure){ "spells of people known, k rows/s", "k/s",
                           (double)c->people * YEARS / seconds / 1e3, plain_rate, 500, 0 });
    print_roster(c, "roster of people alone, M/s", 0, false, false, read_rate, 1);
    print_roster(c, "roster with enrolments, M/s", 1u << REGISTRY_ENROLMENT, false, false,
                 read_rate, 0);
    print_roster(c, "roster with benefits and accounts, M/s",
                 1u << REGISTRY_BENEFIT | 1u << REGISTRY_ACCOUNT, false, false, read_rate, 0);
    print_roster(c, "roster with accounts, opened, M/s", 1u << REGISTRY_ACCOUNT, false, true,
                 read_rate, 0);
    print_roster(c, "roster with careers of 12 years, M/s", 1u << REGISTRY_SPELL, true, false,
                 read_rate, 0);
    seconds = extend(c, FIRST_MONTH + 12 * YEARS);
    figure_print((figure){ "spells of a month extended, M/s", "M/s",
                           (double)c->people / seconds / 1e6, 0, 1, 0 });
    bench_upkeep(c);
}

int main(int argc, char **argv)
{
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    county c = { .memory = arena_open(), .people = is_long ? 1000000 : 100000 };
    c.act = (registry_act){ .known_ms = 1, .why = TEXT("bench") };
    registry_keys keys;
    memset(&keys, 7, sizeof keys);
    const char *folder;
    must(os_temp_folder(c.memory, &folder));
    const char *url = text_cstr(c.memory, text_format(c.memory, "%s/county.db", folder));
    must(store_open(c.memory, &(store_options){ .url = url, .mode = STORE_CREATE }, &c.db));
    must(eventlog_open(c.memory, c.db, &c.log));
    must(registry_open(c.memory, c.db, c.log, &keys, &c.r));
    bench(&c);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    figure_print((figure){ "peak memory, MB, fewer is better", "MB", (double)usage.ru_maxrss / 1e3,
                           0, 0, 0 });
    registry_close(c.r);
    eventlog_close(c.log);
    store_close(c.db);
    must(os_remove_tree(c.memory, folder));
    arena_close(c.memory);
    return 0;
}
