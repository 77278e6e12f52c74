#include <stdlib.h>
#include <string.h>

#include "service/run.h"

/* ---- results ---- */

void run_write_header(run_job *job, text_builder *out)
{
    codec_csv_writer w = codec_csv_write(out, ',');
    codec_csv_add_text(&w, job->people.header[job->key_column]);
    for (size_t i = 0; i < job->kept_count; i++)
        codec_csv_add_text(&w, job->people.header[job->kept[i]]);
    for (size_t i = 0; i < job->var_count; i++) codec_csv_add_text(&w, job->vars[i]);
    codec_csv_add_text(&w, text_of(service_say(job->call, "reason", "原因")));
    codec_csv_end_row(&w);
}

/* As policy_print_value writes it, without going through an arena for plain numbers. */
static void add_value(codec_csv_writer *w, arena *a, const policy_codes *codes,
                      const policy_type *type, int64_t stored)
{
    if (type->base == POLICY_MONEY) {
        codec_csv_add_scaled(w, stored, type->decimals);
        return;
    }
    bool is_plain = type->base == POLICY_RATE || type->base == POLICY_NUMBER ||
                    type->base == POLICY_COUNT || type->base == POLICY_MONTHS ||
                    type->base == POLICY_DAYS;
    if (!is_plain) {
        codec_csv_add_text(w, policy_print_value(a, codes, type, stored));
        return;
    }
    char shown[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled(stored, type->decimals, shown);
    if (type->decimals) {
        while (shown[size - 1] == '0') size--;
        if (shown[size - 1] == '.') size--;
    }
    codec_csv_add_text(w, (text){ shown, size });
}

/* Sentences for the few reasons that a block meets, each made once. */
enum { REASONS_KEPT = 16 };
typedef struct {
    const run_group *group;
    uint32_t reason;
    text says;
} kept_reason;

typedef struct {
    run_job *job;
    run_block *block;
    kept_reason kept[REASONS_KEPT];
    size_t kept_count;
} writing;

static text reason_text(writing *w, const run_group *group, uint32_t reason)
{
    for (size_t i = 0; i < w->kept_count; i++)
        if (w->kept[i].group == group && w->kept[i].reason == reason) return w->kept[i].says;
    text says = service_reason_by_name(w->block->memory, &group->plan->planned.plan, reason,
                               w->job->call->is_chinese);
    if (w->kept_count < REASONS_KEPT) w->kept[w->kept_count++] = (kept_reason){ group, reason, says };
    return says;
}

/* One reason is told once, though several results lack for it. */
static void add_reasons(writing *w, codec_csv_writer *out, const run_group *group, size_t lane)
{
    uint32_t told[REASONS_KEPT];
    size_t told_count = 0;
    text_builder b = text_builder_open(w->block->memory);
    bool is_fault = false;
    for (size_t i = 0; i < w->job->var_count; i++) {
        uint32_t reason = column_reason(&group->outputs[i], lane);
        bool is_told = !reason;
        for (size_t t = 0; t < told_count; t++) is_told |= told[t] == reason;
        if (is_told || told_count == REASONS_KEPT) continue;
        is_fault |= !vm_reason_is_unknown(reason);
        if (told_count) text_add_cstr(&b, service_say(w->job->call, "; ", "；"));
        told[told_count++] = reason;
        text_add(&b, reason_text(w, group, reason));
    }
    w->block->fault_count += is_fault;
    w->block->unknown_count += told_count && !is_fault;
    codec_csv_add_text(out, text_built(&b));
}

static void add_total(run_total *total, int64_t value, bool is_whole)
{
    if (is_whole) {
        total->whole = value;
        total->has_whole = true;
        return;
    }
    total->sum += value;
    total->valued++;
}

static void add_results(writing *w, codec_csv_writer *out, const run_group *group, size_t lane,
                        bool is_whole)
{
    run_job *job = w->job;
    bool has_reason = false;
    for (size_t i = 0; i < job->var_count; i++) {
        const column *c = &group->outputs[i];
        run_total *total = &w->block->totals[i];
        if (!column_is_valid(c, lane)) {
            has_reason = true;
            total->missing += !is_whole;
            codec_csv_add_text(out, TEXT(""));
            continue;
        }
        add_total(total, c->value[lane], is_whole);
        add_value(out, w->block->memory, group->codes, &group->plan->planned.output_types[i],
                  c->value[lane]);
    }
    if (has_reason) add_reasons(w, out, group, lane);
    else codec_csv_add_text(out, TEXT(""));
}

void run_write_rows(run_job *job, run_block *block, const run_table *people,
                    const run_group *groups, const uint32_t *group_of, const uint32_t *lane_of)
{
    writing w = { .job = job, .block = block };
    codec_csv_writer out = codec_csv_write(&block->out, ',');
    for (size_t row = 0; row < people->row_count; row++) {
        const text *cells = people->cells + row * people->column_count;
        text id = cells[job->key_column];
        bool is_whole = job->whole_id.size_bytes && text_equal(id, job->whole_id);
        codec_csv_add_words(&out, id);
        for (size_t i = 0; i < job->kept_count; i++) codec_csv_add_words(&out, cells[job->kept[i]]);
        if (block->fault[row]) {
            for (size_t i = 0; i < job->var_count; i++) codec_csv_add_text(&out, TEXT(""));
            for (size_t i = 0; i < job->var_count; i++) block->totals[i].missing += !is_whole;
            codec_csv_add_text(&out, text_of(block->fault[row]));
            block->fault_count++;
        } else {
            add_results(&w, &out, &groups[group_of[row]], lane_of[row], is_whole);
        }
        codec_csv_end_row(&out);
    }
}

/* ---- rejects ---- */

enum { CELL_SHOWN_MAX = 200 };

void run_write_reject_header(run_job *job, text_builder *out)
{
    static const char *const EN[] = { "file", "line", "column", "header", "value", "reason" };
    static const char *const ZH[] = { "文件", "行", "列", "列名", "值", "原因" };
    codec_csv_writer w = codec_csv_write(out, ',');
    for (size_t i = 0; i < ARRAY_COUNT(EN); i++)
        codec_csv_add_text(&w, text_of(service_say(job->call, EN[i], ZH[i])));
    codec_csv_end_row(&w);
}

/* By place; the people's file comes first because its name is met first. */
static int reject_order(const void *left, const void *right)
{
    const run_reject *a = left, *b = right;
    int by_file = a->file == b->file ? 0 : strcmp(a->file, b->file);
    if (by_file) return by_file;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    if (a->column != b->column) return a->column < b->column ? -1 : 1;
    return text_compare(a->reason, b->reason);
}

static bool is_same_place(const run_reject *a, const run_reject *b)
{
    return strcmp(a->file, b->file) == 0 && a->line == b->line && a->column == b->column;
}

void run_write_rejects(run_block *block)
{
    if (!block->reject_count) return;
    qsort(block->rejects, block->reject_count, sizeof *block->rejects, reject_order);
    codec_csv_writer w = codec_csv_write(&block->rejects_out, ',');
    size_t written = 0;
    for (size_t i = 0; i < block->reject_count; i++) {
        const run_reject *r = &block->rejects[i];
        if (i && is_same_place(r, r - 1)) continue; /* one cell feeds two inputs: told once */
        codec_csv_add_text(&w, text_of(r->file));
        codec_csv_add_scaled(&w, r->line, 0);
        if (r->column) codec_csv_add_scaled(&w, (int64_t)r->column, 0);
        else codec_csv_add_text(&w, TEXT(""));
        codec_csv_add_words(&w, text_shown(block->memory, r->header, CELL_SHOWN_MAX));
        codec_csv_add_words(&w, text_shown(block->memory, r->value, CELL_SHOWN_MAX));
        codec_csv_add_text(&w, r->reason);
        codec_csv_end_row(&w);
        written++;
    }
    block->reject_count = written;
}
