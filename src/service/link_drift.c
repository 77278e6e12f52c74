/* doudi link drift: what has changed between two models that were kept. */
#include <stdlib.h>

#include "codec/codec.h"
#include "service/files.h"
#include "service/link.h"
#include "service/operations.h"

static const service_field DRIFT_INPUT[] = {
    { .name = "before", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "BEFORE.txt",
      .summary = "the model of before (doudi link --keep)", .summary_zh = "以前的模型（doudi link --keep 保存）" },
    { .name = "now", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "NOW.txt", .summary = "that of now",
      .summary_zh = "现在的模型" },
};
static const service_field DRIFT_ROW[] = {
    { .name = "field", .type = SERVICE_TEXT, .summary = "field", .summary_zh = "字段" },
    { .name = "level", .type = SERVICE_TEXT, .summary = "level", .summary_zh = "相符程度" },
    { .name = "often_before", .type = SERVICE_TEXT, .summary = "of one person, before", .summary_zh = "同人概率（以前）" },
    { .name = "often_now", .type = SERVICE_TEXT, .summary = "now", .summary_zh = "（现在）" },
    { .name = "weight_before", .type = SERVICE_TEXT, .summary = "weight before", .summary_zh = "权重（以前）" },
    { .name = "weight_now", .type = SERVICE_TEXT, .summary = "now", .summary_zh = "（现在）" },
    { .name = "change", .type = SERVICE_TEXT, .summary = "change", .summary_zh = "变化" },
    { .name = "finding", .type = SERVICE_STATE, .summary = "finding", .summary_zh = "结论" },
};
static const service_field DRIFT_OUTPUT[] = {
    { .name = "levels", .type = SERVICE_COUNT, .summary = "levels", .summary_zh = "相符程度" },
    { .name = "drifted", .type = SERVICE_COUNT, .summary = "of them drifted", .summary_zh = "其中有漂移" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "levels, what matters most first", .summary_zh = "各相符程度，影响大的在前",
      .fields = DRIFT_ROW, .field_count = ARRAY_COUNT(DRIFT_ROW) },
};

/* The odds of a pair by a factor of two, and no level that hardly any record of one person stands at. */
enum { MOVED = 6931, SELDOM = 1000 };
static const char *finding_of(const linkage_drift *row)
{
    if (row->is_known[0] != row->is_known[1]) return row->is_known[0] ? "gone" : "new";
    bool is_met = row->millionths[0] >= SELDOM || row->millionths[1] >= SELDOM;
    return is_met && llabs(row->weight[1] - row->weight[0]) >= MOVED ? "drifted" : "steady";
}

bool link_has_drifted(const linkage_drift *row)
{
    return !text_equal_cstr(TEXT("steady"), finding_of(row));
}

static text scaled(arena *a, int64_t number, int places, bool is_known)
{
    char digits[CODEC_SCALED_BYTES];
    if (!is_known) return TEXT("");
    return text_copy(a, (text){ digits, codec_print_scaled(number, places, digits) });
}

static void put_row(service_call *call, service_value *list, const linkage_drift *row, int64_t *drifted)
{
    static const char *const WORDS[][3] = {
        { "steady", "steady", "稳定" }, { "drifted", "drifted", "有漂移" }, { "new", "not in the model of before", "以前没有" }, { "gone", "not in the model of now", "现在没有" },
    };
    arena *a = call->request;
    service_value *v = service_put_object(a, list, NULL);
    const char *finding = finding_of(row);
    bool are_known = row->is_known[0] && row->is_known[1];
    service_put_cstr(a, v, "field", row->field);
    service_put_cstr(a, v, "level", row->level);
    service_put_text(a, v, "often_before", scaled(a, row->millionths[0], 6, row->is_known[0]));
    service_put_text(a, v, "often_now", scaled(a, row->millionths[1], 6, row->is_known[1]));
    service_put_text(a, v, "weight_before", scaled(a, row->weight[0], 4, row->is_known[0]));
    service_put_text(a, v, "weight_now", scaled(a, row->weight[1], 4, row->is_known[1]));
    service_put_text(a, v, "change", scaled(a, row->weight[1] - row->weight[0], 4, are_known));
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (text_equal_cstr(text_of(WORDS[i][0]), finding)) service_put_state(call, v, "finding", WORDS[i][0], WORDS[i][1], WORDS[i][2]);
    *drifted += link_has_drifted(row);
}

static err compare_models(service_call *call)
{
    static const char *const NAMES[2] = { "before", "now" };
    arena *a = call->request;
    text model[2];
    const char *file[2];
    linkage_drift *rows;
    size_t count;
    int64_t drifted = 0;
    for (int i = 0; i < 2; i++) {
        text path = service_text_of(call, NAMES[i], TEXT_NONE);
        file[i] = text_cstr(a, path);
        TRY(service_read_utf8(a, path, &model[i]));
    }
    TRY(linkage_drift_of(a, model, file, &rows, &count));
    service_value *list = service_list(a);
    for (size_t i = 0; i < count; i++) put_row(call, list, &rows[i], &drifted);
    service_put_count(a, call->reply, "levels", (int64_t)count);
    service_put_count(a, call->reply, "drifted", drifted);
    service_put(a, call->reply, "rows", list);
    return ERR_NONE;
}

static err link_drift(service_call *call)
{
    return link_told(call, compare_models(call));
}

static const char *const DRIFT_EXAMPLES[] = { "doudi link drift october.txt november.txt", NULL };

const service_op LINK_DRIFT_OP = {
    .name = "link.drift",
    .summary = "What has changed between two models: how records of one person differ, and what a field's level weighs",
    .summary_zh = "比较两个比对模型：同一人的记录差异和各字段权重有无漂移",
    .kind = SERVICE_READ,
    .permission = "policy.read",
    .input = DRIFT_INPUT,
    .input_count = ARRAY_COUNT(DRIFT_INPUT),
    .output = DRIFT_OUTPUT,
    .output_count = ARRAY_COUNT(DRIFT_OUTPUT),
    .examples = DRIFT_EXAMPLES,
    .run = link_drift,
};
