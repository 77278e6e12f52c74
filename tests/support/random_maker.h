/* tests/support/random_maker - one plan being made by chance, and the ways to add a node to it.
 *
 * What is known of each node (its width, its places) steers the choice of the next, so that few
 * plans are refused as too wide. For random_plan alone.
 *
 * Prefix   maker_
 */
#ifndef SUPPORT_RANDOM_MAKER_H
#define SUPPORT_RANDOM_MAKER_H

#include "support/choices.h"
#include "support/plan_build.h"

/* Sizes are counted in bits, roughly, as doubles: they only steer which plans are tried. */
enum {
    WIDTH_MAX = 118, /* bits of a numerator that are risked without bounding it first */
    SPACES_MAX = 3,
    DAY_MIN = -36524, DAY_MAX = 146096, MONTH_MIN = -1200, MONTH_MAX = 4799,
    CODE_COUNT = 4
};

/* What is known of a node that was made. */
typedef struct {
    double bits;     /* of the greatest absolute value */
    double den_bits; /* of the denominator */
    int decimals;    /* -1: not a decimal of fixed places */
    bool is_carried;
    bool is_used;
} fact;

typedef struct {
    plan_builder *b;
    choices *c;
    fact *facts;
    size_t fact_capacity;
    size_t hidden_from, hidden_until; /* the body of a fold is not seen from outside */
    bool in_fold;
    int depth;
    vm_node_id last; /* picked before; not the same again, mostly */
} maker;

/* random_maker.c: notes, leaves, arguments */
double maker_bits_of(double value);
double maker_decimal_bits(int decimals);
vm_node_id maker_note(maker *m, vm_node_id n, double bits, double den_bits, int decimals);
vm_node_id maker_note_plain(maker *m, vm_node_id n, double bits);
vm_node_id maker_note_like(maker *m, vm_node_id n, vm_node_id like);
double maker_kind_bits(vm_kind kind);
const vm_node *maker_node(const maker *m, vm_node_id n);
int64_t maker_power10(int power);
vm_node_id maker_number_constant(maker *m, uint16_t space);
int64_t maker_choose_of_kind(maker *m, vm_kind kind);
vm_node_id maker_constant(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_input(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_reason(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_index(maker *m, uint16_t rows);
vm_node_id maker_pick(maker *m, vm_kind kind, uint16_t space);
money_rounding maker_choose_rounding(maker *m);
vm_node_id maker_round_to(maker *m, vm_node_id a, int decimals);
vm_node_id maker_bound_to(maker *m, vm_node_id a, int decimals, int64_t limit);
int64_t maker_choose_limit(maker *m);
vm_node_id maker_stored(maker *m, vm_node_id a);
double maker_width(const maker *m, vm_node_id a);
vm_node_id maker_narrowed(maker *m, vm_node_id a, double bits);
vm_node_id maker_pick_number(maker *m, uint16_t space, double bits);
vm_node_id maker_pick_whole(maker *m, uint16_t space);
vm_kind maker_choose_kind(maker *m);

/* random_numbers.c: numbers, truth, the calendar */
vm_node_id maker_sum(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_product(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_quotient(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_sign(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_extreme(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_round(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_bound(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_compare(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_logic(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_if(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_known(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_else(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_calendar(maker *m, vm_op op, vm_kind kind, uint16_t space);

/* random_tables.c: tables, and between spaces */
vm_node_id maker_lookup(maker *m, vm_op op, vm_kind kind, uint16_t space);
uint16_t maker_choose_rows(maker *m);
vm_node_id maker_spread(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_pick_mask(maker *m, uint16_t rows);
vm_node_id maker_aggregate(maker *m, vm_op op, vm_kind kind, uint16_t space);
vm_node_id maker_within_rows(maker *m, vm_op op, vm_kind kind, uint16_t space);

#endif
