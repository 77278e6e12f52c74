/* service/book.h - what the files that make the law book share.
 *
 * Prefix   book_
 */
#ifndef SERVICE_BOOK_H
#define SERVICE_BOOK_H

#include "base/hash.h"
#include "os/os.h"
#include "paper/paper.h"
#include "service/service_internal.h"

/* One citation of one rule: a row of the register of documents. */
typedef struct {
    text document, clause; /* "国发〔2005〕38号", "第六条" */
    text name, pack, href; /* the rule that cites it */
} book_citation;

typedef struct book_verdict book_verdict; /* book_proof.c */

typedef struct {
    service_call *call;
    arena *a;
    const policy_book *book;
    const policy_pack *packs;
    size_t pack_count;
    const policy_symbol *symbols;
    size_t symbol_count;
    hash_map *pack_index;  /* by name */
    hash_map *field_index; /* "pack\nname" of a record's field → symbol */
    const text *pages;     /* a file name a pack */
    hash_map *test_index;  /* "file:line" → result */
    const policy_test_result *tests;
    hash_map *verdict_index; /* "file:line" → verdict */
    const book_verdict *verdicts;
    book_citation *citations;
    size_t citation_count, citation_capacity;
    paper_node *guide;       /* the cases, gathered while the packs are shown */
    const policy_pack *pack; /* the one being shown */
    os_writer **files;       /* written, and not in their places before all are */
    size_t file_count, file_capacity, done_count;
} book_making;

/* book_words.c: words of the language with every name a link, in the reader's language */
text service_book_href(const book_making *m, const policy_symbol *s);
void service_book_formula(const book_making *m, paper_node *into, const char *pack, text words,
                          bool is_proof);
/* A word of the language in Chinese, or NULL; the end of a name that begins at `at`. */
const char *service_book_word_zh(text word);
size_t service_book_word_end(text t, size_t at);
/* book_register.c */
void service_book_cite(book_making *m, const char *law, const char *name, const char *pack,
                       text href);
void service_book_law(book_making *m, paper_node *into, const char *law);
paper_node *service_book_register(book_making *m);
text service_book_document_id(arena *a, text document);
/* book_card.c */
void service_book_symbol_card(book_making *m, paper_node *into, const policy_symbol *s);
void service_book_set_card(book_making *m, paper_node *into, const policy_symbol *s);
void service_book_input_table(book_making *m, paper_node *into, const policy_symbol *const *inputs,
                              size_t count);
/* book_values.c: a parameter over time, in all regions, or in those of `only_pack` */
void service_book_values(book_making *m, paper_node *into, const policy_symbol *s,
                         const char *only_pack);
text service_book_day(const book_making *m, int32_t day);
/* book_proof.c: proves everything once; broken: how many are not as the packs say */
MUST_USE err service_book_prove(book_making *m, size_t *broken);
void service_book_proofs(book_making *m, paper_node *into, const paper_block *block);
/* The line of `t` at *at, and on to the next; false at the end. */
bool service_book_line(text t, size_t *at, text *line);
/* book_block.c: the `show` of paper_blocks */
void service_book_block(void *making, paper_node *into, const paper_block *block);

#endif
