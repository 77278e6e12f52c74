#include <string.h>

#include "registry/registry_internal.h"

/* A merge says of one person what is known of the other; split.c takes back what that brought. */

const registry_kind MERGE_MOVED[MERGE_MOVED_COUNT] = { REGISTRY_MEMBER,  REGISTRY_ENROLMENT, REGISTRY_BENEFIT,
                                                       REGISTRY_ACCOUNT, REGISTRY_ATTRIBUTE, REGISTRY_SPELL };

/* What is known of a person now; spells painted, alike neighbours as one. */
static err known_of(merging *m, arena *a, registry_kind kind, int64_t person_id, void **facts, size_t *count)
{
    if (kind != REGISTRY_SPELL) return rows_read(a, m->r, kind, m->r->sql[kind].live, person_id, -1, facts, count);
    registry_spell *spells;
    TRY(spell_read(a, m->r, person_id, REGISTRY_NOW, true, &spells, count));
    *facts = spells;
    return ERR_NONE;
}

/* ---- what meets ---- */

bool merge_same_place(registry_kind kind, const void *a, const void *b)
{
    if (kind == REGISTRY_ENROLMENT)
        return ((const registry_enrolment *)a)->scheme == ((const registry_enrolment *)b)->scheme;
    if (kind == REGISTRY_SPELL) return ((const registry_spell *)a)->scheme == ((const registry_spell *)b)->scheme;
    return kinds_same_lane(kind, a, b);
}

static bool overlap(const registry_fact *a, const registry_fact *b)
{
    return a->from < b->until && a->until > b->from;
}

/* What says the same where they overlap is no conflict; what covers all of it is nothing new. */
static void hold_against(registry_kind kind, registry_meeting *m)
{
    const registry_fact *fact = m->theirs;
    bool is_other_lane = m->our_count > 0;
    for (size_t i = 0; i < m->our_count; i++) {
        const registry_fact *row = m->ours[i];
        bool is_same = kinds_same_cells(kind, row, fact);
        if (is_same && row->from <= fact->from && row->until >= fact->until) m->is_alike = true;
        if (!is_same) m->must_choose = true;
        if (kinds_same_lane(kind, row, fact)) is_other_lane = false;
    }
    if (m->is_alike) m->must_choose = false;
    m->may_both = m->must_choose && is_other_lane;
}

typedef struct {
    arena *a;
    registry_meeting *items;
    size_t count, capacity;
    const int64_t *asked;
    size_t asked_count;
} looking;

static bool is_asked(const looking *l, registry_kind kind, const void *fact)
{
    for (size_t i = 0; kind == REGISTRY_ATTRIBUTE && i < l->asked_count; i++)
        if (((const registry_attribute *)fact)->name == l->asked[i]) return true;
    return false;
}

static void meet(looking *l, registry_kind kind, const void *theirs, const void *own, size_t own_count)
{
    registry_meeting m = { .kind = kind, .theirs = theirs };
    const void **ours = ARENA_ARRAY(l->a, const void *, own_count + 1);
    for (size_t i = 0; i < own_count; i++) {
        const registry_fact *row = registry_fact_at(kind, own, i);
        if (overlap(row, theirs) && merge_same_place(kind, row, theirs)) ours[m.our_count++] = row;
    }
    m.ours = ours;
    hold_against(kind, &m);
    if (!m.our_count && is_asked(l, kind, theirs)) m.must_choose = true;
    ARENA_PUSH(l->a, l->items, l->count, l->capacity, m);
}

/* What must be chosen also where the given-up record is silent. */
static void meet_silence(looking *l, registry_kind kind, const void *ours, const void *theirs, size_t their_count)
{
    if (!is_asked(l, kind, ours)) return;
    for (size_t i = 0; i < their_count; i++)
        if (overlap(registry_fact_at(kind, theirs, i), ours) && merge_same_place(kind, registry_fact_at(kind, theirs, i), ours)) return;
    const void **one = ARENA_ARRAY(l->a, const void *, 1);
    one[0] = ours;
    registry_meeting m = { .kind = kind, .ours = one, .our_count = 1, .must_choose = true };
    ARENA_PUSH(l->a, l->items, l->count, l->capacity, m);
}

static err look_kind(merging *m, looking *l, registry_kind kind)
{
    void *own, *theirs;
    size_t own_count, count;
    TRY(known_of(m, l->a, kind, m->person_id, &own, &own_count));
    TRY(known_of(m, l->a, kind, m->other_id, &theirs, &count));
    record_sort(l->a, kind, theirs, count);
    for (size_t i = 0; i < count; i++) meet(l, kind, registry_fact_at(kind, theirs, i), own, own_count);
    for (size_t i = 0; i < own_count; i++) meet_silence(l, kind, registry_fact_at(kind, own, i), theirs, count);
    return ERR_NONE;
}

/* ---- the person itself: cell by cell, of what is so in the end ---- */

static const registry_person *last_of(const void *facts, size_t count)
{
    const registry_person *rows = facts, *last = rows;
    for (size_t i = 1; i < count; i++)
        if (rows[i].fact.from > last->fact.from) last = &rows[i];
    return last;
}

static bool is_empty(const registry_cell *c, const void *fact)
{
    if (c->type == CELL_NUMBER) return *registry_cell_number(fact, c) == 0;
    if (c->type == CELL_WORD) return !registry_cell_word(fact, c)->size_bytes;
    return registry_cell_secret(fact, c)->key == 0;
}

static err look_person(merging *m, looking *l)
{
    const registry_kind_row *k = &REGISTRY_KINDS[REGISTRY_PERSON];
    void *own, *theirs;
    size_t own_count, count;
    TRY(known_of(m, l->a, REGISTRY_PERSON, m->person_id, &own, &own_count));
    TRY(known_of(m, l->a, REGISTRY_PERSON, m->other_id, &theirs, &count));
    const registry_person *us = last_of(own, own_count), *them = last_of(theirs, count);
    for (size_t i = 0; i < k->cell_count; i++) {
        const registry_cell *c = &k->cells[i];
        if (is_empty(c, them) || kinds_same_cell(c, us, them)) continue;
        const void **one = ARENA_ARRAY(l->a, const void *, 1);
        one[0] = us;
        registry_meeting met = { .kind = REGISTRY_PERSON, .cell = c->name, .theirs = them, .ours = one, .our_count = 1,
                                 .must_choose = !is_empty(c, us) };
        ARENA_PUSH(l->a, l->items, l->count, l->capacity, met);
    }
    return ERR_NONE;
}

static err check_people(merging *m)
{
    registry_kind kind;
    TRY(check_subject(m->r, m->person_id, &kind));
    if (kind == REGISTRY_PERSON) TRY(check_subject(m->r, m->other_id, &kind));
    if (kind == REGISTRY_PERSON && m->person_id != m->other_id) return ERR_NONE;
    return registry_refuse(m->r, "a merge is of two people", "合并的须是两个人");
}

static err look(merging *m, looking *l)
{
    TRY(check_people(m));
    TRY(look_person(m, l));
    for (size_t i = 0; i < MERGE_MOVED_COUNT; i++) TRY(look_kind(m, l, MERGE_MOVED[i]));
    return ERR_NONE;
}

err registry_merge_look(arena *a, registry *r, int64_t person_id, int64_t other_id, const int64_t *asked,
                        size_t asked_count, registry_meeting **meetings, size_t *count)
{
    merging m = { .scratch = a, .r = r, .person_id = person_id, .other_id = other_id };
    looking l = { .a = a, .asked = asked, .asked_count = asked_count };
    TRY(look(&m, &l));
    *meetings = l.items;
    *count = l.count;
    return ERR_NONE;
}

/* ---- what comes along ---- */

/* Facts of a kind that are to be said, in order. */
typedef struct {
    registry_kind kind;
    void *facts;
    size_t count, capacity;
} bringing;

static registry_fact *bring(merging *m, bringing *b, const void *fact)
{
    size_t size = REGISTRY_KINDS[b->kind].size_bytes;
    if (b->count == b->capacity) b->facts = arena_grow(m->scratch, b->facts, &b->capacity, size);
    registry_fact *kept = registry_fact_at(b->kind, b->facts, b->count++);
    memcpy(kept, fact, size);
    kept->subject_id = m->person_id;
    return kept;
}

static void bring_void(merging *m, bringing *b, const registry_fact *ours, int64_t from, int64_t until)
{
    registry_fact *none = bring(m, b, ours);
    none->is_void = true;
    none->from = from > ours->from ? from : ours->from;
    none->until = until < ours->until ? until : ours->until;
}

/* Opens the secrets of the other and seals them for the person. */
static err bring_theirs(merging *m, bringing *b, const void *theirs, int64_t from, int64_t until)
{
    const registry_kind_row *k = &REGISTRY_KINDS[b->kind];
    registry_fact *fact = bring(m, b, theirs);
    fact->from = from;
    fact->until = until;
    for (size_t i = 0; i < k->cell_count; i++)
        if (k->cells[i].type == CELL_SECRET)
            TRY(secret_unseal(m->scratch, m->r, m->other_id, k->cells[i].secret, registry_cell_secret(fact, &k->cells[i])));
    return secret_seal_fact(m->scratch, m->r, b->kind, fact, false);
}

/* What lies beside all that it meets. */
static err bring_rest(merging *m, bringing *b, const registry_meeting *met)
{
    const registry_fact *theirs = met->theirs;
    for (int64_t from = theirs->from, until; from < theirs->until; from = until) {
        bool is_met = false;
        until = theirs->until;
        for (size_t i = 0; i < met->our_count; i++) {
            const registry_fact *row = met->ours[i];
            int64_t edge = row->from > from ? row->from : row->until;
            if (row->until <= from) continue;
            is_met |= row->from <= from;
            if (edge < until) until = edge;
        }
        if (!is_met) TRY(bring_theirs(m, b, theirs, from, until));
    }
    return ERR_NONE;
}

static err bring_instead(merging *m, bringing *b, const registry_meeting *met)
{
    const registry_fact *theirs = met->theirs;
    for (size_t i = 0; i < met->our_count; i++) {
        const registry_fact *ours = met->ours[i];
        if (!theirs) bring_void(m, b, ours, ours->from, ours->until);
        else if (!kinds_same_lane(b->kind, ours, theirs)) bring_void(m, b, ours, theirs->from, theirs->until);
    }
    return theirs ? bring_theirs(m, b, theirs, theirs->from, theirs->until) : ERR_NONE;
}

static err bring_met(merging *m, bringing *b, const registry_meeting *met)
{
    const registry_fact *theirs = met->theirs;
    if (met->is_alike) return ERR_NONE;
    if (!met->must_choose) return bring_theirs(m, b, theirs, theirs->from, theirs->until);
    switch (met->choice) {
    case REGISTRY_KEEP: return theirs && met->our_count ? bring_rest(m, b, met) : ERR_NONE;
    case REGISTRY_TAKE: return bring_instead(m, b, met);
    case REGISTRY_BOTH:
        if (!met->may_both) return registry_refuse(m->r, "two facts in one place", "同一处有两条信息");
        return bring_theirs(m, b, theirs, theirs->from, theirs->until);
    default: m->conflict_count++; return ERR_NONE;
    }
}

registry_act merge_act(merging *m, registry_kind kind, const char *what)
{
    registry_act act = *m->act;
    if (act.key.size_bytes)
        act.key = text_format(m->scratch, "%.*s/%s/%s", TEXT_ARG(act.key), what,
                              REGISTRY_KINDS[kind].name);
    return act;
}

static err say_brought(merging *m, const bringing *b)
{
    int64_t changed;
    if (!b->count) return ERR_NONE;
    const saying how = {
        .event = "merged", .more = "other", .more_value = m->other_id, .fresh_from = INT64_MAX
    };
    registry_act act = merge_act(m, b->kind, "merged");
    return say_ready(m->scratch, m->r, &act, &how, b->kind, b->facts, b->count, &changed);
}

static err merge_kind(merging *m, registry_kind kind, const registry_merging *how)
{
    bringing b = { .kind = kind };
    for (size_t i = 0; i < how->count; i++)
        if (how->meetings[i].kind == kind) TRY(bring_met(m, &b, &how->meetings[i]));
    return say_brought(m, &b);
}

static const registry_cell *cell_named(const char *name)
{
    const registry_kind_row *k = &REGISTRY_KINDS[REGISTRY_PERSON];
    for (size_t i = 0; i < k->cell_count; i++)
        if (!strcmp(k->cells[i].name, name)) return &k->cells[i];
    return NULL;
}

/* Of each row that says what the last one does. */
static err take_cell(merging *m, bringing *b, const registry_meeting *met)
{
    const registry_cell *c = cell_named(met->cell);
    for (size_t i = 0; i < b->count; i++) {
        void *row = registry_fact_at(REGISTRY_PERSON, b->facts, i);
        if (!kinds_same_cell(c, row, met->ours[0])) continue;
        if (c->type == CELL_NUMBER) *registry_cell_number(row, c) = *registry_cell_number(met->theirs, c);
        if (c->type == CELL_WORD) *registry_cell_word(row, c) = *registry_cell_word(met->theirs, c);
        if (c->type != CELL_SECRET) continue;
        registry_secret *s = registry_cell_secret(row, c);
        *s = *registry_cell_secret(met->theirs, c);
        TRY(secret_unseal(m->scratch, m->r, m->other_id, c->secret, s));
        TRY(secret_seal_fact(m->scratch, m->r, REGISTRY_PERSON, row, false));
    }
    return ERR_NONE;
}

static err merge_person(merging *m, const registry_merging *how)
{
    void *own;
    size_t own_count, taken = 0;
    bringing b = { .kind = REGISTRY_PERSON };
    TRY(known_of(m, m->scratch, REGISTRY_PERSON, m->person_id, &own, &own_count));
    for (size_t i = 0; i < own_count; i++) bring(m, &b, registry_fact_at(REGISTRY_PERSON, own, i));
    for (size_t i = 0; i < how->count; i++) {
        const registry_meeting *met = &how->meetings[i];
        if (met->kind != REGISTRY_PERSON) continue;
        m->conflict_count += met->must_choose && met->choice == REGISTRY_UNDECIDED;
        if (met->must_choose && met->choice != REGISTRY_TAKE) continue;
        TRY(take_cell(m, &b, met));
        taken++;
    }
    return taken ? say_brought(m, &b) : ERR_NONE;
}

/* ---- reviews, and whom the other is now ---- */

/* What named the two as duplicates of each other has its answer. */
static err settle_reviews(merging *m, int64_t subject_id, int64_t other_id)
{
    void *facts;
    size_t count;
    TRY(known_of(m, m->scratch, REGISTRY_REVIEW, subject_id, &facts, &count));
    for (size_t i = 0; i < count; i++) {
        text reason;
        const registry_review *review = (registry_review *)facts + i;
        if (review->other_id != other_id || review->fact.until != REGISTRY_OPEN) continue;
        TRY(registry_word_read(m->scratch, m->r, review->reason, &reason));
        registry_act act = merge_act(m, REGISTRY_REVIEW, subject_id == m->person_id ? "person" : "other");
        TRY(person_review(m->scratch, m->r, &act, text_cstr(m->scratch, reason), subject_id, other_id, true));
    }
    return ERR_NONE;
}

err merge_point(merging *m, const char *event, int64_t into)
{
    void *facts;
    size_t count;
    int64_t changed;
    TRY(known_of(m, m->scratch, REGISTRY_PERSON, m->other_id, &facts, &count));
    for (size_t i = 0; i < count; i++)
        ((registry_person *)facts)[i].merged_into = into;
    if (!count) return registry_fail(m->r, &REGISTRY_NOT_FOUND, "%lld", (long long)m->other_id);
    const saying how = {
        .event = event, .more = "person", .more_value = m->person_id, .fresh_from = INT64_MAX
    };
    registry_act act = merge_act(m, REGISTRY_PERSON, event);
    return say_ready(m->scratch, m->r, &act, &how, REGISTRY_PERSON, facts, count, &changed);
}

err merge_was_done(merging *m, const char *event, bool *is_done)
{
    registry_act act = merge_act(m, REGISTRY_PERSON, event);
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

static err merge(merging *m, const registry_merging *how)
{
    bool is_done;
    looking l = { .a = m->scratch };
    registry_merging plain = { .count = 0 };
    TRY(merge_was_done(m, "merged_into", &is_done));
    if (is_done) return ERR_NONE;
    TRY(check_people(m));
    if (!how) {
        for (size_t i = 0; i < MERGE_MOVED_COUNT; i++) TRY(look_kind(m, &l, MERGE_MOVED[i]));
        plain = (registry_merging){ .meetings = l.items, .count = l.count };
        how = &plain;
    }
    TRY(merge_person(m, how));
    for (size_t i = 0; i < MERGE_MOVED_COUNT; i++)
        if (MERGE_MOVED[i] != REGISTRY_BENEFIT || !how->leaves_benefits) TRY(merge_kind(m, MERGE_MOVED[i], how));
    TRY(settle_reviews(m, m->person_id, m->other_id));
    TRY(settle_reviews(m, m->other_id, m->person_id));
    if (m->conflict_count)
        TRY(person_review(m->scratch, m->r, m->act, "merge_conflict", m->person_id, m->other_id,
                          false));
    return merge_point(m, "merged_into", m->person_id);
}

err registry_person_merge(registry *r, const registry_act *act, int64_t person_id, int64_t other_id,
                          const registry_merging *how, int64_t *conflict_count)
{
    merging m = {
        .scratch = arena_open(), .r = r, .act = act, .person_id = person_id, .other_id = other_id
    };
    err e = merge(&m, how);
    arena_close(m.scratch);
    if (!e.kind && conflict_count) *conflict_count = m.conflict_count;
    return e;
}

/* ---- who was merged ---- */

err registry_merged_into(registry *r, int64_t person_id, int64_t known_ms, int64_t *into, int64_t *since_ms)
{
    store_query *q;
    bool is_there;
    *into = *since_ms = 0;
    if (known_ms == REGISTRY_NOW && expect_alive(r, person_id, into) && !*into) return ERR_NONE;
    *into = 0;
    if (known_ms == REGISTRY_NOW) known_ms = REGISTRY_NOW - 1;
    TRY(store_prepare(r->db,
                      "SELECT merged_into, known_from_ms FROM registry_person WHERE bucket = ?1 AND subject_id = ?2 "
                      "AND known_from_ms <= ?3 AND known_until_ms > ?3 ORDER BY sequence DESC, item DESC LIMIT 1", &q));
    store_bind_int(q, 1, eventlog_bucket_of(person_id));
    store_bind_int(q, 2, person_id);
    store_bind_int(q, 3, known_ms);
    TRY(store_step(q, &is_there));
    if (!is_there) return ERR_NONE;
    *into = store_int(q, 0);
    *since_ms = *into ? store_int(q, 1) : 0;
    store_reset(q);
    return ERR_NONE;
}

err registry_merged_of(arena *a, registry *r, int64_t person_id, registry_merged **merged, size_t *count)
{
    int64_t *ids;
    size_t id_count, capacity = 0;
    *merged = NULL;
    *count = 0;
    TRY(person_id ? lookup_find(a, r, LOOKUP_MERGED, person_id, &ids, &id_count)
                  : lookup_find_all(a, r, LOOKUP_MERGED, &ids, &id_count));
    for (size_t i = 0; i < id_count; i++) {
        registry_merged one = { .other_id = ids[i] };
        int64_t since_ms;
        TRY(registry_merged_into(r, ids[i], REGISTRY_NOW, &one.into, &since_ms));
        if (one.into && (!person_id || one.into == person_id)) ARENA_PUSH(a, *merged, *count, capacity, one);
    }
    return ERR_NONE;
}
