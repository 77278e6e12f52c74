#include "support/bankfiles.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "calendar/calendar.h"
#include "os/os.h"

text bankfiles_golden(arena *a, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "tests/golden/bankfile/%s", name);
    text whole = TEXT_NONE;
    err e = os_read_file(a, path, 1 << 20, &whole);
    assert(!e.kind);
    return whole;
}

static text converted(arena *a, text t, codec_encoding from, codec_encoding to)
{
    codec_converter *converter;
    text_builder out = text_builder_open(a);
    err e = codec_converter_open(a, from, to, &converter);
    if (!e.kind) e = codec_converter_feed(converter, t, true, &out);
    assert(!e.kind);
    codec_converter_close(converter);
    return text_built(&out);
}

text bankfiles_changed(arena *a, text whole, const char *from, const char *to)
{
    bool is_gb = codec_detect(whole, true) == CODEC_GB18030;
    text left = is_gb ? converted(a, whole, CODEC_GB18030, CODEC_UTF8) : whole;
    text_builder out = text_builder_open(a);
    size_t count = 0;
    for (size_t at; (at = text_find(left, text_of(from))) != SIZE_MAX; count++) {
        text_add(&out, text_sub(left, 0, at));
        text_add_cstr(&out, to);
        left = text_sub(left, at + strlen(from), left.size_bytes);
    }
    assert(count > 0);
    text_add(&out, left);
    return is_gb ? converted(a, text_built(&out), CODEC_UTF8, CODEC_GB18030) : text_built(&out);
}

static err read_drip(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    text *left = context;
    size_t size = left->size_bytes < 7 ? left->size_bytes : 7;
    if (size > size_max) size = size_max;
    if (size > 0) memcpy(into, left->bytes, size);
    *left = text_sub(*left, size, left->size_bytes);
    *size_bytes = size;
    return ERR_NONE;
}

codec_source bankfiles_drip(arena *a, text whole)
{
    text *left = ARENA_NEW(a, text);
    *left = whole;
    return (codec_source){ read_drip, left };
}

static int64_t golden_amount(void *context, int64_t line, text *account)
{
    (void)context;
    static const int64_t AMOUNTS[] = { 345678, 333226, 1 };
    static const char *const ACCOUNTS[] = { "6217000000000000018", "6217000000000000026",
                                            "6217000000000000034" };
    *account = text_of(ACCOUNTS[line - 1]);
    return AMOUNTS[line - 1];
}

const bankfile_sent BANKFILES_SENT = { .batch_number = { "ZG-202603-01", 12 },
                                       .payer_account = { "4100123456789", 13 },
                                       .line_count = 3,
                                       .total_fen = 678905,
                                       .amount_of = golden_amount };

/* ---- telling ---- */

typedef struct {
    text_builder out;
    const bankfile_sent *sent;
} teller;

static const char *day_text(int32_t day, char *out)
{
    calendar_print_day(day, out);
    return out;
}

static err tell_instruction(void *context, const bankfile_instruction *h)
{
    teller *t = context;
    char day[CALENDAR_PRINT_BYTES];
    text_add_format(&t->out, "instruction %.*s %.*s %.*s %s %lld %lld\n", TEXT_ARG(h->batch_number),
                    TEXT_ARG(h->payer_account), TEXT_ARG(h->payer_name), day_text(h->day, day),
                    (long long)h->line_count, (long long)h->total_fen);
    return ERR_NONE;
}

static err tell_line(void *context, const bankfile_line *l)
{
    teller *t = context;
    text_add_format(&t->out, "%lld %.*s %.*s [%.*s] %lld [%.*s]\n", (long long)l->line,
                    TEXT_ARG(l->name), TEXT_ARG(l->account), TEXT_ARG(l->bank_number),
                    (long long)l->amount_fen, TEXT_ARG(l->purpose));
    return ERR_NONE;
}

static err tell_answer(void *context, const bankfile_answer *h, bankfile_sent *sent)
{
    static const char *const KINDS[] = { "whole", "rejected", "late" };
    teller *t = context;
    char day[CALENDAR_PRINT_BYTES];
    if (t->sent) *sent = *t->sent;
    text_add_format(&t->out, "answer %s %d %.*s %.*s %.*s %s %lld %lld paid %lld %lld\n",
                    KINDS[h->kind], h->reason, TEXT_ARG(h->answer_number),
                    TEXT_ARG(h->batch_number), TEXT_ARG(h->payer_account), day_text(h->day, day),
                    (long long)h->line_count, (long long)h->total_fen, (long long)h->paid_count,
                    (long long)h->paid_fen);
    return ERR_NONE;
}

static err tell_answer_line(void *context, const bankfile_answer_line *l)
{
    static const char *const STATUSES[] = { "accepted", "rejected", "returned" };
    teller *t = context;
    text_add_format(&t->out, "%lld %s %d %lld %.*s\n", (long long)l->line, STATUSES[l->status],
                    l->reason, (long long)l->amount_fen, TEXT_ARG(l->account));
    return ERR_NONE;
}

static err tell_statement(void *context, const bankfile_statement *h)
{
    teller *t = context;
    char from[CALENDAR_PRINT_BYTES], last[CALENDAR_PRINT_BYTES];
    text_add_format(&t->out, "statement %.*s %.*s %s %s %lld %lld %lld\n",
                    TEXT_ARG(h->statement_number), TEXT_ARG(h->account),
                    day_text(h->from_day, from), day_text(h->last_day, last),
                    (long long)h->opening_fen, (long long)h->closing_fen,
                    (long long)h->entry_count);
    return ERR_NONE;
}

static err tell_entry(void *context, const bankfile_entry *l)
{
    teller *t = context;
    char day[CALENDAR_PRINT_BYTES];
    text_add_format(&t->out, "%.*s %s %lld [%.*s] %lld %d [%.*s] [%.*s] [%.*s]\n",
                    TEXT_ARG(l->reference), day_text(l->day, day), (long long)l->amount_fen,
                    TEXT_ARG(l->batch_number), (long long)l->line, l->reason, TEXT_ARG(l->name),
                    TEXT_ARG(l->account), TEXT_ARG(l->note));
    return ERR_NONE;
}

static err read_any(arena *a, bankfile_content content, bankfile_format format,
                    codec_source source, teller *t)
{
    switch (content) {
    case BANKFILE_INSTRUCTION:
        return bankfile_instruction_read(
            a, format, source, "f", (bankfile_instruction_sink){ tell_instruction, tell_line, t });
    case BANKFILE_ANSWER:
        return bankfile_answer_read(a, format, source, "f",
                                    (bankfile_answer_sink){ tell_answer, tell_answer_line, t });
    default:
        return bankfile_statement_read(a, format, source, "f",
                                       (bankfile_statement_sink){ tell_statement, tell_entry, t });
    }
}

static text tell(arena *a, bankfile_content content, bankfile_format format, codec_source source,
                 const bankfile_sent *sent)
{
    teller t = { .out = text_builder_open(a), .sent = sent };
    err e = read_any(a, content, format, source, &t);
    if (e.kind)
        text_add_format(&t.out, "%s@%d:%d %s", e.kind->code, e.at.line, e.at.column,
                        e.detail ? e.detail : "");
    else text_add_cstr(&t.out, "ok");
    return text_built(&t.out);
}

text bankfiles_told(arena *a, bankfile_content content, bankfile_format format, text whole,
                    const bankfile_sent *sent)
{
    return tell(a, content, format, codec_text_source(a, whole), sent);
}

text bankfiles_dripped(arena *a, bankfile_content content, bankfile_format format, text whole,
                       const bankfile_sent *sent)
{
    return tell(a, content, format, bankfiles_drip(a, whole), sent);
}
