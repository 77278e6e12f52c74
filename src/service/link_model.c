/* doudi link model: what a kept model has learned, level by level; what its keys bring together; how likely was right; what drifted. */
#include <stdlib.h>

#include "base/hash.h"
#include "codec/codec.h"
#include "service/files.h"
#include "service/link.h"
#include "service/operations.h"

static const err_kind LINK_NO_SHARE = {
    "link.no_share", ERR_BAD_INPUT, "A probability is a number from 0 to 1, not '{}'.", "可能性只能是 0 至 1 的数，不能是“{}”。"
};
static const err_kind LINK_HALF_CALIBRATION = {
    "link.half_calibration", ERR_BAD_INPUT, "For {} say both the pairs (--pairs) and what people decided of them (--labels), or neither.",
    "{} 需要同时给出 --pairs（比对输出）和 --labels（人工核定）。"
};

static const service_field MODEL_INPUT[] = {
    { .name = "model", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "MODEL.txt", .summary = "the model (doudi link --keep)",
      .summary_zh = "比对模型（doudi link --keep 保存）" },
    { .name = "before", .type = SERVICE_FILE, .shows = "BEFORE.txt", .summary = "one of a month before, to see what has drifted", .summary_zh = "以前月份的模型，用来看漂移" },
    { .name = "spec", .type = SERVICE_TEXT, .is_required = true, .shows = "SPEC", .summary = "the spec it was learned by: cn-person, cn-employer, latin-person or a file", .summary_zh = "学得模型所用的规格：cn-person、cn-employer、latin-person 或文件" },
    { .name = "pairs", .type = SERVICE_FILE, .shows = "PAIRS.csv", .summary = "pairs that doudi link wrote with it, to see how right it was", .summary_zh = "用它比对写出的候选对，用来看说得准不准" },
    { .name = "labels", .type = SERVICE_FILE, .shows = "LABELS.csv", .summary = "what people decided of pairs: id_a, id_b, match (1 or 0)", .summary_zh = "人工核定：id_a、id_b、match（1 或 0）" },
};
static const service_field MODEL_ROW[] = {
    { .name = "field", .type = SERVICE_TEXT, .summary = "field", .summary_zh = "字段" },
    { .name = "level", .type = SERVICE_TEXT, .summary = "level", .summary_zh = "相符程度" },
    { .name = "often", .type = SERVICE_TEXT, .summary = "of one person", .summary_zh = "同人概率" },
    { .name = "weight", .type = SERVICE_TEXT, .summary = "weight", .summary_zh = "权重" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "weight before", .summary_zh = "以前权重" },
    { .name = "change", .type = SERVICE_TEXT, .summary = "change", .summary_zh = "变化" },
};
static const service_field KEY_ROW[] = {
    { .name = "key", .type = SERVICE_TEXT, .summary = "key", .summary_zh = "分块键" },
    { .name = "finds", .type = SERVICE_TEXT, .summary = "brings together", .summary_zh = "能带到一起的比例" },
};
static const service_field BIN_ROW[] = {
    { .name = "from", .type = SERVICE_TEXT, .summary = "said from", .summary_zh = "所说可能性自" },
    { .name = "until", .type = SERVICE_TEXT, .summary = "until", .summary_zh = "至" },
    { .name = "pairs", .type = SERVICE_COUNT, .summary = "pairs decided", .summary_zh = "已核定对数" },
    { .name = "said", .type = SERVICE_TEXT, .summary = "said on average", .summary_zh = "平均所说" },
    { .name = "right", .type = SERVICE_TEXT, .summary = "one person in truth", .summary_zh = "实际同人" },
};
static const service_field MODEL_OUTPUT[] = {
    { .name = "levels", .type = SERVICE_COUNT, .summary = "levels", .summary_zh = "相符程度" },
    { .name = "recall", .type = SERVICE_TEXT, .summary = "pairs of one person that some key brings together, at least", .summary_zh = "至少有一个键带到一起的同人对（下限）" },
    { .name = "drifted", .type = SERVICE_COUNT, .summary = "levels drifted since the model of before", .summary_zh = "与以前相比有漂移的" },
    { .name = "decided", .type = SERVICE_COUNT, .summary = "pairs that people decided", .summary_zh = "人工核定的候选对" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "weights by field and level", .summary_zh = "各字段各程度的权重", .fields = MODEL_ROW,
      .field_count = ARRAY_COUNT(MODEL_ROW) },
    { .name = "keys", .type = SERVICE_OBJECT, .is_list = true, .summary = "keys", .summary_zh = "分块键", .fields = KEY_ROW, .field_count = ARRAY_COUNT(KEY_ROW) },
    { .name = "bins", .type = SERVICE_OBJECT, .is_list = true, .summary = "how likely was right", .summary_zh = "校准：说的与实际", .fields = BIN_ROW,
      .field_count = ARRAY_COUNT(BIN_ROW) },
};

enum { MILLION = 1000000, SHARE_PLACES = 6, WEIGHT_PLACES = 4 };

static text scaled(arena *a, int64_t number, int places)
{
    char digits[CODEC_SCALED_BYTES];
    return text_copy(a, (text){ digits, codec_print_scaled(number, places, digits) });
}

/* ---- weights, and drift ---- */

static int by_field(const void *x, const void *y)
{
    const linkage_drift *p = x, *q = y;
    int order = text_compare(text_of(p->field), text_of(q->field));
    if (order) return order;
    return (p->weight[1] < q->weight[1]) - (p->weight[1] > q->weight[1]);
}

static err put_weights(service_call *call)
{
    arena *a = call->request;
    text model[2], path = service_text_of(call, "model", TEXT_NONE), before = service_text_of(call, "before", path);
    const char *file[2] = { text_cstr(a, before), text_cstr(a, path) };
    linkage_drift *rows;
    size_t count;
    int64_t levels = 0, drifted = 0;
    bool has_before = service_is_given(call, "before");
    TRY(service_read_utf8(a, before, &model[0]));
    TRY(service_read_utf8(a, path, &model[1]));
    TRY(linkage_drift_of(a, model, file, &rows, &count));
    qsort(rows, count, sizeof *rows, by_field);
    service_value *list = service_list(a);
    for (size_t i = 0; i < count; i++) {
        const linkage_drift *row = &rows[i];
        drifted += link_has_drifted(row);
        if (!row->is_known[1]) continue;
        levels++;
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "field", row->field);
        service_put_cstr(a, v, "level", row->level);
        service_put_text(a, v, "often", scaled(a, row->millionths[1], SHARE_PLACES));
        service_put_text(a, v, "weight", scaled(a, row->weight[1], WEIGHT_PLACES));
        bool is_held = has_before && row->is_known[0];
        service_put_text(a, v, "before", is_held ? scaled(a, row->weight[0], WEIGHT_PLACES) : TEXT(""));
        service_put_text(a, v, "change", is_held ? scaled(a, row->weight[1] - row->weight[0], WEIGHT_PLACES) : TEXT(""));
    }
    service_put_count(a, call->reply, "levels", levels);
    service_put_count(a, call->reply, "drifted", drifted);
    service_put(a, call->reply, "rows", list);
    return ERR_NONE;
}

/* ---- keys ---- */

static err put_keys(service_call *call)
{
    arena *a = call->request;
    const linkage_spec *spec;
    linkage_reach *keys;
    size_t count;
    int64_t all;
    text model, path = service_text_of(call, "model", TEXT_NONE);
    TRY(link_spec(call, &spec));
    TRY(service_read_utf8(a, path, &model));
    TRY(linkage_reach_of(a, spec, model, text_cstr(a, path), &keys, &count, &all));
    service_value *list = service_list(a);
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "key", keys[i].key);
        service_put_text(a, v, "finds", scaled(a, keys[i].millionths, SHARE_PLACES));
    }
    service_put_text(a, call->reply, "recall", scaled(a, all, SHARE_PLACES));
    service_put(a, call->reply, "keys", list);
    return ERR_NONE;
}

/* ---- calibration ---- */

static const int64_t EDGES[] = { 0, 10000, 50000, 100000, 300000, 500000, 700000, 900000, 990000, 999000, MILLION + 1 };
enum { BINS = ARRAY_COUNT(EDGES) - 1 };
typedef struct {
    service_call *call;
    hash_map *decided; /* pair -> 1 one person, 0 two */
    int64_t pairs[BINS], said[BINS], right[BINS], all;
} calibrating;

static text pair_key(arena *a, text one, text other)
{
    return text_format(a, "%.*s\x1f%.*s", TEXT_ARG(text_trim(one)), TEXT_ARG(text_trim(other)));
}

static err take_label(calibrating *c, sheet *file, const text cell[3], size_t at)
{
    arena *a = c->call->request;
    text says = text_trim(cell[2]);
    bool is_match = text_equal_cstr(says, "1");
    if (!is_match && !text_equal_cstr(says, "0")) return err_at(&LINK_BAD_LABEL, sheet_position(file, at), text_cstr(a, text_shown(a, says, 40)));
    hash_map_put(c->decided, pair_key(a, cell[0], cell[1]), is_match);
    return ERR_NONE;
}

static err take_pair(calibrating *c, sheet *file, const text cell[3], size_t at)
{
    arena *a = c->call->request;
    int64_t said;
    size_t is_match = hash_map_get(c->decided, pair_key(a, cell[0], cell[1]));
    bool is_share = codec_parse_scaled(text_trim(cell[2]), SHARE_PLACES, &said) && said >= 0 && said <= MILLION;
    if (!is_share) return err_at(&LINK_NO_SHARE, sheet_position(file, at), text_cstr(a, text_shown(a, cell[2], 40)));
    if (is_match == SIZE_MAX) return ERR_NONE;
    int bin = 0;
    while (said >= EDGES[bin + 1]) bin++;
    c->all++;
    c->pairs[bin]++;
    c->said[bin] += said;
    c->right[bin] += (int64_t)is_match;
    return ERR_NONE;
}

static err read_rows(calibrating *c, const char *argument, const char *const names[3], err (*take)(calibrating *c, sheet *file, const text cell[3], size_t at))
{
    sheet *file = NULL;
    size_t count = 0, place[3];
    err e = sheet_open(c->call, service_text_of(c->call, argument, TEXT_NONE), &file);
    const text *columns = e.kind ? NULL : sheet_columns(file, &count);
    for (int n = 0; !e.kind && n < 3; n++) {
        place[n] = SIZE_MAX;
        for (size_t i = 0; i < count; i++)
            if (text_equal_cstr(text_trim(columns[i]), names[n])) place[n] = i;
        if (place[n] == SIZE_MAX) e = err_of(&LINK_NO_COLUMN, names[n]);
        else e = sheet_once(file, place[n]);
    }
    for (bool has_row = !e.kind; has_row && !e.kind;) {
        codec_csv_row row;
        text cell[3];
        e = sheet_next(file, &row, &has_row);
        if (e.kind || !has_row) break;
        e = sheet_fits(file, &row);
        for (int n = 0; n < 3; n++) cell[n] = place[n] < row.count ? row.field[place[n]] : TEXT("");
        if (!e.kind) e = take(c, file, cell, place[2]);
    }
    if (e.detail) e.detail = text_cstr(c->call->request, text_of(e.detail));
    if (e.at.file) e.at.file = text_cstr(c->call->request, text_of(e.at.file));
    sheet_close(file);
    return e;
}

static err put_bins(service_call *call)
{
    static const char *const LABEL[] = { "id_a", "id_b", "match" }, *const PAIR[] = { "id_a", "id_b", "probability" };
    arena *a = call->request;
    calibrating c = { .call = call, .decided = hash_map_open(a) };
    bool has_pairs = service_is_given(call, "pairs"), has_labels = service_is_given(call, "labels");
    if (has_pairs != has_labels) return err_of(&LINK_HALF_CALIBRATION, ERR_SAID("the calibration", "校准"));
    if (has_pairs) TRY(read_rows(&c, "labels", LABEL, take_label));
    if (has_pairs) TRY(read_rows(&c, "pairs", PAIR, take_pair));
    service_value *list = service_list(a);
    for (int b = 0; b < BINS; b++) {
        if (!c.pairs[b]) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "from", scaled(a, EDGES[b], SHARE_PLACES));
        service_put_text(a, v, "until", scaled(a, EDGES[b + 1] > MILLION ? MILLION : EDGES[b + 1], SHARE_PLACES));
        service_put_count(a, v, "pairs", c.pairs[b]);
        service_put_text(a, v, "said", scaled(a, c.said[b] / c.pairs[b], SHARE_PLACES));
        service_put_text(a, v, "right", scaled(a, c.right[b] * MILLION / c.pairs[b], SHARE_PLACES));
    }
    service_put_count(a, call->reply, "decided", c.all);
    service_put(a, call->reply, "bins", list);
    return ERR_NONE;
}

static err tell_model(service_call *call)
{
    TRY(put_weights(call));
    TRY(put_keys(call));
    return put_bins(call);
}

static err link_model_run(service_call *call)
{
    return link_told(call, tell_model(call));
}

static const char *const MODEL_EXAMPLES[] = { "doudi link model november.txt --spec cn-person --before october.txt", "doudi link model model.txt --spec cn-person --pairs pairs.csv --labels 核定.csv", NULL };

const service_op LINK_MODEL_OP = {
    .name = "link.model",
    .summary = "What a kept model weighs, level by level; how many pairs its keys bring together; how right its probabilities were; what has drifted",
    .summary_zh = "比对模型的权重、分块召回下限、校准和漂移",
    .kind = SERVICE_READ,
    .permission = "policy.read",
    .input = MODEL_INPUT,
    .input_count = ARRAY_COUNT(MODEL_INPUT),
    .output = MODEL_OUTPUT,
    .output_count = ARRAY_COUNT(MODEL_OUTPUT),
    .examples = MODEL_EXAMPLES,
    .run = link_model_run,
};
