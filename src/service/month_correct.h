/* service/month_correct - differences of an earlier month's bills: found, billed, taken off.
 *
 * Prefix   month_correct_
 */
#ifndef SERVICE_MONTH_CORRECT_H
#define SERVICE_MONTH_CORRECT_H

#include "service/deaths.h"
#include "service/dues.h"
#include "service/month_net.h"

typedef struct {
    int64_t person_id, payer_id, base_fen;
    int64_t fen[COLLECTION_KEYS_MAX]; /* > 0: what is more, or less */
    size_t source;                    /* of what is less: the issue it is taken from */
    bool is_right;                    /* of what is less: told before, put right at once */
    bool is_gone[COLLECTION_KEYS_MAX]; /* by key: nothing of this fund is left for the person */
} month_correct_row;
/* Who no bill of the month had: what it would have asked. */
typedef struct {
    int64_t person_id, payer_id, base_fen, now[COLLECTION_KEYS_MAX];
} month_correct_first;
typedef struct {
    dues_call *d;
    const month_purpose *purpose;
    int32_t of; /* the month corrected */
    int64_t only_id; /* one person alone; 0: everybody */
    const deaths_bills *dead; /* only whom these name, in the month; NULL: everybody */
    month_deciding deciding;
    month_keys keys;
    month_net net;
    month_undecided *undecided;
    month_tally tally;
    month_correct_row *more, *less;
    size_t more_count, more_capacity, less_count, less_capacity;
    int64_t more_fen, less_fen, freed_fen;
    int64_t vouchers;
    bool has_back; /* who pays back is asked by the packs */
    month_deciding back;
    month_correct_first *first; /* of the bucket at hand */
    size_t first_count, first_capacity;
    text key; /* of the step */
} month_correct;

/* Holds what was billed against what is now owed, by key. */
MUST_USE err month_correct_compare(month_correct *c, month_net_person *p, const int64_t *now, int64_t base_fen);

/* Back payment (month_correct_back.c): of an earlier month, where the packs have a purpose back.NAME. */
MUST_USE err month_correct_back_open(month_correct *c);
void month_correct_back_close(month_correct *c);
/* Whether no bill of the month itself has the person. */
bool month_correct_is_back(const month_correct *c, const month_net_person *p);
void month_correct_back_note(month_correct *c, const month_net_person *p, const int64_t *now, int64_t base_fen);
/* Decides those who were noted. */
MUST_USE err month_correct_back(month_correct *c, uint32_t bucket);

/* Bills what is more; takes off what is less, with what was freed booked back, accounts and months of
 * people put right. */
MUST_USE err month_correct_more(month_correct *c);
MUST_USE err month_correct_less(month_correct *c);

#endif
