#!/usr/bin/env bats
# Every case type of the packs, walked over the API from opening to its end, by those whose steps they are.
load office
bats_require_minimum_version 1.5.0

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk carl=clerk cora=clerk rob=reviewer
}

setup() {
    enter_office
    printf '姓名,证件号码,性别,出生日期,户籍地\n张一,110105199003070084,女,1990-03-07,\n李二,440524188001010014,男,1880-01-01,\n王三,110105199003070092,男,1990-03-07,590122\n' >new.csv
    as clara "county import new.csv" --what persons >/dev/null
    as clara "month open" --month 2026-11 >/dev/null
    as clara "county export" --what benefits --out benefits.csv >/dev/null
    as clara "county export" --what members --out members.csv >/dev/null
    # Whom the month would find for a pension, by the determination of everybody on a copy.
    cp county.db other.db && cp county.db.key other.db.key
    DOUDI_PASSWORD_FILE=$(own clara) "$program" month determine --month 2026-11 --purpose award.retirement --awards due.csv --as clara --county other.db >/dev/null
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out serve.log; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    base=http://127.0.0.1:$(cat port)
}

teardown() { kill $server 2>/dev/null && wait $server || true; }

declare -gA tokens
log_in() { tokens[$1]=$(curl -s -X POST "$base/v1/session" -d "{\"user\":\"$1\",\"password\":\"$(cat "$(own "$1")")\"}" | jq -r .token); }
# call LOGIN OPERATION BODY: the answer to `said`; the walk ends where it is refused.
call() {
    local status
    status=$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer ${tokens[$1]}" -H 'Accept-Language: zh' -H 'Content-Type: application/json' "$base/v1/${2/.//}" -d "$3")
    [ "$status" = 200 ] || { echo "$type: $2 $3 by $1: $status $(cat said)"; return 1; }
}
# quoted "a;b": "a","b"
quoted() { local all=${1//;/\",\"}; echo "${all:+\"$all\"}"; }

# walk TYPE WHO FIELDS PAPERS PROMISES "LOGIN:STEP[:FIELDS] ..." STATE EFFECTS
walk() {
    local type=$1 who=$2 fields=$3 papers=$4 promises=$5 steps=$6 state=$7 effects=$8 number one login step more day=2026-11-02
    call clara case.open "{\"type\":\"$type\",\"who\":\"$who\",\"key\":\"$9\",\"field\":[$(quoted "$fields")],\"paper\":[$(quoted "$papers")],\"promise\":[$(quoted "$promises")],\"on\":\"$day\"}" || return
    number=$(jq .case said)
    jq -r '.effects[]' said >came
    for one in $steps; do
        IFS=: read -r login step more <<<"$one"
        # A public notice of seven days is over on the tenth; what an earlier step told is known from the next day on.
        case $step in 公示 | 审批 | 核定) day=2026-11-10 ;; esac
        call "$login" case.pass "{\"case\":$number,\"step\":\"$step\",\"field\":[$(quoted "$more")],\"on\":\"$day\"}" || return
        jq -r '.effects[]' said >>came
        for part in $(sed -n 's/^联办: //p' came | grep -o '[0-9]*'); do
            [ -e "part-$part" ] || { touch "part-$part"; parts_of "$part" "$day" || return; }
        done
    done
    call clara case.show "{\"case\":$number,\"on\":\"2026-11-30\"}" || return
    jq -e --arg state "$state" '.state_code == $state and (.lacking | length) == 0 and all(.path[]; .state_code | IN("done", "skipped"))' said >/dev/null ||
        { echo "$type ends so: $(jq -c '{state_code, step, lacking, path}' said)"; return 1; }
    [ -z "$effects" ] || grep -qE "$effects" came || { echo "$type had these effects, not $effects: $(cat came)"; return 1; }
    echo "$type" >>walked
}
# parts_of CASE DAY: a part of a bundle, by whoever may take each of its steps.
parts_of() {
    local login step
    while true; do
        call clara case.show "{\"case\":$1,\"on\":\"$2\"}" || return
        [ "$(jq -r .state_code said)" = in_hand ] || break
        step=$(jq -r .step said)
        for login in clara rob carl; do
            call $login case.show "{\"case\":$1,\"on\":\"$2\"}" || return
            [ "$(jq -r .may_pass said)" = false ] || break
        done
        call $login case.pass "{\"case\":$1,\"step\":\"$step\",\"on\":\"$2\"}" || return
        jq -r '.effects[]' said >>came
    done
    jq -r .type said >>walked
}

@test "each case type goes from opening to its end, with what is to come of it [L1 L2 A6 A10 C1 C5 D1 I7 K1 K2 K3 G4 G11]" {
    local login due pensioner household employer=91590121671712535W
    for login in lea audrey clara carl cora rob; do log_in $login; done
    due=$(sed -n 2p due.csv | cut -d, -f2)
    pensioner=$(awk -F, '$2 == "employee_pension" && $3 == "paying" { print $1; exit }' benefits.csv)
    # A household is found by its head.
    household=$(awk -F, 'NR > 1 && $3 == "户主" { print $1; exit }' members.csv)
    local who
    while IFS='|' read -r type who fields papers promises steps state effects key; do
        [ -n "$type" ] || continue
        who=${who/EMPLOYER/$employer} who=${who/DUE/$due} who=${who/PENSIONER/$pensioner} who=${who/HOUSEHOLD/$household}
        walk "$type" "$who" "${fields/EMPLOYER/$employer}" "$papers" "$promises" "$steps" "$state" "$effects" "$key"
    done <<'TABLE'
职工参保登记|张一|单位=EMPLOYER;申报工资=4500;起始日=2026-03-02|身份凭证||clara:受理|done|登记: .*企业职工基本养老保险.*4500.00
缴费基数申报|张一|单位=EMPLOYER;申报工资=5000;起始日=2026-07-01|工资台账||clara:受理 rob:核定|done|登记: .*工伤保险.*5000.00
个人信息变更|张一|居住地=590121001|身份凭证||clara:受理|done|登记: 居住地 590121001
身份信息更正|张一|姓名=张一一;更正依据=派出所证明|身份凭证;更正证明||clara:受理 rob:复核 lea:审批|done|登记: 姓名 张一一
身份信息更正|张一一|姓名=张一;出生日期=1990-03-08;更正依据=档案|身份凭证;更正证明||clara:受理 rob:复核 lea:审批|done|登记: 姓名 张一; 出生日期 1990-03-08|又
参保证明|张一|用途=贷款||||done|记录: 出具参保证明
补缴申请|张一|单位=EMPLOYER;补缴起月=2026-01;补缴止月=2026-02;月基数=4500|劳动关系证明;工资台账||clara:受理 rob:审核 lea:核定|done|记录: 同意补缴
收款账户变更|张一|变更原因=换卡|身份凭证;社会保障卡||clara:受理 rob:核对身份|done|记录: 转账户维护
投诉举报|张一|事由=推诿|||clara:受理 audrey:核查:属实=true;处理意见=已整改 cora:答复|done|记录: 答复投诉人
投诉举报|张一|事由=不在受理范围|||clara:受理 audrey:核查|ended||又
欠费投诉|张一|单位=EMPLOYER|||clara:受理 audrey:催告 lea:责令 clara:申请强制执行|done|记录: 申请法院强制执行
欠费投诉|张一|单位=EMPLOYER|||clara:受理 audrey:催告:劳动关系有争议=true clara:仲裁 lea:责令:已补缴=true|ended||又
单位稽核|EMPLOYER|线索来源=预警|||audrey:立案 rob:检查:漏保人数=2;少缴金额=3000;检查情况=两人未参保 lea:责令整改 audrey:跟踪:已整改=true;跟踪情况=已补缴|ended|记录: 责令限期整改
单位稽核|EMPLOYER|线索来源=举报|||audrey:立案 rob:检查:漏保人数=0;少缴金额=0;检查情况=虚构劳动关系;涉嫌骗取=true audrey:联席会议:联席部门=公安、医保;决定移送=true lea:移送|done|记录: 移送公安|又
单位稽核|EMPLOYER|线索来源=比对|||audrey:立案 rob:检查:漏保人数=1;少缴金额=900;检查情况=一人未参保 lea:责令整改 audrey:跟踪:跟踪情况=到期未改 lea:逾期处理|done|记录: 移交行政部门处理|再
欺诈联席处置|EMPLOYER|线索来源=举报|会议纪要;受案回执||audrey:立案 rob:核查:涉案金额=186000;核查情况=虚构劳动关系 audrey:联席会议:会议日=2026-11-02;参加部门=公安、医保;会议结论=移送公安 lea:移送:移送日=2026-11-02 audrey:取得回执:受案回执号=17号;回执日=2026-11-02 audrey:跟踪结果:处理结果=立案;结果日=2026-11-02|ended|记录: 移送公安
欺诈联席处置|EMPLOYER|线索来源=比对|会议纪要||audrey:立案 rob:核查:涉案金额=900;核查情况=少报 audrey:联席会议:会议日=2026-11-02;参加部门=医保;会议结论=行政处理 lea:行政处理:处理结果=已退回;结果日=2026-11-02|ended|记录: 责令退回|又
诉求闭环办理|张一|诉求事由=欠缴;反映渠道=信访平台|反馈凭证||clara:预防:已列风险点=true audrey:发现:属实=true rob:处置:处置结果=已补缴 clara:反馈:反馈日=2026-11-02;反馈方式=电话;本人认可=true|ended|
列入严重失信名单|EMPLOYER|失信事由=骗取待遇;失信金额=12000;失信人次=0;失信月数=0;责令后仍不改=false|处罚或责令文书||audrey:认定 clara:告知:陈述申辩=已退回;告知日=2026-11-02 lea:决定 clara:公示:公示日=2026-11-02 audrey:推送|done|记录: 推送公共信用信息平台
移出严重失信名单|EMPLOYER|列入日=2023-11-02;已改正=true|改正证明||clara:受理 rob:到期移出|done|记录: 移出严重失信名单
社保信用报告|EMPLOYER|用途=招投标;欠费月数=3;稽核违规次数=1;承诺不实次数=0;连续足额缴费月数=0;在严重失信名单=false;公共信用综合评价=良|||clara:受理 audrey:核对|done|信用得分 = 75
多发待遇追回|张一|多发原因=死亡未报;多发金额=1200|||audrey:立案 clara:告知:告知日=2026-10-20 clara:听取申辩:本人申辩=不知情 lea:决定 audrey:跟踪退回:退回情况=一次退清|ended|记录: 责令退回
多发待遇追回|张一|多发原因=比对错误;多发金额=800|||audrey:立案 clara:告知:告知日=2026-10-20 clara:听取申辩:本人申辩=并未多领;申辩成立=true lea:决定|ended||又
养老关系转入|张一|原参保地=外省|身份凭证||clara:审核发函 clara:原地办转:转入金额=12000;转入缴费月数=24 rob:接收入账|done|记录: 转入入账
养老关系转出|张一|新参保地=外省;联系函号=1号|联系函||clara:收函核对 rob:办转|done|记录: 转出办结
城乡制度衔接|张一|转往职工养老=true;申请日=2026-11-02|身份凭证||clara:受理 rob:审核|done|记录: 衔接审核
工伤认定|张一|事故日=2026-10-08;申请人=单位;事实清楚=true|劳动关系证明;医疗诊断证明||clara:受理 lea:简易认定:认定为工伤=true clara:送达|done|记录: 认定工伤
工伤认定|张一|事故日=2026-10-09;申请人=单位;事实清楚=false|劳动关系证明;医疗诊断证明||clara:受理 cora:调查 lea:认定:认定为工伤=false|ended||又
劳动能力鉴定|张一|工伤前月均缴费工资=5000|工伤认定决定;医疗资料||clara:受理 rob:鉴定:伤残鉴定日=2026-10-20;工伤伤残等级=9 carl:核定|done|核定: 一次性伤残补助金
生育津贴申领|张一|分娩日=2026-10-05;婴儿数=1;难产=false;单位上年月平均工资=6000|身份凭证;生育医学证明||clara:受理 rob:核对 carl:核定|done|核定: 生育津贴
失业保险金申领|张一|失业登记日=2026-10-01;失业保险缴费月数=24;前次未领月数=0;已领失业金月数=0;非本人意愿中断就业=true;已登记求职=true;仍未就业=true|身份凭证|未就业承诺|clara:受理 rob:核对 carl:核定|done|核定: 失业保险金
失业保险金申领|李二|失业登记日=2026-10-01;失业保险缴费月数=24;前次未领月数=0;已领失业金月数=0;非本人意愿中断就业=false;已登记求职=true;仍未就业=true|身份凭证|未就业承诺|clara:受理 rob:核对|ended|
社会保险补贴申领|张一|申领日=2026-11-02;申领类型=困难人员灵活就业;实缴金额=900;已补贴月数=6;距退休月数=200|身份证;缴费凭证|就业创业证|clara:受理 rob:复核 lea:审批|done|月补贴额 = 600.00
停保|张一|单位=EMPLOYER;截止日=2026-12-01||身份凭证|clara:受理|done|终止登记: .*失业保险.*2026-12-01
灵活就业参保登记|李二|起始日=2026-11-01;参加医保=true;本地户籍=true|身份凭证||clara:受理|done|登记: 企业职工基本养老保险; 灵活就业
灵活就业参保登记|王三|起始日=2026-11-02;参加医保=false;持居住证=true;居住证有效期止=2026-11-02|身份凭证;居住证||clara:受理|done|登记: 企业职工基本养老保险; 灵活就业
灵活就业参保登记|王三|起始日=2026-11-02;参加医保=false;持居住证=true;居住证有效期止=2026-11-01|身份凭证;居住证||clara:受理|ended||过期
城乡居民参保登记|李二|起始日=2026-11-01;年缴费档次=500;参加医保=false|身份凭证||clara:受理|done|登记: 城乡居民基本养老保险; 居民; 年缴费档次 500.00
残疾人两项补贴申请|李二|残疾种类=肢体;残疾级别=1;家庭困难程度=低保;需长期照护=true;已纳入特困供养=false;已领工伤护理费=false|残疾人证||clara:受理 rob:审核 carl:核定|done|核定: 残疾人两项补贴
教育救助申请|李二|学年开始日=2026-09-01;就读学段=高中;助学类别=低保线以下|申请书;学校核实意见||clara:受理 rob:汇总 clara:公示 carl:核定|done|核定: 教育救助
老年人能力评估|李二|照护风险事件=1|身份凭证||clara:受理 carl:评估一 cora:评估二:评估等级=中度受损 rob:确认|done|记录: 能力等级确认
老年人能力评估|李二|照护风险事件=0|身份凭证||clara:受理 carl:评估一 cora:评估二|ended||又
职工退休申领|DUE||身份凭证||clara:受理 rob:核对 carl:核定|done|核定: 职工退休|
职工退休申领|张一|退休类别=女干部;选择退休月=2026-11|身份凭证||clara:受理 rob:核对|ended|
高龄津贴申领|张一|户籍在本县=true||||ended|
低保申请|HOUSEHOLD|家庭月收入=300;共同生活人口=2;家庭财产符合规定=true|户口簿;授权书||clara:受理 cora:入户调查 rob:审核 clara:公示 lea:审批 carl:核定|done|核定: 最低生活保障: 已核定待审，1300.00 元
急难救助|HOUSEHOLD|申请日=2026-11-02;急难类型=急难型;情况紧急=true;需救助人数=2;拟救助月数=1|身份证||clara:受理 rob:先行拨付|done|临时救助金 = 1600.00
急难救助|HOUSEHOLD|申请日=2026-11-02;急难类型=支出型;情况紧急=false;需救助人数=1;拟救助月数=9|身份证||clara:受理 lea:审批|done|临时救助金 = 4800.00|又
身后一件事|PENSIONER|死亡日期=2026-11-01;死亡时状态=退休;申领人=女儿||死亡证明;亲属关系|clara:受理 clara:办结|done|停发: 停发 1 项
死亡申报|李二|死亡日期=2026-11-01||死亡证明|clara:受理 carl:停发|done|停发: 停发 0 项
丧葬抚恤申领|李二|死亡时状态=在职;申领人=儿子||死亡证明;亲属关系|clara:受理 rob:核对 carl:核定|done|丧葬补助金和抚恤金
建设项目工伤参保登记|EMPLOYER|项目编号=JZ-001;项目名称=综合楼;合同价=50000000;参保起=2026-11-10;参保止=2027-11-30|施工合同;缴费凭证||clara:受理 rob:核对缴费:已缴保费=75000;缴费日=2026-11-09|done|项目参保: JZ-001
建设项目工伤参保登记|EMPLOYER|项目编号=JZ-002;项目名称=综合楼;合同价=50000000;参保起=2026-11-10;参保止=2027-11-30|施工合同;缴费凭证||clara:受理 rob:核对缴费|ended||未缴
企业开办一件事|EMPLOYER|单位经办人=赵某;首批职工人数=3||营业执照|clara:受理 clara:办结|done|记录: 单位登记
TABLE
    # Whom a type is not about is refused.
    for who in '"职工退休申领","who":"'$employer '"企业开办一件事","who":"张一' '"低保申请","who":"李二'; do
        [ "$(curl -s -H "Authorization: Bearer ${tokens[clara]}" -H 'Content-Type: application/json' "$base/v1/case/form" -d "{\"type\":$who\"}" | jq -r .error.code)" = case.other_kind ]
    done
    # No type of the packs is left out.
    call clara case.types '{}'
    jq -r '.types[].type' said | sort >types
    diff types <(sort -u walked)
    as clara "person show 张一" --on 2026-11-30 --lang en >person
    [ "$(grep -c 'declared 5000.00  \[2026-07-01, 2026-12-01)' person)" -eq 5 ]
    "$program" verify --county county.db --lang en
}
