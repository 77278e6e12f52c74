#include "service/import_said.h"

#include <string.h>

#include "base/hash.h"
#include "ident/ident.h"
#include "service/ledger.h"

const err_kind IMPORT_AGAINST_NUMBER = {
    "import.against_number", ERR_CONFLICT,
    "The citizen number says otherwise: {}. Mend the row or leave the cell empty; where the number is not what counts (the "
    "personal file), three people correct it by the case 'correction of identity data'.",
    "与证件号码不符：{}。请改正该行，或将该格留空；确应以档案等为准的，由三人办理“身份信息更正”。"
};
const err_kind IMPORT_RENAMES = {
    "import.renames", ERR_CONFLICT,
    "This number or id is known as {}, and a list renames nobody: see whether the row is about somebody else; a name that "
    "has changed is corrected by three people, by the case 'correction of identity data'.",
    "该号码或编号登记的姓名是“{}”，导入清单不改姓名：请核对该行是否为另一人；确已更名的，由三人办理“身份信息更正”。"
};
const err_kind IMPORT_RENUMBERS = {
    "import.renumbers", ERR_CONFLICT,
    "{} is known under another citizen number, and a list changes none: see whether the row is about somebody else; whose "
    "number has changed or was wrong is entered under the right one as a record of their own, and three people bring both "
    "together by 'person merge'.",
    "{} 登记的是另一证件号码，导入清单不改号码：请核对该行是否为另一人；号码确已变更或原来有误的，按正确号码另登记一人，再由三人办理 person merge 合并两份档案。"
};

/* ---- what was said ---- */

struct import_said {
    arena *memory;
    const list_row *list;
    hash_map *places; /* of the bytes of an id */
    list_fact *facts;
    size_t count, capacity;
};

import_said *import_said_open(arena *a, const list_row *list)
{
    import_said *said = ARENA_NEW(a, import_said);
    *said = (import_said){ .memory = a, .list = list, .places = hash_map_open(a) };
    return said;
}

static text key_of(const int64_t *subject_id)
{
    return (text){ (const char *)subject_id, sizeof *subject_id };
}

const list_fact *import_said_of(const import_said *said, int64_t subject_id)
{
    size_t place = hash_map_get(said->places, key_of(&subject_id));
    return place == SIZE_MAX ? NULL : &said->facts[place];
}

/* The fact's own words, which else go with their row. */
static void keep_words(import_said *said, list_fact *fact)
{
    for (size_t i = 0; i < list_field_count(said->list); i++) {
        char *cell = (char *)fact + said->list->fields[i].offset;
        list_cell kind = said->list->fields[i].cell;
        if (kind == LIST_TEXT || kind == LIST_NAME) {
            text *words = (text *)(void *)cell;
            *words = text_copy(said->memory, *words);
        }
        if (kind != LIST_SECRET) continue;
        registry_secret *secret = (registry_secret *)(void *)cell;
        secret->plain = text_copy(said->memory, secret->plain);
        secret->sealed = text_copy(said->memory, secret->sealed);
    }
}

void import_said_keep(import_said *said, const list_fact *fact)
{
    list_fact kept = *fact;
    size_t place = hash_map_get(said->places, key_of(&fact->fact.subject_id));
    keep_words(said, &kept);
    if (place != SIZE_MAX) {
        said->facts[place] = kept;
        return;
    }
    hash_map_put(said->places, text_copy(said->memory, key_of(&fact->fact.subject_id)), said->count);
    ARENA_PUSH(said->memory, said->facts, said->count, said->capacity, kept);
}

/* ---- who somebody is ---- */

/* What a number says; *is_known is false of one that is none. */
static void read_number(text number, ident_citizen *citizen, bool *is_known)
{
    char id18[IDENT_CODE_BYTES];
    text trimmed = text_trim(number);
    if (!ident_upgrade_citizen(trimmed, id18).kind) trimmed = text_of(id18);
    *is_known = trimmed.size_bytes > 0 && !ident_check_citizen(trimmed, citizen).kind;
}

/* The number known before, opened; empty where there is none or its key is gone. */
static text number_before(county *office, arena *scratch, const registry_person *before)
{
    registry_secret secret = before->number;
    if (secret.plain.size_bytes || !secret.sealed.size_bytes) return secret.plain;
    err e = registry_reveal(scratch, office->people, before->fact.subject_id, &secret);
    return e.kind ? TEXT_NONE : secret.plain;
}

text import_number(arena *a, text number)
{
    ident_citizen citizen;
    char id18[IDENT_CODE_BYTES];
    text trimmed = text_trim(number);
    if (!ident_upgrade_citizen(trimmed, id18).kind) return text_copy(a, text_of(id18));
    err e = ident_check_citizen(trimmed, &citizen);
    return citizen.id[0] && e.kind != &IDENT_WRONG_LENGTH ? text_copy(a, text_of(citizen.id)) : trimmed;
}

/* What was not known may be told; what was known is changed by three people. */
static bool is_renumbered(county *office, arena *scratch, const registry_person *before, const registry_person *now)
{
    if (!before || !now->number.plain.size_bytes) return false;
    text was = number_before(office, scratch, before);
    return was.size_bytes > 0 && !text_equal(import_number(scratch, was), import_number(scratch, now->number.plain));
}

static err against(county *office, const char *form_en, const char *form_zh, text number_says, text row_says)
{
    const char *form = service_say(office->call, form_en, form_zh);
    return err_of(&IMPORT_AGAINST_NUMBER,
                  text_format(office->call->request, form, TEXT_ARG(number_says), TEXT_ARG(row_says)).bytes);
}

static err compare(county *office, arena *scratch, const ident_citizen *citizen, const registry_person *now,
                   const char **blamed)
{
    enum { MALE = 1, FEMALE = 2 };
    text male = text_of(service_say(office->call, "male", "男")), female = text_of(service_say(office->call, "female", "女"));
    if (now->birth_day && now->birth_day != citizen->birth_day) {
        *blamed = "birth_day";
        return against(office, "born on %.*s, not %.*s", "出生日期应为 %.*s，而非 %.*s",
                       service_day_text(scratch, citizen->birth_day), service_day_text(scratch, (int32_t)now->birth_day));
    }
    int64_t sex = citizen->is_male ? MALE : FEMALE;
    if (!now->sex || now->sex == sex) return ERR_NONE;
    *blamed = "sex";
    return against(office, "%.*s, not %.*s", "性别应为%.*s，而非%.*s", sex == MALE ? male : female, sex == MALE ? female : male);
}

err import_check_person(county *office, arena *scratch, const registry_person *before,
                        const registry_person *now, bool may_rename, const char **blamed)
{
    ident_citizen citizen, known;
    bool is_number, was_number;
    *blamed = "name";
    if (before && !may_rename && !text_equal(list_joined_name(scratch, before->name), now->name))
        return err_of(&IMPORT_RENAMES, text_cstr(office->call->request, before->name));
    *blamed = "citizen_number";
    if (!may_rename && is_renumbered(office, scratch, before, now))
        return err_of(&IMPORT_RENUMBERS, text_cstr(office->call->request, before->name));
    bool says_anew = !before || before->sex != now->sex || before->birth_day != now->birth_day;
    if (!now->number.plain.size_bytes && !says_anew) return ERR_NONE;
    text number = now->number.plain.size_bytes ? now->number.plain
                  : before                     ? number_before(office, scratch, before)
                                               : TEXT_NONE;
    read_number(number, &citizen, &is_number);
    if (!is_number) return ERR_NONE;
    err e = compare(office, scratch, &citizen, now, blamed);
    if (!e.kind || says_anew) return e;
    /* It stood so before: the row only says the number that is known. */
    read_number(number_before(office, scratch, before), &known, &was_number);
    return was_number && strcmp(known.id, citizen.id) == 0 ? ERR_NONE : e;
}
