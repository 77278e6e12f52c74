#!/usr/bin/env bats
# Stores that earlier programs wrote (tools/store_fixture): each opens, is brought up to today's schema, verifies, and goes on working.
load support
load office

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    local one
    for one in "$tree"/tests/data/stores/*.tar.gz; do
        mkdir "$(basename "$one" .tar.gz)"
        tar -xzf "$one" -C "$(basename "$one" .tar.gz)" --strip-components=1
    done
}

setup() { enter_office; }

as() {
    local login=$1
    shift
    DOUDI_PASSWORD_FILE=pw-$login "$program" "$@" --as "$login" --county county.db --lang en
}
show() { "$program" "$@" --county county.db --lang zh; }
well() { "$@" >said 2>&1 || { echo "$*"; cat said; return 1; }; }

@test "a store of an earlier program opens, verifies, and says of its month what was said then [M4]" {
    for office in "$BATS_TEST_TMPDIR"/[0-9]*; do
        cd "$office"
        echo "$office"
        well "$program" verify --county county.db --lang en
        # Paid by hand: 3279.50 + 2841.07 + 4410.33.
        { show ledger statement 01 --fund employee_pension --month 2026-11
          show ledger statement 02 --fund employee_pension --month 2026-11
          show ledger balance --fund employee_medical --month 2026-11; } >books
        grep -q 10530.90 books
        for figure in $(grep -oE -- '-?[0-9]+\.[0-9]{2}' expected/books | grep -vx 0.00 | sort -u); do
            grep -qFe "$figure" books || { echo "missing $figure"; cat books; return 1; }
        done
        decided=$(sed -n 's/^award.retirement,\([0-9]*\),.*/\1/p' expected/awards.csv)
        run show person explain "$decided"
        [[ $status -eq 0 && $output == *"basic "*"2452.30 "*"2452.30 "* ]]
        # Sealed fields open with the key of then.
        run as clara person show "$decided" --reveal
        [[ $output == *59012119760315222* ]]
    done
}

@test "an office of an earlier program is told which tables of this one it has not taken over, and how; once it has, no more" {
    local told=0 table law codes
    for office in "$BATS_TEST_TMPDIR"/[0-9]*; do
        cd "$office"
        echo "$office"
        well "$program" verify --county county.db # which brings it up
        table=$("$program" duty report --county county.db --json | jq -r .table_code)
        law=$("$program" packs status --county county.db --json | jq '.is_adopted or (.adoptions | length == 0)')
        "$program" health --county county.db --json --lang en >health || true
        codes=$(jq -c '[.warnings[].code | select(startswith("tables."))]' health)
        [ "$(jq 'index("tables.duties") != null' <<<"$codes")" = "$([ "$table" = other ] && echo true || echo false)" ]
        [ "$(jq 'index("tables.law") == null' <<<"$codes")" = "$law" ]
        [ "$(jq 'index("tables.no_law") != null' <<<"$codes")" = "$([ -e pw-pat ] && echo false || echo true)" ]
        "$program" county status --county county.db --json >status
        [ "$(jq '[.waits[].command] | index("doudi user table") != null' status)" = "$(jq 'index("tables.duties") != null' <<<"$codes")" ]
        [ "$(jq '[.waits[].command] | index("doudi packs adopt") != null' status)" = "$(jq 'index("tables.law") != null' <<<"$codes")" ]
        [ "$table" != other ] || jq -e '.warnings[] | select(.code == "tables.duties") | (.says | test("duties.csv|roles.csv")) and (.way | test("doudi user table"))' health
        [ "$codes" = "[]" ] || told=$((told + 1))
        adopt_today
        "$program" health --county county.db --json >health || true
        jq -e 'all(.warnings[]; .code != "tables.law")' health
    done
    [ "$told" -ge 1 ]
}

@test "what lay on a desk when the program was upgraded lies there still: a form begun, a view of a list, a case one step on its way [L1 M4]" {
    local told=0 whom
    for office in "$BATS_TEST_TMPDIR"/[0-9]*; do
        cd "$office"
        [ -e expected/desk ] || continue # these three are kept since schema 168
        echo "$office"
        whom=$(cat expected/desk)
        adopt_today
        # A draft is forgotten after thirty days: as if it had been begun this morning.
        sqlite3 county.db "UPDATE staff_draft SET kept_ms = $(date +%s)000"
        as clara draft show case.open --about 停保 --subject "$whom" --json >draft
        jq -e '.found and .fields == ["截止日=2026-12-31"]' draft || { cat draft; return 1; }
        as clara view list --json >views
        jq -e '.views | length == 1 and .[0].name == "在办" and .[0].place == "case.cases" and .[0].filters == ["state=open"]' views || { cat views; return 1; }
        run as clara case pass 1 复核
        [ "$status" -eq 5 ]
        well as rob case pass 1 复核
        well as lea case pass 1 审批
        "$program" case show 1 --county county.db --json | jq -e '.state_code == "done"'
        [ "$("$program" person show "$whom" --county county.db --json | jq -r .name)" = 王岛龄 ]
        well "$program" verify --county county.db --lang en
        told=$((told + 1))
    done
    [ "$told" -ge 1 ]
}

@test "an office of an earlier program goes on with its next month [M4]" {
    for office in "$BATS_TEST_TMPDIR"/[0-9]*; do
        cd "$office"
        echo "$office"
        mkdir -p inbox outbox
        adopt_today
        well as clara month open --month 2026-12
        well as clara month bill --month 2026-12 --undecided undecided.csv
        [ "$(wc -l <undecided.csv)" -eq 1 ] || { cat undecided.csv; return 1; }
        well as carl month receive --month 2026-12 --simulate 0
        well as clara payrun draft --month 2026-12 --kind pension --payer 6200001
        # The three of before, and the one decided in November: 2452.30, and 8 % of 5600 over 191.7 months, 2.34.
        [[ $(cat said) == *"lines: 4"* && $(cat said) == *12985.54* ]] || { cat said; return 1; }
        well as rob payrun check 2
        well as hana payrun sign-section 2
        well as lea payrun sign-leader 2
        well as amy payrun authorise 2 --day 2026-12-15
        well as carl payrun send 2 --out inbox/P2-1.csv --day 2026-12-15
        well "$program" bank run --books bank --inbox inbox --outbox outbox --day 2026-12-15 --seed 7 --lang en
        well as amy payrun book 2 --answer outbox/HP-P2-1.csv --day 2026-12-16
        well "$program" bank statement --books bank --inbox inbox --outbox outbox --from 2026-12-15 --day 2026-12-25
        well as rob payrun reconcile 2 --statement outbox/DZ-*.csv
        well as hana payrun close 2
        # The table of duties of the first of them knows no such step.
        [ "$(basename "$office")" = 0053 ] || well as amy ledger interest --year 2026
        well as amy month close --month 2026-12
        well "$program" verify --county county.db --lang en
    done
}

@test "a server brings the store of an earlier program up before it begins: the first call is answered [M4]" {
    local older token code
    older=$(ls "$tree"/tests/data/stores/*.tar.gz | head -n 1)
    mkdir served
    tar -xzf "$older" -C served --strip-components=1
    cd served
    "$program" serve --county county.db --listen 127.0.0.1:0 --port-file port --lang en >serve.log 2>&1 3>&- &
    server=$!
    for _ in $(seq 600); do [ -s port ] && break; sleep 0.05; done
    token=$(curl -s -X POST "http://127.0.0.1:$(cat port)/v1/session" -d "{\"user\":\"clara\",\"password\":\"$(cat pw-clara)\"}" | jq -r .token)
    code=$(curl -s -o said -w '%{http_code}' -H "Authorization: Bearer $token" "http://127.0.0.1:$(cat port)/v1/month/status")
    kill "$server"
    wait "$server"
    grep -q 'made by an older program' serve.log
    [ "$code" = 200 ] || { cat said serve.log; return 1; }
    [ "$(jq -r '.months[0].month // .month' said)" != null ] || { cat said; return 1; }
    # brought up once
    "$program" verify --county county.db >/dev/null
}
