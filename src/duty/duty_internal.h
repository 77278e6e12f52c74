/* duty_internal - the table as it is kept. */
#ifndef DUTY_DUTY_INTERNAL_H
#define DUTY_DUTY_INTERNAL_H

#include <assert.h>

#include "base/checked.h"
#include "duty/duty.h"

typedef struct {
    text one, other; /* of a class or a duty */
    text law;
} duty_pair;

struct duty_table {
    duty_row *duties;
    size_t duty_count;
    duty_role *roles;
    size_t role_count;
    duty_pair *pairs;
    size_t pair_count;
    duty_path *paths;
    size_t path_count;
    duty_set apart[DUTY_MAX]; /* of each duty: those that are never the same person's */
};

/* Why two duties are apart; NULL when they are not. */
const duty_pair *duty_pair_of(const duty_table *table, size_t one, size_t other);

#endif
