/* How often one address or one login may: a bucket of permissions that fills with time. */
#include "http/http_internal.h"
#include "os/os.h"

enum { BUCKETS = 1 << 14, WAYS = 4 };

typedef struct {
    uint64_t who;
    int64_t left_ns; /* a permission is a second of it */
    int64_t at_ns;
} bucket;

struct http_limits {
    pthread_mutex_t lock;
    bucket buckets[BUCKETS];
};

http_limits *http_limits_open(arena *a)
{
    http_limits *limits = ARENA_NEW(a, http_limits);
    pthread_mutex_init(&limits->lock, NULL);
    return limits;
}

void http_limits_close(http_limits *limits)
{
    pthread_mutex_destroy(&limits->lock);
}

/* The bucket of `who`, else the one of its set that was asked longest ago: a table of fixed size, that a
 * flood of addresses cannot grow. */
static bucket *find(http_limits *limits, uint64_t who)
{
    bucket *set = &limits->buckets[(who % (BUCKETS / WAYS)) * WAYS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].who == who) return &set[i];
        if (set[i].at_ns < oldest->at_ns) oldest = &set[i];
    }
    *oldest = (bucket){ .who = who };
    return oldest;
}

/* Seconds until `missing_ns` of permissions have come, rounded up. */
static uint32_t seconds_until(int64_t missing_ns, uint32_t a_minute)
{
    int64_t one_ns = 1000000000;
    if (missing_ns <= 0 || !a_minute) return 0;
    int64_t ns = missing_ns / a_minute * 60;
    return (uint32_t)((ns + one_ns - 1) / one_ns);
}

bool http_limits_take(http_limits *limits, uint64_t who, uint32_t a_minute, uint32_t burst, http_allowance *allowance)
{
    int64_t now_ns = os_monotonic_ns(), one_ns = 1000000000, full_ns = burst * one_ns;
    pthread_mutex_lock(&limits->lock);
    bucket *b = find(limits, who);
    int64_t past_ns = now_ns - b->at_ns, hour_ns = 3600 * one_ns;
    if (!b->at_ns || past_ns > hour_ns) b->left_ns = full_ns;
    else b->left_ns += past_ns / 60 * a_minute;
    if (b->left_ns > full_ns) b->left_ns = full_ns;
    b->at_ns = now_ns;
    bool may = b->left_ns >= one_ns;
    if (may) b->left_ns -= one_ns;
    *allowance = (http_allowance){ .limit = burst, .left = (uint32_t)(b->left_ns / one_ns), .full_s = seconds_until(full_ns - b->left_ns, a_minute),
                                   .wait_s = may ? 0 : seconds_until(one_ns - b->left_ns, a_minute) };
    pthread_mutex_unlock(&limits->lock);
    return may;
}

void http_limits_give(http_limits *limits, uint64_t who)
{
    int64_t one_ns = 1000000000;
    pthread_mutex_lock(&limits->lock);
    bucket *b = find(limits, who);
    if (b->at_ns) b->left_ns += one_ns;
    pthread_mutex_unlock(&limits->lock);
}
