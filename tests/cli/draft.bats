# doudi draft: a form that was begun is there again at another desk, for its user alone; sealed; gone when done.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk rob=reviewer rita=rights-manager lena=leader audrey=auditor ivy=insured tess=clerk olga=operator
    local number whose change
    as clara "county export" --what persons --out persons.csv >/dev/null
    number=$(as clara "person show" 700 --reveal --why 核对 | grep -o '[0-9]\{17\}[0-9X]' | head -1)
    for whose in "ivy --number $number" "tess --region 590121100"; do
        # shellcheck disable=SC2086
        change=$(as rita "user bind" $whose --json | jq .change)
        as lena "user approve" "$change" >/dev/null
        as audrey "user confirm" "$change" >/dev/null
    done
}
setup() { enter_office; }
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }
serve() {
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do kill -0 $server || return 1; read -rt 0.05 <> <(:) || true; done
    base=http://127.0.0.1:$(cat port)
    for login in clara rob ivy tess; do
        curl -s -X POST "$base/v1/session" -d "{\"user\":\"$login\",\"password\":\"$(cat "$(own $login)")\"}" | jq -r .token >token-$login
    done
}
# ask LOGIN STATUS OPERATION JSON: the answer stands in `said`.
ask() {
    local status
    status=$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $(cat "token-$1")" -H 'Content-Type: application/json' -d "${4:-{\}}" "$base/v1/${3/./\/}")
    [ "$status" = "$2" ] || { echo "$3 $4: $status, not $2: $(head -c 600 said)"; return 1; }
}
code() { jq -r .error.code said; }

@test "what was typed at one desk is there at another, by either door, for its user alone and never in the clear [L11 N6]" {
    run as clara "draft keep" case.open --about 停保 --subject 700 --field 截止日=2026-12-01 --field 备注=藏头诗某某某 --lang en
    [ "$status" -eq 0 ] && [[ $output == *"case.open  停保  700"* ]]
    run as clara "draft keep" payrun.draft --field 说明=没有对象的草稿 --json
    [ "$(jq '.drafts | length' <<<"$output")" = 2 ]
    ! grep -aq 藏头诗某某某 county.db
    ! grep -aq 没有对象的草稿 county.db
    serve
    ask clara 200 draft.show '{"form":"case.open","about":"停保","subject":700}'
    jq -e '.found and .fields == ["截止日=2026-12-01","备注=藏头诗某某某"] and .kept < .until' said >/dev/null
    ask clara 200 draft.show '{"form":"payrun.draft"}'
    jq -e '.fields == ["说明=没有对象的草稿"]' said >/dev/null
    ask rob 200 draft.list
    jq -e '.drafts == []' said >/dev/null
    ask rob 200 draft.show '{"form":"case.open","about":"停保","subject":700}'
    jq -e '.found == false and .fields == []' said >/dev/null
    # kept again it makes way, also from the other door; words of several lines come back as they were
    ask clara 200 draft.keep '{"form":"case.open","about":"停保","subject":700,"field":["备注=第一行\n第二行"]}'
    jq -e '.drafts | length == 2' said >/dev/null
    run as clara "draft show" case.open --about 停保 --subject 700 --json
    jq -e '.fields == ["备注=第一行\n第二行"]' <<<"$output" >/dev/null
    # one's row put into another's place opens for nobody
    ask clara 200 draft.drop '{"form":"payrun.draft"}'
    ask clara 200 draft.drop '{"form":"payrun.draft"}'
    jq -e '.drafts | length == 1' said >/dev/null
    kill "$server" && wait "$server" || true
    server=
    "$program" verify --county county.db >/dev/null
    # a copy has it still, sealed; with the key it goes on there
    as olga "county backup" --out copy.db >/dev/null
    cp county.db.key copy.db.key
    run env DOUDI_PASSWORD_FILE="$(own clara)" "$program" draft list --as clara --county copy.db --json
    jq -e '.drafts[0].about == "停保"' <<<"$output" >/dev/null
}

@test "the form is done, and its draft is forgotten with it; another's of the same form stays [L11]" {
    for login in clara rob; do as $login "draft keep" case.open --about 个人信息变更 --subject 700 --field 居住地=590121001 >/dev/null; done
    as clara "draft keep" case.open --about 个人信息变更 --subject 701 --field 居住地=590121001 >/dev/null
    run as clara "case open" 个人信息变更 702 --field 居住地=1
    run as clara "draft list" --json
    [ "$(jq '.drafts | length' <<<"$output")" = 2 ] # what was refused, or was about another, forgets nothing
    as clara "case open" 个人信息变更 700 --field 居住地=590121001 >/dev/null
    run as clara "draft list" --json
    jq -e '[.drafts[].subject] == [701]' <<<"$output" >/dev/null
    run as rob "draft list" --json
    jq -e '[.drafts[].subject] == [700]' <<<"$output" >/dev/null
}

@test "a draft is no way to learn who there is, nor to fill the store [L11 N6]" {
    serve
    there=$(awk -F, '$7 ~ /^590121101/ { print $1; exit }' persons.csv)
    for subject in "$there" 99999999; do
        ask tess 403 draft.keep "{\"form\":\"case.open\",\"subject\":$subject,\"field\":[\"a=b\"]}"
        [ "$(code)" = scope.other ]
        ask ivy 403 draft.keep "{\"form\":\"case.open\",\"subject\":$subject,\"field\":[\"a=b\"]}"
        [ "$(code)" = own.other ]
    done
    ask ivy 200 draft.keep '{"form":"case.hand-in","subject":700,"field":["a=b"]}'
    printf '{"form":"case.open","field":["a=%070000d"]}' 1 >big.json
    ask clara 400 draft.keep @big.json
    [ "$(code)" = staff.bad_draft ]
    ask clara 400 draft.keep '{"form":"case.open"}'
    ask clara 400 draft.keep "{\"form\":\"$(printf 'f%.0s' {1..61})\",\"field\":[\"a=b\"]}"
    for i in {1..100}; do echo "next"; echo "url = \"$base/v1/draft/keep\""; echo "data = \"{\\\"form\\\":\\\"f$i\\\",\\\"field\\\":[\\\"a=b\\\"]}\""; echo "header = \"Authorization: Bearer $(cat token-rob)\""; echo 'header = "Content-Type: application/json"'; done | sed 1d >many
    curl -s -K many >/dev/null
    ask rob 409 draft.keep '{"form":"f101","field":["a=b"]}'
    [ "$(code)" = staff.many_drafts ]
}
