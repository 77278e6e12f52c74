/* What goes to the bank: the run's lines with names and account numbers, as the bank reads them. */
#include <string.h>

#include "bankfile/bankfile.h"
#include "os/os.h"
#include "service/payrun_file.h"
#include "service/payrun_people.h"

const err_kind PAYRUN_ACCOUNT_CHANGED = {
    "payrun.account_changed", ERR_CONFLICT,
    "The bank account of line {} is no longer the one that was signed for; draft the run again.",
    "第 {} 笔的银行账户已不是签字时的账户；请重新编制批次。"
};

typedef struct {
    payrun *p;
    os_writer *out;
    bankfile_writer *writer;
    payrun_people *people;
} writing;

static err put(void *context, text piece)
{
    return os_writer_add(context, piece);
}

static err changed(writing *w, int64_t number)
{
    return err_of(&PAYRUN_ACCOUNT_CHANGED, text_format(w->p->call->request, "%lld", (long long)number).bytes);
}

static err add_line(writing *w, arena *scratch, const payment_numbered *line)
{
    const registry_roster_row *who;
    text number;
    TRY(payrun_people_find(w->people, line->line.person_id, &who));
    const registry_account *account = payrun_people_account(who, line->line.account);
    if (!account) return changed(w, line->number);
    TRY(payrun_people_number(w->people, scratch, who, account, &number));
    const registry_person *person = who->subject;
    bankfile_line out = { .line = line->number, .name = account->holder.size_bytes ? account->holder : person->name,
                          .account = number, .amount_fen = payment_line_fen(&line->line),
                          .purpose = w->p->run.terms.kind };
    return bankfile_instruction_add(w->writer, &out);
}

static err write_lines(writing *w)
{
    payment_cursor *cursor;
    arena *memory = arena_open(), *scratch = arena_open(); /* scratch: of a line */
    err e = payment_lines(memory, w->p->runs, w->p->run.run_id, &cursor);
    if (e.kind) {
        arena_close(memory);
        arena_close(scratch);
        return e;
    }
    for (;;) {
        const payment_numbered *line;
        e = payment_next_line(cursor, &line);
        if (e.kind || !line) break;
        arena_reset(scratch);
        e = add_line(w, scratch, line);
        if (e.kind) break;
    }
    if (e.detail) e.detail = text_cstr(w->p->call->request, text_of(e.detail));
    payment_lines_close(cursor);
    arena_close(memory);
    arena_close(scratch);
    return e;
}

static err write_file(writing *w, bankfile_format format, int32_t day)
{
    arena *a = w->p->office->memory;
    const payment_run *run = &w->p->run;
    text name;
    TRY(county_setting(w->p->office, "office.name", &name));
    bankfile_instruction head = { .batch_number = payrun_batch(a, run), .payer_account = run->terms.payer_account,
                                  .payer_name = name, .day = day, .line_count = run->line_count,
                                  .total_fen = run->total_fen };
    codec_sink sink = { .write = put, .context = w->out };
    TRY(bankfile_instruction_open(a, format, sink, &head, &w->writer));
    err e = write_lines(w);
    err closed = bankfile_instruction_close(w->writer);
    return e.kind ? e : closed;
}

err payrun_file_write(payrun *p, const char *path, text format_said, int32_t day, os_writer **out)
{
    bankfile_format format = BANKFILE_CSV;
    writing w = { .p = p };
    if (format_said.size_bytes) (void)bankfile_format_of(format_said, &format);
    err e = payrun_people_open(p->office, p->run.run_id, &w.people);
    if (!e.kind) e = os_writer_open(p->office->memory, path, &w.out);
    if (!e.kind) {
        e = write_file(&w, format, day);
        if (e.kind) os_writer_cancel(w.out);
    }
    payrun_people_close(w.people);
    *out = w.out;
    return e;
}
