#include "support/figures.h"

#include <stdio.h>
#include <time.h>

void figure_print(figure f)
{
    char reference[24] = "-", ratio[16] = "-", goal[32] = "-";
    const char *verdict = "";
    if (f.reference > 0) {
        snprintf(reference, sizeof reference, "%.3g", f.reference);
        snprintf(ratio, sizeof ratio, "%.2f", f.value / f.reference);
    }
    if (f.goal > 0) snprintf(goal, sizeof goal, "%.3g", f.goal);
    if (f.goal < 0) snprintf(goal, sizeof goal, "<= %.4g", -f.goal);
    if (f.ratio_goal > 0) snprintf(goal, sizeof goal, "ratio %.2f", f.ratio_goal);
    if (f.goal > 0) verdict = f.value >= f.goal ? "ok" : "LOW";
    if (f.goal < 0) verdict = f.value <= -f.goal ? "ok" : "OVER";
    if (f.ratio_goal > 0) verdict = f.value >= f.ratio_goal * f.reference ? "ok" : "LOW";
    printf("%-48s %9.3g %-12s %10s %6s %11s  %s\n", f.name, f.value, f.unit, reference, ratio, goal, verdict);
    fflush(stdout);
}

double figure_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
