/* How a program ends that cannot go on. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "host.h"

int stdout_was_written;

/* Copies as much of a text as there is room for, as one line; for JSON, between quotes. */
static void copy_line(char *to, size_t size, const char *from, int is_json)
{
  size_t length = 0;
  for (; *from && length + 2 < size; from++) {
    if (is_json && (*from == '"' || *from == '\\')) to[length++] = '\\';
    to[length++] = (unsigned char)*from < ' ' || *from == 0x7f ? ' ' : *from;
  }
  while (*from && length > 0 && to[length - 1] & 0x80) length--; /* no half of a character */
  to[length] = 0;
}

_Noreturn void fatal(const char *what, const char *why)
{
  static char text[1024], line[2048], output[2400]; /* not on the stack, of which there may be no more */
  snprintf(text, sizeof text, "%s: %s", what, why);
  if (getenv("CNI_COMMAND") && !stdout_was_written) {
    copy_line(line, sizeof line, text, 1);
    write(1, output, sprintf(output, "{\"cniVersion\":\"1.1.0\",\"code\":999,\"msg\":\"%s\"}\n", line));
  }
  copy_line(line, sizeof line, text, 0);
  write(2, output, sprintf(output, "%.255s: %s\n", program_invocation_short_name, line));
  _exit(1);
}

_Noreturn void fatal_exception(JSContext *context, const char *what, JSValueConst exception)
{
  static char why[1000];
  JSValue stack = JS_IsError(context, exception) ? JS_GetPropertyStr(context, exception, "stack") : JS_NewString(context, "");
  const char *text = JS_ToCString(context, exception), *functions = JS_ToCString(context, stack);
  /* The engine throws null where it has no memory for an error. */
  if (JS_IsNull(exception) || !text) text = "null, or out of memory";
  snprintf(why, sizeof why, "%s %s", text, functions ? functions : "");
  fatal(what, why);
}

static void crash(int signal)
{
  if (signal == SIGBUS) fatal("crashed", "its file is incomplete, or cannot be read (SIGBUS)");
  fatal("crashed", signal == SIGSEGV ? "invalid memory, or none for the stack (SIGSEGV)" : "a bug of the engine (SIGABRT)");
}

void catch_crashes(void)
{
  static char stack[1 << 16];
  struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK | SA_RESETHAND};
  sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
  for (int i = 0; i < 3; i++) sigaction((int[]){SIGSEGV, SIGBUS, SIGABRT}[i], &action, NULL);
}

static JSValue rejected; /* a promise that nobody awaits, or something else */
static int rejected_count;

void track_rejection(JSContext *context, JSValueConst promise, JSValueConst reason, JS_BOOL is_handled, void *opaque)
{
  rejected_count += is_handled ? -1 : 1;
  if (is_handled && JS_IsObject(rejected) && JS_VALUE_GET_PTR(rejected) == JS_VALUE_GET_PTR(promise)) {
    JS_FreeValue(context, rejected);
    rejected = JS_UNDEFINED;
  } else if (!is_handled && !JS_IsObject(rejected)) {
    rejected = JS_DupValue(context, promise);
  }
}

void report_rejections(JSContext *context)
{
  if (rejected_count > 0 && !JS_IsObject(rejected)) fatal("uncaught", "a second rejected promise");
  if (rejected_count > 0) fatal_exception(context, "uncaught", JS_PromiseResult(context, rejected));
}
