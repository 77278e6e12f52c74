#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "os/os.h"
#include "support/postgres_server.h"

#define POLL_US 200000

static const char *format(arena *a, const char *pattern, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, pattern);
    vsnprintf(line, sizeof line, pattern, arguments);
    va_end(arguments);
    return text_cstr(a, text_of(line));
}

/* ---- processes of another user ---- */

/* Nothing of the run may be held by what outlives it: no pipe, no lock. */
static void let_go(const char *log)
{
    int nothing = open("/dev/null", O_RDWR),
        said = log ? open(log, O_RDWR | O_CREAT | O_APPEND, 0644) : nothing;
    dup2(nothing, 0);
    dup2(said, 1);
    dup2(said, 2);
    close_range(3, ~0U, 0);
}

/* PostgreSQL refuses to run as root. */
static bool become_nobody(void)
{
    const struct passwd *nobody = geteuid() == 0 ? getpwnam("nobody") : NULL;
    if (geteuid() != 0) return true;
    return nobody && setgroups(0, NULL) == 0 && setgid(nobody->pw_gid) == 0 &&
           setuid(nobody->pw_uid) == 0;
}

static bool run_as_nobody(const postgres_server *server, const char *const *words)
{
    const char *log = format(server->memory, "%s/log", server->folder);
    pid_t child = fork();
    if (child == 0) {
        if (chdir(server->folder) != 0 || !become_nobody()) _exit(126);
        let_go(log);
        unsetenv("LD_PRELOAD");
        execv(words[0], (char *const *)words);
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (status == 0) return true;
    text said = TEXT_NONE;
    err e = os_read_file(server->memory, log, 1 << 20, &said);
    fprintf(stderr, "%s failed (%d): %.*s\n", words[0], status, e.kind ? 0 : TEXT_ARG(said));
    return false;
}

/* ---- the server's life ---- */

static long postmaster_of(const postgres_server *server)
{
    char line[32] = "";
    FILE *file = fopen(format(server->memory, "%s/data/postmaster.pid", server->folder), "r");
    if (!file) return 0;
    long pid = fgets(line, sizeof line, file) ? strtol(line, NULL, 10) : 0;
    fclose(file);
    return pid;
}

/* Waits until the run is over, then ends the server and removes its folder. */
static void guard(const postgres_server *server, pid_t run)
{
    pid_t child = fork();
    if (child != 0) {
        waitpid(child, NULL, 0);
        return;
    }
    setsid();
    if (fork() != 0) _exit(0); /* the guard is no child of ours, and no zombie */
    let_go(NULL);
    while (kill(run, 0) == 0 || errno == EPERM)
        usleep(POLL_US);
    long postmaster = postmaster_of(server);
    if (postmaster > 0) kill((pid_t)postmaster, SIGQUIT);
    for (int i = 0; i < 50 && postmaster > 0 && kill((pid_t)postmaster, 0) == 0; i++)
        usleep(POLL_US / 10);
    err e = os_remove_tree(server->memory, server->folder);
    _exit(e.kind != NULL);
}

bool postgres_server_start(const postgres_server *server)
{
    arena *a = server->memory;
    const char *more = getenv("DOUDI_POSTGRES_OPTIONS"); /* what stands later counts */
    const char *const words[] = {
        format(a, "%s/pg_ctl", server->bin),
        "-D",
        format(a, "%s/data", server->folder),
        "-w",
        "-t",
        "60",
        "-l",
        format(a, "%s/log", server->folder),
        "-o",
        format(a,
               "-k %s -c listen_addresses='' -c shared_buffers=64MB -c max_connections=80"
               " -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=256MB"
               " -c autovacuum=off -c log_min_messages=panic %s",
               server->folder, more ? more : ""),
        "start",
        NULL
    };
    return run_as_nobody(server, words);
}

bool postgres_server_kill(const postgres_server *server)
{
    long postmaster = postmaster_of(server);
    if (postmaster <= 0 || kill((pid_t)postmaster, SIGKILL) != 0) return false;
    while (kill((pid_t)postmaster, 0) == 0)
        usleep(POLL_US / 20);
    usleep(POLL_US); /* its children see it a moment later */
    return true;
}

/* Of /proc/PID/stat, behind the name in brackets: the parent, and its time with (or without) that of children that
 * have ended. */
static double seconds_of(long pid, bool with_ended, long *parent)
{
    enum { STATE = 0, PARENT = 1, OWN = 11, ENDED = 13, FIELDS = 15 };
    char path[64], line[1024];
    long field[FIELDS] = { 0 };
    *parent = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(line, 1, sizeof line - 1, file) : 0;
    if (file) fclose(file);
    line[size] = 0;
    char *at = strrchr(line, ')');
    if (!at || strlen(at) < 4) return 0;
    at += 3; /* past the state */
    for (int i = PARENT; i < FIELDS; i++) field[i] = strtol(at, &at, 10);
    *parent = field[PARENT];
    long ticks = field[OWN] + field[OWN + 1] + (with_ended ? field[ENDED] + field[ENDED + 1] : 0);
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

double postgres_server_seconds(const postgres_server *server)
{
    long postmaster = postmaster_of(server), parent;
    double sum = postmaster > 0 ? seconds_of(postmaster, true, &parent) : 0;
    DIR *all = postmaster > 0 ? opendir("/proc") : NULL;
    for (struct dirent *one; all && (one = readdir(all));) {
        long pid = strtol(one->d_name, NULL, 10);
        double its = pid > 0 && pid != postmaster ? seconds_of(pid, false, &parent) : 0;
        if (its > 0 && parent == postmaster) sum += its;
    }
    if (all) closedir(all);
    return sum;
}

static const char *bin_folder(arena *a)
{
    glob_t found;
    const char *folder = NULL;
    if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0) {
        folder = text_cstr(a, text_of(found.gl_pathv[found.gl_pathc - 1]));
        *strrchr((char *)folder, '/') = 0;
        globfree(&found);
    }
    return folder;
}

/* In memory where there is such a place: the tests wait for hundreds of commits. */
static const char *new_folder(arena *a)
{
    const char *const above[] = { getenv("DOUDI_POSTGRES_FOLDER"), "/dev/shm", "/tmp" };
    for (int i = 0; i < 3; i++) {
        if (!above[i]) continue;
        char *folder = (char *)format(a, "%s/doudi-pg-XXXXXX", above[i]);
        if (!mkdtemp(folder)) continue;
        const struct passwd *nobody = geteuid() == 0 ? getpwnam("nobody") : NULL;
        if (nobody && chown(folder, nobody->pw_uid, nobody->pw_gid) != 0) return NULL;
        return folder;
    }
    return NULL;
}

static postgres_server *new_server(arena *a, pid_t run)
{
    postgres_server *server = ARENA_NEW(a, postgres_server);
    server->memory = a;
    server->bin = bin_folder(a);
    if (!server->bin) {
        fprintf(stderr, "there is no /usr/lib/postgresql/*/bin/initdb: install postgresql\n");
        return NULL;
    }
    server->folder = new_folder(a);
    if (!server->folder) return NULL;
    guard(server, run);
    const char *const words[] = { format(a, "%s/initdb", server->bin),
                                  "-D",
                                  format(a, "%s/data", server->folder),
                                  "-U",
                                  "doudi",
                                  "-A",
                                  "trust",
                                  "-E",
                                  "UTF8",
                                  "--locale=C",
                                  "--locale-provider=icu",
                                  "--icu-locale=en",
                                  "--no-sync",
                                  "--no-instructions",
                                  NULL };
    return run_as_nobody(server, words) && postgres_server_start(server) ? server : NULL;
}

const postgres_server *postgres_server_own(arena *a)
{
    return new_server(a, getpid());
}

/* ---- one server for a run ---- */

static const char *read_line(arena *a, const char *path)
{
    char line[1024] = "";
    FILE *file = fopen(path, "r");
    if (!file) return NULL;
    if (!fgets(line, sizeof line, file)) line[0] = 0;
    fclose(file);
    return line[0] ? text_cstr(a, text_of(line)) : NULL;
}

static postgres_server *share(arena *a, const char *folder, pid_t run)
{
    const char *told = format(a, "%s/postgres-folder", folder);
    int lock = open(format(a, "%s/postgres-lock", folder), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return NULL;
    flock(lock, LOCK_EX);
    postgres_server *server = ARENA_NEW(a, postgres_server);
    server->memory = a;
    server->bin = bin_folder(a);
    server->folder = read_line(a, told);
    if (!server->folder) {
        server = new_server(a, run);
        FILE *file = server ? fopen(told, "w") : NULL;
        if (file) fputs(server->folder, file);
        if (file) fclose(file);
    }
    close(lock);
    return server;
}

const postgres_server *postgres_server_shared(void)
{
    static postgres_server *server; /* of this process; its memory is never given back */
    static arena *memory;
    if (server) return server;
    if (!memory) memory = arena_open();
    const char *run = getenv("DOUDI_RUN_PID"), *folder = getenv("DOUDI_RUN_FOLDER");
    if (run && folder) server = share(memory, folder, (pid_t)strtol(run, NULL, 10));
    else server = new_server(memory, getpid());
    return server;
}

/* ---- schemas ---- */

bool postgres_server_run(const postgres_server *server, const char *sql)
{
    char where[512];
    snprintf(where, sizeof where, "postgresql://doudi@/postgres?host=%s", server->folder);
    PGconn *c = PQconnectdb(where);
    PGresult *result = PQexec(c, sql);
    bool is_well =
        PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;
    if (!is_well) fprintf(stderr, "%s: %s", sql, PQerrorMessage(c));
    PQclear(result);
    PQfinish(c);
    return is_well;
}

const char *postgres_server_schema(const postgres_server *server, arena *a)
{
    static unsigned count;
    static int64_t began_ns; /* numbers of processes come back while a run of all tests still goes on */
    char name[64], sql[96];
    if (!began_ns) began_ns = os_monotonic_ns();
    snprintf(name, sizeof name, "t%ld_%lld_%u", (long)getpid(), (long long)began_ns, ++count);
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", name);
    if (!postgres_server_run(server, sql)) return NULL;
    return format(a, "postgresql://doudi@/postgres?host=%s&options=-csearch_path%%3D%s", server->folder, name);
}
