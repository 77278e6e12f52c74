/* doudi draft keep, show, list, drop: a form that was begun is there again, at whichever desk its user sits. */
#include "service/draft.h"

#include "codec/codec.h"
#include "service/issue.h"
#include "service/operations.h"
#include "service/own.h"
#include "service/record_rows.h"
#include "service/scope.h"

#define FORM_WORDS .summary = "of which form: the operation it is for, case.open", .summary_zh = "哪张表单：所办操作，如 case.open"
#define FORM_FIELD { .name = "form", .type = SERVICE_NAME, .shows = "OPERATION", .is_positional = true, .is_required = true, FORM_WORDS }
#define ABOUT_FIELD                                                                              \
    { .name = "about", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "what tells it from others of the form: a case type, a number", \
      .summary_zh = "同一表单有多份时的区分：事项、编号等" }
#define SUBJECT_FIELD                                                                            \
    { .name = "subject", .type = SERVICE_COUNT, .shows = "ID", .summary = "the person, household or employer it is about", \
      .summary_zh = "办理对象（个人、家庭或单位）编号" }
static const service_field KEEP_INPUT[] = {
    FORM_FIELD, ABOUT_FIELD, SUBJECT_FIELD,
    { .name = "field", .type = SERVICE_FACT, .is_list = true, .shows = "NAME=VALUE", .is_required = true, .summary = "what was typed so far",
      .summary_zh = "已填写的内容" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field SHOW_INPUT[] = { FORM_FIELD, ABOUT_FIELD, SUBJECT_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD };
static const service_field LIST_INPUT[] = { SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD };
#define DRAFT_ROW                                                                                \
    { .name = "form", .type = SERVICE_TEXT, .summary = "form", .summary_zh = "表单" },           \
    { .name = "about", .type = SERVICE_TEXT, .summary = "about", .summary_zh = "事由" },         \
    { .name = "subject", .type = SERVICE_COUNT, .summary = "whom", .summary_zh = "对象编号" },   \
    { .name = "kept", .type = SERVICE_TEXT, .summary = "kept", .summary_zh = "保存时间" },       \
    { .name = "until", .type = SERVICE_TEXT, .summary = "forgotten after", .summary_zh = "保留至" }
static const service_field ROW[] = { DRAFT_ROW };
static const service_field SHOW_OUTPUT[] = {
    { .name = "found", .type = SERVICE_FLAG, .summary = "there is one", .summary_zh = "有草稿" },
    DRAFT_ROW,
    { .name = "fields", .type = SERVICE_TEXT, .is_list = true, .summary = "what was typed", .summary_zh = "已填写的内容" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "drafts", .type = SERVICE_OBJECT, .is_list = true, .summary = "drafts", .summary_zh = "草稿", .fields = ROW, .field_count = ARRAY_COUNT(ROW) },
};

#define DAY_MS INT64_C(86400000)

/* Drafts kept before this are as if they were not. */
static int64_t since_of(const county *office)
{
    return office->now_ms - DRAFT_DAYS * DAY_MS;
}

static err begin(service_call *call, county_need need, county **office, staff_session **session, staff_draft *d)
{
    TRY(county_open(call, need, office));
    TRY(county_login(*office, session));
    if (need == COUNTY_WRITE) TRY(county_begin(*office));
    *d = (staff_draft){ .form = service_text_of(call, "form", TEXT("")), .about = service_text_of(call, "about", TEXT("")),
                        .subject_id = (int64_t)service_size_of(call, "subject", 0) };
    return ERR_NONE;
}

/* Whose number can be written down tells who there is: only of those the user may deal with. */
static err need_subject(county *office, const staff_draft *d)
{
    scope_span span;
    int64_t person = 0, employer = 0;
    bool holds, reads = !staff_permit(office->call->request, office->session, TEXT("person.read")).kind;
    if (!d->subject_id) return ERR_NONE;
    if (!reads) {
        TRY(own_person(office, &person));
        TRY(own_employer(office, &employer));
        return d->subject_id == person || d->subject_id == employer ? ERR_NONE : err_of(&OWN_OTHER, NULL);
    }
    TRY(scope_of(office, &span));
    TRY(scope_holds(office, span, d->subject_id, &holds));
    return holds ? ERR_NONE : err_of(&SCOPE_OTHER, scope_text(office->call->request, span).bytes);
}

/* Where the words stand, so that they open nowhere else. */
static text place_of(county *office, const staff_draft *d)
{
    return text_format(office->call->request, "draft %lld %.*s %.*s", (long long)office->actor_id, TEXT_ARG(d->form), TEXT_ARG(d->about));
}

/* As a place of the registry, which is short. */
static err short_place_of(county *office, const staff_draft *d, const char **place)
{
    enum { SHORT = 32 };
    text digest;
    TRY(issue_digest(office->call->request, place_of(office, d), &digest));
    *place = text_cstr(office->call->request, text_format(office->call->request, "draft %.*s", SHORT, digest.bytes));
    return ERR_NONE;
}

static err seal(county *office, staff_draft *d, text plain)
{
    registry *people;
    const char *place;
    if (!d->subject_id) return issue_seal(office, place_of(office, d), plain, &d->sealed);
    TRY(county_people(office, &people));
    TRY(short_place_of(office, d, &place));
    return registry_seal(office->call->request, people, d->subject_id, place, plain, &d->sealed);
}

static err unseal(county *office, const staff_draft *d, text *plain)
{
    registry *people;
    const char *place;
    if (!d->subject_id) return issue_unseal(office, place_of(office, d), d->sealed, plain);
    TRY(county_people(office, &people));
    TRY(short_place_of(office, d, &place));
    return registry_unseal(office->call->request, people, d->subject_id, place, d->sealed, plain);
}

static void put_row(service_call *call, service_value *v, const staff_draft *d)
{
    arena *a = call->request;
    service_put_text(a, v, "form", d->form);
    service_put_text(a, v, "about", d->about);
    service_put_count(a, v, "subject", d->subject_id);
    service_put_text(a, v, "kept", d->kept_ms ? record_instant_text(a, d->kept_ms) : TEXT("-"));
    service_put_text(a, v, "until", d->kept_ms ? record_instant_text(a, d->kept_ms + DRAFT_DAYS * DAY_MS) : TEXT("-"));
}

static err answer(county *office, staff_session *session)
{
    service_call *call = office->call;
    staff_draft *drafts;
    size_t count;
    TRY(staff_drafts(call->request, session, since_of(office), &drafts, &count));
    service_value *list = service_put_list(call->request, call->reply, "drafts");
    for (size_t i = 0; i < count; i++) put_row(call, service_put_object(call->request, list, NULL), &drafts[i]);
    return ERR_NONE;
}

static err keep_run(service_call *call)
{
    county *office;
    staff *room;
    staff_session *session;
    staff_draft d;
    const service_argument *field = service_argument_of(call, "field");
    text_builder plain = text_builder_open(call->request);
    codec_json_writer w = codec_json_write(&plain, false);
    TRY(begin(call, COUNTY_WRITE, &office, &session, &d));
    TRY(need_subject(office, &d));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < field->count; i++) codec_json_add_text(&w, field->values[i]);
    codec_json_end_array(&w);
    TRY(seal(office, &d, text_built(&plain)));
    d.kept_ms = office->now_ms;
    TRY(county_staff(office, &room));
    TRY(staff_drafts_expire(room, since_of(office)));
    TRY(staff_draft_keep(session, &d));
    TRY(store_commit(office->db));
    return answer(office, session);
}

/* Whoever it is about was forgotten since: so is what was typed. */
static err show_run(service_call *call)
{
    county *office;
    staff_session *session;
    staff_draft d;
    bool found;
    text plain = TEXT("[]");
    const codec_json *said;
    arena *a = call->request;
    TRY(begin(call, COUNTY_READ, &office, &session, &d));
    TRY(staff_draft_read(a, session, since_of(office), &d, &found));
    err e = found ? unseal(office, &d, &plain) : ERR_NONE;
    if (e.kind == &REGISTRY_FORGOTTEN) {
        found = false;
        d.kept_ms = 0;
        plain = TEXT("[]");
    } else TRY(e);
    TRY(codec_json_parse(a, plain, (codec_json_options){ 0 }, &said));
    service_put_bool(a, call->reply, "found", found);
    put_row(call, call->reply, &d);
    service_value *fields = service_put_list(a, call->reply, "fields");
    for (size_t i = 0; i < said->count; i++) service_put_text(a, fields, NULL, said->items[i].word);
    return ERR_NONE;
}

static err list_run(service_call *call)
{
    county *office;
    staff_session *session;
    staff_draft d;
    TRY(begin(call, COUNTY_READ, &office, &session, &d));
    return answer(office, session);
}

static err drop_run(service_call *call)
{
    county *office;
    staff_session *session;
    staff_draft d;
    TRY(begin(call, COUNTY_WRITE, &office, &session, &d));
    TRY(staff_draft_drop(session, d.form, d.about, d.subject_id));
    TRY(store_commit(office->db));
    return answer(office, session);
}

err draft_done(county *office, text form, text about, int64_t subject_id)
{
    staff_session *session;
    TRY(county_login(office, &session));
    return staff_draft_drop(session, form, about, subject_id);
}

static void print_drafts(const service_call *call, text_builder *out)
{
    const service_value *drafts = service_member(call->reply, "drafts");
    for (const service_value *v = drafts->first; v; v = v->next)
        text_add_format(out, "%.*s  %.*s  %lld  %.*s\n", TEXT_ARG(service_member(v, "form")->word), TEXT_ARG(service_member(v, "about")->word),
                        (long long)service_member(v, "subject")->count, TEXT_ARG(service_member(v, "kept")->word));
    if (!drafts->first) text_add_cstr(out, service_say(call, "no draft is kept\n", "没有保存的草稿\n"));
}

#define DRAFT_OP(NAME, KIND, EN, ZH, TAKES, GIVES, EXAMPLE, RUN, PRINT)                          \
    { .name = NAME, .summary = EN, .summary_zh = ZH, .kind = KIND, .permission = "user.self", .scope = SERVICE_SCOPE_FREE, \
      .input = TAKES, .input_count = ARRAY_COUNT(TAKES), .output = GIVES, .output_count = ARRAY_COUNT(GIVES), \
      .examples = (const char *const[]){ EXAMPLE, NULL }, .run = RUN, .print = PRINT }
const service_op DRAFT_KEEP_OP = DRAFT_OP("draft.keep", SERVICE_WRITE, "Keep a form that was begun, sealed, for yourself; done, or after 30 days, it is forgotten",
                                          "保存填了一半的表单（加密，仅本人）；办完或 30 天后即删除", KEEP_INPUT, LIST_OUTPUT,
                                          "doudi draft keep case.open --about 停保 --subject 1024 --field 截止日=2026-12-01 --as clara", keep_run, print_drafts);
const service_op DRAFT_SHOW_OP = DRAFT_OP("draft.show", SERVICE_READ, "What you typed so far into a form", "取出本人填了一半的表单", SHOW_INPUT, SHOW_OUTPUT,
                                          "doudi draft show case.open --about 停保 --subject 1024 --as clara", show_run, NULL);
const service_op DRAFT_LIST_OP = DRAFT_OP("draft.list", SERVICE_READ, "The forms you have begun, the newest first", "列出本人填了一半的表单", LIST_INPUT, LIST_OUTPUT,
                                          "doudi draft list --as clara", list_run, print_drafts);
const service_op DRAFT_DROP_OP = DRAFT_OP("draft.drop", SERVICE_WRITE, "Drop a form you have begun", "删除本人填了一半的表单", SHOW_INPUT, LIST_OUTPUT,
                                          "doudi draft drop case.open --about 停保 --subject 1024 --as clara", drop_run, print_drafts);
