#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "support/bankfiles.h"

/* Told whole and in drips, the same. */
static text told(arena *a, bankfile_content content, text whole, const bankfile_sent *sent)
{
    bankfile_format format;
    bankfile_content seen;
    if (!bankfile_detect(whole, &format, &seen)) format = BANKFILE_CSV;
    text at_once = bankfiles_told(a, content, format, whole, sent);
    text dripped = bankfiles_dripped(a, content, format, whole, sent);
    assert_string_equal(at_once.bytes, dripped.bytes);
    return at_once;
}

/* ---- what golden files say ---- */

static const char INSTRUCTION[] =
    "instruction ZG-202603-01 4100123456789 某县社会保险基金支出户 2026-03-05 3 678905\n"
    "1 张三 6217000000000000018 [102100099996] 345678 [2026年3月基本养老金]\n"
    "2 欧阳,小明 6217000000000000026 [] 333226 []\n"
    "3 李四㐀 6217000000000000034 [] 1 [补发\"1分\"]\n"
    "ok";

static const char ANSWER[] =
    "answer whole 0 HP20260305-7 ZG-202603-01 4100123456789 2026-03-06 3 678905 paid 2 345679\n"
    "3 accepted 0 1 6217000000000000034\n"
    "1 accepted 0 345678 6217000000000000018\n"
    "2 rejected 5 333226 6217000000000000026\n"
    "ok";

static const char LATE[] =
    "answer late 0 TP20260309-1 ZG-202603-01 4100123456789 2026-03-09 1 345678 paid 0 0\n"
    "1 returned 2 345678 6217000000000000018\n"
    "ok";

static const char REJECTED[] =
    "answer rejected 8 HP20260305-8 ZG-202603-01 4100123456789 2026-03-05 0 0 paid 0 0\n"
    "ok";

static const char STATEMENT[] =
    "statement DZ20260331 4100123456789 2026-03-01 2026-03-31 1000000 998765 4\n"
    "L0001 2026-03-06 -345679 [ZG-202603-01] 0 0 [] [] [代发养老金]\n"
    "L0002 2026-03-09 345678 [ZG-202603-01] 1 2 [张三] [6217000000000000018] [退票]\n"
    "L0003 2026-03-20 1265 [] 0 0 [某县财政局] [4100999] [利息]\n"
    "L0004 2026-03-31 -2499 [] 0 0 [] [] [手续费,三月]\n"
    "ok";

static const struct {
    const char *stem;
    bankfile_content content;
    const char *told;
} GOLDEN[] = {
    { "instruction", BANKFILE_INSTRUCTION, INSTRUCTION },
    { "answer", BANKFILE_ANSWER, ANSWER },
    { "late", BANKFILE_ANSWER, LATE },
    { "rejected", BANKFILE_ANSWER, REJECTED },
    { "statement", BANKFILE_STATEMENT, STATEMENT },
};

static const char *const ENDINGS[] = { [BANKFILE_CSV] = "csv", [BANKFILE_ISO20022] = "xml" };

static text golden(arena *a, const char *stem, bankfile_format format)
{
    char name[64];
    snprintf(name, sizeof name, "%s.%s", stem, ENDINGS[format]);
    return bankfiles_golden(a, name);
}

static void golden_files_are_read_in_every_format(void **state)
{
    (void)state;
    arena *a = arena_open();
    for (int format = 0; format < BANKFILE_FORMAT_COUNT; format++) {
        for (size_t i = 0; i < ARRAY_COUNT(GOLDEN); i++) {
            text whole = golden(a, GOLDEN[i].stem, (bankfile_format)format);
            bankfile_format seen;
            bankfile_content content;
            assert_true(bankfile_detect(whole, &seen, &content));
            assert_int_equal(seen, format);
            assert_int_equal(content, GOLDEN[i].content);
            assert_string_equal(told(a, content, whole, &BANKFILES_SENT).bytes, GOLDEN[i].told);
            assert_string_equal(told(a, content, whole, NULL).bytes, GOLDEN[i].told);
        }
    }
    arena_close(a);
}

/* No beginning of a file is read as the file. */
static void a_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    arena *a = arena_open();
    for (int format = 0; format < BANKFILE_FORMAT_COUNT; format++) {
        for (size_t i = 0; i < ARRAY_COUNT(GOLDEN); i++) {
            text whole = golden(a, GOLDEN[i].stem, (bankfile_format)format);
            for (size_t size = 0; size < whole.size_bytes; size++) {
                text got = bankfiles_told(a, GOLDEN[i].content, (bankfile_format)format,
                                          text_sub(whole, 0, size), &BANKFILES_SENT);
                if (text_ends(got, TEXT("ok"))) fail_msg("%s cut at %zu", GOLDEN[i].stem, size);
            }
        }
    }
    arena_close(a);
}

/* ---- refusals ---- */

typedef struct {
    const char *file, *from, *to; /* the golden file, with this replaced */
    const char *refused;          /* the last line told */
} refusal;

static const refusal CSV_REFUSALS[] = {
    { "answer.csv", "回盘", "代发", "bankfile.not_this_file@1:1 代发" },
    { "answer.csv", "05\n", "05", "bankfile.cut_short@4:1 " },
    { "answer.csv", "成功,\n", "成功\n", "bankfile.bad_record@2:1 5 / 6" },
    { "answer.csv", "明细,1", "合计,1", "bankfile.bad_record@3:1 合计" },
    { "answer.csv", "明细,1,", "明细,1x,", "bankfile.bad_number@3:4 1x" },
    { "answer.csv", "明细,1,", "明细,-1,", "bankfile.bad_number@3:4 -1" },
    { "answer.csv", "0.01", "0.001", "bankfile.bad_amount@2:26 0.001" },
    { "answer.csv", "0.01", "-0.01", "bankfile.bad_amount@2:26 -0.01" },
    { "answer.csv", "0.01", "0", "bankfile.bad_amount@2:26 0.00" },
    { "answer.csv", "20260306", "20260230", "bankfile.bad_date@1:44 20260230" },
    { "answer.csv", "20260306", "2026-3-6", "bankfile.bad_date@1:44 2026-3-6" },
    { "answer.csv", "6217000000000000018", "", "bankfile.bad_text@3:6 " },
    { "answer.csv", "ZG-202603-01", "ZG-202603-02",
      "bankfile.batch_differs@1:17 ZG-202603-02 / ZG-202603-01" },
    { "answer.csv", "4100123456789", "4100123456780",
      "bankfile.payer_differs@1:30 4100123456780 / 4100123456789" },
    { "answer.csv", "结果,3,", "结果,4,", "bankfile.count_differs@1:56 4 / 3" },
    { "answer.csv", "6789.05", "6789.06", "bankfile.total_differs@1:58 6789.06 / 6789.05" },
    { "answer.csv", ",2,3456.79", ",3,3456.79", "bankfile.count_differs@4:1 2 / 3" },
    { "answer.csv", ",2,3456.79", ",2,3456.78",
      "bankfile.total_differs@4:1 3456.79 / 3456.78" },
    { "answer.csv", "明细,1,", "明细,4,", "bankfile.line_unknown@3:4 4" },
    { "answer.csv", "明细,1,", "明细,0,", "bankfile.line_unknown@3:4 0" },
    { "answer.csv", "明细,1,", "明细,3,", "bankfile.line_twice@3:4 3" },
    { "answer.csv", "明细,1,6217000000000000018,3456.78,成功,\n", "", "bankfile.line_missing@3:1 1" },
    { "answer.csv", "3456.78", "3456.79", "bankfile.amount_differs@3:26 3456.79 / 3456.78" },
    { "answer.csv", "6217000000000000018", "6217000000000000019",
      "bankfile.payee_differs@3:6 6217000000000000019" },
    { "answer.csv", "失败", "处理中", "bankfile.status_unknown@4:34 处理中" },
    { "answer.csv", "失败", "退票", "bankfile.status_unknown@4:34 returned" },
    { "answer.csv", "失败,05", "失败,77", "bankfile.reason_unknown@4:37 77" },
    { "answer.csv", "失败,05", "失败,", "bankfile.reason_unknown@4:37 " },
    { "answer.csv", "失败,05", "成功,05", "bankfile.reason_unknown@4:37 BE01" },
    { "late.csv", "退票,02\n", "失败,02\n", "bankfile.status_unknown@2:34 rejected" },
    { "late.csv", "退票,1,", "退票,2,", "bankfile.count_differs@2:1 1 / 2" },
    { "late.csv", "退票,1,", "退票,4,", "bankfile.count_differs@1:56 4 / 3" },
    { "late.csv", "1,3456.78,0,", "1,3456.78,1,", "bankfile.count_differs@1:56 1 / 0" },
    { "late.csv", "1,3456.78,0,0.00", "1,9000.00,0,0.00",
      "bankfile.total_differs@1:58 9000.00 / 6789.05" },
    { "rejected.csv", "0.00,08", "0.00,", "bankfile.reason_unknown@1:72 " },
    { "rejected.csv", "拒绝,0,", "拒绝,1,", "bankfile.count_differs@1:58 1 / 0" },
    { "instruction.csv", "明细,2", "明细,3", "bankfile.line_order@3:4 3 / 2" },
    { "instruction.csv", "01,3,", "01,2,", "bankfile.count_differs@4:4 3 / 2" },
    { "instruction.csv", "01,3,", "01,4,", "bankfile.count_differs@4:1 3 / 4" },
    { "instruction.csv", "6789.05", "6789.06", "bankfile.total_differs@4:1 6789.05 / 6789.06" },
    { "instruction.csv", "6789.05", "6789.04", "bankfile.total_differs@4:31 > / 6789.04" },
    { "instruction.csv", "01,3,", "01,0,", "bankfile.bad_number@1:4 0" },
    { "instruction.csv", "张三", "", "bankfile.bad_text@2:6 " },
    { "instruction.csv", "102100099996", "1021000999967", "bankfile.bad_text@2:4 1021000999967" },
    { "instruction.csv", "ZG-202603-01", "ZG_1", "bankfile.bad_text@1:4 ZG_1" },
    { "statement.csv", "9987.65", "9987.66", "bankfile.balance_differs@5:1 9987.65 / 9987.66" },
    { "statement.csv", "9987.65,4", "9987.65,3", "bankfile.count_differs@5:4 4 / 3" },
    { "statement.csv", "9987.65,4", "9987.65,5", "bankfile.count_differs@5:1 4 / 5" },
    { "statement.csv", "20260331,支出", "20260401,支出", "bankfile.bad_date@5:10 2026-04-01" },
    { "statement.csv", "20260331,10000", "20260228,10000", "bankfile.bad_date@1:38 2026-02-28" },
    { "statement.csv", "24.99", "0.00", "bankfile.bad_amount@5:22 0.00" },
    { "statement.csv", ",ZG-202603-01,1,", ",,1,", "bankfile.line_unknown@3:31 1" },
    { "statement.csv", "收入,12", "借,12", "bankfile.status_unknown@4:19 借" },
};

static const refusal ISO_REFUSALS[] = {
    { "answer.xml", "pain.002.001.10", "pain.002.001.03",
      "bankfile.not_this_file@2:1 urn:iso:std:iso:20022:tech:xsd:pain.002.001.03" },
    { "answer.xml", "Document", "Documents", "bankfile.not_this_file@2:1 Documents" },
    { "answer.xml", "CstmrPmtStsRpt", "CstmrPmtStsRpts", "bankfile.bad_record@3:3 CstmrPmtStsRpts" },
    { "answer.xml", "pain.001.001.09", "pain.001.001.03",
      "bankfile.status_unknown@11:21 pain.001.001.03" },
    { "answer.xml", "</Document>", "", "bankfile.cut_short@52:1 " },
    { "answer.xml", "</Document>", "<a/></Document>", "bankfile.bad_record@52:1 a" },
    { "answer.xml", "pain.002.001.10\">", "pain.002.001.10\"/>", "bankfile.bad_record@2:1 Document" },
    { "answer.xml", "<MsgId>", "<!--<MsgId>", "bankfile.cut_short@52:12 " },
    { "answer.xml", "<TxSts>RJCT</TxSts>", "", "bankfile.bad_record@49:7 TxSts?" },
    { "answer.xml", "<StsId>3</StsId>", "<TxSts>ACSC</TxSts>", "bankfile.bad_record@43:16 TxSts" },
    { "answer.xml", "<StsId>3</StsId>", "<OrgnlEndToEndId/>", "ok" },
    { "answer.xml", "</OrgnlPmtInfAndSts>\n  </Cst",
      "</OrgnlPmtInfAndSts><OrgnlGrpInfAndSts><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts>\n  </Cst",
      "bankfile.bad_record@50:52 OrgnlGrpInfAndSts/GrpSts" },
    { "answer.xml", "<DtldSts>RJCT", "<DtldSts>ACSC", "bankfile.bad_record@17:59 ACSC" },
    { "answer.xml", "<DtldSts>RJCT", "<DtldSts>PDNG", "bankfile.status_unknown@17:59 PDNG" },
    { "answer.xml", "<OrgnlNbOfTxs>3", "<OrgnlNbOfTxs>-3", "bankfile.bad_number@13:21 -3" },
    { "answer.xml", "\"CNY\">0.01", "\"USD\">0.01", "bankfile.not_yuan@27:36 USD" },
    { "answer.xml", "0.01", "0.001", "bankfile.bad_amount@27:36 0.001" },
    { "answer.xml", "0.01", "0.00", "bankfile.bad_amount@27:36 0.00" },
    { "answer.xml", "2026-03-06T", "2026-02-30T", "bankfile.bad_date@6:16 2026-02-30T08:30:00+08:00" },
    { "answer.xml", "6217000000000000034", "6217 0000", "bankfile.bad_text@28:35 6217 0000" },
    { "answer.xml", "<OrgnlMsgId>ZG-202603-01", "<OrgnlMsgId>ZG-202603-02",
      "bankfile.batch_differs@20:22 ZG-202603-01 / ZG-202603-02" },
    { "answer.xml", "ZG-202603-01", "ZG-202603-02",
      "bankfile.batch_differs@10:19 ZG-202603-02 / ZG-202603-01" },
    { "answer.xml", "ZG-202603-01-3", "ZG-202603-02-3",
      "bankfile.batch_differs@23:26 ZG-202603-02 / ZG-202603-01" },
    { "answer.xml", "ZG-202603-01-3", "ZG-202603-01-03", "bankfile.batch_differs@23:26  / ZG-202603-01" },
    { "answer.xml", "4100123456789", "4100123456780",
      "bankfile.payer_differs@7:38 4100123456780 / 4100123456789" },
    { "answer.xml", "OrgnlNbOfTxs>3", "OrgnlNbOfTxs>4", "bankfile.count_differs@13:21 3 / 4" },
    { "answer.xml", "6789.05", "6789.06", "bankfile.total_differs@14:21 6789.05 / 6789.06" },
    { "answer.xml", "01-1<", "01-4<", "bankfile.line_unknown@33:26 4" },
    { "answer.xml", "01-1<", "01-3<", "bankfile.line_twice@33:26 3" },
    { "answer.xml", "3456.78<", "3456.77<", "bankfile.amount_differs@36:36 3456.77 / 3456.78" },
    { "answer.xml", "6217000000000000018", "6217000000000000019",
      "bankfile.payee_differs@37:35 6217000000000000019" },
    { "answer.xml", "<TxSts>RJCT", "<TxSts>PDNG", "bankfile.status_unknown@43:16 PDNG" },
    { "answer.xml", "BE01", "XX99", "bankfile.reason_unknown@44:29 XX99" },
    { "answer.xml", "<StsId>2</StsId>", "<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>",
      "bankfile.reason_unknown@32:29 AC01" },
    { "late.xml", "<p:TxSts>RJCT", "<p:TxSts>ACSC", "bankfile.status_unknown@8:98 accepted" },
    { "late.xml", "DtldNbOfTxs>1", "DtldNbOfTxs>2", "bankfile.count_differs@10:1 1 / 2" },
    { "rejected.xml", "AM04", "MS0", "bankfile.reason_unknown@4:208 MS0" },
    { "rejected.xml", "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>", "",
      "bankfile.reason_unknown@2:66 " },
    { "instruction.xml", "<PmtInfId>ZG", "<PmtInfId>YG",
      "bankfile.batch_differs@4:19 YG-202603-01 / ZG-202603-01" },
    { "instruction.xml", "BtchBookg><NbOfTxs>3", "BtchBookg><NbOfTxs>4",
      "bankfile.count_differs@4:98 4 / 3" },
    { "instruction.xml", "3</NbOfTxs><CtrlSum>6789.05</CtrlSum><Req",
      "3</NbOfTxs><CtrlSum>6789.06</CtrlSum><Req",
      "bankfile.total_differs@4:118 6789.06 / 6789.05" },
    { "instruction.xml", "01-2<", "01-3<", "bankfile.line_order@6:33 3 / 2" },
    { "instruction.xml", "01-2<", "02-2<",
      "bankfile.batch_differs@6:33 ZG-202603-02 / ZG-202603-01" },
    { "instruction.xml", "NbOfTxs>3<", "NbOfTxs>4<", "bankfile.count_differs@8:10 3 / 4" },
    { "statement.xml", "9987.65", "9987.66", "bankfile.balance_differs@17:1 9987.65 / 9987.66" },
    { "statement.xml", "OPBD", "CLBD", "bankfile.bad_record@10:25 CLBD" },
    { "statement.xml", "CLBD", "OPBD", "bankfile.bad_record@10:25 OPBD" },
    { "statement.xml", "NbOfNtries>4", "NbOfNtries>5", "bankfile.count_differs@17:1 4 / 5" },
    { "statement.xml", "<Dt>2026-03-20", "<Dt>2026-04-20", "bankfile.bad_date@14:121 2026-04-20" },
    { "statement.xml", "BOOK", "PDNG", "bankfile.status_unknown@12:95 PDNG" },
    { "statement.xml", "24.99", "0.00", "bankfile.bad_amount@15:46 0.00" },
    { "statement.xml", "<TxDtls><Refs><EndToEndId>ZG-202603-01",
      "<Btch><PmtInfId>YY</PmtInfId></Btch><TxDtls><Refs><EndToEndId>ZG-202603-01",
      "bankfile.batch_differs@13:220 ZG-202603-01 / YY" },
};

static bankfile_content content_of(const char *file)
{
    for (size_t i = 0; i < ARRAY_COUNT(GOLDEN); i++)
        if (strncmp(file, GOLDEN[i].stem, strlen(GOLDEN[i].stem)) == 0) return GOLDEN[i].content;
    fail();
    return BANKFILE_ANSWER;
}

static text last_line(text t)
{
    size_t at = t.size_bytes;
    while (at > 0 && t.bytes[at - 1] != '\n') at--;
    return text_sub(t, at, t.size_bytes);
}

static void refuse_all(const refusal *all, size_t count, bankfile_format format)
{
    arena *a = arena_open();
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        text whole = bankfiles_golden(a, all[i].file);
        whole = bankfiles_changed(a, whole, all[i].from, all[i].to);
        bankfile_content content = content_of(all[i].file);
        text at_once = bankfiles_told(a, content, format, whole, &BANKFILES_SENT);
        text dripped = bankfiles_dripped(a, content, format, whole, &BANKFILES_SENT);
        assert_string_equal(at_once.bytes, dripped.bytes);
        text got = last_line(at_once);
        if (text_equal_cstr(got, all[i].refused)) continue;
        print_error("%s, %s -> %s:\n  got  %.*s\n  want %s\n", all[i].file, all[i].from,
                    all[i].to, TEXT_ARG(got), all[i].refused);
        wrong++;
    }
    arena_close(a);
    assert_int_equal(wrong, 0);
}

static void csv_files_that_do_not_agree_are_refused_and_named(void **state)
{
    (void)state;
    refuse_all(CSV_REFUSALS, ARRAY_COUNT(CSV_REFUSALS), BANKFILE_CSV);
}

static void iso_files_that_do_not_agree_are_refused_and_named(void **state)
{
    (void)state;
    refuse_all(ISO_REFUSALS, ARRAY_COUNT(ISO_REFUSALS), BANKFILE_ISO20022);
}

/* ---- writing ---- */

static err append(void *context, text piece)
{
    text_add(context, piece);
    return ERR_NONE;
}

static const bankfile_instruction HEAD = { .batch_number = { "ZG-202603-01", 12 },
                                           .payer_account = { "4100123456789", 13 },
                                           .payer_name = { "某县社会保险基金支出户", 33 },
                                           .line_count = 3,
                                           .total_fen = 678905 };
static const bankfile_line LINES[] = {
    { .line = 1,
      .name = { "张三", 6 },
      .account = { "6217000000000000018", 19 },
      .bank_number = { "102100099996", 12 },
      .amount_fen = 345678,
      .purpose = { "2026年3月基本养老金", 26 } },
    { .line = 2,
      .name = { "欧阳,小明", 13 },
      .account = { "6217000000000000026", 19 },
      .amount_fen = 333226 },
    { .line = 3,
      .name = { "李四㐀", 9 },
      .account = { "6217000000000000034", 19 },
      .amount_fen = 1,
      .purpose = { "补发\"1分\"", 12 } },
};

static bankfile_instruction head_of_golden(void)
{
    bankfile_instruction head = HEAD;
    assert_true(calendar_day_of(2026, 3, 5, &head.day));
    return head;
}

static err write_lines(arena *a, bankfile_format format, const bankfile_instruction *head,
                       const bankfile_line *lines, size_t count, text_builder *out)
{
    bankfile_writer *writer;
    TRY(bankfile_instruction_open(a, format, (codec_sink){ append, out }, head, &writer));
    err e = ERR_NONE;
    for (size_t i = 0; i < count && !e.kind; i++) e = bankfile_instruction_add(writer, &lines[i]);
    err at_close = bankfile_instruction_close(writer);
    if (e.kind) assert_ptr_equal(at_close.kind, e.kind);
    return at_close;
}

static void an_instruction_is_written_as_the_golden_file(void **state)
{
    (void)state;
    arena *a = arena_open();
    bankfile_instruction head = head_of_golden();
    for (int format = 0; format < BANKFILE_FORMAT_COUNT; format++) {
        text_builder out = text_builder_open(a);
        assert_null(write_lines(a, (bankfile_format)format, &head, LINES, 3, &out).kind);
        text whole = golden(a, "instruction", (bankfile_format)format);
        assert_string_equal(text_built(&out).bytes, whole.bytes);
    }
    arena_close(a);
}

static void refuse_writing(bankfile_format format)
{
    arena *a = arena_open();
    bankfile_instruction head = head_of_golden(), other;
    bankfile_line lines[3];
    text_builder out = text_builder_open(a);
#define WRITE(count) write_lines(a, format, &other, lines, count, &out).kind
#define FRESH() (other = head, memcpy(lines, LINES, sizeof lines))
    FRESH();
    assert_ptr_equal(WRITE(2), &BANKFILE_COUNT_DIFFERS);
    other.line_count = 2;
    assert_ptr_equal(WRITE(3), &BANKFILE_COUNT_DIFFERS);
    FRESH();
    other.total_fen = 678906;
    assert_ptr_equal(WRITE(3), &BANKFILE_TOTAL_DIFFERS);
    FRESH();
    lines[1].line = 3;
    assert_ptr_equal(WRITE(3), &BANKFILE_LINE_ORDER);
    FRESH();
    lines[1].amount_fen = 0;
    assert_ptr_equal(WRITE(3), &BANKFILE_BAD_AMOUNT);
    FRESH();
    lines[1].amount_fen = INT64_MAX;
    assert_ptr_equal(WRITE(3), &BANKFILE_TOTAL_DIFFERS);
    FRESH();
    lines[0].name = TEXT("张\n三");
    assert_ptr_equal(WRITE(3), &BANKFILE_BAD_TEXT);
    FRESH();
    lines[0].account = TEXT("6217 0000");
    assert_ptr_equal(WRITE(3), &BANKFILE_BAD_TEXT);
    FRESH();
    other.batch_number = TEXT("ABCDEFGHIJKLMNOPQRSTUVWXY");
    assert_ptr_equal(WRITE(3), &BANKFILE_BAD_TEXT);
    FRESH();
    other.day = CALENDAR_DAY_MAX + 1;
    assert_ptr_equal(WRITE(3), &BANKFILE_BAD_DATE);
    FRESH();
    other.line_count = BANKFILE_LINES_MAX + INT64_C(1);
    assert_ptr_equal(WRITE(3), &BANKFILE_BAD_NUMBER);
    arena_close(a);
}

static void an_instruction_that_is_not_what_its_head_says_is_not_written(void **state)
{
    (void)state;
    refuse_writing(BANKFILE_CSV);
    refuse_writing(BANKFILE_ISO20022);
}

static err refuse_piece(void *context, text piece)
{
    (void)context;
    (void)piece;
    return err_of(&CODEC_HAS_NUL, NULL);
}

static void errors_of_sink_and_callbacks_come_back(void **state)
{
    (void)state;
    arena *a = arena_open();
    bankfile_instruction head = head_of_golden();
    bankfile_writer *writer;
    codec_sink sink = { refuse_piece, NULL };
    assert_null(bankfile_instruction_open(a, BANKFILE_CSV, sink, &head, &writer).kind);
    for (int i = 0; i < 3; i++) assert_null(bankfile_instruction_add(writer, &LINES[i]).kind);
    assert_ptr_equal(bankfile_instruction_close(writer).kind, &CODEC_HAS_NUL);
    arena_close(a);
}

/* ---- reasons and names ---- */

static void reasons_stand_at_their_place_and_have_codes_of_their_own(void **state)
{
    (void)state;
    for (int i = 0; i < BANKFILE_REASON_COUNT; i++) {
        assert_int_equal(BANKFILE_REASONS[i].reason, i);
        assert_true(*BANKFILE_REASONS[i].sentence && *BANKFILE_REASONS[i].sentence_zh);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(BANKFILE_REASONS[i].iso, BANKFILE_REASONS[k].iso);
            assert_string_not_equal(BANKFILE_REASONS[i].csv, BANKFILE_REASONS[k].csv);
        }
    }
}

static void formats_are_found_by_name(void **state)
{
    (void)state;
    bankfile_format format;
    assert_true(bankfile_format_of(TEXT("csv"), &format));
    assert_int_equal(format, BANKFILE_CSV);
    assert_string_equal(bankfile_format_name(format), "csv");
    assert_false(bankfile_format_of(TEXT("edifact"), &format));
    bankfile_content content;
    assert_false(bankfile_detect(TEXT("姓名,代发,1\n"), &format, &content));
    assert_false(bankfile_detect(TEXT(""), &format, &content));
    assert_true(bankfile_detect(TEXT("\xEF\xBB\xBF对账,1"), &format, &content));
    assert_int_equal(content, BANKFILE_STATEMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_files_are_read_in_every_format),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(csv_files_that_do_not_agree_are_refused_and_named),
        cmocka_unit_test(iso_files_that_do_not_agree_are_refused_and_named),
        cmocka_unit_test(an_instruction_is_written_as_the_golden_file),
        cmocka_unit_test(an_instruction_that_is_not_what_its_head_says_is_not_written),
        cmocka_unit_test(errors_of_sink_and_callbacks_come_back),
        cmocka_unit_test(reasons_stand_at_their_place_and_have_codes_of_their_own),
        cmocka_unit_test(formats_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
