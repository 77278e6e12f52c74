# Lists of whoever is confined to a township: alerts, register, campaigns, rolls, standing books and indicators are theirs alone,
# and no count, page, search or error tells of anybody else. Held against what the county sees and where the registry says people live.
load office
bats_require_minimum_version 1.5.0

TOWN=590121100

setup_file() {
    make_office clara=clerk tess=clerk kay=account-keeper rita=rights-manager lena=leader audrey=auditor
    local what login change
    for what in persons employers; do as clara "county export" --what $what --out $what.csv --reveal >/dev/null; done
    # id,town of everybody
    { awk -F, 'NR > 1 { print $1 "," substr($7, 1, 9) }' persons.csv; awk -F, 'NR > 1 { print $1 "," substr($4, 1, 9) }' employers.csv; } >towns
    { echo 姓名,身份证号,类别; awk -F, 'NR > 1 && length($3) == 18 && $5 > "1970" && $5 < "2006" { print $2 "," $3 ",低保对象" }' persons.csv; } >hardship.csv
    cut -d, -f1,2 hardship.csv | sed 1s/身份证号/公民身份号码/ >police.csv
    as clara "roll receive" police.population police.csv --month 2026-11 >/dev/null
    # Whom the register is after is known once it is known who is dead, studies, or is insured elsewhere: one line each.
    local one=$(sed -n 2p police.csv) roll columns
    while read -r roll columns; do
        printf '姓名,%s\n%s,%s\n' "${columns%%|*}" "$one" "${columns#*|}" >"$roll.csv"
        as clara "roll receive" "$roll" "$roll.csv" --month 2026-11 >/dev/null
    done <<'ROLLS'
rural.poverty 身份证号,村(社区)|城关
disabled.holders 身份证号,残疾等级|二级
education.students 身份证号,学校|一中
police.deaths 公民身份号码,死亡日期|2026-08-15
civil.cremation 公民身份号码,火化日期|2026-09-20
insured.elsewhere 社会保障号码,险种,状态,经办机构|职工养老,参保,外省
ROLLS
    as clara "roll receive" civil.hardship hardship.csv --month 2026-11 >/dev/null
    as audrey "watch run" --month 2026-11 >/dev/null
    as audrey "indicator run" --month 2026-11 >/dev/null
    as clara "campaign new" 全县行动 --channel precise --group group.hardship --owner 张明 --due 2027-03-31 >/dev/null
    as clara "campaign new" 他乡行动 --channel precise --group group.hardship --town 590121101 --owner 李明 --due 2027-03-31 >/dev/null
    for what in 100 101; do as audrey "docket enter" area --set place=590121$what --set name=乡$what --set cadre=某某 --set goal=10 --set done=$((what - 98)) >/dev/null; done
    as audrey "docket enter" seat --set department=县财政局 --set for=县财政局 --set post=成员 >/dev/null
    change=$(as rita "user bind" tess --region $TOWN --json | jq .change)
    as lena "user approve" "$change" >/dev/null
    as audrey "user confirm" "$change" >/dev/null
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port --rate 0 >serve.out 2>serve.log 3>&- &
    echo $! >server.pid
    while [ ! -s port ]; do kill -0 "$(cat server.pid)" || return 1; read -rt 0.05 <> <(:) || true; done
    for login in clara tess; do
        curl -s -X POST "http://127.0.0.1:$(cat port)/v1/session" -d "{\"user\":\"$login\",\"password\":\"$(cat "$(own $login)")\"}" | jq -r .token >token-$login
    done
}
teardown_file() { kill "$(cat "$BATS_FILE_TMPDIR/server.pid")" 2>/dev/null || true; }
setup() {
    cd "$BATS_FILE_TMPDIR" # one server for all: what is written here is looked for by the test that writes it
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd) program=${DOUDI_PROGRAM:-$tree/build/release/doudi} base=http://127.0.0.1:$(cat port)
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
}

# ask LOGIN STATUS OPERATION JSON: the answer stands in `said`.
ask() {
    local status
    status=$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $(cat "token-$1")" -H 'Content-Type: application/json' -d "${4:-{\}}" "$base/v1/${3/./\/}")
    [ "$status" = "$2" ] || { echo "$3 $4: $status, not $2: $(head -c 600 said)"; return 1; }
}
code() { jq -r .error.code said; }
# there: of "subject" lines of standard input those who live in the township.
there() { awk -F, -v town=$TOWN 'NR == FNR { if ($2 == town) is[$1] = 1; next } $1 in is' towns -; }

@test "alerts: rows, sums and steps of a township are its own people's, and an alert of another is told as none [C10 N6]" {
    # what places are called: of the own alone
    ask clara 200 place.list
    [ "$(jq -r '[.places[].place] | join(" ")' said)" = "590121100 590121101" ]
    ask tess 200 place.list
    [ "$(jq -r '[.places[] | .place + .name] | join(" ")' said)" = "${TOWN}乡${TOWN#590121}" ]
    ask clara 200 alert.list '{"state":"all","limit":100000}'
    cp said whole
    jq -r '.alerts[] | select(.kind == "person" or .kind == "employer") | "\(.subject),\(.alert)"' whole | there | cut -d, -f2 | sort >expected
    ask tess 200 alert.list '{"state":"all","limit":100000}'
    jq -r '.alerts[] | select(.kind == "person" or .kind == "employer") | .alert' said | sort >got
    [ "$(wc -l <expected)" -gt 20 ]
    diff expected got
    jq -e '[.alerts[].town] | all(. == "'$TOWN'")' said >/dev/null
    jq -e '[.alerts[].kind] | all(. != "account")' said >/dev/null
    jq -e --slurpfile whole whole '.found == (.alerts | length) and .open + .closed == .found and .open < $whole[0].open and (.notes | length) == 1' said >/dev/null
    # the sum at risk is that of the rows
    jq -e '([.alerts[] | select(.state_code != "gone") | .risk | tonumber? // 0] | add * 100 | round) == (.risk | tonumber * 100 | round)' said >/dev/null
    # by limit, subject, town and user: of theirs alone
    jq -r '.alerts[0].alert, .alerts[0].subject' said >first
    ask tess 200 alert.list '{"limit":1}'
    jq -e '.shown == 1 and .found > 1' said >/dev/null
    ask tess 200 alert.list '{"town":"590121101","state":"all"}'
    jq -e '.found == 0' said >/dev/null
    other=$(jq -r '.alerts[] | select(.kind == "person") | "\(.subject),\(.alert)"' whole | awk -F, -v town=$TOWN 'NR == FNR { if ($2 != town) is[$1] = 1; next } $1 in is { print $2; exit }' towns -)
    subject=$(jq -r ".alerts[] | select(.alert == $other) | .subject" whole)
    ask tess 200 alert.list "{\"subject\":$subject,\"state\":\"all\"}"
    jq -e '.found == 0 and .alerts == []' said >/dev/null
    for after in "$other" 999999; do
        ask tess 404 alert.list "{\"after\":$after}"
        [ "$(code)" = alert.not_found ]
    done
    ask tess 200 alert.list '{"limit":5}' && last=$(jq '.alerts[-1].alert' said) && all=$(jq .found said)
    ask tess 200 alert.list "{\"limit\":5,\"after\":$last}"
    jq -e ".found == $all and .shown == 5 and ([.alerts[].alert] | index($last) | not)" said >/dev/null
    account=$(jq -r '[.alerts[] | select(.kind == "account")][0].alert // empty' whole)
    for id in "$other" 999999 $account; do
        ask tess 403 alert.show "{\"alert\":$id}"
        [ "$(code)" = scope.other ]
        jq -r .error.message said >"words.$id"
        ask tess 403 alert.work "{\"alert\":$id,\"why\":\"看看\"}"
        [ "$(code)" = scope.other ]
    done
    cmp "words.$other" words.999999
    mine=$(head -n 1 first)
    ask tess 200 alert.show "{\"alert\":$mine}"
    jq -e '[.facts[].fact] | index("others concerned") | not' said >/dev/null
    ask tess 200 alert.assign "{\"alert\":$mine,\"to\":\"tess\"}"
    ask tess 200 alert.work "{\"alert\":$mine,\"why\":\"入户核实\"}"
    ask tess 200 alert.list '{"user":"tess"}'
    jq -e ".found == 1 and .alerts[0].alert == $mine" said >/dev/null
}

@test "register and campaigns: whom a township wins is counted of its own, another's campaign is not known, and contacts are of its people [A3 M2 N6]" {
    ask clara 200 register.list
    cp said whole
    ask tess 200 register.list
    ask clara 200 register.list '{"out":"a.csv"}' && curl -s -H "Authorization: Bearer $(cat token-clara)" "$base$(jq -r '.downloads[0].href' said)" >all.csv
    ask tess 200 register.list '{"out":"a.csv"}' && curl -s -H "Authorization: Bearer $(cat token-tess)" "$base$(jq -r '.downloads[0].href' said)" >mine.csv
    column() { sed 's/"[^"]*"/-/g' "$1" | awk -F, 'NR > 1 { print $2 }' | sort; }
    column all.csv | there >expected && column mine.csv >got
    [ "$(wc -l <expected)" -gt 10 ]
    diff expected got
    jq -e --slurpfile whole whole '.people + .employers == '"$(wc -l <got)"' and .people < $whole[0].people and .unknown <= $whole[0].unknown
        and ([.excluded[].people] | add) < ([$whole[0].excluded[].people] | add) and [.towns[].town] == ["'$TOWN'"]' said >/dev/null
    ask clara 200 register.zero '{"group":"group.hardship","month":"2026-11"}' && all=$(jq .left said)
    ask tess 200 register.zero '{"group":"group.hardship","month":"2026-11"}' && mine=$(jq .left said)
    [ "$mine" -gt 0 ]
    [ "$mine" -lt "$all" ]

    ask clara 200 campaign.report '{"campaign":"全县行动"}' && all=$(jq .targets said)
    ask tess 200 campaign.report '{"campaign":"全县行动"}'
    jq -e ".targets > 0 and .targets < $all and .targets == .owners[0].targets and ([.rows[].town] | all(. == \"$TOWN\"))" said >/dev/null
    subject=$(jq '.rows[0].subject' said)
    ask tess 200 campaign.list
    jq -e '[.campaigns[].campaign] == ["全县行动"] and ([.channels[].campaigns] | add) == 1' said >/dev/null
    for name in 他乡行动 没有的行动; do
        ask tess 404 campaign.report "{\"campaign\":\"$name\"}"
        [ "$(code)" = campaign.unknown ]
        ask tess 404 campaign.contact "{\"campaign\":\"$name\",\"subject\":$subject,\"how\":\"phone\",\"outcome\":\"agreed\"}"
        [ "$(code)" = campaign.no_target ]
    done
    ask tess 200 campaign.contact "{\"campaign\":\"全县行动\",\"subject\":$subject,\"how\":\"phone\",\"outcome\":\"agreed\"}"
    ask tess 200 campaign.list
    jq -e '.campaigns[0].agreed == 1' said >/dev/null
    ask clara 200 campaign.report '{"campaign":"他乡行动"}' && other=$(jq '.rows[0].subject' said)
    ask tess 403 campaign.contact "{\"campaign\":\"全县行动\",\"subject\":$other,\"how\":\"phone\",\"outcome\":\"agreed\"}"
    [ "$(code)" = scope.other ]
    ask tess 403 campaign.new '{"campaign":"新","channel":"precise","due":"2027-01-31"}'
    [ "$(code)" = scope.whole ]
}

@test "rolls and standing books: lines of a township's people, rows of its place, and no others by number or by key [M1 O5 N6]" {
    ask clara 200 roll.show '{"receipt":8}' && all=$(jq .lines said)
    ask tess 200 roll.show '{"receipt":8,"out":"a.csv"}'
    cp said mine
    curl -s -H "Authorization: Bearer $(cat token-tess)" "$base$(jq -r '.downloads[0].href' said)" | sed 's/"[^"]*"/-/g' | awk -F, 'NR > 1 { print $5 }' | sort -u >got
    there <got | diff - got
    jq -e ".lines < $all and .lines == .linked and .review == 0 and .rejected == 0 and .absent == 0 and .lines == $(wc -l <got)" mine >/dev/null
    ask tess 200 roll.list '{"roll":"civil.hardship"}'
    jq -e --slurpfile mine mine '.receipts[0].lines == $mine[0].lines and .rolls[0].lines == $mine[0].lines' said >/dev/null
    for op in roll.differences roll.match; do ask tess 403 $op '{"receipt":8}'; [ "$(code)" = scope.whole ]; done

    ask tess 200 docket.list '{"docket":"area"}'
    jq -e '.found == 1 and .rows[0].key == "'$TOWN'"' said >/dev/null
    ask tess 200 docket.report '{"docket":"area"}'
    jq -e '.rows == 1 and ([.findings[] | select(.kind_code == "total") | .value] == ["10"])' said >/dev/null
    for op in list report; do ask tess 403 docket.$op '{"docket":"seat"}'; [ "$(code)" = scope.whole ]; done
    ask tess 200 docket.enter '{"docket":"area","set":["place='$TOWN'","done=5"]}'
    jq -e '.changed == 1' said >/dev/null
    for place in 590121101 590121102 '' 城关; do
        ask tess 403 docket.enter "{\"docket\":\"area\",\"set\":[\"place=$place\",\"done=9\"]}"
        [ "$(code)" = scope.other ]
    done
    ask tess 403 docket.enter '{"docket":"seat","set":["department=县财政局","post=组长"]}'
    [ "$(code)" = scope.whole ]
    # where the place is no key, another's row is not taken over by naming one's own place
    ask clara 200 docket.enter '{"docket":"outlet","set":["name=大厅","service=参保","place=590121101"]}'
    ask tess 403 docket.enter '{"docket":"outlet","set":["name=大厅","service=参保","place='$TOWN'"]}'
    [ "$(code)" = scope.other ]
    ask tess 200 docket.enter '{"docket":"outlet","set":["name=便民中心","service=参保","place='$TOWN'001"]}'
    ask tess 403 docket.strike '{"docket":"area","row":2,"why":"重复"}' && jq -r .error.message said >two
    ask tess 403 docket.strike '{"docket":"area","row":99,"why":"重复"}' && jq -r .error.message said | cmp - two
    ask clara 200 docket.list '{"docket":"area"}'
    jq -e '.found == 2' said >/dev/null
    ask tess 200 docket.strike '{"docket":"area","row":1,"why":"重复"}'
}

@test "indicators: a township reads its own and its villages', and neither the county's nor another's [O1 N6]" {
    ask tess 200 indicator.list
    jq -e '.code == "'$TOWN'"' said >/dev/null
    name=$(jq -r '.indicators[0].key' said)
    ask tess 200 indicator.rank "{\"indicator\":\"$name\",\"level\":\"village\"}"
    jq -e '(.places | length) > 0 and ([.places[].code] | all(startswith("'$TOWN'")))' said >/dev/null
    ask tess 200 indicator.show "{\"indicator\":\"$name\"}"
    for place in 590121 590121101 590121101001 590122100; do
        ask tess 403 indicator.list "{\"place\":\"$place\"}"
        [ "$(code)" = scope.other ]
        ask tess 403 indicator.rank "{\"indicator\":\"$name\",\"place\":\"$place\"}"
        ask tess 403 indicator.show "{\"indicator\":\"$name\",\"place\":\"$place\"}"
        ask tess 403 indicator.people "{\"figure\":\"pension.legal\",\"month\":\"2026-11\",\"place\":\"$place\"}"
    done
    ask tess 200 indicator.people '{"figure":"pension.legal","month":"2026-11"}'
    jq -r '.people[].person' said >got
    [ -s got ]
    there <got | diff - got
    for op in indicator.bulletin indicator.run; do ask tess 403 $op '{"month":"2026-11"}'; [ "$(code)" = scope.whole ]; done
}

@test "cases are counted of the own township alone, and that one of few complained is told by no count [N6]" {
    local place one
    for place in $TOWN 590121101; do
        for one in $(awk -F, -v town="$place" 'NR > 1 && $7 ~ "^" town && $5 < "1967" { print $1 }' persons.csv | head -3); do
            ask clara 200 case.open "{\"type\":\"职工退休申领\",\"who\":\"$one\",\"paper\":[\"身份凭证\"]}"
            jq -r .case said >>opened
        done
        ask clara 200 case.open "{\"type\":\"投诉举报\",\"who\":\"$one\",\"field\":[\"事由=待遇\"]}"
    done
    [ "$(sort -u opened | wc -l)" = 6 ]
    ask clara 200 case.counts '{"from":"2026-11-01","by":"town"}'
    [ "$(jq .opened said)" = 8 ]
    jq -e '[.counts[].what] | sort == ["'$TOWN'","590121101"]' said >/dev/null
    for by in town type channel; do
        ask tess 200 case.counts "{\"from\":\"2026-11-01\",\"by\":\"$by\"}"
        jq -e '.opened == 3 and ([.counts[].opened] | add) == 3 and (.notes[0] | test("'$TOWN'"))' said >/dev/null || { cat said; return 1; }
    done
    ask tess 200 case.counts '{"from":"2026-11-01","by":"town"}'
    jq -e '[.counts[].what] == ["'$TOWN'"]' said >/dev/null
    ask tess 200 case.counts '{"from":"2026-11-01","type":"投诉举报","by":"事由"}'
    jq -e '.opened == 0 and .counts == []' said >/dev/null
    # what is counted is what the list has
    ask tess 200 case.list '{"state":"all","type":"职工退休申领"}'
    jq -e '.found == 3' said >/dev/null
}

@test "certification: a township sees whom it must visit, enters whom it saw, and nobody of another [C9 N6]" {
    ask clara 200 certify.due '{"month":"2026-11","list":"due.csv"}'
    all=$(jq '.people' said)
    curl -s -o all.csv -H "Authorization: Bearer $(cat token-clara)" "$base$(jq -r '.downloads[0].href' said)"
    ask tess 200 certify.due '{"month":"2026-11","list":"due.csv","undecided":"undecided.csv"}'
    jq -e --arg all "$all" '.people > 0 and .people < ($all | tonumber) and .people == .valid + .due + .lapsed + .undecided and (.notes[0] | test("'$TOWN'"))' said >/dev/null || { cat said; return 1; }
    jq '.due + .lapsed' said >asked
    curl -s -o own.csv -H "Authorization: Bearer $(cat token-tess)" "$base$(jq -r '.downloads[] | select(.argument == "list") | .href' said)"
    awk -F, 'NR > 1 { print $2 }' own.csv >got
    [ "$(wc -l <got)" = "$(cat asked)" ]
    there <got | diff - got
    # all of them, as the county's list has them
    awk -F, 'NR > 1 { print $2 }' all.csv | there | sort | diff - <(sort got)
    local here=$(awk -F, -v town=$TOWN 'NR > 1 && $7 ~ "^" town { print $1; exit }' persons.csv) other=$(awk -F, -v town=$TOWN 'NR > 1 && $7 !~ "^" town { print $1; exit }' persons.csv)
    ask tess 200 certify.kinds
    kind=$(jq -r '.kinds[0].kind' said)
    ask tess 200 certify.record "{\"who\":\"$here\",\"kind\":\"$kind\",\"day\":\"2026-11-20\"}"
    jq -e '.is_new' said >/dev/null
    ask tess 403 certify.record "{\"who\":\"$other\",\"kind\":\"$kind\",\"day\":\"2026-11-20\"}"
    [ "$(code)" = scope.other ]
    ask tess 403 certify.record "{\"who\":\"张伟\",\"kind\":\"$kind\"}"
    [ "$(code)" = scope.by_id ]
    ask tess 403 certify.run '{"month":"2026-11"}'
    [ "$(code)" = scope.whole ]
    ask tess 403 certify.import '{"month":"2026-11","simulate":1}'
    [ "$(code)" = scope.whole ]
}

@test "accounts: a township sees who of it has none and whose change waits, and nobody of another; entering them stays the county's [N6]" {
    ask clara 200 account.missing '{"out":"missing.csv"}'
    curl -s -o all.csv -H "Authorization: Bearer $(cat token-clara)" "$base$(jq -r '.downloads[0].href' said)"
    ask tess 200 account.missing '{"out":"missing.csv"}'
    curl -s -o own.csv -H "Authorization: Bearer $(cat token-tess)" "$base$(jq -r '.downloads[0].href' said)"
    ids() { awk -F, 'NR > 1 { split($1, who, " "); if (who[1] ~ /^[0-9]+$/) print who[1] }' "$1" | sort -u; }
    diff <(ids all.csv | there) <(ids own.csv)
    [ "$(jq .people said)" = "$(ids own.csv | wc -l)" ]
    [ "$(ids all.csv | wc -l)" -gt "$(ids own.csv | wc -l)" ]
    # nor of a household whoever lives elsewhere
    awk -F, 'NR > 1 { print $6 }' own.csv | grep -oE '[0-9]+' >members || true
    diff members <(there <members)
    local one
    for one in $(awk -F, -v town=$TOWN 'NR > 1 && $7 ~ "^" town { print $1; exit }' persons.csv) $(awk -F, -v town=$TOWN 'NR > 1 && $7 !~ "^" town { print $1; exit }' persons.csv); do
        as kay "account enter" "$one" --number 6217000000000000123 --bank 示例农商银行 >/dev/null
    done
    ask clara 200 account.list
    jq -e '.people == 2' said >/dev/null
    ask tess 200 account.list '{"state":"all"}'
    jq -e '.people == 1 and (.accounts | length) == 1' said >/dev/null || { cat said; return 1; }
    jq -r '.accounts[].person' said >got
    there <got | diff - got
    ask tess 200 account.list '{"change":2}'
    jq -e '.accounts == []' said >/dev/null
}

@test "payments: a township sees who of it was to be paid and was not, with their sum, and nobody of another [C6 N6]" {
    as clara "payrun draft" --month 2026-11 --kind pension --payer 6200001 >/dev/null
    ask clara 200 payrun.waiting
    jq -r '.waiting[] | [.person, .amount] | @csv' said | tr -d '"' >all
    [ "$(jq .count said)" = "$(wc -l <all)" ]
    cut -d, -f1 all | sort -u | there >wanted
    [ -s wanted ] && [ "$(wc -l <wanted)" -lt "$(cut -d, -f1 all | sort -u | wc -l)" ]
    ask tess 200 payrun.waiting
    diff wanted <(jq -r '.waiting[].person' said | sort -u)
    # the sum is theirs, to the fen, as the county's rows add up to it
    [ "$(jq -r .amount said | tr -d .)" = "$(awk -F, 'NR == FNR { is[$1] = 1; next } $1 in is { sub(/\./, "", $2); sum += $2 } END { print sum }' wanted all)" ]
    ask tess 200 payrun.waiting '{"run":1}'
    diff wanted <(jq -r '.waiting[].person' said | sort -u)
    ask tess 403 payrun.lines '{"run":1}'
    [ "$(code)" = scope.whole ]
}
