/* The answer as pain.002.001.10.
 *
 * With a group status ACSC or PART every transaction is listed; with RJCT the batch is rejected and
 * none is; without one the message lists what came back late. */
#include "bankfile/iso.h"
#include "base/checked.h"

enum { STATUS_PAID, STATUS_REJECTED };
static const char *const STATUSES[] = { [STATUS_PAID] = "ACSC", [STATUS_REJECTED] = "RJCT", NULL };
enum { GROUP_PAID, GROUP_REJECTED, GROUP_PART, GROUP_NONE };
static const char *const GROUP_STATUSES[] = { [GROUP_PAID] = "ACSC",
                                              [GROUP_REJECTED] = "RJCT",
                                              [GROUP_PART] = "PART",
                                              NULL };
static const char *const ORIGINALS[] = { ISO_PAIN_001, NULL };

/* Of one status: how many, and how much. */
typedef struct {
    int64_t count, fen;
    int status;
} iso_counts;

typedef struct {
    bankfile_answer head;
    int64_t batch_count, batch_fen;
    int group, original;
    text block_number;
    iso_counts counts[2];
    bool has_counts[2];
} iso_head;

enum { HEAD_ANSWER, HEAD_DAY, HEAD_PAYER, HEAD_NUMBER, HEAD_ORIGINAL, HEAD_COUNT, HEAD_TOTAL,
       HEAD_GROUP, HEAD_REASON, BLOCK_NUMBER };
static const iso_cell HEAD_CELLS[] = {
    { "GrpHdr/MsgId", ISO_NAME, true, offsetof(iso_head, head.answer_number), NULL },
    { "GrpHdr/CreDtTm", ISO_DAY, true, offsetof(iso_head, head.day), NULL },
    { "GrpHdr/InitgPty/Id/OrgId/Othr/Id", ISO_ACCOUNT, true, offsetof(iso_head, head.payer_account),
      NULL },
    { "OrgnlGrpInfAndSts/OrgnlMsgId", ISO_BATCH, true, offsetof(iso_head, head.batch_number), NULL },
    { "OrgnlGrpInfAndSts/OrgnlMsgNmId", ISO_CHOICE, true, offsetof(iso_head, original), ORIGINALS },
    { "OrgnlGrpInfAndSts/OrgnlNbOfTxs", ISO_COUNT, true, offsetof(iso_head, batch_count), NULL },
    { "OrgnlGrpInfAndSts/OrgnlCtrlSum", ISO_FEN, true, offsetof(iso_head, batch_fen), NULL },
    { "OrgnlGrpInfAndSts/GrpSts", ISO_CHOICE, false, offsetof(iso_head, group), GROUP_STATUSES },
    { "OrgnlGrpInfAndSts/StsRsnInf/Rsn/Cd", ISO_REASON, false, offsetof(iso_head, head.reason), NULL },
    { "OrgnlPmtInfAndSts/OrgnlPmtInfId", ISO_BATCH, false, offsetof(iso_head, block_number), NULL },
};
enum { CHILD_COUNTS, CHILD_LINE };
static const char *const HEAD_CHILDREN[] = { [CHILD_COUNTS] = "OrgnlGrpInfAndSts/NbOfTxsPerSts",
                                             [CHILD_LINE] = "OrgnlPmtInfAndSts/TxInfAndSts",
                                             NULL };
static const iso_record HEAD_RECORD = { HEAD_CELLS, ARRAY_COUNT(HEAD_CELLS), HEAD_CHILDREN };

static const iso_cell COUNTS_CELLS[] = {
    { "DtldNbOfTxs", ISO_COUNT, true, offsetof(iso_counts, count), NULL },
    { "DtldSts", ISO_CHOICE, true, offsetof(iso_counts, status), STATUSES },
    { "DtldCtrlSum", ISO_FEN, true, offsetof(iso_counts, fen), NULL },
};
static const iso_record COUNTS_RECORD = { COUNTS_CELLS, ARRAY_COUNT(COUNTS_CELLS), NULL };

typedef struct {
    bankfile_answer_line line;
    iso_reference reference;
    int status;
} iso_line;

enum { LINE_REFERENCE, LINE_STATUS, LINE_REASON, LINE_AMOUNT, LINE_ACCOUNT };
static const iso_cell LINE_CELLS[] = {
    { "OrgnlEndToEndId", ISO_REFERENCE, true, offsetof(iso_line, reference), NULL },
    { "TxSts", ISO_CHOICE, true, offsetof(iso_line, status), STATUSES },
    { "StsRsnInf/Rsn/Cd", ISO_REASON, false, offsetof(iso_line, line.reason), NULL },
    { "OrgnlTxRef/Amt/InstdAmt", ISO_FEN, true, offsetof(iso_line, line.amount_fen), NULL },
    { "OrgnlTxRef/CdtrAcct/Id/Othr/Id", ISO_ACCOUNT, true, offsetof(iso_line, line.account), NULL },
};
static const iso_record LINE_RECORD = { LINE_CELLS, ARRAY_COUNT(LINE_CELLS), NULL };

/* ---- the head ---- */

static err read_counts(iso_file *f, iso_head *head)
{
    iso_frame frame;
    iso_counts counts;
    TRY(iso_read(f, &frame, &COUNTS_RECORD, &counts));
    if (head->has_counts[counts.status])
        return iso_blame(&frame, err_of(&BANKFILE_BAD_RECORD, STATUSES[counts.status]), 1);
    head->has_counts[counts.status] = true;
    head->counts[counts.status] = counts;
    return ERR_NONE;
}

/* Brings what the message says in its way into the form of bankfile_answer. */
static err settle_whole(const iso_file *f, const iso_frame *frame, iso_head *h)
{
    const iso_counts *paid = &h->counts[STATUS_PAID], *rejected = &h->counts[STATUS_REJECTED];
    h->head.line_count = h->batch_count;
    h->head.total_fen = h->batch_fen;
    h->head.paid_count = paid->count;
    h->head.paid_fen = paid->fen;
    int64_t count = paid->count + rejected->count; /* 18 digits each */
    int64_t fen = paid->fen + rejected->fen;
    if (count != h->batch_count)
        return iso_blame(frame,
                         err_of(&BANKFILE_COUNT_DIFFERS,
                                bankfile_count_detail(f->memory, count, h->batch_count)),
                         HEAD_COUNT);
    if (fen != h->batch_fen)
        return iso_blame(frame,
                         err_of(&BANKFILE_TOTAL_DIFFERS,
                                bankfile_fen_detail(f->memory, fen, h->batch_fen)),
                         HEAD_TOTAL);
    return ERR_NONE;
}

static err settle_head(const iso_file *f, const iso_frame *frame, iso_head *h)
{
    if (h->block_number.bytes && !text_equal(h->block_number, h->head.batch_number))
        return iso_blame(frame,
                         err_of(&BANKFILE_BATCH_DIFFERS,
                                bankfile_text_detail(f->memory, h->block_number,
                                                     h->head.batch_number)),
                         BLOCK_NUMBER);
    if (h->group == GROUP_PAID || h->group == GROUP_PART) {
        h->head.kind = BANKFILE_WHOLE;
        return settle_whole(f, frame, h);
    }
    if (h->group == GROUP_REJECTED) {
        h->head.kind = BANKFILE_BATCH_REJECTED;
        return ERR_NONE;
    }
    h->head.kind = BANKFILE_LATE;
    h->head.line_count = h->counts[STATUS_REJECTED].count;
    h->head.total_fen = h->counts[STATUS_REJECTED].fen;
    h->head.paid_count = h->counts[STATUS_PAID].count;
    h->head.paid_fen = h->counts[STATUS_PAID].fen;
    return ERR_NONE;
}

/* Which cell is to blame for what the law finds. */
static size_t head_cell(const err_kind *kind)
{
    return kind == &BANKFILE_PAYER_DIFFERS    ? HEAD_PAYER
           : kind == &BANKFILE_COUNT_DIFFERS  ? HEAD_COUNT
           : kind == &BANKFILE_TOTAL_DIFFERS  ? HEAD_TOTAL
           : kind == &BANKFILE_REASON_UNKNOWN ? HEAD_REASON
                                              : HEAD_NUMBER;
}

static err begin_lines(iso_file *f, iso_frame *frame, iso_head *head, bankfile_answer_law *law,
                       bankfile_answer_sink to)
{
    bool is_callers;
    TRY(iso_require(f, frame));
    frame->is_sealed = true;
    TRY(settle_head(f, frame, head));
    err e = bankfile_answer_law_open(f->memory, &head->head, to, law, &is_callers);
    return e.kind && !is_callers ? iso_blame(frame, e, head_cell(e.kind)) : e;
}

/* ---- the lines ---- */

static size_t line_cell(const err_kind *kind)
{
    return kind == &BANKFILE_PAYEE_DIFFERS                                        ? LINE_ACCOUNT
           : kind == &BANKFILE_AMOUNT_DIFFERS || kind == &BANKFILE_TOTAL_DIFFERS ? LINE_AMOUNT
           : kind == &BANKFILE_STATUS_UNKNOWN                                    ? LINE_STATUS
           : kind == &BANKFILE_REASON_UNKNOWN                                    ? LINE_REASON
                                                                                 : LINE_REFERENCE;
}

static err read_line(iso_file *f, const iso_head *head, bankfile_answer_law *law)
{
    iso_frame frame;
    iso_line row = { .line = { .reason = BANKFILE_NO_REASON } };
    TRY(iso_read(f, &frame, &LINE_RECORD, &row));
    if (!text_equal(row.reference.batch_number, head->head.batch_number))
        return iso_blame(&frame,
                         err_of(&BANKFILE_BATCH_DIFFERS,
                                bankfile_text_detail(f->memory, row.reference.batch_number,
                                                     head->head.batch_number)),
                         LINE_REFERENCE);
    if (row.line.amount_fen < 1)
        return iso_blame(&frame, err_of(&BANKFILE_BAD_AMOUNT, "0.00"), LINE_AMOUNT);
    row.line.line = row.reference.line;
    row.line.status = row.status == STATUS_PAID            ? BANKFILE_ACCEPTED
                      : head->head.kind == BANKFILE_LATE ? BANKFILE_RETURNED
                                                         : BANKFILE_REJECTED;
    bool is_callers;
    err e = bankfile_answer_law_line(law, &row.line, &is_callers);
    return e.kind && !is_callers ? iso_blame(&frame, e, line_cell(e.kind)) : e;
}

static err read_all(iso_file *f, bankfile_answer_sink to)
{
    iso_frame frame;
    iso_head head = { .group = GROUP_NONE };
    bankfile_answer_law law;
    int child;
    iso_enter(f, &frame, &HEAD_RECORD, &head);
    frame.keeps = true;
    for (;;) {
        TRY(iso_step(f, &frame, &child));
        if (child == CHILD_COUNTS) {
            if (frame.is_sealed)
                return iso_blame_end(f, err_of(&BANKFILE_BAD_RECORD, HEAD_CHILDREN[child]));
            TRY(read_counts(f, &head));
            continue;
        }
        if (!frame.is_sealed) TRY(begin_lines(f, &frame, &head, &law, to));
        if (child == ISO_END) break;
        TRY(read_line(f, &head, &law));
    }
    err e = bankfile_answer_law_end(&law);
    return e.kind ? iso_blame_end(f, e) : iso_end(f);
}

err bankfile_iso_read_answer(bankfile_input in, bankfile_answer_sink to)
{
    iso_file *f = ARENA_NEW(in.memory, iso_file);
    err e = iso_open(f, in, ISO_PAIN_002, "CstmrPmtStsRpt");
    if (!e.kind) e = read_all(f, to);
    iso_close(f);
    return e;
}
