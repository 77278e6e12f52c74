#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "registry/registry_internal.h"

/* ---- what a row is found by ---- */

enum { WAYS_MAX = 4 };

static size_t person_entries(const registry_person *person, lookup_entry out[WAYS_MAX])
{
    int64_t id = person->fact.subject_id;
    out[0] = (lookup_entry){ LOOKUP_NUMBER, person->number.key, id };
    out[1] = (lookup_entry){ LOOKUP_PHONE, person->phone.key, id };
    out[2] = (lookup_entry){ LOOKUP_MERGED, person->merged_into, id };
    out[3] = (lookup_entry){ LOOKUP_PLACED, person->region, id };
    return WAYS_MAX;
}

static size_t employer_entries(const registry_employer *employer, lookup_entry out[WAYS_MAX])
{
    int64_t id = employer->fact.subject_id;
    out[0] = (lookup_entry){ LOOKUP_CODE, lookup_code_key(employer->code), id };
    out[1] = (lookup_entry){ LOOKUP_PLACED, employer->region, id };
    return 2;
}

/* Kinds that are found by one thing alone. */
static lookup_entry entry_of(registry_kind kind, const void *fact)
{
    const registry_fact *f = fact;
    lookup_entry e = { 0, 0, f->subject_id };
    switch (kind) {
    case REGISTRY_HOUSEHOLD:
        e.kind = LOOKUP_PLACED;
        e.key = ((const registry_household *)fact)->region;
        break;
    case REGISTRY_ENROLMENT:
        e.kind = LOOKUP_STAFF;
        e.key = ((const registry_enrolment *)fact)->employer_id;
        break;
    case REGISTRY_MEMBER:
        e.kind = LOOKUP_MEMBER;
        e.key = ((const registry_member *)fact)->household_id;
        break;
    case REGISTRY_ACCOUNT:
        e.kind = LOOKUP_ACCOUNT;
        e.key = ((const registry_account *)fact)->number.key;
        break;
    case REGISTRY_REVIEW:
        e.kind = LOOKUP_REVIEW;
        e.key = ((const registry_review *)fact)->reason;
        break;
    default: break;
    }
    return e;
}

/* How many there are, 0: facts of this kind are not looked up. */
static size_t entries_of(registry_kind kind, const void *fact, lookup_entry out[WAYS_MAX])
{
    if (kind == REGISTRY_PERSON) return person_entries(fact, out);
    if (kind == REGISTRY_EMPLOYER) return employer_entries(fact, out);
    out[0] = entry_of(kind, fact);
    return out[0].kind ? 1 : 0;
}

static text name_of(registry_kind kind, const void *fact)
{
    if (kind == REGISTRY_PERSON) return ((const registry_person *)fact)->name;
    if (kind == REGISTRY_EMPLOYER) return ((const registry_employer *)fact)->name;
    return TEXT_NONE;
}

int64_t lookup_code_key(text code)
{
    if (!code.size_bytes) return 0;
    return (int64_t)(hash_bytes(code.bytes, code.size_bytes, 0) >> 2 | 1);
}

/* ---- adding ---- */

static int compare_entries(const void *a, const void *b)
{
    const lookup_entry *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->subject_id > y->subject_id) - (x->subject_id < y->subject_id);
}

static int compare_names(const void *a, const void *b)
{
    const lookup_name *x = a, *y = b;
    int by_name = text_compare(x->name, y->name);
    return by_name ? by_name : (x->subject_id > y->subject_id) - (x->subject_id < y->subject_id);
}

static err insert_entry(registry *r, lookup_entry e)
{
    store_query *q;
    if (e.kind == LOOKUP_NUMBER) expect_nothing(r);
    TRY(store_prepare(r->db,
                      "INSERT INTO registry_lookup (kind, key, subject_id) VALUES (?1, ?2, ?3) "
                      "ON CONFLICT DO NOTHING",
                      &q));
    store_bind_int(q, 1, e.kind);
    store_bind_int(q, 2, e.key);
    store_bind_int(q, 3, e.subject_id);
    return store_do(q, NULL);
}

static err is_named(registry *r, text name, bool *is_known)
{
    store_query *q;
    TRY(store_prepare(r->db, "SELECT 1 FROM registry_name WHERE name = ?1 LIMIT 1", &q));
    store_bind_text(q, 1, name);
    TRY(store_step(q, is_known));
    if (*is_known) store_reset(q);
    return ERR_NONE;
}

static err insert_name(registry *r, lookup_name n)
{
    store_query *q;
    bool is_known;
    TRY(is_named(r, n.name, &is_known));
    if (!is_known) TRY(search_add(r, n.name));
    TRY(store_prepare(r->db,
                      "INSERT INTO registry_name (name, subject_id) VALUES (?1, ?2) "
                      "ON CONFLICT DO NOTHING",
                      &q));
    store_bind_text(q, 1, n.name);
    store_bind_int(q, 2, n.subject_id);
    return store_do(q, NULL);
}

/* Sorts, and leaves what stands twice among them once. */
static size_t put_in_order(lookup_entry *entries, size_t count)
{
    size_t kept = 0;
    if (count) qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < count; i++)
        if (!kept || compare_entries(&entries[kept - 1], &entries[i]) != 0) entries[kept++] = entries[i];
    return kept;
}

static const char *insert_some_text(arena *a)
{
    text_builder out = text_builder_open(a);
    text_add_cstr(&out, "INSERT INTO registry_lookup (kind, key, subject_id) VALUES ");
    for (int i = 0; i < REGISTRY_SOME; i++) text_add_format(&out, "%s(?%d, ?%d, ?%d)", i ? ", " : "", 3 * i + 1, 3 * i + 2, 3 * i + 3);
    text_add_cstr(&out, " ON CONFLICT DO NOTHING");
    return text_built(&out).bytes;
}

/* Of subjects that were there before: some in one statement, the last few by themselves. */
static err pour_others(arena *a, registry *r, lookup_entry *entries, size_t count)
{
    size_t at = 0;
    count = put_in_order(entries, count);
    const char *sql = count >= REGISTRY_SOME ? insert_some_text(a) : NULL;
    for (; at + REGISTRY_SOME <= count; at += REGISTRY_SOME) {
        store_query *q;
        TRY(store_prepare(r->db, sql, &q));
        for (size_t i = 0; i < REGISTRY_SOME; i++) {
            store_bind_int(q, (int)(3 * i) + 1, entries[at + i].kind);
            store_bind_int(q, (int)(3 * i) + 2, entries[at + i].key);
            store_bind_int(q, (int)(3 * i) + 3, entries[at + i].subject_id);
        }
        TRY(store_do(q, NULL));
    }
    for (; at < count; at++) TRY(insert_entry(r, entries[at]));
    return ERR_NONE;
}

/* Of fresh subjects nothing can be there yet but what stands twice among them. */
static err pour_entries(registry *r, lookup_entry *entries, size_t count)
{
    static const char *const COLUMNS[] = { "kind", "key", "subject_id" };
    static const store_column_type TYPES[] = { STORE_INT_COLUMN, STORE_INT_COLUMN,
                                               STORE_INT_COLUMN };
    store_bulk *bulk;
    if (!count) return ERR_NONE;
    expect_nothing(r);
    count = put_in_order(entries, count);
    TRY(store_bulk_open(r->db, "registry_lookup", COLUMNS, TYPES, 3, &bulk));
    for (size_t i = 0; i < count; i++) {
        TRY(store_bulk_int(bulk, entries[i].kind));
        TRY(store_bulk_int(bulk, entries[i].key));
        TRY(store_bulk_int(bulk, entries[i].subject_id));
    }
    return store_bulk_close(bulk, NULL);
}

static err pour_names(registry *r, lookup_batch *batch)
{
    static const char *const COLUMNS[] = { "name", "subject_id" };
    static const store_column_type TYPES[] = { STORE_TEXT_COLUMN, STORE_INT_COLUMN };
    store_bulk *bulk;
    lookup_name *names = batch->names;
    size_t count = batch->name_count;
    if (!count) return ERR_NONE;
    qsort(names, count, sizeof *names, compare_names);
    if (!batch->leaves_search) TRY(search_pour(r, names, count, batch->names_max, &batch->known));
    TRY(store_bulk_open(r->db, "registry_name", COLUMNS, TYPES, 2, &bulk));
    for (size_t i = 0; i < count; i++) {
        if (i && compare_names(&names[i - 1], &names[i]) == 0) continue;
        TRY(store_bulk_text(bulk, names[i].name));
        TRY(store_bulk_int(bulk, names[i].subject_id));
    }
    return store_bulk_close(bulk, NULL);
}

err lookup_pour(registry *r, lookup_batch *batch)
{
    TRY(pour_entries(r, batch->entries, batch->entry_count));
    TRY(pour_others(batch->memory, r, batch->others, batch->other_count));
    TRY(pour_names(r, batch));
    arena_reset(batch->memory);
    *batch = (lookup_batch){ .memory = batch->memory, .fresh_from = r->next_id, .known = batch->known,
                             .names_max = batch->names_max, .leaves_search = batch->leaves_search };
    return ERR_NONE;
}

void lookup_close(lookup_batch *batch)
{
    search_known_close(batch->known);
    arena_close(batch->memory);
}

static err add_entry(registry *r, lookup_entry e, lookup_batch *batch)
{
    if (!e.key) return ERR_NONE;
    bool is_fresh = batch && e.subject_id >= batch->fresh_from, is_own = e.kind == LOOKUP_NUMBER || e.kind == LOOKUP_CODE;
    if (is_fresh) ARENA_PUSH(batch->memory, batch->entries, batch->entry_count, batch->entry_capacity, e);
    else if (batch && !is_own) ARENA_PUSH(batch->memory, batch->others, batch->other_count, batch->other_capacity, e);
    else return insert_entry(r, e);
    return ERR_NONE;
}

static err add_name(registry *r, lookup_name n, lookup_batch *batch)
{
    if (!n.name.size_bytes) return ERR_NONE;
    if (!batch || n.subject_id < batch->fresh_from) return insert_name(r, n);
    n.name = text_copy(batch->memory, n.name);
    ARENA_PUSH(batch->memory, batch->names, batch->name_count, batch->name_capacity, n);
    return ERR_NONE;
}

err lookup_add(registry *r, registry_kind kind, const void *facts, size_t count,
               lookup_batch *batch)
{
    lookup_entry ways[WAYS_MAX];
    if (!count || !entries_of(kind, facts, ways)) return ERR_NONE;
    for (size_t i = 0; i < count; i++) {
        const registry_fact *f = registry_fact_at(kind, facts, i);
        for (size_t way = 0, n = entries_of(kind, f, ways); way < n; way++) TRY(add_entry(r, ways[way], batch));
        TRY(add_name(r, (lookup_name){ name_of(kind, f), f->subject_id }, batch));
    }
    return ERR_NONE;
}

/* ---- finding ---- */

static err take_ids(arena *a, store_query *q, int64_t **ids, size_t *count)
{
    size_t capacity = 0;
    bool has_row;
    *ids = NULL;
    *count = 0;
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t id = store_int(q, 0);
        ARENA_PUSH(a, *ids, *count, capacity, id);
    }
}

/* Who was called so, then otherwise, and so again, is one. */
static void drop_repeated(int64_t *ids, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        size_t k = 0;
        while (k < kept && ids[k] != ids[i]) k++;
        if (k == kept) ids[kept++] = ids[i];
    }
    *count = kept;
}

err lookup_find(arena *a, registry *r, lookup_kind kind, int64_t key, int64_t **ids, size_t *count)
{
    store_query *q;
    if (kind == LOOKUP_NUMBER && expect_held(a, r, key, ids, count)) return ERR_NONE;
    TRY(store_prepare(r->db,
                      "SELECT DISTINCT subject_id FROM registry_lookup WHERE kind = ?1 AND key = ?2 "
                      "ORDER BY subject_id",
                      &q));
    store_bind_int(q, 1, (int64_t)kind);
    store_bind_int(q, 2, key);
    return take_ids(a, q, ids, count);
}

err lookup_find_all(arena *a, registry *r, lookup_kind kind, int64_t **ids, size_t *count)
{
    store_query *q;
    TRY(store_prepare(r->db, "SELECT DISTINCT subject_id FROM registry_lookup WHERE kind = ?1 ORDER BY subject_id", &q));
    store_bind_int(q, 1, (int64_t)kind);
    return take_ids(a, q, ids, count);
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* A merged record keeps the place it was said to have, and whose it became may live elsewhere: all of them are among the found. */
err registry_find_placed(arena *a, registry *r, const registry_regions *regions, size_t region_count, int64_t **ids, size_t *count)
{
    size_t capacity = 0, kept = 0;
    TRY(lookup_find_all(a, r, LOOKUP_MERGED, ids, count));
    capacity = *count;
    for (size_t i = 0; i < region_count; i++) {
        int64_t *some;
        size_t some_count;
        store_query *q;
        TRY(store_prepare(r->db, "SELECT subject_id FROM registry_lookup WHERE kind = ?1 AND key >= ?2 AND key < ?3 ORDER BY kind, key, subject_id", &q));
        store_bind_int(q, 1, LOOKUP_PLACED);
        store_bind_int(q, 2, regions[i].from);
        store_bind_int(q, 3, regions[i].until);
        TRY(take_ids(a, q, &some, &some_count));
        for (size_t k = 0; k < some_count; k++) ARENA_PUSH(a, *ids, *count, capacity, some[k]);
    }
    if (*count) qsort(*ids, *count, sizeof **ids, compare_ids);
    for (size_t i = 0; i < *count; i++)
        if (!kept || (*ids)[kept - 1] != (*ids)[i]) (*ids)[kept++] = (*ids)[i];
    *count = kept;
    return ERR_NONE;
}

static text folded_number(arena *a, text number)
{
    ident_citizen citizen;
    char id18[IDENT_CODE_BYTES];
    text t = text_trim(number);
    if (!ident_upgrade_citizen(t, id18).kind) return text_copy(a, text_of(id18));
    err e = ident_check_citizen(t, &citizen);
    if (citizen.id[0] && e.kind != &IDENT_WRONG_LENGTH) return text_copy(a, text_of(citizen.id));
    return t;
}

int64_t lookup_number_key(arena *a, registry *r, text number)
{
    return secret_key_of(r, "citizen_number", folded_number(a, number));
}

err registry_find_number(arena *a, registry *r, text number, int64_t **ids, size_t *count)
{
    return lookup_find(a, r, LOOKUP_NUMBER, lookup_number_key(a, r, number), ids, count);
}

int64_t registry_account_key(registry *r, text number)
{
    return secret_key_of(r, "account_number", number);
}

err registry_find_account(arena *a, registry *r, text number, int64_t **ids, size_t *count)
{
    return lookup_find(a, r, LOOKUP_ACCOUNT, registry_account_key(r, number), ids, count);
}

err registry_find_phone(arena *a, registry *r, text phone, int64_t **ids, size_t *count)
{
    return lookup_find(a, r, LOOKUP_PHONE, secret_key_of(r, "phone", phone), ids, count);
}

err registry_find_staff(arena *a, registry *r, int64_t employer_id, int64_t **ids, size_t *count)
{
    return lookup_find(a, r, LOOKUP_STAFF, employer_id, ids, count);
}

err registry_find_members(arena *a, registry *r, int64_t household_id, int64_t **ids, size_t *count)
{
    return lookup_find(a, r, LOOKUP_MEMBER, household_id, ids, count);
}

err registry_find_name(arena *a, registry *r, text beginning, size_t count_max, int64_t **ids,
                       size_t *count)
{
    /* No character is greater than U+10FFFF, so all that begins so lies before it. */
    text until = text_format(a, "%.*s\xF4\x8F\xBF\xBF", TEXT_ARG(beginning));
    store_query *q;
    TRY(store_prepare(r->db,
                      "SELECT subject_id FROM registry_name WHERE name >= ?1 AND name < ?2 "
                      "ORDER BY name, subject_id LIMIT ?3",
                      &q));
    store_bind_text(q, 1, beginning.bytes ? beginning : TEXT(""));
    store_bind_text(q, 2, until);
    store_bind_int(q, 3, (int64_t)count_max);
    TRY(take_ids(a, q, ids, count));
    drop_repeated(*ids, count);
    return ERR_NONE;
}

static err has_code(arena *a, registry *r, int64_t employer_id, text code, bool *has)
{
    void *facts;
    size_t count;
    TRY(rows_read(a, r, REGISTRY_EMPLOYER, r->sql[REGISTRY_EMPLOYER].live, employer_id, -1, &facts,
                  &count));
    *has = false;
    for (size_t i = 0; i < count; i++)
        if (text_equal(((registry_employer *)facts)[i].code, code)) *has = true;
    return ERR_NONE;
}

err registry_find_code(arena *a, registry *r, text employer_code, int64_t *employer_id)
{
    ident_uscc uscc;
    int64_t *ids;
    size_t count;
    err e = ident_check_uscc(employer_code, &uscc);
    text code = e.kind || !uscc.code[0] ? employer_code : text_of(uscc.code);
    TRY(lookup_find(a, r, LOOKUP_CODE, lookup_code_key(code), &ids, &count));
    for (size_t i = 0; i < count; i++) {
        bool has;
        TRY(has_code(a, r, ids[i], code, &has));
        if (!has) continue;
        *employer_id = ids[i];
        return ERR_NONE;
    }
    return err_of(&REGISTRY_NOT_FOUND, NULL);
}

err registry_reviews(arena *a, registry *r, registry_review **reviews, size_t *count)
{
    int64_t *ids;
    size_t id_count, capacity = 0;
    *reviews = NULL;
    *count = 0;
    TRY(lookup_find_all(a, r, LOOKUP_REVIEW, &ids, &id_count));
    for (size_t i = 0; i < id_count; i++) {
        void *facts;
        size_t fact_count;
        TRY(rows_read(a, r, REGISTRY_REVIEW, r->sql[REGISTRY_REVIEW].live, ids[i], -1, &facts,
                      &fact_count));
        for (size_t k = 0; k < fact_count; k++) {
            registry_review review = ((registry_review *)facts)[k];
            if (review.fact.until != REGISTRY_OPEN) continue; /* settled from a day on */
            ARENA_PUSH(a, *reviews, *count, capacity, review);
        }
    }
    return ERR_NONE;
}
