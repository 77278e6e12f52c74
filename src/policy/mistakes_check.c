#include "policy/syntax.h"

/* What the checker finds: names, types, units, layers, clashes. The last row has no code. */
const mistake_row MISTAKES_CHECK[] = {
    { 0 },
};
