/* support/ready_spec - a spec of linkage that comes with the program, for tests that link. */
#ifndef SUPPORT_READY_SPEC_H
#define SUPPORT_READY_SPEC_H

#include "linkage/linkage.h"

/* It must be there and right; lives as long as `memory`. */
const linkage_spec *ready_spec(arena *memory, const char *name);

#endif
