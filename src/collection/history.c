/* What happened to payers, read from the log alone: for statements, late fees, and to hold the tables against. */
#include <string.h>

#include "calendar/calendar.h"
#include "collection/collection_internal.h"

typedef struct {
    collection *bills;
    arena *memory; /* of one event */
    collection_payer payer; /* id 0: all */
    err (*tell)(void *context, const collection_entry *entry);
    void *context;
    const eventlog_entry *entry;
    const codec_json *body;
} reading;

static bool is_wanted(const reading *r, int64_t kind, int64_t id)
{
    return !r->payer.id || (r->payer.id == id && (int64_t)r->payer.kind == kind);
}

static collection_entry begin(const reading *r, collection_entry_kind kind)
{
    const eventlog_event *event = &r->entry->event;
    collection_entry e = { .kind = kind, .why = event->why, .known_ms = event->known_ms, .actor_id = event->actor_id,
                           .sequence = r->entry->sequence };
    e.due = (collection_due){
        .payer = { (collection_payer_kind)eventlog_body_int(r->body, "payer_kind"), eventlog_body_int(r->body, "payer") },
        .purpose = eventlog_body_text(r->body, "purpose"), .month = (int32_t)eventlog_body_int(r->body, "month"),
        .fund = (int32_t)eventlog_body_int(r->body, "fund"),
        .charge = (collection_charge)eventlog_body_int(r->body, "charge"),
        .due_day = (int32_t)eventlog_body_int(r->body, "due_day") };
    e.booked_month = (int32_t)eventlog_body_int(r->body, "booked");
    if (!e.booked_month) e.booked_month = e.due.month;
    return e;
}

static err tell_billed(const reading *r)
{
    collection_table t = collection_table_open(COLLECTION_DUE_NAMES, DUE_COLUMNS, NULL);
    TRY(collection_table_read(r->memory, r->bills, r->entry->event.bucket, r->entry->sequence, "dues", &t));
    for (size_t i = 0; i < t.row_count; i++) {
        if (!is_wanted(r, t.number[DUE_KIND][i], t.number[DUE_PAYER][i])) continue;
        collection_entry e = begin(r, COLLECTION_ENTRY_BILLED);
        e.due.payer = (collection_payer){ (collection_payer_kind)t.number[DUE_KIND][i], t.number[DUE_PAYER][i] };
        e.due.fund = (int32_t)t.number[DUE_FUND][i];
        e.due.charge = (collection_charge)t.number[DUE_CHARGE][i];
        e.fen = t.number[DUE_FEN][i];
        TRY(r->tell(r->context, &e));
    }
    return ERR_NONE;
}

/* Receipts of a payer were laid over its dues one after another: rows of allotments follow each other in
 * the order of receipts, and come to what each receipt had allocated. */
static err tell_allotted(const reading *r, const collection_table *allotted, size_t *at, collection_payer payer,
                         int64_t fen, int32_t day, text reference, collection_entry_kind kind)
{
    while (fen > 0 && *at < allotted->row_count) {
        size_t i = (*at)++;
        if (allotted->number[ALLOT_PAYER][i] != payer.id || allotted->number[ALLOT_KIND][i] != (int64_t)payer.kind)
            return err_of(&COLLECTION_BROKEN, "allotted");
        fen -= allotted->number[ALLOT_FEN][i];
        if (!is_wanted(r, payer.kind, payer.id)) continue;
        collection_entry e = begin(r, kind);
        e.due = (collection_due){ .payer = payer, .month = (int32_t)allotted->number[ALLOT_MONTH][i],
                                  .purpose = allotted->word[i], .fund = (int32_t)allotted->number[ALLOT_FUND][i],
                                  .charge = (collection_charge)allotted->number[ALLOT_CHARGE][i] };
        e.day = day;
        e.fen = allotted->number[ALLOT_FEN][i];
        e.reference = reference;
        TRY(r->tell(r->context, &e));
    }
    return fen ? err_of(&COLLECTION_BROKEN, "allotted") : ERR_NONE;
}

static err tell_received(const reading *r)
{
    size_t at = 0;
    collection_table receipts = collection_table_open(COLLECTION_RECEIPT_NAMES, RECEIPT_COLUMNS, "reference");
    collection_table allotted = collection_table_open(COLLECTION_ALLOT_NAMES, ALLOT_COLUMNS, "purpose");
    const eventlog_event *event = &r->entry->event;
    TRY(collection_table_read(r->memory, r->bills, event->bucket, r->entry->sequence, "receipts", &receipts));
    TRY(collection_table_read(r->memory, r->bills, event->bucket, r->entry->sequence, "allotted", &allotted));
    for (size_t i = 0; i < receipts.row_count; i++) {
        collection_payer payer = { (collection_payer_kind)receipts.number[RECEIPT_KIND][i],
                                   receipts.number[RECEIPT_PAYER][i] };
        int64_t fen = receipts.number[RECEIPT_AMOUNT][i], laid = receipts.number[RECEIPT_ALLOCATED][i];
        collection_entry e = begin(r, COLLECTION_ENTRY_RECEIVED);
        e.due = (collection_due){ .payer = payer, .month = (int32_t)receipts.number[RECEIPT_FOR_MONTH][i] };
        e.day = (int32_t)receipts.number[RECEIPT_DAY][i];
        e.fen = fen;
        e.freed_fen = fen - laid;
        e.reference = receipts.word[i];
        if (is_wanted(r, payer.kind, payer.id)) TRY(r->tell(r->context, &e));
        TRY(tell_allotted(r, &allotted, &at, payer, laid, e.day, e.reference, COLLECTION_ENTRY_ALLOTTED));
    }
    return ERR_NONE;
}

/* Credit is laid over dues in the month of business; its day is that month's last. */
static err tell_credited(const reading *r)
{
    size_t at = 0;
    collection_table allotted = collection_table_open(COLLECTION_ALLOT_NAMES, ALLOT_COLUMNS, "purpose");
    const eventlog_event *event = &r->entry->event;
    int32_t month = (int32_t)eventlog_body_int(r->body, "month");
    TRY(collection_table_read(r->memory, r->bills, event->bucket, r->entry->sequence, "allotted", &allotted));
    while (at < allotted.row_count) {
        collection_payer payer = { (collection_payer_kind)allotted.number[ALLOT_KIND][at],
                                   allotted.number[ALLOT_PAYER][at] };
        TRY(tell_allotted(r, &allotted, &at, payer, allotted.number[ALLOT_FEN][at],
                          calendar_last_day_of_month(month), TEXT_NONE, COLLECTION_ENTRY_CREDITED));
    }
    return ERR_NONE;
}

static err tell_single(const reading *r, collection_entry_kind kind)
{
    collection_entry e = begin(r, kind);
    if (!is_wanted(r, e.due.payer.kind, e.due.payer.id)) return ERR_NONE;
    bool is_adjusted = kind == COLLECTION_ENTRY_ADJUSTED;
    e.fen = eventlog_body_int(r->body, is_adjusted ? "delta_fen" : "fen");
    e.freed_fen = eventlog_body_int(r->body, "freed_fen");
    e.as = eventlog_body_text(r->body, "as");
    e.day = (int32_t)eventlog_body_int(r->body, "from_day");
    if (kind == COLLECTION_ENTRY_AGREED) {
        e.day = (int32_t)eventlog_body_int(r->body, "made_day");
        e.booked_month = calendar_month_of_day(e.day);
        e.reference = eventlog_body_text(r->body, "instalments");
    }
    return r->tell(r->context, &e);
}

static err tell_event(const reading *r)
{
    text what = text_sub(text_of(r->entry->event.kind), strlen("collection."), SIZE_MAX);
    if (text_equal_cstr(what, "dues")) return tell_billed(r);
    if (text_equal_cstr(what, "received")) return tell_received(r);
    if (text_equal_cstr(what, "credited")) return tell_credited(r);
    if (text_equal_cstr(what, "charged")) return tell_single(r, COLLECTION_ENTRY_CHARGED);
    if (text_equal_cstr(what, "adjusted")) return tell_single(r, COLLECTION_ENTRY_ADJUSTED);
    if (text_equal_cstr(what, "deferred")) return tell_single(r, COLLECTION_ENTRY_DEFERRED);
    if (text_equal_cstr(what, "refunded")) return tell_single(r, COLLECTION_ENTRY_REFUNDED);
    if (text_equal_cstr(what, "agreed")) return tell_single(r, COLLECTION_ENTRY_AGREED);
    return ERR_NONE;
}

static err read_events(reading *r, eventlog_cursor *cursor)
{
    for (;;) {
        TRY(eventlog_next(cursor, &r->entry));
        if (!r->entry) return ERR_NONE;
        if (!text_begins(text_of(r->entry->event.kind), TEXT("collection."))) continue;
        arena_reset(r->memory);
        TRY(codec_json_parse(r->memory, r->entry->event.body, (codec_json_options){ 0 }, &r->body));
        TRY(tell_event(r));
    }
}

err collection_history(collection *bills, uint32_t bucket, collection_payer payer,
                       err (*tell)(void *context, const collection_entry *entry), void *context)
{
    eventlog_cursor *cursor;
    arena *scratch = arena_open();
    reading r = { .bills = bills, .memory = arena_open(), .payer = payer, .tell = tell, .context = context };
    err e = eventlog_read(scratch, bills->log, bucket, 1, &cursor);
    if (!e.kind) {
        e = read_events(&r, cursor);
        eventlog_cursor_close(cursor);
    }
    e = collection_leave(bills, r.memory, e);
    arena_close(scratch);
    return e;
}
