/* doudi link change: rows of a roll put in, corrected and taken out one by one, and whose they are, without a run over all of them.
 *
 * A kept roll is a CSV: what is said of each row (base, gone, later), its cluster, its id and its fields. Rows of the base stay in it when they are
 * gone, since how rare values are is theirs. */
#include <stdlib.h>

#include "base/hash.h"
#include "os/os.h"
#include "service/files.h"
#include "service/link.h"
#include "service/operations.h"

const err_kind LINK_OTHER_MODEL = {
    "link.other_model", ERR_CONFLICT, "{} was kept with another model or spec: give those, or begin anew from a roll of your own.",
    "{} 是用另一模型或方案保存的：请给出原来的模型和方案，或从原始名册重新开始。",
};
const err_kind LINK_BAD_STATE = {
    "link.bad_state", ERR_BAD_INPUT, "A row of a kept roll is base, gone or later, not '{}'; take the file as it was written.",
    "已保存名册的行状态只能是 base、gone 或 later，不能是“{}”；请使用原样保存的文件。",
};
const err_kind LINK_BAD_CHANGE = {
    "link.bad_change", ERR_BAD_INPUT, "A change is insert, correct or withdraw, not '{}'.",
    "变更只能是新增、更正或撤出，不能是“{}”。",
};

const err_kind LINK_HALF_A_CHANGE = {
    "link.half_a_change", ERR_BAD_INPUT, "A change of one record needs both --change and --record id=ID{}.",
    "变更一条记录须同时给出 --change 和 --record id=编号{}。",
};

typedef enum { INSERT, CORRECT, WITHDRAW, KIND_COUNT } change_kind;
static const char *const KINDS[] = { [INSERT] = "insert", [CORRECT] = "correct", [WITHDRAW] = "withdraw", NULL };
static const char *const KINDS_ZH[KIND_COUNT] = { [INSERT] = "新增", [CORRECT] = "更正", [WITHDRAW] = "撤出" };

static const service_field CHANGE_INPUT[] = {
    { .name = "files", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .is_list = true, .shows = "ROLL.csv [CHANGES.csv]",
      .summary = "a roll, or one that --kept has written; and changes: change (insert, correct, withdraw), id, fields",
      .summary_zh = "名册（或 --kept 保存的名册）；以及变更文件：change（新增、更正、撤出）、id 和各字段" },
    { .name = "spec", .type = SERVICE_TEXT, .is_required = true, .shows = "SPEC", .summary = "cn-person, cn-employer, latin-person or a file (docs/linkage.md)",
      .summary_zh = "比对方案：cn-person、cn-employer、latin-person 或方案文件（见 docs/linkage.md）" },
    { .name = "model", .type = SERVICE_FILE, .is_required = true, .shows = "MODEL.txt", .summary = "what doudi link --keep has written of one file",
      .summary_zh = "doudi link --keep 对一个文件查重时保存的模型" },
    { .name = "change", .type = SERVICE_TEXT, .choices = KINDS, .summary = "what is done with the one --record", .summary_zh = "对 --record 这一条记录做什么：新增、更正、撤出" },
    { .name = "record", .type = SERVICE_FACT, .is_list = true, .shows = "FIELD=VALUE", .summary = "of one record: said once a field, id among them",
      .summary_zh = "一条记录，每个字段（含 id）说一次" },
    { .name = "kept", .type = SERVICE_FILE_OUT, .shows = "KEPT.csv", .summary = "write the roll here as it stands now, with each row's cluster",
      .summary_zh = "将变更后的名册（含各行所属聚类）写入此文件" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "MOVED.csv", .summary = "rows whose cluster is another now: id, before, now; - is the standard output",
      .summary_zh = "所属聚类有变的行：id、before、now；- 为标准输出" },
    { .name = "columns", .type = SERVICE_FACT, .is_list = true, .shows = "FIELD=COLUMN,...", .summary = "what the files call the spec's fields, and id",
      .summary_zh = "字段（及 id）在文件中的列名" },
};
static const service_field MOVED_ROW[] = {
    { .name = "id", .type = SERVICE_TEXT, .summary = "row", .summary_zh = "记录" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "cluster before", .summary_zh = "原聚类" },
    { .name = "now", .type = SERVICE_TEXT, .summary = "cluster now", .summary_zh = "现聚类" },
};
static const service_field CHANGE_OUTPUT[] = {
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows that stand", .summary_zh = "在册行数" },
    { .name = "clusters", .type = SERVICE_COUNT, .summary = "clusters", .summary_zh = "人数（聚类）" },
    { .name = "inserted", .type = SERVICE_COUNT, .summary = "put in", .summary_zh = "新增" },
    { .name = "corrected", .type = SERVICE_COUNT, .summary = "corrected", .summary_zh = "更正" },
    { .name = "withdrawn", .type = SERVICE_COUNT, .summary = "taken out", .summary_zh = "撤出" },
    { .name = "moved_rows", .type = SERVICE_COUNT, .summary = "rows in another cluster now", .summary_zh = "所属聚类有变的行" },
    { .name = "compared", .type = SERVICE_COUNT, .summary = "pairs compared by the changes", .summary_zh = "变更中比较的对数" },
    { .name = "half_ns", .type = SERVICE_COUNT, .summary = "half of the changes within, ns", .summary_zh = "半数变更在此时间内（纳秒）" },
    { .name = "most_ns", .type = SERVICE_COUNT, .summary = "99 in 100 within, ns", .summary_zh = "百分之九十九在此时间内（纳秒）" },
    { .name = "moved", .type = SERVICE_OBJECT, .is_list = true, .summary = "whose cluster is another now (50 at most; by pages all)", .summary_zh = "所属聚类有变的行（前 50 行，分页时全部）",
      .fields = MOVED_ROW, .field_count = ARRAY_COUNT(MOVED_ROW) },
};

/* A row as the changes leave it. */
typedef struct {
    text id, values[LINKAGE_INPUTS_MAX];
    bool stands;
} changed_row;
typedef struct {
    service_call *call;
    arena *memory;
    const linkage_spec *spec;
    link_columns *columns;
    linkage_set *set;
    linkage_run *run;
    linkage_standing *l;
    const char *extra[LINK_EXTRA_MAX]; /* columns of a kept roll */
    bool is_kept, lacks_clusters; /* a roll that was kept; some row of it says none */
    changed_row *rows;
    size_t row_count, row_capacity;
    hash_map *by_id;        /* of rows that were changed */
    linkage_moved *moved;   /* each id once, with its cluster before all changes */
    size_t moved_count, moved_capacity;
    hash_map *moved_at;
    int64_t *times;
    size_t time_count, time_capacity;
    int64_t tally[KIND_COUNT];
    text_builder out;
} changing;

enum { SHOWN_MAX = 50, OUT_BYTES = 1 << 16 };
#define STATE_COLUMN "linkage_state_"

static text roll_of(const changing *q) { return service_argument_of(q->call, "files")->values[0]; }

/* ---- the roll ---- */

typedef enum { BASE, GONE, LATER, STATE_COUNT } row_state;
static const char *const STATES[STATE_COUNT] = { [BASE] = "base", [GONE] = "gone", [LATER] = "later" };

/* Of a roll of somebody's own each row is base. */
static err state_of(const changing *q, const text *extra, row_state *state)
{
    *state = BASE;
    for (int i = 0; q->is_kept && i < STATE_COUNT; i++) {
        *state = (row_state)i;
        if (text_equal_cstr(extra[0], STATES[i])) return ERR_NONE;
    }
    return q->is_kept ? err_of(&LINK_BAD_STATE, text_cstr(q->call->request, text_shown(q->call->request, extra[0], 40))) : ERR_NONE;
}

/* Whether the roll is a kept one, and by this model and spec. */
static err look_at_roll(changing *q, text model)
{
    arena *a = q->call->request;
    sheet *file = NULL;
    size_t count = 0;
    text spec_name = service_text_of(q->call, "spec", TEXT_NONE), spec = linkage_spec_ready(spec_name);
    if (!spec.bytes) TRY(service_read_utf8(a, spec_name, &spec));
    uint64_t digest = hash_bytes(spec.bytes, spec.size_bytes, hash_bytes(model.bytes, model.size_bytes, 1));
    q->extra[0] = text_cstr(a, text_format(a, STATE_COLUMN "%016llx", (unsigned long long)digest));
    q->extra[1] = "linkage_cluster";
    err e = sheet_open(q->call, roll_of(q), &file);
    const text *columns = e.kind ? NULL : sheet_columns(file, &count);
    for (size_t i = 0; i < count; i++) {
        if (!text_begins(text_trim(columns[i]), TEXT(STATE_COLUMN))) continue;
        q->is_kept = true;
        if (!text_equal_cstr(text_trim(columns[i]), q->extra[0])) e = err_of(&LINK_OTHER_MODEL, text_cstr(a, roll_of(q)));
    }
    if (e.detail) e.detail = text_cstr(a, text_of(e.detail));
    if (e.at.file) e.at.file = text_cstr(a, text_of(e.at.file));
    sheet_close(file);
    return e;
}

static err each_row(changing *q, link_visit visit)
{
    return link_each(q->call, q->spec, q->is_kept ? NULL : q->columns, q->is_kept ? q->extra : NULL, roll_of(q), visit, q);
}

static err add_base(void *context, text id, const text *values, const text *extra)
{
    changing *q = context;
    row_state state;
    TRY(state_of(q, extra, &state));
    return state == LATER ? ERR_NONE : linkage_set_add(q->set, q->memory, id, values);
}

static err drop_gone(void *context, text id, const text *values, const text *extra)
{
    changing *q = context;
    row_state state;
    (void)values;
    TRY(state_of(q, extra, &state));
    return state == GONE ? linkage_standing_drop(q->l, q->call->request, id) : ERR_NONE;
}

static err put_later(void *context, text id, const text *values, const text *extra)
{
    changing *q = context;
    row_state state;
    TRY(state_of(q, extra, &state));
    if (state == GONE) return ERR_NONE;
    if (state == LATER) TRY(linkage_standing_put(q->l, q->call->request, id, values));
    q->lacks_clusters = q->lacks_clusters || !extra[1].size_bytes;
    return linkage_standing_name(q->l, q->call->request, id, extra[1]);
}

static err open_roll(changing *q, const linkage_options *options)
{
    arena *a = q->call->request;
    link_dates(q->call, q->spec, q->columns, roll_of(q), q->set);
    TRY(each_row(q, add_base));
    err e = linkage_set_ready(q->set, &options->crew, a);
    if (e.kind == &LINKAGE_NO_ROWS) e.detail = text_cstr(a, roll_of(q));
    TRY(e);
    TRY(link_named(q->call, q->columns, linkage_run_ask(q->set, *options, a, &q->run)));
    q->l = linkage_standing_open(q->set, q->run, 0);
    if (q->is_kept) {
        TRY(each_row(q, drop_gone));
        TRY(each_row(q, put_later));
    }
    if (!q->is_kept || q->lacks_clusters) linkage_standing_settle(q->l);
    return ERR_NONE;
}

/* ---- changes ---- */

static void keep_row(changing *q, text id, const text *values, bool stands)
{
    size_t at = hash_map_get(q->by_id, id);
    changed_row row = { .id = at == SIZE_MAX ? text_copy(q->memory, id) : q->rows[at].id, .stands = stands };
    for (size_t i = 0; i < linkage_input_count(q->spec); i++) row.values[i] = values[i].bytes ? text_copy(q->memory, linkage_input_plain(q->set, q->memory, i, values[i])) : TEXT_NONE;
    if (at != SIZE_MAX) {
        q->rows[at] = row;
        return;
    }
    hash_map_put(q->by_id, row.id, q->row_count);
    ARENA_PUSH(q->memory, q->rows, q->row_count, q->row_capacity, row);
}

static void keep_moved(changing *q)
{
    size_t count;
    const linkage_moved *moved = linkage_standing_moved(q->l, &count);
    for (size_t i = 0; i < count; i++) {
        if (hash_map_get(q->moved_at, moved[i].id) != SIZE_MAX) continue;
        linkage_moved kept = { text_copy(q->memory, moved[i].id), moved[i].before, TEXT_NONE };
        hash_map_put(q->moved_at, kept.id, q->moved_count);
        ARENA_PUSH(q->memory, q->moved, q->moved_count, q->moved_capacity, kept);
    }
}

static err make_change(void *context, text id, const text *values, const text *extra)
{
    changing *q = context;
    arena *a = q->call->request;
    int kind = 0;
    id = text_trim(id);
    while (kind < KIND_COUNT && !text_equal_cstr(extra[0], KINDS[kind]) && !text_equal_cstr(extra[0], KINDS_ZH[kind])) kind++;
    if (kind == KIND_COUNT) return err_of(&LINK_BAD_CHANGE, text_cstr(a, text_shown(a, extra[0], 40)));
    int64_t began = os_monotonic_ns();
    if (kind == INSERT) TRY(linkage_standing_insert(q->l, a, id, values));
    if (kind == CORRECT) TRY(linkage_standing_correct(q->l, a, id, values));
    if (kind == WITHDRAW) TRY(linkage_standing_withdraw(q->l, a, id));
    int64_t took = os_monotonic_ns() - began;
    ARENA_PUSH(q->memory, q->times, q->time_count, q->time_capacity, took);
    q->tally[kind]++;
    keep_row(q, id, values, kind != WITHDRAW);
    keep_moved(q);
    return ERR_NONE;
}

/* --change and --record. */
static err change_one(changing *q)
{
    static const char *const NEEDS[2] = { "change", "record" };
    text values[LINKAGE_INPUTS_MAX], id = TEXT_NONE, kind = service_text_of(q->call, "change", TEXT(""));
    for (int i = 0; i < 2; i++)
        if (!service_is_given(q->call, NEEDS[i]) && service_is_given(q->call, NEEDS[!i])) return err_of(&LINK_HALF_A_CHANGE, "");
    if (!service_is_given(q->call, "record")) return ERR_NONE;
    TRY(link_record(q->call, q->spec, values, &id));
    return make_change(q, id, values, &kind);
}

static err make_changes(changing *q)
{
    static const char *const EXTRA[] = { "change", NULL };
    const service_argument *files = service_argument_of(q->call, "files");
    if (files->count > 2) return err_of(&LINK_TOO_MANY_FILES, text_cstr(q->call->request, files->values[2]));
    if (files->count == 2) link_dates(q->call, q->spec, q->columns, files->values[1], q->set);
    if (files->count == 2) TRY(link_each(q->call, q->spec, q->columns, EXTRA, files->values[1], make_change, q));
    if (files->count == 2 || !q->is_kept) TRY(link_columns_met(q->call, q->columns));
    return change_one(q);
}

/* ---- written ---- */

static err flush(changing *q, os_writer *file, size_t from_bytes)
{
    if (q->out.size_bytes < from_bytes) return ERR_NONE;
    err e = os_writer_add(file, text_built(&q->out));
    q->out.size_bytes = 0;
    return e;
}

typedef struct {
    changing *q;
    os_writer *file;
} writing;

static err write_row(const writing *w, row_state state, text id, const text *values)
{
    changing *q = w->q;
    codec_csv_writer row = codec_csv_write(&q->out, 0);
    codec_csv_add_text(&row, text_of(STATES[state]));
    codec_csv_add_text(&row, state == GONE ? TEXT("") : linkage_standing_cluster(q->l, id));
    codec_csv_add_text(&row, id);
    for (size_t i = 0; i < linkage_input_count(q->spec); i++) codec_csv_add_text(&row, values[i].bytes ? values[i] : TEXT(""));
    codec_csv_end_row(&row);
    return flush(q, w->file, OUT_BYTES);
}

static err write_old(void *context, text id, const text *values, const text *extra)
{
    const writing *w = context;
    row_state state;
    id = text_trim(id);
    TRY(state_of(w->q, extra, &state));
    bool is_changed = hash_map_get(w->q->by_id, id) != SIZE_MAX;
    if (state == LATER && is_changed) return ERR_NONE;
    return write_row(w, state == BASE && is_changed ? GONE : state, id, values);
}

static err write_rows(writing *w)
{
    changing *q = w->q;
    codec_csv_writer head = codec_csv_write(&q->out, 0);
    codec_csv_add_text(&head, text_of(q->extra[0]));
    codec_csv_add_text(&head, text_of(q->extra[1]));
    codec_csv_add_text(&head, TEXT("id"));
    for (size_t i = 0; i < linkage_input_count(q->spec); i++) codec_csv_add_text(&head, text_of(linkage_input_name(q->spec, i)));
    codec_csv_end_row(&head);
    TRY(link_each(q->call, q->spec, q->is_kept ? NULL : q->columns, q->is_kept ? q->extra : NULL, roll_of(q), write_old, w));
    for (size_t i = 0; i < q->row_count; i++)
        if (q->rows[i].stands) TRY(write_row(w, LATER, q->rows[i].id, q->rows[i].values));
    return flush(q, w->file, 0);
}

static err write_moved(writing *w)
{
    changing *q = w->q;
    text_add_cstr(&q->out, "id,before,now\n");
    codec_csv_writer row = codec_csv_write(&q->out, 0);
    for (size_t i = 0; i < q->moved_count; i++) {
        codec_csv_add_words(&row, q->moved[i].id);
        codec_csv_add_words(&row, q->moved[i].before.bytes ? q->moved[i].before : TEXT(""));
        codec_csv_add_words(&row, q->moved[i].now.bytes ? q->moved[i].now : TEXT(""));
        codec_csv_end_row(&row);
        TRY(flush(q, w->file, OUT_BYTES));
    }
    return flush(q, w->file, 0);
}

static err write_file(changing *q, const char *name, err (*rows)(writing *))
{
    text path = service_text_of(q->call, name, TEXT_NONE);
    if (!path.size_bytes) return ERR_NONE;
    writing w = { .q = q };
    TRY(os_writer_open(q->call->request, text_cstr(q->call->request, path), &w.file));
    err e = rows(&w);
    if (e.kind) os_writer_cancel(w.file);
    else e = os_writer_commit(w.file);
    return e;
}

/* ---- told ---- */

static int by_time(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return (p > q) - (p < q);
}

static int by_id(const void *x, const void *y)
{
    return text_compare(((const linkage_moved *)x)->id, ((const linkage_moved *)y)->id);
}

/* What all changes together have moved. */
static void end_moved(changing *q)
{
    size_t kept = 0;
    for (size_t i = 0; i < q->moved_count; i++) {
        linkage_moved m = q->moved[i];
        m.now = linkage_standing_cluster(q->l, m.id);
        if (!text_equal(m.before, m.now)) q->moved[kept++] = m;
    }
    q->moved_count = kept;
    if (kept) qsort(q->moved, kept, sizeof *q->moved, by_id);
}

static void put_reply(changing *q)
{
    service_value *r = q->call->reply;
    arena *a = q->call->request;
    size_t n = q->time_count;
    if (n) qsort(q->times, n, sizeof *q->times, by_time);
    service_put_count(a, r, "rows", (int64_t)linkage_standing_count(q->l));
    service_put_count(a, r, "clusters", (int64_t)linkage_standing_clusters(q->l));
    service_put_count(a, r, "inserted", q->tally[INSERT]);
    service_put_count(a, r, "corrected", q->tally[CORRECT]);
    service_put_count(a, r, "withdrawn", q->tally[WITHDRAW]);
    service_put_count(a, r, "moved_rows", (int64_t)q->moved_count);
    service_put_count(a, r, "compared", (int64_t)linkage_standing_compared(q->l));
    service_put_count(a, r, "half_ns", n ? q->times[n / 2] : 0);
    service_put_count(a, r, "most_ns", n ? q->times[n * 99 / 100] : 0);
    service_value *list = service_put_list(a, r, "moved");
    for (size_t i = 0; i < q->moved_count && service_takes_row(q->call, list, SHOWN_MAX); i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "id", text_copy(a, q->moved[i].id));
        service_put_text(a, v, "before", text_copy(a, q->moved[i].before));
        service_put_text(a, v, "now", text_copy(a, q->moved[i].now));
    }
}

static err change_rows(changing *q)
{
    service_call *call = q->call;
    size_t workers = call->office->settings.thread_count;
    workers = workers < 1 ? 1 : workers > LINKAGE_WORKERS_MAX ? LINKAGE_WORKERS_MAX : workers;
    linkage_options options = { .crew = { link_run_crew, &workers, workers } };
    TRY(link_columns_open(call, q->spec, &q->columns));
    TRY(link_model(call, &options));
    TRY(look_at_roll(q, options.model));
    TRY(open_roll(q, &options));
    TRY(make_changes(q));
    end_moved(q);
    TRY(write_file(q, "kept", write_rows));
    TRY(write_file(q, "out", write_moved));
    call->is_output_taken = text_equal_cstr(service_text_of(call, "out", TEXT_NONE), "-") || text_equal_cstr(service_text_of(call, "kept", TEXT_NONE), "-");
    put_reply(q);
    return ERR_NONE;
}

static err link_change(service_call *call)
{
    changing q = { .call = call, .memory = arena_open() };
    q.by_id = hash_map_open(q.memory);
    q.moved_at = hash_map_open(q.memory);
    q.out = text_builder_open(q.memory);
    err e = link_spec(call, &q.spec);
    if (!e.kind) {
        q.set = linkage_set_open(q.spec);
        e = change_rows(&q);
    }
    linkage_standing_close(q.l);
    linkage_run_close(q.run);
    linkage_set_close(q.set);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    arena_close(q.memory);
    return link_told(call, e);
}

static const char *const CHANGE_EXAMPLES[] = {
    "doudi link roll.csv --spec cn-person --keep model.txt --out duplicates.csv",
    "doudi link change roll.csv --spec cn-person --model model.txt --kept kept.csv",
    "doudi link change kept.csv changes.csv --spec cn-person --model model.txt --kept kept2.csv --out moved.csv",
    "doudi link change kept.csv --spec cn-person --model model.txt --change correct --record id=A17 --record name=王伟 --record village=石桥村",
    NULL,
};

const service_op LINK_CHANGE_OP = {
    .name = "link.change",
    .summary = "Rows put in, corrected or taken out of a roll that stands, and whose each is after it",
    .summary_zh = "在现有名册中逐条新增、更正、撤出记录，并给出变更后各属于哪一人",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = CHANGE_INPUT,
    .input_count = ARRAY_COUNT(CHANGE_INPUT),
    .output = CHANGE_OUTPUT,
    .output_count = ARRAY_COUNT(CHANGE_OUTPUT),
    .examples = CHANGE_EXAMPLES,
    .run = link_change,
};
