#include <string.h>

#include "registry/registry_internal.h"

/* ---- facts ---- */

static bool is_edge(int64_t at, bool is_months)
{
    if (at == REGISTRY_EVER || at == REGISTRY_OPEN) return true;
    return is_months ? calendar_is_month(at) : calendar_is_day(at);
}

/* What a name can be that is to be printed, listed and sent to a bank: one line, of a length that a
 * bank takes. */
static const char *fault_of_name(text name, bool is_needed)
{
    enum { NAME_RUNES_MAX = 140, BLANK = 0x20, DELETE = 0x7f, TAIL_MASK = 0xc0, TAIL = 0x80 };
    size_t runes = 0;
    for (size_t i = 0; i < name.size_bytes; i++) {
        unsigned char byte = (unsigned char)name.bytes[i];
        if (byte < BLANK || byte == DELETE) return "a name holds no line end and no control character";
        runes += (byte & TAIL_MASK) != TAIL;
    }
    if (name.size_bytes && strchr("=+-@", name.bytes[0])) return "a name does not begin with = + - @, which spreadsheets compute";
    if (runes > NAME_RUNES_MAX) return "a name has at most 140 characters";
    return is_needed && !name.size_bytes ? "there must be a name" : NULL;
}

static const char *fault_of_cells(registry_kind kind, const void *fact)
{
    const registry_person *p = fact;
    const registry_benefit *b = fact;
    switch (kind) {
    case REGISTRY_PERSON:
        if (p->sex < 0 || p->sex > 2) return "the sex is 0, 1 or 2";
        if (p->birth_day && !calendar_is_day(p->birth_day)) return "there is no such birthday";
        return fault_of_name(p->name, true);
    case REGISTRY_EMPLOYER:
        return fault_of_name(((const registry_employer *)fact)->name, true);
    case REGISTRY_ACCOUNT: return fault_of_name(((const registry_account *)fact)->holder, false);
    case REGISTRY_ENROLMENT:
        if (!((const registry_enrolment *)fact)->scheme) return "an enrolment is in a scheme";
        return ((const registry_enrolment *)fact)->base_fen < 0 ? "a base is not negative" : NULL;
    case REGISTRY_BENEFIT:
        if (!b->benefit) return "a benefit is one of those there are";
        if (b->state < REGISTRY_ENTITLED || b->state > REGISTRY_STOPPED)
            return "there is no such state of a benefit";
        return b->amount_fen < 0 ? "an amount is not negative" : NULL;
    case REGISTRY_ATTRIBUTE:
        return ((const registry_attribute *)fact)->name ? NULL : "an attribute has a name";
    case REGISTRY_SPELL:
        if (!((const registry_spell *)fact)->scheme) return "a spell is in a scheme";
        if (!((const registry_spell *)fact)->kind) return "a spell is of a kind";
        return ((const registry_spell *)fact)->base_fen < 0 ? "a base is not negative" : NULL;
    default: return NULL;
    }
}

err check_fact(registry *r, registry_kind kind, const void *fact)
{
    const registry_fact *f = fact;
    bool is_months = kind == REGISTRY_BENEFIT || kind == REGISTRY_SPELL;
    const char *fault = NULL;
    if (!is_edge(f->from, is_months) || !is_edge(f->until, is_months))
        fault = "a span lies outside the calendar";
    else if (f->from >= f->until) fault = "a span ends before it begins";
    else if (!f->is_void) fault = fault_of_cells(kind, fact);
    if (!fault) return ERR_NONE;
    return registry_fail(r, &REGISTRY_BAD_FACT, "%s %lld: %s", REGISTRY_KINDS[kind].name,
                         (long long)f->subject_id, fault);
}

/* ---- subjects ---- */

static err look(registry *r, const char *sql, int64_t subject_id, bool *is_there, int64_t *into)
{
    store_query *q;
    TRY(store_prepare(r->db, sql, &q));
    store_bind_int(q, 1, eventlog_bucket_of(subject_id));
    store_bind_int(q, 2, subject_id);
    TRY(store_step(q, is_there));
    if (!*is_there) return ERR_NONE;
    *into = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

err check_subject(registry *r, int64_t subject_id, registry_kind *kind)
{
#define LOOK(cell, table)                                                                          \
    "SELECT " cell " FROM " table " WHERE bucket = ?1 AND subject_id = ?2 AND known_until_ms = "   \
    "9223372036854775807 LIMIT 1"
    bool is_there;
    int64_t into = 0;
    *kind = REGISTRY_PERSON;
    TRY(look(r, LOOK("merged_into", "registry_person"), subject_id, &is_there, &into));
    if (into) return registry_fail(r, &REGISTRY_MERGED, "%lld", (long long)into);
    if (is_there) return ERR_NONE;
    *kind = REGISTRY_HOUSEHOLD;
    TRY(look(r, LOOK("item", "registry_household"), subject_id, &is_there, &into));
    if (is_there) return ERR_NONE;
    *kind = REGISTRY_EMPLOYER;
    TRY(look(r, LOOK("item", "registry_employer"), subject_id, &is_there, &into));
    if (is_there) return ERR_NONE;
    return registry_fail(r, &REGISTRY_NOT_FOUND, "%lld", (long long)subject_id);
#undef LOOK
}
