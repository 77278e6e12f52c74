/* doudi behalf match, behalf list: whom government pays for, kept by the rolls; and whether nobody is left without a bill. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/alert.h"
#include "service/behalf.h"
#include "service/decide_internal.h"
#include "service/dues.h"
#include "service/grid.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/words.h"

const err_kind BEHALF_NO_ROLL = {
    "behalf.no_roll", ERR_CONFLICT,
    "Whom government pays for cannot be told of anybody yet: {}; receive the rolls of the month first (doudi roll list).",
    "还说不清政府为谁代缴：{}；请先接收当月名册（doudi roll list）。"
};

static const struct {
    const char *name, *says, *says_zh, *next, *next_zh;
    bool is_left; /* stands in the way of nobody being left */
} STATES[BEHALF_STATE_COUNT] = {
    [BEHALF_BILLED] = { "billed", "paid for in this year's bill", "本年已代缴", "-", "-", false },
    [BEHALF_NOT_HERE] = { "not_here", "this place pays nothing for the group", "当地不代缴该类", "-", "-", false },
    [BEHALF_TO_RECORD] = { "to_record", "on a roll, not on record", "名册有、登记无", "match the record with the rolls", "按名册比对登记", true },
    [BEHALF_UNINSURED] = { "uninsured", "not insured as a resident", "未参加居民养老", "enrol, then it is paid for", "动员参保，参保后代缴", true },
    [BEHALF_NO_BILL] = { "no_bill", "no bill this year", "本年没有账单", "bill the month", "出账", true },
    [BEHALF_BARE_BILL] = { "bare_bill", "billed this year without it", "本年账单未代缴", "correct the bill, where the group holds since then",
                           "自该账单前即属名册的，更正账单", true },
    [BEHALF_LEAVES] = { "leaves", "on record, on the rolls no longer", "登记有、名册已无", "match the record with the rolls; the person pays again", "按名册比对登记，恢复个人缴费", true },
    [BEHALF_BY_RECORD] = { "by_record", "on record, no roll tells the group", "按登记代缴、无对应名册", "-", "-", false },
    [BEHALF_NO_LONGER] = { "no_longer", "paid for this year, of no group now", "本年已代缴、现已退出", "-", "-", false },
    [BEHALF_LEFT_OUT] = { "left_out", "on a roll, not to be paid for", "名册有、不代缴", "-", "-", false },
};

static const char *const STATE_NAMES[] = { "to_record", "uninsured", "no_bill", "bare_bill", "leaves", "billed", "not_here", "by_record", "no_longer", "left_out", NULL };

#define MONTH_INPUT                                                                              \
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true,            \
      .summary = "by the rolls that count in this month", .summary_zh = "按这个月有效的名册" }
static const service_field PERSON_ROW[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "town", .type = SERVICE_TEXT, .summary = "township", .summary_zh = "乡镇（街道）" },
    { .name = "group", .type = SERVICE_TEXT, .summary = "by the rolls", .summary_zh = "名册所定群体" },
    { .name = "marked", .type = SERVICE_TEXT, .summary = "on record", .summary_zh = "登记群体" },
    { .name = "paid", .type = SERVICE_TEXT, .summary = "paid for this year, yuan", .summary_zh = "本年代缴（元）" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "情况" },
    { .name = "next", .type = SERVICE_TEXT, .summary = "next", .summary_zh = "下一步" },
};
enum { PERSON, NAME, TOWN, BY_GROUP, MARKED, PAID, STATE, NEXT, PERSON_COLUMNS };
static const service_field STATE_ROW[] = {
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "情况" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
};
static const service_field GROUP_ROW[] = {
    { .name = "group", .type = SERVICE_TEXT, .summary = "group", .summary_zh = "群体" },
    { .name = "listed", .type = SERVICE_COUNT, .summary = "on the rolls", .summary_zh = "名册人数" },
    { .name = "due", .type = SERVICE_COUNT, .summary = "to be paid for", .summary_zh = "应代缴" },
    { .name = "billed", .type = SERVICE_COUNT, .summary = "paid for", .summary_zh = "已代缴" },
    { .name = "paid", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "代缴金额（元）" },
};
static const service_field LIST_INPUT[] = {
    MONTH_INPUT,
    { .name = "state", .type = SERVICE_NAME, .shows = "STATE", .choices = STATE_NAMES, .summary = "only these", .summary_zh = "只看这种情况" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write all of them here", .summary_zh = "将全部明细写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "cleared", .type = SERVICE_STATE, .summary = "state", .summary_zh = "结果" },
    { .name = "left", .type = SERVICE_COUNT, .summary = "not yet as it should be", .summary_zh = "尚未到位" },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "of whom it cannot be said", .summary_zh = "说不清的" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "why not, of the first of them", .summary_zh = "其中一人说不清的原因" },
    { .name = "paid", .type = SERVICE_TEXT, .summary = "paid for this year, yuan", .summary_zh = "本年代缴合计（元）" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "from the treasury into", .summary_zh = "由财政缴入" },
    { .name = "states", .type = SERVICE_OBJECT, .is_list = true, .summary = "states", .summary_zh = "各种情况", .fields = STATE_ROW, .field_count = ARRAY_COUNT(STATE_ROW) },
    { .name = "groups", .type = SERVICE_OBJECT, .is_list = true, .summary = "groups", .summary_zh = "各类群体", .fields = GROUP_ROW, .field_count = ARRAY_COUNT(GROUP_ROW) },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "people (50 at most; by pages all)", .summary_zh = "人员（前 50 人，分页时全部）", .fields = PERSON_ROW,
      .field_count = PERSON_COLUMNS },
};
enum { ROWS_SHOWN = 50 };

/* ---- shown ---- */

static err put_person(month_call *m, const behalf_person *p, grid *out, service_value *list)
{
    arena *a = m->call->request;
    text name;
    alert_row of = { .terms = { .subject_kind = DECIDE_EACH_PERSON, .subject_id = p->person_id } };
    TRY(alert_subject_name(m->office, &of, &name));
    text cells[PERSON_COLUMNS] = { [PERSON] = text_format(a, "%lld", (long long)p->person_id), [NAME] = name, [TOWN] = alert_town_text(a, p->region),
                                   [BY_GROUP] = text_copy(a, county_word_said(m->office, p->group)), [MARKED] = text_copy(a, county_word_said(m->office, p->marked)), [PAID] = service_yuan(a, p->fen),
                                   [STATE] = text_of(service_say(m->call, STATES[p->state].says, STATES[p->state].says_zh)),
                                   [NEXT] = text_of(service_say(m->call, STATES[p->state].next, STATES[p->state].next_zh)) };
    for (size_t c = 0; c < PERSON_COLUMNS; c++) grid_add(out, cells[c]);
    if (!service_takes_row(m->call, list, ROWS_SHOWN)) return ERR_NONE;
    service_value *v = service_put_object(a, list, NULL);
    for (size_t c = 0; c < PERSON_COLUMNS; c++) {
        if (c == PERSON) service_put_count(a, v, "person", p->person_id);
        else if (c == STATE) service_put_state(m->call, v, "state", STATES[p->state].name, STATES[p->state].says, STATES[p->state].says_zh);
        else service_put_text(a, v, PERSON_ROW[c].name, cells[c]);
    }
    return ERR_NONE;
}

static void put_states(service_call *call, const behalf_told *told, service_value *list, int64_t *left)
{
    *left = 0;
    for (int s = 0; s < BEHALF_STATE_COUNT; s++) {
        int64_t count = 0;
        for (size_t i = 0; i < told->count; i++) count += (int)told->people[i].state == s;
        service_value *v = service_put_object(call->request, list, NULL);
        service_put_state(call, v, "state", STATES[s].name, STATES[s].says, STATES[s].says_zh);
        service_put_count(call->request, v, "people", count);
        *left += STATES[s].is_left ? count : 0;
    }
}

/* By the rolls; of whom they tell none, by the record. */
static text group_of(const behalf_person *p)
{
    return p->is_listed ? p->group : p->marked;
}

/* Groups in the order in which they are met first. */
static int64_t put_groups(month_call *m, const behalf_told *told, service_value *list)
{
    arena *a = m->call->request;
    int64_t all_fen = 0;
    for (size_t i = 0; i < told->count; i++) {
        int64_t listed = 0, due = 0, billed = 0, fen = 0;
        size_t first = 0;
        while (!text_equal(group_of(&told->people[first]), group_of(&told->people[i]))) first++;
        all_fen += told->people[i].fen;
        if (first < i) continue;
        for (size_t k = i; k < told->count; k++) {
            if (!text_equal(group_of(&told->people[k]), group_of(&told->people[i]))) continue;
            listed += told->people[k].is_listed;
            due += told->people[k].is_due;
            billed += told->people[k].fen > 0;
            fen += told->people[k].fen;
        }
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "group", text_copy(a, county_word_said(m->office, group_of(&told->people[i]))));
        service_put_count(a, v, "listed", listed);
        service_put_count(a, v, "due", due);
        service_put_count(a, v, "billed", billed);
        service_put_text(a, v, "paid", service_yuan(a, fen));
    }
    return all_fen;
}

static err behalf_list_run(service_call *call)
{
    month_call m;
    scope_span span;
    ledger *books;
    behalf_told told;
    int64_t left;
    arena *a = call->request;
    TRY(month_begin(call, COUNTY_READ, &m));
    TRY(scope_of(m.office, &span));
    scope_say(call, span);
    TRY(county_books(m.office, &books)); /* its chart names the funds */
    TRY(behalf_read(&m, span, &told));
    service_value *states = service_list(a), *groups = service_list(a), *rows = service_list(a);
    grid out = grid_open(call, text_of(service_say(call, "Whom government pays for", "政府代缴比对")), PERSON_ROW, PERSON_COLUMNS, SIZE_MAX);
    put_states(call, &told, states, &left);
    int64_t fen = put_groups(&m, &told, groups);
    for (size_t i = 0; i < told.count; i++) {
        behalf_state state = told.people[i].state; /* unasked, all that are not as they should be; a file has all */
        if (service_asks(call, "state", STATES[state].name, STATES[state].is_left || service_is_given(call, "out"))) TRY(put_person(&m, &told.people[i], &out, rows));
    }
    bool is_clear = !left && !told.unknown;
    service_put_text(a, call->reply, "month", service_month_text(a, m.month));
    service_put_state(call, call->reply, "cleared", is_clear ? "clear" : "not_clear", is_clear ? "nobody is left" : "not cleared", is_clear ? "已清零" : "未清零");
    service_put_count(a, call->reply, "left", left);
    service_put_count(a, call->reply, "unknown", told.unknown);
    service_put_text(a, call->reply, "reason", told.unknown ? text_copy(a, told.reason) : TEXT("-"));
    service_put_text(a, call->reply, "paid", service_yuan(a, fen));
    service_put_text(a, call->reply, "fund", told.fund ? dues_fund_text(&m, told.fund) : TEXT("-"));
    service_put(a, call->reply, "states", states);
    service_put(a, call->reply, "groups", groups);
    service_put(a, call->reply, "rows", rows);
    call->has_failures = !is_clear;
    return service_is_given(call, "out") ? grid_write(&out, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static const char *const LIST_EXAMPLES[] = { "doudi behalf list --month 2026-11", "doudi behalf list --month 2026-11 --state no_bill --out 未代缴.xlsx", NULL };

const service_op BEHALF_LIST_OP = {
    .name = "behalf.list",
    .summary = "Whom government pays for, by the rolls, on record and billed: what it costs, who is left without; exit code 1 while anybody is",
    .summary_zh = "政府代缴动态清零：名册、登记、账单三样对一对，金额多少、还漏了谁；还有人就不通过",
    .law = "国发〔2014〕8号 第四条；人社部发〔2018〕21号",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = behalf_list_run,
};

/* ---- the record follows the rolls ---- */

static const service_field MATCH_INPUT[] = {
    MONTH_INPUT,
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "the month since which it holds (default: the month)",
      .summary_zh = "自哪个月起算（默认本月）" },
    DUES_DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field MATCH_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "起用月" },
    { .name = "fresh", .type = SERVICE_COUNT, .summary = "new", .summary_zh = "新增" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "of another group now", .summary_zh = "改群体" },
    { .name = "dropped", .type = SERVICE_COUNT, .summary = "dropped out", .summary_zh = "退出" },
    { .name = "same", .type = SERVICE_COUNT, .summary = "as before", .summary_zh = "不变" },
    { .name = "uninsured", .type = SERVICE_COUNT, .summary = "of them not insured as residents", .summary_zh = "其中未参加居民养老" },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "of whom it cannot be said", .summary_zh = "说不清的" },
    { .name = "written", .type = SERVICE_FLAG, .summary = "written", .summary_zh = "已写入" },
};

typedef struct {
    int64_t fresh, changed, dropped, same, uninsured;
} tally;

static err mark(registry_load *load, int64_t attribute, int32_t from_day, const behalf_person *p, bool is_void)
{
    registry_attribute said = { .fact = { .subject_id = p->person_id, .from = from_day, .until = REGISTRY_OPEN, .is_void = is_void },
                                .name = attribute, .note = is_void ? TEXT_NONE : p->group };
    return registry_load_say(load, REGISTRY_ATTRIBUTE, &said);
}

static err match_all(registry_load *load, int64_t attribute, int32_t from_day, const behalf_told *told, tally *t)
{
    for (size_t i = 0; i < told->count; i++) {
        const behalf_person *p = &told->people[i];
        bool is_same = text_equal(p->group, p->marked);
        t->uninsured += p->is_due && !p->is_insured;
        t->same += p->is_due && is_same;
        if (p->is_due && !is_same) {
            t->fresh += !p->is_recorded;
            t->changed += p->is_recorded;
            TRY(mark(load, attribute, from_day, p, false));
        } else if (p->state == BEHALF_LEAVES) {
            t->dropped++;
            TRY(mark(load, attribute, from_day, p, true));
        }
    }
    return ERR_NONE;
}

static err behalf_match_run(service_call *call)
{
    month_call m;
    registry *people;
    registry_load *load;
    registry_load_tally loaded;
    registry_load_options options = { .is_dry_run = false };
    int64_t attribute;
    int32_t from;
    behalf_told told;
    tally t = { 0 };
    arena *a = call->request;
    bool is_dry = service_is_given(call, "dry-run");
    TRY(month_begin(call, COUNTY_WRITE, &m));
    TRY(service_month_of(call, "from", m.month, &from));
    if (from > m.month) return err_of(&SERVICE_BAD_ARGUMENT, "from");
    TRY(behalf_read(&m, (scope_span){ 0 }, &told));
    if (told.unknown && !told.count) return err_of(&BEHALF_NO_ROLL, text_cstr(a, told.reason));
    TRY(county_people(m.office, &people));
    TRY(county_word(m.office, "resident.group", &attribute));
    registry_act act = { .known_ms = m.office->now_ms, .actor_id = m.office->actor_id, .why = service_text_of(call, "why", text_of(call->op->name)) };
    TRY(registry_load_open(m.memory, people, &act, "roster", &options, &load));
    err e = match_all(load, attribute, calendar_first_day_of_month(from), &told, &t);
    err closed = registry_load_close(load, &loaded);
    TRY(e);
    TRY(closed);
    int64_t moved = t.fresh + t.changed + t.dropped;
    if (is_dry || !moved) store_rollback(m.office->db);
    else TRY(store_commit(m.office->db));
    service_put_text(a, call->reply, "month", service_month_text(a, from));
    service_put_count(a, call->reply, "fresh", t.fresh);
    service_put_count(a, call->reply, "changed", t.changed);
    service_put_count(a, call->reply, "dropped", t.dropped);
    service_put_count(a, call->reply, "same", t.same);
    service_put_count(a, call->reply, "uninsured", t.uninsured);
    service_put_count(a, call->reply, "unknown", told.unknown);
    service_put_bool(a, call->reply, "written", !is_dry && moved);
    if (told.unknown) service_note(call, "of some it cannot be said, and they stay as they were: ", "有的说不清，保持原样：", text_copy(a, told.reason));
    return ERR_NONE;
}

static const char *const MATCH_EXAMPLES[] = { "doudi behalf match --month 2026-11 --dry-run --as zhangwei", "doudi behalf match --month 2026-11 --as zhangwei", NULL };

const service_op BEHALF_MATCH_OP = {
    .name = "behalf.match",
    .summary = "The record of whom government pays for follows the month's rolls: who is new, of another group, dropped out",
    .summary_zh = "代缴登记按当月名册比对：新增、改群体、退出",
    .law = "国发〔2014〕8号 第四条；人社部发〔2018〕21号",
    .kind = SERVICE_WRITE,
    .permission = "contribution.declare",
    .input = MATCH_INPUT,
    .input_count = ARRAY_COUNT(MATCH_INPUT),
    .output = MATCH_OUTPUT,
    .output_count = ARRAY_COUNT(MATCH_OUTPUT),
    .examples = MATCH_EXAMPLES,
    .run = behalf_match_run,
};
