/* Runs commands as a container runtime does, and tells how long they took and what memory they had at most.
 *
 * It is small: what a process had before it became the command counts as its memory, and a large parent takes longer to start one.
 *
 * Reads fields that end with NUL, by their first character: `J` begins a job, `C` a command of it, `A` is an argument of it (the first one is
 * the path of the program), `E` a variable of its environment, `I` its input (at most what a pipe holds); `R` runs. Jobs run at the same time,
 * the commands of a job one after the other. Answers with a line: for each job the time until it was over, in nanoseconds since the first one
 * was started, and the most memory that one of its commands had, in KiB. If a command fails, says so with its output, and ends. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_commands = 256, most_words = 32 };

struct command {
	int job, input;
	pid_t pid;
	char *arguments[most_words + 1], *environment[most_words + 1];
};

static struct command commands[most_commands];
static int command_count, job_count, output;
static struct {
	long long end;
	long memory;
} jobs[most_commands];

static long long now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Appends a word to a list of words that NULL ends. */
static void append(char **words, const char *word)
{
	int count = 0;
	while (words[count])
		count++;
	if (count == most_words)
		errx(1, "more than %d words", most_words);
	words[count] = strdup(word);
}

static int pipe_with(const char *text)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		err(1, "pipe2");
	if (write(ends[1], text, strlen(text)) != (ssize_t)strlen(text))
		errx(1, "a pipe does not hold the input");
	close(ends[1]);
	fcntl(ends[0], F_SETFL, 0);
	return ends[0];
}

static void start(struct command *command)
{
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, command->input, 0);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_adddup2(&actions, output, 2);
	char *file = command->arguments[0];
	errno = posix_spawn(&command->pid, file, &actions, NULL, command->arguments, command->environment);
	if (errno != 0)
		err(1, "%s", file);
	posix_spawn_file_actions_destroy(&actions);
	close(command->input);
}

static void fail(const struct command *command, int status)
{
	fprintf(stderr, "%s ended with %d: ", command->arguments[0], WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	off_t begin = 0;
	sendfile(2, output, &begin, 65536);
	exit(1);
}

/* Runs all jobs to their end. */
static void run(void)
{
	struct command *end = commands + command_count;
	long long begin = now();
	for (struct command *each = commands; each < end; each++)
		if (each == commands || each->job != each[-1].job)
			start(each);
	for (int left = command_count; left > 0; left--) {
		int status;
		struct rusage used;
		pid_t pid = wait4(-1, &status, 0, &used);
		struct command *ended = commands;
		while (ended < end && ended->pid != pid)
			ended++;
		if (ended == end)
			err(1, "wait4");
		if (status != 0)
			fail(ended, status);
		jobs[ended->job].end = now() - begin;
		if (used.ru_maxrss > jobs[ended->job].memory)
			jobs[ended->job].memory = used.ru_maxrss;
		if (ended + 1 < end && ended[1].job == ended->job)
			start(ended + 1);
	}
}

static void answer(void)
{
	for (int job = 0; job < job_count; job++)
		printf("%lld %ld%c", jobs[job].end, jobs[job].memory, job + 1 < job_count ? ' ' : '\n');
	fflush(stdout);
}

static void forget(void)
{
	for (int each = 0; each < command_count; each++)
		for (int word = 0; word < most_words; word++) {
			free(commands[each].arguments[word]);
			free(commands[each].environment[word]);
		}
	memset(commands, 0, sizeof commands[0] * command_count);
	memset(jobs, 0, sizeof jobs);
	command_count = job_count = 0;
	if (ftruncate(output, 0) < 0)
		err(1, "ftruncate");
}

int main(void)
{
	output = memfd_create("output", MFD_CLOEXEC);
	if (output < 0 || fcntl(output, F_SETFL, O_APPEND) < 0)
		err(1, "memfd_create");
	char *field = NULL;
	size_t size = 0;
	while (getdelim(&field, &size, 0, stdin) > 0) {
		struct command *command = commands + command_count - 1;
		switch (field[0]) {
		case 'J':
			job_count++;
			break;
		case 'C':
			if (command_count == most_commands)
				errx(1, "more than %d commands", most_commands);
			commands[command_count++].job = job_count - 1;
			break;
		case 'A':
			append(command->arguments, field + 1);
			break;
		case 'E':
			append(command->environment, field + 1);
			break;
		case 'I':
			command->input = pipe_with(field + 1);
			break;
		case 'R':
			run();
			answer();
			forget();
		}
	}
}
