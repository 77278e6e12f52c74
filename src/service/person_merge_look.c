#include "service/person_merge.h"

#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/import_said.h"
#include "service/record_rows.h"
#include "service/words.h"

const err_kind PERSON_MERGE_UNDECIDED = {
    "person.merge_undecided", ERR_BAD_INPUT,
    "Both records speak of number {} of the view (--dry-run shows it): choose each, --keep, --take or --both.",
    "两份记录在第 {} 项上都有内容（--dry-run 可查看）：请逐项选择 --keep（保留甲）、--take（取乙）或 --both（并存）。"
};
const err_kind PERSON_MERGE_BAD_LABEL = {
    "person.merge_bad_label", ERR_BAD_INPUT,
    "{} cannot be chosen so: look the numbers up with --dry-run, choose each once, and --both only where two may stand.",
    "{} 不能这样选择：请用 --dry-run 查看各项编号，每项只选一次，--both 只用于可以并存的项目。"
};

const err_kind PERSON_MERGE_AGAINST_NUMBER = {
    "person.merge_against_number", ERR_CONFLICT,
    "With these choices the citizen number would say otherwise: {}. Choose the birthday and sex that go with the number.",
    "按所作选择，证件号码与其他信息不符：{}。请选择与证件号码一致的出生日期、性别。"
};

void person_merge_bar(person_merge_view *view, const err_kind *kind, text detail)
{
    err bar = err_of(kind, text_cstr(view->office->call->request, detail));
    ARENA_PUSH(view->office->memory, view->bars, view->bar_count, view->bar_capacity, bar);
}

/* ---- numbers by which a clerk chooses ---- */

/* Years of months with one employer are chosen as one. */
static bool goes_with(const registry_meeting *before, const registry_meeting *m)
{
    if (m->kind != REGISTRY_SPELL || before->kind != REGISTRY_SPELL || !m->theirs || !before->theirs) return false;
    const registry_spell *a = before->theirs, *b = m->theirs;
    return a->scheme == b->scheme && a->employer_id == b->employer_id;
}

static void give_labels(person_merge_view *view)
{
    view->labels = ARENA_ARRAY(view->office->memory, size_t, view->meeting_count + 1);
    for (size_t i = 0; i < view->meeting_count; i++) {
        const registry_meeting *m = &view->meetings[i];
        view->labels[i] = 0;
        if (!m->must_choose || m->kind == REGISTRY_BENEFIT) continue;
        for (size_t k = i; k-- > 0 && !view->labels[i];)
            if (view->labels[k] && goes_with(&view->meetings[k], m)) view->labels[i] = view->labels[k];
        if (!view->labels[i]) view->labels[i] = ++view->label_count;
    }
}

static bool may_both(const person_merge_view *view, size_t label)
{
    for (size_t i = 0; i < view->meeting_count; i++)
        if (view->labels[i] == label && !view->meetings[i].may_both) return false;
    return true;
}

static err bad_label(const person_merge_view *view, text said)
{
    return err_of(&PERSON_MERGE_BAD_LABEL, text_cstr(view->office->call->request, text_shown(view->office->memory, said, 40)));
}

/* "1=keep 3=take": what was said, in order. */
static err take_choices(person_merge_view *view)
{
    static const char *const WORDS[] = { [REGISTRY_KEEP] = "keep", [REGISTRY_TAKE] = "take", [REGISTRY_BOTH] = "both" };
    bool *is_said = ARENA_ARRAY(view->office->memory, bool, view->label_count + 1);
    memset(is_said, 0, view->label_count + 1);
    for (text rest = view->terms->choices; rest.size_bytes;) {
        size_t blank = text_find(rest, TEXT(" ")), end = blank == SIZE_MAX ? rest.size_bytes : blank;
        text one = text_sub(rest, 0, end);
        size_t at = text_find(one, TEXT("="));
        int64_t label = 0;
        registry_choice choice = REGISTRY_UNDECIDED;
        if (at == SIZE_MAX || !codec_parse_scaled(text_sub(one, 0, at), 0, &label)) return bad_label(view, one);
        for (int c = REGISTRY_KEEP; c <= REGISTRY_BOTH; c++)
            if (text_equal_cstr(text_sub(one, at + 1, one.size_bytes), WORDS[c])) choice = (registry_choice)c;
        bool fits = label > 0 && (size_t)label <= view->label_count && choice && !is_said[label];
        if (!fits || (choice == REGISTRY_BOTH && !may_both(view, (size_t)label))) return bad_label(view, one);
        is_said[label] = true;
        for (size_t i = 0; i < view->meeting_count; i++)
            if (view->labels[i] == (size_t)label) view->meetings[i].choice = choice;
        rest = text_sub(rest, blank == SIZE_MAX ? end : end + 1, rest.size_bytes);
    }
    text_builder open = text_builder_open(view->office->call->request);
    for (size_t label = 1; label <= view->label_count; label++)
        if (!is_said[label]) text_add_format(&open, "%s%zu", open.size_bytes ? ", " : "", label);
    if (open.size_bytes) person_merge_bar(view, &PERSON_MERGE_UNDECIDED, text_built(&open));
    return ERR_NONE;
}

/* Who the person would be must agree with the number that would be theirs, unless it was so before. */
static err check_number(person_merge_view *view)
{
    const registry_person *own = (const registry_person *)view->kept.facts[REGISTRY_PERSON] + view->kept.count[REGISTRY_PERSON] - 1;
    registry_person now = *own;
    const char *blamed;
    for (size_t i = 0; i < view->meeting_count; i++) {
        const registry_meeting *m = &view->meetings[i];
        const registry_person *theirs = m->theirs;
        if (!m->cell || (m->must_choose && m->choice != REGISTRY_TAKE)) continue;
        if (!strcmp(m->cell, "sex")) now.sex = theirs->sex;
        if (!strcmp(m->cell, "birth_day")) now.birth_day = theirs->birth_day;
        if (strcmp(m->cell, "number") != 0) continue;
        now.number = theirs->number;
        TRY(registry_reveal(view->office->memory, view->people, view->terms->other, &now.number));
    }
    err e = import_check_person(view->office, view->office->memory, own, &now, true, &blamed);
    if (e.kind != &IMPORT_AGAINST_NUMBER) return e;
    person_merge_bar(view, &PERSON_MERGE_AGAINST_NUMBER, text_of(e.detail));
    return ERR_NONE;
}

/* ---- looking ---- */

static err read_month(person_merge_view *view)
{
    charter *room;
    text open;
    TRY(county_charter(view->office, &room));
    TRY(charter_read(view->office->memory, room, TEXT("month.open"), CHARTER_NOW, &open));
    if (open.size_bytes) return calendar_parse_month(open, &view->month);
    view->month = calendar_month_of_day(view->office->call->office->settings.today_day);
    return ERR_NONE;
}

/* Entered while it was two records, and one of them is part of another by now. */
static err check_unmerged(const person_merge_view *view)
{
    const int64_t ids[] = { view->terms->kept, view->terms->other };
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
        int64_t into, since_ms;
        TRY(registry_merged_into(view->people, ids[i], REGISTRY_NOW, &into, &since_ms));
        if (into) return err_of(&PERSON_MERGE_DONE, text_format(view->office->call->request, "%lld", (long long)ids[i]).bytes);
    }
    return ERR_NONE;
}

/* A death makes one record say what the other must not take over unseen. */
static err look_merge(person_merge_view *view)
{
    int64_t death;
    arena *a = view->office->memory;
    TRY(check_unmerged(view));
    TRY(registry_word_find(view->people, TEXT("person.death_day"), &death));
    TRY(registry_merge_look(a, view->people, view->terms->kept, view->terms->other, &death, death != 0, &view->meetings, &view->meeting_count));
    give_labels(view);
    TRY(take_choices(view));
    return check_number(view);
}

err person_merge_look(county *office, person_merge_terms *terms, person_merge_view *view)
{
    arena *a = office->memory;
    *view = (person_merge_view){ .office = office, .terms = terms };
    TRY(county_people(office, &view->people));
    TRY(read_month(view));
    TRY(registry_record_read(a, view->people, terms->kept, REGISTRY_NOW, &view->kept));
    TRY(registry_record_read(a, view->people, terms->other, REGISTRY_NOW, &view->other));
    if (view->kept.kind != REGISTRY_PERSON || view->other.kind != REGISTRY_PERSON)
        return err_of(&RECORD_OTHER_KIND, ERR_SAID("person", "人员编号"));
    if (terms->is_split) TRY(registry_split_look(a, view->people, terms->kept, terms->other, &view->partings, &view->parting_count));
    else TRY(look_merge(view));
    TRY(person_merge_accounts(view));
    return terms->is_split ? ERR_NONE : person_merge_bars(view);
}

/* ---- what is signed ---- */

static void add_fact(text_builder *out, const void *fact)
{
    const registry_fact *f = fact;
    if (f)
        text_add_format(out, " %lld/%lld/%lld/%lld-%lld", (long long)f->subject_id, (long long)f->sequence, (long long)f->item,
                        (long long)f->from, (long long)f->until);
}

/* Facts never change once said, so that naming them by their place in the log says all they hold. */
err person_merge_digest(const person_merge_view *view, text *hex)
{
    arena *a = view->office->memory;
    text_builder out = text_builder_open(a);
    crypto_hasher *hasher;
    char digits[2 * CRYPTO_DIGEST_BYTES + 1];
    for (size_t i = 0; i < view->meeting_count; i++) {
        const registry_meeting *m = &view->meetings[i];
        text_add_format(&out, "%d %s", (int)m->kind, m->cell ? m->cell : "-");
        add_fact(&out, m->theirs);
        text_add_cstr(&out, " :");
        for (size_t k = 0; k < m->our_count; k++) add_fact(&out, m->ours[k]);
        text_add_char(&out, '\n');
    }
    for (size_t i = 0; i < view->parting_count; i++) {
        text_add_format(&out, "%d %d%d", (int)view->partings[i].kind, view->partings[i].is_since, view->partings[i].is_taken);
        add_fact(&out, view->partings[i].fact);
        text_add_char(&out, '\n');
    }
    for (size_t i = 0; i < view->account_count; i++)
        text_add_format(&out, "account %d %lld %lld\n", view->accounts[i].fund, (long long)view->accounts[i].other_fen,
                        (long long)view->accounts[i].moved_fen);
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_digest digest = crypto_hash(hasher, out.bytes, out.size_bytes);
    crypto_hasher_close(hasher);
    crypto_print_hex(digest.bytes, sizeof digest.bytes, digits);
    *hex = text_copy(a, text_of(digits));
    return ERR_NONE;
}
