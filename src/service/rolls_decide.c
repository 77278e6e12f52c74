/* doudi roll decide: one person says whom a line is about; another has to agree. */
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/ledger.h"
#include "service/rolls.h"

const err_kind ROLLS_WHICH_OF_THREE = {
    "rolls.which_of_three", ERR_BAD_INPUT,
    "Say one of --to WHO, --nobody and --undo of line {}.", "请对第 {} 行只说明一项：--to 对象、--nobody 或 --undo。"
};

static const service_field DECIDE_INPUT[] = {
    ROLLS_RECEIPT_FIELD,
    ROLLS_LINE_FIELD,
    { .name = "to", .type = SERVICE_TEXT, .shows = "ID|NUMBER|CODE", .summary = "it is about this person, or employer",
      .summary_zh = "是这个人（单位）" },
    { .name = "nobody", .type = SERVICE_FLAG, .summary = "it is about nobody who is registered here", .summary_zh = "不是本机构已建档的任何人" },
    { .name = "undo", .type = SERVICE_FLAG, .summary = "as it was received", .summary_zh = "撤销，恢复为接收时的处理" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field DECIDE_OUTPUT[] = {
    { .name = "receipt", .type = SERVICE_COUNT, .summary = "receipt", .summary_zh = "回执" },
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "proposed", .type = SERVICE_STATE, .summary = "proposed", .summary_zh = "拟定" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "id here", .summary_zh = "本机构编号" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "proposed now", .summary_zh = "本次提出" },
};

/* An id is believed only when somebody has it. */
static err is_there(county *office, int64_t id, registry_kind kind)
{
    registry *people;
    registry_record record;
    arena *a = office->call->request;
    TRY(county_people(office, &people));
    TRY(registry_record_read(a, people, id, REGISTRY_NOW, &record));
    if (record.kind == kind) return ERR_NONE;
    return err_of(&RECORD_OTHER_KIND, kind == REGISTRY_PERSON ? ERR_SAID("person", "人员编号")
                                                              : ERR_SAID("employer", "单位编号"));
}

static err said_of(county *office, roll_book *book, int64_t receipt_id, roll_settling *said)
{
    service_call *call = office->call;
    roll_receipt receipt;
    const rolls_contract *contract;
    text to = service_text_of(call, "to", TEXT_NONE);
    int ways = service_is_given(call, "to") + service_is_given(call, "nobody") + service_is_given(call, "undo");
    if (ways != 1) return err_of(&ROLLS_WHICH_OF_THREE, text_format(call->request, "%lld", (long long)said->line).bytes);
    if (service_is_given(call, "undo")) return roll_received(call->request, book, receipt_id, said->line, said);
    said->state = ROLL_ABSENT;
    if (service_is_given(call, "nobody")) return ERR_NONE;
    said->state = ROLL_LINKED;
    TRY(roll_receipt_read(call->request, book, receipt_id, &receipt));
    TRY(rolls_contract_of(office, receipt.terms.roll, &contract));
    TRY(contract->is_of_employers ? record_find_employer(office, to, &said->subject_id)
                                  : record_find_person(office, to, &said->subject_id));
    return is_there(office, said->subject_id, contract->is_of_employers ? REGISTRY_EMPLOYER : REGISTRY_PERSON);
}

static err roll_decide_run(service_call *call)
{
    county *office;
    roll_book *book;
    int64_t new_count;
    arena *a = call->request;
    int64_t receipt_id = (int64_t)service_size_of(call, "receipt", 0);
    roll_settling said = { .line = (int64_t)service_size_of(call, "line", 0) };
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, NULL));
    TRY(rolls_open(office, &book));
    TRY(county_begin(office));
    TRY(said_of(office, book, receipt_id, &said));
    roll_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = service_text_of(call, "why", text_of(call->op->name)) };
    TRY(roll_propose(book, &act, receipt_id, &said, 1, &new_count));
    TRY(store_commit(office->db));
    const roll_word *word = roll_state_word(said.state);
    service_put_count(a, call->reply, "receipt", receipt_id);
    service_put_count(a, call->reply, "line", said.line);
    service_put_state(call, call->reply, "proposed", word->name, word->says, word->says_zh);
    service_put_count(a, call->reply, "subject", said.subject_id);
    service_put_bool(a, call->reply, "changed", new_count > 0);
    return ERR_NONE;
}

static const char *const DECIDE_EXAMPLES[] = { "doudi roll decide 3 42 --to 1024 --why 已电话核实 --as zhangwei", NULL };

const service_op ROLLS_DECIDE_OP = {
    .name = "roll.decide",
    .summary = "Propose whom a line of a roll is about, or undo a decision; another has to confirm it",
    .summary_zh = "提出名册某一行是谁，或撤销原决定，须另一人复核",
    .law = "《社会保险法》第五十七条",
    .kind = SERVICE_WRITE,
    .permission = "roll.decide",
    .input = DECIDE_INPUT,
    .input_count = ARRAY_COUNT(DECIDE_INPUT),
    .output = DECIDE_OUTPUT,
    .output_count = ARRAY_COUNT(DECIDE_OUTPUT),
    .examples = DECIDE_EXAMPLES,
    .run = roll_decide_run,
};
