#!/usr/bin/env bats
# The tutorial is true: its files and commands give what it shows.

setup() {
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export PATH=$tree/build/release:$PATH LC_ALL=C.UTF-8
    unset DOUDI_PACKS DOUDI_HOME LANGUAGE LC_MESSAGES LANG
    cd "$BATS_TEST_TMPDIR"
}

@test "[O10] a newcomer's first pack: every file and command of the tutorial gives what the page shows" {
    run "$tree/tools/run_page" "$tree/docs/tutorial-first-pack.md"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == "3 files, 21 commands, 0 differ" ]]
}

@test "a page that shows something else than is printed fails, with the line and both texts" {
    sed 's/^月补贴 = 77.00 yuan$/月补贴 = 78.00 yuan/' "$tree/docs/tutorial-first-pack.md" >page.md
    run "$tree/tools/run_page" page.md
    [ "$status" -eq 1 ]
    [[ $output == *"doudi calc 月补贴"*"printed:  月补贴 = 77.00 yuan"*"the page: 月补贴 = 78.00 yuan"* ]]
    printf '```console\n$ echo one\none\ntwo\n```\n' >page.md
    run "$tree/tools/run_page" page.md
    [ "$status" -eq 1 ]
    [[ $output == *"not printed: two"* ]]
    printf '```console\n$ false\n```\n' >page.md
    run "$tree/tools/run_page" page.md
    [ "$status" -eq 1 ]
    printf 'nothing to run\n' >page.md
    run "$tree/tools/run_page" page.md
    [ "$status" -eq 1 ]
}
