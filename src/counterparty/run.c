/* The commands of `doudi bank`. */
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "counterparty/counterparty_internal.h"

static err run_query(bank *b)
{
    bank_books books;
    if (!b->outbox) return err_of(&COUNTERPARTY_VALUE, "--outbox");
    TRY(counterparty_books_open(b, &books));
    const bank_batch *batch = counterparty_batch(&books, b->batch);
    if (!batch)
        return err_of(&COUNTERPARTY_BATCH_UNKNOWN, text_cstr(b->memory, b->batch));
    TRY(counterparty_answer(b, &books, batch, false));
    counterparty_say(b, "%.*s: answered again", "%.*s: 已重发回盘", TEXT_ARG(batch->batch));
    return ERR_NONE;
}

static err run_statement(bank *b)
{
    bank_books books;
    TRY(counterparty_books_open(b, &books));
    return counterparty_statement(b, &books);
}

static err run_move(bank *b)
{
    bank_books books;
    if (b->amount_fen == 0) return err_of(&COUNTERPARTY_VALUE, "--amount");
    TRY(counterparty_books_open(b, &books));
    bank_move move = { .day = b->day,
                       .fen = b->amount_fen,
                       .name = b->name,
                       .account = b->other_account,
                       .note = b->note };
    ARENA_PUSH(b->memory, books.moves, books.move_count, books.move_capacity, move);
    TRY(counterparty_books_save(b, &books));
    char balance[CODEC_SCALED_BYTES + 1] = { 0 };
    codec_print_scaled(counterparty_balance(&books), 2, balance);
    counterparty_say(b, "balance: %s yuan", "余额: %s 元", balance);
    return ERR_NONE;
}

static err run_help(bank *b)
{
    text_add_cstr(b->said, counterparty_usage());
    return ERR_NONE;
}

static const struct {
    const char *word;
    err (*run)(bank *b);
} COMMANDS[] = {
    { "run", counterparty_take_inbox }, { "query", run_query }, { "statement", run_statement },
    { "move", run_move },               { "serve", counterparty_serve },
    { "help", run_help },    { "--help", run_help },    { "-h", run_help },
};

err counterparty_do(arena *request, counterparty_settings settings, int word_count,
                    const char *const *words, text_builder *said)
{
    bank b = { .memory = request,
               .is_chinese = settings.is_chinese,
               .account = TEXT(""),
               .batch = TEXT(""),
               .name = TEXT(""),
               .other_account = TEXT(""),
               .note = TEXT(""),
               .day = settings.today_day,
               .late_days = 3,
               .seed = 1,
               .said = said };
    const char *command;
    TRY(counterparty_words(&b, word_count, words, &command));
    for (size_t i = 0; i < ARRAY_COUNT(COMMANDS); i++)
        if (strcmp(command, COMMANDS[i].word) == 0) return COMMANDS[i].run(&b);
    return err_of(&COUNTERPARTY_WORDS, command);
}

static bool wants_chinese(bool otherwise, int word_count, const char *const *words)
{
    for (int i = 0; i + 1 < word_count; i++)
        if (strcmp(words[i], "--lang") == 0) return strcmp(words[i + 1], "zh") == 0;
    return otherwise;
}

int counterparty_run(counterparty_settings settings, int word_count, const char *const *words)
{
    static const int EXITS[ERR_CLASS_COUNT] = { [ERR_BAD_INPUT] = 2, [ERR_NOT_FOUND] = 3,
                                                [ERR_CONFLICT] = 4,  [ERR_FORBIDDEN] = 5,
                                                [ERR_BUSY] = 6,      [ERR_BUG] = 70 };
    arena *request = arena_open();
    text_builder said = text_builder_open(request);
    settings.is_chinese = wants_chinese(settings.is_chinese, word_count, words);
    err e = counterparty_do(request, settings, word_count, words, &said);
    fwrite(said.bytes, 1, said.size_bytes, stdout);
    int code = fflush(stdout) == 0 ? 0 : 6;
    if (e.kind) {
        text sentence = err_sentence(request, e, settings.is_chinese);
        fprintf(stderr, "doudi bank: %.*s\n", TEXT_ARG(sentence));
        code = EXITS[e.kind->class];
    }
    arena_close(request);
    return code;
}
