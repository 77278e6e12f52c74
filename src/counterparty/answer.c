/* The answer to a batch, from the books, and what of it is made false on demand. */
#include "counterparty/counterparty_internal.h"
#include "os/os.h"

typedef struct {
    bank *b;
    bank_out out;
    const bank_answer_row *writer;
    bank_answer head;
    text batch; /* in truth */
    bank_line first;
    char first_account[64], changed_account[64];
    int64_t listed; /* lines seen so far that are listed in truth */
    int64_t listed_all;
    bool is_cut;
} answering;

static void falsify_head(const bank *b, bank_answer *h)
{
    switch (b->fault) {
    case BANK_OTHER_COUNT: h->count++, h->batch_count++; break;
    case BANK_OTHER_TOTAL: h->fen++, h->batch_fen++; break;
    case BANK_OTHER_BATCH: h->batch = text_format(b->memory, "X%.*s", TEXT_ARG(h->batch)); break;
    case BANK_OTHER_PAYER: h->payer = text_format(b->memory, "%.*s0", TEXT_ARG(h->payer)); break;
    default: break;
    }
}

static text keep_account(char *into, text t, char changed)
{
    size_t size = t.size_bytes < 63 ? t.size_bytes : 63;
    for (size_t i = 0; i < size; i++) into[i] = t.bytes[i];
    if (changed && size > 0) into[size - 1] = into[size - 1] == changed ? '0' : changed;
    return (text){ into, size };
}

/* Changes the line as the fault asks; false: leave it out. */
static bool falsify_line(answering *a, bank_line *line)
{
    bool is_first = a->listed == 1, is_last = a->listed == a->listed_all;
    if (is_first) {
        a->first = *line;
        a->first.account = keep_account(a->first_account, line->account, '\0');
    }
    bank_fault fault = a->b->fault;
    if (is_first && fault == BANK_OTHER_AMOUNT) line->fen++;
    if (is_first && fault == BANK_OTHER_PAYEE)
        line->account = keep_account(a->changed_account, line->account, '9');
    if (is_last && fault == BANK_UNKNOWN_LINE) line->line = a->head.batch_count + 1;
    if (is_last && fault == BANK_LINE_TWICE) *line = a->first;
    return !(is_last && fault == BANK_LINE_MISSING);
}

static err answer_line(void *context, const bank_line *true_line)
{
    answering *a = context;
    bool is_listed = a->head.kind == BANK_LATE ? true_line->late != BANK_NO_REASON : true;
    if (!is_listed || a->is_cut) return ERR_NONE;
    bank_line line = *true_line;
    a->listed++;
    if (!falsify_line(a, &line)) return ERR_NONE;
    bool is_status_bad = a->b->fault == BANK_BAD_STATUS && a->listed == 1;
    a->writer->line(&a->out, &a->head, &line, is_status_bad);
    if (a->b->fault == BANK_CUT_SHORT && a->listed >= a->listed_all * 2 / 3) {
        a->is_cut = true;
        a->out.out.size_bytes -= 5; /* ASCII, in both formats */
    }
    return counterparty_out_flush(&a->out, false);
}

static err write_answer(answering *a, const char *name)
{
    bank *b = a->b;
    bank_format format = (bank_format)(a->writer - COUNTERPARTY_ANSWERS);
    const char *path = text_format(b->memory, "%s/%s.%s", b->outbox, name, a->writer->ending).bytes;
    TRY(counterparty_out_open(b, path, format, &a->out));
    a->listed_all = a->head.count;
    a->listed = 0;
    falsify_head(b, &a->head);
    a->writer->head(&a->out, &a->head);
    bool has_lines = a->head.kind != BANK_BATCH_REJECTED;
    err e = ERR_NONE;
    if (has_lines) e = counterparty_lines_read(b, a->batch, (bank_line_sink){ answer_line, a });
    if (!e.kind && !a->is_cut) a->writer->end(&a->out);
    return counterparty_out_close(&a->out, e);
}

static bank_answer head_of(bank *b, const bank_books *books, const bank_batch *batch, bool is_late)
{
    bank_answer h = { .batch = batch->batch,
                      .payer = books->account,
                      .batch_count = batch->count,
                      .batch_fen = batch->total_fen,
                      .reason = batch->rejected,
                      .day = is_late ? batch->late_day : batch->day };
    h.kind = is_late ? BANK_LATE : batch->rejected ? BANK_BATCH_REJECTED : BANK_WHOLE;
    const char *mark = is_late ? "TP" : batch->rejected == BANK_DUPLICATE ? "CF" : "HP";
    h.number = text_format(b->memory, "%s-%.*s", mark, TEXT_ARG(batch->batch));
    if (h.kind == BANK_WHOLE) {
        h.count = batch->count;
        h.fen = batch->total_fen;
        h.paid_count = batch->paid_count;
        h.paid_fen = batch->paid_fen;
    } else if (h.kind == BANK_LATE) {
        h.count = batch->late_count;
        h.fen = batch->late_fen;
    }
    return h;
}

err counterparty_answer(bank *b, const bank_books *books, const bank_batch *batch, bool is_late)
{
    if (b->fault == BANK_LOST) return ERR_NONE;
    answering *a = ARENA_NEW(b->memory, answering);
    *a = (answering){ .b = b,
                      .writer = &COUNTERPARTY_ANSWERS[batch->format],
                      .batch = batch->batch };
    a->head = head_of(b, books, batch, is_late);
    const char *name = text_cstr(b->memory, a->head.number);
    TRY(os_make_folder(b->memory, b->outbox));
    TRY(write_answer(a, name));
    if (b->fault != BANK_TWO_FILES) return ERR_NONE;
    return write_answer(a, text_format(b->memory, "%s-2", name).bytes);
}
