#!/usr/bin/env bats
# What an alert holds is not paid: found by a look at the county, left out of the run, paid once when let go.
load support
load office

as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words "$@" --as "$login" --county county.db --lang en
}
show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }
look() { as audrey "watch run" --month 2026-11 --purpose watch.payment >/dev/null; }
draft() { as clara "payrun draft" --month 2026-11 --kind resident "$@"; }
# alert_on PERSON: the number of the alert that holds their payment.
alert_on() { show alert list --subject "$1" --json | sed -n 's/.*"alert": *\([0-9]*\).*/\1/p' | head -n 1; }
# told PERSON DAY: a department tells of a death.
told() {
    printf 'person,name,value,from\n%s,person.death_day,%s,%s\n' "$1" "$2" "$2" >told.csv
    as clara "county import" told.csv --what attributes >/dev/null
}
# signed RUN: by all but the cashier.
signed() {
    as rob "payrun check" "$1" >/dev/null
    as hana "payrun sign-section" "$1" >/dev/null
    as lea "payrun sign-leader" "$1" >/dev/null
    as amy "payrun authorise" "$1" --day 2026-11-15 >/dev/null
}
# false_alarm ALERT: proposed, reviewed, approved by three people.
false_alarm() {
    as clara "alert close" "$1" --how false --why 'another of the same name' >/dev/null
    as rob "alert review" "$1" --why 'seen alive' >/dev/null
    as hana "alert release" "$1" --why agreed >/dev/null
}

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head amy=accountant carl=cashier
    as clara "month open" --month 2026-11 >/dev/null
}

# One who draws 227.63 a month as a resident, and is told to have died.
setup() {
    enter_office
    mkdir -p inbox outbox
    dead=699 monthly=227.63
}

@test "[F4] who has died is found by the watch and held before the money moves" {
    draft >/dev/null
    run show payrun show 1
    all=$(field 'total, yuan') all_lines=$(field lines)
    # The sample has two more whose resident pensions a watch stops: R02 and R03, 205.00 each.
    told $dead 2026-10-20
    look
    # Signed already or not: a hold made after the draft is said, and nobody signs over it.
    run as rob "payrun check" 1
    [[ $status -eq 4 && $output == *"(3 lines; person "*"payrun redraft"* ]]
    refused 4 payrun.held "3 lines" "3 lines" as rob "payrun check" 1
    run show payrun show 1
    [[ $(field 'lines that alerts hold now') = 3 && $(field 'held, yuan') = 637.63 ]]
    [[ $output == *"$dead"*"R01 paid after death"*"$monthly"* && $output == *"payrun redraft 1"* ]]
    run as clara "payrun redraft" 1
    [ "$status" -eq 0 ]
    [ "$(field 'left out: held by alerts')" = 3 ]
    [ "$(field lines)" -eq $((all_lines - 3)) ]
    [ "$(field 'total, yuan')" = "$(awk "BEGIN { printf \"%.2f\", $all - $monthly - 205 - 205 }")" ]
    run as clara "payrun redraft" 1
    [[ $output == *"drafted now, not before: no"* ]]
    run show payrun waiting --month 2026-11
    [[ $output == *"held by an alert"* ]]
    run show alert show "$(alert_on $dead)"
    [[ $output == *"2026-11"*"residents' pension"*"$monthly"* ]]
    signed 1
    as carl "payrun send" 1 --out inbox/P1-2.csv --day 2026-11-15 >/dev/null
    run show payrun lines 1 --person $dead
    [[ $output != *"$monthly"* ]]
    # It is no false alarm: the benefit is stopped, and nothing waits any more.
    as clara "benefit stop" $dead --reason death --from 2026-11 >/dev/null
    run show payrun waiting --month 2026-11
    grep -E " $dead .*no longer due" <<<"$output" || { echo "$output"; false; }
    run show verify
    [ "$status" -eq 0 ]
}

@test "[F5] a false alarm is let go by three people, and a supplementary run pays what was missed, once" {
    told $dead 2026-10-20
    look
    draft >/dev/null
    signed 1
    as carl "payrun send" 1 --out inbox/P1-1.csv --day 2026-11-15 >/dev/null
    alert=$(alert_on $dead)
    # Until the third has agreed, no run pays; nor because one calls it mended.
    run as clara "payrun supplement" --month 2026-11 --kind resident
    [ "$status" -eq 3 ]
    as clara "alert close" "$alert" --how false --why 'another of the same name' >/dev/null
    as rob "alert review" "$alert" --why 'seen alive' >/dev/null
    run as clara "payrun supplement" --month 2026-11 --kind resident
    [ "$status" -eq 3 ]
    run show payrun waiting --month 2026-11
    [[ $(grep -cE "held by an alert .*deal with alert $alert\$" <<<"$output") -eq 1 && $(field 'lines the next run pays') = 0 ]]
    run as hana "alert release" "$alert" --why agreed
    [[ $output == *"let go, yuan: $monthly"* ]]
    look
    run as clara "payrun supplement" --month 2026-11 --kind resident
    [ "$status" -eq 0 ]
    [[ $(field lines) = 1 && $(field 'total, yuan') = "$monthly" && $(field 'left out before, paid now') = 1 ]]
    run show payrun lines 2
    [[ $output == *"$dead"*"$monthly"* ]]
    signed 2
    as carl "payrun send" 2 --out inbox/P2-1.csv --day 2026-11-20 >/dev/null
    run as clara "payrun supplement" --month 2026-11 --kind resident
    [ "$status" -eq 3 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "a hold made after the authorisation keeps the order in the house; made after it was sent, it is said" {
    draft >/dev/null
    signed 1
    told $dead 2026-10-20
    look
    run as carl "payrun send" 1 --out inbox/P1-1.csv --day 2026-11-15
    [[ $status -eq 4 && ! -e inbox/P1-1.csv && $output == *"person "*"alert "*"payrun redraft"* ]]
    for person in $dead 966 443; do false_alarm "$(alert_on $person)"; done
    as carl "payrun send" 1 --out inbox/P1-1.csv --day 2026-11-15 >/dev/null
    other=2063
    told $other 2026-10-21
    look
    run show payrun show 1
    [[ $(field 'lines that alerts hold now') = 1 && $output == *"after it was sent to the bank"* ]]
}

@test "called mended, a hold holds on until its cause is gone" {
    look
    alert=$(alert_on 443)
    run as clara "alert close" "$alert" --how mended --why 'said so'
    [[ $output == *"waits for: a look that finds the cause gone"* ]]
    run draft
    [ "$(field 'left out: held by alerts')" = 2 ]
    printf 'person,name,value,from\n443,person.in_prison,no,2026-01-01\n' >free.csv
    as clara "county import" free.csv --what attributes >/dev/null
    look
    run show alert show "$alert"
    [[ $output == *"the cause is gone"* ]]
    run as clara "payrun redraft" 1
    [ "$(field 'left out: held by alerts')" = 1 ]
}
