/* doudi person payments: what one person was due, what was withheld of it and why, and what was paid, line by line. */
#include "calendar/calendar.h"
#include "service/benefit.h"
#include "service/grid.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/payrun_people.h"
#include "service/record_rows.h"
#include "service/recovery.h"

static const service_field PAID_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "first month paid in", .summary_zh = "起始发放月" },
    { .name = "until", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "last month paid in", .summary_zh = "截止发放月（含）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write it here",
      .summary_zh = "写入此文件（CSV、XLSX 或可打印的 HTML）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
enum { PAID_IN, RUN, BENEFIT, FOR_MONTH, STATE, NOTE, DUE, WITHHELD, PAID, PRINTED, LINE = PRINTED };
static const service_field PAID_LINE[] = {
    [PAID_IN] = { .name = "month", .type = SERVICE_TEXT, .summary = "paid in", .summary_zh = "发放月" },
    [RUN] = { .name = "run", .type = SERVICE_TEXT, .summary = "run", .summary_zh = "批次" },
    [BENEFIT] = { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇" },
    [FOR_MONTH] = { .name = "for_month", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "所属月" },
    [STATE] = { .name = "state", .type = SERVICE_STATE, .summary = "bank", .summary_zh = "银行答复" },
    [NOTE] = { .name = "note", .type = SERVICE_TEXT, .summary = "why withheld", .summary_zh = "抵扣说明" },
    [DUE] = { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "应发" },
    [WITHHELD] = { .name = "withheld", .type = SERVICE_TEXT, .summary = "withheld", .summary_zh = "抵扣" },
    [PAID] = { .name = "paid", .type = SERVICE_TEXT, .summary = "paid", .summary_zh = "实发" },
    [LINE] = { .name = "line", .type = SERVICE_COUNT, .summary = "line of the run", .summary_zh = "批次内序号" },
};
static const service_field PAID_OUTPUT[] = {
    { .name = "person", .type = SERVICE_TEXT, .summary = "person", .summary_zh = "人员" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due of what was paid, yuan", .summary_zh = "已付各笔应发合计（元）" },
    { .name = "withheld", .type = SERVICE_TEXT, .summary = "withheld of it, yuan", .summary_zh = "其中抵扣（元）" },
    { .name = "paid", .type = SERVICE_TEXT, .summary = "paid, yuan", .summary_zh = "实发合计（元）" },
    { .name = "to_recover", .type = SERVICE_TEXT, .summary = "overpaid and not recovered yet, yuan",
      .summary_zh = "多发尚未追回（元）" },
    { .name = "to_pay", .type = SERVICE_TEXT, .summary = "approved and not paid yet, yuan", .summary_zh = "已审批尚未支付（元）" },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .summary = "payments", .summary_zh = "发放明细",
      .fields = PAID_LINE, .field_count = ARRAY_COUNT(PAID_LINE) },
};

typedef struct {
    county *office;
    payment *runs;
    payrun_table table;
    grid grid;
    service_value *lines;
    int64_t due_fen, withheld_fen, paid_fen;
} telling;

static const char *const OUTCOMES[PAYMENT_OUTCOME_COUNT][2] = {
    [PAYMENT_OPEN] = { "open", "未答复" }, [PAYMENT_PAID] = { "paid", "已付" },
    [PAYMENT_REFUSED] = { "refused", "拒付" }, [PAYMENT_RETURNED] = { "returned", "退票" },
};

static const char *state_of(const service_call *call, payment_outcome outcome)
{
    return service_say(call, OUTCOMES[outcome][0], OUTCOMES[outcome][1]);
}

/* A line paid again has what its first had withheld: it is withheld once, with whichever the bank has paid. */
static err put_line(telling *t, const payment_run *run, const payment_paid *p)
{
    service_call *call = t->office->call;
    arena *a = call->request;
    payment_numbered at = { .number = p->number, .line = p->line };
    payment_line root;
    int64_t root_run, fen = payment_line_fen(&p->line);
    bool is_paid = p->outcome == PAYMENT_PAID;
    text note;
    TRY(payment_line_root(t->office->memory, t->runs, p->run_id, &at, &root_run, &root));
    TRY(recovery_words(t->office, &root, &note));
    if (is_paid) {
        t->due_fen += fen + root.withheld_fen;
        t->withheld_fen += root.withheld_fen;
        t->paid_fen += fen;
    }
    text benefit = payrun_benefit_of(&t->table, run, &p->line);
    text cells[] = {
        [PAID_IN] = service_month_text(a, run->terms.month), [RUN] = text_format(a, "%lld", (long long)run->run_id),
        [BENEFIT] = text_copy(a, county_word_shown(t->office, benefit)), [FOR_MONTH] = service_month_text(a, (int32_t)p->line.for_month),
        [STATE] = text_of(state_of(call, p->outcome)), [NOTE] = note, [DUE] = service_yuan(a, fen + root.withheld_fen),
        [WITHHELD] = service_yuan(a, root.withheld_fen), [PAID] = service_yuan(a, is_paid ? fen : 0),
    };
    service_value *v = service_put_object(a, t->lines, NULL);
    for (size_t c = 0; c < ARRAY_COUNT(cells); c++) {
        service_value *cell = service_put_text(a, v, PAID_LINE[c].name, cells[c]);
        if (c == STATE) cell->code = OUTCOMES[p->outcome][0];
        grid_add(&t->grid, cells[c]);
    }
    service_put_count(a, v, PAID_LINE[LINE].name, p->number); /* which person paid is asked with */
    return ERR_NONE;
}

static err put_lines(telling *t, int64_t person_id, int32_t from, int32_t until)
{
    payment_paid *paid;
    size_t count;
    TRY(payment_of_person(t->office->memory, t->runs, person_id, &paid, &count));
    for (size_t i = 0; i < count; i++) {
        payment_run run;
        TRY(payment_find(t->office->memory, t->runs, paid[i].run_id, &run));
        if (run.state == PAYMENT_WITHDRAWN || run.terms.month < from || run.terms.month > until) continue;
        TRY(put_line(t, &run, &paid[i]));
    }
    return ERR_NONE;
}

static err put_open(county *office, int64_t person_id)
{
    service_call *call = office->call;
    oneoff_book *book;
    oneoff_standing *items;
    size_t count;
    int64_t recover_fen = 0, pay_fen = 0;
    TRY(county_oneoffs(office, &book));
    TRY(oneoff_of_subject(office->memory, book, person_id, &items, &count));
    for (size_t i = 0; i < count; i++) {
        if (items[i].state != ONEOFF_STATE_APPROVED && items[i].state != ONEOFF_STATE_IN_RUN) continue;
        *(oneoff_is_paid_out(items[i].item.kind) ? &pay_fen : &recover_fen) += items[i].remaining_fen;
    }
    service_put_text(call->request, call->reply, "to_recover", service_yuan(call->request, recover_fen));
    service_put_text(call->request, call->reply, "to_pay", service_yuan(call->request, pay_fen));
    return ERR_NONE;
}

static err person_payments_run(service_call *call)
{
    telling t = { .due_fen = 0 };
    arena *a = call->request;
    int64_t person_id, *ids;
    size_t id_count;
    int32_t from, until;
    registry *people;
    registry_record record;
    TRY(county_open(call, COUNTY_READ, &t.office));
    TRY(county_runs(t.office, &t.runs));
    TRY(county_people(t.office, &people));
    TRY(payrun_table_read(t.office, &t.table));
    TRY(record_find_person(t.office, service_text_of(call, "who", TEXT_NONE), &person_id));
    TRY(service_month_of(call, "from", INT32_MIN, &from));
    TRY(service_month_of(call, "until", INT32_MAX, &until));
    TRY(registry_record_read(t.office->memory, people, person_id, REGISTRY_NOW, &record));
    text person = text_format(a, "%lld %.*s", (long long)person_id, TEXT_ARG(payrun_payee(&record).name));
    t.grid = grid_open(call, text_of(service_say(call, "Statement of payments", "待遇发放对账单")), PAID_LINE, PRINTED, DUE);
    t.lines = service_list(a);
    TRY(record_ids_of(t.office, person_id, &ids, &id_count));
    for (size_t i = 0; i < id_count; i++) TRY(put_lines(&t, ids[i], from, until)); /* what was paid on records merged since */
    service_put_text(a, call->reply, "person", person);
    service_put_text(a, call->reply, "due", service_yuan(a, t.due_fen));
    service_put_text(a, call->reply, "withheld", service_yuan(a, t.withheld_fen));
    service_put_text(a, call->reply, "paid", service_yuan(a, t.paid_fen));
    TRY(put_open(t.office, person_id));
    service_put(a, call->reply, "lines", t.lines);
    if (!service_is_given(call, "out")) return ERR_NONE;
    grid_line(&t.grid, person);
    return grid_write(&t.grid, service_text_of(call, "out", TEXT_NONE));
}

static void person_payments_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i + 1 < ARRAY_COUNT(PAID_OUTPUT); i++)
        text_add_format(out, "%s%s%.*s\n", service_say(call, PAID_OUTPUT[i].summary, PAID_OUTPUT[i].summary_zh),
                        service_say(call, ": ", "："), TEXT_ARG(service_member(call->reply, PAID_OUTPUT[i].name)->word));
    month_print_list(call, "lines", PAID_LINE, PRINTED, DUE, out);
}

static const char *const PAID_EXAMPLES[] = { "doudi person payments 1024", "doudi person payments 1024 --from 2026-01 --out payments.html", NULL };

const service_op PERSON_PAYMENTS_OP = {
    .name = "person.payments",
    .summary = "What a person was due, what was withheld of it and why, and what was paid, run by run",
    .summary_zh = "待遇发放对账单：逐笔列出应发、抵扣（及原因）、实发",
    .law = "社会保险法 第七十四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_person = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = PAID_INPUT,
    .input_count = ARRAY_COUNT(PAID_INPUT),
    .output = PAID_OUTPUT,
    .output_count = ARRAY_COUNT(PAID_OUTPUT),
    .examples = PAID_EXAMPLES,
    .run = person_payments_run,
    .print = person_payments_print,
};
