/* doudi roll confirm: another agrees to what was proposed of a line. */
#include "service/operations.h"
#include "service/ledger.h"
#include "service/rolls.h"

static const service_field CONFIRM_INPUT[] = {
    ROLLS_RECEIPT_FIELD, ROLLS_LINE_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CONFIRM_OUTPUT[] = {
    { .name = "receipt", .type = SERVICE_COUNT, .summary = "receipt", .summary_zh = "回执" },
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "waiting", .type = SERVICE_COUNT, .summary = "still to be confirmed in this roll", .summary_zh = "本册尚待复核" },
};

static err roll_confirm_run(service_call *call)
{
    county *office;
    roll_book *book;
    roll_proposal *waiting;
    size_t count;
    arena *a = call->request;
    int64_t receipt_id = (int64_t)service_size_of(call, "receipt", 0), line = (int64_t)service_size_of(call, "line", 0);
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, NULL));
    TRY(rolls_open(office, &book));
    TRY(county_begin(office));
    roll_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = service_text_of(call, "why", text_of(call->op->name)) };
    TRY(roll_confirm(book, &act, receipt_id, line));
    TRY(store_commit(office->db));
    TRY(roll_proposals(a, book, receipt_id, &waiting, &count));
    service_put_count(a, call->reply, "receipt", receipt_id);
    service_put_count(a, call->reply, "line", line);
    service_put_count(a, call->reply, "waiting", (int64_t)count);
    return ERR_NONE;
}

static const char *const CONFIRM_EXAMPLES[] = { "doudi roll confirm 3 42 --as lina", NULL };

const service_op ROLLS_CONFIRM_OP = {
    .name = "roll.confirm",
    .summary = "Agree to what somebody else proposed of a line of a roll",
    .summary_zh = "复核他人对名册某一行提出的意见",
    .law = "《社会保险法》第五十七条",
    .kind = SERVICE_WRITE,
    .permission = "roll.confirm",
    .input = CONFIRM_INPUT,
    .input_count = ARRAY_COUNT(CONFIRM_INPUT),
    .output = CONFIRM_OUTPUT,
    .output_count = ARRAY_COUNT(CONFIRM_OUTPUT),
    .examples = CONFIRM_EXAMPLES,
    .run = roll_confirm_run,
};
