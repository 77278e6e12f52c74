/* The bank's own reading of an instruction in the fixed CSV. */
#include "calendar/calendar.h"
#include "counterparty/counterparty_internal.h"

enum { HEAD_FIELDS = 7, LINE_FIELDS = 7 };

static err bad(arena *a, const codec_csv_reader *csv, size_t field, const char *what)
{
    return err_at(&COUNTERPARTY_BAD_ORDER, codec_csv_position(csv, field),
                  text_cstr(a, text_of(what)));
}

static err read_head(arena *a, codec_csv_reader *csv, bank_order *order)
{
    codec_csv_row row;
    bool has_row;
    TRY(codec_csv_next(csv, &row, &has_row));
    if (!has_row || row.count != HEAD_FIELDS || !text_equal(row.field[0], TEXT("代发")))
        return bad(a, csv, 0, "代发");
    order->batch = text_copy(a, row.field[1]);
    order->payer = text_copy(a, row.field[4]);
    if (!codec_parse_scaled(row.field[2], 0, &order->count)) return bad(a, csv, 2, "笔数");
    if (!codec_parse_scaled(row.field[3], 2, &order->total_fen)) return bad(a, csv, 3, "总金额");
    if (calendar_parse_day(row.field[6], &order->day).kind) return bad(a, csv, 6, "日期");
    return ERR_NONE;
}

err counterparty_order_csv(arena *a, codec_source source, const char *file, bank_order_sink to)
{
    codec_csv_reader *csv = codec_csv_open(a, source, (codec_csv_options){ .file = file });
    bank_order order = { .format = BANK_CSV };
    TRY(read_head(a, csv, &order));
    TRY(to.order(to.context, &order));
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(csv, &row, &has_row));
        if (!has_row) return ERR_NONE;
        if (row.count != LINE_FIELDS || !text_equal(row.field[0], TEXT("明细")))
            return bad(a, csv, 0, "明细");
        bank_order_line line = { .name = row.field[2], .account = row.field[3] };
        if (!codec_parse_scaled(row.field[1], 0, &line.line)) return bad(a, csv, 1, "序号");
        if (!codec_parse_scaled(row.field[5], 2, &line.fen)) return bad(a, csv, 5, "金额");
        TRY(to.line(to.context, &line));
    }
}
