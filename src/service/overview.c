/* doudi overview show: the leader's six dimensions of social security, each with the figures that stand for it today. Which
 * figures those are packs/adapters/office-overview.csv says; each is told as its own list tells it. */
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/alert.h"
#include "service/decide_internal.h"
#include "service/document.h"
#include "service/dockets.h"
#include "service/indicator_told.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/rolls.h"

static const err_kind OVERVIEW_BAD_TABLE = {
    "overview.bad_table", ERR_BAD_INPUT,
    "This row of packs/adapters/office-overview.csv cannot be used: {}.", "packs/adapters/office-overview.csv 的这一行无法使用：{}。"
};
static const err_kind OVERVIEW_NONE = {
    "overview.none", ERR_NOT_FOUND,
    "The law in force has no table of dimensions; adopt the packs of today: doudi packs adopt.", "现行政策没有六维度总览表；请采用当前政策包：doudi packs adopt。"
};

static const service_field OVERVIEW_INPUT[] = { INDICATOR_MONTH_FIELD, SERVICE_ON_FIELD, DOCUMENT_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
enum { FIGURE_COUNT = 6 };
static const service_field FIGURE[FIGURE_COUNT] = {
    { .name = "title", .type = SERVICE_TEXT, .summary = "figure", .summary_zh = "指标" },
    { .name = "kind", .type = SERVICE_NAME, .summary = "of", .summary_zh = "来源" },
    { .name = "key", .type = SERVICE_TEXT, .summary = "name there", .summary_zh = "名称" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "值" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "held against", .summary_zh = "说明" },
    { .name = "state", .type = SERVICE_STATE, .summary = "stands", .summary_zh = "状态" },
};
static const service_field DIMENSION[] = {
    { .name = "dimension", .type = SERVICE_NAME, .summary = "dimension", .summary_zh = "维度" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "title", .summary_zh = "名称" },
    { .name = "attention", .type = SERVICE_COUNT, .summary = "figures that want attention", .summary_zh = "需关注项" },
    { .name = "figures", .type = SERVICE_OBJECT, .is_list = true, .summary = "figures", .summary_zh = "各项", .fields = FIGURE, .field_count = FIGURE_COUNT },
};
static const service_field OVERVIEW_OUTPUT[] = {
    { .name = "on", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "日期" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "indicators of", .summary_zh = "指标月份" },
    { .name = "attention", .type = SERVICE_COUNT, .summary = "figures that want attention", .summary_zh = "需关注项" },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "figures that cannot be told", .summary_zh = "无法得出项" },
    { .name = "dimensions", .type = SERVICE_OBJECT, .is_list = true, .summary = "dimensions", .summary_zh = "维度", .fields = DIMENSION,
      .field_count = ARRAY_COUNT(DIMENSION) },
    DOCUMENT_OUTPUT,
};

typedef enum { OF_INDICATOR, OF_ALERT, OF_DOCKET, OF_CASE, OF_ROLL, OF_COUNT } figure_of;
static const char *const WAYS[OF_COUNT] = { "indicator", "alert", "docket", "case", "roll" };
enum { AT_DIMENSION, AT_WAY, AT_KEY, AT_ZH, AT_EN, AT_COUNT };

/* ---- figures ---- */

typedef enum { STANDS_GOOD, STANDS_ATTENTION, STANDS_UNKNOWN, STANDS_PLAIN } standing;
typedef struct {
    text value, note;
    standing is;
} told;

typedef struct {
    service_call *call;
    indicator_told t;
    bool has_month;
    text why; /* there is no month */
    int32_t day;
    alert_sum *alerts;
    size_t alert_count;
    cases_sum *cases;
    size_t case_count;
    service_value *list, *figures, *dimension; /* of the reply: all, and those of the dimension read last */
    int64_t attention, unknown, here;
} overview;

static text count_text(const overview *o, int64_t count)
{
    return text_format(o->call->request, "%lld", (long long)count);
}

/* A key of the table that ends with a star is of all that begin so. */
static bool is_of(text key, text name)
{
    bool is_many = key.size_bytes && key.bytes[key.size_bytes - 1] == '*';
    return is_many ? text_begins(name, text_sub(key, 0, key.size_bytes - 1)) : text_equal(key, name);
}

/* false: this region has no such indicator. */
static err tell_indicator(overview *o, text *key, told *f, bool *is_here)
{
    const indicator_one *one = NULL;
    indicator_path path;
    *is_here = !o->has_month;
    *f = (told){ .value = TEXT("-"), .note = o->why, .is = STANDS_UNKNOWN };
    for (size_t i = 0; o->has_month && i < o->t.one_count && !one; i++)
        if (text_equal_cstr(*key, o->t.ones[i].plan->plan->answers[o->t.ones[i].answer].key)) one = &o->t.ones[i];
    if (!one) return ERR_NONE;
    *is_here = true;
    *key = text_of(one->said->symbol->name);
    TRY(indicator_path_of(&o->t, one, indicator_own_place(&o->t.m), &path));
    const gauge_value *now = path.count ? &path.items[path.count - 1] : NULL;
    indicator_goal goal = indicator_goal_of(one, path.items, path.count);
    text said;
    TRY(indicator_told_text(&o->t, one, now, &said));
    if (!now || !now->is_known) {
        f->note = now ? said : text_of(service_say(o->call, "not computed", "没有计算"));
        return ERR_NONE;
    }
    f->value = said;
    f->note = goal.has_goal ? text_format(o->call->request, service_say(o->call, "goal %.*s, %s", "目标 %.*s，%s"), TEXT_ARG(indicator_goal_text(&o->t, one, &goal)),
                                          indicator_state_word(o->call, goal.state))
                            : TEXT("");
    f->is = goal.state == INDICATOR_BEHIND || goal.is_alarm ? STANDS_ATTENTION : goal.has_goal ? STANDS_GOOD : STANDS_PLAIN;
    return ERR_NONE;
}

static void tell_alerts(overview *o, text key, told *f)
{
    int64_t open = 0, over = 0, risk = 0;
    for (size_t i = 0; i < o->alert_count; i++) {
        if (!is_of(key, o->alerts[i].watch)) continue;
        for (int s = 0; s < ALERT_STATE_COUNT; s++) *(alert_is_over((alert_state)s) ? &over : &open) += o->alerts[i].count[s];
        risk += o->alerts[i].risk_fen;
    }
    /* Nothing ever raised is no nought: perhaps nobody has watched. */
    *f = (told){ .value = TEXT("-"), .is = STANDS_UNKNOWN, .note = text_of(service_say(o->call, "no alert was ever raised: perhaps nobody has watched", "从未产生预警，可能尚未监测")) };
    if (!open && !over) return;
    f->value = count_text(o, open);
    f->is = open ? STANDS_ATTENTION : STANDS_GOOD;
    if (risk)
        f->note = text_format(o->call->request, service_say(o->call, "%.*s yuan at risk; closed before: %lld", "涉及 %.*s 元；此前已结 %lld"),
                                         TEXT_ARG(alert_risk_text(o->call->request, risk)), (long long)over);
    else f->note = text_format(o->call->request, service_say(o->call, "closed before: %lld", "此前已结 %lld"), (long long)over);
}

static err tell_docket(overview *o, text key, told *f)
{
    const dockets_type *type;
    dockets_row *rows;
    size_t count;
    TRY(dockets_find(o->call, key, &type));
    TRY(dockets_rows(o->t.m.office, type, &rows, &count));
    int64_t late = dockets_late(type, rows, count, o->day);
    *f = (told){ .value = count_text(o, (int64_t)count), .is = late ? STANDS_ATTENTION : STANDS_GOOD,
                 .note = text_format(o->call->request, service_say(o->call, "%lld late", "逾期 %lld"), (long long)late) };
    if (!count) *f = (told){ .value = TEXT("-"), .note = text_of(service_say(o->call, "nobody has entered a row", "没有登记")), .is = STANDS_UNKNOWN };
    return ERR_NONE;
}

static void tell_cases(overview *o, text key, told *f)
{
    int64_t open = 0, waits = 0, late = 0;
    for (size_t i = 0; i < o->case_count; i++) {
        if (!is_of(key, o->cases[i].type)) continue;
        open += o->cases[i].open;
        waits += o->cases[i].waits;
        late += o->cases[i].late;
    }
    *f = (told){ .value = count_text(o, open), .is = late ? STANDS_ATTENTION : STANDS_GOOD,
                 .note = text_format(o->call->request, service_say(o->call, "%lld late, %lld wait for the applicant", "超期 %lld，待补正 %lld"), (long long)late,
                                     (long long)waits) };
}

/* Of all rolls that begin so: how many are there by their day. */
static err tell_rolls(overview *o, text key, told *f)
{
    roll_book *book;
    rolls_contract *all;
    size_t count;
    int64_t fresh = 0, late = 0, never = 0;
    TRY(rolls_open(o->t.m.office, &book));
    TRY(rolls_contracts(o->t.m.office, &all, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t receipt_id;
        roll_receipt last;
        if (!is_of(key, all[i].name)) continue;
        TRY(roll_latest(book, all[i].name, calendar_month_of_day(o->day), &receipt_id));
        if (!receipt_id) never++;
        else {
            TRY(roll_receipt_read(o->t.m.memory, book, receipt_id, &last));
            *(last.terms.month < rolls_month_due(&all[i], o->day) ? &late : &fresh) += 1;
        }
    }
    *f = (told){ .value = text_format(o->call->request, "%lld / %lld", (long long)fresh, (long long)(fresh + late + never)),
                 .is = late + never ? STANDS_ATTENTION : STANDS_GOOD,
                 .note = text_format(o->call->request, service_say(o->call, "came on time, of all; %lld late, %lld never came", "按时报送数；迟报 %lld，从未收到 %lld"), (long long)late, (long long)never) };
    return ERR_NONE;
}

static void put_figure(overview *o, text title, figure_of of, text key, const told *f)
{
    static const char *const SAYS[][3] = {
        [STANDS_GOOD] = { "good", "in order", "正常" },
        [STANDS_ATTENTION] = { "attention", "wants attention", "需关注" },
        [STANDS_UNKNOWN] = { "unknown", "not known", "无法得出" },
        [STANDS_PLAIN] = { "plain", "no goal", "无目标" },
    };
    arena *a = o->call->request;
    service_value *v = service_put_object(a, o->figures, NULL);
    service_put_text(a, v, "title", text_copy(a, title));
    service_put_cstr(a, v, "kind", WAYS[of]);
    service_put_text(a, v, "key", text_copy(a, key));
    service_put_text(a, v, "value", text_copy(a, f->value));
    service_put_text(a, v, "note", text_copy(a, f->note));
    service_put_state(o->call, v, "state", SAYS[f->is][0], SAYS[f->is][1], SAYS[f->is][2]);
    o->here += f->is == STANDS_ATTENTION;
    o->attention += f->is == STANDS_ATTENTION;
    o->unknown += f->is == STANDS_UNKNOWN;
}

/* ---- the table ---- */

static void end_dimension(overview *o)
{
    arena *a = o->call->request;
    if (!o->dimension) return;
    service_put_count(a, o->dimension, "attention", o->here);
    service_put(a, o->dimension, "figures", o->figures);
    o->dimension = NULL;
    o->here = 0;
}

static err tell_figure(overview *o, const text *cell, size_t of)
{
    told f = { .note = TEXT("") };
    bool is_here = true;
    text key = cell[AT_KEY];
    switch ((figure_of)of) {
    case OF_INDICATOR: TRY(tell_indicator(o, &key, &f, &is_here)); break;
    case OF_ALERT: tell_alerts(o, key, &f); break;
    case OF_DOCKET: TRY(tell_docket(o, key, &f)); break;
    case OF_CASE: tell_cases(o, key, &f); break;
    case OF_ROLL: TRY(tell_rolls(o, key, &f)); break;
    case OF_COUNT: break;
    }
    if (is_here) put_figure(o, o->call->is_chinese ? cell[AT_ZH] : cell[AT_EN], (figure_of)of, key, &f);
    return ERR_NONE;
}

static err read_row(overview *o, const codec_csv_reader *reader, const codec_csv_row *row)
{
    size_t of = 0;
    text cell[AT_COUNT];
    arena *a = o->call->request;
    if (row->count != AT_COUNT) return err_at(&OVERVIEW_BAD_TABLE, codec_csv_position(reader, 0), "dimension,way,key,zh,en");
    for (int c = 0; c < AT_COUNT; c++) cell[c] = text_copy(a, text_trim(row->field[c]));
    if (text_equal_cstr(cell[AT_WAY], "dimension")) {
        end_dimension(o);
        o->dimension = service_put_object(a, o->list, NULL);
        o->figures = service_list(a);
        service_put_text(a, o->dimension, "dimension", cell[AT_DIMENSION]);
        service_put_text(a, o->dimension, "title", o->call->is_chinese ? cell[AT_ZH] : cell[AT_EN]);
        return ERR_NONE;
    }
    while (of < OF_COUNT && !text_equal_cstr(cell[AT_WAY], WAYS[of])) of++;
    bool is_within = o->dimension && text_equal(service_member(o->dimension, "dimension")->word, cell[AT_DIMENSION]);
    if (of == OF_COUNT || !is_within)
        return err_at(&OVERVIEW_BAD_TABLE, codec_csv_position(reader, 0), text_format(a, "%.*s %.*s", TEXT_ARG(cell[AT_DIMENSION]), TEXT_ARG(cell[AT_WAY])).bytes);
    return tell_figure(o, cell, of);
}

static err read_table(overview *o)
{
    const decide_law *law;
    text bytes;
    TRY(decide_law_open(o->call, &law));
    TRY(decide_law_aside(o->call->request, law, "office-overview.csv", &bytes));
    if (!bytes.size_bytes) return err_of(&OVERVIEW_NONE, "");
    codec_csv_reader *reader = codec_csv_open_text(o->call->request, bytes, (codec_csv_options){ .file = "office-overview.csv" });
    for (bool is_head = true;; is_head = false) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) break;
        if (!is_head && !text_begins(row.field[0], TEXT("#"))) TRY(read_row(o, reader, &row));
    }
    end_dimension(o);
    return ERR_NONE;
}

/* ---- the operation ---- */

/* Without a month of indicators the rest is told all the same; a month that was asked for by name has to be there. */
static err open_all(overview *o)
{
    alert_book *alerts;
    cases_book *cases;
    err e = indicator_told_open(o->call, &o->t);
    bool is_none = e.kind == &INDICATOR_NO_MONTH || e.kind == &INDICATOR_NONE;
    if (e.kind && (!is_none || service_is_given(o->call, "month"))) return e;
    o->has_month = !e.kind;
    o->why = text_of(service_say(o->call, "indicators were not computed yet", "还没有计算指标"));
    TRY(county_alerts(o->t.m.office, &alerts));
    TRY(alert_sums(o->t.m.memory, alerts, &o->alerts, &o->alert_count));
    TRY(county_cases(o->t.m.office, &cases));
    return cases_sums(o->t.m.memory, cases, o->day, &o->cases, &o->case_count);
}

static err write(const overview *o)
{
    document d;
    service_call *call = o->call;
    paper_node *body = document_begin(call, &d, text_format(call->request, service_say(call, "Six dimensions, %.*s", "六个维度总览  %.*s"),
                                                            TEXT_ARG(service_member(call->reply, "on")->word)));
    TRY(document_office(o->t.m.office, &d));
    for (const service_value *v = o->list->first; v; v = v->next) {
        const service_value *figures = service_member(v, "figures");
        size_t at = 0;
        static const char *const SHOWN[] = { "title", "value", "note", "state" };
        enum { WIDTH = ARRAY_COUNT(SHOWN) };
        text *cells = ARENA_ARRAY(call->request, text, (figures->child_count + 1) * WIDTH);
        static const bool IS_NUMBER[WIDTH] = { [1] = true };
        for (size_t c = 0; c < FIGURE_COUNT; c++)
            for (size_t s = 0; s < WIDTH; s++)
                if (!strcmp(FIGURE[c].name, SHOWN[s])) cells[at++] = text_of(service_say(call, FIGURE[c].summary, FIGURE[c].summary_zh));
        for (const service_value *f = figures->first; f; f = f->next)
            for (size_t s = 0; s < WIDTH; s++) cells[at++] = service_member(f, SHOWN[s])->word;
        paper_heading(call->request, body, 2, TEXT_NONE, service_member(v, "title")->word);
        document_table(call, body, cells, figures->child_count + 1, WIDTH, IS_NUMBER, NULL);
    }
    return document_write(call, &d);
}

static err overview_show_run(service_call *call)
{
    arena *a = call->request;
    overview o = { .call = call, .day = service_day_of(call, "on"), .list = service_list(a) };
    TRY(open_all(&o));
    TRY(read_table(&o));
    service_put_text(a, call->reply, "on", service_day_text(a, o.day));
    service_put_text(a, call->reply, "month", o.has_month ? service_month_text(a, o.t.m.month) : TEXT("-"));
    service_put_count(a, call->reply, "attention", o.attention);
    service_put_count(a, call->reply, "unknown", o.unknown);
    service_put(a, call->reply, "dimensions", o.list);
    return service_is_given(call, "out") ? write(&o) : ERR_NONE;
}

static void overview_show_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%.*s, indicators of %.*s: %lld want attention, %lld are not known\n", "%.*s，指标为 %.*s：需关注 %lld 项，无法得出 %lld 项\n"),
                    TEXT_ARG(service_member(r, "on")->word), TEXT_ARG(service_member(r, "month")->word), (long long)service_member(r, "attention")->count,
                    (long long)service_member(r, "unknown")->count);
    for (const service_value *v = service_member(r, "dimensions")->first; v; v = v->next) {
        text_add_format(out, "%.*s (%lld)\n", TEXT_ARG(service_member(v, "title")->word), (long long)service_member(v, "attention")->count);
        for (const service_value *f = service_member(v, "figures")->first; f; f = f->next)
            text_add_format(out, "  %.*s: %.*s  %.*s  [%.*s]\n", TEXT_ARG(service_member(f, "title")->word), TEXT_ARG(service_member(f, "value")->word),
                            TEXT_ARG(service_member(f, "note")->word), TEXT_ARG(service_member(f, "state")->word));
    }
}

static const char *const OVERVIEW_EXAMPLES[] = { "doudi overview show", "doudi overview show --out 六维度.pdf", NULL };
const service_op OVERVIEW_SHOW_OP = {
    .name = "overview.show",
    .summary = "Six dimensions at one look: policy, funds, service, risk, working together, groups - what stands behind each today",
    .summary_zh = "六个维度一屏看：政策、基金、服务、风险、协同、群体，每项今天的数",
    .law = "社会保险法 第七十条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = OVERVIEW_INPUT,
    .input_count = ARRAY_COUNT(OVERVIEW_INPUT),
    .output = OVERVIEW_OUTPUT,
    .output_count = ARRAY_COUNT(OVERVIEW_OUTPUT),
    .examples = OVERVIEW_EXAMPLES,
    .run = overview_show_run,
    .print = overview_show_print,
};
