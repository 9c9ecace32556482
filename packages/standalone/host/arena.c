/*
 * Memory for the engine: fast for a command that is over before it would free anything, and bounded for one that goes on.
 * Blocks are cut off a chunk one after the other; a freed one waits for the next of its size. The last one grows in place.
 */
#include <string.h>
#include <sys/mman.h>
#include "host.h"

struct block {
  size_t size; /* of all of it */
  struct block *next_free[]; /* one, in place of what the engine had in it */
};
static struct block *free_blocks[64 * 8]; /* by size */
static char *chunk, *chunk_end; /* what is left of it */

/* Rounds up to a size of which blocks are made: a multiple of 8, beyond 64 bytes one of four in a power of two. */
static int class_of(size_t *size)
{
  int power = *size <= 64 ? 3 : 61 - __builtin_clzl(*size - 1);
  *size = (((*size - 1) >> power) + 1) << power;
  return 8 * power + ((*size - 1) >> power);
}

static struct block *cut_off(size_t size)
{
  for (size_t next = size > 1 << 18 ? size : 1 << 18; (size_t)(chunk_end - chunk) < size; next /= 2) {
    if (next < size) return NULL;
    char *memory = mmap(NULL, next, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory != MAP_FAILED) chunk_end = (chunk = memory) + next;
  }
  return (struct block *)((chunk += size) - size);
}

static void *arena_malloc(JSMallocState *state, size_t wanted)
{
  size_t size = wanted + sizeof(struct block);
  struct block **list = &free_blocks[class_of(&size)], *block = *list ? *list : cut_off(size);
  if (!block) return NULL;
  if (block == *list) *list = block->next_free[0];
  block->size = size;
  state->malloc_size += size;
  return block + 1;
}

static void arena_free(JSMallocState *state, void *bytes)
{
  if (!bytes) return;
  struct block *block = (struct block *)bytes - 1, **list = &free_blocks[class_of(&block->size)];
  state->malloc_size -= block->size;
  block->next_free[0] = *list;
  *list = block;
}

static void *arena_realloc(JSMallocState *state, void *bytes, size_t wanted)
{
  if (!wanted) return arena_free(state, bytes), NULL;
  if (!bytes) return arena_malloc(state, wanted);
  struct block *block = (struct block *)bytes - 1;
  size_t old = block->size, size = wanted + sizeof *block;
  class_of(&size);
  if ((char *)block + old == chunk && size <= (size_t)(chunk_end - (char *)block)) {
    chunk = (char *)block + size;
    block->size = size;
    state->malloc_size += size - old;
  }
  if (block->size == size) return bytes;
  void *moved = arena_malloc(state, wanted);
  if (!moved) return NULL;
  memcpy(moved, bytes, (size < old ? size : old) - sizeof *block);
  arena_free(state, bytes);
  return moved;
}

const JSMallocFunctions arena = {arena_malloc, arena_free, arena_realloc, NULL};
