/* What a benefit's amount is made of: the lines of its award, and what batches made of them since. */
#include "service/revise.h"

/* The row of the batch that made the decision, in force or taken back since: what was paid by it stays divided. */
static const revision_row *made_by(const revision_said *said, size_t count, int64_t decision_id)
{
    for (size_t i = 0; i < count; i++) {
        bool is_mirror = said[i].terms.reverses != 0; /* it names the decision before, which is not of its making */
        if (revise_was_approved(&said[i]) && !is_mirror && said[i].row.decision_id == decision_id) return &said[i].row;
    }
    return NULL;
}

static bool add_part(revise_division *d, text name, bool is_account, int64_t fen)
{
    size_t at = 0;
    while (at < d->part_count && !text_equal(d->parts[at].name, name)) at++;
    if (at == REVISE_PARTS_MAX) return false;
    if (at == d->part_count) d->parts[d->part_count++] = (revision_part){ name, is_account, 0 };
    d->parts[at].fen += fen;
    return true;
}

static err add_award(arena *a, decision_book *decisions, int64_t person_id, int64_t decision_id, revise_division *d, bool *fits)
{
    decision_made made;
    TRY(decision_read(a, decisions, person_id, decision_id, &made));
    for (size_t k = 0; k < made.terms.key_count; k++) {
        text name = text_of(made.terms.keys[k]);
        if (made.row.fen[k] == EVENTLOG_NONE) continue;
        /* The packs call the line that comes out of the individual account by this name. */
        *fits &= add_part(d, name, text_equal_cstr(name, "account"), made.row.fen[k]);
    }
    return ERR_NONE;
}

err revise_divide(arena *a, decision_book *decisions, revision_reader *reader, const registry_benefit *span, revise_division *d)
{
    int64_t person_id = span->fact.subject_id, decision_id = span->decision_id;
    revision_said *said;
    size_t count;
    bool fits = true;
    *d = (revise_division){ 0 };
    if (!decision_id) return ERR_NONE;
    TRY(revision_of_person(reader, person_id, &said, &count));
    const revision_row *row = made_by(said, count, decision_id);
    for (size_t steps = 0; row && steps <= count; steps++) {
        for (size_t k = 0; k < row->part_count; k++)
            fits &= add_part(d, row->parts[k].name, row->parts[k].is_account, row->parts[k].fen);
        decision_id = row->before_id;
        row = made_by(said, count, decision_id);
    }
    if (decision_id) TRY(add_award(a, decisions, person_id, decision_id, d, &fits));
    int64_t rest = span->amount_fen;
    for (size_t i = 0; i < d->part_count; i++) {
        fits &= d->parts[i].fen >= 0;
        rest -= d->parts[i].fen;
    }
    /* Of one who drew before this system kept decisions the first amount is known undivided only. */
    if (!decision_id && rest > 0) fits &= add_part(d, TEXT_NONE, false, rest), rest = 0;
    if (!fits || rest) d->part_count = 0;
    return ERR_NONE;
}

err revise_divide_month(arena *a, decision_book *decisions, revision_reader *reader, text benefit, const registry_benefit *span,
                        int32_t month, revise_division *d, int64_t *fen)
{
    revision_said *said;
    size_t count;
    bool fits = true;
    TRY(revision_of_person(reader, span->fact.subject_id, &said, &count));
    *fen = span->amount_fen + revise_rise(said, count, benefit, month);
    TRY(revise_divide(a, decisions, reader, span, d));
    if (!d->part_count) return ERR_NONE;
    for (size_t i = 0; i < count; i++) {
        const revision_row *row = &said[i].row;
        bool is_of_month = row->from_month <= month && month < said[i].terms.pay_month;
        if (!is_of_month || !revise_was_approved(&said[i]) || !text_equal(said[i].terms.benefit, benefit)) continue;
        for (size_t k = 0; k < row->part_count; k++)
            fits &= add_part(d, row->parts[k].name, row->parts[k].is_account, row->parts[k].fen);
    }
    for (size_t i = 0; i < d->part_count; i++) fits &= d->parts[i].fen >= 0;
    if (!fits) d->part_count = 0;
    return ERR_NONE;
}
