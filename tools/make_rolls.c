/* make_rolls FOLDER PEOPLE SEED NOISE% NUMBERLESS% [FORMS%] - two invented rolls and the truth: a.csv, b.csv, truth.csv. */
#include <stdio.h>
#include <stdlib.h>

#include "os/os.h"
#include "sample/sample.h"

int main(int count, char **words)
{
    if (count != 6 && count != 7) {
        fprintf(stderr, "make_rolls FOLDER PEOPLE SEED NOISE%% NUMBERLESS%% [FORMS%%]\n");
        return 2;
    }
    arena *a = arena_open();
    sample_rolls_options options = { atoll(words[2]), (uint64_t)atoll(words[3]), atoi(words[4]), atoi(words[5]),
                                     count == 7 ? atoi(words[6]) : 0 };
    sample_rolls rolls;
    sample_rolls_make(a, &options, &rolls);
    text_builder truth = text_builder_open(a);
    text_add_cstr(&truth, "id_a,id_b,errors\n");
    for (size_t i = 0; i < rolls.pair_count; i++) {
        text_add_format(&truth, "a%013lld,b%014lld,", (long long)rolls.pairs[i].id_a, (long long)rolls.pairs[i].id_b);
        for (int e = 0; e < SAMPLE_ROLL_ERROR_COUNT; e++)
            if (rolls.pairs[i].errors >> e & 1) text_add_format(&truth, "%s ", sample_roll_error_name((sample_roll_error)e));
        text_add_char(&truth, '\n');
    }
    const char *names[] = { "a.csv", "b.csv", "truth.csv" };
    text files[] = { rolls.a, rolls.b, text_built(&truth) };
    for (int i = 0; i < 3; i++) {
        err e = os_write_file(a, text_format(a, "%s/%s", words[1], names[i]).bytes, files[i]);
        if (!e.kind) continue;
        fprintf(stderr, "%s\n", err_sentence(a, e, false).bytes);
        return 1;
    }
    arena_close(a);
    return 0;
}
