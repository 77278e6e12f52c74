#include "service/adopt.h"
#include "service/benefit.h"

#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/ledger_csv.h"
#include "service/payrun_items.h"

const err_kind BENEFIT_UNKNOWN_REASON = {
    "benefit.unknown_reason", ERR_NOT_FOUND,
    "packs/ledger/stops.csv has no reason {}.", "packs/ledger/stops.csv 中没有原因“{}”。"
};
const err_kind BENEFIT_NO_STOPS = {
    "benefit.no_stops", ERR_NOT_FOUND,
    "There is no table of reasons to stop a benefit; packs/ledger/stops.csv is that table.",
    "找不到停发原因表 packs/ledger/stops.csv。"
};
const err_kind BENEFIT_BAD_STOPS = {
    "benefit.bad_stops", ERR_BAD_INPUT,
    "This row of packs/ledger/stops.csv cannot be used: {}.", "packs/ledger/stops.csv 的这一行无法使用：{}。"
};

/* ---- the table of reasons ---- */

enum { REASON, NAME, ENGLISH, STATE, GOOD, WAY, FROM, TOLD };
static const service_csv_column COLUMNS[] = {
    [REASON] = { "原因", "reason", false }, [NAME] = { "名称", "name", false },
    [ENGLISH] = { "英文", "english", false }, [STATE] = { "状态", "state", false },
    [GOOD] = { "恢复后补发", "made_good", false }, [WAY] = { "追回方式", "way", false },
    [FROM] = { "起", "from", false },         [TOLD] = { "信息", "told_by", false },
    { NULL, NULL, false },
};

static bool read_row(arena *a, const service_csv *csv, benefit_reason *row)
{
    text state = service_csv_cell(csv, STATE), good = service_csv_cell(csv, GOOD), way = service_csv_cell(csv, WAY);
    *row = (benefit_reason){ .reason = text_copy(a, service_csv_cell(csv, REASON)),
                             .name = text_copy(a, service_csv_cell(csv, NAME)),
                             .name_en = text_copy(a, service_csv_cell(csv, ENGLISH)),
                             .told_by = text_copy(a, service_csv_cell(csv, TOLD)),
                             .is_made_good = text_equal_cstr(good, "是"),
                             .is_next_month = text_equal_cstr(service_csv_cell(csv, FROM), "次月") };
    bool is_suspension = text_equal_cstr(state, "暂停");
    row->state = is_suspension ? REGISTRY_SUSPENDED : REGISTRY_STOPPED;
    row->way = text_equal_cstr(way, "抵扣") ? ONEOFF_WAY_WITHHELD : ONEOFF_WAY_REPAID;
    return row->reason.size_bytes && (is_suspension || text_equal_cstr(state, "停止")) &&
           (row->is_made_good || text_equal_cstr(good, "否")) &&
           (row->way == ONEOFF_WAY_WITHHELD || text_equal_cstr(way, "退回")) &&
           (row->is_next_month || text_equal_cstr(service_csv_cell(csv, FROM), "当月"));
}

static err read_reasons(benefit_call *b)
{
    service_csv csv;
    size_t capacity = 0;
    TRY(adopt_csv_open(b->office, "ledger/stops.csv", COLUMNS, err_of(&BENEFIT_NO_STOPS, NULL), &csv));
    for (;;) {
        bool has_row;
        benefit_reason row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        if (!read_row(b->memory, &csv, &row))
            return service_csv_blame(&csv, STATE, err_of(&BENEFIT_BAD_STOPS, text_cstr(b->memory, row.reason)));
        ARENA_PUSH(b->memory, b->reasons, b->reason_count, capacity, row);
    }
}

err benefit_reason_of(benefit_call *b, text said, const benefit_reason **reason)
{
    for (size_t i = 0; i < b->reason_count; i++)
        if (text_equal(b->reasons[i].reason, said) || text_equal(b->reasons[i].name, said)) {
            *reason = &b->reasons[i];
            return ERR_NONE;
        }
    text_builder list = text_builder_open(b->call->request);
    text_add(&list, said);
    for (size_t i = 0; i < b->reason_count; i++)
        text_add_format(&list, "%s%.*s", i ? ", " : " (", TEXT_ARG(b->reasons[i].reason));
    text_add_char(&list, ')');
    return err_of(&BENEFIT_UNKNOWN_REASON, text_built(&list).bytes);
}

err benefit_reason_known(benefit_call *b, int64_t word, const benefit_reason **reason)
{
    text name;
    *reason = NULL;
    TRY(county_word_text(b->office, word, &name));
    for (size_t i = 0; i < b->reason_count && name.size_bytes; i++)
        if (text_equal(b->reasons[i].reason, name)) *reason = &b->reasons[i];
    return ERR_NONE;
}

/* ---- opening ---- */

static err read_open_month(benefit_call *b)
{
    charter *room;
    text open;
    b->open_month = INT32_MAX;
    TRY(county_charter(b->office, &room));
    TRY(charter_read(b->memory, room, TEXT("month.open"), CHARTER_NOW, &open));
    return open.size_bytes ? calendar_parse_month(open, &b->open_month) : ERR_NONE;
}

err benefit_tables(benefit_call *b)
{
    registry *people;
    b->memory = b->office->memory;
    TRY(county_people(b->office, &people));
    TRY(county_oneoffs(b->office, &b->items));
    TRY(county_runs(b->office, &b->runs));
    TRY(county_decisions(b->office, &b->decisions));
    TRY(payrun_table_read(b->office, &b->table));
    TRY(read_open_month(b));
    TRY(payment_list(b->memory, b->runs, PAYMENT_ANY_MONTH, &b->all_runs, &b->run_count));
    return read_reasons(b);
}

err benefit_begin(service_call *call, county_need need, benefit_call *b)
{
    *b = (benefit_call){ .call = call };
    TRY(county_open(call, need, &b->office));
    if (need == COUNTY_WRITE) TRY(county_login(b->office, NULL));
    TRY(county_begin(b->office));
    return benefit_tables(b);
}

const payrun_row *benefit_row(const benefit_call *b, text benefit)
{
    for (size_t i = 0; i < b->table.count; i++)
        if (text_equal(b->table.rows[i].benefit, benefit)) return &b->table.rows[i];
    return NULL;
}

bool benefit_has_run(const benefit_call *b, text benefit, int32_t month)
{
    for (size_t i = 0; i < b->run_count; i++) {
        const payment_run *run = &b->all_runs[i];
        if (run->terms.month != month || run->state == PAYMENT_WITHDRAWN) continue;
        for (size_t k = 0; k < b->table.count; k++)
            if (text_equal(b->table.rows[k].benefit, benefit) && text_equal(b->table.rows[k].kind, run->terms.kind)) return true;
    }
    return false;
}

int32_t benefit_last_run(const benefit_call *b, text benefit)
{
    int32_t last = INT32_MIN;
    for (size_t i = 0; i < b->run_count; i++) {
        int32_t month = b->all_runs[i].terms.month;
        if (month > last && month < b->open_month && benefit_has_run(b, benefit, month)) last = month;
    }
    return last;
}

/* ---- batches ---- */

static oneoff_act act_of(const benefit_call *b, text key)
{
    return (oneoff_act){ .actor_id = b->office->actor_id, .known_ms = b->office->now_ms,
                         .why = service_text_of(b->call, "why", text_of(b->call->op->name)), .key = key };
}

static err need_batch(benefit_call *b, benefit_batch *batch)
{
    if (batch->batch_id) return ERR_NONE;
    oneoff_act act = act_of(b, batch->key);
    return oneoff_batch_begin(b->items, &act, batch->purpose, &batch->batch_id, NULL);
}

err benefit_propose_change(benefit_call *b, benefit_batch *batch, const benefit_change *change)
{
    oneoff_act act = act_of(b, TEXT_NONE);
    oneoff_change row = { .subject_id = change->person_id, .benefit = change->benefit, .state = change->state,
                          .from_month = change->from_month, .until_month = change->until_month,
                          .reason = change->reason };
    TRY(need_batch(b, batch));
    batch->change_count++;
    return oneoff_propose_changes(b->items, &act, batch->batch_id, eventlog_bucket_of(change->person_id), &row, 1);
}

err benefit_batch_end(benefit_call *b, benefit_batch *batch)
{
    oneoff_act act = act_of(b, TEXT_NONE);
    return batch->batch_id ? oneoff_move(b->items, &act, batch->batch_id, ONEOFF_PROPOSE) : ERR_NONE;
}

/* ---- what was paid ---- */

static const payment_run *run_of(const benefit_call *b, int64_t run_id)
{
    for (size_t i = 0; i < b->run_count; i++)
        if (b->all_runs[i].run_id == run_id) return &b->all_runs[i];
    return NULL;
}

/* The row of the table that an account of a run of this benefit stands for. */
static const payrun_row *row_of_part(const benefit_call *b, const payment_run *run, size_t part, text benefit)
{
    int64_t account;
    if (part >= run->terms.part_count || !codec_parse_scaled(run->terms.parts[part], 0, &account)) return NULL;
    for (size_t i = 0; i < b->table.count; i++) {
        const payrun_row *row = &b->table.rows[i];
        if (row->account == account && text_equal(row->benefit, benefit) && text_equal(row->fund,
                                                                                       run->terms.fund)) return row;
    }
    return NULL;
}

static bool is_of_benefit(const benefit_call *b, const payment_run *run, const payment_line *line, text benefit)
{
    for (size_t k = 0; k < run->terms.part_count; k++)
        if (line->part_fen[k] && !row_of_part(b, run, k, benefit)) return false;
    return true;
}

static benefit_paid *month_at(benefit_call *b, benefit_paid **months, size_t *count, size_t *capacity, int32_t month)
{
    for (size_t i = 0; i < *count; i++)
        if ((*months)[i].month == month) return &(*months)[i];
    benefit_paid fresh = { .month = month };
    ARENA_PUSH(b->memory, *months, *count, *capacity, fresh);
    return &(*months)[*count - 1];
}

static void add_line(benefit_paid *m, int32_t paid_month, text part, int64_t fen)
{
    if (!fen || m->line_count > PAYMENT_PARTS_MAX) return;
    /* The packs call the line that comes out of the individual account by this name. */
    bool is_account = text_equal_cstr(part, "account");
    m->lines[m->line_count++] = (oneoff_line){ .month = m->month, .paid_month = paid_month, .part = part,
                                               .is_account = is_account, .fen = fen };
}

/* A line of a month: of its own run, of a later one that had left it out, or one that pays such a line again. What is
 * paid once is the business of its item; what was withheld was paid to them, and went against a debt. */
static bool is_reissued(const payment_paid *all, size_t count, const payment_paid *p)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].line.reissue_of_run == p->run_id && all[i].line.reissue_of_line == p->number) return true;
    return false;
}

static err add_paid(benefit_call *b, const payment_paid *all, size_t all_count, size_t place, text benefit,
                    benefit_paid **months, size_t *count, size_t *capacity)
{
    const payment_paid *p = &all[place];
    const payment_run *run = run_of(b, p->run_id);
    payment_numbered at = { .number = p->number, .line = p->line };
    payment_line root;
    int64_t root_run;
    if (!run || run->state == PAYMENT_WITHDRAWN || !is_of_benefit(b, run, &p->line, benefit)) return ERR_NONE;
    TRY(payment_line_root(b->memory, b->runs, p->run_id, &at, &root_run, &root));
    if (root.item) return ERR_NONE;
    bool is_again = p->line.reissue_of_run != 0, is_kept = p->outcome == PAYMENT_PAID, is_taken, is_settled;
    int64_t fen = payment_line_fen(&p->line) + root.withheld_fen;
    TRY(payrun_items_withheld(b->office, root_run, &root, &is_taken, &is_settled));
    benefit_paid *m = month_at(b, months, count, capacity, (int32_t)p->line.for_month);
    if (!is_again) m->drafted_fen += fen;
    if (p->outcome == PAYMENT_OPEN) m->pending_run = run->run_id;
    /* Let go because the line was not due, and the line paid after all. */
    int64_t lacking = is_kept && root.withheld_item && !is_taken ? root.withheld_fen : 0;
    m->drafted_fen -= lacking;
    /* What came back and is paid no more: what was withheld of it has gone against the debt all the same. */
    bool is_half = p->outcome == PAYMENT_RETURNED && is_settled && !is_reissued(all, all_count, p);
    if (is_half) m->fen += root.withheld_fen;
    if (is_half) add_line(m, run->terms.month, TEXT_NONE, root.withheld_fen);
    if (!is_kept) return ERR_NONE;
    m->fen += fen - lacking;
    for (size_t k = 0; k < run->terms.part_count; k++) {
        const payrun_row *row = row_of_part(b, run, k, benefit);
        if (row) add_line(m, run->terms.month, row->item, p->line.part_fen[k]);
    }
    add_line(m, run->terms.month, TEXT_NONE, root.withheld_fen - lacking);
    return ERR_NONE;
}

/* A month a run has left out, for want of an account: a later run pays it. */
static err add_left(benefit_call *b, int64_t person_id, text benefit, benefit_paid **months, size_t *count, size_t *capacity)
{
    payment_waiting *waiting;
    size_t waiting_count;
    TRY(payment_waiting_of(b->memory, b->runs, eventlog_bucket_of(person_id), 0, &waiting, &waiting_count));
    for (size_t i = 0; i < waiting_count; i++) {
        const payment_waiting *w = &waiting[i];
        payment_run run = { .terms = *w->terms };
        if (!w->left || w->line.item || w->line.person_id != person_id || !is_of_benefit(b, &run, &w->line, benefit)) continue;
        month_at(b, months, count, capacity, (int32_t)w->line.for_month)->drafted_fen += payment_line_fen(&w->line) + w->line.withheld_fen;
    }
    return ERR_NONE;
}

err benefit_paid_months(benefit_call *b, int64_t person_id, text benefit, benefit_paid **months, size_t *count)
{
    payment_paid *paid;
    size_t paid_count, capacity = 0;
    *months = NULL;
    *count = 0;
    TRY(payment_of_person(b->memory, b->runs, person_id, &paid, &paid_count));
    for (size_t i = 0; i < paid_count; i++)
        TRY(add_paid(b, paid, paid_count, i, benefit, months, count, &capacity));
    return add_left(b, person_id, benefit, months, count, &capacity);
}
