/* What a run had withheld from a line that no run will pay any more. */
#include "service/payrun_fill.h"
#include "service/payrun_items.h"

err payrun_items_withheld(county *office, int64_t run_id, const payment_line *root, bool *is_taken, bool *is_settled)
{
    oneoff_book *book;
    oneoff_taking *takings;
    size_t count;
    *is_taken = *is_settled = false;
    if (!root->withheld_item) return ERR_NONE;
    TRY(county_oneoffs(office, &book));
    TRY(oneoff_takings(office->memory, book, run_id, eventlog_bucket_of(root->person_id), &takings, &count));
    for (size_t i = 0; i < count; i++) {
        if (takings[i].subject_id != root->person_id || takings[i].item_id != root->withheld_item) continue;
        *is_taken = true;
        *is_settled = takings[i].is_settled;
    }
    return ERR_NONE;
}

static err is_payable(county *office, const payment_waiting *w, bool *is_so)
{
    payrun_table table;
    payment_run run = { .terms = *w->terms };
    registry *people;
    int64_t benefit = 0;
    bool is_due, is_suspended;
    TRY(payrun_table_read(office, &table));
    TRY(county_people(office, &people));
    text name = payrun_benefit_of(&table, &run, &w->line);
    if (name.size_bytes) TRY(registry_word_find(people, name, &benefit));
    TRY(payrun_still_due(office, office->memory, w, benefit, &is_due, &is_suspended));
    *is_so = is_due || is_suspended;
    return ERR_NONE;
}

static err free_line(county *office, payment *runs, const payment_waiting *w)
{
    payment_numbered at = { .number = w->number, .line = w->line };
    payment_line root;
    int64_t root_run;
    bool is_taken, is_settled, is_kept;
    oneoff_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms,
                       .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
    TRY(payment_line_root(office->memory, runs, w->run_id, &at, &root_run, &root));
    TRY(payrun_items_withheld(office, root_run, &root, &is_taken, &is_settled));
    if (!is_taken || is_settled) return ERR_NONE;
    TRY(is_payable(office, w, &is_kept));
    oneoff_taking taking = { .subject_id = root.person_id, .item_id = root.withheld_item, .fen = root.withheld_fen };
    return is_kept ? ERR_NONE : oneoff_answer(office->oneoffs, &act, root_run, eventlog_bucket_of(root.person_id), &taking, 1);
}

err payrun_items_free(county *office, int64_t person_id)
{
    payment *runs;
    payment_waiting *waiting;
    size_t count;
    TRY(county_runs(office, &runs));
    TRY(payment_waiting_of(office->memory, runs, eventlog_bucket_of(person_id), 0, &waiting, &count));
    for (size_t i = 0; i < count; i++)
        if (waiting[i].line.person_id == person_id && !waiting[i].left && waiting[i].is_final)
            TRY(free_line(office, runs, &waiting[i]));
    return ERR_NONE;
}
