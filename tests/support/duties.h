/* support/duties - the table of duties as the packs have it, for tests to read and to break.
 *
 * Prefix   duties_
 */
#ifndef SUPPORT_DUTIES_H
#define SUPPORT_DUTIES_H

#include "duty/duty.h"

/* The files of packs/duties. */
duty_sources duties_sources(arena *a);
/* The table made of them. */
const duty_table *duties_table(arena *a);
/* The text with the first `from` in it replaced; fails the test when there is none. */
text duties_edit(arena *a, text csv, const char *from, const char *to);

#endif
