/* service/import_said.h - what an import has said of subjects and is in no table yet, and what no list may
 * say of a person who is known.
 *
 * A row leaves what it does not say as it was: as the row before it in the same file left it, else as the
 * registry knows it. Who somebody is (name, number, sex, birthday) is not overturned by a list: a citizen number
 * says the sex and the birthday, and what differs goes by the case 身份信息更正, which three people look at; another
 * number goes by a merge of two records, which three people sign.
 *
 * Prefix   import_
 */
#ifndef SERVICE_IMPORT_SAID_H
#define SERVICE_IMPORT_SAID_H

#include "service/lists.h"

extern const err_kind IMPORT_AGAINST_NUMBER, IMPORT_RENAMES, IMPORT_RENUMBERS;

typedef struct import_said import_said;
import_said *import_said_open(arena *a, const list_row *list);
/* What was said last of the subject; NULL: nothing. */
const list_fact *import_said_of(const import_said *said, int64_t subject_id);
void import_said_keep(import_said *said, const list_fact *fact);

/* A citizen number as it is kept: 18 places where it can be, in usual digits. */
text import_number(arena *a, text number);
/* `before` is what was known, or NULL of who is new; `scratch` is reset with the row. *blamed is the field to blame.
 * What was known so already passes. */
MUST_USE err import_check_person(county *office, arena *scratch, const registry_person *before,
                                 const registry_person *now, bool may_rename, const char **blamed);

#endif
