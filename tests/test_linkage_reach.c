/* What the keys of a spec are said to bring together, held against the truth of invented rolls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "linkage/linkage_internal.h"
#include "sample/sample.h"
#include "support/ready_spec.h"

static linkage_set *read_rolls(arena *memory, const linkage_spec *spec, const sample_rolls *rolls)
{
    linkage_set *set = linkage_set_open(spec);
    for (int side = 0; side < 2; side++) {
        if (side) linkage_set_second(set);
        codec_csv_reader *r = codec_csv_open_text(memory, side ? rolls->b : rolls->a, (codec_csv_options){ 0 });
        codec_csv_row row;
        bool has_row = true;
        assert_null(codec_csv_next(r, &row, &has_row).kind);
        while (!codec_csv_next(r, &row, &has_row).kind && has_row)
            assert_null(linkage_set_add(set, memory, row.field[0], row.field + 1).kind);
    }
    assert_null(linkage_set_ready(set, NULL, memory).kind);
    return set;
}

/* Of all pairs of one person how many some key of the spec brings together, but those of households alone, in millionths. */
static int64_t truth_of(arena *memory, linkage_set *set, const sample_rolls *rolls)
{
    linkage_blocks blocks;
    linkage_crew alone = { NULL, NULL, 1 };
    linkage_blocks_open(&blocks, set, memory, &alone);
    int64_t met = 0;
    for (size_t i = 0; i < rolls->pair_count; i++) {
        uint32_t rows[2] = { linkage_set_find(set, 0, text_format(memory, "a%013lld", (long long)rolls->pairs[i].id_a)),
                             linkage_set_find(set, 1, text_format(memory, "b%014lld", (long long)rolls->pairs[i].id_b)) };
        assert_true(rows[0] != UINT32_MAX && rows[1] != UINT32_MAX);
        bool is_met = false;
        for (int k = 0; k < blocks.count && !is_met; k++) {
            uint64_t hash[2];
            if (blocks.keys[k]->is_only_household) continue;
            linkage_block_keys(&blocks, k, rows, 2, hash);
            is_met = hash[0] && hash[0] == hash[1];
        }
        met += is_met;
    }
    return met * 1000000 / (int64_t)rolls->pair_count;
}

/* The model without what it says of unknown values, as it was kept before. */
static text without_known(arena *memory, text model)
{
    text_builder out = text_builder_open(memory);
    for (size_t from = 0; from < model.size_bytes;) {
        const char *end = memchr(model.bytes + from, '\n', model.size_bytes - from);
        size_t until = end ? (size_t)(end - model.bytes) + 1 : model.size_bytes;
        text line = text_sub(model, from, until);
        if (!text_begins(line, TEXT("known "))) text_add(&out, line);
        from = until;
    }
    return text_built(&out);
}

/* A lower bound, and no farther below than parts of values agree where the whole does not. */
static void what_keys_bring_together_is_said_as_it_is(void **state)
{
    (void)state;
    static const sample_rolls_options CASES[] = { { 20000, 5, 100, 10, 0 }, { 20000, 7, 200, 33, 0 }, { 20000, 9, 200, 33, 100 }, { 20000, 11, 400, 50, 0 } };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        arena *memory = arena_open();
        const linkage_spec *spec;
        sample_rolls rolls;
        linkage_run *run;
        linkage_answer answer;
        linkage_reach *keys;
        size_t count;
        int64_t said, before;
        spec = ready_spec(memory, "cn-person");
        sample_rolls_make(memory, &CASES[i], &rolls);
        linkage_set *set = read_rolls(memory, spec, &rolls);
        assert_null(linkage_run_open(set, (linkage_options){ 0 }, memory, &run, &answer).kind);
        text_builder model = text_builder_open(memory);
        linkage_model_write(run, &model);
        assert_null(linkage_reach_of(memory, spec, text_built(&model), "model", &keys, &count, &said).kind);
        assert_null(linkage_reach_of(memory, spec, without_known(memory, text_built(&model)), "model", &keys, &count, &before).kind);
        int64_t is = truth_of(memory, set, &rolls);
        enum { CHANCE = 150, BELOW = 20000 }; /* of so many pairs, in millionths */
        if (said > is + CHANCE || said < is - BELOW) fail_msg("said %lld, is %lld", (long long)said, (long long)is);
        if (before <= said) fail_msg("said %lld without what is unknown, %lld with it", (long long)before, (long long)said);
        linkage_run_close(run);
        linkage_set_close(set);
        arena_close(memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_keys_bring_together_is_said_as_it_is) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
