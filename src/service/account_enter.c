/* doudi account enter: where a person's money is to go from now on, one by one or by a list. */
#include <string.h>

#include "service/account.h"
#include "service/lists.h"
#include "service/operations.h"
#include "service/payrun_people.h"
#include "service/record_rows.h"
#include "service/sheet.h"

const err_kind ACCOUNT_NOT_SAID = {
    "account.not_said", ERR_BAD_INPUT,
    "Say whose account it is and its number (PERSON --number …), or give a list with --file: {} is missing.",
    "请写明人员和账号（人员 --number …），或用 --file 给出清单：缺少 {}。"
};

static const service_field ENTER_INPUT[] = {
    { .name = "person", .type = SERVICE_TEXT, .shows = "NUMBER|ID|NAME", .is_positional = true,
      .summary = "whose account: citizen number, id, or whole name", .summary_zh = "账户所属人员：证件号码、编号或姓名" },
    { .name = "employer", .type = SERVICE_TEXT, .shows = "CODE|ID",
      .summary = "an employer's instead, to which contributions are refunded",
      .summary_zh = "改为单位的账户（退费用）：统一社会信用代码或编号" },
    { .name = "number", .type = SERVICE_TEXT, .shows = "ACCOUNT", .summary = "the account's number",
      .summary_zh = "账号" },
    { .name = "bank", .type = SERVICE_TEXT, .summary = "the bank", .summary_zh = "开户行" },
    { .name = "holder", .type = SERVICE_TEXT, .summary = "in whose name it stands (default: the person's)",
      .summary_zh = "户名（默认为本人姓名）" },
    { .name = "file", .type = SERVICE_FILE, .shows = "FILE.csv|xlsx",
      .summary = "a list instead, with the columns that county export --what accounts writes",
      .summary_zh = "改用清单，列名同 county export --what accounts 的导出" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "case or document behind it", .summary_zh = "事由或文号" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CHANGE_FIELDS[] = { ACCOUNT_OUTPUT };
static const service_field ENTER_OUTPUT[] = {
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "changes", .type = SERVICE_OBJECT, .is_list = true, .fields = CHANGE_FIELDS,
      .field_count = ARRAY_COUNT(CHANGE_FIELDS), .summary = "changes that wait for review", .summary_zh = "待复核的变更" },
};

typedef struct {
    county *office;
    registry *people;
    payment *runs;
    registry_kind kind; /* whose account */
    payment_account_row *rows;
    size_t count, capacity;
} entering;

/* Sealed at once: the number is nowhere in the clear. */
static err add_row(entering *n, registry_account *account)
{
    arena *a = n->office->memory;
    registry_record record;
    TRY(registry_record_read(a, n->people, account->fact.subject_id, REGISTRY_NOW, &record));
    if (record.kind != n->kind)
        return err_of(&RECORD_OTHER_KIND, n->kind == REGISTRY_PERSON ? ERR_SAID("person", "人员编号")
                                                                     : ERR_SAID("employer", "单位编号"));
    if (!account->holder.size_bytes) account->holder = payrun_payee(&record).name;
    account->fact.from = n->office->call->office->settings.today_day;
    account->fact.until = REGISTRY_OPEN;
    TRY(registry_account_seal(a, n->people, account));
    payment_account_row row = { .person_id = account->fact.subject_id, .bank = account->bank,
        .key = account->number.key,
                                .sealed = account->number.sealed, .holder = text_copy(a, account->holder) };
    ARENA_PUSH(a, n->rows, n->count, n->capacity, row);
    return ERR_NONE;
}

static err add_said(entering *n)
{
    const service_call *call = n->office->call;
    text person = service_text_of(call, "person", TEXT_NONE), employer = service_text_of(call, "employer", TEXT_NONE);
    text bank = service_text_of(call, "bank", TEXT_NONE);
    registry_account account = { .number.plain = service_text_of(call, "number", TEXT_NONE),
                                 .holder = service_text_of(call, "holder", TEXT_NONE) };
    if (!person.size_bytes && !employer.size_bytes) return err_of(&ACCOUNT_NOT_SAID, ERR_SAID("the person", "人员"));
    if (person.size_bytes && employer.size_bytes)
        return err_of(&ACCOUNT_NOT_SAID, ERR_SAID("one of person and employer, not both,", "人员与单位二者之一（不可都写）"));
    if (employer.size_bytes) n->kind = REGISTRY_EMPLOYER;
    if (!account.number.plain.size_bytes) return err_of(&ACCOUNT_NOT_SAID, "--number");
    TRY(employer.size_bytes ? record_find_employer(n->office, employer, &account.fact.subject_id)
                            : record_find_person(n->office, person, &account.fact.subject_id));
    if (bank.size_bytes) TRY(county_word_of(n->office, bank, &account.bank));
    return add_row(n, &account);
}

/* ---- a list ---- */

static err take_row(entering *n, const list_row *list, const size_t *field_of, const codec_csv_row *row, size_t *at)
{
    arena *a = n->office->memory;
    list_fact fact;
    memset(&fact, 0, sizeof fact);
    for (*at = 0; *at < row->count; ++*at) {
        text cell = text_trim(row->field[*at]);
        const list_field *field = field_of[*at] == SIZE_MAX ? NULL : &list->fields[field_of[*at]];
        if (!field || !cell.size_bytes || field->cell == LIST_DAY) continue;
        TRY(list_read(n->office, a, field, text_copy(a, cell), &fact));
    }
    *at = 0;
    if (!fact.account.fact.subject_id) return err_of(&ACCOUNT_NOT_SAID, ERR_SAID("the person", "人员"));
    if (!fact.account.number.plain.size_bytes) return err_of(&ACCOUNT_NOT_SAID, ERR_SAID("the number", "账号"));
    return add_row(n, &fact.account);
}

static err add_rows(entering *n, sheet *file)
{
    const list_row *list = list_find(TEXT("accounts"));
    size_t column_count;
    const text *columns = sheet_columns(file, &column_count);
    size_t *field_of = ARENA_ARRAY(n->office->memory, size_t, column_count + 1);
    for (size_t i = 0; i < column_count; i++) {
        field_of[i] = list_field_named(list, columns[i]);
        if (field_of[i] != SIZE_MAX) TRY(sheet_once(file, i));
    }
    for (;;) {
        codec_csv_row row;
        bool has_row;
        size_t at;
        TRY(sheet_next(file, &row, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(sheet_fits(file, &row));
        if (row.count > column_count) row.count = column_count;
        err e = take_row(n, list, field_of, &row, &at);
        if (e.kind) e.at = sheet_position(file, at);
        TRY(e);
    }
}

static err add_file(entering *n, text path)
{
    sheet *file;
    TRY(sheet_open(n->office->call, path, &file));
    err e = add_rows(n, file);
    if (e.at.file) e.at.file = text_cstr(n->office->call->request, text_of(e.at.file));
    sheet_close(file);
    return e;
}

/* ---- signed and kept ---- */

static err keep(entering *n, const payment_account_row *rows, size_t count, service_value *list)
{
    crypto_digest digest;
    crypto_signature made;
    text signature, public_key;
    int64_t change_id;
    payment_act act = account_act(n->office);
    TRY(payment_account_digest(n->runs, rows, count, &digest));
    TRY(account_sign(n->office, &digest, &made, &signature, &public_key));
    TRY(payment_account_enter(n->runs, &act, rows, count, signature, public_key, &change_id));
    return account_put(n->office, change_id, service_put_object(n->office->call->request, list, NULL));
}

static err keep_all(entering *n, service_value *list)
{
    if (!n->count) return keep(n, n->rows, 0, list);
    for (size_t from = 0; from < n->count; from += PAYMENT_ACCOUNT_ROWS_MAX) {
        size_t left = n->count - from;
        TRY(keep(n, n->rows + from, left < PAYMENT_ACCOUNT_ROWS_MAX ? left : PAYMENT_ACCOUNT_ROWS_MAX, list));
    }
    return ERR_NONE;
}

static err account_enter_run(service_call *call)
{
    entering n = { .kind = REGISTRY_PERSON };
    text file = service_text_of(call, "file", TEXT_NONE);
    TRY(county_open(call, COUNTY_WRITE, &n.office));
    TRY(county_login(n.office, NULL));
    TRY(county_people(n.office, &n.people));
    TRY(county_runs(n.office, &n.runs));
    TRY(county_begin(n.office));
    TRY(file.size_bytes ? add_file(&n, file) : add_said(&n));
    TRY(keep_all(&n, service_put_list(call->request, call->reply, "changes")));
    TRY(store_commit(n.office->db));
    service_put_count(call->request, call->reply, "people", (int64_t)n.count);
    return ERR_NONE;
}

static const char *const ENTER_EXAMPLES[] = {
    "doudi account enter 1024 --number 6217000000000000123 --bank 示例农商银行 --why 退票 --as kate",
    "doudi account enter --employer 34 --number 6222000000000000936 --bank 示例工商银行 --as kate",
    "doudi account enter --file accounts.xlsx --as kate", NULL };

const service_op ACCOUNT_ENTER_OP = {
    .name = "account.enter",
    .summary = "Enter where a person is to be paid; it counts when two more people have agreed",
    .summary_zh = "登记收款账户，经复核和稽核确认后生效",
    .law = "《社会保险法》第七十三条",
    .kind = SERVICE_WRITE,
    .permission = "account.enter",
    .input = ENTER_INPUT,
    .input_count = ARRAY_COUNT(ENTER_INPUT),
    .output = ENTER_OUTPUT,
    .output_count = ARRAY_COUNT(ENTER_OUTPUT),
    .examples = ENTER_EXAMPLES,
    .run = account_enter_run,
    .print = payrun_print,
};
