/* The order in which money clears dues: the pure function under collection_receive. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/hash.h"
#include "collection/collection_internal.h"

static const collection_order OLDEST = { false, false };

static int64_t sum_of(const int64_t *fen, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += fen[i];
    return sum;
}

static void money_that_covers_all_leaves_the_rest(void **state)
{
    (void)state;
    arena *a = arena_open();
    collection_due dues[] = { { .month = 5, .fund = 1, .charge = COLLECTION_PREMIUM, .due_fen = 300 },
                              { .month = 6, .fund = 1, .charge = COLLECTION_PREMIUM, .due_fen = 200, .received_fen = 50 } };
    int64_t fen[2];
    assert_int_equal(collection_allocate(a, dues, 2, &OLDEST, 6, 1000, fen), 550);
    assert_int_equal(fen[0], 300);
    assert_int_equal(fen[1], 150);
    arena_close(a);
}

static void older_months_come_first_unless_the_month_is_named(void **state)
{
    (void)state;
    arena *a = arena_open();
    collection_due dues[] = { { .month = 5, .fund = 1, .charge = COLLECTION_PREMIUM, .due_fen = 300 },
                              { .month = 6, .fund = 1, .charge = COLLECTION_PREMIUM, .due_fen = 200 },
                              { .month = 5, .fund = 1, .charge = COLLECTION_LATE_FEE, .due_fen = 10 } };
    int64_t fen[3];
    assert_int_equal(collection_allocate(a, dues, 3, &OLDEST, 6, 305, fen), 0);
    assert_int_equal(fen[0], 300);
    assert_int_equal(fen[1], 0);
    assert_int_equal(fen[2], 5);
    collection_order named = { .is_named_month_first = true };
    collection_allocate(a, dues, 3, &named, 6, 305, fen);
    assert_int_equal(fen[1], 200);
    assert_int_equal(fen[0], 105);
    collection_order late_last = { .is_late_fee_last = true };
    collection_allocate(a, dues, 3, &late_last, 6, 505, fen);
    assert_int_equal(fen[1], 200);
    assert_int_equal(fen[2], 5);
    arena_close(a);
}

static void funds_share_in_proportion_to_the_fen(void **state)
{
    (void)state;
    arena *a = arena_open();
    collection_due dues[] = { { .month = 5, .fund = 1, .charge = COLLECTION_PREMIUM, .due_fen = 100 },
                              { .month = 5, .fund = 2, .charge = COLLECTION_PREMIUM, .due_fen = 100 },
                              { .month = 5, .fund = 3, .charge = COLLECTION_PREMIUM, .due_fen = 100 } };
    int64_t fen[3];
    collection_allocate(a, dues, 3, &OLDEST, 5, 200, fen);
    assert_int_equal(fen[0], 67);
    assert_int_equal(fen[1], 67);
    assert_int_equal(fen[2], 66);
    /* The largest sums that can be: no product of them may wrap. */
    dues[0].due_fen = dues[1].due_fen = INT64_MAX / 2;
    dues[2].due_fen = 1;
    collection_allocate(a, dues, 3, &OLDEST, 5, INT64_MAX / 2, fen);
    assert_int_equal(sum_of(fen, 3), INT64_MAX / 2);
    arena_close(a);
}

static void no_due_gets_more_than_is_open_and_no_fen_is_lost(void **state)
{
    (void)state;
    arena *a = arena_open();
    uint64_t seed = 5;
    for (int round = 0; round < 3000; round++) {
        collection_due dues[7];
        int64_t fen[7], open = 0;
        size_t count = 1 + (seed = hash_mix(seed, 1)) % 7;
        for (size_t i = 0; i < count; i++) {
            seed = hash_mix(seed, i);
            int64_t due = (int64_t)(seed % 50);
            dues[i] = (collection_due){ .month = (int32_t)(seed >> 8 & 1), .fund = (int32_t)(seed >> 9 & 3),
                                        .charge = (collection_charge)(1 + (seed >> 11 & 3)), .due_fen = due,
                                        .received_fen = due ? (int64_t)(seed >> 20) % (due + 1) : 0 };
            if (dues[i].received_fen < 0) dues[i].received_fen = 0;
            open += due - dues[i].received_fen;
        }
        int64_t amount = 1 + (int64_t)(seed >> 32) % 200;
        collection_order order = { .is_named_month_first = seed & 1, .is_late_fee_last = seed & 2 };
        int64_t left = collection_allocate(a, dues, count, &order, 1, amount, fen);
        assert_int_equal(left, amount > open ? amount - open : 0);
        assert_int_equal(sum_of(fen, count) + left, amount);
        for (size_t i = 0; i < count; i++)
            assert_true(fen[i] >= 0 && fen[i] <= dues[i].due_fen - dues[i].received_fen);
        arena_reset(a);
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_that_covers_all_leaves_the_rest),
        cmocka_unit_test(older_months_come_first_unless_the_month_is_named),
        cmocka_unit_test(funds_share_in_proportion_to_the_fen),
        cmocka_unit_test(no_due_gets_more_than_is_open_and_no_fen_is_lost),
    };
    return cmocka_run_group_tests_name("collection_allocate", tests, NULL, NULL);
}
