# Shared by the tests of an office: a sample county and its users, made once a file.

# own LOGIN: the file with the password that LOGIN has set.
own() { (umask 077; printf '%s has 24680!\n' "$(rev <<<"$1")" >"pw-$1"); echo "pw-$1"; }

# make_office LOGIN=ROLE ...: in the folder of the file, from OFFICE_MONTH on; each user has a password of their own. What
# OFFICE_BEFORE names is done before there are users, when all lists may still be imported.
make_office() {
    cd "$BATS_FILE_TMPDIR"
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
    "$program" county new --people "${OFFICE_PEOPLE:-3000}" --seed "${OFFICE_SEED:-1}" --practice --month "${OFFICE_MONTH:-2026-11}" --county county.db >/dev/null
    [ -z "${OFFICE_BEFORE:-}" ] || "$OFFICE_BEFORE"
    "$program" user found --county county.db --json "$@" 2>/dev/null | tr -d '\n' | sed 's/ //g' >found.json
    local one login once
    for one; do
        login=${one%%=*}
        once=$(sed -n "s/.*\"user\":\"$login\"[^}]*\"once\":\"\([^\"]*\)\".*/\1/p" found.json)
        { echo "$once"; cat "$(own "$login")"; } | "$program" user passwd "$login" --county county.db >/dev/null
    done
}

# enter_office: a copy of it for one test.
enter_office() {
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
    cd "$BATS_TEST_TMPDIR"
    cp -r "$BATS_FILE_TMPDIR"/. .
}

# as LOGIN "COMMAND WORDS" [OPTION ...]: what a user does, with their own password.
as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words --as "$login" --county county.db "$@"
}

# adopt DIR [WORDS ...]: the packs of the folder become the office's law, by pat, lea and audrey (parameter-keeper,
# leader, auditor).
adopt() {
    local digest
    digest=$(DOUDI_PASSWORD_FILE=$(own pat) "$program" packs adopt --packs "$@" --as pat --county county.db --json | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p')
    DOUDI_PASSWORD_FILE=$(own lea) "$program" packs approve "$digest" --as lea --county county.db >/dev/null
    DOUDI_PASSWORD_FILE=$(own audrey) "$program" packs confirm "$digest" --as audrey --county county.db >/dev/null
}

# adopt_today: an office that a program of before wrote takes today's packs as its law, where they are others and it has
# somebody to propose them. The first fixture has nobody, and adopted nothing.
adopt_today() {
    [ -e pw-pat ] || return 0
    "$program" packs status --packs "$DOUDI_HOME/packs" --county county.db --lang en | grep -q 'is the law in force: yes' || adopt "$DOUDI_HOME/packs"
}

# totp SECRET [STEPS]: the code of now, or of so many steps of thirty seconds later, by openssl alone.
totp() {
    local hex step digest at
    hex=$(base32 -d <<<"$1" | od -An -tx1 | tr -d ' \n')
    step=$(printf '%016x' $(($(date +%s) / 30 + ${2:-0})))
    # shellcheck disable=SC2059
    digest=$(printf "$(sed 's/../\\x&/g' <<<"$step")" | openssl dgst -sha1 -mac HMAC -macopt "hexkey:$hex" | sed 's/.* //')
    at=$((0x${digest:39:1} * 2))
    printf '%06d\n' $(((0x${digest:$at:8} & 0x7fffffff) % 1000000))
}
