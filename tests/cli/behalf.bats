#!/usr/bin/env bats
# Whom government pays for as residents, over two months: rolls, record, bills, and nobody left without.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }
# roll NAME HEAD MONTH: the lines of standard input are the roll of the month.
roll() { { echo "$2"; cat; } >"$1-$3.csv"; as clara "roll receive" "$1" "$1-$3.csv" --month "$3" --lang en >/dev/null; }
# who FILE FROM UNTIL [SUFFIX]: name, number and more of these people of a list "id,name,number".
who() { sed -n "$2,$3p" "$1" | awk -F, -v more="${4:+,$4}" '{ print $2 "," $3 more }'; }
id() { sed -n "$2p" "$1" | cut -d, -f1; }
state() { jq -r ".states[] | select(.state_code == \"$1\") | .people" <<<"$output"; }
H=姓名,身份证号

setup_file() {
    export OFFICE_MONTH=2026-10
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head carl=cashier amy=accountant pat=parameter-keeper
    local one
    for one in persons enrolments benefits attributes; do as clara "county export" --what $one --out $one.csv --reveal >/dev/null; done
    # id,name,number of residents of 17 to 58 whose sound number is the registry's, alive, drawing nothing, on no list; and of who is insured nowhere.
    { echo 姓名,公民身份号码; awk -F, 'NR > 1 && $3 ~ /^[0-9]*[0-9X]$/ && length($3) == 18 { print $2 "," $3 }' persons.csv; } >try.csv
    as clara "roll receive" police.population try.csv --month 2026-10 --dry-run --rejects bad.csv >/dev/null 2>&1 || true
    grep -oE '[0-9]{17}[0-9X]' bad.csv >bad.list || true
    awk -F, -v OFS=, '
        FILENAME == "bad.list" { bad[$1] = 1; next }
        FILENAME == "attributes.csv" { if ($2 == "person.death_day") out[$1] = 1; if ($2 == "resident.group") group[$1] = $3; next }
        FILENAME == "benefits.csv" { if ($2 ~ /pension/) out[$1] = 1; next }
        FILENAME == "enrolments.csv" { if ($2 == "resident_pension") resident[$1] = $7; else if ($2 ~ /pension/) out[$1] = 1; next }
        FNR > 1 && $3 ~ /^[0-9]*[0-9X]$/ && length($3) == 18 && !($3 in bad) && !($1 in out) && $5 ~ /^[0-9]+-/ {
            age = 2026 - substr($5, 1, 4)
            if (age < 17 || age > 58) next
            print $1, $2, $3, $1 in resident ? "resident" : "none", group[$1]
        }' bad.list attributes.csv benefits.csv enrolments.csv persons.csv | sort -t, -k1,1n >people.csv
    grep ',resident,$' people.csv >plain.list
    grep ',none,$' people.csv >none.list
    grep -E ',resident,低保对象$' people.csv >poor.list
    grep -E ',resident,重度残疾人$' people.csv >severe.list
    [[ $(wc -l <plain.list) -ge 30 && $(wc -l <poor.list) -ge 3 ]]
    # Nobody died, studies or is insured elsewhere by the rolls, which came; one roll has people it ought to have.
    one=$(who plain.list 30 30)
    echo "$one,2026-09-01" | roll police.deaths 姓名,公民身份号码,死亡日期 2026-10
    echo "$one,2026-09-01" | roll civil.cremation $H,火化日期 2026-10
    { who plain.list 29 29; who plain.list 11 11; } | sed 's/$/,一中/' | roll education.students $H,学校 2026-10
    echo "$(who plain.list 28 28),职工养老,参保,外省" | roll insured.elsewhere 姓名,社会保障号码,险种,状态,经办机构 2026-10
    # On the rolls: ten residents on no record, one of them at school; two who are insured nowhere; of the recorded all but the first.
    { who plain.list 1 5 低保对象; who plain.list 6 8 特困人员; who plain.list 9 10 低保边缘; who plain.list 11 11 低保对象; who none.list 1 2 低保对象
      sed -n '2,$p' poor.list | awk -F, '{ print $2 "," $3 ",低保对象" }'; } | roll civil.hardship $H,类别 2026-10
    { who plain.list 12 13; who plain.list 1 1; } | sed 's/$/,城关/' | roll rural.poverty "$H,村(社区)" 2026-10
    { who plain.list 14 15 二级; who plain.list 16 16 三级; awk -F, '{ print $2 "," $3 ",一级" }' severe.list; } | roll disabled.holders $H,残疾等级 2026-10
    as clara "month open" --month 2026-10 >/dev/null
}
setup() { enter_office; }

@test "[B5 B6 B7] two months of rolls: who is added, who leaves, what it costs, and who is on a roll and has no bill" {
    run show behalf list --month 2026-10 --json
    [ "$status" -eq 1 ]
    # Fourteen residents are on no record; two are insured nowhere; the first of the recorded has left, and who was recorded and draws a pension or died.
    [[ $(state to_record) = 14 && $(state uninsured) = 2 && $(jq .unknown <<<"$output") = 0 && $(state billed) = 0 ]]
    leaving=$(state leaves)
    [ "$leaving" -ge 1 ]
    run show behalf list --month 2026-10 --state leaves --out leaves.csv
    grep -q "^$(id poor.list 1)," leaves.csv
    run show behalf list --month 2026-10 --state left_out --out out.csv
    grep -q "^$(id plain.list 11)," out.csv # at school

    run as clara "behalf match" --month 2026-10 --dry-run --lang en
    [[ $status -eq 0 && $(field new) = 16 && $(field 'dropped out') = "$leaving" && $(field written) = no ]]
    run as clara "behalf match" --month 2026-10 --lang en
    [[ $status -eq 0 && $(field new) = 16 && $(field 'of them not insured as residents') = 2 && $(field written) = yes ]]
    run as clara "behalf match" --month 2026-10 --lang en
    [[ $status -eq 0 && $(field new) = 0 && $(field 'dropped out') = 0 && $(field written) = no ]]
    run show behalf list --month 2026-10 --json
    # Not billed yet: the control says so of each.
    due=$(jq '[.groups[].due] | add' <<<"$output")
    [[ $(state no_bill) = $((due - 2)) && $(state to_record) = 0 && $(state leaves) = 0 ]]

    as clara "month bill" --month 2026-10 >/dev/null
    run show behalf list --month 2026-10 --json
    [[ $status -eq 1 && $(state billed) = $((due - 2)) && $(state no_bill) = 0 && $(state uninsured) = 2 ]]
    # 200 yuan of the sample city's tier for each, half of it for the marginal of the sample county; what the bills add up to is what the treasury owes.
    [ "$(jq -r '.groups[] | select(.group == "destitute") | [.listed, .due, .billed, .paid] | @csv' <<<"$output" | tr -d '"')" = "3,3,3,600.00" ]
    [ "$(jq -r '.groups[] | select(.group == "fallen into poverty") | [.due, .billed, .paid] | @csv' <<<"$output" | tr -d '"')" = "2,2,400.00" ]
    [ "$(jq -r '.groups[] | select(.group == "near to minimum living") | [.due, .billed, .paid] | @csv' <<<"$output" | tr -d '"')" = "2,2,200.00" ]
    paid=$(jq -r .paid <<<"$output")
    [ "$(jq -r .fund <<<"$output")" = "Resident pension fund" ]
    run show dues show 政府
    [[ $output == *"Resident pension fund  premium"*" $paid "* ]]
    # The two enrol at the counter; the month's bill is made again for them, and nobody is left.
    for n in 1 2; do
        as clara "case open" 城乡居民参保登记 "$(id none.list $n)" --field 起始日=2026-10-01 --field 年缴费档次=200 --field 参加医保=false --paper 身份凭证 >/dev/null
        number=$(show case list --json | jq '.cases[0].case')
        as clara "case pass" "$number" 受理 >/dev/null
        as clara "month correct" --month 2026-10 --of 2026-10 --person "$(id none.list $n)" >/dev/null
    done
    run show behalf list --month 2026-10 --json
    [[ $status -eq 0 && $(state billed) = "$due" && $(jq -r .cleared_code <<<"$output") = clear ]]

    # November: one has left, one has become destitute, one has come who was billed in October as everybody.
    { who plain.list 2 4 低保对象; who plain.list 5 8 特困人员; who plain.list 9 10 低保边缘; who plain.list 17 17 低保对象; who none.list 1 2 低保对象
      sed -n '2,$p' poor.list | awk -F, '{ print $2 "," $3 ",低保对象" }'; } | roll civil.hardship $H,类别 2026-11
    who plain.list 12 13 | sed 's/$/,城关/' | roll rural.poverty "$H,村(社区)" 2026-11
    run show roll differences "$(show roll list --roll civil.hardship --json | jq '[.receipts[].receipt] | max')"
    [[ $(field added) = 1 && $(field changed) = 1 && $(field removed) = 2 ]]
    run show behalf list --month 2026-11 --json
    [[ $status -eq 1 && $(state to_record) = 2 && $(state leaves) = 1 && $(jq .left <<<"$output") = 3 ]]
    run as clara "behalf match" --month 2026-11 --from 2026-10 --lang en
    [[ $status -eq 0 && $(field new) = 1 && $(field 'of another group now') = 1 && $(field 'dropped out') = 1 ]]
    run show behalf list --month 2026-11 --json
    [[ $status -eq 1 && $(state bare_bill) = 1 && $(jq .left <<<"$output") = 1 ]]
    [ "$(jq '.rows[0].person' <<<"$output")" = "$(id plain.list 17)" ]
    # On the roll since October: the bill is put right, and what the person was to pay government pays.
    as clara "month correct" --month 2026-10 --of 2026-10 --person "$(id plain.list 17)" >/dev/null
    run show behalf list --month 2026-11 --json
    [[ $status -eq 0 && $(jq -r .cleared_code <<<"$output") = clear ]]
    run show person explain "$(id plain.list 17)" --bill 2026-10
    [[ $output == *"200.00"* ]]
    run show dues reconcile
    [[ $status -eq 0 && $output == *"all is equal"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[B7] while a roll never came nobody is called cleared, the record stays, and another's duty or a month ahead is refused" {
    run show behalf list --month 2026-09 --json
    [[ $status -eq 1 && $(jq -r .cleared_code <<<"$output") = not_clear && $(jq .unknown <<<"$output") -gt 2000 && $(jq -r .reason <<<"$output") == *"is not known"* ]]
    refused 4 behalf.no_roll "receive the rolls" "请先接收" as clara "behalf match" --month 2026-09
    run as rob "behalf match" --month 2026-10
    [ "$status" -eq 5 ]
    run as clara "behalf match" --month 2026-10 --from 2026-11
    [ "$status" -eq 2 ]
    run show behalf list --month 2026-10 --state broken
    [ "$status" -eq 2 ]
}
