/* The bank's error kinds, and its words for reasons. */
#include "base/checked.h"
#include "counterparty/counterparty_internal.h"

#define KIND(name, code, class, english, chinese) \
    const err_kind name = { "counterparty." code, class, english, chinese }

KIND(COUNTERPARTY_WORDS, "words", ERR_BAD_INPUT,
     "The simulated bank does not know '{}'; see `doudi bank help`.",
     "模拟银行没有“{}”这个命令或选项，见 `doudi bank help`。");
KIND(COUNTERPARTY_VALUE, "value", ERR_BAD_INPUT, "This option is missing or cannot be so: {}.",
     "缺少选项或取值不对: {}。");
KIND(COUNTERPARTY_NO_ACCOUNT, "no_account", ERR_NOT_FOUND,
     "The bank has no books in {}; name an account with --account.",
     "{} 中没有银行账簿，请用 --account 指定账号。");
KIND(COUNTERPARTY_OTHER_ACCOUNT, "other_account", ERR_CONFLICT,
     "The bank's books are of another account: {}.", "银行账簿属于别的账号: {}。");
KIND(COUNTERPARTY_BAD_ORDER, "bad_order", ERR_BAD_INPUT,
     "The bank cannot read this instruction: {}.", "银行无法读取这份指令: {}。");
KIND(COUNTERPARTY_BAD_PLAN, "bad_plan", ERR_BAD_INPUT,
     "A row of a plan is account,reason[,days], and this is not: {}.",
     "计划的每行应为“账号,原因[,天数]”，这里不是: {}。");
KIND(COUNTERPARTY_BAD_BOOKS, "bad_books", ERR_CONFLICT, "The bank's books are damaged: {}.",
     "银行账簿已损坏: {}。");
KIND(COUNTERPARTY_CANNOT_LISTEN, "cannot_listen", ERR_BUSY,
     "The simulated bank cannot listen at {}: is the port taken?", "模拟银行无法在 {} 监听：端口是否已被占用？");
KIND(COUNTERPARTY_BATCH_UNKNOWN, "batch_unknown", ERR_NOT_FOUND,
     "The bank has never received batch {}.", "银行没有收到过批次 {}。");

const bank_reason_row COUNTERPARTY_REASONS[] = {
    [BANK_NO_REASON] = { "", "", "" },
    [BANK_WRONG] = { "wrong-account", "AC01", "01" },
    [BANK_CLOSED] = { "closed", "AC04", "02" },
    [BANK_BLOCKED] = { "blocked", "AC06", "03" },
    [BANK_FORBIDS] = { "forbids", "AG01", "04" },
    [BANK_MISMATCH] = { "name-mismatch", "BE01", "05" },
    [BANK_NO_BANK] = { "wrong-bank", "RC01", "06" },
    [BANK_DEAD] = { "dead", "MD07", "07" },
    [BANK_FUNDS] = { "funds", "AM04", "08" },
    [BANK_LIMIT] = { "limit", "AM02", "09" },
    [BANK_DUPLICATE] = { "duplicate", "AM05", "10" },
    [BANK_OTHER] = { "other", "MS03", "99" },
};
_Static_assert(ARRAY_COUNT(COUNTERPARTY_REASONS) == BANK_REASON_COUNT, "a reason has no row");

bool counterparty_reason_of(text word, bank_reason *reason)
{
    for (int i = 0; i < BANK_REASON_COUNT; i++) {
        if (!text_equal_cstr(word, COUNTERPARTY_REASONS[i].word)) continue;
        *reason = (bank_reason)i;
        return true;
    }
    return false;
}
