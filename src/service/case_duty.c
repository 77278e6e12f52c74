/* Whose a step is: a word of the packs is a duty of the office by packs/adapters/office-duties.csv, which is kept
 * and adopted with the law. */
#include "service/case.h"

#include <string.h>

#include "codec/codec.h"

const err_kind CASE_NO_DUTY = {
    "case.no_duty", ERR_BAD_INPUT,
    "packs/adapters/office-duties.csv does not tell which duty {} is.",
    "packs/adapters/office-duties.csv 没有说明“{}”是哪个岗位职责。"
};
const err_kind CASE_BAD_DUTIES = {
    "case.bad_duties", ERR_BAD_INPUT, "This row of packs/adapters/office-duties.csv cannot be used: {}.",
    "packs/adapters/office-duties.csv 的这一行无法使用：{}。"
};
const err_kind CASE_SAME_PERSON = {
    "case.same_person", ERR_FORBIDDEN,
    "Whoever did {} in this case may not do this step; another person must.",
    "本办件的“{}”由同一人办理，不得再办本环节；须由他人办理。"
};

err case_duties_read(case_call *c)
{
    enum { WORD, DUTY };
    text bytes;
    size_t capacity = 0;
    case_duty *list = NULL;
    TRY(decide_law_aside(c->memory, c->law, "office-duties.csv", &bytes));
    codec_csv_reader *reader = codec_csv_open_text(c->memory, bytes, (codec_csv_options){ .file = "office-duties.csv" });
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) break;
        bool is_head = row.count && text_equal_cstr(row.field[WORD], "岗位"); /* of each folder's */
        if (is_head || (row.count && text_begins(row.field[WORD], TEXT("#")))) continue;
        if (row.count <= DUTY || !row.field[WORD].size_bytes || !row.field[DUTY].size_bytes)
            return err_at(&CASE_BAD_DUTIES, codec_csv_position(reader, 0), row.count ? text_cstr(c->memory, row.field[WORD]) : "");
        case_duty one = { text_copy(c->memory, row.field[WORD]), text_copy(c->memory, row.field[DUTY]) };
        ARENA_PUSH(c->memory, list, c->duty_count, capacity, one);
    }
    c->duties = list;
    return ERR_NONE;
}

err case_duty_of(const case_call *c, const policy_case_step *step, text *duty)
{
    *duty = TEXT_NONE;
    if (step->is_end) return ERR_NONE;
    for (size_t i = 0; i < c->duty_count; i++)
        if (text_equal_cstr(c->duties[i].word, step->duty)) {
            *duty = c->duties[i].duty;
            return ERR_NONE;
        }
    return err_of(&CASE_NO_DUTY, step->duty);
}

text case_duty_shown(const case_call *c, text duty)
{
    staff *room;
    arena *a = c->call->request;
    if (!duty.size_bytes) return TEXT("-");
    if (text_equal_cstr(duty, CASE_AUTO)) return text_of(service_say(c->call, "the engine", "系统"));
    if (county_staff(c->office, &room).kind || !staff_duties(room)) return text_copy(a, duty);
    size_t at = duty_find(staff_duties(room), duty);
    if (at == SIZE_MAX) return text_copy(a, duty);
    const duty_row *row = duty_at(staff_duties(room), at);
    return text_copy(a, c->call->is_chinese ? row->name : row->name_en);
}

err case_is_same_person(case_call *c, int64_t user_id, int64_t other_id, bool *is_same)
{
    staff *room;
    staff_user *users;
    size_t count;
    text person = TEXT_NONE, other = TEXT_NONE;
    *is_same = user_id == other_id;
    if (*is_same) return ERR_NONE;
    TRY(county_staff(c->office, &room));
    TRY(staff_list(c->memory, room, &users, &count));
    for (size_t i = 0; i < count; i++) {
        if (users[i].id == user_id) person = users[i].person;
        if (users[i].id == other_id) other = users[i].person;
    }
    *is_same = person.size_bytes && text_equal(person, other);
    return ERR_NONE;
}

static bool is_step_done(cases_what what)
{
    return what == CASES_PASS || what == CASES_FINISH || what == CASES_END;
}

/* Steps that the type sets apart: another person must have done them. */
static err refuse_excluded(case_call *c, const policy_case *type, size_t step, const cases_mark *marks, size_t count)
{
    const policy_case_step *s = &type->steps[step];
    for (size_t i = 0; i < s->excluded_count; i++)
        for (size_t k = 0; k < count; k++) {
            bool is_same;
            const policy_case_step *excluded = &type->steps[s->excluded[i]];
            if (!is_step_done(marks[k].what) || !text_equal_cstr(marks[k].step, excluded->name)) continue;
            if (text_equal_cstr(marks[k].duty, CASE_AUTO)) continue;
            TRY(case_is_same_person(c, c->office->actor_id, marks[k].actor_id, &is_same));
            if (is_same)
                return err_of(&CASE_SAME_PERSON, text_format(c->call->request, ERR_SAID("%s", "%s"), excluded->label ? excluded->label : excluded->name, excluded->name).bytes);
        }
    return ERR_NONE;
}

err case_may(case_call *c, const cases_row *row, const policy_case *type, size_t step)
{
    cases_mark *marks;
    size_t count, done_count = 0;
    text duty;
    staff *room;
    TRY(county_staff(c->office, &room));
    const duty_table *table = staff_duties(room);
    TRY(case_duty_of(c, &type->steps[step], &duty));
    if (text_equal_cstr(duty, CASE_AUTO)) return ERR_NONE;
    TRY(cases_marks(c->memory, c->book, row->case_id, &marks, &count));
    duty_mark *done = ARENA_ARRAY(c->memory, duty_mark, count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t at = is_step_done(marks[i].what) ? duty_find(table, marks[i].duty) : SIZE_MAX;
        if (at != SIZE_MAX) done[done_count++] = (duty_mark){ at, marks[i].actor_id };
    }
    TRY(county_step(c->office, duty, done, done_count));
    return refuse_excluded(c, type, step, marks, count);
}
