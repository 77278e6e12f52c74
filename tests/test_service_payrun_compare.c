/* A run beside the run of its kind before it: who is new, who stopped, whose amount changed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "service/payrun_compare.h"
#include "support/office.h"

enum { NOVEMBER = 1522, DECEMBER = 1523, PENSION = 0, SURVIVOR = 1 };

typedef struct {
    int64_t person_id;
    int part;
    int64_t fen, for_month;
} paid_line;

static int by_place(const void *a, const void *b)
{
    const paid_line *x = a, *y = b;
    uint32_t one = eventlog_bucket_of(x->person_id), other = eventlog_bucket_of(y->person_id);
    if (one != other) return one < other ? -1 : 1;
    return x->person_id < y->person_id ? -1 : x->person_id > y->person_id;
}

static err draft(county *c, int32_t month, text kind, paid_line *lines, size_t count, int64_t *run_id)
{
    static const text PARTS[] = { { "50010105", 8 }, { "500103", 6 } };
    payment *runs;
    payment_draft *d;
    bool is_new;
    payment_terms terms = { .month = month, .kind = kind, .fund = TEXT("employee_pension"),
                            .payer_account = TEXT("6200001"), .parts = PARTS, .part_count = 2 };
    payment_act act = { .known_ms = c->now_ms, .why = TEXT("test") };
    qsort(lines, count, sizeof *lines, by_place);
    TRY(county_runs(c, &runs));
    TRY(payment_draft_open(c->memory, runs, &terms, &act, &d));
    for (size_t i = 0; i < count; i++) {
        payment_line line = { .person_id = lines[i].person_id, .account = 7, .for_month = lines[i].for_month };
        line.part_fen[lines[i].part] = lines[i].fen;
        TRY(payment_draft_add(d, &line));
    }
    return payment_draft_finish(d, run_id, &is_new);
}

/* What is told of each person, summed by kind of change. */
typedef struct {
    int lines[PAYRUN_CHANGE_COUNT];
    int64_t fen[PAYRUN_CHANGE_COUNT], before_fen[PAYRUN_CHANGE_COUNT];
    int64_t before;
} told;

static err compare(county *c, int64_t run_id, told *t)
{
    payrun_comparison *lines;
    payment_run run;
    const payrun_entry *entry;
    *t = (told){ 0 };
    TRY(payment_find(c->memory, c->runs, run_id, &run));
    TRY(payrun_compare_open(c->memory, c, &run, &lines));
    for (;;) {
        TRY(payrun_compare_next(lines, &entry));
        if (!entry) break;
        t->lines[entry->change]++;
        t->fen[entry->change] += entry->fen;
        t->before_fen[entry->change] += entry->before_fen;
        if (entry->change == PAYRUN_CHANGED) assert_int_equal(entry->at.line.person_id, 9);
    }
    t->before = payrun_compare_before(lines);
    payrun_compare_close(lines);
    return ERR_NONE;
}

static err side_by_side(service_call *call)
{
    county *c;
    int64_t first, second, other, more;
    told t;
    paid_line november[] = { { 3, PENSION, 100000, NOVEMBER },  { 9, PENSION, 200000, NOVEMBER },
                             { 12, PENSION, 300000, NOVEMBER }, { 12, SURVIVOR, 40000, NOVEMBER },
                             { 70, PENSION, 500000, NOVEMBER }, { 71, PENSION, 9900, NOVEMBER - 1 } };
    /* 9 has 20 yuan more; 12 keeps the pension and loses the survivor's; 70 is gone; 71 was only paid arrears,
        and is new
     * with a line of the month beside arrears of October; 130 is new. */
    paid_line december[] = { { 3, PENSION, 100000, DECEMBER },  { 9, PENSION, 202000, DECEMBER },
                             { 12, PENSION, 300000, DECEMBER }, { 71, PENSION, 9900, DECEMBER },
                             { 71, PENSION, 9900, NOVEMBER },   { 130, PENSION, 150000, DECEMBER } };
    paid_line left[] = { { 500, PENSION, 7000, DECEMBER } };
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(store_begin(c->db));
    TRY(draft(c, NOVEMBER, TEXT("pension"), november, ARRAY_COUNT(november), &first));
    TRY(draft(c, NOVEMBER, TEXT("resident"), left, 1, &other));
    TRY(draft(c, NOVEMBER, TEXT("pension.supplement"), left, 1, &more));
    TRY(draft(c, DECEMBER, TEXT("pension"), december, ARRAY_COUNT(december), &second));
    TRY(compare(c, first, &t));
    assert_int_equal(t.before, 0);
    assert_int_equal(t.lines[PAYRUN_NEW], 5);
    assert_int_equal(t.lines[PAYRUN_ONCE], 1);
    TRY(compare(c, more, &t));
    assert_int_equal(t.before, 0);
    assert_int_equal(t.lines[PAYRUN_ONCE], 1);
    TRY(compare(c, second, &t));
    assert_int_equal(t.before, first);
    assert_int_equal(t.lines[PAYRUN_SAME], 2);
    assert_int_equal(t.fen[PAYRUN_SAME], 400000);
    assert_int_equal(t.lines[PAYRUN_CHANGED], 1);
    assert_int_equal(t.fen[PAYRUN_CHANGED] - t.before_fen[PAYRUN_CHANGED], 2000);
    assert_int_equal(t.lines[PAYRUN_NEW], 2);
    assert_int_equal(t.fen[PAYRUN_NEW], 159900);
    assert_int_equal(t.lines[PAYRUN_STOPPED], 2);
    assert_int_equal(t.before_fen[PAYRUN_STOPPED], 540000);
    assert_int_equal(t.lines[PAYRUN_ONCE], 1);
    /* What both runs say of the month comes to the same difference. */
    int64_t before = 1140000, now = 761900, off = 0;
    for (int i = 0; i < PAYRUN_ONCE; i++) off += t.fen[i] - t.before_fen[i];
    assert_int_equal(off, now - before);
    return ERR_NONE;
}

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_op OP = { .name = "test.compare", .input = INPUT, .input_count = 2, .run = side_by_side };

static err call_op(const service_settings *settings, const service_op *op)
{
    arena *request = arena_open(), *process = arena_open();
    service *s = service_open(process, settings);
    service_call *call = service_call_open(s, request, op, false);
    err e = service_run(call);
    if (e.kind) print_error("%s\n", e.kind->code);
    service_close(s);
    arena_close(request);
    arena_close(process);
    return (err){ .kind = e.kind };
}

static void a_run_is_held_against_the_run_before(void **state)
{
    store_place *place = *state;
    service_settings settings = { .county = place->url, .key_file = store_place_file(place, "master.key"),
                                  .packs = "packs", .today_day = 46000 };
    office_ok(call_op(&settings, service_find(TEXT("county.new"))));
    office_ok(call_op(&settings, &OP));
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST_EACH(a_run_is_held_against_the_run_before) };
    return cmocka_run_group_tests_name("service_payrun_compare", tests, NULL, NULL);
}
