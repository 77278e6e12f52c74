/* Mistakes of data entry: what stands in a record, and beside it what is true. Nobody with a case
 * for detectors gets one, and nobody gets two. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ident/ident.h"
#include "sample/sample_internal.h"

static void remember(sample_truth *t, const char *recorded, const char *truth)
{
    snprintf(t->recorded, sizeof t->recorded, "%s", recorded);
    snprintf(t->truth, sizeof t->truth, "%s", truth);
}

/* Two different neighbours after the region change places: the check character always tells. */
static bool swap_digits(sample_dice *dice, const char *number, char wrong[28])
{
    memcpy(wrong, number, 19);
    int begin = sample_below(dice, 10);
    for (int i = 0; i < 10; i++) {
        int at = 6 + (begin + i) % 10;
        if (number[at] == number[at + 1]) continue;
        wrong[at] = number[at + 1];
        wrong[at + 1] = number[at];
        return true;
    }
    return false;
}

static bool shorten(sample_dice *dice, const char *number, char wrong[28])
{
    (void)dice;
    if (memcmp(number + 6, "19", 2) != 0) return false;
    memcpy(wrong, number, 6);
    memcpy(wrong + 6, number + 8, 9);
    wrong[15] = '\0';
    return true;
}

/* The neighbour of the order number: odd to even. No one else has it, since one turn holds both. */
static bool change_sex(sample_dice *dice, const char *number, char wrong[28])
{
    (void)dice;
    memcpy(wrong, number, 19);
    wrong[16] = (char)(((number[16] - '0') ^ 1) + '0');
    wrong[17] = ident_citizen_check((text){ wrong, 17 });
    return true;
}

static bool put_letter(sample_dice *dice, const char *number, char wrong[28])
{
    static const struct {
        char digit;
        const char *as;
    } ALIKE[] = { { '0', "O" }, { '1', "l" }, { '1', "I" }, { '0', "o" },
                  { '5', "S" }, { '2', "Z" }, { '8', "B" } };
    size_t row = (size_t)sample_below(dice, (int32_t)ARRAY_COUNT(ALIKE));
    for (size_t i = 0; i < ARRAY_COUNT(ALIKE); i++, row = (row + 1) % ARRAY_COUNT(ALIKE)) {
        const char *at = strchr(number + 6, ALIKE[row].digit);
        if (!at) continue;
        memcpy(wrong, number, 19);
        wrong[at - number] = ALIKE[row].as[0];
        return true;
    }
    return false;
}

typedef bool (*spoil)(sample_dice *dice, const char *right, char wrong[28]);
static const spoil SPOILS[SAMPLE_DUPLICATE] = {
    [SAMPLE_NUMBER_SWAPPED] = swap_digits,      [SAMPLE_NUMBER_15_DIGITS] = shorten,
    [SAMPLE_NUMBER_WRONG_SEX] = change_sex,     [SAMPLE_NUMBER_LETTER] = put_letter,
    [SAMPLE_NAME_LOOKALIKE] = sample_name_blur,
};

/* Spoils one field of a record; false when this one cannot be spoiled so. */
static bool make_mistake(sample_maker *m, sample_person *p, sample_truth_kind kind,
                         sample_dice *dice)
{
    char wrong[28] = "";
    bool is_name = kind == SAMPLE_NAME_LOOKALIKE;
    char *field = is_name ? p->name : p->citizen_number;
    if (kind != SAMPLE_BIRTH_MISSING && !SPOILS[kind](dice, field, wrong)) return false;
    sample_truth *t = sample_add_truth(m, p->person_id, kind);
    if (kind == SAMPLE_BIRTH_MISSING) {
        t->day = p->birth_day;
        p->birth_day = SAMPLE_UNKNOWN;
        return true;
    }
    remember(t, wrong, field);
    snprintf(field, is_name ? sizeof p->name : sizeof p->citizen_number, "%s", wrong);
    return true;
}

static bool is_spoiled(const sample_maker *m, int64_t person_id)
{
    for (size_t i = 0; i < m->made.truth_count; i++)
        if (m->truths[i].person_id == person_id || m->truths[i].other_id == person_id) return true;
    return false;
}

/* ---- second records of one person ---- */

static const sample_truth_kind SECOND[] = { SAMPLE_NUMBER_15_DIGITS, SAMPLE_NUMBER_SWAPPED,
                                            SAMPLE_NAME_LOOKALIKE };

/* A record by itself, as another clerk made it years ago: enrolled with the residents' medical
 * scheme only. The mistake in it is told by recorded and truth. */
static bool copy_record(sample_maker *m, int index, int original, sample_truth_kind how,
                        sample_dice *dice)
{
    const sample_person *first = &m->persons[original];
    sample_person copy = *first;
    char wrong[28];
    bool is_name = how == SAMPLE_NAME_LOOKALIKE;
    char *field = is_name ? copy.name : copy.citizen_number;
    if (!SPOILS[how](dice, field, wrong)) return false;
    copy.person_id = copy.household_id = m->made.first_person_id + index;
    copy.relation = SAMPLE_HEAD;
    copy.group = SAMPLE_NO_GROUP;
    copy.disability = copy.disability_grade = 0;
    copy.work_from_month = SAMPLE_UNKNOWN;
    sample_truth *t = sample_add_truth(m, copy.person_id, SAMPLE_DUPLICATE);
    t->other_id = first->person_id;
    remember(t, wrong, field);
    snprintf(field, is_name ? sizeof copy.name : sizeof copy.citizen_number, "%s", wrong);
    m->persons[index] = copy;
    m->households[m->made.household_count++] = (sample_household){ .household_id = copy.person_id,
                                                                   .head_id = copy.person_id,
                                                                   .region = m->region,
                                                                   .member_count = 1 };
    sample_enrolment *e =
        sample_add_enrolment(m, copy.person_id, SAMPLE_RESIDENT_MEDICAL, SAMPLE_RESIDENT);
    int32_t january = m->county->options.as_of_month / 12 * 12 - 24,
            born = m->lives[original].birth_month;
    e->from_month = january > born ? january : born;
    return true;
}

static void make_duplicate(sample_maker *m, int index, sample_dice *dice)
{
    int begin = sample_below(dice, m->soul_count),
        way = sample_below(dice, (int32_t)ARRAY_COUNT(SECOND));
    for (int i = 0; i < m->soul_count; i++) {
        int original = (begin + i) % m->soul_count;
        if (m->lives[original].is_dead || is_spoiled(m, m->persons[original].person_id)) continue;
        if (copy_record(m, index, original, SECOND[way], dice)) return;
    }
    assert(!"a full block has somebody to copy");
}

/* Truths are few a block: put in order of person_id by insertion. */
static void sort_truths(sample_maker *m)
{
    for (size_t i = 1; i < m->made.truth_count; i++) {
        sample_truth kept = m->truths[i];
        size_t at = i;
        for (; at > 0 && m->truths[at - 1].person_id > kept.person_id; at--)
            m->truths[at] = m->truths[at - 1];
        m->truths[at] = kept;
    }
}

void sample_make_mistakes(sample_maker *m)
{
    sample_dice dice = sample_dice_for(m->county->options.seed, SAMPLE_FOR_MISTAKES, m->block);
    for (int i = 0; i < m->duplicate_count; i++)
        make_duplicate(m, m->soul_count + i, &dice);
    for (int kind = 0; kind < SAMPLE_DUPLICATE; kind++) {
        int32_t wanted = sample_count_in_block(m->county, m->block, (sample_truth_kind)kind);
        int begin = sample_below(&dice, m->soul_count);
        for (int i = 0; i < m->soul_count && wanted > 0; i++) {
            sample_person *p = &m->persons[(begin + i) % m->soul_count];
            if (is_spoiled(m, p->person_id)) continue;
            if (make_mistake(m, p, (sample_truth_kind)kind, &dice)) wanted--;
        }
    }
    sort_truths(m);
}
