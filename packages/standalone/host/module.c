/* The module standalone:host. Its contract is packages/runtime/src/host.d.ts. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "host.h"

#define FROM_JS JSContext *context, JSValueConst this, int argc, JSValueConst *argv

/* Returns a text as UTF-8 with a zero byte at its end, for JS_FreeCString; NULL with an exception. */
static const char *text_to_utf8(JSContext *context, size_t *length, JSValueConst text)
{
  const char *bytes = JS_ToCStringLen(context, length, text);
  /* The engine writes half a surrogate pair like a character: ED A0..BF xx. Text beyond ASCII is a copy, so may be changed. */
  for (char *at = (char *)bytes; at && (at = memchr(at, 0xed, bytes + *length - at)); at += 3)
    if ((uint8_t)at[1] >= 0xa0) memcpy(at, "\xef\xbf\xbd", 3);
  return bytes;
}

/* Returns the same; or NULL with errno: EINVAL where it has a zero byte inside, 0 with an exception. */
static const char *text_to_c(JSContext *context, JSValueConst text)
{
  size_t length;
  const char *bytes = text_to_utf8(context, &length, text);
  errno = bytes && strlen(bytes) != length ? EINVAL : 0;
  if (errno) JS_FreeCString(context, bytes);
  return errno ? NULL : bytes;
}

/* Returns the length of the character at the start; negative: of the start of one that does not go on. */
static int character_length(const uint8_t *at, const uint8_t *end)
{
  uint8_t low = *at == 0xe0 ? 0xa0 : *at == 0xf0 ? 0x90 : 0x80, high = *at == 0xed ? 0x9f : *at == 0xf4 ? 0x8f : 0xbf;
  int length = *at < 0x80 ? 1 : *at < 0xc2 ? -1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : *at < 0xf5 ? 4 : -1;
  for (int i = 1; i < length; i++, low = 0x80, high = 0xbf)
    if (at + i == end || at[i] < low || at[i] > high) return -i;
  return length;
}

/* Returns the text of UTF-8 bytes; what is no character becomes U+FFFD, as the WHATWG's Encoding Standard has it. */
static JSValue text_from_utf8(JSContext *context, const void *bytes, size_t length)
{
  char *copy = js_malloc(context, length + 1), *to = copy;
  if (!copy) return JS_EXCEPTION;
  for (const uint8_t *from = bytes, *end = from + length; from < end;) {
    int step = character_length(from, end);
    /* A byte FF is U+FFFD for the engine, which takes other errors for other things. */
    to = step > 0 ? mempcpy(to, from, step) : memset(to, 0xff, 1) + 1;
    from += abs(step);
  }
  JSValue text = JS_NewStringLen(context, copy, to - copy);
  js_free(context, copy);
  return text;
}

/* Returns where the bytes of a typed array are; NULL with an exception. */
static uint8_t *bytes_of(JSContext *context, size_t *length, JSValueConst array)
{
  size_t offset, element, whole;
  JSValue buffer = JS_GetTypedArrayBuffer(context, array, &offset, length, &element);
  uint8_t *start = JS_IsException(buffer) ? NULL : JS_GetArrayBuffer(context, &whole, buffer);
  JS_FreeValue(context, buffer);
  return start ? start + offset : NULL;
}

static JSValue encode_utf8(FROM_JS)
{
  size_t length;
  const char *bytes = text_to_utf8(context, &length, argv[0]);
  if (!bytes) return JS_EXCEPTION;
  JSValue words[3] = {JS_NewArrayBufferCopy(context, (const uint8_t *)bytes, length), JS_UNDEFINED, JS_UNDEFINED};
  JSValue array = JS_IsException(words[0]) ? JS_EXCEPTION : JS_NewTypedArray(context, 3, words, JS_TYPED_ARRAY_UINT8);
  JS_FreeValue(context, words[0]);
  JS_FreeCString(context, bytes);
  return array;
}

static JSValue decode_utf8(FROM_JS)
{
  size_t length;
  uint8_t *bytes = bytes_of(context, &length, argv[0]);
  return bytes ? text_from_utf8(context, bytes, length) : JS_EXCEPTION;
}

static JSValue make_syscall(FROM_JS)
{
  int64_t words[7] = {0};
  const char *texts[7] = {0};
  size_t length;
  JSValue result = JS_EXCEPTION;
  if (argc > 7) return JS_ThrowTypeError(context, "a system call has up to six arguments");
  for (int i = 0; i < argc; i++) {
    if (JS_IsNumber(argv[i]) || JS_IsBigInt(context, argv[i])) {
      if (JS_ToInt64Ext(context, &words[i], argv[i]) < 0) goto done;
    } else if (JS_IsString(argv[i])) {
      words[i] = (intptr_t)(texts[i] = text_to_c(context, argv[i]));
      if (!texts[i] && errno) result = JS_NewInt32(context, -errno);
      if (!texts[i]) goto done;
    } else if (!(words[i] = (intptr_t)bytes_of(context, &length, argv[i]))) {
      goto done;
    }
  }
  if (words[0] == SYS_write && words[1] == STDOUT_FILENO) stdout_was_written = 1;
  int64_t returned = syscall(words[0], words[1], words[2], words[3], words[4], words[5], words[6]);
  result = JS_NewInt64(context, returned == -1 ? -errno : returned);
done:
  for (int i = 0; i < argc; i++) JS_FreeCString(context, texts[i]);
  return result;
}

static void free_texts(JSContext *context, char **texts)
{
  for (char **each = texts; texts && *each; each++) JS_FreeCString(context, *each);
  js_free(context, texts);
}

/* Returns the texts of an array, and NULL at their end; or NULL, as text_to_c does. */
static char **texts_of(JSContext *context, JSValueConst array)
{
  int count;
  if (JS_ToInt32(context, &count, JS_GetPropertyStr(context, array, "length")) < 0) return errno = 0, NULL;
  char **texts = js_mallocz(context, (count + 1) * sizeof *texts);
  for (int i = 0; texts && i < count; i++) {
    JSValue text = JS_GetPropertyUint32(context, array, i);
    texts[i] = (char *)text_to_c(context, text);
    JS_FreeValue(context, text);
    if (!texts[i]) return free_texts(context, texts), NULL;
  }
  return texts;
}

/* Returns the process ID, or the negative error number. */
static int start_child(const char *file, char **args, char **environment, const char *directory, const int *streams)
{
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; i++) posix_spawn_file_actions_adddup2(&actions, streams[i], i);
  if (*directory) posix_spawn_file_actions_addchdir_np(&actions, directory);
  /* No other file is open in the child: in a kernel before 5.11, one by one. */
  if (syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */) < 0)
    for (int i = getdtablesize(); i > 2; i--) fcntl(i, F_SETFD, FD_CLOEXEC);
  int child, error = posix_spawn(&child, file, &actions, &attributes, args, environment);
  posix_spawn_file_actions_destroy(&actions);
  return error ? -error : child;
}

static JSValue spawn(FROM_JS)
{
  int streams[3], result = 0;
  for (int i = 0; i < 3; i++) {
    if (JS_ToInt32(context, &streams[i], argv[4 + i]) < 0) return JS_EXCEPTION;
    /* Another standard stream might be replaced before it is copied. */
    if (streams[i] < 3 && streams[i] != i) return JS_NewInt32(context, -EINVAL);
  }
  const char *file = text_to_c(context, argv[0]), *directory = file ? text_to_c(context, argv[3]) : NULL;
  char **args = directory ? texts_of(context, argv[1]) : NULL, **environment = args ? texts_of(context, argv[2]) : NULL;
  if (environment) result = start_child(file, args, environment, directory, streams);
  else if (!JS_HasException(context)) result = -EINVAL;
  JS_FreeCString(context, file);
  JS_FreeCString(context, directory);
  free_texts(context, args);
  free_texts(context, environment);
  return result ? JS_NewInt32(context, result) : JS_EXCEPTION;
}

static JSValue now(FROM_JS)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return JS_NewFloat64(context, time.tv_sec * 1e3 + time.tv_nsec / 1e6);
}

static JSValue end(FROM_JS)
{
  int code;
  if (JS_ToInt32(context, &code, argv[0]) < 0) return JS_EXCEPTION;
  if (code == 0) report_rejections(context);
  exit(code);
}

static const JSCFunctionListEntry exports[] = {
  JS_CFUNC_DEF("syscall", 1, make_syscall),
  JS_CFUNC_DEF("encodeUtf8", 1, encode_utf8),
  JS_CFUNC_DEF("decodeUtf8", 1, decode_utf8),
  JS_CFUNC_DEF("now", 0, now),
  JS_CFUNC_DEF("spawn", 7, spawn),
  JS_CFUNC_DEF("exit", 1, end),
  JS_PROP_STRING_DEF("architecture", ARCHITECTURE, 0),
};
static const int export_count = sizeof exports / sizeof *exports;

static int argument_count;
static char **arguments;

static int initialise(JSContext *context, JSModuleDef *module)
{
  JSValue args = JS_NewArray(context), environment = JS_NewObjectProto(context, JS_NULL);
  for (int i = 0; i < argument_count; i++)
    JS_SetPropertyUint32(context, args, i, text_from_utf8(context, arguments[i], strlen(arguments[i])));
  for (char **each = environ; *each; each++) {
    char *sign = strchr(*each, '=');
    JSAtom name = sign ? JS_NewAtomLen(context, *each, sign - *each) : JS_ATOM_NULL;
    /* Of a variable that is there twice, the first one counts, as in getenv(3). */
    if (sign && JS_GetOwnProperty(context, NULL, environment, name) == 0)
      JS_DefinePropertyValue(context, environment, name, text_from_utf8(context, sign + 1, strlen(sign + 1)), JS_PROP_C_W_E);
    JS_FreeAtom(context, name);
  }
  JS_SetModuleExport(context, module, "args", args);
  JS_SetModuleExport(context, module, "environment", environment);
  return JS_HasException(context) ? -1 : JS_SetModuleExportList(context, module, exports, export_count);
}

int add_host_module(JSContext *context, int argc, char **argv)
{
  argument_count = argc;
  arguments = argv;
  JSModuleDef *module = JS_NewCModule(context, "standalone:host", initialise);
  if (!module || JS_AddModuleExport(context, module, "args") < 0) return -1;
  if (JS_AddModuleExport(context, module, "environment") < 0) return -1;
  return JS_AddModuleExportList(context, module, exports, export_count);
}
