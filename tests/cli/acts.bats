#!/usr/bin/env bats
# Watched at the act: a run that was drafted, bills that were made. Nobody waits for the month's look.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
bare() { local login=$1; shift; DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db; }

refused() {
    local code=$1 kind=$2
    shift 2
    run "$@" --json
    [[ $status -eq $code && $output == *"\"$kind\""* ]] || { echo "$* ended with $status, not $code $kind: $output"; false; }
}

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head amy=accountant carl=cashier pat=parameter-keeper
}
setup() { enter_office; }

# lines VALUE of the sample county's line of large payments; adopted by three.
line_of() {
    [ -d packs ] || cp -r "$tree/packs" packs
    sed -i "/^set $1/,/always/s/always = .*/always = $2/" packs/demo/sample-county-audit.md
    adopt packs
    export DOUDI_PACKS=$PWD/packs
}

@test "[F1] a large payment is an alert as soon as the run is drafted, in the queue of who audits, once, before anybody signs" {
    # By the county's own line nobody is paid 50,000 at once.
    bare clara payrun draft --month 2026-11 --kind pension --json >quiet.json
    [ "$(jq .alerts quiet.json)" -eq 0 ] || { jq 'del(.held_lines)' quiet.json; false; }
    run show alert list --watch paying.large --json
    [ "$(jq .found <<<"$output")" -eq 0 ]
    bare clara payrun withdraw "$(jq .run quiet.json)" --why 试 >/dev/null
    # The region draws the line just below the largest payment of the month.
    show payrun lines "$(jq .run quiet.json)" --out lines.csv >/dev/null
    most=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "amount") at = i; next } $1 ~ /^[0-9]+$/ && $at + 0 > most { most = $at } END { print most }' lines.csv)
    line_of 大额单笔线 "$most元"
    bare clara payrun draft --month 2026-11 --kind pension --json >large.json
    [ "$(jq .alerts large.json)" -ge 1 ] || { cat large.json; false; }
    run show alert list --watch paying.large --json
    [ "$(jq .found <<<"$output")" -eq "$(jq .alerts large.json)" ]
    [ "$(jq -r '.alerts[0].risk' <<<"$output")" = "$most" ]
    [[ $(jq -r '.alerts[0].owner' <<<"$output") == "audit section" ]]
    alert=$(jq '.alerts[0].alert' <<<"$output")
    # Whoever signs sees it with the run, by name and amount.
    show payrun show "$(jq .run large.json)" --json >shown.json
    [ "$(jq '.watched | length' shown.json)" -eq "$(jq .alerts large.json)" ]
    [ "$(jq -r '.watched[0].amount' shown.json)" = "$most" ]
    [ "$(jq '.watched[0].alert' shown.json)" -ge 1 ]
    # Why, by which article and line; drafted or looked at again it is the same one.
    run show alert show "$alert"
    [[ $output == *大额单笔线* && $output == *第三十八条* ]] || { echo "$output"; false; }
    bare clara payrun draft --month 2026-11 --kind pension --json >again.json
    [ "$(jq .is_new again.json)" = false ]
    bare audrey watch run --month 2026-11 --purpose watch.paying --json >look.json
    [ "$(jq -c '[.raised, .again, .closed]' look.json)" = '[0,0,0]' ] || { jq . look.json; false; }
    run show verify
    [ "$status" -eq 0 ]
}

@test "[F1] a run given up takes its alerts along at the next look, and a region that draws no line is told of it" {
    line_of 大额单笔线 "1000元"
    bare clara payrun draft --month 2026-11 --kind pension --json >large.json
    [ "$(jq .alerts large.json)" -ge 1 ]
    bare clara payrun withdraw "$(jq .run large.json)" --why 重编 >/dev/null
    bare audrey watch run --month 2026-11 --purpose watch.paying --json >look.json
    [ "$(jq .closed look.json)" -eq "$(jq .alerts large.json)" ]
    sed -i '/^set 大额单笔线/,/always/d' packs/demo/sample-county-audit.md
    adopt packs
    bare clara payrun draft --month 2026-11 --kind pension --json >none.json
    [ "$(jq .alerts none.json)" -eq 0 ]
    bare audrey watch run --month 2026-11 --purpose watch.paying --lang zh --json >look.json
    [[ $(jq -c . look.json) == *大额单笔线* ]] || { jq . look.json; false; }
}

@test "[F1] payments that are few in each month and many in three are an alert once the region says from which number" {
    bare clara month open --month 2026-11 >/dev/null
    bare clara month bill --month 2026-11 --purpose employee >/dev/null 2>&1
    bare clara payrun draft --month 2026-11 --kind pension --json >before.json
    bare clara month open --month 2026-12 >/dev/null
    bare clara payrun draft --month 2026-12 --kind pension --json >first.json
    [ "$(jq .alerts first.json)" -eq 0 ]
    run show alert list --watch paying.many_3 --json
    [ "$(jq .found <<<"$output")" -eq 0 ]
    bare clara payrun withdraw "$(jq .run first.json)" --why 试 >/dev/null
    # Whoever was paid in both months has two; with the line at two they are told, and nobody by the month's own line of three.
    line_of 三月高频笔数线 2
    bare clara payrun draft --month 2026-12 --kind pension --json >second.json
    [ "$(jq .alerts second.json)" -ge 1 ] || { jq 'del(.held_lines)' second.json; false; }
    run show alert list --watch paying.many_3 --json
    [ "$(jq .found <<<"$output")" -eq "$(jq .alerts second.json)" ]
    run show alert show "$(jq '.alerts[0].alert' <<<"$output")"
    [[ $output == *三月高频笔数线* ]] || { echo "$output"; false; }
    run show alert list --watch paying.many --json
    [ "$(jq .found <<<"$output")" -eq 0 ]
    # A region that draws no such line has no such alert, and is told which line is missing.
    sed -i '/^set 三月高频笔数线/,/always/d' packs/demo/sample-county-audit.md
    adopt packs
    bare audrey watch run --month 2026-12 --purpose watch.paying --lang zh --json >look.json
    [[ $(jq -c . look.json) == *三月高频笔数线* ]] || { jq . look.json; false; }
    # Where it draws none of a year either, the payments of three months are not read, and to no watch are they none: somebody who was paid this month was paid in these three.
    sed -i '/^set 一年高频笔数线/,/always/d' packs/demo/sample-county-audit.md
    cat >>packs/demo/sample-county-audit.md <<'END'

```watch
watch 三月无支付 "no payment in three months" of 参保人
  law 示例县社会保险稽核办法（虚构）
  when 近三月支付笔数 < 1 and 本月支付笔数 > 0
  by 本月支付合计
  severity low
  owner 稽核股 "audit section" within 5 working days
  action notify
  message "三月无支付" "no payment in three months"
```
END
    sed -i '/^watch.paying,watch,paying.large/i watch.paying,watch,paying.none_3,示例县稽核和用工监测.三月无支付,,,,,' packs/adapters/office-watch.csv
    adopt packs
    bare audrey watch run --month 2026-12 --purpose watch.paying --json >look.json
    run show alert list --watch paying.none_3 --json
    [ "$(jq .found <<<"$output")" -eq 0 ]
}

@test "[F1] a bill far above the month before is an alert when the bills are made" {
    bare clara month open --month 2026-11 >/dev/null
    bare clara month bill --month 2026-11 --purpose employee --json >first.json
    # Nothing stands before it: nobody can be told to be out of the ordinary.
    [ "$(jq .alerts first.json)" -eq 0 ]
    # Ten residents begin with an employer of one or two: its bill is more than three times what it was.
    bare clara county export --what enrolments --out enrolments.csv --reveal >/dev/null
    bare clara county export --what persons --out persons.csv --reveal >/dev/null
    boss=$(awk -F, 'NR > 1 && $3 == "employee" && $4 && !met[$1, $4]++ { n[$4]++ } END { for (e in n) if (n[e] <= 2) print e }' enrolments.csv | sort -n | head -n 1)
    { echo person,scheme,standing,employer,region,wage,tier,from,until
      awk -F, 'NR == FNR { if ($2 == "resident_pension") r[$1] = 1; next } r[$1] && $5 > "1975" && $5 < "2000" { print $1 }' enrolments.csv persons.csv | head -n 10 |
          while read -r who; do echo "$who,employee_pension,employee,$boss,590121,9000.00,,2026-12-01,"; done; } >joined.csv
    [ "$(wc -l <joined.csv)" -eq 11 ]
    bare clara county import joined.csv --what enrolments >/dev/null
    bare clara month open --month 2026-12 >/dev/null
    bare clara month bill --month 2026-12 --purpose employee --json >second.json
    [ "$(jq .alerts second.json)" -ge 1 ] || { jq . second.json; false; }
    run show alert list --watch billing.unusual --json
    jq -e --argjson e "$boss" '.alerts[] | select(.subject == $e)' <<<"$output" >/dev/null || { echo "$output"; false; }
    # How much above, by the two bills.
    alert=$(jq --argjson e "$boss" '.alerts[] | select(.subject == $e) | .alert' <<<"$output")
    run show alert show "$alert"
    [[ $output == *账单异常倍数* && $output == *上月账单额* ]]
}

@test "[F9] unemployed and at work: found with amount and evidence, not paid on, stopped, and what was paid too much is recovered by three and given back" {
    mkdir -p inbox outbox
    bare clara month open --month 2026-11 >/dev/null
    bare clara month bill --month 2026-11 >/dev/null
    bare clara payrun draft --month 2026-11 --kind unemployment --payer 6200001 --json >first.json
    bare rob payrun check 1 >/dev/null
    bare hana payrun sign-section 1 >/dev/null
    bare lea payrun sign-leader 1 >/dev/null
    bare amy payrun authorise 1 --day 2026-11-15 >/dev/null
    bare carl payrun send 1 --out inbox/P1-1.csv --day 2026-11-15 >/dev/null
    "$program" bank run --books books --inbox inbox --outbox outbox --account 6200001 --opening 5000000 --day 2026-11-15 >/dev/null
    bare amy payrun book 1 --answer outbox/HP-P1-1.csv --day 2026-11-16 >/dev/null
    # The list: who, since when, how much a month, by which facts and article.
    bare audrey watch run --month 2026-11 --purpose watch.payment >/dev/null
    show alert list --watch R04 --json >list.json
    read -r alert who risk < <(jq -r '.alerts[0] | "\(.alert) \(.subject) \(.risk)"' list.json)
    [ "$(jq .found list.json)" -ge 1 ]
    run show alert show "$alert"
    [[ $output == *第五十一条* && $output == *单位参保中* && $output == *"$risk"* ]] || { echo "$output"; false; }
    # Not paid on: the next month's run leaves them out for the alert.
    bare clara month open --month 2026-12 >/dev/null
    run bare clara payrun draft --month 2026-12 --kind unemployment --payer 6200001 --json
    if [ "$status" -eq 0 ]; then jq -e --argjson w "$who" '.held_lines[] | select(.person == $w)' <<<"$output" >/dev/null; fi
    # Stopped from November on, when they were at work: what was paid for it is to come back.
    run bare clara benefit stop "$who" --reason employed --from 2026-11 --json
    [[ $status -eq 0 && $(jq -r .recovery <<<"$output") = "$risk" ]] || { echo "$output"; false; }
    batch=$(jq -r .batch <<<"$output")
    # Decided after a hearing and by three, by the case that names the batch.
    bare clara case open 多发待遇追回 "$who" --alert "$alert" --field 多发原因=重新就业未停发 --field "多发金额=$risk" --field "追回批次=$batch" --on 2026-11-20 >/dev/null
    bare audrey case pass 1 立案 --on 2026-11-20 >/dev/null
    bare clara case pass 1 告知 --field 告知日=2026-11-20 --on 2026-11-20 >/dev/null
    bare rob oneoff review "$batch" >/dev/null
    refused 4 case.recover_open bare hana oneoff approve "$batch"
    bare clara case pass 1 听取申辩 --field 本人申辩=不知须停领 --on 2026-12-01 >/dev/null
    bare lea case pass 1 决定 --on 2026-12-02 >/dev/null
    bare hana oneoff approve "$batch" >/dev/null
    # Given back, to the fen.
    item=$(show oneoff list --person "$who" --json | jq '[.. | .item? // empty][0]')
    bare carl oneoff repay "$who" --item "$item" --amount "$risk" --reference r1 --day 2026-12-20 >/dev/null
    run show person payments "$who"
    [[ $output == *"overpaid and not recovered yet, yuan: 0.00"* ]] || { echo "$output"; false; }
    run show verify
    [ "$status" -eq 0 ]
}
