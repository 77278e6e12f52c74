/* Who gains and who loses: both sides run over the same people, then their results line by line. */
#include "service/diff.h"

#include "calendar/calendar.h"
#include "money/money.h"
#include "service/operations.h"

enum { PLACES = 9, DIFF_BYTES_MAX = 1 << 30 };

typedef struct {
    codec_csv_reader *reader;
    codec_csv_row row;
    size_t column_count;
    const text *header;
} results;

typedef struct {
    uint64_t gain_count, lose_count, same_count, unknown_count;
    i128 gain, lose;
} balance;

static err run_side(service_call *call, const diff_side *side, text out)
{
    arena *a = call->request;
    service_call *run = service_call_open(call->office, a, &POLICY_RUN_OP, call->is_chinese);
    static const char *const SHARED[] = { "in", "vars", "history", "key", "columns", NULL };
    char day[32];
    for (size_t i = 0; SHARED[i]; i++) {
        const service_argument *given = service_argument_of(call, SHARED[i]);
        for (size_t k = 0; given && k < given->count; k++)
            TRY(service_give(run, text_of(SHARED[i]), given->values[k]));
    }
    calendar_print_day(side->on_day, day);
    TRY(service_give(run, TEXT("on"), text_copy(a, text_of(day))));
    TRY(service_give(run, TEXT("region"), side->region));
    TRY(service_give(run, TEXT("out"), out));
    const service_argument *packs = service_argument_of(call, "packs");
    if (side->packs.size_bytes) TRY(service_give(run, TEXT("packs"), side->packs));
    else
        for (size_t k = 0; packs && k < packs->count; k++)
            TRY(service_give(run, TEXT("packs"), packs->values[k]));
    return service_run(run);
}

static err results_open(arena *a, text path, results *r)
{
    text whole;
    TRY(os_read_file(a, path.bytes, DIFF_BYTES_MAX, &whole));
    r->reader = codec_csv_open_text(a, whole, (codec_csv_options){ .file = path.bytes });
    bool has_row;
    TRY(codec_csv_next(r->reader, &r->row, &has_row));
    r->column_count = has_row ? r->row.count : 0;
    text *header = ARENA_ARRAY(a, text, r->column_count + 1);
    for (size_t c = 0; c < r->column_count; c++)
        header[c] = text_copy(a, r->row.field[c]);
    r->header = header;
    return ERR_NONE;
}

static bool number_of(text t, i128 *value)
{
    return t.size_bytes && !money_parse_decimal(t, PLACES, MONEY_ALLOW_PERCENT, value).kind;
}

static text show(arena *a, i128 value)
{
    char digits[MONEY_PRINT_BYTES];
    money_print(value, (money_style){ PLACES, 0, false }, digits);
    return text_copy(a, text_of(digits));
}

static void weigh(balance *b, bool has_both, i128 change)
{
    if (!has_both) b->unknown_count++;
    else if (change > 0) {
        b->gain_count++;
        b->gain += change;
    } else if (change < 0) {
        b->lose_count++;
        b->lose += change;
    } else b->same_count++;
}

/* One line of both: the key, then for each variable before, after and the change. */
static void put_line(arena *a, const results r[2], balance *balances, size_t var_count,
                     codec_csv_writer *w)
{
    size_t first = r[0].column_count - 1 - var_count; /* key, kept ..., variables, reason */
    for (size_t c = 0; c < first; c++)
        codec_csv_add_text(w, r[0].row.field[c]);
    for (size_t v = 0; v < var_count; v++) {
        text before = r[0].row.field[first + v], after = r[1].row.field[first + v];
        i128 x = 0, y = 0;
        bool has_both = number_of(before, &x) && number_of(after, &y);
        bool is_word = !has_both && before.size_bytes && after.size_bytes;
        if (is_word && text_equal(before, after)) balances[v].same_count++;
        else if (is_word) balances[v].unknown_count++;
        else weigh(&balances[v], has_both, y - x);
        codec_csv_add_text(w, before);
        codec_csv_add_text(w, after);
        codec_csv_add_text(w, has_both ? show(a, y - x) : TEXT(""));
    }
    codec_csv_end_row(w);
}

static void put_header(arena *a, const results *r, size_t var_count, codec_csv_writer *w)
{
    size_t first = r->column_count - 1 - var_count;
    for (size_t c = 0; c < first; c++)
        codec_csv_add_text(w, r->header[c]);
    for (size_t v = 0; v < var_count; v++) {
        text name = r->header[first + v];
        codec_csv_add_text(w, text_format(a, "%.*s.A", TEXT_ARG(name)));
        codec_csv_add_text(w, text_format(a, "%.*s.B", TEXT_ARG(name)));
        codec_csv_add_text(w, text_format(a, "%.*s.B-A", TEXT_ARG(name)));
    }
    codec_csv_end_row(w);
}

static void put_balances(service_call *call, const service_argument *vars, const balance *balances)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "people");
    for (size_t v = 0; v < vars->count; v++) {
        const balance *b = &balances[v];
        service_value *o = service_put_object(a, list, NULL);
        service_put_text(a, o, "name", vars->values[v]);
        service_put_count(a, o, "gain", (int64_t)b->gain_count);
        service_put_text(a, o, "gain_sum", show(a, b->gain));
        service_put_count(a, o, "lose", (int64_t)b->lose_count);
        service_put_text(a, o, "lose_sum", show(a, b->lose));
        service_put_count(a, o, "same", (int64_t)b->same_count);
        service_put_count(a, o, "not_compared", (int64_t)b->unknown_count);
        service_put_text(a, o, "change", show(a, b->gain + b->lose));
    }
}

static err compare(service_call *call, const text paths[2])
{
    arena *a = call->request;
    const service_argument *vars = service_argument_of(call, "vars");
    results r[2] = { 0 };
    for (size_t i = 0; i < 2; i++)
        TRY(results_open(a, paths[i], &r[i]));
    balance *balances = ARENA_ARRAY(a, balance, vars->count + 1);
    text_builder lines = text_builder_open(a);
    codec_csv_writer w = codec_csv_write(&lines, ',');
    put_header(a, &r[0], vars->count, &w);
    for (;;) {
        bool has[2];
        for (size_t i = 0; i < 2; i++)
            TRY(codec_csv_next(r[i].reader, &r[i].row, &has[i]));
        if (!has[0] || !has[1]) break;
        put_line(a, r, balances, vars->count, &w);
    }
    text out = service_text_of(call, "out", TEXT_NONE);
    if (out.size_bytes) TRY(service_write_file(a, out, text_built(&lines)));
    put_balances(call, vars, balances);
    return ERR_NONE;
}

err diff_people(service_call *call, const diff_side sides[2])
{
    arena *a = call->request;
    const char *folder;
    TRY(os_temp_folder(a, &folder));
    text paths[2] = { text_format(a, "%s/a.csv", folder), text_format(a, "%s/b.csv", folder) };
    err e = run_side(call, &sides[0], paths[0]);
    if (!e.kind) e = run_side(call, &sides[1], paths[1]);
    if (!e.kind) e = compare(call, paths);
    err ignored = os_remove_tree(a, folder);
    (void)ignored;
    return e;
}
