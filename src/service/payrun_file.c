/* What goes to the bank: the run's lines with names and account numbers, as the bank reads them. */
#include <string.h>

#include "bankfile/bankfile.h"
#include "os/os.h"
#include "service/payrun_file.h"

const err_kind PAYRUN_ACCOUNT_CHANGED = {
    "payrun.account_changed", ERR_CONFLICT,
    "The bank account of line {} is no longer the one that was signed for; draft the run again.",
    "第 {} 笔的银行账户已不是签字时的账户；请重新编制批次。"
};

typedef struct {
    payrun *p;
    os_writer *out;
    bankfile_writer *writer;
    registry *people;
    registry_roster *roster;
    arena *roster_memory;
    uint32_t bucket;
    bool has_bucket;
    const registry_roster_row *who;
} writing;

static err put(void *context, text piece)
{
    return os_writer_add(context, piece);
}

static err next_bucket(writing *w, uint32_t bucket)
{
    registry_roster_options wants = { .day = w->p->office->call->office->settings.today_day,
                                      .month = w->p->run.terms.month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_ACCOUNT, .reveals = true };
    if (w->roster) registry_roster_close(w->roster);
    w->roster = NULL;
    w->who = NULL;
    arena_reset(w->roster_memory);
    TRY(registry_roster_open(w->roster_memory, w->people, bucket, &wants, &w->roster));
    w->bucket = bucket;
    w->has_bucket = true;
    return ERR_NONE;
}

/* Lines and roster both go by bucket and person. */
static err find_person(writing *w, int64_t person_id)
{
    uint32_t bucket = eventlog_bucket_of(person_id);
    if (!w->has_bucket || bucket != w->bucket) TRY(next_bucket(w, bucket));
    while (!w->who || w->who->subject_id < person_id) {
        TRY(registry_roster_next(w->roster, &w->who));
        if (!w->who) break;
    }
    return ERR_NONE;
}

static err changed(writing *w, int64_t number)
{
    return err_of(&PAYRUN_ACCOUNT_CHANGED, text_format(w->p->call->request, "%lld", (long long)number).bytes);
}

static const registry_account *signed_account(const registry_roster_row *who, int64_t account)
{
    for (size_t i = 0; i < who->account_count; i++)
        if (payrun_account_of(&who->accounts[i]) == account) return &who->accounts[i];
    return NULL;
}

static err add_line(writing *w, const payment_numbered *line)
{
    TRY(find_person(w, line->line.person_id));
    if (!w->who || w->who->subject_id != line->line.person_id) return changed(w, line->number);
    const registry_account *account = signed_account(w->who, line->line.account);
    if (!account) return changed(w, line->number);
    const registry_person *person = w->who->subject;
    bankfile_line out = { .line = line->number, .name = account->holder.size_bytes ? account->holder : person->name,
                          .account = account->number.plain, .amount_fen = payment_line_fen(&line->line),
                          .purpose = w->p->run.terms.kind };
    return bankfile_instruction_add(w->writer, &out);
}

static err write_lines(writing *w)
{
    payment_cursor *cursor;
    arena *memory = arena_open();
    err e = payment_lines(memory, w->p->runs, w->p->run.run_id, &cursor);
    if (e.kind) {
        arena_close(memory);
        return e;
    }
    for (;;) {
        const payment_numbered *line;
        e = payment_next_line(cursor, &line);
        if (e.kind || !line) break;
        e = add_line(w, line);
        if (e.kind) break;
    }
    if (e.detail) e.detail = text_cstr(w->p->call->request, text_of(e.detail));
    payment_lines_close(cursor);
    arena_close(memory);
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
    writing w = { .p = p, .roster_memory = arena_open() };
    if (format_said.size_bytes) (void)bankfile_format_of(format_said, &format);
    err e = county_people(p->office, &w.people);
    if (!e.kind) e = os_writer_open(p->office->memory, path, &w.out);
    if (!e.kind) {
        e = write_file(&w, format, day);
        if (e.kind) os_writer_cancel(w.out);
    }
    if (w.roster) registry_roster_close(w.roster);
    arena_close(w.roster_memory);
    *out = w.out;
    return e;
}
