#include <string.h>

#include "registry/registry_internal.h"

/* ---- citizen numbers ---- */

/* 15 places become 18. A number that is wrong stays as it was written when it may. */
static err fold_number(arena *a, registry_person *person, bool refuses, bool *is_wrong)
{
    ident_citizen citizen;
    char id18[IDENT_CODE_BYTES];
    text *number = &person->number.plain;
    *is_wrong = false;
    if (!number->size_bytes) return ERR_NONE;
    *number = text_trim(*number);
    if (!ident_upgrade_citizen(*number, id18).kind) *number = text_copy(a, text_of(id18));
    err e = ident_check_citizen(*number, &citizen);
    if (e.kind && refuses) return e;
    *is_wrong = e.kind != NULL;
    if (!e.kind) *number = text_copy(a, text_of(citizen.id));
    return ERR_NONE;
}

static err holds_number(arena *a, registry *r, int64_t person_id, int64_t key, bool *holds)
{
    void *facts;
    size_t count;
    *holds = false;
    TRY(rows_read(a, r, REGISTRY_PERSON, r->sql[REGISTRY_PERSON].live, person_id, -1, &facts,
                  &count));
    for (size_t i = 0; i < count; i++) {
        const registry_person *p = (registry_person *)facts + i;
        if (p->number.key == key && !p->merged_into) *holds = true;
    }
    return ERR_NONE;
}

err person_check_number(arena *a, registry *r, registry_person *person, bool refuses,
                        int64_t *other_id, bool *is_wrong)
{
    int64_t *ids, key = person->number.key;
    size_t count;
    *other_id = 0;
    TRY(fold_number(a, person, refuses, is_wrong));
    if (person->number.plain.size_bytes)
        key = secret_key_of(r, "citizen_number", person->number.plain);
    if (!key) return ERR_NONE;
    TRY(lookup_find(a, r, LOOKUP_NUMBER, key, &ids, &count));
    for (size_t i = 0; i < count && !*other_id; i++) {
        bool holds;
        if (ids[i] == person->fact.subject_id) continue;
        TRY(holds_number(a, r, ids[i], key, &holds));
        if (holds) *other_id = ids[i];
    }
    if (*other_id && refuses)
        return registry_fail(r, &REGISTRY_DUPLICATE, "%lld", (long long)*other_id);
    return ERR_NONE;
}

/* ---- new subjects ---- */

/* With a key: the id it was given before, or a new one, noted in the office's chain, where a second
 * try finds it although the id's own bucket is not known yet. */
static err take_id(arena *a, registry *r, const registry_act *act, int64_t *id, bool *is_new)
{
    *is_new = true;
    if (!act->key.size_bytes) return registry_take_ids(r, 1, id);
    eventlog_event event = {
        .bucket = EVENTLOG_OFFICE,
        .kind = "registry.id_given",
        .known_ms = act->known_ms,
        .actor_id = act->actor_id,
        .why = act->why,
        .body = TEXT("{}"),
        .key = text_format(a, "registry.id/%.*s", TEXT_ARG(act->key)),
    };
    int64_t sequence;
    eventlog_entry given;
    TRY(eventlog_find_key(r->log, EVENTLOG_OFFICE, event.key, &sequence));
    *is_new = sequence == 0;
    if (*is_new) {
        TRY(registry_take_ids(r, 1, id));
        event.subject_id = *id;
        return eventlog_append(r->log, &event, NULL, NULL);
    }
    TRY(eventlog_entry_read(a, r->log, EVENTLOG_OFFICE, sequence, &given));
    *id = given.event.subject_id;
    return ERR_NONE;
}

static err say_new(arena *a, registry *r, const registry_act *act, registry_kind kind, void *fact,
                   int64_t *id, bool is_new)
{
    static const char *const EVENTS[] = { [REGISTRY_PERSON] = "person_new",
                                          [REGISTRY_HOUSEHOLD] = "household_new",
                                          [REGISTRY_EMPLOYER] = "employer_new" };
    registry_fact *f = fact;
    int64_t changed;
    f->subject_id = *id;
    f->from = REGISTRY_EVER;
    f->until = REGISTRY_OPEN;
    f->is_void = false;
    TRY(check_fact(r, kind, fact));
    if (is_new) TRY(secret_new_subjects(r, id, 1));
    TRY(secret_seal_fact(a, r, kind, fact, false));
    const saying how = { .event = EVENTS[kind], .fresh_from = *id };
    return say_ready(a, r, act, &how, kind, fact, 1, &changed);
}

err person_review(arena *a, registry *r, const registry_act *act, const char *reason,
                  int64_t subject_id, int64_t other_id, bool is_settled)
{
    registry_review review = {
        .fact = { .subject_id = subject_id,
                  .from = REGISTRY_EVER,
                  .until = REGISTRY_OPEN,
                  .is_void = is_settled },
        .other_id = other_id,
    };
    registry_act further = *act;
    int64_t changed;
    if (act->key.size_bytes) further.key = text_format(a, "%.*s/%s", TEXT_ARG(act->key), reason);
    TRY(registry_word_add(r, act, text_of(reason), &review.reason));
    const saying how = { .event = is_settled ? "review_settled" : "review_opened",
                         .fresh_from = INT64_MAX };
    return say_ready(a, r, &further, &how, REGISTRY_REVIEW, &review, 1, &changed);
}

static err person_new(arena *a, registry *r, const registry_act *act, registry_person person,
                      bool refuses, int64_t *id)
{
    bool is_new, is_wrong;
    int64_t other_id = 0, earlier = 0;
    person.merged_into = 0;
    person.fact.subject_id = 0;
    if (act->key.size_bytes)
        TRY(eventlog_find_key(r->log, EVENTLOG_OFFICE,
                              text_format(a, "registry.id/%.*s", TEXT_ARG(act->key)), &earlier));
    /* On a second try the one who has the number is the person itself. */
    if (earlier) TRY(fold_number(a, &person, refuses, &is_wrong));
    else TRY(person_check_number(a, r, &person, refuses, &other_id, &is_wrong));
    TRY(take_id(a, r, act, id, &is_new));
    TRY(say_new(a, r, act, REGISTRY_PERSON, &person, id, is_new));
    if (is_new && is_wrong) TRY(person_review(a, r, act, "wrong_number", *id, 0, false));
    if (!is_new || !other_id) return ERR_NONE;
    TRY(person_review(a, r, act, "duplicate_number", *id, other_id, false));
    return person_review(a, r, act, "duplicate_number", other_id, *id, false);
}

err registry_person_new(registry *r, const registry_act *act, const registry_person *person,
                        registry_on_duplicate on_duplicate, int64_t *person_id)
{
    arena *scratch = arena_open();
    err e = person_new(scratch, r, act, *person, on_duplicate == REGISTRY_REFUSE, person_id);
    arena_close(scratch);
    return e;
}

err registry_household_new(registry *r, const registry_act *act,
                           const registry_household *household, int64_t *household_id)
{
    registry_household sound = *household;
    bool is_new;
    arena *scratch = arena_open();
    err e = take_id(scratch, r, act, household_id, &is_new);
    if (!e.kind) e = say_new(scratch, r, act, REGISTRY_HOUSEHOLD, &sound, household_id, is_new);
    arena_close(scratch);
    return e;
}

/* ---- employers ---- */

static err check_code(arena *a, registry *r, registry_employer *employer)
{
    ident_uscc uscc;
    int64_t other_id;
    if (!employer->code.size_bytes) return ERR_NONE;
    TRY(ident_check_uscc(employer->code, &uscc));
    employer->code = text_copy(a, text_of(uscc.code));
    err e = registry_find_code(a, r, employer->code, &other_id);
    if (e.kind == &REGISTRY_NOT_FOUND) return ERR_NONE;
    TRY(e);
    if (other_id == employer->fact.subject_id) return ERR_NONE;
    return registry_fail(r, &REGISTRY_DUPLICATE, "%lld", (long long)other_id);
}

err person_check_unique(arena *a, registry *r, registry_kind kind, void *fact)
{
    int64_t other_id;
    bool is_wrong;
    if (((registry_fact *)fact)->is_void) return ERR_NONE;
    if (kind == REGISTRY_EMPLOYER) return check_code(a, r, fact);
    if (kind != REGISTRY_PERSON) return ERR_NONE;
    ((registry_person *)fact)->merged_into = 0; /* that is a merge's to say */
    return person_check_number(a, r, fact, true, &other_id, &is_wrong);
}

static err employer_new(arena *a, registry *r, const registry_act *act, registry_employer employer,
                        int64_t *id)
{
    int64_t earlier = 0;
    bool is_new;
    employer.fact.subject_id = 0;
    if (act->key.size_bytes)
        TRY(eventlog_find_key(r->log, EVENTLOG_OFFICE,
                              text_format(a, "registry.id/%.*s", TEXT_ARG(act->key)), &earlier));
    err e = check_code(a, r, &employer);
    if (e.kind && !(earlier && e.kind == &REGISTRY_DUPLICATE)) return e;
    TRY(take_id(a, r, act, id, &is_new));
    return say_new(a, r, act, REGISTRY_EMPLOYER, &employer, id, is_new);
}

err registry_employer_new(registry *r, const registry_act *act, const registry_employer *employer,
                          int64_t *employer_id)
{
    arena *scratch = arena_open();
    err e = employer_new(scratch, r, act, *employer, employer_id);
    arena_close(scratch);
    return e;
}
