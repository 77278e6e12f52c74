/* Blocks taken in order, worked on side by side, finished in order. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>

#include "os/os_internal.h"

/* Blocks are numbered as they are taken; block n lies in slot n % slot_count. All is held by
 * `lock`; take and finish run outside it, guarded by is_taking and is_finishing.
 * Invariant: finished <= taken <= finished + slot_count. */
typedef struct {
    const os_blocks *job;
    size_t slot_count;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t taken, finished;
    bool is_taking, is_finishing;
    bool is_closed;       /* no block will be taken any more */
    bool is_failed;       /* `first_error` stands; blocks still under way are dropped */
    err first_error;
    err take_error;       /* after all blocks taken */
    bool is_worked[OS_SLOTS_MAX];
    err work_error[OS_SLOTS_MAX];
} run;

size_t os_core_count(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count > 0 ? (size_t)count : 1;
}

static void fail(run *r, err e)
{
    if (!r->is_failed) r->first_error = e;
    r->is_failed = true;
    r->is_closed = true;
}

static void finish_one(run *r)
{
    size_t slot = r->finished % r->slot_count;
    r->is_finishing = true;
    err e = r->work_error[slot];
    if (!e.kind && !r->is_failed) {
        pthread_mutex_unlock(&r->lock);
        e = r->job->finish(r->job->context, slot);
        pthread_mutex_lock(&r->lock);
    }
    if (e.kind) fail(r, e);
    r->is_worked[slot] = false;
    r->finished++;
    r->is_finishing = false;
    pthread_cond_broadcast(&r->changed);
}

static void take_and_work(run *r, size_t worker)
{
    size_t slot = r->taken % r->slot_count;
    bool has_block = false;
    r->is_taking = true;
    pthread_mutex_unlock(&r->lock);
    err e = r->job->take(r->job->context, slot, &has_block);
    pthread_mutex_lock(&r->lock);
    r->is_taking = false;
    if (e.kind) r->take_error = e;
    if (e.kind || !has_block) {
        r->is_closed = true;
        pthread_cond_broadcast(&r->changed);
        return;
    }
    r->taken++;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    e = r->job->work(r->job->context, slot, worker);
    pthread_mutex_lock(&r->lock);
    r->work_error[slot] = e;
    r->is_worked[slot] = true;
    /* Nothing behind a failed block is wanted; the error itself waits for its turn. */
    if (e.kind) r->is_closed = true;
    pthread_cond_broadcast(&r->changed);
}

static void run_worker(run *r, size_t worker)
{
    pthread_mutex_lock(&r->lock);
    for (;;) {
        bool can_finish = !r->is_finishing && r->finished < r->taken &&
                          r->is_worked[r->finished % r->slot_count];
        bool can_take =
            !r->is_taking && !r->is_closed && r->taken - r->finished < r->slot_count;
        if (can_finish) finish_one(r);
        else if (can_take) take_and_work(r, worker);
        else if (r->is_closed && !r->is_taking && r->finished == r->taken) break;
        else pthread_cond_wait(&r->changed, &r->lock);
    }
    pthread_mutex_unlock(&r->lock);
}

typedef struct {
    run *run;
    size_t worker;
    pthread_t thread;
} hand;

static void *run_hand(void *context)
{
    hand *h = context;
    run_worker(h->run, h->worker);
    return NULL;
}

err os_run_blocks(const os_blocks *job)
{
    size_t workers = job->worker_count ? job->worker_count : os_core_count();
    if (workers > OS_WORKERS_MAX) workers = OS_WORKERS_MAX;
    run r = { .job = job, .slot_count = job->slot_count ? job->slot_count : 2 * workers };
    assert(r.slot_count <= OS_SLOTS_MAX);
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.changed, NULL);
    hand hands[OS_WORKERS_MAX];
    size_t hired = 1;
    /* A machine that gives no more threads has the work done by those there are. */
    for (; hired < workers; hired++) {
        hands[hired] = (hand){ .run = &r, .worker = hired };
        if (pthread_create(&hands[hired].thread, NULL, run_hand, &hands[hired]) != 0) break;
    }
    run_worker(&r, 0);
    for (size_t i = 1; i < hired; i++) pthread_join(hands[i].thread, NULL);
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    return r.is_failed ? r.first_error : r.take_error;
}
