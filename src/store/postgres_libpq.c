#include "store/postgres_libpq.h"

#include "base/checked.h"

postgres_libpq_functions postgres_libpq;

err postgres_libpq_load(void)
{
#define ROW(name) { #name, &postgres_libpq.late_##name },
    static const late_function FUNCTIONS[] = { POSTGRES_LIBPQ(ROW) };
    static atomic_bool is_loaded;
    return late_load("libpq.so.5", FUNCTIONS, ARRAY_COUNT(FUNCTIONS), &is_loaded);
}
