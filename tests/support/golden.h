/* tests/support/golden - a text held against the file that remembers it.
 *
 * Golden files stand in tests/golden/<room>/<name>.txt and hold facts, not decoration. When
 * DOUDI_GOLDEN=write (`make golden`) the file is rewritten instead; its diff is reviewed as code is.
 */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include <stddef.h>

/* Fails the running cmocka test, naming the first line that differs, unless `got` is the file. */
void golden_expect(const char *room, const char *name, const char *got, size_t size_bytes);

#endif
