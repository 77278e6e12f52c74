/* policy/ inside - a test block, its headings understood: tests.c runs it, tests_compare.c judges.
 */
#ifndef POLICY_TESTS_INTERNAL_H
#define POLICY_TESTS_INTERNAL_H

#include "policy/plan_internal.h"

typedef enum { TEST_SKIP, TEST_LINE, TEST_ON, TEST_REGION, TEST_GIVEN, TEST_EXPECT } test_role;

typedef struct {
    test_role role;
    const symbol *symbol;
} test_col;

typedef struct {
    const policy_book *book;
    const pack *pack;
    const decl *decl;
    const test_syntax *test;
    test_col *cols; /* of test->lines */
    size_t col_count;
} test_block;

/* One plan, and the lines that run on it. */
typedef struct {
    int32_t on_day, region;
    size_t first_line;
    size_t *lines;
    size_t line_count, line_capacity;
    policy_planned planned;
    policy_codes *codes;
    size_t *root_cols; /* by output */
    size_t root_count;
    column *outputs;
    const uint32_t **row_until;
    uint8_t *touched; /* of plan_wanted */
} test_group;

typedef struct {
    text_builder says, says_zh;
    const char **came, **came_zh; /* by column of the test, where somebody reads it; NULL: nobody does */
} test_verdict;

const cell_syntax *tests_cell(const test_block *t, size_t line, size_t col);
void tests_compare(arena *a, const test_block *t, const test_group *g, size_t lane,
                   test_verdict *verdict);
/* What was computed for the line of a lane, into `came` of its verdict, which lives in `a`. */
void tests_compare_came(arena *a, const test_group *g, size_t lane, test_verdict *verdict);
void tests_compare_failure(test_verdict *v, const char *name, const char *wanted, const char *came,
                           const char *came_zh);
/* Resolves the headings; reports to the book's mistakes when `is_reporting`. */
bool tests_open(arena *a, policy_book *book, const pack *p, const decl *d, bool is_reporting,
                test_block *out);
/* Fills the inputs of a group; a cell that is no value is a failure of its line. */
vm_batch tests_compare_batch(arena *a, const test_block *t, test_group *g, test_verdict *verdicts);

#endif
