/* doudi case check, promises: what was promised in writing instead of a paper is looked into afterwards; a promise that was
 * untrue stays recorded as such. */
#include "service/case.h"
#include "service/month.h"
#include "service/operations.h"

const err_kind CASE_NOT_PROMISED = {
    "case.not_promised", ERR_CONFLICT, "Nothing was promised in writing in place of this paper: {}.", "该材料没有作过书面承诺：{}。"
};

static const char *const FOUND[] = { "kept", "broken", NULL };
static const char *const STATES[] = { "promised", "kept", "broken", "lacking", NULL };
static const service_field CHECK_INPUT[] = {
    CASE_ID_FIELD,
    { .name = "paper", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "PAPER",
      .summary = "the paper that was promised", .summary_zh = "承诺代替的材料" },
    { .name = "found", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .choices = FOUND, .shows = "kept|broken",
      .summary = "whether the promise was true", .summary_zh = "kept 承诺属实、broken 承诺不实" },
    CASE_WHY_FIELD("how it was looked into, and what was found", "核查方式与结果"),
    CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CHECK_OUTPUT[] = { CASE_STEP_OUTPUT };
static const service_field LIST_INPUT[] = {
    CASE_ON_FIELD,
    { .name = "state", .type = SERVICE_NAME, .choices = STATES, .shows = "promised|kept|broken|lacking",
      .summary = "which (default: promised, not looked into yet); lacking: papers taken on without, to be brought later", .summary_zh = "promised 未核查（默认）、kept 属实、broken 不实、lacking 容缺待补" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_ROW[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "对象编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "paper", .type = SERVICE_TEXT, .summary = "paper", .summary_zh = "材料" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "日期" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "found", .summary_zh = "核查情况" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "to be brought by", .summary_zh = "补交期限" },
    { .name = "late", .type = SERVICE_FLAG, .summary = "late", .summary_zh = "超期" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "promised", .type = SERVICE_COUNT, .summary = "not looked into yet", .summary_zh = "未核查" },
    { .name = "kept", .type = SERVICE_COUNT, .summary = "true", .summary_zh = "属实" },
    { .name = "broken", .type = SERVICE_COUNT, .summary = "untrue", .summary_zh = "不实" },
    { .name = "lacking", .type = SERVICE_COUNT, .summary = "papers to be brought later", .summary_zh = "容缺待补" },
    { .name = "overdue", .type = SERVICE_COUNT, .summary = "of them overdue", .summary_zh = "其中超期未补" },
    { .name = "promises", .type = SERVICE_OBJECT, .is_list = true, .summary = "promises", .summary_zh = "承诺",
      .fields = LIST_ROW, .field_count = ARRAY_COUNT(LIST_ROW) },
};

static err check_run(service_call *call)
{
    case_call c;
    case_hand h;
    text said = service_text_of(call, "paper", TEXT_NONE), why = service_text_of(call, "why", TEXT_NONE);
    cases_paper_state found = text_equal_cstr(service_text_of(call, "found", TEXT_NONE), "kept") ? CASES_KEPT : CASES_BROKEN;
    const policy_case_paper *paper = NULL;
    TRY(case_begin(call, COUNTY_WRITE, &c));
    TRY(case_take(&c, (int64_t)service_size_of(call, "case", 0), &h));
    for (size_t i = 0; i < h.type->paper_count; i++)
        if (text_equal_cstr(said, h.type->papers[i].name) || (h.type->papers[i].label && text_equal_cstr(said, h.type->papers[i].label)))
            paper = &h.type->papers[i];
    if (!paper) return err_of(&CASE_UNKNOWN_PAPER, text_cstr(call->request, said));
    const cases_paper *now = case_paper_of(&h, paper->name);
    if (now && now->state == found) return case_finish(&c, h.row.case_id, h.row.step, false, NULL);
    if (!now || now->state != CASES_PROMISED) return err_of(&CASE_NOT_PROMISED, text_cstr(call->request, said));
    cases_paper checked = { .paper = text_of(paper->name), .state = found, .day = c.day, .note = why };
    cases_act act = case_act(&c);
    TRY(cases_do(c.book, &act, h.row.case_id, &(cases_move){ .what = CASES_PAPERS, .day = c.day, .papers = &checked, .paper_count = 1, .note = why }));
    return case_finish(&c, h.row.case_id, h.row.step, true, NULL);
}

/* What is never brought is of a case that is still in hand: it cannot be done without. */
static bool is_overdue(const case_call *c, const cases_promise *p)
{
    return p->paper.state == CASES_LACKING && p->paper.due_day && p->paper.due_day < c->day;
}

static err put_promise(case_call *c, const cases_promise *p, service_value *list)
{
    text name;
    arena *a = c->call->request;
    bool hides;
    TRY(case_hides(c, p->type, p->subject_id, &hides));
    if (hides) name = case_hidden_says(c->call);
    else TRY(case_subject_name(c, p->subject_id, &name));
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "case", p->case_id);
    service_put_text(a, v, "type", text_copy(a, case_type_shown(c, p->type)));
    service_put_count(a, v, "subject", hides ? 0 : p->subject_id);
    service_put_text(a, v, "name", name);
    service_put_text(a, v, "paper", p->paper.paper);
    service_put_text(a, v, "day", case_day_text(a, p->paper.day));
    service_put_text(a, v, "note", p->paper.note);
    service_put_text(a, v, "due", case_day_text(a, p->paper.due_day));
    service_put_bool(a, v, "late", is_overdue(c, p));
    return ERR_NONE;
}

static const struct {
    const char *name;
    cases_paper_state states[2]; /* CASES_PAPER_NONE: no other */
} LISTS[] = {
    { "promised", { CASES_PROMISED } }, { "kept", { CASES_KEPT } }, { "broken", { CASES_BROKEN, CASES_MENDED } }, { "lacking", { CASES_LACKING } },
};

static err promises_run(service_call *call)
{
    case_call c;
    int64_t overdue = 0;
    text wanted = service_text_of(call, "state", TEXT("promised"));
    service_value *list = service_list(call->request);
    TRY(case_begin(call, COUNTY_READ, &c));
    for (size_t k = 0; k < ARRAY_COUNT(LISTS); k++) {
        int64_t found = 0;
        for (size_t s = 0; s < ARRAY_COUNT(LISTS[k].states) && LISTS[k].states[s]; s++) {
            cases_promise *all;
            size_t count;
            TRY(cases_promises(call->request, c.book, LISTS[k].states[s], &all, &count));
            for (size_t i = 0; i < count; i++) {
                if (all[i].is_over && LISTS[k].states[s] == CASES_LACKING) continue;
                found++;
                overdue += is_overdue(&c, &all[i]);
                if (text_equal_cstr(wanted, LISTS[k].name)) TRY(put_promise(&c, &all[i], list));
            }
        }
        service_put_count(call->request, call->reply, LISTS[k].name, found);
    }
    service_put_count(call->request, call->reply, "overdue", overdue);
    service_put(call->request, call->reply, "promises", list);
    return ERR_NONE;
}

static void promises_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "not looked into yet: %lld, true: %lld, untrue: %lld; papers to be brought later: %lld, overdue: %lld\n",
                                     "未核查 %lld、属实 %lld、不实 %lld；容缺待补 %lld，超期 %lld\n"),
                    (long long)service_member(call->reply, "promised")->count, (long long)service_member(call->reply, "kept")->count,
                    (long long)service_member(call->reply, "broken")->count, (long long)service_member(call->reply, "lacking")->count,
                    (long long)service_member(call->reply, "overdue")->count);
    month_print_list(call, "promises", LIST_ROW, ARRAY_COUNT(LIST_ROW), ARRAY_COUNT(LIST_ROW), out);
}

const service_op CASE_CHECK_OP = {
    .name = "case.check",
    .summary = "A written promise was looked into afterwards: it was true, or it was not",
    .summary_zh = "告知承诺事后核查：属实或不实，不实的记录在案",
    .kind = SERVICE_WRITE, .permission = "record.review",
    .input = CHECK_INPUT, .input_count = ARRAY_COUNT(CHECK_INPUT), .output = CHECK_OUTPUT, .output_count = ARRAY_COUNT(CHECK_OUTPUT),
    .examples = (const char *const[]){ "doudi case check 12 死亡证明 broken --why '公安比对无死亡记录' --as rob", NULL }, .run = check_run,
    .print = case_step_print,
};
const service_op CASE_PROMISES_OP = {
    .name = "case.promises",
    .summary = "Written promises that were not looked into yet, or turned out true or untrue",
    .summary_zh = "告知承诺清单：未核查、属实、不实",
    .kind = SERVICE_READ, .permission = "desk.read",
    .input = LIST_INPUT, .input_count = ARRAY_COUNT(LIST_INPUT), .output = LIST_OUTPUT, .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = (const char *const[]){ "doudi case promises --state broken", NULL }, .run = promises_run, .print = promises_print,
};
