/* service/dockets - standing books (台账) as packs/adapters/office-docket.csv declares them: columns, deadlines, checks.
 *
 * Prefix   dockets_
 */
#ifndef SERVICE_DOCKETS_H
#define SERVICE_DOCKETS_H

#include "docket/docket.h"
#include "service/scope.h"

extern const err_kind DOCKETS_BAD_TABLE, DOCKETS_UNKNOWN, DOCKETS_BAD_ROW;

typedef enum {
    DOCKETS_KEY,    /* names the row, with the other keys */
    DOCKETS_TEXT,
    DOCKETS_DATE,
    DOCKETS_DUE,    /* a date by which the next column of kind done is to be said */
    DOCKETS_DONE,
    DOCKETS_COUNT,  /* a whole number */
    DOCKETS_CHOICE, /* one of the words of `says` */
    DOCKETS_KIND_COUNT
} dockets_kind;
typedef struct {
    text name, zh, en, says;
    dockets_kind kind;
} dockets_column;

typedef enum {
    DOCKETS_MATRIX,  /* rows by two columns: of choices also the cells nobody stands in */
    DOCKETS_MISSING, /* values that stand here and not in a column of another docket */
    DOCKETS_SUM,     /* of numbers, or how many different words, by another column */
    DOCKETS_SHARE,   /* one sum by another */
    DOCKETS_SHORT,   /* rows whose one number is below the other, and by how much */
    DOCKETS_OVER,    /* rows whose one number is above the other, and by how much */
    DOCKETS_PARTS,   /* what each word of a column has of the whole sum */
    DOCKETS_EACH,    /* one sum for each of the other */
    DOCKETS_TWICE,   /* values that stand with more than one value of another column */
    DOCKETS_CASES,   /* case types against the packs, and promised days against the legal ones */
    DOCKETS_SAME,    /* rows that say the same in two columns that are to differ */
    DOCKETS_BOOKS,   /* amounts against the vouchers they name, and vouchers of an event that nobody names */
    DOCKETS_CHECK_COUNT
} dockets_check_kind;
typedef struct {
    dockets_check_kind kind;
    text column, other, zh, en; /* other: a column, or of MISSING docket.column */
    text says;                  /* of BOOKS: the event whose vouchers are to be named */
} dockets_check;

enum { DOCKETS_COLUMNS_MAX = 24, DOCKETS_CHECKS_MAX = 16 };
typedef struct {
    text name, zh, en, law;
    dockets_column columns[DOCKETS_COLUMNS_MAX];
    size_t column_count;
    size_t place; /* the column that says of which township or village a row is (its `says` is place); SIZE_MAX: none does */
    dockets_check checks[DOCKETS_CHECKS_MAX];
    size_t check_count;
} dockets_type;
MUST_USE err dockets_types(service_call *call, dockets_type **types, size_t *count);
/* By name or title; DOCKETS_UNKNOWN names the nearest. */
MUST_USE err dockets_find(service_call *call, text said, const dockets_type **type);
/* SIZE_MAX: no such column. By name or title. */
size_t dockets_column_of(const dockets_type *type, text said);
text dockets_title(const service_call *call, const dockets_type *type);
text dockets_column_title(const service_call *call, const dockets_column *column);
/* What a column holds, as the table says it; place for the one that says of which township a row is. */
const char *dockets_kind_word(const dockets_type *type, size_t at_column);

/* ---- rows ---- */

typedef struct {
    docket_row said;
    text cells[DOCKETS_COLUMNS_MAX];
} dockets_row;
MUST_USE err dockets_book(county *office, docket_book **book);
MUST_USE err dockets_rows(county *office, const dockets_type *type, dockets_row **rows, size_t *count);
/* Of rows those of the user's township; SCOPE_WHOLE where no column says of which a row is. All stay in no span. */
MUST_USE err dockets_keep_held(service_call *call, scope_span span, const dockets_type *type, dockets_row *rows, size_t *count);
bool dockets_holds(scope_span span, const dockets_type *type, const text *cells);
/* Whether the cells are what their columns hold; DOCKETS_BAD_ROW says which is not. */
MUST_USE err dockets_fits(service_call *call, const dockets_type *type, const text *cells);
/* The cells as canonical JSON, and the row's key. */
text dockets_cells(arena *a, const dockets_type *type, const text *cells);
text dockets_key(arena *a, const dockets_type *type, const text *cells);
/* The same for people: 县财政局 · 3. */
text dockets_shown_key(arena *a, const dockets_type *type, const text *cells);
int64_t dockets_number(text cell);
/* Days by which something was to be done, have gone by on this day, and it is not done: how many in these rows. dockets_report.c. */
int64_t dockets_late(const dockets_type *type, const dockets_row *rows, size_t count, int32_t day);

/* ---- what a docket names elsewhere: case types of the packs (dockets_case.c), vouchers of the books (dockets_books.c) ---- */

typedef enum {
    DOCKETS_FOUND_OVER, DOCKETS_FOUND_MISSING, DOCKETS_FOUND_UNKNOWN,
    DOCKETS_FOUND_DIFFERS,  /* from the voucher it names */
    DOCKETS_FOUND_UNTOLD,   /* a voucher that no row names */
    DOCKETS_FOUND_UNBOOKED, /* an amount whose voucher is not in the books, or was taken back */
    DOCKETS_FOUND_COUNT
} dockets_found;
typedef struct {
    dockets_found kind;
    text of, by;
    int64_t value; /* of OVER: days; of vouchers: fen */
} dockets_finding;
typedef struct {
    const dockets_finding *found;
    size_t count;
    int64_t part, whole; /* days promised by legal ones, of the rows of which both are known; fen told by fen booked */
} dockets_held;
MUST_USE err dockets_hold_cases(service_call *call, const dockets_type *of, const dockets_row *rows, size_t count, const dockets_check *check,
                                dockets_held *held);
MUST_USE err dockets_hold_books(county *office, const dockets_type *of, const dockets_row *rows, size_t count, const dockets_check *check,
                                dockets_held *held);

#endif
