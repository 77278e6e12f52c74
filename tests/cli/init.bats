#!/usr/bin/env bats
# doudi init: an office as it is set up for real, and its nightly copies.
load support

make_one() { doudi init "$PWD/office" rita=rights-manager lea=leader audrey=auditor "$@"; }
# unit NAME: becomes what systemd would run, with the office's settings.
unit() {
    set -a
    . office/doudi.env
    eval "$(sed -n 's/^Environment=//p' "office/systemd/$1")"
    eval "exec $(sed -n 's/^ExecStart=//p' "office/systemd/$1")"
}

@test "an office is made whole in its folder: store, key, users, settings, and units that run" {
    export DOUDI_HOME=$tree
    run make_one --name 某县社保中心 --region 云南省 --listen 127.0.0.1:0 --lang en
    [ "$status" -eq 0 ]
    [[ "$output" == *"rita"*"rights-manager"* && "$output" == *"master key"* ]]
    [ "$(stat -c %a office)" = 700 ]
    for secret in keys/master.key doudi.env backup.password; do [ "$(stat -c %a "office/$secret")" = 600 ]; done
    [ "$(grep -c '@' office/systemd/doudi.service office/systemd/doudi-backup.service | grep -vc ':0')" -eq 0 ]
    [ ! -e office.unfinished ]
    run doudi county status --county office/county.db --lang en
    [[ "$output" == *某县社保中心* && "$output" == *云南省* ]]

    unit doudi.service >server.log 2>&1 3>&- &
    server=$!
    for _ in $(seq 600); do grep -q 'serves at' server.log && break; kill -0 $server; sleep 0.1; done
    run curl -s "$(sed -n 's/.*serves at \(http[^ ]*\/\).*/\1/p' server.log)v1/health"
    kill $server; wait $server || true
    [[ "$output" == *'"'* ]]
}

@test "the nightly copy is made without anybody, and the oldest copies go" {
    export DOUDI_HOME=$tree
    make_one >/dev/null
    for day in 2020-01-01 2020-01-02 2020-01-03; do echo old >"office/backups/doudi-${day}T013000Z.db"; done
    echo mine >office/backups/doudi-notes.db
    sed -i 's/--keep 30/--keep 2/' office/systemd/doudi-backup.service
    run unit doudi-backup.service
    [ "$status" -eq 0 ]
    [ "$(ls office/backups | wc -l)" -eq 3 ]                  # the new one, the newest of the old, and what is no copy
    [ -e office/backups/doudi-2020-01-03T013000Z.db ]
    [ -e office/backups/doudi-notes.db ]
    copy=$(ls office/backups/doudi-2*.db | tail -n 1)
    doudi restore "$copy" --county r.db
    DOUDI_KEY_FILE=office/keys/master.key doudi verify --county r.db
    run doudi backup x.db --folder office/backups --county office/county.db --lang en
    [ "$status" -eq 2 ]
}

@test "nothing is made over what stands there, nor half" {
    export DOUDI_HOME=$tree
    make_one >/dev/null
    run make_one
    [ "$status" -eq 4 ]
    run doudi init office2 rita=rights-manager lea=leader audrey=auditor --lang en
    [ "$status" -eq 2 ]
    [[ "$output" == *"from the root"* ]]                      # county.not_absolute
    run doudi init "$PWD/office2" rita=rights-manager lea=magician
    [ "$status" -ne 0 ]
    [ ! -e office2 ] && [ ! -e office2.unfinished ]
    run env DOUDI_HOME= "$program" init "$PWD/office2" rita=rights-manager lea=leader audrey=auditor --packs "$tree/packs" --lang en
    [ "$status" -eq 2 ]
    [[ "$output" == *DOUDI_HOME* ]]                           # county.no_home
}
