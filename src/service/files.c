#include "service/files.h"

err service_read_file(arena *a, text path, text *bytes)
{
    return os_read_file(a, text_cstr(a, path), SERVICE_FILE_BYTES_MAX, bytes);
}

enum { FILE_PIECE = 1 << 16 };

err service_read_utf8(arena *a, text path, text *bytes)
{
    text raw;
    TRY(service_read_file(a, path, &raw));
    codec_utf8_reader *reader = codec_utf8_open(a, codec_text_source(a, raw));
    codec_source source = codec_utf8_source(reader);
    text_builder b = text_builder_open(a);
    err e = ERR_NONE;
    for (size_t size = 1; size && !e.kind; b.size_bytes += size) {
        size = 0;
        e = source.read(source.context, codec_reserve(&b, FILE_PIECE), FILE_PIECE, &size);
    }
    codec_utf8_close(reader);
    if (e.kind && !e.at.file) e.at.file = text_cstr(a, path);
    if (e.kind) return e;
    *bytes = text_built(&b);
    if (text_begins(*bytes, TEXT("\xEF\xBB\xBF"))) *bytes = text_sub(*bytes, 3, bytes->size_bytes);
    return ERR_NONE;
}

err service_write_file(arena *a, text path, text bytes)
{
    return os_write_file(a, text_cstr(a, path), bytes);
}

bool service_is_folder(arena *a, text path)
{
    return os_is_folder(text_cstr(a, path));
}

typedef struct {
    text *items;
    size_t count, capacity;
} file_list;

enum { FOLDER_DEPTH_MAX = 16 };

/* A folder and those it lies in, as far as the list began. */
typedef struct way {
    const char *folder;
    const struct way *above;
    int depth;
} way;

/* A link that leads back up goes on without end. */
static bool is_on_way(const char *folder, const way *above)
{
    for (const way *w = above; w; w = w->above)
        if (os_is_same(folder, w->folder)) return true;
    return false;
}

static err list_into(arena *a, text folder, text suffix, const way *above, file_list *list)
{
    os_entry *entries;
    size_t count;
    way here = { text_cstr(a, folder), above, above ? above->depth + 1 : 0 };
    TRY(os_list_folder(a, here.folder, &entries, &count));
    for (size_t i = 0; i < count; i++) {
        if (entries[i].name[0] == '.' || entries[i].is_special) continue;
        text path = text_format(a, "%.*s/%s", TEXT_ARG(folder), entries[i].name);
        bool is_inner = entries[i].is_folder && here.depth < FOLDER_DEPTH_MAX;
        if (is_inner && !is_on_way(text_cstr(a, path), &here))
            TRY(list_into(a, path, suffix, &here, list));
        else if (!entries[i].is_folder && text_ends(path, suffix))
            ARENA_PUSH(a, list->items, list->count, list->capacity, path);
    }
    return ERR_NONE;
}

err service_list_files(arena *a, text folder, text suffix, const text **files, size_t *count)
{
    file_list list = { 0 };
    while (folder.size_bytes > 1 && text_ends(folder, TEXT("/"))) folder.size_bytes--;
    TRY(list_into(a, folder, suffix, NULL, &list));
    *files = list.items;
    *count = list.count;
    return ERR_NONE;
}
