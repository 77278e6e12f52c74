/* The sessions of whoever asks: seen, and ended one by one, as one does after a desk was left open. */
#include <string.h>

#include "codec/codec.h"
#include "http/http_internal.h"
#include "os/os.h"

static const err_kind HTTP_NO_SUCH_SESSION = {
    "http.no_such_session", ERR_NOT_FOUND, "You have no open session of this name: it has ended already, or never was yours.",
    "没有这个会话：可能已经结束，或不属于本人。"
};

static void add_row(codec_json_writer *w, const http_session_row *row)
{
    codec_json_begin_object(w);
    codec_json_key(w, TEXT("session"));
    codec_json_add_text(w, row->handle);
    codec_json_key(w, TEXT("address"));
    codec_json_add_text(w, row->address);
    codec_json_key(w, TEXT("began_seconds_ago"));
    codec_json_add_i64(w, row->began_ago_s);
    codec_json_key(w, TEXT("seen_seconds_ago"));
    codec_json_add_i64(w, row->seen_ago_s);
    codec_json_key(w, TEXT("is_this"));
    codec_json_add_bool(w, row->is_this);
    codec_json_end_object(w);
}

static void list(http_request *r)
{
    http_session_row *rows;
    size_t count = http_sessions_of(r->memory, r->server->sessions, r->session.user_id, r->token, &rows);
    text_builder out = text_builder_open(r->memory);
    codec_json_writer w = codec_json_write(&out, r->is_pretty);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("idle_seconds"));
    codec_json_add_i64(&w, r->server->options.idle_s);
    codec_json_key(&w, TEXT("longest_seconds"));
    codec_json_add_i64(&w, r->server->options.longest_s);
    codec_json_key(&w, TEXT("sessions"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++) add_row(&w, &rows[i]);
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    text_add_char(&out, '\n');
    http_reply_json(r, 200, text_built(&out));
}

bool http_own_sessions(http_request *r)
{
    static const char BELOW[] = "/v1/sessions/";
    bool is_one = strncmp(r->url, BELOW, sizeof BELOW - 1) == 0;
    err e = ERR_NONE;
    if (!r->has_session) e = err_of(&HTTP_NO_SESSION, NULL);
    else if (!is_one) list(r);
    else if (!http_sessions_end_one(r->server->sessions, r->session.user_id, text_of(r->url + sizeof BELOW - 1))) e = err_of(&HTTP_NO_SUCH_SESSION, NULL);
    else {
        r->status = 204;
        r->content_type = "application/json";
    }
    if (e.kind) http_reply_error(r, e);
    return true;
}
