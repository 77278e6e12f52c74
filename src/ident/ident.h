/* ident/ - numbers and names of people, bodies and cards: whether a number can be right, what a name is found by.
 *
 * Reads citizen identity numbers (GB 11643-1999), unified social credit codes (GB 32100-2015) and
 * bank card numbers; knows simplified forms and readings of characters. Looks nobody up: a number that is
 * well made may still be nobody's.
 *
 * Input    full-width forms and lower-case letters mean what the usual ones do, and blanks around
 *          are passed over; blanks inside are not, but for card numbers, which are written in
 *          groups.
 * Answers  are filled in as far as the number could be read, also when it is refused: the check
 *          character that would be right is worth showing beside the one that is wrong.
 * Errors   the first of the kinds below that applies, in the order they stand; `detail` is left
 *          to the caller, since these numbers must not reach a log.
 * Threads  nothing is kept; call from anywhere.
 */
#ifndef IDENT_IDENT_H
#define IDENT_IDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind IDENT_WRONG_LENGTH, IDENT_BAD_CHARACTER, IDENT_NO_SUCH_BIRTHDAY,
    IDENT_WRONG_CHECK;

#define IDENT_CODE_BYTES 19 /* 18 characters and a NUL */

/* ---- citizen identity numbers ---- */

typedef struct {
    char id[IDENT_CODE_BYTES]; /* as it should be written; "" for a wrong length or character */
    char expected_check;       /* of the first 17 digits; '\0' when there are none */
    bool is_region_known;      /* the first two digits are a province's; codes of counties change
                                  by year, so this is no reason to refuse a number */
    bool is_male;              /* the 17th digit is odd */
    int32_t birth_day;         /* of calendar; 0 unless the birthday exists */
} ident_citizen;

/* Reads 18 characters. The 15 digits used until 2012 are IDENT_WRONG_LENGTH: see below. */
MUST_USE err ident_check_citizen(text id, ident_citizen *citizen);
/* The 18 characters of a 15-digit number: "19" before the year, and the check character. */
MUST_USE err ident_upgrade_citizen(text id15, char id18[IDENT_CODE_BYTES]);
/* The check character of 17 digits; '\0' when they are not 17 digits. */
char ident_citizen_check(text digits17);

/* ---- unified social credit codes ---- */

typedef struct {
    char code[IDENT_CODE_BYTES]; /* as it should be written; "" for a wrong length or character */
    char expected_check;         /* of the first 17 characters; '\0' when they are none */
} ident_uscc;

MUST_USE err ident_check_uscc(text code, ident_uscc *uscc);

/* ---- bank cards ---- */

#define IDENT_CARD_DIGITS_MIN 12
#define IDENT_CARD_DIGITS_MAX 19
typedef struct {
    char number[IDENT_CARD_DIGITS_MAX + 1]; /* without blanks and hyphens; "" as above */
    char expected_check;                    /* '\0' for a wrong length or character */
} ident_card;

/* By the Luhn sum of ISO/IEC 7812-1. Not every account a bank keeps has a card's number. */
MUST_USE err ident_check_card(text number, ident_card *card);

/* ---- characters ---- */

/* Traditional, simplified, traditional, simplified ...; a reading without its tone, then the characters read so, each
 * group with a blank behind it (both from ICU); and surnames of two characters, one after another. */
extern const char IDENT_SIMPLIFIED[], IDENT_READINGS[], IDENT_COMPOUND[];

/* ---- what a name is found by ---- */

typedef struct ident_names ident_names;
const ident_names *ident_names_open(arena *a);
/* As names are compared: simplified characters, narrow letters in lower case, no blanks, dots or brackets. */
text ident_name_fold(arena *a, const ident_names *names, text name);
/* A part of a name as somebody types it, ready to stand at a key's beginning; empty when nothing is left of it. */
text ident_name_query(arena *a, const ident_names *names, text typed);
/* What parts of the name are found by, as beginnings: the folded name from each of its characters on, its pinyin
 * whole, by initials, and the surname whole with initials behind; where characters have several readings, each way.
 * In order, each once; those from the first character on with IDENT_NAME_WHOLE before them. */
#define IDENT_NAME_WHOLE "^"
size_t ident_name_keys(arena *a, const ident_names *names, text name, text **keys);

#endif
