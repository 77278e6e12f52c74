/* The words behind `doudi bank`. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "counterparty/counterparty_internal.h"

static const char *const FAULTS[] = {
    [BANK_TRUTH] = "none",
    [BANK_LOST] = "lost-answer",
    [BANK_CUT_SHORT] = "cut-short",
    [BANK_UNKNOWN_LINE] = "unknown-line",
    [BANK_OTHER_AMOUNT] = "other-amount",
    [BANK_OTHER_PAYEE] = "other-payee",
    [BANK_OTHER_COUNT] = "other-count",
    [BANK_OTHER_TOTAL] = "other-total",
    [BANK_OTHER_BATCH] = "other-batch",
    [BANK_OTHER_PAYER] = "other-payer",
    [BANK_LINE_TWICE] = "line-twice",
    [BANK_LINE_MISSING] = "line-missing",
    [BANK_BAD_STATUS] = "bad-status",
    [BANK_TWO_FILES] = "two-files",
};
_Static_assert(ARRAY_COUNT(FAULTS) == BANK_FAULT_COUNT, "a fault has no word");

static const char USAGE[] =
    "doudi bank - a simulated bank over two folders / 模拟银行\n"
    "\n"
    "  doudi bank run       takes instructions from the inbox, pays, answers; sends returns due\n"
    "                       处理收件夹中的指令并付款、回盘；到期的退票一并发出\n"
    "  doudi bank query     answers a batch again, by its number / 按批次号重发回盘\n"
    "  doudi bank statement puts a statement into the outbox / 出具对账单\n"
    "  doudi bank serve     the same over HTTP on this machine: PUT /orders/NAME, GET /answers[/NAME],\n"
    "                       POST /day?day=DATE, POST /statement?from=DATE / 本机 HTTP 服务\n"
    "  doudi bank move      books money in or out: a subsidy, a fee / 记一笔其他收支\n"
    "\n"
    "  --books DIR          what was truly paid (account.csv, batches.csv, BATCH.lines.csv)\n"
    "  --inbox DIR --outbox DIR\n"
    "  --account N --opening YUAN   when the books are new / 新账簿的账号与期初余额\n"
    "  --day DATE           the bank's today / 银行的当日\n"
    "  --reject N --late N  lines in 1000 that are rejected, or come back / 千分之几拒付、退票\n"
    "  --late-days N        after how many days (3) / 退票天数\n"
    "  --seed N             of chance (1) / 随机种子\n"
    "  --plan FILE          rows account,reason[,days]: rejected, or back after days / 指定账号\n"
    "                       reasons: wrong-account closed blocked forbids name-mismatch wrong-bank\n"
    "                       dead funds limit duplicate other\n"
    "  --fault WORD         what an answer says is not so / 回盘作假: lost-answer cut-short\n"
    "                       unknown-line other-amount other-payee other-count other-total\n"
    "                       other-batch other-payer line-twice line-missing bad-status two-files\n"
    "  --port N             of serve (any that is free) / 端口\n"
    "  --batch N            of query / 批次号\n"
    "  --from DATE --format csv|iso20022   of statement, until --day / 对账单起始日与格式\n"
    "  --amount YUAN --name N --from-account N --note N   of move / 收支金额（支出为负）、对方、摘要\n"
    "  --lang zh|en\n";

const char *counterparty_usage(void)
{
    return USAGE;
}

void counterparty_say(bank *b, const char *english, const char *chinese, ...)
{
    va_list arguments;
    va_start(arguments, chinese);
    char line[512];
    int size = vsnprintf(line, sizeof line, b->is_chinese ? chinese : english, arguments);
    va_end(arguments);
    if (size > (int)sizeof line - 1) size = sizeof line - 1;
    text_add(b->said, (text){ line, (size_t)size });
    text_add_char(b->said, '\n');
}

/* ---- options: a row each ---- */

typedef enum { WORD_PATH, WORD_TEXT, WORD_COUNT, WORD_YUAN, WORD_DAY, WORD_FAULT, WORD_FORMAT,
               WORD_LANGUAGE } word_type;

typedef struct {
    const char *word;
    word_type type;
    size_t offset;
} option;

static const option OPTIONS[] = {
    { "--books", WORD_PATH, offsetof(bank, books) },
    { "--inbox", WORD_PATH, offsetof(bank, inbox) },
    { "--outbox", WORD_PATH, offsetof(bank, outbox) },
    { "--plan", WORD_PATH, offsetof(bank, plan) },
    { "--account", WORD_TEXT, offsetof(bank, account) },
    { "--opening", WORD_YUAN, offsetof(bank, opening_fen) },
    { "--batch", WORD_TEXT, offsetof(bank, batch) },
    { "--day", WORD_DAY, offsetof(bank, day) },
    { "--from", WORD_DAY, offsetof(bank, from_day) },
    { "--reject", WORD_COUNT, offsetof(bank, reject_per_mille) },
    { "--late", WORD_COUNT, offsetof(bank, late_per_mille) },
    { "--late-days", WORD_COUNT, offsetof(bank, late_days) },
    { "--seed", WORD_COUNT, offsetof(bank, seed) },
    { "--port", WORD_COUNT, offsetof(bank, port) },
    { "--fault", WORD_FAULT, offsetof(bank, fault) },
    { "--format", WORD_FORMAT, offsetof(bank, format) },
    { "--amount", WORD_YUAN, offsetof(bank, amount_fen) },
    { "--name", WORD_TEXT, offsetof(bank, name) },
    { "--from-account", WORD_TEXT, offsetof(bank, other_account) },
    { "--note", WORD_TEXT, offsetof(bank, note) },
    { "--lang", WORD_LANGUAGE, offsetof(bank, is_chinese) },
};

static bool set_fault(text t, bank_fault *fault)
{
    for (int i = 0; i < BANK_FAULT_COUNT; i++) {
        if (!text_equal_cstr(t, FAULTS[i])) continue;
        *fault = (bank_fault)i;
        return true;
    }
    return false;
}

static bool set_format(text t, bank_format *format)
{
    *format = text_equal_cstr(t, "iso20022") ? BANK_ISO : BANK_CSV;
    return *format == BANK_ISO || text_equal_cstr(t, "csv");
}

static bool set_option(bank *b, const option *o, const char *value)
{
    void *member = (char *)b + o->offset;
    text t = text_of(value);
    switch (o->type) {
    case WORD_PATH: *(const char **)member = value; return *value;
    case WORD_TEXT: *(text *)member = t; return t.size_bytes > 0;
    case WORD_COUNT: return codec_parse_scaled(t, 0, member) && *(int64_t *)member >= 0;
    case WORD_YUAN:
        b->has_opening = b->has_opening || o->offset == offsetof(bank, opening_fen);
        return codec_parse_scaled(t, 2, member);
    case WORD_DAY: return !calendar_parse_day(t, member).kind;
    case WORD_FAULT: return set_fault(t, member);
    case WORD_FORMAT: return set_format(t, member);
    case WORD_LANGUAGE:
        *(bool *)member = text_equal_cstr(t, "zh");
        return *(bool *)member || text_equal_cstr(t, "en");
    }
    return false;
}

static const option *find_option(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(OPTIONS); i++)
        if (strcmp(word, OPTIONS[i].word) == 0) return &OPTIONS[i];
    return NULL;
}

err counterparty_words(bank *b, int word_count, const char *const *words, const char **command)
{
    *command = word_count > 0 ? words[0] : "help";
    for (int i = 1; i < word_count; i += 2) {
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
            *command = "help";
            return ERR_NONE;
        }
        const option *o = find_option(words[i]);
        if (!o) return err_of(&COUNTERPARTY_WORDS, words[i]);
        if (i + 1 == word_count || !set_option(b, o, words[i + 1]))
            return err_of(&COUNTERPARTY_VALUE, words[i]);
    }
    return ERR_NONE;
}
