/* doudi case list, todo: what is in hand, what is due first, and whose turn it is. */
#include "service/alert.h"
#include "service/case.h"
#include "service/files.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/own.h"
#include "service/scope.h"
#include "service/waiting.h"

#include <string.h>

static const char *const STATES[] = { "open", "closed", "all", NULL };
#define TOWN_FIELD                                                                               \
    { .name = "town", .type = SERVICE_TEXT, .shows = "CODE", .summary = "of a county, township or village, by its digits", \
      .summary_zh = "某县、乡镇或村（区划代码）" }
#define TYPE_FIELD                                                                               \
    { .name = "type", .type = SERVICE_TEXT, .shows = "TYPE", .summary = "of one type", .summary_zh = "某一事项" }
#define LIMIT_FIELD                                                                              \
    { .name = "limit", .type = SERVICE_COUNT, .shows = "N", .summary = "at most so many (default: 50)", \
      .summary_zh = "最多列多少件（默认 50）" }
static const service_field LIST_INPUT[] = {
    { .name = "state", .type = SERVICE_NAME, .shows = "open|closed|all", .choices = STATES,
      .summary = "which (default: open)", .summary_zh = "open 在办、closed 已结、all 全部（默认在办）" },
    TYPE_FIELD,
    { .name = "subject", .type = SERVICE_COUNT, .shows = "ID", .summary = "about this person, household or employer",
      .summary_zh = "关于某个人、家庭或单位" },
    { .name = "duty", .type = SERVICE_TEXT, .shows = "DUTY", .summary = "whose turn it is: record.enter, award.review ...",
      .summary_zh = "应由哪个岗位职责办：record.enter、award.review 等" },
    { .name = "late", .type = SERVICE_FLAG, .summary = "past their day only", .summary_zh = "只列已超期的" },
    { .name = "parts-of", .type = SERVICE_COUNT, .shows = "CASE", .summary = "parts of this bundle", .summary_zh = "某件联办的各事项" },
    { .name = "after", .type = SERVICE_COUNT, .shows = "CASE", .summary = "behind this number, in their order: the next page",
      .summary_zh = "编号在此之后的（翻页，按编号排序）" },
    TOWN_FIELD, LIMIT_FIELD,
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "write all of them here",
      .summary_zh = "全部写入此文件" },
    CASE_ON_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_ROW[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "对象编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "town", .type = SERVICE_TEXT, .summary = "township", .summary_zh = "乡镇" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "turn", .type = SERVICE_TEXT, .summary = "whose turn", .summary_zh = "应由谁办" },
    { .name = "channel", .type = SERVICE_TEXT, .summary = "channel", .summary_zh = "渠道" },
    { .name = "opened", .type = SERVICE_TEXT, .summary = "opened", .summary_zh = "受理日" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
    { .name = "late", .type = SERVICE_FLAG, .summary = "late", .summary_zh = "超期" },
    { .name = "priority", .type = SERVICE_TEXT, .summary = "goes first", .summary_zh = "优先" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "open", .type = SERVICE_COUNT, .summary = "in hand in all", .summary_zh = "在办总数" },
    { .name = "waits", .type = SERVICE_COUNT, .summary = "waiting for applicants", .summary_zh = "待补正" },
    { .name = "late", .type = SERVICE_COUNT, .summary = "late", .summary_zh = "超期" },
    { .name = "shown", .type = SERVICE_COUNT, .summary = "shown", .summary_zh = "列出" },
    { .name = "found", .type = SERVICE_COUNT, .summary = "found", .summary_zh = "符合条件" },
    { .name = "cases", .type = SERVICE_OBJECT, .is_list = true, .summary = "cases", .summary_zh = "办件",
      .fields = LIST_ROW, .field_count = ARRAY_COUNT(LIST_ROW) },
};
enum { SHOWN_MOST = 50 };

static bool is_late(const case_call *c, const cases_row *row)
{
    return row->state == CASES_IN_HAND && row->due_day && row->due_day < c->day;
}

static err put_case(case_call *c, const cases_row *row, service_value *list)
{
    service_call *call = c->call;
    arena *a = call->request;
    const policy_case *type = NULL;
    text name;
    bool hides;
    TRY(case_hides(c, row->type, row->subject_id, &hides));
    if (hides) name = case_hidden_says(call);
    else TRY(case_subject_name(c, row->subject_id, &name));
    if (case_type_find(c, row->type, &type).kind) type = NULL; /* the packs no longer have it */
    const cases_word *state = cases_state_word(row->state);
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "case", row->case_id);
    service_put_text(a, v, "type", text_copy(a, case_type_shown(c, row->type)));
    service_put_count(a, v, "subject", hides ? 0 : row->subject_id);
    service_put_text(a, v, "name", name);
    service_put_text(a, v, "town", hides ? TEXT("-") : alert_town_text(a, row->region));
    service_put_state(call, v, "state", state->name, state->says, state->says_zh);
    service_put_text(a, v, "step", text_copy(a, case_step_shown(c, type, row->step)));
    service_put_text(a, v, "turn", case_duty_shown(c, row->duty));
    service_put_text(a, v, "channel", text_copy(a, row->channel));
    service_put_text(a, v, "opened", case_day_text(a, row->opened_day));
    service_put_text(a, v, "due", case_day_text(a, row->due_day));
    service_put_bool(a, v, "late", is_late(c, row));
    service_put_text(a, v, "priority", case_priority_says(call, row->priority));
    return ERR_NONE;
}

/* Of those who live in the user's township; in no span of all. */
static err keep_held(case_call *c, scope_span span, cases_row *rows, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        bool holds;
        TRY(scope_holds(c->office, span, rows[i].subject_id, &holds));
        if (holds) rows[kept++] = rows[i];
    }
    *count = kept;
    return ERR_NONE;
}

/* Who looks somebody up is not told that they complained, nor who narrows a township down. */
static err keep_shown(case_call *c, const cases_filter *f, cases_row *rows, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        bool hides;
        TRY(case_hides(c, rows[i].type, rows[i].subject_id, &hides));
        if (!hides || !(f->subject_id || f->region_until)) rows[kept++] = rows[i];
    }
    *count = kept;
    return ERR_NONE;
}

/* Of an insured person or an employer who ask for themselves: about them, and what they asked for as an agent. */
static err own_rows(case_call *c, const cases_filter *f, cases_row **rows, size_t *count)
{
    cases_row *asked, *all;
    size_t asked_count, kept;
    TRY(cases_list(c->memory, c->book, f, rows, &kept));
    TRY(cases_of_agent(c->memory, c->book, text_format(c->memory, "%lld", (long long)f->subject_id), &asked, &asked_count));
    all = ARENA_ARRAY(c->memory, cases_row, kept + asked_count + 1);
    for (size_t i = 0; i < kept; i++) all[i] = (*rows)[i];
    for (size_t i = 0; i < asked_count; i++) {
        bool is_over = cases_is_over(asked[i].state), is_wanted = is_over ? f->has_over : f->has_open, is_known = false;
        bool is_of = (!f->type.size_bytes || text_equal(f->type, asked[i].type)) && asked[i].case_id > f->after_id;
        bool is_late_enough = !f->due_until || (asked[i].state == CASES_IN_HAND && asked[i].due_day > 0 && asked[i].due_day <= f->due_until);
        for (size_t k = 0; k < kept; k++) is_known |= all[k].case_id == asked[i].case_id;
        if (is_wanted && is_of && is_late_enough && !is_known) all[kept++] = asked[i];
    }
    *rows = all;
    *count = kept;
    return ERR_NONE;
}

static void count_rows(case_call *c, const cases_row *rows, size_t count, cases_total *total)
{
    *total = (cases_total){ .open = (int64_t)count };
    for (size_t i = 0; i < count; i++) {
        total->waits += rows[i].state == CASES_ASKED;
        total->late += is_late(c, &rows[i]);
    }
}

static err count_own(case_call *c, int64_t subject_id, cases_total *total)
{
    cases_row *rows;
    size_t count;
    TRY(own_rows(c, &(cases_filter){ .has_open = true, .subject_id = subject_id }, &rows, &count));
    count_rows(c, rows, count, total);
    return ERR_NONE;
}

static err count_held(case_call *c, scope_span span, cases_total *total)
{
    cases_row *rows;
    size_t count;
    TRY(cases_list(c->memory, c->book, &(cases_filter){ .has_open = true }, &rows, &count));
    TRY(keep_held(c, span, rows, &count));
    count_rows(c, rows, count, total);
    return ERR_NONE;
}

static err put_sums(case_call *c, scope_span span, int64_t own_id)
{
    cases_total total;
    arena *a = c->call->request;
    TRY(own_id ? count_own(c, own_id, &total) : span.until ? count_held(c, span, &total) : cases_total_read(c->book, c->day, &total));
    service_put_count(a, c->call->reply, "open", total.open);
    service_put_count(a, c->call->reply, "waits", total.waits);
    service_put_count(a, c->call->reply, "late", total.late);
    return ERR_NONE;
}

static err read_filter(case_call *c, cases_filter *f)
{
    service_call *call = c->call;
    text state = service_text_of(call, "state", TEXT("open")), type = service_text_of(call, "type", TEXT(""));
    const policy_case *found;
    *f = (cases_filter){ .has_open = !text_equal_cstr(state, "closed"), .has_over = !text_equal_cstr(state, "open"), .type = type,
                         .duty = service_text_of(call, "duty", TEXT("")),
                         .subject_id = (int64_t)service_size_of(call, "subject", 0),
                         .parent_id = (int64_t)service_size_of(call, "parts-of", 0),
                         .after_id = (int64_t)service_size_of(call, "after", 0) };
    if (service_is_given(call, "late")) f->due_until = c->day - 1;
    if (type.size_bytes && !case_type_find(c, type, &found).kind) f->type = text_of(found->symbol->name);
    return alert_read_town(call, &f->region_from, &f->region_until);
}

static err write_list(service_call *call, const service_value *list)
{
    text_builder out = text_builder_open(call->request);
    codec_csv_writer w = codec_csv_write(&out, ',');
    for (size_t i = 0; i < ARRAY_COUNT(LIST_ROW); i++)
        codec_csv_add_text(&w, text_of(service_say(call, LIST_ROW[i].name, LIST_ROW[i].summary_zh)));
    codec_csv_end_row(&w);
    for (const service_value *v = list->first; v; v = v->next) {
        for (const service_value *cell = v->first; cell; cell = cell->next) {
            text shown = cell->word;
            if (cell->kind == SERVICE_VALUE_COUNT) shown = text_format(call->request, "%lld", (long long)cell->count);
            if (cell->kind == SERVICE_VALUE_BOOL) shown = text_of(cell->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
            codec_csv_add_words(&w, shown);
        }
        codec_csv_end_row(&w);
    }
    return service_write_file(call->request, service_text_of(call, "out", TEXT_NONE), text_built(&out));
}

static err case_list_run(service_call *call)
{
    case_call c;
    cases_filter filter;
    cases_row *rows;
    scope_span span;
    size_t count;
    arena *a = call->request;
    bool is_written = service_is_given(call, "out");
    TRY(case_begin(call, COUNTY_READ, &c));
    TRY(read_filter(&c, &filter));
    uint64_t most = service_limit(call, is_written ? INT64_MAX : SHOWN_MOST);
    TRY(scope_of(c.office, &span));
    scope_say(call, span);
    int64_t own_id = own_is_only(c.office) ? filter.subject_id : 0;
    bool is_narrow = filter.subject_id || filter.region_until;
    filter.limit = most < INT64_MAX && most && !span.until && !is_narrow ? (int64_t)most : 0;
    TRY(own_id ? own_rows(&c, &filter, &rows, &count) : cases_list(c.memory, c.book, &filter, &rows, &count));
    if (!most) count = 0;
    if (span.until) TRY(keep_held(&c, span, rows, &count));
    TRY(keep_shown(&c, &filter, rows, &count));
    int64_t found = (int64_t)count;
    if (filter.limit) TRY(cases_count(c.book, &filter, &found));
    if (count > most) count = (size_t)most;
    TRY(put_sums(&c, span, own_id));
    service_put_count(a, call->reply, "shown", (int64_t)count);
    service_put_count(a, call->reply, "found", found);
    service_value *list = service_list(a);
    for (size_t i = 0; i < count; i++) TRY(put_case(&c, &rows[i], list));
    service_put(a, call->reply, "cases", list);
    return is_written ? write_list(call, list) : ERR_NONE;
}

static void case_list_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "in hand: %lld, waiting for applicants: %lld, late: %lld; these: %lld of %lld\n",
                                     "在办 %lld 件，待补正 %lld 件，超期 %lld 件；列出 %lld / %lld 件\n"),
                    (long long)service_member(r, "open")->count, (long long)service_member(r, "waits")->count,
                    (long long)service_member(r, "late")->count, (long long)service_member(r, "shown")->count,
                    (long long)service_member(r, "found")->count);
    if (!service_is_given(call, "out")) month_print_list(call, "cases", LIST_ROW, ARRAY_COUNT(LIST_ROW), ARRAY_COUNT(LIST_ROW), out);
}

static const char *const LIST_EXAMPLES[] = { "doudi case list", "doudi case list --type 低保申请 --town 590121001 --late",
                                             "doudi case list --state all --out cases.csv", NULL };
const service_op CASE_LIST_OP = {
    .name = "case.list",
    .summary = "The cases in hand, what is due first",
    .summary_zh = "在办业务，期限近的在前",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .own_person = "subject", .own_employer = "subject",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = case_list_run,
    .print = case_list_print,
};

/* ---- whose turn it is: one list a role ---- */

static const service_field TODO_INPUT[] = {
    TYPE_FIELD, TOWN_FIELD, LIMIT_FIELD, CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field TODO_WAITS[] = {
    { .name = "what", .type = SERVICE_TEXT, .summary = "what waits", .summary_zh = "待办" },
    { .name = "duty", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "岗位职责" },
    { .name = "command", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "办理命令" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "how many", .summary_zh = "件数" },
};
static const service_field TODO_OUTPUT[] = {
    { .name = "user", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "用户" },
    { .name = "late", .type = SERVICE_COUNT, .summary = "late", .summary_zh = "超期" },
    { .name = "found", .type = SERVICE_COUNT, .summary = "cases that wait for this user", .summary_zh = "待本人办理的办件" },
    { .name = "cases", .type = SERVICE_OBJECT, .is_list = true, .summary = "cases", .summary_zh = "办件",
      .fields = LIST_ROW, .field_count = ARRAY_COUNT(LIST_ROW) },
    { .name = "waits", .type = SERVICE_OBJECT, .is_list = true, .summary = "what else waits", .summary_zh = "其他待办",
      .fields = TODO_WAITS, .field_count = ARRAY_COUNT(TODO_WAITS) },
};

/* Those this user may pass: neither the step's duty nor its exclusions stand in the way. */
static err is_mine(case_call *c, const cases_row *row, bool *is)
{
    const policy_case *type;
    *is = false;
    if (case_type_find(c, row->type, &type).kind) return ERR_NONE;
    size_t step = case_step_index(type, row->step);
    if (step == SIZE_MAX || row->state != CASES_IN_HAND || !row->duty.size_bytes || text_equal_cstr(row->duty, CASE_AUTO)) return ERR_NONE;
    err e = case_may(c, row, type, step);
    *is = !e.kind;
    bool is_refusal = e.kind == &DUTY_NOT_HELD || e.kind == &DUTY_SAME_PERSON || e.kind == &CASE_SAME_PERSON;
    return is_refusal ? ERR_NONE : e;
}

typedef struct {
    case_call *c;
    service_value *list;
    duty_set held;
    const duty_table *table;
} turn;

/* What waits for a duty that this user has. */
static err put_others(turn *w)
{
    arena *a = w->c->call->request;
    waiting_row *rows;
    size_t count;
    TRY(waiting_read(w->c->office, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        size_t at = duty_find(w->table, text_of(rows[i].duty));
        if (at == SIZE_MAX || !(w->held >> at & 1)) continue;
        service_value *v = service_put_object(a, w->list, NULL);
        service_put_cstr(a, v, "what", service_say(w->c->call, rows[i].what, rows[i].what_zh));
        service_put_text(a, v, "duty", waiting_duty_shown(w->c->office, text_of(rows[i].duty)));
        service_put_cstr(a, v, "command", rows[i].command);
        service_put_count(a, v, "count", rows[i].count);
    }
    return ERR_NONE;
}

static err find_held(case_call *c, turn *w)
{
    staff *room;
    staff_user *users;
    duty_roles roles;
    size_t count;
    TRY(county_staff(c->office, &room));
    w->table = staff_duties(room);
    TRY(staff_list(c->memory, room, &users, &count));
    for (size_t i = 0; i < count; i++) {
        if (users[i].id != staff_session_user(c->office->session)) continue;
        TRY(duty_roles_parse(c->memory, w->table, users[i].roles, &roles));
        w->held = duty_of_roles(w->table, roles);
        service_put_text(c->call->request, c->call->reply, "user", text_copy(c->call->request, users[i].login));
    }
    return ERR_NONE;
}

/* Those who go first are in front; otherwise as they were, by what is due. */
static void put_first(arena *a, cases_row *rows, size_t count)
{
    cases_row *others = ARENA_ARRAY(a, cases_row, count + 1);
    size_t kept = 0, other_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].priority.size_bytes) rows[kept++] = rows[i];
        else others[other_count++] = rows[i];
    }
    for (size_t i = 0; i < other_count; i++) rows[kept + i] = others[i];
}

static err todo_run(service_call *call)
{
    case_call c;
    cases_filter filter;
    cases_row *rows;
    size_t count, found = 0;
    int64_t late = 0;
    arena *a = call->request;
    turn w = { .c = &c };
    scope_span span;
    TRY(case_begin(call, COUNTY_READ, &c));
    TRY(county_login(c.office, NULL));
    c.office->actor_id = staff_session_user(c.office->session);
    TRY(find_held(&c, &w));
    TRY(read_filter(&c, &filter));
    TRY(scope_of(c.office, &span));
    scope_say(call, span);
    TRY(cases_list(c.memory, c.book, &filter, &rows, &count));
    if (span.until) TRY(keep_held(&c, span, rows, &count));
    TRY(keep_shown(&c, &filter, rows, &count));
    put_first(a, rows, count);
    uint64_t most = service_limit(call, SHOWN_MOST);
    service_value *list = service_list(a);
    for (size_t i = 0; i < count; i++) {
        bool is;
        TRY(is_mine(&c, &rows[i], &is));
        if (!is) continue;
        late += is_late(&c, &rows[i]);
        if (found++ < most) TRY(put_case(&c, &rows[i], list));
    }
    service_put_count(a, call->reply, "late", late);
    service_put_count(a, call->reply, "found", (int64_t)found);
    service_put(a, call->reply, "cases", list);
    w.list = service_put_list(a, call->reply, "waits");
    return span.until ? ERR_NONE : put_others(&w); /* what else waits is counted of the whole county */
}

static void todo_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "cases that wait for %.*s: %lld, late: %lld\n", "待 %.*s 办理：%lld 件，超期 %lld 件\n"),
                    TEXT_ARG(service_member(call->reply, "user")->word), (long long)service_member(call->reply, "found")->count,
                    (long long)service_member(call->reply, "late")->count);
    month_print_list(call, "cases", LIST_ROW, ARRAY_COUNT(LIST_ROW), ARRAY_COUNT(LIST_ROW), out);
    month_print_list(call, "waits", TODO_WAITS, ARRAY_COUNT(TODO_WAITS), 3, out);
}

static const char *const TODO_EXAMPLES[] = { "doudi todo --as zhangwei", "doudi todo --town 590121001 --as zhangwei", NULL };
const service_op CASE_TODO_OP = {
    .name = "todo.list",
    .command = "todo",
    .summary = "What waits for you: cases by their day, and what else your duties are asked for",
    .summary_zh = "我的待办：按期限排列的办件，及本岗位的其他待办",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_READ,
    .permission = "user.self",
    .scope = SERVICE_SCOPE_LIST,
    .input = TODO_INPUT,
    .input_count = ARRAY_COUNT(TODO_INPUT),
    .output = TODO_OUTPUT,
    .output_count = ARRAY_COUNT(TODO_OUTPUT),
    .examples = TODO_EXAMPLES,
    .run = todo_run,
    .print = todo_print,
};
