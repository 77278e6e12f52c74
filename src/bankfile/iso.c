#include "bankfile/iso.h"

#include <assert.h>
#include <string.h>

#include "calendar/calendar.h"

static err refused(const iso_file *f, const err_kind *kind, text t)
{
    return err_at(kind, f->event.at, text_cstr(f->memory, text_sub(t, 0, 200)));
}

/* ---- events and the path ---- */

static bool is_of_message(const iso_file *f)
{
    return f->event.space.bytes == f->space.bytes || text_equal(f->event.space, f->space);
}

static void take_currency(iso_file *f)
{
    text currency = codec_xml_attribute_of(&f->event, "", "Ccy");
    f->has_currency = currency.bytes != NULL;
    f->is_yuan = text_equal_cstr(currency, "CNY");
    if (f->has_currency && !f->is_yuan) f->currency = text_cstr(f->memory, text_sub(currency, 0, 20));
}

static void enter_path(iso_file *f)
{
    text name = f->event.name;
    char *at = codec_reserve(&f->path, name.size_bytes + 2), *begin = at;
    if (!is_of_message(f)) *at++ = '?';
    memcpy(at, name.bytes, name.size_bytes);
    at[name.size_bytes] = '/';
    f->path.size_bytes += (size_t)(at - begin) + name.size_bytes + 1;
    f->has_currency = false;
    if (f->event.attribute_count > 0) take_currency(f);
}

static void leave_path(iso_file *f)
{
    if (f->path.size_bytes == 0) return; /* the document itself ends */
    size_t size = f->path.size_bytes - 1; /* the last slash */
    while (size > 0 && f->path.bytes[size - 1] != '/') size--;
    f->path.size_bytes = size;
}

/* A file that ends too early is told as that, whatever the XML lacks. */
static err next_event(iso_file *f)
{
    err e = codec_xml_next(f->xml, &f->event);
    if (e.kind == &CODEC_XML_END) {
        e.kind = &BANKFILE_CUT_SHORT;
        e.detail = "";
    }
    TRY(e);
    if (f->event.type == CODEC_XML_OPEN) enter_path(f);
    if (f->event.type == CODEC_XML_CLOSE) leave_path(f);
    return ERR_NONE;
}

/* ---- opening and ending ---- */

static err open_message(iso_file *f, const char *name, const char *message)
{
    TRY(next_event(f));
    text wanted = text_format(f->memory, "%s%s", ISO_SPACE, name);
    bool is_document = text_equal_cstr(f->event.name, "Document");
    if (!is_document || !text_equal(f->event.space, wanted))
        return refused(f, &BANKFILE_NOT_THIS_FILE,
                       is_document ? f->event.space : f->event.name);
    f->space = f->event.space;
    f->path.size_bytes = 0;
    TRY(next_event(f));
    bool is_message = f->event.type == CODEC_XML_OPEN && text_equal_cstr(f->event.name, message) &&
                      text_equal(f->event.space, f->space);
    return is_message ? ERR_NONE : refused(f, &BANKFILE_BAD_RECORD, f->event.name);
}

err iso_open(iso_file *f, bankfile_input in, const char *name, const char *message)
{
    memset(f, 0, offsetof(iso_file, words));
    f->memory = in.memory;
    f->file = in.file;
    f->words_size = 0;
    f->path = text_builder_open(in.memory);
    codec_xml_options options = { .file = in.file, .depth_max = 32, .text_bytes_max = 64 * 1024 };
    f->xml = codec_xml_open(in.memory, in.source, options);
    return open_message(f, name, message);
}

void iso_close(iso_file *f)
{
    codec_xml_close(f->xml);
}

err iso_end(iso_file *f)
{
    err e = codec_xml_next(f->xml, &f->event);
    if (e.kind == &CODEC_XML_END) e = err_at(&BANKFILE_CUT_SHORT, e.at, "");
    TRY(e);
    if (f->event.type != CODEC_XML_CLOSE) return refused(f, &BANKFILE_BAD_RECORD, f->event.name);
    e = codec_xml_next(f->xml, &f->event);
    if (e.kind == &CODEC_XML_END) e = err_at(&BANKFILE_CUT_SHORT, e.at, "");
    return e;
}

/* ---- cells ---- */

/* 1 to 18 digits and nothing else. */
static bool parse_count(text t, int64_t *count)
{
    return t.bytes[0] != '-' && codec_parse_scaled(t, 0, count);
}

/* 2026-03-05, also with a time behind it. */
static bool parse_day(text t, int32_t *day)
{
    if (t.size_bytes > 10 && t.bytes[10] == 'T') t = text_sub(t, 0, 10);
    if (t.size_bytes != 10 || t.bytes[4] != '-' || t.bytes[7] != '-') return false;
    int64_t year, month, day_of_month;
    return parse_count(text_sub(t, 0, 4), &year) && parse_count(text_sub(t, 5, 7), &month) &&
           parse_count(text_sub(t, 8, 10), &day_of_month) &&
           calendar_day_of((int32_t)year, (int32_t)month, (int32_t)day_of_month, day);
}

static text keep(iso_file *f, const iso_frame *frame, text t)
{
    if (frame->keeps) return text_copy(f->memory, t);
    assert(t.size_bytes <= sizeof f->words - f->words_size); /* few texts, and each bounded */
    char *at = f->words + f->words_size;
    memcpy(at, t.bytes, t.size_bytes);
    f->words_size += t.size_bytes;
    return (text){ at, t.size_bytes };
}

static iso_reference parse_reference(iso_file *f, const iso_frame *frame, text t)
{
    size_t dash = t.size_bytes;
    while (dash > 0 && t.bytes[dash - 1] != '-') dash--;
    int64_t line = 0;
    text number = text_sub(t, dash, t.size_bytes);
    bool is_ours = dash > 1 && number.size_bytes > 0 && number.bytes[0] != '0' &&
                   parse_count(number, &line) && line <= BANKFILE_LINES_MAX &&
                   bankfile_is_code(text_sub(t, 0, dash - 1), BANKFILE_BATCH_BYTES_MAX);
    if (!is_ours) return (iso_reference){ .batch_number = TEXT("") };
    return (iso_reference){ .batch_number = keep(f, frame, text_sub(t, 0, dash - 1)), .line = line };
}

static bool parse_choice(text t, const char *const *words, int *choice)
{
    for (int i = 0; words[i]; i++) {
        if (!text_equal_cstr(t, words[i])) continue;
        *choice = i;
        return true;
    }
    return false;
}

static bool parse_reason(text t, bankfile_reason *reason)
{
    for (int i = 1; i < BANKFILE_REASON_COUNT; i++) {
        if (!text_equal_cstr(t, BANKFILE_REASONS[i].iso)) continue;
        *reason = (bankfile_reason)i;
        return true;
    }
    return false;
}

static bool is_text_right(iso_type type, text t)
{
    switch (type) {
    case ISO_BATCH: return bankfile_is_code(t, BANKFILE_BATCH_BYTES_MAX);
    case ISO_ACCOUNT: return bankfile_is_code(t, BANKFILE_ACCOUNT_BYTES_MAX);
    default: return bankfile_is_name(t);
    }
}

static const err_kind *take_cell(iso_file *f, const iso_frame *frame, const iso_cell *cell, text t)
{
    void *member = (char *)frame->into + cell->offset;
    switch (cell->type) {
    case ISO_COUNT: return parse_count(t, member) ? NULL : &BANKFILE_BAD_NUMBER;
    case ISO_FEN:
        if (f->has_currency && !f->is_yuan) return &BANKFILE_NOT_YUAN;
        return t.bytes[0] != '-' && codec_parse_scaled(t, 2, member) ? NULL : &BANKFILE_BAD_AMOUNT;
    case ISO_DAY: return parse_day(t, member) ? NULL : &BANKFILE_BAD_DATE;
    case ISO_CHOICE:
        return parse_choice(t, cell->words, member) ? NULL : &BANKFILE_STATUS_UNKNOWN;
    case ISO_REASON: return parse_reason(t, member) ? NULL : &BANKFILE_REASON_UNKNOWN;
    case ISO_REFERENCE: *(iso_reference *)member = parse_reference(f, frame, t); return NULL;
    default:
        if (!is_text_right(cell->type, t)) return &BANKFILE_BAD_TEXT;
        *(text *)member = keep(f, frame, t);
        return NULL;
    }
}

/* ---- records ---- */

void iso_enter(iso_file *f, iso_frame *frame, const iso_record *record, void *into)
{
    assert(record->cell_count <= ISO_CELLS_MAX);
    frame->record = record;
    frame->into = into;
    frame->path_size = f->path.size_bytes;
    frame->seen = 0;
    frame->keeps = frame->is_sealed = false;
    frame->at = f->event.at;
    f->words_size = 0;
}

/* The path from the record's element, as a builder holds it: with a slash at its end. */
static bool is_path(text path, const char *wanted)
{
    size_t size = path.size_bytes - 1;
    return strncmp(path.bytes, wanted, size) == 0 && wanted[size] == '\0';
}

static err take_text(iso_file *f, iso_frame *frame, text path)
{
    for (size_t i = 0; i < frame->record->cell_count; i++) {
        const iso_cell *cell = &frame->record->cells[i];
        if (!is_path(path, cell->path)) continue;
        if (frame->is_sealed || (frame->seen >> i & 1))
            return refused(f, &BANKFILE_BAD_RECORD, text_of(cell->path));
        frame->seen |= 1u << i;
        frame->cell_at[i] = f->event.at;
        const err_kind *wrong = take_cell(f, frame, cell, f->event.word);
        if (wrong == &BANKFILE_NOT_YUAN) return refused(f, wrong, text_of(f->currency));
        return wrong ? refused(f, wrong, f->event.word) : ERR_NONE;
    }
    return ERR_NONE;
}

static int child_of(const iso_record *record, text path)
{
    for (int i = 0; record->children && record->children[i]; i++)
        if (is_path(path, record->children[i])) return i;
    return ISO_END;
}

err iso_step(iso_file *f, iso_frame *frame, int *child)
{
    for (;;) {
        TRY(next_event(f));
        *child = ISO_END;
        if (f->path.size_bytes < frame->path_size) return iso_require(f, frame);
        text path = text_sub((text){ f->path.bytes, f->path.size_bytes }, frame->path_size,
                             f->path.size_bytes);
        if (path.size_bytes == 0) continue;
        if (f->event.type == CODEC_XML_TEXT) TRY(take_text(f, frame, path));
        if (f->event.type == CODEC_XML_OPEN) *child = child_of(frame->record, path);
        if (*child != ISO_END) return ERR_NONE;
    }
}

err iso_read(iso_file *f, iso_frame *frame, const iso_record *record, void *into)
{
    int child;
    iso_enter(f, frame, record, into);
    return iso_step(f, frame, &child);
}

err iso_require(iso_file *f, const iso_frame *frame)
{
    for (size_t i = 0; i < frame->record->cell_count; i++) {
        const iso_cell *cell = &frame->record->cells[i];
        if (cell->is_required && !(frame->seen >> i & 1))
            return refused(f, &BANKFILE_BAD_RECORD, text_format(f->memory, "%s?", cell->path));
    }
    return ERR_NONE;
}

err iso_blame(const iso_frame *frame, err e, size_t cell)
{
    e.at = frame->seen >> cell & 1 ? frame->cell_at[cell] : frame->at;
    return e;
}

err iso_blame_end(const iso_file *f, err e)
{
    e.at = f->event.at;
    return e;
}
