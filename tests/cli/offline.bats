#!/usr/bin/env bats
# The whole office with no network at all: a machine that reaches nothing is founded, runs a month, watches, shows its figures.
load support
load office

setup_file() { make_office rita=rights-manager lea=leader audrey=auditor clara=clerk; }
setup() { enter_office; }

@test "[M3] with no network at all an office is made, bills a month, watches it and answers its figures to a desk on the machine" {
    # A network of its own with nothing in it but the machine itself.
    { command -v ip >/dev/null && unshare -rn true 2>/dev/null; } || skip "needs ip, and a kernel that lets anybody make a network of their own"
    cat >inside.sh <<'EOF'
set -eu
ip link set lo up
[ "$(grep -c : /proc/net/dev)" -eq 1 ] # lo alone
mine() { login=$1; shift; DOUDI_PASSWORD_FILE=$PWD/pw-$login "$program" "$@" --as "$login" --county county.db; }
mine clara month open --month 2026-11 >/dev/null
mine clara month bill --month 2026-11 --json >bill.json
mine audrey watch run --month 2026-11 --json >watch.json
mine audrey indicator run --month 2026-11 >/dev/null
"$program" indicator bulletin --county county.db --out bulletin.pdf >/dev/null
"$program" serve --county county.db --listen 127.0.0.1:0 --port-file port >serve.out 2>serve.log &
server=$!
trap 'kill $server' EXIT
tries=0
while [ ! -s port ]; do kill -0 $server; tries=$((tries + 1)); [ $tries -lt 600 ]; sleep 0.1; done
base=http://127.0.0.1:$(cat port)
curl -sf "$base/v1/openapi.json" >openapi.json
token=$(curl -sf -X POST "$base/v1/session" -d "{\"user\":\"audrey\",\"password\":\"$(cat pw-audrey)\"}" | jq -r .token)
curl -sf -H "Authorization: Bearer $token" "$base/v1/indicator/list" >figures.json
curl -s -D head.txt -o page.html "$base/"
EOF
    export program
    run unshare -rn sh inside.sh
    [ "$status" -eq 0 ] || { echo "$output"; cat serve.log; false; }
    # Bills were made, what was planted was found, indicators have values.
    jq -e '[.issues[] | select(.purpose == "employee" or .payers > 0)] | length > 0' bill.json >/dev/null
    [ "$(jq .raised watch.json)" -gt 10 ]
    jq -e '[.indicators[]? | select(.value != null)] | length > 0' figures.json >/dev/null || { head -c 600 figures.json; false; }
    head -c 4 bulletin.pdf | grep -q '%PDF'
    # What the desk is handed asks for nothing elsewhere: its policy allows the office alone.
    grep -qi "content-security-policy: .*default-src 'self'" head.txt || { cat head.txt; false; }
    ! grep -i 'content-security-policy' head.txt | grep -q 'http'
}
