/* bench_month - a county's whole month through the operations, by the clock: bills, receipts, awards, a run of pensions through six
 * people and the simulated bank, closing; and its making and verifying. Each size is a process of its own, for its peak of memory.
 * Beside the seconds stands the process's own time, which neighbours on the machine change little.
 *
 * 10,000 and 30,000 people; with --long 30,000, 300,000 and 1,000,000; BENCH_PEOPLE=3000000 names a size. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counterparty/counterparty.h"
#include "os/os.h"
#include "support/figures.h"
#include "support/office.h"

#define MONTH "2026-11"
enum { TODAY = 46341 };
#define RUN(operation, ...) OFFICE_RUN(o, a, operation, __VA_ARGS__)

static lapse pay(office *o, arena *a, const char *folder)
{
    text_builder said = text_builder_open(a);
    lapse begun = lapse_now();
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
    office_must(counterparty_do(a, (counterparty_settings){ .today_day = TODAY }, sizeof bank / sizeof *bank, bank, &said));
    RUN("payrun.book", "run=1", text_format(a, "answer=%s/outbox/HP-P1-1.csv", folder).bytes, "day=" MONTH "-16", "as=amy");
    return lapse_since(begun);
}

static double bench_size(int64_t people)
{
    arena *a = arena_open();
    const char *folder;
    office_must(os_temp_folder(a, &folder));
    office_must(os_make_folder(a, text_format(a, "%s/inbox", folder).bytes));
    office_must(os_make_folder(a, text_format(a, "%s/outbox", folder).bytes));
    office *o = office_open(a, text_format(a, "%s/county.db", folder).bytes, folder, TODAY);
    o->people = (double)people;
    office_tell_lapse(o, "the county made", RUN("county.new", text_format(a, "people=%lld", (long long)people).bytes, "month=" MONTH), 0);
    office_found_crew(o, a);
    office_step(o, "month opened", RUN("month.open", "month=" MONTH, "as=clara"));
    office_step(o, "bills", RUN("month.bill", "month=" MONTH, "as=clara"));
    office_step(o, "receipts", RUN("month.receive", "month=" MONTH, "simulate=20", "as=carl"));
    office_step(o, "awards", RUN("month.determine", "month=" MONTH, "as=clara"));
    office_step(o, "pensions through a run and the bank", pay(o, a, folder));
    office_step(o, "month closed", RUN("month.close", "month=" MONTH, "as=amy"));
    /* A million in a minute, within 2 GiB; the ten logins alone take some seconds. */
    office_tell_lapse(o, "the whole month", o->whole, people >= 100000 ? o->people * 60 / 1e6 : 0);
    office_tell_lapse(o, "verified", OFFICE_RUN(o, a, "county.verify", NULL), 0);
    office_tell_memory(o);
    double month_s = o->whole.s;
    service_close(o->service);
    office_must(os_remove_tree(a, folder));
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
