/* One operation for a caller: arguments from the query or the body, files in and out, the reply. */
#include <string.h>
#include <strings.h>

#include "base/checked.h"
#include "codec/codec.h"
#include "http/http_internal.h"

const err_kind HTTP_BAD_BODY = {
    "http.bad_body", ERR_BAD_INPUT, "The body is not what the operation takes: {}.",
    "请求体不符合要求：{}。"
};
/* The code is that of the table's own refusal: programs go by it, whichever room has seen it first. */
const err_kind HTTP_UNKNOWN_ARGUMENT = {
    "service.unknown_argument", ERR_BAD_INPUT, "There is no argument of this name here: {}; in brackets are those there are.",
    "此处没有这个参数：{}；括号内为可用的参数。"
};
const err_kind HTTP_NOT_OVER_HTTP = {
    "http.not_over_http", ERR_BAD_INPUT,
    "{} is not given by a caller: the server is told it when it starts.",
    "{} 不由调用方给出：启动服务时已指定。"
};

bool http_is_ours(const char *name)
{
    static const char *const OURS[] = { "county", "packs", "as" };
    for (size_t i = 0; i < ARRAY_COUNT(OURS); i++)
        if (strcmp(OURS[i], name) == 0) return true;
    return false;
}

static const service_field *field_of(const service_op *op, text name)
{
    for (size_t i = 0; i < op->input_count; i++)
        if (text_equal_cstr(name, op->input[i].name)) return &op->input[i];
    return NULL;
}

/* In small letters or capitals. */
static bool is_word(text value, const char *word)
{
    return value.size_bytes == strlen(word) && strncasecmp(value.bytes, word, value.size_bytes) == 0;
}

/* ---- an argument ---- */

/* Whether a flag is given: as programs write their booleans. What is neither is refused, since a word that was meant as no must
 * not reveal a number or carry out a step. */
static err read_flag(arena *a, text name, text value, bool *is_given)
{
    static const char *const YES[] = { "", "true", "1", "yes" }, *const NO[] = { "false", "0", "no" };
    for (size_t i = 0; i < ARRAY_COUNT(YES); i++)
        if ((*is_given = is_word(value, YES[i]))) return ERR_NONE;
    for (size_t i = 0; i < ARRAY_COUNT(NO); i++)
        if (is_word(value, NO[i])) return ERR_NONE;
    return err_of(&SERVICE_BAD_ARGUMENT, text_format(a, "%.*s=%.*s (true | false)", TEXT_ARG(name), TEXT_ARG(text_shown(a, value, 40))).bytes);
}

typedef struct {
    http_request *request;
    service_call *call;
    service_value *downloads;
    http_page page;
} giving;

static err give_place(giving *g, const service_field *field, text name)
{
    text path, id;
    http_request *r = g->request;
    arena *a = r->memory;
    TRY(http_files_place(a, r->server->files, r->session.user_id, name, &path, &id));
    service_value *file = service_put_object(a, g->downloads, NULL);
    service_put_cstr(a, file, "argument", field->name);
    service_put_text(a, file, "name", name);
    service_put_text(a, file, "href", text_format(a, "/v1/files/%.*s", TEXT_ARG(id)));
    return service_give(g->call, text_of(field->name), path);
}

bool http_names_file(const service_field *field)
{
    return field->type == SERVICE_FACT && strstr(service_shows(field), "=FILE") != NULL;
}

/* name=upload: what the caller calls a file is one of their own uploads, and never a place of the machine. */
static err give_named(giving *g, const service_field *field, text value)
{
    text path;
    http_request *r = g->request;
    size_t narrow = text_find(value, TEXT("=")), wide = text_find(value, TEXT("＝"));
    size_t at = narrow < wide ? narrow : wide;
    if (at == SIZE_MAX) return err_of(&HTTP_BAD_BODY, text_format(r->memory, "%s: %s", field->name, service_shows(field)).bytes);
    text id = text_trim(text_sub(value, at + (narrow < wide ? 1 : strlen("＝")), value.size_bytes));
    TRY(http_files_find(r->memory, r->server->files, id, r->session.user_id, &path));
    return service_give(g->call, text_of(field->name),
                        text_format(r->memory, "%.*s=%.*s", TEXT_ARG(text_sub(value, 0, at)), TEXT_ARG(path)));
}

static err refuse_name(giving *g, text name)
{
    arena *a = g->request->memory;
    const service_op *op = g->call->op;
    text_builder b = text_builder_open(a);
    const char *before = "";
    text_add_format(&b, "%.*s (", TEXT_ARG(text_shown(a, name, 40)));
    for (size_t i = 0; i < op->input_count; i++) {
        if (http_is_ours(op->input[i].name)) continue;
        text_add_format(&b, "%s%s", before, op->input[i].name);
        before = ", ";
    }
    text_add_char(&b, ')');
    return err_of(&HTTP_UNKNOWN_ARGUMENT, text_built(&b).bytes);
}

static err give(giving *g, text name, text value)
{
    const service_field *field = field_of(g->call->op, name);
    http_request *r = g->request;
    text path;
    if (http_is_ours(text_cstr(r->memory, name))) return err_of(&HTTP_NOT_OVER_HTTP, text_cstr(r->memory, name));
    if (!field) return refuse_name(g, name);
    if (field->type == SERVICE_FLAG) {
        bool is_given;
        TRY(read_flag(r->memory, name, value, &is_given));
        return is_given ? service_give(g->call, name, TEXT("")) : ERR_NONE;
    }
    bool is_named = http_names_file(field);
    bool is_file = is_named || field->type == SERVICE_FILE || field->type == SERVICE_FILE_OUT;
    if (is_file && !r->has_session) return err_of(&HTTP_NO_SESSION, NULL); /* nobody's files are kept for strangers */
    if (is_named) return give_named(g, field, value);
    if (field->type == SERVICE_FILE_OUT) return give_place(g, field, value);
    if (field->type != SERVICE_FILE) return service_give(g->call, name, value);
    TRY(http_files_find(r->memory, r->server->files, value, r->session.user_id, &path));
    return service_give(g->call, name, path);
}

/* Of the address: how it is answered, and whether it is done. */
static bool is_manner(text name)
{
    return text_equal_cstr(name, "lang") || text_equal_cstr(name, "pretty") || text_equal_cstr(name, "rehearse");
}

/* One that pages by itself is told by its own argument how many a page has: else rows between its pages and the door's were lost. */
static const char *own_size(const service_op *op)
{
    if (!field_of(op, TEXT("page"))) return NULL;
    return field_of(op, TEXT("size")) ? "size" : field_of(op, TEXT("limit")) ? "limit" : NULL;
}

/* An argument of the operation's own comes before the door's. */
static err take_paging(giving *g, text name, text value, bool *is_taken)
{
    const char *own = own_size(g->call->op);
    *is_taken = own && text_equal_cstr(name, "page_size");
    if (*is_taken) return service_give(g->call, text_of(own), value);
    return field_of(g->call->op, name) ? ERR_NONE : http_page_take(g->request->memory, &g->page, name, value, is_taken);
}

/* A step that somebody meant to rehearse must not be done because the word was another. */
static err check_manner(giving *g, text name, text value)
{
    bool is_wrong = text_equal_cstr(name, "rehearse") && !text_equal_cstr(value, "yes") && !text_equal_cstr(value, "no");
    return is_wrong ? err_of(&SERVICE_BAD_ARGUMENT, text_format(g->request->memory, "rehearse=%.*s (yes | no)", TEXT_ARG(text_shown(g->request->memory, value, 40))).bytes)
                    : ERR_NONE;
}

/* ---- from the query ---- */

typedef struct {
    giving *g;
    err e;
} query;

static enum MHD_Result give_query(void *context, enum MHD_ValueKind kind, const char *name,
                                  size_t name_bytes, const char *value, size_t value_bytes)
{
    (void)kind;
    query *q = context;
    text n = { name, name_bytes }, v = { value ? value : "", value ? value_bytes : 0 };
    size_t bad_at;
    bool is_taken = false;
    q->e = text_is_utf8(n, &bad_at) && text_is_utf8(v, &bad_at) ? ERR_NONE : err_of(&HTTP_BAD_BODY, "UTF-8");
    if (!q->e.kind && is_manner(n)) {
        q->e = check_manner(q->g, n, v);
        return q->e.kind ? MHD_NO : MHD_YES;
    }
    if (!q->e.kind) q->e = take_paging(q->g, n, v, &is_taken);
    if (q->e.kind || is_taken) return q->e.kind ? MHD_NO : MHD_YES;
    q->e = give(q->g, n, v);
    return q->e.kind ? MHD_NO : MHD_YES;
}

/* ---- from a JSON body ---- */

static err give_json(giving *g, text name, const codec_json *v, bool is_in_list)
{
    arena *a = g->request->memory;
    bool is_taken;
    switch (v->type) {
    case CODEC_JSON_NULL: return ERR_NONE;
    case CODEC_JSON_BOOL: return give(g, name, v->is_true ? TEXT("true") : TEXT("false"));
    case CODEC_JSON_NUMBER:
    case CODEC_JSON_STRING:
        TRY(take_paging(g, name, v->word, &is_taken));
        return is_taken ? ERR_NONE : give(g, name, v->word);
    case CODEC_JSON_ARRAY:
        if (is_in_list) break;
        for (size_t i = 0; i < v->count; i++) TRY(give_json(g, name, &v->items[i], true));
        return ERR_NONE;
    default: break;
    }
    return err_of(&HTTP_BAD_BODY, text_cstr(a, name));
}

static err take_secrets(http_request *r, const codec_json *list)
{
    if (!list) return ERR_NONE;
    if (list->type != CODEC_JSON_ARRAY || list->count > 8) return err_of(&HTTP_BAD_BODY, "secrets");
    text *secrets = ARENA_ARRAY(r->memory, text, list->count + 1);
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != CODEC_JSON_STRING) return err_of(&HTTP_BAD_BODY, "secrets");
        secrets[i] = list->items[i].word;
    }
    r->secrets = secrets;
    r->secret_count = list->count;
    return ERR_NONE;
}

static err give_body(giving *g)
{
    http_request *r = g->request;
    const codec_json *body;
    text whole = text_trim(text_built(&r->body));
    if (!whole.size_bytes) return ERR_NONE;
    codec_json_options options = { .file = "body", .size_bytes_max = HTTP_BODY_MAX,
                                   .value_count_max = 100000, .depth_max = 16 };
    TRY(codec_json_parse(r->memory, whole, options, &body));
    if (body->type != CODEC_JSON_OBJECT) return err_of(&HTTP_BAD_BODY, "{ }");
    TRY(take_secrets(r, codec_json_member(body, TEXT("secrets"))));
    for (size_t i = 0; i < body->count; i++)
        if (!text_equal_cstr(body->keys[i], "secrets")) TRY(give_json(g, body->keys[i], &body->items[i], false));
    return ERR_NONE;
}

/* ---- secrets: in the order the operation asks ---- */

static err next_secret(void *context, arena *a, const char *prompt, bool is_new, text *secret)
{
    (void)a, (void)prompt, (void)is_new;
    http_request *r = context;
    if (r->secret_next >= r->secret_count)
        return err_of(&HTTP_BAD_BODY, "secrets: [\"…\"]");
    *secret = r->secrets[r->secret_next++];
    return ERR_NONE;
}

/* ---- the reply ---- */

/* What only the server knows of itself. */
static void put_server(http_request *r, service_value *into)
{
    http_server *s = r->server;
    service_put_cstr(r->memory, into, "version", s->options.version);
    service_put_count(r->memory, into, "sessions", (int64_t)http_sessions_count(s->sessions));
    http_metrics_put(r->memory, s->metrics, into);
    pthread_mutex_lock(&s->lock);
    service_put_count(r->memory, into, "working", (int64_t)s->working);
    service_put_count(r->memory, into, "waiting", (int64_t)s->waiting);
    service_put_bool(r->memory, into, "is_writing", s->is_writing);
    pthread_mutex_unlock(&s->lock);
}

/* Whose password is shown. */
static text user_of(const service_call *call)
{
    for (size_t i = 0; i < call->op->input_count; i++)
        if (strcmp(call->op->input[i].name, "user") == 0 && call->arguments[i].count)
            return call->arguments[i].values[0];
    return TEXT("");
}

/* As it is sent, and sent again: no place of the machine stands in it. */
static text print_answer(void *context, service_call *call)
{
    giving *g = context;
    http_request *r = g->request;
    r->total = http_page_cut(r->memory, &g->page, call->reply);
    if (call->page_rows) r->total = service_member(call->reply, "found")->count;
    http_reply_call(r, call, g->downloads);
    r->answer = http_files_hide(r->memory, r->server->files, r->answer);
    r->answer = http_hide_places(r->memory, &r->server->options.service, r->answer);
    return r->answer;
}

static enum MHD_Result add_asked(void *context, enum MHD_ValueKind kind, const char *name, size_t name_bytes, const char *value, size_t value_bytes)
{
    (void)kind;
    text_builder *asked = context;
    text n = { name, name_bytes };
    if (text_equal_cstr(n, "lang") || text_equal_cstr(n, "pretty")) return MHD_YES; /* the same request, said otherwise */
    text_add(asked, n);
    text_add_char(asked, 0);
    text_add(asked, (text){ value ? value : "", value ? value_bytes : 0 });
    text_add_char(asked, 0);
    return MHD_YES;
}

/* The step is done once under its key. Where a password is told with it, no digest of that is to be kept. */
static void take_key(giving *g, service_once *once)
{
    http_request *r = g->request;
    const char *key = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Idempotency-Key");
    if (!key || r->op->kind != SERVICE_WRITE || r->is_rehearsal || r->secret_count) return;
    text_builder asked = text_builder_open(r->memory);
    MHD_get_connection_values_n(r->connection, MHD_GET_ARGUMENT_KIND, add_asked, &asked);
    text_add(&asked, text_built(&r->body));
    *once = (service_once){ .key = text_of(key), .asked = text_built(&asked), .print = print_answer, .context = g };
    g->call->once = once;
}

static bool is_given(const giving *g, const char *name)
{
    const service_field *field = field_of(g->call->op, text_of(name));
    return field && g->call->arguments[field - g->call->op->input].count;
}

/* A page of a long list is not the price of the whole: the operation counts what it does not list. What it counts is its first list, all
 * of it: of another list, behind a row, or in a file it is asked for the whole. */
static int64_t rows_needed(const giving *g)
{
    bool says_found = false;
    const char *first = NULL;
    const http_page *page = &g->page;
    const service_op *op = g->call->op;
    for (size_t i = 0; i < op->output_count; i++) {
        says_found |= strcmp(op->output[i].name, "found") == 0 && op->output[i].type == SERVICE_COUNT;
        if (op->output[i].is_list && !first) first = op->output[i].name;
    }
    bool is_of_first = first && (!page->of.size_bytes || text_equal_cstr(page->of, first));
    bool is_cut_alone = page->size && !page->find.size_bytes && !page->sort.size_bytes;
    bool is_whole = !field_of(op, TEXT("limit")) || is_given(g, "limit") || is_given(g, "after") || is_given(g, "out");
    return is_cut_alone && is_of_first && says_found && !is_whole ? page->at * page->size : 0;
}

static err give_all(giving *g)
{
    http_request *r = g->request;
    query q = { .g = g, .e = ERR_NONE };
    MHD_get_connection_values_n(r->connection, MHD_GET_ARGUMENT_KIND, give_query, &q);
    TRY(q.e);
    TRY(give_body(g));
    g->call->is_paged = g->page.is_asked;
    g->call->page_rows = rows_needed(g);
    return http_page_check(r->memory, r->op, &g->page);
}

err http_call_run(http_request *r, service *office)
{
    service_call *call = service_call_open(office, r->memory, r->op, r->is_chinese);
    giving g = { .request = r, .call = call, .page = { .at = 1 }, .downloads = service_list(r->memory) };
    service_once once = { 0 };
    call->is_remote = true;
    call->session = r->has_session ? &r->session : NULL;
    call->ask_secret = next_secret;
    call->secret_context = r;
    if (r->is_rehearsal) TRY(service_rehearse(call));
    TRY(give_all(&g));
    take_key(&g, &once);
    if (r->secret_count && http_is_guessing(r, user_of(call))) return err_of(&HTTP_TOO_MANY, NULL);
    if (strcmp(r->op->name, "user.second-take") == 0 && http_is_guessing(r, text_format(r->memory, "code of %lld", (long long)r->session.user_id)))
        return err_of(&HTTP_TOO_MANY, NULL); /* six digits are soon tried through */
    TRY(service_run(call));
    if (once.is_again) http_reply_json(r, 200, once.answer);
    if (once.answer.bytes) return ERR_NONE;
    if (strcmp(r->op->name, "county.health") == 0) put_server(r, service_put_object(r->memory, call->reply, "server"));
    /* A page that was opened anew asks for its word: no other site can read the answer, and no script need keep it. */
    if (r->is_who && r->is_cookie) service_put_text(r->memory, call->reply, "csrf", r->csrf);
    (void)print_answer(&g, call);
    return ERR_NONE;
}
