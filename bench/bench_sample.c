/* bench_sample - an invented county: people a second with all their rows, and its files. The
 * reference is writing as many bytes of rows without deciding anything. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sample/sample.h"
#include "support/figures.h"

static size_t bytes_of(const sample_block *b)
{
    return b->person_count * sizeof *b->persons + b->household_count * sizeof *b->households +
           b->enrolment_count * sizeof *b->enrolments + b->spell_count * sizeof *b->spells +
           b->benefit_count * sizeof *b->benefits + b->account_count * sizeof *b->accounts;
}

typedef struct {
    int64_t people, rows, bytes;
} counts;

static counts make_all(arena *a, const sample_county *county)
{
    counts made = { 0 };
    sample_maker *maker = sample_maker_open(a, county);
    for (int64_t i = 0; i < sample_block_count(county); i++) {
        const sample_block *b = sample_make(maker, i);
        made.people += (int64_t)b->person_count;
        made.rows +=
            (int64_t)(b->person_count + b->household_count + b->enrolment_count + b->spell_count +
                      b->benefit_count + b->account_count + b->truth_count);
        made.bytes += (int64_t)bytes_of(b);
    }
    return made;
}

/* As many bytes, a block's worth at a time, from one place to another. */
static void copy_all(arena *a, int64_t blocks, size_t block_bytes)
{
    char *from = arena_alloc(a, block_bytes), *into = arena_alloc(a, block_bytes);
    for (int64_t i = 0; i < blocks; i++) {
        from[i % 64] = (char)i;
        memcpy(into, from, block_bytes);
        assert(into[i % 64] == (char)i);
    }
}

static err count_bytes(void *context, sample_file file, text bytes)
{
    (void)file;
    *(int64_t *)context += (int64_t)bytes.size_bytes;
    return ERR_NONE;
}

static sample_county *open_county(arena *a, int64_t size)
{
    sample_county *county;
    sample_options options = { .seed = 20260601, .size = size, .as_of_month = 1517 };
    err wrong = sample_open(a, &options, &county);
    assert(!wrong.kind);
    return county;
}

int main(int count, char **words)
{
    bool is_long = count > 1 && strcmp(words[1], "--long") == 0;
    arena *a = arena_open();
    int64_t size = is_long ? 10000000 : 300000;
    double began = figure_seconds();
    sample_county *county = open_county(a, size);
    double opened = figure_seconds();
    counts made = make_all(a, county);
    double ended = figure_seconds();
    copy_all(a, sample_block_count(county), (size_t)(made.bytes / sample_block_count(county)));
    double copied = figure_seconds();
    double people = (double)made.people / 1e6;
    figure_print((figure){ "a county with all its rows", "M people/s", people / (ended - began),
                           people / (copied - ended), 1, 0 });
    figure_print(
        (figure){ "rows of it", "M rows/s", (double)made.rows / 1e6 / (ended - opened), 0, 0, 0 });
    int64_t bytes = 0;
    double file_size = is_long ? 1000000 : 100000;
    county = open_county(a, (int64_t)file_size);
    began = figure_seconds();
    err wrong = sample_write(county, (sample_sink){ count_bytes, &bytes });
    assert(!wrong.kind);
    ended = figure_seconds();
    figure_print((figure){ "a county as CSV files", "M people/s", file_size / 1e6 / (ended - began),
                           0, 0.15, 0 });
    figure_print(
        (figure){ "bytes of them", "MB/s", (double)bytes / 1e6 / (ended - began), 0, 0, 0 });
    arena_close(a);
    return 0;
}
