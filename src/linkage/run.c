/* A run from rows to settled pairs; what a pair says of itself. */
#include <assert.h>

#include "linkage/linkage_internal.h"

/* Log odds of 0.99 and 0.1: at and above, confirmed; below the second, no. */
#define CONFIRMED_FROM 4.59511985013459
#define REVIEW_FROM    (-2.19722457733622)
/* Terms are written in ten thousandths. */
#define TERM_UNIT 10000.0

const char *linkage_tier_name(linkage_tier tier)
{
    static const char *const NAMES[LINKAGE_TIER_COUNT] = {
        [LINKAGE_CONFIRMED] = "confirmed", [LINKAGE_REVIEW] = "review", [LINKAGE_NO] = "no",
    };
    return NAMES[tier];
}

double linkage_probability(double odds)
{
    return 1 / (1 + exp(-odds));
}

int64_t linkage_millionths(const linkage_pair *pair)
{
    return (int64_t)(linkage_probability((double)pair->odds) * 1e6 + 0.5);
}

bool linkage_is_link(const linkage_pair *pair)
{
    return pair->odds > 0;
}

linkage_tier linkage_tier_of(const linkage_pair *pair)
{
    double odds = (double)pair->odds;
    return odds >= CONFIRMED_FROM ? LINKAGE_CONFIRMED : odds >= REVIEW_FROM ? LINKAGE_REVIEW : LINKAGE_NO;
}

static void take_words(linkage_run *r)
{
    const linkage_spec *spec = r->set->spec;
    for (int f = 0; f < spec->field_count; f++)
        for (int level = 1; level < linkage_levels_of(spec->fields[f].kind); level++)
            r->says[f][level] = text_format(r->memory, "%s %s", spec->fields[f].name, linkage_level_word(spec->fields[f].kind, level));
}

/* What weighing needs and is not learned: forms of values, whose numbers are their own, keys. */
static err prepare(linkage_set *set, const linkage_options *options, linkage_run **run)
{
    arena *memory = arena_open();
    linkage_run *r = *run = ARENA_NEW(memory, linkage_run);
    r->set = set;
    r->memory = memory;
    r->crew = options->crew;
    take_words(r);
    linkage_own_mark(set, &r->crew);
    linkage_forms_open(set, &r->crew);
    linkage_blocks_open(&r->blocks, set, memory, &r->crew);
    int pairing = 0;
    for (int k = 0; k < r->blocks.count; k++) pairing += !r->blocks.keys[k]->is_only_household;
    if (pairing) return ERR_NONE;
    arena_close(memory);
    *run = NULL;
    return err_of(&LINKAGE_NOTHING_TO_COMPARE, "");
}

err linkage_run_open(linkage_set *set, linkage_options options, arena *a, linkage_run **run, linkage_answer *answer)
{
    linkage_run *r;
    TRY(prepare(set, &options, &r));
    linkage_train(r, &options);
    if (options.model.bytes) {
        double prior = r->model.prior;
        err e = linkage_model_take(r, a, options.model, options.model_file);
        r->model.prior = prior; /* how many are matches is these rows' own */
        if (e.kind) linkage_run_close(r);
        TRY(e);
    }
    linkage_logs_take(r);
    linkage_find_pairs(r);
    if (set->is_two) {
        linkage_settle_links(r);
    } else {
        linkage_settle_prior(r);
        linkage_settle_clusters(r);
    }
    *answer = (linkage_answer){ .prior = r->model.prior, .matches = r->matches, .compared = r->compared,
                                .pairs = r->pairs.items, .pair_count = r->pair_count };
    linkage_crowds_tell(r, answer);
    *run = r;
    return ERR_NONE;
}

err linkage_run_ask(linkage_set *set, linkage_options options, arena *a, linkage_run **run)
{
    linkage_run *r;
    assert(!set->is_two);
    TRY(prepare(set, &options, &r));
    err e = linkage_model_take(r, a, options.model, options.model_file);
    if (e.kind) linkage_run_close(r);
    TRY(e);
    linkage_rare_learn(r);
    linkage_beside_learn(r);
    linkage_logs_take(r);
    r->is_asked = true;
    *run = r;
    return ERR_NONE;
}

void linkage_run_close(linkage_run *run)
{
    if (!run) return;
    linkage_vec_close(&run->pairs);
    linkage_vec_close(&run->doubles);
    arena_close(run->memory);
}

/* A line in the making, handed on whole: a term at most is longer than the room kept. */
typedef struct {
    text_builder *out;
    size_t size;
    char bytes[2048];
} line;
enum { TERM_ROOM = 256 };

static void flush(line *l)
{
    text_add(l->out, (text){ l->bytes, l->size });
    l->size = 0;
}

/* A field may have a name of any length. */
static void add_words(line *l, text words)
{
    if (l->size + words.size_bytes + TERM_ROOM > sizeof l->bytes) flush(l);
    if (words.size_bytes + TERM_ROOM > sizeof l->bytes) {
        text_add(l->out, words);
        return;
    }
    memcpy(l->bytes + l->size, words.bytes, words.size_bytes);
    l->size += words.size_bytes;
}

/* "name level +12.3456; " */
static void add_term(line *l, text words, int64_t term)
{
    add_words(l, words);
    char digits[32];
    size_t at = sizeof digits;
    uint64_t size = (uint64_t)(term < 0 ? -term : term);
    for (int place = 0; place < 5 || size; place++) {
        if (place == 4) digits[--at] = '.';
        digits[--at] = (char)('0' + size % 10);
        size /= 10;
    }
    l->bytes[l->size++] = ' ';
    l->bytes[l->size++] = term < 0 ? '-' : '+';
    memcpy(l->bytes + l->size, digits + at, sizeof digits - at);
    l->size += sizeof digits - at;
    l->bytes[l->size++] = ';';
    l->bytes[l->size++] = ' ';
}

static int64_t rounded(double term)
{
    return (int64_t)llround(term * TERM_UNIT);
}

void linkage_fetch_evidence(const linkage_run *run, const linkage_pair *pairs, size_t count)
{
    const linkage_set *s = run->set;
    for (size_t i = 0; i < count; i++) {
        linkage_fetch(linkage_row(s, pairs[i].a));
        linkage_fetch(linkage_row(s, pairs[i].b));
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t *x = linkage_row(s, pairs[i].a), *y = linkage_row(s, pairs[i].b);
        for (int k = 0; k < s->seen_count; k++) {
            const float *rare = run->model.rare[s->seen[k]][1];
            const linkage_dict *d = &s->dict[s->seen[k]];
            uint32_t cx = x[k] & ~LINKAGE_TOLD, cy = y[k] & ~LINKAGE_TOLD;
            if (!cx || !cy) continue;
            if (cx == cy) {
                if (rare) linkage_fetch(&rare[cx]);
                continue;
            }
            if (!linkage_is_number(d->kind)) linkage_fetch((const uint32_t *)d->from.items + cx);
            if (!linkage_is_number(d->kind)) linkage_fetch((const uint32_t *)d->from.items + cy);
            if (d->packed.items) linkage_fetch((const uint64_t *)d->packed.items + cx);
            if (d->packed.items) linkage_fetch((const uint64_t *)d->packed.items + cy);
        }
    }
}

void linkage_evidence(const linkage_run *run, const linkage_pair *pair, text_builder *out)
{
    const linkage_set *s = run->set;
    linkage_levels l = linkage_compare(s, NULL, pair->a, pair->b);
    int64_t total = rounded((double)pair->odds), term[LINKAGE_FIELDS_MAX], sum = 0;
    int64_t kin = rounded((double)pair->kin), rivals = rounded((double)pair->rivals), caution = 0;
    for (int f = 0; f < s->spec->field_count; f++) {
        term[f] = rounded(linkage_term(run, &l, f, linkage_code(s, f, pair->a)));
        sum += term[f];
    }
    double odds = run->model.prior + (double)pair->fields + (double)pair->kin + (double)pair->rivals;
    bool are_claims = s->is_two || run->is_asked;
    if (are_claims) caution = rounded(linkage_cautious(odds, run->model.worth) - odds);
    /* What rounding leaves goes to the prior, so that the terms add up to the last place. */
    line says;
    says.out = out;
    says.size = 0;
    add_term(&says, TEXT("prior"), total - sum - kin - rivals - caution);
    for (int f = 0; f < s->spec->field_count; f++)
        if (l.level[f]) add_term(&says, run->says[f][l.level[f]], term[f]);
    if (kin) add_term(&says, TEXT("household"), kin);
    if (rivals) add_term(&says, !are_claims ? TEXT("cluster") : linkage_is_double(run, pair) ? TEXT("duplicate") : TEXT("rivals"), rivals);
    if (caution) add_term(&says, TEXT("caution"), caution);
    add_term(&says, TEXT("total"), total);
    says.size -= 2;
    flush(&says);
}

size_t linkage_level_count(const linkage_run *run)
{
    size_t count = 0;
    for (int f = 0; f < run->set->spec->field_count; f++)
        if (run->set->field_seen >> f & 1) count += (size_t)linkage_levels_of(run->set->spec->fields[f].kind) - 1;
    return count;
}

linkage_level linkage_level_at(const linkage_run *run, size_t index)
{
    const linkage_spec *spec = run->set->spec;
    for (int f = 0; f < spec->field_count; f++) {
        size_t levels = (size_t)linkage_levels_of(spec->fields[f].kind) - 1;
        if (!(run->set->field_seen >> f & 1)) continue;
        if (index < levels) {
            int level = (int)index + 1;
            return (linkage_level){ spec->fields[f].name, linkage_level_word(spec->fields[f].kind, level),
                                    run->model.m[f][level], run->model.u[f][level] };
        }
        index -= levels;
    }
    return (linkage_level){ 0 };
}
