#!/usr/bin/env bats
# doudi grant: what employers get without having asked, from the books to their account and their desk.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }
bare() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words --as "$login" --county county.db "$@"
}
code=91590121671712535W # its bill of a month is 51,166.72 yuan, 1,453.60 of it unemployment insurance
late=91590121289184321F # pays its first month alone
propose() { bare clara "grant propose" stay_job --year 2025 "$@"; }

# A year of bills: one employer pays each in full, one only the first, the others none.
setup_file() {
    OFFICE_MONTH=2024-01 make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head \
        amy=accountant carl=cashier kate=account-keeper rhea=account-reviewer pat=parameter-keeper emma=employer
    mkdir -p inbox outbox
    change=$(as rita "user bind" emma --employer 34 --json | jq .change)
    as lea "user approve" "$change" >/dev/null
    as audrey "user confirm" "$change" >/dev/null
    local month last=
    for month in 2024-{01..12}; do
        as clara "month open" --month "$month" >/dev/null
        as clara "month bill" --month "$month" --purpose employee >/dev/null
        { echo 缴费人,金额,日期,凭证号 && echo "$code,51166.72,$month-20,R-$month"; } >receipts.csv
        [ -n "$last" ] || echo "$late,$(show employer show 13 --json | jq -r .open),2024-01-20,R" >>receipts.csv
        as carl "month receive" --month "$month" --file receipts.csv >/dev/null
        [ -z "$last" ] || as amy "month close" --month "$last" >/dev/null 2>&1
        last=$month
    done
}
# desk STATUS ID: what the employer's own login is answered over the API; the answer stands in `said`.
serve() {
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do kill -0 $server || return 1; read -rt 0.05 <> <(:) || true; done
    base=http://127.0.0.1:$(cat port)
    token=$(curl -s -X POST "$base/v1/session" -d "{\"user\":\"emma\",\"password\":\"$(cat "$(own emma)")\"}" | jq -r .token)
}
desk() { [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" "$base/v1/grant/show?who=$2")" = "$1" ]; }
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }
setup() {
    enter_office
    printf '统一社会信用代码,项目,内容,起始日\n%s,稳岗返还规模,中小微企业,2025-01-01\n%s,上年裁员率,5.5%%,2025-01-01\n' $code $code >facts.csv
}

@test "who is due is found by the rule from the books, and what is not known is no refusal and no zero [I2]" {
    # Twelve months in full; the size and the lay-offs of last year nobody has told.
    run show grant list stay_job --year 2025 --json
    [ "$(jq -c '[.due, .total, .unknown, .not_due]' <<<"$output")" = '[0,"0.00",1,42]' ] || { echo "$output" | head -c 900; false; }
    [ "$(jq -c '.employers[] | select(.employer == 34) | [.standing_code, .basis, .amount]' <<<"$output")" = '["unknown","17443.20","-"]' ]
    [[ $(jq -r '.employers[] | select(.employer == 34) | .reason' <<<"$output") == *"lay-off rate"* ]]
    [[ $(jq -r '.employers[] | select(.employer == 13) | [.standing_code, .facts] | join(" ")' <<<"$output") == "not_due "*"足额缴费月数=1"* ]]
    # 60 per cent of 12 times 1,453.60 that employer and people paid; half that for a large one.
    as clara "county import" facts.csv --what attributes >/dev/null
    run show grant list stay_job --year 2025
    [[ $(field 'employers due') = 1 && $(field 'in all, yuan') = 10465.92 && $output == *"34  示例县永信制衣有限公司  due"*"17443.20  10465.92"* ]]
    [ "$(show employer statement $code --from 2024-01 --until 2024-12 --json | jq -r '.funds[] | select(.fund == "Unemployment fund") | .received')" = 17443.20 ]
    sed 's/中小微企业/大型企业/' facts.csv >large.csv
    as clara "county import" large.csv --what attributes >/dev/null
    [ "$(show grant list stay_job --year 2025 --json | jq -r .total)" = 5232.96 ]
    # Too many were laid off: a firm of 19 may lose 20 per cent. Whoever is on the list of serious breach gets nothing.
    for fact in 上年裁员率,20.01% 上年裁员率,20% 严重失信,是; do
        { echo 统一社会信用代码,项目,内容,起始日 && echo "$code,$fact,2025-01-01"; } >one.csv
        as clara "county import" one.csv --what attributes >/dev/null
        show grant list stay_job --year 2025 --json | jq -r .due >>due
    done
    [ "$(tr '\n' ' ' <due)" = "0 1 0 " ]
    # The law ends with 2025, and of that year nothing is billed yet; the books do not hold the year before theirs.
    run show grant list stay_job --year 2026 --json
    [ "$(jq -c '[.due, .not_due, .unknown, ([.employers[].facts | select(contains("上年失业保险费=?"))] | length)]' <<<"$output")" = '[0,0,43,43]' ] || { echo "$output" | head -c 900; false; }
    run show grant list stay_job --year 2024 --json
    [ "$(jq -c '[.due, .unknown]' <<<"$output")" = '[0,43]' ] || { echo "$output" | head -c 600; false; }
    refused 2 grant.bad_year "2099" "2099" "$program" grant list stay_job --year 2099 --county county.db
    refused 3 grant.unknown "no grant bonus" "没有“bonus”" "$program" grant list bonus --year 2025 --county county.db
    [ "$(show grant kinds --json | jq -c '[.grants[] | [.grant, .name, .notice]]')" = '[["stay_job","job-stabilisation refund","失业保险待遇.稳岗返还公示期限"]]' ]
}

@test "a list stands in public, three people decide it, a run pays the employer, the books and its desk show it, and nobody is paid twice [I2]" {
    as clara "county import" facts.csv --what attributes >/dev/null
    refused 5 duty.not_held "grant.propose" "grant.propose" bare rob "grant propose" stay_job --year 2025
    refused 2 grant.not_there "$late is left out" "$late 本不在" propose --without $late
    refused 4 grant.nobody "2025" "2025" propose --without $code
    refused 2 grant.not_yet "2099-01-01" "2099-01-01" propose --on 2099-01-01
    before=$(show verify)
    run propose --dry-run --lang en
    [[ $status -eq 0 && $output == *"nothing was written"* && "$(show verify)" = "$before" ]]
    # In public for seven days from today: it may be reviewed, and is not approved.
    run propose --lang en
    [ "$status" -eq 0 ]
    first=$(field 'waits for approval in batch')
    refused 4 grant.waits "Batch $first" "补扣批次 $first" propose
    run show grant notice
    [[ $output == *"job-stabilisation refund  2025  示例县永信制衣有限公司  10465.92"* ]]
    as rob "oneoff review" "$first" >/dev/null
    refused 4 grant.in_notice "stands in public until $(date -d "7 days" +%F)" "公示至 $(date -d "7 days" +%F)" bare hana "oneoff approve" "$first"
    # An objection: the batch is sent back, and proposed anew. This time its days are over.
    as hana "oneoff approve" "$first" --refuse >/dev/null
    [[ "$(show grant notice)" != *10465.92* ]]
    [ "$(show oneoff list --purpose grant. --json | jq -c '[.batches[] | [.batch, .state_code]]')" = "[[$first,\"refused\"]]" ]
    [ "$(show oneoff list --purpose award. --json | jq -c .batches)" = '[]' ]
    run propose --on 2026-11-02 --lang en
    batch=$(field 'waits for approval in batch')
    [[ $batch != "$first" && $(field 'in public until') = 2026-11-09 ]]
    run bare clara "oneoff review" "$batch"
    [ "$status" -eq 5 ]
    as rob "oneoff review" "$batch" >/dev/null
    run bare rob "oneoff approve" "$batch"
    [ "$status" -eq 5 ]
    as hana "oneoff approve" "$batch" >/dev/null
    # The employer sees it at its desk, and nobody else's.
    serve
    desk 200 34
    [ "$(jq -c '[.has_account, (.grants[] | select(.state_code == "approved") | .year, .amount, .settled, .until)]' said)" = '[false,"2025","10465.92","0.00","2026-11-09"]' ] || { cat said; false; }
    desk 403 13
    # What stands in public anybody sees, without a login; decided is no longer in public.
    [ "$(curl -s "$base/v1/grant/notice" | jq -c .employers)" = '[]' ]
    refused 4 grant.nobody "2025" "2025" propose
    # No run pays before it has an account, which three people set.
    run bare clara "payrun draft" --month 2024-12 --kind grant_stay_job
    [ "$status" -ne 0 ]
    as kate "account enter" --employer $code --number 6222000000000000936 --bank 示例工商银行 >/dev/null
    as rhea "account review" 1 >/dev/null
    as audrey "account confirm" 1 >/dev/null
    run bare clara "payrun draft" --month 2024-12 --kind grant_stay_job --lang en
    [[ $status -eq 0 && $(field lines) = 1 && $(field 'total, yuan') = 10465.92 ]]
    as rob "payrun check" 1 >/dev/null
    as hana "payrun sign-section" 1 >/dev/null
    as lea "payrun sign-leader" 1 >/dev/null
    as amy "payrun authorise" 1 --day 2024-12-25 >/dev/null
    as carl "payrun send" 1 --out inbox/P1-1.csv --day 2024-12-25 >/dev/null
    grep -q 6222000000000000936 inbox/P1-1.csv
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 5000000 --day 2024-12-25 --late 1000 >/dev/null
    as amy "payrun book" 1 --answer outbox/HP-P1-1.csv --day 2024-12-26 >/dev/null
    run show ledger vouchers --fund unemployment --month 2024-12
    [[ $output == *"Grants paid to employers"*"P1-1"*5104*10465.92*1004*10465.92* ]]
    run show ledger balance --fund unemployment --month 2024-12
    [[ $output == *"debits equal credits"* ]]
    desk 200 34
    [ "$(jq -c '[.has_account, (.grants[] | select(.state_code == "settled") | .settled)]' said)" = '[true,"10465.92"]' ]
    run show grant show $code
    [[ $output == *"2025  10465.92  10465.92"* ]]
    "$program" bank statement --books books --inbox inbox --outbox outbox --from 2024-12-25 --day 2024-12-31 >/dev/null
    run bare rob "payrun reconcile" 1 --statement outbox/DZ-*.csv
    [ "$status" -eq 0 ]
    # The bank sends it back days later: the books take it back, the desk sees it open, and a supplement pays it once into another account.
    as hana "payrun close" 1 >/dev/null
    "$program" bank run --books books --inbox inbox --outbox outbox --day 2024-12-28 >/dev/null
    as amy "payrun book" 1 --answer outbox/TP-P1-1.csv --day 2024-12-28 >/dev/null
    run show ledger vouchers --fund unemployment --month 2024-12
    [[ $output == *"Grants returned by the bank"*1004*10465.92*5104* ]]
    desk 200 34
    [ "$(jq -c '[.grants[] | select(.state_code != "cancelled") | .settled]' said)" = '["0.00"]' ]
    as kate "account enter" --employer 34 --number 6222000000000000944 --bank 示例工商银行 >/dev/null
    as rhea "account review" 2 >/dev/null
    as audrey "account confirm" 2 >/dev/null
    run bare clara "payrun supplement" --month 2024-12 --kind grant_stay_job --lang en
    [[ $status -eq 0 && $(field 'total, yuan') = 10465.92 ]]
    as rob "payrun check" 2 >/dev/null
    as hana "payrun sign-section" 2 >/dev/null
    as lea "payrun sign-leader" 2 >/dev/null
    as amy "payrun authorise" 2 --day 2024-12-29 >/dev/null
    as carl "payrun send" 2 --out inbox/P2-1.csv --day 2024-12-29 >/dev/null
    "$program" bank run --books books --inbox inbox --outbox outbox --day 2024-12-29 >/dev/null
    as amy "payrun book" 2 --answer outbox/HP-P2-1.csv --day 2024-12-30 >/dev/null
    desk 200 34
    [ "$(jq -c '[.grants[] | select(.state_code == "settled") | .settled]' said)" = '["10465.92"]' ]
    [ "$(show ledger balance --fund unemployment --month 2024-12 | awk '$1 == 5104 { print $NF }')" = 10465.92 ] || { show ledger balance --fund unemployment --month 2024-12; false; }
    # paid, sent back and paid again is paid once, in the statement too
    [[ $(show ledger statement 02 --fund unemployment --month 2024-12 | grep 'Job retention') == *10465.92* ]] || { show ledger statement 02 --fund unemployment --month 2024-12; false; }
    refused 4 grant.nobody "2025" "2025" propose
    run show verify
    [ "$status" -eq 0 ]
}

@test "a region that has not said how long a list stands in public proposes nothing [I2]" {
    as clara "county import" facts.csv --what attributes >/dev/null
    cp -r "$tree/packs" silent && sed -i '/^set 稳岗返还公示期限/,/^$/d' silent/demo/sample-province-welfare.md
    adopt silent
    refused 4 grant.notice_unset "稳岗返还公示期限" "稳岗返还公示期限" propose --packs silent
}
