# doudi user, doudi duty: who may act, and that moving money takes three.
load support

founders=(rita=rights-manager lea=leader audrey=auditor clara=clerk)

# The words of a reply as one line of JSON.
flat() { "$@" --json | sed 's/^ *//; s/": /":/' | tr -d '\n'; return "${PIPESTATUS[0]}"; }

# found: an office in county.db; the one-time passwords stand in once/LOGIN.
found() {
    doudi county new --county county.db >/dev/null
    flat doudi user found --packs "$tree/packs" --county county.db "${founders[@]}" >found.json
    mkdir -p once
    local login
    for login in rita lea audrey clara; do
        echo "$(sed -n "s/.*\"user\":\"$login\"[^}]*\"once\":\"\([^\"]*\)\".*/\1/p" found.json)" >"once/$login"
        grep -q . "once/$login"
    done
}
# as LOGIN: the password file of LOGIN for the next command.
own() { (umask 077; printf '%s has 24680!\n' "$(rev <<<"$1")" >"pw-$1"); echo "pw-$1"; }
as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words "$@" --as "$login" --county county.db
}
passwd() { { cat "$2"; cat "$(own "$1")"; } | "$program" user passwd "$1" --county county.db; }
# One office with keys is made for the whole file: each password costs a third of a second, twice.
setup_file() {
    cd "$BATS_FILE_TMPDIR"
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    found 2>/dev/null
    cp -r . ../new-office
    local login
    for login in rita lea audrey clara; do passwd $login once/$login >/dev/null; done
}
with_keys() { cp -r "$BATS_FILE_TMPDIR"/. .; }
only_founded() { cp -r "$BATS_FILE_TMPDIR"/../new-office/. .; }

@test "[F5] no two people can move money: every way is tried, every path named" {
    run flat doudi duty check "$tree/packs/duties"
    [ "$status" -eq 0 ]
    [[ $output == *'"takes_three":true'*'"found":null'* ]]
    [[ $output == *'"path":"account"'*'account.enter account.review account.confirm'* ]]
    run doudi duty check "$tree/packs/duties" --lang zh
    [[ $output == *"待遇支付"*"授予权限"* ]]
}

@test "[F5] a table by which two could is refused, and who they are is said" {
    cp -r "$tree/packs/duties" .
    sed -i 's/account.review account.confirm$/account.confirm/' duties/paths.csv
    echo 'rest,其余,rest,account.enter account.review account.confirm' >>duties/paths.csv
    run flat doudi duty check duties
    [ "$status" -eq 1 ]
    [[ $output == *'"takes_three":false'*'"found":"account: auditor + account-keeper"'* ]]
    doudi county new --county county.db
    run doudi user found --table duties --county county.db "${founders[@]}"
    [ "$status" -eq 5 ]
    [[ $output == *"account: auditor + account-keeper"* ]]
    sed -i 's/^clerk,/clerk,x,/' duties/roles.csv
    refused 2 duty.bad_table "does not begin" "岗位表有误" doudi duty check duties
}

@test "[F5] roles that are apart are never one person's" {
    with_keys
    run as rita "user grant clara" --roles reviewer
    [ "$status" -eq 5 ]
    [[ $output == *"One person may not hold both"*"record.enter"*"record.review"*"经办与审核分离"* ]]
    run as rita "user grant clara" --roles boss
    [ "$status" -eq 2 ]
}

@test "users are made and given roles by three people, each with a password" {
    with_keys
    run flat as rita "user new dora" --name 朵拉
    [ "$status" -eq 0 ]
    [[ $output == *'"change":1,"waits_for":"staff.approve staff.confirm","once":"'* ]]
    sed 's/.*"once":"\([^"]*\)".*/\1/' <<<"$output" >once/dora
    # the same person may not also approve, nor may one without the duty
    run as rita "user approve 1"
    [ "$status" -eq 5 ]
    run as clara "user confirm 1"
    [ "$status" -eq 5 ]
    run flat as lea "user approve 1"
    [[ $output == *'"is_made":false'* ]]
    run flat as audrey "user confirm 1"
    [[ $output == *'"is_made":true'* ]]
    run passwd dora once/dora
    [ "$status" -eq 0 ]
    as rita "user grant dora" --roles reviewer,head >/dev/null
    run doudi user changes --county county.db
    [[ $output == *grant*dora*"reviewer head"*"staff.approve staff.confirm"* ]]
    as audrey "user confirm 2" >/dev/null
    as lea "user approve 2" >/dev/null
    run flat doudi user list --county county.db
    [[ $output == *'"user":"dora","name":"朵拉","state":"active","state_code":"active","roles":"reviewer head"'* ]]
    run flat as rita "user revoke dora" --roles head
    [[ $output == *'"roles":"reviewer"'* ]]
    run flat as rita "user disable dora"
    [[ $output == *'"roles":""'* ]]
    run as dora "user new eve" --name 夏娃
    [ "$status" -eq 5 ]
    [[ $output == *"shut out"* ]]
    run doudi verify --county county.db --packs "$tree/packs"
    [ "$status" -eq 0 ]
}

@test "a reset leaves neither key nor roles; a new table takes three" {
    with_keys
    as rita "user reset clara" >/dev/null
    as lea "user approve 1" >/dev/null
    as audrey "user confirm 1" >/dev/null
    run flat doudi user list --county county.db
    [[ $output == *'"user":"clara","name":"clara","state":"new","state_code":"new","roles":"","key":null'* ]]
    run as clara "user new eve" --name 夏娃
    [ "$status" -eq 5 ]
    run flat as rita "user table $tree/packs/duties"
    [ "$status" -eq 0 ]
    [[ $output == *'"change":2'* ]]
}

@test "naming a user is not enough, and a password is in no argument" {
    with_keys
    refused 5 county.no_actor "say who acts with --as" "请用 --as 指定用户" \
        doudi user reset clara --county county.db
    run doudi user reset clara --as rita --county county.db </dev/null
    [ "$status" -eq 2 ]
    [[ $output == *"A password is needed"* ]]
    run doudi user reset clara --as rita --county county.db <<<"wrong password 1"
    [ "$status" -eq 5 ]
    [[ $output == *"The user or the password is wrong"* ]]
    run doudi user reset clara --as nobody --county county.db <<<"wrong password 1"
    [ "$status" -eq 5 ]
    [[ $output == *"The user or the password is wrong"* ]]
    printf 'x\n' >open-pw
    chmod 644 open-pw
    DOUDI_PASSWORD_FILE=open-pw refused 5 cli.secret_open "Others may read" "可被他人读取" \
        doudi user reset clara --as rita --county county.db
    run flat doudi user list --county county.db
    [[ $output == *'"user":"clara","name":"clara","state":"active","state_code":"active","roles":"clerk"'* ]]
}

@test "a one-time password can only be replaced, by a strong one" {
    only_founded
    run doudi user new eve --name 夏娃 --as rita --county county.db <once/rita
    [ "$status" -eq 5 ]
    [[ $output == *"one-time password must first be replaced"* ]]
    run bash -c 'cat once/rita <(echo short) | "$0" user passwd rita --county county.db' "$program"
    [ "$status" -eq 2 ]
    [[ $output == *"too weak"* ]]
    run passwd rita once/rita
    [ "$status" -eq 0 ]
    run passwd rita once/rita
    [ "$status" -eq 5 ]
}

@test "an office is founded once, by people who can grant" {
    doudi county new --county county.db
    run doudi user found --packs "$tree/packs" --county county.db rita=rights-manager lea=leader
    [ "$status" -eq 4 ]
    [[ $output == *"three people"* ]]
    rm -f county.db*
    only_founded
    run doudi user found --packs "$tree/packs" --county county.db "${founders[@]}"
    [ "$status" -eq 4 ]
    ! grep -aq "$(cat once/rita)" county.db county.db-wal
}

@test "a user keeps views of lists under names: theirs alone, kept and dropped by them, no event and no more than 20 of a list [L9]" {
    with_keys
    run as clara "view keep alert.alerts 急办" --filter state=open --filter watch=R04
    [ "$status" -eq 0 ]
    [ "$output" = "alert.alerts  急办  state=open watch=R04" ]
    as clara "view keep dues.owed 石桥" --filter payer=15 --filter all=yes >/dev/null
    run flat as clara "view keep alert.alerts 急办" --filter state=open # the same name again takes the place of the first
    [[ $output == *'"name":"急办",'*'"filters":['*'"state=open"'*']'* && $output != *R04* && $output != *dues* ]]
    run as clara "view list"
    [ "${#lines[@]}" -eq 2 ]
    run as rita "view list" --lang zh
    [ "$output" = "没有保存的视图" ]
    run as rita "view drop alert.alerts 急办"
    [ "$status" -eq 3 ]
    [[ $output == *"no view of this list by the name '急办'"* ]]
    run as clara "view keep ../etc x"
    [ "$status" -eq 2 ]
    [[ $output == *"mend place"* ]]
    run as clara "view keep alert.alerts x" --filter "state=$(printf 'a\nb')"
    [[ $status -eq 2 && $output == *"mend filter"* ]]
    run as clara "view keep alert.alerts x" --filter "state=$(printf '%02001d' 0)"
    [[ $status -eq 2 && $output == *"mend filter"* ]]
    run "$program" view list --county county.db
    [ "$status" -ne 0 ]
    run as clara "view drop alert.alerts 急办"
    [[ $status -eq 0 && $output == "no view is kept" ]]
    run doudi county status --county county.db
    [[ $output != *view* ]]
    DOUDI_HOME=$tree doudi verify --county county.db >/dev/null
}
