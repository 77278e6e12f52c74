#include <string.h>

#include "service/run_job.h"

const err_kind SERVICE_RUN_NO_COLUMN = {
    "run.no_column", ERR_BAD_INPUT,
    "There is no column called {}; the first row must name the columns.",
    "没有名为 {} 的列；第一行必须是列名。"
};
const err_kind SERVICE_RUN_NOT_A_RECORD = {
    "run.not_a_record", ERR_BAD_INPUT,
    "{} is no record of the packs; write --history RECORD=FILE.csv.",
    "{} 不是政策包中的记录；请写作 --history 记录=文件.csv。"
};
const err_kind SERVICE_RUN_SAME_FILE = {
    "run.same_file", ERR_CONFLICT,
    "{} is read or written besides and would be written over; name another file with --out.",
    "{} 正在被读取或另行写出，不能同时写入；请用 --out 指定另一个文件。"
};

static err column_named(arena *a, const run_source *source, text name, size_t *index)
{
    *index = run_source_column(source, name);
    if (*index != SIZE_MAX) return ERR_NONE;
    const char **known = ARENA_ARRAY(a, const char *, source->column_count + 1);
    for (size_t c = 0; c < source->column_count; c++) known[c] = text_cstr(a, source->header[c]);
    const char *near = service_nearest(a, name, known, source->column_count);
    text shown = near ? text_format(a, "%.*s (→ %s?)", TEXT_ARG(name), near) : text_copy(a, name);
    return err_at(&SERVICE_RUN_NO_COLUMN, (source_pos){ source->file, 1, 1 }, text_cstr(a, shown));
}

/* "a,b" and repeated options are one list. */
static void split_names(arena *a, const service_argument *argument, const text **names, size_t *count)
{
    text *list = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t i = 0; i < argument->count; i++) {
        text left = argument->values[i];
        while (left.size_bytes) {
            size_t comma = text_find(left, TEXT(",")), wide = text_find(left, TEXT("，"));
            size_t at = comma < wide ? comma : wide;
            size_t mark = at == SIZE_MAX ? 0 : comma < wide ? 1 : strlen("，");
            if (at == SIZE_MAX) at = left.size_bytes;
            text name = text_trim(text_sub(left, 0, at));
            if (name.size_bytes) ARENA_PUSH(a, list, *count, capacity, name);
            left = text_sub(left, at + mark, left.size_bytes);
        }
    }
    *names = list;
}

/* --columns HEADER=INPUT,…: what headers mean; the others mean themselves. */
static err read_meanings(run_job *job)
{
    service_call *call = job->call;
    const text *pairs;
    size_t count;
    text *meant = ARENA_ARRAY(call->request, text, job->people.column_count + 1);
    for (size_t c = 0; c < job->people.column_count; c++) meant[c] = job->people.header[c];
    split_names(call->request, service_argument_of(call, "columns"), &pairs, &count);
    for (size_t i = 0; i < count; i++) {
        size_t equals = text_find(pairs[i], TEXT("=")), c;
        if (equals == SIZE_MAX || equals + 1 == pairs[i].size_bytes) return err_of(&SERVICE_BAD_FACT, text_cstr(call->request, pairs[i]));
        TRY(column_named(call->request, &job->people, text_trim(text_sub(pairs[i], 0, equals)), &c));
        meant[c] = text_trim(text_sub(pairs[i], equals + 1, pairs[i].size_bytes));
        const policy_symbol *symbol;
        TRY(service_symbol(call->request, job->book, meant[c], &symbol));
    }
    job->meant = meant;
    return ERR_NONE;
}

/* --on DATE|@column and --region R|@column. */
static err read_when_and_where(run_job *job)
{
    service_call *call = job->call;
    text on = service_text_of(call, "on", TEXT_NONE);
    job->on_day = service_day_of(call, "on");
    job->region = service_text_of(call, "region", TEXT("中国"));
    job->on_column = job->region_column = SIZE_MAX;
    if (text_begins(on, TEXT("@")))
        TRY(column_named(call->request, &job->people, text_sub(on, 1, on.size_bytes), &job->on_column));
    if (text_begins(job->region, TEXT("@"))) {
        text name = text_sub(job->region, 1, job->region.size_bytes);
        TRY(column_named(call->request, &job->people, name, &job->region_column));
        job->region = TEXT("中国");
    }
    return ERR_NONE;
}

static err open_history(run_job *job, text word, run_history *history)
{
    arena *a = job->call->request;
    size_t equals = text_find(word, TEXT("="));
    text name = text_trim(text_sub(word, 0, equals == SIZE_MAX ? word.size_bytes : equals));
    if (equals == SIZE_MAX) return err_of(&SERVICE_RUN_NOT_A_RECORD, text_cstr(a, word));
    TRY(service_symbol(a, job->book, name, &history->record));
    if (history->record->kind != POLICY_SYMBOL_RECORD) return err_of(&SERVICE_RUN_NOT_A_RECORD, text_cstr(a, name));
    history->path = text_cstr(a, text_sub(word, equals + 1, word.size_bytes));
    return run_source_open(job->process, history->path, history->path, &history->source);
}

static err open_histories(run_job *job)
{
    const service_argument *words = service_argument_of(job->call, "history");
    job->histories = ARENA_ARRAY(job->call->request, run_history, words->count + 1);
    for (size_t h = 0; h < words->count; h++) {
        TRY(open_history(job, words->values[h], &job->histories[h]));
        job->history_count++;
    }
    return ERR_NONE;
}

/* --key, else the first column that all files share, else the first column. */
static err find_key(run_job *job)
{
    arena *a = job->call->request;
    text named = service_text_of(job->call, "key", TEXT_NONE);
    job->key_column = 0;
    job->checks_ids = named.size_bytes || job->history_count;
    if (named.size_bytes) {
        TRY(column_named(a, &job->people, named, &job->key_column));
    } else {
        for (size_t c = job->people.column_count; c > 0; c--) {
            bool is_shared = true;
            for (size_t h = 0; h < job->history_count; h++)
                is_shared &= run_source_column(&job->histories[h].source, job->people.header[c - 1]) != SIZE_MAX;
            if (is_shared) job->key_column = c - 1;
        }
    }
    text key = job->people.header[job->key_column];
    for (size_t h = 0; h < job->history_count; h++)
        TRY(column_named(a, &job->histories[h].source, key, &job->histories[h].key_column));
    return ERR_NONE;
}

/* A header that names a parameter or a variable (not one that is asked) sets it, for each person
 * or each row. The person who asks is told: what is set is not computed. */
static void add_given(run_job *job, const policy_symbol *symbol, text name, text **given,
                      size_t *capacity)
{
    if (symbol->kind != POLICY_SYMBOL_PARAM && symbol->kind != POLICY_SYMBOL_VAR) return;
    for (size_t v = 0; v < job->var_count; v++)
        if (service_is_named(symbol, job->vars[v])) return;
    for (size_t g = 0; g < job->given_count; g++)
        if (text_equal((*given)[g], name)) return;
    ARENA_PUSH(job->call->request, *given, job->given_count, *capacity, name);
    service_note(job->call, "set by a column, not computed: ", "由列给出、不再计算：", name);
}

static void find_given(run_job *job)
{
    text *given = NULL;
    size_t capacity = 0;
    const policy_symbol *symbol;
    for (size_t c = 0; c < job->people.column_count; c++)
        if (!policy_find(job->book, job->meant[c], &symbol).kind && !symbol->record)
            add_given(job, symbol, job->meant[c], &given, &capacity);
    for (size_t h = 0; h < job->history_count; h++) {
        const run_source *source = &job->histories[h].source;
        for (size_t c = 0; c < source->column_count; c++) {
            symbol = service_field_symbol(job->book, job->histories[h].record, source->header[c]);
            if (symbol || !policy_find(job->book, source->header[c], &symbol).kind)
                add_given(job, symbol, source->header[c], &given, &capacity);
        }
    }
    job->given = given;
}

static err find_kept(run_job *job)
{
    arena *a = job->call->request;
    const text *names;
    size_t count, kept_count = 0;
    split_names(a, service_argument_of(job->call, "keep"), &names, &count);
    bool is_all = count == 1 && text_equal(names[0], TEXT("*"));
    size_t *kept = ARENA_ARRAY(a, size_t, count + job->people.column_count + 1);
    for (size_t c = 0; is_all && c < job->people.column_count; c++)
        if (c != job->key_column) kept[kept_count++] = c;
    for (size_t i = 0; !is_all && i < count; i++)
        TRY(column_named(a, &job->people, names[i], &kept[kept_count++]));
    job->kept = kept;
    job->kept_count = kept_count;
    return ERR_NONE;
}

static void add_name(text_builder *b, text name)
{
    text_add_format(b, "%s%.*s", b->size_bytes ? ", " : "", TEXT_ARG(name));
}

static bool is_kept(const run_job *job, size_t c)
{
    for (size_t i = 0; i < job->kept_count; i++)
        if (job->kept[i] == c) return true;
    return c == job->key_column || c == job->on_column || c == job->region_column;
}

/* What the columns say that nothing reads, and what is read that no column says. */
static err note_columns(run_job *job, const run_plan *plan)
{
    service_call *call = job->call;
    text_builder unread = text_builder_open(call->request), unsaid = text_builder_open(call->request);
    const vm_plan *vm = &plan->planned.plan;
    size_t people_inputs = 0, bound = 0;
    for (size_t i = 0; i < vm->input_count; i++) {
        bool is_bound = plan->column_of[i] != SIZE_MAX;
        people_inputs += vm->inputs[i].space == 0;
        bound += is_bound && vm->inputs[i].space == 0;
        if (!is_bound) add_name(&unsaid, text_of(vm->inputs[i].name));
    }
    for (size_t c = 0; c < job->people.column_count; c++) {
        bool is_read = is_kept(job, c);
        for (size_t i = 0; i < vm->input_count; i++)
            is_read |= vm->inputs[i].space == 0 && plan->column_of[i] == c;
        if (!is_read) add_name(&unread, job->people.header[c]);
    }
    bool has_records = vm->record_count > 0;
    if (people_inputs && !bound && !has_records)
        return err_at(&SERVICE_RUN_NO_INPUT, (source_pos){ job->people.file, 1, 1 }, job->people.file);
    if (unread.size_bytes)
        service_note(call, "columns not read (--keep carries them through): ",
                     "未使用的列（可用 --keep 带到结果中）：", text_built(&unread));
    if (unsaid.size_bytes)
        service_note(call, "no column for, so unknown for everyone: ", "没有对应的列，对所有人均为未知：",
                     text_built(&unsaid));
    return ERR_NONE;
}

/* A number that a rule makes is an index or a ratio, whose sum says nothing; one that a file
 * brings is counted in thousands or the like. */
static bool is_summed(const policy_symbol *symbol, policy_base_type base)
{
    bool is_brought = symbol && symbol->kind == POLICY_SYMBOL_INPUT;
    return base == POLICY_MONEY || base == POLICY_COUNT || base == POLICY_MONTHS ||
           base == POLICY_DAYS || (base == POLICY_NUMBER && is_brought);
}

/* One plan before the first person, so that mistakes in what is asked are told at once. */
static err try_plan(run_job *job)
{
    run_plan plan;
    arena *a = job->call->request;
    for (size_t i = 0; i < job->var_count; i++) {
        const policy_symbol *symbol;
        TRY(service_symbol(a, job->book, job->vars[i], &symbol));
    }
    TRY(run_plan_make(job, a, job->on_day, job->region, &plan));
    job->totals = ARENA_ARRAY(a, run_total, job->var_count + 1);
    for (size_t i = 0; i < job->var_count; i++) {
        policy_type type = plan.planned.output_types[i];
        job->totals[i] = (run_total){ .name = job->vars[i], .type = type,
                                      .is_summed = is_summed(plan.planned.output_symbols[i], type.base) };
    }
    return note_columns(job, &plan);
}

static err check_paths(run_job *job)
{
    text out = service_text_of(job->call, "out", TEXT_NONE);
    for (size_t h = 0; h <= job->history_count; h++) {
        const char *path = h ? job->histories[h - 1].path : job->people.file;
        bool is_one = text_equal_cstr(out, path) || os_is_same(text_cstr(job->call->request, out), path);
        if (is_one && strcmp(path, "-") != 0 && !text_begins(out, TEXT("/dev/"))) return err_of(&SERVICE_RUN_SAME_FILE, path);
    }
    return ERR_NONE;
}

static err choose_encoding(run_job *job)
{
    text named = service_text_of(job->call, "encoding", TEXT_NONE);
    job->out_encoding = job->people.encoding;
    if (text_equal_cstr(named, "utf8")) job->out_encoding = CODEC_UTF8, job->people.has_mark = false;
    if (text_equal_cstr(named, "utf8-bom")) job->out_encoding = CODEC_UTF8, job->people.has_mark = true;
    if (text_equal_cstr(named, "gb18030")) job->out_encoding = CODEC_GB18030;
    if (job->out_encoding != CODEC_GB18030) return ERR_NONE;
    return codec_converter_open(job->process, CODEC_UTF8, CODEC_GB18030, &job->to_gb18030);
}

err run_open(service_call *call, run_job *job)
{
    *job = (run_job){ .call = call, .process = arena_open() };
    TRY(service_book(call, &job->book));
    split_names(call->request, service_argument_of(call, "vars"), &job->vars, &job->var_count);
    if (!job->var_count) return err_of(&SERVICE_MISSING_ARGUMENT, "--vars");
    /* The standard input is the machine's own. */
    if (call->is_remote && !service_is_given(call, "in")) return err_of(&SERVICE_MISSING_ARGUMENT, "in");
    const char *path = text_cstr(call->request, service_text_of(call, "in", TEXT("-")));
    TRY(run_source_open(job->process, path, path, &job->people));
    TRY(read_meanings(job));
    TRY(read_when_and_where(job));
    TRY(open_histories(job));
    TRY(find_key(job));
    job->whole_id = service_text_of(call, "whole", TEXT_NONE);
    job->checks_ids |= job->whole_id.size_bytes > 0;
    TRY(find_kept(job));
    find_given(job);
    TRY(check_paths(job));
    TRY(choose_encoding(job));
    job->first_rejects = text_builder_open(call->request);
    return try_plan(job);
}
