/* doudi paper issue, show, list: papers under a number, kept, and printed again as copies. */
#include "service/issue.h"

#include <string.h>

#include "service/adopt.h"
#include "service/alert.h"
#include "service/case.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/own.h"
#include "service/record_rows.h"
#include "service/reveal.h"

#define WHOSE_FIELDS                                                                             \
    { .name = "person", .type = SERVICE_COUNT, .shows = "PERSON", .summary = "of this person, by number", .summary_zh = "参保人编号" }, \
    { .name = "employer", .type = SERVICE_COUNT, .shows = "EMPLOYER", .summary = "of this employer, by number", .summary_zh = "单位编号" }, \
    { .name = "case", .type = SERVICE_COUNT, .shows = "CASE", .summary = "of this case", .summary_zh = "办件编号" }
#define OUT_FIELD                                                                                \
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.pdf|html",                         \
      .endings = (const char *const[]){ ".pdf", ".html", NULL }, .summary = "print it here", .summary_zh = "打印到此文件" }

static const service_field ISSUE_INPUT[] = {
    { .name = "kind", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "PAPER",
      .summary = "which paper: paper kinds lists them", .summary_zh = "文书名称，见 paper kinds" },
    WHOSE_FIELDS,
    { .name = "run", .type = SERVICE_COUNT, .shows = "RUN", .summary = "of this payment run", .summary_zh = "支付批次编号" },
    { .name = "fund", .type = SERVICE_TEXT, .shows = "FUND", .summary = "of this fund", .summary_zh = "基金" },
    { .name = "voucher", .type = SERVICE_TEXT, .shows = "YYYY-MM/N", .summary = "of this voucher", .summary_zh = "记账凭证号" },
    { .name = "decision", .type = SERVICE_COUNT, .shows = "DECISION", .summary = "of this decision (default: the last)",
      .summary_zh = "核定编号（默认最近一次）" },
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "first month", .summary_zh = "起始所属月" },
    { .name = "until", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "last month", .summary_zh = "截止所属月（含）" },
    { .name = "year", .type = SERVICE_TEXT, .shows = "YYYY", .summary = "of this year", .summary_zh = "年度" },
    { .name = "by", .type = SERVICE_DATE, .shows = "DATE", .summary = "by when it asks that something be done", .summary_zh = "限期" },
    CASE_REVEAL_FIELDS, OUT_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
#define PAPER_ROW                                                                                \
    { .name = "number", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "编号" },      \
    { .name = "serial", .type = SERVICE_TEXT, .summary = "as printed", .summary_zh = "文号" },   \
    { .name = "kind", .type = SERVICE_TEXT, .summary = "paper", .summary_zh = "文书" },          \
    { .name = "day", .type = SERVICE_TEXT, .summary = "issued", .summary_zh = "出具日期" },      \
    { .name = "whom", .type = SERVICE_TEXT, .summary = "about", .summary_zh = "对象" },          \
    { .name = "about", .type = SERVICE_TEXT, .summary = "asked of", .summary_zh = "出具依据" },  \
    { .name = "law", .type = SERVICE_TEXT, .summary = "packs", .summary_zh = "政策包版本" },     \
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest (SM3)", .summary_zh = "内容摘要（SM3）" }
#define SQUARE_FIELD \
    { .name = "square", .type = SERVICE_TEXT, .summary = "what its square says", .summary_zh = "二维码内容", .is_optional = true }
static const service_field ISSUE_OUTPUT[] = {
    PAPER_ROW,
    { .name = "code", .type = SERVICE_TEXT, .summary = "code", .summary_zh = "核验码" },
    SQUARE_FIELD,
    { .name = "changed", .type = SERVICE_FLAG, .summary = "issued now", .summary_zh = "本次出具" },
    DOCUMENT_OUTPUT,
};
static const service_field SHOW_INPUT[] = {
    { .name = "number", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "NUMBER",
      .summary = "number of the paper", .summary_zh = "文书编号" },
    WHOSE_FIELDS, CASE_REVEAL_FIELDS, OUT_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SHOW_OUTPUT[] = {
    PAPER_ROW,
    { .name = "code", .type = SERVICE_TEXT, .summary = "code", .summary_zh = "核验码" },
    SQUARE_FIELD,
    { .name = "content", .type = SERVICE_ANY, .summary = "what it says", .summary_zh = "内容" },
    DOCUMENT_OUTPUT,
};
static const service_field LIST_INPUT[] = {
    { .name = "kind", .type = SERVICE_TEXT, .shows = "PAPER", .summary = "of this kind, by its Chinese name", .summary_zh = "某一种文书" },
    WHOSE_FIELDS,
    { .name = "limit", .type = SERVICE_COUNT, .shows = "N", .summary = "at most so many (default: 50)", .summary_zh = "最多列多少份（默认 50）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_ROW[] = { PAPER_ROW };
static const service_field LIST_OUTPUT[] = {
    { .name = "papers", .type = SERVICE_OBJECT, .is_list = true, .summary = "papers issued, newest first", .summary_zh = "已出具的文书",
      .fields = LIST_ROW, .field_count = ARRAY_COUNT(LIST_ROW) },
};
enum { LISTED = 50, PRINTED_COLUMNS = 5 };

static void put_paper(service_call *call, service_value *into, const archive_paper *p)
{
    arena *a = call->request;
    service_put_count(a, into, "number", p->number);
    service_put_text(a, into, "serial", issue_number_text(a, p));
    service_put_text(a, into, "kind", p->kind);
    service_put_text(a, into, "day", service_day_text(a, p->day));
    service_put_text(a, into, "whom", p->whom);
    service_put_text(a, into, "about", p->about);
    service_put_text(a, into, "law", p->law);
    service_put_text(a, into, "digest", p->digest);
}

static err put_code(county *office, const archive_paper *p)
{
    text code;
    TRY(issue_code(office, p, &code));
    service_put_text(office->call->request, office->call->reply, "code", code);
    return ERR_NONE;
}

/* ---- whom a paper is about ---- */

const err_kind ISSUE_OTHER_CASE = {
    "issue.other_case", ERR_CONFLICT, "Case {} is about somebody else than whom this paper names: evidence of one is not put into another's file.",
    "办件 {} 的办理对象不是该文书所列的人员或单位：他人的办件不得装入。"
};

static text starred(arena *a, text name)
{
    text_builder b = text_builder_open(a);
    for (size_t i = 0, letters = 0; i < name.size_bytes; i++) {
        bool begins = ((unsigned char)name.bytes[i] & 0xC0) != 0x80;
        letters += begins;
        if (letters == 1) text_add_char(&b, name.bytes[i]);
        else if (begins) text_add_char(&b, '*');
    }
    return text_built(&b);
}

static err name_whom(county *office, archive_paper *p)
{
    registry *people;
    registry_record record;
    arena *a = office->call->request;
    p->whom = TEXT("-");
    if (!p->subject_id) return ERR_NONE;
    TRY(county_people(office, &people));
    TRY(registry_record_read(a, people, p->subject_id, REGISTRY_NOW, &record));
    p->subject_kind = (int64_t)record.kind;
    size_t count = record.count[record.kind];
    if (count && record.kind == REGISTRY_PERSON) p->whom = starred(a, ((const registry_person *)record.facts[REGISTRY_PERSON])[count - 1].name);
    if (count && record.kind == REGISTRY_EMPLOYER) p->whom = text_copy(a, ((const registry_employer *)record.facts[REGISTRY_EMPLOYER])[count - 1].name);
    return ERR_NONE;
}

/* Of a paper that names a case beside a person or an employer, as evidence does: another's case is no evidence of theirs. */
static err need_their_case(county *office, int64_t case_id, int64_t person, int64_t employer)
{
    cases_book *book;
    cases_row row;
    arena *a = office->call->request;
    int64_t given_up, since_ms;
    TRY(county_cases(office, &book));
    TRY(cases_read(a, book, case_id, &row));
    bool is_theirs = row.subject_id && (row.subject_id == person || row.subject_id == employer);
    if (!is_theirs && row.subject_id && person) {
        TRY(record_follow(office, REGISTRY_NOW, &row.subject_id, &given_up, &since_ms));
        is_theirs = row.subject_id == person;
    }
    return is_theirs ? ERR_NONE : err_of(&ISSUE_OTHER_CASE, text_format(a, "%lld", (long long)case_id).bytes);
}

static err find_whom(county *office, const decide_law *law, archive_paper *p)
{
    service_call *call = office->call;
    cases_book *book;
    cases_row row;
    p->case_id = (int64_t)service_size_of(call, "case", 0);
    p->subject_id = (int64_t)service_size_of(call, "person", service_size_of(call, "employer", 0));
    if (p->case_id && !p->subject_id) {
        bool hides;
        case_call c = { .call = call, .office = office, .memory = office->memory, .law = law };
        TRY(county_cases(office, &book));
        TRY(cases_read(call->request, book, p->case_id, &row));
        TRY(case_hides(&c, row.type, row.subject_id, &hides));
        p->subject_id = hides ? 0 : row.subject_id;
    }
    else if (p->case_id) TRY(need_their_case(office, p->case_id, (int64_t)service_size_of(call, "person", 0), (int64_t)service_size_of(call, "employer", 0)));
    return name_whom(office, p);
}

/* What was asked, in the order of the table, and nothing besides: two papers of one about are of one thing. */
static err about_of(service_call *call, const issue_paper *paper, text *about)
{
    text_builder b = text_builder_open(call->request);
    text rest = paper->lines->source, word;
    while (issue_next_word(&rest, ' ', &word)) {
        if (text_ends(word, TEXT("!"))) word.size_bytes--;
        text said = service_text_of(call, text_cstr(call->request, word), TEXT_NONE);
        if (said.size_bytes) text_add_format(&b, "%s%.*s=%.*s", b.size_bytes ? " " : "", TEXT_ARG(word), TEXT_ARG(said));
    }
    *about = text_built(&b);
    return ERR_NONE;
}

/* Whoever issues a paper may read each of what it is made of. */
static err permit_all(county *office, const issue_said *said)
{
    service_call *call = office->call;
    err e = ERR_NONE;
    for (size_t i = 0; i < said->asked_count && !e.kind; i++) {
        if (!office->session) break;
        office->call = said->asked[i];
        e = county_permit(office);
        office->call = call;
    }
    return e;
}

/* ---- issue ---- */

static err issue_new(county *office, archive_book *book, archive_paper *p, text says)
{
    text sealed;
    archive_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = TEXT("paper issue") };
    TRY(archive_next_paper(book, &p->number));
    TRY(issue_seal(office, text_format(office->call->request, "paper %lld", (long long)p->number), says, &sealed));
    TRY(archive_issue(book, &act, p, sealed));
    return store_commit(office->db);
}

/* Each operation that reveals asks who looks; at a terminal that is one person, asked once for a password and once for a code. */
static err stay_to_reveal(service_call *call)
{
    return service_is_given(call, "reveal") && service_is_given(call, "as") ? county_stay(call) : ERR_NONE;
}

static err issue_run(service_call *call)
{
    const decide_law *law;
    issue_paper *papers;
    const issue_paper *paper;
    issue_said said;
    size_t count;
    county *office;
    archive_book *book;
    archive_paper p = { .day = call->office->settings.today_day }, same;
    arena *a = call->request;
    text url;
    TRY(issue_public(call, &url)); /* before a number is given away */
    TRY(decide_law_open(call, &law));
    TRY(issue_papers_read(a, law, &papers, &count));
    TRY(issue_paper_find(a, papers, count, service_text_of(call, "kind", TEXT_NONE), &paper));
    p.kind = paper->lines->paper;
    p.law = text_copy(a, decide_pack_digest(law));
    TRY(about_of(call, paper, &p.about));
    TRY(stay_to_reveal(call));
    TRY(issue_compose(call, paper, p.law, &said));
    TRY(issue_digest(a, said.says, &p.digest));
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_ask_who(office, NULL));
    TRY(permit_all(office, &said));
    TRY(adopt_need(office));
    TRY(county_archive(office, &book));
    TRY(county_begin(office));
    TRY(find_whom(office, law, &p));
    TRY(archive_paper_same(a, book, p.kind, p.about, p.digest, &same));
    bool is_new = !same.number;
    if (is_new) TRY(issue_new(office, book, &p, said.says));
    else p = same;
    put_paper(call, call->reply, &p);
    TRY(put_code(office, &p));
    service_put_bool(a, call->reply, "changed", is_new);
    return issue_print(office, &p, said.says, service_member(call->reply, "code")->word, !is_new);
}

static void issue_print_reply(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    if (!service_member(r, "changed")->is_true)
        text_add_cstr(out, service_say(call, "nothing changed: it was issued before, this is a copy\n", "未变动：此前已出具，本次为副本\n"));
    for (const service_value *v = r->first; v; v = v->next) {
        if (v->kind != SERVICE_VALUE_TEXT) continue;
        for (size_t i = 0; i < call->op->output_count; i++)
            if (text_equal_cstr(text_of(v->name), call->op->output[i].name))
                text_add_format(out, "%s%s%.*s\n", service_say(call, call->op->output[i].summary, call->op->output[i].summary_zh),
                                service_say(call, ": ", "："), TEXT_ARG(v->word));
    }
}

/* ---- show ---- */

/* A paper about a person that says of a protected case who asked for it, as the evidence of a complaint does: that it is there says it. */
static err hides(case_call *c, const archive_paper *p, bool *is)
{
    cases_book *book;
    cases_row row;
    *is = false;
    if (!p->case_id || !p->subject_id) return ERR_NONE;
    if (!c->law) TRY(decide_law_open(c->call, &c->law));
    TRY(county_cases(c->office, &book));
    TRY(cases_read(c->call->request, book, p->case_id, &row));
    return case_hides(c, row.type, row.subject_id, is);
}

/* What takes a duty beyond the desk's takes it in a paper too: the evidence of an audit is not for a clerk, nor for the employer it
 * is about. DUTY_NOT_HELD. */
static err may_read(case_call *c, const archive_paper *p)
{
    issue_paper *papers;
    const issue_paper *paper;
    size_t count;
    arena *a = c->call->request;
    if (!c->office->session) return ERR_NONE;
    if (!c->law) TRY(decide_law_open(c->call, &c->law));
    TRY(issue_papers_read(a, c->law, &papers, &count));
    if (issue_paper_find(a, papers, count, p->kind, &paper).kind) return ERR_NONE; /* of a table of before */
    for (size_t i = 1; i < paper->count; i++) {
        const service_op *op = paper->lines[i].kind == ISSUE_TAKE ? service_find(paper->lines[i].source) : NULL;
        bool is_theirs = !op || op->own_person || op->own_employer || op->own_case; /* of their own record, or of whom the desk serves */
        if (!is_theirs && strcmp(op->permission, ISSUE_SHOW_OP.permission) != 0) TRY(staff_permit(a, c->office->session, text_of(op->permission)));
    }
    return ERR_NONE;
}

static err is_kept_back(case_call *c, const archive_paper *p, bool *is)
{
    err e = may_read(c, p);
    *is = e.kind == &DUTY_NOT_HELD || e.kind == &DUTY_NOT_IN_TABLE;
    if (*is) return ERR_NONE;
    TRY(e);
    return hides(c, p, is);
}

err issue_hides(county *office, const archive_paper *p, bool *is)
{
    case_call c = { .call = office->call, .office = office, .memory = office->memory };
    return is_kept_back(&c, p, is);
}

static err paper_show_run(service_call *call)
{
    county *office;
    archive_book *book;
    archive_paper p;
    text sealed, says;
    bool is_hidden;
    arena *a = call->request;
    case_call c = { .call = call };
    TRY(county_open(call, reveal_need(call), &office));
    c.office = office;
    c.memory = office->memory;
    TRY(case_reveal_ask(&c, text_format(a, "paper %llu", (unsigned long long)service_size_of(call, "number", 0))));
    TRY(county_archive(office, &book));
    TRY(archive_paper_read(a, book, (int64_t)service_size_of(call, "number", 0), &p));
    TRY(may_read(&c, &p));
    TRY(hides(&c, &p, &is_hidden));
    if (is_hidden) return err_of(&CASE_PROTECTED, text_format(a, "%lld", (long long)p.case_id).bytes);
    int64_t whose = (int64_t)service_size_of(call, "person", service_size_of(call, "employer", 0));
    int64_t of_case = (int64_t)service_size_of(call, "case", 0);
    if ((whose && whose != p.subject_id) || (of_case && of_case != p.case_id)) /* another's is none of theirs */
        return err_of(&ARCHIVE_NO_PAPER, text_format(a, "%lld", (long long)p.number).bytes);
    TRY(archive_paper_sealed(a, book, &p, &sealed));
    TRY(issue_unseal(office, text_format(a, "paper %lld", (long long)p.number), sealed, &says));
    put_paper(call, call->reply, &p);
    TRY(put_code(office, &p));
    service_put_json(a, call->reply, "content", says);
    return issue_print(office, &p, says, service_member(call->reply, "code")->word, true);
}

/* ---- list ---- */

static err paper_list_run(service_call *call)
{
    county *office;
    archive_book *book;
    archive_paper *papers;
    size_t count;
    int64_t person = (int64_t)service_size_of(call, "person", 0), employer = (int64_t)service_size_of(call, "employer", 0);
    archive_filter filter = { .kind = service_text_of(call, "kind", TEXT("")), .subject_id = person ? person : employer,
                              .subject_kind = person ? (int64_t)REGISTRY_PERSON : (int64_t)REGISTRY_EMPLOYER,
                              .case_id = (int64_t)service_size_of(call, "case", 0),
                              .limit = (int64_t)service_limit(call, LISTED) };
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_archive(office, &book));
    TRY(archive_papers(call->request, book, &filter, &papers, &count));
    service_value *list = service_put_list(call->request, call->reply, "papers");
    case_call c = { .call = call, .office = office, .memory = office->memory };
    for (size_t i = 0; i < count; i++) {
        bool is_hidden;
        TRY(is_kept_back(&c, &papers[i], &is_hidden));
        if (!is_hidden) put_paper(call, service_put_object(call->request, list, NULL), &papers[i]);
    }
    return ERR_NONE;
}

static void paper_list_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "papers", LIST_ROW, ARRAY_COUNT(LIST_ROW), PRINTED_COLUMNS, out);
}

/* ---- the rows ---- */

static const char *const ISSUE_EXAMPLES[] = { "doudi paper issue 参保证明 --person 1024 --out certificate.pdf --as clara",
                                              "doudi paper issue 限期补缴通知书 --employer 34 --by 2026-12-31 --out notice.pdf --as clara", NULL };
const service_op ISSUE_NEW_OP = {
    .name = "paper.issue",
    .summary = "Issue a paper: certificate, statement, notice, receipt; kept under a number and told genuine by its code",
    .summary_zh = "出具文书：参保证明、缴费凭证、权益记录单、通知书等；编号留底，可凭码核验",
    .law = "《社会保险法》第七十四条",
    .kind = SERVICE_WRITE, .permission = "paper.issue", .own_person = "person", .own_employer = "employer",
    .scope = SERVICE_SCOPE_ID,
    .input = ISSUE_INPUT, .input_count = ARRAY_COUNT(ISSUE_INPUT), .output = ISSUE_OUTPUT, .output_count = ARRAY_COUNT(ISSUE_OUTPUT),
    .examples = ISSUE_EXAMPLES, .run = issue_run, .print = issue_print_reply,
};
const service_op ISSUE_SHOW_OP = {
    .name = "paper.show",
    .summary = "A paper that was issued, word for word; printed again it is a copy",
    .summary_zh = "查看已出具的文书；重新打印为副本",
    .kind = SERVICE_READ, .permission = "desk.read", .own_person = "person", .own_employer = "employer",
    .scope = SERVICE_SCOPE_ID,
    .input = SHOW_INPUT, .input_count = ARRAY_COUNT(SHOW_INPUT), .output = SHOW_OUTPUT, .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = (const char *const[]){ "doudi paper show 17 --out copy.pdf", NULL }, .run = paper_show_run,
};
const service_op ISSUE_LIST_OP = {
    .name = "paper.list",
    .summary = "Papers that were issued, the newest first",
    .summary_zh = "已出具的文书",
    .kind = SERVICE_READ, .permission = "desk.read", .own_person = "person", .own_employer = "employer",
    .scope = SERVICE_SCOPE_ID,
    .input = LIST_INPUT, .input_count = ARRAY_COUNT(LIST_INPUT), .output = LIST_OUTPUT, .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = (const char *const[]){ "doudi paper list --person 1024", NULL }, .run = paper_list_run, .print = paper_list_print,
};
