#include <string.h>

#include "os/os.h"
#include "service/county.h"
#include "service/files.h"
#include "service/service_internal.h"

const err_kind SERVICE_NO_PACKS = {
    "service.no_packs", ERR_NOT_FOUND,
    "No packs were found; name their folder with --packs or in DOUDI_PACKS. Looked in: {}.",
    "没有找到政策包；请用 --packs 或环境变量 DOUDI_PACKS 指定目录。已查找：{}。"
};
const err_kind SERVICE_PACKS_BROKEN = {
    "service.packs_broken", ERR_BAD_INPUT,
    "The packs have mistakes, and nothing is computed by them; `doudi check` shows all. The first: {}",
    "政策包有错误，不能据以计算；用 doudi check 查看全部。第一处：{}"
};

service *service_open(arena *process, const service_settings *settings)
{
    service *office = ARENA_NEW(process, service);
    office->process = process;
    office->settings = *settings;
    return office;
}

void service_close(service *office)
{
    service_set_release(office->settings.shelf, office->set);
    office->set = NULL;
    county_drop_reader(office);
}

void service_set_today(service *office, int32_t today_day)
{
    office->settings.today_day = today_day;
}

/* ---- where packs are ---- */

static void split_folders(arena *a, const char *list, text **folders, size_t *count)
{
    size_t capacity = 0;
    for (const char *at = list; *at;) {
        size_t size = strcspn(at, ":");
        text folder = { at, size };
        if (size) ARENA_PUSH(a, *folders, *count, capacity, folder);
        at += size + (at[size] == ':');
    }
}

err service_pack_folders(service_call *call, const text **folders, size_t *count)
{
    arena *a = call->request;
    const service_argument *named = service_argument_of(call, "packs");
    *folders = named->values;
    *count = named->count;
    if (named->count) return ERR_NONE;
    text *found = NULL;
    size_t found_count = 0;
    const service_settings *settings = &call->office->settings;
    if (settings->packs && *settings->packs) {
        split_folders(a, settings->packs, &found, &found_count);
    } else {
        found = ARENA_ARRAY(a, text, 1);
        text installed = settings->home ? text_format(a, "%s/packs", settings->home) : TEXT_NONE;
        if (service_is_folder(a, TEXT("packs"))) found[found_count++] = TEXT("packs");
        else if (settings->home && service_is_folder(a, installed)) found[found_count++] = installed;
    }
    *folders = found;
    *count = found_count;
    return ERR_NONE;
}

/* ---- reading and compiling ---- */

typedef struct {
    policy_source *items;
    size_t count, capacity;
} source_list;

static text without_dot(text path)
{
    while (text_begins(path, TEXT("./"))) path = text_sub(path, 2, path.size_bytes);
    return path;
}

/* Text as some editors save it: no pack can be read from it, and it must not be passed over. */
static bool is_utf16(text bytes)
{
    return text_begins(bytes, TEXT("\xFF\xFE")) || text_begins(bytes, TEXT("\xFE\xFF"));
}

/* A pack begins with its front matter; other documents beside packs are not packs. */
static err add_source(arena *a, source_list *list, text path, bool is_named)
{
    path = without_dot(path);
    const char *file = text_cstr(a, path);
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].file, file) == 0) return ERR_NONE;
    policy_source source = { .file = file };
    TRY(service_read_file(a, path, &source.bytes));
    text body = source.bytes;
    if (text_begins(body, TEXT("\xEF\xBB\xBF"))) body = text_sub(body, 3, body.size_bytes);
    if (!is_named && !text_begins(body, TEXT("---")) && !is_utf16(body)) return ERR_NONE;
    ARENA_PUSH(a, list->items, list->count, list->capacity, source);
    return ERR_NONE;
}

static err add_path(arena *a, source_list *list, text path)
{
    const text *files;
    size_t count;
    if (!service_is_folder(a, path)) return add_source(a, list, path, true);
    TRY(service_list_files(a, path, TEXT(".md"), &files, &count));
    for (size_t i = 0; i < count; i++) TRY(add_source(a, list, files[i], false));
    return ERR_NONE;
}

static text book_key(arena *a, const text *folders, size_t count, const service_argument *more)
{
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < count; i++) text_add_format(&b, "%.*s:", TEXT_ARG(folders[i]));
    for (size_t i = 0; i < more->count; i++) text_add_format(&b, ":%.*s", TEXT_ARG(more->values[i]));
    return text_built(&b);
}

static const char *looked_in(arena *a, const text *folders, size_t count,
                             const service_argument *more)
{
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < count + more->count; i++)
        text_add_format(&b, "%s%.*s", i ? ", " : "",
                        TEXT_ARG(i < count ? folders[i] : more->values[i - count]));
    return b.size_bytes ? text_built(&b).bytes : "packs";
}

static err read_sources(service_set *set, const text *folders, size_t count, const service_argument *more)
{
    source_list list = { 0 };
    for (size_t i = 0; i < count; i++) TRY(add_path(set->pack, &list, folders[i]));
    for (size_t i = 0; i < more->count; i++) TRY(add_path(set->pack, &list, more->values[i]));
    set->sources = list.items;
    set->source_count = list.count;
    return ERR_NONE;
}

static err compile(service_set *set, const text *folders, size_t count, const service_argument *more)
{
    if (!set->source_count) return err_of(&SERVICE_NO_PACKS, looked_in(set->pack, folders, count, more));
    err e = policy_compile(set->pack, set->sources, set->source_count, &set->book);
    if (e.kind != &POLICY_HAS_MISTAKES) return e;
    size_t mistake_count, unshown;
    const policy_mistake *mistakes = policy_mistakes(set->book, &mistake_count, &unshown);
    return err_of(&SERVICE_PACKS_BROKEN, mistake_count ? mistakes[0].says : "?");
}

/* The sentence of the first mistake, in the caller's language. */
static err in_language(service_call *call, err e)
{
    if (e.kind != &SERVICE_PACKS_BROKEN) return e;
    size_t count, unshown;
    const policy_mistake *m = policy_mistakes(call->office->set->book, &count, &unshown);
    if (!count) return e;
    text shown = text_format(call->request, "%s:%d:%d: %s", m->at.file ? m->at.file : "", m->at.line,
                             m->at.column, service_say(call, m->says, m->says_zh));
    return err_of(e.kind, shown.bytes);
}

/* ---- at hand ---- */

static uint64_t stamp_of(service_call *call, const text *folders, size_t count)
{
    uint64_t stamp = 1;
    for (size_t i = 0; i < count; i++) stamp = os_tree_stamp(text_cstr(call->request, folders[i]), stamp);
    return stamp;
}

/* Another set takes the place of the one at hand, if it must. Files that only this call names are its own. */
static void turn_to(service_call *call, const text *folders, size_t count, const service_argument *more)
{
    service *office = call->office;
    service_shelf *shelf = office->settings.shelf;
    text key = book_key(call->request, folders, count, more);
    bool is_same = office->set && text_equal(key, office->set->key);
    if (is_same && (!shelf || call->has_packs)) return;
    uint64_t stamp = shelf && !more->count ? stamp_of(call, folders, count) : 0;
    if (is_same && stamp && office->set->stamp == stamp) return;
    service_set_release(shelf, office->set);
    office->set = stamp ? service_shelf_take(shelf, key, stamp) : service_set_open();
    if (!stamp) office->set->key = text_copy(office->set->pack, key);
}

/* The call's folders, read; `more` is compiled with them. */
static err take_folders(service_call *call, const service_argument *more)
{
    const text *folders;
    size_t count;
    TRY(service_pack_folders(call, &folders, &count));
    turn_to(call, folders, count, more);
    call->has_packs = true;
    service_set *set = call->office->set;
    pthread_mutex_lock(&set->lock);
    if (!set->is_read) set->source_error = read_sources(set, folders, count, more);
    set->is_read = true;
    err e = set->source_error;
    pthread_mutex_unlock(&set->lock);
    return e;
}

err service_book_with(service_call *call, const service_argument *more, const policy_book **book)
{
    const text *folders;
    size_t count;
    TRY(take_folders(call, more));
    TRY(service_pack_folders(call, &folders, &count));
    service_set *set = call->office->set;
    pthread_mutex_lock(&set->lock);
    if (!set->has_book) set->book_error = compile(set, folders, count, more);
    set->has_book = true;
    *book = set->book;
    err e = set->book_error;
    pthread_mutex_unlock(&set->lock);
    return in_language(call, e);
}

static const service_argument NO_MORE = { 0 };

err service_sources(service_call *call)
{
    return take_folders(call, &NO_MORE);
}

err service_book(service_call *call, const policy_book **book)
{
    return service_book_with(call, &NO_MORE, book);
}
