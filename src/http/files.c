/* What callers sent for an operation to read, and what operations wrote for them to fetch. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "http/http_internal.h"
#include "os/os.h"

const err_kind HTTP_TOO_LARGE = {
    "http.too_large", ERR_BUSY, "This is more than the server takes at once: {}.",
    "超出服务器一次可接收的大小：{}。"
};
const err_kind HTTP_UPLOADS_FULL = {
    "http.uploads_full", ERR_BUSY,
    "The files that were sent take all the room the server gives them: try again when some are gone, an hour after they came.",
    "已上传的文件占满了服务器为其留出的空间：文件一小时后自动删除，请稍后再传。"
};
const err_kind HTTP_NO_UPLOAD = {
    "http.no_upload", ERR_NOT_FOUND,
    "There is no upload {} of yours: send the file with POST /v1/uploads and give the id it answers.",
    "没有您上传的文件 {}：请先用 POST /v1/uploads 上传，再填写返回的编号。"
};
const err_kind HTTP_BAD_NAME = {
    "http.bad_name", ERR_BAD_INPUT,
    "{} is no plain file name: letters, digits, - _ . and Chinese, without folders.",
    "{} 不是普通文件名：只能用文字、数字、- _ .，不能带目录。"
};

enum { FILES_MAX = 1024, FILES_OF_USER = 64, KEPT_S = 3600, NAME_MAX_BYTES = 120 };

typedef struct {
    bool is_used;
    char id[HTTP_ID_HEX + 1];
    char name[NAME_MAX_BYTES + 1];
    int64_t user_id, at_s, size_bytes;
} held;

struct http_files {
    pthread_mutex_t lock;
    const char *folder;
    int64_t taken_bytes, taken_max; /* by what is kept and what is just coming */
    held files[FILES_MAX];
};

err http_files_open(arena *a, int64_t uploads_max, http_files **files)
{
    http_files *made = ARENA_NEW(a, http_files);
    made->taken_max = uploads_max ? uploads_max : HTTP_UPLOADS_MAX;
    TRY(os_temp_folder(a, &made->folder));
    pthread_mutex_init(&made->lock, NULL);
    *files = made;
    return ERR_NONE;
}

void http_files_close(http_files *files)
{
    arena *scratch = arena_open();
    (void)!os_remove_tree(scratch, files->folder).kind;
    arena_close(scratch);
    pthread_mutex_destroy(&files->lock);
}

static bool is_plain_byte(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

static bool is_plain_name(text name)
{
    size_t bad_at;
    if (!name.size_bytes || name.size_bytes > NAME_MAX_BYTES || name.bytes[0] == '.' || name.bytes[0] == '-')
        return false;
    if (!text_is_utf8(name, &bad_at)) return false;
    for (size_t i = 0; i < name.size_bytes; i++)
        if (!is_plain_byte((unsigned char)name.bytes[i])) return false;
    return true;
}

static void draw_id(char id[HTTP_ID_HEX + 1])
{
    uint8_t bytes[HTTP_ID_BYTES];
    os_random_bytes(bytes, sizeof bytes);
    http_print_hex(bytes, sizeof bytes, id);
}

static void remove_held(http_files *files, held *h)
{
    arena *scratch = arena_open();
    (void)!os_remove_tree(scratch, text_format(scratch, "%s/%s", files->folder, h->id).bytes).kind;
    arena_close(scratch);
    files->taken_bytes -= h->size_bytes;
    h->is_used = false;
}

/* A free place: what is older than an hour goes, and of a user with too many the oldest. */
static held *place(http_files *files, int64_t user_id, int64_t now_s)
{
    held *free = NULL, *oldest = NULL, *own = NULL;
    size_t own_count = 0;
    for (size_t i = 0; i < FILES_MAX; i++) {
        held *h = &files->files[i];
        if (h->is_used && now_s - h->at_s > KEPT_S) remove_held(files, h);
        if (!h->is_used) {
            free = h;
            continue;
        }
        if (!oldest || h->at_s < oldest->at_s) oldest = h;
        if (h->user_id != user_id) continue;
        own_count++;
        if (!own || h->at_s < own->at_s) own = h;
    }
    if (own_count >= FILES_OF_USER) remove_held(files, free = own);
    if (!free) remove_held(files, free = oldest);
    return free;
}

static void hold(http_files *files, const char *id, int64_t user_id, text name, int64_t size_bytes)
{
    int64_t now_s = os_monotonic_ns() / 1000000000;
    pthread_mutex_lock(&files->lock);
    held *h = place(files, user_id, now_s);
    *h = (held){ .is_used = true, .user_id = user_id, .at_s = now_s, .size_bytes = size_bytes };
    memcpy(h->id, id, sizeof h->id);
    memcpy(h->name, name.bytes, name.size_bytes);
    pthread_mutex_unlock(&files->lock);
}

/* ---- in ---- */

err http_files_begin(arena *a, http_files *files, http_upload *upload)
{
    draw_id(upload->id);
    upload->path = text_format(a, "%s/%s", files->folder, upload->id).bytes;
    upload->size_bytes = 0;
    upload->descriptor = open(upload->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return upload->descriptor >= 0 ? ERR_NONE : err_of(&OS_FAILED, "upload");
}

/* Room for so many bytes more; what is older than an hour makes way for it. */
static bool reserve(http_files *files, int64_t size_bytes)
{
    int64_t now_s = os_monotonic_ns() / 1000000000;
    pthread_mutex_lock(&files->lock);
    for (size_t i = 0; i < FILES_MAX && files->taken_bytes + size_bytes > files->taken_max; i++)
        if (files->files[i].is_used && now_s - files->files[i].at_s > KEPT_S) remove_held(files, &files->files[i]);
    bool has_room = files->taken_bytes + size_bytes <= files->taken_max;
    if (has_room) files->taken_bytes += size_bytes;
    pthread_mutex_unlock(&files->lock);
    return has_room;
}

static void release(http_files *files, int64_t size_bytes)
{
    pthread_mutex_lock(&files->lock);
    files->taken_bytes -= size_bytes;
    pthread_mutex_unlock(&files->lock);
}

static err write_all(http_upload *upload, const char *at, size_t size_bytes)
{
    while (size_bytes) {
        ssize_t n = write(upload->descriptor, at, size_bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return err_of(errno == ENOSPC ? &OS_NO_SPACE : &OS_FAILED, "upload");
        at += n;
        size_bytes -= (size_t)n;
    }
    return ERR_NONE;
}

err http_files_more(http_files *files, http_upload *upload, const void *bytes, size_t size_bytes)
{
    if (upload->size_bytes + (int64_t)size_bytes > HTTP_UPLOAD_MAX) return err_of(&HTTP_TOO_LARGE, "1 GiB");
    if (!reserve(files, (int64_t)size_bytes)) return err_of(&HTTP_UPLOADS_FULL, NULL);
    upload->size_bytes += (int64_t)size_bytes;
    return write_all(upload, bytes, size_bytes);
}

/* The name as it was given, with what no plain name has made '_'; "upload" where nothing is left of it. */
static text plain_name(arena *a, text name)
{
    size_t bad_at;
    if (!name.size_bytes || name.size_bytes > NAME_MAX_BYTES || !text_is_utf8(name, &bad_at)) return TEXT("upload");
    char *plain = arena_copy(a, name.bytes, name.size_bytes);
    for (size_t i = 0; i < name.size_bytes; i++)
        if (!is_plain_byte((unsigned char)plain[i])) plain[i] = '_';
    if (plain[0] == '.' || plain[0] == '-') plain[0] = '_';
    return (text){ plain, name.size_bytes };
}

/* What came lies under its own name in a folder of its id: a receipt names the file as its sender does. */
err http_files_done(arena *a, http_files *files, http_upload *upload, int64_t user_id, text name)
{
    const char *came = text_format(a, "%s.came", upload->path).bytes;
    close(upload->descriptor);
    upload->descriptor = -1;
    name = plain_name(a, name);
    if (rename(upload->path, came)) return err_of(&OS_FAILED, "upload");
    err e = os_make_folder(a, upload->path);
    if (!e.kind && rename(came, text_format(a, "%s/%.*s", upload->path, TEXT_ARG(name)).bytes)) e = err_of(&OS_FAILED, "upload");
    if (e.kind) {
        upload->path = came;
        return e;
    }
    hold(files, upload->id, user_id, name, upload->size_bytes);
    upload->path = NULL;
    return ERR_NONE;
}

void http_files_drop(http_files *files, http_upload *upload)
{
    if (upload->descriptor >= 0) close(upload->descriptor);
    if (upload->path) {
        (void)unlink(upload->path);
        release(files, upload->size_bytes);
    }
    *upload = (http_upload){ .descriptor = -1 };
}

/* ---- out ---- */

text http_files_hide(arena *a, const http_files *files, text t)
{
    text folder = text_format(a, "%s/", files->folder);
    text_builder out = text_builder_open(a);
    size_t place_bytes = folder.size_bytes + HTTP_ID_HEX;
    for (;;) {
        size_t at = text_find(t, folder);
        if (at == SIZE_MAX || t.size_bytes - at < place_bytes) break;
        text_add(&out, text_sub(t, 0, at));
        bool has_name = t.size_bytes > at + place_bytes && t.bytes[at + place_bytes] == '/';
        t = text_sub(t, at + place_bytes + has_name, t.size_bytes);
    }
    text_add(&out, t);
    return text_built(&out);
}

/* Without `folder` in front of what lies in it. */
static text hide_folder(arena *a, text folder, text t)
{
    if (folder.size_bytes < 2 || folder.bytes[0] != '/' || text_find(t, folder) == SIZE_MAX) return t;
    text_builder out = text_builder_open(a);
    for (size_t at; (at = text_find(t, folder)) != SIZE_MAX; t = text_sub(t, at + folder.size_bytes, t.size_bytes))
        text_add(&out, text_sub(t, 0, at));
    text_add(&out, t);
    return text_built(&out);
}

/* "/opt/doudi/packs" lies in "/opt/doudi/". */
static text folder_around(text path)
{
    while (path.size_bytes && path.bytes[path.size_bytes - 1] == '/') path.size_bytes--;
    while (path.size_bytes && path.bytes[path.size_bytes - 1] != '/') path.size_bytes--;
    return path;
}

text http_hide_places(arena *a, const service_settings *settings, text t)
{
    if (settings->home) t = hide_folder(a, text_format(a, "%s/", settings->home), t);
    if (settings->county) t = hide_folder(a, folder_around(text_of(settings->county)), t);
    text packs = text_of(settings->packs ? settings->packs : "");
    while (packs.size_bytes) {
        size_t end = text_find(packs, TEXT(":"));
        if (end == SIZE_MAX) end = packs.size_bytes;
        t = hide_folder(a, folder_around(text_sub(packs, 0, end)), t);
        packs = text_sub(packs, end + (end < packs.size_bytes), packs.size_bytes);
    }
    return t;
}

err http_files_find(arena *a, http_files *files, text id, int64_t user_id, text *path)
{
    bool is_found = false;
    pthread_mutex_lock(&files->lock);
    for (size_t i = 0; i < FILES_MAX && !is_found; i++) {
        const held *h = &files->files[i];
        if (!h->is_used || h->user_id != user_id || !text_equal_cstr(id, h->id)) continue;
        const char *folder = text_format(a, "%s/%s", files->folder, h->id).bytes;
        *path = os_is_folder(folder) ? text_format(a, "%s/%s", folder, h->name) : text_of(folder);
        is_found = true;
    }
    pthread_mutex_unlock(&files->lock);
    return is_found ? ERR_NONE : err_of(&HTTP_NO_UPLOAD, text_cstr(a, text_shown(a, id, 60)));
}

err http_files_place(arena *a, http_files *files, int64_t user_id, text name, text *path, text *id)
{
    char drawn[HTTP_ID_HEX + 1];
    if (!is_plain_name(name)) return err_of(&HTTP_BAD_NAME, text_cstr(a, text_shown(a, name, 60)));
    draw_id(drawn);
    const char *folder = text_format(a, "%s/%s", files->folder, drawn).bytes;
    TRY(os_make_folder(a, folder));
    hold(files, drawn, user_id, name, 0);
    *path = text_format(a, "%s/%.*s", folder, TEXT_ARG(name));
    *id = text_copy(a, text_of(drawn));
    return ERR_NONE;
}
