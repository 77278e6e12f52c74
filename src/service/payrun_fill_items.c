/* Items of room oneoff in a draft: paid as lines of their own, or withheld from a line. */
#include <stdlib.h>

#include "service/payrun_fill_internal.h"

static bool is_of_fund(const payrun_filling *f, const oneoff_standing *item)
{
    return text_equal(item->item.fund, f->of->fund);
}

/* ---- of somebody else: to heirs, whose bucket is another ---- */

static int by_payee(const void *a, const void *b)
{
    const oneoff_standing *x = a, *y = b;
    uint32_t one = eventlog_bucket_of(x->item.payee_id), other = eventlog_bucket_of(y->item.payee_id);
    if (one != other) return one < other ? -1 : 1;
    if (x->item.payee_id != y->item.payee_id) return x->item.payee_id < y->item.payee_id ? -1 : 1;
    return x->item_id < y->item_id ? -1 : x->item_id > y->item_id;
}

err payrun_fill_items_open(payrun_filling *f)
{
    size_t capacity = 0;
    TRY(county_oneoffs(f->office, &f->items));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        oneoff_standing *due;
        size_t count;
        TRY(oneoff_due(f->memory, f->items, bucket, &due, &count));
        for (size_t i = 0; i < count; i++) {
            bool is_other = due[i].item.payee_id && due[i].item.payee_id != due[i].item.subject_id;
            if (!is_other || !oneoff_is_paid_out(due[i].item.kind) || !is_of_fund(f, &due[i])) continue;
            oneoff_standing kept = due[i];
            kept.item.benefit = text_copy(f->office->memory, due[i].item.benefit);
            kept.item.fund = f->of->fund;
            ARENA_PUSH(f->office->memory, f->others, f->other_count, capacity, kept);
        }
        arena_reset(f->memory);
    }
    if (f->other_count) qsort(f->others, f->other_count, sizeof *f->others, by_payee);
    return ERR_NONE;
}

err payrun_fill_items_bucket(payrun_filling *f, uint32_t bucket)
{
    f->due_at = 0;
    TRY(oneoff_due(f->memory, f->items, bucket, &f->due, &f->due_count));
    return ERR_NONE;
}

/* ---- withheld ---- */

static size_t largest_part(const payrun_filling *f, const payment_line *line)
{
    size_t largest = 0;
    for (size_t p = 1; p < f->of->part_count; p++)
        if (line->part_fen[p] > line->part_fen[largest]) largest = p;
    return largest;
}

/* How much the packs say. */
static err withhold_item(payrun_filling *f, const oneoff_standing *item, bool is_once, payment_line *line)
{
    size_t largest = largest_part(f, line);
    int64_t fen, most = payment_line_fen(line) - 1; /* a line of nothing is no line */
    recovery_case asked = { .person_id = line->person_id, .is_once = is_once, .due_fen = payment_line_fen(line),
                            .open_fen = item->remaining_fen, .agreed_fen = item->item.limit_fen };
    text why_not;
    TRY(recovery_decide(f->recovery, &asked, &fen, &why_not));
    if (why_not.size_bytes) {
        f->tally->not_withheld++;
        f->tally->why_not_withheld = why_not;
    }
    if (fen > line->part_fen[largest]) fen = line->part_fen[largest];
    if (fen > most) fen = most;
    if (fen <= 0) return ERR_NONE;
    line->withheld_item = item->item_id;
    line->withheld_fen = fen;
    line->withheld_part = (int64_t)largest;
    line->part_fen[largest] -= fen;
    f->tally->withheld_lines++;
    f->tally->withheld_fen += fen;
    oneoff_taking taking = { .subject_id = item->item.subject_id, .item_id = item->item_id, .fen = fen };
    payrun_items_add(f->office->memory, &f->tally->items, &taking);
    return ERR_NONE;
}

static bool is_taken(const payrun_filling *f, const oneoff_standing *item)
{
    uint32_t bucket = eventlog_bucket_of(item->item.subject_id);
    const payrun_items *items = &f->tally->items;
    for (size_t i = 0; i < items->count[bucket]; i++)
        if (items->of[bucket][i].subject_id == item->item.subject_id && items->of[bucket][i].item_id == item->item_id)
            return true;
    return false;
}

static bool is_owed(const payrun_filling *f, const oneoff_standing *item, const payment_line *line, oneoff_way way)
{
    return item->item.subject_id == line->person_id && item->item.kind == ONEOFF_RECOVERY && item->item.way == way &&
           is_of_fund(f, item) && !is_taken(f, item);
}

/* A grant stands as a benefit of one month: packs/ledger/awards.csv says what is paid once. */
static err is_paid_once(payrun_filling *f, text benefit, bool *is_once)
{
    month_call m = { .call = f->office->call, .office = f->office, .memory = f->office->memory };
    if (!f->awards) TRY(award_table_read(&m, &f->awards, &f->award_count));
    *is_once = false;
    for (size_t i = 0; i < f->award_count; i++)
        *is_once |= f->awards[i].is_once && text_equal(f->awards[i].benefit, benefit);
    return ERR_NONE;
}

err payrun_fill_withhold(payrun_filling *f, text benefit, payment_line *line)
{
    for (size_t i = f->due_at; i < f->due_count && f->due[i].item.subject_id <= line->person_id; i++) {
        const oneoff_standing *item = &f->due[i];
        bool is_once = true;
        if (!is_owed(f, item, line, ONEOFF_WAY_WITHHELD) && !is_owed(f, item, line, ONEOFF_WAY_GRANT)) continue;
        if (benefit.size_bytes) TRY(is_paid_once(f, benefit, &is_once));
        if (is_owed(f, item, line, is_once ? ONEOFF_WAY_GRANT : ONEOFF_WAY_WITHHELD)) return withhold_item(f, item, is_once, line);
    }
    return ERR_NONE;
}

/* ---- paid ---- */

static err add_item(payrun_filling *f, const oneoff_standing *item)
{
    oneoff_line *lines;
    size_t count;
    int64_t benefit;
    payment_line line = { .person_id = f->who->subject_id, .decision = item->item.decision_id,
                          .for_month = item->from_month, .item = item->item_id, .item_subject = item->item.subject_id };
    TRY(registry_word_find(f->people, item->item.benefit, &benefit));
    if (!payrun_fill_is_of_run(f, benefit)) return ERR_NONE;
    if (f->hindrance || payrun_holds_on(f->holds, line.person_id, item->item.benefit, f->account)) {
        f->tally->still_waiting++;
        return ERR_NONE;
    }
    TRY(oneoff_lines(f->scratch, f->items, item->item.subject_id, item->item_id, &lines, &count));
    oneoff_line *some = ARENA_ARRAY(f->scratch, oneoff_line, count + 1);
    size_t made = oneoff_share(lines, count, item->settled_fen, item->remaining_fen, some);
    for (size_t i = 0; i < made; i++)
        if (!payrun_fill_part(f, benefit, some[i].part, some[i].fen, &line))
            return err_of(&PAYRUN_BAD_TABLE, text_cstr(f->scratch, item->item.benefit));
    oneoff_taking taking = { .subject_id = item->item.subject_id, .item_id = item->item_id,
        .fen = item->remaining_fen };
    payrun_items_add(f->office->memory, &f->tally->items, &taking);
    bool is_own = item->item.subject_id == line.person_id && item->item.kind != ONEOFF_REFUND;
    if (is_own) TRY(payrun_fill_withhold(f, TEXT_NONE, &line));
    f->tally->item_lines++;
    return payrun_fill_line(f, &line, false);
}

err payrun_fill_items(payrun_filling *f)
{
    int64_t person_id = f->who->subject_id;
    for (size_t i = f->due_at; i < f->due_count && f->due[i].item.subject_id <= person_id; i++) {
        const oneoff_standing *item = &f->due[i];
        bool is_own = !item->item.payee_id || item->item.payee_id == item->item.subject_id;
        if (item->item.subject_id == person_id && is_own && oneoff_is_paid_out(item->item.kind) && is_of_fund(f, item))
            TRY(add_item(f, item));
    }
    for (size_t i = 0; i < f->other_count; i++)
        if (f->others[i].item.payee_id == person_id) TRY(add_item(f, &f->others[i]));
    while (f->due_at < f->due_count && f->due[f->due_at].item.subject_id <= person_id) f->due_at++;
    return ERR_NONE;
}
