#include <string.h>

#include "registry/registry_internal.h"

#define NUMBER(type, field)                                                                        \
    {                                                                                              \
#field, offsetof(type, field), CELL_NUMBER, false, NULL                                    \
    }
#define LANE(type, field)                                                                          \
    {                                                                                              \
#field, offsetof(type, field), CELL_NUMBER, true, NULL                                     \
    }
#define WORD(type, field)                                                                          \
    {                                                                                              \
#field, offsetof(type, field), CELL_WORD, false, NULL                                      \
    }
#define SECRET(type, field, what)                                                                  \
    {                                                                                              \
#field, offsetof(type, field), CELL_SECRET, false, what                                    \
    }
#define DAYS   .from = "from_day", .until = "until_day"
#define MONTHS .from = "from_month", .until = "until_month"

const registry_kind_row REGISTRY_KINDS[REGISTRY_KIND_COUNT] = {
    [REGISTRY_PERSON] = {
        "person", "registry_person", sizeof(registry_person), DAYS, true, 9,
        { WORD(registry_person, name), SECRET(registry_person, number, "citizen_number"),
          SECRET(registry_person, phone, "phone"), NUMBER(registry_person, sex),
          NUMBER(registry_person, birth_day), NUMBER(registry_person, region),
          NUMBER(registry_person, hukou_region), NUMBER(registry_person, hukou_kind),
          NUMBER(registry_person, merged_into) },
    },
    [REGISTRY_HOUSEHOLD] = {
        "household", "registry_household", sizeof(registry_household), DAYS, true, 3,
        { NUMBER(registry_household, region), NUMBER(registry_household, kind),
          WORD(registry_household, address) },
    },
    [REGISTRY_EMPLOYER] = {
        "employer", "registry_employer", sizeof(registry_employer), DAYS, true, 6,
        { WORD(registry_employer, name), WORD(registry_employer, code),
          NUMBER(registry_employer, region), NUMBER(registry_employer, kind),
          NUMBER(registry_employer, industry), NUMBER(registry_employer, size) },
    },
    [REGISTRY_MEMBER] = {
        "member", "registry_member", sizeof(registry_member), DAYS, false, 2,
        { NUMBER(registry_member, household_id), NUMBER(registry_member, relation) },
    },
    [REGISTRY_ENROLMENT] = {
        "enrolment", "registry_enrolment", sizeof(registry_enrolment), DAYS, false, 6,
        { LANE(registry_enrolment, scheme), LANE(registry_enrolment, employer_id),
          NUMBER(registry_enrolment, standing), NUMBER(registry_enrolment, region),
          NUMBER(registry_enrolment, base_fen), NUMBER(registry_enrolment, tier) },
    },
    [REGISTRY_BENEFIT] = {
        "benefit", "registry_benefit", sizeof(registry_benefit), MONTHS, false, 6,
        { LANE(registry_benefit, benefit), NUMBER(registry_benefit, state),
          NUMBER(registry_benefit, amount_fen), NUMBER(registry_benefit, region),
          NUMBER(registry_benefit, reason), NUMBER(registry_benefit, decision_id) },
    },
    [REGISTRY_ACCOUNT] = {
        "account", "registry_account", sizeof(registry_account), DAYS, false, 4,
        { LANE(registry_account, purpose), NUMBER(registry_account, bank),
          SECRET(registry_account, number, "account_number"), WORD(registry_account, holder) },
    },
    [REGISTRY_ATTRIBUTE] = {
        "attribute", "registry_attribute", sizeof(registry_attribute), DAYS, false, 3,
        { LANE(registry_attribute, name), NUMBER(registry_attribute, value),
          WORD(registry_attribute, note) },
    },
    [REGISTRY_REVIEW] = {
        "review", "registry_review", sizeof(registry_review), DAYS, false, 2,
        { LANE(registry_review, reason), LANE(registry_review, other_id) },
    },
    [REGISTRY_SPELL] = {
        "spell", "registry_spell", sizeof(registry_spell), MONTHS, false, 5,
        { LANE(registry_spell, scheme), LANE(registry_spell, employer_id),
          NUMBER(registry_spell, kind), NUMBER(registry_spell, region),
          NUMBER(registry_spell, base_fen) },
    },
};

bool kinds_same_cell(const registry_cell *c, const void *a, const void *b)
{
    switch (c->type) {
    case CELL_NUMBER: return *registry_cell_number(a, c) == *registry_cell_number(b, c);
    case CELL_WORD: return text_equal(*registry_cell_word(a, c), *registry_cell_word(b, c));
    case CELL_SECRET: return registry_cell_secret(a, c)->key == registry_cell_secret(b, c)->key;
    }
    return false;
}

bool kinds_same_lane(registry_kind kind, const void *a, const void *b)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    for (size_t i = 0; i < k->cell_count && k->cells[i].is_lane; i++)
        if (!kinds_same_cell(&k->cells[i], a, b)) return false;
    return true;
}

bool kinds_same_cells(registry_kind kind, const void *a, const void *b)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    for (size_t i = 0; i < k->cell_count; i++)
        if (!kinds_same_cell(&k->cells[i], a, b)) return false;
    return true;
}

int kinds_compare(registry_kind kind, const void *a, const void *b)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    for (size_t i = 0; i < k->cell_count && k->cells[i].is_lane; i++) {
        int64_t x = *registry_cell_number(a, &k->cells[i]),
                y = *registry_cell_number(b, &k->cells[i]);
        if (x != y) return x < y ? -1 : 1;
    }
    int64_t x = ((const registry_fact *)a)->from, y = ((const registry_fact *)b)->from;
    return (x > y) - (x < y);
}

void kinds_keep(arena *a, registry_kind kind, void *fact)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    for (size_t i = 0; i < k->cell_count; i++) {
        const registry_cell *c = &k->cells[i];
        if (c->type == CELL_WORD)
            *registry_cell_word(fact, c) = text_copy(a, *registry_cell_word(fact, c));
        if (c->type != CELL_SECRET) continue;
        registry_secret *s = registry_cell_secret(fact, c);
        s->plain = s->plain.size_bytes ? text_copy(a, s->plain) : TEXT_NONE;
        s->sealed = s->sealed.size_bytes ? text_copy(a, s->sealed) : TEXT_NONE;
    }
}

bool kinds_find(text name, registry_kind *kind)
{
    for (size_t i = 0; i < REGISTRY_KIND_COUNT; i++) {
        if (!text_equal_cstr(name, REGISTRY_KINDS[i].name)) continue;
        *kind = (registry_kind)i;
        return true;
    }
    return false;
}
