/* Files for the outbox, written a piece at a time. */
#include "calendar/calendar.h"
#include "counterparty/counterparty_internal.h"
#include "os/os.h"

enum { PIECE_BYTES = 128 * 1024 };

err counterparty_out_open(bank *b, const char *path, bank_format format, bank_out *out)
{
    *out = (bank_out){ .out = text_builder_open(b->memory),
                       .converted = text_builder_open(b->memory) };
    if (format == BANK_CSV)
        TRY(codec_converter_open(b->memory, CODEC_UTF8, CODEC_GB18030, &out->converter));
    err e = os_writer_open(b->memory, path, &out->file);
    if (e.kind && out->converter) codec_converter_close(out->converter);
    return e;
}

err counterparty_out_flush(bank_out *out, bool is_last)
{
    if (!is_last && out->out.size_bytes < PIECE_BYTES) return ERR_NONE;
    text piece = text_built(&out->out);
    if (out->converter) {
        out->converted.size_bytes = 0;
        TRY(codec_converter_feed(out->converter, piece, is_last, &out->converted));
        piece = text_built(&out->converted);
    }
    out->out.size_bytes = 0;
    return piece.size_bytes > 0 ? os_writer_add(out->file, piece) : ERR_NONE;
}

err counterparty_out_close(bank_out *out, err e)
{
    if (!e.kind) e = counterparty_out_flush(out, true);
    if (out->converter) codec_converter_close(out->converter);
    if (!e.kind) return os_writer_commit(out->file);
    os_writer_cancel(out->file);
    return e;
}

/* ---- pieces of both formats ---- */

void counterparty_xml_nested(codec_xml_writer *x, const char *const *names, text t)
{
    size_t count = 0;
    for (; names[count]; count++) codec_xml_begin(x, names[count]);
    codec_xml_add_text(x, t);
    for (; count > 0; count--) codec_xml_end(x);
}

void counterparty_xml_number(codec_xml_writer *x, const char *name, int64_t scaled, int decimals)
{
    char digits[CODEC_SCALED_BYTES];
    codec_xml_add_leaf(x, name, (text){ digits, codec_print_scaled(scaled, decimals, digits) });
}

void counterparty_xml_fen(codec_xml_writer *x, const char *name, int64_t fen)
{
    char digits[CODEC_SCALED_BYTES];
    codec_xml_begin(x, name);
    codec_xml_add_attribute(x, "Ccy", TEXT("CNY"));
    codec_xml_add_text(x, (text){ digits, codec_print_scaled(fen, 2, digits) });
    codec_xml_end(x);
}

void counterparty_xml_day(codec_xml_writer *x, const char *name, int32_t day, const char *time)
{
    char written[CALENDAR_PRINT_BYTES];
    (void)calendar_print_day(day, written);
    codec_xml_begin(x, name);
    codec_xml_add_text(x, text_of(written));
    codec_xml_add_text(x, text_of(time));
    codec_xml_end(x);
}

void counterparty_csv_day(codec_csv_writer *w, int32_t day)
{
    calendar_date date = calendar_split_day(day);
    codec_csv_add_scaled(w, date.year * 10000 + date.month_of_year * 100 + date.day_of_month, 0);
}
