/* doudi person contributions: what was billed for one person, month by month, and whether it was paid. */
#include "service/dues.h"
#include "service/grid.h"
#include "service/month_net.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const service_field RECORD_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "first month", .summary_zh = "起始所属月" },
    { .name = "until", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "last month", .summary_zh = "截止所属月（含）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write it here",
      .summary_zh = "写入此文件（CSV、XLSX 或可打印的 HTML）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RECORD_LINE[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "bill", .type = SERVICE_TEXT, .summary = "bill", .summary_zh = "账单" },
    { .name = "payer", .type = SERVICE_TEXT, .summary = "paid by", .summary_zh = "缴费单位（人）" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "到账" },
    { .name = "base", .type = SERVICE_TEXT, .summary = "base", .summary_zh = "缴费基数" },
    { .name = "own", .type = SERVICE_TEXT, .summary = "own share", .summary_zh = "个人缴费" },
    { .name = "others", .type = SERVICE_TEXT, .summary = "others' share", .summary_zh = "单位、政府、集体" },
};
static const service_field RECORD_OUTPUT[] = {
    { .name = "person", .type = SERVICE_TEXT, .summary = "person", .summary_zh = "参保人" },
    { .name = "own", .type = SERVICE_TEXT, .summary = "own share in all, yuan", .summary_zh = "个人缴费合计（元）" },
    { .name = "others", .type = SERVICE_TEXT, .summary = "others' share in all, yuan", .summary_zh = "单位、政府、集体合计（元）" },
    { .name = "unpaid", .type = SERVICE_TEXT, .summary = "of it not paid yet, yuan", .summary_zh = "其中尚未到账（元）" },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .summary = "months", .summary_zh = "明细",
      .fields = RECORD_LINE, .field_count = ARRAY_COUNT(RECORD_LINE) },
};

typedef struct {
    dues_call *d;
    int64_t person_id, *ids; /* ids: also of records merged into them */
    size_t id_count;
    grid grid;
    service_value *lines;
    int64_t own_fen, others_fen, unpaid_fen;
} recording;

/* ".person" behind the line's name is what the person bears. */
static bool is_own(const collection_key *key, const collection_line *line)
{
    return text_ends(text_of(key->name), TEXT(".person")) || line->payer.kind == COLLECTION_PERSON;
}

static err due_state(recording *r, collection_payer payer, const collection_issue_row *issue, int32_t fund, const char **says, bool *is_paid)
{
    collection_due *dues;
    size_t count;
    service_call *call = r->d->m.call;
    *is_paid = true;
    TRY(collection_dues_of(r->d->m.memory, r->d->bills, payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].month == issue->month && dues[i].fund == fund && dues[i].charge != COLLECTION_LATE_FEE &&
            text_equal(dues[i].purpose, issue->purpose))
            *is_paid = dues[i].received_fen == dues[i].due_fen;
    *says = *is_paid ? service_say(call, "paid", "已到账") : service_say(call, "not paid", "未到账");
    return ERR_NONE;
}

static err put_fund(recording *r, const collection_issue_row *issue, const collection_terms *terms, const collection_line *line,
                    size_t first, int sign)
{
    int64_t own = 0, others = 0;
    const char *says;
    bool is_paid;
    text payer;
    arena *a = r->d->m.call->request;
    int32_t fund = terms->keys[first].fund;
    collection_payer pays = terms->keys[first].remitter == COLLECTION_BY_GOVERNMENT
        ? (collection_payer){ COLLECTION_GOVERNMENT, terms->government_id } : line->payer;
    for (size_t k = first; k < terms->key_count; k++) {
        if (terms->keys[k].fund != fund || terms->keys[k].remitter != terms->keys[first].remitter) continue;
        bool is_persons = is_own(&terms->keys[k], line) && terms->keys[k].remitter != COLLECTION_BY_GOVERNMENT;
        *(is_persons ? &own : &others) += sign * line->fen[k];
    }
    TRY(due_state(r, pays, issue, fund, &says, &is_paid));
    TRY(dues_payer_text(&r->d->m, pays, &payer));
    r->own_fen += own;
    r->others_fen += others;
    r->unpaid_fen += is_paid ? 0 : own + others;
    text cells[] = { service_month_text(a, issue->month), dues_purpose_text(r->d->m.call, issue->purpose), payer,
                     dues_fund_text(&r->d->m, fund), text_of(sign < 0 ? service_say(r->d->m.call, "taken off", "已退收") : says),
                     line->base_fen ? service_yuan(a, line->base_fen) : TEXT(""), service_yuan(a, own), service_yuan(a, others) };
    service_value *v = service_put_object(a, r->lines, NULL);
    for (size_t c = 0; c < ARRAY_COUNT(cells); c++) {
        service_value *cell = service_put_text(a, v, RECORD_LINE[c].name, cells[c]);
        if (RECORD_LINE[c].type == SERVICE_STATE) cell->code = sign < 0 ? "taken_off" : is_paid ? "paid" : "not_paid";
        grid_add(&r->grid, cells[c]);
    }
    return ERR_NONE;
}

static err put_line(recording *r, const collection_issue_row *issue, const collection_terms *terms, const collection_line *line)
{
    int64_t target;
    bool is_right;
    int sign = month_net_is_reduction(issue->purpose, &target, &is_right) ? -1 : 1;
    for (size_t k = 0; k < terms->key_count; k++) {
        bool is_first = line->fen[k] != 0;
        for (size_t j = 0; j < k; j++)
            is_first &= !line->fen[j] || terms->keys[j].fund != terms->keys[k].fund || terms->keys[j].remitter != terms->keys[k].remitter;
        if (is_first) TRY(put_fund(r, issue, terms, line, k, sign));
    }
    return ERR_NONE;
}

static err read_issue_of(recording *r, const collection_issue_row *issue, int64_t person_id)
{
    collection_cursor *cursor;
    const collection_line *line;
    TRY(collection_lines(r->d->m.memory, r->d->bills, issue->issue_id, eventlog_bucket_of(person_id), &cursor));
    err e;
    for (;;) {
        e = collection_next_line(cursor, &line);
        if (e.kind || !line) break;
        if (line->person_id == person_id) e = put_line(r, issue, collection_cursor_terms(cursor), line);
        if (e.kind) break;
    }
    collection_lines_close(cursor);
    return e;
}

static err read_issue(recording *r, const collection_issue_row *issue)
{
    for (size_t i = 0; i < r->id_count; i++) TRY(read_issue_of(r, issue, r->ids[i]));
    return ERR_NONE;
}

static err person_contributions_run(service_call *call)
{
    dues_call d;
    arena *a = call->request;
    text person;
    collection_issue_row *issues;
    size_t count;
    int32_t from, until;
    TRY(dues_begin(call, COUNTY_READ, &d));
    recording r = { .d = &d };
    TRY(record_find_person(d.m.office, service_text_of(call, "who", TEXT_NONE), &r.person_id));
    TRY(record_ids_of(d.m.office, r.person_id, &r.ids, &r.id_count));
    TRY(service_month_of(call, "from", INT32_MIN, &from));
    TRY(service_month_of(call, "until", INT32_MAX, &until));
    TRY(dues_payer_text(&d.m, (collection_payer){ COLLECTION_PERSON, r.person_id }, &person));
    TRY(collection_issues(d.m.memory, d.bills, INT32_MIN, &issues, &count));
    r.grid = grid_open(call, text_of(service_say(call, "Record of contributions", "社会保险缴费记录")), RECORD_LINE, ARRAY_COUNT(RECORD_LINE), 5);
    r.lines = service_list(a);
    for (size_t i = 0; i < count; i++)
        if (issues[i].month >= from && issues[i].month <= until) TRY(read_issue(&r, &issues[i]));
    service_put_text(a, call->reply, "person", person);
    service_put_text(a, call->reply, "own", service_yuan(a, r.own_fen));
    service_put_text(a, call->reply, "others", service_yuan(a, r.others_fen));
    service_put_text(a, call->reply, "unpaid", service_yuan(a, r.unpaid_fen));
    service_put(a, call->reply, "lines", r.lines);
    if (!service_is_given(call, "out")) return ERR_NONE;
    grid_line(&r.grid, person);
    return grid_write(&r.grid, service_text_of(call, "out", TEXT_NONE));
}

static void person_contributions_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i + 1 < ARRAY_COUNT(RECORD_OUTPUT); i++)
        text_add_format(out, "%s%s%.*s\n", service_say(call, RECORD_OUTPUT[i].summary, RECORD_OUTPUT[i].summary_zh),
                        service_say(call, ": ", "："), TEXT_ARG(service_member(call->reply, RECORD_OUTPUT[i].name)->word));
    month_print_list(call, "lines", RECORD_LINE, ARRAY_COUNT(RECORD_LINE), 5, out);
}

static const char *const RECORD_EXAMPLES[] = { "doudi person contributions 1024 --out record.html", NULL };

const service_op PERSON_CONTRIBUTIONS_OP = {
    .name = "person.contributions",
    .summary = "What was billed for a person month by month, who bears it, and whether it came in",
    .summary_zh = "个人缴费记录：逐月账单、谁承担、单位是否已缴到账",
    .law = "社会保险法 第七十四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_person = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = RECORD_INPUT,
    .input_count = ARRAY_COUNT(RECORD_INPUT),
    .output = RECORD_OUTPUT,
    .output_count = ARRAY_COUNT(RECORD_OUTPUT),
    .examples = RECORD_EXAMPLES,
    .run = person_contributions_run,
    .print = person_contributions_print,
};
