/* packs/adapters/office-papers.csv: which papers there are, and what each says. */
#include "service/issue.h"

#include <string.h>

#include "codec/codec.h"

const err_kind ISSUE_UNKNOWN_KIND = {
    "issue.unknown_kind", ERR_NOT_FOUND, "packs/adapters/office-papers.csv has no paper {}; paper kinds lists them.",
    "packs/adapters/office-papers.csv 中没有文书“{}”；可用 paper kinds 查看。"
};
const err_kind ISSUE_BAD_TABLE = {
    "issue.bad_table", ERR_BAD_INPUT, "This row of packs/adapters/office-papers.csv cannot be used: {}.",
    "packs/adapters/office-papers.csv 的这一行无法使用：{}。"
};

enum { PAPER, LINE, SOURCE, FIELDS, ZH, EN, LAW, COLUMN_COUNT };

static const struct {
    const char *word;
    issue_line_kind kind;
} LINES[] = { { "文书", ISSUE_PAPER }, { "取", ISSUE_TAKE }, { "须有", ISSUE_HAS }, { "文字", ISSUE_TEXT }, { "签章", ISSUE_SIGN },
              { "项目", ISSUE_PAIRS }, { "表", ISSUE_ROWS }, { "表可无", ISSUE_ROWS_IF_ANY } };

bool issue_next_word(text *rest, char mark, text *word)
{
    while (rest->size_bytes) {
        const char *end = memchr(rest->bytes, mark, rest->size_bytes);
        size_t size = end ? (size_t)(end - rest->bytes) : rest->size_bytes, past = end ? size + 1 : size;
        *word = text_trim((text){ rest->bytes, size });
        *rest = (text){ rest->bytes + past, rest->size_bytes - past };
        if (word->size_bytes) return true;
    }
    return false;
}

static err read_line(arena *a, codec_csv_reader *reader, const codec_csv_row *row, issue_line *line)
{
    source_pos at = codec_csv_position(reader, 0);
    if (row->count != COLUMN_COUNT || !row->field[PAPER].size_bytes)
        return err_at(&ISSUE_BAD_TABLE, at, row->count ? text_cstr(a, row->field[0]) : "");
    *line = (issue_line){ .paper = text_copy(a, row->field[PAPER]), .source = text_copy(a, row->field[SOURCE]),
                          .fields = text_copy(a, row->field[FIELDS]), .zh = text_copy(a, row->field[ZH]),
                          .en = text_copy(a, row->field[EN]), .law = text_copy(a, row->field[LAW]), .at = at };
    for (size_t i = 0; i < ARRAY_COUNT(LINES); i++)
        if (text_equal_cstr(row->field[LINE], LINES[i].word)) {
            line->kind = LINES[i].kind;
            return ERR_NONE;
        }
    return err_at(&ISSUE_BAD_TABLE, at, text_cstr(a, row->field[LINE]));
}

/* Rows of one paper stand together, its own first. */
err issue_papers_read(arena *a, const decide_law *law, issue_paper **papers, size_t *count)
{
    text bytes;
    issue_line *lines = NULL;
    size_t line_count = 0, line_capacity = 0, capacity = 0;
    *papers = NULL;
    *count = 0;
    TRY(decide_law_aside(a, law, "office-papers.csv", &bytes));
    codec_csv_reader *reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = "office-papers.csv" });
    for (;;) {
        codec_csv_row row;
        issue_line line;
        bool has_row;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) break;
        bool is_head = row.count > LINE && text_equal_cstr(row.field[LINE], "行"); /* of each folder's */
        if (is_head || (row.count && text_begins(row.field[PAPER], TEXT("#")))) continue;
        TRY(read_line(a, reader, &row, &line));
        bool is_astray = line.kind != ISSUE_PAPER && (!line_count || !text_equal(lines[line_count - 1].paper, line.paper));
        if (is_astray) return err_at(&ISSUE_BAD_TABLE, line.at, text_cstr(a, line.paper));
        ARENA_PUSH(a, lines, line_count, line_capacity, line);
    }
    for (size_t i = 0, until; i < line_count; i = until) {
        for (until = i + 1; until < line_count && lines[until].kind != ISSUE_PAPER; until++) {}
        issue_paper one = { lines + i, until - i };
        ARENA_PUSH(a, *papers, *count, capacity, one);
    }
    return ERR_NONE;
}

err issue_paper_find(arena *a, const issue_paper *papers, size_t count, text name, const issue_paper **paper)
{
    for (size_t i = count; i-- > 0;) /* a region's own stands behind */
        if (text_equal(papers[i].lines->paper, name) || text_equal(papers[i].lines->zh, name) || text_equal(papers[i].lines->en, name)) {
            *paper = &papers[i];
            return ERR_NONE;
        }
    return err_of(&ISSUE_UNKNOWN_KIND, text_cstr(a, name));
}

/* ---- for doudi check ---- */

static const service_field *field_of(const service_field *fields, size_t count, text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(name, fields[i].name)) return &fields[i];
    return NULL;
}

static err bad(arena *a, const issue_line *line, text what)
{
    return err_at(&ISSUE_BAD_TABLE, line->at, text_cstr(a, what));
}

static err check_take(arena *a, const issue_line *line, const service_op **op)
{
    text rest = line->fields, word;
    *op = service_find(line->source);
    if (!*op || (*op)->kind != SERVICE_READ) return bad(a, line, line->source);
    while (issue_next_word(&rest, ';', &word)) {
        text name;
        issue_next_word(&word, '=', &name);
        if (!field_of((*op)->input, (*op)->input_count, name)) return bad(a, line, name);
    }
    return ERR_NONE;
}

static err check_members(arena *a, const issue_line *line, const service_op *op)
{
    text rest = line->source, name, word;
    const service_field *fields = op ? op->output : NULL;
    size_t count = op ? op->output_count : 0;
    if (issue_next_word(&rest, ' ', &name)) {
        text path = name;
        while (issue_next_word(&path, '.', &word)) {
            const service_field *list = field_of(fields, count, word);
            if (!list || !list->fields) return bad(a, line, word);
            fields = list->fields;
            count = list->field_count;
        }
    }
    for (rest = line->fields; issue_next_word(&rest, ';', &word);) {
        issue_next_word(&word, '=', &name);
        if (!field_of(fields, count, name)) return bad(a, line, name);
    }
    return ERR_NONE;
}

err issue_check(arena *a, const decide_law *law)
{
    issue_paper *papers;
    size_t count;
    TRY(issue_papers_read(a, law, &papers, &count));
    for (size_t i = 0; i < count; i++) {
        const service_op *op = NULL;
        for (size_t k = 0; k < papers[i].count; k++) {
            const issue_line *line = &papers[i].lines[k];
            if (line->kind == ISSUE_TAKE) TRY(check_take(a, line, &op));
            if (line->kind == ISSUE_HAS && (!op || !field_of(op->output, op->output_count, line->source))) return bad(a, line, line->source);
            if (line->kind >= ISSUE_PAIRS) TRY(check_members(a, line, op));
        }
    }
    return ERR_NONE;
}
