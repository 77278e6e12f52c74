/* service/county_tables - which tables of the program are others than the office has adopted.
 *
 * A new program brings new duties and new law; an office of before goes by its own until three people take them over, and
 * is told of it here.
 *
 * Prefix   county_tables_
 */
#ifndef SERVICE_COUNTY_TABLES_H
#define SERVICE_COUNTY_TABLES_H

#include "service/county.h"

typedef struct {
    text duties, law; /* the files that differ, "roles.csv, paths.csv"; empty: none does */
    int64_t duty_count, law_count;
    bool has_no_law; /* the office has adopted none: it decides by whatever packs there are */
} county_tables;
/* An office without users or packs has nothing to compare, and so have folders that cannot be read: other operations say that. */
MUST_USE err county_tables_compare(county *office, county_tables *tables);

#endif
