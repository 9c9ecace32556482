/*
 * Compiles the ECMAScript module on standard input, whose name is the argument: to its bytecode on standard output, and on standard
 * error the modules beside it that it imports, a line each; or an error of one line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "quickjs.h"

static char *name_as_it_is(JSContext *context, const char *importer, const char *name, void *opaque)
{
  return js_strdup(context, name);
}

static JSModuleDef *load(JSContext *context, const char *name, void *opaque)
{
  int is_beside = strncmp(name, "./", 2) == 0 && !strpbrk(name + 2, "/\n");
  if (is_beside) fprintf(stderr, "%s\n", name + 2);
  if (is_beside || strcmp(name, "standalone:host") == 0) return JS_NewCModule(context, name, NULL);
  JS_ThrowReferenceError(context, "it imports '%s', where it can import 'standalone:host' and what is beside it: './NAME'", name);
  return NULL;
}

static _Noreturn void fail(JSContext *context)
{
  JSValue exception = JS_GetException(context);
  const char *message = JS_ToCString(context, exception);
  int line = 0, column = 0;
  JS_ToInt32(context, &line, JS_GetPropertyStr(context, exception, "lineNumber"));
  JS_ToInt32(context, &column, JS_GetPropertyStr(context, exception, "columnNumber"));
  if (line > 0) fprintf(stderr, "line %d, column %d: ", line, column);
  fprintf(stderr, "%s\n", message ? message : "out of memory");
  exit(1);
}

/* Returns all of standard input, with a zero byte at its end. */
static char *read_source(size_t *size)
{
  size_t room = 1 << 20;
  char *source = malloc(room);
  for (*size = 0; source; source = realloc(source, room *= 2)) {
    *size += fread(source + *size, 1, room - *size - 1, stdin);
    if (*size + 1 < room) break;
  }
  if (source) source[*size] = 0;
  return source;
}

int main(int argc, char **argv)
{
  size_t size, length;
  char *source = read_source(&size);
  JSRuntime *runtime = JS_NewRuntime();
  JSContext *context = runtime ? JS_NewContext(runtime) : NULL;
  if (!source || !context) {
    fprintf(stderr, "out of memory\n");
    return 1;
  }
  JS_SetStripInfo(runtime, JS_STRIP_DEBUG);
  JS_SetModuleLoaderFunc(runtime, name_as_it_is, load, NULL);
  const char *name = argc > 1 ? argv[1] : "";
  JSValue module = JS_Eval(context, source, size, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(module)) fail(context);
  uint8_t *bytecode = JS_WriteObject(context, &length, module, JS_WRITE_OBJ_BYTECODE);
  if (!bytecode) fail(context);
  return fwrite(bytecode, 1, length, stdout) == length && fflush(stdout) == 0 ? 0 : 1;
}
