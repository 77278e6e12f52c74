/* base/late - a library that is loaded when its first function is about to be called.
 *
 * Z3, Pango, libpq and libmicrohttpd bring some sixty others, and take longer to be bound than most of what this
 * program is called for takes to be done. A room that needs one lists the functions it calls (LATE_FIELD makes a
 * struct of pointers of them, a #define a name each calls through it), and loads them at its own door. A function
 * that is not in the list does not link. See docs/decisions/0012-libraries-are-loaded-late.md.
 *
 * Threads  late_load may be called by several at once, again and again.
 */
#ifndef BASE_LATE_H
#define BASE_LATE_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/err.h"

extern const err_kind LATE_MISSING; /* the library, or a function of it */

typedef struct {
    const char *name;
    void *place; /* of a pointer to it */
} late_function;

#define LATE_FIELD(name) __typeof__(&name) late_##name;

/* `file` is the name by which the loader finds it, "libz3.so.4". It stays for the life of the process. */
MUST_USE err late_load(const char *file, const late_function *functions, size_t count, atomic_bool *is_loaded);

#endif
