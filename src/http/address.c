/* Who calls: the other end of the connection, or whom the reverse proxy names. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "http/http_internal.h"

typedef struct {
    int family; /* 0: none */
    uint8_t bytes[16];
} address;

static address peer_of(struct MHD_Connection *connection)
{
    address a = { 0 };
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr) return a;
    if (info->client_addr->sa_family == AF_INET) {
        a.family = AF_INET;
        memcpy(a.bytes, &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr, 4);
    } else if (info->client_addr->sa_family == AF_INET6) {
        a.family = AF_INET6;
        memcpy(a.bytes, &((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr, 16);
    }
    return a;
}

static address read_address(text said)
{
    char words[64];
    address a = { 0 };
    if (!said.size_bytes || said.size_bytes >= sizeof words) return a;
    memcpy(words, said.bytes, said.size_bytes);
    words[said.size_bytes] = 0;
    if (inet_pton(AF_INET, words, a.bytes) == 1) a.family = AF_INET;
    else if (inet_pton(AF_INET6, words, a.bytes) == 1) a.family = AF_INET6;
    return a;
}

static void show(const address *a, char shown[64])
{
    snprintf(shown, 64, "?");
    if (a->family) inet_ntop(a->family, a->bytes, shown, 64);
}

bool http_address_read(text said, char shown[64])
{
    address a = read_address(said);
    show(&a, shown);
    return a.family != 0;
}

/* The last of the list: the proxy adds it behind whatever a caller had written there. */
static address named_by(struct MHD_Connection *proxy)
{
    const char *list = MHD_lookup_connection_value(proxy, MHD_HEADER_KIND, "X-Forwarded-For");
    if (!list) return (address){ 0 };
    const char *comma = strrchr(list, ',');
    return read_address(text_trim(text_of(comma ? comma + 1 : list)));
}

uint64_t http_address(const http_request *r, char shown[64])
{
    const char *proxy = r->server->options.proxy;
    address a = peer_of(r->connection);
    show(&a, shown);
    address named = proxy && strcmp(shown, proxy) == 0 ? named_by(r->connection) : (address){ 0 };
    if (named.family) {
        a = named;
        show(&a, shown);
    }
    if (!a.family) return 0;
    return hash_bytes(a.bytes, a.family == AF_INET ? 4 : 8, a.family == AF_INET ? 4 : 6); /* a network of IPv6 is one caller */
}
