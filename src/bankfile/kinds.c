/* The room's error kinds: what was found, and the way out of it. */
#include "bankfile/bankfile.h"

#define KIND(name, code, class, english, chinese) \
    const err_kind name = { "bankfile." code, class, english, chinese }

KIND(BANKFILE_NOT_THIS_FILE, "not_this_file", ERR_BAD_INPUT,
     "This is not the file that was expected: {}. Choose the right file, format and version.",
     "这不是所要的文件: {}。请选对文件、格式和版本。");
KIND(BANKFILE_CUT_SHORT, "cut_short", ERR_BAD_INPUT,
     "The file ends before it is complete{}. Nothing of it counts: have it sent again.",
     "文件没有完就结束了{}。全部不作数，请对方重发。");
KIND(BANKFILE_BAD_RECORD, "bad_record", ERR_BAD_INPUT,
     "This record does not have the fields it should have: {}. Have the file corrected.",
     "这条记录的栏目不对: {}。请对方更正文件。");
KIND(BANKFILE_BAD_NUMBER, "bad_number", ERR_BAD_INPUT,
     "This is not a whole number in the range allowed: '{}'.", "这不是允许范围内的整数: '{}'。");
KIND(BANKFILE_BAD_AMOUNT, "bad_amount", ERR_BAD_INPUT,
     "This is not an amount in yuan with at most two decimals, above zero: '{}'.",
     "这不是大于零、至多两位小数的金额（元）: '{}'。");
KIND(BANKFILE_BAD_DATE, "bad_date", ERR_BAD_INPUT, "This is not a date: '{}'.",
     "这不是日期: '{}'。");
KIND(BANKFILE_BAD_TEXT, "bad_text", ERR_BAD_INPUT,
     "This is empty, too long, or holds characters that must not stand here: '{}'.",
     "此处为空、过长，或含有不允许的字符: '{}'。");
KIND(BANKFILE_NOT_YUAN, "not_yuan", ERR_BAD_INPUT, "Amounts must be in CNY, not in '{}'.",
     "金额应为人民币 CNY，而不是 '{}'。");
KIND(BANKFILE_BATCH_DIFFERS, "batch_differs", ERR_CONFLICT,
     "The file is for another batch (file / ours: {}). Look for the batch it belongs to.",
     "文件属于别的批次（文件 / 我方: {}）。请找出它所属的批次。");
KIND(BANKFILE_PAYER_DIFFERS, "payer_differs", ERR_CONFLICT,
     "The file names another paying account (file / ours: {}). Ask the bank.",
     "文件中的付款账号不同（文件 / 我方: {}）。请向银行查询。");
KIND(BANKFILE_COUNT_DIFFERS, "count_differs", ERR_CONFLICT,
     "The number of lines is not the one it should be (found / due: {}). Nothing of the file "
     "counts: have it sent again.",
     "笔数不符（实有 / 应有: {}）。全部不作数，请对方重发。");
KIND(BANKFILE_TOTAL_DIFFERS, "total_differs", ERR_CONFLICT,
     "The total is not the one it should be (found / due: {}). Nothing of the file counts: have "
     "it sent again.",
     "总金额不符（实有 / 应有: {}）。全部不作数，请对方重发。");
KIND(BANKFILE_BALANCE_DIFFERS, "balance_differs", ERR_CONFLICT,
     "Opening balance and entries do not give the closing balance (computed / stated: {}). "
     "Have the statement sent again.",
     "期初余额加发生额不等于期末余额（算得 / 所载: {}）。请对方重发对账单。");
KIND(BANKFILE_LINE_ORDER, "line_order", ERR_BAD_INPUT,
     "The lines of a batch are numbered 1, 2, 3 ... (found / due: {}).",
     "批次内各笔应按 1、2、3…… 编号（实为 / 应为: {}）。");
KIND(BANKFILE_LINE_UNKNOWN, "line_unknown", ERR_CONFLICT,
     "The file names line {}, which was not sent, or was not paid. Nothing of the file counts: "
     "ask the bank.",
     "文件中的第 {} 笔我方没有发送，或未曾付出。全部不作数，请向银行查询。");
KIND(BANKFILE_LINE_TWICE, "line_twice", ERR_CONFLICT,
     "The file names line {} twice. Nothing of the file counts: ask the bank whether it was paid "
     "twice.",
     "文件中第 {} 笔出现两次。全部不作数，请向银行查明是否重复支付。");
KIND(BANKFILE_LINE_MISSING, "line_missing", ERR_CONFLICT,
     "The file says nothing of line {}. Nothing of the file counts: have it sent again.",
     "文件中缺少第 {} 笔。全部不作数，请对方重发。");
KIND(BANKFILE_AMOUNT_DIFFERS, "amount_differs", ERR_CONFLICT,
     "The amount of this line is not the one sent (file / ours: {}). Nothing of the file counts: "
     "ask the bank what it paid.",
     "这一笔的金额与所发不符（文件 / 我方: {}）。全部不作数，请向银行查明实付金额。");
KIND(BANKFILE_PAYEE_DIFFERS, "payee_differs", ERR_CONFLICT,
     "The account of this line is not the one sent: {}. Nothing of the file counts: ask the bank "
     "whom it paid.",
     "这一笔的收款账号与所发不符: {}。全部不作数，请向银行查明收款人。");
KIND(BANKFILE_STATUS_UNKNOWN, "status_unknown", ERR_BAD_INPUT,
     "A line of this file cannot have the status '{}'. Ask the bank what it means.",
     "此类文件中的状态不能是 '{}'。请向银行查询其含义。");
KIND(BANKFILE_REASON_UNKNOWN, "reason_unknown", ERR_BAD_INPUT,
     "A line not paid has a reason, one paid has none, and '{}' is none we know. Ask the bank "
     "what it means.",
     "未付应有原因，已付不应有，而 '{}' 不是已知的原因代码。请向银行查询其含义。");
