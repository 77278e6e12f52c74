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
