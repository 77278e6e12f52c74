/* doudi alert list: what is to be dealt with, the most money at risk first. */
#include "service/alert.h"
#include "service/files.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/scope.h"
#include "service/watch.h"

const err_kind ALERT_LIST_BAD_TOWN = {
    "alert_list.bad_town", ERR_BAD_INPUT,
    "{} is no place: give the digits of a county (6), a township (9) or a village (12).",
    "{} 不是区划代码：县 6 位、乡镇 9 位、村 12 位。"
};

static const char *const STATES[] = { "open", "closed", "all", NULL };
static const service_field LIST_INPUT[] = {
    { .name = "state", .type = SERVICE_NAME, .shows = "open|closed|all", .choices = STATES,
      .summary = "which (default: open)", .summary_zh = "open 未结、closed 已结、all 全部（默认未结）" },
    { .name = "watch", .type = SERVICE_NAME, .shows = "WATCH", .summary = "of one watch: R01 ...",
      .summary_zh = "某一项监测：R01 等" },
    { .name = "owner", .type = SERVICE_TEXT, .shows = "SECTION", .summary = "of one section", .summary_zh = "某一股室" },
    { .name = "user", .type = SERVICE_TEXT, .shows = "USER", .summary = "given to this user", .summary_zh = "派给某人的" },
    { .name = "town", .type = SERVICE_TEXT, .shows = "CODE", .summary = "of a township or village, by its digits",
      .summary_zh = "某乡镇或村（区划代码）" },
    { .name = "subject", .type = SERVICE_COUNT, .shows = "ID", .summary = "about this person, household or employer",
      .summary_zh = "关于某个人、家庭或单位" },
    { .name = "after", .type = SERVICE_COUNT, .shows = "ALERT", .summary = "only what comes behind this alert in the list",
      .summary_zh = "从列表中这条预警之后列起" },
    { .name = "limit", .type = SERVICE_COUNT, .shows = "N", .summary = "at most so many (default: 20)",
      .summary_zh = "最多列多少条（默认 20）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "write all of them here",
      .summary_zh = "全部写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_ROW[] = {
    { .name = "alert", .type = SERVICE_COUNT, .summary = "alert", .summary_zh = "编号" },
    { .name = "watch", .type = SERVICE_TEXT, .summary = "watch", .summary_zh = "监测" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "内容" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "of", .summary_zh = "对象" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "对象编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "town", .type = SERVICE_TEXT, .summary = "township", .summary_zh = "乡镇" },
    { .name = "since", .type = SERVICE_TEXT, .summary = "since", .summary_zh = "起自" },
    { .name = "severity", .type = SERVICE_TEXT, .summary = "severity", .summary_zh = "程度" },
    { .name = "action", .type = SERVICE_TEXT, .summary = "effect", .summary_zh = "处置" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "owner", .type = SERVICE_TEXT, .summary = "section", .summary_zh = "责任股室" },
    { .name = "user", .type = SERVICE_TEXT, .summary = "given to", .summary_zh = "经办人" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
    { .name = "risk", .type = SERVICE_TEXT, .summary = "at risk, yuan", .summary_zh = "涉及金额（元）" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "open", .type = SERVICE_COUNT, .summary = "open in all", .summary_zh = "未结总数" },
    { .name = "risk", .type = SERVICE_TEXT, .summary = "at risk in all, yuan", .summary_zh = "未结涉及金额（元）" },
    { .name = "closed", .type = SERVICE_COUNT, .summary = "closed in all", .summary_zh = "已结总数" },
    { .name = "shown", .type = SERVICE_COUNT, .summary = "shown", .summary_zh = "列出" },
    { .name = "found", .type = SERVICE_COUNT, .summary = "found", .summary_zh = "符合条件" },
    { .name = "alerts", .type = SERVICE_OBJECT, .is_list = true, .summary = "alerts", .summary_zh = "预警",
      .fields = LIST_ROW, .field_count = ARRAY_COUNT(LIST_ROW) },
};

/* 590121001: every place whose digits begin so. */
err alert_read_town(service_call *call, int64_t *from, int64_t *until)
{
    enum { COUNTY = 6, TOWN = 9, VILLAGE = 12 };
    text said = service_text_of(call, "town", TEXT_NONE);
    int64_t code = 0, width = 1;
    if (!said.size_bytes) return ERR_NONE;
    bool is_place = said.size_bytes == COUNTY || said.size_bytes == TOWN || said.size_bytes == VILLAGE;
    for (size_t i = 0; i < said.size_bytes; i++) {
        is_place &= said.bytes[i] >= '0' && said.bytes[i] <= '9';
        code = code * 10 + (said.bytes[i] - '0');
        if (!is_place) return err_of(&ALERT_LIST_BAD_TOWN, text_cstr(call->request, said));
    }
    for (size_t i = said.size_bytes; i < VILLAGE; i++) width *= 10;
    *from = code * width;
    *until = (code + 1) * width;
    return ERR_NONE;
}

static err read_filter(county *office, alert_filter *filter)
{
    service_call *call = office->call;
    text state = service_text_of(call, "state", TEXT("open")), user = service_text_of(call, "user", TEXT_NONE);
    *filter = (alert_filter){ .has_open = !text_equal_cstr(state, "closed"), .has_over = !text_equal_cstr(state, "open"),
                              .watch = service_text_of(call, "watch", TEXT_NONE),
                              .owner = service_text_of(call, "owner", TEXT_NONE),
                              .subject_id = (int64_t)service_size_of(call, "subject", 0),
                              .after_id = (int64_t)service_size_of(call, "after", 0) };
    if (user.size_bytes) {
        staff *room;
        staff_user found;
        TRY(county_staff(office, &room));
        TRY(staff_find(office->memory, room, user, &found));
        filter->user_id = found.id;
    }
    return alert_read_town(call, &filter->region_from, &filter->region_until);
}

static err put_alert(county *office, const alert_row *row, service_value *list)
{
    service_call *call = office->call;
    arena *a = call->request;
    text name;
    TRY(alert_subject_name(office, row, &name));
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "alert", row->alert_id);
    service_put_text(a, v, "watch", text_copy(a, row->terms.watch));
    service_put_text(a, v, "title", watch_title(call, row->terms.watch));
    service_put_cstr(a, v, "kind", alert_subject_word(call, row->terms.subject_kind));
    service_put_count(a, v, "subject", row->terms.subject_id);
    service_put_text(a, v, "name", name);
    service_put_text(a, v, "town", alert_town_text(a, row->terms.region));
    service_put_text(a, v, "since", alert_day_text(a, row->terms.since_day));
    service_put_cstr(a, v, "severity", alert_severity_word(call, row->terms.severity));
    service_put_cstr(a, v, "action", alert_action_word(call, row->terms.action));
    const alert_word *state = alert_state_word(row->state);
    service_put_state(call, v, "state", state->name, state->says, state->says_zh);
    service_put_text(a, v, "owner", watch_words(call, row->terms.owner));
    service_put_text(a, v, "user", alert_user_name(office, row->user_id));
    service_put_text(a, v, "due", alert_is_over(row->state) ? TEXT("-") : alert_day_text(a, row->terms.due_day));
    service_put_text(a, v, "risk", alert_risk_text(a, row->terms.risk_fen));
    return ERR_NONE;
}

typedef struct {
    int64_t open, closed, risk_fen;
} total;

static err total_of_county(county *office, alert_book *book, total *all)
{
    alert_sum *sums;
    size_t count;
    TRY(alert_sums(office->memory, book, &sums, &count));
    for (size_t i = 0; i < count; i++) {
        all->risk_fen += sums[i].risk_fen;
        for (int s = 0; s < ALERT_STATE_COUNT; s++)
            *(alert_is_over((alert_state)s) ? &all->closed : &all->open) += sums[i].count[s];
    }
    return ERR_NONE;
}

static bool is_wanted(const alert_filter *f, const alert_row *row)
{
    const alert_terms *terms = &row->terms;
    bool is_state = alert_is_over(row->state) ? f->has_over : f->has_open;
    bool is_of = (!f->watch.size_bytes || text_equal(f->watch, terms->watch)) && (!f->owner.size_bytes || text_equal(f->owner, terms->owner));
    bool is_whose = (!f->user_id || f->user_id == row->user_id) && (!f->subject_id || f->subject_id == terms->subject_id);
    return is_state && is_of && is_whose && (!f->region_until || scope_has_place((scope_span){ f->region_from, f->region_until }, terms->region));
}

/* Of whoever is confined: all alerts about their people in one walk, the sums of these, and then what was asked for. An
 * alert that is another's is told as one that is not there. */
static err list_of_span(county *office, alert_book *book, scope_span span, const alert_filter *f, alert_row **rows, size_t *count, total *all,
                        int64_t *found)
{
    size_t kept = 0, from = 0;
    bool is_behind = !f->after_id;
    TRY(county_begin(office)); /* one state for all: each look by itself would take and drop the store's lock */
    TRY(scope_alerts(office, book, span, rows, count));
    *found = 0;
    for (size_t i = 0; i < *count; i++) {
        const alert_row *row = &(*rows)[i];
        bool is_over = alert_is_over(row->state), is_it = row->alert_id == f->after_id, is_shown = is_wanted(f, row);
        *(is_over ? &all->closed : &all->open) += 1;
        all->risk_fen += !is_over && row->terms.risk_fen > 0 ? row->terms.risk_fen : 0;
        *found += is_shown;
        if (is_shown && is_behind) (*rows)[kept++] = *row;
        is_behind |= is_it;
        from += is_it;
    }
    *count = kept;
    return f->after_id && !from ? err_of(&ALERT_NOT_FOUND, text_format(office->call->request, "%lld", (long long)f->after_id).bytes) : ERR_NONE;
}

static void put_sums(service_call *call, const total *all)
{
    service_put_count(call->request, call->reply, "open", all->open);
    service_put_text(call->request, call->reply, "risk", service_yuan(call->request, all->risk_fen));
    service_put_count(call->request, call->reply, "closed", all->closed);
}

static err write_list(service_call *call, const service_value *list)
{
    text_builder out = text_builder_open(call->request);
    codec_csv_writer w = codec_csv_write(&out, ',');
    for (size_t i = 0; i < ARRAY_COUNT(LIST_ROW); i++)
        codec_csv_add_text(&w, text_of(service_say(call, LIST_ROW[i].name, LIST_ROW[i].summary_zh)));
    codec_csv_end_row(&w);
    for (const service_value *v = list->first; v; v = v->next) {
        for (const service_value *cell = v->first; cell; cell = cell->next)
            codec_csv_add_text(&w, cell->kind == SERVICE_VALUE_COUNT
                                       ? text_format(call->request, "%lld", (long long)cell->count) : cell->word);
        codec_csv_end_row(&w);
    }
    return service_write_file(call->request, service_text_of(call, "out", TEXT_NONE), text_built(&out));
}

static err alert_list_run(service_call *call)
{
    enum { SHOWN_MOST = 20 };
    county *office;
    alert_book *book;
    alert_filter filter;
    alert_row *rows;
    scope_span span;
    total all = { 0 };
    int64_t found;
    size_t count;
    arena *a = call->request;
    bool is_written = service_is_given(call, "out");
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_alerts(office, &book));
    TRY(read_filter(office, &filter));
    TRY(scope_of(office, &span));
    scope_say(call, span);
    uint64_t most = service_limit(call, is_written ? INT64_MAX : SHOWN_MOST);
    if (span.until) TRY(list_of_span(office, book, span, &filter, &rows, &count, &all, &found));
    else {
        if (most && most < INT64_MAX) filter.limit = (int64_t)most;
        TRY(alert_list(office->memory, book, &filter, &rows, &count));
        TRY(alert_count(book, &filter, &found));
        TRY(total_of_county(office, book, &all));
    }
    put_sums(call, &all);
    service_put_count(a, call->reply, "found", found);
    if (count > most) count = (size_t)most;
    service_put_count(a, call->reply, "shown", (int64_t)count);
    service_value *list = service_list(a);
    for (size_t i = 0; i < count; i++) TRY(put_alert(office, &rows[i], list));
    service_put(a, call->reply, "alerts", list);
    return is_written ? write_list(call, list) : ERR_NONE;
}

static void alert_list_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "open: %lld, at risk %.*s yuan; closed: %lld; these: %lld of %lld\n",
                                     "未结 %lld 条，涉及金额 %.*s 元；已结 %lld 条；列出 %lld / %lld 条\n"),
                    (long long)service_member(r, "open")->count, TEXT_ARG(service_member(r, "risk")->word),
                    (long long)service_member(r, "closed")->count, (long long)service_member(r, "shown")->count,
                    (long long)service_member(r, "found")->count);
    if (!service_is_given(call, "out")) month_print_list(call, "alerts", LIST_ROW, ARRAY_COUNT(LIST_ROW), 14, out);
}

static const char *const LIST_EXAMPLES[] = { "doudi alert list", "doudi alert list --watch R01 --town 590121001",
                                             "doudi alert list --state all --out alerts.csv", NULL };

const service_op ALERT_LIST_OP = {
    .name = "alert.list",
    .summary = "The alerts to be dealt with, the most money at risk first",
    .summary_zh = "待办预警，按涉及金额从大到小",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .is_supervision = true,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = alert_list_run,
    .print = alert_list_print,
};
