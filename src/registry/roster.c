#include <string.h>

#include "registry/registry_internal.h"

/* A roster is a merge: every table is read in the order of ids, and what belongs to the subject at
 * hand is taken off the front of each. */

typedef struct {
    store_query *query; /* NULL: at its end, or not wanted */
    union {
        registry_fact fact;
        registry_person person;
        registry_household household;
        registry_employer employer;
        registry_member member;
        registry_enrolment enrolment;
        registry_benefit benefit;
        registry_account account;
        registry_attribute attribute;
    } next;
    void *facts; /* of the subject at hand */
    size_t count, capacity;
} stream;

struct registry_roster {
    arena *memory;  /* of the roster */
    arena *strings; /* of the row at hand */
    bool has_strings, is_at_hand;
    size_t subject_at; /* of the subjects asked for, the next one */
    registry *r;
    uint32_t bucket;
    registry_roster_options options;
    stream streams[REGISTRY_KIND_COUNT];
    spell_scan *spells;
    registry_roster_row row;
};

static err step(registry_roster *t, registry_kind kind)
{
    stream *s = &t->streams[kind];
    bool has_row;
    TRY(store_step(s->query, &has_row));
    if (has_row) rows_take(kind, s->query, &s->next);
    else s->query = NULL;
    return ERR_NONE;
}

/* Of everybody, or of some who are asked for. */
static const char *sql_of(const registry_roster *t, registry_kind kind, bool is_named)
{
    const registry_sql *sql = &t->r->sql[kind];
    if (t->options.has_subjects) return is_named ? sql->roster_some_named : sql->roster_some;
    return is_named ? sql->roster_named : sql->roster;
}

static err open_stream(registry_roster *t, registry_kind kind, const int64_t *some, size_t count)
{
    stream *s = &t->streams[kind];
    int64_t at = kind == REGISTRY_BENEFIT ? t->options.month : t->options.day;
    bool is_named = kind == REGISTRY_ATTRIBUTE && t->options.attributes && t->options.attribute_count == 1;
    if (s->query) store_reset(s->query);
    s->query = NULL;
    TRY(store_prepare(t->r->db, sql_of(t, kind, is_named), &s->query));
    store_bind_int(s->query, 1, t->bucket);
    store_bind_int(s->query, 2, t->options.known_ms);
    store_bind_int(s->query, 3, at);
    if (t->options.has_subjects) rows_bind_some(s->query, 4, some, count);
    if (is_named) store_bind_int(s->query, t->options.has_subjects ? 4 + REGISTRY_SOME : 4, t->options.attributes[0]);
    return step(t, kind);
}

static bool wants(const registry_roster *t, registry_kind kind)
{
    return (t->options.wants >> kind) & 1;
}

static err open_streams(registry_roster *t, const int64_t *some, size_t count)
{
    TRY(open_stream(t, t->options.of, some, count));
    for (int kind = REGISTRY_MEMBER; kind <= REGISTRY_ATTRIBUTE; kind++)
        if (wants(t, (registry_kind)kind)) TRY(open_stream(t, (registry_kind)kind, some, count));
    return ERR_NONE;
}

/* Of subjects that were asked for, the streams are opened at some of them after others. */
static err open_next_subjects(registry_roster *t)
{
    t->is_at_hand = false;
    while (t->subject_at < t->options.subject_count) {
        size_t rest = t->options.subject_count - t->subject_at, count = rest < REGISTRY_SOME ? rest : REGISTRY_SOME;
        TRY(open_streams(t, t->options.subjects + t->subject_at, count));
        t->subject_at += count;
        if (t->streams[t->options.of].query) return ERR_NONE;
    }
    return ERR_NONE;
}

static err open_all(registry_roster *t)
{
    if (!t->options.has_subjects) TRY(open_streams(t, NULL, 0));
    if (!wants(t, REGISTRY_SPELL) || (t->options.has_subjects && !t->options.subject_count)) return ERR_NONE;
    return spell_scan_open(t->memory, t->r, t->bucket, t->options.known_ms, 0, INT64_MAX, &t->spells);
}

err registry_roster_who(arena *a, registry *r, uint32_t bucket, registry_holding what, int64_t **subjects, size_t *count)
{
    size_t capacity = 0;
    store_query *q;
    *subjects = NULL;
    *count = 0;
    TRY(store_prepare(r->db, r->sql[what.kind].who, &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, what.known_ms == REGISTRY_NOW ? REGISTRY_NOW - 1 : what.known_ms);
    store_bind_int(q, 3, what.at);
    store_bind_int(q, 4, what.name);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t id = store_int(q, 0);
        ARENA_PUSH(a, *subjects, *count, capacity, id);
    }
}

err registry_roster_open(arena *a, registry *r, uint32_t bucket,
                         const registry_roster_options *options, registry_roster **roster)
{
    registry_roster *t = ARENA_NEW(a, registry_roster);
    t->memory = a;
    t->r = r;
    t->bucket = bucket;
    t->options = *options;
    /* An instant after all that is known; what is open ends at REGISTRY_NOW. */
    if (t->options.known_ms == REGISTRY_NOW) t->options.known_ms = REGISTRY_NOW - 1;
    if (t->options.of > REGISTRY_EMPLOYER)
        return registry_refuse(r, "a roster is of people, households, employers", "名册只有人员、家庭、单位三种");
    t->strings = arena_open();
    err e = open_all(t);
    if (e.kind) registry_roster_close(t);
    else *roster = t;
    return e;
}

void registry_roster_close(registry_roster *roster)
{
    if (!roster) return;
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++) {
        if (roster->streams[kind].query) store_reset(roster->streams[kind].query);
        roster->streams[kind].query = NULL;
    }
    spell_scan_close(roster->spells);
    roster->spells = NULL;
    if (roster->strings) arena_close(roster->strings);
    roster->strings = NULL;
}

static const void *keep(arena *a, registry_kind kind, const void *facts, size_t count)
{
    size_t size = REGISTRY_KINDS[kind].size_bytes;
    if (!count) return NULL;
    void *kept = arena_copy(a, facts, count * size);
    for (size_t i = 0; i < count && kind != REGISTRY_SPELL; i++) kinds_keep(a, kind, registry_fact_at(kind, kept, i));
    return kept;
}

void registry_roster_keep(arena *a, const registry_roster *roster, registry_roster_row *row)
{
    row->subject = keep(a, roster->options.of, row->subject, 1);
    row->member = keep(a, REGISTRY_MEMBER, row->member, row->member != NULL);
    row->enrolments = keep(a, REGISTRY_ENROLMENT, row->enrolments, row->enrolment_count);
    row->benefits = keep(a, REGISTRY_BENEFIT, row->benefits, row->benefit_count);
    row->accounts = keep(a, REGISTRY_ACCOUNT, row->accounts, row->account_count);
    row->attributes = keep(a, REGISTRY_ATTRIBUTE, row->attributes, row->attribute_count);
    row->spells = keep(a, REGISTRY_SPELL, row->spells, row->spell_count);
}

/* ---- the subject at hand ---- */

static bool is_wanted_attribute(const registry_roster *t, const registry_attribute *attribute)
{
    if (!t->options.attributes) return true;
    for (size_t i = 0; i < t->options.attribute_count; i++)
        if (t->options.attributes[i] == attribute->name) return true;
    return false;
}

/* Words of the row a query stands on go with its next step; numbers are there to stay. */
static bool has_words(registry_kind kind)
{
    return kind == REGISTRY_ACCOUNT || kind == REGISTRY_ATTRIBUTE;
}

static err take(registry_roster *t, registry_kind kind, int64_t id)
{
    stream *s = &t->streams[kind];
    size_t size = REGISTRY_KINDS[kind].size_bytes;
    s->count = 0;
    while (s->query && s->next.fact.subject_id < id)
        TRY(step(t, kind));
    while (s->query && s->next.fact.subject_id == id) {
        bool is_wanted = kind != REGISTRY_ATTRIBUTE || is_wanted_attribute(t, &s->next.attribute);
        if (is_wanted && s->count == s->capacity)
            s->facts = arena_grow(t->memory, s->facts, &s->capacity, size);
        if (is_wanted) {
            registry_fact *kept = registry_fact_at(kind, s->facts, s->count++);
            memcpy(kept, &s->next, size);
            if (has_words(kind)) kinds_keep(t->strings, kind, kept);
            t->has_strings |= has_words(kind);
        }
        TRY(step(t, kind));
    }
    return ERR_NONE;
}

static err take_spells(registry_roster *t, int64_t id)
{
    const registry_spell *said;
    registry_spell *spells;
    size_t count, kept = 0;
    TRY(spell_scan_of(t->spells, id, &said, &count));
    t->row.spell_count = 0;
    if (!count) return ERR_NONE;
    count = spell_paint(t->strings, said, count, true, &spells);
    t->has_strings = true;
    for (size_t i = 0; i < count; i++) {
        const registry_fact *f = &spells[i].fact;
        bool holds = f->from <= t->options.month && t->options.month < f->until;
        if (holds || t->options.has_career) spells[kept++] = spells[i];
    }
    t->row.spells = spells;
    t->row.spell_count = kept;
    return ERR_NONE;
}

static err reveal_all(registry_roster *t)
{
    registry_account *accounts = t->streams[REGISTRY_ACCOUNT].facts;
    t->has_strings = true;
    if (t->options.of == REGISTRY_PERSON) {
        registry_person *person = &t->streams[REGISTRY_PERSON].next.person;
        TRY(registry_reveal(t->strings, t->r, t->row.subject_id, &person->number));
        TRY(registry_reveal(t->strings, t->r, t->row.subject_id, &person->phone));
    }
    for (size_t i = 0; i < t->row.account_count; i++)
        TRY(registry_reveal(t->strings, t->r, t->row.subject_id, &accounts[i].number));
    return ERR_NONE;
}

#define SHOW(kind, field)                                                                          \
    (t->row.field##s = t->streams[kind].facts, t->row.field##_count = t->streams[kind].count)

static err fill(registry_roster *t)
{
    for (int kind = REGISTRY_MEMBER; kind <= REGISTRY_ATTRIBUTE; kind++)
        if (wants(t, (registry_kind)kind)) TRY(take(t, (registry_kind)kind, t->row.subject_id));
    if (t->spells) TRY(take_spells(t, t->row.subject_id));
    const stream *members = &t->streams[REGISTRY_MEMBER];
    t->row.member = members->count ? members->facts : NULL;
    SHOW(REGISTRY_ENROLMENT, enrolment);
    SHOW(REGISTRY_BENEFIT, benefit);
    SHOW(REGISTRY_ACCOUNT, account);
    SHOW(REGISTRY_ATTRIBUTE, attribute);
    return t->options.reveals ? reveal_all(t) : ERR_NONE;
}

/* The subject is shown where its query stands, which moves on only when the next one is asked for:
 * its words need no copy. */
static err move_to_subject(registry_roster *t)
{
    registry_kind of = t->options.of;
    stream *s = &t->streams[of];
    for (;;) {
        if (t->is_at_hand) TRY(step(t, of));
        if (!s->query && t->options.has_subjects) TRY(open_next_subjects(t));
        t->is_at_hand = s->query != NULL;
        bool is_hidden = of == REGISTRY_PERSON && s->next.person.merged_into != 0;
        if (!s->query || !is_hidden || t->options.has_merged) break;
    }
    t->row.subject_id = s->next.fact.subject_id;
    t->row.subject = &s->next;
    return ERR_NONE;
}

err registry_roster_next(registry_roster *roster, const registry_roster_row **row)
{
    *row = NULL;
    if (roster->has_strings) arena_reset(roster->strings);
    roster->has_strings = false;
    bool has_more = roster->options.has_subjects && roster->subject_at < roster->options.subject_count;
    if (!roster->streams[roster->options.of].query && !has_more) return ERR_NONE;
    TRY(move_to_subject(roster));
    if (!roster->is_at_hand) return ERR_NONE;
    TRY(fill(roster));
    *row = &roster->row;
    return ERR_NONE;
}
