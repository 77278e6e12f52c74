#include "service/payrun_list.h"

#include <string.h>

#include "bankfile/bankfile.h"
#include "service/record_rows.h"
#include "service/recovery.h"

static const char *const OUTCOMES[PAYMENT_OUTCOME_COUNT][3] = {
    [PAYMENT_OPEN] = { "open", "open", "未答复" },
    [PAYMENT_PAID] = { "paid", "paid", "已付" },
    [PAYMENT_REFUSED] = { "refused", "refused", "拒付" },
    [PAYMENT_RETURNED] = { "returned", "returned", "退票" },
};

/* ---- which lines ---- */

static err amount_of(const service_call *call, const char *name, int64_t otherwise, int64_t *fen)
{
    text said = service_text_of(call, name, TEXT_NONE);
    *fen = otherwise;
    return said.size_bytes ? service_fen_of(call->request, said, fen) : ERR_NONE;
}

err payrun_list_filter(county *office, payrun_filter *f)
{
    const service_call *call = office->call;
    text person = service_text_of(call, "person", TEXT_NONE), change = service_text_of(call, "change", TEXT_NONE);
    text outcome = service_text_of(call, "state", TEXT_NONE), benefit = service_text_of(call, "benefit", TEXT_NONE);
    const county_word_row *word = county_word_row_of(COUNTY_BENEFIT, benefit);
    *f = (payrun_filter){ .benefit = word ? text_of(word->name) : benefit, .change = -1, .outcome = -1,
                          .bank = service_text_of(call, "bank", TEXT_NONE) };
    for (int i = 0; i < PAYRUN_CHANGE_COUNT; i++)
        if (text_equal_cstr(change, PAYRUN_CHANGES[i].name)) f->change = i;
    for (int i = 0; i < PAYMENT_OUTCOME_COUNT; i++)
        if (text_equal_cstr(outcome, OUTCOMES[i][0])) f->outcome = i;
    TRY(amount_of(call, "at-least", INT64_MIN, &f->fen_min));
    TRY(amount_of(call, "at-most", INT64_MAX, &f->fen_max));
    return person.size_bytes ? record_find_person(office, person, &f->person_id) : ERR_NONE;
}

static err bank_of(county *office, const registry_account *account, text *bank)
{
    *bank = TEXT_NONE;
    return account ? county_word_text(office, account->bank, bank) : ERR_NONE;
}

err payrun_list_takes(county *office, const payrun_filter *f, const payrun_entry *entry,
                      const registry_roster_row *who, bool *takes)
{
    bool is_stopped = entry->change == PAYRUN_STOPPED;
    int64_t fen = is_stopped ? entry->before_fen : entry->fen;
    text bank;
    *takes = (!is_stopped || f->change == PAYRUN_STOPPED) && (f->change < 0 || f->change == (int)entry->change) &&
             (f->outcome < 0 || (!is_stopped && f->outcome == (int)entry->at.outcome)) &&
             (!f->person_id || f->person_id == entry->at.line.person_id) && fen >= f->fen_min && fen <= f->fen_max &&
             (!f->benefit.size_bytes || text_equal(f->benefit, entry->benefit));
    if (!*takes || !f->bank.size_bytes) return ERR_NONE;
    TRY(bank_of(office, payrun_people_account(who, entry->at.line.account), &bank));
    *takes = text_find(bank, f->bank) != SIZE_MAX;
    return ERR_NONE;
}

/* ---- in words ---- */

static text reason_shown(const county *office, text iso)
{
    for (size_t i = 0; i < BANKFILE_REASON_COUNT; i++)
        if (iso.size_bytes && text_equal_cstr(iso, BANKFILE_REASONS[i].iso))
            return text_of(service_say(office->call, BANKFILE_REASONS[i].sentence, BANKFILE_REASONS[i].sentence_zh));
    return iso;
}

static text kind_of_line(const county *office, arena *a, const payment_run *run, const payrun_entry *entry)
{
    const payment_line *line = &entry->at.line;
    if (entry->change == PAYRUN_STOPPED) return TEXT_NONE;
    if (line->reissue_of_run)
        return text_format(a, service_say(office->call, "paid again: run %lld, line %lld", "重发：批次 %lld 第 %lld 笔"),
                           (long long)line->reissue_of_run, (long long)line->reissue_of_line);
    if (line->left_of_run)
        return text_format(a, service_say(office->call, "left out of run %lld", "批次 %lld 未列入，补发"),
                           (long long)line->left_of_run);
    if (line->item) return text_of(service_say(office->call, "paid once", "一次性支付"));
    return payrun_is_supplement(run->terms.kind) ? text_of(service_say(office->call, "not paid before",
                                                                       "此前未发")) : TEXT_NONE;
}

/* What the line is, and what was withheld from it and why. */
static err note_of(county *office, arena *a, const payment_run *run, const payrun_entry *entry, text *note)
{
    text withheld;
    *note = kind_of_line(office, a, run, entry);
    if (entry->change == PAYRUN_STOPPED) return ERR_NONE;
    TRY(recovery_words(office, &entry->at.line, &withheld));
    if (withheld.size_bytes)
        *note = text_format(a, "%.*s%s%.*s", TEXT_ARG(*note), note->size_bytes ? service_say(office->call, "; ", "；") : "",
                            TEXT_ARG(withheld));
    return ERR_NONE;
}

/* A secret as it may be seen; what was sealed for good says so. */
static err secret_shown(county *office, arena *a, int64_t subject_id, registry_secret secret, bool reveals, text *shown)
{
    registry *people;
    *shown = TEXT_NONE;
    if (!secret.key) return ERR_NONE;
    TRY(county_people(office, &people));
    err e = registry_reveal(a, people, subject_id, &secret);
    if (e.kind && e.kind != &REGISTRY_FORGOTTEN) return e;
    *shown = e.kind ? text_of(service_say(office->call, "sealed", "已封存"))
                    : reveals ? secret.plain : record_masked(a, &secret);
    return ERR_NONE;
}

static err put_account(county *office, arena *a, const payrun_entry *entry, const registry_roster_row *who,
                       bool reveals,
                       payrun_list_row *row)
{
    const registry_account *account = payrun_people_account(who, entry->at.line.account);
    if (!account) {
        row->account = text_of(service_say(office->call, "changed since", "已变更"));
        return ERR_NONE;
    }
    TRY(bank_of(office, account, &row->bank));
    return secret_shown(office, a, who->subject_id, account->number, reveals, &row->account);
}

err payrun_list_words(county *office, arena *a, const payment_run *run, const payrun_entry *entry,
                      const registry_roster_row *who, bool reveals, payrun_list_row *row)
{
    const registry_person *person = who ? who->subject : NULL;
    const payment_line *line = &entry->at.line;
    bool is_stopped = entry->change == PAYRUN_STOPPED, is_once = entry->change == PAYRUN_ONCE;
    text reason = TEXT_NONE;
    *row = (payrun_list_row){ .person = text_format(a, "%lld", (long long)line->person_id),
                              .benefit = county_word_shown(office, entry->benefit),
                              .for_month = service_month_text(a, (int32_t)line->for_month),
                              .amount = service_yuan(a, entry->fen) };
    row->change = text_of(service_say(office->call, PAYRUN_CHANGES[entry->change].says,
                                      PAYRUN_CHANGES[entry->change].says_zh));
    if (!is_once) row->before = service_yuan(a, entry->before_fen);
    if (!is_once) row->difference = service_yuan(a, entry->fen - entry->before_fen);
    if (person) row->name = person->name;
    if (person) TRY(secret_shown(office, a, who->subject_id, person->number, reveals, &row->number));
    TRY(note_of(office, a, run, entry, &row->note));
    if (is_stopped) return ERR_NONE;
    row->outcome_code = OUTCOMES[entry->at.outcome][0];
    row->outcome = text_of(service_say(office->call, OUTCOMES[entry->at.outcome][1], OUTCOMES[entry->at.outcome][2]));
    if (entry->at.outcome == PAYMENT_REFUSED || entry->at.outcome == PAYMENT_RETURNED)
        TRY(payment_reason_of(a, office->runs, line->person_id, run->run_id, entry->at.number, &reason));
    row->reason = reason_shown(office, reason);
    return put_account(office, a, entry, who, reveals, row);
}
