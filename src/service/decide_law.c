#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "service/decide_internal.h"
#include "service/files.h"

static const char LAW_HEAD[] = "doudi law 1\n";

/* ---- canonical bytes ---- */

static int by_name(const void *a, const void *b)
{
    const policy_source *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    return order ? order : text_compare(x->bytes, y->bytes);
}

static text bytes_of(arena *a, policy_source *sources, size_t count)
{
    qsort(sources, count, sizeof *sources, by_name);
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, LAW_HEAD);
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
        return err_of(&DECIDE_BAD_RECORD, "doudi law 1");
    *name = text_sub(*left, blank + 1, end);
    *size_bytes = (size_t)size;
    *left = text_sub(*left, end + 1, left->size_bytes);
    return ERR_NONE;
}

err decide_law_sources(arena *a, text bytes, policy_source **sources, size_t *count)
{
    size_t capacity = 0;
    *sources = NULL;
    *count = 0;
    if (!text_begins(bytes, text_of(LAW_HEAD))) return err_of(&DECIDE_BAD_RECORD, "doudi law 1");
    text left = text_sub(bytes, sizeof LAW_HEAD - 1, bytes.size_bytes);
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

static bool is_table(const char *file)
{
    const char *slash = strrchr(file, '/');
    text name = text_of(slash ? slash + 1 : file);
    return text_begins(name, TEXT("office-")) && text_ends(name, TEXT(".csv"));
}

/* What is kept with the law but is no table of facts and lines: read by those whose it is. */
static bool is_aside(const char *file)
{
    return text_ends(text_of(file), TEXT("office-duties.csv"));
}

static err read_tables(decide_law *law, const policy_source *sources, size_t count)
{
    law->table = ARENA_NEW(law->memory, decide_table);
    law->watches = policy_watches(law->memory, law->book, &law->watch_count);
    for (size_t i = 0; i < count; i++)
        if (is_table(sources[i].file) && !is_aside(sources[i].file))
            TRY(decide_table_read(law->memory, sources[i].file, sources[i].bytes, law->table));
    return ERR_NONE;
}

static err law_new(arena *a, const policy_book *book, text bytes, decide_law **made)
{
    crypto_hasher *hasher;
    char digest[CRYPTO_DIGEST_HEX_BYTES];
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, bytes.bytes, bytes.size_bytes), digest);
    crypto_hasher_close(hasher);
    *made = ARENA_NEW(a, decide_law);
    **made = (decide_law){
        .memory = a, .book = book, .bytes = bytes, .digest = text_copy(a, text_of(digest))
    };
    return ERR_NONE;
}

/* ---- opening ---- */

/* The name a file has whatever folder the packs stand in. */
static const char *canonical_name(arena *a, const char *file, const text *folders, size_t count)
{
    text path = text_of(file);
    for (size_t i = 0; i < count; i++) {
        text folder = folders[i];
        while (folder.size_bytes > 1 && text_ends(folder, TEXT("/")))
            folder.size_bytes--;
        while (text_begins(folder, TEXT("./")))
            folder = text_sub(folder, 2, folder.size_bytes);
        if (text_begins(path, folder) && path.size_bytes > folder.size_bytes &&
            path.bytes[folder.size_bytes] == '/')
            return text_cstr(a, text_sub(path, folder.size_bytes + 1, path.size_bytes));
    }
    const char *slash = strrchr(file, '/');
    return slash ? slash + 1 : file;
}

typedef struct {
    policy_source *items;
    size_t count, capacity;
} source_list;

static err add_tables(arena *a, text folder, source_list *list)
{
    const text *files;
    size_t count;
    text path = text_format(a, "%.*s/adapters", TEXT_ARG(folder));
    if (!service_is_folder(a, path)) return ERR_NONE;
    TRY(service_list_files(a, path, TEXT(".csv"), &files, &count));
    for (size_t i = 0; i < count; i++) {
        policy_source one = { .file = text_cstr(a, files[i]) };
        if (!is_table(one.file)) continue;
        TRY(service_read_utf8(a, files[i], &one.bytes));
        ARENA_PUSH(a, list->items, list->count, list->capacity, one);
    }
    return ERR_NONE;
}

static err law_make(service_call *call, const policy_book *book, const decide_law **made)
{
    service *office = call->office;
    arena *a = office->pack;
    const text *folders;
    size_t folder_count;
    TRY(service_pack_folders(call, &folders, &folder_count));
    source_list list = { 0 };
    for (size_t i = 0; i < folder_count; i++)
        TRY(add_tables(a, folders[i], &list));
    size_t table_count = list.count;
    for (size_t i = 0; i < office->source_count; i++)
        ARENA_PUSH(a, list.items, list.count, list.capacity, office->sources[i]);
    policy_source *named = ARENA_ARRAY(a, policy_source, list.count + 1);
    for (size_t i = 0; i < list.count; i++)
        named[i] = (policy_source){ canonical_name(a, list.items[i].file, folders, folder_count),
                                    list.items[i].bytes };
    decide_law *law;
    TRY(law_new(a, book, bytes_of(a, named, list.count), &law));
    TRY(read_tables(law, list.items, table_count));
    *made = law;
    return ERR_NONE;
}

err decide_law_open(service_call *call, const decide_law **law)
{
    const policy_book *book;
    TRY(service_book(call, &book));
    if (!call->office->law) TRY(law_make(call, book, &call->office->law));
    *law = call->office->law;
    return ERR_NONE;
}

err decide_law_of(arena *a, text bytes, const decide_law **made)
{
    policy_source *sources;
    size_t count, pack_count = 0;
    policy_book *book;
    TRY(decide_law_sources(a, bytes, &sources, &count));
    policy_source *packs = ARENA_ARRAY(a, policy_source, count + 1);
    for (size_t i = 0; i < count; i++)
        if (!is_table(sources[i].file)) packs[pack_count++] = sources[i];
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
