/* service/case - what the operations on business cases share.
 *
 * A case type is a `case` block of the packs: form, papers, steps and what comes of them. Room cases keeps
 * where a case stands; here the packs are asked where it goes.
 *
 *   case.c         opening, finding types, the day at hand
 *   case_duty      whose a step is: packs/adapters/office-duties.csv
 *   case_subject   whom a type is about: packs/adapters/office-subjects.csv
 *   case_clock     working days, deadlines, and the clock that stands
 *   case_reckon    facts of the registry, and the conditions of a type over them and the form
 *   case_form      values, papers: what is said, taken from the registry, and what is still lacking
 *   case_pass      a step done; case_effect: what comes of it
 *   case_agent     who asks for another: proof of authority, and what an agent may not
 *   case_recover   a case about an overpayment, and the batch that recovers it
 *   case_check     what `doudi check` says of the types
 *
 * Writing  in the transaction case_begin has begun.
 * Prefix   case_
 */
#ifndef SERVICE_CASE_H
#define SERVICE_CASE_H

#include "calendar/calendar.h"
#include "service/ask.h"
#include "service/benefit.h"
#include "service/decide.h"
#include "service/lists.h"

extern const err_kind CASE_UNKNOWN_TYPE, CASE_UNKNOWN_STEP, CASE_NO_DUTY, CASE_BAD_DUTIES, CASE_NOT_YET, CASE_EARLIER;
extern const err_kind CASE_OTHER_KIND, CASE_BAD_SUBJECTS, CASE_IN_PERSON, CASE_OWN_AGENT, CASE_AGENT_RATES;
extern const err_kind CASE_UNKNOWN_FIELD, CASE_BAD_VALUE, CASE_UNKNOWN_PAPER, CASE_NO_PROMISE, CASE_HAS_ROWS;
extern const err_kind CASE_LACKS, CASE_CHECK_FAILS, CASE_NOT_KNOWN, CASE_NO_WAY, CASE_SAME_PERSON, CASE_IN_NOTICE,
    CASE_HAS_OBJECTIONS, CASE_HAS_PARTS, CASE_BAD_EFFECT, CASE_EFFECT_FAILS, CASE_HAS_EFFECTS, CASE_NOT_PASSED,
    CASE_NO_NOTICE, CASE_NO_OBJECTION, CASE_PROTECTED, CASE_NO_REASON, CASE_NO_PRIORITY, CASE_NOTICE_UNSET,
    CASE_WAS_UNTRUE, CASE_PROMISES_SPENT, CASE_RECOVER_OTHER, CASE_RECOVER_OPEN, CASE_RECOVER_NOT, CASE_SETTLED;

#define CASE_ID_FIELD                                                                            \
    { .name = "case", .type = SERVICE_COUNT, .shows = "CASE", .is_required = true,               \
      .is_positional = true, .summary = "number of the case", .summary_zh = "办件编号" }
#define CASE_ON_FIELD                                                                            \
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE",                                       \
      .summary = "the day it was done, for what is entered later (default: today)",              \
      .summary_zh = "办理日期，供事后补录（默认今天）" }
#define CASE_WHY_FIELD(en, zh)                                                                   \
    { .name = "why", .type = SERVICE_TEXT, .shows = "TEXT", .is_required = true, .summary = en, .summary_zh = zh }

/* Whose a step is that is the engine's own. */
enum { CASE_PROJECT_FIELDS = 7 }; /* of the effect `project`: number, title, price, paid, paid on, first and last day */
#define CASE_AUTO "auto"

typedef struct {
    text word, duty; /* 综合柜员, record.enter */
} case_duty;

typedef struct {
    text type, field;
} case_kept_back;

typedef struct {
    service_call *call;
    county *office;
    arena *memory; /* of the office */
    cases_book *book;
    const decide_law *law;
    const policy_book *packs;
    const policy_case *types;
    size_t type_count;
    text region;
    int64_t region_code;
    int32_t day; /* of business */
    const case_duty *duties;
    size_t duty_count;
    calendar_working working;
    const service_argument *said; /* fields of the form, instead of the call's own; or NULL */
    text *protected; /* types: case_protect.c */
    size_t protected_count;
    case_kept_back *kept_back;
    size_t kept_back_count;
    bool has_protected, reveals;
    int64_t own_id; /* the person who has logged in; 0: not asked, or nobody */
    int32_t working_until; /* the last day of the years of which it is told what is off */
} case_call;

/* Opens the county and the law; of a writer logs in, reads the day and begins a transaction. */
MUST_USE err case_begin(service_call *call, county_need need, case_call *c);
MUST_USE err case_type_find(case_call *c, text name, const policy_case **type);
/* The index of a step, or SIZE_MAX. */
size_t case_step_index(const policy_case *type, text name);
/* In the caller's language. */
text case_type_shown(const case_call *c, text name);
text case_step_shown(const case_call *c, const policy_case *type, text name);
/* As the detail of an error: in both languages. */
const char *case_step_detail(const case_call *c, const policy_case *type, text name);

/* ---- duties ---- */

MUST_USE err case_duties_read(case_call *c);
/* The duty of a step; CASE_NO_DUTY when the table has no such word. */
MUST_USE err case_duty_of(const case_call *c, const policy_case_step *step, text *duty);
/* A duty's name in the caller's language. */
text case_duty_shown(const case_call *c, text duty);
/* Whether whoever has logged in may take the step of this case now: its duty, apart from the other duties of this
 * case, and no step the type sets apart. */
MUST_USE err case_may(case_call *c, const cases_row *row, const policy_case *type, size_t step);
/* Users who are one person. */
MUST_USE err case_is_same_person(case_call *c, int64_t user_id, int64_t other_id, bool *is_same);

/* ---- whom it is about ---- */

/* The person, household or employer of these words, of the kind that the type is about: of a type about households
 * the household of the person. */
MUST_USE err case_subject_find(case_call *c, const policy_case *type, text who, int64_t *subject_id);
/* That every row of the table can be used. */
MUST_USE err case_subjects_check(case_call *c);
/* person, household, employer */
const char *case_kind_word(int64_t kind);
#define CASE_KIND_FIELD                                                                          \
    { .name = "subject_kind", .type = SERVICE_TEXT, .summary = "person, household or employer",  \
      .summary_zh = "对象：person 个人、household 家庭、employer 单位" }

/* The words of a figure of the packs, "一、二", and whether one is among them. */
text case_words_of(const case_call *c, const char *name);
bool case_is_among(text words, const char *type);

/* ---- who goes first: case_priority.c ---- */

/* Why a new case goes before others: what was said, if the region has it, or the age; empty: it does not. CASE_NO_PRIORITY. */
MUST_USE err case_priority(case_call *c, text said, const registry_record *record, text *priority);
/* In the caller's language; "-": it does not. */
text case_priority_says(const service_call *call, text priority);

/* ---- who is kept back: case_protect.c ---- */

#define CASE_REVEAL_FIELDS                                                                       \
    { .name = "reveal", .type = SERVICE_FLAG, .summary = "of a protected case: who asked for it; kept in the log", \
      .summary_zh = "受保护的办件：显示投诉举报人，查看留痕" },                                    \
    { .name = "why", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "with --reveal: for what it is needed", .summary_zh = "与 --reveal 同用：查看理由" }
/* Whether whom a case of this type is about is kept back from whoever calls. */
MUST_USE err case_hides(case_call *c, text type, int64_t subject_id, bool *hides);
/* Whether whoever calls sees their own case of this type without this field; with an empty one, without files. */
MUST_USE err case_keeps_back(case_call *c, text type, text field, bool *keeps);
/* What stands in its place. */
text case_hidden_says(const service_call *call);
/* With --reveal: the duty, the reason, the event; nothing is kept back from then on. CASE_NO_REASON. */
MUST_USE err case_reveal_ask(case_call *c, text what);
/* Like case_begin of a reader; with --reveal of a writer whose look is kept before anything is shown. */
MUST_USE err case_begin_revealing(service_call *call, text what, case_call *c);
/* That every type of the table is there. */
MUST_USE err case_protect_check(case_call *c);

/* ---- who asks for another ---- */

/* CASE_IN_PERSON where the region says that no agent asks for this. */
MUST_USE err case_agent_may(case_call *c, const policy_case *type, text agent);
/* An agent said by digits is a person of the registry, who then sees the case with their own login, and is not the subject. */
MUST_USE err case_agent_find(case_call *c, text agent, int64_t subject_id);
/* A name as it was said; of a person of the registry theirs, with their id. */
MUST_USE err case_agent_shown(const case_call *c, text agent, text *shown);
/* With the region's proof of authority among the papers of the type; as it was where there is no agent. */
void case_agent_type(case_call *c, text agent, const policy_case **type);
/* CASE_AGENT_RATES: of a case that an agent asked for whoever rates is the person, by their own login. */
MUST_USE err case_agent_rates(case_call *c, const cases_row *row);

/* ---- the clock ---- */

MUST_USE err case_clock_read(case_call *c);
/* A figure of the law in the office's region on the day at hand; empty: not set. */
text case_figure(const case_call *c, const char *name);
/* From `from_day` on; 0 for no days. */
int32_t case_day_after(const case_call *c, int32_t from_day, int32_t days, bool is_working);

/* ---- conditions ---- */

typedef struct {
    const policy_symbol *symbol;
    text value; /* as packs print it; empty: not known */
} case_fact;
typedef struct {
    case_fact *items;
    size_t count, capacity;
} case_facts;
/* What the registry says of the subject, as the purpose case.TYPE of packs/adapters/office-case.csv asks. */
MUST_USE err case_facts_read(case_call *c, const policy_case *type, int64_t subject_id, case_facts *facts);
const case_fact *case_fact_of(const case_facts *facts, const policy_symbol *symbol);

typedef struct {
    const policy_case *type;
    policy_planned planned;
    policy_codes *codes;
    column *outputs;
    const policy_symbol **roots; /* of `decide` effects */
    size_t root_count;
} case_reckoning;
MUST_USE err case_reckon(case_call *c, const policy_case *type, const case_facts *facts, const cases_value *values,
                         size_t value_count, case_reckoning **reckoning);
typedef enum { CASE_FALSE, CASE_TRUE, CASE_UNKNOWN } case_truth;
/* A condition; true where there is none (-1). `reason` of an unknown one. */
case_truth case_part_truth(const case_call *c, const case_reckoning *r, int32_t part, text *reason);
/* A deadline of so many days; -1: not set. */
int32_t case_part_days(const case_reckoning *r, int32_t part);
/* The value of a root; empty with its reason when it has none. */
text case_root_value(const case_call *c, const case_reckoning *r, const policy_symbol *symbol);
/* Why a condition is not known, or a root has no value: what is put into a message, in both languages. */
const char *case_part_unknown(const case_call *c, const case_reckoning *r, int32_t part);
const char *case_root_unknown(const case_call *c, const case_reckoning *r, const policy_symbol *symbol);

/* ---- a case at hand ---- */

typedef struct {
    case_call *c;
    cases_row row;
    const policy_case *type;
    cases_value *values;
    size_t value_count, value_capacity;
    cases_paper *papers;
    size_t paper_count;
    case_facts facts;
    case_reckoning *reckoning;
} case_hand;
MUST_USE err case_take(case_call *c, int64_t case_id, case_hand *h);
/* Conditions again, after values changed. */
MUST_USE err case_hand_reckon(case_hand *h);
const cases_value *case_value_of(const case_hand *h, const char *field);
const cases_paper *case_paper_of(const case_hand *h, const char *paper);
cases_act case_act(const case_call *c);

/* ---- form and papers ---- */

/* The facts of prefilled fields and --field NAME=VALUE, either if wanted, as values that are new or other than before. */
typedef enum { CASE_TAKE_KNOWN = 1, CASE_TAKE_SAID = 2 } case_taking;
MUST_USE err case_form_take(case_hand *h, unsigned taking, cases_value **changed, size_t *count);
/* The step at which what stands in a field was settled: only there is it said anew. Empty: whoever has the case may say it. */
text case_settled_at(const case_hand *h, const policy_case_field *field, const cases_path *path);
/* --paper and --promise, as papers that are new or other than before. */
MUST_USE err case_papers_take(case_hand *h, cases_paper **changed, size_t *count);
#define CASE_FORM_FIELDS                                                                         \
    { .name = "field", .type = SERVICE_FACT, .is_list = true, .shows = "NAME=VALUE",             \
      .summary = "of the form", .summary_zh = "表单内容" },                                      \
    { .name = "paper", .type = SERVICE_TEXT, .is_list = true, .shows = "PAPER",                  \
      .summary = "a paper that was brought", .summary_zh = "已收的材料" },                       \
    { .name = "promise", .type = SERVICE_TEXT, .is_list = true, .shows = "PAPER",                \
      .summary = "a paper promised in writing instead", .summary_zh = "以书面承诺代替的材料" }
/* Of a paper that is brought: BROUGHT, or MENDED after an untrue promise. */
cases_paper_state case_brought(const case_hand *h, const char *paper);
/* What the step at hand cannot be passed without, in words; 0: nothing. With `is_last` also what was to be brought
 * later. */
MUST_USE err case_lacking(case_hand *h, bool is_last, text **lacking, size_t *count);
/* Papers taken on without, to be brought by a day: kept as such when the first step is passed. */
MUST_USE err case_papers_later(case_hand *h, cases_paper **later, size_t *count);

/* ---- steps ---- */

/* The step at hand done: its effects, and on to the next or to the end. */
MUST_USE err case_pass(case_hand *h, text note, service_value *effects);
/* Steps of the engine's own, as far as they can be passed; `stands`: why it goes no further, or empty. */
MUST_USE err case_pass_auto(case_hand *h, service_value *effects, text *stands);
/* Where the case stands when it comes to a step on a day. */
MUST_USE err case_place(case_hand *h, size_t step, cases_place *place);
/* The column of a list that a word of the office's own fills: 职工 the standing. SIZE_MAX: none. */
size_t case_word_column(const list_row *list, const char *word);
/* Whether an effect of this verb can be brought about. */
bool case_effect_is_known(const char *verb);
MUST_USE err case_effects_run(case_hand *h, const policy_case_step *step, service_value *effects);
/* A new case; with one of the same type, subject and `said` in hand, that one, and *is_new false. */
typedef struct {
    const policy_case *type;
    int64_t subject_id, parent_id;
    text channel, agent, said, note;
    text priority; /* as it was said; or of the bundle */
    const case_hand *parent; /* whose form and papers it shares; or NULL */
} case_opening;
MUST_USE err case_open_one(case_call *c, const case_opening *o, case_hand *h, bool *is_new);

/* ---- a case about an overpayment and its batch: case_recover.c ---- */

#define CASE_RECOVER "recover"
/* The effect: the batch the form names recovers from the person what the form says. CASE_RECOVER_OTHER. */
MUST_USE err case_recover_tie(case_hand *h, const policy_case_effect *effect, text *says);
typedef struct {
    cases_row row;
    const policy_symbol *type;
    bool is_decided; /* that it is to be recovered */
} case_recovery;
/* Cases that name the batch. */
MUST_USE err case_recover_of_batch(county *office, int64_t batch_id, case_recovery **found, size_t *count);
/* CASE_RECOVER_OPEN, CASE_RECOVER_NOT: why the batch is not approved. */
MUST_USE err case_recover_bars(county *office, int64_t batch_id);
/* `cases` into the reply. */
MUST_USE err case_recover_put(county *office, int64_t batch_id);

/* ---- a case that an alert opens: case_alert.c ---- */

/* --alert: what it says and what it found become the note, and its number tells the case from others. Whoever opens it works on alerts. */
MUST_USE err case_alert_take(case_call *c, case_opening *o, alert_row *row);
MUST_USE err case_alert_mark(case_call *c, const alert_row *row, int64_t case_id);

/* ---- the form as a page asks it ---- */

#define CASE_FORM_ROW                                                                            \
    { .name = "field", .type = SERVICE_TEXT, .summary = "field", .summary_zh = "项目" },         \
    { .name = "kind", .type = SERVICE_TEXT, .summary = "text, number, date, month, year, bool or choice", \
      .summary_zh = "类型：text、number、date、month、year、bool、choice" },                     \
    { .name = "unit", .type = SERVICE_TEXT, .summary = "unit", .summary_zh = "单位" },           \
    { .name = "choices", .type = SERVICE_OBJECT, .is_list = true, .summary = "choices", .summary_zh = "选项", \
      .fields = ASK_CHOICE_ROW, .field_count = 2 },                                             \
    { .name = "required", .type = SERVICE_FLAG, .summary = "required", .summary_zh = "必填" },   \
    { .name = "known", .type = SERVICE_FLAG, .summary = "taken from the registry where it knows it", .summary_zh = "可自动带出" }, \
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "内容" },         \
    { .name = "source", .type = SERVICE_TEXT, .summary = "said, registry, computed or none", \
      .summary_zh = "来源：said 申请人、registry 登记库、computed 核定、none 未填" },            \
    { .name = "hint", .type = SERVICE_TEXT, .summary = "what it must fulfil", .summary_zh = "填写要求" }, \
    { .name = "settled", .type = SERVICE_TEXT, .summary = "the step that settled it, where alone it is said anew", .summary_zh = "已由该环节定，退回方可改" }
#define CASE_NEED_ROW                                                                            \
    { .name = "paper", .type = SERVICE_TEXT, .summary = "paper", .summary_zh = "材料" },         \
    { .name = "mode", .type = SERVICE_TEXT, .summary = "required, promise or supplement",        \
      .summary_zh = "required 须提交、promise 可告知承诺、supplement 可容缺" },                   \
    { .name = "days", .type = SERVICE_COUNT, .summary = "days to bring it later", .summary_zh = "容缺补交天数" }, \
    { .name = "needed", .type = SERVICE_TEXT, .summary = "yes, no or unknown", .summary_zh = "是否需要：yes、no、unknown" }, \
    { .name = "when", .type = SERVICE_TEXT, .summary = "when", .summary_zh = "何时需要" },        \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },        \
    { .name = "due", .type = SERVICE_TEXT, .summary = "to be brought by", .summary_zh = "补交期限" }, \
    { .name = "mode_says", .type = SERVICE_TEXT, .summary = "mode in words", .summary_zh = "方式" }
/* "at the counter": how a case came, in words. */
const char *case_channel_says(const service_call *call, text channel);
/* `form` and `needs`, each field and paper of the type whether or not it is there. */
MUST_USE err case_put_form(const case_hand *h, service_value *into);

/* ---- what is shown ---- */

#define CASE_STEP_OUTPUT                                                                         \
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },          \
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },           \
    { .name = "before", .type = SERVICE_TEXT, .summary = "it stood at", .summary_zh = "原环节" }, \
    { .name = "step", .type = SERVICE_TEXT, .summary = "it stands at", .summary_zh = "现环节" }, \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },        \
    { .name = "turn", .type = SERVICE_TEXT, .summary = "whose turn it is", .summary_zh = "应由谁办" }, \
    { .name = "due", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "期限" },              \
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was changed", .summary_zh = "本次有变动" }, \
    { .name = "effects", .type = SERVICE_TEXT, .is_list = true, .summary = "what came of it", .summary_zh = "办理结果" }, \
    { .name = "lacking", .type = SERVICE_TEXT, .is_list = true, .summary = "still lacking", .summary_zh = "尚缺" }
void case_step_print(const service_call *call, text_builder *out);
/* Commits, and answers where the case stands now. */
MUST_USE err case_finish(case_call *c, int64_t case_id, text before, bool is_changed, service_value *effects);
MUST_USE err case_subject_name(const case_call *c, int64_t subject_id, text *name);
text case_day_text(arena *a, int32_t day);

/* ---- the tables and types, for `doudi check` ---- */

/* Every mistake of the types against the duties, lists and purposes of the office. */
MUST_USE err case_check(service_call *call, const decide_law *law, const policy_mistake **mistakes, size_t *count);

#endif
