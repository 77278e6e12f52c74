#!/usr/bin/env bats
# Green channel: who is very old, or as the region's rules name them, is served first; the reason stands with the case.
load support
load office

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer
    # 80 on 2026-11-10, to the day; born on 29 February; young.
    printf '姓名,证件号码,性别,出生日期\n高八十,440524194611100018,男,1946-11-10\n闰二月,110105194402290049,女,1944-02-29\n青年人,110105199003070084,女,1990-03-07\n' >new.csv
    as clara "county import new.csv" --what persons >/dev/null
}

setup() { enter_office; }
show() { "$program" "$@" --county county.db --lang en; }
bare() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}
# open WHO DAY [...]: the reason the case goes first.
open() {
    local who=$1 day=$2 number
    shift 2
    number=$(bare clara case open 补缴申请 "$who" --on "$day" "$@" --json | jq .case)
    show case show "$number" --on "$day" --json | jq -r .priority
}

@test "[L7] the very old go first from their birthday on, others for a reason the region names; to-dos have them in front, by what is due" {
    [ "$(open 青年人 2026-11-02)" = - ]
    [ "$(open 高八十 2026-11-09 --key a)" = - ]
    [ "$(open 高八十 2026-11-10 --key b)" = "very old" ]
    [ "$(open 闰二月 2026-11-10)" = "very old" ]
    [ "$(open 青年人 2026-11-10 --key c --priority 卧床)" = 卧床 ]
    # Last opened and last due, yet in front of what was opened before; all of them are there.
    bare clara todo --on 2026-11-10 --json --lang zh >todo
    [ "$(jq -r '[.cases[] | .priority] | join(" ")' todo)" = "高龄 高龄 卧床 - -" ]
    [ "$(jq .found todo)" -eq 5 ]
    run bare clara todo --on 2026-11-10 --lang zh
    [[ $output == *优先*高龄* ]]
    # A list by what is due stays one, and says who goes first.
    [ "$(show case list --on 2026-11-10 --json | jq -r '[.cases[] | .case] | . == sort')" = true ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[L7] a reason the region has not named is refused, and nobody is put first by another word" {
    refused 2 case.no_priority "残疾、失能、卧床、空巢" "残疾、失能、卧床、空巢" bare clara case open 补缴申请 青年人 --priority 熟人
    refused 2 case.no_priority "残疾、失能" "残疾、失能" bare clara case open 补缴申请 青年人 --priority 残疾、失能
    [ "$(show case list --json | jq .open)" -eq 0 ]
    # Blanks are no reason, and the same case again keeps its own.
    [ "$(open 青年人 2026-11-10 --priority '  ')" = - ]
    [ "$(open 青年人 2026-11-10 --priority 残疾)" = - ]
    [ "$(show case list --json | jq .open)" -eq 1 ]
}

@test "[L2 L7] the parts of a bundle go first with it" {
    bare clara case open 身后一件事 高八十 --field 死亡日期=2026-11-10 --field 死亡时状态=在职 --field 申领人=女儿 --agent 女儿 --paper 死亡证明 --paper 亲属关系 --on 2026-11-12 >/dev/null
    bare clara case pass 1 受理 --on 2026-11-12 >/dev/null
    [ "$(show case list --state all --on 2026-11-30 --json | jq -r '[.cases[] | .priority] | unique | join(" ")')" = "very old" ]
    [ "$(show case list --state all --on 2026-11-30 --json | jq '.cases | length')" -gt 1 ]
}
