/* doudi survey take, upload: what a surveyor takes along, and what comes back, in whatever order and however often. */
#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/files.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/surveys_forecast.h"

/* ---- take ---- */

static const service_field TAKE_INPUT[] = {
    SURVEYS_ROUND_FIELD,
    { .name = "for", .type = SERVICE_TEXT, .shows = "USER", .summary = "whose households (default: of whoever asks); another's for those who organise or review surveys", .summary_zh = "谁的任务（默认本人）；他人的任务须有组织或复核入户调查的岗位" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field TAKE_OUTPUT[] = {
    { .name = "round", .type = SERVICE_COUNT, .summary = "round", .summary_zh = "轮次" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "until", .type = SERVICE_TEXT, .summary = "last day", .summary_zh = "截止日" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "taken on", .summary_zh = "领取日" },
    { .name = "surveyor", .type = SERVICE_TEXT, .summary = "surveyor", .summary_zh = "入户人员" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "households", .summary_zh = "家庭数" },
    { .name = "form", .type = SERVICE_ANY, .summary = "the questions", .summary_zh = "问卷" },
    { .name = "forecast", .type = SERVICE_ANY, .summary = "choices shown at the door: their names, the law and what is assumed",
      .summary_zh = "入户测算的选项、依据和口径" },
    { .name = "households", .type = SERVICE_ANY, .summary = "households, their people with what each would pay and get, and what stands", .summary_zh = "家庭、成员（附缴费待遇测算）和已有填报" },
};

static err write_cells(surveys *s, codec_json_writer *w, int64_t household_id)
{
    surveys_cell *cells;
    size_t count;
    TRY(surveys_cells(s, household_id, TEXT(""), &cells, &count));
    codec_json_key(w, TEXT("said"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < count; i++)
        for (size_t h = 0; h < cells[i].count; h++) {
            codec_json_begin_object(w);
            eventlog_body_add_text(w, "id", cells[i].heads[h].id);
            eventlog_body_add_text(w, "question", cells[i].question->name);
            eventlog_body_add_text(w, "subject", cells[i].subject);
            eventlog_body_add_text(w, "value", cells[i].words[h].value);
            codec_json_end_object(w);
        }
    codec_json_end_array(w);
    return ERR_NONE;
}

/* A household that is taken along, with its people and where their forecasts stand. */
typedef struct {
    survey_visit visit;
    surveys_member *members;
    size_t count, *forecast;
} taken_home;

static void write_member(const surveys *s, codec_json_writer *w, const surveys_forecast *f, const surveys_member *m, size_t forecast)
{
    arena *a = s->office->memory;
    codec_json_begin_object(w);
    eventlog_body_add_text(w, "born", m->birth_day ? service_day_text(a, (int32_t)m->birth_day) : TEXT(""));
    eventlog_body_add_text(w, "enrolled", m->enrolled);
    eventlog_body_add_text(w, "name", m->name);
    eventlog_body_add_text(w, "number", m->number);
    surveys_forecast_write(f, w, forecast);
    eventlog_body_add_text(w, "phone", m->phone);
    eventlog_body_add_int(w, "sex", m->sex);
    eventlog_body_add_text(w, "subject", text_format(a, "p%lld", (long long)m->person_id));
    codec_json_end_object(w);
}

static err write_household(surveys *s, codec_json_writer *w, const surveys_forecast *f, const taken_home *home)
{
    registry_household household;
    TRY(surveys_household(s, home->visit.household_id, &household));
    codec_json_begin_object(w);
    eventlog_body_add_text(w, "address", household.address);
    eventlog_body_add_int(w, "household", home->visit.household_id);
    codec_json_key(w, TEXT("members"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < home->count; i++) write_member(s, w, f, &home->members[i], home->forecast[i]);
    codec_json_end_array(w);
    eventlog_body_add_text(w, "place", text_format(s->office->memory, "%lld", (long long)home->visit.region));
    TRY(write_cells(s, w, home->visit.household_id));
    codec_json_end_object(w);
    return ERR_NONE;
}

static err gather_home(surveys *s, surveys_forecast *f, const survey_visit *visit, taken_home *home)
{
    *home = (taken_home){ .visit = *visit };
    TRY(surveys_members(s, visit->household_id, &home->members, &home->count));
    home->forecast = ARENA_ARRAY(s->office->memory, size_t, home->count + 1);
    for (size_t i = 0; i < home->count; i++) TRY(surveys_forecast_add(f, &home->members[i], &home->forecast[i]));
    return ERR_NONE;
}

/* At the machine nobody has logged in: whoever is there reads as they like. */
static bool user_is_own(const surveys *s, int64_t user_id)
{
    return !s->office->session || staff_session_user(s->office->session) == user_id;
}

/* Another's households are for whoever makes rounds or reviews them. */
static err may_take_for_another(surveys *s)
{
    arena *a = s->call->request;
    err e = staff_permit(a, s->office->session, TEXT("survey.assign"));
    return e.kind ? staff_permit(a, s->office->session, TEXT("survey.confirm")) : e;
}

static err whose(surveys *s, staff_user *user)
{
    staff *room;
    staff_user *users;
    size_t count;
    arena *a = s->office->memory;
    TRY(county_staff(s->office, &room));
    if (!s->office->session && service_is_given(s->call, "as")) TRY(county_login(s->office, NULL));
    if (service_is_given(s->call, "for")) {
        TRY(staff_find(a, room, service_text_of(s->call, "for", TEXT_NONE), user));
        return user_is_own(s, user->id) ? ERR_NONE : may_take_for_another(s);
    }
    if (!s->office->session) return err_of(&COUNTY_NO_ACTOR, NULL);
    TRY(staff_list(a, room, &users, &count));
    for (size_t i = 0; i < count; i++) {
        *user = users[i];
        if (users[i].id == staff_session_user(s->office->session)) return ERR_NONE;
    }
    return err_of(&COUNTY_NO_ACTOR, NULL);
}

static err take(surveys *s)
{
    staff_user user = { 0 };
    survey_visit *visits;
    size_t count;
    size_t taken = 0;
    surveys_forecast *forecast;
    arena *a = s->call->request;
    TRY(whose(s, &user));
    TRY(scope_of(s->office, &s->span));
    TRY(survey_visits(s->office->memory, s->book, s->round.round_id, &visits, &count));
    TRY(surveys_forecast_open(s, &forecast));
    taken_home *homes = ARENA_ARRAY(s->office->memory, taken_home, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (visits[i].surveyor_id != user.id || !scope_has_place(s->span, visits[i].region)) continue;
        TRY(gather_home(s, forecast, &visits[i], &homes[taken++]));
    }
    TRY(surveys_forecast_run(forecast));
    text_builder out = text_builder_open(a), head = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false), h = codec_json_write(&head, false);
    codec_json_begin_array(&w);
    for (size_t i = 0; i < taken; i++) TRY(write_household(s, &w, forecast, &homes[i]));
    codec_json_end_array(&w);
    surveys_forecast_write_head(forecast, &h);
    service_put_count(a, s->call->reply, "round", s->round.round_id);
    service_put_text(a, s->call->reply, "name", s->round.name);
    service_put_text(a, s->call->reply, "until", service_day_text(a, s->round.until_day));
    service_put_text(a, s->call->reply, "day", service_day_text(a, s->call->office->settings.today_day));
    service_put_text(a, s->call->reply, "surveyor", user.login);
    service_put_count(a, s->call->reply, "count", (int64_t)taken);
    service_put_json(a, s->call->reply, "form", s->round.form);
    service_put_json(a, s->call->reply, "forecast", text_built(&head));
    service_put_json(a, s->call->reply, "households", text_built(&out));
    return ERR_NONE;
}

static err survey_take_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_READ, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = take(&s);
    return surveys_close(&s, e);
}

static const char *const TAKE_EXAMPLES[] = { "doudi survey take 1 --as tess --json", NULL };
const service_op SURVEYS_TAKE_OP = {
    .name = "survey.take",
    .summary = "What a surveyor takes along: the form, their households with their people, and what stands already; numbers and telephones with stars",
    .summary_zh = "入户人员领取的任务：问卷、家庭和成员、已有填报；号码和电话打星号",
    .kind = SERVICE_READ,
    .permission = "survey.take",
    .scope = SERVICE_SCOPE_LIST,
    .input = TAKE_INPUT,
    .input_count = ARRAY_COUNT(TAKE_INPUT),
    .output = TAKE_OUTPUT,
    .output_count = ARRAY_COUNT(TAKE_OUTPUT),
    .examples = TAKE_EXAMPLES,
    .run = survey_take_run,
};

/* ---- upload ---- */

static const service_field UPLOAD_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE.json", .summary = "what the telephone has gathered",
      .summary_zh = "手机上报数据" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field UPLOAD_OUTPUT[] = {
    { .name = "round", .type = SERVICE_TEXT, .summary = "round", .summary_zh = "轮次" },
    { .name = "said", .type = SERVICE_COUNT, .summary = "answers sent", .summary_zh = "上报项数" },
    { .name = "taken", .type = SERVICE_COUNT, .summary = "new, taken", .summary_zh = "新收" },
    { .name = "known", .type = SERVICE_COUNT, .summary = "had before", .summary_zh = "此前已收" },
    { .name = "conflicts", .type = SERVICE_COUNT, .summary = "answers of these households that differ from another's", .summary_zh = "这些家庭中与他人填报不一致的项" },
};

/* Each household is of the round and the township, each person one the office has. */
static err check_whom(surveys *s, const survey_upload *upload)
{
    hash_map *met = hash_map_open(s->office->memory);
    for (size_t i = 0; i < upload->count; i++) {
        survey_visit visit;
        surveys_member member;
        int64_t person_id;
        const survey_said *said = &upload->said[i];
        text household = text_format(s->office->memory, "h%lld", (long long)said->household_id);
        if (hash_map_get(met, household) == SIZE_MAX) TRY(surveys_visit_of(s, said->household_id, &visit));
        hash_map_put(met, household, i);
        if (!survey_is_subject(said->subject, &person_id) || !person_id || hash_map_get(met, said->subject) != SIZE_MAX) continue;
        hash_map_put(met, said->subject, i);
        bool holds = true;
        err e = surveys_member_of(s, person_id, &member);
        if (!e.kind) e = scope_holds(s->office, s->span, person_id, &holds);
        if (e.kind == &REGISTRY_NOT_FOUND || !holds)
            return err_of(&SURVEY_BAD_UPLOAD, text_format(s->call->request, "said[%zu]: subject %.*s", i, TEXT_ARG(said->subject)).bytes);
        TRY(e);
    }
    return ERR_NONE;
}

static err count_conflicts(surveys *s, const survey_upload *upload, int64_t *conflicts)
{
    hash_map *met = hash_map_open(s->office->memory);
    *conflicts = 0;
    for (size_t i = 0; i < upload->count; i++) {
        surveys_cell *cells;
        size_t count;
        text household = text_format(s->office->memory, "%lld", (long long)upload->said[i].household_id);
        if (hash_map_get(met, household) != SIZE_MAX) continue;
        hash_map_put(met, household, i);
        TRY(surveys_cells(s, upload->said[i].household_id, TEXT(""), &cells, &count));
        for (size_t c = 0; c < count; c++) *conflicts += cells[c].is_split;
    }
    return ERR_NONE;
}

static err merge(surveys *s, const survey_upload *upload)
{
    int64_t taken, conflicts;
    arena *a = s->call->request;
    survey_act act = surveys_act(s);
    survey_saying *sayings = ARENA_ARRAY(s->office->memory, survey_saying, upload->count + 1);
    TRY(survey_round_of(s->office->memory, s->book, upload->round, &s->round));
    TRY(survey_form_read(s->office->memory, s->round.form, &s->form));
    TRY(survey_upload_fits(a, &s->form, upload));
    TRY(check_whom(s, upload));
    for (size_t i = 0; i < upload->count; i++)
        TRY(surveys_seal(s, survey_question_of(&s->form, upload->said[i].question), &upload->said[i], &sayings[i]));
    TRY(survey_merge(s->book, &act, s->round.round_id, sayings, upload->count, &taken));
    TRY(count_conflicts(s, upload, &conflicts));
    if (taken) TRY(store_commit(s->office->db));
    service_put_text(a, s->call->reply, "round", s->round.name);
    service_put_count(a, s->call->reply, "said", (int64_t)upload->count);
    service_put_count(a, s->call->reply, "taken", taken);
    service_put_count(a, s->call->reply, "known", (int64_t)upload->count - taken);
    service_put_count(a, s->call->reply, "conflicts", conflicts);
    if (s->call->office->settings.today_day > s->round.until_day)
        service_note(s->call, "taken after the round's last day: ", "在截止日之后收到，仍予登记：", service_day_text(a, s->round.until_day));
    return ERR_NONE;
}

static err survey_upload_run(service_call *call)
{
    surveys s;
    text bytes;
    survey_upload upload;
    TRY(service_read_file(call->request, service_text_of(call, "file", TEXT_NONE), &bytes));
    TRY(survey_upload_read(call->request, bytes, &upload));
    err e = surveys_open(call, COUNTY_WRITE, TEXT(""), &s);
    if (!e.kind) e = merge(&s, &upload);
    return surveys_close(&s, e);
}

static const char *const UPLOAD_EXAMPLES[] = { "doudi survey upload 上报.json --as tess", NULL };
const service_op SURVEYS_UPLOAD_OP = {
    .name = "survey.upload",
    .summary = "Merge what a telephone has gathered: again, late or in another order it comes to the same, and nothing is lost",
    .summary_zh = "合并手机上报数据；重复、迟到或乱序上报结果相同，不丢不重",
    .kind = SERVICE_WRITE,
    .permission = "survey.upload",
    .scope = SERVICE_SCOPE_LIST,
    .input = UPLOAD_INPUT,
    .input_count = ARRAY_COUNT(UPLOAD_INPUT),
    .output = UPLOAD_OUTPUT,
    .output_count = ARRAY_COUNT(UPLOAD_OUTPUT),
    .examples = UPLOAD_EXAMPLES,
    .run = survey_upload_run,
};
