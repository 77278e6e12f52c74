# Who did what and who read what of whom: found by user, person, day and kind, paged, taken away; reads are noted by a running server,
# and at the machine.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk audrey=auditor rita=rights-manager lena=leader ivy=insured "$(id -un | grep -E '^[a-z][a-z0-9._-]+$' || echo nobody)"=clerk
    number=$(as clara "person show" 700 --reveal --why 办理 | grep -o '[0-9]\{17\}[0-9X]' | head -n 1)
    change=$(as rita "user bind ivy --number $number" --json | jq .change)
    as lena "user approve $change" >/dev/null
    as audrey "user confirm $change" >/dev/null
    as clara "month open" --month 2026-11 >/dev/null
}

setup() { enter_office; }
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }

serve() {
    rm -f port
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out serve.log; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    base=http://127.0.0.1:$(cat port)
}
# enter LOGIN: a bearer's token.
enter() {
    jq -n --arg user "$1" --arg password "$(cat "$(own "$1")")" '{user: $user, password: $password}' | curl -s -X POST "$base/v1/session" -d @- | jq -r .token
}
# ask TOKEN PATH: status printed, the answer to `said`.
ask() { curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $1" "$base/v1/$2"; }
code() { jq -r .error.code said; }

@test "a server notes who read what of whom; an auditor finds it by user, person, day and operation, and takes it away" {
    serve
    clara=$(enter clara)
    [ "$(ask "$clara" "person/show?who=700")" = 200 ]
    [ "$(ask "$clara" "person/contributions?who=701")" = 200 ]
    curl -s -o said -H "Authorization: Bearer $clara" -H 'Content-Type: application/json' "$base/v1/person/find" -d '{"text":"王"}'
    found=$(jq '.people | length' said)
    [ "$found" -gt 10 ]
    # what is about nobody, and what was refused, leave nothing
    [ "$(ask "$clara" "ledger/accounts")" = 200 ]
    [ "$(ask "$clara" "audit/looks")" = 403 ]
    [ "$(code)" = duty.not_held ]
    [ "$(ask "$(enter audrey)" "audit/looks?page=x")" = 400 ]
    [ "$(code)" = audit.bad_page ]
    # the oldest was noted by the command line; these are written within a moment, and by the server's end at the latest
    kill $server && wait $server || true
    "$program" audit looks --county county.db --json | jq -e --argjson found "$found" '[.looks[] | [.user, .operation, .subject, .rows]] == [["clara","person.find",0,$found],["clara","person.contributions",701,(.looks[1].rows)],["clara","person.show",700,(.looks[2].rows)],["clara","person.show",700,(.looks[3].rows)]] and .next == null and [.looks[].machine] == ["","","","'"$(id -un)"'"]'
    "$program" audit looks --who 700 --user clara --county county.db --json --lang zh | jq -e '(.looks | length) == 2 and .looks[0].roles == "经办员" and (.looks[0].what | test("人"))'
    "$program" audit looks --operation person.find --user clara --county county.db --json | jq -e '(.looks | length) == 1'
    "$program" audit looks --user audrey --county county.db --json | jq -e '.looks == []'
    today=$(TZ=Asia/Shanghai date +%F)
    "$program" audit looks --user clara --from "$today" --until "$today" --county county.db --json | jq -e '(.looks | length) == 4'
    "$program" audit looks --until 2020-01-01 --county county.db --json | jq -e '.looks == []'
    # page by page: one after another, none twice
    "$program" audit looks --user clara --limit 2 --county county.db --json >one
    "$program" audit looks --user clara --limit 2 --page "$(jq -r .next one)" --county county.db --json >two
    jq -se '[.[].looks[].operation] == ["person.find","person.contributions","person.show","person.show"] and .[1].next == null' one two
    run --separate-stderr "$program" audit looks --page x --county county.db
    [ "$status" -ne 0 ]
    [[ $stderr == *"is no place where a page ended"* ]]
    "$program" audit looks --user clara --out looks.csv --county county.db >/dev/null
    [ "$(wc -l <looks.csv)" = 5 ]
    grep -q '^.*clara.*person.show.*700' looks.csv
    "$program" verify --county county.db >/dev/null
}

@test "what was found by the search, one's to-do, and a step that was only rehearsed or tried are reads like others" {
    serve
    clara=$(enter clara)
    curl -s -o said -H "Authorization: Bearer $clara" -H 'Content-Type: application/json' "$base/v1/search/all" -d '{"text":"王"}'
    [ "$(jq '.hits | length' said)" -gt 5 ]
    cp said found
    [ "$(ask "$clara" todo/list)" = 200 ]
    curl -s -o said -H "Authorization: Bearer $clara" -H 'Content-Type: application/json' "$base/v1/case/open?rehearse=yes" -d '{"type":"参保证明","who":"705"}'
    jq -e '.is_rehearsal and .changed' said
    # a step's own dry run leaves no event either: two records were laid side by side
    curl -s -o said -H "Authorization: Bearer $clara" -H 'Content-Type: application/json' "$base/v1/person/merge" -d '{"kept":"707","given":"708","dry-run":true}'
    # what is one's own alone is no read of anybody
    [ "$(ask "$clara" draft/list)" = 200 ]
    kill $server && wait $server || true
    hit=$(jq -r '[.hits[] | select(.kind_code == "person")][0].id' found)
    "$program" audit looks --county county.db --json | jq -e '[.looks[0:4][] | [.operation, .subject]] == [["person.merge",707],["case.open",705],["todo.list",0],["search.all",0]]'
    "$program" audit looks --who 705 --county county.db --json | jq -e '.looks | length == 1'
    for who in 707 708; do "$program" audit looks --who $who --user clara --county county.db --json | jq -e '[.looks[].operation] == ["person.merge"]'; done
    # whoever was hit finds the search, whoever was not does not
    "$program" audit looks --who "$hit" --user clara --county county.db --json | jq -e '[.looks[].operation] == ["search.all"]'
    "$program" audit looks --who 706 --user clara --county county.db --json | jq -e '.looks == []'
}

@test "a list is found by each person it showed, and not by others; one read stays one row" {
    serve
    clara=$(enter clara)
    ivy=$(enter ivy)
    first=$("$program" person show 700 --county county.db --json | jq -r .name)
    jq -n --arg text "${first:0:1}" '{text: $text, limit: 500}' | curl -s -o said -H "Authorization: Bearer $clara" -H 'Content-Type: application/json' "$base/v1/person/find" -d @-
    jq -e '(.people | length) > 3 and any(.people[]; .person == 700)' said
    jq -r '.people[].person' said >shown
    other=$(seq 600 900 | grep -vxFf shown | head -n 1)
    # the insured are told that a list showed them
    for _ in $(seq 600); do
        [ "$(ask "$ivy" "person/looks?who=700&others=true&lang=zh")" = 200 ]
        jq -e 'any(.looks[]; .what | test("查找"))' said >/dev/null && break
        read -rt 0.05 <> <(:) || true
    done
    jq -e '[.looks[] | select(.what | test("查找"))] | length == 1 and .[0].by == "经办员"' said
    kill $server && wait $server || true
    for one in $(head -n 3 shown) 700; do
        "$program" audit looks --who "$one" --operation person.find --county county.db --json | jq -e --argjson rows "$(wc -l <shown)" '.looks | length == 1 and .[0].rows == $rows and .[0].subject == 0'
    done
    "$program" audit looks --who "$other" --operation person.find --county county.db --json | jq -e '.looks == []'
    "$program" audit looks --operation person.find --county county.db --json | jq -e '.looks | length == 1'
}

@test "a read at the machine is noted by the user of the operating system, and by the office's user of that login" {
    me=$(id -un)
    [ "$("$program" audit looks --machine "$me" --county county.db --json | jq '.looks | length')" = 1 ] # clara's, with a login
    "$program" person contributions 702 --county county.db >/dev/null
    "$program" payrun list --county county.db >/dev/null
    "$program" place list --county county.db >/dev/null
    "$program" audit looks --who 702 --county county.db --json >said
    jq -e --arg me "$me" '.looks | length == 1 and .[0].operation == "person.contributions" and .[0].machine == $me' said
    login=$(jq -r .looks[0].user said)
    if "$program" user list --county county.db --json | jq -e --arg me "$me" 'any(.users[]; .user == $me)' >/dev/null; then
        [ "$login" = "$me" ]
        jq -e '.looks[0].roles == "clerk"' said
    else
        [ "$login" = "" ]
    fi
    # a login that is given counts, whatever the machine's user is called
    as clara "person show 703" --reveal --why 办理 >/dev/null
    "$program" audit looks --who 703 --county county.db --json | jq -e --arg me "$me" '[.looks[] | [.user, .machine]] == [["clara", $me]]'
    "$program" audit looks --machine nosuchuser --county county.db --json | jq -e '.looks == []'
    "$program" person looks 702 --county county.db --json --lang zh | jq -e '.looks[0].by | test("在机关主机上")'
    # while another writes for long it is answered, and says that nothing could be noted
    exec 9<>county.db-lock
    flock 9
    run --separate-stderr "$program" person show 704 --county county.db
    exec 9>&-
    [ "$status" = 0 ]
    [[ $stderr == *"could not be noted"*"(pid "* ]] || { echo "$stderr"; false; }
    "$program" audit looks --who 704 --county county.db --json | jq -e '.looks == []'
}

@test "a variable of the packs is tried for a person by what the registry knows of them: a read that is noted, and nothing is kept [L9]" {
    before=$("$program" county status --county county.db --json | jq .events)
    "$program" person try 702 退休年龄.法定退休月 --county county.db --json >said
    jq -e '.person == 702 and (.known | map(.name) | sort) == ["人员类别","出生月"] and .reason == null and .unknown == []' said || { cat said; false; }
    # by hand: what was filled in comes to the same
    mapfile -t given < <(jq -r '.known[] | "\(.name)=\(.value)"' said)
    [ "$("$program" calc 法定退休月 "${given[@]}" --on "$(jq -r .on said)" --region "$(jq -r .region said)" --json | jq -r .results[0].value)" = "$(jq -r .value said)" ]
    # its rows too: an employee's contributions by year
    who=$("$program" award list --month 2026-11 --county county.db --json 2>/dev/null | jq -r '.awards[0].person // empty')
    [ -n "$who" ] || who=$("$program" employer staff 15 --county county.db --json | jq -r '.staff[0].person')
    "$program" person try "$who" 缴费历史.累计缴费月数 --county county.db --json >rows
    jq -e '[.known[] | select(.record == "缴费年度" and .name == "缴费月数") | .value | tonumber] | add > 0' rows || { cat rows; false; }
    [ "$(jq -r .value rows)" = "$(jq '([.known[] | select(.name == "缴费月数") | .value | tonumber] | add) + ([.known[] | select(.name == "视同缴费月数") | .value | tonumber] | add // 0)' rows)" ]
    # what the registry does not know is the reason, and no nought
    "$program" person try 702 最低生活保障.差额 --county county.db --json >none || true
    jq -e '.value == null and (.reason | length > 0)' none
    # what is counted for all together is not called unknown to the registry
    "$program" person try 702 办理监测.高频支付 --county county.db --json | jq -e '.value == null and .unknown == ["本月支付笔数 (counted for the whole office together, not for one person)"]'
    run ! "$program" person try 702 没有这个变量 --county county.db
    [ "$("$program" county status --county county.db --json | jq .events)" = "$before" ]
    "$program" audit looks --who 702 --operation person.try --county county.db --json | jq -e '.looks | length == 3'
    # over the door by whose duty it is, and the insured for themselves alone
    serve
    [ "$(ask "$(enter clara)" "person/try?who=702&variable=%E6%B3%95%E5%AE%9A%E9%80%80%E4%BC%91%E6%9C%88")" = 200 ]
    ivy=$(enter ivy)
    [ "$(ask "$ivy" "person/try?who=700&variable=%E6%B3%95%E5%AE%9A%E9%80%80%E4%BC%91%E6%9C%88")" = 200 ]
    [ "$(ask "$ivy" "person/try?who=702&variable=%E6%B3%95%E5%AE%9A%E9%80%80%E4%BC%91%E6%9C%88")" = 403 ]
}

@test "an insured person sees by which duties their record was read, and nobody else's reads" {
    serve
    clara=$(enter clara)
    ivy=$(enter ivy)
    [ "$(ask "$clara" "person/show?who=700")" = 200 ]
    [ "$(ask "$ivy" "person/show?who=700")" = 200 ]
    for _ in $(seq 600); do
        [ "$(ask "$ivy" "person/looks?who=700&lang=zh")" = 200 ]
        jq -e 'any(.looks[]; .is_own) and any(.looks[]; .is_own | not)' said >/dev/null && break
        read -rt 0.05 <> <(:) || true
    done
    jq -e '[.looks[] | select(.is_own | not)][0].by == "经办员"' said
    jq -e 'any(.looks[]; .is_own)' said
    [ "$(ask "$ivy" "person/looks?who=700&others=true&lang=zh")" = 200 ]
    jq -e 'all(.looks[]; .is_own | not) and any(.looks[]; .by == "经办员")' said
    # neither login nor name of the official
    run ! grep -q clara said
    [ "$(ask "$ivy" "person/looks?who=701")" = 403 ]
    [ "$(ask "$ivy" "audit/looks")" = 403 ]
}

@test "acts are found by user, person, day and kind, the newest first, whatever chain they stand in" {
    "$program" audit acts --user clara --county county.db --json >acts
    jq -e 'all(.acts[]; .user == "clara") and any(.acts[]; .kind | startswith("access.")) and any(.acts[]; .kind == "staff.key_made")' acts
    jq -e '[.acts[].known] | . == (sort | reverse)' acts
    "$program" audit acts --kind staff. --county county.db --json --lang zh | jq -e '(.acts | length) > 5 and all(.acts[]; (.kind | startswith("staff.")) and .area == "用户与岗位" and .area_code == "staff")'
    "$program" audit acts --who 700 --county county.db --json | jq -e 'all(.acts[]; .subject == 700) and any(.acts[]; .kind == "access.revealed" and .user == "clara")'
    "$program" audit acts --who 700 --user audrey --county county.db --json | jq -e '.acts == []'
    # all of them page by page are all there are
    all=$("$program" county status --county county.db --json | jq .events)
    next=
    seen=0
    : >events
    while :; do
        "$program" audit acts --limit 1500 ${next:+--page "$next"} --county county.db --json >page
        jq -r '.acts[].event' page >>events
        next=$(jq -r '.next // empty' page)
        [ -n "$next" ] || break
        seen=$((seen + 1))
        [ $seen -lt 50 ]
    done
    [ "$(wc -l <events)" = "$all" ]
    [ "$(sort -u events | wc -l)" = "$all" ]
    "$program" audit acts --until 2020-01-01 --county county.db --json | jq -e '.acts == []'
    run --separate-stderr "$program" audit acts --page 1.99.1 --county county.db
    [ "$status" -ne 0 ]
    "$program" audit acts --user clara --out acts.xlsx --county county.db >/dev/null
    [ "$(head -c 2 acts.xlsx)" = PK ]
    # every kind that is in the log, and every one that a room writes or reads, is said in words
    for lang in en zh; do
        "$program" audit acts --limit 10000 --county county.db --json --lang $lang | jq -e '(.acts | length) > 100 and all(.acts[]; .done != .kind)'
    done
    grep -rhoE "text_equal_cstr\(kind, \"[a-z]+\.[a-z_]+\"|\{ \"staff\.[a-z_]+\", apply" "$BATS_TEST_DIRNAME"/../../src/{staff,payment,oneoff,revision,decision,cases,alert,charter,survey,gauge,docket,roll,archive} | grep -oE '"[^"]+"' | sort -u >kinds
    [ "$(wc -l <kinds)" -gt 40 ]
    # what is said of somebody of the registry, by the name that is given to it where it is said
    grep -rhoE 'registry_(say|load_open)\(.*, "[a-z_]+"|\[REGISTRY_[A-Z]+\] = "benefit_[a-z]+"' "$BATS_TEST_DIRNAME"/../../src/{registry,service} | grep -oE '"[a-z_]+"' | sed 's/^"/"registry./' | sort -u >said
    [ "$(wc -l <said)" -gt 15 ]
    cat said >>kinds
    while read -r kind; do grep -qF "{ $kind," "$BATS_TEST_DIRNAME/../../src/service/event_words.c" || { echo "no words for $kind"; false; }; done <kinds
    run --separate-stderr "$program" audit acts --who 700 --employer 15 --county county.db
    [ "$status" -ne 0 ]
}

@test "reads of supervision are an auditor's to find: whoever is suspected is not told of them, nor by where a page ends" {
    as audrey "watch run" --month 2026-11 >/dev/null
    "$program" alert list --county county.db --json >said
    alert=$(jq .alerts[0].alert said)
    who=$("$program" alert show "$alert" --county county.db --json | jq .subject)
    "$program" person show "$who" --county county.db >/dev/null
    "$program" person looks "$who" --limit 1 --county county.db --json >told
    jq -e '(.looks | length) == 1 and .next == null' told
    "$program" audit looks --who "$who" --operation alert.show --county county.db --json | jq -e '.looks | length == 1'
    "$program" audit looks --who "$who" --operation alert.list --county county.db --json | jq -e '.looks | length == 1'
    "$program" person looks "$who" --county county.db --json | jq -e '[.looks[].what] | length == 2 and all(test("alert|预警") | not)'
}
