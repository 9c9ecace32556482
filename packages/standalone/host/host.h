/* The host of a standalone executable: the JavaScript engine, the program's bytecode, and what JavaScript cannot do itself. */
#include "quickjs.h"

extern const JSMallocFunctions arena;
int add_host_module(JSContext *context, char **argv);

/* Ends the program with one line on standard error, and for a CNI runtime with an error as the specification has it. */
_Noreturn void fatal(const char *why);
_Noreturn void fatal_exception(JSContext *context, const char *what, JSValueConst exception);
extern int stdout_was_written; /* so that no error may be added */
void catch_crashes(void);
void track_rejection(JSContext *, JSValueConst promise, JSValueConst reason, JS_BOOL is_handled, void *);
void report_rejections(JSContext *context);
