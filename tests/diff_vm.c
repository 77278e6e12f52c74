/* diff_vm - the machine of plans against the reference, on plans and batches by chance.
 *
 *   diff_vm                 10^7 pairs of program and subject, from 20,000 programs
 *   diff_vm --long          10^8
 *   diff_vm --pairs N       any other number
 *   diff_vm --seed S        other programs: S is added to each program's number
 *   diff_vm --program I     one program alone, and thoroughly
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/plan_diff.h"
#include "support/random_plan.h"

enum {
    WORKERS_MAX = 16,
    SUBJECTS = 500,         /* of an ordinary batch */
    SUBJECTS_LARGE = 2600,  /* more than a block of the machine */
    FINDINGS_MAX = 3,       /* a worker ends after so many */
    TRACED = 3,
    TOO_WIDE_PERCENT_MAX = 3,
    HANG_SECONDS = 120
};

typedef struct {
    uint64_t program; /* in work now */
    uint64_t programs, too_wide, findings;
    bool is_done;
    diff_counts counts;
} worker;

typedef struct {
    uint64_t pairs, seed, program;
    bool is_one;
    size_t worker_count;
    worker *workers; /* shared by the processes */
    worker sum;
    size_t crashed;
    double elapsed_s;
} campaign;

static campaign all = { .pairs = 10000000, .program = 0 };

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef struct {
    const vm_plan *plan;
    vm_batch batch;
    diff_options options;
} trial;

static trial trial_of(arena *memory, uint64_t program)
{
    choices c = choose_by_seed(all.seed * 1000003u + program);
    trial t = { .plan = random_plan(memory, &c) };
    size_t count = choose(&c, 40) == 0   ? SUBJECTS_LARGE
                   : choose(&c, 60) == 0 ? choose(&c, 4)
                                         : SUBJECTS - 100 + choose(&c, 200);
    t.batch = random_batch(memory, &c, t.plan, count);
    t.options = (diff_options){ .is_thorough = all.is_one || program % 50 == 0,
                                .turn = (uint32_t)(program % 1000003), .trace_count = TRACED };
    return t;
}

/* One piece of text a finding, so that workers do not write into one another's lines. */
static void report(uint64_t program, const trial *t, diff_verdict verdict)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    fprintf(out, "\n==== program %llu of seed %llu\n", (unsigned long long)program,
            (unsigned long long)all.seed);
    diff_report(out, t->plan, &t->batch, t->options, verdict);
    fclose(out);
    if (write(STDERR_FILENO, bytes, size) < 0) abort();
    free(bytes);
}

/* Ends the process when it has used so many seconds of a core; a busy machine is no hang. */
static void limit_seconds(long seconds)
{
    struct itimerval limit = { .it_value = { .tv_sec = seconds } };
    setitimer(ITIMER_PROF, &limit, NULL);
}

static void try_program(worker *w, uint64_t program)
{
    arena *memory = arena_open();
    w->program = program;
    trial t = trial_of(memory, program);
    limit_seconds(HANG_SECONDS);
    diff_verdict verdict = diff_compare(t.plan, &t.batch, t.options, &w->counts, NULL);
    limit_seconds(0);
    w->programs += verdict != DIFF_TOO_WIDE;
    w->too_wide += verdict == DIFF_TOO_WIDE;
    if (verdict != DIFF_SAME && verdict != DIFF_TOO_WIDE) {
        w->findings++;
        report(program, &t, verdict);
    }
    arena_close(memory);
}

static void work(worker *w, size_t index, uint64_t from)
{
    uint64_t share = all.pairs / all.worker_count + 1;
    for (uint64_t program = from; w->counts.pairs < share && w->findings < FINDINGS_MAX;
         program += all.worker_count)
        try_program(w, program);
    (void)index;
    w->is_done = true;
}

static pid_t start_worker(size_t index, uint64_t from)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        work(&all.workers[index], index, from);
        _exit(0);
    }
    return child;
}

/* A worker that died did so in the machine: the program is reported, and the work goes on behind it. */
static pid_t replace_worker(size_t index)
{
    worker *w = &all.workers[index];
    arena *memory = arena_open();
    trial t = trial_of(memory, w->program);
    report(w->program, &t, DIFF_CRASH);
    arena_close(memory);
    all.crashed++;
    w->findings++;
    return w->findings < FINDINGS_MAX ? start_worker(index, w->program + all.worker_count) : 0;
}

static void attend(pid_t *children)
{
    pid_t ended;
    while ((ended = waitpid(-1, NULL, 0)) > 0)
        for (size_t i = 0; i < all.worker_count; i++) {
            if (children[i] != ended) continue;
            children[i] = all.workers[i].is_done ? 0 : replace_worker(i);
            break;
        }
}

static int run_campaign(void **state)
{
    (void)state;
    double started = seconds_now();
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    all.worker_count = cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : (size_t)cores;
    all.workers = mmap(NULL, WORKERS_MAX * sizeof(worker), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (all.workers == MAP_FAILED) return 1;
    pid_t children[WORKERS_MAX];
    for (size_t i = 0; i < all.worker_count; i++) children[i] = start_worker(i, i);
    attend(children);
    for (size_t i = 0; i < all.worker_count; i++) {
        diff_counts_add(&all.sum.counts, &all.workers[i].counts);
        all.sum.programs += all.workers[i].programs;
        all.sum.too_wide += all.workers[i].too_wide;
        all.sum.findings += all.workers[i].findings;
    }
    all.elapsed_s = seconds_now() - started;
    return 0;
}

static void the_machine_equals_the_reference_in_every_lane(void **state)
{
    (void)state;
    const diff_counts *c = &all.sum.counts;
    printf("%llu pairs of program and subject, %llu rows of records, %llu programs, %.1f s\n",
           (unsigned long long)c->pairs, (unsigned long long)c->rows,
           (unsigned long long)all.sum.programs, all.elapsed_s);
    printf("%llu lanes of outputs and %llu of traces compared; machine %.1f s, reference %.1f s of a core\n",
           (unsigned long long)c->lanes, (unsigned long long)c->traced, c->machine_s, c->reference_s);
    printf("%llu differences, %zu of them crashes\n", (unsigned long long)all.sum.findings, all.crashed);
    assert_int_equal(all.sum.findings, 0);
}

static void the_campaign_is_as_large_as_it_says(void **state)
{
    (void)state;
    assert_true(all.sum.counts.pairs >= all.pairs);
    if (all.pairs >= 10000000) assert_true(all.sum.programs >= 10000);
}

static void few_programs_are_too_wide(void **state)
{
    (void)state;
    uint64_t tried = all.sum.programs + all.sum.too_wide;
    printf("%llu of %llu programs refused as too wide\n", (unsigned long long)all.sum.too_wide,
           (unsigned long long)tried);
    assert_true(all.sum.too_wide * 100 <= tried * TOO_WIDE_PERCENT_MAX);
}

static void every_operator_kind_rounding_and_reason_is_reached(void **state)
{
    (void)state;
    size_t holes = diff_print_coverage(stdout, &all.sum.counts.coverage);
    if (all.pairs >= 1000000) assert_int_equal(holes, 0);
}

static int run_one(void)
{
    arena *memory = arena_open();
    trial t = trial_of(memory, all.program);
    diff_counts counts = { 0 };
    diff_verdict verdict = diff_compare(t.plan, &t.batch, t.options, &counts, stdout);
    if (verdict != DIFF_SAME && verdict != DIFF_TOO_WIDE) report(all.program, &t, verdict);
    printf("program %llu: %s\n", (unsigned long long)all.program,
           verdict == DIFF_SAME ? "same" : verdict == DIFF_TOO_WIDE ? "too wide" : "different");
    arena_close(memory);
    return verdict != DIFF_SAME && verdict != DIFF_TOO_WIDE;
}

static uint64_t number_of(int count, char **words, int *at)
{
    if (*at + 1 >= count) {
        fprintf(stderr, "diff_vm: %s wants a number\n", words[*at]);
        exit(2);
    }
    return strtoull(words[++*at], NULL, 10);
}

int main(int count, char **words)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--long") == 0) all.pairs = 100000000;
        else if (strcmp(words[i], "--pairs") == 0) all.pairs = number_of(count, words, &i);
        else if (strcmp(words[i], "--seed") == 0) all.seed = number_of(count, words, &i);
        else if (strcmp(words[i], "--program") == 0) all.program = number_of(count, words, &i), all.is_one = true;
        else {
            fprintf(stderr, "diff_vm: [--long] [--pairs N] [--seed S] [--program I]\n");
            return 2;
        }
    }
    if (all.is_one) return run_one();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_machine_equals_the_reference_in_every_lane),
        cmocka_unit_test(the_campaign_is_as_large_as_it_says),
        cmocka_unit_test(few_programs_are_too_wide),
        cmocka_unit_test(every_operator_kind_rounding_and_reason_is_reached),
    };
    return cmocka_run_group_tests(tests, run_campaign, NULL);
}
