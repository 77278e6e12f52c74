#include <string.h>

#include "service/decide_internal.h"

static const char *const WAYS[DECIDE_WAY_COUNT] = {
    [DECIDE_WAY_CHECK] = "check", [DECIDE_WAY_IN] = "in",       [DECIDE_WAY_GIVEN] = "given",
    [DECIDE_WAY_FIXED] = "fixed", [DECIDE_WAY_NEVER] = "never", [DECIDE_WAY_EACH] = "each", [DECIDE_WAY_RECORD] = "record",
    [DECIDE_WAY_GATE] = "gate",   [DECIDE_WAY_TOTAL] = "total", [DECIDE_WAY_OUT] = "out",
    [DECIDE_WAY_LINE] = "line",
    [DECIDE_WAY_WATCH] = "watch",
};

static const char *const PAYERS[DECIDE_PAYER_COUNT] = {
    [DECIDE_EMPLOYER] = "employer",
    [DECIDE_PERSON] = "person",
    [DECIDE_GOVERNMENT] = "government",
    [DECIDE_COLLECTIVE] = "collective",
    [DECIDE_FUND] = "fund",
    [DECIDE_SUBSIDY] = "subsidy",
};

/* Every mistake of a table; {} is the detail. */
static const struct {
    const char *code, *says, *says_zh;
} MISTAKES[] = {
    { "office.columns",
      "A row must read purpose,way,key,target,unit,fund,payer,purse,item; this one has {} cells.",
      "每行应为 purpose,way,key,target,unit,fund,payer,purse,item；这一行有 {} 格。" },
    { "office.fact_columns", "A row must read fact,type,zh,en; this one has {} cells.",
      "每行应为 fact,type,zh,en；这一行有 {} 格。" },
    { "office.words_columns", "A row must read fact,said,word; this one has {} cells.",
      "每行应为 fact,said,word；这一行有 {} 格。" },
    { "office.way",
      "{} is no way: check, each, in, given, fixed, never, record, gate, total, out, line or watch.",
      "{} 不是可用的方式：check、each、in、given、fixed、never、record、gate、total、out、line 或 watch。" },
    { "office.payer", "{} is no payer: employer, person, government, subsidy, collective or fund.",
      "{} 不是付款方：employer、person、government、subsidy、collective 或 fund。" },
    { "office.purse", "{} is no purse: pool or account.",
      "{} 不是去向：pool（统筹）或 account（个人账户）。" },
    { "office.each", "{} is nothing a lane can stand for: person, employment, standing, benefit, "
                     "household, employer or account.",
      "{} 不能作为核定单位：person、employment、standing、benefit、household、employer 或 account。" },
    { "office.no_fund", "The line {} names no fund.", "账单行 {} 没有写基金。" },
    { "office.twice", "{} stands twice in this purpose.", "{} 在本用途中出现两次。" },
    { "office.fact_twice", "The fact {} is declared twice.", "事实 {} 声明了两次。" },
    { "office.fact_type", "{} is no type of a fact.", "{} 不是事实的类型。" },
    { "office.unknown_name", "The packs know nothing called {}.", "政策包中没有名为 {} 的内容。" },
    { "office.unknown_fact", "The registry has no fact called {}; office-facts.csv lists them.",
      "登记库没有名为 {} 的事实；见 office-facts.csv。" },
    { "office.wrong_kind", "{} cannot stand here.", "{} 不能用在这里。" },
    { "office.wrong_type", "The types differ: {}.", "类型不一致：{}。" },
    { "office.missing_input", "No row says where this input comes from: {}.",
      "没有一行说明这个输入项从哪里来：{}。" },
    { "office.check", "This cannot be planned: {}.", "无法制定计算方案：{}。" },
};

source_pos decide_table_at(const decide_row *row, int cell)
{
    return (source_pos){ row->file, row->line, row->column[cell] };
}

static const char *filled(arena *a, const char *says, text detail)
{
    text whole = text_of(says);
    size_t hole = text_find(whole, TEXT("{}"));
    if (hole == SIZE_MAX) return says;
    text before = text_sub(whole, 0, hole), after = text_sub(whole, hole + 2, whole.size_bytes);
    return text_format(a, "%.*s%.*s%.*s", TEXT_ARG(before), TEXT_ARG(detail), TEXT_ARG(after))
        .bytes;
}

static void complain_at(arena *a, decide_table *table, const char *code, source_pos at, text detail)
{
    for (size_t i = 0; i < ARRAY_COUNT(MISTAKES); i++) {
        if (strcmp(MISTAKES[i].code, code) != 0) continue;
        policy_mistake made = { .at = at,
                                .code = MISTAKES[i].code,
                                .says = filled(a, MISTAKES[i].says, detail),
                                .says_zh = filled(a, MISTAKES[i].says_zh, detail) };
        ARENA_PUSH(a, table->mistakes, table->mistake_count, table->mistake_capacity, made);
    }
}

void decide_table_complain(arena *a, decide_table *table, const char *code, const decide_row *row,
                           int cell, text detail)
{
    complain_at(a, table, code, decide_table_at(row, cell), detail);
}

/* ---- types of facts ---- */

static const struct {
    policy_base_type base;
    int decimals;
    const char *name;
} TYPES[] = {
    { POLICY_MONEY, 2, "fen" },      { POLICY_RATE, 8, "rate" },
    { POLICY_COUNT, 0, "count" },    { POLICY_MONTHS, 0, "months" },
    { POLICY_DAYS, 0, "days" },      { POLICY_YEAR, 0, "year" },
    { POLICY_MONTH, 0, "month" },    { POLICY_DATE, 0, "date" },
    { POLICY_BOOL, 0, "bool" },      { POLICY_TEXT, 0, "word" },
    { POLICY_ENUM, 0, "word" },      { POLICY_REGION, 0, "region" },
    { POLICY_NUMBER, 0, "number0" }, { POLICY_NUMBER, 1, "number1" },
    { POLICY_NUMBER, 2, "number2" }, { POLICY_NUMBER, 3, "number3" },
    { POLICY_NUMBER, 4, "number4" }, { POLICY_NUMBER, 5, "number5" },
    { POLICY_NUMBER, 6, "number6" }, { POLICY_NUMBER, 7, "number7" },
    { POLICY_NUMBER, 8, "number8" }, { POLICY_NUMBER, 9, "number9" },
};

const char *decide_table_type(const policy_type *type)
{
    for (size_t i = 0; i < ARRAY_COUNT(TYPES); i++)
        if (TYPES[i].base == type->base && TYPES[i].decimals == type->decimals)
            return TYPES[i].name;
    return "?";
}

static bool is_type(text name)
{
    for (size_t i = 0; i < ARRAY_COUNT(TYPES); i++)
        if (text_equal_cstr(name, TYPES[i].name)) return true;
    return false;
}

/* ---- rows ---- */

typedef struct {
    arena *a;
    codec_csv_reader *reader;
    codec_csv_row row;
    const char *file;
    decide_table *table;
} reading;

static source_pos place(const reading *r, size_t field)
{
    source_pos at = codec_csv_position(r->reader, field);
    at.file = r->file;
    return at;
}

static text count_shown(const reading *r)
{
    return text_format(r->a, "%zu", r->row.count);
}

static int word_index(text word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (text_equal_cstr(word, words[i])) return i;
    return -1;
}

static void read_line_cells(const reading *r, decide_row *row)
{
    int payer = word_index(row->cell[DECIDE_CELL_PAYER], PAYERS, DECIDE_PAYER_COUNT);
    text purse = row->cell[DECIDE_CELL_PURSE];
    if (payer < 0)
        decide_table_complain(r->a, r->table, "office.payer", row, DECIDE_CELL_PAYER,
                              row->cell[DECIDE_CELL_PAYER]);
    row->payer = payer < 0 ? DECIDE_PERSON : (decide_payer)payer;
    row->is_account = text_equal_cstr(purse, "account");
    if (!row->is_account && !text_equal_cstr(purse, "pool"))
        decide_table_complain(r->a, r->table, "office.purse", row, DECIDE_CELL_PURSE, purse);
    if (!row->cell[DECIDE_CELL_FUND].size_bytes)
        decide_table_complain(r->a, r->table, "office.no_fund", row, DECIDE_CELL_FUND,
                              row->cell[DECIDE_CELL_KEY]);
}

static const char *const EACH[DECIDE_EACH_COUNT] = {
    [DECIDE_EACH_PERSON] = "person",       [DECIDE_EACH_EMPLOYMENT] = "employment",
    [DECIDE_EACH_STANDING] = "standing",   [DECIDE_EACH_BENEFIT] = "benefit",
    [DECIDE_EACH_HOUSEHOLD] = "household", [DECIDE_EACH_EMPLOYER] = "employer",
    [DECIDE_EACH_ACCOUNT] = "account",
};

static void read_each(const reading *r, decide_row *row)
{
    int each = word_index(row->cell[DECIDE_CELL_KEY], EACH, DECIDE_EACH_COUNT);
    if (each < 0)
        decide_table_complain(r->a, r->table, "office.each", row, DECIDE_CELL_KEY,
                              row->cell[DECIDE_CELL_KEY]);
    row->each = each < 0 ? DECIDE_EACH_PERSON : (decide_each)each;
}

static void know_purpose(const reading *r, text purpose)
{
    decide_table *t = r->table;
    for (size_t i = 0; i < t->purpose_count; i++)
        if (text_equal_cstr(purpose, t->purposes[i])) return;
    ARENA_PUSH(r->a, t->purposes, t->purpose_count, t->purpose_capacity, text_cstr(r->a, purpose));
}

/* Says nothing of a fact or an answer. */
static bool is_remark(decide_way way)
{
    return way == DECIDE_WAY_CHECK || way == DECIDE_WAY_EACH;
}

static bool is_answer(decide_way way)
{
    return way >= DECIDE_WAY_GATE;
}

/* A key names one answer, a target one source: neither may stand twice. */
static void check_twice(const reading *r, const decide_row *row)
{
    for (size_t i = 0; i < r->table->row_count; i++) {
        const decide_row *other = &r->table->rows[i];
        if (!text_equal(other->cell[DECIDE_CELL_PURPOSE], row->cell[DECIDE_CELL_PURPOSE])) continue;
        if (is_answer(other->way) != is_answer(row->way) || is_remark(row->way) ||
            is_remark(other->way))
            continue;
        int cell = is_answer(row->way) ? DECIDE_CELL_KEY : DECIDE_CELL_TARGET;
        if (text_equal(other->cell[cell], row->cell[cell]))
            decide_table_complain(r->a, r->table, "office.twice", row, cell, row->cell[cell]);
    }
}

static void read_row(const reading *r)
{
    if (r->row.count != DECIDE_CELL_COUNT) {
        complain_at(r->a, r->table, "office.columns", place(r, 0), count_shown(r));
        return;
    }
    decide_row row = { .file = r->file, .line = r->row.line };
    for (int c = 0; c < DECIDE_CELL_COUNT; c++) {
        row.cell[c] = text_copy(r->a, text_trim(r->row.field[c]));
        row.column[c] = place(r, (size_t)c).column;
    }
    int way = word_index(row.cell[DECIDE_CELL_WAY], WAYS, DECIDE_WAY_COUNT);
    if (way < 0) {
        decide_table_complain(r->a, r->table, "office.way", &row, DECIDE_CELL_WAY,
                              row.cell[DECIDE_CELL_WAY]);
        return;
    }
    row.way = (decide_way)way;
    if (row.way == DECIDE_WAY_LINE) read_line_cells(r, &row);
    if (row.way == DECIDE_WAY_EACH) read_each(r, &row);
    check_twice(r, &row);
    know_purpose(r, row.cell[DECIDE_CELL_PURPOSE]);
    ARENA_PUSH(r->a, r->table->rows, r->table->row_count, r->table->row_capacity, row);
}

static void read_fact(const reading *r)
{
    enum { FACT_COLUMNS = 4 };
    if (r->row.count != FACT_COLUMNS) {
        complain_at(r->a, r->table, "office.fact_columns", place(r, 0), count_shown(r));
        return;
    }
    decide_known_fact fact = { .name = text_copy(r->a, text_trim(r->row.field[0])),
                               .type = text_copy(r->a, text_trim(r->row.field[1])),
                               .at = place(r, 0) };
    if (!is_type(fact.type))
        complain_at(r->a, r->table, "office.fact_type", place(r, 1), fact.type);
    if (decide_table_fact(r->table, fact.name))
        complain_at(r->a, r->table, "office.fact_twice", place(r, 0), fact.name);
    ARENA_PUSH(r->a, r->table->facts, r->table->fact_count, r->table->fact_capacity, fact);
}

err decide_table_read(arena *a, const char *file, text bytes, decide_table *table)
{
    reading r = { .a = a,
                  .file = file,
                  .table = table,
                  .reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = file }) };
    bool is_facts = text_ends(text_of(file), TEXT("office-facts.csv"));
    for (bool is_head = true;; is_head = false) {
        bool has_row;
        TRY(codec_csv_next(r.reader, &r.row, &has_row));
        if (!has_row) return ERR_NONE;
        if (is_head || text_begins(r.row.field[0], TEXT("#"))) continue;
        if (is_facts) read_fact(&r);
        else read_row(&r);
    }
}

const decide_row *decide_table_next(const decide_table *table, text purpose, size_t *at)
{
    for (; *at < table->row_count; (*at)++)
        if (text_equal(table->rows[*at].cell[DECIDE_CELL_PURPOSE], purpose))
            return &table->rows[(*at)++];
    return NULL;
}

const decide_known_fact *decide_table_fact(const decide_table *table, text name)
{
    for (size_t i = 0; i < table->fact_count; i++)
        if (text_equal(table->facts[i].name, name)) return &table->facts[i];
    return NULL;
}
