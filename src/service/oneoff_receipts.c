/* doudi oneoff receipts: what debtors have paid back as it was entered, and what of it never came. */
#include "service/ledger.h"
#include "service/oneoff_show.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const char *const STATES[] = { "entered", "waiting", "undone", NULL };
enum { ENTERED, WAITING, UNDONE };
static const service_field RECEIPTS_INPUT[] = {
    { .name = "person", .type = SERVICE_TEXT, .shows = "NUMBER|ID|NAME", .summary = "of one person only", .summary_zh = "只看一个人的" },
    { .name = "state", .type = SERVICE_NAME, .shows = "STATE", .choices = STATES,
      .summary = "only what stands (entered), what is said never to have come (waiting), or what was taken back (undone)",
      .summary_zh = "只看某状态：entered 已登记、waiting 待确认未到账、undone 未到账已撤销" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RECEIPT_FIELDS[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "item", .type = SERVICE_COUNT, .summary = "item", .summary_zh = "项目" },
    { .name = "day", .type = SERVICE_DATE, .summary = "came in on", .summary_zh = "到账日期" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount, yuan", .summary_zh = "金额（元）" },
    { .name = "reference", .type = SERVICE_TEXT, .summary = "the bank's reference", .summary_zh = "银行凭证号" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "entered by", .summary_zh = "登记人" },
    { .name = "batch", .type = SERVICE_COUNT, .summary = "taken back in batch", .summary_zh = "撤销批次" },
    { .name = "reason", .type = SERVICE_TEXT, .is_optional = true, .summary = "why it is said never to have come", .summary_zh = "未到账理由" },
    { .name = "from", .type = SERVICE_DATE, .is_optional = true, .summary = "the bank's lines from", .summary_zh = "对账单起" },
    { .name = "on", .type = SERVICE_DATE, .is_optional = true, .summary = "to", .summary_zh = "对账单止" },
    { .name = "lines", .type = SERVICE_TEXT, .is_optional = true, .summary = "digest of the bank's lines (SM3)", .summary_zh = "对账单摘要（SM3）" },
};
static const service_field RECEIPTS_OUTPUT[] = {
    { .name = "receipts", .type = SERVICE_OBJECT, .is_list = true, .summary = "what was paid back", .summary_zh = "已登记的还款",
      .fields = RECEIPT_FIELDS, .field_count = ARRAY_COUNT(RECEIPT_FIELDS) },
};

static err put_undoing(county *office, oneoff_book *book, service_value *v, const oneoff_receipt *receipt, int64_t batch_id)
{
    arena *a = office->call->request;
    oneoff_undoing *all;
    size_t count;
    TRY(oneoff_undoings(office->memory, book, batch_id, &all, &count));
    for (size_t i = 0; i < count; i++) {
        if (all[i].receipt_id != receipt->receipt_id || all[i].subject_id != receipt->subject_id) continue;
        service_put_text(a, v, "reason", text_copy(a, all[i].reason));
        service_put_text(a, v, "from", service_day_text(a, all[i].from_day));
        service_put_text(a, v, "on", service_day_text(a, all[i].on_day));
        service_put_text(a, v, "lines", text_copy(a, all[i].lines));
    }
    return ERR_NONE;
}

static err put_receipt(county *office, oneoff_book *book, service_value *list, const oneoff_receipt *receipt, int state)
{
    static const char *const SAYS[] = { "entered", "said never to have come", "never came, taken back" };
    static const char *const SAYS_ZH[] = { "已登记", "待确认未到账", "未到账，已撤销" };
    service_call *call = office->call;
    arena *a = call->request;
    service_value *v = service_put_object(a, list, NULL);
    text by;
    TRY(oneoff_login_of(office, receipt->actor_id, &by));
    service_put_count(a, v, "person", receipt->subject_id);
    service_put_count(a, v, "item", receipt->item_id);
    service_put_text(a, v, "day", service_day_text(a, receipt->day));
    service_put_text(a, v, "amount", service_yuan(a, receipt->fen));
    service_put_text(a, v, "reference", text_copy(a, receipt->reference));
    service_put_state(call, v, "state", STATES[state], SAYS[state], SAYS_ZH[state]);
    service_put_text(a, v, "by", by);
    int64_t batch_id = state == UNDONE ? receipt->undone_in : receipt->waits_in;
    service_put_count(a, v, "batch", batch_id);
    return batch_id ? put_undoing(office, book, v, receipt, batch_id) : ERR_NONE;
}

static err oneoff_receipts_run(service_call *call)
{
    county *office;
    oneoff_book *book;
    oneoff_receipt *all;
    size_t count;
    int64_t person_id = 0;
    text said = service_text_of(call, "state", TEXT_NONE);
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_oneoffs(office, &book));
    if (service_is_given(call, "person")) TRY(record_find_person(office, service_text_of(call, "person", TEXT_NONE), &person_id));
    TRY(oneoff_receipts_all(office->memory, book, &all, &count));
    service_value *list = service_put_list(call->request, call->reply, "receipts");
    for (size_t i = 0; i < count; i++) {
        int state = all[i].undone_in ? UNDONE : all[i].waits_in ? WAITING : ENTERED;
        bool is_wanted = (!person_id || all[i].subject_id == person_id) &&
                         (!said.size_bytes || text_equal_cstr(said, STATES[state]));
        if (is_wanted) TRY(put_receipt(office, book, list, &all[i], state));
    }
    return ERR_NONE;
}

static const char *const RECEIPTS_EXAMPLES[] = { "doudi oneoff receipts --person 1024", "doudi oneoff receipts --state waiting", NULL };

const service_op ONEOFF_RECEIPTS_OP = {
    .name = "oneoff.receipts",
    .summary = "List what debtors have paid back as it was entered, and what of it never came",
    .summary_zh = "列出已登记的还款，及其中未到账的",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = RECEIPTS_INPUT,
    .input_count = ARRAY_COUNT(RECEIPTS_INPUT),
    .output = RECEIPTS_OUTPUT,
    .output_count = ARRAY_COUNT(RECEIPTS_OUTPUT),
    .examples = RECEIPTS_EXAMPLES,
    .run = oneoff_receipts_run,
    .print = oneoff_print,
};
