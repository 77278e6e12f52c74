#include <string.h>

#include "service/run_job.h"

const err_kind SERVICE_RUN_NOT_AGAIN = {
    "run.not_again", ERR_BAD_INPUT,
    "{} cannot be read a second time, as a history in another order needs; name a file, or sort the history like the people.",
    "{} 不能读第二遍，而历史顺序不同时需要重读；请指定文件，或先把历史按人员文件的顺序排好。"
};

/* Small where each person brings many rows, or may bring a plan of their own. */
enum { PEOPLE_BYTES = 1 << 18, PEOPLE_BYTES_SMALL = 24 << 10 };

static size_t people_bytes(const run_job *job)
{
    bool is_small = job->history_count || job->on_column != SIZE_MAX || job->region_column != SIZE_MAX;
    return is_small ? PEOPLE_BYTES_SMALL : PEOPLE_BYTES;
}

/* ---- take: one block, by one worker at a time ---- */

static err note_ids(run_job *job, run_block *block, const text *ids)
{
    bool *repeated = NULL;
    for (size_t i = 0; i < block->person_count; i++) {
        uint64_t number;
        bool is_new = true;
        if (ids[i].size_bytes) TRY(run_seen_add(job->seen, ids[i], &number, &is_new));
        if (is_new) continue;
        if (!repeated) repeated = ARENA_ARRAY(block->memory, bool, block->person_count + 1);
        repeated[i] = true;
    }
    block->is_repeated = repeated;
    return ERR_NONE;
}

/* The ids of the block's people; without ids to check, only how many people there are. */
static void read_ids(run_job *job, run_block *block, text **ids)
{
    size_t most = (size_t)block->line_count + 1;
    *ids = job->checks_ids ? ARENA_ARRAY(block->memory, text, most) : NULL;
    text row, id;
    block->person_count = 0;
    for (size_t at = 0; run_source_next_row(block->people, &at, true, job->key_column, &row, &id); block->person_count++)
        if (*ids) (*ids)[block->person_count] = id;
}

static void block_reset(run_job *job, run_block *block)
{
    arena *memory = block->memory;
    arena_reset(memory);
    *block = (run_block){ .memory = memory, .out = text_builder_open(memory),
                          .rejects_out = text_builder_open(memory),
                          .totals = ARENA_ARRAY(memory, run_total, job->var_count + 1),
                          .slices = ARENA_ARRAY(memory, run_slice, job->history_count + 1) };
}

static err take(void *context, size_t slot, bool *has_block)
{
    run_job *job = context;
    run_block *block = &job->blocks[slot];
    block_reset(job, block);
    uint64_t before = job->people.taken_bytes;
    text *ids;
    TRY(run_source_take(&job->people, block->memory, people_bytes(job), &block->people,
                        &block->first_line, &block->line_count));
    *has_block = block->people.size_bytes > 0;
    if (!*has_block) return ERR_NONE;
    block->taken_bytes = job->people.taken_bytes - before;
    read_ids(job, block, &ids);
    if (!job->checks_ids) return ERR_NONE;
    TRY(note_ids(job, block, ids));
    for (size_t h = 0; h < job->history_count; h++)
        TRY(run_history_take(&job->histories[h], block->memory, ids, block->person_count, &block->slices[h]));
    return ERR_NONE;
}

/* ---- finish: in order ---- */

static err write_text(run_job *job, os_writer *to, arena *a, text t)
{
    if (!job->to_gb18030) return os_writer_add(to, t);
    text_builder b = text_builder_open(a);
    TRY(codec_converter_feed(job->to_gb18030, t, true, &b));
    return os_writer_add(to, text_built(&b));
}

static err open_rejects(run_job *job)
{
    if (job->rejects || !job->rejects_path) return ERR_NONE;
    text_builder b = text_builder_open(job->call->request);
    if (job->people.has_mark && !job->to_gb18030) text_add_cstr(&b, "\xEF\xBB\xBF");
    run_write_reject_header(job, &b);
    TRY(os_writer_open(job->process, job->rejects_path, &job->rejects));
    return write_text(job, job->rejects, job->call->request, text_built(&b));
}

enum { REJECTS_SHOWN = 10 };

/* The first rejects are also shown at once; the lines are those of the rejects file. */
static void show_rejects(run_job *job, text rejects)
{
    while (job->first_reject_count < REJECTS_SHOWN && rejects.size_bytes) {
        const char *end = memchr(rejects.bytes, '\n', rejects.size_bytes);
        size_t size = end ? (size_t)(end - rejects.bytes) + 1 : rejects.size_bytes;
        text_add(&job->first_rejects, text_sub(rejects, 0, size));
        rejects = text_sub(rejects, size, rejects.size_bytes);
        job->first_reject_count++;
    }
}

static err add_rejects(run_job *job, text_builder *rejects, size_t count)
{
    if (!count) return ERR_NONE;
    job->reject_count += count;
    show_rejects(job, text_built(rejects));
    TRY(open_rejects(job));
    return job->rejects ? write_text(job, job->rejects, rejects->memory, text_built(rejects)) : ERR_NONE;
}

static err finish(void *context, size_t slot)
{
    run_job *job = context;
    run_block *block = &job->blocks[slot];
    TRY(write_text(job, job->out, block->memory, text_built(&block->out)));
    TRY(add_rejects(job, &block->rejects_out, block->reject_count));
    for (size_t i = 0; i < job->var_count; i++) {
        /* Sums of at most 2^63 values of 64 bits fit 127. */
        job->totals[i].sum += block->totals[i].sum;
        job->totals[i].valued += block->totals[i].valued;
        job->totals[i].missing += block->totals[i].missing;
        job->totals[i].whole += block->totals[i].whole; /* of one block only: others have 0 */
        job->totals[i].has_whole |= block->totals[i].has_whole;
    }
    job->person_count += block->person_count;
    job->fault_count += block->fault_count;
    job->unknown_count += block->unknown_count;
    job->history_row_count += block->history_row_count;
    const service_settings *settings = &job->call->office->settings;
    if (settings->progress && job->people.size_bytes) {
        uint64_t done = job->people.taken_bytes < job->people.size_bytes ? job->people.taken_bytes
                                                                         : job->people.size_bytes - 1;
        settings->progress(settings->progress_context, done, job->people.size_bytes);
    }
    return ERR_NONE;
}

/* ---- one attempt ---- */

static err open_output(run_job *job)
{
    service_call *call = job->call;
    text path = service_text_of(call, "out", TEXT_NONE);
    const char *out = text_cstr(call->request, path);
    TRY(os_writer_open(job->process, out, &job->out));
    text_builder b = text_builder_open(call->request);
    if (job->people.has_mark && !job->to_gb18030) text_add_cstr(&b, "\xEF\xBB\xBF");
    run_write_header(job, &b);
    TRY(write_text(job, job->out, call->request, text_built(&b)));
    bool is_named = service_is_given(call, "rejects");
    if (is_named) job->rejects_path = text_cstr(call->request, service_text_of(call, "rejects", TEXT_NONE));
    else if (strcmp(out, "-") != 0) job->rejects_path = text_format(call->request, "%s.rejects.csv", out).bytes;
    return is_named ? open_rejects(job) : ERR_NONE;
}

static void cancel_output(run_job *job)
{
    if (job->out) os_writer_cancel(job->out);
    if (job->rejects) os_writer_cancel(job->rejects);
    job->out = job->rejects = NULL;
}

/* A rejects file of an earlier run would speak of other people: none is left behind. */
static err commit_output(run_job *job)
{
    os_writer *out = job->out, *rejects = job->rejects;
    job->out = job->rejects = NULL;
    if (rejects) {
        err e = os_writer_commit(rejects);
        if (e.kind) return os_writer_cancel(out), e;
    } else if (job->rejects_path) {
        TRY(os_remove_tree(job->call->request, job->rejects_path));
    }
    return os_writer_commit(out);
}

static void open_workers(run_job *job, arena *a)
{
    uint64_t wanted = service_size_of(job->call, "threads", job->call->office->settings.thread_count);
    job->worker_count = wanted < 1 ? 1 : wanted > OS_WORKERS_MAX ? OS_WORKERS_MAX : (size_t)wanted;
    job->slot_count = 2 * job->worker_count;
    job->workers = ARENA_ARRAY(a, run_worker, job->worker_count);
    job->blocks = ARENA_ARRAY(a, run_block, job->slot_count);
    for (size_t i = 0; i < job->worker_count; i++) job->workers[i].memory = arena_open();
    for (size_t i = 0; i < job->slot_count; i++) job->blocks[i].memory = arena_open();
}

static void close_workers(run_job *job)
{
    for (size_t i = 0; i < job->worker_count; i++) arena_close(job->workers[i].memory);
    for (size_t i = 0; i < job->slot_count; i++) arena_close(job->blocks[i].memory);
    job->worker_count = job->slot_count = 0;
}

static err histories_over(run_job *job, bool *are_over)
{
    *are_over = true;
    for (size_t h = 0; h < job->history_count; h++) {
        bool is_over;
        TRY(run_history_is_over(&job->histories[h], &is_over));
        *are_over &= is_over;
    }
    return ERR_NONE;
}

static err attempt_blocks(run_job *job, const run_strays *strays)
{
    job->person_count = job->reject_count = job->fault_count = job->unknown_count = 0;
    job->history_row_count = job->first_reject_count = 0;
    job->first_rejects.size_bytes = 0;
    for (size_t i = 0; i < job->var_count; i++)
        job->totals[i] = (run_total){ .name = job->totals[i].name, .type = job->totals[i].type,
                                      .is_summed = job->totals[i].is_summed };
    TRY(open_output(job));
    run_block stray_block = { .memory = job->call->request,
                              .rejects_out = text_builder_open(job->call->request) };
    const char *why = service_say(job->call, "no person of the file has this id", "人员文件中没有这个编号");
    for (size_t i = 0; i < strays->count; i++) {
        const run_stray *s = &strays->items[i];
        run_reject made = { s->file, s->line, 0, job->people.header[job->key_column], s->id, text_of(why) };
        ARENA_PUSH(stray_block.memory, stray_block.rejects, stray_block.reject_count,
                   stray_block.reject_capacity, made);
    }
    run_write_rejects(&stray_block);
    TRY(add_rejects(job, &stray_block.rejects_out, stray_block.reject_count));
    os_blocks blocks = { .context = job, .worker_count = job->worker_count,
                         .slot_count = job->slot_count, .take = take, .work = run_work, .finish = finish };
    return os_run_blocks(&blocks);
}

/* Answers with *are_over false, and no output, when a history was not in the people's order. */
static err attempt(run_job *job, const run_strays *strays, bool *are_over)
{
    *are_over = true;
    open_workers(job, job->process);
    run_seen_close(job->seen);
    job->seen = run_seen_open(service_size_of(job->call, "memory", 512 << 20) / 2);
    err e = attempt_blocks(job, strays);
    if (!e.kind) e = histories_over(job, are_over);
    if (e.detail) e.detail = text_cstr(job->call->request, text_of(e.detail)); /* it may lie in a block */
    close_workers(job);
    if (e.kind || !*are_over) {
        cancel_output(job);
        return e;
    }
    return commit_output(job);
}

/* ---- histories in another order ---- */

static err reopen(run_job *job, run_source *source, const char *path, bool is_numbered)
{
    const char *shown_as = source->file;
    if (run_source_is_stream(path)) return err_of(&SERVICE_RUN_NOT_AGAIN, shown_as);
    bool has_mark = source->has_mark;
    run_source_close(source);
    source->is_numbered = is_numbered;
    TRY(run_source_open(job->process, path, shown_as, source));
    source->has_mark = has_mark;
    return ERR_NONE;
}

/* All ids of the people, with their numbers. */
static err read_all_ids(run_job *job)
{
    arena *scratch = arena_open();
    run_seen_close(job->seen);
    job->seen = run_seen_open(service_size_of(job->call, "memory", 512 << 20) / 2);
    err e = reopen(job, &job->people, job->people.file, false);
    for (bool is_over = false; !is_over && !e.kind; arena_reset(scratch)) {
        text rows, row, id;
        int32_t line, line_count;
        e = run_source_take(&job->people, scratch, PEOPLE_BYTES, &rows, &line, &line_count);
        is_over = rows.size_bytes == 0;
        for (size_t at = 0; !e.kind && run_source_next_row(rows, &at, true, job->key_column, &row, &id);) {
            uint64_t number;
            bool is_new;
            if (id.size_bytes) e = run_seen_add(job->seen, id, &number, &is_new);
        }
    }
    arena_close(scratch);
    return e.kind ? e : reopen(job, &job->people, job->people.file, false);
}

static err sort_histories(run_job *job, const char *folder, run_strays *strays)
{
    size_t memory = (size_t)service_size_of(job->call, "memory", 512 << 20) / 2;
    TRY(read_all_ids(job));
    for (size_t h = 0; h < job->history_count; h++) {
        run_history *history = &job->histories[h];
        const char *sorted;
        TRY(reopen(job, &history->source, history->path, false));
        TRY(run_sort_history(job->process, history, job->seen, folder, memory, strays, &sorted));
        TRY(reopen(job, &history->source, sorted, true));
        history->key_column++;
    }
    return ERR_NONE;
}

static err do_sorted(run_job *job)
{
    const char *folder;
    run_strays strays = { 0 };
    TRY(os_temp_folder(job->process, &folder));
    bool are_over = true;
    err e = sort_histories(job, folder, &strays);
    if (!e.kind) e = attempt(job, &strays, &are_over);
    if (!e.kind && !are_over) e = err_at(&SERVICE_RUN_STRAY_HISTORY, (source_pos){ job->histories[0].source.file, 1, 1 }, "");
    err lost = os_remove_tree(job->process, folder);
    return e.kind ? e : lost;
}

err run_job_do(run_job *job)
{
    static const run_strays NONE = { 0 };
    const char *out = text_cstr(job->call->request, service_text_of(job->call, "out", TEXT_NONE));
    /* What goes into a pipe cannot be taken back, so there is one attempt only. */
    bool is_once = job->history_count && run_source_is_stream(out) &&
                   !run_source_is_stream(job->people.file);
    bool are_over = !is_once;
    if (!is_once) TRY(attempt(job, &NONE, &are_over));
    if (!are_over) {
        service_note(job->call, "a history may not be in the order of the people: sorting it",
                     "历史文件与人员文件的顺序可能不同：正在排序", TEXT_NONE);
        TRY(do_sorted(job));
    }
    const service_settings *settings = &job->call->office->settings;
    if (settings->progress && job->people.size_bytes)
        settings->progress(settings->progress_context, job->people.size_bytes, job->people.size_bytes);
    return ERR_NONE;
}

void run_job_close(run_job *job)
{
    run_source_close(&job->people);
    for (size_t h = 0; h < job->history_count; h++) run_source_close(&job->histories[h].source);
    if (job->to_gb18030) codec_converter_close(job->to_gb18030);
    run_seen_close(job->seen);
    arena_close(job->process);
}
