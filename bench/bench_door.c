/* bench_door - `doudi serve` under load: reads and writes as at the counters of a county, connections that stay open, and
 * whether memory stays flat.
 *
 * 30,000 people and 20 seconds; with --long 1,000,000 people and 10 minutes; BENCH_PEOPLE and BENCH_SECONDS name others.
 * Calls are due at fixed moments (support/client.h); every fifth writes. The server is a process of its own. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "os/os.h"
#include "support/client.h"
#include "support/figures.h"
#include "support/office.h"

#define MONTH "2026-11"
enum { TODAY = 46341, CONNECTIONS = 64, OPEN_CONNECTIONS = 10000, RATE = 200, KNOWN = 500, WRITE_EVERY = 5 };
enum { READ, WRITE, KINDS, CALLS_MAX = 16 };

typedef struct {
    const char *folder;
    int64_t people;
    pid_t server;
    uint16_t port;
    const char *clerk, *auditor; /* tokens */
    uint64_t seed;
    arena *memory; /* of what each operation took; NULL: it is not noted */
    int64_t known[KNOWN]; /* people: ids are also those of employers and households */
    /* cases that were opened and wait for their first step */
    int64_t *waiting;
    size_t first, last, room;
    /* what was measured, in ms */
    double *took[KINDS];
    size_t count[KINDS], failed;
    struct {
        const char *path; /* as far as its query */
        size_t path_bytes, count;
        double *took;
    } calls[CALLS_MAX]; /* each operation by itself */
    size_t room_of_call;
    char failure[200];
} door;

/* ---- the server ---- */

static void start_server(door *d, arena *a)
{
    const char *port_file = text_format(a, "%s/port", d->folder).bytes;
    const char *county = text_format(a, "%s/county.db", d->folder).bytes;
    const char *key = text_format(a, "%s/office.key", d->folder).bytes;
    fflush(stdout);
    d->server = fork();
    assert(d->server >= 0);
    if (d->server == 0) {
        setenv("DOUDI_KEY_FILE", key, 1);
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)) _exit(1);
        execl("build/release/doudi", "doudi", "serve", "--county", county, "--packs", "packs", "--listen", "127.0.0.1:0",
              "--port-file", port_file, "--rate", "0", (char *)NULL);
        _exit(127);
    }
    text said = TEXT_NONE;
    while (!text_ends(said, TEXT("\n"))) {
        if (waitpid(d->server, NULL, WNOHANG) != 0) office_must(err_of(&OS_FAILED, "doudi serve"));
        usleep(10000);
        if (os_is_file(port_file)) office_must(os_read_file(a, port_file, 100, &said));
    }
    d->port = (uint16_t)strtoul(said.bytes, NULL, 10);
}

static double memory_mb(const door *d, const char *line)
{
    char path[64], words[256];
    double mb = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)d->server);
    FILE *status = fopen(path, "r");
    while (status && fgets(words, sizeof words, status))
        if (strncmp(words, line, strlen(line)) == 0) mb = strtod(words + strlen(line), NULL) / 1e3;
    if (status) fclose(status);
    return mb;
}

/* Seconds of a core that the server has had: neighbours on the machine change them less than its answers' times. */
static double own_s(const door *d)
{
    char path[64], words[1024];
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)d->server);
    FILE *stat = fopen(path, "r");
    const char *behind = stat && fgets(words, sizeof words, stat) ? strrchr(words, ')') : NULL;
    if (behind) sscanf(behind, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    if (stat) fclose(stat);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static const char *log_in(client *c, arena *a, const char *login)
{
    client_call call = { .method = "POST", .path = "/v1/session",
                         .body = text_format(a, "{\"user\":\"%s\",\"password\":\"" OFFICE_PASSWORD "\"}", login) };
    client_do(c, &call);
    const char *token = call.status == 201 ? strstr(call.said.bytes, "\"token\":\"") : NULL;
    if (!token) office_must(err_of(&OS_FAILED, "POST /v1/session"));
    return text_copy(a, (text){ token + 9, strcspn(token + 9, "\"") }).bytes;
}

/* ---- what is asked ---- */

static uint64_t roll(door *d, uint64_t sides)
{
    d->seed = hash_mix(d->seed, 1);
    return d->seed % sides;
}

static long long some_person(door *d)
{
    return (long long)d->known[roll(d, KNOWN)];
}

static void find_people(door *d, client *c)
{
    for (size_t i = 0; i < KNOWN;) {
        char path[64];
        d->known[i] = 1 + (int64_t)roll(d, (uint64_t)d->people);
        snprintf(path, sizeof path, "/v1/person/show?who=%lld", (long long)d->known[i]);
        client_call call = { .method = "GET", .path = path, .token = d->clerk };
        client_do(c, &call);
        i += call.status == 200;
    }
}

static void make_write(door *d, arena *a, client_call *call)
{
    long long who = some_person(d);
    call->method = "POST";
    call->kind = WRITE;
    call->token = d->clerk;
    if (d->first < d->last && call->number / WRITE_EVERY % 2) {
        call->path = "/v1/case/pass";
        call->body = text_format(a, "{\"case\":%lld,\"step\":\"受理\"}", (long long)d->waiting[d->first++]);
        return;
    }
    call->path = "/v1/case/open";
    call->body = text_format(a, "{\"type\":\"投诉举报\",\"who\":\"%lld\",\"key\":\"%llu\",\"field\":[\"事由=单位未足额缴费\"]}", who,
                             (unsigned long long)call->number);
}

static void make_read(door *d, arena *a, client_call *call)
{
    static const struct {
        const char *path;
        bool is_of_person, is_auditors;
    } READS[] = {
        { "/v1/person/show?who=%lld", true, false },       { "/v1/person/show?who=%lld", true, false },
        { "/v1/person/contributions?who=%lld", true, false }, { "/v1/person/history?who=%lld", true, true },
        { "/v1/case/list?page_size=20", false, false },   { "/v1/session", false, false },
        { "/v1/month/status?month=" MONTH, false, false }, { "/v1/payrun/list", false, false },
        { "/v1/case/form?type=%%E5%%8F%%82%%E4%%BF%%9D%%E8%%AF%%81%%E6%%98%%8E&who=%lld", true, false },
        { "/v1/ledger/accounts?page_size=20", false, true },
    };
    size_t i = roll(d, sizeof READS / sizeof *READS);
    long long who = some_person(d);
    call->path = READS[i].is_of_person ? text_format(a, READS[i].path, who).bytes : READS[i].path;
    call->token = READS[i].is_auditors ? d->auditor : d->clerk;
    call->kind = READ;
}

static void make(void *context, arena *a, client_call *call)
{
    if (call->number % WRITE_EVERY == 0) make_write(context, a, call);
    else make_read(context, a, call);
}

static void note_call(door *d, arena *a, const char *path, double ms)
{
    size_t i = 0, bytes = strcspn(path, "?");
    while (i < CALLS_MAX - 1 && d->calls[i].path &&
           (d->calls[i].path_bytes != bytes || memcmp(d->calls[i].path, path, bytes) != 0)) i++;
    if (!d->calls[i].path) {
        d->calls[i].path = text_copy(a, (text){ path, bytes }).bytes;
        d->calls[i].path_bytes = bytes;
        d->calls[i].took = ARENA_ARRAY(a, double, d->room_of_call);
    }
    d->calls[i].took[d->calls[i].count++] = ms;
}

static void done(void *context, const client_call *call)
{
    door *d = context;
    double ms = (double)(call->answered_ns - call->due_ns) / 1e6;
    d->took[call->kind][d->count[call->kind]++] = ms;
    if (d->memory) note_call(d, d->memory, call->path, ms);
    const char *is = call->status == 200 && call->kind == WRITE ? strstr(call->said.bytes, "\"case\":") : NULL;
    if (is && strstr(call->path, "open") && d->last < d->room) d->waiting[d->last++] = strtoll(is + 7, NULL, 10);
    if (call->status == 200) return;
    if (!d->failed++) snprintf(d->failure, sizeof d->failure, "%s %u %.120s", call->path, call->status, call->said.bytes ? call->said.bytes : "");
}

/* ---- figures ---- */

static int by_value(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void tell_kind(const office *o, const door *d, int kind, const char *name, double p99_at_most)
{
    double *took = d->took[kind];
    size_t n = d->count[kind];
    char what[80];
    qsort(took, n, sizeof *took, by_value);
    snprintf(what, sizeof what, "%s, the middle one", name);
    office_tell(o, what, "ms", took[n / 2], 0);
    snprintf(what, sizeof what, "%s, one of a hundred is slower", name);
    office_tell(o, what, "ms", took[n - 1 - n / 100], p99_at_most);
    snprintf(what, sizeof what, "%s, the slowest", name);
    office_tell(o, what, "ms", took[n - 1], 0);
}

/* Which call is behind the figures: the middle and the slow of each operation. */
static void tell_calls(const office *o, door *d)
{
    for (size_t i = 0; i < CALLS_MAX && d->calls[i].path; i++) {
        char what[120];
        size_t n = d->calls[i].count;
        qsort(d->calls[i].took, n, sizeof(double), by_value);
        snprintf(what, sizeof what, "%s, the middle one", d->calls[i].path + strlen("/v1/"));
        office_tell(o, what, "ms", d->calls[i].took[n / 2], 0);
        snprintf(what, sizeof what, "%s, one of a hundred is slower", d->calls[i].path + strlen("/v1/"));
        office_tell(o, what, "ms", d->calls[i].took[n - 1 - n / 100], 0);
    }
}

static void load(const office *o, door *d, client *c, double seconds)
{
    arena *a = arena_open();
    size_t calls = (size_t)(seconds * RATE) + 1;
    for (int kind = 0; kind < KINDS; kind++) d->took[kind] = ARENA_ARRAY(a, double, calls);
    memset(d->count, 0, sizeof d->count);
    d->waiting = ARENA_ARRAY(a, int64_t, calls);
    d->first = d->last = d->failed = 0;
    d->room = d->room_of_call = calls;
    d->memory = a;
    double before_s = own_s(d), begun_s = lapse_now().s;
    client_load(c, &(client_plan){ RATE, seconds, make, done, d });
    office_tell(o, "calls answered a second", "", (double)(d->count[READ] + d->count[WRITE]) / (lapse_now().s - begun_s), 0);
    office_tell(o, "the server's own time a call", "ms", (own_s(d) - before_s) * 1e3 / (double)(d->count[READ] + d->count[WRITE]), 0);
    tell_kind(o, d, READ, "reads", 10);
    tell_kind(o, d, WRITE, "writes", 20);
    office_tell(o, "calls not answered by 200", "", (double)d->failed, 0);
    tell_calls(o, d);
    d->memory = NULL;
    if (d->failed) fprintf(stderr, "bench_door: %s\n", d->failure);
    arena_close(a);
}

/* The same again and again. What grows at first are the pages of the store that each handle may keep (64 MiB); after half of the time they
 * are full, and what the server holds then is what it needs. */
static void soak(const office *o, door *d, client *c, double seconds)
{
    double held[10];
    arena *a = arena_open();
    for (int tenth = 0; tenth < 10; tenth++) {
        size_t calls = (size_t)(seconds / 10 * RATE) + 1;
        for (int kind = 0; kind < KINDS; kind++) d->took[kind] = ARENA_ARRAY(a, double, calls);
        d->waiting = ARENA_ARRAY(a, int64_t, calls);
        memset(d->count, 0, sizeof d->count);
        d->first = d->last = 0;
        d->room = calls;
        client_load(c, &(client_plan){ RATE, seconds / 10, make, done, d });
        arena_reset(a);
        held[tenth] = memory_mb(d, "VmRSS:");
    }
    office_tell(o, "memory after a tenth of the soak", "MB", held[0], 0);
    office_tell(o, "memory after half of the soak", "MB", held[4], 0);
    office_tell(o, "memory at its end", "MB", held[9], held[4] * 1.05);
    arena_close(a);
}

static void open_many(const office *o, const door *d, arena *a)
{
    size_t opened, answered;
    client *c = client_open(a, d->port, OPEN_CONNECTIONS, &opened);
    office_tell(o, "connections open at once", "", (double)opened, 0);
    if (!c) return;
    answered = client_do_on_all(c, "/v1/health");
    answered = client_do_on_all(c, "/v1/health") == answered ? answered : 0;
    office_tell(o, "of them answered, twice", "", (double)answered, 0);
    office_tell(o, "memory with all of them", "MB", memory_mb(d, "VmRSS:"), 0);
    client_close(c);
}

int main(int argc, char **argv)
{
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    const char *people = getenv("BENCH_PEOPLE"), *seconds = getenv("BENCH_SECONDS");
    arena *a = arena_open();
    door d = { .people = people ? strtoll(people, NULL, 10) : is_long ? 1000000 : 30000, .seed = 7 };
    double load_s = seconds ? strtod(seconds, NULL) : is_long ? 60 : 20;
    size_t opened;
    office_must(os_temp_folder(a, &d.folder));
    office *o = office_open(a, text_format(a, "%s/county.db", d.folder).bytes, d.folder, TODAY);
    o->people = (double)d.people;
    OFFICE_RUN(o, a, "county.new", text_format(a, "people=%lld", (long long)d.people).bytes, "month=" MONTH);
    office_found_crew(o, a);
    OFFICE_RUN(o, a, "month.open", "month=" MONTH, "as=clara");
    OFFICE_RUN(o, a, "month.bill", "month=" MONTH, "as=clara");
    service_close(o->service);
    start_server(&d, a);
    client *c = client_open(a, d.port, CONNECTIONS, &opened);
    assert(c);
    d.clerk = log_in(c, a, "clara");
    d.auditor = log_in(c, a, "audrey");
    find_people(&d, c);
    load(o, &d, c, load_s);
    open_many(o, &d, a);
    if (is_long) soak(o, &d, c, 600);
    client_close(c);
    kill(d.server, SIGTERM);
    waitpid(d.server, NULL, 0);
    office_must(os_remove_tree(a, d.folder));
    arena_close(a);
    return 0;
}
