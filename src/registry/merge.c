#include <string.h>

#include "registry/registry_internal.h"

/* A merge says of one person what is known of the other; a split takes back what that brought. */

static const registry_kind MOVED[] = { REGISTRY_MEMBER,  REGISTRY_ENROLMENT, REGISTRY_BENEFIT,
                                       REGISTRY_ACCOUNT, REGISTRY_ATTRIBUTE, REGISTRY_SPELL };

typedef struct {
    arena *scratch;
    registry *r;
    const registry_act *act;
    int64_t person_id, other_id;
    int64_t conflict_count;
} merging;

/* What is known of a person now; spells painted. */
static err known_of(merging *m, registry_kind kind, int64_t person_id, void **facts, size_t *count)
{
    if (kind != REGISTRY_SPELL)
        return rows_read(m->scratch, m->r, kind, m->r->sql[kind].live, person_id, -1, facts, count);
    registry_spell *spells;
    TRY(spell_read(m->scratch, m->r, person_id, REGISTRY_NOW, false, &spells, count));
    *facts = spells;
    return ERR_NONE;
}

/* Free: nothing is said in the lane over the span; alike: the very same is. */
static bool meets(registry_kind kind, const void *own, size_t own_count, const registry_fact *fact,
                  bool *is_alike)
{
    *is_alike = false;
    for (size_t i = 0; i < own_count; i++) {
        const registry_fact *row = registry_fact_at(kind, own, i);
        if (row->from >= fact->until || row->until <= fact->from) continue;
        if (!kinds_same_lane(kind, row, fact)) continue;
        *is_alike = row->from <= fact->from && row->until >= fact->until &&
                    kinds_same_cells(kind, row, fact);
        return true;
    }
    return false;
}

/* Opens the secrets of the other and seals them for the person. */
static err reseal(merging *m, registry_kind kind, void *fact)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    for (size_t i = 0; i < k->cell_count; i++) {
        if (k->cells[i].type != CELL_SECRET) continue;
        registry_secret *s = registry_cell_secret(fact, &k->cells[i]);
        TRY(secret_unseal(m->scratch, m->r, m->other_id, k->cells[i].secret, s));
    }
    ((registry_fact *)fact)->subject_id = m->person_id;
    return secret_seal_fact(m->scratch, m->r, kind, fact, false);
}

static registry_act act_of(merging *m, registry_kind kind, const char *what)
{
    registry_act act = *m->act;
    if (act.key.size_bytes)
        act.key = text_format(m->scratch, "%.*s/%s/%s", TEXT_ARG(act.key), what,
                              REGISTRY_KINDS[kind].name);
    return act;
}

static err merge_kind(merging *m, registry_kind kind)
{
    void *own, *theirs;
    size_t own_count, count, moved = 0;
    int64_t changed;
    TRY(known_of(m, kind, m->person_id, &own, &own_count));
    TRY(known_of(m, kind, m->other_id, &theirs, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_alike;
        registry_fact *fact = registry_fact_at(kind, theirs, i);
        if (meets(kind, own, own_count, fact, &is_alike)) {
            m->conflict_count += !is_alike;
            continue;
        }
        TRY(reseal(m, kind, fact));
        memmove(registry_fact_at(kind, theirs, moved++), fact, REGISTRY_KINDS[kind].size_bytes);
    }
    if (!moved) return ERR_NONE;
    const saying how = {
        .event = "merged", .more = "other", .more_value = m->other_id, .fresh_from = INT64_MAX
    };
    registry_act act = act_of(m, kind, "merged");
    return say_ready(m->scratch, m->r, &act, &how, kind, theirs, moved, &changed);
}

/* Says of every row of the other whom it was merged into, or 0. */
static err point(merging *m, const char *event, int64_t into)
{
    void *facts;
    size_t count;
    int64_t changed;
    TRY(known_of(m, REGISTRY_PERSON, m->other_id, &facts, &count));
    for (size_t i = 0; i < count; i++)
        ((registry_person *)facts)[i].merged_into = into;
    if (!count) return registry_fail(m->r, &REGISTRY_NOT_FOUND, "%lld", (long long)m->other_id);
    const saying how = {
        .event = event, .more = "person", .more_value = m->person_id, .fresh_from = INT64_MAX
    };
    registry_act act = act_of(m, REGISTRY_PERSON, event);
    return say_ready(m->scratch, m->r, &act, &how, REGISTRY_PERSON, facts, count, &changed);
}

/* Whether the act was done before: its last event is there, and is about the same two. */
static err was_done(merging *m, const char *event, bool *is_done)
{
    registry_act act = act_of(m, REGISTRY_PERSON, event);
    uint32_t bucket = eventlog_bucket_of(m->other_id);
    int64_t sequence = 0;
    eventlog_entry entry;
    *is_done = false;
    if (!act.key.size_bytes) return ERR_NONE;
    TRY(eventlog_find_key(m->r->log, bucket, act.key, &sequence));
    if (!sequence) return ERR_NONE;
    TRY(eventlog_entry_read(m->scratch, m->r->log, bucket, sequence, &entry));
    *is_done = entry.event.subject_id == m->other_id &&
               body_number(m->scratch, entry.event.body, "person") == m->person_id;
    return *is_done ? ERR_NONE : err_of(&EVENTLOG_KEY_REUSED, NULL);
}

static err check_people(merging *m, int64_t first, int64_t second)
{
    registry_kind kind;
    TRY(check_subject(m->r, first, &kind));
    if (kind == REGISTRY_PERSON && second) TRY(check_subject(m->r, second, &kind));
    if (kind == REGISTRY_PERSON && first != second) return ERR_NONE;
    return registry_fail(m->r, &REGISTRY_BAD_FACT, "a merge is of two people");
}

static err merge(merging *m)
{
    bool is_done;
    TRY(was_done(m, "merged_into", &is_done));
    if (is_done) return ERR_NONE;
    TRY(check_people(m, m->person_id, m->other_id));
    for (size_t i = 0; i < ARRAY_COUNT(MOVED); i++)
        TRY(merge_kind(m, MOVED[i]));
    if (m->conflict_count)
        TRY(person_review(m->scratch, m->r, m->act, "merge_conflict", m->person_id, m->other_id,
                          false));
    return point(m, "merged_into", m->person_id);
}

err registry_person_merge(registry *r, const registry_act *act, int64_t person_id, int64_t other_id,
                          int64_t *conflict_count)
{
    merging m = {
        .scratch = arena_open(), .r = r, .act = act, .person_id = person_id, .other_id = other_id
    };
    err e = merge(&m);
    arena_close(m.scratch);
    if (!e.kind && conflict_count) *conflict_count = m.conflict_count;
    return e;
}

/* ---- split ---- */

/* Voids what stands of the rows an event brought. */
static err take_back(merging *m, registry_kind kind, int64_t sequence)
{
    void *facts;
    size_t count, brought = 0;
    int64_t changed;
    TRY(known_of(m, kind, m->person_id, &facts, &count));
    for (size_t i = 0; i < count; i++) {
        registry_fact *fact = registry_fact_at(kind, facts, i);
        if (fact->sequence != sequence) continue;
        fact->is_void = true;
        memmove(registry_fact_at(kind, facts, brought++), fact, REGISTRY_KINDS[kind].size_bytes);
    }
    if (!brought) return ERR_NONE;
    const saying how = {
        .event = "split", .more = "other", .more_value = m->other_id, .fresh_from = INT64_MAX
    };
    registry_act act = act_of(
        m, kind, text_cstr(m->scratch, text_format(m->scratch, "split/%lld", (long long)sequence)));
    return say_ready(m->scratch, m->r, &act, &how, kind, facts, brought, &changed);
}

static err check_merged(merging *m)
{
    registry_kind kind;
    err e = check_subject(m->r, m->other_id, &kind);
    if (e.kind && e.kind != &REGISTRY_MERGED) return e;
    text is = text_format(m->scratch, "%lld", (long long)m->person_id);
    if (e.kind && e.detail && text_equal(text_of(e.detail), is)) return ERR_NONE;
    return err_of(&REGISTRY_NOT_MERGED, NULL);
}

static err split(merging *m)
{
    eventlog_entry *entries;
    size_t count;
    bool is_done;
    TRY(was_done(m, "split_from", &is_done));
    if (is_done) return ERR_NONE;
    TRY(check_merged(m));
    TRY(eventlog_of_subject(m->scratch, m->r->log, eventlog_bucket_of(m->person_id), m->person_id,
                            &entries, &count));
    for (size_t i = 0; i < count; i++) {
        const eventlog_event *event = &entries[i].event;
        registry_kind kind;
        void *facts;
        size_t fact_count;
        if (strcmp(event->kind, "registry.merged") != 0) continue;
        if (body_number(m->scratch, event->body, "other") != m->other_id) continue;
        TRY(body_parse(m->scratch, m->r, event, &kind, &facts, &fact_count));
        TRY(take_back(m, kind, entries[i].sequence));
    }
    TRY(person_review(m->scratch, m->r, m->act, "merge_conflict", m->person_id, m->other_id, true));
    return point(m, "split_from", 0);
}

err registry_person_split(registry *r, const registry_act *act, int64_t person_id, int64_t other_id)
{
    merging m = {
        .scratch = arena_open(), .r = r, .act = act, .person_id = person_id, .other_id = other_id
    };
    err e = split(&m);
    arena_close(m.scratch);
    return e;
}
