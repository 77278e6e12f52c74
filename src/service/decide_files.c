/* What of the folders of packs decides beside the packs themselves: tables of the office (office-*.csv), of the
 * ledger, of traces. Read once for all that a call asks, so that what was held against the adopted law is what
 * the step goes by. */
#include <string.h>

#include "crypto/crypto.h"
#include "service/decide_internal.h"
#include "service/files.h"

/* ---- names ---- */

static text without_ends(text folder)
{
    while (folder.size_bytes > 1 && text_ends(folder, TEXT("/"))) folder.size_bytes--;
    while (text_begins(folder, TEXT("./"))) folder = text_sub(folder, 2, folder.size_bytes);
    return folder;
}

/* The name a file has whatever folder the packs stand in. */
static const char *canonical_name(arena *a, const char *file, const text *folders, size_t count)
{
    text path = text_of(file);
    for (size_t i = 0; i < count; i++) {
        text folder = without_ends(folders[i]);
        if (text_begins(path, folder) && path.size_bytes > folder.size_bytes && path.bytes[folder.size_bytes] == '/')
            return text_cstr(a, text_sub(path, folder.size_bytes + 1, path.size_bytes));
    }
    const char *slash = strrchr(file, '/');
    return slash ? slash + 1 : file;
}

bool decide_is_office_table(const char *name)
{
    const char *slash = strrchr(name, '/');
    text file = text_of(slash ? slash + 1 : name);
    return text_begins(file, TEXT("office-")) && text_ends(file, TEXT(".csv"));
}

bool decide_is_pack(const char *name)
{
    return !text_ends(text_of(name), TEXT(".csv"));
}

/* Of the folder adapters/, those of the office and the traces; cases-*.csv serve calculators. */
static bool decides(const char *name)
{
    return text_begins(text_of(name), TEXT("ledger/")) || decide_is_office_table(name) ||
           text_equal_cstr(TEXT("adapters/traces.csv"), name);
}

/* ---- reading ---- */

static bool is_taken(const decide_files *all, const char *name)
{
    for (size_t i = 0; i < all->count && !decide_is_office_table(name); i++)
        if (!strcmp(all->items[i].name, name)) return true;
    return false;
}

static err add_folder(arena *a, text folder, const char *part, decide_files *all)
{
    const text *files;
    size_t count;
    text path = text_format(a, "%.*s/%s", TEXT_ARG(without_ends(folder)), part);
    if (!service_is_folder(a, path)) return ERR_NONE;
    TRY(service_list_files(a, path, TEXT(".csv"), &files, &count));
    for (size_t i = 0; i < count; i++) {
        decide_file one = { .path = files[i] };
        one.name = canonical_name(a, text_cstr(a, files[i]), &folder, 1);
        if (!decides(one.name) || is_taken(all, one.name)) continue;
        TRY(service_read_utf8(a, files[i], &one.bytes));
        ARENA_PUSH(a, all->items, all->count, all->capacity, one);
    }
    return ERR_NONE;
}

static err read_files(service_set *set, const text *folders, size_t count)
{
    static const char *const PARTS[] = { "adapters", "ledger" };
    decide_files *made = ARENA_NEW(set->pack, decide_files);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < ARRAY_COUNT(PARTS); k++) TRY(add_folder(set->pack, folders[i], PARTS[k], made));
    set->files = made;
    return ERR_NONE;
}

err decide_files_open(service_call *call, const decide_files **files)
{
    const text *folders;
    size_t count;
    TRY(service_sources(call));
    service_set *set = call->office->set;
    TRY(service_pack_folders(call, &folders, &count));
    pthread_mutex_lock(&set->lock);
    if (!set->has_files) set->files_error = read_files(set, folders, count);
    set->has_files = true;
    *files = set->files;
    err e = set->files_error;
    pthread_mutex_unlock(&set->lock);
    return e;
}

err decide_file_find(service_call *call, const char *name, const decide_file **file)
{
    const decide_files *files;
    *file = NULL;
    TRY(decide_files_open(call, &files));
    for (size_t i = 0; i < files->count && !*file; i++)
        if (!strcmp(files->items[i].name, name)) *file = &files->items[i];
    return ERR_NONE;
}

/* ---- as one text ---- */

err decide_files_bytes(service_call *call, arena *a, decide_law_form form, text *bytes)
{
    const decide_files *files;
    const text *folders;
    size_t folder_count, count = 0;
    TRY(decide_files_open(call, &files));
    TRY(service_pack_folders(call, &folders, &folder_count));
    const service_set *set = call->office->set;
    policy_source *all = ARENA_ARRAY(a, policy_source, files->count + set->source_count + 1);
    for (size_t i = 0; i < files->count; i++)
        if (form == DECIDE_LAW_WHOLE || decide_is_office_table(files->items[i].name))
            all[count++] = (policy_source){ files->items[i].name, files->items[i].bytes };
    for (size_t i = 0; i < set->source_count; i++)
        all[count++] = (policy_source){ canonical_name(a, set->sources[i].file, folders, folder_count),
                                        set->sources[i].bytes };
    *bytes = decide_law_print(a, form, all, count);
    return ERR_NONE;
}

err decide_bytes_digest(arena *a, text bytes, text *digest)
{
    crypto_hasher *hasher;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, bytes.bytes, bytes.size_bytes), hex);
    crypto_hasher_close(hasher);
    *digest = text_copy(a, text_of(hex));
    return ERR_NONE;
}

/* The bytes are worked out beside the set, and only the digest stays with it. */
static err make_digest(service_call *call, decide_law_form form, service_set *set)
{
    text bytes;
    arena *scratch = arena_open();
    err e = decide_files_bytes(call, scratch, form, &bytes);
    if (!e.kind) e = decide_bytes_digest(set->pack, bytes, &set->file_digests[form]);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

err decide_files_digest(service_call *call, decide_law_form form, text *digest)
{
    err e = ERR_NONE;
    TRY(service_sources(call));
    service_set *set = call->office->set;
    pthread_mutex_lock(&set->lock);
    if (!set->file_digests[form].size_bytes) e = make_digest(call, form, set);
    *digest = set->file_digests[form];
    pthread_mutex_unlock(&set->lock);
    return e;
}
