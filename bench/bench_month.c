/* bench_month - a county's whole month through the operations, by the clock: bills, receipts, awards, a run of pensions through six
 * people and the simulated bank, closing; and its making and verifying. Each size is a process of its own, for its peak of memory.
 *
 * 10,000 and 30,000 people; with --long 30,000, 300,000 and 1,000,000; BENCH_PEOPLE=3000000 names a size. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counterparty/counterparty.h"
#include "os/os.h"
#include "service/service.h"
#include "support/figures.h"

#define MONTH "2026-11"
#define PASSWORD "bench of a month 1357!"

typedef struct {
    service *office;
    const char *once;      /* of the user whose password is being set */
    double month_s, own_s; /* from open to closed: by the clock, and of the processors' time */
} month;

typedef struct {
    double s, own_s;
} lapse;

static void must(err e)
{
    if (!e.kind) return;
    arena *a = arena_open();
    fprintf(stderr, "bench_month: %s\n", err_sentence(a, e, false).bytes);
    exit(1);
}

static err tell_secret(void *context, arena *a, const char *prompt, bool is_new, text *secret)
{
    month *m = context;
    (void)prompt;
    *secret = text_copy(a, text_of(m->once && !is_new ? m->once : PASSWORD));
    return ERR_NONE;
}

static lapse now(void)
{
    return (lapse){ (double)os_monotonic_ns() / 1e9, figure_seconds() };
}

static lapse since(lapse begun)
{
    lapse until = now();
    return (lapse){ until.s - begun.s, until.own_s - begun.own_s };
}

/* "name=value" each, ended by NULL; a flag has no value. Answers the seconds. */
static lapse run(month *m, arena *a, const char *operation, const service_value **reply, const char *const *words)
{
    service_call *call = service_call_open(m->office, a, service_find(text_of(operation)), false);
    for (; *words; words++) {
        const char *is = strchr(*words, '=');
        text name = is ? (text){ *words, (size_t)(is - *words) } : text_of(*words);
        must(service_give(call, name, is ? text_of(is + 1) : TEXT("")));
    }
    lapse begun = now();
    must(service_run(call));
    lapse took = since(begun);
    if (reply) *reply = call->reply;
    return took;
}
#define RUN(operation, ...) run(m, a, operation, NULL, (const char *const[]){ __VA_ARGS__, NULL })

/* A role each, as in the demonstration. */
static const struct { const char *login, *role; } CREW[] = {
    { "rita", "rights-manager" }, { "lea", "leader" }, { "audrey", "auditor" }, { "clara", "clerk" }, { "rob", "reviewer" },
    { "hana", "head" }, { "amy", "accountant" }, { "carl", "cashier" },
};
enum { CREW_COUNT = sizeof CREW / sizeof *CREW };

static void found_crew(month *m, arena *a)
{
    const service_value *reply;
    const char *words[CREW_COUNT + 1] = { NULL };
    const service_op *op = service_find(TEXT("user.found"));
    for (size_t i = 0; i < CREW_COUNT; i++) words[i] = text_format(a, "%s=%s=%s", op->input[0].name, CREW[i].login, CREW[i].role).bytes;
    run(m, a, "user.found", &reply, words);
    for (const service_value *user = reply->first->first; user; user = user->next) {
        const char *login = text_cstr(a, service_member(user, "user")->word);
        m->once = text_cstr(a, service_member(user, "once")->word);
        RUN("user.passwd", text_format(a, "%s=%s", service_find(TEXT("user.passwd"))->input[0].name, login).bytes);
        m->once = NULL;
    }
}

static void tell(double people, const char *what, const char *unit, double value, double at_most)
{
    char name[96];
    snprintf(name, sizeof name, people >= 1e6 ? "%.0f M: %s" : "%.0f k: %s", people / (people >= 1e6 ? 1e6 : 1e3), what);
    figure_print((figure){ .name = name, .unit = unit, .value = value, .goal = -at_most });
}

/* Seconds by the clock, and beside them the processors' own, which neighbours do not change. */
static void tell_lapse(double people, const char *what, lapse took, double at_most)
{
    char unit[32];
    snprintf(unit, sizeof unit, "s, own %.3g", took.own_s);
    tell(people, what, unit, took.s, at_most);
}

/* A step of the month: its seconds count for the whole. */
static void step(month *m, double people, const char *what, lapse took)
{
    m->month_s += took.s;
    m->own_s += took.own_s;
    tell_lapse(people, what, took, 0);
}

static lapse pay(month *m, arena *a, const char *folder)
{
    text_builder said = text_builder_open(a);
    lapse begun = now();
    const char *order = text_format(a, "out=%s/inbox/P1-1.csv", folder).bytes;
    RUN("payrun.draft", "month=" MONTH, "kind=pension", "payer=6200001", "as=clara");
    RUN("payrun.check", "run=1", "as=rob");
    RUN("payrun.sign-section", "run=1", "as=hana");
    RUN("payrun.sign-leader", "run=1", "as=lea");
    RUN("payrun.authorise", "run=1", "day=" MONTH "-15", "as=amy");
    RUN("payrun.send", "run=1", order, "day=" MONTH "-15", "as=carl");
    const char *bank[] = { "run", "--books", text_format(a, "%s/bank", folder).bytes, "--inbox", text_format(a, "%s/inbox", folder).bytes,
                           "--outbox", text_format(a, "%s/outbox", folder).bytes, "--account", "6200001", "--opening", "90000000000",
                           "--day", MONTH "-15", "--reject", "5" };
    must(counterparty_do(a, (counterparty_settings){ .today_day = 46341 }, sizeof bank / sizeof *bank, bank, &said));
    RUN("payrun.book", "run=1", text_format(a, "answer=%s/outbox/HP-P1-1.csv", folder).bytes, "day=" MONTH "-16", "as=amy");
    return since(begun);
}

static double bench_size(int64_t people)
{
    arena *a = arena_open();
    const char *folder;
    double count = (double)people;
    must(os_temp_folder(a, &folder));
    must(os_make_folder(a, text_format(a, "%s/inbox", folder).bytes));
    must(os_make_folder(a, text_format(a, "%s/outbox", folder).bytes));
    month whole = { 0 }, *m = &whole;
    service_settings settings = { .packs = "packs", .today_day = 46341, .thread_count = (uint32_t)os_core_count(),
                                  .county = text_format(a, "%s/county.db", folder).bytes, .ask_secret = tell_secret,
                                  .secret_context = m };
    m->office = service_open(a, &settings);
    tell_lapse(count, "the county made", RUN("county.new", text_format(a, "people=%lld", (long long)people).bytes, "month=" MONTH), 0);
    found_crew(m, a);
    step(m, count, "month opened", RUN("month.open", "month=" MONTH, "as=clara"));
    step(m, count, "bills", RUN("month.bill", "month=" MONTH, "as=clara"));
    step(m, count, "receipts", RUN("month.receive", "month=" MONTH, "simulate=20", "as=carl"));
    step(m, count, "awards", RUN("month.determine", "month=" MONTH, "as=clara"));
    step(m, count, "pensions through a run and the bank", pay(m, a, folder));
    step(m, count, "month closed", RUN("month.close", "month=" MONTH, "as=amy"));
    /* A million in a minute, within 2 GiB. */
    tell_lapse(count, "the whole month", (lapse){ m->month_s, m->own_s }, count >= 1e5 ? count * 60 / 1e6 : 0);
    tell_lapse(count, "verified", RUN("county.verify", NULL), 0);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    tell(count, "peak memory", "MB", (double)usage.ru_maxrss / 1e3, 2147);
    double month_s = m->month_s;
    service_close(m->office);
    must(os_remove_tree(a, folder));
    arena_close(a);
    return month_s;
}

int main(int argc, char **argv)
{
    static const int64_t SHORT[] = { 10000, 30000 }, LONG[] = { 30000, 300000, 1000000 };
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    const char *named = getenv("BENCH_PEOPLE");
    int64_t one = named ? strtoll(named, NULL, 10) : 0;
    const int64_t *sizes = one ? &one : is_long ? LONG : SHORT;
    size_t count = one ? 1 : is_long ? 3 : 2;
    double *took = mmap(NULL, sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), before = 0;
    assert(took != MAP_FAILED);
    for (size_t i = 0; i < count; i++) {
        int status;
        fflush(stdout);
        pid_t child = fork();
        assert(child >= 0);
        if (child == 0) {
            *took = bench_size(sizes[i]);
            fflush(stdout);
            _exit(0);
        }
        if (waitpid(child, &status, 0) != child || status != 0) return 1;
        if (i > 0) {
            char name[96];
            snprintf(name, sizeof name, "growth of the month from %lld to %lld, exponent", (long long)sizes[i - 1], (long long)sizes[i]);
            figure_print((figure){ .name = name, .unit = "",
                                    .value = log(*took / before) / log((double)sizes[i] / (double)sizes[i - 1]) });
        }
        before = *took;
    }
    return 0;
}
