#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/ready_spec.h"

const linkage_spec *ready_spec(arena *memory, const char *name)
{
    const linkage_spec *spec;
    assert_null(linkage_spec_read(memory, name, linkage_spec_ready(text_of(name)), &spec).kind);
    return spec;
}
