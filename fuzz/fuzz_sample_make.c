/* Any seed, size, month and block: rows in order, people with valid numbers of their own but where
 * the truth says otherwise, and the same again by another maker. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "ident/ident.h"
#include "sample/sample.h"

static bool is_mistaken(const sample_block *b, int64_t person_id)
{
    for (size_t i = 0; i < b->truth_count; i++)
        if (b->truths[i].person_id == person_id && b->truths[i].kind <= SAMPLE_DUPLICATE)
            return true;
    return false;
}

static void check_people(const sample_block *b, int32_t as_of)
{
    for (size_t i = 0; i < b->person_count; i++) {
        const sample_person *p = &b->persons[i];
        ident_citizen citizen;
        assert(p->person_id == b->first_person_id + (int64_t)i && p->household_id <= p->person_id);
        if (is_mistaken(b, p->person_id)) continue;
        assert(!ident_check_citizen(text_of(p->citizen_number), &citizen).kind);
        assert(citizen.birth_day == p->birth_day && citizen.is_male == (p->sex == SAMPLE_MALE));
        assert(p->birth_day <= calendar_first_day_of_month(as_of));
    }
}

static void check_rows(const sample_block *b, int32_t as_of)
{
    int64_t last = 0;
    for (size_t i = 0; i < b->spell_count; last = b->spells[i++].person_id) {
        const sample_spell *s = &b->spells[i];
        assert(s->person_id >= last && s->from_month < s->until_month && s->until_month <= as_of);
        assert(s->base_fen > 0 || s->is_deemed);
    }
    last = 0;
    for (size_t i = 0; i < b->enrolment_count; last = b->enrolments[i++].person_id)
        assert(b->enrolments[i].person_id >= last &&
               b->enrolments[i].from_month < b->enrolments[i].until_month);
    last = 0;
    for (size_t i = 0; i < b->benefit_count; last = b->benefits[i++].person_id)
        assert(b->benefits[i].person_id >= last && b->benefits[i].amount_fen > 0 &&
               b->benefits[i].from_month < as_of &&
               b->benefits[i].from_month < b->benefits[i].until_month);
    int64_t members = 0;
    for (size_t i = 0; i < b->household_count; i++)
        members += b->households[i].member_count;
    assert(members == (int64_t)b->person_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct {
        uint64_t seed;
        uint32_t size, month, block, flags;
    } input = { 0 };
    memcpy(&input, data, size < sizeof input ? size : sizeof input);
    sample_options options = {
        .seed = input.seed,
        .size = SAMPLE_SIZE_MIN + input.size % (SAMPLE_SIZE_MAX - SAMPLE_SIZE_MIN + 1),
        .as_of_month =
            (int32_t)(SAMPLE_MONTH_MIN + input.month % (SAMPLE_MONTH_MAX - SAMPLE_MONTH_MIN + 1)),
        .leaves_out_mistakes = input.flags & 1,
        .leaves_out_cases = input.flags >> 1 & 1
    };
    if (input.flags % 64 != 63) options.size = SAMPLE_SIZE_MIN + options.size % 8000;
    arena *a = arena_open();
    sample_county *county;
    assert(!sample_open(a, &options, &county).kind);
    int64_t block = input.block % sample_block_count(county);
    sample_maker *maker = sample_maker_open(a, county), *other = sample_maker_open(a, county);
    sample_make(other, sample_block_count(county) - 1 - block);
    const sample_block *b = sample_make(maker, block), *again = sample_make(other, block);
    check_people(b, options.as_of_month);
    check_rows(b, options.as_of_month);
    assert(b->spell_count == again->spell_count && b->truth_count == again->truth_count);
    for (size_t i = 0; i < b->person_count; i++) {
        assert(strcmp(b->persons[i].name, again->persons[i].name) == 0);
        assert(strcmp(b->persons[i].citizen_number, again->persons[i].citizen_number) == 0);
    }
    arena_close(a);
    return 0;
}
