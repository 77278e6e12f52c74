/* doudi search: one box for everything the office knows by a name or a number, as far as the user's duties reach. */
#include <string.h>

#include "codec/codec.h"
#include "ident/ident.h"
#include "service/alert.h"
#include "service/campaign.h"
#include "service/case.h"
#include "service/employer.h"
#include "service/person_find.h"
#include "service/issue.h"
#include "service/ledger.h"
#include "service/looks.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/own.h"
#include "service/payrun.h"
#include "service/register.h"
#include "service/rolls.h"

enum { LIMIT_DEFAULT = 8, LIMIT_MAX = 50, NUMBER_DIGITS = 14 };
static const service_field INPUT[] = {
    { .name = "text", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "TEXT",
      .summary = "a name or a part of one, its pinyin, or a number of any kind", .summary_zh = "名称或其片段、拼音，或各类编号" },
    { .name = "limit", .type = SERVICE_COUNT, .shows = "N", .summary = "of each kind at most so many (default: 8, at most 50; pages have 50)",
      .summary_zh = "每类最多列多少个（默认 8，最多 50；分页时共 50）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field HIT[] = {
    { .name = "kind", .type = SERVICE_STATE, .summary = "kind", .summary_zh = "类别" },
    { .name = "id", .type = SERVICE_TEXT, .summary = "number", .summary_zh = "编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "more", .type = SERVICE_TEXT, .summary = "more", .summary_zh = "说明" },
    { .name = "to", .type = SERVICE_TEXT, .summary = "page", .summary_zh = "页面" },
};
static const service_field OUTPUT[] = {
    { .name = "hits", .type = SERVICE_OBJECT, .is_list = true, .summary = "found", .summary_zh = "找到", .fields = HIT, .field_count = ARRAY_COUNT(HIT) },
    { .name = "is_more", .type = SERVICE_FLAG, .summary = "there are more, which no page has", .summary_zh = "还有更多，各页均未列出" },
};

typedef struct {
    service_call *call;
    county *office;
    scope_span span;
    const ident_names *names;
    text said, query, folded; /* as typed; as keys begin; as names are compared */
    size_t limit;
    service_value *hits;
    bool is_more;
} searching;

/* At the machine a read asks for nobody, as ever. */
static bool may(const searching *s, const service_op *op)
{
    if (!s->office->session) return !s->call->is_remote;
    if (s->span.until && op->scope == SERVICE_SCOPE_NONE) return false;
    return !staff_permit(s->call->request, s->office->session, text_of(op->permission)).kind;
}

static void put(searching *s, const char *code, const char *en, const char *zh, text id, text name, text more, text to)
{
    arena *a = s->call->request;
    service_value *v = service_put_object(a, s->hits, NULL);
    service_put_state(s->call, v, "kind", code, en, zh);
    service_put_text(a, v, "id", id);
    service_put_text(a, v, "name", name);
    service_put_text(a, v, "more", more);
    service_put_text(a, v, "to", to);
}

static bool is_number(text t, int64_t *n)
{
    return t.size_bytes && t.size_bytes <= NUMBER_DIGITS && t.bytes[0] != '0' && codec_parse_scaled(t, 0, n) && *n > 0;
}

/* ---- people, employers ---- */

static text joined(const service_call *call, const service_value *v, const char *const *names)
{
    text_builder b = text_builder_open(call->request);
    for (; *names; names++) {
        const service_value *one = service_member(v, *names);
        bool is_once = strcmp(*names, "once") == 0, is_death = strcmp(*names, "died") == 0;
        if (!one || !one->word.size_bytes) continue;
        text_add_format(&b, "%s%s%.*s%s", b.size_bytes ? " · " : "", is_once ? service_say(call, "once ", "曾用名 ") : is_death ? service_say(call, "died ", "") : "",
                        TEXT_ARG(one->word), is_death ? service_say(call, "", " 死亡") : "");
    }
    return text_built(&b);
}

static err find_subjects(searching *s)
{
    arena *a = s->call->request;
    bool is_more = false, has_employers = may(s, &EMPLOYER_SHOW_OP);
    service_value *people = service_list(a), *employers = service_list(a);
    if (!may(s, &PERSON_FIND_OP)) return ERR_NONE;
    err e = person_find_people(s->office, s->span, s->said, has_employers ? TEXT("") : TEXT("person"), s->limit, people, employers, &is_more);
    if (e.kind == &PERSON_FIND_TAIL_ALONE) return ERR_NONE; /* it may be the number of something else */
    TRY(e);
    for (const service_value *v = people->first; v; v = v->next) {
        text id = text_format(a, "%lld", (long long)service_member(v, "person")->count);
        looks_showed(s->office, service_member(v, "person")->count);
        put(s, "person", "person", "个人", id, service_member(v, "name")->word,
            joined(s->call, v, (const char *const[]){ "once", "number", "born", "died", "employer", NULL }), text_format(a, "/person/%.*s", TEXT_ARG(id)));
    }
    for (const service_value *v = employers->first; v; v = v->next) {
        text id = text_format(a, "%lld", (long long)service_member(v, "employer")->count);
        looks_showed(s->office, service_member(v, "employer")->count);
        put(s, "employer", "employer", "单位", id, service_member(v, "name")->word, joined(s->call, v, (const char *const[]){ "once", "code", NULL }),
            text_format(a, "/employer/%.*s", TEXT_ARG(id)));
    }
    s->is_more |= is_more;
    return ERR_NONE;
}

/* ---- what has a number ---- */

static err find_case(searching *s, int64_t id)
{
    arena *a = s->call->request;
    cases_book *book;
    cases_row row;
    bool holds = may(s, &CASE_SHOW_OP);
    if (!holds && !(s->office->session && own_may(s->office, &CASE_SHOW_OP))) return ERR_NONE;
    TRY(county_cases(s->office, &book));
    err e = cases_read(a, book, id, &row);
    if (e.kind == &CASES_NOT_FOUND) return ERR_NONE;
    TRY(e);
    TRY(holds ? scope_holds(s->office, s->span, row.subject_id, &holds) : own_has_case(s->office, &row, &holds));
    if (!holds) return ERR_NONE;
    const cases_word *state = cases_state_word(row.state);
    text name;
    bool hides;
    case_call c = { .call = s->call, .office = s->office, .memory = s->office->memory };
    TRY(decide_law_open(s->call, &c.law));
    c.types = policy_case_types(c.memory, decide_law_book(c.law), &c.type_count);
    TRY(case_hides(&c, row.type, row.subject_id, &hides));
    if (!hides) looks_showed(s->office, row.subject_id);
    if (hides) name = case_hidden_says(s->call);
    else TRY(alert_subject_name(s->office, &(alert_row){ .terms = { .subject_id = row.subject_id } }, &name));
    put(s, "case", "case", "办件", text_format(a, "%lld", (long long)id), text_copy(a, case_type_shown(&c, row.type)),
        text_format(a, "%.*s%s%s", TEXT_ARG(name), name.size_bytes ? " · " : "", service_say(s->call, state->says, state->says_zh)),
        text_format(a, "/case/%lld", (long long)id));
    return ERR_NONE;
}

/* 2026-000012, as it is printed, or 12. */
static bool paper_number(text said, int64_t *number)
{
    enum { YEAR = 4, SERIAL = 6 };
    text behind = text_sub(said, YEAR + 1, said.size_bytes);
    int64_t year;
    bool is_printed = said.size_bytes >= YEAR + 1 + SERIAL && said.bytes[YEAR] == '-' && codec_parse_scaled(text_sub(said, 0, YEAR), 0, &year);
    return is_printed ? codec_parse_scaled(behind, 0, number) && *number > 0 : is_number(said, number);
}

static err find_paper(searching *s)
{
    arena *a = s->call->request;
    archive_book *book;
    archive_paper p;
    int64_t number, person = 0, employer = 0;
    bool holds = may(s, &ISSUE_SHOW_OP);
    if (!paper_number(s->said, &number)) return ERR_NONE;
    if (!holds && !(s->office->session && own_may(s->office, &ISSUE_SHOW_OP))) return ERR_NONE;
    TRY(county_archive(s->office, &book));
    err e = archive_paper_read(a, book, number, &p);
    if (e.kind == &ARCHIVE_NO_PAPER) return ERR_NONE;
    TRY(e);
    if (holds) TRY(scope_holds(s->office, s->span, p.subject_id, &holds));
    else {
        TRY(own_person(s->office, &person));
        TRY(own_employer(s->office, &employer));
        holds = p.subject_id > 0 && (p.subject_id == person || p.subject_id == employer);
    }
    bool hides = false;
    if (holds) TRY(issue_hides(s->office, &p, &hides));
    if (!holds || hides) return ERR_NONE;
    looks_showed(s->office, p.subject_id);
    put(s, "paper", "paper", "文书", text_format(a, "%lld", (long long)number), issue_number_text(a, &p),
        text_format(a, "%.*s · %.*s", TEXT_ARG(p.kind), TEXT_ARG(service_day_text(a, p.day))),
        text_format(a, "/%s/%lld", p.subject_kind == REGISTRY_EMPLOYER ? "employer" : "person", (long long)p.subject_id));
    return ERR_NONE;
}

static err find_run(searching *s, int64_t id)
{
    arena *a = s->call->request;
    payment *runs;
    payment_run run;
    if (!may(s, &PAYRUN_SHOW_OP)) return ERR_NONE;
    TRY(county_runs(s->office, &runs));
    err e = payment_find(a, runs, id, &run);
    if (e.kind == &PAYMENT_NO_SUCH_RUN) return ERR_NONE;
    TRY(e);
    put(s, "run", "payment run", "支付批次", text_format(a, "%lld", (long long)id), text_copy(a, payrun_batch(a, &run)),
        text_format(a, "%.*s · %.*s", TEXT_ARG(service_month_text(a, run.terms.month)), TEXT_ARG(service_yuan(a, run.total_fen))),
        text_format(a, "/payment/%lld", (long long)id));
    return ERR_NONE;
}

static err find_alert(searching *s, int64_t id)
{
    arena *a = s->call->request;
    alert_book *book;
    alert_row row;
    size_t count = 1;
    text name;
    if (!may(s, &ALERT_SHOW_OP)) return ERR_NONE;
    TRY(county_alerts(s->office, &book));
    err e = alert_read(a, book, id, &row);
    if (e.kind == &ALERT_NOT_FOUND) return ERR_NONE;
    TRY(e);
    TRY(scope_keep_alerts(s->office, s->span, &row, &count));
    if (!count) return ERR_NONE;
    TRY(alert_subject_name(s->office, &row, &name));
    looks_showed(s->office, row.terms.subject_id);
    put(s, "alert", "alert", "预警", text_format(a, "%lld", (long long)id), row.terms.watch, name.size_bytes ? name : TEXT("-"),
        text_format(a, "/alert?subject=%lld&state=all", (long long)row.terms.subject_id));
    return ERR_NONE;
}

/* YYYY-MM/N, of whichever funds have one. */
static err find_voucher(searching *s)
{
    arena *a = s->call->request;
    ledger *books;
    size_t at = text_find(s->said, TEXT("/")), count;
    int32_t month;
    int64_t number;
    if (at == SIZE_MAX || !may(s, &LEDGER_VOUCHERS_OP)) return ERR_NONE;
    if (calendar_parse_month(text_sub(s->said, 0, at), &month).kind || !is_number(text_sub(s->said, at + 1, s->said.size_bytes), &number) || number > INT32_MAX)
        return ERR_NONE;
    TRY(county_books(s->office, &books));
    const ledger_fund *funds = ledger_funds(s->office->chart, &count);
    for (size_t i = 0; i < count; i++) {
        const ledger_voucher *v;
        err e = ledger_voucher_read(a, books, (ledger_voucher_id){ funds[i].number, month, (int32_t)number }, &v);
        if (e.kind == &LEDGER_NO_VOUCHER || e.kind == &LEDGER_NO_BOOKS) continue;
        TRY(e);
        put(s, "voucher", "voucher", "凭证", service_voucher_text(a, v->id), text_of(service_say(s->call, funds[i].name, funds[i].name_zh)),
            text_format(a, "%.*s · %.*s", TEXT_ARG(service_day_text(a, v->day)), TEXT_ARG(v->reference)),
            text_format(a, "/ledger?fund=%s&month=%.*s", funds[i].code, TEXT_ARG(service_month_text(a, month))));
    }
    return ERR_NONE;
}

/* ---- rules, case types, pages ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool has_letters(const char *where, text part)
{
    if (!part.size_bytes) return false;
    for (; where && *where; where++) {
        size_t n = 0;
        while (n < part.size_bytes && where[n] && lower(where[n]) == lower(part.bytes[n])) n++;
        if (n == part.size_bytes) return true;
    }
    return false;
}

/* By a part of the words in either language, or the pinyin. */
static bool is_called(const searching *s, const char *zh, const char *en)
{
    text *keys;
    if (has_letters(en, s->said) || has_letters(zh, s->folded)) return true;
    if (!s->query.size_bytes) return false;
    size_t count = ident_name_keys(s->call->request, s->names, text_of(zh), &keys);
    for (size_t i = 0; i < count; i++) {
        bool is_whole = text_begins(keys[i], TEXT(IDENT_NAME_WHOLE));
        if (text_begins(text_sub(keys[i], is_whole, keys[i].size_bytes), s->query)) return true;
    }
    return false;
}

static err find_rules(searching *s)
{
    const policy_book *book;
    size_t count, shown = 0, types = 0;
    arena *a = s->call->request;
    bool opens = may(s, &CASE_OPEN_OP);
    err e = service_book(s->call, &book);
    if (e.kind == &SERVICE_NO_PACKS || e.kind == &SERVICE_PACKS_BROKEN) return ERR_NONE; /* told by what needs them */
    TRY(e);
    const policy_symbol *symbols = policy_symbols(book, &count);
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *one = &symbols[i];
        text name = text_of(one->name), title = text_of(s->call->is_chinese || !one->label ? one->name : one->label);
        bool is_type = one->kind == POLICY_SYMBOL_CASE && opens && is_called(s, one->name, one->label ? one->label : "");
        s->is_more |= is_type && types == s->limit;
        if (is_type && types < s->limit) {
            put(s, "type", "new case", "受理事项", name, title, text_of(one->pack), text_format(a, "/case/new?type=%.*s", TEXT_ARG(name)));
            types++;
        }
        bool is_rule = one->kind == POLICY_SYMBOL_PARAM || one->kind == POLICY_SYMBOL_VAR;
        if (!is_rule || !(has_letters(one->name, s->folded) || has_letters(one->label, s->said))) continue;
        s->is_more |= shown == s->limit;
        if (shown == s->limit) continue;
        put(s, "rule", "rule", "规则", name, title, text_of(one->law ? one->law : one->pack), text_format(a, "/policy?name=%s.%s", one->pack, one->name));
        shown++;
    }
    return ERR_NONE;
}

typedef struct {
    const char *to, *en, *zh;
    const service_op *needs; /* NULL: anybody who is staff */
} page;
static const page PAGES[] = {
    { "/person", "Counter", "柜台", &PERSON_SHOW_OP },
    { "/employer", "Employers", "单位", &EMPLOYER_SHOW_OP },
    { "/case", "Cases", "业务事项", &CASE_LIST_OP },
    { "/case/new", "Take in a case", "受理业务", &CASE_OPEN_OP },
    { "/merge", "Merge, split", "合并拆分", &PERSON_DUPLICATES_OP },
    { "/dues", "Collection", "征缴", &DUES_LIST_OP },
    { "/ledger", "Ledger", "账务", &LEDGER_BALANCE_OP },
    { "/award", "Awards", "待遇核定", &AWARD_LIST_OP },
    { "/benefit", "Benefits", "待遇管理", &BENEFIT_LIST_OP },
    { "/payment", "Payment", "发放", &PAYRUN_LIST_OP },
    { "/account", "Bank accounts", "银行账户", &ACCOUNT_LIST_OP },
    { "/alert", "Alerts, holds", "预警暂停", &ALERT_LIST_OP },
    { "/roll", "Rolls", "部门名册", &ROLLS_LIST_OP },
    { "/docket", "Dockets", "台账", &DOCKETS_LIST_OP },
    { "/register", "Register", "扩面名库", &REGISTER_LIST_OP },
    { "/campaign", "Campaigns", "扩面行动", &CAMPAIGN_LIST_OP },
    { "/goals", "Goals", "目标指标", &INDICATOR_LIST_OP },
    { "/system", "System", "系统", &USER_LIST_OP },
    { "/policy", "Policy", "政策", NULL },
    { "/calculator", "Calculators", "测算", NULL },
    { "/verify", "Check a paper", "文书核验", NULL },
    { "/me", "My account", "我的账号", NULL },
};

static void find_pages(searching *s)
{
    for (size_t i = 0; i < ARRAY_COUNT(PAGES); i++) {
        const page *p = &PAGES[i];
        if (!is_called(s, p->zh, p->en) || (p->needs && !may(s, p->needs))) continue;
        put(s, "page", "page", "页面", text_of(p->to), text_of(service_say(s->call, p->en, p->zh)), TEXT(""), text_of(p->to));
    }
}

/* ---- the operation ---- */

static err search_run(service_call *call)
{
    arena *a = call->request;
    size_t limit = person_find_limit(call, LIMIT_DEFAULT, LIMIT_MAX);
    int64_t number;
    searching s = { .call = call, .limit = limit, .hits = service_list(a),
                    .said = person_find_narrowed(a, service_text_of(call, "text", TEXT_NONE)), .names = ident_names_open(a) };
    s.query = ident_name_query(a, s.names, s.said);
    s.folded = ident_name_fold(a, s.names, s.said);
    TRY(person_find_open(call, &s.office));
    TRY(scope_of(s.office, &s.span));
    scope_say(call, s.span);
    TRY(find_subjects(&s));
    if (is_number(s.said, &number)) {
        TRY(find_case(&s, number));
        TRY(find_run(&s, number));
        TRY(find_alert(&s, number));
    }
    TRY(find_paper(&s));
    TRY(find_voucher(&s));
    find_pages(&s);
    TRY(find_rules(&s));
    service_put(a, call->reply, "hits", s.hits);
    person_find_put_more(call, s.is_more, limit);
    return ERR_NONE;
}

static void search_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "hits", HIT, ARRAY_COUNT(HIT), ARRAY_COUNT(HIT) - 1, out);
    if (service_member(call->reply, "is_more")->is_true)
        text_add_cstr(out, service_say(call, "There are more: write more of the name, or --limit.\n", "还有更多：请多写几个字，或用 --limit。\n"));
}

const service_op SEARCH_ALL_OP = {
    .name = "search.all",
    .command = "search",
    .summary = "Find anything: people, employers, cases, papers, runs, vouchers, alerts, rules, pages",
    .summary_zh = "一处查找：人员、单位、办件、文书、支付批次、凭证、预警、规则、页面",
    .kind = SERVICE_READ,
    .permission = "user.self",
    .scope = SERVICE_SCOPE_LIST,
    .input = INPUT,
    .input_count = ARRAY_COUNT(INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = (const char *const[]){ "doudi search zhangw", "doudi search 2026-11/12", "doudi search 法定退休", NULL },
    .run = search_run,
    .print = search_print,
};
