# Working days as the packs tell them: by month, with their source; deadlines in hand that stand elsewhere because of them.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    export OFFICE_MONTH=2026-09
    make_office clara=clerk rita=rights-manager lena=leader audrey=auditor
}
setup() { enter_office; }
show() { "$program" calendar show --county county.db --json "$@"; }

@test "a month shows what is worked and why, and says of a year nobody has told that weekends alone are off [L4]" {
    show --month 2026-10 --lang zh >said
    jq -e '.worked == 18 and .is_told and .told_until == "2026-12-31" and (.law | test("国办发明电")) and (.days | length) == 31' said
    jq -e '[.days[] | select(.kind_code == "holiday").day] == ["2026-10-01","2026-10-02","2026-10-03","2026-10-04","2026-10-05","2026-10-06","2026-10-07"]' said
    jq -e '.days[] | select(.day == "2026-10-10") | .kind_code == "made_up" and .is_worked and .weekday == 6 and .kind == "调休上班" and (.is_verified | not)' said
    jq -e '(.year | length) > 30 and .moved == []' said
    show --month 2027-02 | jq -e '.worked == 20 and (.is_told | not) and .year == []'
    "$program" calendar show --month 2027-02 --county county.db --lang zh | grep -q 只扣除周六、周日
    run --separate-stderr "$program" calendar show --month 2026-13 --county county.db
    [ "$status" -ne 0 ]
}

@test "a deadline that runs over a holiday is told with the day it would have had" {
    as clara "case open" 职工参保登记 700 --on 2026-09-28 >/dev/null
    as clara "case open" 投诉举报 700 --on 2026-09-28 >/dev/null
    # ten working days from Monday 28 September, by hand: 29 30, 8 9, Saturday 10, 12 13 14 15 16; by weekends alone: 29 30 1 2, 5 6 7 8 9, 12
    show --month 2026-10 --on 2026-09-28 | jq -e '[.moved[] | [.case, .from, .usual, .due, .later]] == [[1, "2026-09-28", "2026-10-12", "2026-10-16", "4"]]'
    show --month 2026-11 --on 2026-09-28 | jq -e '.moved == []'
    "$program" calendar show --month 2026-10 --on 2026-09-28 --county county.db --lang zh | grep -q '职工参保登记.*2026-10-12.*2026-10-16'
}
