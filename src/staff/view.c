/* Views that users keep. They are no event: nothing is decided by them, and who looked how at a list
 * is nobody's business later. */
#include "staff/staff_internal.h"

enum { PLACE_BYTES = 60, NAME_BYTES = 120, SAYS_BYTES = 2000, PER_PLACE = 20, PER_USER = 200 };

const err_kind STAFF_BAD_VIEW = {
    "staff.bad_view", ERR_BAD_INPUT,
    "A view needs a list (1 to 60 letters, digits, '.', '-', '_'), a name of one line up to 120 bytes, and filters of one line each, 2000 bytes in all: mend {}.",
    "视图须写明列表（1 至 60 个字母、数字或 . - _）、一行以内不超过 120 字节的名称，筛选条件每条一行、合计不超过 2000 字节：请改正 {}。"
};
const err_kind STAFF_NO_VIEW = {
    "staff.no_view", ERR_NOT_FOUND, "You keep no view of this list by the name '{}'; view list shows yours.",
    "这个列表没有名为“{}”的视图；view list 列出本人的视图。"
};
const err_kind STAFF_MANY_VIEWS = {
    "staff.many_views", ERR_CONFLICT, "A user keeps at most 20 views of a list and 200 in all; drop one that is no longer used (view drop).",
    "每人每个列表最多保存 20 个视图，合计 200 个；请先删除不用的视图（view drop）。"
};

static bool is_one_line(text t)
{
    for (size_t i = 0; i < t.size_bytes; i++)
        if ((unsigned char)t.bytes[i] < 0x20) return false;
    return true;
}

static err check(const staff_view *view)
{
    bool is_place = view->place.size_bytes > 0 && view->place.size_bytes <= PLACE_BYTES;
    for (size_t i = 0; i < view->place.size_bytes; i++) {
        char c = view->place.bytes[i];
        is_place &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    }
    if (!is_place) return err_of(&STAFF_BAD_VIEW, "place");
    if (!view->name.size_bytes || view->name.size_bytes > NAME_BYTES || !is_one_line(view->name))
        return err_of(&STAFF_BAD_VIEW, "name");
    size_t size = 0;
    for (size_t i = 0; i < view->filter_count; i++) {
        size += view->filters[i].size_bytes + 1;
        if (!is_one_line(view->filters[i])) return err_of(&STAFF_BAD_VIEW, "filter");
    }
    return size <= SAYS_BYTES ? ERR_NONE : err_of(&STAFF_BAD_VIEW, "filter");
}

static err count_of(staff_session *session, const staff_view *but, const char *sql, int64_t *count)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(session->office->db, sql, &q));
    store_bind_int(q, 1, session->user_id);
    store_bind_text(q, 2, but->place);
    store_bind_text(q, 3, but->name);
    TRY(store_step(q, &has_row));
    *count = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
}

static err remove_view(staff_session *session, text place, text name)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(session->office->db, "DELETE FROM staff_view WHERE user_id = ?1 AND place = ?2 AND name = ?3", &q));
    store_bind_int(q, 1, session->user_id);
    store_bind_text(q, 2, place);
    store_bind_text(q, 3, name);
    return store_step(q, &has_row);
}

err staff_view_keep(staff_session *session, const staff_view *view)
{
    store_query *q;
    bool has_row;
    int64_t here, all;
    text_builder says = text_builder_open(session->memory);
    TRY(check(view));
    TRY(count_of(session, view, "SELECT count(*) FROM staff_view WHERE user_id = ?1 AND place = ?2 AND name <> ?3", &here));
    TRY(count_of(session, view, "SELECT count(*) FROM staff_view WHERE user_id = ?1 AND NOT (place = ?2 AND name = ?3)", &all));
    if (here >= PER_PLACE || all >= PER_USER) return err_of(&STAFF_MANY_VIEWS, NULL);
    for (size_t i = 0; i < view->filter_count; i++) {
        text_add(&says, view->filters[i]);
        text_add_char(&says, '\n');
    }
    TRY(remove_view(session, view->place, view->name));
    TRY(store_prepare(session->office->db, "INSERT INTO staff_view (user_id, place, name, says) VALUES (?1, ?2, ?3, ?4)", &q));
    store_bind_int(q, 1, session->user_id);
    store_bind_text(q, 2, view->place);
    store_bind_text(q, 3, view->name);
    store_bind_text(q, 4, text_built(&says));
    return store_step(q, &has_row);
}

err staff_view_drop(staff_session *session, text place, text name)
{
    staff_view gone = { .place = place, .name = name };
    int64_t found;
    TRY(count_of(session, &gone, "SELECT count(*) FROM staff_view WHERE user_id = ?1 AND place = ?2 AND name = ?3", &found));
    if (!found) return err_of(&STAFF_NO_VIEW, text_cstr(session->memory, name));
    return remove_view(session, place, name);
}

/* A line each. */
static void take_filters(arena *a, text says, staff_view *view)
{
    size_t capacity = 0, start = 0;
    for (size_t i = 0; i < says.size_bytes; i++) {
        if (says.bytes[i] != '\n') continue;
        text filter = { says.bytes + start, i - start };
        ARENA_PUSH(a, view->filters, view->filter_count, capacity, filter);
        start = i + 1;
    }
}

err staff_views(arena *a, staff_session *session, text place, staff_view **views, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *views = NULL;
    *count = 0;
    TRY(store_prepare(session->office->db,
                      "SELECT place, name, says FROM staff_view WHERE user_id = ?1 AND (?2 = '' OR place = ?2) ORDER BY place, name", &q));
    store_bind_int(q, 1, session->user_id);
    store_bind_text(q, 2, place);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        staff_view one = { .place = text_copy(a, store_text(q, 0)), .name = text_copy(a, store_text(q, 1)) };
        take_filters(a, text_copy(a, store_text(q, 2)), &one);
        ARENA_PUSH(a, *views, *count, capacity, one);
    }
}
