/* Proofs in the book: what is promised, and what came of it when the book was made. */
#include "service/book.h"
#include "service/prove_claim.h"

enum { CLIFFS_SHOWN = 5 };

struct book_verdict {
    const policy_proof *proof;
    prove_result result;
};

err service_book_prove(book_making *m, size_t *broken)
{
    const policy_proof *proofs;
    size_t count;
    TRY(policy_proofs(m->a, m->book, TEXT_NONE, &proofs, &count));
    book_verdict *verdicts = ARENA_ARRAY(m->a, book_verdict, count + 1);
    m->verdicts = verdicts;
    for (size_t i = 0; i < count; i++) {
        const policy_proof *p = &proofs[i];
        prove_property property;
        TRY(claim_property(m->a, m->book, p, prove_has_z3(), &property));
        verdicts[i] = (book_verdict){ p, prove_run(m->a, &property) };
        *broken += !claim_is_expected(p, &verdicts[i].result);
        hash_map_put(m->verdict_index, text_format(m->a, "%s:%d", p->at.file, (int)p->at.line), i);
    }
    return ERR_NONE;
}

static void show_cliffs(book_making *m, paper_node *into, const book_verdict *v)
{
    const policy_proof *p = v->proof;
    policy_codes *codes = policy_codes_open(m->a, m->book, &p->planned);
    const policy_type *along = &p->planned.input_symbols[p->along_input]->type;
    const policy_type *type = &p->planned.output_types[0];
    for (size_t i = 0; i < v->result.cliff_count && i < CLIFFS_SHOWN; i++) {
        const prove_cliff *c = &v->result.cliffs[i];
        text at = policy_print_value(m->a, codes, along, c->at);
        text before = policy_print_value(m->a, codes, type, c->before);
        text after = policy_print_value(m->a, codes, type, c->after);
        paper_say(
            m->a, into,
            text_format(m->a,
                        service_say(m->call, "%sat %.*s: %.*s → %.*s", "%s在 %.*s 处：%.*s → %.*s"),
                        i ? "; " : " ", TEXT_ARG(at), TEXT_ARG(before), TEXT_ARG(after)));
    }
    size_t all = v->result.cliff_count + v->result.cliffs_unshown;
    if (all > CLIFFS_SHOWN)
        paper_say(m->a, into,
                  text_format(m->a, service_say(m->call, "; in all %zu", "；共 %zu 处"), all));
}

/* A list of cliffs is no promise; a promise is kept, open, broken as the pack says, or broken. */
static void show_verdict(book_making *m, paper_node *into, int32_t line)
{
    text key = text_format(m->a, "%s:%d", m->pack->file, (int)line);
    size_t index = hash_map_get(m->verdict_index, key);
    if (index == SIZE_MAX) return;
    const book_verdict *v = &m->verdicts[index];
    const prove_result *r = &v->result;
    paper_say(m->a, into, TEXT(" "));
    if (v->proof->kind == POLICY_PROOF_CLIFFS) {
        if (!r->cliff_count)
            paper_say_as(m->a, into, PAPER_GOOD,
                         text_of(service_say(m->call, "✓ none", "✓ 没有断崖")), TEXT_NONE);
        else
            paper_say_as(m->a, into, PAPER_TAG, text_of(service_say(m->call, "cliffs", "断崖")),
                         TEXT_NONE);
        show_cliffs(m, into, v);
        return;
    }
    const char *word = prove_verdict_name(r->verdict, m->call->is_chinese);
    if (v->proof->is_known_refuted && r->verdict == PROVE_REFUTED)
        word = service_say(m->call, "refuted, as the pack says", "已反驳，与所记相符");
    bool is_good = claim_is_expected(v->proof, r) && r->verdict == PROVE_PROVED;
    bool is_bad = !claim_is_expected(v->proof, r);
    paper_say_as(m->a, into,
                 is_good  ? PAPER_GOOD
                 : is_bad ? PAPER_BAD
                          : PAPER_TAG,
                 text_format(m->a, "%s%s",
                             is_good  ? "✓ "
                             : is_bad ? "✗ "
                                      : "",
                             word),
                 TEXT_NONE);
    const char *because = m->call->is_chinese ? r->because_zh : r->because;
    if (r->verdict == PROVE_NOT_PROVED && because)
        paper_say_as(m->a, into, PAPER_QUIET, text_format(m->a, " %s", because), TEXT_NONE);
}

void service_book_proofs(book_making *m, paper_node *into, const paper_block *block)
{
    paper_node *list = paper_put(m->a, into, PAPER_LIST), *item = NULL;
    text line;
    int32_t number = block->line, item_line = 0;
    for (size_t at = 0; service_book_line(block->body, &at, &line);) {
        text t = text_trim(line);
        number++;
        if (!t.size_bytes || t.bytes[0] == '#') continue;
        if (text_begins(line, TEXT("proof "))) {
            size_t colon = text_find(t, TEXT(":")), size = 1;
            if (colon == SIZE_MAX) colon = text_find(t, TEXT("：")), size = 3;
            if (item) show_verdict(m, item, item_line);
            item = paper_put(m->a, list, PAPER_ITEM);
            item_line = number;
            paper_say_as(m->a, item, PAPER_TAG, text_of(service_say(m->call, "property", "性质")),
                         TEXT_NONE);
            if (colon == SIZE_MAX) colon = t.size_bytes, size = 0;
            paper_say_as(m->a, item, PAPER_STRONG, text_trim(text_sub(t, 6, colon)), TEXT_NONE);
            paper_say(m->a, item, text_of(service_say(m->call, ": ", "：")));
            t = text_trim(text_sub(t, colon + size, t.size_bytes));
        } else {
            paper_say(m->a, item ? item : list, TEXT(" "));
        }
        service_book_formula(m, item ? item : list, m->pack->name, t, true);
    }
    if (item) show_verdict(m, item, item_line);
}
