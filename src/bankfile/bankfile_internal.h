/* bankfile/ - what the adapters share: the writer, the law of a file, the table of formats. */
#ifndef BANKFILE_BANKFILE_INTERNAL_H
#define BANKFILE_BANKFILE_INTERNAL_H

#include "bankfile/bankfile.h"

/* ---- an adapter: one row a format ---- */

/* The sum of lines against the head. */
typedef struct {
    arena *memory;
    int64_t line_count, total_fen; /* announced */
    int64_t lines_seen, fen_seen;
} bankfile_sum;

struct bankfile_writer {
    arena *memory;
    bankfile_format format;
    codec_sink sink;
    text_builder out;             /* UTF-8, not yet handed on */
    codec_xml_writer xml;         /* of ISO 20022 */
    codec_converter *converter;   /* NULL: the format is UTF-8 */
    text_builder converted;
    bankfile_instruction head;
    bankfile_sum sum;
    err failed;                   /* the first error; then nothing more is taken */
};

/* What a reader is given. */
typedef struct {
    arena *memory;
    codec_source source;
    const char *file;
} bankfile_input;

typedef struct {
    const char *name;
    codec_encoding encoding;
    void (*write_head)(bankfile_writer *w);
    void (*write_line)(bankfile_writer *w, const bankfile_line *line);
    void (*write_end)(bankfile_writer *w); /* NULL: nothing to write */
    err (*read_instruction)(bankfile_input in, bankfile_instruction_sink to);
    err (*read_answer)(bankfile_input in, bankfile_answer_sink to);
    err (*read_statement)(bankfile_input in, bankfile_statement_sink to);
    const char *marks[BANKFILE_CONTENT_COUNT]; /* one stands in the file's beginning, as UTF-8 */
    bool is_mark_first; /* at its very beginning */
} bankfile_adapter;

/* ---- ISO 20022 ---- */

void bankfile_iso_write_head(bankfile_writer *w);
void bankfile_iso_write_line(bankfile_writer *w, const bankfile_line *line);
void bankfile_iso_write_end(bankfile_writer *w);
MUST_USE err bankfile_iso_read_instruction(bankfile_input in, bankfile_instruction_sink to);
MUST_USE err bankfile_iso_read_answer(bankfile_input in, bankfile_answer_sink to);
MUST_USE err bankfile_iso_read_statement(bankfile_input in, bankfile_statement_sink to);

/* ---- the fixed CSV ---- */

void bankfile_csv_write_head(bankfile_writer *w);
void bankfile_csv_write_line(bankfile_writer *w, const bankfile_line *line);
MUST_USE err bankfile_csv_read_instruction(bankfile_input in, bankfile_instruction_sink to);
MUST_USE err bankfile_csv_read_answer(bankfile_input in, bankfile_answer_sink to);
MUST_USE err bankfile_csv_read_statement(bankfile_input in, bankfile_statement_sink to);

/* ---- the law of a file, whatever its format ----
 * Errors have no place: the adapter knows where the figure to blame stands. */

/* Letters, digits and '-', at least one. */
bool bankfile_is_code(text t, size_t size_bytes_max);
/* At most BANKFILE_TEXT_RUNES_MAX characters, none of them a control character, not all blanks:
 * what every format can carry. */
bool bankfile_is_note(text t);
static inline bool bankfile_is_name(text t)
{
    return t.size_bytes > 0 && bankfile_is_note(t);
}

MUST_USE err bankfile_head_check(arena *a, const bankfile_instruction *head);
/* The line is the next one, its texts are whole, and it still fits the head. */
MUST_USE err bankfile_sum_line(bankfile_sum *sum, const bankfile_line *line);
MUST_USE err bankfile_sum_end(const bankfile_sum *sum);

/* An answer against itself and against what was sent. */
typedef struct {
    arena *memory;
    bankfile_answer head;
    bankfile_answer_sink to;
    bankfile_sent sent;
    bool has_sent;
    uint64_t *seen; /* a bit a line of the batch */
    int64_t seen_max; /* lines there are bits for */
    int64_t lines_seen, fen_seen, paid_seen, paid_fen_seen;
} bankfile_answer_law;
/* These check and hand on; `*is_callers` says that the error is the callback's. */
MUST_USE err bankfile_answer_law_open(arena *a, const bankfile_answer *head,
                                      bankfile_answer_sink to, bankfile_answer_law *law,
                                      bool *is_callers);
MUST_USE err bankfile_answer_law_line(bankfile_answer_law *law, const bankfile_answer_line *line,
                                      bool *is_callers);
MUST_USE err bankfile_answer_law_end(const bankfile_answer_law *law);

/* A statement against itself. */
typedef struct {
    arena *memory;
    bankfile_statement head;
    int64_t entries_seen, balance_fen;
} bankfile_statement_law;
MUST_USE err bankfile_statement_law_open(arena *a, const bankfile_statement *head,
                                         bankfile_statement_law *law);
MUST_USE err bankfile_statement_law_entry(bankfile_statement_law *law, const bankfile_entry *entry);
MUST_USE err bankfile_statement_law_end(const bankfile_statement_law *law);

/* "1234.50 / 1234.00", "3 / 2": what differs, as a detail. */
const char *bankfile_fen_detail(arena *a, int64_t left_fen, int64_t right_fen);
const char *bankfile_count_detail(arena *a, int64_t left, int64_t right);
const char *bankfile_text_detail(arena *a, text left, text right);

#endif
