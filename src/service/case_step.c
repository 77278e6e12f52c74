/* What is done with a case in hand: filled in, passed, returned, completed, withdrawn, objected to. */
#include "service/case.h"
#include "service/operations.h"

#include <string.h>

const err_kind CASE_NOT_PASSED = {
    "case.not_passed", ERR_CONFLICT, "The case never was at the step {}, so it cannot go back to it.",
    "办件没有经过“{}”环节，不能退回到该环节。"
};
const err_kind CASE_HAS_EFFECTS = {
    "case.has_effects", ERR_CONFLICT,
    "The case has had effects already ({}); they are undone by what the office does elsewhere, not by withdrawing it.",
    "本办件已产生结果（{}），不能撤回；须按相应业务办理变更。"
};
const err_kind CASE_NO_NOTICE = {
    "case.no_notice", ERR_CONFLICT, "Nothing of this case is made public now: it stands at {}.", "本办件现在不在公示环节：{}。"
};
const err_kind CASE_NO_OBJECTION = {
    "case.no_objection", ERR_NOT_FOUND, "The case has no open objection {}.", "本办件没有编号为 {} 的未答复异议。"
};

#define STEP_TAIL CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD
#define NOTE_FIELD { .name = "note", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "for whoever reads it later", .summary_zh = "备注" }
#define STEP_NAME_FIELD(en, zh)                                                                  \
    { .name = "step", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "STEP", .summary = en, .summary_zh = zh }

static const service_field FILL_INPUT[] = { CASE_ID_FIELD, CASE_FORM_FIELDS, NOTE_FIELD, STEP_TAIL };
static const service_field PASS_INPUT[] = {
    CASE_ID_FIELD, STEP_NAME_FIELD("the step that was done", "办完的环节"), CASE_FORM_FIELDS, NOTE_FIELD, STEP_TAIL,
};
static const service_field RETURN_INPUT[] = {
    CASE_ID_FIELD, STEP_NAME_FIELD("the step it goes back to", "退回到哪个环节"),
    CASE_WHY_FIELD("what is to be put right", "退回原因、须改正之处"), STEP_TAIL,
};
static const service_field WHY_INPUT[] = { CASE_ID_FIELD, CASE_WHY_FIELD("the reason", "理由"), STEP_TAIL };
static const service_field ASK_INPUT[] = { CASE_ID_FIELD, CASE_WHY_FIELD("what is to be brought, all at once", "须补正的全部内容（一次性告知）"), STEP_TAIL };
static const service_field OBJECT_INPUT[] = {
    CASE_ID_FIELD,
    { .name = "who", .type = SERVICE_TEXT, .is_required = true, .shows = "NAME", .summary = "who objects", .summary_zh = "异议人" },
    CASE_WHY_FIELD("what they say", "异议内容"), STEP_TAIL,
};
static const service_field ANSWER_INPUT[] = {
    CASE_ID_FIELD,
    { .name = "objection", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "NUMBER",
      .summary = "which", .summary_zh = "异议编号" },
    CASE_WHY_FIELD("what was found, and the answer", "核查情况与答复"), STEP_TAIL,
};
static const service_field STEP_OUTPUT[] = { CASE_STEP_OUTPUT };

typedef struct {
    case_call c;
    case_hand h;
    text before;
    service_value *effects;
} stepping;

static err begin(service_call *call, stepping *s)
{
    *s = (stepping){ .effects = service_list(call->request) };
    TRY(case_begin(call, COUNTY_WRITE, &s->c));
    TRY(case_take(&s->c, (int64_t)service_size_of(call, "case", 0), &s->h));
    s->before = s->h.row.step;
    return ERR_NONE;
}

static err finish(stepping *s, bool is_changed)
{
    return case_finish(&s->c, s->h.row.case_id, s->before, is_changed, s->effects);
}

static err act(stepping *s, cases_move move)
{
    cases_act said = case_act(&s->c);
    move.day = s->c.day;
    TRY(cases_do(s->c.book, &said, s->h.row.case_id, &move));
    return cases_read(s->c.memory, s->c.book, s->h.row.case_id, &s->h.row);
}

/* The duty of the step it stands at; whoever acts on it there must have it. */
static err need_turn(stepping *s)
{
    size_t step = case_step_index(s->h.type, s->h.row.step);
    if (step == SIZE_MAX) return err_of(&CASE_UNKNOWN_STEP, text_cstr(s->c.call->request, s->h.row.step));
    return cases_is_over(s->h.row.state) ? ERR_NONE : case_may(&s->c, &s->h.row, s->h.type, step);
}

/* ---- filling in ---- */

static err take_form(stepping *s, bool *is_changed)
{
    cases_value *values;
    cases_paper *papers;
    size_t value_count, paper_count;
    text note = service_text_of(s->c.call, "note", TEXT(""));
    TRY(case_form_take(&s->h, CASE_TAKE_SAID, &values, &value_count));
    TRY(case_papers_take(&s->h, &papers, &paper_count));
    *is_changed = value_count || paper_count;
    if (value_count) TRY(act(s, (cases_move){ .what = CASES_FILL, .values = values, .value_count = value_count, .note = note }));
    if (paper_count) TRY(act(s, (cases_move){ .what = CASES_PAPERS, .papers = papers, .paper_count = paper_count, .note = note }));
    return ERR_NONE;
}

static err run_auto(stepping *s)
{
    text stands;
    TRY(case_pass_auto(&s->h, s->effects, &stands));
    if (stands.size_bytes) service_note(s->c.call, "the engine's own step waits: ", "自动环节等待：", stands);
    return ERR_NONE;
}

static err case_fill_run(service_call *call)
{
    stepping s;
    bool is_changed;
    TRY(begin(call, &s));
    TRY(need_turn(&s));
    TRY(take_form(&s, &is_changed));
    if (is_changed) TRY(run_auto(&s));
    return finish(&s, is_changed);
}

/* ---- passing ---- */

/* The step was done already, and nobody sent the case back since. */
static err is_behind(stepping *s, const char *step, bool *is)
{
    cases_mark *marks;
    size_t count;
    *is = false;
    TRY(cases_marks(s->c.memory, s->c.book, s->h.row.case_id, &marks, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_done = marks[i].what == CASES_PASS || marks[i].what == CASES_FINISH || marks[i].what == CASES_END;
        if (is_done && text_equal_cstr(marks[i].step, step)) *is = true;
        if (marks[i].what == CASES_RETURN && text_equal_cstr(marks[i].reached, step)) *is = false;
    }
    return ERR_NONE;
}

static err case_pass_run(service_call *call)
{
    stepping s;
    bool is_done, is_changed;
    TRY(begin(call, &s));
    text said = service_text_of(call, "step", TEXT_NONE);
    size_t step = case_step_index(s.h.type, said);
    if (step == SIZE_MAX) return err_of(&CASE_UNKNOWN_STEP, text_cstr(call->request, said));
    const char *name = s.h.type->steps[step].name;
    if (!text_equal_cstr(s.h.row.step, name) || cases_is_over(s.h.row.state)) {
        TRY(is_behind(&s, name, &is_done));
        if (is_done) return finish(&s, false);
        return err_of(cases_is_over(s.h.row.state) ? &CASES_NO_MOVE : &CASES_ELSEWHERE,
                      case_step_detail(&s.c, s.h.type, s.h.row.step));
    }
    if (!cases_next(s.h.row.state, CASES_PASS)) return err_of(&CASES_NO_MOVE, cases_state_word(s.h.row.state)->name);
    TRY(need_turn(&s));
    TRY(take_form(&s, &is_changed));
    TRY(case_pass(&s.h, service_text_of(call, "note", TEXT("")), s.effects));
    TRY(run_auto(&s));
    return finish(&s, true);
}

static err case_return_run(service_call *call)
{
    stepping s;
    cases_place place;
    bool is_behind_it;
    TRY(begin(call, &s));
    text said = service_text_of(call, "step", TEXT_NONE);
    size_t step = case_step_index(s.h.type, said);
    if (step == SIZE_MAX) return err_of(&CASE_UNKNOWN_STEP, text_cstr(call->request, said));
    if (text_equal_cstr(s.h.row.step, s.h.type->steps[step].name)) return finish(&s, false);
    TRY(is_behind(&s, s.h.type->steps[step].name, &is_behind_it));
    if (!is_behind_it) return err_of(&CASE_NOT_PASSED, text_cstr(call->request, said));
    TRY(need_turn(&s));
    TRY(case_place(&s.h, step, &place));
    TRY(act(&s, (cases_move){ .what = CASES_RETURN, .place = place, .note = service_text_of(call, "why", TEXT_NONE) }));
    return finish(&s, true);
}

/* ---- the applicant is to complete it ---- */

static err case_ask_run(service_call *call)
{
    stepping s;
    TRY(begin(call, &s));
    if (s.h.row.state == CASES_ASKED) return finish(&s, false);
    TRY(need_turn(&s));
    cases_place place = { .due_day = s.h.row.due_day, .notice_day = s.h.row.notice_day };
    TRY(act(&s, (cases_move){ .what = CASES_ASK, .place = place, .note = service_text_of(call, "why", TEXT_NONE) }));
    return finish(&s, true);
}

/* Whether the clock stands meanwhile no law of the nation says: the region does, or it goes on. */
static int32_t due_again(stepping *s, const policy_case_step *step)
{
    const cases_row *row = &s->h.row;
    text stands = case_figure(&s->c, "办件规则.补正期间中止计时");
    if (!row->due_day || !text_equal_cstr(stands, "true")) {
        if (row->due_day && !stands.size_bytes)
            service_note(s->c.call, "the region has not set whether the clock stands while the applicant completes; it went on",
                         "本地区未规定补正期间是否中止计时，按不中止计算", TEXT_NONE);
        return row->due_day;
    }
    if (row->asked_day >= row->due_day) return row->due_day;
    int32_t left = step->is_working_days ? calendar_working_days_between(&s->c.working, row->asked_day, row->due_day)
                                         : row->due_day - row->asked_day;
    int32_t due = case_day_after(&s->c, s->c.day, left, step->is_working_days);
    return due > row->due_day ? due : row->due_day;
}

static err case_give_run(service_call *call)
{
    stepping s;
    bool is_changed;
    TRY(begin(call, &s));
    if (s.h.row.state == CASES_IN_HAND) return finish(&s, false);
    TRY(need_turn(&s));
    TRY(take_form(&s, &is_changed));
    size_t step = case_step_index(s.h.type, s.h.row.step);
    cases_place place = { .due_day = due_again(&s, &s.h.type->steps[step]), .notice_day = s.h.row.notice_day };
    TRY(act(&s, (cases_move){ .what = CASES_GIVE, .place = place, .note = service_text_of(call, "note", TEXT("")) }));
    TRY(run_auto(&s));
    return finish(&s, true);
}

static err case_withdraw_run(service_call *call)
{
    stepping s;
    cases_mark *marks;
    size_t count;
    TRY(begin(call, &s));
    if (s.h.row.state == CASES_WITHDRAWN) return finish(&s, false);
    TRY(cases_marks(s.c.memory, s.c.book, s.h.row.case_id, &marks, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_kept = text_equal_cstr(marks[i].reached, "decide") || text_equal_cstr(marks[i].reached, "event");
        if (marks[i].what == CASES_EFFECT && !is_kept && !cases_is_over(s.h.row.state))
            return err_of(&CASE_HAS_EFFECTS, text_cstr(call->request, marks[i].note));
    }
    TRY(act(&s, (cases_move){ .what = CASES_WITHDRAW, .note = service_text_of(call, "why", TEXT_NONE) }));
    return finish(&s, true);
}

/* ---- objections ---- */

static err case_object_run(service_call *call)
{
    stepping s;
    cases_objection *objections;
    size_t count;
    TRY(begin(call, &s));
    text who = service_text_of(call, "who", TEXT_NONE), says = service_text_of(call, "why", TEXT_NONE);
    if (!s.h.row.notice_day || s.h.row.state != CASES_IN_HAND)
        return err_of(&CASE_NO_NOTICE, case_step_detail(&s.c, s.h.type, s.h.row.step));
    TRY(cases_objections(s.c.memory, s.c.book, s.h.row.case_id, &objections, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(objections[i].who, who) && text_equal(objections[i].says, says)) return finish(&s, false);
    TRY(act(&s, (cases_move){ .what = CASES_OBJECT, .who = who, .note = says }));
    return finish(&s, true);
}

static err case_answer_run(service_call *call)
{
    stepping s;
    cases_objection *objections;
    size_t count, at = 0;
    int64_t number = (int64_t)service_size_of(call, "objection", 0);
    TRY(begin(call, &s));
    TRY(cases_objections(s.c.memory, s.c.book, s.h.row.case_id, &objections, &count));
    while (at < count && objections[at].number != number) at++;
    if (at == count) return err_of(&CASE_NO_OBJECTION, text_format(call->request, "%lld", (long long)number).bytes);
    if (objections[at].answered_day) return finish(&s, false);
    TRY(need_turn(&s));
    TRY(act(&s, (cases_move){ .what = CASES_ANSWER, .number = number, .note = service_text_of(call, "why", TEXT_NONE) }));
    return finish(&s, true);
}

/* ---- the rows ---- */

#define STEP_OP(op_name, does, does_zh, article, fields, shown, function)                        \
    {                                                                                            \
        .name = op_name, .summary = does, .summary_zh = does_zh, .law = article,                 \
        .kind = SERVICE_WRITE, .permission = op_name, .scope = SERVICE_SCOPE_CASE, .input = fields, \
        .input_count = ARRAY_COUNT(fields), .output = STEP_OUTPUT,                               \
        .output_count = ARRAY_COUNT(STEP_OUTPUT), .examples = shown, .run = function,            \
        .print = case_step_print,                                                                \
    }

static const char *const FILL_EXAMPLES[] = { "doudi case fill 12 --field 申报工资=4500 --paper 劳动合同 --as zhangwei", NULL };
const service_op CASE_FILL_OP = STEP_OP("case.fill", "Fill in the form of a case, take papers and written promises", "填写表单，收取材料和书面承诺",
                                        "《社会保险经办条例》第三十一条", FILL_INPUT, FILL_EXAMPLES, case_fill_run);
static const char *const PASS_EXAMPLES[] = { "doudi case pass 12 受理 --as zhangwei", NULL };
const service_op CASE_PASS_OP = STEP_OP("case.pass", "A step of a case is done: its effects, and on to the next", "办结一个环节：落实结果，转下一环节",
                                        "《社会保险经办条例》第三十七条", PASS_INPUT, PASS_EXAMPLES, case_pass_run);
static const char *const RETURN_EXAMPLES[] = { "doudi case return 12 受理 --why '工资与申报表不符' --as rob", NULL };
const service_op CASE_RETURN_OP = STEP_OP("case.return", "Send a case back to a step before", "退回到前面的环节",
                                          "《社会保险经办条例》第三十七条", RETURN_INPUT, RETURN_EXAMPLES, case_return_run);
static const char *const ASK_EXAMPLES[] = { "doudi case ask 12 --why '缺劳动合同；身份证复印件不清' --as zhangwei", NULL };
const service_op CASE_ASK_OP = STEP_OP("case.ask", "Tell the applicant all at once what to complete", "一次性告知申请人补正",
                                       NULL, ASK_INPUT, ASK_EXAMPLES, case_ask_run);
static const char *const GIVE_EXAMPLES[] = { "doudi case give 12 --paper 劳动合同 --as zhangwei", NULL };
const service_op CASE_GIVE_OP = STEP_OP("case.give", "The applicant has completed it: the case goes on", "收到补正，继续办理",
                                        NULL, FILL_INPUT, GIVE_EXAMPLES, case_give_run);
static const char *const WITHDRAW_EXAMPLES[] = { "doudi case withdraw 12 --why 本人要求 --as zhangwei", NULL };
const service_op CASE_WITHDRAW_OP = STEP_OP("case.withdraw", "The applicant takes the case back", "申请人撤回办件", NULL, WHY_INPUT,
                                            WITHDRAW_EXAMPLES, case_withdraw_run);
static const char *const OBJECT_EXAMPLES[] = { "doudi case object 12 --who 王某 --why '家中有营运车辆' --as zhangwei", NULL };
const service_op CASE_OBJECT_OP = STEP_OP("case.object", "Somebody objects to what was made public", "公示期内提出异议",
                                          "《社会救助暂行办法》第十一条", OBJECT_INPUT, OBJECT_EXAMPLES, case_object_run);
static const char *const ANSWER_EXAMPLES[] = { "doudi case answer 12 1 --why '经核查车辆已转让' --as zhangwei", NULL };
const service_op CASE_ANSWER_OP = STEP_OP("case.answer", "An objection is looked into and answered", "核查并答复异议",
                                          "《社会救助暂行办法》第十一条", ANSWER_INPUT, ANSWER_EXAMPLES, case_answer_run);
