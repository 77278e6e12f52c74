#include <stdlib.h>
#include <string.h>

#include "registry/registry_internal.h"

err registry_reveal(arena *a, registry *r, int64_t subject_id, registry_secret *secret)
{
    return secret->key ? secret_unseal(a, r, subject_id, secret->field, secret) : ERR_NONE;
}

err registry_account_seal(arena *a, registry *r, registry_account *account)
{
    TRY(check_fact(r, REGISTRY_ACCOUNT, account));
    return secret_seal_fact(a, r, REGISTRY_ACCOUNT, account, false);
}

/* ---- in order of lane and from ---- */

void record_sort(arena *a, registry_kind kind, void *facts, size_t count)
{
    size_t size = REGISTRY_KINDS[kind].size_bytes;
    void *held = arena_alloc(a, size);
    for (size_t i = 1; i < count; i++) {
        size_t at = i;
        memcpy(held, registry_fact_at(kind, facts, i), size);
        for (; at > 0 && kinds_compare(kind, registry_fact_at(kind, facts, at - 1), held) > 0; at--)
            memcpy(registry_fact_at(kind, facts, at), registry_fact_at(kind, facts, at - 1), size);
        memcpy(registry_fact_at(kind, facts, at), held, size);
    }
}

static err find_kind(registry_record *record, registry *r, int64_t subject_id)
{
    for (int kind = REGISTRY_PERSON; kind <= REGISTRY_EMPLOYER; kind++) {
        record->kind = (registry_kind)kind;
        if (record->count[kind]) return ERR_NONE;
    }
    return registry_fail(r, &REGISTRY_NOT_FOUND, "%lld", (long long)subject_id);
}

err registry_record_read(arena *a, registry *r, int64_t subject_id, int64_t known_ms,
                         registry_record *record)
{
    *record = (registry_record){ .kind = REGISTRY_PERSON };
    if (known_ms == REGISTRY_NOW) known_ms = REGISTRY_NOW - 1;
    for (int kind = 0; kind < REGISTRY_SPELL; kind++) {
        void *facts;
        TRY(rows_read(a, r, (registry_kind)kind, r->sql[kind].known, subject_id, known_ms, &facts,
                      &record->count[kind]));
        record_sort(a, (registry_kind)kind, facts, record->count[kind]);
        record->facts[kind] = facts;
    }
    TRY(find_kind(record, r, subject_id));
    registry_spell *spells;
    TRY(spell_read(a, r, subject_id, known_ms, true, &spells, &record->count[REGISTRY_SPELL]));
    record->facts[REGISTRY_SPELL] = spells;
    return ERR_NONE;
}

err registry_record_who(arena *a, registry *r, int64_t subject_id, registry_record *record)
{
    *record = (registry_record){ .kind = REGISTRY_PERSON };
    for (int kind = REGISTRY_PERSON; kind <= REGISTRY_EMPLOYER; kind++) {
        void *facts;
        TRY(rows_read(a, r, (registry_kind)kind, r->sql[kind].known, subject_id, REGISTRY_NOW - 1, &facts, &record->count[kind]));
        record_sort(a, (registry_kind)kind, facts, record->count[kind]);
        record->facts[kind] = facts;
        if (record->count[kind]) break;
    }
    return find_kind(record, r, subject_id);
}

/* Of several the last in the order of record_sort. */
static err take_place(store_query *q, int64_t *region, bool *is_merged, bool *is_there)
{
    int64_t from = INT64_MIN;
    *is_there = false;
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        *is_there = true;
        *is_merged |= store_int(q, 2) != 0;
        if (store_int(q, 0) < from) continue;
        from = store_int(q, 0);
        *region = store_int(q, 1);
    }
}

err registry_place(registry *r, int64_t subject_id, int64_t *region, bool *is_merged)
{
#define PLACE(merged, table)                                                                                                      \
    "SELECT from_day, region, " merged " FROM " table " WHERE bucket = ?1 AND subject_id = ?2 AND known_until_ms = 9223372036854775807 " \
    "ORDER BY sequence, item"
    static const char *const SQL[] = { PLACE("merged_into", "registry_person"), PLACE("0", "registry_household"), PLACE("0", "registry_employer") };
#undef PLACE
    bool is_there = false;
    *region = 0;
    *is_merged = false;
    for (size_t i = 0; i < ARRAY_COUNT(SQL) && !is_there; i++) {
        store_query *q;
        TRY(store_prepare(r->db, SQL[i], &q));
        store_bind_int(q, 1, eventlog_bucket_of(subject_id));
        store_bind_int(q, 2, subject_id);
        TRY(take_place(q, region, is_merged, &is_there));
    }
    return ERR_NONE;
}

static err said_of(arena *a, registry *r, int64_t person_id, registry_record *record)
{
    spell_scan *scan;
    const registry_spell *said;
    TRY(spell_scan_open(a, r, eventlog_bucket_of(person_id), REGISTRY_NOW, person_id, person_id + 1,
                        &scan));
    err e = spell_scan_of(scan, person_id, &said, &record->count[REGISTRY_SPELL]);
    record->facts[REGISTRY_SPELL] = said;
    spell_scan_close(scan);
    return e;
}

err registry_history_read(arena *a, registry *r, int64_t subject_id, registry_record *record)
{
    *record = (registry_record){ .kind = REGISTRY_PERSON };
    for (int kind = 0; kind < REGISTRY_SPELL; kind++) {
        void *facts;
        TRY(rows_read(a, r, (registry_kind)kind, r->sql[kind].all, subject_id, -1, &facts,
                      &record->count[kind]));
        record->facts[kind] = facts;
    }
    TRY(find_kind(record, r, subject_id));
    return said_of(a, r, subject_id, record);
}

/* ---- the events behind a record ---- */

static int compare_sequences(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static err list_sequences(arena *a, registry *r, int64_t subject_id, int64_t **sequences,
                          size_t *count)
{
    registry_record record;
    eventlog_entry *own;
    size_t own_count, capacity = 0;
    TRY(registry_history_read(a, r, subject_id, &record));
    TRY(eventlog_of_subject(a, r->log, eventlog_bucket_of(subject_id), subject_id, &own,
                            &own_count));
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++)
        for (size_t i = 0; i < record.count[kind]; i++) {
            int64_t sequence =
                registry_fact_at((registry_kind)kind, record.facts[kind], i)->sequence;
            ARENA_PUSH(a, *sequences, *count, capacity, sequence);
        }
    for (size_t i = 0; i < own_count; i++)
        ARENA_PUSH(a, *sequences, *count, capacity, own[i].sequence);
    qsort(*sequences, *count, sizeof **sequences, compare_sequences);
    return ERR_NONE;
}

err registry_events_of(arena *a, registry *r, int64_t subject_id, eventlog_entry **entries,
                       size_t *count)
{
    int64_t *sequences = NULL;
    size_t sequence_count = 0, capacity = 0;
    *entries = NULL;
    *count = 0;
    TRY(list_sequences(a, r, subject_id, &sequences, &sequence_count));
    for (size_t i = 0; i < sequence_count; i++) {
        eventlog_entry entry;
        if (i && sequences[i] == sequences[i - 1]) continue;
        TRY(eventlog_entry_read(a, r->log, eventlog_bucket_of(subject_id), sequences[i], &entry));
        ARENA_PUSH(a, *entries, *count, capacity, entry);
    }
    return ERR_NONE;
}
