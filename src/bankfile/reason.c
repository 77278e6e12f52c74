/* Why a line was not paid, in the words of each format. */
#include "base/checked.h"
#include "bankfile/bankfile.h"

const bankfile_reason_row BANKFILE_REASONS[] = {
    /* clang-format off */
    [BANKFILE_NO_REASON] = { BANKFILE_NO_REASON, "", "", "paid", "已付" },
    [BANKFILE_ACCOUNT_WRONG] = { BANKFILE_ACCOUNT_WRONG, "AC01", "01",
        "there is no such account", "账号不存在" },
    [BANKFILE_ACCOUNT_CLOSED] = { BANKFILE_ACCOUNT_CLOSED, "AC04", "02",
        "the account is closed", "账户已销户" },
    [BANKFILE_ACCOUNT_BLOCKED] = { BANKFILE_ACCOUNT_BLOCKED, "AC06", "03",
        "the account is blocked", "账户已冻结" },
    [BANKFILE_ACCOUNT_FORBIDS] = { BANKFILE_ACCOUNT_FORBIDS, "AG01", "04",
        "the account cannot receive such payments", "账户不能收此类款项" },
    [BANKFILE_NAME_MISMATCH] = { BANKFILE_NAME_MISMATCH, "BE01", "05",
        "account and name do not belong together", "户名与账号不符" },
    [BANKFILE_BANK_WRONG] = { BANKFILE_BANK_WRONG, "RC01", "06",
        "there is no such bank number", "联行号有误" },
    [BANKFILE_PAYEE_DEAD] = { BANKFILE_PAYEE_DEAD, "MD07", "07",
        "the payee has died", "收款人已死亡" },
    [BANKFILE_FUNDS_SHORT] = { BANKFILE_FUNDS_SHORT, "AM04", "08",
        "the payer's balance does not suffice", "付款账户余额不足" },
    [BANKFILE_OVER_LIMIT] = { BANKFILE_OVER_LIMIT, "AM02", "09",
        "the amount is above a limit", "金额超过限额" },
    [BANKFILE_DUPLICATE] = { BANKFILE_DUPLICATE, "AM05", "10",
        "the same was sent before", "重复提交" },
    [BANKFILE_OTHER_REASON] = { BANKFILE_OTHER_REASON, "MS03", "99",
        "the bank gives no reason", "银行未说明原因" },
    /* clang-format on */
};
_Static_assert(ARRAY_COUNT(BANKFILE_REASONS) == BANKFILE_REASON_COUNT, "a reason has no row");
