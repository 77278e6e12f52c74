#include <string.h>

#include "ledger/ledger_internal.h"

const err_kind LEDGER_UNBALANCED = {
    "ledger.unbalanced", ERR_BAD_INPUT, "Debits are not equal to credits: {}.", "借贷不平：{}。"
};

static err insert_voucher(store *db, const ledger_fact *fact)
{
    const ledger_voucher *v = &fact->voucher;
    store_query *q;
    TRY(store_prepare(db,
                      "INSERT INTO ledger_voucher (fund, month, number, day, kind, reference, key, "
                      "reverses_month, reverses_number, known_ms, actor_id, sequence) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", &q));
    store_bind_int(q, 1, v->id.fund);
    store_bind_int(q, 2, v->id.month);
    store_bind_int(q, 3, v->id.number);
    store_bind_int(q, 4, v->day);
    store_bind_text(q, 5, text_of(v->kind));
    store_bind_text(q, 6, v->reference);
    store_bind_text(q, 7, v->key);
    if (v->reverses.number) {
        store_bind_int(q, 8, v->reverses.month);
        store_bind_int(q, 9, v->reverses.number);
    } else {
        store_bind_null(q, 8);
        store_bind_null(q, 9);
    }
    store_bind_int(q, 10, v->known_ms);
    store_bind_int(q, 11, v->actor_id);
    store_bind_int(q, 12, fact->sequence);
    return store_do(q, NULL);
}

static err insert_line(store *db, ledger_voucher_id id, size_t index, const ledger_line *line)
{
    store_query *q;
    TRY(store_prepare(db,
                      "INSERT INTO ledger_line (fund, month, number, line, account, side, amount_fen) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
    store_bind_int(q, 1, id.fund);
    store_bind_int(q, 2, id.month);
    store_bind_int(q, 3, id.number);
    store_bind_int(q, 4, (int64_t)index + 1);
    store_bind_int(q, 5, line->account);
    store_bind_int(q, 6, line->side);
    store_bind_int(q, 7, line->amount_fen);
    return store_do(q, NULL);
}

static err add_to_balance(store *db, ledger_voucher_id id, const ledger_line *line, bool is_carried)
{
    bool is_debit = line->side == LEDGER_DEBIT;
    store_query *q;
    TRY(store_prepare(db,
                      "INSERT INTO ledger_balance (fund, account, month, debit_fen, credit_fen, carried_fen) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (fund, account, month) DO UPDATE SET "
                      "debit_fen = ledger_balance.debit_fen + excluded.debit_fen, "
                      "credit_fen = ledger_balance.credit_fen + excluded.credit_fen, "
                      "carried_fen = ledger_balance.carried_fen + excluded.carried_fen", &q));
    store_bind_int(q, 1, id.fund);
    store_bind_int(q, 2, line->account);
    store_bind_int(q, 3, id.month);
    store_bind_int(q, 4, is_debit && !is_carried ? line->amount_fen : 0);
    store_bind_int(q, 5, !is_debit && !is_carried ? line->amount_fen : 0);
    store_bind_int(q, 6, !is_carried ? 0 : is_debit ? line->amount_fen : -line->amount_fen);
    return store_do(q, NULL);
}

static err set_month(store *db, ledger_voucher_id id, bool is_closed)
{
    store_query *q;
    TRY(store_prepare(db,
                      "INSERT INTO ledger_month (fund, month, is_closed) VALUES (?1, ?2, ?3) "
                      "ON CONFLICT (fund, month) DO UPDATE SET is_closed = excluded.is_closed", &q));
    store_bind_int(q, 1, id.fund);
    store_bind_int(q, 2, id.month);
    store_bind_int(q, 3, is_closed);
    return store_do(q, NULL);
}

static err check_balanced(ledger *books, const ledger_voucher *v)
{
    int64_t sum[2] = { 0, 0 };
    for (size_t i = 0; i < v->line_count; i++)
        if (__builtin_add_overflow(sum[v->lines[i].side], v->lines[i].amount_fen,
                                   &sum[v->lines[i].side]))
            return ledger_err(books, &LEDGER_BAD_AMOUNT, TEXT(""));
    if (sum[LEDGER_DEBIT] == sum[LEDGER_CREDIT]) return ERR_NONE;
    char debit[MONEY_PRINT_BYTES], credit[MONEY_PRINT_BYTES];
    money_print_fen(sum[LEDGER_DEBIT], debit);
    money_print_fen(sum[LEDGER_CREDIT], credit);
    return err_of(&LEDGER_UNBALANCED, text_format(books->process, "%s, %s", debit, credit).bytes);
}

err ledger_apply_voucher(ledger *books, const ledger_fact *fact)
{
    const ledger_voucher *v = &fact->voucher;
    bool is_begun = strcmp(v->kind, LEDGER_BEGUN) == 0;
    bool is_closing = strcmp(v->kind, LEDGER_CLOSED) == 0;
    TRY(check_balanced(books, v));
    TRY(insert_voucher(books->db, fact));
    for (size_t i = 0; i < v->line_count; i++) {
        TRY(insert_line(books->db, v->id, i, &v->lines[i]));
        TRY(add_to_balance(books->db, v->id, &v->lines[i], is_begun || is_closing));
    }
    return set_month(books->db, v->id, is_begun || is_closing);
}

err ledger_batch_key(ledger *books, arena *a, const eventlog_entry *entry, text *key)
{
    const codec_json *body, *said;
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    said = codec_json_member(body, TEXT("key"));
    if (!said || said->type != CODEC_JSON_STRING)
        return ledger_err(books, &LEDGER_BAD_EVENT, TEXT("key"));
    *key = text_copy(a, said->word);
    return ERR_NONE;
}

static err apply_batch_event(ledger *books, arena *scratch, const eventlog_entry *entry)
{
    ledger_batch_fact fact = { .bucket = entry->event.bucket, .sequence = entry->sequence,
                               .known_ms = entry->event.known_ms };
    TRY(ledger_batch_key(books, scratch, entry, &fact.key));
    TRY(eventlog_segment_read(scratch, books->log, fact.bucket, fact.sequence, "postings", &fact.bytes));
    return ledger_apply_batch(books, scratch, &fact);
}

err ledger_apply(ledger *books, const eventlog_entry *entry)
{
    bool is_voucher = ledger_is_voucher_event(entry->event.kind);
    if (!is_voucher && strcmp(entry->event.kind, LEDGER_CREDITED) != 0) return ERR_NONE;
    arena *scratch = arena_open();
    ledger_fact fact;
    err e = is_voucher ? ledger_fact_read(scratch, entry, &fact)
                       : apply_batch_event(books, scratch, entry);
    if (!e.kind && is_voucher) e = ledger_apply_voucher(books, &fact);
    if (e.detail) e.detail = text_cstr(books->process, text_of(e.detail));
    arena_close(scratch);
    return e;
}
