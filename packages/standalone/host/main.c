/* Runs the program that this executable is. */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>
#include "host.h"

/* `standalone build` makes of the header of this note that of a segment, which the kernel maps: the program. */
__attribute__((section(".note.standalone"), used, aligned(4)))
static const struct { Elf64_Nhdr header; char name[12]; } note = {{sizeof "standalone", 0, 1}, "standalone"};

struct program {
  char start[8]; /* "program<" */
  uint64_t length;
  uint8_t bytecode[]; /* of a length that 8 divides, and ">program" */
};

/* The file as it is in memory, from its start. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

/* Returns the first of the programs, which follow one another in a segment, and where they end. */
static const struct program *find_programs(const void **end)
{
  const Elf64_Ehdr *header = (const Elf64_Ehdr *)__ehdr_start;
  const Elf64_Phdr *segments = (const Elf64_Phdr *)(__ehdr_start + header->e_phoff);
  for (int i = 0; i < header->e_phnum; i++) {
    const struct program *first = (const struct program *)(__ehdr_start + segments[i].p_vaddr);
    if (segments[i].p_type != PT_LOAD || segments[i].p_flags != PF_R || memcmp(first->start, "program<", 8)) continue;
    return *end = (const char *)first + segments[i].p_filesz, first;
  }
  fatal("no program in it: `standalone build` makes an executable of this host and a program");
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
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  if (limit.rlim_cur < used + 2 * for_c) fatal("cannot start: the limit of the stack is too low (ulimit -s)");
  return limit.rlim_cur - used - for_c < most ? limit.rlim_cur - used - for_c : most;
}

/* All but eval and the parser. */
static void (*const intrinsics[])(JSContext *) = {
  JS_AddIntrinsicBaseObjects, JS_AddIntrinsicDate, JS_AddIntrinsicStringNormalize, JS_AddIntrinsicRegExp, JS_AddIntrinsicJSON,
  JS_AddIntrinsicProxy, JS_AddIntrinsicMapSet, JS_AddIntrinsicTypedArrays, JS_AddIntrinsicPromise, JS_AddIntrinsicWeakRef,
};

/* Runs a program, in an engine of its own, until nothing is left to be done. Returns where the next one is. */
static const struct program *run(const struct program *program, char **argv)
{
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
  const uint8_t *mark = program->bytecode + program->length;
  if (memcmp(mark, ">program", 8)) fatal("broken bytecode: the file is incomplete");
  /* Before all else that has a name: so the numbers of its names are those in the bytecode, which is used where it is. */
  JSValue module = JS_ReadObject(context, program->bytecode, program->length, JS_READ_OBJ_BYTECODE | JS_READ_OBJ_ROM_DATA);
  if (JS_IsException(module)) fatal_exception(context, "broken bytecode", JS_GetException(context));
  for (size_t i = 0; i < sizeof intrinsics / sizeof *intrinsics; i++) intrinsics[i](context);
  if (add_host_module(context, argv) < 0 || JS_ResolveModule(context, module) < 0)
    fatal_exception(context, "cannot start", JS_GetException(context));
  JSValue end = JS_EvalFunction(context, module);
  int ran = JS_IsException(end) ? -1 : 1;
  while (ran > 0) ran = JS_ExecutePendingJob(runtime, &job_context);
  if (ran < 0) fatal_exception(context, "uncaught", JS_GetException(context));
  report_rejections(context);
  if (JS_PromiseState(context, end) == JS_PROMISE_PENDING) fatal("cannot go on: it awaits what nothing brings about");
  JS_FreeValue(context, end);
  JS_FreeContext(context);
  JS_FreeRuntime(runtime); /* asserts that nothing is left */
  return (const struct program *)(mark + 8);
}

int main(int argc, char **argv)
{
  prepare_process();
  const void *end;
  for (const struct program *program = find_programs(&end); (const void *)program < end;) program = run(program, argv);
  return 0;
}
