#!/usr/bin/env bats
# doudi account: where the money goes is changed by three people; who waited for it is then paid, once.
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
bank() { "$program" bank run --books books --inbox inbox --outbox outbox "$@" --lang en; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head amy=accountant carl=cashier \
        kate=account-keeper rhea=account-reviewer
}

setup() {
    enter_office
    mkdir -p inbox outbox
}

# send RUN DAY: the run's way through its people to the bank.
send() {
    as rob "payrun check" "$1" >/dev/null
    as hana "payrun sign-section" "$1" >/dev/null
    as lea "payrun sign-leader" "$1" >/dev/null
    as amy "payrun authorise" "$1" --day "$2" >/dev/null
    as carl "payrun send" "$1" --out "inbox/P$1-1.csv" --day "$2" >/dev/null
}

@test "[C6] [E15] a returned and a missing account are changed by three people, and paid by a supplementary run, once" {
    as clara "payrun draft" --month 2026-11 --kind pension --payer 6200001 >/dev/null
    send 1 2026-11-15
    bank --account 6200001 --opening 5000000 --day 2026-11-15 --reject 20 --late 10 --seed 7 >/dev/null
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv --day 2026-11-16 >/dev/null
    bank --day 2026-11-25 >/dev/null
    as amy "payrun book" 1 --answer outbox/TP-P1-1.csv --day 2026-11-25 >/dev/null
    run show payrun waiting
    all=$(field lines) sum=$(field 'sum, yuan')
    [ "$(field 'lines the next run pays')" = 0 ]
    # What waits is what did not go, and what was left out: both ways of adding up agree.
    left=$(grep 'no bank account' <<<"$output" | awk '{ for (i = 1; i <= NF; i++) if ($i == "2026-11") s += $(i + 1) } END { printf "%.2f", s }')
    run show payrun show 1
    [ "$(awk "BEGIN { printf \"%.2f\", $left + $(field 'refused, yuan') + $(field 'returned, yuan') }")" = "$sum" ]
    closed=$(show payrun waiting | awk '/returned: the account is closed/ { print $4; exit }')
    missing=$(show payrun waiting | awk '/no bank account/ { print $4; exit }')

    printf '人员编号,开户银行,银行账号\n%s,示例农商银行,6217000000000000123\n%s,示例工商银行,6222000000000000936\n' "$closed" "$missing" >accounts.csv
    run as clara "account enter" --file accounts.csv
    [ "$status" -eq 5 ]
    run as kate "account enter" --file accounts.csv
    [ "$(field people)" = 2 ]
    run as kate "account enter" "$closed" --number 6217000000000000999
    [ "$status" -eq 4 ]
    run as audrey "account confirm" 1
    [ "$status" -eq 4 ]
    run as kate "account review" 1
    [ "$status" -eq 5 ]
    as rhea "account review" 1 >/dev/null
    run as rhea "account confirm" 1
    [ "$status" -eq 5 ]
    # Nothing has changed before the third.
    run as clara "payrun supplement" --month 2026-11 --kind pension --payer 6200001
    [ "$status" -eq 3 ]
    run show account list
    [[ "$output" == *0123*"waits for the auditor"*0936* && "$output" != *6217000000000000123* ]]
    run as audrey "account confirm" 1
    [ "$(field state)" = confirmed ]
    run as audrey "account confirm" 1
    [ "$status" -eq 4 ]

    run as clara "payrun supplement" --month 2026-11 --kind pension --payer 6200001
    [ "$status" -eq 0 ]
    [ "$(field lines)" = 2 ]
    [ "$(field 'refused or returned, paid again')" = 1 ]
    [ "$(field 'left out before, paid now')" = 1 ]
    run as clara "payrun supplement" --month 2026-11 --kind pension --payer 6200001
    [ "$(field run)" = 2 ]
    [ "$(field 'drafted now, not before')" = no ]
    run show payrun show 2
    [ "$(field 'lines into an account that was changed lately')" = 2 ]
    run show payrun lines 2
    [[ "$output" == *"paid again: run 1, line"* && "$output" == *"left out of run 1"* ]]
    run show payrun waiting
    [ "$(field lines)" -eq $((all - 2)) ]

    # An account changed after the draft is flagged, and nothing goes to the bank before it is drafted again.
    as kate "account enter" "$missing" --number 6222000000000000937 --bank 示例工商银行 >/dev/null
    as rhea "account review" 2 >/dev/null
    run as audrey "account confirm" 2
    [[ "$output" == *"payrun redraft 2"* ]]
    run show payrun show 2
    [ "$(field 'lines whose account was changed after they were drafted: draft the run again')" = 1 ]
    run as clara "payrun redraft" 2
    [ "$(field batch)" = P2-2 ]
    as rob "payrun check" 2 >/dev/null
    as hana "payrun sign-section" 2 >/dev/null
    as lea "payrun sign-leader" 2 >/dev/null
    as amy "payrun authorise" 2 --day 2026-11-26 >/dev/null
    as carl "payrun send" 2 --out inbox/P2-2.csv --day 2026-11-26 >/dev/null
    [ "$(iconv -f gb18030 -t utf-8 inbox/P2-2.csv | grep -c '6217000000000000123\|6222000000000000937')" -eq 2 ]
    bank --day 2026-11-26 >/dev/null
    as amy "payrun book" 2 --answer outbox/HP-P2-2.csv --day 2026-11-26 >/dev/null
    run as clara "payrun supplement" --month 2026-11 --kind pension --payer 6200001
    [ "$status" -eq 3 ]
    as clara "month open" --month 2026-11 >/dev/null
    as clara "month bill" --month 2026-11 >/dev/null
    as clara "month open" --month 2026-12 >/dev/null
    run as clara "payrun draft" --month 2026-12 --kind pension --payer 6200001
    [ "$(field 'refused or returned, paid again')" = 0 ]
    [ "$(field 'left out before, paid now')" = 0 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C5] arrears are a line of their own, what is owed is withheld; settled when the bank has paid, booked to the fen" {
    as clara "county export" --what benefits --out benefits.csv >/dev/null
    as clara "county export" --what accounts --out accounts.csv >/dev/null
    read -r owed owes < <(awk -F, 'NR == FNR { has[$1] = 1; next } $2 == "employee_pension" && has[$1] { printf "%s ", $1 }' \
        accounts.csv benefits.csv | awk '{ print $3, $5 }')
    as clara "benefit stop" "$owed" --reason lapse --from 2026-11 >/dev/null
    as clara "payrun draft" --month 2026-11 --kind pension --payer 6200001 >/dev/null
    send 1 2026-11-15
    bank --account 6200001 --opening 5000000 --day 2026-11-15 >/dev/null
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv --day 2026-11-16 >/dev/null
    [ "$(show payrun lines 1 --person "$owed" | sed -n 's/^lines: //p')" = 0 ]
    had=$(show payrun lines 1 --person "$owes" | sed -n 's/^sum, yuan: //p')
    as clara "benefit stop" "$owes" --reason prison --from 2026-11 --limit 100 >/dev/null
    as clara "benefit resume" "$owed" --from 2026-12 >/dev/null
    for batch in $(show oneoff list | awk '$3 == "proposed" { print $1 }'); do
        as rob "oneoff review" "$batch" >/dev/null
        as hana "oneoff approve" "$batch" >/dev/null
    done
    as clara "benefit resume" "$owes" --from 2026-12 >/dev/null
    batch=$(show oneoff list | awk '$3 == "proposed" { print $1 }')
    as rob "oneoff review" "$batch" >/dev/null
    as hana "oneoff approve" "$batch" >/dev/null

    as clara "month open" --month 2026-11 >/dev/null
    as clara "month bill" --month 2026-11 >/dev/null
    as clara "month open" --month 2026-12 >/dev/null
    run as clara "payrun draft" --month 2026-12 --kind pension --payer 6200001
    [ "$(field 'paid once: arrears, grants')" = 1 ]
    [ "$(field 'withheld, yuan')" = 100.00 ]
    total=$(field 'total, yuan')
    run as clara "payrun redraft" 2
    [ "$(field 'drafted now, not before')" = no ]
    [ "$(show payrun lines 2 --person "$owed" | sed -n 's/^lines: //p')" = 2 ]
    [ "$(show payrun lines 2 --person "$owes" | sed -n 's/^sum, yuan: //p')" = "$(awk "BEGIN { printf \"%.2f\", $had - 100 }")" ]
    # Given up and drafted anew, what the run had taken is free for the next.
    as clara "payrun withdraw" 2 >/dev/null
    run as clara "payrun draft" --month 2026-12 --kind pension --payer 6200001
    [ "$(field 'total, yuan')" = "$total" ]
    send 3 2026-12-15
    [[ "$(show oneoff list --person "$owed")" == *"in a payment run"* ]]
    bank --day 2026-12-15 >/dev/null
    as amy "payrun book" 3 --answer outbox/HP-P3-1.csv --day 2026-12-16 >/dev/null
    [[ "$(show oneoff list --person "$owed")" == *settled* ]]
    [[ "$(show oneoff list --person "$owes")" == *"100.00"*approved* ]]
    run show ledger vouchers --fund employee_pension --month 2026-12
    [[ "$output" == *"Benefits paid  P3-1"*"$total"* ]]
    run as clara "benefit settle" "$owes"
    [ "$(field 'to pay, yuan')" = 0.00 ]
    run as clara "payrun supplement" --month 2026-12 --kind pension --payer 6200001
    [ "$status" -eq 3 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "what is no account is refused whole, with its place; a change sent back changes nothing" {
    run as kate "account enter"
    [ "$status" -eq 2 ]
    [[ "$output" == *"the person is missing"* ]]
    as clara "payrun draft" --month 2026-11 --kind pension --payer 6200001 >/dev/null
    read -r one other < <(show payrun lines 1 --size 2 | awk '$1 == 1 && $2 ~ /^[12]$/ { printf "%s ", $3 } END { print "" }')
    run as kate "account enter" "$one"
    [ "$status" -eq 2 ]
    printf '人员编号,银行账号\n%s,6222000000000000936\n%s,\n' "$one" "$other" >bad.csv
    run as kate "account enter" --file bad.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"bad.csv:3"* ]]
    run show account list
    [ "$(field people)" = 0 ]
    as kate "account enter" "$one" --number 6222000000000000936 >/dev/null
    run as rhea "account refuse" 1 --why 户名不符
    [ "$(field state)" = refused ]
    run as rhea "account review" 1
    [ "$status" -eq 4 ]
    run as rhea "account review" 9
    [ "$status" -eq 3 ]
    mkdir -p p; cp -r "$tree"/packs/. p/; rm p/ledger/paying.csv
    run show payrun show 1 --packs p
    [ "$status" -eq 3 ]
    [[ "$output" == *account.new_days* ]]
}

# Kinds seen above: account.not_said payrun.no_setting
