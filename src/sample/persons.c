/* Persons in letters with known truth: a historical set, where each is met many times and seldom spelt alike, and a
 * register with duplicates. The dice are thrown one a statement: the order of arguments is the compiler's. */
#include <string.h>

#include "codec/codec.h"
#include "sample/sample_internal.h"

enum { FOR_PERSONS = 41, WORD_BYTES = 48 };

static const char *const MEN[] = {
    "william", "john", "thomas", "george", "james", "henry", "charles", "robert", "edward", "richard", "samuel", "joseph",
    "francis", "david", "alexander", "arthur", "frederick", "peter", "walter", "philip", "benjamin", "andrew", "daniel",
    "hugh", "nicholas", "stephen", "edmund", "anthony", "christopher", "matthew", "ralph", "gilbert", "humphrey", "roger",
    "lawrence", "martin", "patrick", "simon", "michael", "nathaniel", "ambrose", "cuthbert", "evelyn", "horace", "jasper",
    "leonard", "montague", "oliver", "percy", "reginald", "sidney", "theodore", "vincent", "archibald", "bartholomew",
};
static const char *const WOMEN[] = {
    "mary", "elizabeth", "anne", "margaret", "jane", "sarah", "catherine", "frances", "alice", "dorothy", "charlotte",
    "caroline", "emma", "harriet", "louisa", "eleanor", "isabella", "martha", "susan", "edith", "florence", "agnes",
    "amelia", "constance", "georgiana", "henrietta", "lavinia", "matilda", "rosamund", "theodora", "ursula", "winifred",
};
static const char *const NICKNAME[][2] = {
    { "william", "will" }, { "william", "bill" }, { "john", "jack" }, { "thomas", "tom" }, { "james", "jim" },
    { "henry", "harry" }, { "charles", "charlie" }, { "robert", "bob" }, { "edward", "ned" }, { "edward", "ted" },
    { "richard", "dick" }, { "samuel", "sam" }, { "joseph", "joe" }, { "francis", "frank" }, { "david", "davy" },
    { "alexander", "alec" }, { "frederick", "fred" }, { "benjamin", "ben" }, { "andrew", "andy" }, { "daniel", "dan" },
    { "nicholas", "nick" }, { "anthony", "tony" }, { "christopher", "kit" }, { "matthew", "mat" }, { "michael", "mick" },
    { "mary", "molly" }, { "mary", "polly" }, { "elizabeth", "bess" }, { "elizabeth", "lizzie" }, { "margaret", "peggy" },
    { "margaret", "meg" }, { "sarah", "sally" }, { "catherine", "kate" }, { "dorothy", "dolly" }, { "anne", "nancy" },
    { "frances", "fanny" }, { "eleanor", "nell" }, { "isabella", "bella" }, { "susan", "sue" }, { "matilda", "tilly" },
};
static const char *const SURNAMES[] = {
    "smith", "jones", "taylor", "brown", "williams", "davies", "evans", "wilson", "thomas", "roberts", "johnson", "walker",
    "wright", "robinson", "thompson", "hughes", "white", "edwards", "hall", "green", "martin", "wood", "clarke", "jackson",
    "harris", "clark", "scott", "turner", "hill", "cooper", "morris", "ward", "moore", "king", "watson", "baker", "harrison",
};
static const char *const FIRST_HALF[] = {
    "ash", "black", "brad", "carl", "clif", "dun", "east", "fair", "gran", "hamp", "hart", "kings", "lang", "mar", "nor",
    "old", "pem", "rad", "shel", "stan", "thorn", "under", "wal", "wen", "whit", "win", "wood", "burn", "cor", "hol",
};
static const char *const SECOND_HALF[] = {
    "bury", "by", "combe", "field", "ford", "ham", "hurst", "ley", "low", "man", "mere", "more", "sett", "stead", "ston",
    "thorpe", "ton", "wick", "wood", "worth",
};
static const char *const COUNTIES[] = {
    "devon", "kent", "norfolk", "suffolk", "essex", "surrey", "cornwall", "dorset", "somerset", "yorkshire", "cheshire",
    "durham", "cumbria", "london", "westminster", "edinburgh", "glasgow", "dublin", "bristol", "oxford", "cambridge",
};
static const char *const WORK[] = {
    "politician", "writer", "painter", "military personnel", "cricketer", "priest", "engineer", "botanist", "composer",
    "physician", "actor", "lawyer", "architect", "explorer", "merchant", "judge", "poet", "botanical illustrator", "printer",
    "philosopher", "chemist", "footballer", "photographer", "missionary", "diplomat", "banker", "sculptor", "journalist",
};

typedef struct {
    char given[WORD_BYTES], middle[WORD_BYTES], surname[WORD_BYTES], place[WORD_BYTES], street[WORD_BYTES];
    const char *county, *work;
    sample_sex sex;
    int32_t year, month, day, area, district, unit, house, number;
} person;

/* Of a list whose first are by far the most frequent. */
static size_t early(sample_dice *d, size_t count)
{
    size_t one = (size_t)sample_below(d, (int32_t)count), other = (size_t)sample_below(d, (int32_t)count);
    return one * other / count;
}

static void compose(sample_dice *d, char *out)
{
    size_t first = (size_t)sample_below(d, ARRAY_COUNT(FIRST_HALF)), second = (size_t)sample_below(d, ARRAY_COUNT(SECOND_HALF));
    strcpy(out, FIRST_HALF[first]);
    strcat(out, SECOND_HALF[second]);
}

static void draw_given(sample_dice *d, sample_sex sex, char *out)
{
    size_t at = early(d, sex == SAMPLE_MALE ? ARRAY_COUNT(MEN) : ARRAY_COUNT(WOMEN));
    strcpy(out, sex == SAMPLE_MALE ? MEN[at] : WOMEN[at]);
}

/* One in five is of the family of the one before: its surname and place, now and then its given name too. */
static void draw_person(sample_dice *d, const person *before, person *p)
{
    *p = (person){ .sex = sample_chance(d, 780) ? SAMPLE_MALE : SAMPLE_FEMALE };
    draw_given(d, p->sex, p->given);
    draw_given(d, p->sex, p->middle);
    p->year = 1600 + sample_below(d, 310);
    p->month = 1 + sample_below(d, 12);
    p->day = 1 + sample_below(d, 28);
    p->county = COUNTIES[early(d, ARRAY_COUNT(COUNTIES))];
    p->work = WORK[early(d, ARRAY_COUNT(WORK))];
    p->area = sample_below(d, 120);
    p->district = 1 + sample_below(d, 30);
    p->unit = sample_below(d, 4000);
    p->house = 1 + sample_below(d, 200);
    p->number = 1000000 + sample_below(d, 9000000);
    compose(d, p->street);
    if (before->year && sample_chance(d, 200)) {
        strcpy(p->surname, before->surname);
        strcpy(p->place, before->place);
        p->county = before->county;
        p->area = before->area;
        p->district = before->district;
        p->year = before->year + 20 + sample_below(d, 20);
        if (p->sex == before->sex && sample_chance(d, 250)) strcpy(p->given, before->given);
        return;
    }
    compose(d, p->place);
    if (sample_chance(d, 500)) compose(d, p->surname);
    else strcpy(p->surname, SURNAMES[early(d, ARRAY_COUNT(SURNAMES))]);
}

/* A letter or digit changed, lost, doubled, or exchanged with its neighbour. */
static void misspell(sample_dice *d, char *word)
{
    size_t size = strlen(word);
    if (size < 2 || size + 2 > WORD_BYTES) return;
    size_t at = (size_t)sample_below(d, (int32_t)size - 1);
    int32_t what = sample_below(d, 4), letter = sample_below(d, 26), digit = sample_below(d, 10);
    bool is_digit = word[at] >= '0' && word[at] <= '9';
    char held = word[at];
    if (what == 0) word[at] = is_digit ? (char)('0' + digit) : (char)('a' + letter);
    else if (what == 1) memmove(word + at, word + at + 1, size - at);
    else if (what == 2) memmove(word + at + 1, word + at, size - at + 1);
    else word[at] = word[at + 1], word[at + 1] = held;
}

static void use_nickname(sample_dice *d, char *given)
{
    size_t from = (size_t)sample_below(d, ARRAY_COUNT(NICKNAME));
    for (size_t i = 0; i < ARRAY_COUNT(NICKNAME); i++) {
        const char *const *pair = NICKNAME[(from + i) % ARRAY_COUNT(NICKNAME)];
        if (strcmp(given, pair[0]) != 0) continue;
        strcpy(given, pair[1]);
        return;
    }
}

static text postcode(arena *a, int32_t area, int32_t district, int32_t unit)
{
    return text_format(a, "%c%c%d %d%c%c", 'a' + area / 10, 'a' + area % 10, district, unit % 10, 'a' + unit / 10 % 20,
                       'a' + unit / 200 % 20);
}

static text historical_date(sample_dice *d, arena *a, const person *p)
{
    int32_t year = p->year, month = p->month, day = p->day;
    if (sample_chance(d, 120)) return TEXT("");
    if (sample_chance(d, 100)) month = day = 1; /* given to the year */
    else if (sample_chance(d, 60)) day = 1 + sample_below(d, 28);
    else if (sample_chance(d, 40)) month = 1 + sample_below(d, 12);
    if (sample_chance(d, 30)) year += sample_below(d, 21) - 10;
    return text_format(a, "%04d-%02d-%02d", year, month, day);
}

/* unique_id,cluster_id,full_name,first_and_surname,first_name,surname,dob,birth_place,postcode_fake,gender,occupation */
static void historical_row(sample_dice *d, arena *a, codec_csv_writer *w, const person *p)
{
    char given[WORD_BYTES], surname[WORD_BYTES], place[WORD_BYTES];
    strcpy(given, sample_chance(d, 40) ? p->middle : p->given);
    strcpy(surname, p->surname);
    if (sample_chance(d, 120)) use_nickname(d, given);
    if (sample_chance(d, 80)) misspell(d, given);
    if (sample_chance(d, 20)) given[1] = '\0';
    if (sample_chance(d, 30)) given[0] = '\0';
    if (sample_chance(d, 100)) misspell(d, surname);
    if (sample_chance(d, 20)) surname[0] = '\0';
    bool is_county = sample_chance(d, 150);
    strcpy(place, is_county ? p->county : p->place);
    if (sample_chance(d, 30)) misspell(d, place);
    bool is_long = sample_chance(d, 400);
    text both = text_format(a, "%s%s%s", given, given[0] && surname[0] ? " " : "", surname);
    codec_csv_add_text(w, is_long ? text_format(a, "%s %s of %s", given, surname, p->place) : both);
    codec_csv_add_text(w, both);
    codec_csv_add_text(w, text_of(given));
    codec_csv_add_text(w, text_of(surname));
    codec_csv_add_text(w, historical_date(d, a, p));
    codec_csv_add_text(w, sample_chance(d, 200) ? TEXT("") : text_of(place));
    int32_t unit = sample_chance(d, 300) ? sample_below(d, 4000) : p->unit;
    codec_csv_add_text(w, sample_chance(d, 250) ? TEXT("") : postcode(a, p->area, p->district, unit));
    codec_csv_add_text(w, sample_chance(d, 150) ? TEXT("") : p->sex == SAMPLE_MALE ? TEXT("male") : TEXT("female"));
    const char *other = WORK[sample_below(d, ARRAY_COUNT(WORK))], *work = sample_chance(d, 50) ? other : p->work;
    codec_csv_add_text(w, sample_chance(d, 400) ? TEXT("") : text_of(work));
}

/* record_id,cluster_id,given_name,surname,street_number,address_1,suburb,postcode,state,date_of_birth,soc_sec_id */
static void register_row(sample_dice *d, arena *a, codec_csv_writer *w, const person *p, bool is_copy)
{
    enum { FIELDS = 9 };
    char field[FIELDS][WORD_BYTES];
    static const char *const STATES[] = { "nsw", "vic", "qld", "wa", "sa" };
    text spelt[FIELDS] = {
        text_of(p->given), text_of(p->surname), text_format(a, "%d", p->house), text_format(a, "%s street", p->street),
        text_of(p->place), text_format(a, "%d", 1000 + p->area * 40 + p->district), text_of(STATES[p->area % 5]),
        text_format(a, "%04d%02d%02d", p->year + 90, p->month, p->day), text_format(a, "%d", p->number),
    };
    for (int i = 0; i < FIELDS; i++) memcpy(field[i], spelt[i].bytes, spelt[i].size_bytes), field[i][spelt[i].size_bytes] = '\0';
    int32_t wrong = is_copy ? 1 + sample_below(d, 5) : 0;
    for (int32_t i = 0; i < wrong; i++) {
        int32_t which = sample_below(d, FIELDS), what = sample_below(d, 10);
        if (what == 0) field[which][0] = '\0';
        else if (what == 1) {
            char held[WORD_BYTES];
            memcpy(held, field[0], WORD_BYTES);
            memcpy(field[0], field[1], WORD_BYTES);
            memcpy(field[1], held, WORD_BYTES);
        } else if (what == 2 && which == 3) compose(d, field[3]);
        else misspell(d, field[which]);
    }
    for (int i = 0; i < FIELDS; i++) codec_csv_add_text(w, text_of(field[i]));
}

void sample_persons_make(arena *a, const sample_persons_options *options, sample_persons *persons)
{
    static const char HISTORICAL[] = "unique_id,cluster_id,full_name,first_and_surname,first_name,surname,dob,birth_place,"
                                     "postcode_fake,gender,occupation\n";
    static const char REGISTER[] = "record_id,cluster_id,given_name,surname,street_number,address_1,suburb,postcode,state,"
                                   "date_of_birth,soc_sec_id\n";
    text_builder out = text_builder_open(a);
    codec_csv_writer w = codec_csv_write(&out, 0);
    text_add_cstr(&out, options->is_historical ? HISTORICAL : REGISTER);
    person p, before = { .year = 0 };
    *persons = (sample_persons){ 0 };
    arena *row = arena_open();
    for (int64_t i = 0; persons->rows < (size_t)options->rows; i++) {
        sample_dice d = sample_dice_for(options->seed, FOR_PERSONS, i);
        draw_person(&d, &before, &p);
        int32_t most = options->is_historical ? 19 : 6, times = 1 + sample_below(&d, most);
        if (!options->is_historical && sample_chance(&d, 400)) times = 1;
        for (int32_t k = 0; k < times && persons->rows < (size_t)options->rows; k++) {
            uint64_t shuffled = hash_mix(options->seed, (uint64_t)persons->rows) % 100000000;
            codec_csv_add_text(&w, text_format(row, "r%08llu-%lld", (unsigned long long)shuffled, (long long)persons->rows));
            codec_csv_add_text(&w, text_format(row, "p%lld", (long long)i));
            if (options->is_historical) historical_row(&d, row, &w, &p);
            else register_row(&d, row, &w, &p, k > 0);
            codec_csv_end_row(&w);
            persons->rows++;
        }
        persons->people++;
        before = p;
        arena_reset(row);
    }
    arena_close(row);
    persons->csv = text_built(&out);
}
