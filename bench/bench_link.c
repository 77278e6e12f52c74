/* bench_link - F1, precision, recall, false links, misses by error, seconds of a core and bytes a record of room linkage,
 * against their goals: on two noises of invented Chinese rolls, on invented persons in letters, and on the two sets given
 * for development, where they are (DOUDI_LINKAGE_DATA). Seconds are from the text of the files to the settled pairs. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "codec/codec.h"
#include "linkage/linkage.h"
#include "os/os.h"
#include "sample/sample.h"
#include "support/figures.h"

typedef struct {
    linkage_set *set;
    linkage_run *run;
    linkage_answer answer;
    double seconds; /* of this process's own time */
} done;
typedef struct {
    double f1, seconds; /* goals; 0: none */
} goals;

static void add_file(linkage_set *set, const linkage_spec *spec, text csv, arena *a)
{
    codec_csv_reader *r = codec_csv_open_text(a, csv, (codec_csv_options){ 0 });
    arena *row_memory = arena_open();
    codec_csv_row row;
    bool has_row;
    size_t input_of[64], id = 0, count = 0;
    for (bool is_header = true; !codec_csv_next(r, &row, &has_row).kind && has_row; is_header = false) {
        text values[LINKAGE_INPUTS_MAX] = { { 0 } };
        if (is_header) {
            count = row.count;
            for (size_t c = 0; c < count; c++) {
                input_of[c] = linkage_input_named(spec, row.field[c]);
                if (linkage_id_rank(spec, row.field[c]) >= 0) id = c;
            }
            continue;
        }
        for (size_t c = 0; c < count; c++)
            if (input_of[c] != SIZE_MAX) values[input_of[c]] = row.field[c];
        err e = linkage_set_add(set, row_memory, row.field[id], values);
        assert(!e.kind);
        arena_reset(row_memory);
    }
    arena_close(row_memory);
}

static done link_files(const char *spec_name, text first, text second, arena *a)
{
    const linkage_spec *spec;
    err e = linkage_spec_read(a, spec_name, linkage_spec_ready(text_of(spec_name)), &spec);
    assert(!e.kind);
    done d = { .seconds = figure_seconds() };
    d.set = linkage_set_open(spec);
    add_file(d.set, spec, first, a);
    if (second.bytes) {
        linkage_set_second(d.set);
        add_file(d.set, spec, second, a);
    }
    e = linkage_set_ready(d.set, NULL, a);
    assert(!e.kind);
    e = linkage_run_open(d.set, (linkage_options){ 0 }, a, &d.run, &d.answer);
    assert(!e.kind);
    d.seconds = figure_seconds() - d.seconds;
    return d;
}

static void print(const char *name, const done *d, size_t found, size_t true_count, goals goal)
{
    size_t links = 0, rows = linkage_set_count(d->set, 0) + linkage_set_count(d->set, 1);
    for (size_t i = 0; i < d->answer.pair_count; i++) links += linkage_is_link(&d->answer.pairs[i]);
    char line[128];
    double f1 = 2.0 * (double)found / (double)(links + true_count);
    printf("%s: %zu rows, %zu links, %zu false, %zu missed, F1 %.6f\n", name, rows, links, links - found, true_count - found, f1);
    struct {
        const char *what, *unit;
        double value, goal;
    } figures[] = {
        { "F1 short of 1", "millionths", 1e6 * (1 - f1), goal.f1 > 0 ? -1e6 * (1 - goal.f1) - 0.5 : 0 },
        { "precision short of 1", "millionths", 1e6 - 1e6 * (double)found / (double)(links ? links : 1), 0 },
        { "recall short of 1", "millionths", 1e6 - 1e6 * (double)found / (double)true_count, 0 },
        { "false links", "a million rows", 1e6 * (double)(links - found) / (double)rows, goal.f1 > 0.99 ? -300 : 0 },
        { "time of a core", "s", d->seconds, -goal.seconds },
        { "kept", "bytes a record", (double)linkage_set_bytes(d->set) / (double)rows, -150 },
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        snprintf(line, sizeof line, "%s, %s", name, figures[i].what);
        figure_print((figure){ .name = line, .unit = figures[i].unit, .value = figures[i].value, .goal = figures[i].goal });
    }
}

/* How likely pairs were said to be, and how many of them are. */
static void print_reliability(const done *d, const hash_map *truth, uint64_t rows)
{
    static const double FROM[] = { 0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.1 };
    for (size_t i = 0; i + 1 < sizeof FROM / sizeof *FROM; i++) {
        double said = 0;
        size_t count = 0, are = 0;
        for (size_t k = 0; k < d->answer.pair_count; k++) {
            const linkage_pair *p = &d->answer.pairs[k];
            double probability = linkage_probability((double)p->odds);
            if (probability < FROM[i] || probability >= FROM[i + 1]) continue;
            uint64_t key = p->a * rows + p->b;
            said += probability;
            count++;
            are += hash_map_get(truth, (text){ (const char *)&key, sizeof key }) != SIZE_MAX;
        }
        if (count) printf("    said %.3f and more  %8zu pairs, said %.5f, are %.5f\n", FROM[i], count, said / (double)count, (double)are / (double)count);
    }
}

static int by_time(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return p < q ? -1 : p > q;
}

/* Rows of the second roll, each looked for by itself in the first: how long, and whether it is found as the run has it. */
static void bench_one(const char *name, const done *d, text second, const uint32_t *link_of, arena *a)
{
    enum { LOOKED_FOR = 50000 };
    int64_t *times = ARENA_ARRAY(a, int64_t, LOOKED_FOR);
    uint32_t first = (uint32_t)linkage_set_count(d->set, 0);
    size_t count = 0, same = 0;
    linkage_finder *finder = linkage_finder_open(d->set, d->run);
    codec_csv_reader *r = codec_csv_open_text(a, second, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    err e = codec_csv_next(r, &row, &has_row);
    assert(!e.kind);
    while (count < LOOKED_FOR && !codec_csv_next(r, &row, &has_row).kind && has_row) {
        linkage_pair pairs[LINKAGE_FOUND_MAX];
        int64_t began = os_monotonic_ns();
        size_t found = linkage_find(finder, row.field + 1, pairs);
        times[count++] = os_monotonic_ns() - began;
        uint32_t b = linkage_set_find(d->set, 1, row.field[0]);
        same += link_of[b - first] == (found && pairs[0].odds > 0 ? pairs[0].a + 1 : 0);
    }
    linkage_finder_close(finder);
    qsort(times, count, sizeof *times, by_time);
    char line[128];
    snprintf(line, sizeof line, "%s, one record, half within", name);
    figure_print((figure){ .name = line, .unit = "us", .value = (double)times[count / 2] / 1000 });
    snprintf(line, sizeof line, "%s, one record, 99 in 100 within", name);
    figure_print((figure){ .name = line, .unit = "us", .value = (double)times[count * 99 / 100] / 1000, .goal = -20 });
    printf("    %zu of %zu found as the run has them\n", same, count);
}

static void bench_rolls(int64_t people, int32_t noise, int32_t numberless, int32_t forms, goals goal)
{
    arena *a = arena_open();
    sample_rolls rolls;
    sample_rolls_make(a, &(sample_rolls_options){ people, 20261129, noise, numberless, forms }, &rolls);
    done d = link_files("cn-person", rolls.a, rolls.b, a);
    size_t found = 0, met[SAMPLE_ROLL_ERROR_COUNT] = { 0 }, missed[SAMPLE_ROLL_ERROR_COUNT] = { 0 };
    uint64_t rows = linkage_set_count(d.set, 0) + linkage_set_count(d.set, 1);
    hash_map *links = hash_map_open(a), *truth = hash_map_open(a);
    uint32_t *link_of = ARENA_ARRAY(a, uint32_t, linkage_set_count(d.set, 1) + 1);
    for (size_t i = 0; i < d.answer.pair_count; i++) {
        const linkage_pair *p = &d.answer.pairs[i];
        if (linkage_is_link(p)) link_of[p->b - linkage_set_count(d.set, 0)] = p->a + 1;
        uint64_t *key = ARENA_NEW(a, uint64_t);
        *key = p->a * rows + p->b;
        if (linkage_is_link(p)) hash_map_put(links, (text){ (const char *)key, sizeof *key }, 1);
    }
    for (size_t i = 0; i < rolls.pair_count; i++) {
        char id_a[24], id_b[24];
        snprintf(id_a, sizeof id_a, "a%013lld", (long long)rolls.pairs[i].id_a);
        snprintf(id_b, sizeof id_b, "b%014lld", (long long)rolls.pairs[i].id_b);
        uint64_t *key = ARENA_NEW(a, uint64_t);
        *key = linkage_set_find(d.set, 0, text_of(id_a)) * rows + linkage_set_find(d.set, 1, text_of(id_b));
        bool is_found = hash_map_get(links, (text){ (const char *)key, sizeof *key }) != SIZE_MAX;
        hash_map_put(truth, (text){ (const char *)key, sizeof *key }, 1);
        found += is_found;
        for (int e = 0; e < SAMPLE_ROLL_ERROR_COUNT; e++) {
            met[e] += rolls.pairs[i].errors >> e & 1;
            missed[e] += !is_found && rolls.pairs[i].errors >> e & 1;
        }
    }
    char name[64];
    snprintf(name, sizeof name, "rolls, noise %d%%, no number %d%%%s", (int)noise, (int)numberless, forms ? ", other forms" : "");
    print(name, &d, found, rolls.pair_count, goal);
    for (int e = 0; e < SAMPLE_ROLL_ERROR_COUNT; e++)
        if (met[e])
            printf("    %-18s %7zu pairs, %5zu missed, recall %.5f\n", sample_roll_error_name((sample_roll_error)e), met[e], missed[e],
                   1 - (double)missed[e] / (double)met[e]);
    print_reliability(&d, truth, rows);
    bench_one(name, &d, rolls.b, link_of, a);
    linkage_run_close(d.run);
    linkage_set_close(d.set);
    arena_close(a);
}

/* The truth of a given set: rows of one cluster_id. */
static void clusters_of(arena *a, text csv, hash_map *cluster_of, hash_map *numbers)
{
    codec_csv_reader *r = codec_csv_open_text(a, csv, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    size_t at = 0;
    for (bool is_header = true; !codec_csv_next(r, &row, &has_row).kind && has_row; is_header = false) {
        for (size_t c = 0; is_header && c < row.count; c++)
            if (text_equal_cstr(row.field[c], "cluster_id")) at = c;
        if (is_header) continue;
        size_t number = hash_map_get(numbers, row.field[at]);
        if (number == SIZE_MAX) hash_map_put(numbers, text_copy(a, row.field[at]), number = hash_map_count(numbers));
        hash_map_put(cluster_of, text_copy(a, row.field[0]), number);
    }
}

/* `file[1]` bytes NULL: duplicates within one. */
static void bench_clusters(arena *a, const char *name, const text file[2], goals goal)
{
    hash_map *numbers = hash_map_open(a), *cluster_of[2] = { hash_map_open(a), hash_map_open(a) };
    const char *second = file[1].bytes;
    for (int i = 0; i < 1 + (second != NULL); i++) clusters_of(a, file[i], cluster_of[i], numbers);
    done d = link_files("latin-person", file[0], file[1], a);
    hash_map *second_of = cluster_of[second != NULL];
    size_t found = 0, true_count = 0, *size[2];
    for (int i = 0; i < 2; i++) size[i] = ARENA_ARRAY(a, size_t, hash_map_count(numbers) + 1);
    for (uint32_t i = 0; i < linkage_set_count(d.set, 0); i++) size[0][hash_map_get(cluster_of[0], linkage_set_id(d.set, i))]++;
    for (uint32_t i = 0; i < linkage_set_count(d.set, 1); i++)
        size[1][hash_map_get(cluster_of[1], linkage_set_id(d.set, (uint32_t)linkage_set_count(d.set, 0) + i))]++;
    for (size_t c = 0; c < hash_map_count(numbers); c++)
        true_count += second ? size[0][c] * size[1][c] : size[0][c] * (size[0][c] - 1) / 2;
    for (size_t i = 0; i < d.answer.pair_count; i++) {
        const linkage_pair *p = &d.answer.pairs[i];
        bool is_true = hash_map_get(cluster_of[0], linkage_set_id(d.set, p->a)) == hash_map_get(second_of, linkage_set_id(d.set, p->b));
        found += is_true && linkage_is_link(p);
    }
    print(name, &d, found, true_count, goal);
    linkage_run_close(d.run);
    linkage_set_close(d.set);
}

static void bench_given(const char *first, const char *second, goals goal)
{
    arena *a = arena_open();
    const char *folder = getenv("DOUDI_LINKAGE_DATA");
    text file[2] = { TEXT_NONE, TEXT_NONE };
    err e = ERR_NONE;
    for (int i = 0; i < 1 + (second != NULL) && !e.kind; i++)
        e = os_read_file(a, text_format(a, "%s/%s", folder ? folder : "data/linkage", i ? second : first).bytes, 1 << 28, &file[i]);
    if (e.kind) printf("SKIPPED %s: it is not there; set DOUDI_LINKAGE_DATA to its folder\n", first);
    else bench_clusters(a, first, file, goal);
    arena_close(a);
}

static void bench_persons(const char *name, int64_t rows, bool is_historical, goals goal)
{
    arena *a = arena_open();
    sample_persons persons;
    sample_persons_make(a, &(sample_persons_options){ rows, 20261129, is_historical }, &persons);
    const text file[2] = { persons.csv, TEXT_NONE };
    bench_clusters(a, name, file, goal);
    arena_close(a);
}

/* The goals of time are of two cores: here of both together. */
int main(int argument_count, char **arguments)
{
    bool is_long = argument_count > 1 && strcmp(arguments[1], "--long") == 0;
    int64_t people = is_long ? 1100000 : 20000;
    bench_rolls(people, 100, 10, 0, (goals){ 0.9992, is_long ? 3 : 0 });
    bench_rolls(people, 200, 33, 0, (goals){ 0.994, 0 });
    bench_rolls(is_long ? 200000 : people, 200, 33, 100, (goals){ 0.994, 0 });
    bench_persons("historical persons", is_long ? 50000 : 5000, true, (goals){ 0.92, is_long ? 1.2 : 0 });
    bench_persons("register", 10000, false, (goals){ 0.96, 0 });
    bench_given("febrl_dsgen_D_org.csv", "febrl_dsgen_D_dup.csv", (goals){ 1, 0.1 });
    bench_given("fake_1000.csv", NULL, (goals){ 0, 0 });
    printf("peak memory %zu MB\n", os_peak_memory_bytes() >> 20);
    return 0;
}
