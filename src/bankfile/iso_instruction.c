/* The instruction as pain.001.001.09, one payment information block a batch. */
#include "bankfile/iso.h"
#include "base/checked.h"
#include "calendar/calendar.h"

/* ---- writing ---- */

static void add_number(codec_xml_writer *x, const char *name, int64_t scaled, int decimals)
{
    char digits[CODEC_SCALED_BYTES];
    codec_xml_add_leaf(x, name, (text){ digits, codec_print_scaled(scaled, decimals, digits) });
}

/* <a><b><c>t</c></b></a>, for names a, b, c. */
static void add_nested(codec_xml_writer *x, const char *const *names, text t)
{
    size_t count = 0;
    for (; names[count]; count++) codec_xml_begin(x, names[count]);
    codec_xml_add_text(x, t);
    for (; count > 0; count--) codec_xml_end(x);
}
#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Nothing here knows the time of day: an instruction is made on the day it is for, at midnight. */
static void add_day(codec_xml_writer *x, const char *name, int32_t day, const char *time)
{
    char written[CALENDAR_PRINT_BYTES + 16];
    size_t size = calendar_print_day(day, written);
    for (; *time; time++) written[size++] = *time;
    codec_xml_add_leaf(x, name, (text){ written, size });
}

static void write_group(bankfile_writer *w, codec_xml_writer *x)
{
    const bankfile_instruction *h = &w->head;
    codec_xml_begin(x, "GrpHdr");
    codec_xml_add_leaf(x, "MsgId", h->batch_number);
    add_day(x, "CreDtTm", h->day, "T00:00:00");
    add_number(x, "NbOfTxs", h->line_count, 0);
    add_number(x, "CtrlSum", h->total_fen, 2);
    codec_xml_begin(x, "InitgPty");
    codec_xml_add_leaf(x, "Nm", h->payer_name);
    add_nested(x, PATH("Id", "OrgId", "Othr", "Id"), h->payer_account);
    codec_xml_end(x);
    codec_xml_end(x);
    codec_xml_break(x);
}

void bankfile_iso_write_head(bankfile_writer *w)
{
    const bankfile_instruction *h = &w->head;
    w->xml = codec_xml_write(&w->out);
    codec_xml_writer *x = &w->xml;
    codec_xml_begin(x, "Document");
    codec_xml_add_attribute(x, "xmlns", TEXT(ISO_SPACE ISO_PAIN_001));
    codec_xml_begin(x, "CstmrCdtTrfInitn");
    codec_xml_break(x);
    write_group(w, x);
    codec_xml_begin(x, "PmtInf");
    codec_xml_add_leaf(x, "PmtInfId", h->batch_number);
    codec_xml_add_leaf(x, "PmtMtd", TEXT("TRF"));
    codec_xml_add_leaf(x, "BtchBookg", TEXT("true"));
    add_number(x, "NbOfTxs", h->line_count, 0);
    add_number(x, "CtrlSum", h->total_fen, 2);
    codec_xml_begin(x, "ReqdExctnDt");
    add_day(x, "Dt", h->day, "");
    codec_xml_end(x);
    add_nested(x, PATH("Dbtr", "Nm"), h->payer_name);
    add_nested(x, PATH("DbtrAcct", "Id", "Othr", "Id"), h->payer_account);
    add_nested(x, PATH("DbtrAgt", "FinInstnId", "Othr", "Id"), TEXT("NOTPROVIDED"));
    codec_xml_break(x);
}

static void add_bank(codec_xml_writer *x, text bank_number)
{
    codec_xml_begin(x, "CdtrAgt");
    codec_xml_begin(x, "FinInstnId");
    codec_xml_begin(x, "ClrSysMmbId");
    add_nested(x, PATH("ClrSysId", "Cd"), TEXT("CNAPS"));
    codec_xml_add_leaf(x, "MmbId", bank_number);
    for (int i = 0; i < 3; i++) codec_xml_end(x);
}

void bankfile_iso_write_line(bankfile_writer *w, const bankfile_line *line)
{
    codec_xml_writer *x = &w->xml;
    char digits[CODEC_SCALED_BYTES];
    codec_xml_begin(x, "CdtTrfTxInf");
    codec_xml_begin(x, "PmtId");
    codec_xml_begin(x, "EndToEndId");
    codec_xml_add_text(x, w->head.batch_number);
    codec_xml_add_text(x, TEXT("-"));
    codec_xml_add_text(x, (text){ digits, codec_print_scaled(line->line, 0, digits) });
    codec_xml_end(x);
    codec_xml_end(x);
    codec_xml_begin(x, "Amt");
    codec_xml_begin(x, "InstdAmt");
    codec_xml_add_attribute(x, "Ccy", TEXT("CNY"));
    codec_xml_add_text(x, (text){ digits, codec_print_scaled(line->amount_fen, 2, digits) });
    codec_xml_end(x);
    codec_xml_end(x);
    if (line->bank_number.size_bytes > 0) add_bank(x, line->bank_number);
    add_nested(x, PATH("Cdtr", "Nm"), line->name);
    add_nested(x, PATH("CdtrAcct", "Id", "Othr", "Id"), line->account);
    if (line->purpose.size_bytes > 0) add_nested(x, PATH("RmtInf", "Ustrd"), line->purpose);
    codec_xml_end(x);
    codec_xml_break(x);
}

void bankfile_iso_write_end(bankfile_writer *w)
{
    while (w->xml.depth > 0) codec_xml_end(&w->xml);
}

/* ---- reading ---- */

typedef struct {
    bankfile_instruction head;
    text block_number;
    int64_t block_count, block_fen;
} iso_head;

enum { HEAD_NUMBER, HEAD_COUNT, HEAD_TOTAL, BLOCK_NUMBER, BLOCK_COUNT, BLOCK_TOTAL };
static const iso_cell HEAD_CELLS[] = {
    { "GrpHdr/MsgId", ISO_BATCH, true, offsetof(iso_head, head.batch_number), NULL },
    { "GrpHdr/NbOfTxs", ISO_COUNT, true, offsetof(iso_head, head.line_count), NULL },
    { "GrpHdr/CtrlSum", ISO_FEN, true, offsetof(iso_head, head.total_fen), NULL },
    { "PmtInf/PmtInfId", ISO_BATCH, true, offsetof(iso_head, block_number), NULL },
    { "PmtInf/NbOfTxs", ISO_COUNT, true, offsetof(iso_head, block_count), NULL },
    { "PmtInf/CtrlSum", ISO_FEN, true, offsetof(iso_head, block_fen), NULL },
    { "PmtInf/ReqdExctnDt/Dt", ISO_DAY, true, offsetof(iso_head, head.day), NULL },
    { "PmtInf/Dbtr/Nm", ISO_NAME, true, offsetof(iso_head, head.payer_name), NULL },
    { "PmtInf/DbtrAcct/Id/Othr/Id", ISO_ACCOUNT, true, offsetof(iso_head, head.payer_account), NULL },
};
static const char *const HEAD_CHILDREN[] = { "PmtInf/CdtTrfTxInf", NULL };
static const iso_record HEAD_RECORD = { HEAD_CELLS, ARRAY_COUNT(HEAD_CELLS), HEAD_CHILDREN };

typedef struct {
    iso_reference reference;
    bankfile_line line;
} iso_line;

enum { LINE_REFERENCE, LINE_AMOUNT };
static const iso_cell LINE_CELLS[] = {
    { "PmtId/EndToEndId", ISO_REFERENCE, true, offsetof(iso_line, reference), NULL },
    { "Amt/InstdAmt", ISO_FEN, true, offsetof(iso_line, line.amount_fen), NULL },
    { "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId", ISO_ACCOUNT, false,
      offsetof(iso_line, line.bank_number), NULL },
    { "Cdtr/Nm", ISO_NAME, true, offsetof(iso_line, line.name), NULL },
    { "CdtrAcct/Id/Othr/Id", ISO_ACCOUNT, true, offsetof(iso_line, line.account), NULL },
    { "RmtInf/Ustrd", ISO_NAME, false, offsetof(iso_line, line.purpose), NULL },
};
static const iso_record LINE_RECORD = { LINE_CELLS, ARRAY_COUNT(LINE_CELLS), NULL };

static err check_blocks(const iso_file *f, const iso_frame *frame, const iso_head *h)
{
    err e = bankfile_head_check(f->memory, &h->head);
    if (e.kind) return iso_blame(frame, e, HEAD_NUMBER);
    if (!text_equal(h->block_number, h->head.batch_number))
        return iso_blame(frame,
                         err_of(&BANKFILE_BATCH_DIFFERS,
                                bankfile_text_detail(f->memory, h->block_number,
                                                     h->head.batch_number)),
                         BLOCK_NUMBER);
    if (h->block_count != h->head.line_count)
        return iso_blame(frame,
                         err_of(&BANKFILE_COUNT_DIFFERS,
                                bankfile_count_detail(f->memory, h->block_count,
                                                      h->head.line_count)),
                         BLOCK_COUNT);
    if (h->block_fen != h->head.total_fen)
        return iso_blame(frame,
                         err_of(&BANKFILE_TOTAL_DIFFERS,
                                bankfile_fen_detail(f->memory, h->block_fen, h->head.total_fen)),
                         BLOCK_TOTAL);
    return ERR_NONE;
}

static err read_line(iso_file *f, const iso_head *h, bankfile_sum *sum, bankfile_instruction_sink to)
{
    iso_frame frame;
    iso_line row = { .line = { .bank_number = TEXT(""), .purpose = TEXT("") } };
    TRY(iso_read(f, &frame, &LINE_RECORD, &row));
    if (!text_equal(row.reference.batch_number, h->head.batch_number))
        return iso_blame(&frame,
                         err_of(&BANKFILE_BATCH_DIFFERS,
                                bankfile_text_detail(f->memory, row.reference.batch_number,
                                                     h->head.batch_number)),
                         LINE_REFERENCE);
    row.line.line = row.reference.line;
    err e = bankfile_sum_line(sum, &row.line);
    bool is_amount = e.kind == &BANKFILE_BAD_AMOUNT || e.kind == &BANKFILE_TOTAL_DIFFERS;
    if (e.kind) return iso_blame(&frame, e, is_amount ? LINE_AMOUNT : LINE_REFERENCE);
    return to.line ? to.line(to.context, &row.line) : ERR_NONE;
}

static err begin_lines(iso_file *f, iso_frame *frame, const iso_head *h, bankfile_sum *sum,
                       bankfile_instruction_sink to)
{
    TRY(iso_require(f, frame));
    frame->is_sealed = true;
    TRY(check_blocks(f, frame, h));
    *sum = (bankfile_sum){ .memory = f->memory,
                           .line_count = h->head.line_count,
                           .total_fen = h->head.total_fen };
    return to.head ? to.head(to.context, &h->head) : ERR_NONE;
}

static err read_all(iso_file *f, bankfile_instruction_sink to)
{
    iso_frame frame;
    iso_head head;
    bankfile_sum sum = { 0 };
    int child;
    iso_enter(f, &frame, &HEAD_RECORD, &head);
    frame.keeps = true;
    for (;;) {
        TRY(iso_step(f, &frame, &child));
        if (!frame.is_sealed) TRY(begin_lines(f, &frame, &head, &sum, to));
        if (child == ISO_END) break;
        TRY(read_line(f, &head, &sum, to));
    }
    err e = bankfile_sum_end(&sum);
    return e.kind ? iso_blame_end(f, e) : iso_end(f);
}

err bankfile_iso_read_instruction(bankfile_input in, bankfile_instruction_sink to)
{
    iso_file *f = ARENA_NEW(in.memory, iso_file);
    err e = iso_open(f, in, ISO_PAIN_001, "CstmrCdtTrfInitn");
    if (!e.kind) e = read_all(f, to);
    iso_close(f);
    return e;
}
