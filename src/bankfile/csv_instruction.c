/* The instruction in the fixed CSV: 代发, then 明细 for each line. */
#include "bankfile/csv.h"
#include "base/checked.h"

#define HEAD(member) offsetof(bankfile_instruction, member)
#define LINE(member) offsetof(bankfile_line, member)

static const csv_cell HEAD_CELLS[] = {
    { .type = CSV_BATCH, .offset = HEAD(batch_number) },
    { .type = CSV_COUNT, .offset = HEAD(line_count) },
    { .type = CSV_FEN, .offset = HEAD(total_fen) },
    { .type = CSV_ACCOUNT, .offset = HEAD(payer_account) },
    { .type = CSV_NAME, .offset = HEAD(payer_name) },
    { .type = CSV_DAY, .offset = HEAD(day) },
};
static const csv_record HEAD_RECORD = { "代发", HEAD_CELLS, ARRAY_COUNT(HEAD_CELLS) };

enum { NUMBER_CELL = 1, AMOUNT_CELL = 5 };
static const csv_cell LINE_CELLS[] = {
    { .type = CSV_COUNT, .offset = LINE(line) },
    { .type = CSV_NAME, .offset = LINE(name) },
    { .type = CSV_ACCOUNT, .offset = LINE(account) },
    { .type = CSV_ACCOUNT_OR_NONE, .offset = LINE(bank_number) },
    { .type = CSV_FEN, .offset = LINE(amount_fen) },
    { .type = CSV_NOTE, .offset = LINE(purpose) },
};
static const csv_record LINE_RECORD = { "明细", LINE_CELLS, ARRAY_COUNT(LINE_CELLS) };

void bankfile_csv_write_head(bankfile_writer *w)
{
    csv_add_record(&w->out, &HEAD_RECORD, &w->head);
}

void bankfile_csv_write_line(bankfile_writer *w, const bankfile_line *line)
{
    csv_add_record(&w->out, &LINE_RECORD, line);
}

static err blame_line(const csv_file *f, err e)
{
    bool is_amount = e.kind == &BANKFILE_BAD_AMOUNT || e.kind == &BANKFILE_TOTAL_DIFFERS;
    return csv_blame(f, e, is_amount ? AMOUNT_CELL : NUMBER_CELL);
}

static err read_lines(csv_file *f, bankfile_sum *sum, bankfile_instruction_sink to)
{
    for (;;) {
        bankfile_line line;
        TRY(csv_read(f, &LINE_RECORD, &line));
        if (f->is_ended) return ERR_NONE;
        err e = bankfile_sum_line(sum, &line);
        if (e.kind) return blame_line(f, e);
        if (to.line) TRY(to.line(to.context, &line));
    }
}

static err read_all(csv_file *f, bankfile_instruction_sink to)
{
    bankfile_instruction head;
    TRY(csv_read_head(f, &HEAD_RECORD, &head));
    err e = bankfile_head_check(f->memory, &head);
    if (e.kind) return csv_blame(f, e, 1);
    if (to.head) TRY(to.head(to.context, &head));
    bankfile_sum sum = { .memory = f->memory,
                         .line_count = head.line_count,
                         .total_fen = head.total_fen };
    TRY(read_lines(f, &sum, to));
    e = bankfile_sum_end(&sum);
    return e.kind ? csv_blame_end(f, e) : ERR_NONE;
}

err bankfile_csv_read_instruction(bankfile_input in, bankfile_instruction_sink to)
{
    csv_file f;
    csv_open(&f, in);
    err e = read_all(&f, to);
    csv_close(&f);
    return e;
}
