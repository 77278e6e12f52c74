/* What has drifted between two models: how records of one person differ now and differed before. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

typedef struct {
    linkage_drift *rows;
    size_t count, capacity;
    arena *a;
} drifts;

static linkage_drift *row_of(drifts *d, text field, text level)
{
    for (size_t i = 0; i < d->count; i++)
        if (text_equal_cstr(field, d->rows[i].field) && text_equal_cstr(level, d->rows[i].level)) return &d->rows[i];
    linkage_drift row = { .field = text_cstr(d->a, field), .level = text_cstr(d->a, level) };
    ARENA_PUSH(d->a, d->rows, d->count, d->capacity, row);
    return &d->rows[d->count - 1];
}

static int64_t rounded(double number, double unit)
{
    return (int64_t)llround(number * unit);
}

static err read_model(drifts *d, text model, const char *file, int side)
{
    source_pos at = { .file = file, .column = 1 };
    text word[LINKAGE_MODEL_WORDS + 1];
    size_t levels = 0;
    for (size_t from = 0; from < model.size_bytes;) {
        const char *end = memchr(model.bytes + from, '\n', model.size_bytes - from);
        size_t until = end ? (size_t)(end - model.bytes) : model.size_bytes, count = linkage_model_words(text_sub(model, from, until), word);
        from = until + 1;
        at.line++;
        if (!count || !text_equal_cstr(word[0], "level")) continue;
        double m, u;
        bool is_level = count == LINKAGE_MODEL_WORDS && linkage_model_number(d->a, word[3], 1e-300, 1, &m) && linkage_model_number(d->a, word[4], 1e-300, 1, &u);
        if (!is_level) return err_at(&LINKAGE_MODEL_SYNTAX, at, text_cstr(d->a, text_shown(d->a, word[count > 3 ? 3 : 0], 60)));
        linkage_drift *row = row_of(d, word[1], word[2]);
        row->is_known[side] = true;
        levels++;
        row->millionths[side] = rounded(m, 1e6);
        row->weight[side] = rounded(log(m / u), 1e4);
    }
    return levels ? ERR_NONE : err_at(&LINKAGE_MODEL_SYNTAX, at, "level");
}

static int64_t cost_of(const linkage_drift *row)
{
    int64_t change = llabs(row->weight[1] - row->weight[0]);
    int64_t often = row->millionths[0] > row->millionths[1] ? row->millionths[0] : row->millionths[1];
    return change * often;
}

/* What one model knows alone first; then by how far the weight has moved times how often the level is met of one person. */
static int by_cost(const void *x, const void *y)
{
    const linkage_drift *p = x, *q = y;
    bool p_alone = p->is_known[0] != p->is_known[1], q_alone = q->is_known[0] != q->is_known[1];
    if (p_alone != q_alone) return p_alone ? -1 : 1;
    int64_t one = cost_of(p), other = cost_of(q);
    if (one != other) return one > other ? -1 : 1;
    int order = strcmp(p->field, q->field);
    return order ? order : strcmp(p->level, q->level);
}

err linkage_drift_of(arena *a, const text model[2], const char *const file[2], linkage_drift **rows, size_t *count)
{
    drifts d = { .a = a };
    for (int side = 0; side < 2; side++) TRY(read_model(&d, model[side], file[side], side));
    qsort(d.rows, d.count, sizeof *d.rows, by_cost);
    *rows = d.rows;
    *count = d.count;
    return ERR_NONE;
}
