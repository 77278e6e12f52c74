/* What a change of a due frees, and from which income it is booked back. */
#include "calendar/calendar.h"
#include "service/dues.h"

const err_kind DUES_CHANGED = {
    "dues.changed", ERR_CONFLICT,
    "What is owed has changed since the proposal was entered ({}); withdraw it and enter it anew.",
    "单据录入后欠费已有变化（{}）；请撤回后重新录入。"
};

err dues_changed(const dues_call *d, const collection_due *due)
{
    text month = service_month_text(d->m.call->request, due->month);
    return err_of(&DUES_CHANGED, text_format(d->m.call->request, "%.*s %.*s", TEXT_ARG(month),
                                             TEXT_ARG(dues_fund_text(&d->m, due->fund))).bytes);
}

/* The last that came is the first to go. */
static int64_t take(dues_freed *f, int64_t fen, int32_t *month)
{
    dues_laid *last = &f->laid[f->count - 1];
    int64_t part = last->fen < fen ? last->fen : fen;
    *month = last->month;
    last->fen -= part;
    if (!last->fen) f->count--;
    return part;
}

static err note(void *context, const collection_entry *entry)
{
    dues_freed *f = context;
    const collection_due *key = &f->key;
    int32_t month;
    bool is_due = entry->due.month == key->month && entry->due.fund == key->fund && entry->due.charge == key->charge &&
                  text_equal(entry->due.purpose, key->purpose);
    if (!is_due) return ERR_NONE;
    if (entry->kind == COLLECTION_ENTRY_ALLOTTED || entry->kind == COLLECTION_ENTRY_CREDITED) {
        dues_laid part = { entry->booked_month, entry->fen };
        ARENA_PUSH(f->d->m.memory, f->laid, f->count, f->capacity, part);
    }
    int64_t freed = entry->kind == COLLECTION_ENTRY_ADJUSTED ? entry->freed_fen : 0;
    while (freed > 0 && f->count) freed -= take(f, freed, &month);
    return ERR_NONE;
}

err dues_freed_open(dues_call *d, const collection_due *key, dues_freed *f)
{
    *f = (dues_freed){ .d = d, .key = *key };
    return collection_history(d->bills, eventlog_bucket_of(key->payer.id), key->payer, note, f);
}

err dues_freed_book(dues_freed *f, month_booking *b, const char *what, int64_t fen)
{
    while (fen > 0 && f->count) {
        int32_t month;
        int64_t part = take(f, fen, &month);
        bool is_prior = calendar_year_of_month(month) < calendar_year_of_month(f->d->m.month);
        const char *when = is_prior ? "prior_year"
            : month == f->key.month ? "current" : month > f->key.month ? "earlier" : "later";
        TRY(month_book(b, f->key.fund, what, when, part));
        fen -= part;
    }
    return fen > 0 ? dues_changed(f->d, &f->key) : ERR_NONE;
}
