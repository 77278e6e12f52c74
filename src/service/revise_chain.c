/* The decisions a benefit's amount comes of: from the one the registry names back to the award. */
#include <stdlib.h>

#include "service/revise.h"

/* What batches said of a decision, of those that count; NULL: no batch made it. */
static const revision_row *row_of(const revise_person *who, int64_t decision_id, int64_t *batch_id)
{
    for (size_t i = who->said_count; i-- > 0;) {
        const revision_said *said = &who->said[i];
        if (!revision_counts(said) || said->row.decision_id != decision_id) continue;
        *batch_id = said->batch_id;
        return &said->row;
    }
    return NULL;
}

static bool is_replaced(const revise_person *who, int64_t decision_id)
{
    for (size_t i = 0; i < who->said_count; i++)
        if (revision_counts(&who->said[i]) && who->said[i].row.replaces_id == decision_id) return true;
    return false;
}

static int by_month(const void *a, const void *b)
{
    const revise_link *x = a, *y = b;
    if (x->from_month != y->from_month) return x->from_month < y->from_month ? -1 : 1;
    return x->order < y->order ? 1 : x->order > y->order ? -1 : 0; /* walked from the newest back */
}

static err add_link(arena *a, decision_reader *decisions, const revise_person *who, int64_t decision_id, const revision_row *row,
                    int64_t batch_id, revise_chain *chain)
{
    revise_link link = { .decision_id = decision_id, .batch_id = batch_id, .order = chain->count };
    TRY(decision_reader_read(decisions, who->person_id, decision_id, &link.made));
    for (size_t k = 0; k < link.made.terms.key_count; k++)
        if (link.made.row.fen[k] != EVENTLOG_NONE) link.fen += link.made.row.fen[k];
    link.from_month = row ? row->from_month : link.made.terms.for_month;
    ARENA_PUSH(a, chain->links, chain->count, chain->capacity, link);
    return ERR_NONE;
}

err revise_chain_read(arena *a, decision_reader *decisions, const revise_person *who, int32_t month, revise_chain *chain)
{
    const registry_benefit *span = revise_coming(who, month);
    *chain = (revise_chain){ 0 };
    if (!span && who->span_count) span = &who->spans[who->span_count - 1];
    if (!span) return ERR_NONE;
    chain->head_id = span->decision_id;
    /* Of one who was no longer paid the registry's decision stayed as it was: batches went on from it. */
    for (size_t i = 0; i < who->said_count; i++)
        if (revision_counts(&who->said[i]) && !who->said[i].row.is_paid && who->said[i].row.before_id == chain->head_id)
            chain->head_id = who->said[i].row.decision_id;
    int64_t decision_id = chain->head_id;
    for (size_t steps = 0; decision_id && steps <= who->said_count; steps++) {
        int64_t batch_id = 0;
        const revision_row *row = row_of(who, decision_id, &batch_id);
        if (!is_replaced(who, decision_id)) TRY(add_link(a, decisions, who, decision_id, row, batch_id, chain));
        decision_id = row ? row->before_id : 0;
    }
    if (chain->count) qsort(chain->links, chain->count, sizeof *chain->links, by_month);
    return ERR_NONE;
}

/* ---- as it was: from a decision that a payment named ---- */

static const revision_said *said_then(const revise_person *who, int64_t decision_id)
{
    for (size_t i = who->said_count; i-- > 0;) {
        const revision_said *said = &who->said[i];
        if (revise_was_approved(said) && !said->terms.reverses && said->row.decision_id == decision_id) return said;
    }
    return NULL;
}

static bool is_replaced_by(const revision_said *const *met, size_t count, int64_t decision_id)
{
    for (size_t i = 0; i < count; i++)
        if (met[i]->row.replaces_id == decision_id) return true;
    return false;
}

err revise_chain_then(arena *a, decision_reader *decisions, const revise_person *who, int64_t head_id, revise_chain *chain)
{
    size_t met_count = 0;
    const revision_said **met = ARENA_ARRAY(a, const revision_said *, who->said_count + 1);
    *chain = (revise_chain){ .head_id = head_id };
    for (int64_t id = head_id; id && met_count <= who->said_count;) {
        const revision_said *said = said_then(who, id);
        if (!is_replaced_by(met, met_count, id))
            TRY(add_link(a, decisions, who, id, said ? &said->row : NULL, said ? said->batch_id : 0, chain));
        if (!said) break;
        met[met_count++] = said;
        id = said->row.before_id;
    }
    if (chain->count) qsort(chain->links, chain->count, sizeof *chain->links, by_month);
    return ERR_NONE;
}
