#!/usr/bin/env bats
# The clock of a case: fifteen working days a step, standing while the applicant completes, late from the day after on.
load support
load office

setup_file() { make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer; }
setup() { enter_office; }
show() { "$program" "$@" --county county.db --lang en; }
bare() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" "$@" --as "$login" --county county.db
}
# at DAY: step, due day and whether it is late, as the case shows it on the day.
at() { show case show 1 --on "$1" --json | jq -r '"\(.step)|\(.due)|\(.late)|\(.days_left)"'; }

@test "[D1] a transfer in has fifteen working days for each of its steps, counted from the day it came to it; late from the day after" {
    bare clara case open 养老关系转入 387 --field 原参保地=外省 --paper 身份凭证 --on 2026-11-02 >/dev/null
    [ "$(at 2026-11-02)" = "check and letter|2026-11-23|false|15" ]
    [ "$(at 2026-11-23)" = "check and letter|2026-11-23|false|0" ]
    [ "$(at 2026-11-24)" = "check and letter|2026-11-23|true|late by 1" ]
    # Whose turn it is is told, and so is whoever looks at what is late; nobody else's to-do has it.
    [ "$(bare clara todo --on 2026-11-24 --json | jq -r '"\(.late) \(.found)"')" = "1 1" ]
    [ "$(bare rob todo --on 2026-11-24 --json | jq -r '"\(.late) \(.found)"')" = "0 0" ]
    [ "$(show case list --late --on 2026-11-23 --json | jq .found)" -eq 0 ]
    [ "$(show case list --late --on 2026-11-24 --json | jq -r '"\(.found) \(.late) \(.cases[0].late)"')" = "1 1 true" ]
    # Passed late, the next step has its own fifteen from then on; the clock of the first is not made up for.
    bare clara case pass 1 审核发函 --on 2026-11-25 >/dev/null
    [ "$(at 2026-11-25)" = "by the old place|2026-12-16|false|15" ]
    [ "$(show case list --late --on 2026-11-26 --json | jq .found)" -eq 0 ]
    # The New Year's holiday is no working day.
    bare clara case pass 1 原地办转 --field 转入金额=12000 --field 转入缴费月数=24 --on 2026-12-16 >/dev/null
    due=$(at 2026-12-16)
    [[ $due == "receipt|2027-01-0"*"|false|15" ]]
}

@test "[D1 L5] the clock stands while the applicant completes, where the region says so, and goes on with the days that were left" {
    bare clara case open 养老关系转入 387 --field 原参保地=外省 --paper 身份凭证 --on 2026-11-02 >/dev/null
    bare clara case ask 1 --why 缺原参保凭证 --on 2026-11-12 >/dev/null
    # Waiting for the applicant is nobody's delay, however long.
    [ "$(show case show 1 --on 2026-12-20 --json | jq -r '"\(.state_code) \(.late)"')" = "asked false" ]
    [ "$(show case list --late --on 2026-12-20 --json | jq .found)" -eq 0 ]
    bare clara case give 1 --on 2026-11-16 >/dev/null
    # Two working days stood between: seven were left of fifteen, and are.
    [ "$(at 2026-11-16)" = "check and letter|2026-11-25|false|7" ]
}
