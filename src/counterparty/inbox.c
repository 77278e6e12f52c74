/* Taking instructions from the inbox: looked through first, then paid line by line. */
#include <string.h>

#include "counterparty/counterparty_internal.h"
#include "os/os.h"

/* One instruction under way. */
typedef struct {
    bank *b;
    bank_order order;
    bank_batch batch;
    uint64_t digest;
    int64_t lines, fen;
    bool is_wrong; /* not what its head says */
    os_writer *lines_file;
    text_builder out;
} taking;

/* ---- looking through ---- */

static err look_at_order(void *context, const bank_order *order)
{
    taking *t = context;
    t->order = *order;
    t->order.batch = text_copy(t->b->memory, order->batch);
    t->order.payer = text_copy(t->b->memory, order->payer);
    t->digest = hash_bytes(order->payer.bytes, order->payer.size_bytes, 1);
    t->digest = hash_mix(hash_mix(t->digest, (uint64_t)order->total_fen), (uint64_t)order->day);
    return ERR_NONE;
}

static err look_at_line(void *context, const bank_order_line *line)
{
    taking *t = context;
    t->lines++;
    t->is_wrong = t->is_wrong || line->line != t->lines || line->fen < 1 ||
                  __builtin_add_overflow(t->fen, line->fen, &t->fen);
    t->digest = hash_mix(t->digest, hash_bytes(line->account.bytes, line->account.size_bytes, 2));
    t->digest = hash_mix(t->digest, hash_bytes(line->name.bytes, line->name.size_bytes, 3));
    t->digest = hash_mix(t->digest, (uint64_t)line->fen);
    bank_fate fate = counterparty_fate(t->b, t->order.batch, line);
    if (fate.rejected) return ERR_NONE;
    t->batch.paid_count++;
    t->batch.paid_fen += line->fen;
    if (!fate.late) return ERR_NONE;
    t->batch.late_count++;
    t->batch.late_fen += line->fen;
    /* All returns of a batch come in one file, on the latest of their days. */
    int32_t day = t->b->day + (int32_t)fate.late_days;
    if (day > t->batch.late_day) t->batch.late_day = day;
    return ERR_NONE;
}

static err look_through(taking *t, const char *path)
{
    arena *scratch = arena_open();
    t->batch.late_day = t->b->day;
    err e = counterparty_read_order(path, scratch,
                                    (bank_order_sink){ look_at_order, look_at_line, t });
    if (e.detail) e.detail = text_cstr(t->b->memory, text_of(e.detail));
    if (e.at.file) e.at.file = path;
    arena_close(scratch);
    bool is_named = t->order.batch.size_bytes > 0 && !memchr(t->order.batch.bytes, '/',
                                                             t->order.batch.size_bytes);
    if (!e.kind && !is_named)
        e = err_at(&COUNTERPARTY_BAD_ORDER, (source_pos){ .file = path }, "batch");
    return e;
}

/* ---- paying ---- */

static err pay_line(void *context, const bank_order_line *line)
{
    taking *t = context;
    bank_fate fate = counterparty_fate(t->b, t->order.batch, line);
    bank_line paid = { .line = line->line,
                       .account = line->account,
                       .name = line->name,
                       .fen = line->fen,
                       .rejected = fate.rejected,
                       .late = fate.late };
    counterparty_lines_add(&t->out, &paid);
    if (t->out.size_bytes < 128 * 1024) return ERR_NONE;
    err e = os_writer_add(t->lines_file, text_built(&t->out));
    t->out.size_bytes = 0;
    return e;
}

static err ignore_order(void *context, const bank_order *order)
{
    (void)context, (void)order;
    return ERR_NONE;
}

static err pay_lines(taking *t, const char *path)
{
    bank *b = t->b;
    arena *scratch = arena_open();
    t->out = text_builder_open(scratch);
    err e = os_writer_open(scratch, counterparty_lines_path(b, t->order.batch), &t->lines_file);
    if (!e.kind) {
        e = counterparty_read_order(path, scratch, (bank_order_sink){ ignore_order, pay_line, t });
        if (!e.kind && t->out.size_bytes > 0) e = os_writer_add(t->lines_file, text_built(&t->out));
        if (e.kind) os_writer_cancel(t->lines_file);
        else e = os_writer_commit(t->lines_file);
    }
    if (e.detail) e.detail = text_cstr(b->memory, text_of(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- deciding ---- */

static bank_reason why_rejected(const taking *t, const bank_books *books)
{
    const bank_order *o = &t->order;
    if (!text_equal(o->payer, books->account)) return BANK_OTHER;
    if (t->is_wrong || t->lines != o->count || t->fen != o->total_fen) return BANK_OTHER;
    return t->batch.paid_fen > counterparty_balance(books) ? BANK_FUNDS : BANK_NO_REASON;
}

static void say_answered(bank *b, const bank_batch *batch, const char *how, const char *how_zh)
{
    char paid[CODEC_SCALED_BYTES + 1] = { 0 };
    codec_print_scaled(batch->paid_fen, 2, paid);
    if (batch->rejected)
        counterparty_say(b, "%.*s: %s, rejected: %s", "%.*s: %s，整批拒绝: %s",
                         TEXT_ARG(batch->batch), b->is_chinese ? how_zh : how,
                         COUNTERPARTY_REASONS[batch->rejected].word);
    else
        counterparty_say(b, "%.*s: %s, %lld lines, %lld paid, %s yuan",
                         "%.*s: %s，%lld 笔，成功 %lld 笔，%s 元", TEXT_ARG(batch->batch),
                         b->is_chinese ? how_zh : how, (long long)batch->count,
                         (long long)batch->paid_count, paid);
}

/* The books know the number: the same again is answered again, anything else is a duplicate. */
static err answer_known(taking *t, const bank_books *books, const bank_batch *known)
{
    bool is_same = known->digest == t->batch.digest;
    bank_batch duplicate = { .batch = known->batch,
                             .format = t->order.format,
                             .day = t->b->day,
                             .count = t->order.count,
                             .total_fen = t->order.total_fen,
                             .rejected = BANK_DUPLICATE };
    TRY(counterparty_answer(t->b, books, is_same ? known : &duplicate, false));
    say_answered(t->b, is_same ? known : &duplicate, "known already", "已处理过");
    return ERR_NONE;
}

static err answer_new(taking *t, bank_books *books, const char *path)
{
    bank_batch *batch = &t->batch;
    batch->batch = t->order.batch;
    batch->format = t->order.format;
    batch->day = t->b->day;
    batch->count = t->order.count;
    batch->total_fen = t->order.total_fen;
    batch->rejected = why_rejected(t, books);
    if (batch->rejected) {
        batch->paid_count = batch->paid_fen = batch->late_count = batch->late_fen = 0;
    } else {
        TRY(pay_lines(t, path));
    }
    /* From here on it is paid, whatever happens to the answer. */
    ARENA_PUSH(t->b->memory, books->batches, books->batch_count, books->batch_capacity, *batch);
    TRY(counterparty_books_save(t->b, books));
    TRY(counterparty_answer(t->b, books, batch, false));
    say_answered(t->b, batch, "received", "已收到");
    return ERR_NONE;
}

static err take_file(bank *b, bank_books *books, const char *path)
{
    taking *t = ARENA_NEW(b->memory, taking);
    t->b = b;
    TRY(look_through(t, path));
    t->batch.digest = t->digest % UINT64_C(1000000000000000000);
    const bank_batch *known = counterparty_batch(books, t->order.batch);
    TRY(known ? answer_known(t, books, known) : answer_new(t, books, path));
    return os_remove_tree(b->memory, path);
}

/* ---- late returns ---- */

static err send_returns(bank *b, bank_books *books)
{
    for (size_t i = 0; i < books->batch_count; i++) {
        bank_batch *batch = &books->batches[i];
        if (batch->late_count == 0 || batch->is_late_sent || batch->late_day > b->day) continue;
        batch->is_late_sent = true;
        TRY(counterparty_books_save(b, books));
        TRY(counterparty_answer(b, books, batch, true));
        counterparty_say(b, "%.*s: %lld lines came back", "%.*s: 退票 %lld 笔",
                         TEXT_ARG(batch->batch), (long long)batch->late_count);
    }
    return ERR_NONE;
}

static bool is_instruction(const os_entry *entry)
{
    text name = text_of(entry->name);
    if (entry->is_folder || entry->is_special || text_begins(name, TEXT("."))) return false;
    return text_ends(name, TEXT(".csv")) || text_ends(name, TEXT(".xml"));
}

err counterparty_take_inbox(bank *b)
{
    bank_books books;
    if (!b->inbox) return err_of(&COUNTERPARTY_VALUE, "--inbox");
    if (!b->outbox) return err_of(&COUNTERPARTY_VALUE, "--outbox");
    TRY(counterparty_books_open(b, &books));
    TRY(counterparty_plan_read(b));
    os_entry *entries;
    size_t count;
    TRY(os_list_folder(b->memory, b->inbox, &entries, &count));
    err first = ERR_NONE;
    for (size_t i = 0; i < count; i++) {
        if (!is_instruction(&entries[i])) continue;
        const char *path = text_format(b->memory, "%s/%s", b->inbox, entries[i].name).bytes;
        err e = take_file(b, &books, path);
        if (e.kind && !first.kind) first = e; /* the other files are still taken */
    }
    TRY(send_returns(b, &books));
    return first;
}
