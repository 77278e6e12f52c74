/* Of a reply's lists the page that was asked for: found and sorted over all rows, then cut. */
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "http/http_internal.h"

enum { PAGE_SIZE = 100, PAGE_SIZE_MAX = 10000, PAGES_MAX = 999999999, NUMBER_DIGITS_MAX = 9, FEN_PLACES = 2 };

const err_kind HTTP_BAD_PAGE = {
    "http.bad_page", ERR_BAD_INPUT,
    "This is no page that could be cut: {}; page is a whole number from 1, page_size one from 1 to 10000.",
    "无法按此分页：{}；page 须为 1 以上的整数，page_size 须为 1 至 10000 的整数。"
};
const err_kind HTTP_NO_LIST = {
    "http.no_list", ERR_BAD_INPUT, "The answer has no list that could be cut like this: {}.", "答复中没有可以如此分页的列表：{}。"
};
const err_kind HTTP_NO_COLUMN = {
    "http.no_column", ERR_BAD_INPUT, "The rows of the answer have nothing of this name to be sorted by: {}.",
    "答复的各行没有可供排序的此项：{}。"
};

static err read_number(arena *a, text name, text value, int64_t most, int64_t *number)
{
    bool is_number = value.size_bytes > 0 && value.size_bytes <= NUMBER_DIGITS_MAX;
    *number = 0;
    for (size_t i = 0; is_number && i < value.size_bytes; i++) {
        is_number = value.bytes[i] >= '0' && value.bytes[i] <= '9';
        *number = *number * 10 + value.bytes[i] - '0';
    }
    if (is_number && *number > 0 && *number <= most) return ERR_NONE;
    return err_of(&HTTP_BAD_PAGE, text_format(a, "%.*s=%.*s", TEXT_ARG(name), TEXT_ARG(text_shown(a, value, 40))).bytes);
}

err http_page_take(arena *a, http_page *page, text name, text value, bool *is_taken)
{
    *is_taken = true;
    if (text_equal_cstr(name, "page")) {
        TRY(read_number(a, name, value, PAGES_MAX, &page->at));
        if (!page->size) page->size = PAGE_SIZE; /* else each page were the whole, and whoever walks them never came to an end */
    } else if (text_equal_cstr(name, "page_size")) TRY(read_number(a, name, value, PAGE_SIZE_MAX, &page->size));
    else if (text_equal_cstr(name, "page_of")) page->of = text_copy(a, value);
    else if (text_equal_cstr(name, "page_find")) page->find = text_copy(a, text_trim(value));
    else if (text_equal_cstr(name, "page_sort")) page->sort = text_copy(a, value);
    else *is_taken = false;
    page->is_asked |= *is_taken;
    return ERR_NONE;
}

/* ---- whether the answer will have what is asked for ---- */

/* What has a shape of its own may turn out to be a list, or to have any member. */
static bool is_list(const service_field *field)
{
    return field->is_list || field->type == SERVICE_ANY;
}

static bool is_meant(const http_page *page, const service_field *field)
{
    return is_list(field) && (!page->of.size_bytes || text_equal_cstr(page->of, field->name));
}

/* A state is sorted by its word or by its code. */
static bool is_member(const service_field *list, text name)
{
    static const char CODE[] = "_code";
    if (list->type != SERVICE_OBJECT) return true; /* rows without names, or with names of their own */
    for (size_t i = 0; i < list->field_count; i++) {
        const service_field *f = &list->fields[i];
        bool is_code = f->type == SERVICE_STATE && text_begins(name, text_of(f->name)) &&
                       text_equal_cstr(text_sub(name, strlen(f->name), name.size_bytes), CODE);
        if (text_equal_cstr(name, f->name) || is_code) return true;
    }
    return false;
}

static void add_choice(text_builder *b, const char *name)
{
    text_add_format(b, "%s%s", b->size_bytes && b->bytes[b->size_bytes - 1] != '(' ? ", " : "", name);
}

static err refuse(arena *a, const err_kind *kind, const service_op *op, const http_page *page, const char *asked, text value)
{
    text_builder b = text_builder_open(a);
    bool is_of_lists = kind == &HTTP_NO_LIST;
    text_add_format(&b, "%s=%.*s (", asked, TEXT_ARG(text_shown(a, value, 40)));
    for (size_t i = 0; i < op->output_count; i++) {
        const service_field *f = &op->output[i];
        if (is_of_lists && is_list(f)) add_choice(&b, f->name);
        for (size_t k = 0; !is_of_lists && is_meant(page, f) && k < f->field_count; k++) add_choice(&b, f->fields[k].name);
    }
    text_add_char(&b, ')');
    return err_of(kind, text_built(&b).bytes);
}

err http_page_check(arena *a, const service_op *op, const http_page *page)
{
    size_t meant = 0, sorted = 0;
    if (!page->is_asked) return ERR_NONE;
    text name = text_begins(page->sort, TEXT("-")) ? text_sub(page->sort, 1, page->sort.size_bytes) : page->sort;
    for (size_t i = 0; i < op->output_count; i++) {
        meant += is_meant(page, &op->output[i]);
        sorted += is_meant(page, &op->output[i]) && is_member(&op->output[i], name);
    }
    if (!meant) return page->of.size_bytes ? refuse(a, &HTTP_NO_LIST, op, page, "page_of", page->of)
                                           : err_of(&HTTP_NO_LIST, op->name);
    return !page->sort.size_bytes || sorted ? ERR_NONE : refuse(a, &HTTP_NO_COLUMN, op, page, "page_sort", page->sort);
}

/* ---- found ---- */

static unsigned char folded(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool is_in(text word, text sought)
{
    for (size_t at = 0; at + sought.size_bytes <= word.size_bytes; at++) {
        size_t k = 0;
        while (k < sought.size_bytes && folded(word.bytes[at + k]) == folded(sought.bytes[k])) k++;
        if (k == sought.size_bytes) return true;
    }
    return false;
}

/* What a row shows: its words and numbers, not what lies deeper in it. */
static text shown(arena *a, const service_value *v)
{
    if (v->kind == SERVICE_VALUE_TEXT) return v->word;
    return v->kind == SERVICE_VALUE_COUNT ? text_format(a, "%lld", (long long)v->count) : TEXT("");
}

static bool is_found(arena *a, const service_value *row, text sought)
{
    if (row->kind != SERVICE_VALUE_OBJECT) return is_in(shown(a, row), sought);
    for (const service_value *m = row->first; m; m = m->next)
        if (is_in(shown(a, m), sought)) return true;
    return false;
}

/* ---- sorted ---- */

typedef struct {
    service_value *row;
    text word;
    int64_t number;
    size_t order;
    bool is_number, is_none, is_falling;
} sorted;

static int by_cell(const void *one, const void *other)
{
    const sorted *x = one, *y = other;
    int way = 0;
    if (x->is_none != y->is_none) return x->is_none ? 1 : -1; /* nothing comes last, whichever way */
    if (x->is_number && y->is_number) way = (x->number > y->number) - (x->number < y->number);
    else if (x->is_number != y->is_number) way = x->is_number ? -1 : 1;
    else way = text_compare(x->word, y->word);
    if (way) return x->is_falling ? -way : way;
    return x->order < y->order ? -1 : 1;
}

static sorted cell_of(arena *a, service_value *row, const char *name, bool is_falling, size_t order)
{
    const service_value *v = row->kind == SERVICE_VALUE_OBJECT ? service_member(row, name) : NULL;
    sorted s = { .row = row, .order = order, .is_falling = is_falling, .word = v ? shown(a, v) : TEXT("") };
    text word = s.word;
    if (word.size_bytes && word.bytes[word.size_bytes - 1] == '%') word.size_bytes--;
    s.is_number = codec_parse_scaled(word, FEN_PLACES, &s.number);
    s.is_none = !s.word.size_bytes || text_equal_cstr(s.word, "-");
    return s;
}

/* ---- the page ---- */

static void add(service_value *list, service_value *row)
{
    row->next = NULL;
    if (list->last) list->last->next = row;
    else list->first = row;
    list->last = row;
    list->child_count++;
}

static void cut(arena *a, const http_page *page, service_value *list)
{
    size_t count = 0;
    bool is_falling = text_begins(page->sort, TEXT("-"));
    const char *name = text_cstr(a, is_falling ? text_sub(page->sort, 1, page->sort.size_bytes) : page->sort);
    sorted *rows = ARENA_ARRAY(a, sorted, list->child_count + 1);
    for (service_value *row = list->first; row; row = row->next)
        if (!page->find.size_bytes || is_found(a, row, page->find)) {
            rows[count] = cell_of(a, row, name, is_falling, count);
            count++;
        }
    if (page->sort.size_bytes && count) qsort(rows, count, sizeof *rows, by_cell);
    size_t size = page->size ? (size_t)page->size : count, from = (size_t)(page->at - 1) * size;
    list->first = list->last = NULL;
    list->child_count = 0;
    for (size_t i = from; i < count && i - from < size; i++) add(list, rows[i].row);
}

int64_t http_page_cut(arena *a, const http_page *page, service_value *reply)
{
    int64_t total = -1;
    if (!page->size && !page->find.size_bytes && !page->sort.size_bytes) return total;
    http_page all = { .at = 1, .find = page->find };
    for (service_value *m = reply->first; m; m = m->next) {
        if (m->kind != SERVICE_VALUE_LIST || (page->of.size_bytes && !text_equal_cstr(page->of, m->name))) continue;
        cut(a, &all, m);
        total = (int64_t)m->child_count > total ? (int64_t)m->child_count : total;
        http_page rest = *page;
        rest.find = TEXT("");
        cut(a, &rest, m);
    }
    return total;
}
