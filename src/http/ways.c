/* What there is at an address: which methods it takes, and what it may be told. */
#include <string.h>

#include "base/checked.h"
#include "http/http_internal.h"

/* "/v1/payrun/sign-section" is payrun.sign-section. */
static const service_op *op_of(http_request *r)
{
    char name[80];
    const char *rest = r->url + strlen("/v1/");
    size_t size = strlen(rest);
    if (size == 0 || size >= sizeof name) return NULL;
    for (size_t i = 0; i <= size; i++) name[i] = rest[i] == '/' ? '.' : rest[i];
    for (const service_op *const *op = service_operations(); *op; op++)
        if (strcmp((*op)->name, name) == 0) return (*op)->reach == SERVICE_AT_MACHINE ? NULL : *op;
    return NULL;
}

/* The door's own; a path that ends with / is all that lies below it. */
static const struct {
    const char *path, *methods;
} OWN[] = {
    { "/v1/session", "GET, HEAD, POST, DELETE, OPTIONS" },
    { "/v1/sessions", "GET, HEAD, OPTIONS" },
    { "/v1/sessions/", "DELETE, OPTIONS" },
    { "/v1/uploads", "POST, OPTIONS" },
    { "/v1/files/", "GET, HEAD, OPTIONS" },
    { "/v1/health", "GET, HEAD, OPTIONS" },
    { "/v1/openapi.json", "GET, HEAD, OPTIONS" },
};

const char *http_methods_at(http_request *r)
{
    if (strncmp(r->url, "/v1/", strlen("/v1/")) != 0) return "GET, HEAD, OPTIONS"; /* the console's files, and /metrics */
    for (size_t i = 0; i < ARRAY_COUNT(OWN); i++) {
        size_t size = strlen(OWN[i].path);
        bool is_folder = OWN[i].path[size - 1] == '/';
        if (is_folder ? strncmp(r->url, OWN[i].path, size) == 0 && r->url[size] : strcmp(r->url, OWN[i].path) == 0) return OWN[i].methods;
    }
    r->op = op_of(r);
    if (!r->op) return NULL;
    /* A read with what should stand in no log (a citizen's number) may travel in a body. */
    return r->op->kind == SERVICE_READ ? "GET, HEAD, POST, OPTIONS" : "POST, OPTIONS";
}

bool http_is_method_among(const char *method, const char *methods)
{
    size_t size = strlen(method);
    for (const char *at = methods; at; at = strchr(at, ',') ? strchr(at, ',') + 2 : NULL)
        if (strncmp(at, method, size) == 0 && (at[size] == ',' || !at[size])) return true;
    return false;
}

typedef struct {
    http_request *request;
    const char *taken;
    text bad;
} names;

static enum MHD_Result see_name(void *context, enum MHD_ValueKind kind, const char *name, size_t name_bytes, const char *value, size_t value_bytes)
{
    (void)kind, (void)value, (void)value_bytes;
    names *n = context;
    text said = { name, name_bytes };
    bool is_fine = text_equal_cstr(said, "lang") || text_equal_cstr(said, "pretty") || (n->taken && text_equal_cstr(said, n->taken));
    if (!is_fine) n->bad = text_shown(n->request->memory, said, 40);
    return is_fine ? MHD_YES : MHD_NO;
}

const char *http_bad_query(http_request *r, const char *taken)
{
    names n = { .request = r, .taken = taken, .bad = TEXT_NONE };
    MHD_get_connection_values_n(r->connection, MHD_GET_ARGUMENT_KIND, see_name, &n);
    if (!n.bad.bytes) return NULL;
    return text_format(r->memory, "%.*s (%s%slang, pretty)", TEXT_ARG(n.bad), taken ? taken : "", taken ? ", " : "").bytes;
}
