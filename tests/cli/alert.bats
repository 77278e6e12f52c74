#!/usr/bin/env bats
# doudi watch run, alert: the county is looked at, what is found is kept, given out, closed, let go.
load support
load office

as() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db --lang en
}
show() { "$program" "$@" --county county.db --lang en; }
look() { as audrey watch run --month 2026-11 "$@"; }
# alert_of WATCH: the number of its first alert.
alert_of() { show alert list --watch "$1" --state all --json | sed -n 's/.*"alert": *\([0-9]*\).*/\1/p' | head -n 1; }
subject_of() { show alert show "$1" --json | sed -n 's/.*"subject": *\([0-9]*\).*/\1/p' | head -n 1; }
state_of() { show alert show "$1" | sed -n 's/^state: //p'; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head
}

setup() { enter_office; }

@test "[C10 F1 F4] the county is watched: what is found is kept once, by money at risk, with article and facts" {
    run look --unchecked unchecked.csv
    [ "$status" -eq 0 ]
    for watch in R01 R02 R03 R04 due.employee insured_twice.pension; do
        [[ $output =~ $watch\ .*\ ([1-9][0-9]*)\ +0\ +0\ +0\ +0\ +0 ]] || { echo "$watch finds nobody"; false; }
    done
    # Nobody has left a trace here: whoever draws a benefit that is certified has lapsed.
    [[ $output =~ certification\ .*\ ([1-9][0-9]*)\ +0\ +0\ +0\ +0\ +0 ]]
    head -n 1 unchecked.csv | grep -q '^watch,subject,reason'
    run show alert list --limit 3 --json
    [ "$(grep -c '"alert":' <<<"$output")" -eq 3 ]
    risks=$(sed -n 's/.*"risk": "\([0-9.]*\)".*/\1/p' <<<"$output" | tail -n +2)
    [ "$risks" = "$(sort -rn <<<"$risks")" ]
    # A few at a time, each lot behind the last of the one before, are all of them, once.
    show alert list --limit 100000 --json | sed -n 's/.*"alert": *\([0-9]*\).*/\1/p' >all.ids
    after=0
    : >lots.ids
    while [ -n "$after" ]; do
        show alert list --limit 150 ${after:+$([ "$after" = 0 ] || echo --after "$after")} --json >lot.json
        sed -n 's/.*"alert": *\([0-9]*\).*/\1/p' lot.json >lot.ids
        [ "$(sed -n 's/.*"found": *\([0-9]*\).*/\1/p' lot.json)" = "$(wc -l <all.ids)" ]
        cat lot.ids >>lots.ids
        after=$(tail -n 1 lot.ids)
    done
    cmp all.ids lots.ids
    run show alert show "$(alert_of R01)"
    [[ $output == *"社会保险经办条例 第二十五条、第四十六条"* && $output == *"date of death "* && $output == *"死亡后发放 = "* ]]
    run look
    [[ $output == *"0 new, 0 again"*"nothing changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
    show alert list --state all --out all.csv
    [ "$(wc -l <all.csv)" -gt 20 ]
    refused 2 alert_list.bad_town "591" "591" show alert list --town 591
    refused 3 alert.not_found "999999" "999999" show alert show 999999
}

@test "[C10] a new county pays what its own law gives: no amount of it is another than is due" {
    look --purpose watch.amount --json >run.json
    [ "$(jq '[.. | objects | select(.watch? | strings | startswith("R11")) | .raised] | add' run.json)" -eq 0 ]
    as clara county export --what benefits --out benefits.csv >/dev/null
    # 85 % of the minimum wage of 1,980, to the yuan.
    [ "$(grep ',unemployment,paying,' benefits.csv | cut -d, -f4 | sort -u)" = 1683.00 ]
}

@test "[C10] an alert ends with its cause and says so, and is there again with it" {
    look --purpose watch.payment >/dev/null
    id=$(alert_of R03) who=$(subject_of "$(alert_of R03)")
    as clara alert assign "$id" --to clara >/dev/null
    [ "$(state_of "$id")" = assigned ]
    run as clara alert assign "$id" --to clara
    [[ $output == *"anything was changed: no"* ]]
    printf 'person,name,value,from\n%s,person.in_prison,no,2026-01-01\n' "$who" >free.csv
    as clara county import free.csv --what attributes >/dev/null
    run look --purpose watch.payment
    [[ $output == *"1 ended"* ]]
    [ "$(state_of "$id")" = "the cause is gone" ]
    printf 'person,name,value,from\n%s,person.in_prison,yes,2026-01-01\n' "$who" >back.csv
    as clara county import back.csv --what attributes >/dev/null
    run look --purpose watch.payment
    [[ $output == *"0 new, 1 again"* ]]
    [ "$(state_of "$id")" = open ]
    as clara alert close "$id" --how mended --why 'said so' >/dev/null
    look --purpose watch.payment >/dev/null
    run show alert show "$id"
    [[ $output == *"raised"*"assigned"*"closed by itself"*"opened again"*"closed as mended"*"opened again"* ]]
}

@test "[C10] eleven over 45 without a tax record, insured at once by a small employer, are watched; whoever only has a new wage is not" {
    run look --purpose watch.staff --unchecked unchecked.csv
    [[ $status -eq 0 && $output == *"in all: 0 new"* ]]
    [ "$(wc -l <unchecked.csv)" -eq 1 ]
    as clara county export --what enrolments --out enrolments.csv >/dev/null
    as clara county export --what persons --out persons.csv >/dev/null
    awk -F, 'NR == FNR { if ($3 == "resident") r[$1] = 1; next } r[$1] && $5 > "1955" && $5 < "1980-11" { print $1 }' enrolments.csv persons.csv | head -n 11 >who.txt
    staff=$(grep ',employee_pension,employee,34,' enrolments.csv | cut -d, -f1)
    { echo person,scheme,standing,employer,region,wage,tier,from,until
      while read -r who; do echo "$who,employee_pension,employee,34,590121,4500.00,,2026-11-05,"; done <who.txt
      for who in $staff; do echo "$who,employee_pension,employee,34,590121,9999.00,,2026-11-01,"; done; } >joined.csv
    as clara county import joined.csv --what enrolments >/dev/null
    # What nobody has told of the employer, or the tax office of them, cannot be checked, and is said so.
    look --purpose watch.staff --unchecked unchecked.csv >/dev/null
    grep -q '^R06,34,small or micro' unchecked.csv
    printf '统一社会信用代码,项目,内容,起始日\n91590121671712535W,employer.is_small,是,2026-01-01\n' >small.csv
    as clara county import small.csv --what attributes >/dev/null
    look --purpose watch.staff --unchecked unchecked.csv >/dev/null
    grep -q '^R06,34,.*has a tax record' unchecked.csv
    { echo person,name,value,from; sed 's/$/,person.is_taxed,no,2026-01-01/' who.txt; } >tax.csv
    as clara county import tax.csv --what attributes >/dev/null
    run look --purpose watch.staff
    [[ $output == *"in all: 1 new"* ]]
    run show alert show "$(alert_of R06)"
    [[ $output == *"近期可疑参保人数 = 11"*"第八十七条"* ]]
    run look --purpose watch.staff
    [[ $output == *"1 standing"*"nothing changed"* ]]
    # One of them is taxed: ten are as many as the packs call too many, nine are not.
    for left in 1 0; do
        sed -i "1!{0,/,no,/s/,no,/,yes,/}" tax.csv
        as clara county import tax.csv --what attributes >/dev/null
        run look --purpose watch.staff
        [[ $output == *"$left standing, $((1 - left)) ended"* ]]
    done
}

@test "[C10] an employer that declares after it was deregistered is watched" {
    printf '统一社会信用代码,项目,内容\n91590121671712535W,单位注销日,2026-10-15\n91590121671712535W,最近申报月,2026-11\n' >closed.csv
    as clara county import closed.csv --what attributes >/dev/null
    run look --purpose watch.employer
    [[ $output =~ R09\ .*\ 1\ +0\ +0\ +0\ +0\ +0 ]]
    run show alert show "$(alert_of R09)"
    [[ $output == *"最近申报月"*"2026-11"* && $output == *"社会保险经办条例 第十条"* ]]
}

@test "[F5] a hold that was a false alarm is let go by three people, no two of them one" {
    look --purpose watch.payment >/dev/null
    id=$(alert_of R03)
    refused 4 alert_step.hold_stands "$id" "$id" as rob alert review "$id" --why seen
    run as clara alert close "$id" --how false --why 'another of the same name'
    [[ $output == *"review by a second person"* ]]
    run as clara alert review "$id" --why mine
    [ "$status" -eq 5 ]
    as rob alert review "$id" --why 'papers seen' >/dev/null
    run as rob alert release "$id" --why mine
    [ "$status" -eq 5 ]
    run as hana alert release "$id" --why agreed
    [ "$status" -eq 0 ]
    [ "$(state_of "$id")" = "false alarm" ]
    run look --purpose watch.payment
    [[ $output == *"nothing changed"* ]]
    run as hana alert release "$id" --why again
    [[ $output == *"anything was changed: no"* ]]
    as audrey alert reopen "$id" --why 'the papers were forged' >/dev/null
    [ "$(state_of "$id")" = open ]
}
