/* service/letter - the letter that tells a person how an amount came about (待遇计算说明), with a code by which it can be checked.
 *
 * The code names the decision and holds a digest of all that the letter says of it: "DD1-8-6291456-<32 hex>". Whoever gets a
 * letter asks the office (`person letter CODE`), which makes the digest again from its store: an amount, a name or a date that
 * was altered does not fit.
 *
 * Prefix   letter_
 */
#ifndef SERVICE_LETTER_H
#define SERVICE_LETTER_H

#include "service/county.h"
#include "service/document.h"

extern const err_kind LETTER_BAD_CODE, LETTER_UNFIT;

/* The lines of a reply of person explain, as a table with its heads: for a terminal by the program's keys, the packs' names last; for paper by those. */
enum { LETTER_COLUMNS = 4 };
extern const bool LETTER_IS_NUMBER[LETTER_COLUMNS];
text *letter_lines(const service_call *call, bool has_keys, size_t *rows, size_t *columns);

/* To --out, from the reply of person explain. */
MUST_USE err letter_write(county *office, const decision_made *made, text explanation);

#endif
