#include "service/watch_certified.h"

#include <string.h>

#include "service/certify.h"

struct watch_certified {
    month_call month;
    certifying with;
    const decide_plan *plan;
    certify_person *people; /* of the bucket at hand */
};

err watch_certified_open(county *office, arena *memory, const decide_plan *plan, int32_t month, watch_certified **opened)
{
    size_t count;
    registry *people;
    bool has_traces = false;
    const char *const *records = decide_records(plan, &count);
    for (size_t i = 0; i < count; i++) has_traces |= !strcmp(records[i], "traces");
    *opened = NULL;
    if (!has_traces) return ERR_NONE;
    watch_certified *w = ARENA_NEW(memory, watch_certified);
    *w = (watch_certified){ .month = { .call = office->call, .office = office, .memory = memory, .month = month }, .plan = plan };
    TRY(county_people(office, &people));
    TRY(county_setting(office, "office.region", &w->month.region));
    TRY(certify_open(&w->month, NULL, &w->with));
    *opened = w;
    return ERR_NONE;
}

err watch_certified_bucket(arena *a, watch_certified *of, uint32_t bucket, size_t *count)
{
    return certify_read_bucket(a, &of->with, bucket, &of->people, count);
}

err watch_certified_lanes(arena *a, const watch_certified *of, decider *with, size_t from, size_t count,
                          decide_block *block, const int64_t **subject_id, const int64_t **region)
{
    certifying c = of->with;
    certify_person *people = of->people + from;
    int64_t *ids = ARENA_ARRAY(a, int64_t, count + 1), *places = ARENA_ARRAY(a, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        ids[i] = people[i].person_id;
        places[i] = people[i].region;
    }
    *subject_id = ids;
    *region = places;
    return certify_block(a, &c, of->plan, with, people, count, block);
}
