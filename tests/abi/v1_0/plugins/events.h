/* Growing lists of events: (source, count), cut into steps by offset. */
#ifndef EVENTS_H
#define EVENTS_H
#include <stdint.h>
#include <stdlib.h>

typedef struct {
  uint64_t* offset; /* steps of the window + 1 */
  uint32_t* source;
  uint16_t* count;
  uint64_t size, capacity;
} events;

/* 0 when memory is exhausted. */
static int push(events* list, uint32_t source, uint16_t count) {
  if (list->size == list->capacity) {
    const uint64_t capacity = list->capacity ? 2 * list->capacity : 256;
    uint32_t* grown = realloc(list->source, capacity * sizeof *list->source);
    uint16_t* counts = grown ? realloc(list->count, capacity * sizeof *list->count) : NULL;
    if (grown) list->source = grown;
    if (!counts) return 0;
    list->count = counts;
    list->capacity = capacity;
  }
  list->source[list->size] = source;
  list->count[list->size++] = count;
  return 1;
}

static void free_events(events* list) {
  free(list->offset);
  free(list->source);
  free(list->count);
}

#endif
