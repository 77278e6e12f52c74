/* doudi payrun book: the bank's answer, held against the run, kept and booked in one transaction. */
#include <stdlib.h>
#include <string.h>

#include "bankfile/bankfile.h"
#include "os/os.h"
#include "service/operations.h"
#include "service/payrun_bank.h"
#include "service/payrun_items.h"
#include "service/payrun_people.h"

const err_kind PAYRUN_OTHER_BATCH = {
    "payrun.other_batch", ERR_BAD_INPUT,
    "The bank's answer is to batch {}, which is not this run; nothing was booked.",
    "该回盘属于批次 {}，不是本批次；未登记。"
};
const err_kind PAYRUN_OTHER_PAYEE = {
    "payrun.other_payee", ERR_CONFLICT,
    "Line {} of the bank's answer names another account than it was sent to; nothing was booked. Ask the bank whom it has paid.",
    "银行回盘第 {} 笔的收款账号与报盘不同；整个回盘未登记，请向银行查明款项付给了谁。"
};

static const service_field BOOK_INPUT[] = {
    PAYRUN_RUN_FIELD,
    { .name = "answer", .type = SERVICE_FILE, .is_list = true, .is_required = true,
      .summary = "the bank's answer, or what came back later; bank:NAME is got from DOUDI_BANK_URL",
      .summary_zh = "银行回盘文件（或后来的退票文件）" },
    { .name = "day", .type = SERVICE_DATE, .summary = "day of the vouchers (default: today)",
      .summary_zh = "记账日（默认今天）" },
    SERVICE_KEY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field BOOK_OUTPUT[] = {
    PAYRUN_OUTPUT,
    { .name = "new_answers", .type = SERVICE_COUNT, .summary = "answers booked now", .summary_zh = "本次登记的回盘" },
    { .name = "known_answers", .type = SERVICE_COUNT, .summary = "answers that were booked before",
      .summary_zh = "此前已登记的回盘" },
};

typedef struct {
    payrun *p;
    arena *memory;
    payment_answer *answer;
    payment_control control;
    text name;
    registry *registry;
    int64_t *sent_to; /* of each line, as payrun_account_of keeps it */
    int64_t *returned; /* numbers of lines that came back */
    size_t returned_count, returned_capacity;
} hearing;

static err hear_head(void *context, const bankfile_answer *head, bankfile_sent *sent)
{
    hearing *h = context;
    payrun *p = h->p;
    text own = payrun_batch(h->memory, &p->run);
    if (!text_equal(head->batch_number, own))
        return err_of(&PAYRUN_OTHER_BATCH, text_cstr(h->memory, head->batch_number));
    *sent = (bankfile_sent){ .batch_number = own, .payer_account = p->run.terms.payer_account,
                             .line_count = p->run.line_count, .total_fen = p->run.total_fen };
    h->name = text_copy(h->memory, head->answer_number);
    TRY(county_people(p->office, &h->registry));
    TRY(payrun_people_accounts(h->memory, p->office, &p->run, &h->sent_to));
    payment_act act = p->act;
    act.key = h->name;
    return payrun_says_state(p, payment_answer_open(h->memory, p->runs, p->run.run_id, &act, &h->answer));
}

/* By the keyed hash that the line was drafted with, whatever accounts the payee has had since. */
static err check_payee(hearing *h, const bankfile_answer_line *line)
{
    registry_account named = { .number.key = registry_account_key(h->registry, line->account) };
    return payrun_account_of(&named) == h->sent_to[line->line - 1]
               ? ERR_NONE : err_of(&PAYRUN_OTHER_PAYEE, text_format(h->memory, "%lld", (long long)line->line).bytes);
}

static err hear_line(void *context, const bankfile_answer_line *line)
{
    static const payment_outcome OUTCOMES[] = { [BANKFILE_ACCEPTED] = PAYMENT_PAID,
                                                [BANKFILE_REJECTED] = PAYMENT_REFUSED,
                                                [BANKFILE_RETURNED] = PAYMENT_RETURNED };
    hearing *h = context;
    TRY(check_payee(h, line));
    h->control.count++;
    if (__builtin_add_overflow(h->control.total_fen, line->amount_fen, &h->control.total_fen))
        return err_of(&PAYMENT_OTHER_AMOUNT, text_format(h->memory, "%lld", (long long)line->line).bytes);
    if (line->status == BANKFILE_RETURNED)
        ARENA_PUSH(h->memory, h->returned, h->returned_count, h->returned_capacity, line->line);
    text reason = line->reason ? text_of(BANKFILE_REASONS[line->reason].iso) : TEXT_NONE;
    return payment_answer_add(h->answer, line->line, line->amount_fen, OUTCOMES[line->status], reason);
}

/* ---- vouchers ---- */

/* One voucher over the parts of the run: each part's name is its account. */
static err post(payrun *p, const char *kind, bool is_debit, const int64_t *fen, text name)
{
    arena *a = p->office->memory;
    ledger *books;
    ledger_voucher_id voucher;
    TRY(county_books(p->office, &books));
    const ledger_fund *fund = ledger_fund_find(p->office->chart, p->run.terms.fund);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(a, p->run.terms.fund));
    ledger_amount amounts[PAYMENT_PARTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < p->run.terms.part_count; i++) {
        int64_t account = 0;
        if (!fen[i]) continue;
        (void)codec_parse_scaled(p->run.terms.parts[i], 0, &account);
        amounts[count++] = (ledger_amount){ .debit = is_debit ? account : 0, .credit = is_debit ? 0 : account,
                                            .amount_fen = fen[i] };
    }
    if (!count) return ERR_NONE;
    text batch = payrun_batch(a, &p->run);
    ledger_business business = { .fund = fund->number, .day = service_day_of(p->call, "day"), .kind = kind,
                                 .reference = batch, .amounts = amounts, .amount_count = count };
    ledger_stamp stamp = { .key = text_format(a, "%.*s/%.*s/%s", TEXT_ARG(batch), TEXT_ARG(name), kind),
                           .known_ms = p->office->now_ms, .actor_id = p->office->actor_id, .why = p->act.why };
    return ledger_post(books, &stamp, &business, &voucher);
}

/* A line that came back was paid first, in this answer or an earlier one: what the answer itself pays
 * and returns at once is booked both ways, so that the bank's statement has its counterpart. */
static err post_answer(payrun *p, const payment_sums *sums, text name)
{
    bool is_refund = payrun_is_refund(p->run.terms.kind), is_grant = payrun_is_grant(p->run.terms.kind);
    TRY(post(p, is_refund ? "refund.paid" : is_grant ? "grant.paid" : "benefit.paid", true, sums->paid_fen, name));
    return post(p, is_refund ? "refund.returned" : is_grant ? "grant.returned" : "benefit.returned", false, sums->returned_fen, name);
}

/* ---- one file ---- */

/* Lines that new answers said came back. */
typedef struct {
    int64_t *numbers;
    size_t count, capacity;
} returns;

/* An answer has as many lines as the run, ten million of a great city: it is read as it streams by, its head kept
 * until it is known what file it is. */
typedef struct {
    os_reader *reader;
    char head[4096];
    size_t size, at;
} answer_file;

static err read_head(answer_file *f)
{
    for (size_t more = 1; more && f->size < sizeof f->head;) {
        TRY(os_reader_read(f->reader, f->head + f->size, sizeof f->head - f->size, &more));
        f->size += more;
    }
    return ERR_NONE;
}

static err read_on(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    answer_file *f = context;
    size_t left = f->size - f->at;
    if (!left) return os_reader_read(f->reader, into, size_max, size_bytes);
    *size_bytes = left < size_max ? left : size_max;
    memcpy(into, f->head + f->at, *size_bytes);
    f->at += *size_bytes;
    return ERR_NONE;
}

static err hear_answer(hearing *h, answer_file *f, const char *name)
{
    bankfile_format format;
    bankfile_content content;
    TRY(read_head(f));
    if (!bankfile_detect((text){ f->head, f->size }, &format, &content) || content != BANKFILE_ANSWER)
        return err_of(&BANKFILE_NOT_THIS_FILE, name);
    bankfile_answer_sink to = { .head = hear_head, .line = hear_line, .context = h };
    return bankfile_answer_read(h->memory, format, (codec_source){ read_on, f }, name, to);
}

static err hear_file(payrun *p, text path, returns *back, bool *is_new)
{
    arena *a = p->office->memory;
    hearing h = { .p = p, .memory = a };
    const char *name = text_cstr(a, path);
    answer_file *file = ARENA_NEW(a, answer_file);
    *file = (answer_file){ 0 };
    TRY(os_reader_open(a, name, &file->reader));
    err e = hear_answer(&h, file, name);
    os_reader_close(file->reader);
    if (!e.kind) e = payment_answer_finish(h.answer, &h.control, is_new);
    else if (h.answer) payment_answer_close(h.answer);
    TRY(e);
    for (size_t i = 0; *is_new && i < h.returned_count; i++)
        ARENA_PUSH(a, back->numbers, back->count, back->capacity, h.returned[i]);
    return *is_new ? post_answer(p, payment_answer_sums(h.answer), h.name) : ERR_NONE;
}

static err hear_files(payrun *p, returns *back, int64_t *new_count, int64_t *known_count)
{
    const service_argument *files = service_argument_of(p->call, "answer");
    for (size_t i = 0; i < files->count; i++) {
        bool is_new;
        TRY(hear_file(p, files->values[i], back, &is_new));
        *new_count += is_new;
        *known_count += !is_new;
    }
    return ERR_NONE;
}

/* With every line answered the run is booked; until then it waits, and a return after that changes no
 * state. */
static err book_when_whole(payrun *p)
{
    payment_run now;
    TRY(payment_find(p->office->memory, p->runs, p->run.run_id, &now));
    bool is_whole = now.paid_count + now.refused_count + now.returned_count == now.line_count;
    if (is_whole && now.returned_count) TRY(payrun_accounts_return(p));
    if (!is_whole || payment_next(now.state, PAYMENT_BOOK) == PAYMENT_NONE) return ERR_NONE;
    TRY(payrun_accounts_draw(p));
    return payrun_step(p, PAYMENT_BOOK);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static err book_files(service_call *call)
{
    payrun p;
    int64_t new_count = 0, known_count = 0;
    returns back = { 0 };
    TRY(payrun_open(call, COUNTY_WRITE, &p));
    TRY(hear_files(&p, &back, &new_count, &known_count));
    if (back.count) qsort(back.numbers, back.count, sizeof *back.numbers, by_number);
    if (new_count) TRY(payrun_items_settle(&p, back.numbers, back.count));
    TRY(book_when_whole(&p));
    TRY(store_commit(p.office->db));
    TRY(payrun_reply(&p));
    service_put_count(call->request, call->reply, "new_answers", new_count);
    service_put_count(call->request, call->reply, "known_answers", known_count);
    return ERR_NONE;
}

static err payrun_book_run(service_call *call)
{
    const char *folder;
    err e = payrun_fetch(call, "answer", &folder);
    return payrun_forget(call, folder, e.kind ? e : book_files(call));
}

static const char *const BOOK_EXAMPLES[] = {
    "doudi payrun book 12 --answer outbox/P12-1.answer.csv --as liujing",
    "doudi payrun book 12 --answer outbox/P12-1.returns.csv --as liujing",
    "doudi payrun book 12 --answer bank:HP-P12-1.csv --as liujing", NULL };

const service_op PAYRUN_BOOK_OP = {
    .name = "payrun.book",
    .summary = "Read the bank's answers to a run, keep them, and post their vouchers",
    .summary_zh = "登记银行回盘和退票，并生成凭证",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "payrun.book",
    .input = BOOK_INPUT,
    .input_count = ARRAY_COUNT(BOOK_INPUT),
    .output = BOOK_OUTPUT,
    .output_count = ARRAY_COUNT(BOOK_OUTPUT),
    .examples = BOOK_EXAMPLES,
    .run = payrun_book_run,
    .print = payrun_print,
};
