#include <string.h>

#include "service/run.h"

const err_kind SERVICE_RUN_LONG_ROW = {
    "run.long_row", ERR_BAD_INPUT,
    "A row longer than 1 MiB begins here; is a quote left open? {}",
    "从这里开始的一行超过 1 MiB；是否有未闭合的引号？{}"
};

enum { HISTORY_BYTES = 1 << 18 };

static err long_row(const run_source *s, size_t from)
{
    source_pos at = { s->file, s->line, 1 };
    for (size_t i = 0; i < from; i++) at.line += s->window[s->at + i] == '\n';
    return err_at(&SERVICE_RUN_LONG_ROW, at, "");
}

/* Walks the people and the history side by side: rows that bear the person's id are the person's,
 * the first that does not belongs to someone later. The slice is what was walked over. */
err run_history_take(run_history *history, arena *a, const text *ids, size_t id_count,
                     run_slice *slice)
{
    run_source *s = &history->source;
    uint32_t *until = ARENA_ARRAY(a, uint32_t, id_count + 1);
    size_t taken = 0; /* bytes of the window from s->at on */
    uint32_t rows = 0;
    TRY(run_source_fill(s, HISTORY_BYTES));
    for (size_t person = 0; person < id_count; person++) {
        for (;;) {
            text left = { s->window + s->at, s->end - s->at }, row, id;
            size_t next = taken;
            if (!run_source_next_row(left, &next, s->is_ended, history->key_column, &row, &id)) {
                if (s->is_ended) break;
                if (left.size_bytes - taken > RUN_ROW_BYTES_MAX) return long_row(s, taken);
                TRY(run_source_fill(s, left.size_bytes + HISTORY_BYTES));
                continue;
            }
            if (!text_equal(id, ids[person]) || !id.size_bytes) break;
            taken = next;
            rows++;
        }
        until[person] = rows;
    }
    *slice = (run_slice){ .first_line = s->line, .row_count = rows, .until = until };
    slice->rows = (text){ arena_copy(a, s->window + s->at, taken), taken };
    for (size_t i = 0; i < taken; i++) s->line += s->window[s->at + i] == '\n';
    s->at += taken;
    s->taken_bytes += taken;
    return ERR_NONE;
}

err run_history_is_over(run_history *history, bool *is_over)
{
    run_source *s = &history->source;
    text row, id;
    for (size_t wanted = HISTORY_BYTES;; wanted *= 2) {
        size_t at = 0;
        TRY(run_source_fill(s, wanted));
        text left = { s->window + s->at, s->end - s->at };
        *is_over = !run_source_next_row(left, &at, s->is_ended, history->key_column, &row, &id);
        if (!*is_over || s->is_ended) return ERR_NONE;
        if (left.size_bytes > 2 * RUN_ROW_BYTES_MAX) return long_row(s, 0);
    }
}
