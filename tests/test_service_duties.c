/* The duty table against what the program does: every operation that writes is somebody's duty, and the
 * moves of a payment run need three people whichever roles two of them hold. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "payment/payment.h"
#include "service/service.h"
#include "support/duties.h"

static arena *A;
static const duty_table *T;

static int open_table(void **state)
{
    (void)state;
    A = arena_open();
    T = duties_table(A);
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    arena_close(A);
    return 0;
}

/* What needs no duty, and why. */
static const struct {
    const char *permission, *why;
} FREE[] = {
    { "county.new", "a new store holds no money, and no users yet" },
    { "user.found", "only once, before there are users" },
    { "user.self", "one's own password, by the old one" },
    { "policy.read", "reads packs; writes files of the person's own" },
};

static void every_operation_that_writes_is_a_duty(void **state)
{
    (void)state;
    for (const service_op *const *op = service_operations(); *op; op++) {
        bool is_free = (*op)->kind == SERVICE_READ;
        for (size_t i = 0; i < ARRAY_COUNT(FREE); i++)
            is_free |= !strcmp((*op)->permission, FREE[i].permission);
        if (!is_free && !duty_permitting(T, text_of((*op)->permission)))
            fail_msg("%s: no duty of packs/duties permits %s", (*op)->name, (*op)->permission);
    }
}

/* "sign_section" is permitted as "payrun.sign-section". */
static size_t duty_of_step(payment_step step)
{
    char permission[64] = "payrun.";
    strncat(permission, payment_step_word(step)->name, 40);
    for (char *c = permission; *c; c++)
        if (*c == '_') *c = '-';
    duty_set set = duty_permitting(T, text_of(permission));
    if (__builtin_popcountll(set) != 1) fail_msg("%s is not one duty", permission);
    return (size_t)__builtin_ctzll(set);
}

static void steps_of_a_run_share_a_person_where_they_share_a_duty(void **state)
{
    (void)state;
    for (int one = 0; one < PAYMENT_STEP_COUNT; one++)
        for (int other = 0; other < PAYMENT_STEP_COUNT; other++)
            assert_int_equal(payment_may_share((payment_step)one, (payment_step)other),
                             duty_of_step((payment_step)one) == duty_of_step((payment_step)other));
}

/* Whether these people can bring a run to the bank: every step from every state is tried by each who
 * holds its duty and has done no other duty in this run. `did` is a set of duties a person. */
static bool reaches_bank(payment_state at, const duty_set *held, duty_set *did, size_t people,
                         int depth)
{
    if (at == PAYMENT_SENT) return true;
    if (depth == 0) return false;
    for (int step = 0; step < PAYMENT_STEP_COUNT; step++) {
        payment_state next = payment_next(at, (payment_step)step);
        /* Drafting anew only goes back: it wins nothing that the first draft did not. */
        if (next == PAYMENT_NONE || next <= at) continue;
        duty_set duty = (duty_set)1 << duty_of_step((payment_step)step);
        for (size_t p = 0; p < people; p++) {
            if (!(held[p] & duty) || (did[p] & ~duty)) continue;
            duty_set before = did[p];
            did[p] |= duty;
            bool is_there = reaches_bank(next, held, did, people, depth - 1);
            did[p] = before;
            if (is_there) return true;
        }
    }
    return false;
}

static size_t fitting_roles(duty_set *held, size_t count_max)
{
    size_t count = 0;
    for (duty_roles roles = 0; roles < (duty_roles)1 << duty_role_count(T); roles++) {
        if (duty_roles_fit(A, T, roles).kind) continue;
        assert_true(count < count_max);
        held[count++] = duty_of_roles(T, roles);
    }
    return count;
}

static void no_two_people_bring_a_run_to_the_bank(void **state)
{
    (void)state;
    duty_set kinds[256];
    size_t count = fitting_roles(kinds, ARRAY_COUNT(kinds));
    assert_int_equal(count, duty_prove(A, T, 1).role_sets); /* found another way: all 2^n sets */
    size_t tried = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i; k < count; k++, tried++) {
            duty_set held[2] = { kinds[i], kinds[k] }, did[2] = { 0, 0 };
            assert_false(reaches_bank(PAYMENT_NONE, held, did, 2, 8));
        }
    assert_int_equal(tried, duty_prove(A, T, 2).tried);
    /* Six can, each with one of the run's duties; without any one of them it stays. */
    static const char *const SIX[] = { "clerk", "reviewer", "head", "leader", "accountant", "cashier" };
    duty_set held[6], did[6] = { 0 };
    for (size_t i = 0; i < 6; i++) {
        duty_roles roles;
        assert_null(duty_roles_parse(A, T, text_of(SIX[i]), &roles).kind);
        held[i] = duty_of_roles(T, roles);
    }
    assert_true(reaches_bank(PAYMENT_NONE, held, did, 6, 8));
    for (size_t i = 0; i < 6; i++) {
        duty_set kept = held[i];
        held[i] = 0;
        assert_false(reaches_bank(PAYMENT_NONE, held, did, 6, 8));
        held[i] = kept;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_that_writes_is_a_duty),
        cmocka_unit_test(steps_of_a_run_share_a_person_where_they_share_a_duty),
        cmocka_unit_test(no_two_people_bring_a_run_to_the_bank),
    };
    return cmocka_run_group_tests(tests, open_table, close_table);
}
