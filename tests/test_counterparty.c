/* The simulated bank against the room bankfile: two readings of docs/bank-files.md. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bankfile/bankfile.h"
#include "base/checked.h"
#include "calendar/calendar.h"
#include "counterparty/counterparty.h"
#include "os/os.h"

/* A bank in a folder of its own. */
typedef struct {
    arena *memory;
    const char *inbox, *outbox, *books;
    const char *folder;
} world;

static const char *in(world *w, const char *name)
{
    return text_format(w->memory, "%s/%s", w->folder, name).bytes;
}

static world world_open(void)
{
    world w = { .memory = arena_open() };
    assert_null(os_temp_folder(w.memory, &w.folder).kind);
    w.inbox = in(&w, "in");
    w.outbox = in(&w, "out");
    w.books = in(&w, "books");
    assert_null(os_make_folder(w.memory, w.inbox).kind);
    return w;
}

static void world_close(world *w)
{
    assert_null(os_remove_tree(w->memory, w->folder).kind);
    arena_close(w->memory);
}

static int32_t day_of(int day)
{
    int32_t result;
    assert_true(calendar_day_of(2026, 3, day, &result));
    return result;
}

/* `doudi bank COMMAND` with the folders, and words apart by blanks. */
static err bank(world *w, const char *command, const char *more)
{
    const char *words[40] = { command,   "--inbox",  w->inbox,    "--outbox",
                              w->outbox, "--books",  w->books };
    int count = 7;
    char *copy = arena_copy(w->memory, more, strlen(more)), *rest = copy;
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) words[count++] = word;
    text_builder said = text_builder_open(w->memory);
    counterparty_settings settings = { .today_day = day_of(5) };
    return counterparty_do(w->memory, settings, count, words, &said);
}
#define BANK(w, command, more) assert_null(bank(w, command, more).kind)
#define NEW_BANK "--account 4100123456789 --opening 1000000.00 "

/* ---- the office's side ---- */

enum { LINES = 200 };

static int64_t amount_of_line(void *context, int64_t line, text *account)
{
    static char written[32];
    (void)context;
    int size = snprintf(written, sizeof written, "62170000%08lld", (long long)line);
    *account = (text){ written, (size_t)size };
    return 10000 + line;
}

static bankfile_sent sent_of(const char *batch)
{
    bankfile_sent sent = { .batch_number = text_of(batch),
                           .payer_account = TEXT("4100123456789"),
                           .line_count = LINES,
                           .amount_of = amount_of_line };
    text account;
    for (int64_t i = 1; i <= LINES; i++) sent.total_fen += amount_of_line(NULL, i, &account);
    return sent;
}

static err add_to_file(void *context, text piece)
{
    return os_writer_add(context, piece);
}

static const char *ending(bankfile_format format)
{
    return format == BANKFILE_CSV ? "csv" : "xml";
}

static void send_as(world *w, const char *batch, bankfile_format format, const char *name,
                    int64_t extra_fen)
{
    bankfile_sent sent = sent_of(batch);
    bankfile_instruction head = { .batch_number = sent.batch_number,
                                  .payer_account = sent.payer_account,
                                  .payer_name = TEXT("某县社保"),
                                  .day = day_of(5),
                                  .line_count = LINES,
                                  .total_fen = sent.total_fen + extra_fen };
    const char *path = text_format(w->memory, "%s/%s.%s", w->inbox, name, ending(format)).bytes;
    os_writer *file;
    bankfile_writer *writer;
    assert_null(os_writer_open(w->memory, path, &file).kind);
    codec_sink sink = { add_to_file, file };
    assert_null(bankfile_instruction_open(w->memory, format, sink, &head, &writer).kind);
    for (int64_t i = 1; i <= LINES; i++) {
        bankfile_line line = { .line = i, .name = TEXT("张三") };
        line.amount_fen = amount_of_line(NULL, i, &line.account) + (i == 1 ? extra_fen : 0);
        assert_null(bankfile_instruction_add(writer, &line).kind);
    }
    assert_null(bankfile_instruction_close(writer).kind);
    assert_null(os_writer_commit(file).kind);
}

static void send_batch(world *w, const char *batch, bankfile_format format)
{
    send_as(w, batch, format, batch, 0);
}

/* What the office reads of one answer. */
typedef struct {
    bankfile_answer head;
    bankfile_sent sent;
    int64_t counts[3], fen[3];
    bankfile_reason reason_of[LINES + 1];
} heard;

static err hear_head(void *context, const bankfile_answer *head, bankfile_sent *sent)
{
    heard *h = context;
    h->head = *head;
    *sent = h->sent;
    return ERR_NONE;
}

static err hear_line(void *context, const bankfile_answer_line *line)
{
    heard *h = context;
    h->counts[line->status]++;
    h->fen[line->status] += line->amount_fen;
    h->reason_of[line->line] = line->reason;
    return ERR_NONE;
}

static err hear(world *w, const char *batch, bankfile_format format, const char *name, heard *h)
{
    os_reader *reader;
    *h = (heard){ .sent = sent_of(batch) };
    const char *path = text_format(w->memory, "%s/%s.%s", w->outbox, name, ending(format)).bytes;
    TRY(os_reader_open(w->memory, path, &reader));
    err e = bankfile_answer_read(w->memory, format, (codec_source){ os_reader_read, reader }, path,
                                 (bankfile_answer_sink){ hear_head, hear_line, h });
    os_reader_close(reader);
    return e;
}

/* ---- what the bank truly did, from its books ---- */

typedef struct {
    int64_t paid_count, paid_fen, rejected_count, late_count, late_fen;
} truth;

static truth truth_of(world *w, const char *batch)
{
    truth t = { 0 };
    text whole;
    const char *path = text_format(w->memory, "%s/%s.lines.csv", w->books, batch).bytes;
    assert_null(os_read_file(w->memory, path, 1 << 24, &whole).kind);
    codec_csv_reader *csv = codec_csv_open_text(w->memory, whole, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    while (!codec_csv_next(csv, &row, &has_row).kind && has_row) {
        int64_t fen;
        assert_true(codec_parse_scaled(row.field[3], 0, &fen));
        bool is_paid = text_equal_cstr(row.field[4], "paid");
        t.paid_count += is_paid;
        t.paid_fen += is_paid ? fen : 0;
        t.rejected_count += !is_paid;
        t.late_count += row.field[6].size_bytes > 0;
        t.late_fen += row.field[6].size_bytes > 0 ? fen : 0;
    }
    return t;
}

static bool has_answer(world *w, const char *name)
{
    return os_is_file(text_format(w->memory, "%s/%s", w->outbox, name).bytes);
}

/* ---- tests ---- */

static void what_is_answered_is_what_was_paid_in_both_formats(void **state)
{
    (void)state;
    for (int format = 0; format < BANKFILE_FORMAT_COUNT; format++) {
        world w = world_open();
        heard h;
        send_batch(&w, "ZG-1", (bankfile_format)format);
        BANK(&w, "run", NEW_BANK "--reject 100 --late 50");
        assert_null(hear(&w, "ZG-1", (bankfile_format)format, "HP-ZG-1", &h).kind);
        truth t = truth_of(&w, "ZG-1");
        assert_int_equal(h.head.kind, BANKFILE_WHOLE);
        assert_int_equal(h.counts[BANKFILE_ACCEPTED], t.paid_count);
        assert_int_equal(h.fen[BANKFILE_ACCEPTED], t.paid_fen);
        assert_int_equal(h.counts[BANKFILE_REJECTED], t.rejected_count);
        assert_true(t.rejected_count > 5 && t.rejected_count < 50 && t.late_count > 0);
        assert_true(!os_is_file(in(&w, text_format(w.memory, "in/ZG-1.%s",
                                                    ending((bankfile_format)format)).bytes)));
        /* Returns come on their day and not before, and once. */
        BANK(&w, "run", "--day 2026-03-07");
        assert_false(has_answer(&w, text_format(w.memory, "TP-ZG-1.%s",
                                                ending((bankfile_format)format)).bytes));
        BANK(&w, "run", "--day 2026-03-08");
        assert_null(hear(&w, "ZG-1", (bankfile_format)format, "TP-ZG-1", &h).kind);
        assert_int_equal(h.head.kind, BANKFILE_LATE);
        assert_int_equal(h.head.day, day_of(8));
        assert_int_equal(h.counts[BANKFILE_RETURNED], t.late_count);
        assert_int_equal(h.fen[BANKFILE_RETURNED], t.late_fen);
        world_close(&w);
    }
}

static void the_same_seed_gives_the_same_and_another_gives_another(void **state)
{
    (void)state;
    static const char *const SEEDS[] = { "1", "1", "2" };
    heard h[3];
    for (int i = 0; i < 3; i++) {
        world w = world_open();
        send_batch(&w, "ZG-1", BANKFILE_CSV);
        BANK(&w, "run", text_format(w.memory, NEW_BANK "--reject 200 --seed %s", SEEDS[i]).bytes);
        assert_null(hear(&w, "ZG-1", BANKFILE_CSV, "HP-ZG-1", &h[i]).kind);
        world_close(&w);
    }
    assert_memory_equal(h[0].reason_of, h[1].reason_of, sizeof h[0].reason_of);
    assert_memory_not_equal(h[0].reason_of, h[2].reason_of, sizeof h[0].reason_of);
}

static void a_plan_says_which_accounts_are_rejected_or_come_back(void **state)
{
    (void)state;
    world w = world_open();
    heard h;
    const char *plan = in(&w, "plan.csv");
    assert_null(os_write_file(w.memory, plan,
                              TEXT("6217000000000001,closed\n6217000000000002,name-mismatch\n"
                                   "6217000000000003,dead,2\n")).kind);
    send_batch(&w, "ZG-1", BANKFILE_ISO20022);
    BANK(&w, "run", text_format(w.memory, NEW_BANK "--plan %s", plan).bytes);
    assert_null(hear(&w, "ZG-1", BANKFILE_ISO20022, "HP-ZG-1", &h).kind);
    assert_int_equal(h.counts[BANKFILE_REJECTED], 2);
    assert_int_equal(h.reason_of[1], BANKFILE_ACCOUNT_CLOSED);
    assert_int_equal(h.reason_of[2], BANKFILE_NAME_MISMATCH);
    BANK(&w, "run", "--day 2026-03-07");
    assert_null(hear(&w, "ZG-1", BANKFILE_ISO20022, "TP-ZG-1", &h).kind);
    assert_int_equal(h.counts[BANKFILE_RETURNED], 1);
    assert_int_equal(h.reason_of[3], BANKFILE_PAYEE_DEAD);
    assert_null(os_write_file(w.memory, plan, TEXT("1,vanished\n")).kind);
    const char *words = text_format(w.memory, "--plan %s", plan).bytes;
    assert_ptr_equal(bank(&w, "run", words).kind, &COUNTERPARTY_BAD_PLAN);
    world_close(&w);
}

static void the_same_file_again_is_answered_the_same_and_never_paid_twice(void **state)
{
    (void)state;
    world w = world_open();
    heard first, again;
    send_batch(&w, "ZG-1", BANKFILE_CSV);
    BANK(&w, "run", NEW_BANK "--reject 100");
    assert_null(hear(&w, "ZG-1", BANKFILE_CSV, "HP-ZG-1", &first).kind);
    text books, books_again;
    assert_null(os_read_file(w.memory, in(&w, "books/batches.csv"), 1 << 20, &books).kind);
    send_batch(&w, "ZG-1", BANKFILE_CSV);
    send_as(&w, "ZG-1", BANKFILE_CSV, "again", 0);
    BANK(&w, "run", "--reject 900 --seed 7 --day 2026-03-06");
    assert_null(hear(&w, "ZG-1", BANKFILE_CSV, "HP-ZG-1", &again).kind);
    assert_memory_equal(first.reason_of, again.reason_of, sizeof first.reason_of);
    assert_int_equal(again.head.day, day_of(5));
    assert_null(os_read_file(w.memory, in(&w, "books/batches.csv"), 1 << 20, &books_again).kind);
    assert_string_equal(books.bytes, books_again.bytes);
    /* Another content under the same number is refused as a whole. */
    send_as(&w, "ZG-1", BANKFILE_CSV, "other", 5);
    BANK(&w, "run", "");
    assert_null(hear(&w, "ZG-1", BANKFILE_CSV, "CF-ZG-1", &again).kind);
    assert_int_equal(again.head.kind, BANKFILE_BATCH_REJECTED);
    assert_int_equal(again.head.reason, BANKFILE_DUPLICATE);
    assert_null(os_read_file(w.memory, in(&w, "books/batches.csv"), 1 << 20, &books_again).kind);
    assert_string_equal(books.bytes, books_again.bytes);
    world_close(&w);
}

static void a_lost_answer_is_paid_and_can_be_asked_for(void **state)
{
    (void)state;
    world w = world_open();
    heard h;
    send_batch(&w, "ZG-1", BANKFILE_CSV);
    BANK(&w, "run", NEW_BANK "--fault lost-answer");
    assert_false(has_answer(&w, "HP-ZG-1.csv"));
    assert_int_equal(truth_of(&w, "ZG-1").paid_count, LINES);
    BANK(&w, "query", "--batch ZG-1");
    assert_null(hear(&w, "ZG-1", BANKFILE_CSV, "HP-ZG-1", &h).kind);
    assert_int_equal(h.counts[BANKFILE_ACCEPTED], LINES);
    assert_ptr_equal(bank(&w, "query", "--batch ZG-2").kind, &COUNTERPARTY_BATCH_UNKNOWN);
    world_close(&w);
}

static void a_batch_above_the_balance_or_of_another_account_is_rejected_whole(void **state)
{
    (void)state;
    world w = world_open();
    heard h;
    send_batch(&w, "ZG-1", BANKFILE_ISO20022);
    BANK(&w, "run", "--account 4100123456789 --opening 100.00");
    assert_null(hear(&w, "ZG-1", BANKFILE_ISO20022, "HP-ZG-1", &h).kind);
    assert_int_equal(h.head.kind, BANKFILE_BATCH_REJECTED);
    assert_int_equal(h.head.reason, BANKFILE_FUNDS_SHORT);
    /* With money in the account another batch goes through. */
    BANK(&w, "move", "--amount 50000.00 --name 财政局 --from-account 99 --note 补助");
    send_batch(&w, "ZG-2", BANKFILE_ISO20022);
    BANK(&w, "run", "");
    assert_null(hear(&w, "ZG-2", BANKFILE_ISO20022, "HP-ZG-2", &h).kind);
    assert_int_equal(h.head.kind, BANKFILE_WHOLE);
    world_close(&w);
    w = world_open();
    send_batch(&w, "ZG-1", BANKFILE_CSV);
    BANK(&w, "run", "--account 41009 --opening 100000.00");
    assert_ptr_equal(hear(&w, "ZG-1", BANKFILE_CSV, "HP-ZG-1", &h).kind, &BANKFILE_PAYER_DIFFERS);
    assert_int_equal(h.head.reason, BANKFILE_OTHER_REASON);
    world_close(&w);
}

static const struct {
    const char *fault;
    const err_kind *csv, *iso; /* what the office says */
} FAULTS[] = {
    { "none", NULL, NULL },
    { "two-files", NULL, NULL },
    { "cut-short", &BANKFILE_CUT_SHORT, &BANKFILE_CUT_SHORT },
    { "unknown-line", &BANKFILE_LINE_UNKNOWN, &BANKFILE_LINE_UNKNOWN },
    { "other-amount", &BANKFILE_AMOUNT_DIFFERS, &BANKFILE_AMOUNT_DIFFERS },
    { "other-payee", &BANKFILE_PAYEE_DIFFERS, &BANKFILE_PAYEE_DIFFERS },
    { "other-count", &BANKFILE_COUNT_DIFFERS, &BANKFILE_COUNT_DIFFERS },
    { "other-total", &BANKFILE_TOTAL_DIFFERS, &BANKFILE_TOTAL_DIFFERS },
    { "other-batch", &BANKFILE_BATCH_DIFFERS, &BANKFILE_BATCH_DIFFERS },
    { "other-payer", &BANKFILE_PAYER_DIFFERS, &BANKFILE_PAYER_DIFFERS },
    { "line-twice", &BANKFILE_LINE_TWICE, &BANKFILE_LINE_TWICE },
    { "line-missing", &BANKFILE_LINE_MISSING, &BANKFILE_LINE_MISSING },
    { "bad-status", &BANKFILE_STATUS_UNKNOWN, &BANKFILE_STATUS_UNKNOWN },
};

static void every_false_answer_is_refused_and_the_truth_can_be_asked_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(FAULTS); i++) {
        for (int format = 0; format < BANKFILE_FORMAT_COUNT; format++) {
            world w = world_open();
            heard h;
            send_batch(&w, "ZG-1", (bankfile_format)format);
            BANK(&w, "run", text_format(w.memory, NEW_BANK "--reject 20 --fault %s",
                                        FAULTS[i].fault).bytes);
            err e = hear(&w, "ZG-1", (bankfile_format)format, "HP-ZG-1", &h);
            const err_kind *want = format == BANKFILE_CSV ? FAULTS[i].csv : FAULTS[i].iso;
            if (e.kind != want)
                fail_msg("%s: %s", FAULTS[i].fault, e.kind ? e.kind->code : "accepted");
            assert_true(!e.kind || (e.at.line > 0 && e.at.column > 0));
            BANK(&w, "query", "--batch ZG-1");
            assert_null(hear(&w, "ZG-1", (bankfile_format)format, "HP-ZG-1", &h).kind);
            assert_int_equal(h.fen[BANKFILE_ACCEPTED], truth_of(&w, "ZG-1").paid_fen);
            world_close(&w);
        }
    }
}

/* ---- statements ---- */

typedef struct {
    bankfile_statement head;
    int64_t entries, out_fen, in_fen, returns;
} account_told;

static err take_statement(void *context, const bankfile_statement *head)
{
    ((account_told *)context)->head = *head;
    return ERR_NONE;
}

static err take_entry(void *context, const bankfile_entry *entry)
{
    account_told *t = context;
    t->entries++;
    *(entry->amount_fen < 0 ? &t->out_fen : &t->in_fen) += entry->amount_fen;
    t->returns += entry->line > 0 && entry->reason != BANKFILE_NO_REASON &&
                  text_equal_cstr(entry->batch_number, "ZG-1");
    return ERR_NONE;
}

static void a_statement_tells_all_that_moved(void **state)
{
    (void)state;
    for (int format = 0; format < BANKFILE_FORMAT_COUNT; format++) {
        world w = world_open();
        send_batch(&w, "ZG-1", (bankfile_format)format);
        BANK(&w, "run", NEW_BANK "--late 50");
        BANK(&w, "run", "--day 2026-03-08");
        BANK(&w, "move", "--amount -12.34 --note 手续费 --day 2026-03-09");
        BANK(&w, "statement",
             text_format(w.memory, "--from 2026-03-02 --day 2026-03-31 --format %s",
                         bankfile_format_name((bankfile_format)format)).bytes);
        os_entry *entries;
        size_t count, found = SIZE_MAX;
        assert_null(os_list_folder(w.memory, w.outbox, &entries, &count).kind);
        for (size_t i = 0; i < count; i++)
            if (text_begins(text_of(entries[i].name), TEXT("DZ-"))) found = i;
        assert_true(found < count);
        text whole;
        const char *path = text_format(w.memory, "%s/%s", w.outbox, entries[found].name).bytes;
        assert_null(os_read_file(w.memory, path, 1 << 24, &whole).kind);
        account_told t = { 0 };
        err e = bankfile_statement_read(
            w.memory, (bankfile_format)format, codec_text_source(w.memory, whole), path,
            (bankfile_statement_sink){ take_statement, take_entry, &t });
        assert_null(e.kind);
        truth is = truth_of(&w, "ZG-1");
        assert_int_equal(t.entries, 2 + is.late_count);
        assert_int_equal(t.returns, is.late_count);
        assert_int_equal(t.out_fen, -is.paid_fen - 1234);
        assert_int_equal(t.in_fen, is.late_fen);
        assert_int_equal(t.head.opening_fen, 100000000);
        world_close(&w);
    }
}

/* ---- refusals ---- */

static void what_the_bank_cannot_do_it_says(void **state)
{
    (void)state;
    world w = world_open();
    assert_ptr_equal(bank(&w, "run", "").kind, &COUNTERPARTY_NO_ACCOUNT);
    BANK(&w, "run", NEW_BANK);
    assert_ptr_equal(bank(&w, "run", "--account 42").kind, &COUNTERPARTY_OTHER_ACCOUNT);
    assert_ptr_equal(bank(&w, "run", "--opening 1.00").kind, &COUNTERPARTY_OTHER_ACCOUNT);
    assert_ptr_equal(bank(&w, "rob", "").kind, &COUNTERPARTY_WORDS);
    assert_ptr_equal(bank(&w, "run", "--gun 1").kind, &COUNTERPARTY_WORDS);
    assert_ptr_equal(bank(&w, "run", "--seed x").kind, &COUNTERPARTY_VALUE);
    assert_ptr_equal(bank(&w, "run", "--seed").kind, &COUNTERPARTY_VALUE);
    assert_ptr_equal(bank(&w, "run", "--fault honesty").kind, &COUNTERPARTY_VALUE);
    assert_ptr_equal(bank(&w, "move", "").kind, &COUNTERPARTY_VALUE);
    assert_ptr_equal(bank(&w, "statement", "--from 2027-01-01").kind, &COUNTERPARTY_VALUE);
    BANK(&w, "help", "");
    /* A file it cannot read stays where it is, and the others are taken. */
    assert_null(os_write_file(w.memory, in(&w, "in/a.csv"), TEXT("代发,1\n")).kind);
    assert_null(os_write_file(w.memory, in(&w, "in/b.xml"), TEXT("<a>:pain.001.</a>")).kind);
    send_batch(&w, "ZG-1", BANKFILE_CSV);
    err e = bank(&w, "run", "");
    assert_ptr_equal(e.kind, &COUNTERPARTY_BAD_ORDER);
    assert_true(os_is_file(in(&w, "in/a.csv")) && has_answer(&w, "HP-ZG-1.csv"));
    assert_null(os_remove_tree(w.memory, w.inbox).kind);
    assert_null(os_make_folder(w.memory, w.inbox).kind);
    assert_null(os_write_file(w.memory, in(&w, "books/batches.csv"), TEXT("ZG-1,9\n")).kind);
    assert_ptr_equal(bank(&w, "run", "").kind, &COUNTERPARTY_BAD_BOOKS);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_answered_is_what_was_paid_in_both_formats),
        cmocka_unit_test(the_same_seed_gives_the_same_and_another_gives_another),
        cmocka_unit_test(a_plan_says_which_accounts_are_rejected_or_come_back),
        cmocka_unit_test(the_same_file_again_is_answered_the_same_and_never_paid_twice),
        cmocka_unit_test(a_lost_answer_is_paid_and_can_be_asked_for),
        cmocka_unit_test(a_batch_above_the_balance_or_of_another_account_is_rejected_whole),
        cmocka_unit_test(every_false_answer_is_refused_and_the_truth_can_be_asked_for),
        cmocka_unit_test(a_statement_tells_all_that_moved),
        cmocka_unit_test(what_the_bank_cannot_do_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
