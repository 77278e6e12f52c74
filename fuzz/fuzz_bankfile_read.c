/* Bank files of both formats: whole or one error with its place; the same in small pieces; and an
 * instruction that is read, written and read again says the same. The first byte picks the content
 * and the format. */
#include <assert.h>
#include <string.h>

#include "bankfile/bankfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

typedef struct {
    text left;
    size_t piece;
} drip;

static err read_drip(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    drip *d = context;
    size_t size = d->left.size_bytes < d->piece ? d->left.size_bytes : d->piece;
    if (size > size_max) size = size_max;
    if (size > 0) memcpy(into, d->left.bytes, size);
    d->left = text_sub(d->left, size, d->left.size_bytes);
    *size_bytes = size;
    return ERR_NONE;
}

/* What was told, and an instruction's lines to be written again. */
typedef struct {
    arena *memory;
    text_builder told;
    bankfile_instruction head;
    bankfile_line *lines;
    size_t count, capacity;
    int64_t sum_fen, paid_fen;
    bankfile_answer answer;
    bankfile_statement statement;
} listener;

static err hear_instruction(void *context, const bankfile_instruction *h)
{
    listener *l = context;
    l->head = *h;
    l->head.batch_number = text_copy(l->memory, h->batch_number);
    l->head.payer_account = text_copy(l->memory, h->payer_account);
    l->head.payer_name = text_copy(l->memory, h->payer_name);
    text_add_format(&l->told, "%.*s %.*s %.*s %d\n", TEXT_ARG(h->batch_number),
                    TEXT_ARG(h->payer_account), TEXT_ARG(h->payer_name), h->day);
    return ERR_NONE;
}

static err hear_line(void *context, const bankfile_line *line)
{
    listener *l = context;
    bankfile_line kept = *line;
    kept.name = text_copy(l->memory, line->name);
    kept.account = text_copy(l->memory, line->account);
    kept.bank_number = text_copy(l->memory, line->bank_number);
    kept.purpose = text_copy(l->memory, line->purpose);
    ARENA_PUSH(l->memory, l->lines, l->count, l->capacity, kept);
    l->sum_fen += line->amount_fen;
    text_add_format(&l->told, "%lld %.*s %.*s %.*s %lld %.*s\n", (long long)line->line,
                    TEXT_ARG(line->name), TEXT_ARG(line->account), TEXT_ARG(line->bank_number),
                    (long long)line->amount_fen, TEXT_ARG(line->purpose));
    return ERR_NONE;
}

static err hear_answer(void *context, const bankfile_answer *h, bankfile_sent *sent)
{
    listener *l = context;
    (void)sent;
    l->answer = *h;
    text_add_format(&l->told, "%d %d %.*s %.*s\n", h->kind, h->reason, TEXT_ARG(h->answer_number),
                    TEXT_ARG(h->batch_number));
    return ERR_NONE;
}

static err hear_answer_line(void *context, const bankfile_answer_line *line)
{
    listener *l = context;
    assert(line->amount_fen > 0 && line->line > 0);
    assert((line->status == BANKFILE_ACCEPTED) == (line->reason == BANKFILE_NO_REASON));
    l->count++;
    l->sum_fen += line->amount_fen;
    if (line->status == BANKFILE_ACCEPTED) l->paid_fen += line->amount_fen;
    text_add_format(&l->told, "%lld %d %d %.*s\n", (long long)line->line, line->status, line->reason,
                    TEXT_ARG(line->account));
    return ERR_NONE;
}

static err hear_statement(void *context, const bankfile_statement *h)
{
    listener *l = context;
    l->statement = *h;
    text_add_format(&l->told, "%.*s %.*s\n", TEXT_ARG(h->statement_number), TEXT_ARG(h->account));
    return ERR_NONE;
}

static err hear_entry(void *context, const bankfile_entry *e)
{
    listener *l = context;
    assert(e->amount_fen != 0 && (e->line == 0 || e->batch_number.size_bytes > 0));
    l->count++;
    l->sum_fen += e->amount_fen;
    text_add_format(&l->told, "%.*s %lld %.*s %lld %.*s\n", TEXT_ARG(e->reference),
                    (long long)e->amount_fen, TEXT_ARG(e->batch_number), (long long)e->line,
                    TEXT_ARG(e->note));
    return ERR_NONE;
}

static err read_any(arena *a, unsigned choice, codec_source source, listener *l)
{
    *l = (listener){ .memory = a, .told = text_builder_open(a) };
    bankfile_format format = choice & 1 ? BANKFILE_CSV : BANKFILE_ISO20022;
    switch (choice / 2 % 3) {
    case 0:
        return bankfile_instruction_read(
            a, format, source, NULL, (bankfile_instruction_sink){ hear_instruction, hear_line, l });
    case 1:
        return bankfile_answer_read(a, format, source, NULL,
                                    (bankfile_answer_sink){ hear_answer, hear_answer_line, l });
    default:
        return bankfile_statement_read(a, format, source, NULL,
                                       (bankfile_statement_sink){ hear_statement, hear_entry, l });
    }
}

/* What a file that was taken must satisfy. */
static void check_sums(unsigned choice, const listener *l)
{
    if (choice / 2 % 3 == 0) {
        assert(l->head.line_count == (int64_t)l->count && l->head.total_fen == l->sum_fen);
    } else if (choice / 2 % 3 == 1) {
        assert(l->answer.line_count == (int64_t)l->count && l->answer.total_fen == l->sum_fen);
        assert(l->answer.paid_fen == l->paid_fen);
    } else {
        assert(l->statement.opening_fen + l->sum_fen == l->statement.closing_fen);
    }
}

static err append(void *context, text piece)
{
    text_add(context, piece);
    return ERR_NONE;
}

static void write_again(arena *a, const listener *l, bankfile_format format, unsigned choice)
{
    text_builder out = text_builder_open(a);
    bankfile_writer *writer;
    listener again;
    err e = bankfile_instruction_open(a, format, (codec_sink){ append, &out }, &l->head, &writer);
    assert(!e.kind);
    for (size_t i = 0; i < l->count; i++) {
        e = bankfile_instruction_add(writer, &l->lines[i]);
        assert(!e.kind);
    }
    e = bankfile_instruction_close(writer);
    assert(!e.kind);
    e = read_any(a, choice, codec_text_source(a, text_built(&out)), &again);
    assert(!e.kind && text_equal(text_built(&l->told), text_built(&again.told)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    if (size_bytes == 0) return 0;
    arena *scratch = arena_open();
    unsigned choice = bytes[0];
    text file = { (const char *)bytes + 1, size_bytes - 1 };
    drip d = { .left = file, .piece = choice / 6 % 16 + 1 };
    listener whole, dripped;
    err e = read_any(scratch, choice, codec_text_source(scratch, file), &whole);
    err e_dripped = read_any(scratch, choice, (codec_source){ read_drip, &d }, &dripped);
    assert(e.kind == e_dripped.kind && e.at.line == e_dripped.at.line &&
           e.at.column == e_dripped.at.column);
    assert(text_equal(text_built(&whole.told), text_built(&dripped.told)));
    if (e.kind) {
        assert(e.at.line > 0 || e.kind == &CODEC_ENCODING_UNKNOWN || e.kind == &CODEC_NOT_GB18030);
    } else {
        check_sums(choice, &whole);
        if (choice / 2 % 3 == 0) {
            write_again(scratch, &whole, BANKFILE_CSV, 1);
            write_again(scratch, &whole, BANKFILE_ISO20022, 0);
        }
    }
    arena_close(scratch);
    return 0;
}
