#!/usr/bin/env bats
# doudi case open --agent: who asks for another brings proof of authority, may not ask for everything, and does not rate.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
bare() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}

setup_file() { make_office rita=rights-manager lea=leader audrey=auditor pat=parameter-keeper clara=clerk rob=reviewer ines=insured; }
setup() {
    enter_office
    printf '姓名,证件号码,性别,出生日期\n张一,110105194003070084,女,1940-03-07\n' >new.csv
    sed -i 's/110105194003070084/'"$(number 11010519400307008)"'/' new.csv
    bare clara county import new.csv --what persons >/dev/null
}
# number SEVENTEEN: with its check digit.
number() {
    local weights=(7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2) marks=10X98765432 sum=0 i
    for i in {0..16}; do sum=$((sum + ${1:i:1} * weights[i])); done
    echo "$1${marks:sum % 11:1}"
}

@test "[L7] an agent's authority is kept with the case as a document, sealed; without it the case goes no further" {
    bare clara case open 个人信息变更 张一 --field 居住地=590121001 --paper 身份凭证 --agent 村协办员李某 --channel visit >/dev/null
    run show case show 1
    [[ $output == *"asked for by: 村协办员李某"*"proof of authority"* ]]
    refused 4 case.lacks "proof of authority" "代办授权书" bare clara case pass 1 受理
    # A promise is not enough; what is handed in is.
    refused 2 case.no_promise "代办授权书" "代办授权书" bare clara case fill 1 --promise 代办授权书
    { printf '%%PDF-1.4\n'; echo '授权李某代为办理'; } >proof.pdf
    run bare clara case hand-in 1 代办授权书 proof.pdf --json
    [[ $status -eq 0 && $output == *'"changed": true'* ]]
    run bare clara case pass 1 受理 --lang en
    [[ $status -eq 0 && $output == *"state: done"* ]]
    show case file 1 --out back.pdf >/dev/null
    cmp back.pdf proof.pdf
    ! grep -aq 授权李某代为办理 county.db
    # Who comes themselves is asked for none; nor is a death reported by an agent.
    bare clara case open 参保证明 张一 --field 用途=贷款 >/dev/null
    run show case show 2
    [[ $output != *"proof of authority"* && $output == *"state: done"* ]]
    bare clara case open 死亡申报 张一 --field 死亡日期=2026-11-01 --field 申领人=女儿 --agent 女儿 --promise 死亡证明 >/dev/null
    run show case show 3
    [[ $output != *"proof of authority"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[L7] an agent may not ask where the money goes, nor rate what was done; the person's own login does" {
    refused 5 case.in_person "agent" "不得代办" bare clara case open 收款账户变更 张一 --field 变更原因=换卡 --paper 身份凭证 --paper 社会保障卡 --agent 李某
    run show case list --state all
    [[ $output == *"these: 0 of 0"* ]]
    bare clara case open 收款账户变更 张一 --field 变更原因=换卡 --paper 身份凭证 --paper 社会保障卡 >/dev/null
    bare clara case open 个人信息变更 张一 --field 居住地=590121001 --paper 身份凭证 --paper 代办授权书 --agent 李某 >/dev/null
    bare clara case pass 2 受理 >/dev/null
    refused 5 case.agent_rates "李某" "李某" bare rob case rate 2 5
    id=$(show person show 张一 --json | sed -n 's/^  "id": *\([0-9]*\).*/\1/p')
    refused 5 case.agent_rates "own login" "本人账号" bare rob case rate 2 5 --subject "$id"
    change=$(bare rita user bind ines --number "$(sed -n '2s/.*,\([0-9X]*\),女.*/\1/p' new.csv)" --json | sed -n 's/.*"change": *\([0-9]*\).*/\1/p')
    bare lea user approve "$change" >/dev/null
    bare audrey user confirm "$change" >/dev/null
    run bare ines case rate 2 4 --subject "$id" --json
    [[ $status -eq 0 && $output == *'"changed": true'* ]] || { echo "$output"; false; }
}

@test "where the region asks for no proof, an agent's name is kept and nothing more is wanted" {
    cp -r "$tree/packs" packs
    sed -i '/^set 代办授权材料/,/always/d; /^set 本人亲办事项/,/always/d; /^set 近亲属申请事项/,/always/d' packs/demo/sample-county-cases.md
    adopt packs
    run bare clara case open 个人信息变更 张一 --field 居住地=590121001 --paper 身份凭证 --agent 李某 --packs packs --lang en
    [[ $status -eq 0 && $output != *"proof of authority"* ]]
    run bare clara case pass 1 受理 --packs packs --lang en
    [[ $status -eq 0 && $output == *"state: done"* ]]
}
