/* How the bank writes an answer in each format. */
#include "base/checked.h"
#include "counterparty/counterparty_internal.h"

/* ---- the fixed CSV ---- */

static void csv_head(bank_out *out, const bank_answer *h)
{
    static const char *const KINDS[] = { [BANK_WHOLE] = "结果",
                                         [BANK_BATCH_REJECTED] = "整批拒绝",
                                         [BANK_LATE] = "退票" };
    codec_csv_writer w = codec_csv_write(&out->out, 0);
    codec_csv_add_text(&w, TEXT("回盘"));
    codec_csv_add_text(&w, h->number);
    codec_csv_add_text(&w, h->batch);
    codec_csv_add_text(&w, h->payer);
    counterparty_csv_day(&w, h->day);
    codec_csv_add_text(&w, text_of(KINDS[h->kind]));
    codec_csv_add_scaled(&w, h->count, 0);
    codec_csv_add_scaled(&w, h->fen, 2);
    codec_csv_add_scaled(&w, h->paid_count, 0);
    codec_csv_add_scaled(&w, h->paid_fen, 2);
    codec_csv_add_text(&w, text_of(COUNTERPARTY_REASONS[h->reason].csv));
    codec_csv_end_row(&w);
}

static void csv_line(bank_out *out, const bank_answer *h, const bank_line *line, bool is_status_bad)
{
    bank_reason reason = h->kind == BANK_LATE ? line->late : line->rejected;
    const char *status = h->kind == BANK_LATE ? "退票" : reason ? "失败" : "成功";
    codec_csv_writer w = codec_csv_write(&out->out, 0);
    codec_csv_add_text(&w, TEXT("明细"));
    codec_csv_add_scaled(&w, line->line, 0);
    codec_csv_add_text(&w, line->account);
    codec_csv_add_scaled(&w, line->fen, 2);
    codec_csv_add_text(&w, is_status_bad ? TEXT("未知") : text_of(status));
    codec_csv_add_text(&w, text_of(COUNTERPARTY_REASONS[reason].csv));
    codec_csv_end_row(&w);
}

static void csv_end(bank_out *out)
{
    (void)out;
}

/* ---- pain.002.001.10 ---- */

static void iso_counts(codec_xml_writer *x, const char *status, int64_t count, int64_t fen)
{
    if (count == 0) return;
    codec_xml_begin(x, "NbOfTxsPerSts");
    counterparty_xml_number(x, "DtldNbOfTxs", count, 0);
    codec_xml_add_leaf(x, "DtldSts", text_of(status));
    counterparty_xml_number(x, "DtldCtrlSum", fen, 2);
    codec_xml_end(x);
}

static void iso_group(codec_xml_writer *x, const bank_answer *h)
{
    codec_xml_begin(x, "OrgnlGrpInfAndSts");
    codec_xml_add_leaf(x, "OrgnlMsgId", h->batch);
    codec_xml_add_leaf(x, "OrgnlMsgNmId", TEXT("pain.001.001.09"));
    counterparty_xml_number(x, "OrgnlNbOfTxs", h->batch_count, 0);
    counterparty_xml_number(x, "OrgnlCtrlSum", h->batch_fen, 2);
    if (h->kind == BANK_BATCH_REJECTED) codec_xml_add_leaf(x, "GrpSts", TEXT("RJCT"));
    if (h->kind == BANK_WHOLE)
        codec_xml_add_leaf(x, "GrpSts", h->paid_count == h->count ? TEXT("ACSC") : TEXT("PART"));
    if (h->reason)
        counterparty_xml_nested(x, BANK_PATH("StsRsnInf", "Rsn", "Cd"),
                                text_of(COUNTERPARTY_REASONS[h->reason].iso));
    iso_counts(x, "ACSC", h->paid_count, h->paid_fen);
    iso_counts(x, "RJCT", h->count - h->paid_count, h->fen - h->paid_fen);
    codec_xml_end(x);
}

static void iso_head(bank_out *out, const bank_answer *h)
{
    out->xml = codec_xml_write(&out->out);
    codec_xml_writer *x = &out->xml;
    codec_xml_begin(x, "Document");
    codec_xml_add_attribute(x, "xmlns", TEXT("urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"));
    codec_xml_begin(x, "CstmrPmtStsRpt");
    codec_xml_break(x);
    codec_xml_begin(x, "GrpHdr");
    codec_xml_add_leaf(x, "MsgId", h->number);
    counterparty_xml_day(x, "CreDtTm", h->day, "T18:00:00+08:00");
    counterparty_xml_nested(x, BANK_PATH("InitgPty", "Id", "OrgId", "Othr", "Id"), h->payer);
    codec_xml_end(x);
    codec_xml_break(x);
    iso_group(x, h);
    codec_xml_break(x);
    if (h->kind == BANK_BATCH_REJECTED) return;
    codec_xml_begin(x, "OrgnlPmtInfAndSts");
    codec_xml_add_leaf(x, "OrgnlPmtInfId", h->batch);
    codec_xml_break(x);
}

static void iso_line(bank_out *out, const bank_answer *h, const bank_line *line, bool is_status_bad)
{
    codec_xml_writer *x = &out->xml;
    bank_reason reason = h->kind == BANK_LATE ? line->late : line->rejected;
    char digits[CODEC_SCALED_BYTES];
    codec_xml_begin(x, "TxInfAndSts");
    codec_xml_begin(x, "OrgnlEndToEndId");
    codec_xml_add_text(x, h->batch);
    codec_xml_add_text(x, TEXT("-"));
    codec_xml_add_text(x, (text){ digits, codec_print_scaled(line->line, 0, digits) });
    codec_xml_end(x);
    codec_xml_add_leaf(x, "TxSts", is_status_bad ? TEXT("PDNG") : reason ? TEXT("RJCT") : TEXT("ACSC"));
    if (reason)
        counterparty_xml_nested(x, BANK_PATH("StsRsnInf", "Rsn", "Cd"),
                                text_of(COUNTERPARTY_REASONS[reason].iso));
    codec_xml_begin(x, "OrgnlTxRef");
    codec_xml_begin(x, "Amt");
    counterparty_xml_fen(x, "InstdAmt", line->fen);
    codec_xml_end(x);
    counterparty_xml_nested(x, BANK_PATH("CdtrAcct", "Id", "Othr", "Id"), line->account);
    codec_xml_end(x);
    codec_xml_end(x);
    codec_xml_break(x);
}

static void iso_end(bank_out *out)
{
    while (out->xml.depth > 0) codec_xml_end(&out->xml);
}

const bank_answer_row COUNTERPARTY_ANSWERS[] = {
    [BANK_CSV] = { "csv", csv_head, csv_line, csv_end },
    [BANK_ISO] = { "xml", iso_head, iso_line, iso_end },
};
_Static_assert(ARRAY_COUNT(COUNTERPARTY_ANSWERS) == BANK_FORMAT_COUNT, "a format has no answer");
