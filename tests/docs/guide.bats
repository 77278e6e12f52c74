# The user's guide is true: each of its commands runs.

setup() {
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    export LC_ALL=C.UTF-8
    cd "$tree"
}

@test "every command of the guide by role ends well" {
    count=0
    while IFS= read -r line; do
        count=$((count + 1))
        # shellcheck disable=SC2086
        run "$program" ${line#    doudi }
        [ "$status" -eq 0 ] || { echo "$line: exit $status: $output"; return 1; }
        [ -n "$output" ]
    done < <(grep '^    doudi ' docs/users-guide.md)
    [ "$count" -ge 10 ]
}
