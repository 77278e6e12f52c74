/* A reform is a pack written anew: it takes the place of the pack of its name. */
#include "service/diff.h"

typedef struct {
    policy_source *items;
    size_t count;
} source_list;

/* The name in the front matter; empty when there is none. */
static text pack_name(text source)
{
    size_t at = text_find(source, TEXT("pack:"));
    if (at == SIZE_MAX || at > 4096) return TEXT_NONE;
    text rest = text_sub(source, at + 5, source.size_bytes);
    size_t end = text_find(rest, TEXT("\n"));
    return text_trim(text_sub(rest, 0, end == SIZE_MAX ? rest.size_bytes : end));
}

static err replace(service_call *call, text file, source_list *list)
{
    arena *a = call->request;
    text bytes;
    TRY(service_read_utf8(a, file, &bytes));
    policy_source fresh = { text_cstr(a, file), bytes };
    text name = pack_name(bytes);
    for (size_t i = 0; i < list->count; i++)
        if (name.size_bytes && text_equal(pack_name(list->items[i].bytes), name)) {
            list->items[i] = fresh;
            return ERR_NONE;
        }
    list->items[list->count++] = fresh;
    return ERR_NONE;
}

static source_list sources_of(service_call *call, size_t more)
{
    const service *office = call->office;
    source_list list = { ARENA_ARRAY(call->request, policy_source, office->set->source_count + more + 1),
                         office->set->source_count };
    for (size_t i = 0; i < office->set->source_count; i++)
        list.items[i] = (policy_source){
            text_cstr(call->request, text_of(office->set->sources[i].file)),
            text_copy(call->request, office->set->sources[i].bytes),
        };
    return list;
}

err diff_reform(service_call *call, const service_argument *files, diff_side *side)
{
    arena *a = call->request;
    source_list list = sources_of(call, files->count);
    for (size_t i = 0; i < files->count; i++)
        TRY(replace(call, files->values[i], &list));
    policy_book *book;
    err e = policy_compile(a, list.items, list.count, &book);
    side->book = book;
    if (e.kind) {
        size_t count, unshown;
        const policy_mistake *m = policy_mistakes(book, &count, &unshown);
        if (!count) return e;
        return err_at(&SERVICE_PACKS_BROKEN, m->at, text_format(a, ERR_SAID("%s", "%s"), m->says, m->says_zh).bytes);
    }
    const char *folder;
    TRY(os_temp_folder(a, &folder));
    side->packs = text_of(folder);
    for (size_t i = 0; i < list.count; i++) {
        text path = text_format(a, "%s/%04zu.md", folder, i);
        TRY(os_write_file(a, path.bytes, list.items[i].bytes));
    }
    return ERR_NONE;
}

void diff_reform_clean(service_call *call, const diff_side *side)
{
    if (!side->packs.size_bytes) return;
    err ignored = os_remove_tree(call->request, side->packs.bytes);
    (void)ignored; /* a folder left in the temporary place harms nobody */
}
