#include "http/mhd.h"

#include "base/checked.h"

http_mhd_functions http_mhd;

err http_mhd_load(void)
{
#define ROW(name) { #name, &http_mhd.late_##name },
    static const late_function FUNCTIONS[] = { HTTP_MHD(ROW) };
    static atomic_bool is_loaded;
    return late_load("libmicrohttpd.so.12", FUNCTIONS, ARRAY_COUNT(FUNCTIONS), &is_loaded);
}
