/* Whom a case is about: people, but for the entities that packs/adapters/office-subjects.csv names. The table is kept
 * and adopted with the law; an office whose law has none asks no kind. */
#include "service/case.h"
#include "service/record_rows.h"

#include <string.h>

#include "codec/codec.h"

const err_kind CASE_OTHER_KIND = {
    "case.other_kind", ERR_BAD_INPUT, "This case type is about another kind of subject: {}.", "该事项的办理对象不符：{}。"
};
const err_kind CASE_BAD_SUBJECTS = {
    "case.bad_subjects", ERR_BAD_INPUT,
    "This row of packs/adapters/office-subjects.csv cannot be used: {}. The kind is person, household or employer.",
    "packs/adapters/office-subjects.csv 的这一行无法使用：{}。登记类别应为 个人、家庭 或 单位。"
};

static const struct {
    const char *word, *en, *zh;
    registry_kind kind;
} KINDS[] = {
    { "person", "a person", "个人", REGISTRY_PERSON },
    { "household", "a household", "家庭", REGISTRY_HOUSEHOLD },
    { "employer", "an employer", "单位", REGISTRY_EMPLOYER },
};

const char *case_kind_word(int64_t kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if ((int64_t)KINDS[i].kind == kind) return KINDS[i].word;
    return "person";
}

/* The index in KINDS; SIZE_MAX: nobody says. */
static err kind_of(case_call *c, const policy_case *type, size_t *kind)
{
    enum { ENTITY, KIND };
    text bytes;
    const char *entity = type->symbol->entity ? type->symbol->entity : "";
    *kind = SIZE_MAX;
    TRY(decide_law_aside(c->memory, c->law, "office-subjects.csv", &bytes));
    if (!bytes.size_bytes) return ERR_NONE;
    *kind = 0;
    codec_csv_reader *reader = codec_csv_open_text(c->memory, bytes, (codec_csv_options){ .file = "office-subjects.csv" });
    for (;;) {
        codec_csv_row row;
        bool has_row;
        size_t at = 0;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) return ERR_NONE;
        bool is_head = row.count && text_equal_cstr(row.field[ENTITY], "对象"); /* of each folder's */
        if (is_head || (row.count && text_begins(row.field[ENTITY], TEXT("#")))) continue;
        while (row.count > KIND && at < ARRAY_COUNT(KINDS) && !text_equal_cstr(row.field[KIND], KINDS[at].zh) &&
               !text_equal_cstr(row.field[KIND], KINDS[at].word)) at++;
        if (row.count <= KIND || at == ARRAY_COUNT(KINDS))
            return err_at(&CASE_BAD_SUBJECTS, codec_csv_position(reader, 0), row.count ? text_cstr(c->memory, row.field[ENTITY]) : "");
        if (text_equal_cstr(row.field[ENTITY], entity)) *kind = at;
    }
}

err case_subjects_check(case_call *c)
{
    size_t kind;
    return c->type_count ? kind_of(c, &c->types[0], &kind) : ERR_NONE;
}

/* An employer by its code, anything else as a person; a household by its id. */
static err find_any(case_call *c, text who, int64_t *subject_id)
{
    err e = record_find_person(c->office, who, subject_id);
    if (!e.kind || (e.kind != &RECORD_NONE && e.kind != &RECORD_OTHER_KIND && e.kind != &REGISTRY_NOT_FOUND)) return e;
    registry *people;
    registry_record record;
    int64_t id;
    if (!record_find_employer(c->office, who, subject_id).kind) return ERR_NONE;
    TRY(county_people(c->office, &people));
    if (!codec_parse_scaled(who, 0, &id) || registry_record_read(c->memory, people, id, REGISTRY_NOW, &record).kind) return e;
    *subject_id = id;
    return ERR_NONE;
}

/* Of the day at hand; 0: in none. */
static int64_t household_of(const case_call *c, const registry_record *record)
{
    const registry_member *members = record->facts[REGISTRY_MEMBER];
    for (size_t i = 0; i < record->count[REGISTRY_MEMBER]; i++)
        if (members[i].fact.from <= c->day && c->day < members[i].fact.until) return members[i].household_id;
    return 0;
}

err case_subject_find(case_call *c, const policy_case *type, text who, int64_t *subject_id)
{
    size_t kind, found = 0;
    registry *people;
    registry_record record;
    TRY(kind_of(c, type, &kind));
    TRY(find_any(c, who, subject_id));
    if (kind == SIZE_MAX) return ERR_NONE;
    TRY(county_people(c->office, &people));
    TRY(registry_record_read(c->memory, people, *subject_id, REGISTRY_NOW, &record));
    while (found < ARRAY_COUNT(KINDS) - 1 && KINDS[found].kind != record.kind) found++;
    if (found == kind) return ERR_NONE;
    if (KINDS[kind].kind == REGISTRY_HOUSEHOLD && record.kind == REGISTRY_PERSON) {
        *subject_id = household_of(c, &record);
        if (*subject_id) return ERR_NONE;
        return err_of(&CASE_OTHER_KIND, ERR_SAID("it is about a household, and this person is in none", "该事项按户办理，此人没有登记家庭"));
    }
    arena *a = c->call->request;
    return err_of(&CASE_OTHER_KIND, text_format(a, ERR_SAID("it is for %s, and this is %s", "该事项对%s办理，所说的是%s"), KINDS[kind].en, KINDS[found].en, KINDS[kind].zh, KINDS[found].zh).bytes);
}
