#!/usr/bin/env bats
# From the counter to the bank and back: a case determines, three people approve, a run pays, and the person's record shows it.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk carl=clerk rob=reviewer ruth=reviewer hana=head amy=accountant cash=cashier \
        pat=parameter-keeper
    mkdir -p inbox outbox
}
setup() { enter_office; }

# steps CASE "LOGIN:STEP" ...
steps() {
    local number=$1 one
    shift
    for one; do as "${one%%:*}" "case pass" "$number" "${one#*:}" --lang en >passed || return; done
}
# paid RUN DAY: through its people to the bank, and the answer booked.
paid() {
    as rob "payrun check" "$1" >/dev/null
    as hana "payrun sign-section" "$1" >/dev/null
    as lea "payrun sign-leader" "$1" >/dev/null
    as amy "payrun authorise" "$1" --day "$2" >/dev/null
    as cash "payrun send" "$1" --out "inbox/P$1-1.csv" --day "$2" >/dev/null
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 9000000 --day "$2" >/dev/null
    as amy "payrun book" "$1" --answer "outbox/HP-P$1-1.csv" --day "$2" >/dev/null
}
# told PERSON: due, withheld, paid and what is approved and not paid yet, by the person's own statement.
told() {
    run show person payments "$1"
    [ "$status" -eq 0 ] && echo "$(field 'due of what was paid, yuan') $(field 'withheld of it, yuan') $(field 'paid, yuan') $(field 'approved and not paid yet, yuan')"
}

@test "a pension, a survivors' grant with the account's balance, and unemployment benefit go from the case to the bank and stand in each record [L1 C5 C8 I3]" {
    local due dead worker amount digest
    as clara "month open" --month 2026-11 >/dev/null
    as clara "month bill" --month 2026-11 >/dev/null
    as clara "county export" --what benefits --out benefits.csv >/dev/null
    as clara "county export" --what enrolments --out enrolments.csv >/dev/null
    # Whom the month would find, and how much, by the determination of everybody on a copy.
    cp county.db other.db && cp county.db.key other.db.key
    DOUDI_PASSWORD_FILE=$(own clara) "$program" month determine --month 2026-11 --purpose award.retirement --awards due.csv --as clara --county other.db >/dev/null
    IFS=, read -r _ due _ amount _ < <(sed -n 2p due.csv)
    dead=$(awk -F, '$2 == "employee_pension" && $3 == "paying" { print $1; exit }' benefits.csv)
    worker=$(grep -E ",(失业保险|unemployment),(职工|employee)," enrolments.csv | cut -d, -f1 | sed -n 2p)

    as clara "case open" 职工退休申领 "$due" --paper 身份凭证 >/dev/null
    as clara "case open" 丧葬抚恤申领 "$dead" --field 死亡日期=2026-11-09 --field 死亡时状态=退休 --field 申领人=女儿 --promise 死亡证明 --promise 亲属关系 >/dev/null
    as clara "case open" 失业保险金申领 "$worker" --field 失业登记日=2026-11-02 --field 失业保险缴费月数=70 --field 前次未领月数=0 --field 已领失业金月数=0 \
        --field 非本人意愿中断就业=true --field 已登记求职=true --field 仍未就业=true --paper 身份凭证 --promise 未就业承诺 >/dev/null
    for number in 1 2 3; do
        steps $number clara:受理 rob:核对 carl:核定
        cat passed >>came
    done
    # 85 per cent of the minimum wage of 1,980, to the yuan.
    grep -q "职工退休: proposed, $amount yuan" came
    grep -q "丧葬补助金和抚恤金: proposed, 67200.00 yuan; 个人账户余额继承: proposed, 4561.21 yuan" came
    grep -q "失业保险金: proposed, 1683.00 yuan" came

    # A case moves no money: it is reviewed and approved by two who did nothing in it, and paid by runs.
    digest=$(show award list --month 2026-11 --json | jq -r .digest)
    run as carl "award review" --month 2026-11 --digest "$digest"
    [ "$status" -eq 5 ]
    as ruth "award review" --month 2026-11 --digest "$digest" >/dev/null
    as hana "award approve" --month 2026-11 --digest "$digest" >/dev/null
    [[ "$(told "$due")" == "0.00 0.00 0.00 "* ]]
    as clara "month open" --month 2026-12 >/dev/null
    as clara "payrun draft" --month 2026-12 --kind pension >/dev/null
    as clara "payrun draft" --month 2026-12 --kind unemployment >/dev/null
    paid 1 2026-12-15
    paid 2 2026-12-15
    [ "$(told "$due")" = "$amount 0.00 $amount 0.00" ] || { told "$due"; false; }
    [ "$(told "$dead")" = "71761.21 0.00 71761.21 0.00" ] || { told "$dead"; false; }
    # December, and November, in which the worker registered.
    [ "$(told "$worker")" = "3366.00 0.00 3366.00 0.00" ] || { told "$worker"; false; }
    # The books have them where the rules of accounting put them; all of it is made anew from the log.
    run show ledger vouchers --fund unemployment --month 2026-12
    [[ $output == *"Benefits paid"*"P2-1"*500151*1004* ]]
    run show ledger balance --fund employee_pension --month 2026-12
    [[ $output == *"debits equal credits"* ]]
    # What the pension took out of the individual account goes back when it is repaid, out again when that never came, and back once.
    held() { show ledger person "$due" --fund employee_pension --json | jq -r .balance; }
    local drawn back batch item
    drawn=$(held)
    as clara "benefit stop" "$due" --reason prison --from 2026-12 >/dev/null
    batch=$(show oneoff list --state proposed --json | jq '.batches[0].batch')
    as rob "oneoff review" "$batch" >/dev/null
    as hana "oneoff approve" "$batch" >/dev/null
    item=$(show oneoff list --person "$due" --json | jq '[.items[] | select(.remaining != "0.00")][0].item')
    amount=$(show oneoff list --person "$due" --json | jq -r ".items[] | select(.item == $item) | .remaining")
    as cash "oneoff repay" "$due" --item "$item" --amount "$amount" --reference R1 --day 2026-12-20 >/dev/null
    back=$(held)
    [ "$back" != "$drawn" ]
    printf '日期,收入,支出,单号\n2026-12-21,1.00,,B1\n' >lines.csv
    run as amy "oneoff never-came" "$due" --item "$item" --reference R1 --lines lines.csv --from 2026-12-01 --on 2027-01-10 --reason none --lang en
    run as hana "oneoff confirm" "$(field 'waits for confirmation in batch')" --day 2026-12-28 --lang en
    [[ $status -eq 0 && $(field 'owed again, yuan') = "$amount" && $(held) = "$drawn" ]]
    as cash "oneoff repay" "$due" --item "$item" --amount "$amount" --reference R1 --day 2026-12-29 >/dev/null
    [ "$(held)" = "$back" ]
    run show verify
    [ "$status" -eq 0 ]
}
