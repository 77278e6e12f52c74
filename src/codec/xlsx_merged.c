/* Merged cells: of them only the first holds what is written, and a list that is read row by row would take the others
 * for empty. They stand behind the rows, so the part is looked through before it is read. */
#include <string.h>

#include "codec/xlsx.h"

enum { WINDOW_BYTES = 64 << 10, TAG_BYTES = 256 };

/* "A2:B5" → the rows 2 and 5. */
static bool rows_of(text range, int64_t *first, int64_t *last)
{
    int64_t rows[2] = { 0, 0 };
    size_t at = 0;
    for (int side = 0; side < 2; side++) {
        while (at < range.size_bytes && (range.bytes[at] < '0' || range.bytes[at] > '9') && range.bytes[at] != ':') at++;
        for (; at < range.size_bytes && range.bytes[at] >= '0' && range.bytes[at] <= '9' && rows[side] < 1 << 24; at++)
            rows[side] = rows[side] * 10 + (range.bytes[at] - '0');
        if (at < range.size_bytes && range.bytes[at] == ':') at++;
    }
    *first = rows[0];
    *last = rows[1] ? rows[1] : rows[0];
    return rows[0] > 0;
}

/* The ref of the tag that begins behind its name at `at`. */
static text ref_of(text window, size_t at)
{
    size_t end = at;
    while (end < window.size_bytes && window.bytes[end] != '>') end++;
    text tag = text_sub(window, at, end);
    size_t ref = text_find(tag, TEXT("ref="));
    if (ref == SIZE_MAX || ref + 5 >= tag.size_bytes) return TEXT_NONE;
    char quote = tag.bytes[ref + 4];
    size_t from = ref + 5, until = from;
    while (until < tag.size_bytes && tag.bytes[until] != quote) until++;
    return text_sub(tag, from, until);
}

/* What is merged in the first row is a heading over several columns, whose names then lack by themselves. */
static bool find_in(text window, text *range)
{
    static const char NAME[] = "mergeCell ";
    for (size_t at = 0; at + sizeof NAME <= window.size_bytes;) {
        size_t found = text_find(text_sub(window, at, window.size_bytes), TEXT("mergeCell "));
        if (found == SIZE_MAX) return false;
        found += at;
        at = found + sizeof NAME - 1;
        int64_t first, last;
        bool is_tag = found > 0 && (window.bytes[found - 1] == '<' || window.bytes[found - 1] == ':');
        if (!is_tag) continue;
        *range = ref_of(window, at);
        if (rows_of(*range, &first, &last) && last > 1) return true;
    }
    return false;
}

static err look_through(xlsx_part *part, char *window, text *range, bool *is_found)
{
    codec_source source = codec_xlsx_part_source(part);
    size_t kept = 0;
    *is_found = false;
    for (;;) {
        size_t size;
        TRY(source.read(source.context, window + kept, WINDOW_BYTES - kept, &size));
        if (!size) return ERR_NONE;
        *is_found = find_in((text){ window, kept + size }, range);
        if (*is_found) return ERR_NONE;
        size_t all = kept + size;
        kept = all < TAG_BYTES ? all : TAG_BYTES; /* a tag may lie over the edge */
        memmove(window, window + all - kept, kept);
    }
}

err codec_xlsx_refuse_merged(xlsx_zip *zip, const char *name)
{
    xlsx_part part;
    text range = TEXT_NONE;
    bool is_found = false;
    size_t inflated = zip->inflated_bytes;
    TRY(codec_xlsx_part_open(zip, name, &part));
    err e = look_through(&part, arena_alloc(zip->memory, WINDOW_BYTES), &range, &is_found);
    codec_xlsx_part_close(&part);
    zip->inflated_bytes = inflated; /* it is unpacked once more, to be read */
    TRY(e);
    if (!is_found) return ERR_NONE;
    return err_at(&CODEC_XLSX_MERGED, (source_pos){ .file = zip->file }, text_cstr(zip->memory, range));
}
