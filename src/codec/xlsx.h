/* codec/xlsx - what the files that read workbooks share: the parts of the ZIP, and cells as text.
 *
 * Prefix   codec_xlsx_
 */
#ifndef CODEC_XLSX_H
#define CODEC_XLSX_H

#include <zip.h>

#include "codec/codec_internal.h"

/* How a number is to be shown, by its style. */
typedef enum { XLSX_NUMBER, XLSX_DATE } xlsx_look;

/* All that is unpacked of a workbook, counted against one limit. */
typedef struct {
    arena *memory;
    const char *file;
    zip_t *zip;
    size_t inflated_bytes, inflated_bytes_max;
} xlsx_zip;

/* One part being unpacked; a codec_source whose errors are the workbook's. */
typedef struct {
    xlsx_zip *zip;
    zip_file_t *part;
    const char *name;
} xlsx_part;

MUST_USE err codec_xlsx_zip_open(arena *a, text bytes, codec_xlsx_options options, xlsx_zip *zip);
void codec_xlsx_zip_close(xlsx_zip *zip);
/* CODEC_XLSX_DAMAGED when it is missing. */
MUST_USE err codec_xlsx_part_open(xlsx_zip *zip, const char *name, xlsx_part *part);
codec_source codec_xlsx_part_source(xlsx_part *part);
void codec_xlsx_part_close(xlsx_part *part);

/* What a part refers to. */
typedef struct {
    text id, type; /* the last word of the type's URI: "worksheet", "styles" */
    const char *target;
} xlsx_relation;
/* Of a part ("" is the package itself); none when the part has none. */
MUST_USE err codec_xlsx_relations(xlsx_zip *zip, const char *part, xlsx_relation **relations, size_t *count);

MUST_USE err codec_xlsx_read_strings(xlsx_zip *zip, const char *part, size_t size_bytes_max,
                               text **strings, size_t *count);
/* The look of each cell style. */
MUST_USE err codec_xlsx_read_styles(xlsx_zip *zip, const char *part, xlsx_look **looks, size_t *count);

/* CODEC_XLSX_MERGED when cells behind the first row of the sheet are merged. */
MUST_USE err codec_xlsx_refuse_merged(xlsx_zip *zip, const char *part);

/* Appends the number as a person sees it; one of more than 15 places before the point, whose last ones Excel has not
 * kept, with an exponent. */
void codec_xlsx_add_number(text_builder *out, text number, xlsx_look look, bool is_1904);

/* The XML of a part is for programs: what is wrong there is one kind of damage. */
err codec_xlsx_damaged(const xlsx_zip *zip, const char *part, err e);

#endif
