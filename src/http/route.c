/* Which request is what: the operations by their names, and the few ways that are the door's own. */
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "codec/codec.h"
#include "http/http_internal.h"
#include "os/os.h"

const err_kind HTTP_NO_ROUTE = {
    "http.no_route", ERR_NOT_FOUND, "There is nothing at this address; GET /v1/openapi.json lists what there is.",
    "此地址没有内容；GET /v1/openapi.json 列出全部接口。"
};
const err_kind HTTP_WRONG_METHOD = {
    "http.wrong_method", ERR_BAD_INPUT, "This is asked for with {}.", "此接口应使用 {} 方法。"
};
const err_kind HTTP_NO_SESSION = {
    "http.no_session", ERR_FORBIDDEN, "Log in first: POST /v1/session with user and password.",
    "请先登录：POST /v1/session，给出用户名和密码。"
};
const err_kind HTTP_TOO_MANY = {
    "http.too_many", ERR_BUSY, "Too many requests came from you: wait a moment.", "请求过于频繁，请稍候再试。"
};
const err_kind HTTP_TOO_BUSY = {
    "http.too_busy", ERR_BUSY, "The server has more work than it can queue: try again in a moment.",
    "服务器排队已满，请稍后再试。"
};
const err_kind HTTP_CSRF = {
    "http.csrf", ERR_FORBIDDEN,
    "A session from a cookie must show its csrf word in X-Doudi-CSRF when it changes something.",
    "用 Cookie 会话办理业务须在 X-Doudi-CSRF 请求头中出示防伪标识。"
};

static const char *header_of(http_request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

static bool is_method(const http_request *r, const char *method)
{
    return strcmp(r->method, method) == 0;
}

/* ---- who ---- */

static void read_manner(http_request *r)
{
    const char *lang = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "lang");
    if (!lang) lang = header_of(r, "Accept-Language");
    r->is_chinese = lang && http_reads_chinese(lang);
    const char *rehearse = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "rehearse");
    r->is_rehearsal = rehearse && strcmp(rehearse, "no") != 0;
    r->is_pretty = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "pretty") != NULL;
}

/* A bearer's token before a cookie. False when what is shown opens nothing. */
static bool read_session(http_request *r, char csrf[HTTP_ID_HEX + 1])
{
    const char *authorization = header_of(r, "Authorization");
    const char *cookie = MHD_lookup_connection_value(r->connection, MHD_COOKIE_KIND, "doudi_session");
    if (authorization && strncasecmp(authorization, "Bearer ", 7) == 0) { /* a scheme's name knows no capitals (RFC 9110, 11.1) */
        r->token = text_copy(r->memory, text_of(authorization + 7));
    } else if (cookie) {
        r->token = text_copy(r->memory, text_of(cookie));
        r->is_cookie = true;
    } else {
        return true;
    }
    r->has_session = http_sessions_find(r->server->sessions, r->token, &r->session, csrf);
    return r->has_session;
}

/* Another site's page can make a browser send the cookie, but not know the word beside it. */
static err read_who(http_request *r)
{
    char csrf[HTTP_ID_HEX + 1] = "";
    if (!read_session(r, csrf)) return err_of(&HTTP_NO_SESSION, NULL);
    r->csrf = text_copy(r->memory, text_of(csrf));
    if (!r->has_session || !r->is_cookie || is_method(r, "GET")) return ERR_NONE;
    const char *shown = header_of(r, "X-Doudi-CSRF");
    return shown && strcmp(shown, csrf) == 0 ? ERR_NONE : err_of(&HTTP_CSRF, NULL);
}

/* ---- the ways ---- */

static bool answer(http_request *r, err e)
{
    http_reply_error(r, e);
    return true;
}

static bool is_at(const http_request *r, const char *path)
{
    return strcmp(r->url, path) == 0;
}

static bool answer_openapi(http_request *r)
{
    http_reply_json(r, 200, r->server->openapi);
    return true;
}

static bool answer_health(http_request *r)
{
    http_reply_json(r, 200, text_format(r->memory, "{\"status\":\"ok\",\"version\":\"%s\"}\n",
                                        r->server->options.version));
    return true;
}

/* For whoever watches the machine; not for the world. */
static bool answer_metrics(http_request *r)
{
    char shown[64];
    (void)http_address(r, shown);
    if (strcmp(shown, "127.0.0.1") != 0 && strcmp(shown, "::1") != 0) return answer(r, err_of(&HTTP_NO_ROUTE, NULL));
    r->status = 200;
    r->content_type = "text/plain; version=0.0.4; charset=utf-8";
    pthread_mutex_lock(&r->server->lock);
    size_t waiting = r->server->waiting;
    pthread_mutex_unlock(&r->server->lock);
    r->answer = http_metrics_print(r->memory, r->server->metrics,
                                   http_sessions_count(r->server->sessions), waiting);
    return true;
}

static bool answer_file(http_request *r)
{
    text path, id = text_of(r->url + strlen("/v1/files/"));
    if (!r->has_session) return answer(r, err_of(&HTTP_NO_SESSION, NULL));
    err e = http_files_find(r->memory, r->server->files, id, r->session.user_id, &path);
    if (e.kind || !os_is_file(path.bytes)) return answer(r, e.kind ? e : err_of(&HTTP_NO_UPLOAD, text_cstr(r->memory, id)));
    r->status = 200;
    r->file = path.bytes;
    r->file_name = text_of(strrchr(path.bytes, '/') + 1);
    r->content_type = "application/octet-stream";
    return true;
}

static bool answer_upload(http_request *r)
{
    const char *name = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "name");
    if (!r->is_upload) return answer(r, err_of(&HTTP_NO_ROUTE, NULL));
    err e = http_files_done(r->memory, r->server->files, &r->upload, r->session.user_id, text_of(name ? name : "upload"));
    r->is_upload = false;
    if (e.kind) return answer(r, e);
    http_reply_json(r, 201, text_format(r->memory, "{\"upload\":\"%s\",\"size_bytes\":%lld}\n", r->upload.id,
                                        (long long)r->upload.size_bytes));
    return true;
}

static bool answer_session(http_request *r)
{
    if (is_method(r, "DELETE")) {
        if (r->has_session) http_sessions_end(r->server->sessions, r->token);
        r->cookie = TEXT("doudi_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
        r->status = 204;
        r->content_type = "application/json";
        return true;
    }
    if (is_method(r, "POST")) return false;
    if (!r->has_session) return answer(r, err_of(&HTTP_NO_SESSION, NULL));
    r->op = service_find(TEXT("user.whoami"));
    r->is_who = true;
    return false;
}

static err check_query(http_request *r)
{
    const char *bad = http_bad_query(r, is_at(r, "/v1/uploads") ? "name" : NULL);
    return bad ? err_of(&HTTP_UNKNOWN_ARGUMENT, bad) : ERR_NONE;
}

static bool is_too_often(http_request *r)
{
    char shown[64];
    uint32_t rate = r->server->options.rate;
    bool may = !rate || http_limits_take(r->server->limits, http_address(r, shown), 60 * rate, 2 * rate, &r->allowance);
    if (!may) r->wait_s = r->allowance.wait_s;
    return !may;
}

bool http_route_upload(http_request *r)
{
    read_manner(r);
    err e = is_too_often(r) ? err_of(&HTTP_TOO_MANY, NULL) : read_who(r);
    if (!e.kind) e = check_query(r);
    if (!e.kind && !r->has_session) e = err_of(&HTTP_NO_SESSION, NULL);
    if (e.kind) http_reply_error(r, e);
    return !e.kind;
}

/* A form on another site's page can send any bytes, but not under this name. */
static bool is_json(http_request *r)
{
    static const char JSON[] = "application/json";
    const char *type = header_of(r, "Content-Type");
    return type && strncasecmp(type, JSON, sizeof JSON - 1) == 0 && strchr("; \t", type[sizeof JSON - 1]);
}

static bool route_op(http_request *r)
{
    if (r->op->reach != SERVICE_FOR_ALL && !r->has_session)
        return answer(r, err_of(&HTTP_NO_SESSION, NULL));
    if (r->body.size_bytes && !is_json(r))
        return answer(r, err_of(&HTTP_BAD_BODY, "Content-Type: application/json"));
    return false;
}

static bool is_below(const http_request *r, const char *path)
{
    return strncmp(r->url, path, strlen(path)) == 0;
}

/* Of what the operation is told in the address it is said by the table. */
static bool route_own(http_request *r)
{
    if (is_at(r, "/v1/session")) return answer_session(r);
    if (is_at(r, "/v1/sessions") || is_below(r, "/v1/sessions/")) return http_own_sessions(r);
    if (is_at(r, "/v1/uploads")) return answer_upload(r);
    return is_below(r, "/v1/files/") ? answer_file(r) : route_op(r);
}

static bool route_known(http_request *r)
{
    if (is_at(r, "/v1/health")) return answer_health(r);
    if (is_at(r, "/metrics")) return answer_metrics(r);
    if (is_at(r, "/v1/openapi.json")) return answer_openapi(r);
    if (!is_below(r, "/v1/")) return http_static(r) || answer(r, err_of(&HTTP_NO_ROUTE, NULL));
    bool is_login = is_at(r, "/v1/session") && is_method(r, "POST");
    err e = is_login ? ERR_NONE : read_who(r);
    return e.kind ? answer(r, e) : route_own(r);
}

bool http_route(http_request *r)
{
    read_manner(r);
    bool is_watched = is_at(r, "/v1/health") || is_at(r, "/metrics"); /* asked how it is it always says */
    if (!is_watched && is_too_often(r)) return answer(r, err_of(&HTTP_TOO_MANY, NULL));
    const char *methods = http_methods_at(r);
    if (!methods) {
        err e = is_below(r, "/v1/") ? read_who(r) : ERR_NONE;
        return answer(r, e.kind ? e : err_of(&HTTP_NO_ROUTE, NULL));
    }
    if (is_method(r, "OPTIONS")) {
        r->allow = methods;
        r->status = 204;
        return true;
    }
    if (!http_is_method_among(r->method, methods)) {
        r->allow = methods;
        return answer(r, err_of(&HTTP_WRONG_METHOD, methods));
    }
    err e = r->op || !is_below(r, "/v1/") ? ERR_NONE : check_query(r);
    return e.kind ? answer(r, e) : route_known(r);
}

/* ---- by a worker ---- */

typedef struct {
    text user, secrets[2]; /* the password, and the code of a second factor or nothing */
    size_t asked;
    bool wants_cookie;
} login;

static err read_login(http_request *r, login *l)
{
    const codec_json *body;
    codec_json_options options = { .file = "body", .size_bytes_max = 65536, .depth_max = 4 };
    TRY(codec_json_parse(r->memory, text_built(&r->body), options, &body));
    const codec_json *user = codec_json_member(body, TEXT("user")),
                     *password = codec_json_member(body, TEXT("password")),
                     *cookie = codec_json_member(body, TEXT("cookie")),
                     *code = codec_json_member(body, TEXT("code"));
    if (!user || user->type != CODEC_JSON_STRING || !password || password->type != CODEC_JSON_STRING)
        return err_of(&HTTP_BAD_BODY, "{\"user\": \"…\", \"password\": \"…\"}");
    *l = (login){ .user = user->word, .wants_cookie = cookie && cookie->type == CODEC_JSON_BOOL && cookie->is_true };
    l->secrets[0] = password->word;
    l->secrets[1] = code && code->type == CODEC_JSON_STRING ? code->word : TEXT("");
    /* Else another site's form could log a browser in as somebody else, who then reads what is typed under their name. */
    return l->wants_cookie && !is_json(r) ? err_of(&HTTP_BAD_BODY, "cookie: Content-Type: application/json") : ERR_NONE;
}

/* In the order they are asked for. */
static err secret_of(void *context, arena *a, const char *prompt, bool is_new, text *secret)
{
    (void)a, (void)prompt, (void)is_new;
    login *l = context;
    if (l->asked == sizeof l->secrets / sizeof *l->secrets) return err_of(&HTTP_BAD_BODY, "code");
    *secret = l->secrets[l->asked++];
    return ERR_NONE;
}

/* Whose tries are counted: the address they come from, and the user they name. */
typedef struct {
    uint64_t address, user;
} guesser;

static guesser guesser_of(http_request *r, text user)
{
    char shown[64];
    return (guesser){ .address = hash_mix(http_address(r, shown), 1),
                      .user = hash_mix(hash_bytes(user.bytes, user.size_bytes, 2), 3) };
}

bool http_is_guessing(http_request *r, text user)
{
    guesser g = guesser_of(r, user);
    http_limits *limits = r->server->limits;
    http_allowance left;
    bool may = http_limits_take(limits, g.address, 30, 30, &left) && http_limits_take(limits, g.user, 5, 5, &left);
    if (!may) r->wait_s = left.wait_s;
    return !may;
}

/* Who knew the password was not guessing: what this try took is given back. */
static void forgive(http_request *r, text user)
{
    guesser g = guesser_of(r, user);
    http_limits_give(r->server->limits, g.address);
    http_limits_give(r->server->limits, g.user);
}

static err log_in(http_request *r, service *office)
{
    login l;
    service_session session;
    char token[HTTP_TOKEN_BYTES], csrf[HTTP_ID_HEX + 1];
    TRY(read_login(r, &l));
    if (http_is_guessing(r, l.user)) return err_of(&HTTP_TOO_MANY, NULL);
    TRY(service_log_in(office, r->memory, l.user, secret_of, &l, &session));
    forgive(r, l.user);
    char address[HTTP_ADDRESS_BYTES];
    (void)http_address(r, address);
    http_sessions_add(r->server->sessions, &session, l.user, address, token, csrf);
    const http_options *o = &r->server->options;
    text_builder out = text_builder_open(r->memory);
    codec_json_writer w = codec_json_write(&out, r->is_pretty);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("token"));
    codec_json_add_text(&w, text_of(l.wants_cookie ? "" : token));
    codec_json_key(&w, TEXT("csrf"));
    codec_json_add_text(&w, text_of(csrf));
    codec_json_key(&w, TEXT("user"));
    codec_json_add_text(&w, l.user);
    codec_json_key(&w, TEXT("idle_seconds"));
    codec_json_add_i64(&w, o->idle_s);
    codec_json_key(&w, TEXT("longest_seconds"));
    codec_json_add_i64(&w, o->longest_s);
    codec_json_end_object(&w);
    text_add_char(&out, '\n');
    if (l.wants_cookie)
        r->cookie = text_format(r->memory, "doudi_session=%s; Path=/; HttpOnly; SameSite=Strict%s", token,
                                o->certificate ? "; Secure" : "");
    http_reply_json(r, 201, text_built(&out));
    return ERR_NONE;
}

static err run(http_request *r, service *office)
{
    err e = http_call_run(r, office);
    if (e.kind) http_reply_error(r, e);
    else if (strcmp(r->op->name, "user.passwd") == 0 && r->has_session)
        http_sessions_end_user(r->server->sessions, r->session.user_id);
    return ERR_NONE;
}

void http_work(http_request *r, service *office)
{
    err e = r->op ? run(r, office) : log_in(r, office);
    if (e.kind) http_reply_error(r, e);
    r->answer = http_files_hide(r->memory, r->server->files, r->answer);
    r->answer = http_hide_places(r->memory, &r->server->options.service, r->answer);
}
