/* Answers kept under the idempotency key of their request: the same request again is not done again. */
#include "base/hash.h"
#include "http/http_internal.h"
#include "os/os.h"

const err_kind HTTP_KEY_REUSED = {
    "http.key_reused", ERR_CONFLICT,
    "The Idempotency-Key {} was used for another request: take a new key for a new request.",
    "幂等键 {} 已用于另一个请求：新的请求请换新的键。"
};

enum { REPLAYS_MAX = 4096, ANSWER_MAX = 64 << 10 };
#define KEPT_NS ((int64_t)24 * 3600 * 1000000000)

typedef struct {
    uint64_t body; /* hash of it and of the arguments in the address */
    int64_t user_id, at_ns;
    unsigned status;
    arena *memory; /* of the two below; NULL: nothing is kept here */
    text key, answer;
    const service_op *op;
} kept;

struct http_replays {
    pthread_mutex_t lock;
    size_t next;
    kept all[REPLAYS_MAX];
};

http_replays *http_replays_open(arena *a)
{
    http_replays *all = ARENA_NEW(a, http_replays);
    pthread_mutex_init(&all->lock, NULL);
    return all;
}

static void drop(kept *k)
{
    if (k->memory) arena_close(k->memory);
    *k = (kept){ 0 };
}

void http_replays_close(http_replays *all)
{
    for (size_t i = 0; i < REPLAYS_MAX; i++) drop(&all->all[i]);
    pthread_mutex_destroy(&all->lock);
}

static enum MHD_Result add_argument(void *context, enum MHD_ValueKind kind, const char *name, size_t name_bytes, const char *value, size_t value_bytes)
{
    (void)kind;
    uint64_t *hash = context;
    text n = { name, name_bytes };
    bool is_manner = text_equal_cstr(n, "lang") || text_equal_cstr(n, "pretty"); /* the same request, said otherwise */
    if (!is_manner) *hash = hash_mix(hash_bytes(name, name_bytes, *hash), hash_bytes(value ? value : "", value ? value_bytes : 0, 13));
    return MHD_YES;
}

/* All that the operation is told: arguments may stand in the address as well. */
static uint64_t body_of(const http_request *r)
{
    uint64_t hash = hash_bytes(r->body.bytes, r->body.size_bytes, 11);
    MHD_get_connection_values_n(r->connection, MHD_GET_ARGUMENT_KIND, add_argument, &hash);
    return hash;
}

err http_replays_find(http_replays *all, http_request *r, text key, bool *is_found)
{
    err e = ERR_NONE;
    int64_t now_ns = os_monotonic_ns();
    *is_found = false;
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < REPLAYS_MAX; i++) {
        kept *k = &all->all[i];
        if (!k->memory || k->op != r->op || k->user_id != r->session.user_id || !text_equal(key, k->key))
            continue;
        if (now_ns - k->at_ns > KEPT_NS) {
            drop(k);
            continue;
        }
        *is_found = k->body == body_of(r);
        if (!*is_found) {
            e = err_of(&HTTP_KEY_REUSED, text_cstr(r->memory, text_shown(r->memory, key, 60)));
            break;
        }
        r->status = k->status;
        r->content_type = "application/json; charset=utf-8";
        r->answer = text_copy(r->memory, k->answer);
        break;
    }
    pthread_mutex_unlock(&all->lock);
    return e;
}

void http_replays_add(http_replays *all, const http_request *r, text key)
{
    if (r->answer.size_bytes > ANSWER_MAX || r->status >= 500 || r->status == 429) return; /* to be tried again */
    pthread_mutex_lock(&all->lock);
    kept *k = &all->all[all->next++ % REPLAYS_MAX];
    drop(k);
    *k = (kept){ .body = body_of(r), .user_id = r->session.user_id, .at_ns = os_monotonic_ns(),
                 .status = r->status, .op = r->op, .memory = arena_open() };
    k->key = text_copy(k->memory, key);
    k->answer = text_copy(k->memory, r->answer);
    pthread_mutex_unlock(&all->lock);
}
