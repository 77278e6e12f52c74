/* paper/paper_internal.h - what the files of the room share. */
#ifndef PAPER_PAPER_INTERNAL_H
#define PAPER_PAPER_INTERNAL_H

#include "paper/paper.h"

void paper_chart_print(text_builder *b, const paper_node *chart);
void paper_code_print(text_builder *b, const paper_node *code);

#endif
