#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/registered.h"

void registered_expect(err e, const err_kind *wanted, const char *file, int line)
{
    if (e.kind == wanted) return;
    print_error("%s:%d: %s (%s), wanted %s\n", file, line, e.kind ? e.kind->code : "no error",
                e.detail ? e.detail : "", wanted ? wanted->code : "no error");
    fail();
}

registered registered_create(store_place *place)
{
    registry_keys keys;
    memset(&keys, 7, sizeof keys);
    registered o = { .memory = place->scratch, .db = store_place_create(place) };
    o.act = (registry_act){ .known_ms = 1000, .actor_id = 3, .why = TEXT("case 1") };
    OK(eventlog_open(o.memory, o.db, &o.log));
    OK(registry_open(o.memory, o.db, o.log, &keys, &o.r));
    OK(store_begin(o.db));
    return o;
}

void registered_check(registered *o)
{
    OK(store_commit(o->db));
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        eventlog_verdict verdict;
        OK(eventlog_verify(o->memory, o->log, bucket, 1, &verdict));
        assert_null(verdict.bad_says);
        OK(registry_verify(o->r, bucket, NULL));
    }
    OK(store_begin(o->db));
}

void registered_close(registered *o)
{
    registered_check(o);
    registry_close(o->r);
    eventlog_close(o->log);
    store_close(o->db);
}

void registered_later(registered *o)
{
    o->act.known_ms += 60000;
}

int64_t registered_event_count(registered *o)
{
    int64_t count;
    OK(store_scalar(o->db, "SELECT count(*) FROM eventlog_event", &count));
    return count;
}
