#include <stdio.h>
#include <string.h>

#include "registry/registry_internal.h"

enum { EVENT_NAME_BYTES = 64 };

/* ---- what is said, made ready ---- */

/* A copy that is checked and whose secrets are sealed. */
static err make_ready(arena *a, registry *r, registry_kind kind, const void *facts, size_t count,
                      void **ready)
{
    size_t size = REGISTRY_KINDS[kind].size_bytes;
    *ready = arena_alloc(a, size * count);
    memcpy(*ready, facts, size * count);
    int64_t subject_id = registry_fact_at(kind, facts, 0)->subject_id;
    for (size_t i = 0; i < count; i++) {
        registry_fact *f = registry_fact_at(kind, *ready, i);
        if (f->subject_id != subject_id)
            return registry_refuse(r, "facts of two subjects in one act", "一次登记涉及两个对象");
        TRY(check_fact(r, kind, f));
        TRY(person_check_unique(a, r, kind, f));
        TRY(secret_seal_fact(a, r, kind, f, false));
    }
    return ERR_NONE;
}

/* Whether the months said are so already, and in no other way. */
static err spells_would_change(arena *a, registry *r, const void *facts, size_t count,
                               int64_t *changed)
{
    registry_spell *known;
    size_t known_count;
    painting p;
    TRY(spell_read(a, r, ((const registry_fact *)facts)->subject_id, REGISTRY_NOW, false, &known,
                   &known_count));
    paint_open(&p, a, REGISTRY_SPELL, 0, 0);
    paint_begin(&p, known, known_count);
    for (size_t i = 0; i < count; i++)
        paint_say(&p, registry_fact_at(REGISTRY_SPELL, facts, i));
    *changed = p.changed;
    return ERR_NONE;
}

static err would_change(arena *a, registry *r, application *app, registry_kind kind,
                        int64_t *changed)
{
    if (kind == REGISTRY_SPELL)
        return spells_would_change(a, r, app->of[kind].facts, app->of[kind].count, changed);
    err e = apply_would_change(r, app);
    *changed = app->changed;
    return e;
}

/* ---- saying it ---- */

/* Appends the event and applies it, unless it was there before. */
static err record(arena *a, registry *r, const registry_act *act, const saying *how,
                  registry_kind kind, application *app)
{
    char name[EVENT_NAME_BYTES];
    snprintf(name, sizeof name, "registry.%s", how->event);
    const registry_said *s = &app->of[kind];
    eventlog_event entry = {
        .bucket = app->bucket,
        .kind = name,
        .subject_id = registry_fact_at(kind, s->facts, 0)->subject_id,
        .known_ms = act->known_ms,
        .actor_id = act->actor_id,
        .why = act->why,
        .key = act->key,
        .body = body_print(a, kind, s->facts, s->count, how->more, how->more_value),
    };
    bool is_new;
    TRY(eventlog_append(r->log, &entry, &app->sequence, &is_new));
    app->changed = 0;
    return is_new ? apply_event(r, app) : ERR_NONE;
}

err say_ready(arena *a, registry *r, const registry_act *act, const saying *how, registry_kind kind,
              const void *facts, size_t count, int64_t *changed)
{
    application app = {
        .bucket = eventlog_bucket_of(registry_fact_at(kind, facts, 0)->subject_id),
        .known_ms = act->known_ms,
        .fresh_from = how->fresh_from,
    };
    app.of[kind] = (registry_said){ facts, count };
    int64_t used = 0;
    if (act->key.size_bytes) TRY(eventlog_find_key(r->log, app.bucket, act->key, &used));
    if (!used) {
        TRY(would_change(a, r, &app, kind, changed));
        if (!*changed && !how->more) return ERR_NONE;
    }
    TRY(record(a, r, act, how, kind, &app));
    *changed = app.changed;
    return ERR_NONE;
}

static err say(arena *a, registry *r, const registry_act *act, const char *event,
               registry_kind kind, const void *facts, size_t count, int64_t *changed)
{
    void *ready;
    registry_kind subject;
    TRY(check_subject(r, registry_fact_at(kind, facts, 0)->subject_id, &subject));
    TRY(make_ready(a, r, kind, facts, count, &ready));
    const saying how = { .event = event, .fresh_from = INT64_MAX };
    return say_ready(a, r, act, &how, kind, ready, count, changed);
}

err registry_say(registry *r, const registry_act *act, const char *event, registry_kind kind,
                 const void *facts, size_t count, int64_t *changed)
{
    int64_t unasked;
    if (!changed) changed = &unasked;
    *changed = 0;
    if (!count) return ERR_NONE;
    arena *scratch = arena_open();
    err e = say(scratch, r, act, event, kind, facts, count, changed);
    arena_close(scratch);
    return e;
}

/* ---- by name ---- */

err registry_person_correct(registry *r, const registry_act *act, const registry_person *person)
{
    return registry_say(r, act, "person_corrected", REGISTRY_PERSON, person, 1, NULL);
}

err registry_enrol(registry *r, const registry_act *act, const registry_enrolment *enrolment)
{
    return registry_say(r, act, "enrolled", REGISTRY_ENROLMENT, enrolment, 1, NULL);
}

err registry_stop(registry *r, const registry_act *act, int64_t person_id, int64_t scheme,
                  int64_t employer_id, int64_t until_day)
{
    const registry_enrolment none = {
        .fact = { .subject_id = person_id,
                  .from = until_day,
                  .until = REGISTRY_OPEN,
                  .is_void = true },
        .scheme = scheme,
        .employer_id = employer_id,
    };
    return registry_say(r, act, "stopped", REGISTRY_ENROLMENT, &none, 1, NULL);
}

err registry_spell_say(registry *r, const registry_act *act, const registry_spell *spell)
{
    return registry_say(r, act, "spell_said", REGISTRY_SPELL, spell, 1, NULL);
}

err registry_attribute_say(registry *r, const registry_act *act,
                           const registry_attribute *attribute)
{
    return registry_say(r, act, "attribute_said", REGISTRY_ATTRIBUTE, attribute, 1, NULL);
}

err registry_account_say(registry *r, const registry_act *act, const registry_account *account)
{
    return registry_say(r, act, "account_said", REGISTRY_ACCOUNT, account, 1, NULL);
}

/* What the benefit is in `month`; REGISTRY_NOT_FOUND when it is nothing. */
static err benefit_in(arena *a, registry *r, int64_t person_id, int64_t benefit, int64_t month,
                      registry_benefit *is)
{
    void *facts;
    size_t count;
    TRY(rows_read(a, r, REGISTRY_BENEFIT, r->sql[REGISTRY_BENEFIT].live, person_id, -1, &facts,
                  &count));
    for (size_t i = 0; i < count; i++) {
        *is = ((registry_benefit *)facts)[i];
        if (is->benefit == benefit && is->fact.from <= month && month < is->fact.until)
            return ERR_NONE;
    }
    return registry_fail(r, &REGISTRY_NOT_FOUND, "%lld/%lld", (long long)benefit,
                         (long long)person_id);
}

err registry_benefit_move(registry *r, const registry_act *act, int64_t person_id, int64_t benefit,
                          registry_benefit_state state, int64_t from_month, int64_t reason)
{
    static const char *const EVENTS[] = {
        [REGISTRY_ENTITLED] = "benefit_granted",
        [REGISTRY_PAYING] = "benefit_resumed",
        [REGISTRY_SUSPENDED] = "benefit_suspended",
        [REGISTRY_STOPPED] = "benefit_stopped",
    };
    if (state < REGISTRY_ENTITLED || state > REGISTRY_STOPPED)
        return registry_refuse(r, "there is no such state of a benefit", "没有这种待遇状态");
    registry_benefit moved;
    arena *scratch = arena_open();
    err e = benefit_in(scratch, r, person_id, benefit, from_month, &moved);
    arena_close(scratch);
    TRY(e);
    moved.fact.from = from_month;
    moved.state = state;
    moved.reason = reason;
    return registry_say(r, act, EVENTS[state], REGISTRY_BENEFIT, &moved, 1, NULL);
}
