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
    f->is_used = ARENA_ARRAY(f->memory, bool, f->due_count + 1);
    for (size_t i = 0; i < f->due_count; i++) f->is_used[i] = false;
    return ERR_NONE;
}

/* ---- withheld ---- */

static void withhold_item(payrun_filling *f, const oneoff_standing *item, payment_line *line)
{
    size_t largest = 0;
    for (size_t p = 1; p < f->of->part_count; p++)
        if (line->part_fen[p] > line->part_fen[largest]) largest = p;
    int64_t fen = item->remaining_fen, most = payment_line_fen(line) - 1; /* a line of nothing is no line */
    if (item->item.limit_fen && fen > item->item.limit_fen) fen = item->item.limit_fen;
    if (fen > line->part_fen[largest]) fen = line->part_fen[largest];
    if (fen > most) fen = most;
    if (fen <= 0) return;
    line->withheld_item = item->item_id;
    line->withheld_fen = fen;
    line->withheld_part = (int64_t)largest;
    line->part_fen[largest] -= fen;
    f->tally->withheld_lines++;
    f->tally->withheld_fen += fen;
    oneoff_taking taking = { .subject_id = item->item.subject_id, .item_id = item->item_id, .fen = fen };
    payrun_items_add(f->office->memory, &f->tally->items, &taking);
}

void payrun_fill_withhold(payrun_filling *f, oneoff_way way, payment_line *line)
{
    for (size_t i = f->due_at; i < f->due_count && f->due[i].item.subject_id <= line->person_id; i++) {
        const oneoff_standing *item = &f->due[i];
        bool is_it = item->item.subject_id == line->person_id && item->item.kind == ONEOFF_RECOVERY &&
                     item->item.way == way && !f->is_used[i] && is_of_fund(f, item);
        if (!is_it) continue;
        withhold_item(f, item, line);
        f->is_used[i] = line->withheld_item != 0;
        return;
    }
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
    if (item->item.subject_id == line.person_id) payrun_fill_withhold(f, ONEOFF_WAY_GRANT, &line);
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
