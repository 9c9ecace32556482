/* How a program ends that cannot go on. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "host.h"

int stdout_was_written;

_Noreturn void fatal(const char *why)
{
  /* Not on the stack, of which there may be no more. */
  static char line[1024], output[2200] = "{\"cniVersion\":\"1.1.0\",\"code\":999,\"msg\":\"";
  size_t length = strnlen(why, sizeof line - 1);
  while (why[length] && length > 0 && (why[length] & 0xc0) == 0x80) length--; /* no half of a character */
  char *to = output + strlen(output);
  for (size_t i = 0; i < length; i++) {
    line[i] = (unsigned char)why[i] < ' ' || why[i] == 0x7f ? ' ' : why[i];
    if (line[i] == '"' || line[i] == '\\') *to++ = '\\';
    *to++ = line[i];
  }
  strcpy(to, "\"}\n");
  if (getenv("CNI_COMMAND") && !stdout_was_written) write(1, output, strlen(output));
  write(2, output, sprintf(output, "%.255s: %s\n", program_invocation_short_name, line));
  _exit(1);
}

_Noreturn void fatal_exception(JSContext *context, const char *what, JSValueConst exception)
{
  static char why[2048]; /* longer than a line, which ends with a whole character */
  JSValue stack = JS_IsError(context, exception) ? JS_GetPropertyStr(context, exception, "stack") : JS_NewString(context, "");
  const char *text = JS_ToCString(context, exception), *functions = JS_ToCString(context, stack);
  /* The engine throws null where it has no memory for an error. */
  if (JS_IsNull(exception) || !text) text = "null, or out of memory";
  snprintf(why, sizeof why, "%s: %s %s", what, text, functions ? functions : "");
  fatal(why);
}

static void crash(int signal)
{
  if (signal == SIGBUS) fatal("crashed: its file is incomplete, or cannot be read (SIGBUS)");
  if (signal == SIGSEGV) fatal("crashed: invalid memory, or none for the stack (SIGSEGV)");
  fatal("crashed: a bug of the engine (SIGABRT)");
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
  if (rejected_count > 0 && !JS_IsObject(rejected)) fatal("uncaught: a second rejected promise");
  if (rejected_count > 0) fatal_exception(context, "uncaught", JS_PromiseResult(context, rejected));
}
