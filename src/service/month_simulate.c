/* Receipts of a month as if everybody paid: for demonstrations alone. */
#include "base/hash.h"
#include "service/month.h"

typedef struct {
    month_call *m;
    collection_receipt *items;
    size_t count, capacity;
} simulation;

/* What each payer owes for this month. */
static err owe(void *context, const collection_due *due)
{
    simulation *s = context;
    if (due->month != s->m->month || due->payer.kind == COLLECTION_FUND) return ERR_NONE; /* three people pay those */
    collection_receipt *last = s->count ? &s->items[s->count - 1] : NULL;
    int64_t open_fen = due->due_fen - due->received_fen;
    if (last && last->payer.kind == due->payer.kind && last->payer.id == due->payer.id) {
        last->amount_fen += open_fen;
        return ERR_NONE;
    }
    collection_receipt receipt = { .payer = due->payer, .amount_fen = open_fen, .day = due->due_day,
                                   .for_month = INT32_MIN };
    ARENA_PUSH(s->m->memory, s->items, s->count, s->capacity, receipt);
    return ERR_NONE;
}

err month_simulate(month_call *m, collection *bills, err (*add)(void *context, const collection_receipt *receipt),
                   void *context)
{
    enum { BEHIND_ALL_DAYS = 140000 };
    simulation s = { .m = m };
    uint64_t seed = service_size_of(m->call, "seed", 1), rate = service_size_of(m->call, "simulate", 0);
    if (rate > 1000) return err_of(&SERVICE_BAD_ARGUMENT, "--simulate > 1000");
    TRY(collection_arrears(bills, BEHIND_ALL_DAYS, owe, &s));
    for (size_t i = 0; i < s.count; i++) {
        collection_receipt *receipt = &s.items[i];
        uint64_t drawn = hash_mix(hash_mix(seed, (uint64_t)receipt->payer.kind), (uint64_t)receipt->payer.id);
        bool is_late = drawn % 1000 < rate;
        if (is_late) receipt->amount_fen = drawn / 1000 % 2 ? receipt->amount_fen / 2 : 0;
        receipt->reference = text_format(m->memory, "SIM-%d-%lld", (int)receipt->payer.kind,
                                         (long long)receipt->payer.id);
        if (receipt->amount_fen) TRY(add(context, receipt));
    }
    return ERR_NONE;
}
