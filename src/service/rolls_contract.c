/* packs/ledger/rolls.csv: which department hands in which roll, its columns, and by when. */
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/adopt.h"
#include "service/ledger_csv.h"
#include "service/rolls.h"

const err_kind ROLLS_NO_ROLL = {
    "rolls.no_roll", ERR_NOT_FOUND, "packs/ledger/rolls.csv has no roll {}.", "packs/ledger/rolls.csv 中没有名册 {}。"
};
const err_kind ROLLS_BAD_TABLE = {
    "rolls.bad_table", ERR_BAD_INPUT,
    "packs/ledger/rolls.csv says of a roll what cannot be: {}; the page packs/ledger/README.md tells what may stand there.",
    "packs/ledger/rolls.csv 的规定有误：{}；可填内容见 packs/ledger/README.md。"
};

enum { ROLL, ZH, EN, DEPARTMENT, DEPARTMENT_EN, OF, DUE, BROKEN, COLUMN, COLUMN_EN, ALSO, TYPE, LINK, FACT, NEEDED };
static const service_csv_column COLUMNS[] = {
    [ROLL] = { "名册", "roll", false },          [ZH] = { "名称", "zh", false },
    [EN] = { "英文", "en", false },              [DEPARTMENT] = { "部门", "department", false },
    [DEPARTMENT_EN] = { "部门英文", "department_en", false },
    [OF] = { "对象", "of", false },              [DUE] = { "每月截止日", "due", false },
    [BROKEN] = { "错行上限", "broken", false },  [COLUMN] = { "列", "column", false },
    [COLUMN_EN] = { "英文列", "column_en", false }, [ALSO] = { "别名", "also", false },
    [TYPE] = { "类型", "type", false },          [LINK] = { "比对", "link", false },
    [FACT] = { "信息", "fact", false },          [NEEDED] = { "必填", "needed", false },
    { NULL, NULL, false },
};
static const char *const TYPES[ROLLS_TYPE_COUNT] = {
    [ROLLS_TEXT] = "text", [ROLLS_NAME] = "name", [ROLLS_CITIZEN_NUMBER] = "citizen-number", [ROLLS_USCC] = "uscc",
    [ROLLS_SEX] = "sex", [ROLLS_DATE] = "date", [ROLLS_TERM] = "term", [ROLLS_MONTH] = "month", [ROLLS_COUNT] = "count", [ROLLS_CHOICE] = "choice",
};

static err bad(const service_csv *csv, arena *a, text what)
{
    return service_csv_blame(csv, ROLL, err_of(&ROLLS_BAD_TABLE, text_cstr(a, what)));
}

static err type_of(arena *a, const service_csv *csv, rolls_column *field)
{
    text said = service_csv_cell(csv, TYPE);
    if (text_begins(said, TEXT("choice:"))) {
        field->type = ROLLS_CHOICE;
        field->choices = text_copy(a, text_sub(said, strlen("choice:"), said.size_bytes));
        return ERR_NONE;
    }
    for (int t = 0; t < ROLLS_CHOICE; t++) {
        field->type = (rolls_type)t;
        if (text_equal_cstr(said, TYPES[t])) return ERR_NONE;
    }
    return bad(csv, a, said);
}

static err add_column(arena *a, const service_csv *csv, rolls_contract *into)
{
    if (into->column_count == ROLLS_COLUMNS_MAX) return bad(csv, a, into->name);
    rolls_column *field = &into->columns[into->column_count++];
    text needed = service_csv_cell(csv, NEEDED);
    *field = (rolls_column){ .zh = text_copy(a, service_csv_cell(csv, COLUMN)),
                              .en = text_copy(a, service_csv_cell(csv, COLUMN_EN)),
                              .also = text_copy(a, service_csv_cell(csv, ALSO)),
                              .link = text_copy(a, service_csv_cell(csv, LINK)),
                              .fact = text_copy(a, service_csv_cell(csv, FACT)),
                              .is_needed = needed.size_bytes > 0, .is_key = text_equal_cstr(needed, "键") };
    return type_of(a, csv, field);
}

static err begin_contract(arena *a, const service_csv *csv, rolls_contract *into)
{
    text of = service_csv_cell(csv, OF);
    *into = (rolls_contract){ .name = text_copy(a, service_csv_cell(csv, ROLL)),
                              .zh = text_copy(a, service_csv_cell(csv, ZH)), .en = text_copy(a, service_csv_cell(csv, EN)),
                              .department = text_copy(a, service_csv_cell(csv, DEPARTMENT)),
                              .department_en = text_copy(a, service_csv_cell(csv, DEPARTMENT_EN)),
                              .is_of_employers = text_equal_cstr(of, "employer") };
    TRY(service_csv_number(csv, DUE, &into->due_day));
    TRY(service_csv_number(csv, BROKEN, &into->broken_percent));
    bool is_whole = into->en.size_bytes && into->department.size_bytes && into->due_day >= 1 && into->due_day <= 28 &&
                    into->broken_percent >= 0 && into->broken_percent <= 100 &&
                    (into->is_of_employers || text_equal_cstr(of, "person"));
    return is_whole ? ERR_NONE : bad(csv, a, into->name);
}

/* Whoever reads a roll must know whom a line is about. */
static err check(const rolls_contract *c)
{
    const char *link = c->is_of_employers ? "code" : "id_number";
    size_t at = rolls_column_linked(c, link);
    rolls_type type = c->is_of_employers ? ROLLS_USCC : ROLLS_CITIZEN_NUMBER;
    bool is_named = at != SIZE_MAX && c->columns[at].is_key && c->columns[at].type == type &&
                    rolls_column_linked(c, "name") != SIZE_MAX;
    return is_named ? ERR_NONE : err_of(&ROLLS_BAD_TABLE, c->name.bytes);
}

static void add_digest(text_builder *said, const service_csv *csv)
{
    for (size_t i = 0; i <= NEEDED; i++) text_add_format(said, "%.*s\x1f", TEXT_ARG(service_csv_cell(csv, i)));
    text_add_char(said, '\n');
}

static err end_contract(arena *a, rolls_contract *c, text said)
{
    char *shown = arena_alloc(a, CRYPTO_DIGEST_HEX_BYTES);
    crypto_hasher *hasher;
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, said.bytes, said.size_bytes), shown);
    crypto_hasher_close(hasher);
    c->digest = text_of(shown);
    return check(c);
}

err rolls_contracts(county *office, rolls_contract **contracts, size_t *count)
{
    arena *a = office->memory;
    service_csv csv;
    size_t capacity = 0;
    text_builder said = text_builder_open(a);
    *contracts = NULL;
    *count = 0;
    TRY(adopt_csv_open(office, "ledger/rolls.csv", COLUMNS, err_of(&ROLLS_NO_ROLL, "packs/ledger/rolls.csv"), &csv));
    for (;;) {
        bool has_row;
        TRY(service_csv_next(&csv, &has_row));
        bool is_new = !has_row || !*count || !text_equal(service_csv_cell(&csv, ROLL), (*contracts)[*count - 1].name);
        if (is_new && *count) TRY(end_contract(a, &(*contracts)[*count - 1], text_built(&said)));
        if (!has_row) return ERR_NONE;
        if (is_new) {
            rolls_contract one;
            said = text_builder_open(a);
            TRY(begin_contract(a, &csv, &one));
            ARENA_PUSH(a, *contracts, *count, capacity, one);
        }
        add_digest(&said, &csv);
        TRY(add_column(a, &csv, &(*contracts)[*count - 1]));
    }
}

err rolls_contract_of(county *office, text said, const rolls_contract **contract)
{
    rolls_contract *all;
    size_t count;
    arena *a = office->call->request;
    text known = TEXT("");
    TRY(rolls_contracts(office, &all, &count));
    for (size_t i = 0; i < count; i++) {
        *contract = &all[i];
        if (text_equal(said, all[i].name) || text_equal(said, all[i].zh) || text_equal(said, all[i].en)) return ERR_NONE;
        known = text_format(a, "%.*s%s%.*s", TEXT_ARG(known), i ? ", " : "", TEXT_ARG(all[i].name));
    }
    return err_of(&ROLLS_NO_ROLL, text_format(a, "%.*s (%.*s)", TEXT_ARG(said), TEXT_ARG(known)).bytes);
}

size_t rolls_column_linked(const rolls_contract *contract, const char *link)
{
    for (size_t c = 0; c < contract->column_count; c++)
        if (text_equal_cstr(contract->columns[c].link, link)) return c;
    return SIZE_MAX;
}

text rolls_title(const service_call *call, const rolls_contract *contract)
{
    return text_copy(call->request, call->is_chinese ? contract->zh : contract->en);
}

text rolls_department(const service_call *call, const rolls_contract *contract)
{
    bool is_chinese = call->is_chinese || !contract->department_en.size_bytes;
    return text_copy(call->request, is_chinese ? contract->department : contract->department_en);
}

int32_t rolls_month_due(const rolls_contract *contract, int32_t day)
{
    int32_t month = calendar_month_of_day(day);
    bool is_past = day - calendar_first_day_of_month(month) + 1 > contract->due_day;
    return is_past ? month : month - 1;
}

err rolls_open(county *office, roll_book **book)
{
    return roll_open(office->memory, office->db, office->log, book);
}
