load support

# Cases of an independent actuary, computed from the documents alone and not from the packs: every
# row of the three tables of retirement, of the months of annuity, of the scores of ability; and the
# boundaries, old and coming dates, unknowns and written forms of all other topics.
@test "the packs agree with an independent actuary" {
    run doudi cases "$tree/tests/cases/held-out.json" --packs "$tree/packs"
    [ "$status" -eq 0 ] || { printf '%s\n' "${lines[@]}" | grep -v '^pass' | head -20; return 1; }
    [[ ${lines[-1]} =~ ^[0-9]+\ passed,\ 0\ failed$ ]]
    [ "${#lines[@]}" -gt 1700 ]
}
