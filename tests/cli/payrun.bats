#!/usr/bin/env bats
# doudi payrun: a month's pensions, from the draft through six people and a bank to the books.
load support
load office

as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words "$@" --as "$login" --county county.db --lang en
}
show() { "$program" "$@" --county county.db --lang en; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head amy=accountant carl=cashier pat=parameter-keeper
}

setup() {
    enter_office
    mkdir -p inbox outbox
}

draft() { as clara "payrun draft" --month 2026-11 --kind pension --payer 6200001 "$@"; }
signed() {
    draft >/dev/null
    as rob "payrun check" 1 >/dev/null
    as hana "payrun sign-section" 1 >/dev/null
    as lea "payrun sign-leader" 1 >/dev/null
    as amy "payrun authorise" 1 --day 2026-11-15 >/dev/null
}
sent() { signed; as carl "payrun send" 1 --out inbox/P1-1.csv --day 2026-11-15 >/dev/null; }
bank() { "$program" bank run --books books --inbox inbox --outbox outbox "$@" --lang en; }
answered() { sent; bank --account 6200001 --opening 5000000 --day 2026-11-15 --reject 20 --late 10 --seed 7 "$@"; }
field() { sed -n "s/^$1: //p" <<<"$output"; }

@test "[C5] a run goes through six people, each once, and to the bank and back into the books" {
    answered
    run as amy "payrun book" 1 --answer outbox/HP-P1-1.csv --day 2026-11-16
    [ "$status" -eq 0 ]
    [ "$(field state)" = "answered and booked" ]
    paid=$(field 'paid, yuan'); refused=$(field 'refused, yuan'); total=$(field 'total, yuan')
    [ "$refused" != 0.00 ]
    [ "$(awk "BEGIN { printf \"%.2f\", $paid + $refused }")" = "$total" ]
    # It waits for whose duty reconciling is, and for nobody else.
    run as rob todo
    [[ "$output" == *"payment runs to reconcile"* ]]
    run as amy todo
    [[ $status -eq 0 && "$output" != *"payment runs to reconcile"* ]]
    run show ledger balance --fund employee_pension --month 2026-11
    [[ "$output" == *"debits equal credits"* ]]
    [[ "$output" == *"50010105"*"$paid"* ]]
    run show payrun show 1
    [[ "$output" == *"every signature fits: yes"* ]]
    [[ "$output" == *"draft"*clara*"check"*rob*"section head"*hana*"leader"*lea*"authorise"*amy*"send"*carl* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[E15] the accountant is not the cashier, and nobody takes two steps of one run" {
    draft >/dev/null
    run as clara "payrun check" 1
    [ "$status" -eq 5 ]
    as rob "payrun check" 1 >/dev/null
    run as rob "payrun sign-section" 1
    [ "$status" -eq 5 ]
    as hana "payrun sign-section" 1 >/dev/null
    as lea "payrun sign-leader" 1 >/dev/null
    run as carl "payrun authorise" 1
    [ "$status" -eq 5 ]
    as amy "payrun authorise" 1 >/dev/null
    run as amy "payrun send" 1 --out inbox/x.csv
    [ "$status" -eq 5 ]
    [ ! -e inbox/x.csv ]
}

@test "a step taken again by the same person changes nothing and says so; after a redraft it is another step" {
    draft >/dev/null
    as rob "payrun check" 1 >/dev/null
    run as rob "payrun check" 1
    [[ $status -eq 0 && $output == *"done before, nothing changed"* && $(field state) = checked ]]
    as hana "payrun sign-section" 1 >/dev/null
    as lea "payrun sign-leader" 1 >/dev/null
    for again in x y; do as amy "payrun authorise" 1 --day 2026-11-15 >said 2>&1; done
    grep -q "nothing changed" said
    as carl "payrun send" 1 --out inbox/P1-1.csv --day 2026-11-15 >/dev/null
    run as carl "payrun send" 1 --out inbox/again.csv --day 2026-11-15
    [[ $status -eq 0 && $output == *"payrun file"*"nothing changed"* && ! -e inbox/again.csv ]]
    run as rob "payrun check" 1
    [[ $status -eq 0 && $output == *"nothing changed"* && $(field state) = "sent to the bank" ]]
    # Who never did the step is told what stands.
    run as clara "payrun withdraw" 1
    [[ $status -eq 4 && $output == *"the run is sent to the bank"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "no step is left out, and a wrong password is nobody" {
    draft >/dev/null
    run as carl "payrun send" 1 --out inbox/x.csv
    [ "$status" -eq 4 ]
    run as hana "payrun sign-section" 1
    [ "$status" -eq 4 ]
    DOUDI_PASSWORD_FILE=pw-hana refused 4 payment.no_move "the run is drafted" "批次状态为“已编制”" \
        "$program" payrun sign-section 1 --as hana --county county.db
    echo 'not the password 99' >pw; chmod 600 pw
    run env DOUDI_PASSWORD_FILE=pw "$program" payrun check 1 --as rob --county county.db
    [ "$status" -eq 5 ]
    run "$program" payrun check 1 --county county.db --lang en </dev/null
    [ "$status" -eq 5 ]
    run show payrun show 1
    [ "$(field state)" = drafted ]
}

@test "[C6] a run that the bank has answered is not sent again, by whatever key" {
    signed
    as carl "payrun send" 1 --out inbox/P1-1.csv --day 2026-11-15 --key once >/dev/null
    # Told again before the answer: the same bytes.
    cp inbox/P1-1.csv sent.csv
    bank --account 6200001 --opening 5000000 --day 2026-11-15 --seed 7
    as carl "payrun send" 1 --out again.csv --day 2026-11-15 --key once >/dev/null
    cmp again.csv sent.csv
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv >/dev/null
    run as carl "payrun send" 1 --out later.csv --day 2026-11-15 --key once
    [[ $status -eq 0 && $output == *"no file was written"*"answered and booked"* ]]
    [ ! -e later.csv ]
    run as carl "payrun send" 1 --out later.csv --day 2026-11-15
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    [ ! -e later.csv ]
    run as carl "payrun file" 1 --out later.csv
    [[ $status -eq 4 && ! -e later.csv ]]
}

@test "[C6] the same answer twice is booked once; another batch's, or one cut short, not at all" {
    answered
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv >/dev/null
    run as amy "payrun book" 1 --answer outbox/HP-P1-1.csv
    [ "$status" -eq 0 ]
    [ "$(field 'answers booked now')" = 0 ]
    run show ledger vouchers --fund employee_pension --month 2026-11
    [ "$(grep -c 'Benefits paid' <<<"$output")" -eq 1 ]
    sed 's/P1-1/P9-1/g' outbox/HP-P1-1.csv >other.csv
    run as amy "payrun book" 1 --answer other.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"P9-1"* ]]
}

@test "answers that are not so are refused whole, and nothing is booked" {
    for fault in cut-short unknown-line other-amount other-payee other-count other-total other-payer line-twice line-missing bad-status; do
        rm -rf books outbox inbox; mkdir -p inbox outbox
        cp "$BATS_FILE_TMPDIR"/county.db county.db
        answered --fault $fault
        run as amy "payrun book" 1 --answer outbox/HP-P1-1.csv
        [ "$status" -ne 0 ] || { echo "$fault: $output"; false; }
        [ $fault != other-payee ] ||
            DOUDI_PASSWORD_FILE=pw-amy refused 4 payrun.other_payee "Line 1 of the bank's answer names another account" "第 1 笔的收款账号与报盘不同" \
                "$program" payrun book 1 --answer outbox/HP-P1-1.csv --as amy --county county.db
        run show payrun show 1
        [ "$(field state)" = "sent to the bank" ]
        [ "$(field 'paid, yuan')" = 0.00 ]
    done
}

@test "[E1] what came back later is in transit, then booked, and the three sides agree" {
    answered
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv --day 2026-11-16 >/dev/null
    bank --day 2026-11-25
    "$program" bank statement --books books --inbox inbox --outbox outbox --from 2026-11-15 --day 2026-11-25
    run as rob "payrun reconcile" 1 --statement outbox/DZ-*.csv
    [ "$status" -eq 0 ]
    [ "$(field state)" = reconciled ]
    [[ "$output" == *"L0000000"* ]]
    # The bands of age come to the items, each of which has its age.
    items=$(grep -c "L0000000.* 2026-11-.*[0-9]$" <<<"$output")
    sums=$(awk '/^by age/ { on = 1; next } on && $1 ~ /^[0-9]+-[0-9]*$/ { n += $2; fen += $3 } END { printf "%d %.2f", n, fen }' <<<"$output")
    [ "$sums" = "$items $(awk '/L0000000/ { fen += $(NF - 1) } END { printf "%.2f", fen }' <<<"$output")" ]
    as hana "payrun close" 1 >/dev/null
    # The month is closed too: what comes back is booked in the month that is open, against its own line.
    as amy "ledger close" --fund employee_pension --month 2026-11 >/dev/null
    run as amy "payrun book" 1 --answer outbox/TP-P1-1.csv --day 2026-11-25
    [ "$status" -eq 4 ]
    run as amy "payrun book" 1 --answer outbox/TP-P1-1.csv --day 2026-12-02
    [ "$status" -eq 0 ]
    [ "$(field state)" = closed ]
    returned=$(field 'returned, yuan')
    [ "$returned" != 0.00 ]
    [ "$(show payrun lines 1 --state returned | sed -n 's/^sum, yuan: //p')" = "$returned" ]
    run show ledger vouchers --fund employee_pension --month 2026-12
    [[ "$output" == *"Benefits returned"*"P1-1"*"$returned"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "reconciling names what does not fit" {
    answered
    run as rob "payrun reconcile" 1 --statement outbox/HP-P1-1.csv
    [ "$status" -eq 2 ]
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv >/dev/null
    "$program" bank statement --books books --inbox inbox --outbox outbox --from 2026-11-01 --day 2026-11-02
    run as rob "payrun reconcile" 1 --statement outbox/DZ-*.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"P1-1"* ]]
}

@test "a file lost on the way is written again, the same" {
    sent
    cp inbox/P1-1.csv first.csv
    rm inbox/P1-1.csv
    as carl "payrun file" 1 --out again.csv --day 2026-11-15 >/dev/null
    cmp first.csv again.csv
    run as carl "payrun send" 1 --out inbox/P1-1.csv
    [[ $status -eq 0 && $output == *"payrun file"*"nothing changed"* && ! -e inbox/P1-1.csv ]]
    as carl "payrun lose" 1 >/dev/null
    run show payrun show 1
    [ "$(field state)" = "no answer from the bank" ]
}

@test "nobody is paid twice for a month: another key makes no second run, and a withdrawn one makes room" {
    draft >/dev/null
    run draft
    [ "$(field run)" = 1 ]
    run draft --key another
    [ "$status" -eq 4 ]
    [[ "$output" == *"payment run 1"* ]]
    as clara "payrun withdraw" 1 >/dev/null
    run draft
    [ "$(field run)" = 2 ]
    [ "$(field state)" = drafted ]
    [ "$(field 'paid from')" = 6200001 ]
    run draft
    [ "$(field run)" = 2 ]
    run draft --key another
    [ "$status" -eq 4 ]
}

@test "who is left out is listed with the way out; a supplementary run follows the month's own" {
    draft >/dev/null
    left=$(draft --key x 2>/dev/null || show payrun waiting --run 1 | sed -n 's/^lines: //p')
    run as clara "payrun supplement" --month 2026-11 --kind pension --payer 6200001
    [ "$status" -eq 4 ]
    [[ "$output" == *"(run 1)"* ]]
    run as clara "payrun redraft" 1
    [ "$status" -eq 0 ]
    [[ "$output" == *"drafted now, not before: no"* ]]
    run show payrun show 1
    [ "$(grep -c '^draft' <<<"$output")" -eq 1 ]
    as rob "payrun check" 1 >/dev/null
    as hana "payrun sign-section" 1 >/dev/null
    as lea "payrun sign-leader" 1 >/dev/null
    as amy "payrun authorise" 1 --day 2026-11-15 >/dev/null
    as carl "payrun send" 1 --out inbox/P1-1.csv --day 2026-11-15 >/dev/null
    run as clara "payrun redraft" 1
    [ "$status" -eq 4 ]
    run as clara "payrun supplement" --month 2026-11 --kind pension --payer 6200001
    [ "$status" -eq 3 ]
    run show payrun waiting
    [ "$left" -gt 0 ]
    [ "$(field lines)" = "$left" ]
    [ "$(grep -c 'no bank account *enter an account' <<<"$output")" -eq "$left" ]
    run as clara "payrun draft" --month 2026-11 --kind pension.supplement --payer 6200001
    [ "$status" -eq 3 ]
}

@test "no file that is written takes the place of the store or its key" {
    signed
    ln -s county.db link.csv
    for out in county.db "$PWD/county.db" link.csv county.db.key; do
        run as carl "payrun send" 1 --out "$out"
        [ "$status" -eq 4 ]
        [[ "$output" == *"would be written over"* ]]
    done
    run "$program" run --in /dev/null --out county.db --vars 基础养老金
    [ "$status" -eq 4 ]
    run show payrun show 1
    [ "$(field state)" = "authorised by finance" ]
}

@test "a voucher that was taken back is not reconciled as booked" {
    answered
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv --day 2026-11-16 >/dev/null
    as amy "ledger reverse" --fund employee_pension --voucher 2026-11/2 --day 2026-11-17 >/dev/null
    "$program" bank statement --books books --inbox inbox --outbox outbox --from 2026-11-15 --day 2026-11-25
    run as rob "payrun reconcile" 1 --statement outbox/DZ-*.csv
    [ "$status" -eq 4 ]
    [[ "$output" == *differ* ]]
    run show payrun show 1
    [ "$(field state)" = "answered and booked" ]
    run as amy "payrun book" 1
    [ "$status" -eq 2 ]
}

@test "[C5] those who sign see every line, and the list in their folder is what they sign" {
    draft >/dev/null
    run show payrun lines 1 --size 1000 --json
    [ "$status" -eq 0 ]
    # The lines shown come to the run's own sum, added up here.
    sum=$(sed -n '/"lines"/,$s/^ *"amount": "\(.*\)",$/\1/p' <<<"$output" | awk '{ s += $1 * 100 } END { printf "%.2f", s / 100 }')
    run show payrun show 1
    [ "$(field 'total, yuan')" = "$sum" ]
    digest=$(field 'digest that is signed (SM3)')
    [[ "$output" == *"largest lines"* && "$output" == *"against the run before"* ]]
    run show payrun lines 1 --sort amount --size 2 --page 2
    [ "$(field pages)" -gt 2 ]
    [ "$(grep -c "employees' pension" <<<"$output")" -eq 2 ]
    run show payrun lines 1 --at-least 7000
    few=$(field lines)
    run show payrun lines 1 --at-most 6999.99
    run show payrun lines 1 --at-most 6999.99 --json
    [ $((few + $(sed -n 's/^ *"count": \(.*\),$/\1/p' <<<"$output"))) -eq "$(show payrun show 1 | sed -n 's/^lines: //p')" ]
    for file in list.csv list.xlsx; do
        run show payrun lines 1 --out $file
        [ "$status" -eq 0 ]
        [[ "$output" == *"$digest"* ]]
        run show payrun lines 1 --check $file
        [ "$status" -eq 0 ]
    done
    grep -q "$digest" list.csv
    ! grep -Eq '[0-9]{17}[0-9X]' list.csv
    sed '4s/\.\([0-9]\)0,/.\19,/' list.csv >forged.csv
    run show payrun lines 1 --check forged.csv
    [ "$status" -eq 4 ]
    [[ "$output" == *"row 4, column 7"* ]]
    sed 4d list.csv >short.csv
    run show payrun lines 1 --check short.csv
    [ "$status" -eq 4 ]
    run show payrun lines
    [ "$status" -eq 2 ]
    run show payrun lines --month 2026-11 --change stopped
    [ "$(field lines)" = 0 ]
}

@test "words that are no run, no kind, no table are named" {
    run show payrun show x
    [ "$status" -eq 2 ]
    run show payrun show 99
    [ "$status" -eq 3 ]
    run draft --kind nothing
    [ "$status" -ne 0 ]
    run as clara "payrun draft" --month 2026-11 --kind nothing --payer 1
    [ "$status" -eq 3 ]
    [[ "$output" == *nothing* ]]
    mkdir -p p; cp -r "$tree"/packs/. p/; rm p/ledger/payroll.csv
    # Tables that lack or cannot be read are no law to adopt.
    run as pat "packs adopt" --packs p
    [ "$status" -eq 3 ]
    [[ "$output" == *payroll.csv* ]]
    printf '待遇,基金,批次,分项,科目\nemployee_pension,employee_pension,pension,,0\n' >p/ledger/payroll.csv
    run as pat "packs adopt" --packs p
    [ "$status" -eq 2 ]
    [[ "$output" == *payroll.csv:2* ]]
}

# Kinds seen above: payrun.no_table payrun.bad_table payrun.unknown_kind payrun.not_a_run
# payrun.other_batch payrun.no_entries payrun.drafted_before county.written_over
# payrun.other_list payrun.no_run_named payrun.not_sent_yet payrun.nothing_waits
