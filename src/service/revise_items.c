/* Months before a batch's pay month as items that are paid or recovered once (room oneoff). */
#include <stdlib.h>
#include <string.h>

#include "service/payrun.h"
#include "service/revise.h"

struct revise_items {
    county *office;
    oneoff_book *book;
    const revision_batch *batch;
    text fund;
    int32_t paid_month; /* of a reversal: when the arrears it takes back were paid */
    int64_t batch_id;   /* of items; 0: none yet */
    oneoff_item *items;
    size_t count, capacity;
    oneoff_closing *closings; /* of a reversal: what has not been paid or recovered yet never is */
    size_t closing_count, closing_capacity;
};

static oneoff_act act_of(const struct revise_items *m, int64_t actor_id)
{
    return (oneoff_act){ .actor_id = actor_id, .known_ms = m->office->now_ms,
                         .why = text_format(m->office->memory, "revision %lld", (long long)m->batch->batch_id) };
}

err revise_items_open(county *office, const revision_batch *batch, revise_items **items)
{
    payrun_table table;
    revision_batch original;
    revise_items *m = ARENA_NEW(office->memory, revise_items);
    *m = (revise_items){ .office = office, .batch = batch, .paid_month = INT32_MIN };
    TRY(county_oneoffs(office, &m->book));
    TRY(payrun_table_read(office, &table));
    for (size_t i = 0; i < table.count && !m->fund.size_bytes; i++)
        if (text_equal(table.rows[i].benefit, batch->terms.benefit)) m->fund = table.rows[i].fund;
    if (!m->fund.size_bytes) return err_of(&PAYRUN_UNKNOWN_KIND, text_cstr(office->call->request, batch->terms.benefit));
    if (batch->terms.reverses) {
        TRY(revision_find(office->memory, office->revisions, batch->terms.reverses, &original));
        m->paid_month = original.terms.pay_month;
    }
    *items = m;
    return ERR_NONE;
}

/* ---- a month ---- */

typedef struct {
    oneoff_line *lines[2]; /* [0] to pay, [1] to recover */
    size_t count[2], capacity[2];
} sides;

/* What the rows say of one month, part by part. */
static size_t parts_of_month(const revision_row *rows, size_t count, int32_t month, revision_part *parts)
{
    size_t part_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool has_month = false;
        for (size_t k = 0; k < rows[i].piece_count; k++)
            has_month |= rows[i].pieces[k].from_month <= month && month < rows[i].pieces[k].until_month;
        for (size_t k = 0; has_month && k < rows[i].part_count; k++) {
            size_t at = 0;
            while (at < part_count && !text_equal(parts[at].name, rows[i].parts[k].name)) at++;
            if (at == part_count) parts[part_count++] = (revision_part){ rows[i].parts[k].name, rows[i].parts[k].is_account, 0 };
            parts[at].fen += rows[i].parts[k].fen;
        }
    }
    return part_count;
}

/* Where one part grows and another shrinks, the month is one line of the greatest part: a person gets, or
 * gives back, one sum. */
static size_t one_sign(revision_part *parts, size_t count)
{
    int64_t sum = 0;
    bool is_mixed = false;
    size_t greatest = 0;
    for (size_t i = 0; i < count; i++) sum += parts[i].fen;
    for (size_t i = 0; i < count; i++) {
        is_mixed |= (parts[i].fen < 0) != (sum < 0) && parts[i].fen != 0;
        if ((sum < 0) == (parts[i].fen < parts[greatest].fen)) greatest = i;
    }
    if (!is_mixed) return count;
    parts[0] = parts[greatest];
    parts[0].fen = sum;
    return 1;
}

static void add_month(const revise_items *m, arena *a, const revision_row *rows, size_t count, int32_t month, sides *s)
{
    size_t room = 0;
    for (size_t i = 0; i < count; i++) room += rows[i].part_count;
    revision_part *parts = ARENA_ARRAY(a, revision_part, room + 1);
    size_t part_count = one_sign(parts, parts_of_month(rows, count, month, parts));
    for (size_t i = 0; i < part_count; i++) {
        if (!parts[i].fen) continue;
        int side = parts[i].fen < 0;
        oneoff_line line = { .month = month, .part = parts[i].name, .is_account = parts[i].is_account,
                             .fen = side ? -parts[i].fen : parts[i].fen };
        if (side) line.paid_month = month < m->paid_month ? m->paid_month : month;
        ARENA_PUSH(a, s->lines[side], s->count[side], s->capacity[side], line);
    }
}

/* ---- a person ---- */

static text reason_of(const revise_items *m)
{
    static const struct { const char *kind, *reason; } REASONS[] = {
        { "adjust", "rise" }, { "recompute", "recompute" }, { "retro", "law" }, { "reverse", "reversal" } };
    for (size_t i = 0; i < ARRAY_COUNT(REASONS); i++)
        if (text_equal_cstr(m->batch->terms.kind, REASONS[i].kind)) return text_of(REASONS[i].reason);
    return m->batch->terms.kind;
}

/* The item of the batch taken back, of this person: NULL when it made none. */
static err original_item(const revise_items *m, arena *a, const revision_row *row, oneoff_standing **item)
{
    oneoff_standing *all;
    size_t count;
    *item = NULL;
    if (!m->batch->terms.reverses) return ERR_NONE;
    TRY(oneoff_of_subject(a, m->book, row->person_id, &all, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_of_rise = all[i].item.kind == ONEOFF_ARREARS || all[i].item.kind == ONEOFF_RECOVERY;
        if (is_of_rise && all[i].item.decision_id == row->replaces_id && all[i].state != ONEOFF_STATE_PROPOSED) *item = &all[i];
    }
    return ERR_NONE;
}

/* What a repayment covered that never came stands behind the other lines. */
static int by_month(const void *a, const void *b)
{
    const oneoff_line *x = a, *y = b;
    if (x->month != y->month) return x->month < y->month ? -1 : 1;
    if (x->paid_month != y->paid_month) return x->paid_month < y->paid_month ? -1 : 1;
    if (x->is_account != y->is_account) return x->is_account ? 1 : -1;
    return (x->fen > y->fen) - (x->fen < y->fen);
}

/* Of months that the batch taken back settled once, only what was settled comes back; the rest is cancelled. What a
 * payment run has taken counts as settled. */
static err take_back(revise_items *m, arena *a, const oneoff_standing *item, sides *s)
{
    int side = item->item.kind == ONEOFF_ARREARS;
    oneoff_line *lines;
    size_t count, kept = 0;
    int64_t settled = item->run_id ? item->amount_fen : item->settled_fen;
    TRY(oneoff_lines(a, m->book, item->item.subject_id, item->item_id, &lines, &count));
    oneoff_line *back = ARENA_ARRAY(a, oneoff_line, count + s->count[side] + 1);
    if (settled > 0) kept = oneoff_share(lines, count, 0, settled, back);
    if (kept) qsort(back, kept, sizeof *back, by_month);
    for (size_t i = 0; i < kept; i++) back[i].paid_month = side ? m->paid_month : 0;
    for (size_t i = 0; i < s->count[side]; i++)
        if (s->lines[side][i].month >= m->paid_month) back[kept++] = s->lines[side][i];
    s->lines[side] = back;
    s->count[side] = kept;
    if (item->run_id || item->remaining_fen <= 0) return ERR_NONE;
    oneoff_closing closing = { .subject_id = item->item.subject_id, .item_id = item->item_id,
                               .as = ONEOFF_STATE_CANCELLED, .reason = TEXT("reversal") };
    ARENA_PUSH(m->office->memory, m->closings, m->closing_count, m->closing_capacity, closing);
    return ERR_NONE;
}

err revise_items_add(revise_items *m, arena *bucket, const revision_row *rows, size_t count)
{
    sides s = { 0 };
    oneoff_standing *original;
    int32_t from = INT32_MAX, until = INT32_MIN;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < rows[i].piece_count; k++) {
            if (rows[i].pieces[k].from_month < from) from = rows[i].pieces[k].from_month;
            if (rows[i].pieces[k].until_month > until) until = rows[i].pieces[k].until_month;
        }
    for (int32_t month = from; month < until; month++) add_month(m, bucket, rows, count, month, &s);
    TRY(original_item(m, bucket, &rows[0], &original));
    if (original) TRY(take_back(m, bucket, original, &s));
    for (int side = 0; side < 2; side++) {
        if (!s.count[side]) continue;
        oneoff_item item = { .subject_id = rows[0].person_id, .kind = side ? ONEOFF_RECOVERY : ONEOFF_ARREARS,
                             .fund = m->fund, .benefit = m->batch->terms.benefit, .reason = reason_of(m),
                             .decision_id = rows[count - 1].decision_id, .way = ONEOFF_WAY_OPEN,
                             .lines = s.lines[side], .line_count = s.count[side] };
        ARENA_PUSH(bucket, m->items, m->count, m->capacity, item);
    }
    return ERR_NONE;
}

static err begin_batch(revise_items *m)
{
    bool is_new;
    arena *a = m->office->memory;
    oneoff_act act = act_of(m, m->office->actor_id);
    if (m->batch_id) return ERR_NONE;
    return oneoff_batch_begin(m->book, &act, text_format(a, "revision.%.*s", TEXT_ARG(m->batch->terms.kind)), &m->batch_id, &is_new);
}

err revise_items_flush(revise_items *m, uint32_t bucket)
{
    size_t count = m->count;
    arena *a = m->office->memory;
    oneoff_act act = act_of(m, m->office->actor_id);
    if (!count) return ERR_NONE;
    TRY(begin_batch(m));
    int64_t *ids = ARENA_ARRAY(a, int64_t, count + 1);
    err e = oneoff_propose(m->book, &act, m->batch_id, bucket, m->items, count, ids);
    m->items = NULL;
    m->count = m->capacity = 0;
    return e;
}

/* The three who signed the batch signed for its items: the same people stand behind both. */
err revise_items_end(revise_items *m, int64_t *batch_id)
{
    static const oneoff_step STEPS[] = { ONEOFF_PROPOSE, ONEOFF_REVIEW };
    revision_mark *marks;
    size_t count;
    if (m->closing_count) TRY(begin_batch(m));
    *batch_id = m->batch_id;
    if (!m->batch_id) return ERR_NONE;
    oneoff_act act = act_of(m, m->office->actor_id);
    for (size_t i = 0; i < m->closing_count; i++)
        TRY(oneoff_propose_closing(m->book, &act, m->batch_id, &m->closings[i]));
    TRY(revision_marks(m->office->memory, m->office->revisions, m->batch->batch_id, &marks, &count));
    for (size_t i = 0; i < ARRAY_COUNT(STEPS) && i < count; i++) {
        oneoff_act signer = act_of(m, marks[i].actor_id);
        TRY(oneoff_move(m->book, &signer, m->batch_id, STEPS[i]));
    }
    TRY(oneoff_move(m->book, &act, m->batch_id, ONEOFF_APPROVE));
    for (size_t i = 0; i < m->closing_count; i++)
        TRY(oneoff_close_item(m->book, &act, m->batch_id, &m->closings[i]));
    return ERR_NONE;
}
