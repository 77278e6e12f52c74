/* doudi case counts: how many cases came, of what, by which way, about what; held against as long a time before. */
#include <stdlib.h>

#include "service/case.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/scope.h"

static const service_field COUNTS_INPUT[] = {
    { .name = "by", .type = SERVICE_TEXT, .shows = "type|channel|town|FIELD",
      .summary = "by type, channel, township, or what stands in a field of the form of --type (default: type)",
      .summary_zh = "按什么分：type 事项、channel 渠道、town 乡镇，或 --type 所指事项的某个表单项（默认按事项）" },
    { .name = "type", .type = SERVICE_TEXT, .shows = "TYPE", .summary = "of one type", .summary_zh = "某一事项" },
    { .name = "from", .type = SERVICE_DATE, .is_required = true, .shows = "DATE", .summary = "opened from this day", .summary_zh = "受理日从哪天起" },
    { .name = "until", .type = SERVICE_DATE, .shows = "DATE", .summary = "opened until this day (default: today)", .summary_zh = "受理日到哪天止（默认今天）" },
    CASE_ON_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ROW[] = {
    { .name = "what", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "类别" },
    { .name = "opened", .type = SERVICE_COUNT, .summary = "opened", .summary_zh = "受理" },
    { .name = "before", .type = SERVICE_COUNT, .summary = "in as many days before", .summary_zh = "此前同样天数" },
    { .name = "closed", .type = SERVICE_COUNT, .summary = "of them over", .summary_zh = "其中已结" },
    { .name = "late", .type = SERVICE_COUNT, .summary = "of them late", .summary_zh = "其中超期" },
    { .name = "instant", .type = SERVICE_COUNT, .summary = "decided at once", .summary_zh = "其中秒办" },
    { .name = "share", .type = SERVICE_TEXT, .summary = "share at once", .summary_zh = "秒办率" },
};
static const service_field COUNTS_OUTPUT[] = {
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "起" },
    { .name = "until", .type = SERVICE_TEXT, .summary = "until", .summary_zh = "止" },
    { .name = "opened", .type = SERVICE_COUNT, .summary = "opened in all", .summary_zh = "受理合计" },
    { .name = "before", .type = SERVICE_COUNT, .summary = "in as many days before", .summary_zh = "此前同样天数" },
    { .name = "closed", .type = SERVICE_COUNT, .summary = "of them over", .summary_zh = "其中已结" },
    { .name = "instant", .type = SERVICE_COUNT, .summary = "of these decided at once", .summary_zh = "其中秒办" },
    { .name = "share", .type = SERVICE_TEXT, .summary = "share at once", .summary_zh = "秒办率" },
    { .name = "counts", .type = SERVICE_OBJECT, .is_list = true, .summary = "the most first", .summary_zh = "从多到少", .fields = ROW,
      .field_count = ARRAY_COUNT(ROW) },
};

const err_kind CASE_NO_FIELD = {
    "case.no_field", ERR_BAD_INPUT, "Cases are counted by type, channel, town or a field of the form of --type; {} is none of them.",
    "可按 type、channel、town 或 --type 所指事项的表单项分类；“{}”都不是。"
};

typedef struct {
    text what;
    int64_t opened, before, closed, late, instant;
} count_row;
typedef struct {
    case_call c;
    const policy_case *type; /* NULL: all */
    const char *field;       /* of its form; NULL: not by a field */
    text by;
    int32_t from, until;
    scope_span span; /* of the user's township; 0, 0: the whole county is counted */
    count_row *rows;
    size_t count, capacity;
} counting;

static err begin(service_call *call, counting *k)
{
    text type = service_text_of(call, "type", TEXT_NONE);
    *k = (counting){ .by = service_text_of(call, "by", TEXT("type")) };
    TRY(case_begin(call, COUNTY_READ, &k->c));
    TRY(scope_of(k->c.office, &k->span));
    scope_say(call, k->span);
    k->from = service_day_of(call, "from");
    k->until = service_is_given(call, "until") ? service_day_of(call, "until") : k->c.day;
    if (type.size_bytes) TRY(case_type_find(&k->c, type, &k->type));
    for (size_t i = 0; k->type && i < k->type->field_count; i++) {
        const policy_symbol *s = k->type->fields[i].symbol;
        if (text_equal_cstr(k->by, s->name) || (s->label && text_equal_cstr(k->by, s->label))) k->field = s->name;
    }
    bool is_known = k->field || text_equal_cstr(k->by, "type") || text_equal_cstr(k->by, "channel") || text_equal_cstr(k->by, "town");
    return is_known ? ERR_NONE : err_of(&CASE_NO_FIELD, text_cstr(call->request, k->by));
}

static err what_of(counting *k, const cases_row *row, text *what)
{
    arena *a = k->c.call->request;
    cases_value *values;
    size_t count;
    *what = text_copy(a, case_type_shown(&k->c, row->type));
    if (text_equal_cstr(k->by, "channel")) *what = text_copy(a, row->channel);
    if (text_equal_cstr(k->by, "town")) *what = text_format(a, "%09lld", (long long)(row->region / 1000));
    if (!k->field) return ERR_NONE;
    *what = TEXT("-");
    TRY(cases_values(a, k->c.book, row->case_id, &values, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(values[i].field, k->field)) *what = values[i].value;
    return ERR_NONE;
}

static count_row *row_of(counting *k, text what)
{
    for (size_t i = 0; i < k->count; i++)
        if (text_equal(k->rows[i].what, what)) return &k->rows[i];
    count_row one = { .what = what };
    ARENA_PUSH(k->c.call->request, k->rows, k->count, k->capacity, one);
    return &k->rows[k->count - 1];
}

/* 秒办: over on the day it came, decided by the rule: whoever took it in has passed its first step at most, and
 * everything after it, and one step at least, was the engine's own. */
static err decided_at_once(counting *k, const cases_row *row, bool *is)
{
    cases_mark *marks;
    size_t count, own = 0, others = 0;
    *is = false;
    if (!cases_is_over(row->state) || row->state == CASES_WITHDRAWN || row->closed_day != row->opened_day) return ERR_NONE;
    TRY(cases_marks(k->c.memory, k->c.book, row->case_id, &marks, &count));
    for (size_t i = 0; i < count; i++) {
        if (marks[i].what == CASES_RETURN || marks[i].what == CASES_ASK) return ERR_NONE;
        bool is_step = marks[i].what == CASES_PASS || marks[i].what == CASES_FINISH || marks[i].what == CASES_END;
        if (!is_step) continue;
        if (text_equal_cstr(marks[i].duty, CASE_AUTO)) own++;
        else if (own || others++) return ERR_NONE;
    }
    *is = own > 0;
    return ERR_NONE;
}

/* Of those that are over, in hundredths of a per cent, cut: a goal that was missed does not look reached. */
static text share_text(arena *a, int64_t instant, int64_t closed)
{
    int64_t share = closed ? instant * 10000 / closed : 0;
    return closed ? text_format(a, "%lld.%02lld%%", (long long)(share / 100), (long long)(share % 100)) : TEXT("-");
}

/* Of a township those about somebody there; not that one of the few who live in a village complained. */
static err is_counted(counting *k, const cases_row *row, bool *is)
{
    bool hides;
    *is = true;
    if (!k->span.until) return ERR_NONE;
    TRY(scope_holds(k->c.office, k->span, row->subject_id, is));
    if (!*is) return ERR_NONE;
    TRY(case_hides(&k->c, row->type, row->subject_id, &hides));
    *is = !hides;
    return ERR_NONE;
}

static err count_one(counting *k, const cases_row *row)
{
    int32_t span = k->until - k->from + 1;
    bool is_in = row->opened_day >= k->from && row->opened_day <= k->until;
    bool is_before = row->opened_day >= k->from - span && row->opened_day < k->from;
    bool is;
    text what;
    if ((!is_in && !is_before) || (k->type && !text_equal_cstr(row->type, k->type->symbol->name))) return ERR_NONE;
    TRY(is_counted(k, row, &is));
    if (!is) return ERR_NONE;
    TRY(what_of(k, row, &what));
    count_row *r = row_of(k, what);
    r->opened += is_in;
    r->before += is_before;
    r->closed += is_in && cases_is_over(row->state);
    bool is_instant = false;
    if (is_in) TRY(decided_at_once(k, row, &is_instant));
    r->instant += is_instant;
    r->late += is_in && row->state == CASES_IN_HAND && row->due_day && row->due_day < k->c.day;
    return ERR_NONE;
}

static int by_most(const void *a, const void *b)
{
    const count_row *x = a, *y = b;
    if (x->opened != y->opened) return x->opened < y->opened ? 1 : -1;
    return text_compare(x->what, y->what);
}

static err counts_run(service_call *call)
{
    counting k;
    cases_row *all;
    size_t count;
    int64_t opened = 0, before = 0, closed = 0, instant = 0;
    arena *a = call->request;
    cases_filter filter = { .has_open = true, .has_over = true, .type = TEXT(""), .duty = TEXT("") };
    TRY(begin(call, &k));
    TRY(cases_list(k.c.memory, k.c.book, &filter, &all, &count));
    for (size_t i = 0; i < count; i++) TRY(count_one(&k, &all[i]));
    if (k.count) qsort(k.rows, k.count, sizeof *k.rows, by_most);
    for (size_t i = 0; i < k.count; i++) {
        opened += k.rows[i].opened;
        before += k.rows[i].before;
        closed += k.rows[i].closed;
        instant += k.rows[i].instant;
    }
    service_put_text(a, call->reply, "from", case_day_text(a, k.from));
    service_put_text(a, call->reply, "until", case_day_text(a, k.until));
    service_put_count(a, call->reply, "opened", opened);
    service_put_count(a, call->reply, "before", before);
    service_put_count(a, call->reply, "closed", closed);
    service_put_count(a, call->reply, "instant", instant);
    service_put_text(a, call->reply, "share", share_text(a, instant, closed));
    service_value *list = service_put_list(a, call->reply, "counts");
    for (size_t i = 0; i < k.count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "what", k.rows[i].what);
        service_put_count(a, v, "opened", k.rows[i].opened);
        service_put_count(a, v, "before", k.rows[i].before);
        service_put_count(a, v, "closed", k.rows[i].closed);
        service_put_count(a, v, "late", k.rows[i].late);
        service_put_count(a, v, "instant", k.rows[i].instant);
        service_put_text(a, v, "share", share_text(a, k.rows[i].instant, k.rows[i].closed));
    }
    return ERR_NONE;
}

static void counts_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "%.*s to %.*s: %lld opened, %lld in as many days before\n", "%.*s 至 %.*s：受理 %lld 件，此前同样天数 %lld 件\n"),
                    TEXT_ARG(service_member(call->reply, "from")->word), TEXT_ARG(service_member(call->reply, "until")->word),
                    (long long)service_member(call->reply, "opened")->count, (long long)service_member(call->reply, "before")->count);
    text_add_format(out, service_say(call, "over: %lld, of these decided at once by the rule: %lld (%.*s)\n", "已结 %lld 件，其中秒办 %lld 件（%.*s）\n"),
                    (long long)service_member(call->reply, "closed")->count, (long long)service_member(call->reply, "instant")->count,
                    TEXT_ARG(service_member(call->reply, "share")->word));
    month_print_list(call, "counts", ROW, ARRAY_COUNT(ROW), ARRAY_COUNT(ROW), out);
}

static const char *const EXAMPLES[] = { "doudi case counts --by channel --from 2026-11-01",
                                        "doudi case counts --type 投诉举报 --by 事由 --from 2026-11-01 --until 2026-11-30", NULL };
const service_op CASE_COUNTS_OP = {
    .name = "case.counts",
    .summary = "How many cases came, by type, channel, township or topic, against as long a time before",
    .summary_zh = "办件统计：按事项、渠道、乡镇或表单项分，与此前同样天数相比",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_READ, .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = COUNTS_INPUT, .input_count = ARRAY_COUNT(COUNTS_INPUT), .output = COUNTS_OUTPUT, .output_count = ARRAY_COUNT(COUNTS_OUTPUT),
    .examples = EXAMPLES, .run = counts_run, .print = counts_print,
};
