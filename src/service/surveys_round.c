/* doudi survey form, begin, assign, list, progress: rounds, who visits which households, and how far each place is. */
#include <stdlib.h>

#include "codec/codec.h"
#include "service/adopt.h"
#include "service/alert.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/surveys.h"

const err_kind SURVEYS_BAD_DAYS = {
    "surveys.bad_days", ERR_BAD_INPUT, "A round begins today or later by its own calendar and ends no earlier than it begins, within a year: {}.",
    "调查起止日期有误（截止不得早于开始，且不超过一年）：{}。"
};
const err_kind SURVEYS_NOBODY = {
    "surveys.nobody", ERR_NOT_FOUND, "No household stands in {} by the registry of today.", "按登记库今日的记录，{} 没有家庭。"
};

/* ---- form ---- */

static const service_field FORM_INPUT[] = { SERVICE_PACKS_FIELD, SERVICE_COUNTY_FIELD };
static const service_field FORM_ROW[] = {
    { .name = "question", .type = SERVICE_TEXT, .summary = "question", .summary_zh = "代码" },
    { .name = "of", .type = SERVICE_TEXT, .summary = "of", .summary_zh = "对象" },
    { .name = "asks", .type = SERVICE_TEXT, .summary = "asks", .summary_zh = "问题" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "answer", .summary_zh = "答案" },
    { .name = "when", .type = SERVICE_TEXT, .summary = "asked when", .summary_zh = "何时问" },
    { .name = "needed", .type = SERVICE_FLAG, .summary = "must be answered", .summary_zh = "必答" },
    { .name = "registry", .type = SERVICE_TEXT, .summary = "cell of the registry", .summary_zh = "登记库" },
    { .name = "role", .type = SERVICE_TEXT, .summary = "used for", .summary_zh = "用途" },
};
static const service_field FORM_OUTPUT[] = {
    { .name = "questions", .type = SERVICE_OBJECT, .is_list = true, .summary = "questions", .summary_zh = "问题", .fields = FORM_ROW,
      .field_count = ARRAY_COUNT(FORM_ROW) },
};

static text kind_text(const service_call *call, const survey_question *q)
{
    static const struct { const char *en, *zh; } KINDS[SURVEY_KIND_COUNT] = {
        [SURVEY_BOOL] = { "yes or no", "是否" }, [SURVEY_CHOICE] = { "one of", "选择" }, [SURVEY_COUNT] = { "a number", "数目" },
        [SURVEY_MONEY] = { "an amount", "金额" }, [SURVEY_DATE] = { "a day", "日期" }, [SURVEY_TEXT] = { "words", "文字" },
    };
    text_builder out = text_builder_open(call->request);
    text_add_cstr(&out, service_say(call, KINDS[q->kind].en, KINDS[q->kind].zh));
    for (size_t i = 0; i < q->choice_count; i++)
        text_add_format(&out, "%s%.*s", i ? service_say(call, ", ", "、") : service_say(call, ": ", "："), TEXT_ARG(surveys_value_shown(call, q, q->choices[i].value)));
    return text_built(&out);
}

static text when_text(const service_call *call, const survey_form *form, const survey_question *q)
{
    text_builder out = text_builder_open(call->request);
    const survey_question *above = survey_question_of(form, q->when);
    if (!q->when.size_bytes) return TEXT("-");
    text asks = surveys_title(call, above);
    bool is_question = text_ends(asks, TEXT("?")) || text_ends(asks, TEXT("？")); /* its own mark parts it from the answers */
    text_add_format(&out, "%.*s%s", TEXT_ARG(asks), is_question ? service_say(call, " ", "") : service_say(call, ": ", "："));
    for (size_t i = 0; i < q->when_count; i++)
        text_add_format(&out, "%s%.*s", i ? service_say(call, " or ", "、") : "", TEXT_ARG(surveys_value_shown(call, above, q->when_values[i])));
    return text_built(&out);
}

static err survey_form_run(service_call *call)
{
    survey_form form;
    arena *a = call->request;
    TRY(surveys_form(call, &form));
    service_value *list = service_put_list(a, call->reply, "questions");
    for (size_t i = 0; i < form.count; i++) {
        const survey_question *q = &form.questions[i];
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "question", q->name);
        service_put_cstr(a, v, "of", q->is_of_household ? service_say(call, "household", "家庭")
                                     : q->is_new_only   ? service_say(call, "newcomer", "新发现人员")
                                                        : service_say(call, "person", "个人"));
        service_put_text(a, v, "asks", surveys_title(call, q));
        service_put_text(a, v, "kind", kind_text(call, q));
        service_put_text(a, v, "when", when_text(call, &form, q));
        service_put_bool(a, v, "needed", q->is_needed);
        service_put_text(a, v, "registry", q->registry.size_bytes ? q->registry : TEXT("-"));
        service_put_text(a, v, "role", q->role.size_bytes ? q->role : TEXT("-"));
    }
    return ERR_NONE;
}

static const char *const FORM_EXAMPLES[] = { "doudi survey form", NULL };
const service_op SURVEYS_FORM_OP = {
    .name = "survey.form",
    .summary = "The questions of the household survey, as the packs declare them",
    .summary_zh = "入户调查问卷（由政策包声明）",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_FREE,
    .input = FORM_INPUT,
    .input_count = ARRAY_COUNT(FORM_INPUT),
    .output = FORM_OUTPUT,
    .output_count = ARRAY_COUNT(FORM_OUTPUT),
    .examples = FORM_EXAMPLES,
    .run = survey_form_run,
};

/* ---- begin ---- */

static const service_field BEGIN_INPUT[] = {
    { .name = "name", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "NAME", .summary = "what the round is called",
      .summary_zh = "轮次名称" },
    { .name = "from", .type = SERVICE_DATE, .summary = "first day (default: today)", .summary_zh = "开始日（默认今天）" },
    { .name = "until", .type = SERVICE_DATE, .is_required = true, .summary = "last day", .summary_zh = "截止日" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field BEGIN_OUTPUT[] = {
    { .name = "round", .type = SERVICE_COUNT, .summary = "round", .summary_zh = "轮次编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "questions", .type = SERVICE_COUNT, .summary = "questions", .summary_zh = "问题数" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was written", .summary_zh = "本次有变动" },
};

static err begin_round(surveys *s)
{
    enum { DAYS_MAX = 366 };
    survey_form form;
    bool is_new;
    arena *a = s->call->request;
    TRY(adopt_need(s->office));
    TRY(surveys_form(s->call, &form));
    survey_round round = { .name = text_trim(service_text_of(s->call, "name", TEXT_NONE)), .from_day = service_day_of(s->call, "from"),
                           .until_day = service_day_of(s->call, "until"), .form = survey_form_write(a, &form) };
    if (round.until_day < round.from_day || round.until_day - round.from_day > DAYS_MAX || !round.name.size_bytes)
        return err_of(&SURVEYS_BAD_DAYS, text_format(a, "%.*s - %.*s", TEXT_ARG(service_day_text(a, round.from_day)),
                                                     TEXT_ARG(service_day_text(a, round.until_day))).bytes);
    survey_act act = surveys_act(s);
    TRY(survey_begin(s->book, &act, &round, &round.round_id, &is_new));
    if (is_new) TRY(store_commit(s->office->db));
    service_put_count(a, s->call->reply, "round", round.round_id);
    service_put_text(a, s->call->reply, "name", round.name);
    service_put_count(a, s->call->reply, "questions", (int64_t)form.count);
    service_put_bool(a, s->call->reply, "changed", is_new);
    return ERR_NONE;
}

static err survey_begin_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_WRITE, TEXT(""), &s);
    if (!e.kind) e = begin_round(&s);
    return surveys_close(&s, e);
}

static const char *const BEGIN_EXAMPLES[] = { "doudi survey begin 2026年入户调查 --until 2026-12-31 --as zhangwei", NULL };
const service_op SURVEYS_BEGIN_OP = {
    .name = "survey.begin",
    .summary = "Begin a round of the household survey, with the questions as they are now",
    .summary_zh = "开始一轮入户调查，问卷按现行政策包固定",
    .law = "龙政办发〔2022〕67号 第12项",
    .kind = SERVICE_WRITE,
    .permission = "survey.begin",
    .input = BEGIN_INPUT,
    .input_count = ARRAY_COUNT(BEGIN_INPUT),
    .output = BEGIN_OUTPUT,
    .output_count = ARRAY_COUNT(BEGIN_OUTPUT),
    .examples = BEGIN_EXAMPLES,
    .run = survey_begin_run,
};

/* ---- assign ---- */

static const service_field ASSIGN_INPUT[] = {
    SURVEYS_ROUND_FIELD,
    { .name = "to", .type = SERVICE_TEXT, .is_required = true, .shows = "USER", .summary = "who visits, by login", .summary_zh = "入户人员的登录名" },
    { .name = "place", .type = SERVICE_TEXT, .is_required = true, .shows = "CODE", .summary = "a township (9 digits) or village (12)",
      .summary_zh = "乡镇（9 位）或村（12 位）区划代码" },
    { .name = "household", .type = SERVICE_COUNT, .is_list = true, .shows = "NUMBER", .summary = "only these households of it (default: all)",
      .summary_zh = "只分派其中这些家庭（默认全部）" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ASSIGN_OUTPUT[] = {
    { .name = "round", .type = SERVICE_TEXT, .summary = "round", .summary_zh = "轮次" },
    { .name = "to", .type = SERVICE_TEXT, .summary = "surveyor", .summary_zh = "入户人员" },
    { .name = "households", .type = SERVICE_COUNT, .summary = "households", .summary_zh = "家庭数" },
    { .name = "assigned", .type = SERVICE_COUNT, .summary = "assigned now", .summary_zh = "本次分派" },
};

typedef struct {
    survey_visit *items;
    size_t count, capacity;
} visit_list;

static bool is_asked(const service_call *call, int64_t household_id)
{
    const service_argument *only = service_argument_of(call, "household");
    int64_t id;
    for (size_t i = 0; i < only->count; i++)
        if (codec_parse_scaled(only->values[i], 0, &id) && id == household_id) return true;
    return !only->count;
}

static err households_of(surveys *s, scope_span place, int64_t surveyor_id, visit_list *list)
{
    int32_t day = s->call->office->settings.today_day;
    registry_roster_options options = { .day = day, .month = 0, .known_ms = REGISTRY_NOW, .of = REGISTRY_HOUSEHOLD };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *rows;
        const registry_roster_row *row;
        TRY(registry_roster_open(s->office->memory, s->people, bucket, &options, &rows));
        err e = registry_roster_next(rows, &row);
        for (; !e.kind && row; e = registry_roster_next(rows, &row)) {
            int64_t region = ((const registry_household *)row->subject)->region;
            if (!scope_has_place(place, region) || !scope_has_place(s->span, region) || !is_asked(s->call, row->subject_id)) continue;
            survey_visit one = { row->subject_id, region, surveyor_id };
            ARENA_PUSH(s->office->memory, list->items, list->count, list->capacity, one);
        }
        registry_roster_close(rows);
        TRY(e);
    }
    return ERR_NONE;
}

static int by_household(const void *a, const void *b)
{
    const survey_visit *x = a, *y = b;
    return (x->household_id > y->household_id) - (x->household_id < y->household_id);
}

static err assign(surveys *s)
{
    staff *room;
    staff_user user;
    text region;
    int64_t changed;
    scope_span place;
    visit_list list = { 0 };
    arena *a = s->call->request;
    text said = service_text_of(s->call, "place", TEXT_NONE);
    TRY(county_staff(s->office, &room));
    TRY(staff_find(a, room, service_text_of(s->call, "to", TEXT_NONE), &user));
    TRY(scope_read(s->office, said, &region));
    TRY(scope_span_of(region, &place));
    TRY(households_of(s, place, user.id, &list));
    if (!list.count) return err_of(&SURVEYS_NOBODY, text_cstr(a, text_shown(a, said, 40)));
    qsort(list.items, list.count, sizeof *list.items, by_household);
    survey_act act = surveys_act(s);
    TRY(survey_assign(s->book, &act, s->round.round_id, list.items, list.count, &changed));
    if (changed) TRY(store_commit(s->office->db));
    service_put_text(a, s->call->reply, "round", s->round.name);
    service_put_text(a, s->call->reply, "to", user.login);
    service_put_count(a, s->call->reply, "households", (int64_t)list.count);
    service_put_count(a, s->call->reply, "assigned", changed);
    return ERR_NONE;
}

static err survey_assign_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_WRITE, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = assign(&s);
    return surveys_close(&s, e);
}

static const char *const ASSIGN_EXAMPLES[] = { "doudi survey assign 1 --to tess --place 590121100 --as zhangwei", NULL };
const service_op SURVEYS_ASSIGN_OP = {
    .name = "survey.assign",
    .summary = "Give the households of a township or village to whoever visits them",
    .summary_zh = "把一个乡镇或村的家庭分派给入户人员",
    .law = "龙政办发〔2022〕67号 第12项",
    .kind = SERVICE_WRITE,
    .permission = "survey.assign",
    .input = ASSIGN_INPUT,
    .input_count = ARRAY_COUNT(ASSIGN_INPUT),
    .output = ASSIGN_OUTPUT,
    .output_count = ARRAY_COUNT(ASSIGN_OUTPUT),
    .examples = ASSIGN_EXAMPLES,
    .run = survey_assign_run,
};
