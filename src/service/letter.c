#include "service/letter.h"

#include <string.h>

#include "crypto/crypto.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"

const err_kind LETTER_BAD_CODE = {
    "letter.bad_code", ERR_BAD_INPUT, "This is no code of a letter: {}; it looks like DD1-8-6291456-0123….",
    "这不是文书核验码：{}；核验码形如 DD1-8-6291456-0123……。"
};
const err_kind LETTER_UNFIT = {
    "letter.unfit", ERR_CONFLICT,
    "The code {} does not fit what the office decided: the letter is not of this office, or was altered.",
    "核验码 {} 与本机构的核定记录不符：该文书不是本机构出具，或已被改动。"
};

const bool LETTER_IS_NUMBER[LETTER_COLUMNS] = { false, true, true, false };

text *letter_lines(const service_call *call, bool has_keys, size_t *rows, size_t *columns)
{
    static const struct { const char *name, *en, *zh; } COLUMNS[LETTER_COLUMNS] = {
        { "key", "line", "分项" }, { "amount", "decided, yuan", "核定额（元）" }, { "again", "computed again", "按当时政策重算" },
        { "name", "name", "名称" },
    };
    const service_value *lines = service_member(call->reply, "lines");
    *rows = lines->child_count + 1;
    *columns = has_keys ? LETTER_COLUMNS : LETTER_COLUMNS - 1;
    text *cells = ARENA_ARRAY(call->request, text, LETTER_COLUMNS * *rows), *at = cells;
    for (size_t c = 0; c < *columns; c++) *at++ = text_of(service_say(call, COLUMNS[c].en, COLUMNS[c].zh));
    for (const service_value *v = lines->first; v; v = v->next)
        for (size_t c = 0; c < *columns; c++) {
            const service_value *cell = service_member(v, c || has_keys ? COLUMNS[c].name : "name");
            *at++ = cell->kind == SERVICE_VALUE_NULL ? TEXT("-") : cell->word;
        }
    return cells;
}

/* ---- whom it is about ---- */

static err read_person(county *office, int64_t person_id, bool reveals, text *name, text *number)
{
    registry *people;
    registry_record record;
    record_view view = { .office = office, .reveals = reveals };
    arena *a = office->call->request;
    TRY(county_people(office, &people));
    TRY(registry_record_read(a, people, person_id, REGISTRY_NOW, &record));
    *name = *number = TEXT_NONE;
    if (!record.count[REGISTRY_PERSON]) return ERR_NONE;
    registry_person person = ((const registry_person *)record.facts[REGISTRY_PERSON])[record.count[REGISTRY_PERSON] - 1];
    *name = person.name;
    return record_secret(&view, person_id, &person.number, number);
}

/* ---- the code ---- */

enum { CODE_HEX = 32 };

/* All that is decided, a line each, under a name of the form. The citizen number is no part: it may be masked. */
static err code_of(county *office, const decision_made *made, text name, text *code)
{
    crypto_hasher *hasher;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    arena *a = office->call->request;
    text_builder b = text_builder_open(a);
    text of;
    TRY(county_setting(office, "office.name", &of));
    text_add_format(&b, "doudi letter 1\n%.*s\n%.*s\n%lld\n%lld\n%.*s\n%d\n%d\n%.*s\n", TEXT_ARG(of), TEXT_ARG(name),
                    (long long)made->person_id, (long long)made->decision_id, TEXT_ARG(made->terms.purpose),
                    made->terms.on_day, made->terms.for_month, TEXT_ARG(made->terms.law));
    for (size_t k = 0; k < made->terms.key_count; k++)
        text_add_format(&b, "%s=%lld\n", made->terms.keys[k], (long long)made->row.fen[k]);
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, b.bytes, b.size_bytes), hex);
    crypto_hasher_close(hasher);
    *code = text_format(a, "DD1-%lld-%lld-%.*s", (long long)made->person_id, (long long)made->decision_id, CODE_HEX, hex);
    return ERR_NONE;
}

static bool read_number(text code, size_t *at, int64_t *number)
{
    size_t from = *at;
    *number = 0;
    for (; *at < code.size_bytes && code.bytes[*at] >= '0' && code.bytes[*at] <= '9'; ++*at) {
        if (*number > INT64_MAX / 100) return false;
        *number = *number * 10 + (code.bytes[*at] - '0');
    }
    if (*at == from || *at >= code.size_bytes || code.bytes[*at] != '-') return false;
    ++*at;
    return true;
}

static err read_code(arena *a, text code, int64_t *person_id, int64_t *decision_id)
{
    size_t at = sizeof "DD1-" - 1;
    if (text_begins(code, TEXT("DD1-")) && read_number(code, &at, person_id) && read_number(code, &at, decision_id) &&
        code.size_bytes - at == CODE_HEX)
        return ERR_NONE;
    return err_of(&LETTER_BAD_CODE, text_shown(a, code, 80).bytes);
}

/* ---- the letter ---- */

static void put_pair_row(service_call *call, paper_node *table, const char *const *labels, const text *values)
{
    paper_node *row = paper_put(call->request, table, PAPER_ROW);
    for (size_t i = 0; i < 2; i++) {
        paper_say_as(call->request, paper_put(call->request, row, PAPER_CELL), PAPER_STRONG, text_of(labels[i]), TEXT_NONE);
        paper_say(call->request, paper_put(call->request, row, PAPER_CELL), values[i]);
    }
}

static text member_word(const service_call *call, const char *name)
{
    return service_member(call->reply, name)->word;
}

static void put_head(service_call *call, paper_node *body, text name, text number)
{
    arena *a = call->request;
    paper_node *table = paper_put(a, body, PAPER_TABLE);
    text person = text_format(a, "%lld", (long long)service_member(call->reply, "person")->count);
    text decision = text_format(a, "%lld", (long long)service_member(call->reply, "decision")->count);
    put_pair_row(call, table, (const char *[]){ service_say(call, "name", "姓名"), service_say(call, "citizen number", "证件号码") },
                 (text[]){ name, number });
    put_pair_row(call, table, (const char *[]){ service_say(call, "person", "个人编号"), service_say(call, "decision", "核定编号") },
                 (text[]){ person, decision });
    put_pair_row(call, table, (const char *[]){ service_say(call, "law of", "适用政策日期"), service_say(call, "due from", "起发月份") },
                 (text[]){ member_word(call, "on"), member_word(call, "from") });
}

err letter_write(county *office, const decision_made *made, text explanation)
{
    service_call *call = office->call;
    arena *a = call->request;
    document d;
    text name, number, code;
    size_t rows, columns;
    TRY(read_person(office, made->person_id, service_is_given(call, "reveal"), &name, &number));
    TRY(code_of(office, made, name, &code));
    paper_node *body = document_begin(call, &d, text_of(service_say(call, "How a benefit was computed", "社会保险待遇计算说明")));
    TRY(document_office(office, &d));
    d.sheet = text_of(service_say(call, "explanation", "计算说明"));
    put_head(call, body, name, number);
    const text *cells = letter_lines(call, false, &rows, &columns);
    document_table(call, body, cells, rows, columns, LETTER_IS_NUMBER, NULL);
    document_say(call, body, text_of(service_say(call, "This tells how the amount came about. What is handed out as the determination, under a number, is "
                                                       "the numbered determination sheet (paper issue).",
                                                 "本说明只讲金额怎样算出；对外出具的核定结果以编号文书《待遇核定表》为准（paper issue）。")));
    paper_node *square = paper_put(a, body, PAPER_CODE);
    square->href = code;
    square->words = text_format(a, service_say(call, "Code of this letter: %.*s. The office tells by it whether the letter is genuine "
                                                     "and unaltered. Packs that decided: %.*s.",
                                               "本说明核验码：%.*s。可凭此码向经办机构核验本说明是否真实、是否被改动。核定所用政策包：%.*s。"),
                                TEXT_ARG(code), TEXT_ARG(made->terms.law));
    paper_heading(a, body, 2, TEXT_NONE, text_of(service_say(call, "Why this amount", "为什么是这个数")));
    paper_put(a, body, PAPER_SOURCE)->words = explanation;
    service_put_text(a, call->reply, "code", code);
    return document_write(call, &d);
}

/* ---- person letter: is it genuine? ---- */

static const service_field CHECK_INPUT[] = {
    { .name = "code", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "CODE",
      .summary = "the code of the letter", .summary_zh = "文书上的核验码" },
    SERVICE_COUNTY_FIELD,
};
static const service_field CHECK_AMOUNT[] = {
    { .name = "key", .type = SERVICE_TEXT, .summary = "line", .summary_zh = "分项" },
    { .name = "amount", .type = SERVICE_VALUE, .summary = "yuan", .summary_zh = "元" },
};
static const service_field CHECK_OUTPUT[] = {
    { .name = "genuine", .type = SERVICE_FLAG, .summary = "genuine", .summary_zh = "真实有效" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "个人编号" },
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "due from", .summary_zh = "起发月份" },
    { .name = "amounts", .type = SERVICE_OBJECT, .is_list = true, .summary = "as the office decided", .summary_zh = "本机构核定额",
      .fields = CHECK_AMOUNT, .field_count = ARRAY_COUNT(CHECK_AMOUNT) },
};

static err letter_check_run(service_call *call)
{
    county *office;
    decision_book *book;
    decision_made made;
    int64_t person_id, decision_id;
    text name, number, code, said = text_trim(service_text_of(call, "code", TEXT_NONE));
    arena *a = call->request;
    TRY(read_code(a, said, &person_id, &decision_id));
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_decisions(office, &book));
    err e = decision_read(office->memory, book, person_id, decision_id, &made);
    if (e.kind == &DECISION_NOT_FOUND) return err_of(&LETTER_UNFIT, text_cstr(a, said));
    TRY(e);
    TRY(read_person(office, person_id, false, &name, &number));
    TRY(code_of(office, &made, name, &code));
    if (!text_equal(code, said)) return err_of(&LETTER_UNFIT, text_cstr(a, said));
    service_put_bool(a, call->reply, "genuine", true);
    service_put_text(a, call->reply, "name", name);
    service_put_count(a, call->reply, "person", person_id);
    service_put_text(a, call->reply, "purpose", text_copy(a, made.terms.purpose));
    service_put_text(a, call->reply, "from", service_month_text(a, made.terms.for_month));
    service_value *list = service_put_list(a, call->reply, "amounts");
    for (size_t k = 0; k < made.terms.key_count; k++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "key", text_copy(a, text_of(made.terms.keys[k])));
        if (made.row.fen[k] == EVENTLOG_NONE) service_put_null(a, v, "amount");
        else service_put_text(a, v, "amount", service_yuan(a, made.row.fen[k]));
    }
    return ERR_NONE;
}

static const char *const CHECK_EXAMPLES[] = { "doudi person letter DD1-8-6291456-0123456789abcdef0123456789abcdef", NULL };

const service_op LETTER_CHECK_OP = {
    .name = "person.letter",
    .summary = "Tell by its code whether a letter of a decision is genuine and unaltered",
    .summary_zh = "凭核验码核验待遇计算说明的真伪",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = CHECK_INPUT,
    .input_count = ARRAY_COUNT(CHECK_INPUT),
    .output = CHECK_OUTPUT,
    .output_count = ARRAY_COUNT(CHECK_OUTPUT),
    .examples = CHECK_EXAMPLES,
    .run = letter_check_run,
};
