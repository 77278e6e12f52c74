#include "paper/pdf_pango.h"

#include "base/checked.h"

pdf_pango_functions pdf_pango;

err pdf_pango_load(void)
{
#define ROW(name) { #name, &pdf_pango.late_##name },
    static const late_function FUNCTIONS[] = { PDF_PANGO(ROW) };
    static atomic_bool is_loaded;
    return late_load("libpangocairo-1.0.so.0", FUNCTIONS, ARRAY_COUNT(FUNCTIONS), &is_loaded);
}
