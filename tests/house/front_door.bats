#!/usr/bin/env bats
# The front door's own words: the mission's count, declared skips, and what a broken program leaves.

setup() {
    tools="$(cd "$BATS_TEST_DIRNAME/../../tools" && pwd)"
    cd "$BATS_TEST_TMPDIR"
    mkdir -p tools build tests
    printf '## 一\nA1 甲\nA2 乙\nA10 丙\n' >tools/mission-rows.txt
}

@test "mission counts a row once a user's test that names it has passed" {
    printf 'pass\tcli/enrol\tenrols everybody [A1]\npass\tpacks/养老\t退休 [A10]\n' >build/test-results.txt
    run "$tools/mission"
    [ "${lines[-1]}" = "2/3" ]
    [[ "$output" == *"cli/enrol: enrols everybody [A1]"* ]]
}

@test "mission counts each row of a title that names several in one bracket" {
    printf 'pass\tcli/enrol\t[A1 A10] enrols everybody\n' >build/test-results.txt
    run "$tools/mission"
    [ "${lines[-1]}" = "2/3" ]
}

@test "mission counts no unit test, no failed test, and no row with one of its tests failing" {
    printf 'pass\trelease:test_x\tsums [A1]\nfail\tcli/a\tb [A2]\npass\tcli/a\tc [A2]\n' >build/test-results.txt
    run "$tools/mission"
    [ "${lines[-1]}" = "0/3" ]
}

@test "mission without a test run says so" {
    run "$tools/mission"
    [ "${lines[-1]}" = "0/3" ]
    [[ "$output" == *"no test has run"* ]]
}

@test "an undeclared skip becomes a failure, a declared one stays a skip" {
    printf 'skip\tcli/a\tone\nskip\tcli/a\ttwo\npass\tcli/a\tthree\n' >results
    echo 'cli/a | two | needs a second machine' >tests/declared-skips.txt
    "$tools/declared_skips" results
    [ "$(grep -c '^fail' results)" -eq 1 ]
    grep -q '^fail.*one: skipped, and not declared' results
    grep -q '^skip.*two' results
}

@test "a declaration without a reason declares nothing" {
    printf 'skip\tcli/a\ttwo\n' >results
    echo 'cli/a | two |' >tests/declared-skips.txt
    "$tools/declared_skips" results
    grep -q '^fail' results
}

@test "a program that dies inside a test is a failure that names the test" {
    printf '[ RUN      ] first\n[       OK ] first\n[ RUN      ] second\n' >log
    run awk -v program=p -v code=139 -f "$tools/cmocka_results.awk" log
    [ "${lines[0]}" = "$(printf 'pass\tp\tfirst')" ]
    [ "${lines[1]}" = "$(printf 'fail\tp\tsecond: the program ended in it, code 139')" ]
}

@test "a program that runs no test is a failure" {
    : >log
    run awk -v program=p -v code=0 -f "$tools/cmocka_results.awk" log
    [ "$output" = "$(printf 'fail\tp\tthe program ran no test')" ]
}

@test "every mistake of the mutants' table still stands in its file, once" {
    cd "$tools/.."
    run tools/mutants --check
    [ "$status" -eq 0 ]
    [[ "${lines[-1]}" == *" stand, 0 do not" ]]
}
