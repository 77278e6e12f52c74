#include "service/payrun_bank.h"

#include <string.h>

#include "os/os.h"
#include "service/files.h"

const err_kind PAYRUN_NO_BANK = {
    "payrun.no_bank", ERR_NOT_FOUND,
    "No bank is set to deal with by HTTP{}; DOUDI_BANK_URL says where it takes orders.",
    "没有设置可通过 HTTP 往来的银行{}；请用 DOUDI_BANK_URL 指明其地址。"
};
const err_kind PAYRUN_UNDELIVERED = {
    "payrun.undelivered", ERR_BUSY,
    "The run is marked as sent and its file is written, but the bank has not confirmed it: {}. "
    "Give the file again with `payrun file --deliver`: the bank knows the batch by its number and pays it once.",
    "批次已登记送银行、报盘文件已生成，但银行尚未确认收到：{}。请用 payrun file --deliver 再送一次：银行按批次号识别，不会重复支付。"
};

enum { SILENT_S = 60 };
#define BANK "bank:"

static text bank_url(const service_call *call)
{
    text url = text_of(call->office->settings.bank_url ? call->office->settings.bank_url : "");
    return text_ends(url, TEXT("/")) ? text_sub(url, 0, url.size_bytes - 1) : url;
}

static err need_bank(const service_call *call)
{
    text url = bank_url(call);
    if (!url.size_bytes) return err_of(&PAYRUN_NO_BANK, "");
    return os_is_url(text_cstr(call->request, url)) ? ERR_NONE
                                                    : err_of(&PAYRUN_NO_BANK, text_format(call->request, " (%.*s)", TEXT_ARG(url)).bytes);
}

err payrun_has_bank(const service_call *call)
{
    return service_is_given(call, "deliver") ? need_bank(call) : ERR_NONE;
}

static text last_part(text path)
{
    for (size_t at = path.size_bytes; at > 0; at--)
        if (path.bytes[at - 1] == '/') return text_sub(path, at, path.size_bytes);
    return path;
}

err payrun_deliver(service_call *call, text file)
{
    arena *a = call->request;
    if (!service_is_given(call, "deliver")) return ERR_NONE;
    text url = bank_url(call), name = last_part(file);
    os_exchange x = { .url = text_format(a, "%.*s/orders/%.*s", TEXT_ARG(url), TEXT_ARG(name)).bytes,
                      .path = text_cstr(a, file), .silent_s = SILENT_S };
    err e = os_put_file(a, &x);
    if (!e.kind) return ERR_NONE;
    text says = err_sentence(a, e, call->is_chinese);
    return err_of(&PAYRUN_UNDELIVERED, text_cstr(a, says));
}

err payrun_fetch(service_call *call, const char *argument, const char **folder)
{
    arena *a = call->request;
    const service_argument *given = service_argument_of(call, argument);
    text *values = (text *)given->values; /* made for this call alone */
    *folder = NULL;
    for (size_t i = 0; i < given->count; i++) {
        if (!text_begins(values[i], TEXT(BANK))) continue;
        text name = text_sub(values[i], sizeof BANK - 1, values[i].size_bytes);
        if (!name.size_bytes || text_find(name, TEXT("/")) != SIZE_MAX)
            return err_of(&SERVICE_BAD_ARGUMENT, text_format(a, "--%s %.*s", argument, TEXT_ARG(values[i])).bytes);
        TRY(need_bank(call));
        if (!*folder) TRY(os_temp_folder(a, folder));
        text url = bank_url(call);
        os_exchange x = { .url = text_format(a, "%.*s/answers/%.*s", TEXT_ARG(url), TEXT_ARG(name)).bytes,
                          .path = text_format(a, "%s/%.*s", *folder, TEXT_ARG(name)).bytes,
                          .size_bytes_max = SERVICE_FILE_BYTES_MAX, .silent_s = SILENT_S };
        TRY(os_get_file(a, &x));
        values[i] = text_of(x.path);
    }
    return ERR_NONE;
}

err payrun_forget(service_call *call, const char *folder, err e)
{
    if (!folder) return e;
    err gone = os_remove_tree(call->request, folder);
    return e.kind ? e : gone;
}
