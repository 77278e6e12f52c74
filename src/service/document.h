/* service/document - what is handed to a person as a file: a page, a PDF, a workbook or a table, as the ending of its name says.
 *
 * A document is composed once, as a tree of paper: .html and .pdf print all of it, .xlsx and .csv its tables. PDF
 * bears the day and the office; the same figures on the same day give the same bytes.
 *
 * Prefix   document_
 */
#ifndef SERVICE_DOCUMENT_H
#define SERVICE_DOCUMENT_H

#include "paper/paper.h"
#include "service/county.h"

extern const err_kind DOCUMENT_TOO_LONG;

#define DOCUMENT_OUT_FIELD                                                                       \
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.pdf|xlsx|csv|html", \
      .endings = (const char *const[]){ ".pdf", ".xlsx", ".csv", ".html", NULL },                \
      .summary = "also write it as a PDF, a workbook, a table or a page",                        \
      .summary_zh = "另存为 PDF、电子表格、CSV 或网页" }
#define DOCUMENT_OUTPUT                                                                          \
    { .name = "written", .type = SERVICE_TEXT, .summary = "written", .summary_zh = "已写入", .is_optional = true }

typedef struct {
    text title;  /* a heading of the first page, at the head of the others */
    text office; /* or empty */
    text sheet;  /* of a workbook; empty: the title */
    const paper_node *body;
} document;

/* Title and body of a document that is begun. */
paper_node *document_begin(service_call *call, document *d, text title);
/* The name of the office, from its charter. */
MUST_USE err document_office(county *office, document *d);
void document_say(service_call *call, paper_node *into, text words);
/* `rows` of `columns` texts, the first the heads; strong rows may be NULL. */
void document_table(service_call *call, paper_node *into, const text *cells, size_t rows, size_t columns,
                    const bool *is_number, const bool *is_strong);
/* To --out, when it is given; the reply tells it was. */
MUST_USE err document_write(service_call *call, const document *d);

/* A list is written by pieces, of any length; where it is wanted as pages it is first written as a table and then printed. */
#define DOCUMENT_LIST_ENDINGS ((const char *const[]){ ".csv", ".xlsx", ".pdf", ".html", NULL })
bool document_is_pages(text path);
/* Prints the table at `path` (CSV with a head) to `out`; columns of amounts are numbers. DOCUMENT_TOO_LONG. */
MUST_USE err document_print_list(county *office, text title, text path, text out);

#endif
