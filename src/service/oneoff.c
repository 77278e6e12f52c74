/* doudi oneoff list, show: batches of what is paid or recovered once, and the items of one person. */
#include "calendar/calendar.h"
#include "service/benefit_state.h"
#include "service/case.h"
#include "service/ledger.h"
#include "service/oneoff_show.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const service_field BATCH_FIELDS[] = { ONEOFF_BATCH_OUTPUT };
static const service_field ITEM_FIELDS[] = { ONEOFF_ITEM_OUTPUT };

static const char *const STATES[] = { "drafted", "proposed", "reviewed", "approved", "refused", NULL };
static const service_field LIST_INPUT[] = {
    { .name = "state", .type = SERVICE_NAME, .shows = "STATE", .choices = STATES,
      .summary = "only batches proposed, reviewed, approved, refused or drafted",
      .summary_zh = "只看某状态的批次：proposed 待审核、reviewed 待审批、approved 已审批、refused 已退回、drafted 编制中" },
    { .name = "person", .type = SERVICE_TEXT, .shows = "NUMBER|ID|NAME", .summary = "the items of one person instead",
      .summary_zh = "改为列出一个人的补扣项目" },
    { .name = "purpose", .type = SERVICE_TEXT, .shows = "PURPOSE", .summary = "only batches whose purpose begins so: grant. for what employers get without asking",
      .summary_zh = "只看用途以此开头的批次，如 grant. 为免申即享" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_OUTPUT[] = {
    { .name = "batches", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .summary = "batches",
      .summary_zh = "批次", .fields = BATCH_FIELDS, .field_count = ARRAY_COUNT(BATCH_FIELDS) },
    { .name = "items", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .summary = "items",
      .summary_zh = "项目", .fields = ITEM_FIELDS, .field_count = ARRAY_COUNT(ITEM_FIELDS) },
};

void oneoff_put_batch(service_call *call, service_value *into, const oneoff_batch *batch)
{
    arena *a = call->request;
    const oneoff_word *state = oneoff_batch_word(batch->state);
    service_put_count(a, into, "batch", batch->batch_id);
    service_put_text(a, into, "purpose", text_copy(a, batch->purpose));
    service_put_state(call, into, "state", state->name, state->says, state->says_zh);
    service_put_count(a, into, "count", batch->item_count);
    service_put_text(a, into, "pay", service_yuan(a, batch->pay_fen));
    service_put_text(a, into, "recover", service_yuan(a, batch->recover_fen));
    service_put_count(a, into, "changes", batch->change_count);
    service_put_count(a, into, "closings", batch->closing_count);
    service_put_count(a, into, "undoings", batch->undoing_count);
    service_put_text(a, into, "since", record_instant_text(a, batch->known_ms));
}

void oneoff_put_item(county *office, service_value *into, const oneoff_standing *item)
{
    service_call *call = office->call;
    arena *a = call->request;
    const oneoff_word *kind = oneoff_kind_word(item->item.kind), *state = oneoff_state_word(item->state);
    const oneoff_word *way = oneoff_way_word(item->item.way);
    service_put_count(a, into, "person", item->item.subject_id);
    service_put_count(a, into, "item", item->item_id);
    service_put_cstr(a, into, "kind", service_say(call, kind->says, kind->says_zh));
    service_put_text(a, into, "benefit", text_copy(a, county_word_shown(office, item->item.benefit)));
    service_put_text(a, into, "from", service_month_text(a, item->from_month));
    service_put_text(a, into, "until", service_month_text(a, item->until_month - 1));
    service_put_text(a, into, "amount", service_yuan(a, item->amount_fen));
    service_put_text(a, into, "settled", service_yuan(a, item->settled_fen));
    service_put_text(a, into, "remaining", service_yuan(a, item->remaining_fen));
    service_put_state(call, into, "state", state->name, state->says, state->says_zh);
    service_put_text(a, into, "reason", text_copy(a, county_word_shown(office, item->item.reason)));
    bool has_way = item->item.kind == ONEOFF_RECOVERY;
    service_put_cstr(a, into, "way", has_way ? service_say(call, way->says, way->says_zh) : "");
    service_put_text(a, into, "limit", has_way && item->item.limit_fen ? service_yuan(a, item->item.limit_fen) : TEXT_NONE);
    service_put_count(a, into, "batch", item->batch_id);
    service_put_count(a, into, "run", item->run_id);
}

/* ONEOFF_NONE where none is asked for; STATES lets no other word in. */
static oneoff_batch_state state_of(const service_call *call)
{
    text said = service_text_of(call, "state", TEXT_NONE);
    for (int i = ONEOFF_DRAFTED; i < ONEOFF_BATCH_STATE_COUNT; i++)
        if (text_equal_cstr(said, oneoff_batch_word((oneoff_batch_state)i)->name)) return (oneoff_batch_state)i;
    return ONEOFF_NONE;
}

static err put_items_of(county *office, oneoff_book *book)
{
    service_call *call = office->call;
    int64_t person_id;
    oneoff_standing *items;
    size_t count;
    TRY(record_find_person(office, service_text_of(call, "person", TEXT_NONE), &person_id));
    TRY(oneoff_of_subject(office->memory, book, person_id, &items, &count));
    service_value *list = service_put_list(call->request, call->reply, "items");
    for (size_t i = 0; i < count; i++)
        oneoff_put_item(office, service_put_object(call->request, list, NULL), &items[i]);
    return ERR_NONE;
}

static err oneoff_list_run(service_call *call)
{
    county *office;
    oneoff_book *book;
    oneoff_batch_state state = state_of(call);
    oneoff_batch *batches;
    size_t count;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_oneoffs(office, &book));
    if (service_is_given(call, "person")) return put_items_of(office, book);
    TRY(oneoff_batch_list(office->memory, book, state, &batches, &count));
    service_value *list = service_put_list(call->request, call->reply, "batches");
    text purpose = service_text_of(call, "purpose", TEXT(""));
    for (size_t i = 0; i < count; i++)
        if (text_begins(batches[i].purpose, purpose)) oneoff_put_batch(call, service_put_object(call->request, list, NULL), &batches[i]);
    return ERR_NONE;
}

/* ---- as lines and tables ---- */

static text cell_of(const service_call *call, const service_value *v)
{
    if (!v || v->kind == SERVICE_VALUE_NULL) return TEXT("");
    if (v->kind == SERVICE_VALUE_COUNT) return v->count ? text_format(call->request, "%lld", (long long)v->count) : TEXT("");
    if (v->kind == SERVICE_VALUE_BOOL) return text_of(v->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
    return v->word;
}

static bool is_amount(text cell)
{
    for (size_t i = 0; i < cell.size_bytes; i++)
        if ((cell.bytes[i] < '0' || cell.bytes[i] > '9') && cell.bytes[i] != '.' && cell.bytes[i] != '-') return false;
    return true;
}

/* A table under its heads; a column that is empty in every row is left out. */
static void print_table(const service_call *call, const service_value *list, const service_field *field, text_builder *out)
{
    arena *a = call->request;
    size_t columns = 0, rows = list->child_count + 1;
    text *cells = ARENA_ARRAY(a, text, rows * field->field_count);
    bool is_number[32] = { false };
    const service_field *shown[32];
    for (size_t f = 0; f < field->field_count && columns < ARRAY_COUNT(shown); f++) {
        bool is_empty = true;
        for (const service_value *v = list->first; v; v = v->next)
            is_empty &= !cell_of(call, service_member(v, field->fields[f].name)).size_bytes;
        if (!is_empty) shown[columns++] = &field->fields[f];
    }
    for (size_t c = 0; c < columns; c++) {
        size_t row = 1;
        cells[c] = text_of(service_say(call, shown[c]->summary, shown[c]->summary_zh));
        is_number[c] = true;
        for (const service_value *v = list->first; v; v = v->next, row++) {
            cells[row * columns + c] = cell_of(call, service_member(v, shown[c]->name));
            is_number[c] &= is_amount(cells[row * columns + c]);
        }
    }
    service_table(out, cells, rows, columns, is_number);
}

void oneoff_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < call->op->output_count; i++) {
        const service_field *field = &call->op->output[i];
        const service_value *v = service_member(call->reply, field->name);
        if (!v) continue;
        const char *head = service_say(call, field->summary, field->summary_zh);
        if (!field->is_list) {
            text cell = v->kind == SERVICE_VALUE_COUNT ? text_format(call->request, "%lld", (long long)v->count) : cell_of(call, v);
            text_add_format(out, "%s%s%.*s\n", head, service_say(call, ": ", "："), TEXT_ARG(cell));
        } else if (v->child_count) {
            text_add_format(out, "\n%s\n", head);
            print_table(call, v, field, out);
        } else if (call->op->output_count <= 2) {
            text_add_format(out, "%s%s\n", head, service_say(call, ": none", "：没有"));
        }
    }
}

static const char *const LIST_EXAMPLES[] = { "doudi oneoff list --state proposed", "doudi oneoff list --person 1024", NULL };

const service_op ONEOFF_LIST_OP = {
    .name = "oneoff.list",
    .summary = "List batches of arrears, refunds and overpayments, or the items of one person",
    .summary_zh = "列出补发、退费、追回的批次，或一个人的补扣项目",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = oneoff_list_run,
    .print = oneoff_print,
};

/* ---- one batch ---- */

static const service_field SHOW_INPUT[] = { ONEOFF_BATCH_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field MARK_FIELDS[] = {
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "办理人" },
    { .name = "at", .type = SERVICE_TEXT, .summary = "at", .summary_zh = "时间" },
};
static const service_field CHANGE_FIELDS[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇" },
    { .name = "state", .type = SERVICE_STATE, .summary = "becomes", .summary_zh = "变为" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "起" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "reason", .summary_zh = "原因" },
};
static const service_field CLOSING_FIELDS[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "item", .type = SERVICE_COUNT, .summary = "item", .summary_zh = "项目" },
    { .name = "as", .type = SERVICE_TEXT, .summary = "becomes", .summary_zh = "变为" },
    { .name = "remaining", .type = SERVICE_TEXT, .summary = "remaining, yuan", .summary_zh = "余额（元）" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "reason", .summary_zh = "原因" },
};
static const service_field CASE_FIELDS[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "is_decided", .type = SERVICE_FLAG, .summary = "decided to recover", .summary_zh = "已决定追回" },
};
static const service_field SHOW_OUTPUT[] = {
    ONEOFF_BATCH_OUTPUT,
    { .name = "cases", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .summary = "cases about this recovery",
      .summary_zh = "就本次追回办理的办件", .fields = CASE_FIELDS, .field_count = ARRAY_COUNT(CASE_FIELDS) },
    { .name = "marks", .type = SERVICE_OBJECT, .is_list = true, .summary = "who did what", .summary_zh = "办理人",
      .fields = MARK_FIELDS, .field_count = ARRAY_COUNT(MARK_FIELDS) },
    { .name = "items", .type = SERVICE_OBJECT, .is_list = true, .summary = "items", .summary_zh = "项目",
      .fields = ITEM_FIELDS, .field_count = ARRAY_COUNT(ITEM_FIELDS) },
    { .name = "to_change", .type = SERVICE_OBJECT, .is_list = true, .summary = "benefits that change",
      .summary_zh = "待遇状态变化", .fields = CHANGE_FIELDS, .field_count = ARRAY_COUNT(CHANGE_FIELDS) },
    { .name = "to_close", .type = SERVICE_OBJECT, .is_list = true, .summary = "items given up", .summary_zh = "取消或核销的项目",
      .fields = CLOSING_FIELDS, .field_count = ARRAY_COUNT(CLOSING_FIELDS) },
    { .name = "to_undo", .type = SERVICE_OBJECT, .is_list = true, .summary = "repayments that never came",
      .summary_zh = "未到账的还款", .fields = ONEOFF_UNDOING_FIELDS, .field_count = ONEOFF_UNDOING_FIELD_COUNT },
};

err oneoff_login_of(county *office, int64_t actor_id, text *login)
{
    staff *room;
    staff_user *users;
    size_t count;
    TRY(county_staff(office, &room));
    TRY(staff_list(office->memory, room, &users, &count));
    *login = text_format(office->call->request, "#%lld", (long long)actor_id);
    for (size_t u = 0; u < count; u++)
        if (users[u].id == actor_id) *login = text_copy(office->call->request, users[u].login);
    return ERR_NONE;
}

static err put_marks(county *office, oneoff_book *book, int64_t batch_id)
{
    service_call *call = office->call;
    arena *a = call->request;
    oneoff_mark *marks;
    size_t count;
    TRY(oneoff_marks(office->memory, book, batch_id, &marks, &count));
    service_value *list = service_put_list(a, call->reply, "marks");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        const oneoff_word *step = oneoff_step_word(marks[i].step);
        text by;
        TRY(oneoff_login_of(office, marks[i].actor_id, &by));
        service_put_cstr(a, v, "step", service_say(call, step->says, step->says_zh));
        service_put_text(a, v, "by", by);
        service_put_text(a, v, "at", record_instant_text(a, marks[i].known_ms));
    }
    return ERR_NONE;
}

static err put_changes(county *office, oneoff_book *book, int64_t batch_id)
{
    service_call *call = office->call;
    arena *a = call->request;
    oneoff_change *changes;
    size_t count;
    TRY(oneoff_changes(office->memory, book, batch_id, &changes, &count));
    service_value *list = service_put_list(a, call->reply, "to_change");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "person", changes[i].subject_id);
        service_put_text(a, v, "benefit", text_copy(a, county_word_shown(office, changes[i].benefit)));
        benefit_put_state(call, v, changes[i].state);
        service_put_text(a, v, "from", service_month_text(a, changes[i].from_month));
        service_put_text(a, v, "reason", text_copy(a, county_word_shown(office, changes[i].reason)));
    }
    return ERR_NONE;
}

static err put_closings(county *office, oneoff_book *book, int64_t batch_id)
{
    service_call *call = office->call;
    arena *a = call->request;
    oneoff_closing *closings;
    size_t count;
    TRY(oneoff_closings(office->memory, book, batch_id, &closings, &count));
    service_value *list = service_put_list(a, call->reply, "to_close");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        const oneoff_word *as = oneoff_state_word(closings[i].as);
        oneoff_standing item;
        TRY(oneoff_read(office->memory, book, closings[i].subject_id, closings[i].item_id, &item));
        service_put_count(a, v, "person", closings[i].subject_id);
        service_put_count(a, v, "item", closings[i].item_id);
        service_put_cstr(a, v, "as", service_say(call, as->says, as->says_zh));
        service_put_text(a, v, "remaining", service_yuan(a, item.remaining_fen));
        service_put_text(a, v, "reason", text_copy(a, closings[i].reason));
    }
    return ERR_NONE;
}

err oneoff_batch_error(service_call *call, const err_kind *kind, int64_t batch_id)
{
    return err_of(kind, text_format(call->request, "%lld", (long long)batch_id).bytes);
}

err oneoff_reply(county *office, int64_t batch_id)
{
    service_call *call = office->call;
    oneoff_book *book;
    oneoff_batch batch;
    oneoff_standing *items;
    size_t count;
    TRY(county_oneoffs(office, &book));
    TRY(oneoff_batch_find(office->memory, book, batch_id, &batch));
    oneoff_put_batch(call, call->reply, &batch);
    if (batch.recover_fen) TRY(case_recover_put(office, batch_id));
    TRY(put_marks(office, book, batch_id));
    TRY(oneoff_of_batch(office->memory, book, batch_id, &items, &count));
    service_value *list = service_put_list(call->request, call->reply, "items");
    for (size_t i = 0; i < count; i++)
        oneoff_put_item(office, service_put_object(call->request, list, NULL), &items[i]);
    TRY(put_changes(office, book, batch_id));
    TRY(put_closings(office, book, batch_id));
    return oneoff_put_undoings(office, batch_id);
}

static err oneoff_show_run(service_call *call)
{
    county *office;
    TRY(county_open(call, COUNTY_READ, &office));
    return oneoff_reply(office, (int64_t)service_size_of(call, "batch", 0));
}

static const char *const SHOW_EXAMPLES[] = { "doudi oneoff show 12", NULL };

const service_op ONEOFF_SHOW_OP = {
    .name = "oneoff.show",
    .summary = "Show a batch of one-off items, with its items and who did what",
    .summary_zh = "显示一个补扣批次的项目和办理人",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = oneoff_show_run,
    .print = oneoff_print,
};
