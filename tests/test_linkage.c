/* Room linkage through its header: what is refused, how values are read, that evidence adds up, that neither order
 * nor chance matters, and that what is learned is what the rows were made from. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "linkage/linkage.h"
#include "sample/sample.h"
#include "support/ready_spec.h"

static arena *memory;

static int open_memory(void **state)
{
    (void)state;
    memory = arena_open();
    return 0;
}

static int close_memory(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

static const linkage_spec *spec_of(const char *source)
{
    const linkage_spec *spec;
    assert_null(linkage_spec_read(memory, "t.spec", text_of(source), &spec).kind);
    return spec;
}

/* A row from "id|value|value ...", by input. */
static err add(linkage_set *set, size_t inputs, const char *row)
{
    text values[LINKAGE_INPUTS_MAX] = { { 0 } }, id = TEXT_NONE;
    size_t at = 0;
    for (const char *from = row; from && at <= inputs; at++) {
        const char *end = strchr(from, '|');
        text t = { from, end ? (size_t)(end - from) : strlen(from) };
        if (!at) id = t;
        else values[at - 1] = t;
        from = end ? end + 1 : NULL;
    }
    return linkage_set_add(set, memory, id, values);
}

static void spec_mistakes_name_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const err_kind *kind;
        int32_t line;
    } CASES[] = {
        { "field a name\nfeld b name\n", &LINKAGE_SPEC_SYNTAX, 2 },
        { "field a colour\n", &LINKAGE_SPEC_SYNTAX, 1 },
        { "field a\n", &LINKAGE_SPEC_SYNTAX, 1 },
        { "field a name\nfield a name\n", &LINKAGE_SPEC_SYNTAX, 2 },
        { "field a name\n\nkey smell(a)\n", &LINKAGE_SPEC_SYNTAX, 3 },
        { "field a name\nkey b\n", &LINKAGE_SPEC_NO_FIELD, 2 },
        { "field a name\nswap a b\n", &LINKAGE_SPEC_NO_FIELD, 2 },
        { "field a date\npart y century a\nkey a\n", &LINKAGE_SPEC_SYNTAX, 2 },
        { "field a name\n", &LINKAGE_SPEC_NO_KEY, 0 },
        { "field a name\nhousehold-only a\n", &LINKAGE_SPEC_NO_KEY, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const linkage_spec *spec;
        err e = linkage_spec_read(memory, "t.spec", text_of(CASES[i].source), &spec);
        assert_ptr_equal(e.kind, CASES[i].kind);
        assert_int_equal(e.at.line, CASES[i].line);
    }
}

static void rows_are_refused(void **state)
{
    (void)state;
    const linkage_spec *spec = spec_of("field a name\nfield b name\nkey a + b\n");
    linkage_set *set = linkage_set_open(spec);
    assert_ptr_equal(linkage_set_ready(set, NULL, memory).kind, &LINKAGE_NO_ROWS);
    assert_ptr_equal(add(set, 2, "  |x|y").kind, &LINKAGE_ID_EMPTY);
    assert_null(add(set, 2, "1|x|").kind);
    assert_null(add(set, 2, "2|x|").kind);
    assert_null(linkage_set_ready(set, NULL, memory).kind);
    linkage_run *run;
    linkage_answer answer;
    assert_ptr_equal(linkage_run_open(set, (linkage_options){ 0 }, memory, &run, &answer).kind, &LINKAGE_NOTHING_TO_COMPARE);
    linkage_set_close(set);

    set = linkage_set_open(spec);
    assert_null(add(set, 2, "1|x|y").kind);
    assert_null(add(set, 2, "1|z|y").kind);
    err e = linkage_set_ready(set, NULL, memory);
    assert_ptr_equal(e.kind, &LINKAGE_ID_TWICE);
    assert_string_equal(e.detail, "1");
    linkage_set_close(set);
}

/* ---- two records among strangers: what their evidence says ---- */

/* The evidence of the pair, "" when it was not kept. Strangers fill the set so that there is something to learn. */
static const char *evidence_of(const char *spec_name, const char *a, const char *b)
{
    bool is_han = strcmp(spec_name, "cn-person") == 0;
    const linkage_spec *spec = ready_spec(memory, spec_name);
    size_t inputs = linkage_input_count(spec);
    linkage_set *set = linkage_set_open(spec);
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 400, 5, 100, 10, 0 }, &rolls);
    for (int side = 0; side < 2 && is_han; side++) {
        if (side) linkage_set_second(set);
        codec_csv_reader *r = codec_csv_open_text(memory, side ? rolls.b : rolls.a, (codec_csv_options){ 0 });
        codec_csv_row row;
        bool has_row = true;
        assert_null(codec_csv_next(r, &row, &has_row).kind);
        while (!codec_csv_next(r, &row, &has_row).kind && has_row)
            assert_null(linkage_set_add(set, memory, row.field[0], row.field + 1).kind);
        assert_null(add(set, inputs, side ? b : a).kind);
    }
    assert_null(linkage_set_ready(set, NULL, memory).kind);
    linkage_run *run;
    linkage_answer answer;
    assert_null(linkage_run_open(set, (linkage_options){ 0 }, memory, &run, &answer).kind);
    text_builder out = text_builder_open(memory);
    for (size_t i = 0; i < answer.pair_count; i++) {
        const linkage_pair *p = &answer.pairs[i];
        bool is_ours = text_equal_cstr(linkage_set_id(set, p->a), "X") && text_equal_cstr(linkage_set_id(set, p->b), "Y");
        if (is_ours) linkage_evidence(run, p, &out);
    }
    linkage_run_close(run);
    linkage_set_close(set);
    return out.size_bytes ? text_built(&out).bytes : "";
}

static void chinese_rows_are_read_in_many_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *b, *says;
    } CASES[] = {
        { "Y|歐陽·小明|男|590121196509100012|1965-09-10|石桥村|3组12号|13900001111", "name same " },
        { "Y|欧阳　小明|男|590121196509100012|1965-09-10|石桥村|3组12号|13900001111", "name same " },
        { "Y|欧阳晓明|男|590121196509100012|1965-09-10|石桥村|3组12号|13900001111", "name alike " },
        { "Y|欧阳明小|男|590121196509100012|1965-09-10|石桥村|3组12号|13900001111", "name moved-or-cut " },
        { "Y|欧阳小民|男|５９０１２１１９６５０９１０００１２|1965-09-10|石桥村|3组12号|13900001111", "id_number same" },
        { "Y|欧阳小明|男|590121650910001|1965-09-10|石桥村|3组12号|13900001111", "id_number same" },
        { "Y|欧阳小明|男|590121196509100102|1965-09-10|石桥村|3组12号|13900001111", "id_number one-edit " },
        { "Y|欧阳小明|1||1965年9月10日|石桥村|3组12号|+86 139-0000-1111", "birth_date same " },
        { "Y|欧阳小明|1||1965/9/10|石桥村|三组十二号|+86 139-0000-1111", "phone same " },
        { "Y|欧阳小明|M||1965-10-09|石桥村|3组-12号|13900001111", "birth_date one-slip " },
        { "Y|欧阳小明|女||１９６５０９１０|石橋村|3组12号|13900001111", "village same " },
        { "Y|欧阳小明|女||10.9.1965|石桥村|3组12号|13900001111", "birth_date same " },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *says = evidence_of("cn-person", "X|欧阳小明|男|590121196509100012|1965-09-10|石桥村|3组12号|13900001111", CASES[i].b);
        if (!strstr(says, CASES[i].says)) fail_msg("case %zu: '%s' not in '%s'", i, CASES[i].says, says);
    }
}

static double total_of(const char *says)
{
    const char *at = strstr(says, "total ");
    return at ? atof(at + 6) : -99;
}

static void two_sound_numbers_are_two_people(void **state)
{
    (void)state;
    const char *a = "X|欧阳小明|男|590121196509100012|1965-09-10|石桥村|3组12号|13900001111";
    const char *b = "Y|欧阳小明|男|590121196509100039|1965-09-10|石桥村|3组12号|13900001111";
    const char *says = evidence_of("cn-person", a, b);
    assert_true(!*says || (strstr(says, "two-people") && total_of(says) < 0));
    const char *same = evidence_of("cn-person", a, "Y|欧阳小明|男||1965-09-10|石桥村|3组12号|13900001111");
    assert_true(total_of(same) > 7);
}

/* ---- properties ---- */

typedef struct {
    char *csv; /* of all pairs with evidence */
    size_t pairs, links;
    bool adds_up, one_a_each;
} outcome;

static void shuffle(size_t *order, size_t count, uint64_t seed)
{
    for (size_t i = count; i > 1; i--) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t j = (seed >> 33) % i, other = order[i - 1];
        order[i - 1] = order[j];
        order[j] = other;
    }
}

/* The sum of the terms before "total", and the total, in ten thousandths. */
static bool adds_up(const char *says)
{
    int64_t sum = 0;
    for (const char *at = says; *at;) {
        const char *end = strchr(at, ';');
        size_t size = end ? (size_t)(end - at) : strlen(at);
        const char *number = at + size;
        while (number > at && number[-1] != ' ') number--;
        bool is_negative = *number == '-';
        int64_t value = 0;
        for (const char *c = number; c < at + size; c++)
            if (*c >= '0' && *c <= '9') value = value * 10 + (*c - '0');
        value = is_negative ? -value : value;
        if (strncmp(at, "total", 5) == 0) return value == sum;
        sum += value;
        at = end ? end + 2 : at + size;
    }
    return false;
}

/* A crew that begins with the last part, by three workers in turn. */
static void run_backwards(void *context, size_t parts, linkage_task task, void *job)
{
    (void)context;
    for (size_t i = parts; i-- > 0;) task(job, i, i % 3);
}

static outcome run_rolls(const sample_rolls *rolls, bool is_two, uint64_t seed)
{
    linkage_set *set = linkage_set_open(ready_spec(memory, "cn-person"));
    for (int side = 0; side < 1 + is_two; side++) {
        if (side) linkage_set_second(set);
        size_t count = side ? rolls->rows_b : rolls->rows_a, n = 0;
        size_t *order = ARENA_ARRAY(memory, size_t, count + 1);
        text(*rows)[9] = arena_alloc(memory, sizeof(text[9]) * (count + 1));
        codec_csv_reader *r = codec_csv_open_text(memory, side ? rolls->b : rolls->a, (codec_csv_options){ 0 });
        codec_csv_row row;
        bool has_row = true;
        assert_null(codec_csv_next(r, &row, &has_row).kind);
        while (!codec_csv_next(r, &row, &has_row).kind && has_row) {
            for (int f = 0; f < 8; f++) rows[n][f] = text_copy(memory, row.field[f]);
            order[n] = n;
            n++;
        }
        if (seed) shuffle(order, n, seed);
        for (size_t i = 0; i < n; i++) assert_null(linkage_set_add(set, memory, rows[order[i]][0], rows[order[i]] + 1).kind);
    }
    linkage_run *run;
    linkage_answer answer;
    linkage_options options = { .crew = { seed ? run_backwards : NULL, NULL, 3 } };
    assert_null(linkage_set_ready(set, &options.crew, memory).kind);
    assert_null(linkage_run_open(set, options, memory, &run, &answer).kind);
    outcome o = { .adds_up = true, .one_a_each = true };
    text_builder out = text_builder_open(memory);
    bool *is_taken = ARENA_ARRAY(memory, bool, rolls->rows_a + rolls->rows_b + 1);
    for (size_t i = 0; i < answer.pair_count; i++) {
        const linkage_pair *p = &answer.pairs[i];
        text id_a = linkage_set_id(set, p->a), id_b = linkage_set_id(set, p->b);
        text_builder says = text_builder_open(memory);
        linkage_evidence(run, p, &says);
        o.adds_up = o.adds_up && adds_up(text_built(&says).bytes);
        text_add_format(&out, "%.*s,%.*s,%a,%s\n", TEXT_ARG(id_a), TEXT_ARG(id_b), (double)p->odds, text_built(&says).bytes);
        o.pairs++;
        if (p->odds <= 0) continue;
        o.links++;
        o.one_a_each = o.one_a_each && !is_taken[p->b];
        is_taken[p->b] = true;
    }
    o.csv = text_cstr(memory, text_built(&out));
    linkage_run_close(run);
    linkage_set_close(set);
    return o;
}

static void evidence_adds_up_and_neither_order_nor_workers_matter(void **state)
{
    (void)state;
    for (int is_two = 0; is_two < 2; is_two++) {
        sample_rolls rolls;
        sample_rolls_make(memory, &(sample_rolls_options){ 5000, 11, 200, 33, 100 }, &rolls);
        outcome first = run_rolls(&rolls, is_two, 0), other = run_rolls(&rolls, is_two, 77);
        assert_true(!is_two || first.links > 3000);
        assert_true(first.adds_up);
        assert_true(!is_two || first.one_a_each);
        assert_string_equal(first.csv, other.csv);
    }
}

static bool is_linked(const outcome *o, int64_t id_a, int64_t id_b)
{
    char ids[64];
    snprintf(ids, sizeof ids, "b%014lld,a%013lld,", (long long)id_b, (long long)id_a);
    const char *at = strstr(o->csv, ids);
    return at && strtod(at + strlen(ids), NULL) > 0;
}

/* The rolls the other way round, so that the first holds people twice: each is found all the same, by one of the two rows. */
static void duplicates_in_the_first_file_are_no_rivals(void **state)
{
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 5000, 11, 100, 10, 0 }, &rolls);
    sample_rolls round = rolls;
    round.a = rolls.b;
    round.b = rolls.a;
    round.rows_a = rolls.rows_b;
    round.rows_b = rolls.rows_a;
    outcome o = run_rolls(&round, true, 0), other = run_rolls(&round, true, 77);
    assert_string_equal(o.csv, other.csv);
    assert_true(o.adds_up);
    assert_true(o.one_a_each);
    size_t twice = 0, found = 0;
    for (size_t i = 0; i < rolls.pair_count; i++)
        for (size_t k = i + 1; k < rolls.pair_count; k++) {
            if (rolls.pairs[k].id_a != rolls.pairs[i].id_a) continue;
            twice++;
            found += is_linked(&o, rolls.pairs[i].id_a, rolls.pairs[i].id_b) || is_linked(&o, rolls.pairs[k].id_a, rolls.pairs[k].id_b);
        }
    assert_true(twice >= 20);
    if (found < twice - 1) fail_msg("%zu of %zu people who are twice in the first file were found", found, twice);
    assert_non_null(strstr(o.csv, "; duplicate -")); /* what the other row says */
}

/* Rows of one person agree in `colour` nine times in ten, and of two people once in five: EM finds both from rows alone,
 * under a key that says little. */
static void em_finds_what_rows_were_made_from(void **state)
{
    (void)state;
    const linkage_spec *spec = spec_of("field block code\nfield colour category\nfield shape category\nfield tone category\nkey block\n");
    linkage_set *set = linkage_set_open(spec);
    uint64_t dice = 9;
    enum { PEOPLE = 4000 };
    int traits[PEOPLE][3];
    for (int side = 0; side < 2; side++) {
        if (side) linkage_set_second(set);
        for (int i = 0; i < PEOPLE; i++) {
            char row[80];
            int now[3];
            for (int f = 0; f < 3; f++) {
                dice = dice * 6364136223846793005u + 1442695040888963407u;
                int value = (int)((dice >> 33) % 5);
                if (!side) traits[i][f] = value;
                dice = dice * 6364136223846793005u + 1442695040888963407u;
                bool is_kept = (dice >> 33) % 1000 < 875; /* and by chance again: 0.875 + 0.125 / 5 = 0.9 */
                now[f] = side && !is_kept ? value : traits[i][f];
            }
            snprintf(row, sizeof row, "%c%05d|b%d|c%d|s%d|t%d", side ? 'b' : 'a', i, i / 4, now[0], now[1], now[2]);
            assert_null(add(set, 4, row).kind);
        }
    }
    assert_null(linkage_set_ready(set, NULL, memory).kind);
    linkage_run *run;
    linkage_answer answer;
    assert_null(linkage_run_open(set, (linkage_options){ 0 }, memory, &run, &answer).kind);
    for (size_t i = 0; i < linkage_level_count(run); i++) {
        linkage_level l = linkage_level_at(run, i);
        if (strcmp(l.level, "same") != 0 || strcmp(l.field, "block") == 0) continue;
        assert_true(fabs(l.m - 0.9) < 0.04);
        assert_true(fabs(l.u - 0.2) < 0.02);
    }
    linkage_run_close(run);
    linkage_set_close(set);
}

static void labels_move_what_was_learned(void **state)
{
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 300, 3, 100, 10, 0 }, &rolls);
    linkage_set *set = linkage_set_open(ready_spec(memory, "cn-person"));
    codec_csv_reader *r = codec_csv_open_text(memory, rolls.a, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row = true;
    assert_null(codec_csv_next(r, &row, &has_row).kind);
    while (!codec_csv_next(r, &row, &has_row).kind && has_row)
        assert_null(linkage_set_add(set, memory, row.field[0], row.field + 1).kind);
    assert_null(linkage_set_ready(set, NULL, memory).kind);
    linkage_label labels[200];
    for (uint32_t i = 0; i < 200; i++) labels[i] = (linkage_label){ i, i + 1, true }; /* strangers said to be one */
    double differs[2] = { 0 };
    for (int k = 0; k < 2; k++) {
        linkage_run *run;
        linkage_answer answer;
        assert_null(linkage_run_open(set, (linkage_options){ .labels = labels, .label_count = k ? 200 : 0 }, memory, &run, &answer).kind);
        for (size_t i = 0; i < linkage_level_count(run); i++) {
            linkage_level l = linkage_level_at(run, i);
            if (strcmp(l.field, "name") == 0 && strcmp(l.level, "differs") == 0) differs[k] = l.m;
        }
        linkage_run_close(run);
    }
    assert_true(differs[1] > differs[0] + 0.3);
    linkage_set_close(set);
}

static void found_pairs_are_those_of_the_truth(void **state)
{
    (void)state;
    static const struct {
        int32_t noise, numberless;
        double least_f1;
    } CASES[] = { { 100, 10, 0.99 }, { 200, 33, 0.97 } };
    for (size_t i = 0; i < 2; i++) {
        sample_rolls rolls;
        sample_rolls_make(memory, &(sample_rolls_options){ 1500, 21, CASES[i].noise, CASES[i].numberless, 0 }, &rolls);
        outcome o = run_rolls(&rolls, true, 0);
        size_t found = 0;
        for (size_t p = 0; p < rolls.pair_count; p++) {
            char ids[64];
            snprintf(ids, sizeof ids, "a%013lld,b%014lld,", (long long)rolls.pairs[p].id_a, (long long)rolls.pairs[p].id_b);
            const char *at = strstr(o.csv, ids);
            found += at && strtod(at + strlen(ids), NULL) > 0;
        }
        double f1 = 2.0 * (double)found / (double)(o.links + rolls.pair_count);
        if (f1 < CASES[i].least_f1) fail_msg("F1 %.4f of noise %d", f1, CASES[i].noise);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(spec_mistakes_name_their_place, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(rows_are_refused, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(chinese_rows_are_read_in_many_spellings, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(two_sound_numbers_are_two_people, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(evidence_adds_up_and_neither_order_nor_workers_matter, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(duplicates_in_the_first_file_are_no_rivals, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(em_finds_what_rows_were_made_from, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(labels_move_what_was_learned, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(found_pairs_are_those_of_the_truth, open_memory, close_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
