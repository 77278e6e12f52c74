#!/usr/bin/env bats
# The demonstration of a county's month, at a size for tests.
load support

@test "the demonstration closes a county's month, and every step succeeds" {
    cd "$tree"
    run env DEMO_PEOPLE=3000 DEMO_PRACTICE=--practice DEMO_FOLDER="$BATS_TEST_TMPDIR/demo" tools/demo_county en
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [[ $output == *"collection rate "* && $output == *"payment runs whose signatures were checked: 4"* ]]
    [[ $output != *"did not succeed"* ]]
    # Minimum living that different people decided (2 x 800 - 400) is paid, with other assistance, by a run of the month after.
    [[ $output == *"最低生活保障: proposed, 1200.00 yuan"* ]]
    [[ $output == *"kind: assistance"*"paid, yuan: "[1-9]* ]]
    # The register of whom the coverage drive is after, and its gaps, in groups and as a page to print.
    [[ $output == *"people to be won, each counted once: "[1-9]* && $output == *"group.hardship "* && $output == *"a student of 16 and over "* ]]
    [ -s "$BATS_TEST_TMPDIR/demo/register.html" ]
}
