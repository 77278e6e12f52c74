/* bench_pensioners - an office of pensioners alone on PostgreSQL: its lists imported, everybody's month determined, a run of all
 * their pensions through six people, the file for the bank, the bank's answer read and booked. The reference of importing is one
 * bare COPY of the same bytes of accounts by the same server.
 *
 * 10,000 people; with --long 1,000,000; BENCH_PEOPLE=10000000 names a size. Some 25 GB of ten million do not belong in memory:
 * DOUDI_POSTGRES_FOLDER names a folder on a disk, DOUDI_POSTGRES_OPTIONS what the server is given besides. */
#include <assert.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counterparty/counterparty.h"
#include "os/os.h"
#include "service/service.h"
#include "support/figures.h"
#include "support/office.h"
#include "support/postgres_server.h"

#define MONTH "2026-11"
enum { TODAY = 46341, BORN_FROM = 1936, BORN_YEARS = 30 };
#define RUN(operation, ...) OFFICE_RUN(o, a, operation, __VA_ARGS__)

/* ---- the lists ---- */

/* 320981 19500115 000 X: rising within a day, so that no two are the same. */
static void print_number(char out[32], int64_t n)
{
    static const int WEIGHTS[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    static const char CHECKS[] = "10X98765432";
    int sum = 0, day = (int)(n / 1000 % 336), place = (int)(n / 1000 / 336 / BORN_YEARS % 90);
    snprintf(out, 32, "3209%02d%04d%02d%02d%03d", 10 + place, BORN_FROM + (int)(n / 1000 / 336 % BORN_YEARS), day / 28 + 1, day % 28 + 1,
             (int)(n % 1000));
    for (int i = 0; i < 17; i++) sum += (out[i] - '0') * WEIGHTS[i];
    out[17] = CHECKS[sum % 11];
    out[18] = 0;
}

typedef enum { PERSONS, BENEFITS, ACCOUNTS } list;
static const char *const HEADS[] = { "name,citizen_number\n", "citizen_number,benefit,amount,from\n", "citizen_number,bank,number\n" };
static const char *const LISTS[] = { "persons", "benefits", "accounts" };

static void write_row(FILE *file, list what, int64_t n)
{
    char number[32];
    print_number(number, n);
    if (what == PERSONS) fprintf(file, "人%lld,%s\n", (long long)(n % 90000), number);
    else if (what == BENEFITS) fprintf(file, "%s,employee_pension,%lld.%02lld,2020-01\n", number, (long long)(2000 + n % 3000), (long long)(n % 100));
    else fprintf(file, "%s,示例银行,62220200%011lld\n", number, (long long)n);
}

static const char *write_list(arena *a, const char *folder, list what, int64_t people)
{
    const char *path = text_format(a, "%s/%s.csv", folder, LISTS[what]).bytes;
    FILE *file = fopen(path, "w");
    assert(file);
    fputs(HEADS[what], file);
    for (int64_t n = 0; n < people; n++) write_row(file, what, n);
    assert(fclose(file) == 0);
    return path;
}

/* ---- the reference: COPY, and nothing else ---- */

static double bare_copy(arena *a, const char *url, const char *path, int64_t rows)
{
    enum { CHUNK = 1 << 20 };
    PGconn *c = PQconnectdb(url);
    assert(PQstatus(c) == CONNECTION_OK);
    PQclear(PQexec(c, "CREATE TABLE bare_copy (citizen_number TEXT, bank TEXT, number TEXT)"));
    char *chunk = arena_alloc(a, CHUNK);
    FILE *file = fopen(path, "r");
    assert(file);
    lapse begun = lapse_now();
    PQclear(PQexec(c, "COPY bare_copy FROM STDIN (FORMAT csv, HEADER)"));
    for (size_t size; (size = fread(chunk, 1, CHUNK, file)) > 0;) assert(PQputCopyData(c, chunk, (int)size) == 1);
    assert(PQputCopyEnd(c, NULL) == 1);
    PQclear(PQgetResult(c));
    double took = lapse_since(begun).s;
    PQclear(PQexec(c, "DROP TABLE bare_copy"));
    PQfinish(c);
    fclose(file);
    return (double)rows / took / 1e3;
}

static void import_all(office *o, arena *a, const char *folder, const char *url)
{
    int64_t people = (int64_t)o->people;
    double reference = 0;
    for (int what = PERSONS; what <= ACCOUNTS; what++) {
        const char *path = write_list(a, folder, (list)what, people);
        if (what == ACCOUNTS) reference = bare_copy(a, url, path, people);
        lapse took = RUN("county.import", text_format(a, "%s=%s", service_find(TEXT("county.import"))->input[0].name, path).bytes,
                         text_format(a, "what=%s", LISTS[what]).bytes);
        char name[64];
        snprintf(name, sizeof name, "list of %s imported, PostgreSQL", LISTS[what]);
        figure_print((figure){ .name = name, .unit = "k rows/s", .value = o->people / took.s / 1e3, .reference = reference });
        snprintf(name, sizeof name, "pensioners: list of %s imported", LISTS[what]);
        office_tell_lapse(o, name, took, 0);
        remove(path);
    }
}

/* ---- the month ---- */

static void send_to_bank(arena *a, const char *folder)
{
    text_builder said = text_builder_open(a);
    const char *bank[] = { "run", "--books", text_format(a, "%s/bank", folder).bytes, "--inbox", text_format(a, "%s/inbox", folder).bytes,
                           "--outbox", text_format(a, "%s/outbox", folder).bytes, "--account", "6200001", "--opening", "9000000000000",
                           "--day", MONTH "-15", "--reject", "5" };
    office_must(counterparty_do(a, (counterparty_settings){ .today_day = TODAY }, sizeof bank / sizeof *bank, bank, &said));
}

static void add(lapse *sum, lapse one)
{
    sum->s += one.s;
    sum->own_s += one.own_s;
    sum->server_s += one.server_s;
}

static void bench_month(office *o, arena *a, const char *folder)
{
    enum { MINUTES = 10, BOOKED_S = 30 };
    double tens_of_millions = o->people / 1e7;
    bool has_goal = o->people >= 1e6;
    lapse signing = { 0 };
    static const struct { const char *step, *as; } SIGNED[] = {
        { "payrun.check", "as=rob" }, { "payrun.sign-section", "as=hana" }, { "payrun.sign-leader", "as=lea" },
    };
    RUN("month.open", "month=" MONTH, "as=clara");
    office_step(o, "pensioners: everybody determined", RUN("month.determine", "month=" MONTH, "as=clara"));
    office_step(o, "pensioners: the run drafted", RUN("payrun.draft", "month=" MONTH, "kind=pension", "payer=6200001", "as=clara"));
    for (size_t i = 0; i < sizeof SIGNED / sizeof *SIGNED; i++) {
        add(&signing, RUN(SIGNED[i].step, "run=1", SIGNED[i].as));
    }
    add(&signing, RUN("payrun.authorise", "run=1", "day=" MONTH "-15", "as=amy"));
    office_step(o, "pensioners: checked, signed, authorised", signing);
    office_step(o, "pensioners: the file for the bank",
                RUN("payrun.send", "run=1", text_format(a, "out=%s/inbox/P1-1.csv", folder).bytes, "day=" MONTH "-15", "as=carl"));
    send_to_bank(a, folder);
    lapse booked = RUN("payrun.book", "run=1", text_format(a, "answer=%s/outbox/HP-P1-1.csv", folder).bytes, "day=" MONTH "-16", "as=amy");
    office_count(o, booked);
    office_tell_lapse(o, "pensioners: the answer read and booked", booked, has_goal ? tens_of_millions * BOOKED_S : 0);
    office_tell_lapse(o, "pensioners: determined, paid, vouchers made", o->whole, has_goal ? tens_of_millions * MINUTES * 60 : 0);
    office_tell(o, "pensioners: lines a second of it, more is better", "k lines/s", o->people / o->whole.s / 1e3, 0);
}

static double seconds_of(const void *server)
{
    return postgres_server_seconds(server);
}

int main(int argc, char **argv)
{
    const char *named = getenv("BENCH_PEOPLE"), *folder;
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    arena *a = arena_open();
    const postgres_server *server = postgres_server_own(a);
    if (!server) return 1;
    const char *url = postgres_server_schema(server, a);
    office_must(os_temp_folder(a, &folder));
    office_must(os_make_folder(a, text_format(a, "%s/inbox", folder).bytes));
    office_must(os_make_folder(a, text_format(a, "%s/outbox", folder).bytes));
    office *o = office_open(a, url, folder, TODAY);
    o->server = server;
    o->server_seconds = seconds_of;
    o->people = named ? (double)strtoll(named, NULL, 10) : is_long ? 1e6 : 1e4;
    RUN("county.new", "month=" MONTH, "region=中国/示例省/示例市/示例县", "payer=6200001");
    RUN("ledger.begin", "fund=employee_pension", "month=" MONTH);
    import_all(o, a, folder, url);
    office_found_crew(o, a);
    bench_month(o, a, folder);
    office_tell_memory(o);
    service_close(o->service);
    office_must(os_remove_tree(a, folder));
    arena_close(a);
    return 0;
}
