/* What one law changes against another: every parameter and variable whose versions differ, in any region and at
 * any time, every row of a table, and every file. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "service/adopt.h"
#include "service/ledger.h"

const service_field ADOPT_CHANGE_FIELDS[] = {
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "pack", .type = SERVICE_TEXT, .summary = "pack", .summary_zh = "政策包" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },
    { .name = "region", .type = SERVICE_TEXT, .summary = "region", .summary_zh = "地区" },
    { .name = "since", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "自" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "before", .summary_zh = "原" },
    { .name = "after", .type = SERVICE_TEXT, .summary = "after", .summary_zh = "改为" },
};
_Static_assert(ARRAY_COUNT(ADOPT_CHANGE_FIELDS) == ADOPT_CHANGE_FIELD_COUNT, "fields of a change");
const service_field ADOPT_FILE_FIELDS[] = {
    { .name = "file", .type = SERVICE_TEXT, .summary = "file", .summary_zh = "文件" },
    { .name = "change", .type = SERVICE_TEXT, .summary = "change", .summary_zh = "变动" },
};
_Static_assert(ARRAY_COUNT(ADOPT_FILE_FIELDS) == ADOPT_FILE_FIELD_COUNT, "fields of a file");

enum { SHOWN_MAX = 200, CELL_CHARS = 60 };

typedef struct {
    service_call *call;
    arena *memory;
    service_value *list;
    int64_t count;
} differing;

/* ---- symbols ---- */

/* All a version says; two that read alike are the same. */
static text says_all(arena *a, const policy_version *v)
{
    text_builder b = text_builder_open(a);
    text_add_format(&b, "%s|%d|%d|%s|%s", v->region ? v->region : "", v->since_day, v->until_day, v->says ? v->says : "",
                    v->mark ? v->mark : "");
    for (size_t i = 0; i < v->cell_count; i++) {
        const policy_cell *c = &v->cells[i];
        text_add_format(&b, "|%s/%s:%s", c->keys[0] ? c->keys[0] : "", c->keys[1] ? c->keys[1] : "", c->value ? c->value : "-");
    }
    for (size_t i = 0; i < v->exception_count; i++)
        text_add_format(&b, "|%s:%s%s", v->exceptions[i].condition, v->exceptions[i].value ? v->exceptions[i].value : "",
                        v->exceptions[i].is_overriding ? "!" : "");
    return text_built(&b);
}

static bool is_same_cell(const policy_cell *x, const policy_cell *y)
{
    for (int k = 0; k < 2; k++)
        if (strcmp(x->keys[k] ? x->keys[k] : "", y->keys[k] ? y->keys[k] : "")) return false;
    return !strcmp(x->value ? x->value : "-", y->value ? y->value : "-");
}

/* What a version says, of a table the first row that the other has not. */
static text shown(arena *a, const policy_version *v, const policy_version *other)
{
    if (!v) return TEXT("-");
    if (v->says) return text_shown(a, text_of(v->says), CELL_CHARS);
    for (size_t i = 0; i < v->cell_count; i++) {
        const policy_cell *c = &v->cells[i];
        bool is_there = false;
        for (size_t k = 0; other && k < other->cell_count && !is_there; k++) is_there = is_same_cell(c, &other->cells[k]);
        if (is_there) continue;
        return text_format(a, "%s%s%s: %s", c->keys[0] ? c->keys[0] : "", c->keys[1] ? "/" : "", c->keys[1] ? c->keys[1] : "",
                           c->value ? c->value : "-");
    }
    return TEXT("-");
}

static void put_change(differing *d, const policy_symbol *s, const policy_version *x, const policy_version *y)
{
    service_call *call = d->call;
    arena *a = call->request;
    const policy_version *of = y ? y : x;
    if (d->count++ >= SHOWN_MAX) return;
    service_value *v = service_put_object(a, d->list, NULL);
    bool has_day = of && of->since_day > CALENDAR_DAY_MIN;
    bool is_param = s->kind == POLICY_SYMBOL_PARAM;
    service_put_text(a, v, "name", text_copy(a, text_of(s->name)));
    service_put_text(a, v, "pack", text_copy(a, text_of(s->pack)));
    service_put_cstr(a, v, "kind", is_param ? service_say(call, "parameter", "参数") : service_say(call, "variable", "变量"));
    service_put_text(a, v, "region", text_copy(a, text_of(of && of->region ? of->region : "中国")));
    service_put_text(a, v, "since", has_day ? service_day_text(a, of->since_day) : TEXT("-"));
    service_put_text(a, v, "before", text_copy(a, shown(a, x, y)));
    service_put_text(a, v, "after", text_copy(a, shown(a, y, x)));
}

static size_t find(arena *a, const policy_version *list, size_t count, const policy_version *of)
{
    const char *region = of->region ? of->region : "";
    (void)a;
    for (size_t i = 0; i < count; i++)
        if (list[i].since_day == of->since_day && !strcmp(list[i].region ? list[i].region : "", region)) return i;
    return SIZE_MAX;
}

/* Versions of one region and first day are held against each other; each that differs is a change. */
static void compare(differing *d, const policy_symbol *s, const policy_version *x, size_t x_count, const policy_version *y,
                    size_t y_count)
{
    arena *a = d->memory;
    for (size_t i = 0; i < y_count; i++) {
        size_t at = find(a, x, x_count, &y[i]);
        if (at == SIZE_MAX) put_change(d, s, NULL, &y[i]);
        else if (!text_equal(says_all(a, &x[at]), says_all(a, &y[i]))) put_change(d, s, &x[at], &y[i]);
    }
    for (size_t i = 0; i < x_count; i++)
        if (find(a, y, y_count, &x[i]) == SIZE_MAX) put_change(d, s, &x[i], NULL);
}

static bool is_of_law(const policy_symbol *s)
{
    return s->kind == POLICY_SYMBOL_PARAM || s->kind == POLICY_SYMBOL_VAR;
}

static const policy_symbol *twin(arena *a, const policy_book *book, const policy_symbol *s)
{
    const policy_symbol *found = NULL;
    err e = policy_find(book, text_format(a, "%s.%s", s->pack, s->name), &found);
    return e.kind || found->kind != s->kind ? NULL : found;
}

static void compare_all(differing *d, const policy_book *before, const policy_book *after)
{
    size_t count;
    const policy_symbol *symbols = policy_symbols(after, &count);
    for (size_t i = 0; i < count; i++) {
        size_t x_count = 0, y_count;
        if (!is_of_law(&symbols[i])) continue;
        arena_reset(d->memory);
        const policy_version *y = policy_versions(d->memory, after, &symbols[i], &y_count), *x = NULL;
        const policy_symbol *was = twin(d->memory, before, &symbols[i]);
        if (was) x = policy_versions(d->memory, before, was, &x_count);
        compare(d, &symbols[i], x, x_count, y, y_count);
    }
    symbols = policy_symbols(before, &count);
    for (size_t i = 0; i < count; i++) {
        size_t x_count;
        if (!is_of_law(&symbols[i])) continue;
        arena_reset(d->memory);
        if (twin(d->memory, after, &symbols[i])) continue;
        const policy_version *x = policy_versions(d->memory, before, &symbols[i], &x_count);
        compare(d, &symbols[i], x, x_count, NULL, 0);
    }
}

/* ---- files ---- */

static const policy_source *file_of(const policy_source *list, size_t count, const char *file)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i].file, file)) return &list[i];
    return NULL;
}

static void put_file(service_call *call, service_value *list, const char *file, const char *change)
{
    arena *a = call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "file", text_copy(a, text_of(file)));
    service_put_cstr(a, v, "change", change);
}

/* ---- rows of tables ---- */

/* Lines that only one of two files has; those of the same first cell, in order, stand for each other. */
typedef struct {
    text *lines;
    size_t count, capacity;
} line_list;

static int by_bytes(const void *a, const void *b)
{
    return text_compare(*(const text *)a, *(const text *)b);
}

static line_list lines_of(arena *a, text bytes)
{
    line_list list = { 0 };
    while (bytes.size_bytes) {
        size_t end = text_find(bytes, TEXT("\n"));
        text line = text_trim(text_sub(bytes, 0, end == SIZE_MAX ? bytes.size_bytes : end));
        bytes = end == SIZE_MAX ? TEXT("") : text_sub(bytes, end + 1, bytes.size_bytes);
        if (line.size_bytes) ARENA_PUSH(a, list.lines, list.count, list.capacity, line);
    }
    if (list.count) qsort(list.lines, list.count, sizeof *list.lines, by_bytes);
    return list;
}

static text first_cell(text line)
{
    size_t comma = text_find(line, TEXT(","));
    return comma == SIZE_MAX ? line : text_sub(line, 0, comma);
}

/* What `of` has and `other` has not; both are in order. */
static line_list without(arena *a, const line_list *of, const line_list *other)
{
    line_list left = { 0 };
    for (size_t i = 0, k = 0; i < of->count; i++) {
        while (k < other->count && text_compare(other->lines[k], of->lines[i]) < 0) k++;
        if (k < other->count && text_equal(other->lines[k], of->lines[i])) k++;
        else ARENA_PUSH(a, left.lines, left.count, left.capacity, of->lines[i]);
    }
    return left;
}

static void put_row(differing *d, const char *file, text before, text after)
{
    arena *a = d->call->request;
    if (d->count++ >= SHOWN_MAX) return;
    service_value *v = service_put_object(a, d->list, NULL);
    service_put_text(a, v, "name", text_copy(a, first_cell(after.size_bytes ? after : before)));
    service_put_text(a, v, "pack", text_copy(a, text_of(file)));
    service_put_cstr(a, v, "kind", service_say(d->call, "row", "表行"));
    service_put_text(a, v, "region", TEXT("-"));
    service_put_text(a, v, "since", TEXT("-"));
    service_put_text(a, v, "before", before.size_bytes ? text_copy(a, before) : TEXT("-"));
    service_put_text(a, v, "after", after.size_bytes ? text_copy(a, after) : TEXT("-"));
}

static void compare_rows(differing *d, const char *file, text before, text after)
{
    arena *a = d->memory;
    arena_reset(a);
    line_list x = lines_of(a, before), y = lines_of(a, after);
    line_list gone = without(a, &x, &y), come = without(a, &y, &x);
    for (size_t i = 0, k = 0; i < gone.count || k < come.count;) {
        int order = i == gone.count ? 1 : k == come.count ? -1
                  : text_compare(first_cell(gone.lines[i]), first_cell(come.lines[k]));
        put_row(d, file, order <= 0 ? gone.lines[i] : TEXT(""), order >= 0 ? come.lines[k] : TEXT(""));
        i += order <= 0;
        k += order >= 0;
    }
}

static err compare_files(differing *d, service_value *list, const decide_law *before, const decide_law *after)
{
    policy_source *x, *y;
    size_t x_count, y_count;
    service_call *call = d->call;
    arena *a = call->request;
    TRY(decide_law_sources(a, decide_law_bytes(before), &x, &x_count));
    TRY(decide_law_sources(a, decide_law_bytes(after), &y, &y_count));
    for (size_t i = 0; i < y_count; i++) {
        const policy_source *was = file_of(x, x_count, y[i].file);
        if (!was) put_file(call, list, y[i].file, service_say(call, "new", "新增"));
        if (!was || text_equal(was->bytes, y[i].bytes)) continue;
        put_file(call, list, y[i].file, service_say(call, "changed", "有改动"));
        if (text_ends(text_of(y[i].file), TEXT(".csv"))) compare_rows(d, y[i].file, was->bytes, y[i].bytes);
    }
    for (size_t i = 0; i < x_count; i++)
        if (!file_of(y, y_count, x[i].file)) put_file(call, list, x[i].file, service_say(call, "gone", "删除"));
    return ERR_NONE;
}

err adopt_diff_put(service_call *call, service_value *into, const decide_law *before, const decide_law *after)
{
    arena *a = call->request;
    if (!before) return ERR_NONE;
    differing d = { .call = call, .memory = arena_open(), .list = service_put_list(a, into, "changes") };
    compare_all(&d, decide_law_book(before), decide_law_book(after));
    err e = compare_files(&d, service_put_list(a, into, "files"), before, after);
    arena_close(d.memory);
    service_put_count(a, into, "change_count", d.count);
    return e;
}
