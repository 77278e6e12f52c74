/* How near two strings are: edits, and Jaro-Winkler. */
#include "linkage/linkage_internal.h"

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment (restricted Damerau-Levenshtein); max + 1 when it is more than `max`. */
int linkage_osa(const uint32_t *x, int nx, const uint32_t *y, int ny, int max)
{
    while (nx && ny && x[0] == y[0]) x++, y++, nx--, ny--;
    while (nx && ny && x[nx - 1] == y[ny - 1]) nx--, ny--;
    if (nx - ny > max || ny - nx > max) return max + 1;
    if (!nx || !ny) return nx + ny;
    bool is_swap = nx == 2 && ny == 2 && x[0] == y[1] && x[1] == y[0];
    if (max == 1) return (nx == 1 && ny == 1) || is_swap ? 1 : 2; /* where both ends differ one edit is all there is */
    int rows[3][LINKAGE_RUNES + 1];
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (int j = 0; j <= ny; j++) last[j] = j;
    for (int i = 1; i <= nx; i++) {
        now[0] = i;
        int best = i;
        for (int j = 1; j <= ny; j++) {
            int cost = x[i - 1] != y[j - 1];
            now[j] = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1]) now[j] = least(now[j], before[j - 2] + 1);
            best = least(best, now[j]);
        }
        if (best > max) return max + 1;
        int *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return least(last[ny], max + 1);
}

/* Jaro (1989) with Winkler's (1990) bonus of 0.1 a character of a common beginning, at most four. */
double linkage_jaro_winkler(const uint32_t *x, int nx, const uint32_t *y, int ny)
{
    if (!nx || !ny) return 0;
    int window = (nx > ny ? nx : ny) / 2 - 1, common = 0, moved = 0;
    if (window < 0) window = 0;
    uint64_t taken_x = 0, taken_y = 0;
    for (int i = 0; i < nx; i++) {
        int until = least(ny, i + window + 1);
        for (int j = i > window ? i - window : 0; j < until; j++) {
            if (taken_y >> j & 1 || x[i] != y[j]) continue;
            taken_x |= UINT64_C(1) << i;
            taken_y |= UINT64_C(1) << j;
            common++;
            break;
        }
    }
    if (!common) return 0;
    for (int i = 0, j = 0; i < nx; i++) {
        if (!(taken_x >> i & 1)) continue;
        while (!(taken_y >> j & 1)) j++;
        moved += x[i] != y[j++];
    }
    double c = common, jaro = (c / nx + c / ny + (c - moved / 2) / c) / 3;
    int same = 0;
    while (same < 4 && same < nx && same < ny && x[same] == y[same]) same++;
    return jaro + same * 0.1 * (1 - jaro);
}

/* ---- by bits ---- */

void linkage_ascii_open(linkage_ascii_pair *p, text x, text y)
{
    *p = (linkage_ascii_pair){ .x = (const unsigned char *)x.bytes, .y = (const unsigned char *)y.bytes };
    p->nx = (int)(x.size_bytes < 64 ? x.size_bytes : 64);
    p->ny = (int)(y.size_bytes < 64 ? y.size_bytes : 64);
    for (int i = 0; i < p->ny; i++) p->at[p->y[i] & 127] |= UINT64_C(1) << i;
}

/* Hyyrö (2003): the table of differences by its columns, each a word. What the last one said, and how many edits so far. */
typedef struct {
    uint64_t up, down, diagonal, before;
    int edits, bottom; /* bottom: the lowest row */
} osa_table;

static osa_table osa_open(int rows)
{
    return (osa_table){ .up = ~UINT64_C(0), .edits = rows, .bottom = rows - 1 };
}

/* One character more; same: the rows that hold it. */
static inline void osa_column(osa_table *t, uint64_t same)
{
    uint64_t swapped = ((~t->diagonal & same) << 1) & t->before;
    t->diagonal = (((same & t->up) + t->up) ^ t->up) | same | t->down | swapped;
    uint64_t right = t->down | ~(t->diagonal | t->up), left = t->diagonal & t->up;
    t->edits += (int)(right >> t->bottom & 1) - (int)(left >> t->bottom & 1);
    right = right << 1 | 1;
    t->up = left << 1 | ~(t->diagonal | right);
    t->down = right & t->diagonal;
    t->before = same;
}

int linkage_ascii_osa(const linkage_ascii_pair *p)
{
    if (!p->nx || !p->ny) return p->nx + p->ny;
    osa_table t = osa_open(p->ny);
    for (int i = 0; i < p->nx; i++) osa_column(&t, p->at[p->x[i] & 127]);
    return t.edits;
}

int linkage_digits_osa(text x, text y)
{
    uint64_t at[16] = { 0 };
    int nx = (int)x.size_bytes, ny = (int)y.size_bytes;
    if (!nx || !ny) return nx + ny;
    osa_table t = osa_open(ny);
    for (int i = 0; i < ny; i++) at[y.bytes[i] & 15] |= UINT64_C(1) << i;
    for (int i = 0; i < nx; i++) osa_column(&t, at[x.bytes[i] & 15]);
    return t.edits;
}

/* ---- digits of four bits, the first above, and how many below ---- */

/* How often each digit is met, in six bits each: by two digits at a time. */
#define MET(first, second) ((UINT64_C(1) << 6 * (first)) + (UINT64_C(1) << 6 * (second)))
#define MET_ROW(first)                                                                                                     \
    MET(first, 0), MET(first, 1), MET(first, 2), MET(first, 3), MET(first, 4), MET(first, 5), MET(first, 6), MET(first, 7), \
        MET(first, 8), MET(first, 9), 0, 0, 0, 0, 0, 0
static const uint64_t MET_OF_TWO[] = { MET_ROW(0), MET_ROW(1), MET_ROW(2), MET_ROW(3), MET_ROW(4), MET_ROW(5), MET_ROW(6), MET_ROW(7), MET_ROW(8), MET_ROW(9) };
static uint64_t met_digits(uint64_t digits)
{
    int count = (int)(digits & 15);
    uint64_t met = 0;
    for (int left = count; left > 1; left -= 2, digits <<= 8) met += MET_OF_TWO[digits >> 56];
    return count % 2 ? met + (UINT64_C(1) << 6 * (digits >> 60)) : met;
}

/* An edit takes a digit away, adds one, or both: more than two of them, so many digits must have changed. */
static bool are_far(uint64_t x, uint64_t y)
{
    const uint64_t ONES = UINT64_C(0x41041041041041); /* in each of ten fields of six bits */
    uint64_t met = (met_digits(x) | ONES << 5) - met_digits(y), is_more = met >> 5 & ONES, is_less = ONES - is_more; /* 32 more in each */
    uint64_t by = ((met ^ is_less * 31) & ONES * 31) + is_less, changed = by * ONES >> 54 & 63;
    return changed > 4;
}

/* linkage_digits_osa; more than 2 are said as 3. */
static int edits_of_digits(uint64_t x, uint64_t y)
{
    uint64_t at[16] = { 0 };
    int nx = (int)(x & 15), ny = (int)(y & 15);
    if (nx - ny > 2 || ny - nx > 2 || are_far(x, y)) return 3;
    if (!nx || !ny) return nx + ny; /* a table without rows has no lowest */
    osa_table t = osa_open(ny);
    for (int i = 0; i < ny; i++, y <<= 4) at[y >> 60] |= UINT64_C(1) << i;
    for (int i = 0; i < nx; i++, x <<= 4) osa_column(&t, at[x >> 60]);
    return t.edits < 3 ? t.edits : 3;
}

int linkage_level_digits(uint64_t x, uint64_t y)
{
    int nx = (int)(x & 15), ny = (int)(y & 15), shorter = nx < ny ? nx : ny, edits = edits_of_digits(x, y);
    if (edits <= 1 && shorter >= 2) return 2;
    if (edits <= 2 && shorter >= 5) return 3;
    uint64_t differs = (x ^ y) & ~UINT64_C(15);
    int same = differs ? __builtin_clzll(differs) / 4 : shorter;
    if (same > shorter) same = shorter;
    return same >= 2 && same * 2 >= shorter ? 4 : 5;
}

double linkage_ascii_jaro_winkler(const linkage_ascii_pair *p)
{
    int nx = p->nx, ny = p->ny, window = (nx > ny ? nx : ny) / 2 - 1, common = 0, moved = 0;
    if (!nx || !ny) return 0;
    if (window < 0) window = 0;
    uint64_t taken_x = 0, taken_y = 0;
    for (int i = 0; i < nx; i++) {
        int from = i > window ? i - window : 0, width = i + window + 1 - from;
        if (from > 63) break;
        uint64_t near = (width > 63 ? ~UINT64_C(0) : (UINT64_C(1) << width) - 1) << from;
        uint64_t free_same = p->at[p->x[i] & 127] & near & ~taken_y;
        if (!free_same) continue;
        taken_y |= free_same & (~free_same + 1);
        taken_x |= UINT64_C(1) << i;
        common++;
    }
    if (!common) return 0;
    for (uint64_t left_x = taken_x, left_y = taken_y; left_x; left_x &= left_x - 1, left_y &= left_y - 1)
        moved += p->x[__builtin_ctzll(left_x)] != p->y[__builtin_ctzll(left_y)];
    double c = common, jaro = (c / nx + c / ny + (c - moved / 2) / c) / 3;
    int same = 0;
    while (same < 4 && same < nx && same < ny && p->x[same] == p->y[same]) same++;
    return jaro + same * 0.1 * (1 - jaro);
}
