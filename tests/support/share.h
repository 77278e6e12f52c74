/* tests/support/share - how much of a test this build runs.
 *
 * The plain flavour runs all of a test by chance. The sanitized one, several times slower, looks for mistakes of
 * memory and of arithmetic on the same ways through the code: a quarter of the rounds goes each of them.
 */
#ifndef TESTS_SUPPORT_SHARE_H
#define TESTS_SUPPORT_SHARE_H

#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define SHARE_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHARE_IS_SANITIZED 1
#endif
#endif
#ifndef SHARE_IS_SANITIZED
#define SHARE_IS_SANITIZED 0
#endif

/* Of so many rounds or thresholds, those of this build; at least one of any. */
uint64_t share_of(uint64_t rounds);

#endif
