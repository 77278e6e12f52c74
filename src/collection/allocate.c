/* Which due a sum of money clears: a pure function of the dues and the order. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "collection/collection_internal.h"

typedef struct {
    size_t index; /* of the due */
    int32_t late, not_named, month, charge;
    int32_t fund;
    int64_t open_fen;
    u128 rest; /* of the division */
} claim;

static int compare_i32(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static int rank(const claim *a, const claim *b)
{
    int by = compare_i32(a->late, b->late);
    if (!by) by = compare_i32(a->not_named, b->not_named);
    if (!by) by = compare_i32(a->month, b->month);
    if (!by) by = compare_i32(a->charge, b->charge);
    return by;
}

static int by_rank(const void *left, const void *right)
{
    const claim *a = left, *b = right;
    int by = rank(a, b);
    if (!by) by = compare_i32(a->fund, b->fund);
    return by ? by : (a->index > b->index) - (a->index < b->index);
}

/* Of equal remainders the lower fund comes first, so that the answer is one. */
static int by_rest(const void *left, const void *right)
{
    const claim *a = *(const claim *const *)left, *b = *(const claim *const *)right;
    if (a->rest != b->rest) return a->rest > b->rest ? -1 : 1;
    int by = compare_i32(a->fund, b->fund);
    return by ? by : (a->index > b->index) - (a->index < b->index);
}

/* A late fee follows what it is the fee of; within a month all else goes by its charge. */
static int32_t charge_rank(collection_charge charge)
{
    return charge == COLLECTION_LATE_FEE ? 100 : (int32_t)charge;
}

static claim claim_of(const collection_due *due, size_t index, const collection_order *order,
                      int32_t for_month)
{
    return (claim){ .index = index,
                    .late = order->is_late_fee_last && due->charge == COLLECTION_LATE_FEE,
                    .not_named = order->is_named_month_first && due->month != for_month,
                    .month = due->month, .charge = charge_rank(due->charge), .fund = due->fund,
                    .open_fen = due->due_fen - due->received_fen };
}

/* Less money than the group is owed: in proportion, the fen left over by largest remainder. */
static void share(arena *scratch, claim *claims, size_t count, u128 open, int64_t amount_fen, int64_t *fen)
{
    int64_t given = 0;
    claim **order = ARENA_ARRAY(scratch, claim *, count);
    for (size_t i = 0; i < count; i++) {
        u128 product = (u128)claims[i].open_fen * (u128)amount_fen;
        fen[claims[i].index] = (int64_t)(product / open);
        claims[i].rest = product % open;
        given += fen[claims[i].index];
        order[i] = &claims[i];
    }
    qsort(order, count, sizeof *order, by_rest);
    for (size_t i = 0; given < amount_fen; i = (i + 1) % count) {
        if (fen[order[i]->index] == order[i]->open_fen) continue;
        fen[order[i]->index]++;
        given++;
    }
}

int64_t collection_allocate(arena *scratch, const collection_due *dues, size_t count,
                            const collection_order *order, int32_t for_month, int64_t amount_fen,
                            int64_t *fen)
{
    claim *claims = ARENA_ARRAY(scratch, claim, count + 1);
    size_t claim_count = 0;
    memset(fen, 0, count * sizeof *fen);
    for (size_t i = 0; i < count; i++)
        if (dues[i].due_fen > dues[i].received_fen)
            claims[claim_count++] = claim_of(&dues[i], i, order, for_month);
    qsort(claims, claim_count, sizeof *claims, by_rank);
    for (size_t from = 0, until; from < claim_count && amount_fen > 0; from = until) {
        u128 open = 0;
        for (until = from; until < claim_count && !rank(&claims[from], &claims[until]); until++)
            open += (u128)claims[until].open_fen;
        if (open > (u128)amount_fen) {
            share(scratch, claims + from, until - from, open, amount_fen, fen);
            return 0;
        }
        for (size_t i = from; i < until; i++) fen[claims[i].index] = claims[i].open_fen;
        amount_fen -= (int64_t)open;
    }
    return amount_fen;
}

void collection_ranks(arena *scratch, const collection_due *dues, size_t count, const collection_order *order,
                      int32_t for_month, size_t *rank_of)
{
    claim *claims = ARENA_ARRAY(scratch, claim, count + 1);
    size_t claim_count = 0, place = 0;
    memset(rank_of, 0, count * sizeof *rank_of);
    for (size_t i = 0; i < count; i++)
        if (dues[i].due_fen > dues[i].received_fen) claims[claim_count++] = claim_of(&dues[i], i, order, for_month);
    qsort(claims, claim_count, sizeof *claims, by_rank);
    for (size_t i = 0; i < claim_count; i++) {
        place += !i || rank(&claims[i - 1], &claims[i]);
        rank_of[claims[i].index] = place;
    }
}
