#include "broken.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"

static int name_order(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

size_t broken_list(arena *a, const char *prefix, const char *names[BROKEN_MAX])
{
    DIR *folder = opendir("tests/broken");
    size_t count = 0;
    if (!folder) return 0;
    for (struct dirent *entry; (entry = readdir(folder)) && count < BROKEN_MAX;) {
        text name = text_of(entry->d_name);
        if (!text_begins(name, text_of(prefix)) || !text_ends(name, TEXT(".md"))) continue;
        names[count++] = text_cstr(a, text_sub(name, 0, name.size_bytes - 3));
    }
    closedir(folder);
    qsort(names, count, sizeof *names, name_order);
    return count;
}

text broken_read(arena *a, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s cannot be opened", path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *bytes = arena_alloc(a, (size_t)size + 1);
    size_t got = fread(bytes, 1, (size_t)size, file);
    fclose(file);
    return (text){ bytes, got };
}

void broken_expect(const char *name, const policy_mistake *all, size_t count, size_t unshown)
{
    arena *a = arena_open();
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < count; i++) {
        const policy_mistake *one = &all[i];
        text_add_format(&b, "%d:%d-%d %s\n", (int)one->at.line, (int)one->at.column,
                        (int)one->column_until, one->code);
        const char *const lines[] = { one->says, one->mend, one->says_zh, one->mend_zh };
        for (size_t j = 0; j < ARRAY_COUNT(lines); j++)
            if (lines[j]) text_add_format(&b, "    %s\n", lines[j]);
    }
    if (unshown) text_add_format(&b, "and %zu more\n", unshown);
    text built = text_built(&b);
    golden_expect("broken", name, built.bytes, built.size_bytes);
    arena_close(a);
}
