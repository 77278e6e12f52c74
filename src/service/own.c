#include "service/own.h"

#include "codec/codec.h"
#include "ident/ident.h"
#include "service/record_rows.h"
#include "service/user.h"

const err_kind OWN_OTHER = {
    "own.other", ERR_FORBIDDEN, "With this login one sees one's own record, and nobody else's.",
    "此账号只能查看本人或本单位的信息。"
};
const err_kind OWN_NOT_BOUND = {
    "own.not_bound", ERR_FORBIDDEN,
    "This login is bound to no {} of the registry; the office's manager of rights proposes that (doudi user bind).",
    "此账号尚未绑定登记库中的{}；请由机构权限管理员提出绑定（doudi user bind）。"
};

static err find_user(county *office, staff_user *user)
{
    staff *room;
    TRY(county_staff(office, &room));
    return staff_user_read(office->memory, room, office->actor_id, user);
}

/* A number that was ever theirs is not enough: it must be the one they have now. */
static err has_number(county *office, int64_t id, text number, int64_t *person_id)
{
    registry_record record;
    TRY(registry_record_read(office->memory, office->people, id, REGISTRY_NOW, &record));
    if (record.kind != REGISTRY_PERSON || !record.count[REGISTRY_PERSON]) return ERR_NONE;
    const registry_person *p = (const registry_person *)record.facts[REGISTRY_PERSON] + record.count[REGISTRY_PERSON] - 1;
    registry_secret now = p->number;
    int64_t given_up, since_ms;
    if (!now.key) return ERR_NONE;
    TRY(registry_reveal(office->memory, office->people, id, &now));
    if (!text_equal(now.plain, number)) return ERR_NONE;
    *person_id = id; /* of a record that was merged: the one it was merged into */
    return record_follow(office, REGISTRY_NOW, person_id, &given_up, &since_ms);
}

err own_person(county *office, int64_t *person_id)
{
    staff_user user = { 0 };
    registry *people;
    text number;
    int64_t *ids;
    size_t count;
    *person_id = 0;
    TRY(find_user(office, &user));
    if (!user.number.size_bytes) return ERR_NONE;
    TRY(user_number(office, user.login, user.number, &number));
    TRY(county_people(office, &people));
    TRY(registry_find_number(office->memory, people, number, &ids, &count));
    for (size_t i = 0; i < count && !*person_id; i++) TRY(has_number(office, ids[i], number, person_id));
    return ERR_NONE;
}

err own_employer(county *office, int64_t *employer_id)
{
    staff_user user = { 0 };
    TRY(find_user(office, &user));
    *employer_id = user.employer;
    return ERR_NONE;
}

static bool holds(county *office, const char *permission)
{
    return office->session && !staff_permit(office->call->request, office->session, text_of(permission)).kind;
}

bool own_may(county *office, const service_op *op)
{
    return ((op->own_person || op->own_case) && holds(office, "own.person")) ||
           ((op->own_employer || op->own_case) && holds(office, "own.employer"));
}

bool own_is_only(county *office)
{
    return office->session && own_may(office, office->call->op) && !holds(office, office->call->op->permission);
}

err own_has_case(county *office, const cases_row *row, bool *has)
{
    int64_t person = 0, employer = 0, agent = 0;
    if (holds(office, "own.person")) TRY(own_person(office, &person));
    if (holds(office, "own.employer")) TRY(own_employer(office, &employer));
    bool is_asked = codec_parse_scaled(row->agent, 0, &agent) && agent > 0 && agent == person;
    *has = is_asked || (row->subject_id > 0 && (row->subject_id == person || row->subject_id == employer));
    return ERR_NONE;
}

/* The case that `case` names, or the file `file` was handed in with. */
static err permit_case(county *office)
{
    const service_call *call = office->call;
    int64_t id = (int64_t)service_size_of(call, "case", 0);
    cases_book *book;
    cases_row row;
    bool has = false;
    if (call->op->scope == SERVICE_SCOPE_FILE) {
        archive_book *files;
        archive_file file;
        TRY(county_archive(office, &files));
        err e = archive_file_read(office->memory, files, (int64_t)service_size_of(call, "file", 0), &file);
        if (e.kind == &ARCHIVE_NO_FILE) return err_of(&OWN_OTHER, NULL);
        TRY(e);
        id = file.case_id;
    }
    TRY(county_cases(office, &book));
    err e = cases_read(office->memory, book, id, &row);
    if (e.kind == &CASES_NOT_FOUND) return err_of(&OWN_OTHER, NULL);
    TRY(e);
    TRY(own_has_case(office, &row, &has));
    return has ? ERR_NONE : err_of(&OWN_OTHER, NULL);
}

static bool is_about(const service_call *call, const char *argument, int64_t id)
{
    text own = text_format(call->request, "%lld", (long long)id);
    const service_argument *given = service_argument_of(call, argument);
    return id && given->count == 1 && text_equal(given->values[0], own);
}

/* One's own is asked for, and nobody is besides: an employer's login that names its employer names no person with it. */
static bool is_own_alone(const service_call *call, int64_t person, int64_t employer)
{
    const char *const names[] = { call->op->own_person, call->op->own_employer };
    bool is_own = false;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (!names[i] || !service_argument_of(call, names[i])->count) continue;
        text name = text_of(names[i]);
        bool is_mine = (call->op->own_person && text_equal_cstr(name, call->op->own_person) && is_about(call, names[i], person)) ||
                       (call->op->own_employer && text_equal_cstr(name, call->op->own_employer) && is_about(call, names[i], employer));
        if (!is_mine) return false;
        is_own = true;
    }
    return is_own;
}

err own_permit(county *office, err refused)
{
    const service_op *op = office->call->op;
    int64_t person = 0, employer = 0;
    if (op->own_case && own_may(office, op)) return permit_case(office);
    bool as_person = op->own_person && holds(office, "own.person"), as_employer = op->own_employer && holds(office, "own.employer");
    if (!as_person && !as_employer) return refused;
    if (as_person) TRY(own_person(office, &person));
    if (as_employer) TRY(own_employer(office, &employer));
    if (!person && !employer)
        return err_of(&OWN_NOT_BOUND, as_person ? ERR_SAID("person", "个人") : ERR_SAID("employer", "单位"));
    return is_own_alone(office->call, person, employer) ? ERR_NONE : err_of(&OWN_OTHER, NULL);
}
