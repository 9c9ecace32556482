/* Runs the program that this executable is. */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>
#include "host.h"

/* `standalone build` makes of the header of this note that of a segment, which the kernel maps, and says here where: the modules. */
__attribute__((section(".note.standalone"), weak /* its value is not this one */, used, aligned(4)))
const struct { Elf64_Nhdr header; char name[12]; uint32_t address, size; } note = {{sizeof "standalone", 8, 1}, "standalone", 0, 0};

/* The file as it is in memory, from its start. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

/* A module of the program. The first one is executed. */
struct module {
  char name[56]; /* as others import it, with a zero byte at its end */
  uint64_t length;
  uint8_t bytecode[]; /* of a length that 8 divides, and "<module>" */
};

/* Reads a module when it is imported. */
static JSModuleDef *load_module(JSContext *context, const char *name, void *opaque)
{
  for (const char *next = __ehdr_start + note.address, *end = next + note.size; next < end;) {
    const struct module *module = (const struct module *)next;
    next = (const char *)module->bytecode + module->length + 8;
    if (memcmp(next - 8, "<module>", 8)) fatal("broken bytecode: the file is incomplete");
    if (strcmp(module->name, name)) continue;
    JSValue read = JS_ReadObject(context, module->bytecode, module->length, JS_READ_OBJ_BYTECODE);
    if (JS_IsException(read)) fatal_exception(context, "broken bytecode", JS_GetException(context));
    JS_FreeValue(context, read); /* The engine has it in its list. */
    return JS_VALUE_GET_PTR(read);
  }
  return JS_ThrowReferenceError(context, "there is no module %s", name), NULL;
}

/* Makes the process one in which nothing that is opened becomes a standard stream, and children can be waited for. */
static void prepare_process(void)
{
  /* What is open as a mere path is neither read nor written, like what is closed. */
  for (int descriptor = 0; descriptor < 3; descriptor++)
    if (fcntl(descriptor, F_GETFD) < 0) open("/", O_PATH);
  signal(SIGCHLD, SIG_DFL);
  signal(SIGPIPE, SIG_IGN), signal(SIGXFSZ, SIG_IGN); /* Writing fails in place of these. */
}

/* Returns how much of the stack is for the engine, in bytes: what arguments and environment leave of it, without some for C. */
static size_t stack_size(void)
{
  const size_t for_c = 24 << 10, most = 1 << 20;
  size_t used = getauxval(AT_EXECFN) - (uintptr_t)__builtin_frame_address(0) + 4096;
  struct rlimit limit, memory;
  getrlimit(RLIMIT_STACK, &limit), getrlimit(RLIMIT_AS, &memory);
  if (memory.rlim_cur < 6 << 20) fatal("cannot start: the limit of memory is too low (ulimit -v)"); /* and not halfway */
  if (limit.rlim_cur < used + 2 * for_c) fatal("cannot start: the limit of the stack is too low (ulimit -s)");
  return limit.rlim_cur - used - for_c < most ? limit.rlim_cur - used - for_c : most;
}

/* All but eval and the parser. */
static void (*const intrinsics[])(JSContext *) = {
  JS_AddIntrinsicBaseObjects, JS_AddIntrinsicDate, JS_AddIntrinsicStringNormalize, JS_AddIntrinsicRegExp, JS_AddIntrinsicJSON,
  JS_AddIntrinsicProxy, JS_AddIntrinsicMapSet, JS_AddIntrinsicTypedArrays, JS_AddIntrinsicPromise, JS_AddIntrinsicWeakRef,
};

int main(int argc, char **argv)
{
  prepare_process();
#ifdef __SANITIZE_ADDRESS__
  JSRuntime *runtime = JS_NewRuntime(); /* with malloc, in which errors show */
#else
  catch_crashes();
  JSRuntime *runtime = JS_NewRuntime2(&arena, NULL);
#endif
  JSContext *context = runtime ? JS_NewContextRaw(runtime) : NULL, *job_context;
  if (!context) fatal("cannot start: out of memory");
  JS_SetGCThreshold(runtime, 4 << 20); /* A command of some milliseconds collects no garbage. */
  JS_SetMaxStackSize(runtime, stack_size());
  JS_SetHostPromiseRejectionTracker(runtime, track_rejection, NULL);
  JS_SetModuleLoaderFunc(runtime, NULL, load_module, NULL);
  for (size_t i = 0; i < sizeof intrinsics / sizeof *intrinsics; i++) intrinsics[i](context);
  if (!note.size) fatal("no program in it: `standalone build` makes an executable of this host and a program");
  if (add_host_module(context, argv) < 0) fatal_exception(context, "cannot start", JS_GetException(context));
  JSValue end = JS_LoadModule(context, "", ((const struct module *)(__ehdr_start + note.address))->name);
  for (int ran; (ran = JS_ExecutePendingJob(runtime, &job_context));)
    if (ran < 0) fatal_exception(context, "uncaught", JS_GetException(context));
  report_rejections(context);
  if (JS_PromiseState(context, end) == JS_PROMISE_PENDING) fatal("cannot go on: it awaits what nothing brings about");
  JS_FreeValue(context, end);
  JS_FreeContext(context);
  JS_FreeRuntime(runtime); /* asserts that nothing is left */
  return 0;
}
