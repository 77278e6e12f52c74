/* The answer in the fixed CSV: 回盘, then 明细 for each line. */
#include "bankfile/csv.h"
#include "base/checked.h"

#define HEAD(member) offsetof(bankfile_answer, member)
#define LINE(member) offsetof(bankfile_answer_line, member)

static const char *const KINDS[] = { [BANKFILE_WHOLE] = "结果",
                                     [BANKFILE_BATCH_REJECTED] = "整批拒绝",
                                     [BANKFILE_LATE] = "退票",
                                     NULL };
static const csv_cell HEAD_CELLS[] = {
    { .type = CSV_NAME, .offset = HEAD(answer_number) },
    { .type = CSV_BATCH, .offset = HEAD(batch_number) },
    { .type = CSV_ACCOUNT, .offset = HEAD(payer_account) },
    { .type = CSV_DAY, .offset = HEAD(day) },
    { .type = CSV_CHOICE, .offset = HEAD(kind), .words = KINDS },
    { .type = CSV_COUNT, .offset = HEAD(line_count) },
    { .type = CSV_FEN, .offset = HEAD(total_fen) },
    { .type = CSV_COUNT, .offset = HEAD(paid_count) },
    { .type = CSV_FEN, .offset = HEAD(paid_fen) },
    { .type = CSV_REASON, .offset = HEAD(reason) },
};
static const csv_record HEAD_RECORD = { "回盘", HEAD_CELLS, ARRAY_COUNT(HEAD_CELLS) };

static const char *const STATUSES[] = { [BANKFILE_ACCEPTED] = "成功",
                                        [BANKFILE_REJECTED] = "失败",
                                        [BANKFILE_RETURNED] = "退票",
                                        NULL };
static const csv_cell LINE_CELLS[] = {
    { .type = CSV_COUNT, .offset = LINE(line) },
    { .type = CSV_ACCOUNT, .offset = LINE(account) },
    { .type = CSV_FEN, .offset = LINE(amount_fen) },
    { .type = CSV_CHOICE, .offset = LINE(status), .words = STATUSES },
    { .type = CSV_REASON, .offset = LINE(reason) },
};
static const csv_record LINE_RECORD = { "明细", LINE_CELLS, ARRAY_COUNT(LINE_CELLS) };

/* Which cell is to blame for what the law finds. */
static size_t head_cell(const err_kind *kind)
{
    return kind == &BANKFILE_PAYER_DIFFERS    ? 3
           : kind == &BANKFILE_COUNT_DIFFERS  ? 6
           : kind == &BANKFILE_TOTAL_DIFFERS  ? 7
           : kind == &BANKFILE_REASON_UNKNOWN ? 10
                                              : 2;
}

static size_t line_cell(const err_kind *kind)
{
    return kind == &BANKFILE_PAYEE_DIFFERS                                        ? 2
           : kind == &BANKFILE_AMOUNT_DIFFERS || kind == &BANKFILE_TOTAL_DIFFERS ? 3
           : kind == &BANKFILE_STATUS_UNKNOWN                                    ? 4
           : kind == &BANKFILE_REASON_UNKNOWN                                    ? 5
                                                                                 : 1;
}

static err read_lines(csv_file *f, bankfile_answer_law *law)
{
    for (;;) {
        bankfile_answer_line line;
        TRY(csv_read(f, &LINE_RECORD, &line));
        if (f->is_ended) return ERR_NONE;
        if (line.amount_fen < 1)
            return csv_blame(f, err_of(&BANKFILE_BAD_AMOUNT, "0.00"), 3);
        bool is_callers;
        err e = bankfile_answer_law_line(law, &line, &is_callers);
        if (e.kind) return is_callers ? e : csv_blame(f, e, line_cell(e.kind));
    }
}

static err read_all(csv_file *f, bankfile_answer_sink to)
{
    bankfile_answer head;
    TRY(csv_read_head(f, &HEAD_RECORD, &head));
    bankfile_answer_law law;
    bool is_callers;
    err e = bankfile_answer_law_open(f->memory, &head, to, &law, &is_callers);
    if (e.kind) return is_callers ? e : csv_blame(f, e, head_cell(e.kind));
    TRY(read_lines(f, &law));
    e = bankfile_answer_law_end(&law);
    return e.kind ? csv_blame_end(f, e) : ERR_NONE;
}

err bankfile_csv_read_answer(bankfile_input in, bankfile_answer_sink to)
{
    csv_file f;
    csv_open(&f, in);
    err e = read_all(&f, to);
    csv_close(&f);
    return e;
}
