/* Words of attributes as the packs know them: what a file says is kept by the packs' own word, or refused. */
#include "service/decide.h"
#include "service/lists.h"

typedef struct {
    int64_t name; /* of the attribute, as the registry gave it out */
    const policy_symbol **enums;
    decide_said *said;
    size_t enum_count, said_count;
} known_words;

struct list_words {
    arena *memory;
    county *office;
    known_words *known;
    size_t count, capacity;
};

list_words *list_words_open(arena *a, county *office)
{
    list_words *w = ARENA_NEW(a, list_words);
    *w = (list_words){ .memory = a, .office = office };
    return w;
}

/* An office that has no packs at hand takes any word: nobody can tell it there are others. */
static err look_up(list_words *w, int64_t name, known_words *one)
{
    const decide_law *law;
    const text *folders;
    size_t count;
    text fact;
    *one = (known_words){ .name = name };
    TRY(service_pack_folders(w->office->call, &folders, &count));
    if (!count) return ERR_NONE;
    TRY(decide_law_open(w->office->call, &law));
    TRY(county_word_text(w->office, name, &fact));
    decide_fact_words(w->memory, law, fact, &one->enums, &one->enum_count);
    return decide_said_words(w->memory, law, fact, &one->said, &one->said_count);
}

static err words_of(list_words *w, int64_t name, const known_words **known)
{
    known_words one;
    for (size_t i = 0; i < w->count; i++)
        if (w->known[i].name == name) {
            *known = &w->known[i];
            return ERR_NONE;
        }
    TRY(look_up(w, name, &one));
    ARENA_PUSH(w->memory, w->known, w->count, w->capacity, one);
    *known = &w->known[w->count - 1];
    return ERR_NONE;
}

static err none_of(const list_words *w, const known_words *known, text said)
{
    size_t count = 0;
    for (size_t i = 0; i < known->enum_count; i++) count += known->enums[i]->member_count;
    text *words = ARENA_ARRAY(w->memory, text, count + 1);
    count = 0;
    for (size_t i = 0; i < known->enum_count; i++)
        for (size_t k = 0; k < known->enums[i]->member_count; k++) {
            const char *label = known->enums[i]->member_labels[k];
            text word = text_of(w->office->call->is_chinese || !label ? known->enums[i]->members[k] : label);
            bool is_there = false;
            for (size_t j = 0; j < count; j++) is_there |= text_equal(words[j], word);
            if (!is_there) words[count++] = word;
        }
    return err_of(&LIST_BAD_WORD, list_say_words(w->office, said, words, count));
}

err list_words_take(list_words *w, registry_attribute *t)
{
    const known_words *known;
    if (!t->note.size_bytes || t->fact.is_void) return ERR_NONE;
    TRY(words_of(w, t->name, &known));
    if (!known->enum_count) return ERR_NONE;
    text said = t->note;
    for (size_t i = 0; i < known->said_count; i++)
        if (text_equal(said, known->said[i].said)) said = known->said[i].word;
    const char *word = decide_member(known->enums, known->enum_count, said);
    if (!word) return none_of(w, known, t->note);
    t->note = text_of(word);
    return ERR_NONE;
}
