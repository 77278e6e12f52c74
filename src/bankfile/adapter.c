/* The table of formats, and what is the same in all of them. */
#include <string.h>

#include "bankfile/bankfile_internal.h"
#include "base/checked.h"

static const bankfile_adapter ADAPTERS[] = {
    [BANKFILE_ISO20022] = { .name = "iso20022",
                            .encoding = CODEC_UTF8,
                            .write_head = bankfile_iso_write_head,
                            .write_line = bankfile_iso_write_line,
                            .write_end = bankfile_iso_write_end,
                            .read_instruction = bankfile_iso_read_instruction,
                            .read_answer = bankfile_iso_read_answer,
                            .read_statement = bankfile_iso_read_statement,
                            /* Whatever the version: reading names the one it knows. */
                            .marks = { ":pain.001.", ":pain.002.", ":camt.053." } },
    [BANKFILE_CSV] = { .name = "csv",
                       .encoding = CODEC_GB18030,
                       .write_head = bankfile_csv_write_head,
                       .write_line = bankfile_csv_write_line,
                       .read_instruction = bankfile_csv_read_instruction,
                       .read_answer = bankfile_csv_read_answer,
                       .read_statement = bankfile_csv_read_statement,
                       .marks = { "代发,", "回盘,", "对账," },
                       .is_mark_first = true },
};
_Static_assert(ARRAY_COUNT(ADAPTERS) == BANKFILE_FORMAT_COUNT, "a format has no adapter");

const char *bankfile_format_name(bankfile_format format)
{
    return ADAPTERS[format].name;
}

bool bankfile_format_of(text name, bankfile_format *format)
{
    for (int i = 0; i < BANKFILE_FORMAT_COUNT; i++) {
        if (!text_equal_cstr(name, ADAPTERS[i].name)) continue;
        *format = (bankfile_format)i;
        return true;
    }
    return false;
}

/* ---- telling files apart ---- */

static bool has_mark(const bankfile_adapter *adapter, text beginning, bankfile_content *content)
{
    for (int i = 0; i < BANKFILE_CONTENT_COUNT; i++) {
        size_t at = text_find(beginning, text_of(adapter->marks[i]));
        if (at == SIZE_MAX || (adapter->is_mark_first && at > 0)) continue;
        *content = (bankfile_content)i;
        return true;
    }
    return false;
}

/* What of the beginning is text, as UTF-8; it may stop inside a character. */
static text as_utf8(arena *a, text beginning)
{
    if (text_begins(beginning, TEXT("\xEF\xBB\xBF")))
        return text_sub(beginning, 3, beginning.size_bytes);
    if (codec_detect(beginning, false) != CODEC_GB18030) return beginning;
    codec_converter *converter;
    text_builder out = text_builder_open(a);
    if (codec_converter_open(a, CODEC_GB18030, CODEC_UTF8, &converter).kind) return beginning;
    /* What is converted before a fault is enough to tell. */
    err fault = codec_converter_feed(converter, beginning, false, &out);
    (void)fault;
    codec_converter_close(converter);
    return text_built(&out);
}

bool bankfile_detect(text beginning, bankfile_format *format, bankfile_content *content)
{
    enum { LOOKED_AT = 4096 };
    arena *scratch = arena_open();
    text utf8 = as_utf8(scratch, text_sub(beginning, 0, LOOKED_AT));
    bool is_found = false;
    for (int i = 0; i < BANKFILE_FORMAT_COUNT && !is_found; i++) {
        is_found = has_mark(&ADAPTERS[i], utf8, content);
        if (is_found) *format = (bankfile_format)i;
    }
    arena_close(scratch);
    return is_found;
}

/* ---- writing ---- */

static err flush(bankfile_writer *w, bool is_last)
{
    text piece = text_built(&w->out);
    if (w->converter) {
        w->converted.size_bytes = 0;
        TRY(codec_converter_feed(w->converter, piece, is_last, &w->converted));
        piece = text_built(&w->converted);
    }
    w->out.size_bytes = 0;
    return piece.size_bytes > 0 ? w->sink.write(w->sink.context, piece) : ERR_NONE;
}

static bankfile_instruction copy_head(arena *a, const bankfile_instruction *head)
{
    bankfile_instruction copy = *head;
    copy.batch_number = text_copy(a, head->batch_number);
    copy.payer_account = text_copy(a, head->payer_account);
    copy.payer_name = text_copy(a, head->payer_name);
    return copy;
}

err bankfile_instruction_open(arena *a, bankfile_format format, codec_sink sink,
                              const bankfile_instruction *head, bankfile_writer **writer)
{
    TRY(bankfile_head_check(a, head));
    bankfile_writer *w = ARENA_NEW(a, bankfile_writer);
    *w = (bankfile_writer){ .memory = a, .format = format, .sink = sink };
    w->head = copy_head(a, head);
    w->sum = (bankfile_sum){ .memory = a,
                             .line_count = head->line_count,
                             .total_fen = head->total_fen };
    w->out = text_builder_open(a);
    w->converted = text_builder_open(a);
    codec_encoding encoding = ADAPTERS[format].encoding;
    if (encoding != CODEC_UTF8)
        TRY(codec_converter_open(a, CODEC_UTF8, encoding, &w->converter));
    ADAPTERS[format].write_head(w);
    *writer = w;
    return ERR_NONE;
}

err bankfile_instruction_add(bankfile_writer *w, const bankfile_line *line)
{
    enum { PIECE_BYTES = 128 * 1024 };
    if (!w->failed.kind) w->failed = bankfile_sum_line(&w->sum, line);
    if (w->failed.kind) return w->failed;
    ADAPTERS[w->format].write_line(w, line);
    if (w->out.size_bytes >= PIECE_BYTES) w->failed = flush(w, false);
    return w->failed;
}

err bankfile_instruction_close(bankfile_writer *w)
{
    if (!w->failed.kind) w->failed = bankfile_sum_end(&w->sum);
    if (!w->failed.kind && ADAPTERS[w->format].write_end) ADAPTERS[w->format].write_end(w);
    if (!w->failed.kind) w->failed = flush(w, true);
    if (w->converter) codec_converter_close(w->converter);
    w->converter = NULL;
    return w->failed;
}

/* ---- reading ---- */

err bankfile_instruction_read(arena *a, bankfile_format format, codec_source source,
                              const char *file, bankfile_instruction_sink to)
{
    return ADAPTERS[format].read_instruction((bankfile_input){ a, source, file }, to);
}

err bankfile_answer_read(arena *a, bankfile_format format, codec_source source, const char *file,
                         bankfile_answer_sink to)
{
    return ADAPTERS[format].read_answer((bankfile_input){ a, source, file }, to);
}

err bankfile_statement_read(arena *a, bankfile_format format, codec_source source,
                            const char *file, bankfile_statement_sink to)
{
    return ADAPTERS[format].read_statement((bankfile_input){ a, source, file }, to);
}
