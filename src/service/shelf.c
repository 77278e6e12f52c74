/* Sets of packs: one service's own, or on a shelf for all services of a server. */
#include <string.h>

#include "service/service_internal.h"
#include "store/store.h"
#include "trail/trail.h"

typedef struct {
    int64_t user_id;
    uint64_t step;
} service_shelf_taken;

struct service_shelf {
    pthread_mutex_t lock;
    service_set *set; /* asked for last; it holds it */
    service_kept writer;
    arena *memory; /* of `steps` */
    service_shelf_taken *steps; /* the last of each user's second factor that was taken */
    size_t step_count, step_capacity;
    arena *look_memory;
    trail_look *looks; /* that wait to be written, in the order they were seen */
    size_t look_count, look_capacity;
    int64_t *shown; /* by those looks, in their order */
    size_t shown_count, shown_capacity;
};

service_set *service_set_open(void)
{
    arena *pack = arena_open();
    service_set *set = ARENA_NEW(pack, service_set);
    pthread_mutexattr_t again;
    set->pack = pack;
    set->holders = 1;
    pthread_mutexattr_init(&again);
    pthread_mutexattr_settype(&again, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&set->lock, &again);
    pthread_mutexattr_destroy(&again);
    return set;
}

static void release(service_set *set)
{
    if (!set || --set->holders) return;
    pthread_mutex_destroy(&set->lock);
    arena_close(set->pack);
}

void service_set_release(service_shelf *shelf, service_set *set)
{
    if (shelf) pthread_mutex_lock(&shelf->lock);
    release(set);
    if (shelf) pthread_mutex_unlock(&shelf->lock);
}

service_shelf *service_shelf_open(arena *process)
{
    service_shelf *shelf = ARENA_NEW(process, service_shelf);
    shelf->memory = arena_open();
    shelf->look_memory = arena_open();
    pthread_mutex_init(&shelf->lock, NULL);
    return shelf;
}

void service_shelf_close(service_shelf *shelf)
{
    service_kept_drop(&shelf->writer);
    arena_close(shelf->memory);
    arena_close(shelf->look_memory);
    release(shelf->set);
    pthread_mutex_destroy(&shelf->lock);
}

service_set *service_shelf_take(service_shelf *shelf, text key, uint64_t stamp)
{
    pthread_mutex_lock(&shelf->lock);
    service_set *set = shelf->set;
    if (!set || set->stamp != stamp || !text_equal(set->key, key)) {
        release(set); /* whoever is at it still holds it */
        set = shelf->set = service_set_open();
        set->key = text_copy(set->pack, key);
        set->stamp = stamp;
    }
    set->holders++;
    pthread_mutex_unlock(&shelf->lock);
    return set;
}

/* ---- codes that were taken ---- */

static bool take_step(service_shelf *shelf, int64_t user_id, uint64_t step)
{
    for (size_t i = 0; i < shelf->step_count; i++) {
        if (shelf->steps[i].user_id != user_id) continue;
        bool is_later = step > shelf->steps[i].step;
        if (is_later) shelf->steps[i].step = step;
        return is_later;
    }
    service_shelf_taken one = { user_id, step };
    ARENA_PUSH(shelf->memory, shelf->steps, shelf->step_count, shelf->step_capacity, one);
    return true;
}

bool service_shelf_step(service_shelf *shelf, int64_t user_id, uint64_t step)
{
    pthread_mutex_lock(&shelf->lock);
    bool is_first = take_step(shelf, user_id, step);
    pthread_mutex_unlock(&shelf->lock);
    return is_first;
}

/* ---- looks that wait ---- */

bool service_shelf_is_full(service_shelf *shelf)
{
    pthread_mutex_lock(&shelf->lock);
    bool is_full = shelf->look_count >= SERVICE_LOOKS_MAX || shelf->shown_count >= SERVICE_SHOWN_MAX;
    pthread_mutex_unlock(&shelf->lock);
    return is_full;
}

/* Calls that were let in before it was full still find room. */
void service_shelf_look(service_shelf *shelf, const trail_look *look)
{
    pthread_mutex_lock(&shelf->lock);
    ARENA_PUSH(shelf->look_memory, shelf->looks, shelf->look_count, shelf->look_capacity, *look);
    shelf->looks[shelf->look_count - 1].shown = NULL; /* the caller's */
    for (size_t i = 0; i < look->shown_count; i++) ARENA_PUSH(shelf->look_memory, shelf->shown, shelf->shown_count, shelf->shown_capacity, look->shown[i]);
    pthread_mutex_unlock(&shelf->lock);
}

size_t service_shelf_looks(service_shelf *shelf, trail_look *into, size_t max, int64_t *shown)
{
    pthread_mutex_lock(&shelf->lock);
    size_t count = shelf->look_count, shown_count = 0;
    if (into && count > max) count = max;
    for (size_t i = 0; into && i < count; i++) {
        if (shown_count >= SERVICE_SHOWN_AT_ONCE) count = i;
        if (i == count) break;
        into[i] = shelf->looks[i];
        into[i].shown = shown + shown_count;
        shown_count += into[i].shown_count;
    }
    if (shown_count) memcpy(shown, shelf->shown, shown_count * sizeof *shown);
    pthread_mutex_unlock(&shelf->lock);
    return count;
}

void service_shelf_looks_kept(service_shelf *shelf, size_t count)
{
    size_t shown_count = 0;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < count; i++) shown_count += shelf->looks[i].shown_count;
    shelf->shown_count -= shown_count;
    if (shelf->shown_count) memmove(shelf->shown, shelf->shown + shown_count, shelf->shown_count * sizeof *shelf->shown);
    shelf->look_count -= count;
    if (shelf->look_count) memmove(shelf->looks, shelf->looks + count, shelf->look_count * sizeof *shelf->looks);
    pthread_mutex_unlock(&shelf->lock);
}

/* ---- stores that are kept open ---- */

void service_kept_drop(service_kept *kept)
{
    if (!kept->db) return;
    store_close(kept->db);
    arena_close(kept->memory);
    *kept = (service_kept){ 0 };
}

service_kept *service_shelf_writer(service_shelf *shelf)
{
    pthread_mutex_lock(&shelf->lock);
    bool is_free = !shelf->writer.is_out;
    shelf->writer.is_out = true;
    pthread_mutex_unlock(&shelf->lock);
    return is_free ? &shelf->writer : NULL;
}

void service_shelf_give_back(service_shelf *shelf, service_kept *writer)
{
    pthread_mutex_lock(&shelf->lock);
    writer->is_out = false;
    pthread_mutex_unlock(&shelf->lock);
}
