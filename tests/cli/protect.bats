#!/usr/bin/env bats
# Who complained is protected: from those complained about, and from all of the office but whoever has the duty, says why, and is kept.
load support
load office

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk chloe=clerk rob=reviewer ines=insured emma=employer
    printf '姓名,证件号码,性别,出生日期,区划\n张一,110105199003070084,女,1990-03-07,590121101001\n' >new.csv
    as clara "county import new.csv" --what persons >/dev/null
    { printf '%%PDF-1.4\n'; echo '张一的工资条'; } >slip.pdf
}

setup() {
    enter_office
    id=$(show person show 110105199003070084 --json | jq .id)
    as clara "case open 欠费投诉" "$id" --field 单位=91590121671712535W --agent 张二 >/dev/null
}

show() { "$program" "$@" --county county.db --lang en; }
bare() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}
looks() { show verify >/dev/null && "$program" person history "$id" --county county.db --json | grep -c access.revealed || true; }

@test "[K9] lists, the case, to-dos, promises and papers keep back who complained, their township and who asked for them" {
    run show case show 1 --json
    [ "$(jq -r '"\(.subject) \(.name) \(.town) \(.agent)"' <<<"$output")" = "0 (protected) - (protected)" ]
    # What is complained of stands there: whoever looks into it needs that and nothing more.
    [[ $output == *91590121671712535W* && $output != *张一* && $output != *张二* && $output != *590121101* ]]
    show case list --out all.csv >/dev/null
    grep -q '欠费\|unpaid' all.csv
    ! grep -q "张一\|590121101\|,$id," all.csv
    run bare clara todo --json
    [[ $output == *'(protected)'* || $output == *受保护* ]]
    [[ $output != *张一* ]]
    bare clara paper issue 受理单 --case 1 --out r.pdf --lang zh --json >said
    [ "$(jq -r .whom said)" = - ]
    run pdftotext -layout r.pdf -
    [[ $output == *受保护* && $output != *张一* && $output != *张二* ]]
    # Whoever looks somebody up, or narrows a village down, is not told that there is a complaint.
    [ "$(show case list --subject "$id" --json | jq '.found + .shown')" -eq 0 ]
    [ "$(show case list --town 590121101001 --json | jq '.found + .shown')" -eq 0 ]
    # Nor who looks for a case by its number, whichever way the search goes.
    run "$program" search 1 --county county.db --json --lang zh
    [[ $status -eq 0 && $output == *'"case"'* && $output != *张一* ]]
    run "$program" search 张一 --county county.db --json --lang zh
    [[ $output == *张一* && $output != *'"case"'* ]]
    # Another case of the same person is as it was.
    as clara "case open 参保证明" "$id" >/dev/null
    [ "$(show case list --subject "$id" --state all --json | jq -r '.cases[].name')" = 张一 ]
}

@test "[K9] only the named duty sees who complained, with a reason, and each look is kept where the person's own history does not tell it" {
    refused 5 duty.not_held "case.informant" "case.informant" bare clara case show 1 --reveal --why 好奇
    refused 5 duty.not_held "case.informant" "case.informant" bare lea case show 1 --reveal --why 好奇
    refused 2 case.no_reason "--why" "--why" bare audrey case show 1 --reveal
    refused 2 case.no_reason "--why" "--why" bare audrey case show 1 --reveal --why ' '
    before=$(show county status --json | jq .events)
    run bare audrey case show 1 --reveal --why 核对工资条 --json
    [ "$(jq -r '"\(.name) \(.agent)"' <<<"$output")" = "张一 张二" ]
    [ "$(show county status --json | jq .events)" -eq $((before + 1)) ]
    [ "$(looks)" -eq 0 ]
    # Refused looks leave nothing seen; one that was allowed stands in the office's chain, with its reason.
    run show verify
    [ "$status" -eq 0 ]
}

@test "[K9] what an informant handed in is protected like their name; the evidence of a complaint is issued by who may see it" {
    refused 2 case.unknown_paper "工资条" "工资条" bare clara case hand-in 1 工资条 slip.pdf
    refused 5 case.protected "protected" "受保护" bare clara case files 1
    bare audrey case files 1 --reveal --why 核对 >/dev/null
    refused 5 case.protected "protected" "受保护" bare clara paper issue 维权证据册 --person "$id" --employer 34 --case 1
    refused 5 duty.not_held "case.informant" "case.informant" bare clara paper issue 维权证据册 --person "$id" --employer 34 --case 1 --reveal --why 申请仲裁
}

@test "[K9 N6] over the API: who complained sees their own complaint by name; the employer complained about sees nothing of it" {
    change=$(bare rita user bind ines --number 110105199003070084 --json | jq .change)
    bare lea user approve "$change" >/dev/null
    bare audrey user confirm "$change" >/dev/null
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do kill -0 $server || { cat serve.log; return 1; }; read -rt 0.05 <> <(:) || true; done
    base=http://127.0.0.1:$(cat port)
    get() {
        token=$(curl -s -X POST "$base/v1/session" -d "{\"user\":\"$1\",\"password\":\"$(cat "$(own "$1")")\"}" | jq -r .token)
        curl -s -X GET -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$base/v1/case/$2" -d "$3"
    }
    # An employer that is inspected because somebody told sees its case, and not from whom it came, nor what was handed in.
    change=$(bare rita user bind emma --employer 15 --json | jq .change)
    bare lea user approve "$change" >/dev/null
    bare audrey user confirm "$change" >/dev/null
    as audrey "case open 单位稽核" 15 --field 线索来源=张一举报 >/dev/null
    get emma list '{"subject":15}' | jq -e '.found == 1'
    get emma show '{"case":2}' >theirs
    jq -e '.subject == 15 and ([.form[], .values[]] | map(select(.value == "（受保护）" or .value == "(protected)")) | length == 2)' theirs
    ! grep -q 张一 theirs
    get emma files '{"case":2}' | jq -e '.error.code == "case.protected"'
    get clara show '{"case":2}' | jq -e '[.values[].value] == ["张一举报"]'
    get clara form "{\"type\":\"欠费投诉\",\"who\":\"$id\"}" | jq -e '.in_hand == 1'
    get rob form "{\"type\":\"欠费投诉\",\"who\":\"$id\"}" | jq -e '.in_hand == 0'
    get ines list "{\"subject\":$id}" | jq -e '.found == 1 and .cases[0].name == "张一"'
    get ines show '{"case":1}' | jq -e '.name == "张一"'
    get clara show '{"case":1}' | jq -e '.subject == 0'
    get clara show '{"case":1,"reveal":true,"why":"x"}' | jq -e '.error.code == "duty.not_held"'
    get audrey show '{"case":1,"reveal":true,"why":"核对"}' | jq -e '.name == "张一"'
    kill $server && wait $server || true
}

@test "[K9] whether somebody has complained is told neither by the form, nor by opening one more or rehearsing it, nor by their history" {
    same() { bare "$@" case open 欠费投诉 "$id" --field 单位=91590121671712535W --rehearse --json | jq -c '[.case, .changed]'; }
    in_hand() { bare "$1" case form "$2" "$id" --json | jq .in_hand; }
    # who took it in meets it again, and does not take it in twice; to another it is as if there were none
    [ "$(same clara)" = '[1,false]' ]
    [ "$(in_hand chloe 欠费投诉)" = 0 ]
    [ "$(same chloe)" = '[2,true]' ]
    # of two cases the history tells of the one that is not protected
    as clara "case open 参保证明" "$id" >/dev/null
    [ "$(show person history "$id" --json | jq '[.events[] | select(.kind == "cases.opened")] | length')" = 1 ]
}

@test "a table of protected types that names none of the packs is refused" {
    mkdir -p bad/adapters
    printf '事项,依据\n不存在的投诉,\n' >bad/adapters/office-protected.csv
    refused 3 case.unknown_type "不存在的投诉" "不存在的投诉" "$program" check --packs "$tree/packs" --packs bad
}
