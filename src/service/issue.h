/* service/issue - papers handed to people: composed by a table, numbered, kept sealed, and told genuine by anybody who holds one.
 *
 * packs/adapters/office-papers.csv says of each paper what is asked of it, which reading operations its figures come from and
 * what it says. What it says is made once, kept in the archive under a number, and printed from there: a second printing is
 * the same paper with the word "copy". Each bears "DD2-<number>-<24 hex>": the office's keyed code of number, kind,
 * day and digest.
 *
 *   issue_table.c    the table
 *   issue_compose.c  what a paper says, from the replies of the operations
 *   issue_print.c    the page; sealing and opening what is kept
 *   issue.c          paper issue, show, list; issue_verify.c: paper verify, kinds
 *
 * Prefix   issue_
 */
#ifndef SERVICE_ISSUE_H
#define SERVICE_ISSUE_H

#include "archive/archive.h"
#include "service/decide.h"
#include "service/document.h"

extern const err_kind ISSUE_UNKNOWN_KIND, ISSUE_BAD_TABLE, ISSUE_LACKS, ISSUE_NOT_GENUINE, ISSUE_NOTHING, ISSUE_BAD_ADDRESS, ISSUE_OTHER_CASE;

/* ---- the table ---- */

typedef enum { ISSUE_PAPER, ISSUE_TAKE, ISSUE_HAS, ISSUE_TEXT, ISSUE_SIGN, ISSUE_PAIRS, ISSUE_ROWS, ISSUE_ROWS_IF_ANY } issue_line_kind;
typedef struct {
    issue_line_kind kind;
    text paper, source, fields, zh, en, law;
    source_pos at;
} issue_line;
typedef struct {
    const issue_line *lines; /* the first is the ISSUE_PAPER */
    size_t count;
} issue_paper;
MUST_USE err issue_papers_read(arena *a, const decide_law *law, issue_paper **papers, size_t *count);
/* By its name in either language: ISSUE_UNKNOWN_KIND. */
MUST_USE err issue_paper_find(arena *a, const issue_paper *papers, size_t count, text name, const issue_paper **paper);
/* The next of the words that `mark` keeps apart, without blanks around it; false at the end. */
bool issue_next_word(text *rest, char mark, text *word);
/* That every operation, argument and member of the table is there. */
MUST_USE err issue_check(arena *a, const decide_law *law);

/* ---- what a paper says ---- */

typedef struct {
    service_call **asked; /* the operations asked, with their arguments */
    size_t asked_count;
    text says;            /* canonical JSON */
} issue_said;
MUST_USE err issue_compose(service_call *call, const issue_paper *paper, text law, issue_said *said);

/* Whether a paper that was issued is kept back from whoever calls, because of a protected case it tells of. */
MUST_USE err issue_hides(county *office, const archive_paper *paper, bool *hides);

/* "-1234.50" */
bool issue_is_amount(text t);

/* ---- what is kept ---- */

MUST_USE err issue_digest(arena *a, text says, text *digest);
/* "DD2-17-…": of whom has the office's key. */
MUST_USE err issue_code(county *office, const archive_paper *paper, text *code);
/* `about`: "paper 17", "file 4". */
MUST_USE err issue_seal(county *office, text about, text plain, text *sealed);
MUST_USE err issue_unseal(county *office, text about, text sealed, text *plain);

/* Where the public reaches the office's pages (DOUDI_PUBLIC_URL), without a stroke at its end; empty: it is not set. ISSUE_BAD_ADDRESS. */
MUST_USE err issue_public(service_call *call, text *url);
/* To --out. */
MUST_USE err issue_print(county *office, const archive_paper *paper, text says, text code, bool is_copy);
text issue_number_text(arena *a, const archive_paper *paper);

#endif
