/* What becomes of a line: as the plan says for its account, else by seeded chance. */
#include "counterparty/counterparty_internal.h"
#include "os/os.h"

enum { PLAN_BYTES_MAX = 64 * 1024 * 1024 };

static err read_rows(bank *b, codec_csv_reader *csv)
{
    size_t capacity = 0;
    b->planned = hash_map_open(b->memory);
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(csv, &row, &has_row));
        if (!has_row) return ERR_NONE;
        bank_plan_row one = { .account = text_copy(b->memory, row.field[0]) };
        bool is_right = (row.count == 2 || row.count == 3) && row.field[1].size_bytes > 0 &&
                        counterparty_reason_of(row.field[1], &one.reason);
        if (row.count == 3)
            is_right = is_right && codec_parse_scaled(row.field[2], 0, &one.late_days) &&
                       one.late_days > 0;
        if (!is_right)
            return err_at(&COUNTERPARTY_BAD_PLAN, codec_csv_position(csv, 0),
                          text_cstr(b->memory, row.field[0]));
        hash_map_put(b->planned, one.account, b->plan_count);
        ARENA_PUSH(b->memory, b->plan_rows, b->plan_count, capacity, one);
    }
}

err counterparty_plan_read(bank *b)
{
    text whole;
    if (!b->plan) return ERR_NONE;
    TRY(os_read_file(b->memory, b->plan, PLAN_BYTES_MAX, &whole));
    codec_csv_options options = { .file = b->plan };
    return read_rows(b, codec_csv_open_text(b->memory, whole, options));
}

/* 0..count-1, the same for the same seed, batch, line and purpose. */
static uint64_t chance(const bank *b, text batch, int64_t line, uint64_t purpose, uint64_t count)
{
    uint64_t hash = hash_bytes(batch.bytes, batch.size_bytes, (uint64_t)b->seed);
    hash = hash_mix(hash_mix(hash, (uint64_t)line), purpose);
    hash ^= hash >> 31;
    return hash * UINT64_C(0x9e3779b97f4a7c15) % count;
}

/* Of what a bank finds at once, and of what shows later. */
static const bank_reason AT_ONCE[] = { BANK_WRONG,  BANK_CLOSED,   BANK_BLOCKED,
                                       BANK_FORBIDS, BANK_MISMATCH, BANK_OTHER };
static const bank_reason LATER[] = { BANK_CLOSED, BANK_MISMATCH, BANK_DEAD };

bank_fate counterparty_fate(const bank *b, text batch, const bank_order_line *line)
{
    bank_fate fate = { .late_days = b->late_days };
    size_t planned = b->planned ? hash_map_get(b->planned, line->account) : SIZE_MAX;
    if (planned != SIZE_MAX) {
        const bank_plan_row *row = &b->plan_rows[planned];
        if (row->late_days == 0) fate.rejected = row->reason;
        else fate.late = row->reason, fate.late_days = row->late_days;
        return fate;
    }
    if (chance(b, batch, line->line, 1, 1000) < (uint64_t)b->reject_per_mille)
        fate.rejected = AT_ONCE[chance(b, batch, line->line, 2, sizeof AT_ONCE / sizeof *AT_ONCE)];
    else if (chance(b, batch, line->line, 3, 1000) < (uint64_t)b->late_per_mille)
        fate.late = LATER[chance(b, batch, line->line, 4, sizeof LATER / sizeof *LATER)];
    return fate;
}
