/* What the door has done, for Prometheus: counts and a histogram of times. */
#include "http/http_internal.h"
#include "os/os.h"

enum { CLASSES = 6, STEPS = 12, OPERATIONS_MAX = 512, MINUTE = 60 };
static const struct {
    int64_t ns;
    const char *seconds;
} WITHIN[STEPS] = {
    { 500000, "0.0005" },   { 1000000, "0.001" },   { 2500000, "0.0025" },   { 5000000, "0.005" },
    { 10000000, "0.01" },   { 25000000, "0.025" },  { 50000000, "0.05" },    { 100000000, "0.1" },
    { 500000000, "0.5" },   { 1000000000, "1" },    { 5000000000, "5" },     { 30000000000, "30" },
};

typedef struct {
    const char *operation;
    uint64_t count[CLASSES];
} row;

struct http_metrics {
    pthread_mutex_t lock;
    uint64_t within[STEPS], count;
    int64_t sum_ns;
    row rows[OPERATIONS_MAX];
    size_t row_count;
    int64_t began_s;
    uint64_t failed, busy;     /* 500, 503 */
    uint32_t by_second[MINUTE]; /* of the last minute */
    int64_t second;            /* to which the newest of them belongs */
};

http_metrics *http_metrics_open(arena *a)
{
    http_metrics *m = ARENA_NEW(a, http_metrics);
    m->began_s = os_unix_seconds();
    pthread_mutex_init(&m->lock, NULL);
    return m;
}

void http_metrics_close(http_metrics *m)
{
    pthread_mutex_destroy(&m->lock);
}

/* `operation` is a literal of the table, so its address is its identity. */
static row *row_of(http_metrics *m, const char *operation)
{
    for (size_t i = 0; i < m->row_count; i++)
        if (m->rows[i].operation == operation) return &m->rows[i];
    if (m->row_count == OPERATIONS_MAX) return &m->rows[OPERATIONS_MAX - 1];
    m->rows[m->row_count] = (row){ .operation = operation };
    return &m->rows[m->row_count++];
}

static void turn_to(http_metrics *m, int64_t second)
{
    for (int64_t s = m->second + 1; s <= second && s <= m->second + MINUTE; s++) m->by_second[s % MINUTE] = 0;
    if (second > m->second) m->second = second;
}

void http_metrics_add(http_metrics *m, const char *operation, unsigned status, int64_t ns)
{
    pthread_mutex_lock(&m->lock);
    row_of(m, operation)->count[status / 100 < CLASSES ? status / 100 : 5]++;
    turn_to(m, os_unix_seconds());
    m->by_second[m->second % MINUTE]++;
    m->failed += status == 500;
    m->busy += status == 503;
    m->count++;
    m->sum_ns += ns;
    for (size_t i = 0; i < STEPS; i++)
        if (ns <= WITHIN[i].ns) m->within[i]++;
    pthread_mutex_unlock(&m->lock);
}

/* The edge within which so many of a thousand were answered, in milliseconds. */
static text within(arena *a, const http_metrics *m, uint64_t per_mille)
{
    enum { NS_A_MS = 1000000 };
    if (!m->count) return TEXT("-");
    for (size_t i = 0; i < STEPS; i++) {
        if (m->within[i] * 1000 < m->count * per_mille) continue;
        int64_t ms = WITHIN[i].ns / NS_A_MS, tenth = WITHIN[i].ns / (NS_A_MS / 10) % 10;
        return tenth ? text_format(a, "%lld.%lld", (long long)ms, (long long)tenth) : text_format(a, "%lld", (long long)ms);
    }
    return TEXT("> 30000");
}

void http_metrics_put(arena *a, http_metrics *m, service_value *into)
{
    enum { HALF = 500, MOST = 990 };
    uint64_t last_minute = 0;
    pthread_mutex_lock(&m->lock);
    turn_to(m, os_unix_seconds());
    for (int i = 0; i < MINUTE; i++) last_minute += m->by_second[i];
    service_put_count(a, into, "up_seconds", os_unix_seconds() - m->began_s);
    service_put_count(a, into, "requests", (int64_t)m->count);
    service_put_count(a, into, "last_minute", (int64_t)last_minute);
    service_put_text(a, into, "half_within_ms", within(a, m, HALF));
    service_put_text(a, into, "p99_within_ms", within(a, m, MOST));
    service_put_count(a, into, "failed", (int64_t)m->failed);
    service_put_count(a, into, "busy", (int64_t)m->busy);
    pthread_mutex_unlock(&m->lock);
    service_put_count(a, into, "peak_memory_bytes", (int64_t)os_peak_memory_bytes());
}

static void add_gauge(text_builder *b, const char *name, const char *help, int64_t value)
{
    text_add_format(b, "# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", name, help, name, name,
                    (long long)value);
}

text http_metrics_print(arena *a, http_metrics *m, size_t session_count, size_t waiting)
{
    text_builder b = text_builder_open(a);
    pthread_mutex_lock(&m->lock);
    text_add_cstr(&b, "# HELP doudi_requests_total Requests answered, by operation and class of status.\n"
                      "# TYPE doudi_requests_total counter\n");
    for (size_t i = 0; i < m->row_count; i++)
        for (int class = 1; class < CLASSES; class ++)
            if (m->rows[i].count[class])
                text_add_format(&b, "doudi_requests_total{operation=\"%s\",status=\"%dxx\"} %llu\n",
                                m->rows[i].operation, class,
                                (unsigned long long)m->rows[i].count[class]);
    text_add_cstr(&b, "# HELP doudi_request_seconds Time from the request's head to its answer.\n"
                      "# TYPE doudi_request_seconds histogram\n");
    for (size_t i = 0; i < STEPS; i++)
        text_add_format(&b, "doudi_request_seconds_bucket{le=\"%s\"} %llu\n", WITHIN[i].seconds,
                        (unsigned long long)m->within[i]);
    text_add_format(&b, "doudi_request_seconds_bucket{le=\"+Inf\"} %llu\n"
                        "doudi_request_seconds_sum %lld.%09lld\ndoudi_request_seconds_count %llu\n",
                    (unsigned long long)m->count, (long long)(m->sum_ns / 1000000000), (long long)(m->sum_ns % 1000000000), (unsigned long long)m->count);
    pthread_mutex_unlock(&m->lock);
    add_gauge(&b, "doudi_sessions", "Sessions that are open.", (int64_t)session_count);
    add_gauge(&b, "doudi_waiting", "Requests that wait for a worker.", (int64_t)waiting);
    add_gauge(&b, "doudi_peak_memory_bytes", "The most memory the process has had.",
              (int64_t)os_peak_memory_bytes());
    add_gauge(&b, "doudi_start_time_seconds", "When the process began, in Unix time.",
              (int64_t)m->began_s);
    return text_built(&b);
}
