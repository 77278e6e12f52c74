/* doudi grant list, propose: which employers are due a grant without having asked, and the batch that pays them once it
 * has stood in public and three have agreed. */
#include "service/grant.h"

#include <stdlib.h>

#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/oneoff_show.h"
#include "service/operations.h"
#include "service/record_rows.h"

const err_kind GRANT_NOTICE_UNSET = {
    "grant.notice_unset", ERR_CONFLICT, "How many days the list stands in public only the region can say ({}); its pack sets it.",
    "名单公示多少天只有地方能定（{}）；请由地方政策包设定。"
};
const err_kind GRANT_NOBODY = {
    "grant.nobody", ERR_CONFLICT, "No employer is due the grant of {} that has it not yet; doudi grant list says why of each.",
    "{} 年度没有应享而未享的单位；逐户原因见 doudi grant list。"
};
const err_kind GRANT_WAITS = {
    "grant.waits", ERR_CONFLICT, "Batch {} of this grant and year waits for its approval; have it approved or refused first.",
    "该项目该年度另有批次待审批（补扣批次 {}）；请先审批或退回。"
};
const err_kind GRANT_BAD_YEAR = {
    "grant.bad_year", ERR_BAD_INPUT, "{} is no year whose year before is over; the grant goes by what was paid in the year before.",
    "“{}”不是上年已过完的年度；返还以上年实际缴费为准。"
};
const err_kind GRANT_NOT_THERE = {
    "grant.not_there", ERR_BAD_INPUT, "Employer {} is left out, but would not be paid anyway; leave it out of --without.",
    "单位 {} 本不在应享名单内，无须用 --without 剔除。"
};
const err_kind GRANT_NOT_YET = {
    "grant.not_yet", ERR_BAD_INPUT, "{} has not come yet; the list stands in public from today or an earlier day.",
    "{} 尚未到来；公示起日为今天或以前。"
};

#define GRANT_NAME_FIELD                                                                         \
    { .name = "grant", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "GRANT", \
      .summary = "grant (doudi grant kinds says which there are)", .summary_zh = "项目（见 doudi grant kinds）" }
#define GRANT_YEAR_FIELD                                                                         \
    { .name = "year", .type = SERVICE_COUNT, .is_required = true, .shows = "YEAR",               \
      .summary = "the year of the grant; it goes by the year before", .summary_zh = "执行年度；以上一年缴费为准" }

static const service_field LIST_INPUT[] = { GRANT_NAME_FIELD, GRANT_YEAR_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field PROPOSE_INPUT[] = {
    GRANT_NAME_FIELD, GRANT_YEAR_FIELD,
    { .name = "without", .type = SERVICE_TEXT, .is_list = true, .shows = "CODE|ID",
      .summary = "an employer that is left out, as an objection that was upheld asks; --why says the reason",
      .summary_zh = "剔除的单位（如异议成立）；理由写在 --why" },
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE", .summary = "the day on which the list was made public (default: today)",
      .summary_zh = "名单公示之日（默认今天）" },
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "say what would be proposed, write nothing", .summary_zh = "只试算，不写入" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ROW_FIELDS[] = {
    { .name = "employer", .type = SERVICE_COUNT, .summary = "employer", .summary_zh = "单位编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "standing", .type = SERVICE_STATE, .summary = "standing", .summary_zh = "结论" },
    { .name = "basis", .type = SERVICE_TEXT, .summary = "paid the year before", .summary_zh = "上年实缴" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额" },
    { .name = "batch", .type = SERVICE_COUNT, .summary = "in batch", .summary_zh = "所在批次" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "why it is not known", .summary_zh = "不能判定的原因" },
    { .name = "facts", .type = SERVICE_TEXT, .summary = "decided from", .summary_zh = "判定依据" },
};
#define GRANT_SUM_FIELDS                                                                         \
    { .name = "grant", .type = SERVICE_TEXT, .summary = "grant", .summary_zh = "项目" },         \
    { .name = "year", .type = SERVICE_COUNT, .summary = "year", .summary_zh = "年度" },          \
    { .name = "due", .type = SERVICE_COUNT, .summary = "employers due", .summary_zh = "应享单位" }, \
    { .name = "total", .type = SERVICE_TEXT, .summary = "in all, yuan", .summary_zh = "合计（元）" }, \
    { .name = "not_due", .type = SERVICE_COUNT, .summary = "not due", .summary_zh = "不符合的单位" }, \
    { .name = "before", .type = SERVICE_COUNT, .summary = "proposed or paid before", .summary_zh = "此前已列入的单位" }, \
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "not known", .summary_zh = "不能判定的单位" }
static const service_field LIST_OUTPUT[] = {
    GRANT_SUM_FIELDS,
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "employers", .type = SERVICE_OBJECT, .is_list = true, .summary = "employers", .summary_zh = "单位",
      .fields = ROW_FIELDS, .field_count = ARRAY_COUNT(ROW_FIELDS) },
};
static const service_field PROPOSE_OUTPUT[] = {
    GRANT_SUM_FIELDS,
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "batch", .type = SERVICE_COUNT, .is_optional = true, .summary = "waits for approval in batch", .summary_zh = "待审批批次" },
    { .name = "public_until", .type = SERVICE_TEXT, .summary = "in public until", .summary_zh = "公示至" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "done now, not before", .summary_zh = "本次办理" },
    { .name = "employers", .type = SERVICE_OBJECT, .is_list = true, .summary = "employers", .summary_zh = "单位",
      .fields = ROW_FIELDS, .field_count = ARRAY_COUNT(ROW_FIELDS) },
};

typedef struct {
    service_call *call;
    month_call m;
    oneoff_book *book;
    grant_kind kind;
    int32_t year;
    grant_row *rows;
    size_t count;
    text law, purpose;
    int64_t waiting; /* batch */
} granting;

/* ---- who ---- */

/* An item of before that was not given up: nobody is paid twice for a year. */
static err mark_before(granting *g, grant_row *row)
{
    oneoff_standing *items;
    size_t count;
    TRY(oneoff_of_subject(g->m.memory, g->book, row->employer_id, &items, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_it = text_equal(items[i].item.benefit, g->kind.name) && items[i].from_month == grant_month(g->year);
        if (is_it && items[i].state != ONEOFF_STATE_CANCELLED) row->batch_id = items[i].batch_id;
    }
    return ERR_NONE;
}

static err find_waiting(granting *g)
{
    oneoff_batch *batches;
    size_t count;
    TRY(oneoff_batch_list(g->m.memory, g->book, ONEOFF_NONE, &batches, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_open = batches[i].state == ONEOFF_PROPOSED || batches[i].state == ONEOFF_REVIEWED;
        if (is_open && text_equal(batches[i].purpose, g->purpose)) g->waiting = batches[i].batch_id;
    }
    return ERR_NONE;
}

static err begin(service_call *call, granting *g)
{
    g->call = call;
    g->year = (int32_t)service_size_of(call, "year", 0);
    const char *said = text_format(call->request, "%d", g->year).bytes;
    int32_t now = calendar_year_of_month(calendar_month_of_day(call->office->settings.today_day));
    if (g->year < 2000 || g->year > now) return err_of(&GRANT_BAD_YEAR, said);
    TRY(county_oneoffs(g->m.office, &g->book));
    TRY(grant_kind_find(g->m.office, service_text_of(call, "grant", TEXT_NONE), &g->kind));
    g->purpose = text_format(g->m.memory, GRANT_PURPOSE "%.*s/%d", TEXT_ARG(g->kind.name), g->year);
    TRY(grant_decide(&g->m, &g->kind, g->year, &g->rows, &g->count, &g->law));
    for (size_t i = 0; i < g->count; i++) TRY(mark_before(g, &g->rows[i]));
    return find_waiting(g);
}

static bool is_to_pay(const grant_row *row)
{
    return row->is_due && !row->batch_id;
}

/* ---- told ---- */

static err put_row(granting *g, service_value *list, const grant_row *row)
{
    static const struct { const char *name, *en, *zh; } SAYS[] = {
        { "due", "due", "应享" }, { "not_due", "not due", "不符合" }, { "before", "proposed or paid before", "已列入" },
        { "unknown", "not known", "不能判定" },
    };
    text name;
    arena *a = g->call->request;
    size_t is = !row->is_known ? 3 : row->batch_id ? 2 : row->is_due ? 0 : 1;
    TRY(grant_employer_name(g->m.office, row->employer_id, &name));
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "employer", row->employer_id);
    service_put_text(a, v, "name", name);
    service_put_state(g->call, v, "standing", SAYS[is].name, SAYS[is].en, SAYS[is].zh);
    service_put_text(a, v, "basis", service_yuan(a, row->basis_fen));
    service_put_text(a, v, "amount", row->is_due ? service_yuan(a, row->fen) : TEXT("-"));
    service_put_count(a, v, "batch", row->batch_id);
    service_put_text(a, v, "reason", text_copy(a, row->reason));
    service_put_text(a, v, "facts", text_copy(a, row->facts));
    return ERR_NONE;
}

static err put_reply(granting *g, bool only_due)
{
    arena *a = g->call->request;
    service_value *reply = g->call->reply;
    int64_t due = 0, fen = 0, not_due = 0, before = 0, unknown = 0;
    for (size_t i = 0; i < g->count; i++) {
        const grant_row *row = &g->rows[i];
        if (!row->is_known) unknown++;
        else if (row->batch_id) before++;
        else if (!row->is_due) not_due++;
        else due++, fen += row->fen;
    }
    service_put_text(a, reply, "grant", text_copy(a, g->call->is_chinese ? g->kind.title : g->kind.title_en));
    service_put_count(a, reply, "year", g->year);
    service_put_count(a, reply, "due", due);
    service_put_text(a, reply, "total", service_yuan(a, fen));
    service_put_count(a, reply, "not_due", not_due);
    service_put_count(a, reply, "before", before);
    service_put_count(a, reply, "unknown", unknown);
    service_put_text(a, reply, "law", g->law);
    service_value *list = service_put_list(a, reply, "employers");
    for (size_t i = 0; i < g->count; i++)
        if (!only_due || is_to_pay(&g->rows[i])) TRY(put_row(g, list, &g->rows[i]));
    return ERR_NONE;
}

static err grant_list_run(service_call *call)
{
    granting g = { .waiting = 0 };
    county *office;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(month_of_office(office, &g.m));
    TRY(begin(call, &g));
    return put_reply(&g, false);
}

/* ---- proposed ---- */

static err leave_out(granting *g)
{
    const service_argument *said = service_argument_of(g->call, "without");
    for (size_t s = 0; said && s < said->count; s++) {
        int64_t id;
        bool is_met = false;
        TRY(record_find_employer(g->m.office, said->values[s], &id));
        for (size_t i = 0; i < g->count; i++) {
            if (g->rows[i].employer_id != id || !is_to_pay(&g->rows[i])) continue;
            g->rows[i].is_due = false;
            is_met = true;
        }
        if (!is_met) return err_of(&GRANT_NOT_THERE, text_cstr(g->call->request, said->values[s]));
    }
    return ERR_NONE;
}

/* The region's own: a list that nobody could see is not decided. */
static err public_until(granting *g, int32_t *until)
{
    const decide_law *law;
    const policy_symbol *symbol;
    const policy_version *version = NULL;
    int64_t days = 0;
    int32_t on = service_day_of(g->call, "on");
    const char *name = text_cstr(g->call->request, g->kind.notice);
    if (on > g->call->office->settings.today_day) return err_of(&GRANT_NOT_YET, service_day_text(g->call->request, on).bytes);
    TRY(decide_law_open(g->call, &law));
    if (policy_find(decide_law_book(law), g->kind.notice, &symbol).kind ||
        policy_version_at(g->m.memory, decide_law_book(law), symbol, g->m.region, on, &version).kind || !version || !version->says)
        return err_of(&GRANT_NOTICE_UNSET, name);
    (void)codec_parse_scaled(text_of(version->says), 0, &days);
    *until = on + (int32_t)days;
    return days > 0 ? ERR_NONE : err_of(&GRANT_NOTICE_UNSET, name);
}

static int by_bucket(const void *a, const void *b)
{
    const grant_row *x = a, *y = b;
    uint32_t one = eventlog_bucket_of(x->employer_id), other = eventlog_bucket_of(y->employer_id);
    if (one != other) return one < other ? -1 : 1;
    return x->employer_id < y->employer_id ? -1 : x->employer_id > y->employer_id;
}

/* In buckets, and in them in the order of ids. */
static err add_items(granting *g, const oneoff_act *act, int64_t batch_id)
{
    arena *a = g->m.memory;
    oneoff_item *items = ARENA_ARRAY(a, oneoff_item, g->count + 1);
    oneoff_line *lines = ARENA_ARRAY(a, oneoff_line, g->count + 1);
    int64_t *ids = ARENA_ARRAY(a, int64_t, g->count + 1);
    if (g->count) qsort(g->rows, g->count, sizeof *g->rows, by_bucket);
    for (size_t i = 0; i < g->count;) {
        uint32_t bucket = eventlog_bucket_of(g->rows[i].employer_id);
        size_t count = 0;
        for (; i < g->count && eventlog_bucket_of(g->rows[i].employer_id) == bucket; i++) {
            if (!is_to_pay(&g->rows[i])) continue;
            lines[count] = (oneoff_line){ .month = grant_month(g->year), .fen = g->rows[i].fen };
            items[count] = (oneoff_item){ .subject_id = g->rows[i].employer_id, .kind = ONEOFF_LUMP_SUM, .fund = g->kind.fund,
                                          .benefit = g->kind.name, .reason = TEXT("by_rule"), .lines = &lines[count], .line_count = 1 };
            count++;
        }
        if (count) TRY(oneoff_propose(g->book, act, batch_id, bucket, items, count, ids));
    }
    return ERR_NONE;
}

static err propose(granting *g, int32_t until, int64_t *batch_id)
{
    registry *people;
    int64_t word;
    county *office = g->m.office;
    oneoff_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms,
                       .why = service_text_of(g->call, "why", text_of(g->call->op->name)) };
    registry_act said = { .actor_id = act.actor_id, .known_ms = act.known_ms, .why = act.why };
    const decide_law *law;
    charter_act kept = { .actor_id = act.actor_id, .known_ms = act.known_ms, .why = text_of(g->call->op->name) };
    TRY(county_people(office, &people));
    TRY(registry_word_add(people, &said, g->kind.name, &word));
    TRY(oneoff_batch_begin(g->book, &act, g->purpose, batch_id, NULL));
    TRY(add_items(g, &act, *batch_id));
    TRY(oneoff_move(g->book, &act, *batch_id, ONEOFF_PROPOSE));
    TRY(decide_law_open(g->call, &law));
    TRY(charter_keep_law(g->m.charter, &kept, decide_pack_digest(law), decide_law_bytes(law)));
    TRY(month_say(&g->m, text_format(g->m.memory, "grant.law.%lld", (long long)*batch_id).bytes, g->law));
    return month_say(&g->m, text_format(g->m.memory, "grant.notice.%lld", (long long)*batch_id).bytes,
                     service_day_text(g->m.memory, until));
}

static bool is_anybody_due(const granting *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (is_to_pay(&g->rows[i])) return true;
    return false;
}

static err put_batch(granting *g, int64_t batch_id, int32_t until, bool is_new)
{
    arena *a = g->call->request;
    if (batch_id) service_put_count(a, g->call->reply, "batch", batch_id);
    service_put_text(a, g->call->reply, "public_until", until ? service_day_text(a, until) : TEXT("-"));
    service_put_bool(a, g->call->reply, "is_new", is_new);
    return put_reply(g, true);
}

static err grant_propose_run(service_call *call)
{
    granting g = { .waiting = 0 };
    county *office;
    int32_t until;
    int64_t batch_id = 0;
    bool is_dry = service_is_given(call, "dry-run");
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, NULL));
    TRY(county_begin(office));
    TRY(month_of_office(office, &g.m));
    TRY(begin(call, &g));
    TRY(leave_out(&g));
    if (g.waiting) return oneoff_batch_error(call, &GRANT_WAITS, g.waiting);
    if (!is_anybody_due(&g)) return err_of(&GRANT_NOBODY, text_format(call->request, "%d", g.year).bytes);
    TRY(public_until(&g, &until));
    if (is_dry) {
        TRY(put_batch(&g, 0, until, false));
        store_rollback(office->db);
        service_note(call, "a dry run: nothing was written", "试算：未写入任何内容", TEXT_NONE);
        return ERR_NONE;
    }
    TRY(county_step(office, TEXT("award.enter"), NULL, 0));
    TRY(put_batch(&g, 0, until, true));
    TRY(propose(&g, until, &batch_id));
    service_put_count(call->request, call->reply, "batch", batch_id);
    return store_commit(office->db);
}

static const char *const LIST_EXAMPLES[] = { "doudi grant list stay_job --year 2025", NULL };
const service_op GRANT_LIST_OP = {
    .name = "grant.list",
    .summary = "Which employers are due a grant that nobody has to ask for, which are not, and of which it is not known",
    .summary_zh = "免申即享：哪些单位应享、哪些不符合、哪些不能判定及原因",
    .law = "人社部发〔2024〕40号",
    .kind = SERVICE_READ, .permission = "desk.read",
    .input = LIST_INPUT, .input_count = ARRAY_COUNT(LIST_INPUT), .output = LIST_OUTPUT, .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES, .run = grant_list_run, .print = oneoff_print,
};
static const char *const PROPOSE_EXAMPLES[] = { "doudi grant propose stay_job --year 2025 --as zhangwei",
                                                "doudi grant propose stay_job --year 2025 --without 34 --why 异议成立 --as zhangwei", NULL };
const service_op GRANT_PROPOSE_OP = {
    .name = "grant.propose",
    .summary = "Propose a grant to all employers that are due it: the list stands in public, then three decide, then a run pays",
    .summary_zh = "免申即享：将应享单位列入批次并公示，经审核、审批后由支付批次付给单位",
    .law = "人社部发〔2024〕40号",
    .kind = SERVICE_WRITE, .permission = "grant.propose",
    .input = PROPOSE_INPUT, .input_count = ARRAY_COUNT(PROPOSE_INPUT), .output = PROPOSE_OUTPUT, .output_count = ARRAY_COUNT(PROPOSE_OUTPUT),
    .examples = PROPOSE_EXAMPLES, .run = grant_propose_run, .print = oneoff_print,
};
