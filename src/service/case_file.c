/* doudi case hand-in, files, file: what an applicant brings, kept with the case as it was handed in. */
#include "service/case.h"
#include "service/files.h"
#include "service/issue.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/own.h"

#include <string.h>

const err_kind CASE_FILE_TOO_LARGE = {
    "case.file_too_large", ERR_BAD_INPUT, "A file of a case may have 10 MiB at most, and must not be empty: {}.",
    "收件文件不得为空，最大 10 MiB：{}。"
};
const err_kind CASE_FILE_KIND = {
    "case.file_kind", ERR_BAD_INPUT, "This is no PDF, JPEG or PNG, whatever its name says: {}.", "文件内容不是 PDF、JPEG 或 PNG（不看文件名）：{}。"
};

const err_kind CASE_FILE_LATE = {
    "case.file_late", ERR_CONFLICT, "The office works on case {} and has all it asked for; hand it in when it asks for more, or bring it to the counter.",
    "办件 {} 已受理在办，目前无须补充材料；待通知补正时再上传，或到窗口提交。"
};

enum { FILE_BYTES_MAX = 10 << 20 };

static const service_field HAND_INPUT[] = {
    CASE_ID_FIELD,
    { .name = "paper", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "PAPER",
      .summary = "which paper of the case type it is", .summary_zh = "是事项要求的哪份材料" },
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE",
      .summary = "a scan or photograph: PDF, JPEG or PNG, 10 MiB at most", .summary_zh = "扫描件或照片：PDF、JPEG、PNG，最大 10 MiB" },
    { .name = "name", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "what it is called (default: the file's name)", .summary_zh = "名称（默认文件名）" },
    CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field FILES_INPUT[] = { CASE_ID_FIELD, CASE_REVEAL_FIELDS, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field FILE_INPUT[] = {
    { .name = "file", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "NUMBER",
      .summary = "number of the file", .summary_zh = "文件编号" },
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .shows = "FILE", .summary = "write it here", .summary_zh = "写入此文件" },
    CASE_REVEAL_FIELDS, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
#define FILE_ROW                                                                                 \
    { .name = "file", .type = SERVICE_COUNT, .summary = "file", .summary_zh = "文件" },          \
    { .name = "paper", .type = SERVICE_TEXT, .summary = "paper", .summary_zh = "材料" },         \
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },           \
    { .name = "media", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类型" },          \
    { .name = "size", .type = SERVICE_COUNT, .summary = "bytes", .summary_zh = "字节" },         \
    { .name = "day", .type = SERVICE_TEXT, .summary = "handed in", .summary_zh = "收件日" },     \
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest (SM3)", .summary_zh = "摘要（SM3）" }
static const service_field ROW[] = { FILE_ROW };
static const service_field HAND_OUTPUT[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    FILE_ROW,
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was changed", .summary_zh = "本次有变动" },
};
static const service_field FILES_OUTPUT[] = {
    { .name = "files", .type = SERVICE_OBJECT, .is_list = true, .summary = "files", .summary_zh = "收件文件", .fields = ROW,
      .field_count = ARRAY_COUNT(ROW) },
};
static const service_field FILE_OUTPUT[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    FILE_ROW,
    { .name = "written", .type = SERVICE_TEXT, .summary = "written", .summary_zh = "已写入" },
};

static void put_file(service_call *call, service_value *v, const archive_file *f)
{
    arena *a = call->request;
    service_put_count(a, v, "file", f->file_id);
    service_put_text(a, v, "paper", f->paper);
    service_put_text(a, v, "name", f->name);
    service_put_text(a, v, "media", f->media);
    service_put_count(a, v, "size", f->size_bytes);
    service_put_text(a, v, "day", service_day_text(a, f->day));
    service_put_text(a, v, "digest", f->digest);
}

/* By what it begins with: a name says nothing. */
static const char *media_of(text bytes)
{
    static const struct { const char *begins; size_t size; const char *media; } KINDS[] = {
        { "%PDF-", 5, "application/pdf" }, { "\xFF\xD8\xFF", 3, "image/jpeg" }, { "\x89PNG\r\n\x1A\n", 8, "image/png" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (bytes.size_bytes > KINDS[i].size && memcmp(bytes.bytes, KINDS[i].begins, KINDS[i].size) == 0) return KINDS[i].media;
    return NULL;
}

static text name_of(service_call *call, text path)
{
    size_t from = 0;
    for (size_t i = 0; i < path.size_bytes; i++)
        if (path.bytes[i] == '/') from = i + 1;
    return service_text_of(call, "name", text_sub(path, from, path.size_bytes));
}

static err read_handed(service_call *call, archive_file *f, text *bytes)
{
    text path = service_text_of(call, "file", TEXT_NONE);
    TRY(service_read_file(call->request, path, bytes));
    f->name = name_of(call, path);
    if (!bytes->size_bytes || bytes->size_bytes > FILE_BYTES_MAX) return err_of(&CASE_FILE_TOO_LARGE, text_cstr(call->request, f->name));
    const char *media = media_of(*bytes);
    if (!media) return err_of(&CASE_FILE_KIND, text_cstr(call->request, f->name));
    f->media = text_of(media);
    f->size_bytes = (int64_t)bytes->size_bytes;
    return issue_digest(call->request, *bytes, &f->digest);
}

static const char *paper_of(const policy_case *type, text said)
{
    for (size_t i = 0; i < type->paper_count; i++)
        if (text_equal_cstr(said, type->papers[i].name) || (type->papers[i].label && text_equal_cstr(said, type->papers[i].label)))
            return type->papers[i].name;
    return NULL;
}

static text seal_name(service_call *call, const archive_file *f)
{
    return text_format(call->request, "case %lld %.*s", (long long)f->case_id, TEXT_ARG(f->digest));
}

static err keep(case_hand *h, archive_book *book, archive_file *f, text bytes)
{
    case_call *c = h->c;
    text sealed;
    archive_act act = { .actor_id = c->office->actor_id, .known_ms = c->office->now_ms, .why = TEXT("case hand-in") };
    cases_act said = case_act(c);
    cases_paper paper = { .paper = f->paper, .state = case_brought(h, text_cstr(c->memory, f->paper)), .day = c->day, .digest = f->digest, .note = f->name };
    TRY(issue_seal(c->office, seal_name(c->call, f), bytes, &sealed));
    TRY(archive_hand_in(book, &act, f, sealed, &f->file_id));
    return cases_do(c->book, &said, f->case_id, &(cases_move){ .what = CASES_PAPERS, .day = c->day, .papers = &paper, .paper_count = 1,
                                                               .note = f->name });
}

/* An applicant may while the case stands at the counter or waits for them; staff by the duty of the step. */
static err hands_in(case_hand *h)
{
    size_t step = case_step_index(h->type, h->row.step);
    if (!own_is_only(h->c->office)) return case_may(h->c, &h->row, h->type, step);
    if (step == 0 || h->row.state == CASES_ASKED) return ERR_NONE;
    return err_of(&CASE_FILE_LATE, text_format(h->c->call->request, "%lld", (long long)h->row.case_id).bytes);
}

static err hand_in_run(service_call *call)
{
    case_call c;
    case_hand h;
    archive_book *book;
    archive_file *files, f = { .case_id = (int64_t)service_size_of(call, "case", 0) };
    size_t count;
    text bytes, said = service_text_of(call, "paper", TEXT_NONE);
    bool is_new = true;
    TRY(read_handed(call, &f, &bytes));
    TRY(case_begin(call, COUNTY_WRITE, &c));
    TRY(case_take(&c, f.case_id, &h));
    const char *paper = paper_of(h.type, said);
    if (!paper) return err_of(&CASE_UNKNOWN_PAPER, text_cstr(call->request, said));
    f.paper = text_of(paper);
    f.day = c.day;
    TRY(county_archive(c.office, &book));
    TRY(archive_files(call->request, book, f.case_id, &files, &count));
    for (size_t i = 0; i < count && is_new; i++)
        if (text_equal(files[i].digest, f.digest) && text_equal(files[i].paper, f.paper)) {
            f = files[i];
            is_new = false;
        }
    if (is_new) {
        if (cases_is_over(h.row.state)) return err_of(&CASES_NO_MOVE, cases_state_word(h.row.state)->name);
        TRY(hands_in(&h));
        TRY(keep(&h, book, &f, bytes));
    }
    TRY(store_commit(c.office->db));
    service_put_count(call->request, call->reply, "case", f.case_id);
    put_file(call, call->reply, &f);
    service_put_bool(call->request, call->reply, "changed", is_new);
    return ERR_NONE;
}

/* What an informant brings says who they are. */
static err check_shown(case_call *c, int64_t case_id)
{
    cases_row row;
    bool hides;
    TRY(cases_read(c->memory, c->book, case_id, &row));
    TRY(case_hides(c, row.type, row.subject_id, &hides));
    if (!hides) TRY(case_keeps_back(c, row.type, TEXT_NONE, &hides));
    return hides ? err_of(&CASE_PROTECTED, text_format(c->call->request, "%lld", (long long)case_id).bytes) : ERR_NONE;
}

static err files_run(service_call *call)
{
    case_call c;
    archive_book *book;
    archive_file *files;
    size_t count;
    int64_t case_id = (int64_t)service_size_of(call, "case", 0);
    TRY(case_begin_revealing(call, text_format(call->request, "files of case %lld", (long long)case_id), &c));
    TRY(check_shown(&c, case_id));
    TRY(county_archive(c.office, &book));
    TRY(archive_files(call->request, book, case_id, &files, &count));
    service_value *list = service_put_list(call->request, call->reply, "files");
    for (size_t i = 0; i < count; i++) put_file(call, service_put_object(call->request, list, NULL), &files[i]);
    return ERR_NONE;
}

static void files_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "files", ROW, ARRAY_COUNT(ROW), ARRAY_COUNT(ROW), out);
}

static err file_run(service_call *call)
{
    case_call c;
    archive_book *book;
    archive_file f;
    text sealed, bytes, digest, path = service_text_of(call, "out", TEXT_NONE);
    int64_t number = (int64_t)service_size_of(call, "file", 0);
    TRY(case_begin_revealing(call, text_format(call->request, "file %lld of a case", (long long)number), &c));
    TRY(county_archive(c.office, &book));
    TRY(archive_file_read(call->request, book, number, &f));
    TRY(check_shown(&c, f.case_id));
    TRY(archive_file_sealed(call->request, book, &f, &sealed));
    TRY(issue_unseal(c.office, seal_name(call, &f), sealed, &bytes));
    TRY(issue_digest(call->request, bytes, &digest));
    if (!text_equal(digest, f.digest)) return err_of(&CRYPTO_NOT_AUTHENTIC, NULL);
    TRY(service_write_file(call->request, path, bytes));
    service_put_count(call->request, call->reply, "case", f.case_id);
    put_file(call, call->reply, &f);
    service_put_text(call->request, call->reply, "written", path);
    return ERR_NONE;
}

/* Whoever may fill in the case may take a file for it; whoever may see the case may see its files. */
const service_op CASE_HAND_IN_OP = {
    .name = "case.hand-in",
    .summary = "Take a file for a case: a scan or photograph of a paper, kept sealed with its digest",
    .summary_zh = "收取办件材料的电子件：加密留存，摘要入链",
    .law = "《社会保险经办条例》第三十一条",
    .kind = SERVICE_WRITE, .permission = "case.fill",
    .own_case = true, .scope = SERVICE_SCOPE_CASE,
    .input = HAND_INPUT, .input_count = ARRAY_COUNT(HAND_INPUT), .output = HAND_OUTPUT, .output_count = ARRAY_COUNT(HAND_OUTPUT),
    .examples = (const char *const[]){ "doudi case hand-in 12 身份凭证 id.jpg --as clara", NULL }, .run = hand_in_run,
};
const service_op CASE_FILES_OP = {
    .name = "case.files",
    .summary = "The files that were handed in with a case",
    .summary_zh = "一件业务的收件文件",
    .kind = SERVICE_READ, .permission = "person.read",
    .own_case = true, .scope = SERVICE_SCOPE_CASE,
    .input = FILES_INPUT, .input_count = ARRAY_COUNT(FILES_INPUT), .output = FILES_OUTPUT, .output_count = ARRAY_COUNT(FILES_OUTPUT),
    .examples = (const char *const[]){ "doudi case files 12", NULL }, .run = files_run, .print = files_print,
};
const service_op CASE_FILE_OP = {
    .name = "case.file",
    .summary = "A file that was handed in, as it was",
    .summary_zh = "取出收件文件原件",
    .kind = SERVICE_READ, .permission = "person.read",
    .own_case = true, .scope = SERVICE_SCOPE_FILE,
    .input = FILE_INPUT, .input_count = ARRAY_COUNT(FILE_INPUT), .output = FILE_OUTPUT, .output_count = ARRAY_COUNT(FILE_OUTPUT),
    .examples = (const char *const[]){ "doudi case file 4 --out id.jpg", NULL }, .run = file_run,
};
