/* doudi docket types, enter, strike: which standing books there are, and their rows said, changed and taken off. */
#include "service/adopt.h"
#include "service/dockets.h"
#include "service/english.h"
#include "service/operations.h"
#include "service/sheet.h"

/* ---- types ---- */

static const service_field TYPES_INPUT[] = { SERVICE_PACKS_FIELD, SERVICE_COUNTY_FIELD };
static const service_field TYPES_FIELD[] = {
    { .name = "column", .type = SERVICE_TEXT, .summary = "column", .summary_zh = "栏目" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "title", .summary_zh = "名称" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "key, text, date, due, done, count, choice or place", .summary_zh = "类别：key、text、date、due、done、count、choice 或 place" },
    { .name = "choices", .type = SERVICE_TEXT, .is_list = true, .summary = "what may be chosen", .summary_zh = "可选项" },
    { .name = "says", .type = SERVICE_TEXT, .is_list = true, .summary = "the same in the reader's language", .summary_zh = "可选项的名称" },
};
static const service_field TYPES_ROW[] = {
    { .name = "docket", .type = SERVICE_TEXT, .summary = "docket", .summary_zh = "台账" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "title", .summary_zh = "名称" },
    { .name = "columns", .type = SERVICE_TEXT, .summary = "columns", .summary_zh = "栏目" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "law", .summary_zh = "依据" },
    { .name = "fields", .type = SERVICE_OBJECT, .is_list = true, .summary = "columns, one by one", .summary_zh = "逐栏", .fields = TYPES_FIELD,
      .field_count = ARRAY_COUNT(TYPES_FIELD) },
};
static const service_field TYPES_OUTPUT[] = {
    { .name = "dockets", .type = SERVICE_OBJECT, .is_list = true, .summary = "dockets", .summary_zh = "台账", .fields = TYPES_ROW,
      .field_count = ARRAY_COUNT(TYPES_ROW) },
};

static void put_fields(service_call *call, service_value *docket, const dockets_type *type, const english_words *words)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, docket, "fields");
    for (size_t c = 0; c < type->column_count; c++) {
        const dockets_column *one = &type->columns[c];
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "column", one->name);
        service_put_text(a, v, "title", dockets_column_title(call, one));
        service_put_text(a, v, "kind", text_of(dockets_kind_word(type, c)));
        service_value *choices = service_put_list(a, v, "choices"), *says = service_put_list(a, v, "says");
        text rest = one->kind == DOCKETS_CHOICE ? one->says : TEXT_NONE;
        while (rest.size_bytes) {
            size_t at = text_find(rest, TEXT("|"));
            text choice = at == SIZE_MAX ? rest : text_sub(rest, 0, at);
            service_put_text(a, choices, NULL, choice);
            service_put_text(a, says, NULL, english_of(words, choice));
            rest = at == SIZE_MAX ? TEXT_NONE : text_sub(rest, at + 1, rest.size_bytes);
        }
    }
}

static err docket_types_run(service_call *call)
{
    dockets_type *types;
    size_t count;
    arena *a = call->request;
    english_words words;
    TRY(dockets_types(call, &types, &count));
    TRY(english_open(call, &words));
    service_value *list = service_put_list(a, call->reply, "dockets");
    for (size_t i = 0; i < count; i++) {
        text_builder columns = text_builder_open(a);
        for (size_t c = 0; c < types[i].column_count; c++)
            text_add_format(&columns, "%s%.*s", c ? service_say(call, ", ", "、") : "", TEXT_ARG(dockets_column_title(call, &types[i].columns[c])));
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "docket", types[i].name);
        service_put_text(a, v, "title", dockets_title(call, &types[i]));
        service_put_text(a, v, "columns", text_built(&columns));
        service_put_text(a, v, "law", types[i].law.size_bytes ? types[i].law : TEXT("-"));
        put_fields(call, v, &types[i], &words);
    }
    return ERR_NONE;
}

static const char *const TYPES_EXAMPLES[] = { "doudi docket types", NULL };
const service_op DOCKETS_TYPES_OP = {
    .name = "docket.types",
    .summary = "The standing books that the packs declare, and their columns",
    .summary_zh = "政策包设立的台账及其栏目",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_FREE,
    .input = TYPES_INPUT,
    .input_count = ARRAY_COUNT(TYPES_INPUT),
    .output = TYPES_OUTPUT,
    .output_count = ARRAY_COUNT(TYPES_OUTPUT),
    .examples = TYPES_EXAMPLES,
    .run = docket_types_run,
};

/* ---- enter ---- */

#define DOCKET_FIELD                                                                             \
    { .name = "docket", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .shows = "DOCKET",                     \
      .summary = "of docket types", .summary_zh = "台账名" }

static const service_field ENTER_INPUT[] = {
    DOCKET_FIELD,
    { .name = "file", .type = SERVICE_FILE, .shows = "FILE.csv|xlsx", .summary = "rows, the first with the names of columns", .summary_zh = "数据文件，首行为栏目名" },
    { .name = "set", .type = SERVICE_FACT, .is_list = true, .shows = "COLUMN=VALUE", .summary = "instead of a file: the cells of one row",
      .summary_zh = "不用文件时：一行的各栏" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ENTER_OUTPUT[] = {
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows read", .summary_zh = "读入行数" },
    { .name = "added", .type = SERVICE_COUNT, .summary = "new", .summary_zh = "新增" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "changed", .summary_zh = "变更" },
    { .name = "same", .type = SERVICE_COUNT, .summary = "so already", .summary_zh = "无变化" },
};

typedef struct {
    county *office;
    const dockets_type *type;
    docket_book *book;
    docket_act act;
    scope_span span; /* of the user: rows elsewhere are neither said nor changed nor struck by them */
    dockets_row *known;
    size_t known_count;
    int64_t rows, said[DOCKET_CHANGED + 1];
} entering;

static err bad_row(const service_call *call, const char *says, const char *says_zh, text detail)
{
    return err_of(&DOCKETS_BAD_ROW, text_format(call->request, ERR_SAID("%s %.*s", "%s%.*s"), says, TEXT_ARG(detail), says_zh, TEXT_ARG(detail)).bytes);
}

/* What the row does not speak of stays as it was. */
static void fill_from_known(const entering *e, text key, text *cells, const bool *is_told)
{
    arena *a = e->office->call->request;
    for (size_t i = 0; i < e->known_count; i++) {
        if (!text_equal(e->known[i].said.key, key)) continue;
        for (size_t c = 0; c < e->type->column_count; c++)
            if (!is_told[c]) cells[c] = text_copy(a, e->known[i].cells[c]);
    }
}

static err other(const entering *e)
{
    return err_of(&SCOPE_OTHER, scope_text(e->office->call->request, e->span).bytes);
}

/* A confined user's row is of their township, and so is the one whose place it takes. */
static err need_held(const entering *e, text key, const text *cells, const bool *is_told)
{
    if (!e->span.until) return ERR_NONE;
    bool holds = dockets_holds(e->span, e->type, cells);
    for (size_t i = 0; i < e->known_count; i++) {
        if (!text_equal(e->known[i].said.key, key)) continue;
        if (!dockets_holds(e->span, e->type, e->known[i].cells)) return other(e);
        holds |= !is_told[e->type->place];
    }
    return holds ? ERR_NONE : other(e);
}

static err say_row(entering *e, text *cells, const bool *is_told)
{
    docket_said said;
    arena *a = e->office->call->request;
    text key = dockets_key(a, e->type, cells);
    TRY(need_held(e, key, cells, is_told));
    fill_from_known(e, key, cells, is_told);
    TRY(dockets_fits(e->office->call, e->type, cells));
    TRY(docket_say(e->book, &e->act, e->type->name, key, dockets_cells(a, e->type, cells), &said));
    e->said[said]++;
    e->rows++;
    return ERR_NONE;
}

static err enter_words(entering *e, const service_argument *words)
{
    service_call *call = e->office->call;
    text cells[DOCKETS_COLUMNS_MAX] = { { 0 } };
    bool is_told[DOCKETS_COLUMNS_MAX] = { false };
    for (size_t i = 0; i < words->count; i++) {
        size_t at = text_find(words->values[i], TEXT("="));
        size_t at_column = at == SIZE_MAX ? SIZE_MAX : dockets_column_of(e->type, text_trim(text_sub(words->values[i], 0, at)));
        if (at_column == SIZE_MAX || is_told[at_column]) return bad_row(call, "no such column, or twice:", "没有这一栏或重复：", words->values[i]);
        cells[at_column] = text_trim(text_sub(words->values[i], at + 1, words->values[i].size_bytes));
        is_told[at_column] = true;
    }
    return say_row(e, cells, is_told);
}

static err enter_rows(entering *e, sheet *file)
{
    size_t count, place[DOCKETS_COLUMNS_MAX];
    bool is_told[DOCKETS_COLUMNS_MAX] = { false };
    const text *names = sheet_columns(file, &count);
    for (size_t i = 0; i < count; i++) {
        size_t at_column = dockets_column_of(e->type, names[i]);
        if (at_column == SIZE_MAX || is_told[at_column]) return bad_row(e->office->call, "no such column, or twice:", "没有这一栏或重复：", names[i]);
        place[at_column] = i;
        is_told[at_column] = true;
    }
    for (;;) {
        codec_csv_row row;
        bool has_row;
        text cells[DOCKETS_COLUMNS_MAX] = { { 0 } };
        TRY(sheet_next(file, &row, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(sheet_fits(file, &row));
        for (size_t c = 0; c < e->type->column_count; c++)
            if (is_told[c] && place[c] < row.count) cells[c] = text_copy(e->office->call->request, text_trim(row.field[place[c]]));
        err said = say_row(e, cells, is_told);
        if (said.kind == &DOCKETS_BAD_ROW) return err_at(&DOCKETS_BAD_ROW, sheet_position(file, 0), said.detail);
        TRY(said);
    }
}

static err enter_file(entering *e)
{
    sheet *file;
    service_call *call = e->office->call;
    TRY(sheet_open(call, service_text_of(call, "file", TEXT_NONE), &file));
    err read = enter_rows(e, file);
    sheet_close(file);
    return read;
}

/* A docket to write in, in a transaction. */
static err open_docket(service_call *call, entering *e)
{
    staff_session *session;
    *e = (entering){ 0 };
    TRY(county_open(call, COUNTY_WRITE, &e->office));
    TRY(county_login(e->office, &session));
    TRY(county_begin(e->office));
    TRY(adopt_need(e->office));
    TRY(dockets_find(call, service_text_of(call, "docket", TEXT_NONE), &e->type));
    TRY(dockets_book(e->office, &e->book));
    TRY(scope_of(e->office, &e->span));
    if (e->span.until && e->type->place == SIZE_MAX) return err_of(&SCOPE_WHOLE, scope_text(call->request, e->span).bytes);
    e->act = (docket_act){ .actor_id = e->office->actor_id, .known_ms = e->office->now_ms, .why = service_text_of(call, "why", text_of(call->op->name)) };
    return dockets_rows(e->office, e->type, &e->known, &e->known_count);
}

static err docket_enter_run(service_call *call)
{
    entering e;
    arena *a = call->request;
    const service_argument *words = service_argument_of(call, "set");
    bool has_words = words && words->count, has_file = service_is_given(call, "file");
    if (has_words == has_file) return bad_row(call, "give either a file or --set", "请给出文件或 --set，二者择一", TEXT_NONE);
    TRY(open_docket(call, &e));
    TRY(has_words ? enter_words(&e, words) : enter_file(&e));
    TRY(store_commit(e.office->db));
    service_put_count(a, call->reply, "rows", e.rows);
    service_put_count(a, call->reply, "added", e.said[DOCKET_ADDED]);
    service_put_count(a, call->reply, "changed", e.said[DOCKET_CHANGED]);
    service_put_count(a, call->reply, "same", e.said[DOCKET_SAME]);
    return ERR_NONE;
}

static const char *const ENTER_EXAMPLES[] = { "doudi docket enter task --file tasks.csv --as audrey",
                                              "doudi docket enter opinion --set no=7 --set replied=2026-11-20 --as audrey", NULL };
const service_op DOCKETS_ENTER_OP = {
    .name = "docket.enter",
    .summary = "Say rows of a standing book: new ones, or of the same key in the place of what stood",
    .summary_zh = "登记台账：新增行，或按同一键变更原行",
    .kind = SERVICE_WRITE,
    .permission = "docket.enter",
    .scope = SERVICE_SCOPE_LIST,
    .input = ENTER_INPUT,
    .input_count = ARRAY_COUNT(ENTER_INPUT),
    .output = ENTER_OUTPUT,
    .output_count = ARRAY_COUNT(ENTER_OUTPUT),
    .examples = ENTER_EXAMPLES,
    .run = docket_enter_run,
};

/* ---- strike ---- */

static const service_field STRIKE_INPUT[] = {
    DOCKET_FIELD,
    { .name = "row", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "ROW", .summary = "number of the row", .summary_zh = "行号" },
    { .name = "why", .type = SERVICE_TEXT, .is_required = true, .summary = "why", .summary_zh = "事由" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STRIKE_OUTPUT[] = {
    { .name = "row", .type = SERVICE_COUNT, .summary = "row", .summary_zh = "行号" },
    { .name = "struck", .type = SERVICE_FLAG, .summary = "taken off now", .summary_zh = "本次注销" },
};

static err docket_strike_run(service_call *call)
{
    entering e;
    bool is_new;
    int64_t row = (int64_t)service_size_of(call, "row", 0);
    TRY(open_docket(call, &e));
    bool is_held = !e.span.until; /* one that is not there is told as another's */
    for (size_t i = 0; i < e.known_count; i++) is_held |= e.known[i].said.row_id == row && dockets_holds(e.span, e.type, e.known[i].cells);
    if (!is_held) return other(&e);
    TRY(docket_strike(e.book, &e.act, e.type->name, row, &is_new));
    TRY(store_commit(e.office->db));
    service_put_count(call->request, call->reply, "row", row);
    service_put_bool(call->request, call->reply, "struck", is_new);
    return ERR_NONE;
}

static const char *const STRIKE_EXAMPLES[] = { "doudi docket strike visit 12 --why 重复登记 --as audrey", NULL };
const service_op DOCKETS_STRIKE_OP = {
    .name = "docket.strike",
    .summary = "Take a row off a standing book; what it said stays in the log",
    .summary_zh = "注销台账的一行，原内容留在日志",
    .kind = SERVICE_WRITE,
    .permission = "docket.enter",
    .scope = SERVICE_SCOPE_LIST,
    .input = STRIKE_INPUT,
    .input_count = ARRAY_COUNT(STRIKE_INPUT),
    .output = STRIKE_OUTPUT,
    .output_count = ARRAY_COUNT(STRIKE_OUTPUT),
    .examples = STRIKE_EXAMPLES,
    .run = docket_strike_run,
};
