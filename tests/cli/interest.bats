#!/usr/bin/env bats
# doudi ledger interest: a year's interest on individual accounts.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
flat() { tr -d '\n ' <<<"$output"; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk amy=accountant carl=cashier pat=parameter-keeper
    as clara "month open" --month 2026-11 >/dev/null
    as clara "month bill" --month 2026-11 >/dev/null 2>&1
    as carl "month receive" --month 2026-11 --simulate 0 >/dev/null
}
setup() { enter_office; }

@test "[D2] a year's interest is posted to every account at the rate of the packs, once" {
    refused 4 ledger.year_not_over "The year 2026 is not over" "2026 年尚未结束" as amy "ledger interest" --year 2026
    # A year before the books began was somebody else's, also to look at.
    refused 2 ledger.year_before_books "The books of Employee pension fund begin with 2026-11" "企业职工基本养老保险基金自 2026-11 建账" \
        as amy "ledger interest" --year 1900
    refused 2 ledger.year_before_books "begin with 2026-11" "自 2026-11 建账" "$program" ledger interest --year 2025 --fund resident_pension --dry-run --county county.db
    as clara "month open" --month 2026-12 >/dev/null
    before=$(show verify)
    run show ledger interest --year 2026 --dry-run --list accounts.csv --undecided undecided.csv --json
    [ "$status" -eq 0 ]
    [ "$(show verify)" = "$before" ]
    [[ $(flat) == *'"fund":"Employeepensionfund","rate":"1.5%","is_provisional":true,"accounts":716,'* ]]
    [[ $(flat) == *'"fund":"Residentpensionfund","rate":"2%","is_provisional":false,'* ]]
    # By hand: what was taken over in October bears three months, what came in November two; 1.5 % and 2 %.
    for row in employee_pension:0.015 resident_pension:0.02; do
        fund=${row%%:*}
        for person in $(awk -F, -v f="$fund" '$1 == f && $5 > 0 { print $2 }' accounts.csv | head -n 3); do
            expected=$("$program" ledger person "$person" --fund "$fund" --county county.db --lang zh | awk -v r="${row##*:}" \
                '$1 ~ /^2026-1[0-2]-/ { m += $3 * (13 - substr($1, 6, 2)) } END { printf "%.2f", int(m * r / 12 * 100 + 0.5) / 100 }')
            [ "$(awk -F, -v p="$person" -v f="$fund" '$1 == f && $2 == p { print $5 }' accounts.csv)" = "$expected" ]
        done
    done
    run as amy "ledger interest" --year 2026 --lang en
    [ "$status" -eq 0 ]
    posted=$(awk -F, 'NR > 1 && $1 == "employee_pension" { s += $7 * 100 } END { printf "%.2f", s / 100 }' accounts.csv)
    run show ledger register --fund employee_pension
    [[ $output == *"Interest"*"$posted"* && $output == *"equal: yes"* ]]
    run as amy "ledger interest" --year 2026 --lang en
    [[ $status -eq 0 && $output == *"posted before, nothing changed"* ]]
    run show ledger person "$person" --fund resident_pension --year 2026
    [[ $output == *"at last year's end: 0.00"*"2026-12-31  Interest"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[D2] once the year's rate is published only the difference is posted" {
    as clara "month open" --month 2026-12 >/dev/null
    as amy "ledger interest" --year 2026 --list early.csv >/dev/null
    cp -r "$tree/packs" packs
    sed -i 's/^  | 2025 | 1.5% |$/&\n  | 2026 | 1.8% |/; /^param 最近公布年度/,/always/s/always = 2025/always = 2026/' packs/china/account-interest.md
    refused 4 adopt.other_law "not the law this office has adopted" "不是本机构已采用的" as amy "ledger interest" --year 2026 --packs packs
    adopt packs
    run as amy "ledger interest" --year 2026 --packs packs --list later.csv --json
    [ "$status" -eq 0 ]
    [[ $(flat) == *'"fund":"Employeepensionfund","rate":"1.8%","is_provisional":false,'* ]]
    # A fifth more for employees, nothing for residents, whose rate was known.
    awk -F, 'NR == FNR { was[$1, $2] = $5; next }
             FNR > 1 { if (sprintf("%.2f", was[$1, $2] + $7) != $5) exit 1; if ($1 == "resident_pension" && $7 != 0) exit 1 }' early.csv later.csv
    [[ $(flat) != *'"posted":"0.00","closing":"4'* ]]
    run show verify
    [ "$status" -eq 0 ]
    refused 3 ledger.no_interest "no interest on the accounts of unemployment" "没有 unemployment" as amy "ledger interest" --year 2026 --fund unemployment
}
