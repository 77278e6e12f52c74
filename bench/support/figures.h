/* support/figures - the one table that benchmarks print: a measured figure a line.
 *
 * Prefix   figure_
 */
#ifndef SUPPORT_FIGURES_H
#define SUPPORT_FIGURES_H

typedef struct {
    const char *name, *unit;
    double value;
    double reference; /* the same work done otherwise, in the same unit; 0: none */
    double goal;      /* least value, in the unit; below 0: its greatest, where fewer is better; 0: none */
    double ratio_goal; /* least value / reference; 0: none */
} figure;

/* One line: name, value, reference, ratio, goal, ok or LOW. */
void figure_print(figure f);
/* Seconds of this process's own time, so that neighbours on the machine do not count. */
double figure_seconds(void);

#endif
