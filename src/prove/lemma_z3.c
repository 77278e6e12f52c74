#include "prove/lemma_z3.h"

#include "base/checked.h"

lemma_z3_functions lemma_z3;

err lemma_z3_load(void)
{
#define ROW(name) { #name, &lemma_z3.late_##name },
    static const late_function FUNCTIONS[] = { LEMMA_Z3(ROW) };
    static atomic_bool is_loaded;
    return late_load("libz3.so.4", FUNCTIONS, ARRAY_COUNT(FUNCTIONS), &is_loaded);
}
