/* list_mistakes - the tables of mistakes as a Markdown page, for docs/policy-mistakes.md. */
#include <stdio.h>

#include "policy/syntax.h"

/* Bars would end a cell. */
static void print_cell(const char *sentence)
{
    putchar(' ');
    for (const char *at = sentence ? sentence : ""; *at; at++) {
        if (*at == '|') putchar('\\');
        putchar(*at);
    }
    printf(" |");
}

static void print_table(const char *title, const mistake_row *row)
{
    printf("\n## %s\n\n| code | what is wrong | how to mend it | 错误 | 改法 |\n", title);
    printf("|---|---|---|---|---|\n");
    for (; row->code; row++) {
        printf("| `%s` |", row->code);
        print_cell(row->says);
        print_cell(row->mend);
        print_cell(row->says_zh);
        print_cell(row->mend_zh);
        putchar('\n');
    }
}

int main(void)
{
    printf("# Mistakes in packs\n\n"
           "Every mistake that reading and checking a pack can report, printed by `tools/list_mistakes.c` "
           "(`make tools &&\nbuild/release/tools/list_mistakes >docs/policy-mistakes.md`). `{0}` `{1}` `{2}` "
           "stand for words of the pack.\n");
    print_table("Reading (form)", MISTAKES_SYNTAX);
    print_table("Checking (meaning)", MISTAKES_CHECK);
    return 0;
}
