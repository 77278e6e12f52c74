#include <string.h>

#include "service/case.h"
#include "service/decide.h"
#include "service/files.h"
#include "service/issue.h"
#include "service/operations.h"
#include "service/service_internal.h"

static const service_field CHECK_INPUT[] = {
    { .name = "paths", .type = SERVICE_FILE, .is_list = true, .is_positional = true,
      .shows = "PACKS", .summary = "packs or folders of packs to test (default: all)",
      .summary_zh = "要检查的政策包文件或目录（默认全部）" },
    SERVICE_PACKS_FIELD,
    { .name = "english", .type = SERVICE_FLAG,
      .summary = "also find what is said in Chinese alone: a label, a reason, a message",
      .summary_zh = "并查出只有中文、没有英文的名称、理由和提示" },
    { .name = "results", .type = SERVICE_FILE_OUT,
      .summary = "a line a test: pass or fail, pack, name",
      .summary_zh = "把每个测试的结果写到此文件：pass 或 fail、政策包、名称" },
};

static const service_field CHECK_PACK[] = {
    { .name = "pack", .type = SERVICE_TEXT }, { .name = "file", .type = SERVICE_TEXT },
    { .name = "passed", .type = SERVICE_COUNT }, { .name = "failed", .type = SERVICE_COUNT },
};
static const service_field CHECK_MISTAKE[] = {
    { .name = "file", .type = SERVICE_TEXT }, { .name = "line", .type = SERVICE_COUNT },
    { .name = "column", .type = SERVICE_COUNT }, { .name = "code", .type = SERVICE_TEXT },
    { .name = "says", .type = SERVICE_TEXT }, { .name = "mend", .type = SERVICE_VALUE },
};
static const service_field CHECK_FAILURE[] = {
    { .name = "file", .type = SERVICE_TEXT }, { .name = "line", .type = SERVICE_COUNT },
    { .name = "test", .type = SERVICE_TEXT }, { .name = "says", .type = SERVICE_TEXT },
};
static const service_field CHECK_UNSAID[] = {
    { .name = "file", .type = SERVICE_TEXT }, { .name = "line", .type = SERVICE_COUNT },
    { .name = "what", .type = SERVICE_TEXT }, { .name = "said", .type = SERVICE_TEXT },
};
#define FIELDS(table) .fields = (table), .field_count = ARRAY_COUNT(table)
static const service_field CHECK_OUTPUT[] = {
    { .name = "mistakes", .type = SERVICE_OBJECT, .is_list = true, FIELDS(CHECK_MISTAKE) },
    { .name = "mistakes_not_shown", .type = SERVICE_COUNT },
    { .name = "packs", .type = SERVICE_OBJECT, .is_list = true, FIELDS(CHECK_PACK) },
    { .name = "failures", .type = SERVICE_OBJECT, .is_list = true, FIELDS(CHECK_FAILURE) },
    { .name = "without_english", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, FIELDS(CHECK_UNSAID) },
    { .name = "passed", .type = SERVICE_COUNT },
    { .name = "failed", .type = SERVICE_COUNT },
};

/* What print shows besides the reply: mistakes with their caret. */
typedef struct {
    const policy_mistake *mistakes; /* of the packs */
    size_t mistake_count;
    const policy_mistake *office; /* of the office's tables */
    size_t office_count;
} check_answer;

typedef struct {
    size_t passed, failed;
    bool is_asked;
} pack_tally;

/* Without paths all packs are asked for; else those that stand at or below one of them. */
static bool is_asked(const service_argument *paths, const char *file)
{
    text whole = text_of(file);
    for (size_t i = 0; i < paths->count; i++) {
        text path = paths->values[i];
        while (path.size_bytes > 1 && path.bytes[path.size_bytes - 1] == '/') path.size_bytes--;
        if (text_begins(path, TEXT("./"))) path = text_sub(path, 2, path.size_bytes);
        if (text_begins(whole, TEXT("./"))) whole = text_sub(whole, 2, whole.size_bytes);
        if (text_equal(path, whole) || text_equal_cstr(path, ".")) return true;
        if (text_begins(whole, path) && whole.bytes[path.size_bytes] == '/') return true;
    }
    return paths->count == 0;
}

static void put_mistakes(service_call *call, service_value *list, const policy_mistake *mistakes,
                         size_t count)
{
    arena *a = call->request;
    for (size_t i = 0; i < count; i++) {
        const policy_mistake *m = &mistakes[i];
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "file", m->at.file ? m->at.file : "");
        service_put_count(a, v, "line", m->at.line);
        service_put_count(a, v, "column", m->at.column);
        service_put_cstr(a, v, "code", m->code);
        service_put_cstr(a, v, "says", service_say(call, m->says, m->says_zh));
        service_put_cstr(a, v, "mend", service_say(call, m->mend, m->mend_zh));
    }
}

static void reply_mistakes(service_call *call, const policy_book *book)
{
    arena *a = call->request;
    size_t count = 0, unshown = 0;
    const policy_mistake *mistakes = book ? policy_mistakes(book, &count, &unshown) : NULL;
    service_value *list = service_put_list(a, call->reply, "mistakes");
    put_mistakes(call, list, mistakes, count);
    service_put_count(a, call->reply, "mistakes_not_shown", (int64_t)unshown);
    check_answer *answer = ARENA_NEW(a, check_answer);
    *answer = (check_answer){ .mistakes = mistakes, .mistake_count = count };
    call->answer = answer;
}

static size_t pack_of(const policy_pack *packs, size_t count, const char *file)
{
    for (size_t i = 0; i < count; i++)
        if (file && packs[i].file && strcmp(packs[i].file, file) == 0) return i;
    return SIZE_MAX;
}

/* pass|fail <TAB> pack <TAB> name [rows]: what `./doudi mission` reads. */
static void add_result_line(text_builder *b, const char *pack, const policy_test_result *r)
{
    text_add_format(b, "%s\t%s\t%s", r->passed ? "pass" : "fail", pack, r->name);
    const char *row = r->rows ? r->rows : "";
    while (*row) {
        size_t size = strcspn(row, " ,");
        if (size && !strstr(r->name, "[")) text_add_format(b, " [%.*s]", (int)size, row);
        row += size + (row[size] != 0);
    }
    text_add_char(b, '\n');
}

static void reply_failure(service_call *call, service_value *failures, const policy_test_result *r)
{
    arena *a = call->request;
    service_value *v = service_put_object(a, failures, NULL);
    service_put_cstr(a, v, "file", r->at.file ? r->at.file : "");
    service_put_count(a, v, "line", r->at.line);
    service_put_cstr(a, v, "test", r->name);
    const char *says = service_say(call, r->says, r->says_zh);
    service_put_cstr(a, v, "says", says ? says : "");
}

static err add_case_mistakes(service_call *call, const decide_law *law, check_answer *answer, size_t *count)
{
    const policy_mistake *more;
    size_t more_count;
    TRY(case_check(call, law, &more, &more_count));
    TRY(issue_check(call->request, law));
    if (!more_count) return ERR_NONE;
    policy_mistake *all = ARENA_ARRAY(call->request, policy_mistake, *count + more_count);
    for (size_t i = 0; i < *count; i++) all[i] = answer->office[i];
    for (size_t i = 0; i < more_count; i++) all[*count + i] = more[i];
    answer->office = all;
    *count += more_count;
    return ERR_NONE;
}

/* The office's tables against the packs; how many mistakes. */
static err check_office(service_call *call, text_builder *lines, size_t *count)
{
    const decide_law *law;
    check_answer *answer = call->answer;
    TRY(decide_law_open(call, &law));
    TRY(decide_check(call->request, law, &answer->office, count));
    TRY(add_case_mistakes(call, law, answer, count));
    answer->office_count = *count;
    service_value *list = (service_value *)service_member(call->reply, "mistakes");
    put_mistakes(call, list, answer->office, *count);
    text_add_format(lines, "%s\tadapters\tthe tables of the office fit the packs\n", *count ? "fail" : "pass");
    return ERR_NONE;
}

/* How many texts of the packs asked for have no English. */
static int64_t put_without_english(service_call *call, const policy_book *book)
{
    arena *a = call->request;
    size_t count;
    const policy_unsaid *unsaid = policy_without_english(a, book, &count);
    const service_argument *paths = service_argument_of(call, "paths");
    service_value *list = service_put_list(a, call->reply, "without_english");
    for (size_t i = 0; i < count; i++) {
        if (!is_asked(paths, unsaid[i].at.file)) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "file", unsaid[i].at.file);
        service_put_count(a, v, "line", unsaid[i].at.line);
        service_put_cstr(a, v, "what", service_say(call, unsaid[i].what, unsaid[i].what_zh));
        service_put_cstr(a, v, "said", unsaid[i].said);
    }
    return (int64_t)list->child_count;
}

static err run_tests(service_call *call, const policy_book *book, text_builder *lines)
{
    arena *a = call->request;
    const policy_test_result *results;
    size_t count, pack_count;
    TRY(policy_run_tests(a, book, TEXT_NONE, &results, &count));
    const policy_pack *packs = policy_packs(book, &pack_count);
    const service_argument *paths = service_argument_of(call, "paths");
    pack_tally *tally = ARENA_ARRAY(a, pack_tally, pack_count + 1);
    for (size_t p = 0; p < pack_count; p++) tally[p].is_asked = is_asked(paths, packs[p].file);
    service_value *list = service_put_list(a, call->reply, "packs");
    service_value *failures = service_put_list(a, call->reply, "failures");
    int64_t passed = 0, failed = 0;
    for (size_t i = 0; i < count; i++) {
        size_t p = pack_of(packs, pack_count, results[i].at.file);
        if (p == SIZE_MAX || !tally[p].is_asked) continue;
        add_result_line(lines, packs[p].name, &results[i]);
        if (results[i].passed) passed++, tally[p].passed++;
        else failed++, tally[p].failed++;
        if (!results[i].passed) reply_failure(call, failures, &results[i]);
    }
    for (size_t p = 0; p < pack_count; p++) {
        if (!tally[p].is_asked) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "pack", packs[p].name);
        service_put_cstr(a, v, "file", packs[p].file);
        service_put_count(a, v, "passed", (int64_t)tally[p].passed);
        service_put_count(a, v, "failed", (int64_t)tally[p].failed);
    }
    size_t office_count = 0;
    if (!paths->count) TRY(check_office(call, lines, &office_count));
    failed += (int64_t)office_count;
    if (service_is_given(call, "english")) failed += put_without_english(call, book);
    service_put_count(a, call->reply, "passed", passed);
    service_put_count(a, call->reply, "failed", failed);
    call->has_failures = failed > 0;
    return ERR_NONE;
}

static err policy_check(service_call *call)
{
    const policy_book *book = NULL;
    err e = service_book_with(call, service_argument_of(call, "paths"), &book);
    if (e.kind && e.kind != &SERVICE_PACKS_BROKEN) return e;
    reply_mistakes(call, call->office->set->book);
    text_builder lines = text_builder_open(call->request);
    if (e.kind) {
        const service_value *mistakes = service_member(call->reply, "mistakes");
        service_put_list(call->request, call->reply, "packs");
        service_put_list(call->request, call->reply, "failures");
        service_put_count(call->request, call->reply, "passed", 0);
        service_put_count(call->request, call->reply, "failed", (int64_t)mistakes->child_count);
        text_add_cstr(&lines, "fail\tpacks\tthe packs compile\n");
        call->has_failures = true;
    } else {
        TRY(run_tests(call, book, &lines));
    }
    if (!service_is_given(call, "results")) return ERR_NONE;
    return service_write_file(call->request, service_text_of(call, "results", TEXT_NONE),
                              text_built(&lines));
}

static void print_packs(const service_call *call, text_builder *out)
{
    int width = 0;
    const service_value *packs = service_member(call->reply, "packs");
    for (const service_value *p = packs->first; p; p = p->next) {
        int w = text_width(service_member(p, "pack")->word);
        width = w > width ? w : width;
    }
    for (const service_value *p = packs->first; p; p = p->next) {
        text name = service_member(p, "pack")->word;
        text_add(out, name);
        for (int w = text_width(name); w < width; w++) text_add_char(out, ' ');
        text_add_format(out, service_say(call, "  %lld passed", "  %lld 项通过"),
                        (long long)service_member(p, "passed")->count);
        long long failed = (long long)service_member(p, "failed")->count;
        if (failed) text_add_format(out, service_say(call, ", %lld FAILED", "，%lld 项未通过"), failed);
        text_add_char(out, '\n');
    }
}

static void print_mistakes(const service_call *call, const policy_mistake *mistakes, size_t count,
                           text_builder *out)
{
    for (size_t i = 0; i < count; i++) {
        text_add(out, policy_mistake_print(call->request, &mistakes[i], call->is_chinese));
        if (out->size_bytes && out->bytes[out->size_bytes - 1] != '\n') text_add_char(out, '\n');
        text_add_char(out, '\n');
    }
}

static void policy_check_print(const service_call *call, text_builder *out)
{
    const check_answer *answer = call->answer;
    print_mistakes(call, answer->mistakes, answer->mistake_count, out);
    print_mistakes(call, answer->office, answer->office_count, out);
    long long unshown = (long long)service_member(call->reply, "mistakes_not_shown")->count;
    if (unshown)
        text_add_format(out, service_say(call, "and %lld more mistakes\n", "另有 %lld 处错误\n"), unshown);
    print_packs(call, out);
    const service_value *failures = service_member(call->reply, "failures");
    for (const service_value *f = failures->first; f; f = f->next)
        text_add_format(out, "FAIL %.*s:%lld: %.*s: %.*s\n", TEXT_ARG(service_member(f, "file")->word),
                        (long long)service_member(f, "line")->count,
                        TEXT_ARG(service_member(f, "test")->word),
                        TEXT_ARG(service_member(f, "says")->word));
    const service_value *unsaid = service_member(call->reply, "without_english");
    for (const service_value *u = unsaid ? unsaid->first : NULL; u; u = u->next)
        text_add_format(out, service_say(call, "FAIL %.*s:%lld: %.*s has no English: %.*s\n", "FAIL %.*s:%lld: %.*s没有英文：%.*s\n"),
                        TEXT_ARG(service_member(u, "file")->word), (long long)service_member(u, "line")->count,
                        TEXT_ARG(service_member(u, "what")->word), TEXT_ARG(service_member(u, "said")->word));
    text_add_format(out, "%lld passed, %lld failed\n",
                    (long long)service_member(call->reply, "passed")->count,
                    (long long)service_member(call->reply, "failed")->count);
}

static const char *const CHECK_EXAMPLES[] = {
    "doudi check", "doudi check packs/china", "doudi check my-county.md --lang en", NULL
};

const service_op POLICY_CHECK_OP = {
    .name = "policy.check",
    .command = "check",
    .summary = "Compile the packs and run the tests in them",
    .summary_zh = "编译政策包并运行其中的测试",
    .kind = SERVICE_READ,
    .permission = "policy.read",
    .input = CHECK_INPUT,
    .input_count = ARRAY_COUNT(CHECK_INPUT),
    .output = CHECK_OUTPUT,
    .output_count = ARRAY_COUNT(CHECK_OUTPUT),
    .examples = CHECK_EXAMPLES,
    .run = policy_check,
    .print = policy_check_print,
};
