/* Forms that users have begun. They are no event: nothing is decided by them, and what was typed and left is nobody's
 * business later. */
#include "staff/staff_internal.h"

enum { FORM_BYTES = 60, ABOUT_BYTES = 200, SEALED_BYTES = 70000, PER_USER = 100 };

const err_kind STAFF_BAD_DRAFT = {
    "staff.bad_draft", ERR_BAD_INPUT,
    "A draft names its form (an operation, up to 60 bytes), what it is about (one line up to 200 bytes), and holds up to 64 KiB: mend {}.",
    "草稿须写明表单（操作名，不超过 60 字节）、事由（一行，不超过 200 字节），内容不超过 64 KiB：请改正 {}。"
};
const err_kind STAFF_MANY_DRAFTS = {
    "staff.many_drafts", ERR_CONFLICT, "A user keeps at most 100 drafts; finish one, or drop one that is no longer wanted (draft drop).",
    "每人最多保存 100 份草稿；请先办完，或删除不用的草稿（draft drop）。"
};

static bool is_one_line(text t)
{
    for (size_t i = 0; i < t.size_bytes; i++)
        if ((unsigned char)t.bytes[i] < 0x20) return false;
    return true;
}

static err check(const staff_draft *d)
{
    if (!d->form.size_bytes || d->form.size_bytes > FORM_BYTES || !is_one_line(d->form)) return err_of(&STAFF_BAD_DRAFT, "form");
    if (d->about.size_bytes > ABOUT_BYTES || !is_one_line(d->about)) return err_of(&STAFF_BAD_DRAFT, "about");
    return d->sealed.size_bytes && d->sealed.size_bytes <= SEALED_BYTES ? ERR_NONE : err_of(&STAFF_BAD_DRAFT, "field");
}

/* Of the user and the draft's place, as the first four. */
static void bind_place(store_query *q, const staff_session *session, text form, text about, int64_t subject_id)
{
    store_bind_int(q, 1, session->user_id);
    store_bind_text(q, 2, form);
    store_bind_text(q, 3, about);
    store_bind_int(q, 4, subject_id);
}

err staff_draft_drop(staff_session *session, text form, text about, int64_t subject_id)
{
    store_query *q;
    TRY(store_prepare(session->office->db, "DELETE FROM staff_draft WHERE user_id = ?1 AND form = ?2 AND about = ?3 AND subject_id = ?4", &q));
    bind_place(q, session, form, about, subject_id);
    return store_do(q, NULL);
}

err staff_draft_keep(staff_session *session, const staff_draft *d)
{
    store_query *q;
    bool has_row;
    TRY(check(d));
    TRY(staff_draft_drop(session, d->form, d->about, d->subject_id));
    TRY(store_prepare(session->office->db, "SELECT count(*) FROM staff_draft WHERE user_id = ?1", &q));
    store_bind_int(q, 1, session->user_id);
    TRY(store_step(q, &has_row));
    int64_t others = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    if (others >= PER_USER) return err_of(&STAFF_MANY_DRAFTS, NULL);
    TRY(store_prepare(session->office->db,
                      "INSERT INTO staff_draft (user_id, form, about, subject_id, kept_ms, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &q));
    bind_place(q, session, d->form, d->about, d->subject_id);
    store_bind_int(q, 5, d->kept_ms);
    store_bind_bytes(q, 6, d->sealed);
    return store_do(q, NULL);
}

err staff_draft_read(arena *a, staff_session *session, int64_t since_ms, staff_draft *d, bool *found)
{
    store_query *q;
    TRY(store_prepare(session->office->db,
                      "SELECT kept_ms, sealed FROM staff_draft WHERE user_id = ?1 AND form = ?2 AND about = ?3 AND subject_id = ?4 "
                      "AND kept_ms >= ?5", &q));
    bind_place(q, session, d->form, d->about, d->subject_id);
    store_bind_int(q, 5, since_ms);
    TRY(store_step(q, found));
    if (!*found) return ERR_NONE;
    d->kept_ms = store_int(q, 0);
    d->sealed = text_copy(a, store_bytes(q, 1));
    store_reset(q);
    return ERR_NONE;
}

err staff_drafts(arena *a, staff_session *session, int64_t since_ms, staff_draft **drafts, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *drafts = NULL;
    *count = 0;
    TRY(store_prepare(session->office->db,
                      "SELECT form, about, subject_id, kept_ms FROM staff_draft WHERE user_id = ?1 AND kept_ms >= ?2 "
                      "ORDER BY kept_ms DESC, form, about, subject_id", &q));
    store_bind_int(q, 1, session->user_id);
    store_bind_int(q, 2, since_ms);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        staff_draft one = { .form = text_copy(a, store_text(q, 0)), .about = text_copy(a, store_text(q, 1)),
                            .subject_id = store_int(q, 2), .kept_ms = store_int(q, 3) };
        ARENA_PUSH(a, *drafts, *count, capacity, one);
    }
}

err staff_drafts_expire(staff *office, int64_t before_ms)
{
    store_query *q;
    TRY(store_prepare(office->db, "DELETE FROM staff_draft WHERE kept_ms < ?1", &q));
    store_bind_int(q, 1, before_ms);
    return store_do(q, NULL);
}

err staff_drafts_forget(staff *office, int64_t subject_id)
{
    store_query *q;
    TRY(store_prepare(office->db, "DELETE FROM staff_draft WHERE subject_id = ?1", &q));
    store_bind_int(q, 1, subject_id);
    return store_do(q, NULL);
}
