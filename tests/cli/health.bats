# Health: the store, the disk, the last copy and verification, the key; what is not well is told with its way out; a server adds itself.
load office
bats_require_minimum_version 1.5.0

setup_file() { make_office olga=operator audrey=auditor clara=clerk rita=rights-manager lena=leader; }
setup() { enter_office; }
teardown() { [ -z "${server:-}" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }; }

health() { "$program" health --county county.db --json "$@"; }

@test "an office that was never copied is told so, and is well after a copy and a verification" {
    run --separate-stderr health
    [ "$status" -eq 1 ]
    jq -e '.state_code == "bad" and ([.warnings[].code] == ["copy.none","verify.none","users.unbound"]) and .copy.known == null' <<<"$output"
    jq -e '.bytes > 1000000 and .disk_free > 0 and .disk_all > .disk_free and .key_code == "present" and .store == "SQLite" and (has("server") | not)' <<<"$output"
    run --separate-stderr "$program" health --county county.db --lang zh
    [[ $output == *没有备份记录* ]]
    [[ $output == *doudi-backup.timer* ]]
    as olga backup copy.db >/dev/null
    # what somebody does without a login is not known of, nor is a copy that failed
    "$program" verify --county county.db >/dev/null
    run as olga backup /nowhere/copy.db
    [ "$status" -ne 0 ]
    health | jq -e '.state_code == "notice" and [.warnings[].code] == ["verify.none","users.unbound"] and .copy.user == "olga" and .copy.hours_ago == 0'
    as audrey verify >/dev/null
    # who signs could have a second login: until everybody with a duty is bound to the person they are, that is told, with their names
    health --lang en | jq -e '.state_code == "notice" and [.warnings[].code] == ["users.unbound"] and (.warnings[0].says | test("olga, audrey, clara, rita, lena")) and .verify.user == "audrey"'
    local login id=700
    for login in olga audrey clara lena rita; do
        id=$((id + 1))
        change=$(as rita "user bind" $login --number "$(as clara "person show" $id --reveal --why 绑定 | grep -o '[0-9]\{17\}[0-9X]' | head -n 1)" --json | jq .change)
        as lena "user approve" "$change" >/dev/null
        as audrey "user confirm" "$change" >/dev/null
    done
    health | jq -e '.state_code == "well" and .warnings == []'
    # a verification that found something is no good news: the manager of rights gave themselves a role in the database
    cp county.db altered.db && cp county.db.key altered.db.key
    sqlite3 altered.db "UPDATE staff_user SET roles = 'rights-manager clerk' WHERE login = 'rita'"
    run --separate-stderr env DOUDI_PASSWORD_FILE="$(own audrey)" "$program" verify --as audrey --county altered.db
    [ "$status" -eq 1 ]
    run --separate-stderr "$program" health --county altered.db --json
    jq -e '.state_code == "bad" and [.warnings[].code] == ["verify.faults"]' <<<"$output"
    # a clerk's password verifies nothing: the duty is asked for
    run as clara verify
    [ "$status" -eq 5 ]
}

@test "without its master key the office is told what to bring back" {
    mv county.db.key elsewhere
    run --separate-stderr health
    [ "$status" -eq 1 ]
    jq -e '.key_code == "missing" and any(.warnings[]; .code == "key.missing" and (.way | test("install.md")))' <<<"$output"
}

@test "over the API the server tells its sessions, load and times, to whose duty it is" {
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log 3>&- &
    server=$!
    while [ ! -s port ]; do
        kill -0 $server || { cat serve.out serve.log; return 1; }
        read -rt 0.05 <> <(:) || true
    done
    base=http://127.0.0.1:$(cat port)
    enter() { jq -n --arg user "$1" --arg password "$(cat "$(own "$1")")" '{user: $user, password: $password}' | curl -s -X POST "$base/v1/session" -d @- | jq -r .token; }
    olga=$(enter olga)
    for _ in 1 2 3; do curl -s "$base/v1/health" >/dev/null; done
    [ "$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $olga" "$base/v1/county/health")" = 200 ]
    jq -e '.has_failures and .server.sessions == 1 and .server.requests >= 4 and .server.last_minute >= 4 and .server.working == 1 and .server.failed == 0 and .server.busy == 0 and (.server.p99_within_ms | tonumber > 0) and .server.peak_memory_bytes > 0 and (.server.is_writing | not)' said
    # no place of the machine is told
    run ! grep -q "$PWD" said
    [ "$(curl -s -o said -w '%{http_code}' "$base/v1/county/health")" = 401 ]
}
