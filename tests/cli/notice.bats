#!/usr/bin/env bats
# A public notice whose days only the region can say: education aid stands in public, is objected to, and is not decided before.
load support
load office

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor pat=parameter-keeper clara=clerk carl=clerk rob=reviewer hana=head
    printf '姓名,证件号码,性别,出生日期\n学生甲,110105201003070084,女,2010-03-07\n' >new.csv
    as clara "county import new.csv" --what persons >/dev/null
}

setup() { enter_office; }
show() { "$program" "$@" --county county.db --lang en; }
bare() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}
# to_notice DAY: a case of education aid, through the departments to its public notice on that day.
to_notice() {
    bare clara case open 教育救助申请 学生甲 --field 学年开始日=2026-09-01 --field 就读学段=高中 --field 助学类别=低保线以下 --paper 申请书 --paper 学校核实意见 --on "$1" >/dev/null
    bare clara case pass 1 受理 --on "$1" >/dev/null
    for part in 2 3 4; do bare rob case pass "$part" 审定 --on "$1" >/dev/null; done
    bare rob case pass 1 汇总 --on "$1" "${@:2}"
}

@test "[G4 G11] education aid is made public for the region's seven days, once all departments have decided; who objects is answered first" {
    to_notice 2026-11-02 >/dev/null
    [ "$(show case show 1 --on 2026-11-02 --json | jq -r '"\(.step) \(.notice)"')" = "public notice 2026-11-09" ]
    refused 4 case.in_notice 2026-11-09 2026-11-09 bare clara case pass 1 公示 --on 2026-11-09
    bare clara paper issue 公示单 --case 1 --out n.pdf --lang zh >/dev/null
    pdftotext -layout n.pdf - | tr -s ' \n' ' ' | grep -q '公示至2026-11-09.*申请人 学生甲'
    bare clara case object 1 --who 邻居 --why 家中有车 --on 2026-11-05 >/dev/null
    refused 4 case.has_objections 1 1 bare clara case pass 1 公示 --on 2026-11-10
    bare clara case answer 1 1 --why 车已报废 --on 2026-11-06 >/dev/null
    bare clara case pass 1 公示 --on 2026-11-10 >/dev/null
    [ "$(show case show 1 --on 2026-11-10 --json | jq -r .step)" = determination ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[G11] where the region has not said how long, the case stands at its notice: unset is not none" {
    cp -r "$tree/packs" packs
    sed -i '/^set 教育救助公示期限$/,/^$/d' packs/demo/sample-county-cases.md
    adopt "$PWD/packs"
    export DOUDI_PACKS=$PWD/packs
    run to_notice 2026-11-02 --lang en
    [[ $status -eq 0 && $output == *"has not set how long this stands in public"*教育救助公示期限* ]]
    refused 4 case.notice_unset 教育救助公示期限 教育救助公示期限 bare clara case pass 1 公示 --on 2026-11-20
    [ "$(show case show 1 --on 2026-11-20 --json | jq -r .step)" = "public notice" ]
    run "$program" case types 教育救助申请 --packs packs --lang en
    [[ $output == *教育救助公示期限* ]]
}
