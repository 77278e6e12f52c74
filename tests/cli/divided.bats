#!/usr/bin/env bats
# What an adjusted pension is made of: its increase is the pool's, its account part stays; a new pensioner is adjusted the year after.
load support
load office

as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words "$@" --as "$login" --county county.db --lang en
}
as_bare() { local login=$1 words=$2; shift 2; DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words "$@" --as "$login" --county county.db; }
show() { "$program" "$@" --county county.db --lang en; }
digest() { show award list --month 2026-11 --json "$@" | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p'; }
# part RUN ACCOUNT: of a run nobody has answered yet.
part() { show payrun show "$1" | awk -v a="$2" '$1 == a { print $(NF - 3) }'; }
fen() { awk -v y="$1" 'BEGIN { printf "%.0f", y * 100 }'; }

# paid MONTH RUN: drafted before, through five more people and the bank into the books.
paid() {
    as rob "payrun check" "$2" >/dev/null
    as hana "payrun sign-section" "$2" >/dev/null
    as lea "payrun sign-leader" "$2" >/dev/null
    as amy "payrun authorise" "$2" --day "$1-15" >/dev/null
    as carl "payrun send" "$2" --out "inbox/P$2-1.csv" --day "$1-15" >/dev/null
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 90000000 --day "$1-15" >/dev/null
    as amy "payrun book" "$2" --answer "outbox/HP-P$2-1.csv" --day "$1-16" >/dev/null
}

# An office whose pensioners of before are known undivided, and some who retired here in November 2026; December was paid.
setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head amy=accountant carl=cashier pat=parameter-keeper
    mkdir -p inbox outbox
    as clara "month open" --month 2026-11 >/dev/null
    as clara "month determine" --month 2026-11 --purpose award.retirement --awards awards.csv >/dev/null
    as rob "award review" --month 2026-11 --digest "$(digest)" >/dev/null
    as hana "award approve" --month 2026-11 --digest "$(digest --state reviewed)" >/dev/null
    as clara "month bill" --month 2026-11 >/dev/null
    as clara "month open" --month 2026-12 >/dev/null
    as amy "month close" --month 2026-11 >/dev/null
    as clara "payrun draft" --month 2026-12 --kind pension --payer 6200001 >/dev/null
    paid 2026-12 1
}
setup() { enter_office; }

@test "[C3] an increase is booked to the pool, what comes out of the account stays, and who retired here is adjusted the year after" {
    as clara "month bill" --month 2026-12 >/dev/null
    as clara "month open" --month 2027-01 >/dev/null
    as amy "ledger interest" --year 2026 >/dev/null
    as amy "month close" --month 2026-12 >/dev/null
    as clara "payrun draft" --month 2027-01 --kind pension --payer 6200001 >/dev/null
    for a in 50010101 5001010201 50010103 50010105; do part 2 "$a"; done >before
    as clara "payrun withdraw" 2 >/dev/null
    IFS=, read -r _ one _ < <(grep '^award.retirement,' awards.csv | head -n 1)
    own_part=$(show person explain "$one" --json | tr -d ' \n' | sed -n 's/.*"key":"account"[^}]*"amount":"\([0-9.]*\)".*/\1/p')
    # The plan of 2026 goes for 2027 too.
    cp -r "$tree/packs" packs
    sed -i 's/since 2026-01-01 to 2026-12-31 = \(25元\|0.8元\|调整前\)/since 2026-01-01 to 2027-12-31 = \1/; s/since 2026-01-01 to 2026-12-31 =$/since 2026-01-01 to 2027-12-31 =/' packs/demo/sample-province-pension.md
    adopt packs
    as clara "benefit adjust" --year 2027 --packs packs --list next.csv --undecided undecided.csv >/dev/null
    # Months counted and the day of retirement were kept with the award: each of them is decided.
    [ "$(wc -l <undecided.csv)" -eq 1 ]
    while IFS=, read -r _ person _ monthly _; do
        # 25 yuan, 0.80 a full year and 0.05 a month over, 0.6 per cent; nobody of them is seventy.
        counted=$(show person show "$person" | sed -n 's/^months counted at retirement *//p')
        awk -F, -v p="$person" -v m="$monthly" -v c="$counted" '$1 == p { found = 1
            years = 0.8 * int(c / 12) + 0.05 * (c % 12)
            level = int(m * 0.6 + 0.5 + 1e-7) / 100
            if (sprintf("%.2f", 25 + years + level) != $5 || $4 != m) exit 1 } END { exit !found }' next.csv
    done < <(grep '^award.retirement,' awards.csv)
    as rob "revision review" 1 >/dev/null
    as hana "revision approve" 1 >/dev/null
    as clara "payrun draft" --month 2027-01 --kind pension --payer 6200001 >/dev/null
    for a in 50010101 5001010201 50010103 50010105; do part 3 "$a"; done >after
    sed -n 2,4p before >kept
    sed -n 2,4p after | diff kept -
    [ "$(sed -n 2p after)" != 0.00 ]
    show payrun lines 3 --out lines.csv >/dev/null
    # Of those who have a line; whoever has no account is left out of it.
    rise=$(awk -F, 'NR == FNR { if ($1 ~ /^[0-9]+$/) paid[$2] = 1; next } $2 != "name" && ($1 in paid) { s += $5 * 100 } END { printf "%.0f", s }' lines.csv next.csv)
    [ $(($(fen "$(sed -n 1p after)") - $(fen "$(sed -n 1p before)"))) -eq "$rise" ]
    # Paid: what the account loses is the part of the award, and not a fen of the increase.
    held() { show ledger person "$one" --fund 企业养老 --json | tr -d ' \n' | sed -n 's/.*"balance":"\([0-9.]*\)".*/\1/p'; }
    had=$(held)
    paid 2027-01 3
    echo "part $own_part, had $had, has $(held)"
    [ $(($(fen "$had") - $(fen "$(held)"))) -eq "$(fen "$own_part")" ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[D2] an account that was drawn on bears interest on what is left, as the county has set; where none has, nobody guesses" {
    run show ledger interest --year 2026 --dry-run --fund employee_pension --list accounts.csv --lang en
    [ "$status" -eq 0 ]
    [ "$(awk -F, 'NR > 1 && $8 > 0' accounts.csv | wc -l)" -eq "$(grep -c '^award.retirement,' awards.csv)" ]
    # By hand from the postings, 1.5 % a year: what came in month n bears 13 - n months, what was drawn none from the month after on.
    for who in $(awk -F, 'NR > 1 && $8 > 0 { print $2 }' accounts.csv | head -n 3); do
        expected=$("$program" ledger person "$who" --fund employee_pension --county county.db --lang zh | awk \
            '$1 ~ /^2026-1[0-2]-/ { n = substr($1, 6, 2); m += $3 > 0 ? $3 * (13 - n) : $3 * (12 - n) } END { printf "%.2f", int(m * 0.015 / 12 * 100 + 0.5) / 100 }')
        [ "$(awk -F, -v p="$who" '$2 == p { print $5 }' accounts.csv)" = "$expected" ]
        # What was there, what came and what went, and the interest come to the balance.
        awk -F, -v p="$who" '$2 == p && sprintf("%.2f", $3 + $4 - $8 + $5) != $6 { exit 1 }' accounts.csv
    done
    cp -r "$tree/packs" packs
    sed -zi 's/```rule\nset 支取当月计息[^`]*```\n//' packs/demo/sample-county-pension.md
    run show ledger interest --year 2026 --dry-run --fund employee_pension --packs packs --list unset.csv --undecided undecided.csv --lang en
    echo "status $status: $output"
    [ "$status" -eq 0 ]
    [ "$(awk -F, 'NR > 1 && $8 > 0' unset.csv | wc -l)" -eq 0 ]
    [ "$(($(wc -l <undecided.csv) - 1))" -eq "$(awk -F, 'NR > 1 && $8 > 0' accounts.csv | wc -l)" ]
    grep -q 支取当月计息 undecided.csv
}

@test "[E8] a year is closed once its interest stands; its statement, the next year's opening and the books agree, and it takes no voucher more" {
    as clara "month bill" --month 2026-12 >/dev/null
    refused 4 ledger.interest_first "before its interest stands in the individual accounts" "尚未年度结息" as_bare amy "month close" --month 2026-12
    refused 4 ledger.interest_first "before its interest stands" "不能年结" as_bare amy "ledger close" --fund employee_pension --month 2026-12
    as amy "ledger interest" --year 2026 >/dev/null
    run as amy "month close" --month 2026-12
    [[ $status -eq 0 && $output == *"the year is closed"*"--month 2026-12"* ]] || { echo "$output"; false; }
    run as amy "month close" --month 2026-12
    [[ $status -eq 0 && $output == *"it was closed already; nothing changed"* ]]
    # The year's one run of pensions is its expense, and no income came: by the fund's own vouchers.
    paid=$(show payrun show 1 | sed -n 's/^paid, yuan: //p')
    run show ledger statement 02 --fund employee_pension --month 2026-12 --yearly
    [[ $status -eq 0 && $output == *"$paid"* ]] || { echo "$output"; false; }
    show ledger balance --fund employee_pension --month 2026-12 | sed -n 's/^\([0-9]\{4,\}\) .* \([^ ]*\)$/\1 \2/p' | awk '$2 != "0.00"' >december
    as clara "month open" --month 2027-01 >/dev/null
    as amy "ledger post" --fund employee_pension --event interest.received --day 2027-01-05 --amount 1.00 --debit 1003 --credit 420101 --key first >/dev/null
    show ledger balance --fund employee_pension --month 2027-01 | sed 's/  \(dr\|cr\) / /g' | awk '$1 ~ /^[0-9]+$/ && $(NF - 4) != "0.00" { print $1, $(NF - 4) }' | diff december -
    [ "$(cut -d' ' -f1 december | tr '\n' ' ')" = "1003 1004 3001 " ]
    # 3001: what was there, less what the year paid.
    show ledger balance --fund employee_pension --month 2026-12 | sed 's/\(dr\|cr\) //g' | awk -v p="$paid" '$1 == 3001 { exit sprintf("%.2f", $(NF - 4) - p) != $NF }'
    refused 4 ledger.month_closed "The month 2026-12 is closed" "2026-12" as_bare amy "ledger post" --fund employee_pension --event interest.received --day 2026-12-31 --amount 1.00 --debit 1003 --credit 420101 --key late
    run show verify
    [ "$status" -eq 0 ]
}
