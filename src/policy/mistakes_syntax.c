#include "policy/syntax.h"

/* What the parser finds. The last row has no code. */
const mistake_row MISTAKES_SYNTAX[] = {
    { 0 },
};
