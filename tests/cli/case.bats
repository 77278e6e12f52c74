#!/usr/bin/env bats
# doudi case, todo: what people ask the office for, from intake to what comes of it.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
bare() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}
work() { bare "$@" --lang en; }
step_of() { show case show "$1" | sed -n 's/^step: //p'; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor pat=parameter-keeper clara=clerk carl=clerk cora=clerk rob=reviewer hana=head
}

setup() {
    enter_office
    # Two people of whom nothing is known but who they are.
    printf '姓名,证件号码,性别,出生日期\n张一,110105199003070084,女,1990-03-07\n李二,440524188001010014,男,1880-01-01\n' >new.csv
    work clara county import new.csv --what persons >/dev/null
}

@test "[L1] an employee is enrolled and their enrolment ends: one window, and what needs no judgement is done at once, and counted [L5 L6]" {
    local employer=91590121671712535W
    run work clara case open 职工参保登记 张一 --field 单位=$employer --field 申报工资=4500 --field 起始日=2026-03-02 --on 2026-03-02
    [ "$status" -eq 0 ]
    # Ten working days from Monday 2 March, by hand: 3 4 5 6, 9 10 11 12 13, 16.
    [[ $output == *"case 1: enrolment of an employee"*"by: 2026-03-16"*"still lacking: a paper: identity"* ]]
    run work clara case open 职工参保登记 张一 --on 2026-03-02
    [[ $output == *"nothing changed"* && $output == *"case 1:"* ]]
    refused 4 case.lacks "identity or social-security card" "身份凭证" bare clara case pass 1 受理 --on 2026-03-02
    run work clara case pass 1 受理 --paper 身份凭证 --on 2026-03-02
    [ "$status" -eq 0 ]
    [[ $output == *"state: done"* ]]
    [ "$(grep -c '^what came of it: recorded: .*4500.00' <<<"$output")" -eq 5 ]
    run work clara case pass 1 受理 --on 2026-03-02
    [[ $output == *"nothing changed"* ]]
    run show person show 张一 --on 2026-04-01
    [ "$(grep -c 'employee; 示例县永信制衣有限公司 (34); declared 4500.00  \[2026-03-02, )' <<<"$output")" -eq 5 ]
    work cora case open "end of an employee's enrolment" 张一 --field employer=$employer --field 截止日=2026-09-01 --paper 身份凭证 --on 2026-08-31 >/dev/null
    run work cora case pass 2 intake --on 2026-08-31
    [[ $output == *"ended: 企业职工基本养老保险; 单位 $employer; 截止日 2026-09-01"* ]]
    run show person show 张一 --on 2026-08-31
    [ "$(grep -c 'declared 4500.00  \[2026-03-02, 2026-09-01)' <<<"$output")" -eq 5 ]
    run show person show 张一 --on 2026-09-01
    [[ $output != *"declared"* ]]
    run show case show 2
    [[ $output == *"the engine"*"done"* ]]
    run show case list --state all
    [[ $output == *"in hand: 0"*"these: 2 of 2"* ]]
    # One came and was decided by the rule on its day; so was the other; a third waits for the reviewer, who is a person.
    work clara case open 缴费基数申报 张一 --field 单位=$employer --field 申报工资=5000 --field 起始日=2026-07-01 --paper 工资台账 --on 2026-07-01 >/dev/null
    work clara case pass 3 受理 --on 2026-07-01 >/dev/null
    run show case counts --from 2026-01-01 --until 2026-12-31 --json
    [ "$(jq -c '[.opened, .closed, .instant, .share]' <<<"$output")" = '[3,2,2,"100.00%"]' ] || { echo "$output"; false; }
    work rob case pass 3 核定 --on 2026-07-01 >/dev/null
    run show case counts --from 2026-01-01 --until 2026-12-31
    [[ $output == *"over: 3, of these decided at once by the rule: 2 (66.66%)"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[L1] a pension is claimed: what is known is filled in, three people handle it, and the award is the one that is determined" {
    # Whom the month would find, and the amount, by the determination of everybody on a copy.
    cp county.db other.db && cp county.db.key other.db.key
    local clerk=(--as clara --county other.db)
    DOUDI_PASSWORD_FILE=$(own clara) "$program" month open --month 2026-11 "${clerk[@]}" >/dev/null
    DOUDI_PASSWORD_FILE=$(own clara) "$program" month determine --month 2026-11 --purpose award.retirement --awards due.csv "${clerk[@]}" >/dev/null
    local who amount
    IFS=, read -r _ who _ amount _ < <(sed -n 2p due.csv)
    run work clara case open 职工退休申领 "$who" --paper 身份凭证 --paper 代办授权书 --agent 女儿
    [ "$status" -eq 0 ]
    run show case show 1
    [[ $output == *"asked for by: 女儿"*"retirement category "*" registry"* ]]
    refused 5 duty.not_held "record.enter" "record.enter" bare hana case pass 1 受理
    work clara case pass 1 受理 >/dev/null
    run work rob todo
    [[ $output == *"cases that wait for rob: 1"*"claim of an employee's pension"* ]]
    run work clara todo
    [[ $output == *"cases that wait for clara: 0"* ]]
    work rob case pass 1 核对 >/dev/null
    # Whoever took it in may not determine it.
    refused 5 duty.same_person "record.enter" "record.enter" bare clara case pass 1 核定
    refused 4 month.not_open "" "" bare carl case pass 1 核定
    [ "$(step_of 1)" = determination ]
    work carl month open --month 2026-11 >/dev/null
    run work carl case pass 1 核定
    [[ $output == *"determined: 职工退休: proposed, $amount yuan"* ]]
    run work rob todo
    [[ $output == *"awards to review"*"1"* ]]
    # Determined with everybody it is the same award, not a second one.
    run work carl month determine --month 2026-11 --purpose award.retirement --awards again.csv
    ! grep -q ",$who," again.csv
    # Who is not due is refused, with nothing proposed.
    work clara case open 职工退休申领 张一 --field 退休类别=女干部 --field 选择退休月=2026-11 --paper 身份凭证 >/dev/null
    work clara case pass 2 受理 >/dev/null
    run work rob case pass 2 核对
    [[ $output == *"it stands at: not due"*"state: ended"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "what the registry answers alone is decided at once by the rule, with its reason, and waits for two people before money; what it does not know is said [L5 L6 J2]" {
    local who amount unknown
    work clara month open --month 2026-11 >/dev/null
    cp county.db other.db && cp county.db.key other.db.key
    DOUDI_PASSWORD_FILE=$(own clara) "$program" month determine --month 2026-11 --purpose award.elder_allowance --awards due.csv --undecided undecided.csv --as clara --county other.db >/dev/null
    IFS=, read -r _ who _ amount _ < <(sed -n 2p due.csv)
    run work clara case open 高龄津贴申领 "$who"
    [[ $status -eq 0 && $output == *"state: done"*"determined: 高龄津贴: proposed, $amount yuan"* ]]
    run show case show 1
    [[ $output == *"the engine"*"by the rule, none of these holds: 高龄津贴.已停发; not 户籍在本县; not 经办待遇.达到津贴年龄"* ]]
    # It moves no money: the award waits for its reviewer, and is the one the month would have found without being asked.
    run show award list --month 2026-11 --all
    [[ $output == *"$who "*award.elder_allowance*"$amount"*"waits for review"* ]]
    # Too young: refused as fast, with the condition. The form says registered here of one whom the registry knows nothing of.
    run work clara case open 高龄津贴申领 张一
    [[ $output == *"still lacking: the form: registered here"* ]]
    run work clara case fill 2 --field 户籍在本县=true
    [[ $output == *"it stands at: not due"*"state: ended"* ]]
    run show case show 2
    [[ $output == *"by the rule: not 经办待遇.达到津贴年龄"* ]]
    # Old enough, by the form registered here; the registry has never heard so: nothing is determined, and it is said why.
    work clara case open 高龄津贴申领 李二 >/dev/null
    refused 4 case.effect_fails "高龄津贴" "高龄津贴" bare clara case fill 3 --field 户籍在本县=true
    # Over the wire both languages stand beside each other, and neither holds words of the other, whoever asked.
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do kill -0 $server || { cat serve.log; return 1; }; read -rt 0.05 <> <(:) || true; done
    base=http://127.0.0.1:$(cat port)
    token=$(curl -s "$base/v1/session" -d "{\"user\":\"clara\",\"password\":\"$(cat "$(own clara)")\"}" | jq -r .token)
    curl -s -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$base/v1/case/fill" -d '{"case":3,"field":["户籍在本县=true"]}' >said
    curl -s -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$base/v1/case/fill" -d '{"case":3,"field":["户籍在本县=maybe"]}' >wrong
    kill $server && wait $server || true
    jq -e '.error | .code == "case.effect_fails" and (.message | ltrimstr("What the step is to bring about cannot be done: 高龄津贴: ") | length > 0 and (test("[一-龥]") | not)) and (.message_zh | test("无法落实：高龄津贴：[^a-z]*[一-龥]"))' said || { cat said; false; }
    jq -e '.error | .code == "case.bad_value" and (.message | contains("registered here = maybe") and (test("[一-龥]") | not)) and (.message_zh | contains("户籍在本县 = maybe"))' wrong || { cat wrong; false; }
    run show case counts --type 高龄津贴申领 --from 2026-01-01 --json
    [ "$(jq -c '[.opened, .closed, .instant, .share]' <<<"$output")" = '[3,2,2,"100.00%"]' ] || { echo "$output"; false; }
    # Whoever may not determine does not by opening a case either.
    refused 5 duty.not_held "" "" bare rob case open 高龄津贴申领 "$who" --key 又
    run show verify
    [ "$status" -eq 0 ]
}

@test "[G4] minimum living: intake, visit, check, public notice and an objection, approval; what is determined waits for review" {
    work clara month open --month 2026-11 >/dev/null
    work clara county export --what members --out members.csv >/dev/null
    local household
    household=$(awk -F, 'NR > 1 && $3 == "户主" { print $2; exit }' members.csv)
    run work clara case open 低保申请 "$household" --field 家庭月收入=300 --field 共同生活人口=2 --field 家庭财产符合规定=true --paper 户口簿 --paper 授权书 --on 2026-11-02
    [ "$status" -eq 0 ]
    work clara case pass 1 受理 --on 2026-11-03 >/dev/null
    refused 5 case.same_person "intake" "受理" bare clara case pass 1 入户调查 --on 2026-11-04
    work cora case pass 1 入户调查 --field 家庭月收入=400 --on 2026-11-09 >/dev/null
    # What the visit found is found: it is said anew until then, and afterwards only there.
    run show case show 1 --json --lang en
    [ "$(jq -c '[.form[] | [.field, .value, .settled]]' <<<"$output")" = '[["monthly income","400.00","visit"],["members","2","intake"],["property within the rules","true","intake"]]' ] || { jq -c .form <<<"$output"; false; }
    refused 4 case.settled "monthly income (visit)" "家庭月收入（入户调查）" bare rob case pass 1 审核 --field 家庭月收入=100 --on 2026-11-10
    # While it waits for the applicant nothing is sent back: the way named is the one that works.
    work rob case ask 1 --why 补收入证明 --on 2026-11-10 >/dev/null
    refused 4 case.settled_asked "doudi case give), without this, and then send it back" "须先登记补正（doudi case give，不含此项），再退回该环节（doudi case return）" bare rob case fill 1 --field 家庭月收入=100 --on 2026-11-10
    work rob case give 1 --on 2026-11-10 >/dev/null
    work rob case return 1 入户调查 --why 收入须重新核实 --on 2026-11-10 >/dev/null
    run show case show 1 --json
    [ "$(jq -r '.form[0].settled' <<<"$output")" = - ]
    work cora case pass 1 入户调查 --field 家庭月收入=400 --on 2026-11-10 >/dev/null
    work rob case pass 1 审核 --on 2026-11-10 >/dev/null
    work clara case object 1 --who 邻居 --why 家中有车 --on 2026-11-12 >/dev/null
    refused 4 case.in_notice "2026-11-17" "2026-11-17" bare clara case pass 1 公示 --on 2026-11-17
    refused 4 case.has_objections "1" "1" bare clara case pass 1 公示 --on 2026-11-18
    work clara case answer 1 1 --why 车已转让 --on 2026-11-18 >/dev/null
    work clara case pass 1 公示 --on 2026-11-18 >/dev/null
    work lea case pass 1 审批 --on 2026-11-19 >/dev/null
    # 800 yuan a head in the sample county: 2 × 800 − 400.
    run work carl case pass 1 核定 --on 2026-11-20
    [[ $output == *"最低生活保障: proposed, 1200.00 yuan"* ]]
    # A household above the line is refused.
    work clara case open 低保申请 "$household" --key 又 --field 家庭月收入=1700 --paper 户口簿 --paper 授权书 --on 2026-11-23 >/dev/null
    work clara case pass 2 受理 --on 2026-11-23 >/dev/null
    work cora case pass 2 入户调查 --on 2026-11-24 >/dev/null
    run work rob case pass 2 审核 --on 2026-11-25
    [[ $output == *"it stands at: refused"*"state: ended"* ]]
}

@test "[L2] two bundles: one form for all that follows a death, and for opening an enterprise; parts go side by side, one exit" {
    work clara month open --month 2026-11 >/dev/null
    work clara county export --what benefits --out benefits.csv >/dev/null
    local who
    who=$(awk -F, '$2 == "employee_pension" && $3 == "paying" { print $1; exit }' benefits.csv)
    work clara case open 身后一件事 "$who" --field 死亡日期=2026-11-10 --field 死亡时状态=退休 --field 申领人=女儿 --agent 女儿 --channel visit --promise 死亡证明 --promise 亲属关系 >/dev/null
    run work clara case pass 1 受理
    [[ $output == *"opened: 死亡申报 2; 丧葬抚恤申领 3"* ]]
    run show case show 3
    [[ $output == *"asked for by: 女儿"*"date of death "*"2026-11-10"*"promised in writing"* ]]
    refused 4 case.has_parts "2 report of a death, 3 claim" "2 死亡申报, 3 丧葬抚恤申领" bare clara case pass 1 办结
    work clara case pass 2 受理 >/dev/null
    run work carl case pass 2 停发
    [[ $output == *"benefits stopped: 1 benefit from 2026-12"* ]]
    work clara case pass 3 受理 >/dev/null
    work rob case pass 3 核对 >/dev/null
    run work carl case pass 3 核定
    [[ $output == *"丧葬补助金和抚恤金: proposed, "*"个人账户余额继承: proposed, "* ]]
    run work clara case pass 1 办结
    [[ $output == *"state: done"* ]]
    work clara case open 企业开办一件事 91590121671712535W --field 单位经办人=赵某 --field 首批职工人数=3 --promise 营业执照 >/dev/null
    run work clara case pass 4 受理
    [[ $output == *"opened: 单位参保登记 5; 单位增员预约 6"* ]]
    work clara case pass 5 登记 >/dev/null
    work clara case pass 6 接单 >/dev/null
    run work clara case pass 4 办结
    [[ $output == *"state: done"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

# try_types: the office's law with more case types, which can be gone wrong in every way.
try_types() {
    mkdir -p more/adapters
    cp "$tree"/packs/adapters/{office-duties,traces}.csv more/adapters
    cp -r "$tree/packs/ledger" more
    cat >more/try.md <<'PACK'
---
pack: 试办
en: Types to try
region: 中国/示例省/示例市/示例县
law: 试办规则
---

```rule
entity 参保人 "insured person"
record 缴费年度 of 参保人 "year"
  年份 : year at "year"
local param 试办时限 : days from 1 to 365 "days to try"
```

```case
case 试办件 "try" of 参保人
  within 20 working days
  form
    数 : count from 0 to 9 "figure" required check 数 != 7 because "不能是七"
    备用 : count from 0 to 9 "spare"
    服刑中 : bool "in prison"
  paper 原件 "original" required
  paper 声明 "statement" promise
  paper 照片 "photo" supplement within 10 days
  step 一 "one" by 综合柜员 within 5 working days
    next 二
  step 二 "two" by 乡镇调查员 not 一 within 试办时限 days
    next 三
  step 三 "three" by 综合柜员 notice 7 days
    effect open 试办联办
    next 四 when 数 > 3
    next 四 when 备用 > 3
  step 四 "four" by 综合柜员
    effect tell 服刑中
    next 五
  step 五 "five" by 综合柜员

case 试办联办 "part" of 参保人
  form
    数 : count from 0 to 9 "figure"
  step 办 "do" by 综合柜员

case 试办坏结果 "bad effect" of 参保人
  step 办 "do" by 综合柜员
    effect fly
case 试办无岗 "nobody's" of 参保人
  step 办 "do" by 无此岗位
case 试办算不出 "no figure" of 参保人
  step 办 "do" by 综合柜员
    effect decide 试办时限
case 试办用行 "reads rows" of 参保人
  step 办 "do" by 综合柜员
    next 完 when count(缴费年度) > 0
  end 完 "end"
```
PACK
    export DOUDI_PACKS=more
    adopt more
}

@test "a case is completed, promised, made public, objected to, sent back: nothing is skipped, and nobody does two steps that keep apart" {
    try_types
    refused 3 case.unknown_type "试办仵" "试办仵" bare clara case open 试办仵 张一
    run work clara case open 试办件 张一 --field 数=2 --on 2026-03-02
    [ "$status" -eq 0 ]
    [[ $output == *"by: 2026-03-09"* ]]
    refused 2 case.unknown_field "年龄" "年龄" bare clara case fill 1 --field 年龄=3 --on 2026-03-02
    refused 2 case.bad_value "figure = 12" "数 = 12" bare clara case fill 1 --field 数=12 --on 2026-03-02
    refused 2 case.unknown_paper "护照" "护照" bare clara case fill 1 --paper 护照 --on 2026-03-02
    refused 2 case.no_promise "原件" "原件" bare clara case fill 1 --promise 原件 --on 2026-03-02
    refused 2 case.earlier "2026-03-02" "2026-03-02" bare clara case fill 1 --paper 原件 --on 2026-03-01
    refused 3 case.unknown_step "九" "九" bare clara case pass 1 九 --on 2026-03-02
    refused 4 cases.elsewhere "one" "一" bare clara case pass 1 二 --on 2026-03-02
    # What is missing is told all at once, and the clock stands where the region says so: here it has not.
    work clara case ask 1 --why 缺原件和声明 --on 2026-03-03 >/dev/null
    refused 4 cases.no_move "asked" "asked" bare clara case pass 1 一 --on 2026-03-03
    run work clara case give 1 --paper 原件 --promise 声明 --on 2026-03-05
    [[ $output == *"region has not set whether the clock stands"* && $output == *"by: 2026-03-09"* ]]
    work clara case fill 1 --field 数=7 --on 2026-03-05 >/dev/null
    refused 4 case.lacks "figure（不能是七）" "数（不能是七）" bare clara case pass 1 一 --on 2026-03-05
    work clara case pass 1 一 --field 数=2 --on 2026-03-05 >/dev/null
    run show case show 1
    [[ $output == *"照片"*"to be brought later"*"2026-03-15"* && $output == *"promised in writing"* ]]
    # The region has not set how long the second step may take.
    [[ $output != *"due: "* ]]
    refused 5 case.same_person "one" "一" bare clara case pass 1 二 --on 2026-03-06
    work carl case return 1 一 --why 原件不清 --on 2026-03-06 >/dev/null
    [ "$(step_of 1)" = one ]
    work clara case pass 1 一 --on 2026-03-06 >/dev/null
    work carl case pass 1 二 --on 2026-03-06 >/dev/null
    refused 4 case.not_passed "五" "五" bare clara case return 1 五 --on 2026-03-07 --why x
    # Seven days of public notice, and an objection.
    refused 4 case.in_notice "2026-03-13" "2026-03-13" bare clara case pass 1 三 --on 2026-03-13
    work clara case object 1 --who 王某 --why 家中有车 --on 2026-03-10 >/dev/null
    refused 4 case.has_objections "1 objections" "1 件异议" bare clara case pass 1 三 --on 2026-03-14
    refused 3 case.no_objection "2" "2" bare clara case answer 1 2 --why x --on 2026-03-14
    work clara case answer 1 1 --why 车已转让 --on 2026-03-14 >/dev/null
    refused 4 case.not_known "spare" "备用" bare clara case pass 1 三 --on 2026-03-14
    refused 4 case.no_way "three" "三" bare clara case pass 1 三 --field 备用=1 --on 2026-03-14
    run work clara case pass 1 三 --field 备用=4 --on 2026-03-14
    [[ $output == *"opened: 试办联办 2"* ]]
    refused 4 case.no_notice "four" "四" bare clara case object 1 --who 王某 --why x --on 2026-03-14
    # What was filled in for the whole is not asked again for its part, and the whole waits for it.
    run show case show 2
    [[ $output == *"part of: 1"*"figure  2"* ]]
    refused 4 case.has_parts "2 part" "2 试办联办" bare clara case pass 1 四 --on 2026-03-14
    work clara case pass 2 办 --on 2026-03-14 >/dev/null
    work clara case pass 1 四 --field 服刑中=true --on 2026-03-14 >/dev/null
    refused 4 case.has_effects "试办联办 2" "试办联办 2" bare clara case withdraw 1 --why 本人要求 --on 2026-03-15
    # The photo was to be brought later: without it the case is not done.
    refused 4 case.lacks "photo" "照片" bare clara case pass 1 五 --on 2026-03-15
    work clara case pass 1 五 --paper 照片 --on 2026-03-15 >/dev/null
    refused 2 case.bad_effect "fly" "fly" bare clara case pass "$(opened 试办坏结果)" 办 --on 2026-03-15
    refused 4 case.effect_fails "试办时限" "试办时限" bare clara case pass "$(opened 试办算不出)" 办 --on 2026-03-15
    refused 2 case.no_duty "无此岗位" "无此岗位" bare clara case open 试办无岗 张一 --on 2026-03-15
    refused 2 case.has_rows "缴费年度" "缴费年度" bare clara case open 试办用行 张一 --on 2026-03-15
    work clara case withdraw "$(opened 试办坏结果)" --why 本人要求 --on 2026-03-16 >/dev/null
    run show case list --state closed --limit 2
    [[ $output == *"these: 2 of 3"* ]]
    unset DOUDI_PACKS
    run show verify
    [ "$status" -eq 0 ]
    mkdir -p bad/adapters
    printf '岗位,职责\n综合柜员\n' >bad/adapters/office-duties.csv
    refused 2 case.bad_duties "综合柜员" "综合柜员" "$program" check --packs more --packs bad
    rm bad/adapters/office-duties.csv
    printf '对象,登记类别\n用人单位,公司\n' >bad/adapters/office-subjects.csv
    refused 2 case.bad_subjects "用人单位" "用人单位" "$program" check --packs more --packs bad
    "$program" county new --empty --county real.db --packs more >/dev/null
    refused 2 case.not_yet "2199-01-01" "2199-01-01" "$program" case list --county real.db --packs more --on 2199-01-01
}
opened() { bare clara case open "$1" 李二 --on 2026-03-15 --json | sed -n 's/.*"case": *\([0-9]*\).*/\1/p'; }

@test "a list renames nobody: a name, a sex or a birthday is corrected by three people [L1 M4]" {
    printf '姓名,证件号码,手机号码\n张益,110105199003070084,13900001234\n李二,440524188001010014,13900005678\n' >names.csv
    for dry in --dry-run --why=x; do
        run work clara county import names.csv --what persons $dry --rejects rejects.csv
        [[ $status -eq 1 && $output == *"facts that change: 1"*"rows refused: 1"*"import.renames"*"known as 张一"* ]]
    done
    grep -q '^张益,110105199003070084,13900001234,.*correction of identity data' rejects.csv
    run bare clara county import names.csv --what persons --lang zh
    [[ $output == *"登记的姓名是“张一”"* ]]
    # Nor does it give a known person another number, also where sex and birthday agree; fifteen places of the same are none.
    work clara county export --what persons --out known.csv >/dev/null
    id=$(awk -F, '$2 == "张一" { print $1 }' known.csv)
    for number in 110105199003070121 110105900307008; do
        printf '个人编号,姓名,证件号码\n%s,张一,%s\n' "$id" "$number" >number.csv
        run work clara county import number.csv --what persons --dry-run
        [[ ${#number} -eq 15 || ($status -eq 1 && $output == *"rows refused: 1"*"import.renumbers"*"张一 is known under another citizen number"*"person merge"*) ]]
        [[ ${#number} -eq 18 || ($status -eq 0 && $output == *"facts that change: 0"*) ]]
    done
    printf '个人编号,姓名,证件号码\n%s,张一,110105199003070121\n' "$id" >number.csv
    printf '李二,,440524188001010014\n' >>number.csv
    sed -i '1s/.*/姓名,个人编号,证件号码/; 2s/\([^,]*\),\([^,]*\)/\2,\1/' number.csv
    run bare clara county import number.csv --what persons --lang zh
    [[ $status -eq 1 && $output == *"退回的行: 1"*"2  证件号码  import.renumbers"*"张一 登记的是另一证件号码"* ]]
    # The personal file says another day than the number, and the police a new name.
    run work clara case open 身份信息更正 张一 --field 姓名=张益 --field 出生日期=1990-03-08 --field 更正依据=档案 --paper 身份凭证 --paper 更正证明 --on 2026-11-02
    [[ $status -eq 0 && $output == *"case 1: correction of identity data"* ]]
    work clara case pass 1 受理 --on 2026-11-02 >/dev/null
    run bare clara case pass 1 复核 --on 2026-11-02
    [ "$status" -eq 5 ]
    work rob case pass 1 复核 --on 2026-11-02 >/dev/null
    run bare rob case pass 1 审批 --on 2026-11-02
    [ "$status" -eq 5 ]
    run work lea case pass 1 审批 --on 2026-11-02
    [[ $status -eq 0 && $output == *"recorded: 姓名 张益; 出生日期 1990-03-08"* ]]
    run show person show 110105199003070084
    [[ $output == *"张益; 110105**********84; female; 1990-03-08"* ]]
    # Called so again, it is one person under either name and number.
    printf '姓名,证件号码\n张一,110105199003070084\n' >back.csv
    run work clara county import back.csv --what persons
    [[ $status -eq 1 && $output == *"known as 张益"* ]]
    for name in 张一 张益; do
        work clara case open 身份信息更正 110105199003070084 --field 姓名=$name --field 更正依据=派出所 --paper 身份凭证 --paper 更正证明 --key "$name" --on 2026-11-03 >opened
        number=$(sed -n 's/^case \([0-9]*\):.*/\1/p' opened)
        for step in clara:受理 rob:复核 lea:审批; do work "${step%:*}" case pass "$number" "${step#*:}" --on 2026-11-03 >/dev/null; done
        run show person show $name
        [[ $status -eq 0 && $output == *"$name; 110105**********84"* ]]
    done
    # What stands so by three people is no contradiction of a list that says the same.
    printf '姓名,证件号码,性别,出生日期\n张益,110105199003070084,女,1990-03-08\n' >again.csv
    run work clara county import again.csv --what persons
    [[ $status -eq 0 && $output == *"facts that change: 0"* ]]
    run show verify
    [ "$status" -eq 0 ]
}
