/* service/english.h - English for what tables of the office say in Chinese alone.
 *
 * packs/adapters/office-english.csv stands beside the tables, which people have signed as they are. What it does not
 * know is said as it is written.
 *
 * Prefix   english_
 */
#ifndef SERVICE_ENGLISH_H
#define SERVICE_ENGLISH_H

#include "service/service_internal.h"

typedef struct {
    text *said, *english;
    size_t count, capacity, english_capacity;
} english_words;

extern const err_kind ENGLISH_BAD_ROW;

/* Empty for a reader of Chinese, and where the folders of packs have no such table. */
MUST_USE err english_open(service_call *call, english_words *words);
/* The same for whatever language the caller speaks, and behind it the words that packs choose from with the English they
 * give them: what a registry keeps as a word. Nothing where there are no packs. */
MUST_USE err english_open_words(service_call *call, arena *a, english_words *words);
text english_of(const english_words *words, text said);

#endif
