# The page on a fund's books is true: each of its commands prints what it says.

@test "docs/ledger.md does what it tells its reader" {
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export LC_ALL=C.UTF-8 DOUDI_PACKS="$tree/packs" PATH="$(dirname "${DOUDI_PROGRAM:-$tree/build/release/doudi}"):$PATH"
    cd "$BATS_TEST_TMPDIR"
    run "$tree/tools/run_page" "$tree/docs/ledger.md"
    echo "$output"
    [ "$status" -eq 0 ]
}
