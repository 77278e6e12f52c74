# The report of duties: who can do what today, how many people each way of moving money takes; an earlier table is told and changed.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk rob=reviewer hana=head lena=leader abby=accountant carl=cashier audrey=auditor rita=rights-manager
}

setup() { enter_office; }

report() { "$program" duty report --county county.db --json "$@"; }

@test "the report names who can do each step, and how many people each way takes with those of today [F5]" {
    report --lang zh >said
    jq -e '.table_code == "today" and .differences == [] and .takes_three and .tried > 700' said
    # six steps of one run are six people's; an award three; nobody keeps bank accounts here
    jq -e '[.paths[] | select(.path == ("payrun", "award", "account")) | .fewest] == [6, 3, 0]' said
    jq -e '.paths[] | select(.path == "payrun").steps | map(.people) == ["clara","rob","hana","lena","abby","carl"]' said
    jq -e '.duties[] | select(.duty == "payrun.pay") | .count == 1 and .people == "carl" and .name == "出纳付款"' said
    jq -e '.users[] | select(.user == "carl") | .roles == "出纳" and (.duties | test("出纳付款")) and (.is_bound | not) and (.has_second | not)' said
    jq -e '.unbound == 8 and (.unbound_users | split(", ") | length) == 8' said
    "$program" duty report --county county.db --lang en | grep -q '^users with duties who are bound to no person .*: clara, rob, hana, '
    # who is shut out can do nothing
    as rita "user disable carl" >/dev/null
    report | jq -e '(.paths[] | select(.path == "payrun").fewest) == 0 and ([.users[].user] | index("carl") | not)'
    "$program" duty report --county county.db --lang en | grep -q '^a payment run  (these people cannot: a step has nobody)$'
}

@test "an office of an earlier table is told what today's changes, and three people adopt it without naming a folder" {
    cp -r "$tree/packs/duties" earlier
    sed -i 's/ roll.enter//' earlier/duties.csv
    sed -i '/^merge,/d' earlier/paths.csv
    change=$(as rita "user table earlier" --json | jq .change)
    as lena "user approve $change" >/dev/null
    as audrey "user confirm $change" >/dev/null
    report >said
    jq -e '.table_code == "other" and (has("change") | not)' said
    jq -e '[.differences[] | [.file, .row, .change_code]] == [["duties.csv","roll.receive","changed"],["paths.csv","merge","added"]]' said
    jq -e '.differences[0] | (.now | test("roll.decide,")) and (.then | test("roll.decide roll.enter,"))' said
    as rita "user table" --json >proposed
    report >said
    jq -e --argjson n "$(jq .change proposed)" '.change == $n and .waits_for == "staff.approve staff.confirm"' said
    as lena "user approve $(jq .change proposed)" >/dev/null
    report | jq -e '.waits_for == "staff.confirm" and .table_code == "other"'
    as audrey "user confirm $(jq .change proposed)" >/dev/null
    report | jq -e '.table_code == "today" and .differences == []'
    "$program" verify --county county.db >/dev/null
}
