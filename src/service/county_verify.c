/* doudi verify: the chains, the tables made of them, and the signatures of payment runs. */
#include "service/county.h"
#include "service/adopt.h"
#include "service/award.h"
#include "service/dockets.h"
#include "service/operations.h"
#include "service/rolls.h"
#include "service/payer.h"
#include "service/payrun.h"
#include "service/person_merge.h"
#include "service/record_rows.h"
#include "service/revise.h"
#include "service/seal.h"
#include "service/surveys.h"

static const service_field VERIFY_INPUT[] = {
    { .name = "heads", .type = SERVICE_FILE, .shows = "FILE",
      .summary = "hold the store against signed heads that were kept elsewhere (doudi seal, month close --heads)",
      .summary_zh = "与另处保存的链头签封文件核对（doudi seal、month close --heads）" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };

static const service_field VERIFY_FAULT[] = {
    { .name = "what", .type = SERVICE_TEXT },
    { .name = "where", .type = SERVICE_TEXT },
    { .name = "says", .type = SERVICE_TEXT },
};
static const service_field VERIFY_OUTPUT[] = {
    { .name = "events", .type = SERVICE_COUNT, .summary = "events", .summary_zh = "事件" },
    { .name = "segments", .type = SERVICE_COUNT, .summary = "segments", .summary_zh = "数据段" },
    { .name = "bytes", .type = SERVICE_COUNT, .summary = "bytes of the log", .summary_zh = "日志字节" },
    { .name = "tables", .type = SERVICE_COUNT, .summary = "tables held against the log",
      .summary_zh = "与日志核对的表" },
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows held against the log", .summary_zh = "与日志核对的行" },
    { .name = "vouchers", .type = SERVICE_COUNT, .summary = "vouchers whose balances were derived again",
      .summary_zh = "重算余额的凭证" },
    { .name = "postings", .type = SERVICE_COUNT, .summary = "postings to individual accounts",
      .summary_zh = "个人账户记账" },
    { .name = "runs", .type = SERVICE_COUNT, .summary = "payment runs whose signatures were checked",
      .summary_zh = "核对签名的支付批次" },
    { .name = "award_batches", .type = SERVICE_COUNT, .summary = "reviews and approvals of awards whose signatures were checked",
      .summary_zh = "核对签名的待遇复核、审批批次" },
    { .name = "seals", .type = SERVICE_COUNT, .summary = "seals in the log", .summary_zh = "日志中的签封" },
    { .name = "codes_since", .type = SERVICE_TEXT, .is_optional = true, .summary = "codes were given to an earlier program's events on",
      .summary_zh = "旧版事件补上校验码的时间" },
    { .name = "unbound", .type = SERVICE_COUNT, .is_optional = true, .summary = "users of whom it is not told which person they are",
      .summary_zh = "尚未绑定本人身份证号的用户" },
    { .name = "heads", .type = SERVICE_TEXT, .is_optional = true, .summary = "held against the heads of",
      .summary_zh = "所核对的链头签封" },
    { .name = "faults", .type = SERVICE_OBJECT, .is_list = true, .fields = VERIFY_FAULT,
      .field_count = ARRAY_COUNT(VERIFY_FAULT), .summary = "what does not fit", .summary_zh = "不符之处" },
};

typedef struct {
    county *office;
    service_value *faults;
    int64_t events, segments, bytes, tables, rows, runs, vouchers, postings, seals, award_batches;
    const seal *kept;
} checking;

static void add_fault(checking *c, const char *what, text where, const char *says)
{
    arena *a = c->office->call->request;
    service_value *fault = service_put_object(a, c->faults, NULL);
    service_put_cstr(a, fault, "what", what);
    service_put_text(a, fault, "where", where);
    service_put_cstr(a, fault, "says", says);
    c->office->call->has_failures = true;
}

static err check_chains(checking *c)
{
    service_call *call = c->office->call;
    arena *a = call->request;
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        eventlog_verdict verdict;
        TRY(eventlog_verify(a, c->office->log, bucket, 1, &verdict));
        c->events += verdict.event_count;
        c->segments += verdict.segment_count;
        c->bytes += verdict.byte_count;
        if (!verdict.bad_says) continue;
        text where = text_format(a, "%u/%lld%s%s", verdict.bad_bucket, (long long)verdict.bad_sequence,
                                 verdict.bad_segment ? "/" : "", verdict.bad_segment ? verdict.bad_segment : "");
        add_fault(c, service_say(call, "chain", "事件链"), where,
                  service_say(call, verdict.bad_says, verdict.bad_says_zh));
    }
    return ERR_NONE;
}

static err check_tables(checking *c)
{
    service_call *call = c->office->call;
    charter *charter_of;
    decision_book *decisions;
    alert_book *alerts;
    cases_book *cases;
    gauge *measured;
    archive_book *archive;
    docket_book *dockets;
    collection *bills;
    payment *runs;
    oneoff_book *items;
    staff *people;
    revision_book *revisions;
    roll_book *rolls;
    survey_book *surveyed;
    eventlog_tables_verdict verdict;
    TRY(county_charter(c->office, &charter_of));
    TRY(county_decisions(c->office, &decisions));
    TRY(county_alerts(c->office, &alerts));
    TRY(county_cases(c->office, &cases));
    TRY(county_gauge(c->office, &measured));
    TRY(county_archive(c->office, &archive));
    TRY(dockets_book(c->office, &dockets));
    TRY(county_bills(c->office, &bills));
    TRY(county_runs(c->office, &runs));
    TRY(county_oneoffs(c->office, &items));
    TRY(county_staff(c->office, &people));
    TRY(county_revisions(c->office, &revisions));
    TRY(rolls_open(c->office, &rolls));
    TRY(surveys_book(c->office, &surveyed));
    eventlog_room rooms[] = { charter_room(charter_of), decision_room(decisions), alert_room(alerts), cases_room(cases), archive_room(archive),
                              gauge_room(measured), docket_room(dockets), collection_room(bills), payment_room(runs), oneoff_room(items),
                              revision_room(revisions), roll_room(rolls), survey_room(surveyed), staff_room(people) };
    TRY(eventlog_check_tables(c->office->log, rooms, ARRAY_COUNT(rooms), &verdict));
    c->tables += verdict.table_count;
    c->rows += verdict.row_count;
    if (!verdict.bad_table) return ERR_NONE;
    const char *none = service_say(call, "none", "无");
    text says = text_format(call->request, service_say(call, "holds %lld rows, the log makes %lld; the first that differs: %s, where the log has %s",
                                                       "现有 %lld 行，按日志应为 %lld 行；第一处不符：%s，日志此处为 %s"),
                            (long long)verdict.bad_rows, (long long)verdict.rebuilt_rows, *verdict.bad_row ? verdict.bad_row : none,
                            *verdict.log_row ? verdict.log_row : none);
    add_fault(c, service_say(call, "table", "表"), text_of(verdict.bad_table), says.bytes);
    return ERR_NONE;
}

/* The registry is made anew bucket by bucket, what is looked up by number or name with the office's turn. */
static err check_people(checking *c)
{
    service_call *call = c->office->call;
    registry *people;
    TRY(county_people(c->office, &people));
    c->tables += REGISTRY_TABLE_COUNT;
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        int64_t rows = 0;
        err e = registry_verify(people, bucket, &rows);
        if (e.kind != &REGISTRY_BROKEN) TRY(e);
        c->rows += rows;
        if (e.kind)
            add_fault(c, service_say(call, "registry", "登记库"), text_format(call->request, "%u", bucket),
                      text_cstr(call->request, err_sentence(call->request, e, call->is_chinese)));
    }
    return ERR_NONE;
}

static err check_books(checking *c)
{
    service_call *call = c->office->call;
    ledger *books;
    ledger_verdict verdict;
    TRY(county_books(c->office, &books));
    TRY(ledger_verify(call->request, books, &verdict));
    c->vouchers = verdict.voucher_count;
    c->postings = verdict.posting_count;
    if (!verdict.bad_record) return ERR_NONE;
    add_fault(c, service_say(call, "ledger", "账簿"), text_of(verdict.bad_record),
              service_say(call, verdict.says, verdict.says_zh));
    return ERR_NONE;
}

/* Changes of accounts carry signatures as runs do. */
static err check_accounts(checking *c)
{
    service_call *call = c->office->call;
    payment *runs;
    payment_account_change *changes;
    size_t count;
    TRY(county_runs(c->office, &runs));
    TRY(payment_account_list(call->request, runs, PAYMENT_ACCOUNT_NONE, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        err e = payrun_verify_account(c->office, changes[i].change_id);
        if (e.kind != &PAYMENT_BROKEN && e.kind != &PAYMENT_BAD_SIGNATURE) {
            TRY(e);
            continue;
        }
        text where = text_format(call->request, "%lld", (long long)changes[i].change_id);
        text says = err_sentence(call->request, e, call->is_chinese);
        add_fault(c, service_say(call, "change of accounts", "账户变更"), where, text_cstr(call->request, says));
    }
    return ERR_NONE;
}

static err check_runs(checking *c)
{
    service_call *call = c->office->call;
    payment *runs;
    payment_run *list;
    size_t count;
    TRY(county_runs(c->office, &runs));
    TRY(payment_list(call->request, runs, PAYMENT_ANY_MONTH, &list, &count));
    for (size_t i = 0; i < count; i++) {
        err e = payrun_verify(c->office, list[i].run_id);
        c->runs++;
        if (e.kind != &PAYMENT_BROKEN && e.kind != &PAYMENT_BAD_SIGNATURE && e.kind != &EVENTLOG_BROKEN) {
            TRY(e);
            continue;
        }
        text where = text_format(call->request, "%lld", (long long)list[i].run_id);
        text says = err_sentence(call->request, e, call->is_chinese);
        add_fault(c, service_say(call, "payment run", "支付批次"), where, text_cstr(call->request, says));
    }
    return check_accounts(c);
}

static void tell_award(void *context, text where)
{
    checking *c = context;
    service_call *call = c->office->call;
    add_fault(c, service_say(call, "review or approval of awards", "待遇复核、审批"), where,
              service_say(call, "its signature does not fit its awards and its signer", "签名与所签核定或签名人不符"));
}

/* Batches of changed benefits. */
static err check_revisions(checking *c)
{
    service_call *call = c->office->call;
    revision_book *book;
    revision_batch *list;
    size_t count;
    TRY(county_revisions(c->office, &book));
    TRY(revision_list(call->request, book, &list, &count));
    for (size_t i = 0; i < count; i++) {
        err e = revise_verify(c->office, list[i].batch_id);
        if (e.kind != &REVISION_BROKEN && e.kind != &REVISION_BAD_SIGNATURE && e.kind != &EVENTLOG_BROKEN) {
            TRY(e);
            continue;
        }
        add_fault(c, service_say(call, "batch of changed benefits", "待遇批量变更"),
                  text_format(call->request, "%lld", (long long)list[i].batch_id),
                  text_cstr(call->request, err_sentence(call->request, e, call->is_chinese)));
    }
    return ERR_NONE;
}

static err check_payers(checking *c)
{
    const char *bad;
    service_call *call = c->office->call;
    TRY(payer_verify_all(c->office, &bad));
    if (bad)
        add_fault(c, service_say(call, "paying account", "付款账户"), text_of(bad),
                  service_say(call, "its signatures do not fit", "签名不符"));
    return ERR_NONE;
}

/* No record is given up but by three people. */
static err check_merges(checking *c)
{
    int64_t bad;
    service_call *call = c->office->call;
    TRY(person_merge_verify_all(c->office, &bad));
    if (bad)
        add_fault(c, service_say(call, "merge of records", "记录合并"), text_format(call->request, "%lld", (long long)bad),
                  service_say(call, "its signatures do not fit, or it is not what they signed", "签名不符，或与所签不一致"));
    return ERR_NONE;
}

static err check_laws(checking *c)
{
    const char *bad;
    service_call *call = c->office->call;
    TRY(adopt_verify_all(c->office, &bad));
    if (bad)
        add_fault(c, service_say(call, "adopted law", "采用的政策包"), text_of(bad),
                  service_say(call, "its signatures do not fit, or it is not kept", "签名不符，或未留存"));
    return ERR_NONE;
}

/* Two logins of one person are found only where the person is told. */
static err tell_unbound(service_call *call, staff *people)
{
    staff_user *users;
    size_t count;
    int64_t unbound = 0;
    TRY(staff_list(call->request, people, &users, &count));
    for (size_t i = 0; i < count; i++) unbound += users[i].state == STAFF_ACTIVE && !users[i].person.size_bytes;
    if (unbound) service_put_count(call->request, call->reply, "unbound", unbound);
    return ERR_NONE;
}

/* Grants of roles and changes of keys. */
static err check_staff(checking *c)
{
    service_call *call = c->office->call;
    staff *people;
    TRY(county_staff(c->office, &people));
    TRY(tell_unbound(call, people));
    err e = staff_verify(call->request, people);
    if (e.kind != &STAFF_BROKEN) return e;
    add_fault(c, service_say(call, "users", "用户"), text_of(e.detail),
              text_cstr(call->request, err_sentence(call->request, e, call->is_chinese)));
    return ERR_NONE;
}

static void tell_seal(void *context, uint32_t bucket, int64_t sequence, const char *says)
{
    checking *c = context;
    service_call *call = c->office->call;
    add_fault(c, service_say(call, "sealed heads", "链头签封"),
              text_format(call->request, "%u/%lld", bucket, (long long)sequence), says);
}

/* Whoever takes all codes away, and writes the chains anew, leaves at best a store that looks like one of an earlier
 * program: so that its codes begin late is always said. */
static err tell_codes(checking *c)
{
    arena *a = c->office->call->request;
    int64_t sequence;
    eventlog_entry begun;
    TRY(eventlog_last(c->office->log, EVENTLOG_OFFICE, COUNTY_ADOPTED, &sequence));
    if (!sequence) return ERR_NONE;
    TRY(eventlog_entry_read(a, c->office->log, EVENTLOG_OFFICE, sequence, &begun));
    service_put_text(a, c->office->call->reply, "codes_since", record_instant_text(a, begun.event.known_ms));
    return ERR_NONE;
}

static err check_seals(checking *c)
{
    arena *a = c->office->call->request;
    TRY(tell_codes(c));
    TRY(seal_check_log(c->office, &c->seals, tell_seal, c));
    if (!c->kept) return ERR_NONE;
    service_put_text(a, c->office->call->reply, "heads",
                     text_format(a, "%.*s, %.*s", TEXT_ARG(record_instant_text(a, c->kept->known_ms)),
                                 TEXT_ARG(c->kept->user_id ? c->kept->login : TEXT("-"))));
    return seal_compare(c->office, c->kept, tell_seal, c);
}

static err county_verify_run(service_call *call)
{
    county *office;
    seal *kept = NULL;
    arena *a = call->request;
    if (service_is_given(call, "heads"))
        TRY(seal_read(call, text_cstr(a, service_text_of(call, "heads", TEXT_NONE)), &kept));
    TRY(county_open(call, COUNTY_CHECK, &office));
    if (service_is_given(call, "as")) TRY(county_login(office, NULL)); /* it is then noted who verified */
    if (!office->has_key)
        service_note(call, "without the master key the codes of events, and what is sealed, were not checked",
                     "没有主密钥，未核对事件校验码和加密内容", TEXT_NONE);
    checking c = { .office = office, .faults = service_list(a), .kept = kept };
    TRY(store_check(office->db));
    TRY(check_chains(&c));
    /* Tables cannot be made anew from a log that is itself broken. */
    if (!c.faults->child_count) TRY(check_tables(&c));
    if (!c.faults->child_count) TRY(check_people(&c));
    if (!c.faults->child_count) TRY(check_books(&c));
    TRY(check_seals(&c));
    TRY(check_runs(&c));
    TRY(check_revisions(&c));
    TRY(check_payers(&c));
    TRY(check_merges(&c));
    TRY(check_laws(&c));
    if (!c.faults->child_count) TRY(award_verify(office, &c.award_batches, tell_award, &c));
    TRY(check_staff(&c));
    service_put_count(a, call->reply, "events", c.events);
    service_put_count(a, call->reply, "segments", c.segments);
    service_put_count(a, call->reply, "bytes", c.bytes);
    service_put_count(a, call->reply, "tables", c.tables);
    service_put_count(a, call->reply, "rows", c.rows);
    service_put_count(a, call->reply, "vouchers", c.vouchers);
    service_put_count(a, call->reply, "postings", c.postings);
    service_put_count(a, call->reply, "runs", c.runs);
    service_put_count(a, call->reply, "award_batches", c.award_batches);
    service_put_count(a, call->reply, "seals", c.seals);
    service_put(a, call->reply, "faults", c.faults);
    return ERR_NONE;
}

static const char *const VERIFY_EXAMPLES[] = { "doudi verify", "doudi verify --county backup.db --json",
                                               "doudi verify --heads heads-2026-11.txt", NULL };

const service_op COUNTY_VERIFY_OP = {
    .name = "county.verify",
    .command = "verify",
    .summary = "Recompute the hash chains, hold the tables against the log, and check every signature",
    .summary_zh = "重算事件链，用日志核对各表，并核对全部签名",
    .kind = SERVICE_READ,
    .permission = "audit.verify",
    .input = VERIFY_INPUT,
    .input_count = ARRAY_COUNT(VERIFY_INPUT),
    .output = VERIFY_OUTPUT,
    .output_count = ARRAY_COUNT(VERIFY_OUTPUT),
    .examples = VERIFY_EXAMPLES,
    .run = county_verify_run,
};
