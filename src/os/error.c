#include <errno.h>
#include <string.h>

#include "os/os_internal.h"

const err_kind OS_NOT_FOUND = {
    "os.not_found", ERR_NOT_FOUND,
    "There is no such file or folder: {}.",
    "没有这个文件或文件夹: {}。",
};
const err_kind OS_NOT_ALLOWED = {
    "os.not_allowed", ERR_FORBIDDEN,
    "The machine does not allow this: {}.",
    "系统不允许这样做: {}。",
};
const err_kind OS_TOO_LARGE = {
    "os.too_large", ERR_BAD_INPUT,
    "The file is larger than may be read at once: {}.",
    "文件太大，不能一次读入: {}。",
};
const err_kind OS_IS_FOLDER = {
    "os.is_folder", ERR_BAD_INPUT,
    "This is a folder, where a file is needed: {}.",
    "需要的是文件，这里却是文件夹: {}。",
};
const err_kind OS_NO_SPACE = {
    "os.no_space", ERR_BUSY,
    "There is no space left to write to: {}.",
    "没有可写的空间了: {}。",
};
const err_kind OS_EXISTS = {
    "os.exists", ERR_CONFLICT,
    "There is something of this name already: {}.",
    "已有同名的文件: {}。",
};
const err_kind OS_FAILED = {
    "os.failed", ERR_BUSY,
    "The machine could not do it: {}.",
    "系统未能完成: {}。",
};

err os_error(arena *a, const char *path, int number)
{
    const err_kind *kind = number == ENOENT || number == ENOTDIR || number == ELOOP ? &OS_NOT_FOUND
                           : number == EACCES || number == EPERM || number == EROFS
                               ? &OS_NOT_ALLOWED
                           : number == EISDIR                      ? &OS_IS_FOLDER
                           : number == EEXIST                      ? &OS_EXISTS
                           : number == ENOSPC || number == EDQUOT  ? &OS_NO_SPACE
                                                                   : &OS_FAILED;
    char said[128];
    const char *meaning = strerror_r(number, said, sizeof said);
    return err_of(kind, text_cstr(a, text_format(a, "%s: %s", path, meaning)));
}
