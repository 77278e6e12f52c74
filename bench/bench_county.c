/* bench_county - a sample county made by `county new`, on SQLite, and its people written and read
 * as a list. 100,000 people; 1,000,000 with --long. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "os/os.h"
#include "service/service.h"
#include "support/figures.h"

static void must(err e)
{
    if (e.kind) printf("%s %s\n", e.kind->code, e.detail ? e.detail : "");
    assert(!e.kind);
}

typedef struct {
    const char *name, *value;
} argument;

static double run(service *office, arena *request, const char *operation, const argument *given, size_t count)
{
    service_call *call = service_call_open(office, request, service_find(text_of(operation)), false);
    for (size_t i = 0; i < count; i++) must(service_give(call, text_of(given[i].name), text_of(given[i].value)));
    double begun = figure_seconds();
    must(service_run(call));
    return figure_seconds() - begun;
}

int main(int argc, char **argv)
{
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    const char *people = is_long ? "1000000" : "100000";
    double count = is_long ? 1e6 : 1e5;
    arena *memory = arena_open();
    const char *folder;
    must(os_temp_folder(memory, &folder));
    service_settings settings = { .packs = "packs", .today_day = 46293,
                                  .county = text_format(memory, "%s/county.db", folder).bytes };
    service *office = service_open(memory, &settings);
    const char *list = text_format(memory, "%s/list.csv", folder).bytes;
    const argument make[] = { { "people", people }, { "month", "2026-10" } };
    const argument write[] = { { "what", "enrolments" }, { "out", list } };
    const argument read[] = { { "file", list }, { "what", "enrolments" } };
    double seconds = run(office, memory, "county.new", make, 2);
    figure_print((figure){ "a sample county made, k people/s", "k/s", count / seconds / 1e3, 0, 1000.0 / 60, 0 });
    seconds = run(office, memory, "county.export", write, 2);
    figure_print((figure){ "enrolments exported, k people/s", "k/s", count / seconds / 1e3, 0, 0, 0 });
    seconds = run(office, memory, "county.import", read, 2);
    figure_print((figure){ "the same imported without change, k people/s", "k/s", count / seconds / 1e3, 0, 0, 0 });
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    figure_print((figure){ "peak memory, MB, fewer is better", "MB", (double)usage.ru_maxrss / 1e3, 0, 0, 0 });
    service_close(office);
    must(os_remove_tree(memory, folder));
    arena_close(memory);
    return 0;
}
