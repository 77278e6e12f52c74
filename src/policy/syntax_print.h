/* policy/syntax_print - trees back to packs, in one canonical form: parsing it gives the same tree.
 *
 * Inside the room only.
 */
#ifndef POLICY_SYNTAX_PRINT_H
#define POLICY_SYNTAX_PRINT_H

#include "policy/syntax.h"

/* The whole pack; only of one that was parsed without mistakes. */
text syntax_print(arena *a, const pack_syntax *pack);
/* An expression on one line, with the parentheses it needs. */
void syntax_print_expr(text_builder *b, const expr *e);
/* The same where only a sum may stand without parentheses, as in bounds. */
void syntax_print_expr_term(text_builder *b, const expr *e);
/* Whether two trees are the same but for their places. */
bool syntax_same(const pack_syntax *a, const pack_syntax *b);

#endif
