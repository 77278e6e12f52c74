/* Opening a county: what is the same for all its blocks. */
#include "sample/sample_internal.h"

const err_kind SAMPLE_SIZE_OUT_OF_RANGE = {
    "sample.size_out_of_range",
    ERR_BAD_INPUT,
    "A county is made of 3,000 to 10,000,000 people, not of {}.",
    "示例县的人数应在三千到一千万之间，不能是 {}。",
};
const err_kind SAMPLE_MONTH_OUT_OF_RANGE = {
    "sample.month_out_of_range",
    ERR_BAD_INPUT,
    "A county is made for a month from 2016-01 to 2035-12, not for {}.",
    "示例县的月份应在 2016 年 1 月到 2035 年 12 月之间，不能是 {}。",
};

/* Mean monthly wage in yuan. A habit of this county, near to the invented figures of
 * packs/demo/sample-province-pension.md so that its people fit them; not a figure of any law. */
enum { LEVEL_KNOWN_FROM = 1991, LEVEL_KNOWN_UNTIL = 2026 };
static const uint16_t LEVEL[LEVEL_KNOWN_UNTIL - LEVEL_KNOWN_FROM] = {
    190,  225,  290,  420,  620,  690,  760,  850,  950,  1080, 1220, 1360,
    1520, 1690, 1880, 2120, 2380, 2640, 2900, 3200, 3580, 3960, 4300, 4650,
    5000, 5400, 5850, 5300, 5650, 5900, 6200, 6550, 6900, 7200, 7500,
};
enum { GROWTH_BEFORE_PERMILLE = 90, GROWTH_AFTER_PERMILLE = 40 };

void sample_levels_open(sample_county *county)
{
    int64_t *level = county->level_fen;
    int known = LEVEL_KNOWN_FROM - SAMPLE_LEVEL_FROM;
    for (int i = 0; i < LEVEL_KNOWN_UNTIL - LEVEL_KNOWN_FROM; i++)
        level[known + i] = LEVEL[i] * 100;
    for (int i = known - 1; i >= 0; i--)
        level[i] = level[i + 1] * 1000 / (1000 + GROWTH_BEFORE_PERMILLE);
    for (int i = LEVEL_KNOWN_UNTIL - SAMPLE_LEVEL_FROM; i < SAMPLE_LEVEL_UNTIL - SAMPLE_LEVEL_FROM;
         i++)
        level[i] = level[i - 1] * (1000 + GROWTH_AFTER_PERMILLE) / 1000;
}

int64_t sample_level_fen(const sample_county *county, int32_t year)
{
    if (year < SAMPLE_LEVEL_FROM) year = SAMPLE_LEVEL_FROM;
    if (year >= SAMPLE_LEVEL_UNTIL) year = SAMPLE_LEVEL_UNTIL - 1;
    return county->level_fen[year - SAMPLE_LEVEL_FROM];
}

/* Months of age at which people of this county retire when nobody hands in the months of a pack:
 * a habit of old. The ages of the law, and how they rise, stand in packs/china/retirement-age.md.
 */
static const int32_t USUAL_MONTHS[SAMPLE_WORKER_COUNT] = {
    [SAMPLE_MAN] = 720,
    [SAMPLE_WOMAN_50] = 600,
    [SAMPLE_WOMAN_55] = 660,
};

static int32_t retire_by_habit(void *context, sample_worker worker, int32_t birth_month)
{
    (void)context;
    return birth_month + USUAL_MONTHS[worker];
}

err sample_open(arena *process, const sample_options *options, sample_county **county)
{
    if (options->size < SAMPLE_SIZE_MIN || options->size > SAMPLE_SIZE_MAX)
        return err_of(&SAMPLE_SIZE_OUT_OF_RANGE,
                      text_format(process, "%lld", (long long)options->size).bytes);
    if (options->as_of_month < SAMPLE_MONTH_MIN || options->as_of_month > SAMPLE_MONTH_MAX) {
        char *written = arena_alloc(process, CALENDAR_PRINT_BYTES);
        if (calendar_is_month(options->as_of_month))
            calendar_print_month(options->as_of_month, written);
        return err_of(&SAMPLE_MONTH_OUT_OF_RANGE, written);
    }
    sample_county *c = ARENA_NEW(process, sample_county);
    c->options = *options;
    if (!c->options.retire_month) c->options.retire_month = retire_by_habit;
    c->block_count = (options->size + SAMPLE_BLOCK_PEOPLE - 1) / SAMPLE_BLOCK_PEOPLE;
    c->as_of_day = calendar_first_day_of_month(options->as_of_month);
    sample_levels_open(c);
    sample_regions_open(c);
    sample_employers_open(process, c);
    if (c->options.measures_staff) sample_employers_measure(process, c);
    *county = c;
    return ERR_NONE;
}

int64_t sample_block_count(const sample_county *county)
{
    return county->block_count;
}
