/* Two rolls of one invented population, as two departments would keep them, and which rows are of one person. */
#include <string.h>

#include "codec/codec.h"
#include "ident/ident.h"
#include "sample/sample_internal.h"

enum { FOR_ROLLS = 40, HOUSE_MAX = 7, PEOPLE_A_VILLAGE = 1200, IN_A = 900, IN_B = 850, TWICE_IN_B = 10 };

typedef struct {
    char name[28], number[28], phone[12];
    uint16_t surname;
    sample_sex sex;
    int32_t birth_day;
    int32_t village, house;
    int32_t spouse; /* -1 */
} soul;

typedef struct {
    sample_dice dice;
    soul *souls;
    int64_t count, houses;
    int32_t village_count, agent_count;
    const sample_rolls_options *options;
} town;

static int32_t day_near(sample_dice *dice, int32_t year)
{
    int32_t day = 0, of_month = 1 + sample_below(dice, 28), month = 1 + sample_below(dice, 12);
    calendar_day_of(year, month, of_month, &day);
    return day;
}

static soul *add_soul(town *t, size_t surname, sample_sex sex, int32_t birth_day)
{
    soul *s = &t->souls[t->count];
    *s = (soul){ .surname = (uint16_t)surname, .sex = sex, .birth_day = birth_day, .spouse = -1,
                 .village = (int32_t)((uint64_t)hash_mix(t->options->seed, (uint64_t)t->houses) % (uint64_t)t->village_count),
                 .house = (int32_t)(t->houses / t->village_count) };
    sample_name_make(&t->dice, surname, sex, calendar_year_of_day(birth_day), s->name);
    sample_citizen_number(birth_day, sex, t->count % 49000, t->count / 49000 % 2 == 1, s->number);
    sample_phone(t->count + 7, s->phone);
    t->count++;
    return s;
}

/* Brothers and sisters often share the first character of the given name. */
static void share_character(soul *younger, const soul *elder)
{
    size_t first = strlen(sample_surname_at(elder->surname)), second = strlen(sample_surname_at(younger->surname));
    bool fits = strlen(elder->name) == first + 6 && strlen(younger->name) == second + 6;
    if (fits) memcpy(younger->name + second, elder->name + first, 3);
}

/* The dice are thrown one a statement: the order of arguments is the compiler's. */
static void add_household(town *t)
{
    sample_dice *d = &t->dice;
    size_t surname = sample_surname_draw(d);
    int32_t year = 1935 + sample_below(d, 65);
    int64_t head = t->count;
    int32_t day = day_near(d, year);
    add_soul(t, surname, sample_chance(d, 850) ? SAMPLE_MALE : SAMPLE_FEMALE, day);
    if (sample_chance(d, 700)) {
        day = day_near(d, year + sample_below(d, 7) - 3);
        size_t other = sample_surname_draw(d);
        soul *spouse = add_soul(t, other, t->souls[head].sex == SAMPLE_MALE ? SAMPLE_FEMALE : SAMPLE_MALE, day);
        spouse->spouse = (int32_t)head;
        t->souls[head].spouse = (int32_t)(t->count - 1);
        int32_t children = sample_below(d, 4);
        int32_t last_day = 0;
        for (int32_t i = 0; i < children; i++) {
            bool is_twin = i && sample_chance(d, 40);
            day = is_twin ? last_day : day_near(d, year + 22 + i * 3 + sample_below(d, 3));
            soul *child = add_soul(t, surname, (sample_sex)sample_below(d, 2), day);
            if (i && sample_chance(d, 400)) share_character(child, child - 1);
            last_day = day;
        }
    }
    if (sample_chance(d, 200)) {
        day = day_near(d, year - 25);
        add_soul(t, surname, (sample_sex)sample_below(d, 2), day);
    }
    bool shares_phone = sample_chance(d, 300);
    for (int64_t i = head + 1; shares_phone && i < t->count; i++)
        if (sample_chance(d, 700)) memcpy(t->souls[i].phone, t->souls[head].phone, sizeof t->souls[i].phone);
    t->houses++;
}

/* ---- a row and what goes wrong in it ---- */

static const char *const ERROR_NAME[SAMPLE_ROLL_ERROR_COUNT] = {
    "name-alike", "name-cut", "name-character", "name-blanks", "number-typo", "number-swap", "number-missing",
    "number-short", "number-of-spouse", "date-typo", "date-swap", "date-year", "date-missing", "date-form",
    "moved", "place-form", "phone-typo", "phone-new", "phone-missing", "phone-agent", "sex-wrong",
    "date-moon", "date-moon-unsaid", "place-division", "house-words", "place-in-house", "phone-form",
};
const char *sample_roll_error_name(sample_roll_error error)
{
    return ERROR_NAME[error];
}

/* In ten thousand rows, of ordinary noise. */
static const int32_t OFTEN[SAMPLE_ROLL_ERROR_COUNT] = {
    200, 30, 100, 200, 150, 100, 0, 100, 30, 150, 60, 60, 300, 3000, 500, 1500, 200, 1200, 500, 200, 50,
    200, 200, 2000, 1500, 500, 1000,
};

static bool happens(town *t, sample_roll_error what, uint32_t *errors)
{
    bool is_form = what >= SAMPLE_ROLL_DATE_MOON;
    if (is_form && !t->options->forms_percent) return false;
    int64_t often = (int64_t)OFTEN[what] * (is_form ? t->options->forms_percent : t->options->noise_percent) / 100;
    if (what == SAMPLE_ROLL_NUMBER_MISSING) often = (int64_t)t->options->numberless_percent * 100;
    bool yes = sample_below(&t->dice, 10000) < often;
    if (yes) *errors |= UINT32_C(1) << what;
    return yes;
}

static void spoil_digit(sample_dice *d, char *digits, int from, int count)
{
    int at = from + sample_below(d, count);
    digits[at] = (char)('0' + (digits[at] - '0' + 1 + sample_below(d, 9)) % 10);
}

static void swap_digits(sample_dice *d, char *digits, int from, int count)
{
    int at = from + sample_below(d, count - 1);
    char other = digits[at];
    digits[at] = digits[at + 1];
    digits[at + 1] = other;
}

static text row_name(town *t, arena *a, const soul *s, uint32_t *errors)
{
    char blurred[40];
    text name = text_of(s->name);
    if (happens(t, SAMPLE_ROLL_NAME_ALIKE, errors) && sample_name_blur(&t->dice, s->name, blurred)) return text_copy(a, text_of(blurred));
    if (happens(t, SAMPLE_ROLL_NAME_CUT, errors) && name.size_bytes > 6) return text_sub(name, 0, name.size_bytes - 3);
    if (happens(t, SAMPLE_ROLL_NAME_CHARACTER, errors)) {
        char other[28];
        sample_name_make(&t->dice, s->surname, s->sex, 1980, other);
        size_t size = strlen(other);
        return text_format(a, "%.*s%s", (int)name.size_bytes - 3, name.bytes, other + size - 3);
    }
    if (happens(t, SAMPLE_ROLL_NAME_BLANKS, errors)) return text_format(a, "%.3s　%s", s->name, s->name + 3);
    return name;
}

static text row_number(town *t, arena *a, const soul *s, uint32_t *errors)
{
    char number[20];
    memcpy(number, s->number, 19);
    if (happens(t, SAMPLE_ROLL_NUMBER_MISSING, errors)) return TEXT("");
    if (s->spouse >= 0 && happens(t, SAMPLE_ROLL_NUMBER_OF_SPOUSE, errors)) return text_of(t->souls[s->spouse].number);
    if (happens(t, SAMPLE_ROLL_NUMBER_TYPO, errors)) spoil_digit(&t->dice, number, 0, 17);
    else if (happens(t, SAMPLE_ROLL_NUMBER_SWAP, errors)) swap_digits(&t->dice, number, 0, 17);
    else if (memcmp(number + 6, "19", 2) == 0 && happens(t, SAMPLE_ROLL_NUMBER_SHORT, errors))
        return text_format(a, "%.6s%.9s", number, number + 8);
    if (number[17] == 'X' && sample_chance(&t->dice, 300)) number[17] = 'x';
    return text_copy(a, text_of(number));
}

static text row_date(town *t, arena *a, const soul *s, uint32_t *errors)
{
    if (happens(t, SAMPLE_ROLL_DATE_MISSING, errors)) return TEXT("");
    bool is_said = happens(t, SAMPLE_ROLL_DATE_MOON, errors), is_by_moon = is_said || happens(t, SAMPLE_ROLL_DATE_MOON_UNSAID, errors);
    if (is_by_moon) return sample_moon_date(a, &t->dice, s->birth_day, is_said);
    calendar_date day = calendar_split_day(s->birth_day);
    if (happens(t, SAMPLE_ROLL_DATE_SWAP, errors) && day.day_of_month <= 12) {
        int32_t other = day.day_of_month;
        day.day_of_month = day.month_of_year;
        day.month_of_year = other;
    }
    if (happens(t, SAMPLE_ROLL_DATE_TYPO, errors)) day.day_of_month = 1 + sample_below(&t->dice, 28);
    if (happens(t, SAMPLE_ROLL_DATE_YEAR, errors)) day.year += sample_chance(&t->dice, 500) ? 1 : -1;
    if (happens(t, SAMPLE_ROLL_DATE_FORM, errors))
        return text_format(a, sample_chance(&t->dice, 500) ? "%d年%d月%d日" : "%d/%d/%d", day.year, day.month_of_year, day.day_of_month);
    return text_format(a, "%04d-%02d-%02d", day.year, day.month_of_year, day.day_of_month);
}

static void row_place(town *t, arena *a, const soul *s, uint32_t *errors, text place[2])
{
    int32_t village = s->village, house = s->house;
    if (happens(t, SAMPLE_ROLL_MOVED, errors)) {
        village = sample_below(&t->dice, t->village_count);
        house = sample_below(&t->dice, 400);
    }
    const char *surname = sample_surname_at((size_t)(village % 97)), *kinds[] = { "家村", "庄村", "坪村", "湾社区" };
    bool is_other_form = happens(t, SAMPLE_ROLL_PLACE_FORM, errors);
    place[0] = text_format(a, "%s%s%s", sample_surname_at((size_t)(village / 97 + 3)), surname, kinds[village % 4]);
    if (happens(t, SAMPLE_ROLL_HOUSE_WORDS, errors)) place[1] = sample_house_form(a, &t->dice, house % 12 + 1, house / 12 + 1);
    else place[1] = text_format(a, is_other_form ? "%d组-%d号" : "%d组%d号", house % 12 + 1, house / 12 + 1);
    if (happens(t, SAMPLE_ROLL_PLACE_IN_HOUSE, errors)) {
        place[1] = text_format(a, "永安县%.*s%.*s", TEXT_ARG(place[0]), TEXT_ARG(place[1]));
        place[0] = TEXT("");
    } else if (happens(t, SAMPLE_ROLL_PLACE_DIVISION, errors)) {
        place[0] = sample_village_form(a, &t->dice, village, place[0]);
    }
}

static text row_phone(town *t, arena *a, const soul *s, uint32_t *errors)
{
    char phone[12];
    memcpy(phone, s->phone, 12);
    if (happens(t, SAMPLE_ROLL_PHONE_MISSING, errors)) return TEXT("");
    if (happens(t, SAMPLE_ROLL_PHONE_NEW, errors)) sample_phone(20000000 + sample_below(&t->dice, 70000000), phone);
    if (happens(t, SAMPLE_ROLL_PHONE_AGENT, errors)) sample_phone(10000000 + sample_below(&t->dice, t->agent_count), phone);
    if (happens(t, SAMPLE_ROLL_PHONE_TYPO, errors)) spoil_digit(&t->dice, phone, 3, 8);
    if (happens(t, SAMPLE_ROLL_PHONE_FORM, errors)) return sample_phone_form(a, &t->dice, phone);
    return text_copy(a, text_of(phone));
}

static uint32_t add_row(town *t, arena *a, codec_csv_writer *w, text id, const soul *s)
{
    uint32_t errors = 0;
    codec_csv_add_text(w, id);
    codec_csv_add_text(w, row_name(t, a, s, &errors));
    bool is_male = (s->sex == SAMPLE_MALE) != happens(t, SAMPLE_ROLL_SEX_WRONG, &errors);
    codec_csv_add_text(w, is_male ? TEXT("男") : TEXT("女"));
    codec_csv_add_text(w, row_number(t, a, s, &errors));
    codec_csv_add_text(w, row_date(t, a, s, &errors));
    text place[2];
    row_place(t, a, s, &errors, place);
    codec_csv_add_text(w, place[0]);
    codec_csv_add_text(w, place[1]);
    codec_csv_add_text(w, row_phone(t, a, s, &errors));
    codec_csv_end_row(w);
    return errors;
}

/* ---- the rolls ---- */

#define HEADER "id,name,sex,id_number,birth_date,village,house,phone\n"

/* In no order, and each another: `rows` of a person follow one another. */
static int64_t id_of(uint64_t seed, int64_t person, int64_t rows)
{
    enum { TOGETHER = 10000000, ORDERS = 1000000 };
    int64_t first = person / TOGETHER * ORDERS + (int64_t)(hash_mix(seed, (uint64_t)person) % ORDERS);
    return (first * TOGETHER + person % TOGETHER) * rows;
}

void sample_rolls_make(arena *a, const sample_rolls_options *options, sample_rolls *rolls)
{
    int64_t people = options->people;
    town t = { .dice = sample_dice_for(options->seed, FOR_ROLLS, people), .options = options };
    t.village_count = (int32_t)(people / PEOPLE_A_VILLAGE + 1);
    t.agent_count = (int32_t)(people / 3000 + 1);
    t.souls = ARENA_ARRAY(a, soul, people + HOUSE_MAX + 1);
    while (t.count < people) add_household(&t);
    text_builder out_a = text_builder_open(a), out_b = text_builder_open(a);
    codec_csv_writer w[2] = { codec_csv_write(&out_a, 0), codec_csv_write(&out_b, 0) };
    text_add_cstr(&out_a, HEADER);
    text_add_cstr(&out_b, HEADER);
    size_t capacity = 0;
    arena *row = arena_open();
    *rolls = (sample_rolls){ 0 };
    for (int64_t i = 0; i < people; i++) {
        const soul *s = &t.souls[i];
        sample_roll_pair pair = { .id_a = -1 };
        if (sample_chance(&t.dice, IN_A)) {
            pair.id_a = id_of(options->seed, i, 1);
            pair.errors = add_row(&t, row, &w[0], text_format(row, "a%013lld", (long long)pair.id_a), s);
            rolls->rows_a++;
        }
        int times = sample_chance(&t.dice, IN_B) ? sample_chance(&t.dice, TWICE_IN_B) ? 2 : 1 : 0;
        for (int k = 0; k < times; k++) {
            sample_roll_pair one = pair;
            one.id_b = id_of(options->seed + 1, i, 2) + k;
            one.errors |= add_row(&t, row, &w[1], text_format(row, "b%014lld", (long long)one.id_b), s);
            rolls->rows_b++;
            if (one.id_a >= 0) ARENA_PUSH(a, rolls->pairs, rolls->pair_count, capacity, one);
        }
        arena_reset(row);
    }
    arena_close(row);
    rolls->a = text_built(&out_a);
    rolls->b = text_built(&out_b);
}
