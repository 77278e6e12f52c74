#include "counterparty/mhd.h"

#include "base/checked.h"

counterparty_mhd_functions counterparty_mhd;

err counterparty_mhd_load(void)
{
#define ROW(name) { #name, &counterparty_mhd.late_##name },
    static const late_function FUNCTIONS[] = { COUNTERPARTY_MHD(ROW) };
    static atomic_bool is_loaded;
    return late_load("libmicrohttpd.so.12", FUNCTIONS, ARRAY_COUNT(FUNCTIONS), &is_loaded);
}
