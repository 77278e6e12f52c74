/* linkage/ inside - the spec's rows, columns of codes, levels, keys, the model.
 *
 * Prefix   linkage_
 */
#ifndef LINKAGE_LINKAGE_INTERNAL_H
#define LINKAGE_LINKAGE_INTERNAL_H

#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "base/hash.h"
#include "linkage/linkage.h"
#include "linkage/linkage_dict.h"
#include "linkage/linkage_reading.h"

/* ---- spec ---- */

#define LINKAGE_LEVELS 8 /* level 0: not known on one side */
const char *linkage_level_word(linkage_kind kind, int level);
int linkage_levels_of(linkage_kind kind); /* with level 0 */

typedef enum { LINKAGE_WHOLE, LINKAGE_YEAR, LINKAGE_MONTH, LINKAGE_DAY, LINKAGE_FULL_NAME } linkage_part;
typedef enum {
    LINKAGE_ALL_OF, LINKAGE_SOUND_OF, LINKAGE_YEAR_OF, LINKAGE_MONTHDAY_OF, LINKAGE_FIRST_OF, LINKAGE_REST_OF,
    LINKAGE_FIRST4_OF, LINKAGE_LAST4_OF, LINKAGE_LOOK_OF, LINKAGE_NICK_OF,
    LINKAGE_ORGANISATION_OF, LINKAGE_SHAPE_COUNT
} linkage_shape;
const char *linkage_shape_name(linkage_shape shape); /* "": the whole */

typedef struct {
    const char *name;
    linkage_kind kind;
    int swaps_with; /* field whose value may stand here; -1 */
    int within;     /* field outside of whose agreement this one says nothing: a house's village; -1 */
    int instead_of; /* field beside which this one is not read: an age beside a birthday; -1 */
} linkage_field;
typedef struct {
    const char *name;
    int field;
    linkage_part part;
    const char **aliases;
    size_t alias_count;
} linkage_input;
#define LINKAGE_KEY_PARTS 4
typedef struct {
    int field[LINKAGE_KEY_PARTS + 1];
    linkage_shape shape[LINKAGE_KEY_PARTS + 1]; /* one more, by which a block too large is narrowed */
    int count;
    bool is_any_order; /* the parts may stand in one another's place */
    bool is_household; /* brings households together: tells how their members differ */
    bool is_only_household; /* ... and is not a key of pairs */
} linkage_key;
#define LINKAGE_KEYS_MAX 48

struct linkage_spec {
    linkage_field fields[LINKAGE_FIELDS_MAX];
    int field_count;
    linkage_input inputs[LINKAGE_INPUTS_MAX];
    int input_count;
    linkage_key keys[LINKAGE_KEYS_MAX];
    int key_count;
    const char **ids; /* names of the id's column */
    size_t id_count;
    int citizen, birth, sex; /* fields that an identity number tells; -1: none */
    int given, surname;      /* those that a full name is split into; -1 */
    bool has_within, has_swaps;
    int swaps[LINKAGE_FIELDS_MAX][2], swap_count; /* fields whose values may have changed places, the earlier first */
    uint64_t by_moon;        /* bit a field: one of its dates may be the other's by the calendar of moons */
    bool has_veto;           /* two identity numbers of their own make two people, whatever else agrees */
};

/* ---- rows ---- */

/* The ids of a file: of one width, one after another; else a byte or five of length before each, which begins where `from` says. Eight
 * bytes more may be read. */
typedef struct {
    linkage_vec bytes, from;
    size_t size_bytes;
    uint32_t width; /* 0: not one */
} linkage_ids;

struct linkage_set {
    const linkage_spec *spec;
    bool is_two, is_ready, is_month_first;
    size_t count[2];
    linkage_dict dict[LINKAGE_FIELDS_MAX];
    linkage_vec cells;            /* a row's codes beside one another, of the fields seen */
    int stride;
    int place[LINKAGE_FIELDS_MAX]; /* of a field in the row; -1: no row has it */
    int seen[LINKAGE_FIELDS_MAX], seen_count;
    linkage_ids ids[2];
    linkage_batch *single;         /* of linkage_set_add */
    struct linkage_met **met;      /* by worker: what it has read of late; NULL: nothing yet */
    arena *han;
    const uint16_t *simplified, *reading; /* by character from U+4E00 */
    const text *syllable;                 /* letters of a reading */
    const text *surname_letters;          /* by character from U+4E00: read so as a surname, where the list says how */
    const linkage_nicknames *nicknames;
    const uint16_t *look;                 /* ... which are written nearly alike; 0: none is known */
    const uint16_t *in_place;             /* simplified, and digits in characters as digits: house numbers */
    const bool *opens_surname;            /* ... that begins a surname of two */
    const uint32_t *compound;             /* those: both characters, 16 bits each; 0 ends them */
    const uint32_t *village[LINKAGE_FIELDS_MAX]; /* by code of a place: the one that stands for it; NULL: each for itself */
    const bool *told[LINKAGE_FIELDS_MAX];        /* ... villages that some row names with their divisions */
    uint64_t field_seen;                  /* bit a field: some row has it */
};
/* A birthday or sex that the row itself leaves out and its identity number tells. */
#define LINKAGE_TOLD (UINT32_C(1) << 31)
static inline const uint32_t *linkage_row(const linkage_set *s, uint32_t row)
{
    return (const uint32_t *)s->cells.items + (size_t)row * (size_t)s->stride;
}
static inline uint32_t linkage_cell(const linkage_set *s, int field, uint32_t row)
{
    return s->place[field] < 0 ? 0 : linkage_row(s, row)[s->place[field]];
}
static inline uint32_t linkage_code(const linkage_set *s, int field, uint32_t row)
{
    return linkage_cell(s, field, row) & ~LINKAGE_TOLD;
}
/* In the cell of an identity number the same bit says that the number is the row's own: well made, and not against the
 * row's own birthday and sex. */
#define LINKAGE_OWN LINKAGE_TOLD
static inline bool linkage_has_own(const linkage_set *s, uint32_t row)
{
    return s->spec->citizen >= 0 && linkage_cell(s, s->spec->citizen, row) & LINKAGE_OWN;
}
static inline size_t linkage_rows(const linkage_set *s) { return s->count[0] + s->count[1]; }
static inline text linkage_id(const linkage_set *s, uint32_t row)
{
    const linkage_ids *ids = &s->ids[row >= s->count[0]];
    size_t at = row < s->count[0] ? row : row - s->count[0];
    const char *bytes = ids->bytes.items;
    if (ids->width) return (text){ bytes + at * ids->width, ids->width };
    bytes += ((const uint32_t *)ids->from.items)[at];
    uint32_t size = (unsigned char)*bytes++;
    if (size < 255) return (text){ bytes, size };
    memcpy(&size, bytes, 4);
    return (text){ bytes + 4, size };
}
/* The order of rows by id; *twice: a row whose id stands before, or UINT32_MAX. */
uint32_t *linkage_id_order(const linkage_set *s, const linkage_crew *crew, arena *work, uint32_t *twice);

/* Has the parts of a job done, by the crew or, where there is none, one after another. */
static inline void linkage_spread(const linkage_crew *crew, size_t parts, linkage_task task, void *job)
{
    if (crew && crew->run && crew->workers > 1 && parts > 1) crew->run(crew->context, parts, task, job);
    else
        for (size_t i = 0; i < parts; i++) task(job, i, 0);
}

/* ---- characters ---- */

#define LINKAGE_HAN_COUNT 0x5200
void linkage_han_open(linkage_set *s);
static inline uint16_t linkage_reading(const linkage_set *s, uint32_t rune)
{
    return rune >= 0x4E00 && rune < 0x4E00 + LINKAGE_HAN_COUNT ? s->reading[rune - 0x4E00] : 0;
}
/* Whether two characters are read alike or written nearly alike. */
static inline bool linkage_are_alike(const linkage_set *s, uint32_t x, uint32_t y)
{
    bool are_han = x - 0x4E00 < LINKAGE_HAN_COUNT && y - 0x4E00 < LINKAGE_HAN_COUNT;
    if (!are_han) return false;
    uint16_t sound = s->reading[x - 0x4E00], look = s->look[x - 0x4E00];
    return (sound && sound == s->reading[y - 0x4E00]) || (look && look == s->look[y - 0x4E00]);
}
/* Into `out`; answers the size. */
#define LINKAGE_VALUE_BYTES 256
size_t linkage_fold(const linkage_set *s, linkage_kind kind, text value, char *out);
void linkage_places_join(linkage_set *s, const linkage_crew *crew); /* once no value may follow */
/* The code of a value that is folded; it is spelt into `bytes`. 0: none. */
uint32_t linkage_place_find(const linkage_set *s, int field, text *value, char *bytes);
/* text_next_rune, quickly where it is a letter of ASCII or a character of three bytes. */
static inline uint32_t linkage_next_rune(text t, size_t *at)
{
    const unsigned char *c = (const unsigned char *)t.bytes + *at;
    if (*c < 0x80) {
        ++*at;
        return *c;
    }
    if (*c > 0xE0 && *c < 0xED && *at + 2 < t.size_bytes && (c[1] & 0xC0) == 0x80 && (c[2] & 0xC0) == 0x80) {
        *at += 3;
        return (uint32_t)(*c & 15) << 12 | (uint32_t)(c[1] & 63) << 6 | (c[2] & 63);
    }
    return text_next_rune(t, at);
}
#define LINKAGE_RUNES 64
int linkage_runes(text t, uint32_t *runes);
/* Runes of the surname: two where the first two are one of the compound surnames. */
int linkage_surname_runes(const linkage_set *s, const uint32_t *runes, int count);
/* A key of how it sounds. */
uint64_t linkage_sound(const linkage_set *s, linkage_kind kind, text t);
uint64_t linkage_shape_key(const linkage_set *s, linkage_kind kind, linkage_shape shape, text t);

/* ---- levels ---- */

int linkage_osa(const uint32_t *x, int nx, const uint32_t *y, int ny, int max); /* optimal string alignment */
double linkage_jaro_winkler(const uint32_t *x, int nx, const uint32_t *y, int ny);
/* The same of letters and digits of ASCII, by bits: at most 64 of them. */
typedef struct {
    uint64_t at[128]; /* by letter: the places of the second where it stands */
    const unsigned char *x, *y;
    int nx, ny;
} linkage_ascii_pair;
void linkage_ascii_open(linkage_ascii_pair *p, text x, text y);
int linkage_ascii_osa(const linkage_ascii_pair *p);
double linkage_ascii_jaro_winkler(const linkage_ascii_pair *p);
static inline uint32_t linkage_letter_bit(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? UINT32_C(1) << (c - 'a') : UINT32_C(1) << (26 + (c & 3));
}
/* Work on values, in parts of some codes of a field. */
typedef struct {
    int field;
    uint32_t from, until;
} linkage_codes;
size_t linkage_codes_parts(const linkage_set *s);
linkage_codes linkage_codes_of(const linkage_set *s, size_t part);
void linkage_form_put(linkage_set *s, int field, uint32_t code);
void linkage_forms_open(linkage_set *s, const linkage_crew *crew); /* once no value may follow */
int linkage_level_name(const linkage_dict *d, uint32_t x, uint32_t y, bool is_name); /* ... or words */
int linkage_level_han(const linkage_set *s, const linkage_dict *d, uint32_t x, uint32_t y);
int linkage_digits_osa(text x, text y); /* of digits, at most 64 */
int linkage_level_place(const linkage_dict *d, uint32_t x, uint32_t y);
int linkage_level_date(uint64_t x, uint64_t y); /* packed */
int linkage_level_code(text x, text y, bool is_phone);
int linkage_level_digits(uint64_t x, uint64_t y); /* the same of phones that are packed */
int linkage_level_number(text x, text y);
/* The levels of all fields of a pair. */
typedef struct {
    uint8_t level[LINKAGE_FIELDS_MAX];
} linkage_levels;
/* What a worker has compared of late: values that are met again and again. */
#define LINKAGE_MEMO_BITS 12
typedef struct {
    uint64_t *of[LINKAGE_FIELDS_MAX]; /* NULL: of this field nothing is kept */
} linkage_memo;
linkage_memo *linkage_memo_open(const linkage_set *s, arena *memory);
/* `memo` may be NULL. `_alone`: each field by itself, whatever it lies within. */
linkage_levels linkage_compare_alone(const linkage_set *s, linkage_memo *memo, uint32_t a, uint32_t b);
linkage_levels linkage_compare(const linkage_set *s, linkage_memo *memo, uint32_t a, uint32_t b);
/* One field of a pair, by its cells; and what of fields that have been compared depends on others. */
int linkage_compare_cells(const linkage_set *s, linkage_memo *memo, int field, uint32_t a, uint32_t b);
void linkage_compare_end(const linkage_set *s, uint32_t a, uint32_t b, linkage_levels *l);
/* Whether both rows have an identity number: what it tells of them is then of no use beside it. */
static inline bool linkage_have_numbers(const linkage_set *s, const uint32_t *a, const uint32_t *b)
{
    int place = s->spec->citizen < 0 ? -1 : s->place[s->spec->citizen];
    return place >= 0 && a[place] && b[place];
}
enum { LINKAGE_NAME_NICKNAME = 4 };
enum { LINKAGE_HAN_SOUND = 2, LINKAGE_HAN_MOVED_OR_CUT, LINKAGE_HAN_ONE_GIVEN, LINKAGE_HAN_SURNAME, LINKAGE_HAN_GIVEN }; /* levels of a name */
#define LINKAGE_CITIZEN_TWO 6 /* both well made, and different: two people */
/* The code of a row's identity number when it is well made and fits the row's own birthday and sex; else 0. */
uint32_t linkage_own_number(const linkage_set *s, uint32_t row);
void linkage_own_mark(linkage_set *s, const linkage_crew *crew); /* once the rows are in order */
void linkage_own_mark_row(linkage_set *s, uint32_t row);
#define LINKAGE_VETOED (-1000.0f) /* odds of a pair that the spec's veto forbids */

/* ---- keys ---- */

/* Blocks of a key: the rows of the first file (of one file: any) that stand beside the rows that look. */
typedef struct {
    arena *own;
    int lists;           /* 2: rows with an identity number of their own stand by themselves, in [1] */
    int field;           /* of a key that is one field */
    uint32_t slots;
    uint32_t *slot;      /* by the row that looks: its block; 0: none. NULL: its code of `field` */
    uint32_t *from[2], *rows[2]; /* of block i: rows[from[i]] .. rows[from[i + 1] - 1], in their order */
    uint32_t most;       /* rows of a block, at most */
} linkage_index;
/* Rows that look for their like. */
typedef struct {
    const uint32_t *rows; /* in order; NULL: `count` of them beginning with `from` */
    uint32_t from;
    size_t count;
    bool is_whole;        /* each is shown all rows of its block, also where two numbers make two people */
    const uint32_t *shown; /* the rows they are shown, in order; NULL: all of the first file */
    size_t shown_count;
    const uint8_t *only;   /* of them, those that look indeed; NULL: all */
} linkage_seekers;
typedef struct {
    const linkage_set *set;
    const linkage_key *keys[2 * LINKAGE_KEYS_MAX]; /* of the spec, then those that narrow them */
    int count, narrow_count;
    uint32_t *shape[LINKAGE_FIELDS_MAX][LINKAGE_SHAPE_COUNT]; /* by code */
    struct {
        int place[LINKAGE_KEY_PARTS + 1];
        const uint32_t *column[LINKAGE_KEY_PARTS + 1]; /* NULL: the code itself */
    } parts[2 * LINKAGE_KEYS_MAX];
    uint32_t largest[2 * LINKAGE_KEYS_MAX]; /* larger blocks are passed over */
} linkage_blocks;
void linkage_blocks_key(linkage_blocks *b, int k, const linkage_key *key);
uint32_t linkage_shape_code(const linkage_set *s, int field, linkage_shape shape, text value);
void linkage_blocks_open(linkage_blocks *b, const linkage_set *s, arena *memory, const linkage_crew *crew);
/* Of rows, in order; 0: a row has none. */
void linkage_block_keys(const linkage_blocks *b, int k, const uint32_t *rows, size_t count, uint64_t *hash);
void linkage_indexes_open(linkage_index *at, const int *keys, int count, const linkage_blocks *b,
                          const linkage_seekers *seekers, const linkage_crew *crew);
void linkage_index_close(linkage_index *at);
static inline uint32_t linkage_seeker(const linkage_seekers *s, size_t i)
{
    return s->rows ? s->rows[i] : s->from + (uint32_t)i;
}
/* One row in `share`, drawn evenly. */
static inline bool linkage_is_drawn(uint32_t row, uint32_t share)
{
    return share == 1 || (uint32_t)(linkage_mixed(row + UINT64_C(1)) >> 32) <= UINT32_MAX / share;
}
/* The block of a row that looks, the i-th of them. */
static inline uint32_t linkage_slot(const linkage_set *s, const linkage_index *at, size_t i, uint32_t row)
{
    return at->slot ? at->slot[i] : linkage_code(s, at->field, row);
}
static inline uint32_t linkage_block_size(const linkage_index *at, int c, uint32_t slot)
{
    return slot ? at->from[c][slot + 1] - at->from[c][slot] : 0;
}
/* Of the rows that are shown to a row of the block. */
static inline uint32_t linkage_shown_size(const linkage_set *s, const linkage_index *at, uint32_t slot, uint32_t row)
{
    uint32_t size = linkage_block_size(at, 0, slot);
    return at->lists == 2 && !linkage_has_own(s, row) ? size + linkage_block_size(at, 1, slot) : size;
}

/* ---- the model ---- */

typedef struct {
    double m[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS], u[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS];
    double h[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS]; /* of two people of one household */
    double prior, kin_prior; /* log odds against two strangers */
    double alone;            /* in `prior`: that either record is nobody else's */
    double worth;            /* log of how many missed links a false one is worth */
    bool has_kin;
    float *rare[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS]; /* by code: log(u of the level / u of this value); NULL: all alike */
} linkage_model;

/* Level patterns and how often they were met. */
typedef struct {
    uint64_t *pattern;
    uint32_t *count;
    size_t size, used;
    arena *own;
} linkage_patterns;
void linkage_patterns_open(linkage_patterns *p);
void linkage_patterns_add(linkage_patterns *p, uint64_t pattern, uint32_t count);
void linkage_patterns_sort(linkage_patterns *p); /* packs them, in order */
uint64_t linkage_pattern_of(const linkage_levels *l, int field_count);
static inline int linkage_pattern_level(uint64_t pattern, int field) { return (int)(pattern >> 3 * field & 7); }

typedef struct {
    double m[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS], u[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS];
    double share, kin, pairs; /* of matches, and of people of one household where `h` is known; of all */
    const double (*h)[LINKAGE_LEVELS];
} linkage_session;
/* EM over patterns, of the fields in `fields` (a bit each); u moves too when `learns_u`. */
void linkage_em(const linkage_patterns *p, const linkage_spec *spec, uint64_t fields, bool learns_u,
                linkage_session *session);

/* Of a key's blocks that are too large: how many, how many rows look there, the largest and a row that looks there, and
 * the fields that narrow them. */
typedef struct {
    uint32_t blocks, largest, row;
    uint64_t seekers, by;
} linkage_crowded;

typedef struct {
    uint32_t a, b;
} linkage_double;
/* A field as it is compared; what is read of a value then, to be asked of the memory before: by code, so many bytes each. */
typedef struct {
    int place, field;
    bool is_citizen, is_swapped, is_within;
    const char *from[3];
    size_t size[3];
    int count;
} linkage_ask;
struct linkage_run {
    linkage_set *set;
    linkage_crew crew;
    arena *memory;
    linkage_model model;
    linkage_blocks blocks;
    linkage_vec pairs;
    size_t pair_count;
    uint64_t compared, alone;
    text says[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS]; /* "name level" of the evidence */
    linkage_vec doubles; /* linkage_double, in order: pairs that leave the link to another row of the first file */
    size_t double_count;
    linkage_crowded crowded[LINKAGE_KEYS_MAX];
    double matches;
    bool is_asked;       /* has no pairs: linkage_find alone */
    double log_m[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS], log_h[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS]; /* over u */
    double most[LINKAGE_FIELDS_MAX]; /* of log_m from level 2 on */
    int named;                       /* the field of a name that tells of others; -1 */
    double beside[LINKAGE_LEVELS][LINKAGE_FIELDS_MAX][LINKAGE_LEVELS]; /* by its level: what another field's level says less */
    uint64_t has_parts;              /* bit a field: parts of its values are rare or not */
    int order[LINKAGE_FIELDS_MAX];   /* places of the row, cheapest to compare first */
    int cheap_count[2];              /* of them, so many cost least, and so many little */
    linkage_ask asks[LINKAGE_FIELDS_MAX]; /* in the same order */
    bool has_far_texts;
};
void linkage_train(linkage_run *run, const linkage_options *options);
MUST_USE err linkage_model_take(linkage_run *run, arena *a, text model, const char *file);
#define LINKAGE_MODEL_WORDS 6 /* of a line at most */
size_t linkage_model_words(text line, text word[LINKAGE_MODEL_WORDS + 1]);
bool linkage_model_number(arena *a, text word, double low, double high, double *number);
void linkage_asks_take(linkage_run *run); /* where values stand now */
void linkage_logs_take(linkage_run *run); /* weights and the order of fields, once all is learned */
/* Two people hold one well-made number only by a mistake of an office. */
#define LINKAGE_SAME_NUMBER_OF_TWO 1e-9
void linkage_rare_learn(linkage_run *run);
void linkage_beside_learn(linkage_run *run);
static inline double linkage_rareness(const linkage_run *run, int field, int level, uint32_t code)
{
    const float *rare = run->model.rare[field][level];
    return rare && code ? (double)rare[code] : 0;
}
double linkage_weight(const linkage_run *run, int field, int level, uint32_t code_a); /* of a field by itself */
double linkage_term(const linkage_run *run, const linkage_levels *l, int field, uint32_t code_a); /* of a field of a pair */
linkage_pair linkage_weigh(const linkage_run *run, linkage_memo *memo, uint32_t a, uint32_t b);
linkage_pair linkage_weigh_levels(const linkage_run *run, const linkage_levels *l, uint32_t a, uint32_t b);
void linkage_find_pairs(linkage_run *run); /* those of one b beside one another */
/* Indexes of further keys behind the `count` there are, for the rows whose blocks are too large; answers their number. */
int linkage_narrow(linkage_run *run, linkage_index *at, int *keys, int count, const linkage_seekers *seekers, arena *work);
void linkage_crowds_tell(linkage_run *run, linkage_answer *answer);
void linkage_pairs_sort(linkage_run *run); /* by rows */
/* So many matches are expected, with so many records of the first file: the prior that follows. */
void linkage_prior_set(linkage_run *run, double matches_a, double matches);
double linkage_free_share(double matches, double rows);
/* Odds of a pair as they are said where a false link is worth e^worth missed ones: what is not likelier is no link; what is far is as it is. */
double linkage_cautious(double odds, double worth);
void linkage_settle_prior(linkage_run *run); /* how many matches there are, by the pairs themselves */
bool linkage_is_double(const linkage_run *run, const linkage_pair *pair);
void linkage_settle_rivals(linkage_run *run); /* the same, of two files, pairs in order of rows */
void linkage_settle_links(linkage_run *run); /* both leave the pairs in order of rows */
void linkage_settle_clusters(linkage_run *run);
/* Of some rows, in order of their ids, and their pairs, in order, whose a and b are places among them: by place, the first of its cluster. */
const uint32_t *linkage_cluster_some(linkage_run *run, const uint32_t *rows, size_t count, const linkage_pair *pairs, size_t pair_count, arena *work);

#endif
