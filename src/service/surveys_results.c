/* doudi survey results, hand-in: what the survey says of each person by the packs, and the roll that is made of it. */
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "ident/ident.h"
#include "service/adopt.h"
#include "service/decide.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/rolls_receive.h"
#include "service/subject.h"
#include "service/surveys.h"

const err_kind SURVEYS_NO_LINE = {
    "surveys.no_line", ERR_BAD_INPUT, "Of nobody of this round it can be told whether they are able to pay ({}), nor where they are, so there is no roll to hand in.",
    "本轮没有一人能判断缴费能力（{}）或居住情况，没有可交的名册。"
};

/* ---- one person ---- */

typedef struct {
    int64_t household_id;
    text subject, name, number, wish, able, target, why, stays; /* able, target: in words of the packs, empty where they cannot be told */
    int32_t birth_day;
} person_result;

typedef struct {
    surveys *s;
    const policy_book *book;
    surveys_rules rules;
    text region;
    hash_map *told;       /* facts -> place in `answers` */
    person_result *answers;
    size_t answer_count, answer_capacity;
    person_result *rows;
    size_t count, capacity;
    text why;             /* of somebody who is put on no roll */
} telling;

static text said_of(const surveys_cell *cells, size_t count, text subject, text role)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(cells[i].subject, subject) && text_equal(cells[i].question->role, role)) return cells[i].words[0].value;
    return TEXT("");
}

/* The same, and nothing where it is in conflict. */
static text agreed_of(const surveys_cell *cells, size_t count, text subject, text role)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(cells[i].subject, subject) && text_equal(cells[i].question->role, role) && cells[i].is_split) return TEXT("");
    return said_of(cells, count, subject, role);
}

/* What is in conflict is not told: nobody is put anywhere by one of two answers. */
static err gather_facts(telling *t, const surveys_cell *cells, size_t count, const person_result *p, service_facts *facts, text *key)
{
    text_builder all = text_builder_open(t->s->office->memory);
    int32_t today = t->s->call->office->settings.today_day;
    if (p->birth_day) {
        int32_t months = calendar_month_of_day(today) - calendar_month_of_day(p->birth_day);
        if (calendar_day_of_month(today) < calendar_day_of_month(p->birth_day)) months--;
        text_add_format(&all, "%.*s=%d\n", TEXT_ARG(t->rules.age), months / 12);
    }
    for (size_t i = 0; i < count; i++) {
        const surveys_cell *c = &cells[i];
        bool is_theirs = text_equal_cstr(c->subject, "h") || text_equal(c->subject, p->subject);
        if (!is_theirs || !c->question->input.size_bytes || c->is_split || !c->words[0].value.size_bytes) continue;
        text_add_format(&all, "%.*s=%.*s\n", TEXT_ARG(c->question->input), TEXT_ARG(c->words[0].value));
    }
    *key = text_built(&all);
    for (size_t at = 0; at < key->size_bytes;) {
        text rest = text_sub(*key, at, key->size_bytes);
        size_t end = text_find(rest, TEXT("\n"));
        TRY(service_facts_add_word(t->s->office->memory, facts, text_sub(rest, 0, end)));
        at += end + 1;
    }
    return ERR_NONE;
}

static text output_of(const service_subject *subject, arena *a, size_t at, const service_call *call, text *why)
{
    const column *c = &subject->outputs[at];
    if (column_is_valid(c, 0)) return policy_print_value(a, subject->codes, &subject->planned.output_types[at], c->value[0]);
    *why = service_reason(a, &subject->planned.plan, column_reason(c, 0), call->is_chinese);
    return TEXT("");
}

static err tell(telling *t, const surveys_cell *cells, size_t count, person_result *p)
{
    arena *a = t->s->office->memory;
    service_facts facts = { 0 };
    service_subject subject;
    text key, why_able = TEXT("");
    const text roots[] = { t->rules.target, t->rules.able };
    service_question asked = { .on_day = t->s->call->office->settings.today_day, .region = t->region, .roots = roots, .root_count = ARRAY_COUNT(roots) };
    TRY(gather_facts(t, cells, count, p, &facts, &key));
    size_t at = hash_map_get(t->told, key);
    if (at == SIZE_MAX) {
        person_result one = { 0 };
        TRY(service_subject_open(a, t->book, &asked, &facts, &subject));
        one.target = output_of(&subject, a, 0, t->s->call, &one.why);
        one.able = output_of(&subject, a, 1, t->s->call, &why_able);
        if (!one.why.size_bytes) one.why = why_able;
        at = t->answer_count;
        hash_map_put(t->told, key, at);
        ARENA_PUSH(a, t->answers, t->answer_count, t->answer_capacity, one);
    }
    p->target = t->answers[at].target;
    p->able = t->answers[at].able;
    p->why = t->answers[at].why;
    return ERR_NONE;
}

static err tell_person(telling *t, const surveys_cell *cells, size_t count, int64_t household_id, text subject)
{
    int64_t person_id;
    surveys_member member;
    ident_citizen citizen;
    person_result p = { .household_id = household_id, .subject = subject, .wish = agreed_of(cells, count, subject, SURVEYS_WISH),
                        .stays = agreed_of(cells, count, subject, SURVEYS_STAYS) };
    if (!survey_is_subject(subject, &person_id)) return ERR_NONE;
    if (person_id) {
        TRY(surveys_member_of(t->s, person_id, &member));
        p.name = member.name;
        p.number = member.number;
        p.birth_day = (int32_t)member.birth_day;
    } else {
        p.name = said_of(cells, count, subject, SURVEYS_NAME);
        p.number = said_of(cells, count, subject, SURVEYS_NUMBER);
        if (!ident_check_citizen(p.number, &citizen).kind) p.birth_day = citizen.birth_day;
        else if (calendar_parse_day(said_of(cells, count, subject, SURVEYS_BORN), &p.birth_day).kind) p.birth_day = 0;
    }
    TRY(tell(t, cells, count, &p));
    ARENA_PUSH(t->s->office->memory, t->rows, t->count, t->capacity, p);
    return ERR_NONE;
}

/* Everybody of whom something was said, in the order of households and marks. */
static err tell_household(telling *t, const surveys_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_first = !text_equal_cstr(cells[i].subject, "h") && (!i || !text_equal(cells[i - 1].subject, cells[i].subject));
        if (is_first) TRY(tell_person(t, cells, count, cells[i].household_id, cells[i].subject));
    }
    return ERR_NONE;
}

static err tell_all(surveys *s, telling *t)
{
    surveys_cell *cells;
    survey_visit *visits;
    size_t count, visit_count, v = 0;
    const decide_law *law;
    *t = (telling){ .s = s, .told = hash_map_open(s->office->memory) };
    TRY(decide_law_open(s->call, &law));
    t->book = decide_law_book(law);
    TRY(surveys_rules_read(s->call, &t->rules));
    TRY(county_setting(s->office, "office.region", &t->region));
    TRY(survey_visits(s->office->memory, s->book, s->round.round_id, &visits, &visit_count));
    TRY(surveys_cells(s, 0, TEXT(""), &cells, &count));
    for (size_t from = 0, until; from < count; from = until) {
        for (until = from + 1; until < count && cells[until].household_id == cells[from].household_id;) until++;
        while (v < visit_count && visits[v].household_id < cells[from].household_id) v++;
        bool is_here = v < visit_count && visits[v].household_id == cells[from].household_id && scope_has_place(s->span, visits[v].region);
        if (is_here) TRY(tell_household(t, &cells[from], until - from));
    }
    return ERR_NONE;
}

/* ---- results ---- */

static const service_field RESULTS_INPUT[] = {
    SURVEYS_ROUND_FIELD,
    { .name = "household", .type = SERVICE_COUNT, .shows = "NUMBER", .summary = "only of this household", .summary_zh = "只看这一户" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "also write all of them here", .summary_zh = "将全部结果另存为" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RESULT_ROW[] = {
    { .name = "household", .type = SERVICE_COUNT, .summary = "household", .summary_zh = "家庭" },
    { .name = "subject", .type = SERVICE_TEXT, .summary = "mark", .summary_zh = "标记" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "able", .type = SERVICE_TEXT, .summary = "able to pay", .summary_zh = "缴费能力" },
    { .name = "wish", .type = SERVICE_TEXT, .summary = "wish", .summary_zh = "意愿" },
    { .name = "target", .type = SERVICE_TEXT, .summary = "target of", .summary_zh = "扩面方向" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why it cannot be told", .summary_zh = "不能归类的原因" },
};
static const service_field COUNT_ROW[] = {
    { .name = "target", .type = SERVICE_TEXT, .summary = "target of", .summary_zh = "扩面方向" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
};
static const service_field RESULTS_OUTPUT[] = {
    { .name = "round", .type = SERVICE_TEXT, .summary = "round", .summary_zh = "轮次" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "newcomers", .type = SERVICE_COUNT, .summary = "not registered", .summary_zh = "新发现人员" },
    { .name = "counts", .type = SERVICE_OBJECT, .is_list = true, .summary = "by target", .summary_zh = "分类", .fields = COUNT_ROW,
      .field_count = ARRAY_COUNT(COUNT_ROW) },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "people (500 at most; by pages all)", .summary_zh = "明细（前 500 行，分页时全部）",
      .fields = RESULT_ROW, .field_count = ARRAY_COUNT(RESULT_ROW) },
};

static text member_shown(const telling *t, text variable, text value)
{
    const policy_symbol *s, *words;
    if (!value.size_bytes) return text_of(service_say(t->s->call, "cannot be told", "不能归类"));
    if (t->s->call->is_chinese || policy_find(t->book, variable, &s).kind || !s->type.enum_name) return value;
    words = policy_find_in(t->book, text_of(s->pack), text_of(s->type.enum_name));
    for (size_t i = 0; words && words->member_labels && i < words->member_count; i++)
        if (text_equal_cstr(value, words->members[i]) && words->member_labels[i]) return text_of(words->member_labels[i]);
    return value;
}

static text able_shown(const service_call *call, text able)
{
    if (!able.size_bytes) return TEXT("-");
    return text_of(text_equal_cstr(able, "true") ? service_say(call, "yes", "有") : service_say(call, "no", "无"));
}

static void put_counts(const telling *t)
{
    arena *a = t->s->call->request;
    service_value *list = service_put_list(a, t->s->call->reply, "counts");
    for (size_t i = 0; i < t->count; i++) {
        int64_t people = 0;
        bool is_first = true;
        for (size_t j = 0; j < i && is_first; j++) is_first = !text_equal(t->rows[j].target, t->rows[i].target);
        if (!is_first) continue;
        for (size_t j = i; j < t->count; j++) people += text_equal(t->rows[j].target, t->rows[i].target);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "target", member_shown(t, t->rules.target, t->rows[i].target));
        service_put_count(a, v, "people", people);
    }
}

static err put_results(telling *t, int64_t household_id)
{
    enum { ROWS_MAX = 500 };
    service_call *call = t->s->call;
    arena *a = call->request;
    const survey_question *wish = survey_question_for(&t->s->form, SURVEYS_WISH);
    grid g = grid_open(call, t->s->round.name, RESULT_ROW, ARRAY_COUNT(RESULT_ROW), SIZE_MAX);
    service_value *list = service_list(a);
    int64_t newcomers = 0;
    for (size_t i = 0; i < t->count; i++) {
        const person_result *p = &t->rows[i];
        newcomers += text_begins(p->subject, TEXT("n"));
        if (household_id && p->household_id != household_id) continue;
        text cells[] = { text_format(a, "%lld", (long long)p->household_id), p->subject, p->name, able_shown(call, p->able),
                         surveys_value_shown(call, wish, p->wish), member_shown(t, t->rules.target, p->target),
                         p->why.size_bytes ? p->why : TEXT("-") };
        for (size_t c = 0; c < ARRAY_COUNT(cells); c++) grid_add(&g, cells[c]);
        if (!service_takes_row(call, list, ROWS_MAX)) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "household", p->household_id);
        for (size_t c = 1; c < ARRAY_COUNT(cells); c++) service_put_text(a, v, RESULT_ROW[c].name, cells[c]);
    }
    service_put_text(a, call->reply, "round", t->s->round.name);
    service_put_count(a, call->reply, "people", (int64_t)t->count);
    service_put_count(a, call->reply, "newcomers", newcomers);
    put_counts(t);
    service_put(a, call->reply, "rows", list);
    scope_say(call, t->s->span);
    return service_is_given(call, "out") ? grid_write(&g, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static err survey_results_run(service_call *call)
{
    surveys s;
    telling t;
    err e = surveys_open(call, COUNTY_READ, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = tell_all(&s, &t);
    if (!e.kind) e = put_results(&t, (int64_t)service_size_of(call, "household", 0));
    return surveys_close(&s, e);
}

static const char *const RESULTS_EXAMPLES[] = { "doudi survey results 1 --out 入户结果.xlsx", NULL };
const service_op SURVEYS_RESULTS_OP = {
    .name = "survey.results",
    .summary = "Everybody the survey met, by ability to pay, age and wish: whose target they are, by the packs",
    .summary_zh = "调查到的每个人按缴费能力、年龄、意愿归类（规则见政策包）",
    .law = "龙政办发〔2022〕67号 第12项",
    .kind = SERVICE_READ,
    .permission = "survey.take",
    .scope = SERVICE_SCOPE_LIST,
    .input = RESULTS_INPUT,
    .input_count = ARRAY_COUNT(RESULTS_INPUT),
    .output = RESULTS_OUTPUT,
    .output_count = ARRAY_COUNT(RESULTS_OUTPUT),
    .examples = RESULTS_EXAMPLES,
    .run = survey_results_run,
};

/* ---- hand in ---- */

#define SURVEYS_ROLL_STAYS TEXT("township.stays")

static const service_field HAND_INPUT[] = {
    SURVEYS_ROUND_FIELD,
    { .name = "month", .type = SERVICE_TEXT, .is_required = true, .shows = "YYYY-MM", .summary = "the month it is of", .summary_zh = "所属月" },
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show, and write nothing", .summary_zh = "只看结果，不写入" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};

static err whole_number(telling *t, const person_result *p, text *number)
{
    int64_t person_id;
    registry_record record;
    arena *a = t->s->office->memory;
    *number = p->number;
    if (!survey_is_subject(p->subject, &person_id) || !person_id) return ERR_NONE;
    *number = TEXT("");
    TRY(registry_record_who(a, t->s->people, person_id, &record));
    registry_person who = ((const registry_person *)record.facts[REGISTRY_PERSON])[record.count[REGISTRY_PERSON] - 1];
    if (!who.number.key) return ERR_NONE;
    TRY(registry_reveal(a, t->s->people, person_id, &who.number));
    *number = who.number.plain;
    return ERR_NONE;
}

/* A roll in the making. */
typedef struct {
    text_builder out;
    codec_csv_writer csv;
    int64_t lines;
} made_roll;

static void made_head(made_roll *r, arena *a, const char *const *heads, size_t count)
{
    r->out = text_builder_open(a);
    r->csv = codec_csv_write(&r->out, 0);
    r->lines = 0;
    for (size_t c = 0; c < count; c++) codec_csv_add_text(&r->csv, text_of(heads[c]));
    codec_csv_end_row(&r->csv);
}

static void made_line(made_roll *r, const text *cells, size_t count)
{
    for (size_t c = 0; c < count; c++) codec_csv_add_text(&r->csv, cells[c]);
    codec_csv_end_row(&r->csv);
    r->lines++;
}

/* Those who are there, and of whom it can be told whether they are able to pay. */
static err make_targets(telling *t, made_roll *r)
{
    static const char *const HEADS[] = { "身份证号", "姓名", "缴费能力", "意愿" };
    const survey_question *stays = survey_question_for(&t->s->form, SURVEYS_STAYS);
    int64_t left = 0;
    made_head(r, t->s->office->memory, HEADS, ARRAY_COUNT(HEADS));
    for (size_t i = 0; i < t->count; i++) {
        const person_result *p = &t->rows[i];
        text number;
        bool is_here = false;
        for (size_t c = 0; stays && c < 2 && c < stays->choice_count; c++) is_here |= text_equal(p->stays, stays->choices[c].value);
        if (!p->able.size_bytes || !is_here) {
            left++;
            if (p->why.size_bytes) t->why = p->why;
            continue;
        }
        TRY(whole_number(t, p, &number));
        const text cells[] = { number, p->name, text_equal_cstr(p->able, "true") ? TEXT("有") : TEXT("无"), p->wish };
        made_line(r, cells, ARRAY_COUNT(cells));
    }
    if (left && r->lines)
        service_note(t->s->call, "left out, not there or not to be told: ", "未列入（不在本地，或不能判断缴费能力）：",
                     text_format(t->s->call->request, "%lld", (long long)left));
    return ERR_NONE;
}

/* Where everybody is who is registered, so that somebody who was said to be dead and is there after all is no longer said to be. */
static err make_stays(telling *t, made_roll *r)
{
    static const char *const HEADS[] = { "身份证号", "姓名", "居住情况" };
    int64_t person_id;
    made_head(r, t->s->office->memory, HEADS, ARRAY_COUNT(HEADS));
    for (size_t i = 0; i < t->count; i++) {
        const person_result *p = &t->rows[i];
        text number;
        if (!p->stays.size_bytes || !survey_is_subject(p->subject, &person_id) || !person_id) continue;
        TRY(whole_number(t, p, &number));
        const text cells[] = { number, p->name, p->stays };
        made_line(r, cells, ARRAY_COUNT(cells));
    }
    return ERR_NONE;
}

/* Received as any roll is; of the second the answer is a note. */
static err receive_made(surveys *s, text roll, int32_t month, const made_roll *made)
{
    return rolls_receive_words(s->office, roll, month, text_format(s->office->memory, "%.*s.csv", TEXT_ARG(s->round.name)).bytes, text_built(&made->out));
}

static err receive_stays(surveys *s, int32_t month, const made_roll *made)
{
    service_call *call = s->call;
    service_value *answer = call->reply;
    bool has_failures = call->has_failures;
    call->reply = service_put_object(call->request, service_list(call->request), NULL);
    err e = receive_made(s, SURVEYS_ROLL_STAYS, month, made);
    const service_value *receipt = e.kind ? NULL : service_member(call->reply, "receipt"), *state = e.kind ? NULL : service_member(call->reply, "state");
    if (receipt)
        service_note(call, "where people are, dead and moved among them (roll township.stays): ", "居住情况，含已去世、已迁走（名册 township.stays）：",
                     text_format(call->request, service_say(call, "%lld lines, receipt %lld, %.*s", "%lld 行，回执 %lld，%.*s"), (long long)made->lines,
                                 (long long)receipt->count, TEXT_ARG(state->word)));
    call->reply = answer;
    call->has_failures |= has_failures;
    return e;
}

static err hand_in(surveys *s)
{
    telling t;
    made_roll targets, stays;
    int32_t month;
    TRY(adopt_need(s->office));
    TRY(service_month_of(s->call, "month", 0, &month));
    TRY(tell_all(s, &t));
    TRY(make_targets(&t, &targets));
    TRY(make_stays(&t, &stays));
    if (targets.lines) TRY(receive_made(s, SURVEYS_ROLL, month, &targets));
    if (!targets.lines && !stays.lines) return err_of(&SURVEYS_NO_LINE, text_cstr(s->call->request, t.why.size_bytes ? t.why : TEXT("-")));
    if (stays.lines) TRY(targets.lines ? receive_stays(s, month, &stays) : receive_made(s, SURVEYS_ROLL_STAYS, month, &stays));
    /* Both or neither. */
    bool is_kept = !s->call->has_failures && !service_is_given(s->call, "dry-run");
    return is_kept ? store_commit(s->office->db) : ERR_NONE;
}

static err survey_hand_in_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_WRITE, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = hand_in(&s);
    return surveys_close(&s, e);
}

static const char *const HAND_EXAMPLES[] = { "doudi survey hand-in 1 --month 2026-11 --as zhangwei", NULL };
const service_op SURVEYS_HAND_IN_OP = {
    .name = "survey.hand-in",
    .summary = "Make the townships' rolls of a month from the survey: watches, the register and roll enter then know everybody it met, and who died or moved away",
    .summary_zh = "由调查生成乡镇当月名册：监测、实名库和建档据此知道调查到的每个人，以及谁已去世、迁走",
    .law = "龙政办发〔2022〕67号 第12项",
    .kind = SERVICE_WRITE,
    .permission = "survey.hand-in",
    .input = HAND_INPUT,
    .input_count = ARRAY_COUNT(HAND_INPUT),
    .output = ROLLS_RECEIVE_OUTPUT,
    .output_count = ROLLS_RECEIVE_OUTPUT_COUNT,
    .examples = HAND_EXAMPLES,
    .run = survey_hand_in_run,
};
