/* bench_run - files of invented people through `run`, and single cases, against the goals.
 *
 * Packs: tests/cli/packs. `--long`: 1,000,000 people with careers of 30 years. Figures a core are
 * by this process's own time, so that neighbours on the machine do not count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/explain.h"
#include "os/os.h"
#include "policy/policy.h"
#include "service/service.h"
#include "support/figures.h"
#include "support/people.h"

#define PACKS "tests/cli/packs"

static void must(err e)
{
    if (!e.kind) return;
    arena *a = arena_open();
    fprintf(stderr, "bench_run: %s\n", err_sentence(a, e, false).bytes);
    exit(1);
}

typedef struct {
    const char *folder, *in, *out, *vars, *history, *memory;
} run_words;

static void give(service_call *call, const char *name, const char *value)
{
    if (value) must(service_give(call, text_of(name), text_of(value)));
}

/* Runs once and prints rows/s: of two cores by our own time, and by the clock. */
static void run_once(const char *what, const run_words *w, double goal, bool counts_history)
{
    arena *a = arena_open();
    service_settings settings = { .packs = PACKS, .thread_count = (uint32_t)os_core_count() };
    service *office = service_open(a, &settings);
    service_call *call = service_call_open(office, a, service_find(TEXT("run")), false);
    give(call, "in", w->in);
    give(call, "out", w->out);
    give(call, "vars", w->vars);
    give(call, "on", "2025-06-01");
    give(call, "history", w->history);
    give(call, "memory", w->memory);
    double cpu = figure_seconds();
    int64_t began = os_monotonic_ns();
    must(service_run(call));
    double wall = (double)(os_monotonic_ns() - began) * 1e-9;
    cpu = figure_seconds() - cpu;
    int64_t rows = service_member(call->reply, counts_history ? "history_rows" : "persons")->count;
    double on_two = (double)rows / (cpu / 2);
    figure_print((figure){ what, counts_history ? "M rows/s" : "M persons/s", on_two / 1e6, 0, goal, 0 });
    figure_print((figure){ "    the same by the clock", counts_history ? "M rows/s" : "M persons/s", (double)rows / wall / 1e6, 0, 0, 0 });
    service_close(office);
    arena_close(a);
}

static const char *in_folder(arena *a, const char *folder, const char *name)
{
    return text_format(a, "%s/%s", folder, name).bytes;
}

static void bench_files(arena *a, const char *folder, bool is_long)
{
    people_plan many = { .seed = 20260101, .person_count = is_long ? 1000000 : 300000 };
    people_plan careers = { .seed = 7, .person_count = is_long ? 1000000 : 50000, .years = 30 };
    const char *people = in_folder(a, folder, "people.csv");
    const char *workers = in_folder(a, folder, "workers.csv");
    const char *ordered = in_folder(a, folder, "careers.csv"), *mixed = in_folder(a, folder, "mixed.csv");
    must(people_write(a, &many, people));
    must(people_write(a, &careers, workers));
    must(people_write_careers(a, &careers, ordered));
    careers.is_shuffled = true;
    must(people_write_careers(a, &careers, mixed));
    run_words w = { .in = people, .out = in_folder(a, folder, "out.csv"), .vars = "基础养老金,账户养老金,是女职工,满月龄" };
    run_once("CSV to CSV, two cores, no histories", &w, 1.0, false);
    w.in = workers;
    w.vars = "缴费合计,总月数";
    w.history = text_format(a, "缴费年度=%s", ordered).bytes;
    run_once("careers in the people's order", &w, 3.0, true);
    w.history = text_format(a, "缴费年度=%s", mixed).bytes;
    w.memory = "64M";
    run_once("careers in another, sorted in 64M", &w, 1.0, true);
}

/* The same with the tree of reasons as text. */
static void bench_explained(arena *scratch, vm_machine *machine, const vm_program *program,
                            const column *inputs)
{
    enum { EXPLAINED = 5000 };
    vm_batch batch = { .count = 1, .inputs = inputs };
    explain_options options = { .is_chinese = true };
    size_t size_bytes = 0;
    double began = figure_seconds();
    for (int n = 0; n < EXPLAINED; n++) {
        explain_answer answer = explain_subject(scratch, machine, program, &batch, 0, 0, options);
        size_bytes += explain_text(scratch, &answer, options).size_bytes;
        arena_reset(scratch);
    }
    double cpu = figure_seconds() - began;
    figure_print((figure){ "one case after another, explained as text", "k cases/s", EXPLAINED / cpu / 1e3, 0, 50, 0 });
    if (!size_bytes) printf("\n");
}

/* One case after another by one plan: cells read, computed, printed. */
static void bench_cases(arena *a)
{
    static const char *const FILES[] = { PACKS "/pension.md", PACKS "/province.md" };
    policy_source sources[2];
    for (size_t i = 0; i < 2; i++) {
        sources[i].file = FILES[i];
        must(os_read_file(a, FILES[i], 1 << 20, &sources[i].bytes));
    }
    policy_book *book;
    must(policy_compile(a, sources, 2, &book));
    text root = TEXT("基础养老金");
    policy_request wanted = { .on_day = 45807, .region = TEXT("中国"), .roots = &root, .root_count = 1 };
    policy_planned planned;
    vm_program *program;
    must(policy_plan(a, book, &wanted, &planned));
    must(vm_seal(a, &planned.plan, &program));
    vm_machine *machine = vm_machine_open(a, program, (vm_machine_options){ 0 });
    policy_codes *codes = policy_codes_open(a, book, &planned);
    column inputs[8], output = column_open(a, 1);
    for (size_t i = 0; i < planned.plan.input_count; i++) inputs[i] = column_open(a, 1);
    column_ensure_reasons(a, &output);
    enum { CASES = 200000 };
    arena *scratch = arena_open();
    uint64_t sum = 0;
    double began = figure_seconds();
    for (int64_t n = 0; n < CASES; n++) {
        text words[2] = { text_format(scratch, "%d.%04d", (int)(n % 3), (int)(n % 10000)),
                          text_format(scratch, "%d", (int)(180 + n % 300)) };
        for (size_t i = 0; i < planned.plan.input_count; i++) {
            text word = planned.input_symbols[i]->type.base == POLICY_MONTHS ? words[1] : words[0];
            must(policy_parse_value(scratch, codes, &planned.input_symbols[i]->type, word, &inputs[i].value[0]));
        }
        vm_batch batch = { .count = 1, .inputs = inputs };
        vm_run(machine, &batch, &output);
        sum += policy_print_value(scratch, codes, &planned.output_types[0], output.value[0]).size_bytes;
        if (n % 1024 == 0) arena_reset(scratch);
    }
    double cpu = figure_seconds() - began;
    figure_print((figure){ "one case after another, plain", "k cases/s", CASES / cpu / 1e3, 0, 200, 0 });
    if (!sum) printf("\n"); /* so that nothing is left out */
    bench_explained(scratch, machine, program, inputs);
    arena_close(scratch);
}

int main(int count, char **words)
{
    bool is_long = count > 1 && strcmp(words[1], "--long") == 0;
    arena *a = arena_open();
    const char *folder;
    must(os_temp_folder(a, &folder));
    bench_files(a, folder, is_long);
    bench_cases(a);
    must(os_remove_tree(a, folder));
    figure_print((figure){ "most memory used", "MB", (double)os_peak_memory_bytes() / 1e6, 0, 0, 0 });
    arena_close(a);
    return 0;
}
