/* big - whole numbers and fractions of any size, for the few lanes that need them.
 *
 * Prefix   vm_big_
 * Memory   digits live in a pool that grows and is emptied at once by vm_big_reset; values are
 *          never changed once made, so they may share digits.
 */
#ifndef VM_BIG_H
#define VM_BIG_H

#include "vm/vm_internal.h"

typedef struct {
    const uint32_t *digits; /* base 2^32, least first, no zeros at the end */
    size_t count;           /* 0: the number 0 */
    bool is_negative;
} vm_big;

/* Not in lowest terms; den > 0. */
typedef struct {
    vm_big num, den;
} vm_big_fraction;

typedef struct vm_big_pool vm_big_pool;
vm_big_pool *vm_big_pool_open(arena *memory);
void vm_big_reset(vm_big_pool *p);

vm_big vm_big_of(vm_big_pool *p, i128 value);
vm_big vm_big_add(vm_big_pool *p, vm_big a, vm_big b);
vm_big vm_big_mul(vm_big_pool *p, vm_big a, vm_big b);
vm_big vm_big_negate(vm_big a);
int vm_big_compare(vm_big a, vm_big b);
/* Toward zero; `rest` may be NULL and has a's sign. b is not 0. */
vm_big vm_big_divide(vm_big_pool *p, vm_big a, vm_big b, vm_big *rest);
/* False when it does not fit. */
bool vm_big_small(vm_big a, i128 *out);

vm_big_fraction vm_big_fraction_of(vm_big_pool *p, i128 num, i128 den);
vm_big_fraction vm_big_fraction_add(vm_big_pool *p, vm_big_fraction a, vm_big_fraction b);
vm_big_fraction vm_big_fraction_mul(vm_big_pool *p, vm_big_fraction a, vm_big_fraction b);
vm_big_fraction vm_big_fraction_divide(vm_big_pool *p, vm_big_fraction a, vm_big_fraction b);
int vm_big_fraction_compare(vm_big_pool *p, vm_big_fraction a, vm_big_fraction b);

#endif
