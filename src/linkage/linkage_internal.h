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

/* ---- spec ---- */

typedef enum {
    LINKAGE_CITIZEN,  /* a Chinese identity number */
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

#define LINKAGE_LEVELS 8 /* level 0: not known on one side */
const char *linkage_level_word(linkage_kind kind, int level);
int linkage_levels_of(linkage_kind kind); /* with level 0 */

typedef enum { LINKAGE_WHOLE, LINKAGE_YEAR, LINKAGE_MONTH, LINKAGE_DAY, LINKAGE_FULL_NAME } linkage_part;
typedef enum {
    LINKAGE_ALL_OF, LINKAGE_SOUND_OF, LINKAGE_YEAR_OF, LINKAGE_MONTHDAY_OF, LINKAGE_FIRST_OF, LINKAGE_REST_OF,
    LINKAGE_FIRST4_OF, LINKAGE_LAST4_OF, LINKAGE_SHAPE_COUNT
} linkage_shape;

typedef struct {
    const char *name;
    linkage_kind kind;
    int swaps_with; /* field whose value may stand here; -1 */
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
    int field[LINKAGE_KEY_PARTS];
    linkage_shape shape[LINKAGE_KEY_PARTS];
    int count;
    bool is_any_order; /* the parts may stand in one another's place */
    bool is_household; /* brings households together: tells how their members differ */
    bool is_only_household; /* ... and is not a key of pairs */
} linkage_key;
#define LINKAGE_KEYS_MAX 40

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
};

/* ---- memory that grows and is given back ---- */

typedef struct {
    arena *own;
    void *items;
    size_t capacity, item_bytes;
} linkage_vec;
void *linkage_vec_need(linkage_vec *v, size_t count, size_t item_bytes);
void linkage_vec_close(linkage_vec *v);

/* ---- rows ---- */

/* Each distinct value of a field once; code 0 is none. */
typedef struct {
    linkage_vec bytes, from, slots, counts, packed;
    uint32_t count; /* codes, with 0 */
    size_t size_bytes;
} linkage_dict;
text linkage_dict_text(const linkage_dict *d, uint32_t code);
static inline const uint32_t *linkage_dict_counts(const linkage_dict *d) { return d->counts.items; }
/* CITIZEN: flags and order below; DATE: yyyymmdd, parts not known 0; else the hash of the value. */
static inline uint64_t linkage_dict_packed(const linkage_dict *d, uint32_t code)
{
    return ((const uint64_t *)d->packed.items)[code];
}
#define LINKAGE_VALID (UINT64_C(1) << 63) /* of a citizen number: 18 characters, a birthday, a right check */
#define LINKAGE_MALE  (UINT64_C(1) << 62)
#define LINKAGE_BIRTH_OF(packed) (uint32_t)((packed) & 0xFFFFFFF)

struct linkage_set {
    const linkage_spec *spec;
    bool is_two, is_ready;
    size_t count[2];
    linkage_dict dict[LINKAGE_FIELDS_MAX];
    linkage_vec codes[LINKAGE_FIELDS_MAX];
    linkage_vec id_bytes, id_from;
    size_t id_size;
    arena *han;
    const uint16_t *simplified, *reading; /* by character from U+4E00 */
    const bool *opens_surname;            /* ... that begins a surname of two */
    uint64_t field_seen;                  /* bit a field: some row has it */
};
/* A birthday or sex that the row itself leaves out and its identity number tells. */
#define LINKAGE_TOLD (UINT32_C(1) << 31)
static inline uint32_t linkage_code(const linkage_set *s, int field, uint32_t row)
{
    return ((const uint32_t *)s->codes[field].items)[row] & ~LINKAGE_TOLD;
}
static inline bool linkage_is_told(const linkage_set *s, int field, uint32_t row)
{
    return ((const uint32_t *)s->codes[field].items)[row] & LINKAGE_TOLD;
}
static inline size_t linkage_rows(const linkage_set *s) { return s->count[0] + s->count[1]; }

/* ---- characters ---- */

extern const char LINKAGE_SIMPLIFIED[], LINKAGE_READINGS[];
#define LINKAGE_HAN_COUNT 0x5200
void linkage_han_open(linkage_set *s);
static inline uint16_t linkage_reading(const linkage_set *s, uint32_t rune)
{
    return rune >= 0x4E00 && rune < 0x4E00 + LINKAGE_HAN_COUNT ? s->reading[rune - 0x4E00] : 0;
}
/* Into `out`; answers the size. */
#define LINKAGE_VALUE_BYTES 256
size_t linkage_fold(const linkage_set *s, linkage_kind kind, text value, char *out);
uint64_t linkage_pack(linkage_kind kind, text folded);
uint32_t linkage_date_of(text t); /* yyyymmdd; 0: cannot be read */
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
int linkage_level_name(const linkage_set *s, text x, text y);
int linkage_level_han(const linkage_set *s, text x, text y);
int linkage_level_place(const linkage_set *s, text x, text y);
int linkage_level_date(uint32_t x, uint32_t y);
int linkage_level_code(text x, text y);
int linkage_level_number(text x, text y);
/* The levels of all fields of a pair. */
typedef struct {
    uint8_t level[LINKAGE_FIELDS_MAX];
} linkage_levels;
linkage_levels linkage_compare(const linkage_set *s, uint32_t a, uint32_t b);
#define LINKAGE_CITIZEN_TWO 6 /* both well made, and different: two people */

/* ---- keys ---- */

typedef struct {
    uint64_t key;
    uint32_t row;
} linkage_keyed;
typedef struct {
    const linkage_set *set;
    const linkage_key *keys[LINKAGE_KEYS_MAX];
    int count;
    arena *memory;
    uint32_t *shape[LINKAGE_FIELDS_MAX][LINKAGE_SHAPE_COUNT]; /* by code */
    uint64_t *too_large[LINKAGE_KEYS_MAX];                    /* bit a row: its group is passed over */
} linkage_blocks;
void linkage_blocks_open(linkage_blocks *b, const linkage_set *s, arena *memory);
uint64_t linkage_block_key(const linkage_blocks *b, int key, uint32_t row); /* 0: none */
/* Rows with a key, in order of key then row. */
linkage_keyed *linkage_blocks_sort(const linkage_blocks *b, int key, arena *work, size_t *count);
/* Pairs of a group: how many, and whether a and b stand in the two files (or are two of one). */
uint64_t linkage_group_pairs(const linkage_set *s, const linkage_keyed *group, size_t count);
/* Marks the groups that go past the bounds. */
void linkage_blocks_bound(linkage_blocks *b, int key, const linkage_keyed *rows, size_t count, uint64_t pairs_max);
/* Whether an earlier key has brought the pair together. */
bool linkage_blocks_seen(const linkage_blocks *b, int key, uint32_t x, uint32_t y);

/* ---- the model ---- */

typedef struct {
    double m[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS], u[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS];
    double h[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS]; /* of two people of one household */
    double prior, kin_prior; /* log odds against two strangers */
    bool has_kin;
    float *rare[LINKAGE_FIELDS_MAX]; /* by code: log(u of level 1 / u of this value) */
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
    double share, pairs; /* of matches; of all */
} linkage_session;
/* EM over patterns, of the fields in `fields` (a bit each); u moves too when `learns_u`. */
void linkage_em(const linkage_patterns *p, const linkage_spec *spec, uint64_t fields, bool learns_u,
                linkage_session *session);

struct linkage_run {
    linkage_set *set;
    arena *memory;
    linkage_model model;
    linkage_blocks blocks;
    linkage_vec pairs;
    size_t pair_count;
    uint64_t compared;
    double matches;
    double log_m[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS], log_h[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS]; /* over u */
};
void linkage_train(linkage_run *run, const linkage_options *options);
typedef struct {
    double fields, kin_fields; /* sums of log(m/u) and log(h/u) */
} linkage_sums;
double linkage_weight(const linkage_run *run, int field, int level, uint32_t code_a);
linkage_sums linkage_score(const linkage_run *run, const linkage_levels *l, uint32_t a, uint32_t b);
linkage_pair linkage_weigh(const linkage_run *run, uint32_t a, uint32_t b);
void linkage_find_pairs(linkage_run *run);
void linkage_pairs_sort(linkage_run *run); /* by rows */
void linkage_settle_prior(linkage_run *run); /* how many matches there are, by the pairs themselves */
void linkage_settle_links(linkage_run *run);
void linkage_settle_clusters(linkage_run *run);

#endif
