#!/usr/bin/env bats
# doudi docket: more standing books - money between tiers, outlets and cards, what is bought, given and pushed.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
enter() { as audrey "docket enter" --lang en "$@"; }
found() { grep -cE "^$1 " <<<"$output"; }
line() { grep -qE "^$1" <<<"$output" || { echo "no line: $1"; echo "$output"; false; }; }

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd) program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
    "$program" county new --region 示例县 --month 2026-11 --county county.db >/dev/null
    "$program" user found --county county.db --json rita=rights-manager lea=leader audrey=auditor 2>/dev/null | tr -d '\n' | sed 's/ //g' >found.json
    once=$(sed -n 's/.*"user":"audrey"[^}]*"once":"\([^"]*\)".*/\1/p' found.json)
    { echo "$once"; cat "$(own audrey)"; } | "$program" user passwd audrey --county county.db >/dev/null
}

setup() { enter_office; }

@test "[E9] investments: what each kind is of the whole, the yield, who is above the limit approved, what has matured and is not back" {
    cat >investments.csv <<'EOF'
no,fund,class,amount,limit,yield,matures,returned
1,城乡居民基本养老保险,委托投资,24000000,30000000,960000,2027-06-30,
2,企业职工基本养老保险,国债,10000000,10000000,300000,2026-10-31,
3,失业保险,定期存款,6000000,5000000,90000,2026-11-15,2026-11-18
EOF
    enter investment --file investments.csv >/dev/null
    run show docket report investment --on 2026-11-30
    # 24 + 10 + 6 are 40 million; 1.35 million of yield are 3.375 %, half up.
    line 'part .*entrusted investment +24000000 +60.00%$'
    line 'part .*government bonds +10000000 +25.00%$'
    line 'share .* 1350000 +40000000 +3.38%$'
    line 'over .* 3 +5000000 +1000000$'
    line 'late .* 2 +2026-10-31 +30 days$'
    line 'done late .* 3 +2026-11-15 +3 days$'
    [[ $output == *"rows 3, late 1, gaps 1"* ]]
    # The fund of work injury may not be invested.
    run enter investment --set no=4 --set fund=工伤保险 --set class=国债 --set amount=1000000 --json
    [[ $status -ne 0 && $output == *'"dockets.bad_row"'* && $output == *工伤保险* ]]
}

@test "[E7] unemployment and work injury between tiers: what is to go up and come down, what is short, and who has not confirmed" {
    cat >transfers.csv <<'EOF'
fund,month,way,due,moved,voucher,move_by,moved_on,confirm_by,confirmed
失业保险,2026-09,上解,480000,480000,记-31,2026-10-15,2026-10-14,2026-10-20,2026-10-19
工伤保险,2026-09,上解,120000,100000,记-32,2026-10-15,2026-10-15,2026-10-20,
失业保险,2026-10,下拨,300000,,,2026-11-10,,2026-11-20,
EOF
    enter transfer --file transfers.csv >/dev/null
    run show docket report transfer --on 2026-11-30
    line 'sum .*due each way +上解 .* 600000$'
    line 'sum .*moved each way +上解 .* 580000$'
    line 'short .*工伤保险 · 2026-09 · 上解 +120000 +20000$'
    line 'late .*moved by .*失业保险 · 2026-10 · 下拨 +2026-11-10 +20 days$'
    line 'late .*confirmed by .*工伤保险 · 2026-09 · 上解 +2026-10-20 +41 days$'
    [[ $output == *"late 3, gaps 1"* ]]
    enter transfer --set fund=工伤保险 --set month=2026-09 --set way=上解 --set moved=125000 --set confirmed=2026-11-30 >/dev/null
    run show docket report transfer --on 2026-11-30
    line 'over .*工伤保险 · 2026-09 · 上解 +120000 +5000$'
    [[ $output == *"late 2, gaps 1"* && $(found short) -eq 0 ]]
}

@test "[L9] ten minutes in town, half an hour in the country: who is outside, how many are within, and an outlet nobody has" {
    printf 'name,sort,service,place\n县社保大厅,经办大厅,参保登记,590121100\n县社保大厅,经办大厅,资格认证,590121100\n农商行城关支行,社银合作网点,资格认证,590121100\n石桥村服务点,村级服务点,资格认证,590121101\n' >outlets.csv
    cat >reach.csv <<'EOF'
place,sort,outlet,minutes,target,people,reached
590121100001,城市,县社保大厅,8,10,5200,5200
590121100002,城市,农商行城关支行,12,10,3800,2100
590121101001,农村,石桥村服务点,30,30,1500,1500
590121101002,农村,柳河村服务点,45,30,900,100
EOF
    enter outlet --file outlets.csv >/dev/null
    enter reach --file reach.csv >/dev/null
    run show docket report outlet
    line 'sum .*service hall .* 1$'
    line 'sum .*services of each outlet +县社保大厅 .* 2$'
    run show docket report reach
    # 30 of 30 minutes is within; 5200 + 2100 + 1500 + 100 of 11400.
    line 'over .*590121100002 +10 +2$'
    line 'over .*590121101002 +30 +15$'
    [ "$(found over)" -eq 2 ]
    line 'missing .*柳河村服务点'
    line 'share .* 8900 +11400 +78.07%$'
    [[ $output == *"gaps 3"* ]]
}

@test "[L8] cards by state, and four uses of one card: what is open, how often it is used, where it does not yet prove identity" {
    printf 'place,state,cards\n590121100,已激活,42000\n590121100,未激活,9000\n590121100,挂失,1000\n590121101,已激活,8000\n' >cards.csv
    cat >uses.csv <<'EOF'
service,area,body,identity,open_by,opened,uses
待遇领取,一卡通办,人社局,是,2026-06-30,2026-06-01,1200
公交乘车,一卡通行,交通局,是,2026-06-30,2026-07-10,8300
门诊结算,一卡通付,医保局,是,2026-06-30,2026-05-20,6100
图书借阅,一卡通用,文旅局,否,2026-10-31,,
EOF
    enter card --file cards.csv >/dev/null
    enter card_use --file uses.csv >/dev/null
    run show docket report card
    line 'part .*已激活 +50000 +83.33%$'
    line 'total .* 60000$'
    run show docket report card_use --on 2026-11-30
    line 'gap .*used by one card +yes +0$'
    line 'sum .*travel by one card .* 8300$'
    line 'total .* 15600$'
    line 'late .*图书借阅 +2026-10-31 +30 days$'
    line 'done late .*公交乘车 .*10 days$'
}

@test "[G14] data for watching low incomes: what came and when, whom it met that was not pushed, signals by risk" {
    cat >feeds.csv <<'EOF'
department,data,month,records,matched,pushed,collect_by,collected
医保局,大额自付,2026-10,1840,62,62,2026-11-05,2026-11-04
残联,新发残疾,2026-10,75,18,11,2026-11-05,2026-11-09
教体局,学费欠缴,2026-10,,,,2026-11-05,
EOF
    enter feed --file feeds.csv >/dev/null
    run show docket report feed --on 2026-11-30
    line 'short .*残联 · 新发残疾 · 2026-10 +18 +7$'
    line 'late .*教体局 · 学费欠缴 · 2026-10 +2026-11-05 +25 days$'
    line 'total .* 1915$'
    printf 'no,source,risk,outcome,look_by,looked\n1,医保大额支出,高,纳入救助,2026-11-10,2026-11-08\n2,残疾登记,高,,2026-11-12,\n3,失业登记,低,持续观察,2026-11-20,2026-11-20\n' >signals.csv
    enter signal --file signals.csv >/dev/null
    run show docket report signal --on 2026-11-30
    # Five sources by three levels; three cells are met.
    [[ $output == *"late 1, gaps 12"* && $(found cell) -eq 3 ]]
    line 'late .* 2 +2026-11-12 +18 days$'
}

@test "[G19] visits and care that are bought: nothing is payable without proof of being there, and what was paid beyond it is told" {
    cat >visits.csv <<'EOF'
order,provider,service,for,place,proof,payable,settled,visit_by,visited
1,康宁服务中心,探视巡访,老年人,E115.20 N29.10,定位签到,40,40,2026-11-10,2026-11-09
2,康宁服务中心,生活照料,残疾人,,无,0,80,2026-11-12,2026-11-12
3,爱邻社工站,探视巡访,儿童,,,40,,2026-11-15,
EOF
    enter home_visit --file visits.csv >/dev/null
    run show docket report home_visit --on 2026-11-30
    line 'over .* 2 +0 +80$'
    line 'sum .*settled by provider +康宁服务中心 .* 120$'
    line 'cell .*康宁服务中心 +none +1$'
    line 'late .* 3 +2026-11-15 +15 days$'
    # Three that cannot look after themselves by two services: three of six are served.
    [ "$(grep -cE '^cell .*service and for whom' <<<"$output")" -eq 3 ]
}

@test "[G22] medical aid of unions, charities and associations: a bill aided twice, and aid above what was borne" {
    cat >aid.csv <<'EOF'
bill,helper,sort,left,given,given_on
Y2026-0001,县总工会,工会,8000,3000,2026-10-11
Y2026-0001,区慈善总会,慈善组织,5000,6000,2026-10-20
Y2026-0002,区慈善总会,慈善组织,12000,5000,2026-10-21
Y2026-0003,建筑业协会,行业协会,2000,2000,2026-10-25
EOF
    enter outside_aid --file aid.csv >/dev/null
    run show docket report outside_aid
    line 'more than one .*Y2026-0001 +县总工会, 区慈善总会 +2$'
    [ "$(found 'more than one')" -eq 1 ]
    line 'over .*Y2026-0001 · 区慈善总会 +5000 +1000$'
    line 'sum .*charity .* 11000$'
    [[ $output == *"gaps 2"* ]]
}

@test "[H4] a scheme run by an insurer: who collects may not manage, fixed amounts are neither over- nor underpaid, supervision is due" {
    cat >insurers.csv <<'EOF'
insurer,year,collector,manager,funded,paid,cases,quota,inspect_by,inspected
甲保险,2004,区地税分局,甲保险,3000000,2850000,1900,2850000,2004-12-31,2004-12-20
乙保险,2004,乙保险,乙保险,1000000,1080000,600,1050000,2004-12-31,
EOF
    enter insurer --file insurers.csv >/dev/null
    run show docket report insurer --on 2005-01-31
    line 'the same .*乙保险 · 2004 +乙保险'
    [ "$(found 'the same')" -eq 1 ]
    line 'over .*fixed amounts +乙保险 · 2004 +1050000 +30000$'
    line 'over .*funded +乙保险 · 2004 +1000000 +80000$'
    # 3,930,000 yuan for 2,500 cases.
    line 'each .* 3930000 +2500 +1572.00$'
    line 'late .*乙保险 · 2004 +2004-12-31 +31 days$'
    [[ $output == *"late 1, gaps 3"* ]]
}

@test "[H10] products of the third layer: by whom they are for, premium a head, claims by premiums, short of the goal" {
    cat >products.csv <<'EOF'
name,sort,for,people,goal,premium,claims,agreed_until,renewed
赣惠保,普惠型商业健康险,全体参保人,21000,30000,2079000,1455300,2026-12-31,
住院护理补贴,住院护理补贴保险,计生特殊家庭,320,320,96000,48000,2026-10-31,
卫惠保,补充医疗保险,计生特殊家庭,320,320,32000,12000,2026-12-31,
老年意外险,意外伤害险,老年人,8600,8000,258000,130000,2026-12-31,
EOF
    enter product --file products.csv >/dev/null
    run show docket report product --on 2026-11-30
    line 'sum .*family that lost its only child .* 640$'
    # 1,645,300 of 2,465,000 yuan; 2,465,000 for 30,240 people.
    line 'share .* 1645300 +2465000 +66.75%$'
    line 'each .* 2465000 +30240 +81.51$'
    line 'short .*赣惠保 +30000 +9000$'
    line 'late .*住院护理补贴 +2026-10-31 +30 days$'
}

@test "[H13] enterprises in trouble join hospital care first: assets, bodies in charge and others pay, and what is missing" {
    cat >troubled.csv <<'EOF'
enterprise,source,due,paid,pay_by,paid_on
区棉纺厂,资产处置,300000,300000,2004-06-30,2004-06-12
区棉纺厂,主管部门调剂,150000,90000,2004-06-30,
区机械厂,主管部门调剂,50000,50000,2004-06-30,2004-07-05
EOF
    enter troubled --file troubled.csv >/dev/null
    run show docket report troubled --on 2004-07-31
    line 'part .*资产处置 +300000 +60.00%$'
    line 'part .*主管部门调剂 +200000 +40.00%$'
    line 'short .*区棉纺厂 · 主管部门调剂 +150000 +60000$'
    line 'share .* 440000 +500000 +88.00%$'
    line 'sum .*区棉纺厂 .* 450000$'
    [[ $output == *"late 1, gaps 1"* ]]
}

@test "[I6] six services promised to the unemployed: how many of each, and where the promise was not kept" {
    echo person,service,round,asked,promised_by,served >promises.csv
    n=0
    for service in 求职登记 职业介绍 鉴定申报 档案管理 信息服务 劳动保障事务代理; do
        n=$((n + 1))
        echo "失业$n,$service,$n,2004-08-02,2004-08-0$((n + 2)),2004-08-04"
    done >>promises.csv
    echo '失业1,职业介绍,7,2004-08-02,2004-08-10,' >>promises.csv
    enter promise --file promises.csv >/dev/null
    run show docket report promise --on 2004-08-31
    line 'sum .*orders of each service +placement .* 2$'
    line 'total .*people of each service .* 6$'
    line 'done late .*失业1 · 1 +2004-08-03 +1 days$'
    line 'late .*失业1 · 7 +2004-08-10 +21 days$'
    [[ $output == *"rows 7, late 1,"* ]]
}

@test "[I10] work injury is prevented first: 8,000 people for 1.2 million are 150 yuan a head, and 185 enterprises with 9,149 before" {
    cat >prevention.csv <<'EOF'
project,part,enterprises,people,budget,spent,finish_by,finished
重点企业培训,预防,60,5000,700000,640000,2026-09-30,2026-09-25
康复试点,康复,12,3000,500000,530000,2026-10-31,
EOF
    enter prevention --file prevention.csv >/dev/null
    run show docket report prevention --on 2026-11-30
    line 'each .* 1200000 +8000 +150.00$'
    line 'over .*康复试点 +500000 +30000$'
    line 'sum .*compensation .* 0$'
    line 'late .*康复试点 .*30 days$'
    # With those of before, who brought no budget.
    enter prevention --set project=原参保企业 --set part=补偿 --set enterprises=185 --set people=9149 >/dev/null
    run show docket report prevention --on 2026-11-30
    line 'total .* 17149$'
}

@test "[J4] public homes open to all, and clinics in homes that are eligible and have no agreement" {
    cat >homes.csv <<'EOF'
name,owner,beds,open_beds,clinic,eligible,turn_by,turned
县福利院,公办,200,120,县福利院护理站,是,2026-06-30,2026-06-20
石桥敬老院,公办,80,0,石桥敬老院医务室,是,2026-10-31,
颐养院,民办,120,120,,否,,
EOF
    enter provider --set name=县福利院护理站 --set sort=区内医院 --set phase=协议中 >/dev/null
    enter home --file homes.csv >/dev/null
    run show docket report home --on 2026-11-30
    line 'share .* 240 +400 +60.00%$'
    line 'missing .*石桥敬老院医务室'
    [ "$(found missing)" -eq 1 ]
    line 'late .*石桥敬老院 +2026-10-31 +30 days$'
    enter provider --set name=石桥敬老院医务室 --set sort=区内医院 --set phase=协议中 >/dev/null
    run show docket report home --on 2026-11-30
    [ "$(found missing)" -eq 0 ]
}

@test "[K3] matters left from before: by which policy, who answers, how many people, what is not paid back in time" {
    cat >legacy.csv <<'EOF'
no,matter,body,policy,people,due,paid,settle_by,settled
1,企业改制补缴,县工信局,地方过渡政策,420,1680000,1680000,2026-06-30,2026-06-28
2,企业改制补缴,县商务局,地方过渡政策,130,520000,200000,2026-10-31,
3,政策执行偏差,县人社局,,36,,,2026-11-10,2026-11-15
EOF
    enter legacy --file legacy.csv >/dev/null
    run show docket report legacy --on 2026-11-30
    line 'short .* 2 +520000 +320000$'
    line 'share .* 1880000 +2200000 +85.45%$'
    line 'sum .*县工信局 .* 420$'
    line 'total .* 586$'
    line 'late .* 2 +2026-10-31 +30 days$'
    line 'done late .* 3 +2026-11-10 +5 days$'
}

@test "[K8] what is pushed to the city's credit platform: taken or not, in time or not, and whose receipt is missing" {
    cat >pushes.csv <<'EOF'
no,sort,subject,records,taken,receipt,push_by,pushed,receipt_by,received
1,缴费信息,全县单位,640,632,R-1,2026-11-10,2026-11-09,2026-11-13,2026-11-12
2,严重失信名单,91590121671712535W,1,1,R-2,2026-11-12,2026-11-15,2026-11-18,2026-11-16
3,双公示,全县,28,,,2026-11-20,2026-11-19,2026-11-23,
EOF
    enter credit_push --file pushes.csv >/dev/null
    run show docket report credit_push --on 2026-11-30
    line 'short .* 1 +640 +8$'
    line 'done late .* 2 +2026-11-12 +3 days$'
    line 'late .*receipt by +3 +2026-11-23 +7 days$'
    line 'total .* 669$'
    [[ $output == *"late 1, gaps 1"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[L7] people who cannot come are visited at home: by group, who has not been visited in time, what was never done for whom" {
    cat >served.csv <<'EOF'
person,group,town,helper,serve_by,served,did
1001,高龄,城关镇,张明,2026-11-10,2026-11-09,资格认证
1002,卧床,城关镇,张明,2026-11-10,2026-11-12,资格认证
1003,失能,柳河镇,李华,2026-11-20,,
1004,残疾,柳河镇,李华,2026-11-20,2026-11-18,社保卡激活
EOF
    enter home_service --file served.csv >/dev/null
    run show docket report home_service --on 2026-11-30
    line 'late .*1003 +2026-11-20 +10 days$'
    line 'done late .*1002 .*2 days$'
    line 'sum .*张明 .* 2$'
    line 'sum .*group +living alone .* 0$'
    # Five groups by four services: three cells are met.
    [[ $output == *"rows 4, late 1, gaps 17"* ]]
}

@test "[I12] twenty thousand more in unemployment insurance, of small firms and of traders who employ; migrant workers are treated alike" {
    cat >extension.csv <<'EOF'
employer,sort,goal,done,migrants,equal,insure_by,insured
园区中小微企业,中小微企业,15000,13200,4000,4000,2026-12-31,
商贸个体户,有雇工的个体工商户,5000,5100,1800,1650,2026-10-31,2026-10-30
EOF
    enter extension --file extension.csv >/dev/null
    run show docket report extension --on 2026-11-30
    line 'total .* 20000$'
    line 'share .* 18300 +20000 +91.50%$'
    line 'short .*short of the goal +园区中小微企业 +15000 +1800$'
    line 'short .*treated alike +商贸个体户 +1800 +150$'
    [[ $output == *"late 0, gaps 2"* ]]
}

@test "[L3] services by channel, from the packs that run them: promised days above the law's, what is offered on no channel, what nobody knows" {
    types=$("$program" case types --json | grep -c '"pack"')
    cat >catalogue.csv <<'EOF'
service,channel,mode,days,open_by,opened
灵活就业参保登记,窗口,简便办,1,,
灵活就业参保登记,网上,提速办,0,2026-06-30,2026-06-20
灵活就业参保登记,掌上,提速办,0,2026-06-30,2026-07-05
死亡申报,窗口,打包办,5,,
身份信息更正,窗口,,12,,
参保证明,自助,简便办,0,2026-10-31,
EOF
    enter catalogue --file catalogue.csv >/dev/null
    run show docket report catalogue --on 2026-11-30
    line 'sum .*services on each channel +窗口 .* 3$'
    line 'sum .*services on each channel +网上 .* 1$'
    line 'sum .*channels of each service +灵活就业参保登记 .* 3$'
    # The packs give ten working days for the correction, ten for the enrolment and twenty for a death; none for a certificate.
    line 'over .*身份信息更正 · 窗口 +10 working days +2$'
    [ "$(found over)" -eq 1 ]
    # 1 + 0 + 0 + 5 + 12 of 10 + 10 + 10 + 20 + 10.
    line 'share .* 18 +60 +30.00%$'
    # Four types are offered; every other one of the packs is told as missing.
    [ "$(found missing)" -eq $((types - 4)) ]
    ! grep -q '^missing .*report of a death' <<<"$output"
    line 'late .*参保证明 · 自助 +2026-10-31 +30 days$'
    enter catalogue --set service=代开发票 --set channel=窗口 --set days=1 >/dev/null
    run show docket report catalogue
    line 'no such service .*代开发票 · 窗口'
    line 'share .* 18 +60 '
}
