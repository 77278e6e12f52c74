/* doudi roll differences: what a roll says otherwise than the month before. */
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/rolls.h"

static const service_field DIFFERENCES_INPUT[] = { ROLLS_RECEIPT_FIELD, ROLLS_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field DIFFERENCE_ROW[] = {
    { .name = "kind", .type = SERVICE_STATE, .summary = "what", .summary_zh = "增减" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "number", .summary_zh = "号码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名（名称）" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "id here", .summary_zh = "本机构编号" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "said before", .summary_zh = "原内容" },
    { .name = "now", .type = SERVICE_TEXT, .summary = "says now", .summary_zh = "现内容" },
};
enum { DIFFERENCE_COLUMNS = ARRAY_COUNT(DIFFERENCE_ROW) };
static const service_field DIFFERENCES_OUTPUT[] = {
    { .name = "roll", .type = SERVICE_TEXT, .summary = "roll", .summary_zh = "名册" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "held against", .summary_zh = "对照" },
    { .name = "added", .type = SERVICE_COUNT, .summary = "added", .summary_zh = "新增" },
    { .name = "removed", .type = SERVICE_COUNT, .summary = "removed", .summary_zh = "减少" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "changed", .summary_zh = "变化" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "differences (50 at most; by pages all)", .summary_zh = "明细（前 50 行，分页时全部）",
      .fields = DIFFERENCE_ROW, .field_count = DIFFERENCE_COLUMNS },
};
static const struct {
    const char *code, *en, *zh;
} KINDS[ROLLS_DIFFERENCE_COUNT] = {
    [ROLLS_ADDED] = { "added", "added", "新增" },
    [ROLLS_REMOVED] = { "removed", "removed", "减少" },
    [ROLLS_CHANGED] = { "changed", "changed", "变化" },
};

static void put_difference(const rolls_shown *before, const rolls_shown *now, const rolls_difference *d, service_value *list, grid *g)
{
    arena *a = now->call->request;
    const rolls_shown *of = d->kind == ROLLS_REMOVED ? before : now;
    size_t at = d->kind == ROLLS_REMOVED ? d->before : d->now;
    int64_t subject_id = of->lines[at].subject_id;
    text was = d->before == SIZE_MAX ? TEXT("") : rolls_shown_says(before, d->before), is = d->now == SIZE_MAX ? TEXT("") : rolls_shown_says(now, d->now);
    text cells[DIFFERENCE_COLUMNS] = { text_of(service_say(now->call, KINDS[d->kind].en, KINDS[d->kind].zh)), rolls_shown_number(of, at), rolls_shown_name(of, at),
                                       text_format(a, "%lld", (long long)subject_id), was, is };
    for (size_t c = 0; c < DIFFERENCE_COLUMNS; c++) grid_add(g, cells[c]);
    if (!service_takes_row(now->call, list, ROLLS_SHOWN_LINES)) return;
    service_value *v = service_put_object(a, list, NULL);
    service_put_state(now->call, v, "kind", KINDS[d->kind].code, KINDS[d->kind].en, KINDS[d->kind].zh);
    service_put_text(a, v, "number", cells[1]);
    service_put_text(a, v, "name", cells[2]);
    service_put_count(a, v, "subject", subject_id);
    service_put_text(a, v, "before", was);
    service_put_text(a, v, "now", is);
}

static err roll_differences_run(service_call *call)
{
    rolls_shown now, before = { .count = 0 };
    arena *a = call->request;
    rolls_difference *all;
    size_t count;
    int64_t tally[ROLLS_DIFFERENCE_COUNT] = { 0 }, before_id = 0;
    service_value *rows = service_list(a);
    err e = rolls_shown_begin(call, &now);
    if (!e.kind) e = rolls_before(now.book, now.receipt.terms.roll, now.receipt.terms.month, &before_id);
    before = (rolls_shown){ .call = call, .office = now.office, .book = now.book, .keys = now.keys };
    if (!e.kind && before_id) e = rolls_shown_open(&before, before_id);
    rolls_keys_close(now.keys);
    TRY(e);
    rolls_compare(now.office->memory, before.lines, before.count, now.lines, now.count, &all, &count);
    grid g = grid_open(call, rolls_title(call, now.contract), DIFFERENCE_ROW, DIFFERENCE_COLUMNS, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        tally[all[i].kind]++;
        put_difference(&before, &now, &all[i], rows, &g);
    }
    service_put_text(a, call->reply, "roll", rolls_title(call, now.contract));
    service_put_text(a, call->reply, "month", service_month_text(a, now.receipt.terms.month));
    service_put_text(a, call->reply, "before", before_id ? service_month_text(a, before.receipt.terms.month)
                                                         : text_of(service_say(call, "nothing before", "此前没有")));
    for (int k = 0; k < ROLLS_DIFFERENCE_COUNT; k++) service_put_count(a, call->reply, KINDS[k].code, tally[k]);
    service_put(a, call->reply, "rows", rows);
    return service_is_given(call, "out") ? grid_write(&g, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static const char *const DIFFERENCES_EXAMPLES[] = { "doudi roll differences 4 --out 增减.xlsx", NULL };

const service_op ROLLS_DIFFERENCES_OP = {
    .name = "roll.differences",
    .summary = "A month's roll held against the month before: who came, who went, of whom something else is said",
    .summary_zh = "名册与上月对照：新增、减少、变化",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = DIFFERENCES_INPUT,
    .input_count = ARRAY_COUNT(DIFFERENCES_INPUT),
    .output = DIFFERENCES_OUTPUT,
    .output_count = ARRAY_COUNT(DIFFERENCES_OUTPUT),
    .examples = DIFFERENCES_EXAMPLES,
    .run = roll_differences_run,
};
