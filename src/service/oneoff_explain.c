/* doudi oneoff explain: the months and parts that an item paid or recovered once is the sum of, and what remains of it. */
#include "service/amount.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const char *const FIGURES[] = { "amount", "remaining", NULL };

static const service_field EXPLAIN_INPUT[] = {
    RECORD_WHO_FIELD("whose item: citizen number, id, or whole name", "谁的项目：证件号码、编号，或完整姓名"),
    { .name = "item", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "ITEM", .summary = "number of the item",
      .summary_zh = "项目编号" },
    { .name = "of", .type = SERVICE_TEXT, .choices = FIGURES, .summary = "the whole amount (default), or what remains of it",
      .summary_zh = "哪个数：amount 全额（默认）、remaining 剩余" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field EXPLAIN_OUTPUT[] = { AMOUNT_OUTPUT };

static void add_line(amount *f, county *office, const oneoff_standing *item, const oneoff_line *line)
{
    service_call *call = office->call;
    arena *a = call->request;
    text part = county_word_shown(office, line->part), paid = line->paid_month ? service_month_text(a, line->paid_month) : TEXT("");
    text name = text_format(a, "%.*s %.*s", TEXT_ARG(service_month_text(a, line->month)), TEXT_ARG(part));
    text how = paid.size_bytes ? text_format(a, service_say(call, "paid in %.*s", "%.*s 已付"), TEXT_ARG(paid)) : TEXT("");
    service_value *v = amount_add(f, name, how, line->fen);
    if (!item->item.decision_id) return;
    amount_asks(f, v, "person.explain", text_format(a, "person=%lld", (long long)item->item.subject_id));
    amount_asks(f, v, "person.explain", text_format(a, "decision=%lld", (long long)item->item.decision_id));
}

static err oneoff_explain_run(service_call *call)
{
    county *office;
    oneoff_book *book;
    oneoff_standing item;
    oneoff_line *lines;
    size_t count;
    int64_t subject;
    arena *a = call->request;
    bool is_rest = text_equal_cstr(service_text_of(call, "of", TEXT("amount")), "remaining");
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_oneoffs(office, &book));
    TRY(record_find_person(office, service_text_of(call, "who", TEXT_NONE), &subject));
    TRY(oneoff_read(a, book, subject, (int64_t)service_size_of(call, "item", 0), &item));
    TRY(oneoff_lines_proposed(a, book, subject, item.item_id, &lines, &count));
    const oneoff_word *kind = oneoff_kind_word(item.item.kind);
    amount f = amount_begin(call, text_format(a, service_say(call, "%s: %.*s, %.*s (item %lld)%s", "%s：%.*s，%.*s（项目 %lld）%s"),
        service_say(call, kind->says, kind->says_zh), TEXT_ARG(county_word_shown(office, item.item.benefit)),
        TEXT_ARG(county_word_shown(office, item.item.reason)), (long long)item.item_id, is_rest ? service_say(call, ", what remains", "，剩余") : ""));
    for (size_t i = 0; i < count; i++) add_line(&f, office, &item, &lines[i]);
    if (!is_rest) return amount_end(&f, item.amount_fen, "not told by its lines", "明细未能说明");
    if (item.settled_fen)
        amount_add(&f, text_of(oneoff_is_paid_out(item.item.kind) ? service_say(call, "paid", "已付") : service_say(call, "came back", "已收回")),
                   TEXT(""), -item.settled_fen);
    if (item.closed_fen) amount_add(&f, text_of(service_say(call, "cancelled or written off", "取消或核销")), TEXT(""), -item.closed_fen);
    return amount_end(&f, item.remaining_fen, "not told by its lines", "明细未能说明");
}

static const char *const EXPLAIN_EXAMPLES[] = { "doudi oneoff explain 1024 7", "doudi oneoff explain 1024 7 --of remaining", NULL };

const service_op ONEOFF_EXPLAIN_OP = {
    .name = "oneoff.explain",
    .summary = "Why an item paid or recovered once is so much: its months, and what was settled of it",
    .summary_zh = "补发、追回项目为何是这个数：逐月组成和已结金额",
    .law = "社会保险法 第七十四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_person = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = EXPLAIN_INPUT,
    .input_count = ARRAY_COUNT(EXPLAIN_INPUT),
    .output = EXPLAIN_OUTPUT,
    .output_count = ARRAY_COUNT(EXPLAIN_OUTPUT),
    .examples = EXPLAIN_EXAMPLES,
    .run = oneoff_explain_run,
    .print = amount_print,
};
