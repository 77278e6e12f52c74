/* doudi tests: what the tests of a pack give, expect and came to, and which of its provisions have none. */
#include "calendar/calendar.h"
#include "service/operations.h"
#include "service/subject.h"
#include "service/tested.h"

static const err_kind TESTS_WHICH = {
    "tests.which", ERR_BAD_INPUT,
    "Say whose tests are wanted: a pack, or --of and a name of the packs.",
    "请指明要看谁的测试：政策包，或用 --of 指明一个名称。"
};
static const service_field TESTS_INPUT[] = {
    { .name = "pack", .type = SERVICE_TEXT, .is_positional = true, .shows = "PACK",
      .summary = "the tests of this pack", .summary_zh = "这一政策包的测试" },
    { .name = "of", .type = SERVICE_NAME, .shows = "NAME",
      .summary = "only tests that speak of this name, in the pack that declares it", .summary_zh = "只看涉及这一名称的测试（在声明它的政策包中）" },
    SERVICE_PACKS_FIELD,
};

static const service_field TESTS_CELL[] = {
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "label", .type = SERVICE_VALUE },
    { .name = "said", .type = SERVICE_TEXT, .summary = "as the test says", .summary_zh = "测试所写" },
    { .name = "came", .type = SERVICE_VALUE, .is_optional = true, .summary = "came to", .summary_zh = "算得" },
};
#define CELLS .is_list = true, .fields = TESTS_CELL, .field_count = ARRAY_COUNT(TESTS_CELL)
static const service_field TESTS_ROW[] = {
    { .name = "test", .type = SERVICE_TEXT, .summary = "test", .summary_zh = "测试" },
    { .name = "file", .type = SERVICE_TEXT },
    { .name = "line", .type = SERVICE_COUNT },
    { .name = "rows", .type = SERVICE_VALUE, .summary = "mission rows", .summary_zh = "对应任务" },
    { .name = "on", .type = SERVICE_DATE, .summary = "on", .summary_zh = "日期" },
    { .name = "region", .type = SERVICE_REGION, .summary = "region", .summary_zh = "地区" },
    { .name = "given", .type = SERVICE_OBJECT, CELLS },
    { .name = "expected", .type = SERVICE_OBJECT, CELLS },
    { .name = "passed", .type = SERVICE_FLAG, .summary = "passed", .summary_zh = "通过" },
    { .name = "says", .type = SERVICE_VALUE, .summary = "what differs", .summary_zh = "不符之处" },
};
static const service_field TESTS_UNTESTED[] = {
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "label", .type = SERVICE_VALUE },
    { .name = "law", .type = SERVICE_VALUE },
    { .name = "line", .type = SERVICE_COUNT },
    { .name = "tested", .type = SERVICE_TEXT, .summary = "reached, or none", .summary_zh = "reached 只是算到，none 没有" },
};
static const service_field TESTS_OUTPUT[] = {
    { .name = "pack", .type = SERVICE_TEXT },
    { .name = "tests", .type = SERVICE_OBJECT, .is_list = true, .fields = TESTS_ROW, .field_count = ARRAY_COUNT(TESTS_ROW) },
    { .name = "passed", .type = SERVICE_COUNT },
    { .name = "failed", .type = SERVICE_COUNT },
    { .name = "provisions", .type = SERVICE_COUNT, .summary = "figures, rules, watches and indicators of the pack", .summary_zh = "政策包中的参数、规则、预警和指标" },
    { .name = "untested", /* those whose own value no test of any pack expects */
      .type = SERVICE_OBJECT, .is_list = true, .fields = TESTS_UNTESTED, .field_count = ARRAY_COUNT(TESTS_UNTESTED) },
};

/* ---- what tests speak of ---- */

const char *service_tested_word(policy_tested tested)
{
    static const char *const WORDS[] = { [POLICY_UNTESTED] = "none", [POLICY_REACHED] = "reached", [POLICY_EXPECTED] = "expected" };
    return WORDS[tested];
}

bool service_is_provision(const policy_symbol *s)
{
    return s->kind == POLICY_SYMBOL_VAR || s->kind == POLICY_SYMBOL_PARAM || s->kind == POLICY_SYMBOL_WATCH ||
           s->kind == POLICY_SYMBOL_INDICATOR;
}

err service_tested(service_call *call, const policy_book *book, const policy_tested **tested)
{
    service_set *set = call->office->set;
    pthread_mutex_lock(&set->lock);
    if (!set->has_tested) set->tested_error = policy_tested_symbols(set->pack, book, &set->tested);
    set->has_tested = true;
    *tested = set->tested;
    err e = set->tested_error;
    pthread_mutex_unlock(&set->lock);
    return e;
}

/* ---- the reply ---- */

static void put_cells(const service_call *call, const policy_test_result *r, bool is_expected, service_value *list)
{
    arena *a = call->request;
    for (size_t i = 0; i < r->cell_count; i++) {
        const policy_test_cell *c = &r->cells[i];
        if (c->is_expected != is_expected) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "name", c->symbol->name);
        service_put_cstr(a, v, "label", c->symbol->label);
        service_put_cstr(a, v, "said", c->said);
        if (is_expected) service_put_cstr(a, v, "came", service_say(call, c->came, c->came_zh));
    }
}

static void put_test(const service_call *call, const policy_test_result *r, service_value *list)
{
    arena *a = call->request;
    char day[CALENDAR_PRINT_BYTES] = "";
    service_value *v = service_put_object(a, list, NULL);
    if (r->on_day != INT32_MIN && r->on_day) calendar_print_day(r->on_day, day);
    service_put_cstr(a, v, "test", r->block);
    service_put_cstr(a, v, "file", r->at.file);
    service_put_count(a, v, "line", r->at.line);
    service_put_cstr(a, v, "rows", r->rows);
    service_put_cstr(a, v, "on", day);
    service_put_cstr(a, v, "region", r->region);
    put_cells(call, r, false, service_put_list(a, v, "given"));
    put_cells(call, r, true, service_put_list(a, v, "expected"));
    service_put_bool(a, v, "passed", r->passed);
    service_put_cstr(a, v, "says", service_say(call, r->says, r->says_zh));
}

static bool speaks_of(const policy_test_result *r, const policy_symbol *of)
{
    if (!of) return true;
    for (size_t i = 0; i < r->cell_count; i++)
        if (service_is_same(r->cells[i].symbol, of)) return true;
    return false;
}

static err put_untested(service_call *call, const policy_book *book, text pack)
{
    arena *a = call->request;
    const policy_tested *tested;
    size_t count;
    int64_t provisions = 0;
    TRY(service_tested(call, book, &tested));
    const policy_symbol *symbols = policy_symbols(book, &count);
    service_value *list = service_put_list(a, call->reply, "untested");
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *s = &symbols[i];
        if (!service_is_provision(s) || !text_equal_cstr(pack, s->pack)) continue;
        provisions++;
        /* A figure has no value of its own to expect: a rule that reads it is its test. */
        bool is_tested = tested[i] == POLICY_EXPECTED || (s->kind == POLICY_SYMBOL_PARAM && tested[i] == POLICY_REACHED);
        if (is_tested) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "name", s->name);
        service_put_cstr(a, v, "label", s->label);
        service_put_cstr(a, v, "law", s->law);
        service_put_count(a, v, "line", s->at.line);
        service_put_cstr(a, v, "tested", service_tested_word(tested[i]));
    }
    service_put_count(a, call->reply, "provisions", provisions);
    return ERR_NONE;
}

static err pack_asked(service_call *call, const policy_book *book, const policy_symbol **of, text *pack)
{
    *pack = service_text_of(call, "pack", TEXT_NONE);
    *of = NULL;
    if (service_is_given(call, "of")) {
        TRY(service_symbol(call->request, book, service_text_of(call, "of", TEXT_NONE), of));
        if (!pack->size_bytes) *pack = text_of((*of)->pack);
    }
    if (!pack->size_bytes) return err_of(&TESTS_WHICH, NULL);
    const policy_pack *known;
    return service_pack_named(call, book, *pack, &known);
}

static err policy_tests(service_call *call)
{
    arena *a = call->request;
    const policy_book *book;
    const policy_symbol *of;
    const policy_test_result *results;
    text pack;
    size_t count;
    int64_t passed = 0, failed = 0;
    TRY(service_book(call, &book));
    TRY(pack_asked(call, book, &of, &pack));
    TRY(policy_read_tests(a, book, pack, &results, &count));
    service_put_text(a, call->reply, "pack", pack);
    service_value *list = service_put_list(a, call->reply, "tests");
    for (size_t i = 0; i < count; i++) {
        if (!speaks_of(&results[i], of)) continue;
        put_test(call, &results[i], list);
        (*(results[i].passed ? &passed : &failed))++;
    }
    service_put_count(a, call->reply, "passed", passed);
    service_put_count(a, call->reply, "failed", failed);
    call->has_failures = failed > 0;
    return put_untested(call, book, pack);
}

static void print_cells(const service_value *cells, text_builder *out)
{
    for (const service_value *c = cells->first; c; c = c->next)
        text_add_format(out, "%s%.*s=%.*s", c == cells->first ? "" : ", ", TEXT_ARG(service_member(c, "name")->word),
                        TEXT_ARG(service_member(c, "said")->word));
}

static void policy_tests_print(const service_call *call, text_builder *out)
{
    for (const service_value *t = service_member(call->reply, "tests")->first; t; t = t->next) {
        const service_value *says = service_member(t, "says");
        text_add_format(out, "%s %.*s · %.*s: ", service_member(t, "passed")->is_true ? "ok  " : "FAIL",
                        TEXT_ARG(service_member(t, "test")->word), TEXT_ARG(service_member(t, "on")->word));
        print_cells(service_member(t, "given"), out);
        text_add_cstr(out, " → ");
        print_cells(service_member(t, "expected"), out);
        if (says->kind == SERVICE_VALUE_TEXT) text_add_format(out, "  (%.*s)", TEXT_ARG(says->word));
        text_add_char(out, '\n');
    }
    const service_value *untested = service_member(call->reply, "untested");
    for (const service_value *u = untested->first; u; u = u->next)
        text_add_format(out,
                        text_equal_cstr(service_member(u, "tested")->word, "none") ? service_say(call, "no test: %.*s\n", "没有测试：%.*s\n")
                                                                                   : service_say(call, "only on the way of a test: %.*s\n", "测试只是算到：%.*s\n"),
                        TEXT_ARG(service_member(u, "name")->word));
    text_add_format(out,
                    service_say(call, "%lld passed, %lld failed; %zu of %lld provisions are expected by no test\n",
                                "通过 %lld，未通过 %lld；%zu 项没有测试给出应得值，共 %lld 项\n"),
                    (long long)service_member(call->reply, "passed")->count, (long long)service_member(call->reply, "failed")->count,
                    untested->child_count, (long long)service_member(call->reply, "provisions")->count);
}

static const char *const TESTS_EXAMPLES[] = { "doudi tests 退休年龄", "doudi tests --of 基础养老金 --lang en", NULL };

const service_op POLICY_TESTS_OP = {
    .name = "policy.tests",
    .command = "tests",
    .summary = "The tests of a pack, line by line, and the provisions that have none",
    .summary_zh = "逐条查看政策包的测试，以及没有测试的规定",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = TESTS_INPUT,
    .input_count = ARRAY_COUNT(TESTS_INPUT),
    .output = TESTS_OUTPUT,
    .output_count = ARRAY_COUNT(TESTS_OUTPUT),
    .examples = TESTS_EXAMPLES,
    .run = policy_tests,
    .print = policy_tests_print,
};
