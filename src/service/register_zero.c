/* doudi register zero: whether a group has nobody left this month, asked anew of rolls and registry. */
#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "calendar/calendar.h"
#include "service/decide_internal.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/register.h"
#include "service/scope.h"
#include "service/watch.h"
#include "service/watch_known.h"

const err_kind REGISTER_NO_GROUP = {
    "register.no_group", ERR_NOT_FOUND, "The register has no group {}; doudi register list shows those there are.",
    "实名库没有类别 {}；用 doudi register list 查看。"
};

static const service_field ZERO_INPUT[] = {
    { .name = "group", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .shows = "GROUP", .summary = "group.hardship ...",
      .summary_zh = "类别：group.hardship 等" },
    MONTH_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ZERO_OUTPUT[] = {
    { .name = "group", .type = SERVICE_TEXT, .summary = "group", .summary_zh = "类别" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "结果" },
    { .name = "left", .type = SERVICE_COUNT, .summary = "still to be won", .summary_zh = "尚未参保" },
    { .name = "dismissed", .type = SERVICE_COUNT, .summary = "said to be false alarms, by people", .summary_zh = "已由人认定误报" },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "of whom it cannot be said", .summary_zh = "说不清的" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "why not, of the first of them", .summary_zh = "其中一人说不清的原因" },
};

typedef struct {
    month_call m;
    scope_span span; /* of the user */
    text group;
    month_deciding o;
    watch_known *known;
    size_t answer;
    int64_t *dismissed; /* subjects, in order */
    size_t dismissed_count;
    int64_t left, set_aside, unknown;
    text reason;
} zeroing;

static err find_purpose(zeroing *z, text *purpose)
{
    const decide_law *law;
    TRY(decide_law_open(z->m.call, &law));
    for (size_t i = 0; i < law->table->row_count; i++) {
        const decide_row *row = &law->table->rows[i];
        bool is_of_register = row->way == DECIDE_WAY_WATCH && text_begins(row->cell[DECIDE_CELL_PURPOSE], TEXT("watch.register"));
        if (!is_of_register || !text_equal(row->cell[DECIDE_CELL_KEY], z->group)) continue;
        *purpose = row->cell[DECIDE_CELL_PURPOSE];
        return ERR_NONE;
    }
    return err_of(&REGISTER_NO_GROUP, text_cstr(z->m.call->request, z->group));
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static err read_dismissed(zeroing *z)
{
    alert_book *book;
    alert_row *rows;
    size_t count;
    alert_filter filter = { .has_over = true, .watch = z->group };
    TRY(county_alerts(z->m.office, &book));
    TRY(alert_list(z->m.memory, book, &filter, &rows, &count));
    z->dismissed = ARENA_ARRAY(z->m.memory, int64_t, count + 1);
    for (size_t i = 0; i < count; i++)
        if (rows[i].state == ALERT_DISMISSED) z->dismissed[z->dismissed_count++] = rows[i].terms.subject_id;
    if (z->dismissed_count) qsort(z->dismissed, z->dismissed_count, sizeof *z->dismissed, by_number);
    return ERR_NONE;
}

static err fill(void *context, uint32_t bucket, roster_block *block)
{
    zeroing *z = context;
    (void)bucket;
    watch_known_fill(z->known, z->o.plan, &block->people, block->subject_id);
    return ERR_NONE;
}

static err take(void *context, uint32_t bucket, const roster_block *block)
{
    zeroing *z = context;
    const column *is = &z->o.results->answers[z->answer];
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        if (!scope_has_place(z->span, block->region[lane])) continue;
        if (!column_is_valid(is, lane)) {
            if (!z->unknown++) z->reason = text_copy(z->m.memory, decide_reason(z->m.memory, z->o.plan, column_reason(is, lane), z->m.call->is_chinese));
        } else if (is->value[lane]) {
            bool is_dismissed = search_has(z->dismissed, z->dismissed_count, block->subject_id[lane]);
            z->set_aside += is_dismissed;
            z->left += !is_dismissed;
        }
    }
    return ERR_NONE;
}

static err look(zeroing *z, text purpose)
{
    month_hands hands = { .fill = fill, .take = take, .context = z };
    TRY(month_deciding_open(&z->m, purpose, calendar_last_day_of_month(z->m.month), &z->o));
    z->answer = decide_answer_index(z->o.plan, text_cstr(z->m.memory, z->group));
    z->known = watch_known_open(z->m.office, z->m.month);
    err e = z->answer == SIZE_MAX ? err_of(&REGISTER_NO_GROUP, text_cstr(z->m.call->request, z->group)) : ERR_NONE;
    if (!e.kind) e = watch_known_gather(z->known, z->o.plan);
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) e = month_decide_bucket(&z->m, &z->o, bucket, &hands);
    if (e.detail) e.detail = text_cstr(z->m.call->request, text_of(e.detail));
    watch_known_close(z->known);
    month_deciding_close(&z->o);
    return e;
}

static err register_zero_run(service_call *call)
{
    zeroing z = { .group = service_text_of(call, "group", TEXT_NONE), .reason = TEXT("") };
    arena *a = call->request;
    text purpose;
    TRY(month_begin(call, COUNTY_READ, &z.m));
    TRY(scope_of(z.m.office, &z.span));
    scope_say(call, z.span);
    TRY(find_purpose(&z, &purpose));
    TRY(read_dismissed(&z));
    TRY(look(&z, purpose));
    bool is_clear = !z.left && !z.unknown;
    service_put_text(a, call->reply, "group", watch_title(call, z.group));
    service_put_text(a, call->reply, "month", service_month_text(a, z.m.month));
    service_put_state(call, call->reply, "state", is_clear ? "clear" : "not_clear", is_clear ? "nobody is left" : "not cleared",
                      is_clear ? "已清零" : "未清零");
    service_put_count(a, call->reply, "left", z.left);
    service_put_count(a, call->reply, "dismissed", z.set_aside);
    service_put_count(a, call->reply, "unknown", z.unknown);
    service_put_text(a, call->reply, "reason", text_copy(a, z.reason));
    call->has_failures = !is_clear;
    return ERR_NONE;
}

static const char *const ZERO_EXAMPLES[] = { "doudi register zero group.hardship --month 2026-11", NULL };

const service_op REGISTER_ZERO_OP = {
    .name = "register.zero",
    .summary = "Whether a group has nobody left at the month's end, asked anew of rolls and registry; exit code 1 while somebody is",
    .summary_zh = "某一类按月动态清零：按名册和登记库重新核对，还有人就不通过",
    .law = "国发〔2014〕8号 第五条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = ZERO_INPUT,
    .input_count = ARRAY_COUNT(ZERO_INPUT),
    .output = ZERO_OUTPUT,
    .output_count = ARRAY_COUNT(ZERO_OUTPUT),
    .examples = ZERO_EXAMPLES,
    .run = register_zero_run,
};
