# Reads docs/ARCHITECTURE.md, then every source file; prints `rule <TAB> place <TAB> sentence` for
# each thing that goes against the house, and for tools/check_house to look up:
#   =path <TAB> place <TAB> path            a path that a document names
#   =kind <TAB> place <TAB> name <TAB> code an err_kind
#   =prefix <TAB> file <TAB> prefix         what else a header says its names begin with
# The shell passes file names relative to the tree.

BEGIN {
    FS = "\n"
    rows = split("sqlite3.h store|libpq-fe.h store|openssl/ crypto|z3.h prove|pango/ paper|cairo paper|qrencode.h paper|md4c-html.h paper|microhttpd.h http,counterparty|curl/ os|zip.h codec", row, "|")
    for (i = 1; i <= rows; i++) { split(row[i], part, " "); owner[part[1]] = part[2] }
    split("linkage fund", part, " "); for (i in part) may_float[part[i]] = 1
    rows = split("time.h unistd.h fcntl.h pthread.h threads.h locale.h signal.h dirent.h sys/socket.h sys/stat.h sys/mman.h sys/random.h", part, " ")
    for (i = 1; i <= rows; i++) outside[part[i]] = 1
    for (i = 1; i < ARGC; i++)
        if (split(ARGV[i], part, "/") == 3 && part[1] == "src" && sub(/\.c$/, "", part[3])) file_of[part[2], part[3]] = 1
}

function complain(rule, place, sentence) { printf "%s\t%s\t%s\n", rule, place, sentence }
function here() { return FILENAME ":" FNR }
function starts(s, prefix) { return substr(s, 1, length(prefix)) == prefix }

# The line without comments and without what stands inside quotes.
function bare(line,    out, token) {
    out = ""
    for (;;) {
        if (in_comment) {
            if (!(i_ = index(line, "*/"))) return out
            line = substr(line, i_ + 2); in_comment = 0
        }
        if (!match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*|\/\//)) return out line
        token = substr(line, RSTART, 2)
        out = out substr(line, 1, RSTART - 1)
        if (token == "//") return out
        line = substr(line, RSTART + RLENGTH)
        if (token == "/*") in_comment = 1
        else out = out "\"\""
    }
}

# ---- the table of floors -------------------------------------------------------------------------
function read_row(    cell, n, used, i) {
    split($0, cell, "|")
    gsub(/[ `]/, "", cell[2]); gsub(/[ `]/, "", cell[3])
    floor_of[cell[3]] = cell[2] + 0; rooms[++room_count] = cell[3]
    row_of[cell[3]] = here(); uses_text[cell[3]] = cell[5]
    n = split(cell[5], used, ",")
    for (i = 1; i <= n; i++) { gsub(/^ +| +$/, "", used[i]); uses[cell[3], used[i]] = 1; used_list[cell[3]] = used_list[cell[3]] used[i] " " }
}

function may_use(from, to) {
    if (from == to) return 1
    if ((from, "any room") in uses) return to != from
    if ((from, "all below") in uses) return floor_of[to] < floor_of[from]
    return (from, to) in uses
}

function meets_machine(room,    n, used, i) {
    if (room == "os" || room == "store") return 1
    if ((room, "all below") in uses || (room, "any room") in uses) return 1
    n = split(used_list[room], used, " ")
    for (i = 1; i <= n; i++) if (used[i] in floor_of && floor_of[used[i]] < floor_of[room] && meets_machine(used[i])) return 1
    return 0
}

function table_is_read(    i, r, n, used, j) {
    is_table_read = 1
    for (i = 1; i <= room_count; i++) {
        r = rooms[i]
        pure[r] = !meets_machine(r)
        if (uses_text[r] ~ /any room|all below|libc/) continue
        n = split(used_list[r], used, " ")
        for (j = 1; j <= n; j++)
            if (!(used[j] in floor_of)) complain("floors", row_of[r], r " may use '" used[j] "', which is no room")
            else if (floor_of[used[j]] >= floor_of[r]) complain("floors", row_of[r], r " may use " used[j] ", which stands no floor below it")
    }
}

# ---- documents -----------------------------------------------------------------------------------
function read_document(    n, part, i, path, rest, folder) {
    if ($0 ~ /^ *(```|~~~)/) { in_fence = !in_fence; return }
    if (in_fence) return
    n = split($0, part, "`")
    for (i = 2; i <= n; i += 2) {
        path = part[i]; sub(/^\.\//, "", path); sub(/:[0-9]+$/, "", path)
        if (path ~ /^(src|docs|tools|tests|packs|db|fuzz|bench|web|po|\.ci)\/[^ ]*$/ && path !~ /[*<>{}$|…]|NNNN/)
            printf "=path\t%s\t%s\n", here(), path
    }
    folder = FILENAME; if (!sub(/[^\/]*$/, "", folder)) folder = ""
    rest = $0
    while (match(rest, /\]\([^)]*\)/)) {
        path = substr(rest, RSTART + 2, RLENGTH - 3); rest = substr(rest, RSTART + RLENGTH)
        sub(/#.*/, "", path)
        if (path != "" && path !~ /^[a-z]+:/) printf "=path\t%s\t%s%s\n", here(), folder, path
    }
}

# ---- sources -------------------------------------------------------------------------------------
function low_word(name) { sub(/_.*/, "", name); return name }
function check_prefix(name,    low) {
    low = tolower(name)
    if (low == room || low == stem || starts(low, room "_") || starts(low, stem "_")) return
    if (prefix != "" && starts(low, prefix)) return
    if ((room, low_word(low)) in file_of) return
    complain("symbol", here(), "'" name "' begins with neither " room "_ nor " stem "_")
}

function read_include(code,    path, target, header) {
    if (!match(code, /^[ \t]*#[ \t]*include[ \t]*["<][^">]*[">]/)) return 0
    path = substr(code, RSTART, RLENGTH); sub(/^[^"<]*/, "", path)
    if (starts(path, "<")) {
        gsub(/[<>]/, "", path)
        for (header in owner)
            if (starts(path, header) && !index("," owner[header] ",", "," room ","))
                complain("driver", here(), "<" path "> may be included in " owner[header] "/ only")
        if (room != "base" && pure[room] && path in outside)
            complain("pure", here(), room "/ is pure: <" path "> belongs in os/")
        return 1
    }
    gsub(/"/, "", path)
    if (!index(path, "/")) return 1
    target = path; sub(/\/.*/, "", target)
    header = path; sub(/^[^\/]*\//, "", header)
    if (target == room) return 1
    if (!(target in floor_of)) { complain("include", here(), "\"" path "\" is in no room of the table"); return 1 }
    if (!edge[room, target]++) edges[room] = edges[room] target " "
    if (!may_use(room, target)) complain("include", here(), room "/ may not use " target "/")
    else if (target != "base" && header != target ".h") complain("include", here(), "of " target "/ only " target "/" target ".h may be included")
    return 1
}

function read_declaration(code,    name, n, part, i) {
    if (code ~ /^extern /) {
        sub(/^extern +(const +)?(struct +)?[A-Za-z_0-9]+ +/, "", code); sub(/;.*/, "", code)
        n = split(code, part, ",")
        for (i = 1; i <= n; i++) { gsub(/[ *]|\[.*/, "", part[i]); if (part[i] != "") check_prefix(part[i]) }
        return
    }
    if (code !~ /^[A-Za-z_]/ || code ~ /^(typedef|struct [a-z_]+ *\{|enum|union|_Static_assert)/) return
    gsub(/__attribute__ *\(\(.*\)\)/, "", code)
    if (!match(code, /[A-Za-z_][A-Za-z_0-9]* *\(/)) return
    name = substr(code, RSTART, RLENGTH - 1); sub(/ +$/, "", name)
    if (code ~ /^[A-Z_]+ *\(/) return
    check_prefix(name)
}

function read_kind(    code, name) {
    if (match($0, /const err_kind [A-Z][A-Z0-9_]* *=/)) {
        kind_name = substr($0, RSTART + 15, RLENGTH - 16); gsub(/ /, "", kind_name); kind_line = FNR
    }
    if (match($0, /"[a-z0-9_]+\.[a-z0-9_.]+", *ERR_[A-Z]/) || (kind_line && FNR - kind_line <= 2 && match($0, /"[a-z0-9_]+\.[a-z0-9_.]+"/))) {
        code = substr($0, RSTART + 1); sub(/".*/, "", code)
        name = (kind_line && FNR - kind_line <= 2) ? kind_name : ""
        printf "=kind\t%s\t%s\t%s\n", here(), name == "" ? code : name, code
        kind_line = 0
    }
}

function read_source(    code) {
    if (FILENAME ~ /\.h$/ && FNR == 1 && $0 !~ /^\/\* .* - ./)
        complain("header", here(), "a header opens with a comment that says what it is for: /* room/ - ... */")
    if ((room == "base" || stem != room) && match($0, /^ \* Prefix +[a-z0-9_]+$/)) {
        prefix = $0; sub(/.* /, "", prefix)
        printf "=prefix\t%s\t%s\n", stem, prefix
    }
    if (FILENAME ~ /\.c$/) read_kind()
    code = bare($0)
    if (read_include($0)) return
    if (FILENAME ~ /\.h$/) read_declaration(code)
    if (!(room in may_float) && code ~ /(^|[^A-Za-z0-9_])(double|float)([^A-Za-z0-9_]|$)/)
        complain("float", here(), "floating point lives in linkage/ and fund/ only")
    if (room != "base" && code ~ /(^|[^A-Za-z0-9_])(malloc|calloc|realloc|strdup|strndup)[ ]*\(/)
        complain("malloc", here(), "only base/ allocates: take an arena")
    if (room != "base" && pure[room] && code ~ /(^|[^A-Za-z0-9_])(fopen|getenv|setlocale|rand|random|srand|clock_gettime|gettimeofday)[ ]*\(/)
        complain("pure", here(), room "/ is pure: this belongs in os/")
}

function leave_file() {
    if (last_file != "" && is_limited && last_lines > 500)
        complain("size", last_file, last_lines " lines; 500 is the limit: could it be two nouns?")
}

FNR == 1 {
    leave_file()
    last_file = FILENAME; in_comment = 0; in_fence = 0; kind_line = 0; prefix = ""
    is_source = FILENAME ~ /^src\/[^\/]+\/[^\/]+\.[ch]$/
    is_document = FILENAME ~ /\.md$/ && FILENAME !~ /^packs\//
    is_limited = is_source || FILENAME ~ /^(tests\/[^\/]*\.c|web\/src\/)/
    if (!is_table_read && FILENAME != "docs/ARCHITECTURE.md") table_is_read()
    room = ""
    if (is_source) {
        room = FILENAME; sub(/^src\//, "", room); sub(/\/.*/, "", room)
        stem = FILENAME; sub(/^.*\//, "", stem); sub(/(_internal)?\.[ch]$/, "", stem); stem = tolower(stem)
        if (!(room in floor_of) && !unknown[room]++) complain("floors", FILENAME, "room " room " has no row in docs/ARCHITECTURE.md")
    }
}
{ last_lines = FNR }
FILENAME == "docs/ARCHITECTURE.md" && /^\| [0-9]+ \|/ { read_row() }
/(^|[^A-Za-z_])(TOD[O]|FIXM[E]|XX[X])([^A-Za-z_(]|$|\([^#])/ && !is_document { complain("todo", here(), "name the issue: (#12)") }
is_document { read_document() }
is_source { read_source() }

# ---- circles among rooms -------------------------------------------------------------------------
function walk(room_, path,    n, next_, i) {
    if (state[room_] == 2) return
    if (state[room_] == 1) { complain("cycle", "src", "rooms go round: " path " " room_); return }
    state[room_] = 1
    n = split(edges[room_], next_, " ")
    for (i = 1; i <= n; i++) walk(next_[i], path " " room_)
    state[room_] = 2
}
END {
    leave_file()
    for (i = 1; i <= room_count; i++) walk(rooms[i], "")
}
