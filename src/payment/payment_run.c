#include <string.h>

#include "payment/payment_internal.h"

const err_kind PAYMENT_NO_SUCH_RUN = {
    "payment.no_such_run", ERR_NOT_FOUND,
    "There is no payment run {}; list the runs of the month to find it.",
    "没有编号为 {} 的支付批次；请先列出当月的批次。"
};
const err_kind PAYMENT_BROKEN = {
    "payment.broken", ERR_CONFLICT,
    "Payment run {} is not what was drafted and signed; stop, and run doudi verify.",
    "支付批次 {} 与编制、签字时不符；请停止操作并运行 doudi verify。"
};

err payment_open(arena *process, store *db, eventlog *log, payment **runs)
{
    payment *p = ARENA_NEW(process, payment);
    *p = (payment){ .process = process, .db = db, .log = log };
    TRY(crypto_hasher_open(process, CRYPTO_SM3, &p->hasher));
    *runs = p;
    return ERR_NONE;
}

void payment_close(payment *runs)
{
    crypto_hasher_close(runs->hasher);
}

static payment_state state_named(text name)
{
    for (int s = PAYMENT_NONE; s < PAYMENT_STATE_COUNT; s++)
        if (text_equal_cstr(name, payment_state_word((payment_state)s)->name)) return (payment_state)s;
    return PAYMENT_NONE;
}

/* The names of the parts stand in one cell, split by line ends, which no name holds. */
static void split_parts(arena *a, text cell, payment_terms *terms)
{
    text *parts = ARENA_ARRAY(a, text, PAYMENT_PARTS_MAX);
    while (cell.size_bytes && terms->part_count < PAYMENT_PARTS_MAX) {
        size_t end = text_find(cell, TEXT("\n"));
        if (end == SIZE_MAX) end = cell.size_bytes;
        parts[terms->part_count++] = text_copy(a, text_sub(cell, 0, end));
        cell = text_sub(cell, end + 1 < cell.size_bytes ? end + 1 : cell.size_bytes, cell.size_bytes);
    }
    terms->parts = parts;
}

#define RUN_COLUMNS                                                                              \
    "run_id, month, kind, fund, payer_account, parts, state, version, line_count, total_fen, "   \
    "lines_digest, paid_count, paid_fen, refused_count, refused_fen, returned_count, returned_fen"

static void read_run(arena *a, const store_query *q, payment_run *run)
{
    *run = (payment_run){ .run_id = store_int(q, 0), .state = state_named(store_text(q, 6)),
                          .version = store_int(q, 7), .line_count = store_int(q, 8),
                          .total_fen = store_int(q, 9), .paid_count = store_int(q, 11),
                          .paid_fen = store_int(q, 12), .refused_count = store_int(q, 13),
                          .refused_fen = store_int(q, 14), .returned_count = store_int(q, 15),
                          .returned_fen = store_int(q, 16) };
    run->terms = (payment_terms){ .month = (int32_t)store_int(q, 1),
                                  .kind = text_copy(a, store_text(q, 2)),
                                  .fund = text_copy(a, store_text(q, 3)),
                                  .payer_account = text_copy(a, store_text(q, 4)) };
    split_parts(a, store_text(q, 5), &run->terms);
    text digest = store_bytes(q, 10);
    if (digest.size_bytes == CRYPTO_DIGEST_BYTES)
        memcpy(run->lines_digest.bytes, digest.bytes, CRYPTO_DIGEST_BYTES);
}

err payment_find(arena *a, payment *runs, int64_t run_id, payment_run *run)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(runs->db, "SELECT " RUN_COLUMNS " FROM payment_run WHERE run_id = ?1", &q));
    store_bind_int(q, 1, run_id);
    TRY(store_step(q, &has_row));
    if (has_row) read_run(a, q, run);
    store_reset(q);
    if (has_row) return ERR_NONE;
    return err_of(&PAYMENT_NO_SUCH_RUN, text_format(a, "%lld", (long long)run_id).bytes);
}

err payment_list(arena *a, payment *runs, int32_t month, payment_run **found, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *found = NULL;
    *count = 0;
    TRY(store_prepare(runs->db,
                      "SELECT " RUN_COLUMNS " FROM payment_run WHERE ?2 = 1 OR month = ?1 ORDER BY run_id", &q));
    store_bind_int(q, 1, month);
    store_bind_int(q, 2, month == PAYMENT_ANY_MONTH);
    for (;;) {
        bool has_row;
        payment_run run;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        read_run(a, q, &run);
        ARENA_PUSH(a, *found, *count, capacity, run);
    }
}

static payment_step step_named(text name)
{
    for (int s = 0; s < PAYMENT_STEP_COUNT; s++)
        if (text_equal_cstr(name, payment_step_word((payment_step)s)->name)) return (payment_step)s;
    return PAYMENT_STEP_COUNT;
}

err payment_marks(arena *a, payment *runs, int64_t run_id, payment_mark **marks, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    payment_run run;
    *marks = NULL;
    *count = 0;
    TRY(payment_find(a, runs, run_id, &run));
    TRY(store_prepare(runs->db,
                      "SELECT step, actor_id, known_ms, version, digest, signature, public_key "
                      "FROM payment_mark WHERE run_id = ?1 ORDER BY mark", &q));
    store_bind_int(q, 1, run_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        payment_mark mark = { .step = step_named(store_text(q, 0)), .actor_id = store_int(q, 1),
                              .known_ms = store_int(q, 2), .version = store_int(q, 3),
                              .signature = text_copy(a, store_bytes(q, 5)),
                              .public_key = text_copy(a, store_bytes(q, 6)),
                              .is_void = store_int(q, 3) != run.version };
        text digest = store_bytes(q, 4);
        if (digest.size_bytes == CRYPTO_DIGEST_BYTES)
            memcpy(mark.signed_digest.bytes, digest.bytes, CRYPTO_DIGEST_BYTES);
        ARENA_PUSH(a, *marks, *count, capacity, mark);
    }
}
