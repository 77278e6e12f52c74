/* Alerts of places: an indicator of the month last computed that is beyond what the packs warn of, of the county or a township. */
#include <stdlib.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "service/alert.h"
#include "service/decide_internal.h"
#include "service/dockets.h"
#include "service/indicator.h"
#include "service/watch.h"
#include "watch/watch.h"

enum { MONTHS_A_YEAR = 12 };

typedef struct {
    month_call *m;
    gauge *book;
    alert_book *alerts;
    alert_row *rows; /* of places, by id */
    size_t row_count;
    bool *is_seen; /* by row: whether the place and indicator was looked at now */
    dockets_row *areas;
    size_t area_count, area_place, area_cadre;
    indicator_alarms *done;
    /* by bucket, as they are found */
    alert_terms *raised[EVENTLOG_BUCKETS];
    alert_change *changed[EVENTLOG_BUCKETS];
    size_t raised_count[EVENTLOG_BUCKETS], raised_capacity[EVENTLOG_BUCKETS], changed_count[EVENTLOG_BUCKETS], changed_capacity[EVENTLOG_BUCKETS];
} alarming;

/* ---- whose a township is ---- */

static err read_areas(alarming *x)
{
    const dockets_type *type;
    err known = dockets_find(x->m->call, TEXT("area"), &type);
    if (known.kind == &DOCKETS_UNKNOWN) return ERR_NONE; /* these packs declare none */
    TRY(known);
    x->area_place = dockets_column_of(type, TEXT("place"));
    x->area_cadre = dockets_column_of(type, TEXT("cadre"));
    if (x->area_place == SIZE_MAX || x->area_cadre == SIZE_MAX) return ERR_NONE;
    return dockets_rows(x->m->office, type, &x->areas, &x->area_count);
}

static text owner_of(const alarming *x, int64_t place)
{
    text digits = indicator_place_text(x->m->memory, place);
    for (size_t i = 0; i < x->area_count; i++) {
        const text *area = x->areas[i].cells;
        if (area[x->area_cadre].size_bytes && text_equal(digits, area[x->area_place])) return area[x->area_cadre];
    }
    return TEXT("-");
}

/* ---- what stands ---- */

static err read_rows(alarming *x)
{
    alert_row *all;
    size_t count;
    alert_filter filter = { .has_open = true, .has_over = true };
    TRY(alert_list(x->m->memory, x->alerts, &filter, &all, &count));
    x->rows = ARENA_ARRAY(x->m->memory, alert_row, count + 1);
    for (size_t i = 0; i < count; i++)
        if (all[i].terms.subject_kind == ALERT_OF_PLACE) x->rows[x->row_count++] = all[i];
    x->is_seen = ARENA_ARRAY(x->m->memory, bool, x->row_count + 1);
    for (size_t i = 0; i < x->row_count; i++) x->is_seen[i] = false;
    return ERR_NONE;
}

static size_t row_of(const alarming *x, text watch, int64_t place)
{
    for (size_t i = 0; i < x->row_count; i++)
        if (x->rows[i].terms.subject_id == place && text_equal(x->rows[i].terms.watch, watch)) return i;
    return SIZE_MAX;
}

/* ---- a find ---- */

static text evidence_of(const alarming *x, const indicator_one *one, const gauge_value *now, const indicator_goal *goal)
{
    arena *a = x->m->memory;
    const policy_indicator *said = one->said;
    int64_t warn = said->has_below && now->value < said->below ? said->below : said->above;
    text_builder b = text_builder_open(a);
    codec_json_writer w = codec_json_write(&b, false);
    codec_json_begin_object(&w);
    if (goal->has_goal) {
        eventlog_body_add_text(&w, "indicator.gap", indicator_value_text(a, one, goal->gap));
        eventlog_body_add_text(&w, "indicator.goal", indicator_value_text(a, one, goal->goal));
    }
    eventlog_body_add_text(&w, "indicator.month", service_month_text(a, now->month));
    eventlog_body_add_text(&w, "indicator.value", indicator_value_text(a, one, now->value));
    eventlog_body_add_text(&w, "indicator.warn", indicator_value_text(a, one, warn));
    codec_json_end_object(&w);
    return text_built(&b);
}

static err terms_of(alarming *x, const indicator_one *one, text watch, const gauge_value *now, const indicator_goal *goal, alert_terms *t)
{
    arena *a = x->m->memory;
    const char *law = one->said->symbol->law;
    *t = (alert_terms){ .subject_kind = ALERT_OF_PLACE, .subject_id = now->region, .watch = watch, .severity = WATCH_MEDIUM, .action = WATCH_ALERT,
                        .target = TEXT_NONE, .owner = owner_of(x, now->region), .region = now->region, .risk_fen = ALERT_NO_RISK,
                        .since_day = x->m->call->office->settings.today_day, .law = law ? text_of(law) : TEXT_NONE,
                        .says = text_of(WATCH_SAYS_BEHIND), .evidence = evidence_of(x, one, now, goal) };
    t->facts = (int64_t)(hash_bytes(t->evidence.bytes, t->evidence.size_bytes, hash_bytes(t->owner.bytes, t->owner.size_bytes, 7)) >> 1);
    return gauge_record(a, x->book, now->indicator, now->region, now->month, &t->record);
}

static void change(alarming *x, alert_change one, int64_t place)
{
    uint32_t bucket = eventlog_bucket_of(place);
    ARENA_PUSH(x->m->memory, x->changed[bucket], x->changed_count[bucket], x->changed_capacity[bucket], one);
}

static err see(alarming *x, const indicator_one *one, const gauge_value *path, size_t count)
{
    const gauge_value *now = &path[count - 1];
    text watch = text_format(x->m->memory, "%s%s", WATCH_OF_INDICATORS, one->plan->plan->answers[one->answer].key);
    indicator_level level = indicator_level_of(x->m, now->region);
    if (now->month != x->m->month || (level != INDICATOR_COUNTY && level != INDICATOR_TOWN)) return ERR_NONE;
    size_t at = row_of(x, watch, now->region);
    if (at != SIZE_MAX) x->is_seen[at] = true;
    if (!now->is_known) return ERR_NONE; /* of what cannot be told, the alert stays */
    indicator_goal goal = indicator_goal_of(one, path, count);
    bool is_over = at != SIZE_MAX && alert_is_over(x->rows[at].state);
    if (!goal.is_alarm) {
        if (at == SIZE_MAX || is_over) return ERR_NONE;
        x->done->ended++;
        change(x, (alert_change){ .alert_id = x->rows[at].alert_id, .what = ALERT_LEAVE }, now->region);
        return ERR_NONE;
    }
    if (at != SIZE_MAX && x->rows[at].state == ALERT_DISMISSED) return ERR_NONE;
    alert_terms terms;
    TRY(terms_of(x, one, watch, now, &goal, &terms));
    if (at != SIZE_MAX && !is_over) terms.since_day = x->rows[at].terms.since_day;
    uint32_t bucket = eventlog_bucket_of(now->region);
    x->done->stands++;
    if (at == SIZE_MAX) {
        x->done->raised++;
        ARENA_PUSH(x->m->memory, x->raised[bucket], x->raised_count[bucket], x->raised_capacity[bucket], terms);
    } else if (is_over || x->rows[at].terms.facts != terms.facts) {
        x->done->raised += is_over;
        change(x, (alert_change){ x->rows[at].alert_id, is_over ? ALERT_AGAIN : ALERT_VARY, terms }, now->region);
    }
    return ERR_NONE;
}

static int by_place(const void *a, const void *b)
{
    const gauge_value *left = a, *right = b;
    if (left->region != right->region) return left->region < right->region ? -1 : 1;
    return (left->month > right->month) - (left->month < right->month);
}

static err look(alarming *x, const indicator_one *one)
{
    gauge_value *all;
    size_t count;
    gauge_asked asked = { .indicator = text_of(one->name), .region = GAUGE_ANY_REGION, .from_month = x->m->month - MONTHS_A_YEAR,
                          .until_month = x->m->month };
    if (!one->said->has_below && !one->said->has_above) return ERR_NONE;
    TRY(gauge_values(x->m->memory, x->book, &asked, &all, &count));
    if (count) qsort(all, count, sizeof *all, by_place);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && all[end].region == all[i].region;) end++;
        TRY(see(x, one, &all[i], end - i));
    }
    return ERR_NONE;
}

/* An indicator the packs have no more, or that warns no more, is no cause. */
static void leave_the_unseen(alarming *x)
{
    for (size_t i = 0; i < x->row_count; i++) {
        if (x->is_seen[i] || alert_is_over(x->rows[i].state)) continue;
        x->done->ended++;
        change(x, (alert_change){ .alert_id = x->rows[i].alert_id, .what = ALERT_LEAVE }, x->rows[i].terms.subject_id);
    }
}

static err keep(alarming *x, text digest)
{
    alert_act act = { .actor_id = x->m->office->actor_id, .known_ms = x->m->office->now_ms, .why = text_of(x->m->call->op->name) };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        alert_look found = { .day = x->m->call->office->settings.today_day, .law = digest, .purpose = TEXT("indicator"), .raised = x->raised[bucket],
                             .raised_count = x->raised_count[bucket], .changed = x->changed[bucket], .changed_count = x->changed_count[bucket] };
        if (!found.raised_count && !found.changed_count) continue;
        x->done->is_written = true;
        TRY(alert_seen(x->alerts, &act, bucket, &found, NULL));
    }
    return ERR_NONE;
}

err indicator_alarm(month_call *m, const indicator_one *ones, size_t count, indicator_alarms *done)
{
    int32_t last;
    const decide_law *law;
    alarming *x = ARENA_NEW(m->memory, alarming);
    *x = (alarming){ .m = m, .done = done };
    *done = (indicator_alarms){ 0 };
    TRY(county_gauge(m->office, &x->book));
    TRY(county_alerts(m->office, &x->alerts));
    TRY(gauge_last_month(x->book, INT32_MAX, &last));
    if (last != m->month) return ERR_NONE; /* a month that has gone by says nothing of now */
    TRY(decide_law_open(m->call, &law));
    TRY(read_areas(x));
    TRY(read_rows(x));
    for (size_t i = 0; i < count; i++) TRY(look(x, &ones[i]));
    leave_the_unseen(x);
    return keep(x, decide_pack_digest(law));
}
