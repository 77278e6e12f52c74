#include "paper/paper.h"

paper_node *paper_open(arena *a)
{
    return ARENA_NEW(a, paper_node); /* PAPER_BODY */
}

paper_node *paper_put(arena *a, paper_node *into, paper_kind kind)
{
    paper_node *node = ARENA_NEW(a, paper_node);
    node->kind = kind;
    if (into->last) into->last->next = node;
    else into->first = node;
    into->last = node;
    return node;
}

paper_node *paper_say_as(arena *a, paper_node *into, paper_tone tone, text words, text href)
{
    paper_node *node = paper_put(a, into, PAPER_WORDS);
    node->words = words;
    node->href = href;
    node->tone = tone;
    return node;
}

paper_node *paper_say(arena *a, paper_node *into, text words)
{
    return paper_say_as(a, into, PAPER_PLAIN, words, TEXT_NONE);
}

paper_node *paper_heading(arena *a, paper_node *into, int level, text id, text words)
{
    paper_node *node = paper_put(a, into, PAPER_HEADING);
    node->level = level;
    node->id = id;
    paper_say(a, node, words);
    return node;
}
