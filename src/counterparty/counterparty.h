/* counterparty/ - the simulated bank, a process of its own: `doudi bank`.
 *
 * Takes instructions from a folder, pays them from an account it keeps books of, and puts answers,
 * late returns and statements into another folder. It rejects by a plan or by seeded chance, and
 * on demand answers falsely: what it truly paid stands in its books, for tests to compare.
 *
 * Shares no reader or writer with `bankfile` above XML and CSV as such: a misunderstanding of the
 * formats in one of the two shows. docs/bank-files.md is what both were written from.
 *
 * Books    a folder: account.csv, batches.csv, moves.csv, and <batch>.lines.csv with each line's
 *          fate. A batch in the books is never paid again: it is answered again.
 * HTTP     `serve` does the same for one caller of this machine (serve.c); who asks is not asked: it is a simulator.
 * Errors   only the kinds below, those of codec/ and of os/.
 */
#ifndef COUNTERPARTY_COUNTERPARTY_H
#define COUNTERPARTY_COUNTERPARTY_H

#include "base/err.h"

extern const err_kind COUNTERPARTY_WORDS, COUNTERPARTY_VALUE, COUNTERPARTY_NO_ACCOUNT,
    COUNTERPARTY_OTHER_ACCOUNT, COUNTERPARTY_BAD_ORDER, COUNTERPARTY_BAD_PLAN,
    COUNTERPARTY_BAD_BOOKS, COUNTERPARTY_BATCH_UNKNOWN, COUNTERPARTY_CANNOT_LISTEN;

typedef struct {
    bool is_chinese;
    int32_t today_day; /* unless --day says otherwise */
} counterparty_settings;

/* Runs `doudi bank ...`: words[0] is the word behind `bank`. Says what it did on stdout, errors on
 * stderr, and answers the exit code: 0, or 2 to 6 and 70 by the class of the error. */
int counterparty_run(counterparty_settings settings, int word_count, const char *const *words);

/* The same, for tests: what it says goes to `said`. */
MUST_USE err counterparty_do(arena *request, counterparty_settings settings, int word_count,
                             const char *const *words, text_builder *said);

#endif
