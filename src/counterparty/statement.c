/* The account's statement: each batch one entry, each returned line one, and other moves. */
#include <stdio.h>

#include "counterparty/counterparty_internal.h"
#include "os/os.h"

typedef struct {
    text batch;
    int64_t line;
    int32_t day;
    int64_t fen;
    bank_reason reason;
    text name, account, note;
} entry;

typedef struct {
    bank *b;
    const bank_books *books;
    const bank_batch *batch; /* whose lines are being read */
    bank_out out;
    text number;
    bool is_counting;
    int64_t count, opening_fen, closing_fen;
    int64_t written;
} telling;

/* ---- writing ---- */

static void csv_head(telling *t)
{
    codec_csv_writer w = codec_csv_write(&t->out.out, 0);
    codec_csv_add_text(&w, TEXT("对账"));
    codec_csv_add_text(&w, t->number);
    codec_csv_add_text(&w, t->books->account);
    counterparty_csv_day(&w, t->b->from_day);
    counterparty_csv_day(&w, t->b->day);
    codec_csv_add_scaled(&w, t->opening_fen, 2);
    codec_csv_add_scaled(&w, t->closing_fen, 2);
    codec_csv_add_scaled(&w, t->count, 0);
    codec_csv_end_row(&w);
}

static void csv_entry(telling *t, const entry *e, text reference)
{
    codec_csv_writer w = codec_csv_write(&t->out.out, 0);
    codec_csv_add_text(&w, TEXT("明细"));
    codec_csv_add_text(&w, reference);
    counterparty_csv_day(&w, e->day);
    codec_csv_add_text(&w, e->fen < 0 ? TEXT("支出") : TEXT("收入"));
    codec_csv_add_scaled(&w, e->fen < 0 ? -e->fen : e->fen, 2);
    codec_csv_add_text(&w, e->batch);
    if (e->line > 0) codec_csv_add_scaled(&w, e->line, 0);
    else codec_csv_add_text(&w, TEXT(""));
    codec_csv_add_text(&w, text_of(COUNTERPARTY_REASONS[e->reason].csv));
    codec_csv_add_text(&w, e->name);
    codec_csv_add_text(&w, e->account);
    codec_csv_add_text(&w, e->note);
    codec_csv_end_row(&w);
}

static void iso_balance(codec_xml_writer *x, const char *code, int64_t fen, int32_t day)
{
    codec_xml_begin(x, "Bal");
    counterparty_xml_nested(x, BANK_PATH("Tp", "CdOrPrtry", "Cd"), text_of(code));
    counterparty_xml_fen(x, "Amt", fen < 0 ? -fen : fen);
    codec_xml_add_leaf(x, "CdtDbtInd", fen < 0 ? TEXT("DBIT") : TEXT("CRDT"));
    codec_xml_begin(x, "Dt");
    counterparty_xml_day(x, "Dt", day, "");
    codec_xml_end(x);
    codec_xml_end(x);
    codec_xml_break(x);
}

static void iso_head(telling *t)
{
    t->out.xml = codec_xml_write(&t->out.out);
    codec_xml_writer *x = &t->out.xml;
    codec_xml_begin(x, "Document");
    codec_xml_add_attribute(x, "xmlns", TEXT("urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"));
    codec_xml_begin(x, "BkToCstmrStmt");
    codec_xml_begin(x, "GrpHdr");
    codec_xml_add_leaf(x, "MsgId", t->number);
    counterparty_xml_day(x, "CreDtTm", t->b->day, "T23:00:00+08:00");
    codec_xml_end(x);
    codec_xml_begin(x, "Stmt");
    codec_xml_add_leaf(x, "Id", t->number);
    codec_xml_begin(x, "FrToDt");
    counterparty_xml_day(x, "FrDtTm", t->b->from_day, "T00:00:00+08:00");
    counterparty_xml_day(x, "ToDtTm", t->b->day, "T23:59:59+08:00");
    codec_xml_end(x);
    counterparty_xml_nested(x, BANK_PATH("Acct", "Id", "Othr", "Id"), t->books->account);
    codec_xml_break(x);
    iso_balance(x, "OPBD", t->opening_fen, t->b->from_day);
    iso_balance(x, "CLBD", t->closing_fen, t->b->day);
    codec_xml_begin(x, "TxsSummry");
    codec_xml_begin(x, "TtlNtries");
    counterparty_xml_number(x, "NbOfNtries", t->count, 0);
    codec_xml_end(x);
    codec_xml_end(x);
    codec_xml_break(x);
}

static void iso_party(codec_xml_writer *x, const entry *e)
{
    bool is_out = e->fen < 0;
    if (e->name.size_bytes + e->account.size_bytes == 0) return;
    codec_xml_begin(x, "RltdPties");
    if (e->name.size_bytes > 0)
        counterparty_xml_nested(x, BANK_PATH(is_out ? "Cdtr" : "Dbtr", "Pty", "Nm"), e->name);
    if (e->account.size_bytes > 0)
        counterparty_xml_nested(x, BANK_PATH(is_out ? "CdtrAcct" : "DbtrAcct", "Id", "Othr", "Id"),
                                e->account);
    codec_xml_end(x);
}

static void iso_details(telling *t, codec_xml_writer *x, const entry *e)
{
    codec_xml_begin(x, "NtryDtls");
    if (e->batch.size_bytes > 0 && e->line == 0)
        counterparty_xml_nested(x, BANK_PATH("Btch", "PmtInfId"), e->batch);
    codec_xml_begin(x, "TxDtls");
    if (e->line > 0)
        counterparty_xml_nested(x, BANK_PATH("Refs", "EndToEndId"),
                                text_format(t->b->memory, "%.*s-%lld", TEXT_ARG(e->batch),
                                            (long long)e->line));
    iso_party(x, e);
    if (e->reason)
        counterparty_xml_nested(x, BANK_PATH("RtrInf", "Rsn", "Cd"),
                                text_of(COUNTERPARTY_REASONS[e->reason].iso));
    codec_xml_end(x);
    codec_xml_end(x);
}

static void iso_entry(telling *t, const entry *e, text reference)
{
    codec_xml_writer *x = &t->out.xml;
    codec_xml_begin(x, "Ntry");
    codec_xml_add_leaf(x, "NtryRef", reference);
    counterparty_xml_fen(x, "Amt", e->fen < 0 ? -e->fen : e->fen);
    codec_xml_add_leaf(x, "CdtDbtInd", e->fen < 0 ? TEXT("DBIT") : TEXT("CRDT"));
    counterparty_xml_nested(x, BANK_PATH("Sts", "Cd"), TEXT("BOOK"));
    codec_xml_begin(x, "BookgDt");
    counterparty_xml_day(x, "Dt", e->day, "");
    codec_xml_end(x);
    iso_details(t, x, e);
    if (e->note.size_bytes > 0) codec_xml_add_leaf(x, "AddtlNtryInf", e->note);
    codec_xml_end(x);
    codec_xml_break(x);
}

/* ---- gathering ---- */

static err tell(telling *t, const entry *e)
{
    bool is_before = e->day < t->b->from_day, is_after = e->day > t->b->day;
    if (t->is_counting && !is_after) {
        t->closing_fen += e->fen;
        if (is_before) t->opening_fen += e->fen;
        else t->count++;
    }
    if (t->is_counting || is_before || is_after) return ERR_NONE;
    t->written++;
    char reference[64];
    int size = snprintf(reference, sizeof reference, "L%08lld", (long long)t->written);
    text written = { reference, (size_t)size };
    if (t->b->format == BANK_CSV) csv_entry(t, e, written);
    else iso_entry(t, e, written);
    return counterparty_out_flush(&t->out, false);
}

static err tell_return(void *context, const bank_line *line)
{
    telling *t = context;
    if (!line->late) return ERR_NONE;
    entry e = { .batch = t->batch->batch,
                .line = line->line,
                .day = t->batch->late_day,
                .fen = line->fen,
                .reason = line->late,
                .name = line->name,
                .account = line->account,
                .note = TEXT("退票") };
    return tell(t, &e);
}

static err tell_all(telling *t)
{
    for (size_t i = 0; i < t->books->batch_count; i++) {
        const bank_batch *batch = t->batch = &t->books->batches[i];
        entry e = { .batch = batch->batch, .day = batch->day, .fen = -batch->paid_fen };
        e.name = e.account = TEXT("");
        e.note = TEXT("代发");
        if (batch->paid_fen > 0) TRY(tell(t, &e));
        if (batch->is_late_sent)
            TRY(counterparty_lines_read(t->b, batch->batch, (bank_line_sink){ tell_return, t }));
    }
    for (size_t i = 0; i < t->books->move_count; i++) {
        const bank_move *m = &t->books->moves[i];
        entry e = { .batch = TEXT(""), .day = m->day, .fen = m->fen, .name = m->name };
        e.account = m->account;
        e.note = m->note;
        TRY(tell(t, &e));
    }
    return ERR_NONE;
}

err counterparty_statement(bank *b, const bank_books *books)
{
    telling t = { .b = b, .books = books, .is_counting = true };
    t.opening_fen = t.closing_fen = books->opening_fen;
    if (!b->outbox) return err_of(&COUNTERPARTY_VALUE, "--outbox");
    if (b->from_day > b->day) return err_of(&COUNTERPARTY_VALUE, "--from");
    TRY(os_make_folder(b->memory, b->outbox));
    TRY(tell_all(&t));
    t.is_counting = false;
    t.number = text_format(b->memory, "DZ-%d-%d", b->from_day, b->day);
    const char *path = text_format(b->memory, "%s/%.*s.%s", b->outbox, TEXT_ARG(t.number),
                                   COUNTERPARTY_ANSWERS[b->format].ending)
                           .bytes;
    TRY(counterparty_out_open(b, path, b->format, &t.out));
    if (b->format == BANK_CSV) csv_head(&t);
    else iso_head(&t);
    err e = tell_all(&t);
    while (!e.kind && t.out.xml.depth > 0) codec_xml_end(&t.out.xml);
    TRY(counterparty_out_close(&t.out, e));
    counterparty_say(b, "statement %.*s: %lld entries", "对账单 %.*s: %lld 笔", TEXT_ARG(t.number),
                     (long long)t.count);
    return ERR_NONE;
}
