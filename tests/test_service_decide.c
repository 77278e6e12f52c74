#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "service/decide.h"

/* ---- a small law, made by hand ---- */

static const char PACK[] =
    "---\npack: 小险\nen: Small\nregion: 中国\n---\n\n```rule\n"
    "entity 职工 \"employee\"\n"
    "enum 行业 \"trade\" = 农 \"farm\", 矿 \"mine\"\n"
    "input 工资 : money per month from 0 to 100000 of 职工 \"wage\"\n"
    "input 参加 : bool of 职工 \"enrolled\"\n"
    "input 所属行业 : 行业 of 职工 \"trade of\"\n"
    "input 底数 : money per month from 0 to 1000 of 职工 \"floor\"\n"
    "record 月份 of 职工 \"months\"\n"
    "  额 : money from 0 to 100000 \"amount\"\n"
    "param 费率 : rate by 行业名 : 行业 \"rate\"\n"
    "  law 示例法 第一条\n"
    "  since 2020-01-01\n  | 行业名 | 率 |\n  | 农 | 1% |\n  | 矿 | 2% |\n"
    "var 单位 : money per month of 职工 \"employer pays\"\n"
    "  law 示例法 第二条\n"
    "  since 2020-01-01 = max(工资, 底数) * 费率[所属行业] round to 分 half up\n"
    "var 个人 : money per month of 职工 \"person pays\"\n"
    "  law 示例法 第三条\n"
    "  since 2020-01-01 = 工资 * 0.5% round to 分 half up\n"
    "var 合计 : money per month of 职工 \"all\"\n"
    "  law 示例法 第四条\n"
    "  since 2020-01-01 = 单位 + 个人\n"
    "var 可缴 : bool of 职工 \"may pay\"\n"
    "  law 示例法 第五条\n"
    "  since 2020-01-01 = 参加 and 工资 > 0元/月\n"
    "var 积累 : money of 职工 \"saved\"\n"
    "  law 示例法 第六条\n"
    "  since 2020-01-01 = sum(额 over 月份)\n"
    "```\n";
static const char FACTS[] = "fact,type,zh,en\nwage,fen,工资,wage\nenrolled,bool,参加,enrolled\n"
                            "trade,word,行业,trade\nmonths.amount,fen,额,amount\n";
static const char BILL[] = "purpose,way,key,target,unit,fund,payer,purse,item\n"
                           "# 一张小账单\n"
                           "bill,check,2025-06-01,中国,,,,,\n"
                           "bill,in,wage,小险.工资,,,,,\n"
                           "bill,in,enrolled,小险.参加,,,,,\n"
                           "bill,in,trade,小险.所属行业,,,,,\n"
                           "bill,fixed,,小险.底数,100,,,,\n"
                           "bill,gate,payable,小险.可缴,,,,,\n"
                           "bill,line,employer,小险.单位,,small_fund,employer,pool,\n"
                           "bill,line,person,小险.个人,,small_fund,person,account,个人缴费\n"
                           "bill,total,total,小险.合计,,,,,\n"
                           "saved,record,months,小险.月份,,,,,\n"
                           "saved,in,months.amount,小险.月份.额,,,,,\n"
                           "saved,out,saved,小险.积累,,,,,\n";

static text law_bytes(arena *a, const char *pack, const char *facts, const char *bill)
{
    return text_format(
        a,
        "doudi law 1\n%zu adapters/office-bill.csv\n%s\n%zu adapters/office-facts.csv\n%s\n"
        "%zu small.md\n%s\n",
        strlen(bill), bill, strlen(facts), facts, strlen(pack), pack);
}

static const decide_law *small_law(arena *a)
{
    const decide_law *law;
    assert_null(decide_law_of(a, law_bytes(a, PACK, FACTS, BILL), &law).kind);
    return law;
}

static const int32_t DAY_2025_06_01 = 45807;

static const decide_plan *plan_of(arena *a, const decide_law *law, const char *purpose)
{
    const decide_plan *plan;
    decide_request asked = { text_of(purpose), DAY_2025_06_01, TEXT("中国") };
    err e = decide_plan_open(a, law, &asked, &plan);
    if (e.kind) print_message("%s\n", err_sentence(a, e, false).bytes);
    assert_null(e.kind);
    return plan;
}

/* Five people: a miner, a farmer, one not enrolled, one whose trade nobody knows, one below the
 * floor. */
typedef struct {
    const decide_plan *plan;
    decider *worker;
    decide_block block;
    decide_results *results;
} office;

static column column_of(arena *a, const int64_t *values, size_t count)
{
    column c = column_open(a, count);
    memcpy(c.value, values, count * sizeof *values);
    column_ensure_reasons(a, &c);
    return c;
}

static office five_people(arena *a)
{
    office o = { .plan = plan_of(a, small_law(a), "bill") };
    o.worker = decide_open(a, o.plan);
    int64_t farm, mine;
    size_t trade = decide_fact_index(o.plan, "trade");
    assert_null(decide_code(o.worker, trade, TEXT("农"), &farm).kind);
    assert_null(decide_code(o.worker, trade, TEXT("mine"), &mine).kind);
    size_t count;
    decide_facts(o.plan, &count);
    column *facts = ARENA_ARRAY(a, column, count);
    facts[decide_fact_index(o.plan, "wage")] =
        column_of(a, (int64_t[]){ 500000, 500000, 500000, 500000, 5000 }, 5);
    facts[decide_fact_index(o.plan, "enrolled")] = column_of(a, (int64_t[]){ 1, 1, 0, 1, 1 }, 5);
    facts[trade] = column_of(a, (int64_t[]){ mine, farm, farm, 0, farm }, 5);
    column_fail(a, &facts[trade], 3, VM_REASON(VM_NOT_KNOWN, 0));
    o.block = (decide_block){ .count = 5, .facts = facts };
    o.results = decide_results_open(a, o.plan, 5);
    decide_run(o.worker, &o.block, o.results);
    return o;
}

static void a_block_is_decided_refused_or_left_open(void **state)
{
    (void)state;
    arena *a = arena_open();
    office o = five_people(a);
    const decide_results *r = o.results;
    const column *employer = &r->answers[decide_answer_index(o.plan, "employer")];
    static const uint8_t STATUS[] = { DECIDE_DONE, DECIDE_DONE, DECIDE_REFUSED, DECIDE_UNDECIDED,
                                      DECIDE_DONE };
    static const int64_t FEN[] = { 10000, 5000, 5000, 0, 100 };
    for (size_t lane = 0; lane < 5; lane++) {
        assert_int_equal(r->status[lane], STATUS[lane]);
        assert_int_equal(employer->value[lane], FEN[lane]);
    }
    assert_int_equal(r->done, 3);
    assert_int_equal(r->refused, 1);
    assert_int_equal(r->undecided, 1);
    assert_string_equal(decide_reason(a, o.plan, r->reason[3], true).bytes, "所属行业 未知");
    assert_string_equal(decide_reason(a, o.plan, r->reason[3], false).bytes,
                        "trade of is not known");
    arena_close(a);
}

static void a_line_says_fund_payer_and_purse(void **state)
{
    (void)state;
    arena *a = arena_open();
    size_t count;
    const decide_plan *plan = plan_of(a, small_law(a), "bill");
    const decide_answer *answers = decide_answers(plan, &count);
    assert_int_equal(count, 4);
    const decide_answer *person = &answers[decide_answer_index(plan, "person")];
    assert_string_equal(person->fund, "small_fund");
    assert_int_equal(person->payer, DECIDE_PERSON);
    assert_true(person->is_account);
    assert_string_equal(person->item, "个人缴费");
    assert_string_equal(person->law, "示例法 第三条");
    assert_int_equal(person->type->per, POLICY_PER_MONTH);
    assert_int_equal(answers[0].kind, DECIDE_GATE);
    assert_false(answers[decide_answer_index(plan, "employer")].is_account);
    arena_close(a);
}

static void a_purpose_says_what_a_lane_stands_for(void **state)
{
    (void)state;
    arena *a = arena_open();
    assert_int_equal(decide_plan_lane(plan_of(a, small_law(a), "saved")).each, DECIDE_EACH_PERSON);
    const decide_law *law;
    text bill = text_format(a, "%ssaved,each,employment,employee,public,,,,\n", BILL);
    assert_null(decide_law_of(a, law_bytes(a, PACK, FACTS, bill.bytes), &law).kind);
    decide_lane lane = decide_plan_lane(plan_of(a, law, "saved"));
    assert_int_equal(lane.each, DECIDE_EACH_EMPLOYMENT);
    assert_true(text_equal_cstr(lane.word, "employee"));
    assert_true(text_equal_cstr(lane.scheme, "public"));
    arena_close(a);
}

static void a_column_of_no_lanes_is_known_of_nobody(void **state)
{
    (void)state;
    arena *a = arena_open();
    office o = five_people(a);
    column *facts = (column *)o.block.facts;
    facts[decide_fact_index(o.plan, "enrolled")] = (column){ 0 };
    decide_run(o.worker, &o.block, o.results);
    assert_int_equal(o.results->undecided, 5);
    arena_close(a);
}

static void blocks_of_any_size_give_the_same(void **state)
{
    (void)state;
    arena *a = arena_open();
    office o = five_people(a);
    size_t fact_count, answer_count;
    decide_facts(o.plan, &fact_count);
    decide_answers(o.plan, &answer_count);
    decide_results *one = decide_results_open(a, o.plan, 1);
    for (size_t lane = 0; lane < 5; lane++) {
        column *facts = ARENA_ARRAY(a, column, fact_count);
        for (size_t i = 0; i < fact_count; i++)
            facts[i] = column_slice(&o.block.facts[i], lane, 1);
        decide_run(o.worker, &(decide_block){ .count = 1, .facts = facts }, one);
        assert_int_equal(one->status[0], o.results->status[lane]);
        assert_int_equal(one->reason[0], o.results->reason[lane]);
        for (size_t i = 0; i < answer_count; i++)
            assert_int_equal(one->answers[i].value[0], o.results->answers[i].value[lane]);
    }
    arena_close(a);
}

static void lines_that_miss_the_total_are_told(void **state)
{
    (void)state;
    arena *a = arena_open();
    const char *line = strstr(BILL, "bill,line,person");
    const char *rest = strchr(line, '\n') + 1;
    text bill = text_format(a, "%.*s%s", (int)(line - BILL), BILL, rest);
    const decide_law *law;
    assert_null(decide_law_of(a, law_bytes(a, PACK, FACTS, bill.bytes), &law).kind);
    office o = five_people(a);
    const decide_plan *plan = plan_of(a, law, "bill");
    decider *worker = decide_open(a, plan);
    decide_results *r = decide_results_open(a, plan, 5);
    decide_run(worker, &o.block, r);
    assert_int_equal(r->not_whole, 3);
    assert_int_equal(r->status[0], DECIDE_NOT_WHOLE);
    arena_close(a);
}

static void a_decision_is_told_again_from_its_record(void **state)
{
    (void)state;
    arena *a = arena_open();
    office o = five_people(a);
    text record = decide_record(a, o.worker, &o.block, 0);
    const decide_law *kept;
    assert_null(decide_law_of(a, decide_law_bytes(small_law(a)), &kept).kind);
    assert_true(text_equal(decide_pack_digest(kept), decide_pack_digest(small_law(a))));
    decide_replay again;
    assert_null(decide_record_replay(a, kept, record, true, &again).kind);
    assert_true(text_equal(again.digest, decide_pack_digest(kept)));
    assert_int_equal(again.answer_count, 4);
    assert_string_equal(again.keys[0], "employer");
    assert_string_equal(text_cstr(a, again.values[0]), "100.00");
    explain_answer why;
    explain_options options = { .is_chinese = true };
    assert_null(decide_record_explain(a, kept, record, "employer", options, &why).kind);
    text told = explain_text(a, &why, options);
    assert_true(text_find(told, TEXT("示例法 第二条")) != SIZE_MAX);
    assert_true(text_find(told, TEXT("100.00")) != SIZE_MAX);
    assert_ptr_equal(decide_record_explain(a, kept, record, "nothing", options, &why).kind,
                     &DECIDE_BAD_RECORD);
    arena_close(a);
}

static void a_record_is_canonical(void **state)
{
    (void)state;
    arena *a = arena_open();
    office o = five_people(a);
    text digest = decide_pack_digest(small_law(a));
    text wanted = text_format(a,
                              "{\"answers\":{\"employer\":\"小险.单位\",\"payable\":\"小险.可缴\","
                              "\"person\":\"小险.个人\",\"total\":\"小险.合计\"},"
                              "\"inputs\":{\"小险.参加\":\"true\",\"小险.工资\":\"5000.00\",\"小险."
                              "底数\":\"100.00\",\"小险.所属行业\":null},"
                              "\"law\":\"%.*s\",\"on\":\"2025-06-01\",\"purpose\":\"bill\","
                              "\"records\":{},\"region\":\"中国\"}",
                              TEXT_ARG(digest));
    assert_string_equal(text_cstr(a, decide_record(a, o.worker, &o.block, 3)), wanted.bytes);
    arena_close(a);
}

static void rows_of_a_record_are_handed_in_and_told_again(void **state)
{
    (void)state;
    arena *a = arena_open();
    const decide_law *law = small_law(a);
    const decide_plan *plan = plan_of(a, law, "saved");
    size_t count;
    const decide_fact *facts = decide_facts(plan, &count);
    assert_int_equal(count, 1);
    assert_int_equal(facts[0].record, 0);
    assert_string_equal(decide_records(plan, &count)[0], "months");
    decider *worker = decide_open(a, plan);
    decide_results *r = decide_results_open(a, plan, 2);
    column amounts = column_of(a, (int64_t[]){ 100, 200, 300 }, 3);
    uint32_t until[] = { 1, 3 };
    const uint32_t *untils[] = { until };
    decide_block block = { .count = 2, .facts = &amounts, .row_until = untils };
    decide_run(worker, &block, r);
    assert_int_equal(r->answers[0].value[0], 100);
    assert_int_equal(r->answers[0].value[1], 500);
    text record = decide_record(a, worker, &block, 1);
    assert_true(
        text_find(record,
                  TEXT("\"records\":{\"小险.月份\":[{\"额\":\"2.00\"},{\"额\":\"3.00\"}]}")) !=
        SIZE_MAX);
    decide_replay again;
    assert_null(decide_record_replay(a, law, record, false, &again).kind);
    assert_string_equal(text_cstr(a, again.values[0]), "5.00");
    arena_close(a);
}

static void what_cannot_be_asked_is_refused(void **state)
{
    (void)state;
    arena *a = arena_open();
    const decide_law *law = small_law(a);
    const decide_plan *plan;
    decide_request asked = { TEXT("bil"), DAY_2025_06_01, TEXT("中国") };
    err e = decide_plan_open(a, law, &asked, &plan);
    assert_ptr_equal(e.kind, &DECIDE_UNKNOWN_PURPOSE);
    assert_non_null(strstr(e.detail, "bill"));
    decider *worker = decide_open(a, plan_of(a, law, "bill"));
    int64_t code;
    size_t trade = decide_fact_index(plan_of(a, law, "bill"), "trade");
    assert_ptr_equal(decide_code(worker, trade, TEXT("渔"), &code).kind, &DECIDE_UNKNOWN_WORD);
    decide_replay again;
    assert_ptr_equal(decide_record_replay(a, law, TEXT("{}"), true, &again).kind,
                     &DECIDE_BAD_RECORD);
    assert_ptr_equal(decide_law_of(a, TEXT("doudi law 1\n99 small.md\nx"), &law).kind,
                     &DECIDE_BAD_RECORD);
    arena_close(a);
}

/* ---- mistakes of the tables ---- */

static const struct {
    const char *from, *to, *code;
    int line;
} MISTAKES[] = {
    { "bill,in,wage,小险.工资,,,,,", "bill,in,wage,小险.工钱,,,,,", "office.unknown_name", 4 },
    { "bill,in,wage,小险.工资,,,,,", "bill,in,pay,小险.工资,,,,,", "office.unknown_fact", 4 },
    { "bill,in,wage,小险.工资,,,,,", "bill,in,trade,小险.工资,,,,,", "office.wrong_type", 4 },
    { "bill,in,wage,小险.工资,,,,,", "bill,in,wage,小险.单位,,,,,", "office.wrong_kind", 4 },
    { "bill,in,wage,小险.工资,,,,,", "bill,into,wage,小险.工资,,,,,", "office.way", 4 },
    { "bill,in,wage,小险.工资,,,,,", "bill,in,wage,小险.工资", "office.columns", 4 },
    { "bill,in,wage,小险.工资,,,,,", "# none", "office.missing_input", 3 },
    { "小险.底数,100", "小险.底数,much", "office.wrong_type", 7 },
    { "bill,gate,payable,小险.可缴", "bill,gate,payable,小险.单位", "office.wrong_type", 8 },
    { "bill,gate,payable,", "bill,gate,total,", "office.twice", 11 },
    { "small_fund,employer,pool", "small_fund,boss,pool", "office.payer", 9 },
    { "small_fund,employer,pool", "small_fund,employer,sea", "office.purse", 9 },
    { "small_fund,employer,pool", ",employer,pool", "office.no_fund", 9 },
    { "bill,line,person,小险.个人", "bill,line,person,小险.积累", "office.missing_input", 3 },
    { "2025-06-01", "in June", "office.check", 3 },
    { "2025-06-01,中国", "2025-06-01,月球", "office.check", 3 },
    { "bill,in,wage,小险.工资,,,,,", "bill,each,river,,,,,,", "office.each", 4 },
};

static text replaced(arena *a, const char *whole, const char *from, const char *to)
{
    const char *at = strstr(whole, from);
    assert_non_null(at);
    return text_format(a, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
}

static void each_mistake_of_a_table_is_told_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(MISTAKES); i++) {
        arena *a = arena_open();
        const decide_law *law;
        const policy_mistake *mistakes;
        size_t count;
        text bill = replaced(a, BILL, MISTAKES[i].from, MISTAKES[i].to);
        assert_null(decide_law_of(a, law_bytes(a, PACK, FACTS, bill.bytes), &law).kind);
        assert_null(decide_check(a, law, &mistakes, &count).kind);
        if (!count || strcmp(mistakes[0].code, MISTAKES[i].code) != 0)
            print_message("case %zu: %s\n", i, count ? mistakes[0].says : "none");
        assert_true(count > 0);
        assert_string_equal(mistakes[0].code, MISTAKES[i].code);
        assert_int_equal(mistakes[0].at.line, MISTAKES[i].line);
        assert_string_equal(mistakes[0].at.file, "adapters/office-bill.csv");
        arena_close(a);
    }
}

static void mistakes_in_the_list_of_facts_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *to, *code;
    } CASES[] = {
        { "wage,fen,工资", "office.fact_columns" },
        { "wage,coins,工资,wage", "office.fact_type" },
        { "wage,fen,工资,wage\nwage,fen,工资,wage", "office.fact_twice" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        arena *a = arena_open();
        const decide_law *law;
        const policy_mistake *mistakes;
        size_t count;
        text facts = replaced(a, FACTS, "wage,fen,工资,wage", CASES[i].to);
        assert_null(decide_law_of(a, law_bytes(a, PACK, facts.bytes, BILL), &law).kind);
        assert_null(decide_check(a, law, &mistakes, &count).kind);
        assert_true(count > 0);
        assert_string_equal(mistakes[0].code, CASES[i].code);
        arena_close(a);
    }
}

static void a_law_with_mistakes_decides_nothing(void **state)
{
    (void)state;
    arena *a = arena_open();
    const decide_law *law;
    const decide_plan *plan;
    text bill = replaced(a, BILL, "bill,in,wage", "bill,into,wage");
    assert_null(decide_law_of(a, law_bytes(a, PACK, FACTS, bill.bytes), &law).kind);
    decide_request asked = { TEXT("bill"), DAY_2025_06_01, TEXT("中国") };
    assert_ptr_equal(decide_plan_open(a, law, &asked, &plan).kind, &DECIDE_BAD_TABLE);
    bill = replaced(a, BILL, "bill,in,wage,小险.工资,,,,,\n", "");
    assert_null(decide_law_of(a, law_bytes(a, PACK, FACTS, bill.bytes), &law).kind);
    err e = decide_plan_open(a, law, &asked, &plan);
    assert_ptr_equal(e.kind, &DECIDE_NO_FACT);
    assert_non_null(strstr(e.detail, "小险.工资"));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_decided_refused_or_left_open),
        cmocka_unit_test(a_line_says_fund_payer_and_purse),
        cmocka_unit_test(a_purpose_says_what_a_lane_stands_for),
        cmocka_unit_test(a_column_of_no_lanes_is_known_of_nobody),
        cmocka_unit_test(blocks_of_any_size_give_the_same),
        cmocka_unit_test(lines_that_miss_the_total_are_told),
        cmocka_unit_test(a_decision_is_told_again_from_its_record),
        cmocka_unit_test(a_record_is_canonical),
        cmocka_unit_test(rows_of_a_record_are_handed_in_and_told_again),
        cmocka_unit_test(what_cannot_be_asked_is_refused),
        cmocka_unit_test(each_mistake_of_a_table_is_told_with_its_place),
        cmocka_unit_test(mistakes_in_the_list_of_facts_are_told),
        cmocka_unit_test(a_law_with_mistakes_decides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
