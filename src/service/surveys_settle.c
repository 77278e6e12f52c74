/* doudi survey show, conflicts, decide, confirm: what stands, what is in conflict, and who settles it. */
#include "codec/codec.h"
#include "os/os.h"
#include "service/alert.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/surveys.h"

const err_kind SURVEYS_NO_CELL = {
    "surveys.no_cell", ERR_NOT_FOUND, "Nothing was said of {}; doudi survey show tells what was.", "“{}”没有填报；用 doudi survey show 查看。"
};
const err_kind SURVEYS_BAD_VALUE = {
    "surveys.bad_value", ERR_BAD_INPUT, "This can be no answer: {}. Say --value, or --keep where the registry is to stay as it is.",
    "答案无效：{}。请用 --value 给出，或以 --keep 保留登记库现值。"
};

/* ---- show ---- */

static const service_field SHOW_INPUT[] = { SURVEYS_ROUND_FIELD, SURVEYS_HOUSEHOLD_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field CELL_ROW[] = {
    { .name = "household", .type = SERVICE_COUNT, .summary = "household", .summary_zh = "家庭" },
    { .name = "subject", .type = SERVICE_TEXT, .summary = "mark", .summary_zh = "标记" },
    { .name = "who", .type = SERVICE_TEXT, .summary = "who", .summary_zh = "对象" },
    { .name = "question", .type = SERVICE_TEXT, .summary = "question", .summary_zh = "代码" },
    { .name = "asks", .type = SERVICE_TEXT, .summary = "asks", .summary_zh = "问题" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "says", .type = SERVICE_TEXT, .summary = "said", .summary_zh = "填报" },
    { .name = "registry", .type = SERVICE_TEXT, .summary = "in the registry", .summary_zh = "登记库现值" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "填报人" },
};
static const service_field CELLS_OUTPUT[] = {
    { .name = "round", .type = SERVICE_TEXT, .summary = "round", .summary_zh = "轮次" },
    { .name = "found", .type = SERVICE_COUNT, .summary = "found", .summary_zh = "项数" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "rows (500 at most; by pages all)", .summary_zh = "明细（前 500 行，分页时全部）", .fields = CELL_ROW,
      .field_count = ARRAY_COUNT(CELL_ROW) },
};

typedef enum { STANDS, SPLIT, CHANGE, MEANWHILE, PROPOSED, STATE_COUNT } cell_state;
static const struct {
    const char *code, *en, *zh;
} STATES[STATE_COUNT] = {
    [STANDS] = { "stands", "stands", "已确定" },
    [SPLIT] = { "split", "said differently by two", "两人填报不一致" },
    [CHANGE] = { "change", "the registry is to be changed", "待改登记库" },
    [MEANWHILE] = { "meanwhile", "the registry changed meanwhile", "登记库其间已变" },
    [PROPOSED] = { "proposed", "waits for another to confirm", "待他人确认" },
};

typedef struct {
    survey_choice *choices;
    size_t count;
} choice_list;

static const survey_choice *choice_of(const choice_list *list, const surveys_cell *cell)
{
    for (size_t i = 0; i < list->count; i++) {
        const survey_choice *c = &list->choices[i];
        if (c->household_id == cell->household_id && text_equal(c->subject, cell->subject) && text_equal(c->question, cell->question->name)) return c;
    }
    return NULL;
}

static err state_of(surveys *s, const choice_list *choices, const surveys_cell *cell, cell_state *state, text *now)
{
    bool is_so;
    *now = TEXT("-");
    *state = cell->is_split ? SPLIT : STANDS;
    if (!cell->question->registry.size_bytes) return ERR_NONE;
    TRY(surveys_registry_now(s, cell->household_id, cell->subject, cell->question, now));
    if (choice_of(choices, cell)) *state = PROPOSED;
    if (*state != STANDS || !cell->words[0].value.size_bytes || text_begins(cell->subject, TEXT("n"))) return ERR_NONE;
    TRY(surveys_is_registered(s, cell->household_id, cell->subject, cell->question, cell->words[0].value, &is_so));
    if (!is_so) *state = text_equal(cell->words[0].seen, *now) ? CHANGE : MEANWHILE;
    return ERR_NONE;
}

static err says_of(surveys *s, const choice_list *choices, const surveys_cell *cell, cell_state state, text *says, text *by)
{
    arena *a = s->call->request;
    text_builder words = text_builder_open(a), users = text_builder_open(a);
    for (size_t i = 0; i < cell->count; i++) {
        text_add_format(&words, "%s%.*s", i ? " / " : "", TEXT_ARG(surveys_value_shown(s->call, cell->question, cell->words[i].value)));
        text_add_format(&users, "%s%.*s", i ? " / " : "", TEXT_ARG(alert_user_name(s->office, cell->heads[i].actor_id)));
    }
    if (state == PROPOSED) {
        text value;
        const survey_choice *c = choice_of(choices, cell);
        TRY(surveys_unseal_choice(s, c, &value));
        text_add_format(&words, " -> %.*s", TEXT_ARG(value));
        text_add_format(&users, " -> %.*s", TEXT_ARG(alert_user_name(s->office, c->actor_id)));
    }
    *says = text_built(&words);
    *by = text_built(&users);
    return ERR_NONE;
}

static err put_cell(surveys *s, const choice_list *choices, const surveys_cell *cell, bool is_all, service_value *list, int64_t *found)
{
    enum { ROWS_MAX = 500 };
    cell_state state;
    text now, who, says, by;
    arena *a = s->call->request;
    TRY(state_of(s, choices, cell, &state, &now));
    if (!is_all && state == STANDS) return ERR_NONE;
    ++*found;
    if (!service_takes_row(s->call, list, ROWS_MAX)) return ERR_NONE;
    TRY(says_of(s, choices, cell, state, &says, &by));
    TRY(surveys_who(s, cell->household_id, cell->subject, &who));
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "household", cell->household_id);
    service_put_text(a, v, "subject", cell->subject);
    service_put_text(a, v, "who", who);
    service_put_text(a, v, "question", cell->question->name);
    service_put_text(a, v, "asks", surveys_title(s->call, cell->question));
    service_put_state(s->call, v, "state", STATES[state].code, STATES[state].en, STATES[state].zh);
    service_put_text(a, v, "says", says);
    service_put_text(a, v, "registry", now.size_bytes ? now : TEXT("-"));
    service_put_text(a, v, "by", by);
    return ERR_NONE;
}

static err show(surveys *s, int64_t household_id)
{
    surveys_cell *cells;
    survey_visit *visits;
    choice_list choices;
    size_t count, visit_count, at = 0;
    int64_t found = 0;
    arena *a = s->call->request;
    TRY(survey_choices(s->office->memory, s->book, s->round.round_id, &choices.choices, &choices.count));
    TRY(surveys_cells(s, household_id, TEXT(""), &cells, &count));
    TRY(survey_visits(s->office->memory, s->book, s->round.round_id, &visits, &visit_count));
    service_value *list = service_list(a);
    for (size_t i = 0; i < count; i++) {
        while (at < visit_count && visits[at].household_id < cells[i].household_id) at++;
        bool is_here = at < visit_count && visits[at].household_id == cells[i].household_id && scope_has_place(s->span, visits[at].region);
        if (is_here) TRY(put_cell(s, &choices, &cells[i], household_id != 0, list, &found));
    }
    service_put_text(a, s->call->reply, "round", s->round.name);
    service_put_count(a, s->call->reply, "found", found);
    service_put(a, s->call->reply, "rows", list);
    scope_say(s->call, s->span);
    return ERR_NONE;
}

static err survey_show_run(service_call *call)
{
    surveys s;
    survey_visit visit;
    int64_t household_id = (int64_t)service_size_of(call, "household", 0);
    err e = surveys_open(call, COUNTY_READ, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = surveys_visit_of(&s, household_id, &visit);
    if (!e.kind) e = show(&s, household_id);
    return surveys_close(&s, e);
}

static const char *const SHOW_EXAMPLES[] = { "doudi survey show 1 2001", NULL };
const service_op SURVEYS_SHOW_OP = {
    .name = "survey.show",
    .summary = "What was said of a household and its people, answer by answer",
    .summary_zh = "一户的调查填报，逐项列出",
    .kind = SERVICE_READ,
    .permission = "survey.take",
    .scope = SERVICE_SCOPE_LIST,
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = CELLS_OUTPUT,
    .output_count = ARRAY_COUNT(CELLS_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = survey_show_run,
};

static const service_field CONFLICTS_INPUT[] = { SURVEYS_ROUND_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };

static err survey_conflicts_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_READ, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = show(&s, 0);
    return surveys_close(&s, e);
}

static const char *const CONFLICTS_EXAMPLES[] = { "doudi survey conflicts 1", NULL };
const service_op SURVEYS_CONFLICTS_OP = {
    .name = "survey.conflicts",
    .summary = "What people have to settle: answers that differ, and what the registry is to be changed to, field by field",
    .summary_zh = "待处理：填报不一致、与登记库不符，逐项列出",
    .kind = SERVICE_READ,
    .permission = "survey.take",
    .scope = SERVICE_SCOPE_LIST,
    .input = CONFLICTS_INPUT,
    .input_count = ARRAY_COUNT(CONFLICTS_INPUT),
    .output = CELLS_OUTPUT,
    .output_count = ARRAY_COUNT(CELLS_OUTPUT),
    .examples = CONFLICTS_EXAMPLES,
    .run = survey_conflicts_run,
};

/* ---- decide, confirm ---- */

static const service_field DECIDE_INPUT[] = {
    SURVEYS_CELL_FIELDS,
    { .name = "value", .type = SERVICE_TEXT, .shows = "VALUE", .summary = "the answer that holds", .summary_zh = "采用的答案" },
    { .name = "keep", .type = SERVICE_FLAG, .summary = "the registry stays as it is", .summary_zh = "登记库保持原样" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CONFIRM_INPUT[] = {
    SURVEYS_CELL_FIELDS,
    { .name = "refuse", .type = SERVICE_FLAG, .summary = "it is taken off, and nothing is changed", .summary_zh = "不予采用，不作变动" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field DECIDED_OUTPUT[] = {
    { .name = "household", .type = SERVICE_COUNT, .summary = "household", .summary_zh = "家庭" },
    { .name = "question", .type = SERVICE_TEXT, .summary = "question", .summary_zh = "问题" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "结果" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "answer", .summary_zh = "答案" },
};

static err cell_asked(surveys *s, surveys_cell *cell)
{
    surveys_cell *cells;
    survey_visit visit;
    size_t count;
    int64_t household_id = (int64_t)service_size_of(s->call, "household", 0);
    text subject = service_text_of(s->call, "subject", TEXT_NONE), question = service_text_of(s->call, "question", TEXT_NONE);
    TRY(surveys_visit_of(s, household_id, &visit));
    TRY(surveys_cells(s, household_id, question, &cells, &count));
    for (size_t i = 0; i < count; i++) {
        *cell = cells[i];
        if (text_equal(cells[i].subject, subject)) return ERR_NONE;
    }
    return err_of(&SURVEYS_NO_CELL, text_format(s->call->request, "%.*s %.*s", TEXT_ARG(text_shown(s->call->request, subject, 40)),
                                                TEXT_ARG(text_shown(s->call->request, question, 40))).bytes);
}

/* The office's own word, said in view of all that stood. */
static err say_settled(surveys *s, const surveys_cell *cell, text value)
{
    enum { BYTES = SURVEY_ID_BYTES / 2 };
    uint8_t drawn[BYTES];
    char *id = arena_alloc(s->office->memory, SURVEY_ID_BYTES + 1);
    int64_t taken;
    survey_saying saying;
    survey_act act = surveys_act(s);
    os_random_bytes(drawn, sizeof drawn);
    crypto_print_hex(drawn, sizeof drawn, id);
    survey_said said = { .id = text_of(id), .subject = cell->subject, .question = cell->question->name, .household_id = cell->household_id,
                         .replaces = surveys_in_view(s->office->memory, cell), .value = value, .seen = TEXT(""), .phone_ms = 0 };
    TRY(surveys_registry_now(s, cell->household_id, cell->subject, cell->question, &said.seen));
    TRY(surveys_seal(s, cell->question, &said, &saying));
    return survey_merge(s->book, &act, s->round.round_id, &saying, 1, &taken);
}

static void put_decided(surveys *s, const surveys_cell *cell, const char *code, const char *en, const char *zh, text value)
{
    arena *a = s->call->request;
    service_put_count(a, s->call->reply, "household", cell->household_id);
    service_put_text(a, s->call->reply, "question", surveys_title(s->call, cell->question));
    service_put_state(s->call, s->call->reply, "state", code, en, zh);
    service_put_text(a, s->call->reply, "value", surveys_value_shown(s->call, cell->question, value));
}

static err decide(surveys *s)
{
    surveys_cell cell;
    bool is_so, is_kept = service_is_given(s->call, "keep"), has_value = service_is_given(s->call, "value");
    text value = text_trim(service_text_of(s->call, "value", TEXT("")));
    TRY(cell_asked(s, &cell));
    bool is_shared = cell.question->registry.size_bytes && !text_begins(cell.subject, TEXT("n"));
    if (is_kept == has_value || (is_kept && !is_shared) || !survey_value_fits(cell.question, value))
        return err_of(&SURVEYS_BAD_VALUE, text_cstr(s->call->request, text_shown(s->call->request, value, 40)));
    TRY(surveys_is_registered(s, cell.household_id, cell.subject, cell.question, value, &is_so));
    if (is_shared && !is_kept && !is_so && value.size_bytes) {
        survey_act act = surveys_act(s);
        survey_choice choice = { .household_id = cell.household_id, .subject = cell.subject, .question = cell.question->name,
                                 .in_view = surveys_in_view(s->office->memory, &cell) };
        TRY(surveys_seal_choice(s, &choice, value));
        TRY(survey_propose(s->book, &act, s->round.round_id, &choice));
        put_decided(s, &cell, "proposed", "proposed; another confirms it", "已提议，须由他人确认", value);
    } else {
        TRY(say_settled(s, &cell, value));
        put_decided(s, &cell, "settled", "settled", "已处理", value);
    }
    return store_commit(s->office->db);
}

static err confirm(surveys *s)
{
    surveys_cell cell;
    survey_choice choice;
    text value;
    bool is_refused = service_is_given(s->call, "refuse");
    survey_act act = surveys_act(s);
    TRY(cell_asked(s, &cell));
    survey_choice asked = { .household_id = cell.household_id, .subject = cell.subject, .question = cell.question->name };
    TRY(survey_confirm(s->call->request, s->book, &act, s->round.round_id, &asked, surveys_in_view(s->office->memory, &cell), is_refused, &choice));
    TRY(surveys_unseal_choice(s, &choice, &value));
    if (!is_refused) {
        TRY(surveys_register(s, cell.household_id, cell.subject, cell.question, value));
        TRY(say_settled(s, &cell, value));
    }
    if (is_refused) put_decided(s, &cell, "refused", "refused, nothing was changed", "未采用，没有变动", value);
    else put_decided(s, &cell, "confirmed", "confirmed, the registry says it now", "已确认，登记库已更新", value);
    return store_commit(s->office->db);
}

static err survey_decide_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_WRITE, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = decide(&s);
    return surveys_close(&s, e);
}

static err survey_confirm_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_WRITE, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = confirm(&s);
    return surveys_close(&s, e);
}

static const char *const DECIDE_EXAMPLES[] = { "doudi survey decide 1 2001 p17 phone --value 13900000000 --as zhangwei", NULL };
const service_op SURVEYS_DECIDE_OP = {
    .name = "survey.decide",
    .summary = "Say which answer holds; where the registry is changed by it, another confirms",
    .summary_zh = "确定采用哪个答案；要改登记库的，须由他人确认",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_WRITE,
    .permission = "survey.decide",
    .input = DECIDE_INPUT,
    .input_count = ARRAY_COUNT(DECIDE_INPUT),
    .output = DECIDED_OUTPUT,
    .output_count = ARRAY_COUNT(DECIDED_OUTPUT),
    .examples = DECIDE_EXAMPLES,
    .run = survey_decide_run,
};

static const char *const CONFIRM_EXAMPLES[] = { "doudi survey confirm 1 2001 p17 phone --as lina", NULL };
const service_op SURVEYS_CONFIRM_OP = {
    .name = "survey.confirm",
    .summary = "Confirm what another has proposed: the registry says it from today on",
    .summary_zh = "确认他人的提议，登记库自今日起更新",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_WRITE,
    .permission = "survey.confirm",
    .input = CONFIRM_INPUT,
    .input_count = ARRAY_COUNT(CONFIRM_INPUT),
    .output = DECIDED_OUTPUT,
    .output_count = ARRAY_COUNT(DECIDED_OUTPUT),
    .examples = CONFIRM_EXAMPLES,
    .run = survey_confirm_run,
};
