/* doudi paper verify, kinds: open to anybody. Whoever holds a paper learns what the office issued under its number, and nothing
 * besides; a code that does not fit says only that, whichever part of it is wrong. */
#include "service/issue.h"

#include "service/month.h"
#include "service/operations.h"

const err_kind ISSUE_NOT_GENUINE = {
    "issue.not_genuine", ERR_NOT_FOUND, "The office has issued no paper with this code: {}. It looks like DD2-17-0123….",
    "本机构没有出具过此核验码的文书：{}。核验码形如 DD2-17-0123……。"
};

static const service_field VERIFY_INPUT[] = {
    { .name = "code", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "CODE",
      .summary = "the code on the paper", .summary_zh = "文书上的核验码" },
    SERVICE_COUNTY_FIELD,
};
static const service_field VERIFY_OUTPUT[] = {
    { .name = "genuine", .type = SERVICE_FLAG, .summary = "issued by this office", .summary_zh = "本机构出具" },
    { .name = "serial", .type = SERVICE_TEXT, .summary = "number", .summary_zh = "文号" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "paper", .summary_zh = "文书" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "issued", .summary_zh = "出具日期" },
    { .name = "whom", .type = SERVICE_TEXT, .summary = "about", .summary_zh = "对象" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest (SM3)", .summary_zh = "内容摘要（SM3）" },
};

static err not_genuine(service_call *call, text code)
{
    return err_of(&ISSUE_NOT_GENUINE, text_shown(call->request, code, 60).bytes);
}

/* The number between the two strokes; 0: none. */
static int64_t number_of(text code)
{
    int64_t number = 0;
    size_t at = sizeof "DD2-" - 1;
    if (!text_begins(code, TEXT("DD2-"))) return 0;
    for (; at < code.size_bytes && code.bytes[at] >= '0' && code.bytes[at] <= '9' && number < INT64_MAX / 100; at++)
        number = number * 10 + (code.bytes[at] - '0');
    return at < code.size_bytes && code.bytes[at] == '-' ? number : 0;
}

static err verify_run(service_call *call)
{
    county *office;
    archive_book *book;
    archive_paper p;
    arena *a = call->request;
    text code, said = text_trim(service_text_of(call, "code", TEXT_NONE));
    int64_t number = number_of(said);
    if (!number) return not_genuine(call, said);
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_archive(office, &book));
    err e = archive_paper_read(a, book, number, &p);
    if (e.kind == &ARCHIVE_NO_PAPER) return not_genuine(call, said);
    TRY(e);
    TRY(issue_code(office, &p, &code));
    if (!text_equal(code, said)) return not_genuine(call, said);
    service_put_bool(a, call->reply, "genuine", true);
    service_put_text(a, call->reply, "serial", issue_number_text(a, &p));
    service_put_text(a, call->reply, "kind", p.kind);
    service_put_text(a, call->reply, "day", service_day_text(a, p.day));
    service_put_text(a, call->reply, "whom", p.whom);
    service_put_text(a, call->reply, "digest", p.digest);
    return ERR_NONE;
}

const service_op ISSUE_VERIFY_OP = {
    .name = "paper.verify",
    .summary = "Whether the office issued a paper, by the code it bears; for anybody",
    .summary_zh = "凭核验码核验文书真伪，任何人可用",
    .kind = SERVICE_READ, .reach = SERVICE_FOR_ALL, .permission = "user.self",
    .input = VERIFY_INPUT, .input_count = ARRAY_COUNT(VERIFY_INPUT), .output = VERIFY_OUTPUT, .output_count = ARRAY_COUNT(VERIFY_OUTPUT),
    .examples = (const char *const[]){ "doudi paper verify DD2-17-0123456789abcdef01234567", NULL }, .run = verify_run,
};

/* ---- kinds ---- */

static const service_field KINDS_INPUT[] = { SERVICE_PACKS_FIELD };
static const service_field KIND_ROW[] = {
    { .name = "kind", .type = SERVICE_TEXT, .summary = "paper", .summary_zh = "文书" },
    { .name = "shown", .type = SERVICE_TEXT, .summary = "in English", .summary_zh = "名称" },
    { .name = "needs", .type = SERVICE_TEXT, .summary = "to be told (! must)", .summary_zh = "须说明（! 为必填）" },
    { .name = "of", .type = SERVICE_TEXT, .summary = "handed to", .summary_zh = "交予" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "依据" },
    { .name = "self", .type = SERVICE_FLAG, .summary = "for whom it is about to get themselves", .summary_zh = "本人可自行办理" },
};
static const service_field KINDS_OUTPUT[] = {
    { .name = "papers", .type = SERVICE_OBJECT, .is_list = true, .summary = "papers", .summary_zh = "文书",
      .fields = KIND_ROW, .field_count = ARRAY_COUNT(KIND_ROW) },
};

/* Whom it is about may read all that it is made of. */
static bool is_for_self(const issue_paper *paper)
{
    bool is_person = text_equal_cstr(paper->lines->fields, "person"), is_employer = text_equal_cstr(paper->lines->fields, "employer");
    for (size_t i = 1; i < paper->count; i++) {
        const service_op *op = paper->lines[i].kind == ISSUE_TAKE ? service_find(paper->lines[i].source) : NULL;
        if (op && !(is_person && op->own_person) && !(is_employer && op->own_employer)) return false;
    }
    return is_person || is_employer;
}

static err kinds_run(service_call *call)
{
    const decide_law *law;
    issue_paper *papers;
    size_t count;
    arena *a = call->request;
    TRY(decide_law_open(call, &law));
    TRY(issue_papers_read(a, law, &papers, &count));
    service_value *list = service_put_list(a, call->reply, "papers");
    for (size_t i = 0; i < count; i++) {
        const issue_line *head = papers[i].lines;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "kind", head->paper);
        service_put_text(a, v, "shown", call->is_chinese ? head->zh : head->en);
        service_put_text(a, v, "needs", head->source);
        service_put_text(a, v, "of", head->fields);
        service_put_text(a, v, "law", head->law);
        service_put_bool(a, v, "self", is_for_self(&papers[i]));
    }
    return ERR_NONE;
}

static void kinds_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "papers", KIND_ROW, ARRAY_COUNT(KIND_ROW), ARRAY_COUNT(KIND_ROW), out);
}

const service_op ISSUE_KINDS_OP = {
    .name = "paper.kinds",
    .summary = "Which papers the office issues, and what each is to be told",
    .summary_zh = "可出具的文书及出具时须说明的内容",
    .kind = SERVICE_READ, .reach = SERVICE_FOR_ALL, .permission = "policy.read",
    .input = KINDS_INPUT, .input_count = ARRAY_COUNT(KINDS_INPUT), .output = KINDS_OUTPUT, .output_count = ARRAY_COUNT(KINDS_OUTPUT),
    .examples = (const char *const[]){ "doudi paper kinds", NULL }, .run = kinds_run, .print = kinds_print,
};
