/* The bank's own reading of a pain.001.001.09: elements by the last two names of their path. */
#include <string.h>

#include "calendar/calendar.h"
#include "counterparty/counterparty_internal.h"

enum { DEPTH_MAX = 24, WORD_MAX = 600 };

/* Where the reading stands: the names of open elements, and what has been gathered. */
typedef struct {
    arena *memory;
    codec_xml_reader *xml;
    codec_xml_event event;
    char names[DEPTH_MAX][36];
    bank_order order;
    bank_order_line line;
    char name[WORD_MAX], account[WORD_MAX];
    bool is_order_told;
} order_iso;

static err bad(const order_iso *r, const char *what)
{
    return err_at(&COUNTERPARTY_BAD_ORDER, r->event.at, what);
}

/* Whether the element at hand is the last of these names, inside the others. */
static bool is_in(const order_iso *r, const char *outer, const char *inner)
{
    int depth = r->event.depth;
    bool is_found = false;
    if (depth >= DEPTH_MAX || strcmp(r->names[depth], inner) != 0) return false;
    for (int i = 1; i < depth; i++) is_found = is_found || strcmp(r->names[i], outer) == 0;
    return is_found;
}

static text keep(char *into, text t)
{
    size_t size = t.size_bytes < WORD_MAX ? t.size_bytes : WORD_MAX;
    memcpy(into, t.bytes, size);
    return (text){ into, size };
}

static err take_head(order_iso *r, text t)
{
    if (is_in(r, "GrpHdr", "MsgId")) r->order.batch = text_copy(r->memory, t);
    else if (is_in(r, "DbtrAcct", "Id")) r->order.payer = text_copy(r->memory, t);
    else if (is_in(r, "GrpHdr", "NbOfTxs") && !codec_parse_scaled(t, 0, &r->order.count))
        return bad(r, "NbOfTxs");
    else if (is_in(r, "GrpHdr", "CtrlSum") && !codec_parse_scaled(t, 2, &r->order.total_fen))
        return bad(r, "CtrlSum");
    else if (is_in(r, "ReqdExctnDt", "Dt") && calendar_parse_day(t, &r->order.day).kind)
        return bad(r, "ReqdExctnDt");
    return ERR_NONE;
}

static err take_reference(order_iso *r, text t)
{
    size_t at = t.size_bytes;
    while (at > 0 && t.bytes[at - 1] != '-') at--;
    text number = text_sub(t, at, t.size_bytes);
    bool is_right = at > 0 && text_equal(text_sub(t, 0, at - 1), r->order.batch) &&
                    number.size_bytes > 0 && codec_parse_scaled(number, 0, &r->line.line);
    return is_right ? ERR_NONE : bad(r, "EndToEndId");
}

static err take_line(order_iso *r, text t)
{
    if (is_in(r, "PmtId", "EndToEndId")) return take_reference(r, t);
    if (is_in(r, "Cdtr", "Nm")) r->line.name = keep(r->name, t);
    if (is_in(r, "CdtrAcct", "Id")) r->line.account = keep(r->account, t);
    if (is_in(r, "Amt", "InstdAmt") && !codec_parse_scaled(t, 2, &r->line.fen))
        return bad(r, "InstdAmt");
    return ERR_NONE;
}

static err take_open(order_iso *r, bank_order_sink to, bool *in_line)
{
    if (r->event.depth >= DEPTH_MAX || r->event.name.size_bytes >= sizeof *r->names)
        return bad(r, "XML");
    memcpy(r->names[r->event.depth], r->event.name.bytes, r->event.name.size_bytes);
    r->names[r->event.depth][r->event.name.size_bytes] = '\0';
    if (r->event.depth == 1 && !text_ends(r->event.space, TEXT(":pain.001.001.09")))
        return bad(r, "pain.001.001.09");
    if (!is_in(r, "PmtInf", "CdtTrfTxInf")) return ERR_NONE;
    *in_line = true;
    r->line = (bank_order_line){ .name = TEXT(""), .account = TEXT("") };
    if (r->is_order_told) return ERR_NONE;
    r->is_order_told = true;
    return to.order(to.context, &r->order);
}

static err read_all(order_iso *r, bank_order_sink to)
{
    bool in_line = false;
    for (;;) {
        TRY(codec_xml_next(r->xml, &r->event));
        switch (r->event.type) {
        case CODEC_XML_DONE: return r->is_order_told ? ERR_NONE : bad(r, "CdtTrfTxInf");
        case CODEC_XML_OPEN: TRY(take_open(r, to, &in_line)); break;
        case CODEC_XML_TEXT:
            TRY(in_line ? take_line(r, r->event.word) : take_head(r, r->event.word));
            break;
        case CODEC_XML_CLOSE:
            if (!is_in(r, "PmtInf", "CdtTrfTxInf")) break;
            in_line = false;
            TRY(to.line(to.context, &r->line));
            break;
        }
    }
}

err counterparty_order_iso(arena *a, codec_source source, const char *file, bank_order_sink to)
{
    order_iso *r = ARENA_NEW(a, order_iso);
    r->memory = a;
    r->order.format = BANK_ISO;
    r->xml = codec_xml_open(a, source, (codec_xml_options){ .file = file, .depth_max = DEPTH_MAX });
    err e = read_all(r, to);
    codec_xml_close(r->xml);
    return e;
}
