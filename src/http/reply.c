/* Answers: JSON of replies and of errors, and which status says it. */
#include "codec/codec.h"
#include "http/http_internal.h"

static const char JSON_TYPE[] = "application/json; charset=utf-8";

/* One row a class of errors; no kind is known here but those of this room. */
static const unsigned STATUS_OF_CLASS[ERR_CLASS_COUNT] = {
    [ERR_BAD_INPUT] = 400, [ERR_NOT_FOUND] = 404, [ERR_CONFLICT] = 409,
    [ERR_FORBIDDEN] = 403, [ERR_BUSY] = 503,      [ERR_BUG] = 500,
};

unsigned http_status_of(err e)
{
    if (e.kind == &HTTP_NO_SESSION || service_wants_login(e)) return 401;
    if (e.kind == &HTTP_WRONG_METHOD) return 405;
    if (e.kind == &HTTP_TOO_LARGE) return 413;
    if (e.kind == &HTTP_TOO_MANY) return 429;
    return STATUS_OF_CLASS[e.kind->class];
}

void http_reply_json(http_request *r, unsigned status, text json)
{
    r->status = status;
    r->content_type = JSON_TYPE;
    r->answer = json;
}

static void add_error(codec_json_writer *w, arena *a, const service_op *op, err e)
{
    const char *argument, *argument_zh;
    codec_json_key(w, TEXT("error"));
    codec_json_begin_object(w);
    codec_json_key(w, TEXT("code"));
    codec_json_add_text(w, text_of(e.kind->code));
    codec_json_key(w, TEXT("message"));
    codec_json_add_text(w, http_message_asked(a, op, err_sentence(a, e, false), false, &argument));
    codec_json_key(w, TEXT("message_zh"));
    codec_json_add_text(w, http_message_asked(a, op, err_sentence(a, e, true), true, &argument_zh));
    if (argument) { /* which of the operation's own, for a program that marks it in its form */
        codec_json_key(w, TEXT("argument"));
        codec_json_add_text(w, text_of(argument));
    }
    if (e.at.line) {
        codec_json_key(w, TEXT("line"));
        codec_json_add_i64(w, e.at.line);
        codec_json_key(w, TEXT("column"));
        codec_json_add_i64(w, e.at.column);
    }
    if (e.detail) {
        codec_json_key(w, TEXT("detail"));
        codec_json_add_text(w, err_detail(a, e, false));
    }
    codec_json_end_object(w);
}

/* A place in an upload is told by line and column: where the file lies is the server's own. */
void http_reply_error(http_request *r, err e)
{
    text_builder out = text_builder_open(r->memory);
    codec_json_writer w = codec_json_write(&out, r->is_pretty);
    e.at.file = e.at.line ? "upload" : NULL;
    codec_json_begin_object(&w);
    add_error(&w, r->memory, r->op, e);
    codec_json_end_object(&w);
    text_add_char(&out, '\n');
    http_reply_json(r, http_status_of(e), text_built(&out));
}

void http_reply_call(http_request *r, const service_call *call, const service_value *downloads)
{
    arena *a = r->memory;
    if (call->notes->child_count) service_put(a, call->reply, "notes", call->notes);
    if (call->is_rehearsal) service_put_bool(a, call->reply, "is_rehearsal", true);
    if (call->has_failures) service_put_bool(a, call->reply, "has_failures", true);
    if (downloads->child_count) service_put(a, call->reply, "downloads", (service_value *)downloads);
    text json = service_value_json(a, call->reply, r->is_pretty);
    http_reply_json(r, 200, json);
}
