/* Answers kept under the key of a request. As drafts they are no event: what was done has its own. */
#include "staff/staff_internal.h"

err staff_answer_find(arena *a, staff_session *session, int64_t since_ms, staff_answer *answer, bool *found)
{
    store_query *q;
    TRY(store_prepare(session->office->db,
                      "SELECT kept_ms, asked, sealed FROM staff_answer WHERE user_id = ?1 AND operation = ?2 AND request_key = ?3 AND kept_ms >= ?4", &q));
    store_bind_int(q, 1, session->user_id);
    store_bind_text(q, 2, answer->operation);
    store_bind_text(q, 3, answer->key);
    store_bind_int(q, 4, since_ms);
    TRY(store_step(q, found));
    if (!*found) return ERR_NONE;
    answer->kept_ms = store_int(q, 0);
    answer->asked = text_copy(a, store_bytes(q, 1));
    answer->sealed = text_copy(a, store_bytes(q, 2));
    store_reset(q);
    return ERR_NONE;
}

err staff_answer_keep(staff_session *session, int64_t since_ms, const staff_answer *answer)
{
    store_query *q;
    TRY(store_prepare(session->office->db, "DELETE FROM staff_answer WHERE kept_ms < ?1", &q));
    store_bind_int(q, 1, since_ms);
    TRY(store_do(q, NULL));
    TRY(store_prepare(session->office->db,
                      "INSERT INTO staff_answer (user_id, operation, request_key, kept_ms, asked, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &q));
    store_bind_int(q, 1, session->user_id);
    store_bind_text(q, 2, answer->operation);
    store_bind_text(q, 3, answer->key);
    store_bind_int(q, 4, answer->kept_ms);
    store_bind_bytes(q, 5, answer->asked);
    store_bind_bytes(q, 6, answer->sealed);
    return store_do(q, NULL);
}
