/* linkage/ inside - how dates, addresses and names are read, whatever set they are of.
 *
 * Prefix   linkage_
 */
#ifndef LINKAGE_LINKAGE_READING_H
#define LINKAGE_LINKAGE_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/* ---- dates ---- */

/* yyyymmdd; 0: cannot be read. `is_month_first`: 3/4/1965 is the fourth of March. */
uint32_t linkage_date_of(text t, bool is_month_first);
int linkage_date_order(text t); /* 1: the month comes first for sure; -1: the day; 0: not told */
uint32_t linkage_date_written(text t); /* in characters, or by the calendar of moons; 0: is neither */
uint32_t linkage_date_of_moons(uint32_t date, bool is_leap); /* its date by the sun; 0: there is none */
uint64_t linkage_date_pack(uint32_t date); /* yyyymmdd, and above it a digit in four bits each; 0: none */
bool linkage_is_same_by_moon(uint32_t x, uint32_t y);

/* ---- places that are folded ---- */

/* Spelt one way, of an inner one (a house) without the divisions before it; `out` holds LINKAGE_VALUE_BYTES. */
size_t linkage_place_spell(text t, bool is_inner, char *out);
size_t linkage_place_cut(text t);   /* of an address: so many bytes are divisions and village */
size_t linkage_place_upper(text t); /* of a village: so many bytes are the divisions above it */

/* Of a credit code, or of an organisation's alone, the organisation's. */
text linkage_organisation_of(text code);

/* ---- names ---- */

/* By character from U+4E00: a number of those that are written nearly alike; the letters of surnames read otherwise. */
void linkage_looks_read(uint16_t *look);
void linkage_surnames_read(text *letters);
text linkage_surname_of_two(const uint32_t *surname); /* bytes NULL: as its characters are read elsewhere */
typedef struct linkage_nicknames linkage_nicknames;
const linkage_nicknames *linkage_nicknames_open(arena *a);
uint64_t linkage_nickname_groups(const linkage_nicknames *n, text name); /* 16 bits each */
bool linkage_are_nicknames(uint64_t x, uint64_t y);

#endif
