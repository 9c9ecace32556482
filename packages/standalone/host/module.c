/* The module standalone:host. Its contract is packages/runtime/src/host.d.ts. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "host.h"

#define FROM_JS JSContext *context, JSValueConst this, int argc, JSValueConst *argv

/* Returns where the bytes of a typed array are; NULL with an exception. */
static uint8_t *bytes_of(JSContext *context, size_t *length, JSValueConst array)
{
  size_t offset, whole;
  JSValue buffer = JS_GetTypedArrayBuffer(context, array, &offset, length, NULL);
  uint8_t *start = JS_IsException(buffer) ? NULL : JS_GetArrayBuffer(context, &whole, buffer);
  JS_FreeValue(context, buffer);
  return start ? start + offset : NULL;
}

/* Takes numbers as they are, and bytes by address. Returns 0, or -1 with an exception. */
static int take_words(JSContext *context, int64_t *words, int count, JSValueConst *values)
{
  for (int i = 0; i < count; i++) {
    int is_number = JS_IsNumber(values[i]) || JS_IsBigInt(context, values[i]);
    if (is_number) JS_ToInt64Ext(context, &words[i], values[i]);
    else if (!(words[i] = (intptr_t)bytes_of(context, NULL, values[i]))) return -1;
  }
  return 0;
}

static JSValue make_syscall(FROM_JS)
{
  int64_t words[7] = {0};
  if (argc > 7) return JS_ThrowTypeError(context, "a system call has up to six arguments");
  if (take_words(context, words, argc, argv) < 0) return JS_EXCEPTION;
  if (words[0] == SYS_write && words[1] == STDOUT_FILENO) stdout_was_written = 1;
  int64_t returned = syscall(words[0], words[1], words[2], words[3], words[4], words[5], words[6]);
  return JS_NewInt64(context, returned == -1 ? -errno : returned);
}

static JSValue address(FROM_JS)
{
  int64_t word;
  return take_words(context, &word, 1, argv) < 0 ? JS_EXCEPTION : JS_NewInt64(context, word);
}

static JSValue to_bytes(FROM_JS)
{
  size_t length;
  const char *bytes = JS_ToCStringLen(context, &length, argv[0]);
  JSValue buffer = bytes ? JS_NewArrayBufferCopy(context, (const uint8_t *)bytes, length) : JS_EXCEPTION;
  JS_FreeCString(context, bytes);
  return buffer;
}

static JSValue to_text(FROM_JS)
{
  size_t length;
  const uint8_t *bytes = bytes_of(context, &length, argv[0]);
  return bytes ? JS_NewStringLen(context, (const char *)bytes, length) : JS_EXCEPTION;
}

static JSValue spawn(FROM_JS)
{
  int64_t words[7], *streams = words + 4;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  sigset_t all, none = {0};
  if (take_words(context, words, 7, argv) < 0) return JS_EXCEPTION;
  sigfillset(&all);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; i++) posix_spawn_file_actions_adddup2(&actions, streams[i], i);
  const char *file = (char *)words[0], *directory = (char *)words[3];
  if (*directory) posix_spawn_file_actions_addchdir_np(&actions, directory);
  int child, error = posix_spawn(&child, file, &actions, &attributes, (char **)words[1], (char **)words[2]);
  posix_spawn_file_actions_destroy(&actions);
  return JS_NewInt32(context, error ? -error : child);
}

static JSValue import_module(FROM_JS)
{
  const char *name = JS_ToCString(context, argv[0]);
  JSValue promise = name ? JS_LoadModule(context, "", name) : JS_EXCEPTION;
  JS_FreeCString(context, name);
  return promise;
}

static JSValue end(FROM_JS)
{
  int code;
  if (JS_ToInt32(context, &code, argv[0]) < 0) return JS_EXCEPTION;
  if (code == 0) report_rejections(context);
  exit(code);
}

static JSValue end_fatally(FROM_JS)
{
  const char *reason = JS_ToCString(context, argv[0]);
  fatal(reason ? reason : "out of memory");
}

static char **arguments;
/* Returns a list of texts: the environment, or the words of the command line. */
static JSValue list_texts(FROM_JS, int is_environment)
{
  char **texts = is_environment ? environ : arguments;
  JSValue list = JS_NewArray(context);
  for (int i = 0; texts[i]; i++) JS_SetPropertyUint32(context, list, i, JS_NewString(context, texts[i]));
  return list;
}

static const JSCFunctionListEntry exports[] = {
  JS_CFUNC_MAGIC_DEF("args", 0, list_texts, 0),
  JS_CFUNC_MAGIC_DEF("environment", 0, list_texts, 1),
  JS_CFUNC_DEF("syscall", 1, make_syscall),
  JS_CFUNC_DEF("address", 1, address),
  JS_CFUNC_DEF("toBytes", 1, to_bytes),
  JS_CFUNC_DEF("toText", 1, to_text),
  JS_CFUNC_DEF("spawn", 7, spawn),
  JS_CFUNC_DEF("importModule", 1, import_module),
  JS_CFUNC_DEF("exit", 1, end),
  JS_CFUNC_DEF("fatal", 1, end_fatally),
  JS_PROP_STRING_DEF("architecture", ARCHITECTURE, 0),
};
static const int export_count = sizeof exports / sizeof *exports;

static int initialise(JSContext *context, JSModuleDef *module)
{
  return JS_SetModuleExportList(context, module, exports, export_count);
}

int add_host_module(JSContext *context, char **argv)
{
  arguments = argv;
  JSModuleDef *module = JS_NewCModule(context, "standalone:host", initialise);
  return module ? JS_AddModuleExportList(context, module, exports, export_count) : -1;
}
