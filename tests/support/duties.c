#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "os/os.h"
#include "support/duties.h"

duty_sources duties_sources(arena *a)
{
    duty_sources sources = { .folder = "packs/duties" };
    for (int i = 0; i < DUTY_FILE_COUNT; i++) {
        text path = text_format(a, "packs/duties/%s", duty_file_name((duty_file)i));
        assert_null(os_read_file(a, path.bytes, 1 << 20, &sources.csv[i]).kind);
    }
    return sources;
}

const duty_table *duties_table(arena *a)
{
    duty_sources sources = duties_sources(a);
    duty_table *table;
    err e = duty_read(a, &sources, &table);
    if (e.kind) fail_msg("%s:%d: %s", e.at.file, e.at.line, e.detail);
    return table;
}

text duties_edit(arena *a, text csv, const char *from, const char *to)
{
    size_t at = text_find(csv, text_of(from));
    if (at == SIZE_MAX) fail_msg("no '%s' to edit", from);
    text_builder out = text_builder_open(a);
    text_add(&out, text_sub(csv, 0, at));
    text_add_cstr(&out, to);
    text_add(&out, text_sub(csv, at + text_of(from).size_bytes, csv.size_bytes));
    return text_built(&out);
}
