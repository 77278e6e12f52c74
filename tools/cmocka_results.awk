# Reads the output of one cmocka program; prints pass|fail|skip <TAB> program <TAB> test.
# Variables: program, code (how the program ended).
function say(verdict, name) { printf "%s\t%s\t%s\n", verdict, program, name; seen++ }
/^\[ RUN      \]/     { running = $4 }
/^\[       OK \]/     { say("pass", $4); running = "" }
/^\[  SKIPPED \]/ && running != "" { say("skip", running); running = "" }
/^\[  (FAILED|ERROR) +\]/ && running != "" { say("fail", running); failed++; running = "" }
END {
    if (running != "") say("fail", running ": the program ended in it, code " code)
    else if (code != 0 && !failed) say("fail", "the program ended with code " code)
    else if (!seen) say("fail", "the program ran no test")
}
