/* service/book_pages.h - the pages of the law book besides those of the packs.
 *
 * Prefix   book_
 */
#ifndef SERVICE_BOOK_PAGES_H
#define SERVICE_BOOK_PAGES_H

#include "service/book.h"

paper_node *service_book_index(book_making *m);
paper_node *service_book_names(book_making *m);
/* The opening; the cases are put below it while the packs are shown. */
paper_node *service_book_guide(book_making *m);
/* All names but those of fields, in the order of their bytes. */
const policy_symbol **service_book_sorted_names(book_making *m, size_t *count);

#endif
