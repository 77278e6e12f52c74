/* ident/ - reading characters as they are meant, for the files of this folder only. */
#ifndef IDENT_IDENT_INTERNAL_H
#define IDENT_IDENT_INTERNAL_H

#include "ident/ident.h"

/* Writes the characters of `t` in upper case and half width, without blanks around (and, with
 * `has_groups`, without blanks and hyphens inside), NUL-terminated. A character that is neither a
 * letter nor a digit becomes '?'. Answers how many there are, counting also those that did not
 * fit behind the first size_max - 1. */
size_t ident_fold(text t, bool has_groups, char *out, size_t size_max);

static inline bool ident_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#endif
