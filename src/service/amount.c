#include "service/amount.h"

#include "service/ledger.h"

const service_field AMOUNT_PART[AMOUNT_PART_FIELDS] = {
    { .name = "name", .type = SERVICE_TEXT, .summary = "part", .summary_zh = "部分" },
    { .name = "how", .type = SERVICE_TEXT, .summary = "how it came about", .summary_zh = "来由" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
    { .name = "before", .type = SERVICE_TEXT, .is_optional = true, .summary = "the time before, yuan", .summary_zh = "上次（元）" },
    { .name = "asks", .type = SERVICE_TEXT, .is_optional = true, .summary = "what tells more", .summary_zh = "详见" },
    { .name = "with", .type = SERVICE_TEXT, .is_list = true, .is_optional = true, .summary = "asked with", .summary_zh = "参数" },
};
enum { PRINTED = 3 };

amount amount_begin(service_call *call, text title)
{
    service_put_text(call->request, call->reply, "title", title);
    if (call->op->law) service_put_cstr(call->request, call->reply, "law", call->op->law);
    return (amount){ .call = call, .parts = service_list(call->request) };
}

service_value *amount_add(amount *f, text name, text how, int64_t fen)
{
    arena *a = f->call->request;
    service_value *part = service_put_object(a, f->parts, NULL);
    f->is_over |= __builtin_add_overflow(f->fen, fen, &f->fen);
    service_put_text(a, part, "name", text_copy(a, name));
    service_put_text(a, part, "how", text_copy(a, how));
    service_put_text(a, part, "amount", service_yuan(a, fen));
    return part;
}

void amount_before(amount *f, service_value *part, int64_t fen)
{
    service_put_text(f->call->request, part, "before", service_yuan(f->call->request, fen));
}

void amount_asks(amount *f, service_value *part, const char *operation, text with)
{
    arena *a = f->call->request;
    const service_value *words = service_member(part, "with");
    service_value *into = (service_value *)words;
    if (!into) {
        service_put_cstr(a, part, "asks", operation);
        into = service_put_list(a, part, "with");
    }
    service_put_text(a, into, NULL, text_copy(a, with));
}

err amount_end(amount *f, int64_t fen, const char *rest, const char *rest_zh)
{
    int64_t over;
    arena *a = f->call->request;
    if (f->is_over || __builtin_sub_overflow(fen, f->fen, &over)) return err_of(&SERVICE_BAD_AMOUNT, "overflow");
    if (over) amount_add(f, text_of(service_say(f->call, rest, rest_zh)), TEXT(""), over);
    service_put_text(a, f->call->reply, "amount", service_yuan(a, fen));
    service_put_bool(a, f->call->reply, "is_whole", over == 0);
    service_put(a, f->call->reply, "parts", f->parts);
    return ERR_NONE;
}

void amount_print(const service_call *call, text_builder *out)
{
    arena *a = call->request;
    const service_value *parts = service_member(call->reply, "parts"), *law = service_member(call->reply, "law");
    const char *yuan = service_say(call, "yuan", "元");
    text_add_format(out, "%.*s = %.*s %s\n", TEXT_ARG(service_member(call->reply, "title")->word),
                    TEXT_ARG(service_member(call->reply, "amount")->word), yuan);
    if (law && law->word.size_bytes) text_add_format(out, "%.*s\n", TEXT_ARG(law->word));
    text *cells = ARENA_ARRAY(a, text, PRINTED * parts->child_count + 1), *at = cells;
    for (const service_value *part = parts->first; part; part = part->next) {
        *at++ = service_member(part, "amount")->word;
        *at++ = service_member(part, "name")->word;
        *at++ = service_member(part, "how")->word;
    }
    service_table(out, cells, parts->child_count, PRINTED, (const bool[PRINTED]){ [0] = true });
    if (!service_member(call->reply, "is_whole")->is_true)
        text_add_cstr(out, service_say(call, "Not all of it is told by what is kept.\n", "并非全部有据可查。\n"));
}
