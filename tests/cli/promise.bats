#!/usr/bin/env bats
# Promised in writing and untrue, taken on without a paper that never comes: what whoever tries it gets.
load support
load office

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor pat=parameter-keeper clara=clerk carl=clerk rob=reviewer
    { printf '%%PDF-1.4\n'; echo '死亡证明'; } >death.pdf
}

setup() { enter_office; }
show() { "$program" "$@" --county county.db --lang en; }
bare() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}
death() { bare clara case open 身后一件事 "$1" --field 死亡日期=2026-11-10 --field 死亡时状态=在职 --field 申领人=女儿 "${@:2}" >/dev/null; }
counts() { show case promises "$@" --json | jq -r '"\(.promised) \(.kept) \(.broken) \(.lacking) \(.overdue)"'; }

@test "[L4] an untrue promise is not promised again, nor washed off by bringing the paper: it stays in the list of untrue ones" {
    death 387 --promise 死亡证明 --paper 亲属关系
    bare rob case check 1 死亡证明 broken --why 公安比对无死亡登记 >/dev/null
    [ "$(counts)" = "0 0 1 0 0" ]
    refused 4 case.was_untrue 死亡证明 死亡证明 bare clara case fill 1 --promise 死亡证明
    refused 4 case.lacks "certificate of death" 死亡证明 bare clara case pass 1 受理
    # The paper itself goes on with the case, whichever way it comes.
    bare clara case hand-in 1 死亡证明 death.pdf >/dev/null
    bare clara case pass 1 受理 >/dev/null
    [ "$(counts --state broken)" = "0 0 1 0 0" ]
    show case promises --state broken --json | jq -e '.promises | length == 1 and .[0].paper == "死亡证明"'
    # Brought once, it is not made a promise of again, and who checked it finds nothing more to check.
    refused 4 case.was_untrue 死亡证明 死亡证明 bare clara case fill 1 --promise 死亡证明
    refused 4 case.not_promised 死亡证明 死亡证明 bare rob case check 1 死亡证明 kept --why 改口
    run show verify
    [ "$status" -eq 0 ]
}

@test "[L4] where the region says so, whoever promised untruly promises nothing more, in no case; another person still may" {
    death 387 --promise 死亡证明 --promise 亲属关系
    bare rob case check 1 死亡证明 broken --why 公安比对无死亡登记 >/dev/null
    refused 4 case.promises_spent "case 1" "办件 1" bare clara case open 身后一件事 387 --key 再办 --field 死亡日期=2026-11-10 --field 死亡时状态=在职 --field 申领人=儿子 --promise 亲属关系
    death 700 --promise 死亡证明
    [ "$(counts)" = "2 0 1 0 0" ]
    # A region that has said nothing leaves it to the case at hand.
    cp -r "$tree/packs" packs
    sed -i '/^set 承诺不实不再适用$/,/^$/d' packs/demo/sample-county-cases.md
    adopt "$PWD/packs"
    export DOUDI_PACKS=$PWD/packs
    bare clara case open 身后一件事 387 --key 再办 --field 死亡日期=2026-11-10 --field 死亡时状态=在职 --field 申领人=儿子 --promise 亲属关系 >/dev/null
    [ "$(counts)" = "3 0 1 0 0" ]
}

@test "[L5] a paper that was to follow and never comes: it is listed with its day, told to whose work it is, and the case is not done without" {
    bare clara case open 缴费基数申报 387 --field 申报工资=6000 --field 单位=91590121671712535W --field 起始日=2026-12-01 --on 2026-11-02 >/dev/null
    bare clara case pass 1 受理 --on 2026-11-02 >/dev/null
    [ "$(counts --on 2026-11-12)" = "0 0 0 1 0" ]
    [ "$(counts --on 2026-11-13)" = "0 0 0 1 1" ]
    show case promises --state lacking --on 2026-11-13 --json | jq -e '.promises == [{case: 1, type: .promises[0].type, subject: 387, name: .promises[0].name, paper: "工资台账", day: "2026-11-02", note: "", due: "2026-11-12", late: true}]'
    run bare clara todo --lang zh
    if [[ $(date +%F) > 2026-11-12 ]]; then [[ $output == *容缺超期未补的材料* ]]; fi
    refused 4 case.lacks "payroll record" 工资台账 bare rob case pass 1 核定 --on 2026-11-20
    # A promise does not replace it, and what is withdrawn lacks nothing more.
    refused 2 case.no_promise 工资台账 工资台账 bare rob case fill 1 --promise 工资台账
    bare clara case withdraw 1 --why 本人要求 --on 2026-11-20 >/dev/null
    [ "$(counts --on 2026-11-20)" = "0 0 0 0 0" ]
}
