#!/usr/bin/env bats
# What is said to a person: each sentence in both languages, and each language by itself. Looks at the sources, so that no text has to
# be provoked to be read.

setup() { tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd); cd "$tree"; }

# strings: of each `const err_kind` (kind) and each call of service_say or service_note with two literals (say), a line:
# place, tab, English, tab, Chinese.
strings() {
    LC_ALL=C awk -v files="$*" '
        # The literals of an argument list, joined where they stand beside each other; other arguments are empty.
        function take(s,    i, c, depth, in_string, field) {
            delete part; field = 1; depth = 0; in_string = 0; part[1] = ""
            for (i = 1; i <= length(s); i++) {
                c = substr(s, i, 1)
                if (in_string) {
                    if (c == "\\") { part[field] = part[field] substr(s, i, 2); i++ }
                    else if (c == "\"") in_string = 0
                    else part[field] = part[field] c
                } else if (c == "\"") in_string = 1
                else if (c == "(" || c == "{" || c == "[") depth++
                else if ((c == ")" || c == "}" || c == "]") && depth-- == 0) break
                else if (c == "," && depth == 0) part[++field] = ""
            }
            return field
        }
        function flush_file(    at, rest, n, line) {
            rest = whole
            while (match(rest, /const err_kind [A-Z_0-9]+ = [{]/)) {
                rest = substr(rest, RSTART + RLENGTH)
                n = take(rest)
                if (n >= 4) print "kind", name ": " part[1], part[3], part[4]
            }
            rest = whole
            while (match(rest, /service_(say|note)\(/)) {
                rest = substr(rest, RSTART + RLENGTH)
                n = take(rest)
                if (n >= 3 && part[2] != "" && part[3] != "") print "say", name, part[2], part[3]
            }
        }
        BEGIN { OFS = "\t" }
        FNR == 1 { if (NR > 1) flush_file(); whole = ""; name = FILENAME }
        { sub(/^[ \t]+/, ""); whole = whole $0 " " }
        END { flush_file() }' "$@"
}

@test "every error is one sentence in each language, and neither holds the other's words" {
    strings src/*/*.c | grep -a '^kind' >"$BATS_TEST_TMPDIR/kinds"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/kinds")" -gt 200 ]
    LC_ALL=C awk -F'\t' '
        # Han letters begin with these bytes in UTF-8.
        function has_han(t) { return t ~ /[\xe4-\xe9][\x80-\xbf][\x80-\xbf]/ }
        # Their detail is a sentence of its own; an example in words of packs.
        $2 ~ /(decide.bad_table|service.packs_broken|run.long_row|run.stray_history|service.diff_needs_vars)$/ { next }
        $3 == "" || $4 == "" { print "no text: " $0; bad = 1; next }
        has_han($3) { print "Chinese in English: " $0; bad = 1 }
        !has_han($4) { print "no Chinese: " $0; bad = 1 }
        # Four words of English behind each other are a sentence; commands and names are not.
        $4 ~ /[A-Za-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+/ { print "English in Chinese: " $0; bad = 1 }
        $3 !~ /[.?!]$/ { print "no full stop: " $0; bad = 1 }
        $4 !~ /(\xe3\x80\x82|\xef\xbc\x9f|\xef\xbc\x81|[.])$/ { print "没有句号: " $0; bad = 1 }
        END { exit bad }' "$BATS_TEST_TMPDIR/kinds"
}

@test "what replies say is said in both languages, and neither holds the other's words" {
    strings src/service/*.c src/cli/*.c | grep -a '^say' >"$BATS_TEST_TMPDIR/says"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/says")" -gt 200 ]
    # Names of forms and of accounting that the law has only in Chinese stand in English texts too.
    LC_ALL=C awk -F'\t' '
        function has_han(t) { return t ~ /[\xe4-\xe9][\x80-\xbf][\x80-\xbf]/ }
        has_han($3) { print "Chinese in English: " $0; bad = 1 }
        $4 ~ /[A-Za-z]/ && !has_han($4) && $4 ~ /[a-z] [a-z]/ { print "no Chinese: " $0; bad = 1 }
        $4 ~ /[A-Za-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+/ { print "English in Chinese: " $0; bad = 1 }
        END { exit bad }' "$BATS_TEST_TMPDIR/says"
}
