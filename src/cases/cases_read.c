/* What there is to know of cases. */
#include "cases/cases_internal.h"

#define CASES_COLUMNS_SQL                                                                          \
    "SELECT case_id, type, law, subject_kind, subject_id, region, channel, agent, said, parent_id, state, step, duty, " \
    "opened_day, entered_day, due_day, notice_day, asked_day, closed_day FROM cases_case "

static cases_row row_of(arena *a, const store_query *q)
{
    return (cases_row){ .case_id = store_int(q, 0),
                        .type = text_copy(a, store_text(q, 1)),
                        .law = text_copy(a, store_text(q, 2)),
                        .subject_kind = store_int(q, 3),
                        .subject_id = store_int(q, 4),
                        .region = store_int(q, 5),
                        .channel = text_copy(a, store_text(q, 6)),
                        .agent = text_copy(a, store_text(q, 7)),
                        .said = text_copy(a, store_text(q, 8)),
                        .parent_id = store_int(q, 9),
                        .state = (cases_state)store_int(q, 10),
                        .step = text_copy(a, store_text(q, 11)),
                        .duty = text_copy(a, store_text(q, 12)),
                        .opened_day = (int32_t)store_int(q, 13),
                        .entered_day = (int32_t)store_int(q, 14),
                        .due_day = (int32_t)store_int(q, 15),
                        .notice_day = (int32_t)store_int(q, 16),
                        .asked_day = (int32_t)store_int(q, 17),
                        .closed_day = (int32_t)store_int(q, 18) };
}

static err read_rows(arena *a, store_query *q, cases_row **rows, size_t *count)
{
    size_t capacity = 0;
    *rows = NULL;
    *count = 0;
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *rows, *count, capacity, row_of(a, q));
    }
}

err cases_read(arena *a, cases_book *book, int64_t case_id, cases_row *row)
{
    cases_row *rows;
    size_t count;
    store_query *q;
    TRY(store_prepare(book->db, CASES_COLUMNS_SQL "WHERE case_id = ?1", &q));
    store_bind_int(q, 1, case_id);
    TRY(read_rows(a, q, &rows, &count));
    if (!count) {
        const char *said = text_format(a, "%lld", (long long)case_id).bytes;
        return err_of(&CASES_NOT_FOUND, arena_copy(book->process, said, text_of(said).size_bytes));
    }
    *row = rows[0];
    return ERR_NONE;
}

err cases_values(arena *a, cases_book *book, int64_t case_id, cases_value **values, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *values = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT field, value, source FROM cases_value WHERE case_id = ?1 ORDER BY field", &q));
    store_bind_int(q, 1, case_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        cases_value one = { text_copy(a, store_text(q, 0)), text_copy(a, store_text(q, 1)), (cases_source)store_int(q, 2) };
        ARENA_PUSH(a, *values, *count, capacity, one);
    }
}

err cases_papers(arena *a, cases_book *book, int64_t case_id, cases_paper **papers, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *papers = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT paper, state, day, due_day, digest, note FROM cases_paper WHERE case_id = ?1 ORDER BY paper", &q));
    store_bind_int(q, 1, case_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        cases_paper one = { .paper = text_copy(a, store_text(q, 0)), .state = (cases_paper_state)store_int(q, 1),
                            .day = (int32_t)store_int(q, 2), .due_day = (int32_t)store_int(q, 3),
                            .digest = text_copy(a, store_text(q, 4)), .note = text_copy(a, store_text(q, 5)) };
        ARENA_PUSH(a, *papers, *count, capacity, one);
    }
}

err cases_marks(arena *a, cases_book *book, int64_t case_id, cases_mark **marks, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *marks = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT what, day, known_ms, actor_id, step, reached, duty, note FROM cases_mark WHERE case_id = ?1 "
                      "ORDER BY mark", &q));
    store_bind_int(q, 1, case_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        cases_mark one = { .what = (cases_what)store_int(q, 0), .day = (int32_t)store_int(q, 1),
                           .known_ms = store_int(q, 2), .actor_id = store_int(q, 3),
                           .step = text_copy(a, store_text(q, 4)), .reached = text_copy(a, store_text(q, 5)),
                           .duty = text_copy(a, store_text(q, 6)), .note = text_copy(a, store_text(q, 7)) };
        ARENA_PUSH(a, *marks, *count, capacity, one);
    }
}

err cases_objections(arena *a, cases_book *book, int64_t case_id, cases_objection **objections, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *objections = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT number, day, who, says, answered_day, answer FROM cases_objection WHERE case_id = ?1 "
                      "ORDER BY number", &q));
    store_bind_int(q, 1, case_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        cases_objection one = { .number = store_int(q, 0), .day = (int32_t)store_int(q, 1),
                                .who = text_copy(a, store_text(q, 2)), .says = text_copy(a, store_text(q, 3)),
                                .answered_day = (int32_t)store_int(q, 4), .answer = text_copy(a, store_text(q, 5)) };
        ARENA_PUSH(a, *objections, *count, capacity, one);
    }
}

/* ---- many ---- */

err cases_list(arena *a, cases_book *book, const cases_filter *f, cases_row **rows, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db,
                      CASES_COLUMNS_SQL
                      "WHERE ((?1 = 1 AND state >= ?11) OR (?2 = 1 AND state < ?11)) AND (?3 = '' OR type = ?3) "
                      "AND (?4 = '' OR duty = ?4) AND subject_id BETWEEN ?5 AND ?12 AND parent_id BETWEEN ?6 AND ?13 "
                      "AND region >= ?7 AND region < ?8 AND (?9 = 0 OR (due_day > 0 AND due_day <= ?9)) "
                      "AND case_id > ?14 ORDER BY CASE WHEN ?14 > 0 OR due_day = 0 THEN 1 ELSE 0 END, "
                      "CASE WHEN ?14 > 0 THEN 0 ELSE due_day END, case_id LIMIT ?10", &q));
    store_bind_int(q, 1, f->has_over);
    store_bind_int(q, 2, f->has_open);
    store_bind_text(q, 3, f->type);
    store_bind_text(q, 4, f->duty);
    store_bind_int(q, 5, f->subject_id ? f->subject_id : INT64_MIN);
    store_bind_int(q, 12, f->subject_id ? f->subject_id : INT64_MAX);
    store_bind_int(q, 6, f->parent_id ? f->parent_id : INT64_MIN);
    store_bind_int(q, 13, f->parent_id ? f->parent_id : INT64_MAX);
    store_bind_int(q, 7, f->region_until ? f->region_from : INT64_MIN);
    store_bind_int(q, 8, f->region_until ? f->region_until : INT64_MAX);
    store_bind_int(q, 9, f->due_until);
    store_bind_int(q, 10, f->limit ? f->limit : INT64_MAX);
    store_bind_int(q, 11, CASES_DONE); /* those over stand last in the list of states */
    store_bind_int(q, 14, f->after_id);
    return read_rows(a, q, rows, count);
}

err cases_sums(arena *a, cases_book *book, int32_t today, cases_sum **sums, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *sums = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT duty, type, COUNT(*), CAST(SUM(CASE WHEN state = ?1 THEN 1 ELSE 0 END) AS BIGINT), "
                      "CAST(SUM(CASE WHEN state <> ?1 AND due_day > 0 AND due_day < ?2 THEN 1 ELSE 0 END) AS BIGINT) "
                      "FROM cases_case WHERE state < ?3 GROUP BY duty, type ORDER BY duty, type", &q));
    store_bind_int(q, 1, CASES_ASKED);
    store_bind_int(q, 2, today);
    store_bind_int(q, 3, CASES_DONE);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        cases_sum one = { .duty = text_copy(a, store_text(q, 0)), .type = text_copy(a, store_text(q, 1)),
                          .open = store_int(q, 2), .waits = store_int(q, 3), .late = store_int(q, 4) };
        ARENA_PUSH(a, *sums, *count, capacity, one);
    }
}
