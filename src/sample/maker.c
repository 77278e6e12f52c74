/* A maker holds the rows of one block and makes them again for each. */
#include <assert.h>

#include "sample/sample_internal.h"

enum {
    ENROLMENTS_MOST = SAMPLE_BLOCK_PEOPLE * 8,
    SPELLS_A_PERSON = 100, /* 44 years of jobs cut 16 times, and 26 years as a resident */
    SPELLS_MOST = SAMPLE_BLOCK_PEOPLE * SPELLS_A_PERSON,
    BENEFITS_MOST = SAMPLE_BLOCK_PEOPLE * 3,
    TRUTHS_MOST = 64,
    ACCOUNT_AGE = 16,
    ACCOUNT_PERMILLE = 980,
};

sample_maker *sample_maker_open(arena *process, const sample_county *county)
{
    sample_maker *m = ARENA_NEW(process, sample_maker);
    m->county = county;
    m->enrolments = ARENA_ARRAY(process, sample_enrolment, ENROLMENTS_MOST);
    m->spells = ARENA_ARRAY(process, sample_spell, SPELLS_MOST);
    m->benefits = ARENA_ARRAY(process, sample_benefit, BENEFITS_MOST);
    m->accounts = ARENA_ARRAY(process, sample_account, SAMPLE_BLOCK_PEOPLE);
    m->truths = ARENA_ARRAY(process, sample_truth, TRUTHS_MOST);
    return m;
}

sample_spell *sample_add_spell(sample_maker *m, int64_t person_id)
{
    assert(m->made.spell_count < SPELLS_MOST);
    sample_spell *s = &m->spells[m->made.spell_count++];
    *s = (sample_spell){ .person_id = person_id };
    return s;
}

sample_enrolment *sample_add_enrolment(sample_maker *m, int64_t person_id, sample_scheme scheme,
                                       sample_kind kind)
{
    assert(m->made.enrolment_count < ENROLMENTS_MOST);
    sample_enrolment *e = &m->enrolments[m->made.enrolment_count++];
    *e = (sample_enrolment){ .person_id = person_id,
                             .scheme = (uint8_t)scheme,
                             .kind = (uint8_t)kind,
                             .until_month = SAMPLE_OPEN };
    return e;
}

sample_benefit *sample_add_benefit(sample_maker *m, int64_t person_id, sample_benefit_kind kind)
{
    assert(m->made.benefit_count < BENEFITS_MOST);
    sample_benefit *b = &m->benefits[m->made.benefit_count++];
    *b = (sample_benefit){ .person_id = person_id,
                           .kind = (uint8_t)kind,
                           .until_month = SAMPLE_OPEN };
    return b;
}

sample_truth *sample_add_truth(sample_maker *m, int64_t person_id, sample_truth_kind kind)
{
    assert(m->made.truth_count < TRUTHS_MOST);
    sample_truth *t = &m->truths[m->made.truth_count++];
    *t = (sample_truth){ .person_id = person_id,
                         .kind = (uint8_t)kind,
                         .day = SAMPLE_UNKNOWN,
                         .from_month = SAMPLE_UNKNOWN };
    return t;
}

static void add_account(sample_maker *m, int index)
{
    sample_dice dice =
        sample_dice_for(m->county->options.seed ^ 2, SAMPLE_FOR_ROWS, m->persons[index].person_id);
    if (m->lives[index].age < ACCOUNT_AGE || !sample_chance(&dice, ACCOUNT_PERMILLE)) return;
    sample_account *a = &m->accounts[m->made.account_count++];
    *a = (sample_account){ .person_id = m->persons[index].person_id,
                           .bank = (uint8_t)sample_below(&dice, 5) };
    sample_card(a->person_id, a->bank, a->number);
}

void sample_make_rows(sample_maker *m)
{
    for (int i = 0; i < m->soul_count; i++) {
        sample_add_career(m, i);
        sample_add_enrolments(m, i);
        sample_add_benefits(m, i);
        add_account(m, i);
    }
}

static void begin_block(sample_maker *m, int64_t block)
{
    const sample_county *c = m->county;
    int64_t first = block * SAMPLE_BLOCK_PEOPLE, left = c->options.size - first;
    m->block = block;
    m->region = sample_region_of_block(c, block);
    m->is_urban = sample_region_is_urban(c, m->region);
    m->duplicate_count = sample_count_in_block(c, block, SAMPLE_DUPLICATE);
    m->made = (sample_block){ .first_person_id = first + 1,
                              .person_count =
                                  (size_t)(left < SAMPLE_BLOCK_PEOPLE ? left : SAMPLE_BLOCK_PEOPLE),
                              .persons = m->persons,
                              .households = m->households,
                              .enrolments = m->enrolments,
                              .spells = m->spells,
                              .benefits = m->benefits,
                              .accounts = m->accounts,
                              .truths = m->truths };
    m->soul_count = (int32_t)m->made.person_count - m->duplicate_count;
}

const sample_block *sample_make(sample_maker *m, int64_t block)
{
    assert(block >= 0 && block < m->county->block_count);
    begin_block(m, block);
    sample_dice dice = sample_dice_for(m->county->options.seed, SAMPLE_FOR_HOMES, block);
    sample_make_souls(m, &dice);
    sample_make_homes(m, &dice);
    sample_make_persons(m, &dice);
    sample_make_lives(m);
    sample_make_groups(m);
    sample_choose_cases(m);
    sample_find_survivors(m);
    sample_make_rows(m);
    sample_make_mistakes(m);
    return &m->made;
}
