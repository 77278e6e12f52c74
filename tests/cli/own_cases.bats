# Cases of whoever logs in for themselves: the insured person's, those they asked for as somebody's agent, an employer's own; by
# the command line and the API, with state, clock and papers. Not others', however they are named.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office clara=clerk rob=reviewer rita=rights-manager lena=leader audrey=auditor ivy=insured emma=employer
    local number whose change
    number=$(as clara "person show" 700 --reveal --why 核对 | grep -o '[0-9]\{17\}[0-9X]' | head -1)
    for whose in "ivy --number $number" "emma --employer 15"; do
        # shellcheck disable=SC2086
        change=$(as rita "user bind" $whose --json | jq .change)
        as lena "user approve" "$change" >/dev/null
        as audrey "user confirm" "$change" >/dev/null
    done
    as clara "case open" 个人信息变更 700 --field 居住地=590121001 --key own >/dev/null                                          # 1: ivy's
    as clara "case open" 个人信息变更 701 --field 居住地=590121001 --agent 700 --channel visit --key agent >/dev/null             # 2: 701's, asked for by ivy
    as clara "case open" 个人信息变更 702 --field 居住地=590121001 --agent 某人 --paper 身份凭证 --note 内部情况 --key other >/dev/null # 3: another's
    as clara "case open" 企业开办一件事 15 --field 单位经办人=赵某 --field 首批职工人数=3 --key own >/dev/null # 4: emma's employer
    { printf '%%PDF-1.4\n'; echo 身份证复印件; } >id.pdf
    as clara "case hand-in" 3 身份凭证 id.pdf >/dev/null # file 1: another's
}
setup() { enter_office; }
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }

serve() {
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do kill -0 $server || return 1; read -rt 0.05 <> <(:) || true; done
    base=http://127.0.0.1:$(cat port)
    for login in ivy emma; do
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

@test "an insured person lists their own cases and those they asked for as an agent, with counts of these alone [L1 L7 N6]" {
    serve
    ask ivy 200 case.list '{"subject":700}'
    jq -e '[.cases[].case] == [1,2] and .open == 2 and .found == 2 and .waits == 0' said >/dev/null
    ask emma 200 case.list '{"subject":15}'
    jq -e '[.cases[].case] == [4] and .open == 1' said >/dev/null
    ask ivy 403 case.list '{"subject":701}'
    ask ivy 403 case.list '{}'
    ask ivy 200 case.list '{"subject":700,"state":"closed"}'
    jq -e '.found == 0' said >/dev/null
    # 701 has asked for nothing as an agent, and is told to nobody by having one
    run as clara "case open" 个人信息变更 700 --field 居住地=590121001 --agent 700 --json
    [ "$status" -eq 2 ] && [[ $output == *case.own_agent* ]]
    run as clara "case open" 个人信息变更 700 --field 居住地=590121001 --agent 15 --lang en
    [ "$status" -ne 0 ]
}

@test "they read state and clock of theirs without what officials note for each other, and nothing of another's [L1 N6]" {
    serve
    ask ivy 200 case.show '{"case":1}'
    jq -e '.state_code == "in_hand" and .opened != "-" and (.needs | length) > 0 and ([.marks[].by] | all(. != "clara"))' said >/dev/null
    ask ivy 200 case.show '{"case":2}'
    jq -e '.agent | contains("700")' said >/dev/null
    for login in ivy emma; do
        for id in 3 999; do
            ask $login 403 case.show "{\"case\":$id}" && [ "$(code)" = own.other ]
            ask $login 403 case.files "{\"case\":$id}" && [ "$(code)" = own.other ]
        done
        ask $login 403 case.file '{"file":1,"out":"a.pdf"}' && [ "$(code)" = own.other ]
        ask $login 403 case.file '{"file":99,"out":"a.pdf"}' && [ "$(code)" = own.other ]
    done
    ask emma 403 case.show '{"case":1}'
    ask ivy 403 case.show '{"case":4}'
    ask ivy 403 case.pass '{"case":1,"step":"受理"}'
    ask ivy 403 case.fill '{"case":1,"field":["居住地=590121002"]}'
    ask ivy 403 case.withdraw '{"case":1,"why":"不办"}'
    # at the counter's own login nothing is left out
    run "$program" case show 3 --county county.db --lang en
    [[ $output == *clara*内部情况* ]]
}

@test "they hand in and fetch papers of theirs while it is at the counter or was asked for, and the file is the one they sent [L4 L5]" {
    serve
    upload=$(curl -s -H "Authorization: Bearer $(cat token-ivy)" --data-binary @id.pdf "$base/v1/uploads?name=id.pdf" | jq -r .upload)
    ask ivy 403 case.hand-in "{\"case\":3,\"paper\":\"身份凭证\",\"file\":\"$upload\"}" && [ "$(code)" = own.other ]
    ask ivy 200 case.hand-in "{\"case\":1,\"paper\":\"身份凭证\",\"file\":\"$upload\"}"
    jq -e '.changed == true and .file == 2' said >/dev/null
    ask ivy 200 case.files '{"case":1}'
    jq -e '.files | length == 1' said >/dev/null
    ask ivy 200 case.file '{"file":2,"out":"back.pdf"}'
    curl -s -H "Authorization: Bearer $(cat token-ivy)" "$base$(jq -r '.downloads[0].href' said)" | cmp - id.pdf
    ask emma 403 case.file '{"file":2,"out":"back.pdf"}'
    upload=$(curl -s -H "Authorization: Bearer $(cat token-ivy)" --data-binary @id.pdf "$base/v1/uploads?name=again.pdf" | jq -r .upload)
    ask ivy 200 case.hand-in "{\"case\":1,\"paper\":\"身份凭证\",\"file\":\"$upload\"}"
    jq -e '.changed == false and .file == 2' said >/dev/null
    # once the counter has passed it on, nothing more until the office asks
    id=$(as clara "case open" 身份信息更正 700 --field 更正依据=派出所证明 --paper 身份凭证 --paper 更正证明 --json | jq .case)
    as clara "case pass" "$id" 受理 >/dev/null
    upload=$(curl -s -H "Authorization: Bearer $(cat token-ivy)" --data-binary @id.pdf "$base/v1/uploads?name=late.pdf" | jq -r .upload)
    ask ivy 409 case.hand-in "{\"case\":$id,\"paper\":\"更正证明\",\"file\":\"$upload\"}" && [ "$(code)" = case.file_late ]
    as rob "case ask" "$id" --why 证明不清楚 >/dev/null
    ask ivy 200 case.hand-in "{\"case\":$id,\"paper\":\"更正证明\",\"file\":\"$upload\"}"
    ask ivy 200 case.list '{"subject":700}'
    jq -e '.waits == 1' said >/dev/null
    # at the command line the same, and for another's the same refusal
    echo 另一页 >>id.pdf
    run as ivy "case hand-in" 1 身份凭证 id.pdf --lang en
    [ "$status" -eq 0 ]
    run as ivy "case hand-in" 3 身份凭证 id.pdf --lang en
    [ "$status" -eq 5 ] && [[ $output == *"one's own record"* ]]
    "$program" verify --county county.db >/dev/null
}
