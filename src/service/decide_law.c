#include <stdlib.h>
#include <string.h>

#include "service/decide_internal.h"

static const char *const HEADS[DECIDE_LAW_FORM_COUNT] = {
    [DECIDE_LAW_PACKS] = "doudi law 1\n",
    [DECIDE_LAW_WHOLE] = "doudi law 2\n",
};

/* ---- canonical bytes ---- */

static int by_name(const void *a, const void *b)
{
    const policy_source *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    return order ? order : text_compare(x->bytes, y->bytes);
}

text decide_law_print(arena *a, decide_law_form form, policy_source *sources, size_t count)
{
    if (count) qsort(sources, count, sizeof *sources, by_name);
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, HEADS[form]);
    for (size_t i = 0; i < count; i++) {
        text_add_format(&b, "%zu %s\n", sources[i].bytes.size_bytes, sources[i].file);
        text_add(&b, sources[i].bytes);
        text_add_char(&b, '\n');
    }
    return text_built(&b);
}

static err read_head(text *left, size_t *size_bytes, text *name)
{
    size_t end = text_find(*left, TEXT("\n")), blank = text_find(*left, TEXT(" "));
    int64_t size = 0;
    if (end == SIZE_MAX || blank == SIZE_MAX || blank > end ||
        !codec_parse_scaled(text_sub(*left, 0, blank), 0, &size) || size < 0 ||
        (uint64_t)size + 1 > left->size_bytes - end - 1)
        return err_of(&DECIDE_BAD_RECORD, "doudi law");
    *name = text_sub(*left, blank + 1, end);
    *size_bytes = (size_t)size;
    *left = text_sub(*left, end + 1, left->size_bytes);
    return ERR_NONE;
}

decide_law_form decide_law_form_of(text bytes)
{
    decide_law_form form = 0;
    while (form < DECIDE_LAW_FORM_COUNT && !text_begins(bytes, text_of(HEADS[form]))) form++;
    return form;
}

err decide_law_sources(arena *a, text bytes, policy_source **sources, size_t *count)
{
    size_t capacity = 0;
    decide_law_form form = decide_law_form_of(bytes);
    *sources = NULL;
    *count = 0;
    if (form == DECIDE_LAW_FORM_COUNT) return err_of(&DECIDE_BAD_RECORD, "doudi law");
    text left = text_sub(bytes, strlen(HEADS[form]), bytes.size_bytes);
    while (left.size_bytes) {
        text name;
        size_t size_bytes;
        TRY(read_head(&left, &size_bytes, &name));
        policy_source one = { .file = text_cstr(a, name), .bytes = text_sub(left, 0, size_bytes) };
        ARENA_PUSH(a, *sources, *count, capacity, one);
        left = text_sub(left, size_bytes + 1, left.size_bytes);
    }
    return ERR_NONE;
}

/* ---- tables ---- */

/* What is kept with the law but is no table of facts and lines: read by those whose it is. */
static bool is_aside(const char *file)
{
    static const char *const NAMES[] = { "office-duties.csv", "office-words.csv", "office-subjects.csv", "office-report.csv",
                                         "office-papers.csv", "office-docket.csv", "office-protected.csv", "office-english.csv",
                                         "office-survey.csv", "office-offers.csv", "office-overview.csv" };
    for (size_t i = 0; i < ARRAY_COUNT(NAMES); i++)
        if (text_ends(text_of(file), text_of(NAMES[i]))) return true;
    return false;
}

static err read_tables(decide_law *law, const policy_source *sources, size_t count)
{
    law->table = ARENA_NEW(law->memory, decide_table);
    law->watches = policy_watches(law->memory, law->book, &law->watch_count);
    for (size_t i = 0; i < count; i++)
        if (decide_is_office_table(sources[i].file) && !is_aside(sources[i].file))
            TRY(decide_table_read(law->memory, sources[i].file, sources[i].bytes, law->table));
    return ERR_NONE;
}

static err law_new(arena *a, const policy_book *book, text bytes, decide_law **made)
{
    text digest;
    TRY(decide_bytes_digest(a, bytes, &digest));
    *made = ARENA_NEW(a, decide_law);
    **made = (decide_law){ .memory = a, .book = book, .bytes = bytes, .digest = digest };
    return ERR_NONE;
}

/* ---- opening ---- */

/* Tables are blamed by the path they stand at. */
static err law_make(service_call *call, const policy_book *book, const decide_law **made)
{
    const decide_files *files;
    decide_law *law;
    text bytes;
    arena *a = call->office->set->pack;
    TRY(decide_files_open(call, &files));
    TRY(decide_files_bytes(call, a, DECIDE_LAW_WHOLE, &bytes));
    TRY(law_new(a, book, bytes, &law));
    policy_source *tables = ARENA_ARRAY(a, policy_source, files->count + 1);
    for (size_t i = 0; i < files->count; i++)
        tables[i] = (policy_source){ text_cstr(a, files->items[i].path), files->items[i].bytes };
    TRY(read_tables(law, tables, files->count));
    *made = law;
    return ERR_NONE;
}

err decide_law_open(service_call *call, const decide_law **law)
{
    const policy_book *book;
    TRY(service_book(call, &book));
    service_set *set = call->office->set;
    pthread_mutex_lock(&set->lock);
    if (!set->has_law) set->law_error = law_make(call, book, &set->law);
    set->has_law = true;
    *law = set->law;
    err e = set->law_error;
    pthread_mutex_unlock(&set->lock);
    return e;
}

err decide_law_of(arena *a, text bytes, const decide_law **made)
{
    policy_source *sources;
    size_t count, pack_count = 0;
    policy_book *book;
    TRY(decide_law_sources(a, bytes, &sources, &count));
    policy_source *packs = ARENA_ARRAY(a, policy_source, count + 1);
    for (size_t i = 0; i < count; i++)
        if (decide_is_pack(sources[i].file)) packs[pack_count++] = sources[i];
    TRY(policy_compile(a, packs, pack_count, &book));
    decide_law *law;
    TRY(law_new(a, book, text_copy(a, bytes), &law));
    TRY(read_tables(law, sources, count));
    *made = law;
    return ERR_NONE;
}

const policy_book *decide_law_book(const decide_law *law)
{
    return law->book;
}

err decide_law_aside(arena *a, const decide_law *law, const char *name, text *bytes)
{
    policy_source *sources;
    size_t count;
    text_builder all = text_builder_open(a);
    TRY(decide_law_sources(a, law->bytes, &sources, &count));
    for (size_t i = 0; i < count; i++)
        if (text_ends(text_of(sources[i].file), text_of(name))) text_add(&all, sources[i].bytes);
    *bytes = text_built(&all);
    return ERR_NONE;
}

text decide_law_bytes(const decide_law *law)
{
    return law->bytes;
}
