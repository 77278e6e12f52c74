/* The door for programs, as far as it needs no office: tests/cli/serve.bats has the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "codec/codec.h"
#include "http/http.h"

/* Each error has the status its class has, but those that HTTP itself has words for. */
static void an_error_has_its_status(void **state)
{
    (void)state;
    static const struct {
        const err_kind *kind;
        unsigned status;
    } CASES[] = {
        { &HTTP_NO_ROUTE, 404 }, { &HTTP_WRONG_METHOD, 405 }, { &HTTP_NO_SESSION, 401 },
        { &HTTP_BAD_BODY, 400 }, { &HTTP_TOO_LARGE, 413 },    { &HTTP_TOO_MANY, 429 },
        { &HTTP_TOO_BUSY, 503 }, { &HTTP_NO_UPLOAD, 404 },    { &HTTP_BAD_NAME, 400 },
        { &HTTP_BAD_WORDS, 400 }, { &HTTP_CANNOT_LISTEN, 503 },
        { &HTTP_CSRF, 403 },     { &SERVICE_KEY_REUSED, 409 },   { &HTTP_NOT_OVER_HTTP, 400 },
        { &SERVICE_NOT_HERE, 403 }, { &SERVICE_UNKNOWN_ARGUMENT, 400 },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++)
        if (http_status_of(err_of(CASES[i].kind, NULL)) != CASES[i].status)
            fail_msg("%s is not %u", CASES[i].kind->code, CASES[i].status);
}

/* What is done at the machine only is refused to whoever calls from elsewhere. */
static void what_is_done_at_the_machine_is_refused(void **state)
{
    (void)state;
    arena *a = arena_open();
    service_settings settings = { .thread_count = 1 };
    service *office = service_open(a, &settings);
    size_t refused = 0;
    for (const service_op *const *op = service_operations(); *op; op++) {
        if ((*op)->reach != SERVICE_AT_MACHINE) continue;
        service_call *call = service_call_open(office, a, *op, false);
        call->is_remote = true;
        for (size_t i = 0; i < (*op)->input_count; i++)
            if ((*op)->input[i].is_required)
                assert_null(service_give(call, text_of((*op)->input[i].name), TEXT("x")).kind);
        assert_ptr_equal(service_run(call).kind, &SERVICE_NOT_HERE);
        refused++;
    }
    assert_true(refused >= 3);
    service_close(office);
    arena_close(a);
}

/* No name that the door adds to a reply, or takes for itself, is an operation's own. */
static void names_of_the_door_are_no_operations(void **state)
{
    (void)state;
    static const char *const REPLY[] = { "notes", "has_failures", "downloads" };
    static const char *const INPUT[] = { "lang", "pretty", "secrets" };
    for (const service_op *const *op = service_operations(); *op; op++) {
        for (size_t i = 0; i < (*op)->output_count; i++)
            for (size_t k = 0; k < ARRAY_COUNT(REPLY); k++)
                assert_string_not_equal((*op)->output[i].name, REPLY[k]);
        for (size_t i = 0; i < (*op)->input_count; i++)
            for (size_t k = 0; k < ARRAY_COUNT(INPUT); k++)
                assert_string_not_equal((*op)->input[i].name, INPUT[k]);
    }
}

static void the_document_is_json_and_has_every_operation(void **state)
{
    (void)state;
    arena *a = arena_open();
    const codec_json *whole;
    text document = http_openapi(a, "1.0");
    assert_null(codec_json_parse(a, document, (codec_json_options){ .file = "openapi" }, &whole).kind);
    const codec_json *paths = codec_json_member(whole, TEXT("paths"));
    for (const service_op *const *op = service_operations(); *op; op++) {
        char path[100] = "/v1/";
        size_t at = strlen(path);
        for (const char *c = (*op)->name; *c; c++) path[at++] = *c == '.' ? '/' : *c;
        path[at] = 0;
        const codec_json *one = codec_json_member(paths, text_of(path));
        if ((*op)->reach == SERVICE_AT_MACHINE) {
            assert_null(one);
            continue;
        }
        const char *method = (*op)->kind == SERVICE_READ ? "get" : "post";
        assert_non_null(codec_json_member(one, text_of(method)));
    }
    arena_close(a);
}

/* An asker who names several languages is answered in the one that is worth most to them. */
static void of_several_languages_the_one_worth_most(void **state)
{
    (void)state;
    static const char *const CHINESE[] = {
        "zh", "ZH", "zh-CN", "zh-Hans-CN, en", "zh,en", "zh-CN,zh;q=0.9,en;q=0.8", "fr, zh;q=0.2", "en;q=0.5, zh", "en;q=0.123,zh;q=0.124",
        " zh ; q=1.000", "en;q=0,zh;q=0.001", "en;q=x,zh", "zh_CN",
    };
    static const char *const ENGLISH[] = {
        "", "en", "en,zh", "en-GB, zh;q=0.9", "zh;q=0", "zh;q=0.5,en", "zhx", "*", "fr", ",,;,", "zh;q=", "zh;q=x", "zh;level=1", "z", "q=1",
    };
    for (size_t i = 0; i < ARRAY_COUNT(CHINESE); i++)
        if (!http_reads_chinese(CHINESE[i])) fail_msg("'%s' reads Chinese", CHINESE[i]);
    for (size_t i = 0; i < ARRAY_COUNT(ENGLISH); i++)
        if (http_reads_chinese(ENGLISH[i])) fail_msg("'%s' reads English", ENGLISH[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_has_its_status),
        cmocka_unit_test(what_is_done_at_the_machine_is_refused),
        cmocka_unit_test(names_of_the_door_are_no_operations),
        cmocka_unit_test(of_several_languages_the_one_worth_most),
        cmocka_unit_test(the_document_is_json_and_has_every_operation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
