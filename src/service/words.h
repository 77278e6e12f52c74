/* service/words.h - the registry's words that the office itself knows by name.
 *
 * Whoever writes a scheme, a standing, a kind of benefit or an attribute writes it by its name
 * here, and whoever reads it asks for the same name: the names are those of packs/ledger/funds.csv
 * and packs/adapters/office-facts.csv. Words that come from files (trades, banks, relations) are
 * given out as they come.
 *
 * Prefix   county_
 */
#ifndef SERVICE_WORDS_H
#define SERVICE_WORDS_H

#include "service/county.h"

extern const err_kind COUNTY_WORD_UNKNOWN;

typedef enum {
    COUNTY_SCHEME,    /* of an enrolment or a spell: a line of insurance */
    COUNTY_STANDING,  /* of an enrolment */
    COUNTY_MONTHS,    /* of a spell: paid, deemed */
    COUNTY_BENEFIT,   /* what is paid */
    COUNTY_ATTRIBUTE, /* told by departments; named as the fact it is */
    COUNTY_REASON,    /* of a review, or of a stop */
    COUNTY_WORD_KIND_COUNT
} county_word_kind;

/* How an attribute's value is meant; a word stands in its note. */
typedef enum { COUNTY_WORD, COUNTY_COUNT, COUNTY_YES, COUNTY_DAY, COUNTY_MONTH, COUNTY_FEN, COUNTY_RATE } county_unit;

typedef struct {
    const char *name;
    county_word_kind kind;
    const char *en, *zh;
    county_unit unit;
} county_word_row;

/* One name may stand for a scheme and for the benefit it pays: the word is the same. */
const county_word_row *county_words(size_t *count);
/* The row of a name, or of its Chinese or English; NULL when there is none. */
const county_word_row *county_word_row_of(county_word_kind kind, text said);
/* For a person: the name in the caller's language, else the word itself. */
text county_word_shown(const county *office, text word);
/* As the detail of an error: in both languages. */
const char *county_word_detail(arena *a, text word);
/* The same for a word that came from a file: a trade, a relation, what an attribute's note says. A reader of English has it by
 * packs/adapters/office-english.csv or by the packs that choose from it. What is kept stays as it is. */
text county_word_said(county *office, text word);

/* An attribute's value as a person reads it. */
text county_word_value(const county *office, text name, int64_t value);

/* The word's id in this office's registry, kept once asked. COUNTY_WORD_UNKNOWN: the registry has
 * none of this name; a writer is given a new one, inside its transaction. */
MUST_USE err county_word(county *office, const char *name, int64_t *id);
/* The same for a word that is not of the table. */
MUST_USE err county_word_of(county *office, text word, int64_t *id);
/* The word of an id; empty for 0. */
MUST_USE err county_word_text(county *office, int64_t id, text *word);
/* Gives out all of the table. */
MUST_USE err county_words_add(county *office);

/* Regions: packs write paths, the registry the digits of GB/T 2260. The office's own stands in its
 * charter (office.region, office.region_code); provinces are known by their paths. */
int64_t county_region_code(text path);
/* The path of a code; empty: not known. */
text county_region_path(int64_t code);

#endif
