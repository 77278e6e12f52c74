#!/usr/bin/env bats
# Why so much: amounts that are told as the sum of their parts, to the fen; and steps that are rehearsed and leave nothing behind.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
# adds_up: the parts of $output come to its amount, in fen, and so it says itself.
adds_up() {
    jq -e '(.is_whole) and ((.amount | gsub("\\."; "") | tonumber) == ([.parts[].amount | gsub("\\."; "") | tonumber] | add // 0))' <<<"$output" >/dev/null ||
        { echo "$output"; return 1; }
}
drafted() { as clara "payrun draft" --month "$1" --kind pension --payer 6200001; }
sent() {
    as rob "payrun check" "$2"
    as hana "payrun sign-section" "$2"
    as lea "payrun sign-leader" "$2"
    as amy "payrun authorise" "$2" --day "$1-15"
    as carl "payrun send" "$2" --out "inbox/P$2-1.csv" --day "$1-15"
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 9000000 --day "$1-15"
    as amy "payrun book" "$2" --answer "outbox/HP-P$2-1.csv" --day "$1-16"
}

# November billed, received and paid; then the yearly adjustment, paid from December with eleven months at once. Person 644 drew
# 3279.50 and draws 71.13 more; employer 15 was billed 122301.60 for the pension fund and has paid.
setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head amy=accountant carl=cashier
    mkdir -p inbox outbox
    {
        for step in "month open" "month bill"; do as clara "$step" --month 2026-11; done
        as carl "month receive" --month 2026-11 --simulate 20
        drafted 2026-11 && sent 2026-11 1
        as clara "month open" --month 2026-12
        as clara "benefit adjust" --year 2026 --month 2026-12
        as rob "revision review" 1
        as hana "revision approve" 1
        drafted 2026-12 && sent 2026-12 2
    } >/dev/null 2>&1
    show payrun show 2 | grep -q "answered and booked"
}
setup() { enter_office; }
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }

@test "[L3] a payment is the sum of its decisions, beside the month before; arrears are the sum of their months" {
    output=$(show person paid 644 --run 2 --line 1 --json)
    adds_up
    [ "$(jq -r '.amount, (.parts[] | .amount + " " + .before)' <<<"$output" | paste -sd' ')" = "3350.63 71.13 0.00 3279.50 3279.50" ]
    decision=$(jq -r '.parts[0].with[1]' <<<"$output")
    run show person explain 644 --decision "${decision#*=}"
    [[ $status -eq 0 && $output == *"71.13"* ]]
    output=$(show person paid 644 --run 2 --line 2 --json)
    adds_up
    [ "$(jq -r '.amount + " " + (.parts | length | tostring) + " " + .parts[10].amount' <<<"$output")" = "782.43 11 71.13" ]
    output=$(show person paid 644 --run 1 --json)
    adds_up && [ "$(jq -r .amount <<<"$output")" = 3279.50 ]
    item=$(show oneoff list --person 644 --json | jq -r '.items[0].item')
    output=$(show oneoff explain 644 "$item" --json)
    adds_up && [ "$(jq -r .amount <<<"$output")" = 782.43 ]
    output=$(show oneoff explain 644 "$item" --of remaining --json)
    adds_up && [ "$(jq -r .amount <<<"$output")" = 0.00 ]
    # Each line of a run, of whomever: nothing is left untold.
    show payrun lines 2 --size 400 --json | jq -r '.lines[] | select(.line) | "\(.person) \(.line)"' >lines
    [ "$(wc -l <lines)" -eq 360 ]
    while read -r person line; do
        output=$(show person paid "$person" --run 2 --line "$line" --json)
        adds_up
    done < <(awk 'NR % 20 == 1' lines)
    refused 3 person.no_such_line "No line of run 9 pays this person so" "批次 9 中没有此人的这一笔" "$program" person paid 644 --run 9 --county county.db
    run "$program" person paid 644 --run 2 --county county.db --lang zh
    [[ $output == *"年度调整"*"本系统核定以前"* ]]
}

@test "[C3] a batch tells what it makes of everybody and of one" {
    output=$(show revision explain 1 --json)
    adds_up
    [ "$(jq -r .amount <<<"$output")" = 604806.58 ]
    output=$(show revision explain 1 --person 644 --json)
    adds_up
    [ "$(jq -r '[.parts[].amount] | join(" ")' <<<"$output")" = "3279.50 71.13" ]
    refused 3 revision.not_found "There is no batch 1/5" "没有编号为 1/5" "$program" revision explain 1 --person 5 --county county.db
}

@test "[B3] what is due, received and open for a month is told entry by entry, and every figure of the books by its vouchers" {
    for of in due received open; do
        output=$(show dues explain 15 --month 2026-11 --fund 企业养老 --of $of --json)
        adds_up
        [ "$(jq -r .amount <<<"$output")" = "$([ $of = open ] && echo 0.00 || echo 122301.60)" ]
    done
    run show employer explain 15 --bill 2026-11 --json
    [ "$(jq '[.lines[] | select(.fund | test("ension")) | .sum | gsub("\\."; "") | tonumber] | add' <<<"$output")" = 12230160 ]
    # What comes too late bears a fee, which stands beside the bill it follows.
    as clara "month bill" --month 2026-12 >/dev/null
    as clara "dues late-fees" 15 --on 2027-03-01 >/dev/null
    show dues show 15 --all --json >dues.json
    jq -r '.dues[] | "\(.month)|\(.purpose)|\(.fund)|\(.charge)|\(.due)|\(.received)|\(.open)"' dues.json >dues
    grep -q "late fee" dues
    output=$(show dues explain 15 --month 2026-12 --fund 企业养老 --charge late_fee --of due --json)
    adds_up # so much a day of what was open, as it was charged, and by which article
    [[ $(jq -r '.parts[0].how' <<<"$output") =~ ([0-9.]+)×([0-9]+)\ =\ ([0-9.]+)\;\ .*第八十六条 ]] || { echo "$output"; false; }
    [ "${BASH_REMATCH[3]}" = "$(jq -r .amount <<<"$output")" ]
    [ "$(awk -v a="${BASH_REMATCH[1]}" -v d="${BASH_REMATCH[2]}" 'BEGIN { printf "%.2f", a * d * 0.0005 }')" = "${BASH_REMATCH[3]}" ]
    while IFS='|' read -r month purpose fund charge due received open; do
        for of in due received open; do
            output=$(show dues explain 15 --month "$month" --purpose "$purpose" --fund "$fund" --charge "$charge" --of $of --json)
            adds_up && [ "$(jq -r .amount <<<"$output")" = "${!of}" ]
        done
    done <dues
    # The trial balance, account by account and column by column.
    show ledger balance --fund 企业养老 --month 2026-12 --json | jq -r '.accounts[] | "\(.account) \(.opening) \(.debit) \(.credit) \(.closing)"' >accounts
    [ "$(wc -l <accounts)" -ge 6 ]
    while read -r account opening debit credit closing; do
        for of in opening debit credit closing; do
            output=$(show ledger explain --fund 企业养老 --month 2026-12 --account "$account" --of $of --json)
            adds_up && [ "$(jq -r .amount <<<"$output")" = "${!of}" ]
        done
    done <accounts
    # The statement of income and expense: a sum of sums comes down to its accounts.
    output=$(show ledger explain --fund 企业养老 --month 2026-12 --form 02 --line 80 --column second --json)
    adds_up && [ "$(jq -r '.amount + " " + ([.parts[].amount] | join(" "))' <<<"$output")" = "-567486.52 814005.60 -164730.12 -1216762.00" ] || { echo "$output"; false; }
    refused 2 ledger.no_figure "Say whose figure" "请指明是哪个数" "$program" ledger explain --fund 企业养老 --county county.db
    refused 3 ledger.no_statement "has no statement" "没有适用于" "$program" ledger explain --fund 企业养老 --form 01 --line 999 --county county.db
}

# What the store holds, as its own check counts it.
held() { show county verify --json | jq -c '[.events, .rows, .vouchers, .runs, .heads]'; }

@test "a step is rehearsed to its end by whose duty it is, and nothing of it is kept" {
    as clara "benefit stop" 1686 --reason prison --from 2026-11 >/dev/null
    batch=$(show oneoff list --json | jq '.batches[] | select(.state_code == "proposed") | .batch')
    before=$(held)
    for _ in 1 2; do
        run as rob "oneoff review" "$batch" --rehearse --lang en
        [[ $status -eq 0 && $output == *"state: reviewed"* && $output == *"a rehearsal: nothing of it was kept"* ]]
    done
    # Bills of a whole month, in several transactions, each upon the one before.
    output=$(as clara "month bill" --month 2026-12 --rehearse --json 2>/dev/null)
    [[ $(jq '[.issues[] | select(.is_new)] | length' <<<"$output") -ge 2 ]]
    refused 5 duty.not_held "does not hold the duty" "没有所需的岗位职责" as clara "oneoff review" "$batch" --rehearse
    refused 4 oneoff.no_move "" "" as hana "oneoff approve" "$batch" --rehearse
    refused 2 service.no_rehearsal "is no step over the office" "不是可以试办的业务步骤" "$program" oneoff list --rehearse --county county.db
    # Nothing that could be taken for the real thing leaves the house, nor a number without its note.
    refused 2 service.rehearsal_file "leave out --out" "请去掉 --out" as carl "payrun send" 2 --out again.csv --rehearse
    [ ! -e again.csv ]
    [ "$(held)" = "$before" ]
    [ "$(show oneoff list --json | jq -r ".batches[] | select(.batch == $batch) | .state_code")" = proposed ]
    as rob "oneoff review" "$batch" >/dev/null
    [ "$(held)" != "$before" ]
}

serve() {
    rm -f port
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out serve.log; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    base=http://127.0.0.1:$(cat port)
    token=$(curl -s -X POST "$base/v1/session" -d "{\"user\":\"$1\",\"password\":\"$(cat "$(own "$1")")\"}" | jq -r .token)
}
ask() { curl -s -D head -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$base$1" "${@:2}"; }

@test "over the API a list is found, sorted and paged over all its rows, and a rehearsal keeps neither its step nor its key" {
    as clara "benefit stop" 1686 --reason prison --from 2026-11 >/dev/null
    serve rob
    ask '/v1/ledger/balance?fund=1&month=2026-12&page_of=accounts&page_sort=-closing&page_size=2' >said
    [ "$(jq -r '[.accounts[].account] | join(" ")' said)" = "1003 1004" ]
    grep -qi '^x-total-count: 7' head
    ask '/v1/ledger/balance?fund=1&month=2026-12&page_of=accounts&page_sort=closing&page_size=2&page=3' >said
    [ "$(jq -r '[.accounts[].account] | join(" ")' said)" = "50010105 1004" ] || { jq -c '.accounts[]' said; false; }
    ask '/v1/ledger/balance?fund=1&month=2026-12&page_of=accounts&page_find=TREASURY' >said
    [ "$(jq -r '[.accounts[].account] | join(" ")' said)" = 1005 ]
    grep -qi '^x-total-count: 1' head
    ask '/v1/ledger/balance?fund=1&month=2026-12&page_of=accounts&page_find=%27;--' >said
    [ "$(jq '.accounts | length' said)" -eq 0 ]
    ask '/v1/ledger/balance?fund=1&month=2026-12&page_of=nothing&page_size=1' >said
    jq -e '.error.code == "http.no_list" and (.error.detail | test("nothing \\(.*accounts"))' said
    batch=$(ask /v1/oneoff/list | jq '.batches[] | select(.state_code == "proposed") | .batch')
    for way in '?rehearse=yes' '?rehearse=yes' ''; do # the same key: the rehearsal's answer is nobody's
        ask "/v1/oneoff/review$way" -H 'Idempotency-Key: one press' -d "{\"batch\":$batch}" >said
        [ "$(jq -r '.state_code + " " + (.is_rehearsal // false | tostring)' said)" = "reviewed $([ "$way" ] && echo true || echo false)" ]
    done
    [ "$(ask /v1/oneoff/list | jq -r ".batches[] | select(.batch == $batch) | .state_code")" = reviewed ]
    ask '/v1/oneoff/list?rehearse=yes' >said
    [ "$(jq -r .error.code said)" = service.no_rehearsal ]
    [ "$(ask '/v1/user/passwd?rehearse=yes' -d '{"user":"rob","secrets":["a","b"]}' | jq -r .error.code)" = service.no_rehearsal ]
    run show county verify
    [ "$status" -eq 0 ]
}
