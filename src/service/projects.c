/* Projects of the rolls, and those that a case has registered as insured. */
#include "service/projects.h"

#include <stdlib.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/dockets.h"
#include "service/ledger.h"

const err_kind PROJECTS_UNKNOWN = {
    "projects.unknown", ERR_NOT_FOUND,
    "No roll of construction projects has the number {}, and none is insured under it; doudi project list shows those there are.",
    "建设项目名册中没有编号 {}，也没有以此编号参保的；用 doudi project list 查看。"
};
const err_kind PROJECTS_BAD_COVER = {
    "projects.bad_cover", ERR_BAD_INPUT,
    "A project is insured with its number, a price above zero, a premium paid, and a last day that is not before the first: {}.",
    "项目参保须有编号、大于零的合同价、已缴保费，止日不早于起日：{}。"
};
const err_kind PROJECTS_OTHER_EMPLOYER = {
    "projects.other_employer", ERR_CONFLICT, "Project {} is insured by another contractor; look at its number.",
    "项目 {} 已由另一单位参保；请核对项目编号。"
};

#define BOOK TEXT("project.cover") /* a name with a point is no docket of the packs */

text projects_number(arena *a, text said)
{
    rolls_cell cell;
    rolls_column field = { .type = ROLLS_TEXT };
    rolls_cell_read(a, &field, said, &cell);
    return cell.fault ? text_trim(said) : cell.says;
}

/* ---- insured projects ---- */

static int by_number(const void *a, const void *b)
{
    return text_compare(((const projects_cover *)a)->no, ((const projects_cover *)b)->no);
}

err projects_covers(county *office, projects_cover **covers, size_t *count)
{
    docket_book *book;
    docket_row *rows;
    arena *a = office->memory;
    TRY(dockets_book(office, &book));
    TRY(docket_rows(a, book, BOOK, &rows, count));
    *covers = ARENA_ARRAY(a, projects_cover, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        const codec_json *c;
        TRY(codec_json_parse(a, rows[i].cells, (codec_json_options){ 0 }, &c));
        (*covers)[i] = (projects_cover){ .no = rows[i].key, .title = eventlog_body_text(c, "title"), .employer_id = eventlog_body_int(c, "employer"),
                                         .case_id = eventlog_body_int(c, "case"), .price_fen = eventlog_body_int(c, "price"),
                                         .paid_fen = eventlog_body_int(c, "paid"), .paid_day = (int32_t)eventlog_body_int(c, "paid_day"),
                                         .from_day = (int32_t)eventlog_body_int(c, "from"), .until_day = (int32_t)eventlog_body_int(c, "until") };
    }
    if (*count) qsort(*covers, *count, sizeof **covers, by_number);
    return ERR_NONE;
}

static const projects_cover *cover_of(const projects_cover *covers, size_t count, text no)
{
    projects_cover wanted = { .no = no };
    return count ? bsearch(&wanted, covers, count, sizeof *covers, by_number) : NULL;
}

err projects_cover_say(county *office, text why, const projects_cover *cover)
{
    docket_book *book;
    docket_said said;
    projects_cover *covers;
    size_t count;
    text_builder b = text_builder_open(office->memory);
    codec_json_writer w = codec_json_write(&b, false);
    docket_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = why };
    bool is_fine = cover->no.size_bytes && cover->price_fen > 0 && cover->paid_fen > 0 && cover->from_day && cover->until_day >= cover->from_day;
    if (!is_fine) return err_of(&PROJECTS_BAD_COVER, text_cstr(office->call->request, cover->no.size_bytes ? cover->no : TEXT("-")));
    TRY(projects_covers(office, &covers, &count));
    const projects_cover *before = cover_of(covers, count, cover->no);
    if (before && before->employer_id != cover->employer_id) return err_of(&PROJECTS_OTHER_EMPLOYER, text_cstr(office->call->request, cover->no));
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "case", cover->case_id);
    eventlog_body_add_int(&w, "employer", cover->employer_id);
    eventlog_body_add_int(&w, "from", cover->from_day);
    eventlog_body_add_int(&w, "paid", cover->paid_fen);
    eventlog_body_add_int(&w, "paid_day", cover->paid_day);
    eventlog_body_add_int(&w, "price", cover->price_fen);
    eventlog_body_add_text(&w, "title", cover->title);
    eventlog_body_add_int(&w, "until", cover->until_day);
    codec_json_end_object(&w);
    TRY(dockets_book(office, &book));
    return docket_say(book, &act, BOOK, cover->no, text_built(&b), &said);
}

/* ---- projects of the rolls ---- */

typedef struct {
    county *office;
    roll_book *book;
    rolls_keys *keys;
    const projects_cover *covers;
    size_t cover_count, capacity;
    projects_told *told;
} reading;

static int64_t number_of(const rolls_contract *c, const eventlog_rows *cells, const char *link, size_t line)
{
    int64_t value;
    size_t at = rolls_column_linked(c, link);
    if (at == SIZE_MAX || at >= cells->column_count) return INT64_MIN;
    return rolls_cell_value(&c->columns[at], eventlog_rows_word(cells, at, line), &value) ? value : INT64_MIN;
}

static text word_of(arena *a, const rolls_contract *c, const eventlog_rows *cells, const char *link, size_t line)
{
    size_t at = rolls_column_linked(c, link);
    return at < cells->column_count ? text_copy(a, eventlog_rows_word(cells, at, line)) : TEXT("");
}

static void take_line(reading *r, const rolls_contract *c, const roll_line *line, const eventlog_rows *cells, size_t at)
{
    enum { FEN = 100 };
    arena *a = r->office->memory;
    int64_t price = number_of(c, cells, "price", at), begin = number_of(c, cells, "begin", at), end = number_of(c, cells, "end", at);
    projects_row row = { .no = word_of(a, c, cells, "project", at), .title = word_of(a, c, cells, "title", at),
                         .code = word_of(a, c, cells, "code", at), .contractor = word_of(a, c, cells, "name", at), .contract = c,
                         .employer_id = line->state == ROLL_LINKED ? line->subject_id : 0,
                         .price_fen = price < 0 || price > INT64_MAX / FEN ? -1 : price * FEN,
                         .begin_day = begin == INT64_MIN ? 0 : (int32_t)begin, .end_day = end == INT64_MIN ? 0 : (int32_t)end };
    row.cover = cover_of(r->covers, r->cover_count, row.no);
    ARENA_PUSH(a, r->told->rows, r->told->count, r->capacity, row);
}

static err take_roll(reading *r, const rolls_contract *c, int32_t month)
{
    int64_t receipt_id;
    roll_receipt receipt;
    roll_line *lines;
    size_t count;
    arena *a = r->office->memory;
    eventlog_rows *cells = ARENA_NEW(a, eventlog_rows);
    r->told->roll_count++;
    TRY(roll_latest(r->book, c->name, month, &receipt_id));
    if (!receipt_id) {
        text department = rolls_department(r->office->call, c);
        r->told->missing = text_format(a, "%.*s%s%.*s", TEXT_ARG(r->told->missing),
                                       r->told->missing.size_bytes ? service_say(r->office->call, ", ", "、") : "", TEXT_ARG(department));
        return ERR_NONE;
    }
    TRY(roll_receipt_read(a, r->book, receipt_id, &receipt));
    TRY(roll_lines(a, r->book, receipt_id, &lines, &count));
    TRY(rolls_unseal(a, r->keys, r->book, &receipt, cells));
    for (size_t i = 0; i < count; i++)
        if (lines[i].state != ROLL_REJECTED) take_line(r, c, &lines[i], cells, i);
    return ERR_NONE;
}

static int by_employer(const void *a, const void *b)
{
    const projects_row *x = a, *y = b;
    if (x->employer_id != y->employer_id) return x->employer_id < y->employer_id ? -1 : 1;
    int order = text_compare(x->no, y->no);
    return order ? order : text_compare(x->contract->name, y->contract->name);
}

err projects_read(county *office, int32_t month, projects_told *told)
{
    rolls_contract *all;
    projects_cover *covers;
    size_t count;
    reading r = { .office = office, .told = told };
    *told = (projects_told){ .missing = TEXT("") };
    TRY(rolls_contracts(office, &all, &count));
    TRY(rolls_open(office, &r.book));
    TRY(projects_covers(office, &covers, &r.cover_count));
    r.covers = covers;
    TRY(rolls_keys_open(office, &r.keys));
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < count; i++)
        if (rolls_column_linked(&all[i], "project") != SIZE_MAX) e = take_roll(&r, &all[i], month);
    rolls_keys_close(r.keys);
    if (told->count) qsort(told->rows, told->count, sizeof *told->rows, by_employer);
    return e;
}

projects_state projects_state_of(const projects_row *row, int32_t day)
{
    const projects_cover *c = row->cover;
    bool has_begun = !row->begin_day || row->begin_day <= day;
    if (row->end_day && row->end_day < day) return PROJECTS_OVER;
    if (!c || (has_begun && (c->from_day > day || c->until_day < day))) return has_begun ? PROJECTS_BARE : PROJECTS_WAITING;
    if (row->price_fen > c->price_fen) return PROJECTS_LARGER;
    if (row->end_day > c->until_day) return PROJECTS_SHORT;
    return PROJECTS_COVERED;
}

bool projects_may_begin(const projects_row *row, int32_t day)
{
    return projects_state_of(row, day) == PROJECTS_COVERED;
}
