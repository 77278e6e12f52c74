/* Sessions: the door keeps tickets, and the secret that opens one only the caller has. */
#include <stdio.h>
#include <string.h>

#include "http/http_internal.h"
#include "os/os.h"

enum { SESSIONS_MAX = 4096, SESSIONS_OF_USER = 32, LOGIN_BYTES = 64 };

typedef struct {
    bool is_used;
    uint8_t id[HTTP_ID_BYTES];
    char csrf[HTTP_ID_HEX + 1], login[LOGIN_BYTES];
    char handle[HTTP_ID_HEX + 1], address[HTTP_ADDRESS_BYTES]; /* by which its user ends it; it opens nothing */
    int64_t began_s, seen_s;
    service_session session; /* its secret is wiped */
} entry;

struct http_sessions {
    pthread_mutex_t lock;
    int64_t idle_s, longest_s;
    entry entries[SESSIONS_MAX];
};

static const char DIGITS[] = "0123456789abcdef";

void http_print_hex(const uint8_t *bytes, size_t size_bytes, char *hex)
{
    for (size_t i = 0; i < size_bytes; i++) {
        hex[2 * i] = DIGITS[bytes[i] >> 4];
        hex[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    hex[2 * size_bytes] = 0;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http_parse_hex(const char *hex, size_t size_bytes, uint8_t *bytes)
{
    for (size_t i = 0; i < size_bytes; i++) {
        int high = digit_of(hex[2 * i]), low = high < 0 ? -1 : digit_of(hex[2 * i + 1]);
        if (low < 0) return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

http_sessions *http_sessions_open(arena *a, int64_t idle_s, int64_t longest_s)
{
    http_sessions *all = ARENA_NEW(a, http_sessions);
    all->idle_s = idle_s;
    all->longest_s = longest_s;
    pthread_mutex_init(&all->lock, NULL);
    return all;
}

/* Zeros that no compiler leaves out: the room has no crypto. */
static void wipe(void *bytes, size_t size_bytes)
{
    volatile uint8_t *at = bytes;
    while (size_bytes--) *at++ = 0;
}

void http_sessions_close(http_sessions *all)
{
    pthread_mutex_destroy(&all->lock);
    wipe(all->entries, sizeof all->entries);
}

static bool is_over(const http_sessions *all, const entry *e, int64_t now_s)
{
    return now_s - e->seen_s > all->idle_s || now_s - e->began_s > all->longest_s;
}

/* A free place; when there is none, that of the session seen longest ago. Of a user who has many it is their own that goes: nobody logs
 * the others out by logging in. */
static entry *place(http_sessions *all, int64_t user_id, int64_t now_s)
{
    entry *free = NULL, *own = NULL, *oldest = &all->entries[0];
    size_t own_count = 0;
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        entry *e = &all->entries[i];
        if (!e->is_used || is_over(all, e, now_s)) {
            if (!free) free = e;
            continue;
        }
        if (e->seen_s < oldest->seen_s) oldest = e;
        if (e->session.user_id != user_id) continue;
        own_count++;
        if (!own || e->seen_s < own->seen_s || (e->seen_s == own->seen_s && e->began_s < own->began_s)) own = e;
    }
    if (own_count >= SESSIONS_OF_USER) return own;
    return free ? free : oldest;
}

void http_sessions_add(http_sessions *all, const service_session *session, text login, const char *address,
                       char token[HTTP_TOKEN_BYTES], char csrf[HTTP_ID_HEX + 1])
{
    uint8_t chance[HTTP_ID_BYTES], handle[HTTP_ID_BYTES];
    int64_t now_s = os_monotonic_ns() / 1000000000;
    os_random_bytes(chance, sizeof chance);
    os_random_bytes(handle, sizeof handle);
    pthread_mutex_lock(&all->lock);
    entry *e = place(all, session->user_id, now_s);
    memset(e, 0, sizeof *e);
    e->is_used = true;
    e->began_s = e->seen_s = now_s;
    os_random_bytes(e->id, sizeof e->id);
    http_print_hex(chance, sizeof chance, e->csrf);
    http_print_hex(handle, sizeof handle, e->handle);
    snprintf(e->address, sizeof e->address, "%s", address);
    memcpy(e->login, login.bytes,
           login.size_bytes < LOGIN_BYTES ? login.size_bytes : LOGIN_BYTES - 1);
    e->session = *session;
    wipe(&e->session.secret, sizeof e->session.secret);
    http_print_hex(e->id, sizeof e->id, token);
    token[HTTP_ID_HEX] = '.';
    http_print_hex(session->secret.bytes, SERVICE_SECRET_BYTES, token + HTTP_ID_HEX + 1);
    memcpy(csrf, e->csrf, sizeof e->csrf);
    pthread_mutex_unlock(&all->lock);
}

static entry *find(http_sessions *all, const uint8_t id[HTTP_ID_BYTES])
{
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        if (all->entries[i].is_used && memcmp(all->entries[i].id, id, HTTP_ID_BYTES) == 0)
            return &all->entries[i];
    return NULL;
}

static bool read_token(text token, uint8_t id[HTTP_ID_BYTES], service_secret *secret)
{
    return token.size_bytes == HTTP_TOKEN_BYTES - 1 && token.bytes[HTTP_ID_HEX] == '.' &&
           http_parse_hex(token.bytes, HTTP_ID_BYTES, id) &&
           http_parse_hex(token.bytes + HTTP_ID_HEX + 1, SERVICE_SECRET_BYTES, secret->bytes);
}

bool http_sessions_find(http_sessions *all, text token, service_session *session,
                        char csrf[HTTP_ID_HEX + 1])
{
    uint8_t id[HTTP_ID_BYTES];
    service_secret secret;
    if (!read_token(token, id, &secret)) return false;
    int64_t now_s = os_monotonic_ns() / 1000000000;
    pthread_mutex_lock(&all->lock);
    entry *e = find(all, id);
    bool is_there = e && !is_over(all, e, now_s);
    if (e && !is_there) wipe(e, sizeof *e);
    if (is_there) {
        e->seen_s = now_s;
        *session = e->session;
        session->secret = secret;
        memcpy(csrf, e->csrf, sizeof e->csrf);
    }
    pthread_mutex_unlock(&all->lock);
    return is_there;
}

void http_sessions_end(http_sessions *all, text token)
{
    uint8_t id[HTTP_ID_BYTES];
    service_secret secret;
    if (!read_token(token, id, &secret)) return;
    pthread_mutex_lock(&all->lock);
    entry *e = find(all, id);
    if (e) wipe(e, sizeof *e);
    pthread_mutex_unlock(&all->lock);
}

void http_sessions_end_user(http_sessions *all, int64_t user_id)
{
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        if (all->entries[i].is_used && all->entries[i].session.user_id == user_id)
            wipe(&all->entries[i], sizeof all->entries[i]);
    pthread_mutex_unlock(&all->lock);
}

size_t http_sessions_of(arena *a, http_sessions *all, int64_t user_id, text token, http_session_row **rows)
{
    uint8_t id[HTTP_ID_BYTES];
    service_secret secret;
    size_t count = 0, capacity = 0;
    int64_t now_s = os_monotonic_ns() / 1000000000;
    bool has_token = read_token(token, id, &secret);
    *rows = NULL;
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        const entry *e = &all->entries[i];
        if (!e->is_used || e->session.user_id != user_id || is_over(all, e, now_s)) continue;
        http_session_row row = { .handle = text_copy(a, text_of(e->handle)), .address = text_copy(a, text_of(e->address)),
                                 .began_ago_s = now_s - e->began_s, .seen_ago_s = now_s - e->seen_s,
                                 .is_this = has_token && memcmp(e->id, id, sizeof id) == 0 };
        ARENA_PUSH(a, *rows, count, capacity, row);
    }
    pthread_mutex_unlock(&all->lock);
    return count;
}

bool http_sessions_end_one(http_sessions *all, int64_t user_id, text handle)
{
    bool is_found = false;
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        entry *e = &all->entries[i];
        if (!e->is_used || e->session.user_id != user_id || !text_equal_cstr(handle, e->handle)) continue;
        wipe(e, sizeof *e);
        is_found = true;
    }
    pthread_mutex_unlock(&all->lock);
    return is_found;
}

size_t http_sessions_count(http_sessions *all)
{
    size_t count = 0;
    int64_t now_s = os_monotonic_ns() / 1000000000;
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        count += all->entries[i].is_used && !is_over(all, &all->entries[i], now_s);
    pthread_mutex_unlock(&all->lock);
    return count;
}
