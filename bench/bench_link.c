/* bench_link - F1, precision, recall, false links, misses by error, seconds and bytes a record of room linkage: on two
 * noises of invented Chinese rolls, and on the two sets given for development, where they are (DOUDI_LINKAGE_DATA). */
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

typedef struct {
    linkage_set *set;
    linkage_run *run;
    linkage_answer answer;
    int64_t ns;
} done;

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
    done d = { .ns = os_monotonic_ns() };
    d.set = linkage_set_open(spec);
    add_file(d.set, spec, first, a);
    if (second.bytes) {
        linkage_set_second(d.set);
        add_file(d.set, spec, second, a);
    }
    e = linkage_set_ready(d.set, a);
    assert(!e.kind);
    e = linkage_run_open(d.set, (linkage_options){ 0 }, a, &d.run, &d.answer);
    assert(!e.kind);
    d.ns = os_monotonic_ns() - d.ns;
    return d;
}

static void print(const char *name, const done *d, size_t found, size_t true_count)
{
    size_t links = 0, rows = linkage_set_count(d->set, 0) + linkage_set_count(d->set, 1);
    for (size_t i = 0; i < d->answer.pair_count; i++) links += linkage_is_link(&d->answer.pairs[i]);
    long long f1 = 2000000LL * (long long)found / (long long)(links + true_count);
    long long precision = 1000000LL * (long long)found / (long long)(links ? links : 1);
    long long recall = 1000000LL * (long long)found / (long long)true_count;
    printf("%-28s %7zu rows  F1 %lld.%06lld  precision %lld.%06lld  recall %lld.%06lld  false %zu (%zu a million rows)  %lld ms  %zu bytes a record kept\n",
           name, rows, f1 / 1000000, f1 % 1000000, precision / 1000000, precision % 1000000, recall / 1000000, recall % 1000000,
           links - found, (links - found) * 1000000 / rows, (long long)(d->ns / 1000000), linkage_set_bytes(d->set) / rows);
}

static void bench_rolls(int64_t people, int32_t noise, int32_t numberless)
{
    arena *a = arena_open();
    sample_rolls rolls;
    sample_rolls_make(a, &(sample_rolls_options){ people, 20261129, noise, numberless }, &rolls);
    done d = link_files("cn-person", rolls.a, rolls.b, a);
    size_t found = 0, met[SAMPLE_ROLL_ERROR_COUNT] = { 0 }, missed[SAMPLE_ROLL_ERROR_COUNT] = { 0 };
    uint64_t rows = linkage_set_count(d.set, 0) + linkage_set_count(d.set, 1);
    hash_map *links = hash_map_open(a);
    for (size_t i = 0; i < d.answer.pair_count; i++) {
        const linkage_pair *p = &d.answer.pairs[i];
        uint64_t *key = ARENA_NEW(a, uint64_t);
        *key = p->a * rows + p->b;
        if (linkage_is_link(p)) hash_map_put(links, (text){ (const char *)key, sizeof *key }, 1);
    }
    for (size_t i = 0; i < rolls.pair_count; i++) {
        char id_a[24], id_b[24];
        snprintf(id_a, sizeof id_a, "a%013lld", (long long)rolls.pairs[i].id_a);
        snprintf(id_b, sizeof id_b, "b%014lld", (long long)rolls.pairs[i].id_b);
        uint64_t key = linkage_set_find(d.set, 0, text_of(id_a)) * rows + linkage_set_find(d.set, 1, text_of(id_b));
        bool is_found = hash_map_get(links, (text){ (const char *)&key, sizeof key }) != SIZE_MAX;
        found += is_found;
        for (int e = 0; e < SAMPLE_ROLL_ERROR_COUNT; e++) {
            met[e] += rolls.pairs[i].errors >> e & 1;
            missed[e] += !is_found && rolls.pairs[i].errors >> e & 1;
        }
    }
    char name[64];
    snprintf(name, sizeof name, "rolls, noise %d%%, no number %d%%", (int)noise, (int)numberless);
    print(name, &d, found, rolls.pair_count);
    for (int e = 0; e < SAMPLE_ROLL_ERROR_COUNT; e++)
        printf("    %-18s %7zu pairs, %5zu missed\n", sample_roll_error_name((sample_roll_error)e), met[e], missed[e]);
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

static void bench_given(const char *folder, const char *first, const char *second)
{
    arena *a = arena_open();
    text file[2] = { TEXT_NONE, TEXT_NONE };
    hash_map *numbers = hash_map_open(a), *cluster_of[2] = { hash_map_open(a), hash_map_open(a) };
    for (int i = 0; i < 1 + (second != NULL); i++) {
        const char *path = text_format(a, "%s/%s", folder, i ? second : first).bytes;
        err e = os_read_file(a, path, 1 << 28, &file[i]);
        if (e.kind) {
            printf("SKIPPED %s: it is not there; set DOUDI_LINKAGE_DATA to its folder\n", path);
            arena_close(a);
            return;
        }
        clusters_of(a, file[i], cluster_of[i], numbers);
    }
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
    print(first, &d, found, true_count);
    linkage_run_close(d.run);
    linkage_set_close(d.set);
    arena_close(a);
}

int main(int argument_count, char **arguments)
{
    bool is_long = argument_count > 1 && strcmp(arguments[1], "--long") == 0;
    const char *folder = getenv("DOUDI_LINKAGE_DATA");
    bench_rolls(is_long ? 1000000 : 20000, 100, 10);
    bench_rolls(is_long ? 1000000 : 20000, 200, 33);
    bench_given(folder ? folder : "data/linkage", "febrl_dsgen_D_org.csv", "febrl_dsgen_D_dup.csv");
    bench_given(folder ? folder : "data/linkage", "fake_1000.csv", NULL);
    printf("peak memory %zu MB\n", os_peak_memory_bytes() >> 20);
    return 0;
}
