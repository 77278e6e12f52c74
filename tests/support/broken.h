/* tests/support/broken - broken packs and the messages they must give.
 *
 * tests/broken/<name>.md holds the pack, tests/golden/broken/<name>.txt its mistakes: code,
 * position and both languages (`make golden` writes it). Names beginning with `syntax-` are for the
 * parser, with `check-` for the checker.
 */
#ifndef TESTS_SUPPORT_BROKEN_H
#define TESTS_SUPPORT_BROKEN_H

#include "policy/policy.h"

enum { BROKEN_MAX = 400 };

/* Names of the packs that begin so, in order, without .md; memory in `a`. */
size_t broken_list(arena *a, const char *prefix, const char *names[BROKEN_MAX]);
/* The whole file; fails the running test when it cannot be read. */
text broken_read(arena *a, const char *path);
/* Holds the mistakes against the golden file, or writes it. */
void broken_expect(const char *name, const policy_mistake *all, size_t count, size_t unshown);

#endif
