/* What there is to know of cases. */
#include <stdlib.h>

#include "cases/cases_internal.h"

#define CASES_COLUMNS_SQL                                                                          \
    "SELECT case_id, type, law, subject_kind, subject_id, region, channel, agent, said, parent_id, state, step, duty, " \
    "opened_day, entered_day, due_day, notice_day, asked_day, closed_day, priority FROM cases_case "

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
                        .closed_day = (int32_t)store_int(q, 18),
                        .priority = text_copy(a, store_text(q, 19)) };
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

static cases_rating rating_of(arena *a, store_query *q)
{
    return (cases_rating){ .case_id = store_int(q, 0), .score = store_int(q, 1), .day = (int32_t)store_int(q, 2),
                           .type = text_copy(a, store_text(q, 3)), .note = text_copy(a, store_text(q, 4)) };
}

#define RATING_COLUMNS                                                                           \
    "SELECT r.case_id, r.score, r.day, c.type, r.note FROM cases_rating AS r JOIN cases_case AS c ON c.case_id = r.case_id "

err cases_rating_of(arena *a, cases_book *book, int64_t case_id, cases_rating *rating)
{
    store_query *q;
    bool has_row;
    *rating = (cases_rating){ .case_id = case_id };
    TRY(store_prepare(book->db, RATING_COLUMNS "WHERE r.case_id = ?1", &q));
    store_bind_int(q, 1, case_id);
    TRY(store_step(q, &has_row));
    if (has_row) *rating = rating_of(a, q);
    store_reset(q);
    return ERR_NONE;
}

err cases_ratings(arena *a, cases_book *book, int32_t from_day, int32_t until_day, cases_rating **ratings, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *ratings = NULL;
    *count = 0;
    TRY(store_prepare(book->db, RATING_COLUMNS "WHERE r.day >= ?1 AND r.day <= ?2 ORDER BY r.case_id", &q));
    store_bind_int(q, 1, from_day);
    store_bind_int(q, 2, until_day);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *ratings, *count, capacity, rating_of(a, q));
    }
}

err cases_promises(arena *a, cases_book *book, cases_paper_state state, cases_promise **promises, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *promises = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT c.case_id, c.subject_id, c.type, p.paper, p.day, p.note, p.due_day, c.state FROM cases_paper AS p JOIN cases_case AS c "
                                "ON c.case_id = p.case_id WHERE p.state = ?1 ORDER BY c.case_id, p.paper", &q));
    store_bind_int(q, 1, state);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        cases_promise one = { .case_id = store_int(q, 0), .subject_id = store_int(q, 1), .type = text_copy(a, store_text(q, 2)),
                              .paper = { .paper = text_copy(a, store_text(q, 3)), .state = state, .day = (int32_t)store_int(q, 4),
                                         .note = text_copy(a, store_text(q, 5)), .due_day = (int32_t)store_int(q, 6) },
                              .is_over = cases_is_over((cases_state)store_int(q, 7)) };
        ARENA_PUSH(a, *promises, *count, capacity, one);
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

#define CASES_FILTER_SQL                                                                           \
    "WHERE ((?1 = 1 AND state >= ?10) OR (?2 = 1 AND state < ?10)) AND (?3 = '' OR type = ?3) "   \
    "AND (?4 = '' OR duty = ?4) AND subject_id BETWEEN ?5 AND ?11 AND parent_id BETWEEN ?6 AND ?12 " \
    "AND region >= ?7 AND region < ?8 AND (?9 = 0 OR (state = ?14 AND due_day > 0 AND due_day <= ?9)) AND case_id > ?13 "

static void bind_filter(store_query *q, const cases_filter *f)
{
    store_bind_int(q, 1, f->has_over);
    store_bind_int(q, 2, f->has_open);
    store_bind_text(q, 3, f->type);
    store_bind_text(q, 4, f->duty);
    store_bind_int(q, 5, f->subject_id ? f->subject_id : INT64_MIN);
    store_bind_int(q, 11, f->subject_id ? f->subject_id : INT64_MAX);
    store_bind_int(q, 6, f->parent_id ? f->parent_id : INT64_MIN);
    store_bind_int(q, 12, f->parent_id ? f->parent_id : INT64_MAX);
    store_bind_int(q, 7, f->region_until ? f->region_from : INT64_MIN);
    store_bind_int(q, 8, f->region_until ? f->region_until : INT64_MAX);
    store_bind_int(q, 9, f->due_until);
    store_bind_int(q, 10, CASES_DONE); /* those over stand last in the list of states */
    store_bind_int(q, 13, f->after_id);
    store_bind_int(q, 14, CASES_IN_HAND);
}

static err list_all(arena *a, cases_book *book, const cases_filter *f, cases_row **rows, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db,
                      CASES_COLUMNS_SQL CASES_FILTER_SQL
                      "ORDER BY CASE WHEN ?13 > 0 OR due_day = 0 THEN 1 ELSE 0 END, "
                      "CASE WHEN ?13 > 0 THEN 0 ELSE due_day END, case_id LIMIT ?15", &q));
    bind_filter(q, f);
    store_bind_int(q, 15, f->limit ? f->limit : INT64_MAX);
    return read_rows(a, q, rows, count);
}

typedef struct {
    cases_row *rows;
    size_t count, capacity;
} gathered;

/* Those of one state, along the index of what is due: it ends with the last that is wanted. */
static err gather(arena *a, cases_book *book, const cases_filter *f, cases_state state, bool has_day, gathered *g)
{
    store_query *q;
    cases_row *rows;
    size_t count;
    TRY(store_prepare(book->db,
                      CASES_COLUMNS_SQL "WHERE state = ?1 AND due_day BETWEEN ?2 AND ?3 AND (?4 = '' OR type = ?4) "
                      "AND (?5 = '' OR duty = ?5) AND region >= ?6 AND region < ?7 ORDER BY due_day, case_id LIMIT ?8", &q));
    store_bind_int(q, 1, state);
    store_bind_int(q, 2, has_day);
    store_bind_int(q, 3, !has_day ? 0 : f->due_until ? f->due_until : INT32_MAX);
    store_bind_text(q, 4, f->type);
    store_bind_text(q, 5, f->duty);
    store_bind_int(q, 6, f->region_until ? f->region_from : INT64_MIN);
    store_bind_int(q, 7, f->region_until ? f->region_until : INT64_MAX);
    store_bind_int(q, 8, f->limit);
    TRY(read_rows(a, q, &rows, &count));
    for (size_t i = 0; i < count; i++) ARENA_PUSH(a, g->rows, g->count, g->capacity, rows[i]);
    return ERR_NONE;
}

static int by_due(const void *left, const void *right)
{
    const cases_row *a = left, *b = right;
    if (a->due_day != b->due_day) return (a->due_day > b->due_day) - (a->due_day < b->due_day);
    return (a->case_id > b->case_id) - (a->case_id < b->case_id);
}

/* The first of each state are met in one order; only where they do not suffice those without a day are asked for. */
static err list_first(arena *a, cases_book *book, const cases_filter *f, cases_row **rows, size_t *count)
{
    gathered g = { 0 };
    for (int has_day = 1; has_day >= 0; has_day--) {
        size_t before = g.count;
        if (g.count >= (size_t)f->limit || (!has_day && f->due_until)) break;
        for (cases_state state = CASES_IN_HAND; state < CASES_STATE_COUNT; state++)
            if ((cases_is_over(state) ? f->has_over : f->has_open) && (!f->due_until || state == CASES_IN_HAND)) TRY(gather(a, book, f, state, has_day, &g));
        if (g.count > before) qsort(g.rows + before, g.count - before, sizeof *g.rows, by_due);
    }
    *rows = g.rows;
    *count = g.count < (size_t)f->limit ? g.count : (size_t)f->limit;
    return ERR_NONE;
}

err cases_list(arena *a, cases_book *book, const cases_filter *f, cases_row **rows, size_t *count)
{
    bool is_some = f->limit && !f->subject_id && !f->parent_id && !f->after_id;
    return is_some ? list_first(a, book, f, rows, count) : list_all(a, book, f, rows, count);
}

err cases_of_agent(arena *a, cases_book *book, text agent, cases_row **rows, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db, CASES_COLUMNS_SQL "WHERE agent = ?1 ORDER BY case_id", &q));
    store_bind_text(q, 1, agent);
    return read_rows(a, q, rows, count);
}

err cases_count(cases_book *book, const cases_filter *f, int64_t *count)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT count(*) FROM cases_case " CASES_FILTER_SQL, &q));
    bind_filter(q, f);
    TRY(store_step(q, &has_row));
    *count = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
}

static err count_due(cases_book *book, cases_state state, int32_t from, int32_t until, int64_t *count)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT count(*) FROM cases_case WHERE state = ?1 AND due_day BETWEEN ?2 AND ?3", &q));
    store_bind_int(q, 1, state);
    store_bind_int(q, 2, from);
    store_bind_int(q, 3, until);
    TRY(store_step(q, &has_row));
    *count = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
}

err cases_total_read(cases_book *book, int32_t today, cases_total *total)
{
    int64_t in_hand;
    TRY(count_due(book, CASES_IN_HAND, 0, INT32_MAX, &in_hand));
    TRY(count_due(book, CASES_ASKED, 0, INT32_MAX, &total->waits));
    TRY(count_due(book, CASES_IN_HAND, 1, today - 1, &total->late));
    total->open = in_hand + total->waits;
    return ERR_NONE;
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
