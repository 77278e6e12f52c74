#include "base/late.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

const err_kind LATE_MISSING = {
    "late.missing", ERR_NOT_FOUND,
    "This machine lacks a library that this needs: {}; docs/dependencies.md names the packages to install.",
    "本机缺少所需的组件：{}；应安装的软件包见 docs/dependencies.md。"
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static err load(const char *file, const late_function *functions, size_t count)
{
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    if (!library) return err_of(&LATE_MISSING, file);
    for (size_t i = 0; i < count; i++) {
        void *found = dlsym(library, functions[i].name);
        if (!found) return err_of(&LATE_MISSING, functions[i].name);
        memcpy(functions[i].place, &found, sizeof found);
    }
    return ERR_NONE;
}

err late_load(const char *file, const late_function *functions, size_t count, atomic_bool *is_loaded)
{
    err e = ERR_NONE;
    if (atomic_load(is_loaded)) return e;
    pthread_mutex_lock(&lock);
    if (!atomic_load(is_loaded)) e = load(file, functions, count);
    if (!e.kind) atomic_store(is_loaded, true);
    pthread_mutex_unlock(&lock);
    return e;
}
