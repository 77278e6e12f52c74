/* linkage/ inside - the distinct values of a field: kinds of values, numbers that are one word, texts by code.
 *
 * Prefix   linkage_
 */
#ifndef LINKAGE_LINKAGE_DICT_H
#define LINKAGE_LINKAGE_DICT_H

#include "base/text.h"
#include "linkage/linkage_bytes.h"

typedef enum {
    LINKAGE_CITIZEN,  /* a Chinese identity number */
    LINKAGE_CREDIT,   /* 统一社会信用代码, or the code of the organisation alone */
    LINKAGE_HAN_NAME,
    LINKAGE_NAME,     /* letters */
    LINKAGE_WORDS,    /* several words of letters: an address, a place */
    LINKAGE_PLACE,    /* a Chinese address or a part of one */
    LINKAGE_DATE,
    LINKAGE_CODE,     /* letters and digits without meaning: a postcode, a number somebody gave */
    LINKAGE_PHONE,
    LINKAGE_CATEGORY, /* the same or not */
    LINKAGE_NUMBER,
    LINKAGE_SEX,
    LINKAGE_KIND_COUNT
} linkage_kind;

/* ---- numbers: a word is all of them ---- */

static inline bool linkage_is_number(linkage_kind kind)
{
    return kind == LINKAGE_CITIZEN || kind == LINKAGE_PHONE;
}
static inline bool linkage_is_packed(linkage_kind kind) /* as soon as it is met */
{
    return linkage_is_number(kind) || kind == LINKAGE_DATE;
}
/* CITIZEN: its seventeen digits as a number, its check above (10: X), flags; PHONE: its digits, the first above, and how many below.
 * Others are odd: what they are stands elsewhere. DATE: linkage_date_pack. */
uint64_t linkage_pack(linkage_kind kind, text folded);
uint64_t linkage_pack_plain(linkage_kind kind, text value); /* of a value that is not folded; odd: it must be */
#define LINKAGE_VALID (UINT64_C(1) << 61) /* of a citizen number: 18 characters, a birthday, a right check */
#define LINKAGE_MALE  (UINT64_C(1) << 62)
#define LINKAGE_ODD   (UINT64_C(13) << 60)
static inline bool linkage_is_odd(uint64_t number) { return number >> 60 == 13; }
static inline uint32_t linkage_birth_of(uint64_t citizen)
{
    return (uint32_t)((citizen & ((UINT64_C(1) << 57) - 1)) / 1000 % 100000000);
}
/* Of 11,000: its last four characters. */
#define LINKAGE_ENDS 11000
static inline uint32_t linkage_end_of(uint64_t citizen)
{
    return (uint32_t)((citizen & ((UINT64_C(1) << 57) - 1)) % 1000 * 11 + (citizen >> 57 & 15));
}
#define LINKAGE_NUMBER_BYTES 24
text linkage_unpack(linkage_kind kind, uint64_t number, char out[LINKAGE_NUMBER_BYTES]);

/* ---- values ---- */

/* Each distinct value of a field once; code 0 is none. */
typedef struct {
    linkage_vec bytes, from, slots, packed, forms, next; /* `next`: slots that will be needed soon, with the codes before `moved` */
    uint32_t count; /* codes, with 0 */
    uint32_t moved;
    uint32_t odd;   /* of numbers: so many have a text, where `from` says */
    linkage_kind kind;
    size_t size_bytes;
} linkage_dict;
/* So many of them have a text, the one of code 0 too; of numbers only the odd. */
static inline size_t linkage_dict_texts(const linkage_dict *d) { return linkage_is_number(d->kind) ? d->odd : d->count; }
/* Of no number. */
static inline text linkage_dict_text(const linkage_dict *d, uint32_t code)
{
    const uint32_t *from = (const uint32_t *)d->from.items + code;
    return (text){ (const char *)d->bytes.items + from[0], from[1] - from[0] };
}
/* CITIZEN, PHONE: all of it, or LINKAGE_ODD; DATE: linkage_date_pack, parts not known 0; HAN_NAME: its characters when it is short;
 * NAME: linkage_nickname_groups. Other kinds have none. */
static inline uint64_t linkage_dict_packed(const linkage_dict *d, uint32_t code)
{
    return ((const uint64_t *)d->packed.items)[code];
}
static inline void linkage_dict_fetch_packed(const linkage_dict *d, uint32_t code)
{
    linkage_fetch((const uint64_t *)d->packed.items + code);
}
/* Of names and words: how it sounds, and which letters it has (not ASCII: LINKAGE_FOREIGN too). Of a Chinese name that
 * is short enough to be packed, four characters of 16 bits: LINKAGE_SHORT, and how many characters it and its surname
 * have. Of a place: its digits, 0 when it has none, and how the rest sounds. */
typedef struct {
    uint32_t sound, letters;
} linkage_form;
#define LINKAGE_FOREIGN (UINT32_C(1) << 31)
#define LINKAGE_SHORT   (UINT32_C(1) << 30)
static inline linkage_form linkage_dict_form(const linkage_dict *d, uint32_t code)
{
    return ((const linkage_form *)d->forms.items)[code];
}
/* Whatever it is of; a number is written into `room`. */
text linkage_dict_read(const linkage_dict *d, uint32_t code, char room[LINKAGE_NUMBER_BYTES]);
void linkage_dict_open(linkage_dict *d, linkage_kind kind);
void linkage_dict_close(linkage_dict *d);
void linkage_dict_trim(linkage_dict *d); /* no value may follow */
size_t linkage_dict_bytes(const linkage_dict *d);
/* A slot: a value's code, and above as many bits of its hash as there is room for; a code is less than there are slots. */
static inline uint32_t linkage_slot_tag(const linkage_vec *slots, uint64_t hash)
{
    return (uint32_t)(hash >> 32) & ~(uint32_t)(slots->capacity - 1);
}
static inline uint32_t linkage_dict_tag(const linkage_dict *d, uint64_t hash) { return linkage_slot_tag(&d->slots, hash); }
/* Soon to be asked for: its slot, then the place of its bytes, then the bytes; of a number itself. */
static inline void linkage_dict_fetch(const linkage_dict *d, uint64_t hash)
{
    linkage_fetch((const uint32_t *)d->slots.items + (hash & (d->slots.capacity - 1)));
}
static inline uint32_t linkage_dict_guess(const linkage_dict *d, uint64_t hash)
{
    const uint32_t *slots = d->slots.items;
    uint32_t mask = (uint32_t)(d->slots.capacity - 1), at = (uint32_t)hash & mask, tag = linkage_dict_tag(d, hash);
    for (int k = 0; k < 4 && slots[at]; k++, at = (at + 1) & mask)
        if ((slots[at] & ~mask) == tag) return slots[at] & mask;
    return 0;
}
static inline void linkage_dict_fetch_place(const linkage_dict *d, uint64_t hash)
{
    uint32_t code = linkage_dict_guess(d, hash);
    if (linkage_is_number(d->kind)) linkage_dict_fetch_packed(d, code);
    else linkage_fetch((const uint32_t *)d->from.items + code);
}
static inline void linkage_dict_fetch_bytes(const linkage_dict *d, uint64_t hash)
{
    if (!linkage_is_number(d->kind)) linkage_fetch((const char *)d->bytes.items + ((const uint32_t *)d->from.items)[linkage_dict_guess(d, hash)]);
}
uint32_t linkage_dict_code(linkage_dict *d, text t, uint64_t hash);
/* Some codes more are put into `next`, where it is, so that it does not have to wait for all of them at once. */
void linkage_dict_move(linkage_dict *d, uint32_t count);
uint32_t linkage_dict_number(linkage_dict *d, uint64_t number, uint64_t hash); /* that is not odd; linkage_mixed of it */
/* Once no value may follow: values are found again, with linkage_text_hash as `hash`; 0: none. */
void linkage_dict_index(linkage_dict *d);
uint32_t linkage_dict_find(const linkage_dict *d, text t, uint64_t hash);
/* A value behind the last, until another is put there; and one that stays. */
void linkage_dict_put(linkage_dict *d, text value);
void linkage_dict_keep(linkage_dict *d);

#endif
