// Measures Hyperscan's streaming search: the peer of RedactionBench, which drives it.
//
// hyperscan PATTERNS  reads patterns (32-bit big-endian length, bytes), compiles them as literals
// for streaming, prints "ready DATABASE_BYTES STREAM_BYTES", then for each line
// "CHUNK_BYTES TEXT_FILE" on stdin scans the text in one stream and prints "SECONDS MATCHES".
#include <fcntl.h>
#include <hs/hs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int count(unsigned int id, unsigned long long from, unsigned long long to,
                 unsigned int flags, void *context) {
  (void)id, (void)from, (void)to, (void)flags;
  ++*(unsigned long long *)context;
  return 0;
}

static void check(int ok, const char *what) {
  if (!ok) {
    fprintf(stderr, "hyperscan: failed to %s\n", what);
    exit(1);
  }
}

static const unsigned char *map(const char *path, size_t *size) {
  int file = open(path, O_RDONLY);
  struct stat status;
  check(file >= 0 && fstat(file, &status) == 0, "open a file");
  *size = (size_t)status.st_size;
  void *bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  check(bytes != MAP_FAILED, "map a file");
  close(file);
  return bytes;
}

int main(int argc, char **argv) {
  check(argc == 2, "start: one argument is needed, the file of patterns");
  size_t size;
  const unsigned char *file = map(argv[1], &size);
  unsigned int patterns = 0;
  for (size_t at = 0; at < size; patterns++) {
    at += 4 + ((size_t)file[at] << 24 | file[at + 1] << 16 | file[at + 2] << 8 | file[at + 3]);
  }
  const char **expressions = calloc(patterns, sizeof *expressions);
  size_t *lengths = calloc(patterns, sizeof *lengths);
  unsigned int *flags = calloc(patterns, sizeof *flags), *ids = calloc(patterns, sizeof *ids);
  check(expressions && lengths && flags && ids, "allocate");
  size_t at = 0;
  for (unsigned int i = 0; i < patterns; i++) {
    lengths[i] = (size_t)file[at] << 24 | file[at + 1] << 16 | file[at + 2] << 8 | file[at + 3];
    expressions[i] = (const char *)file + at + 4;
    ids[i] = i;
    at += 4 + lengths[i];
  }
  hs_database_t *database;
  hs_compile_error_t *error;
  if (hs_compile_lit_multi(expressions, flags, ids, lengths, patterns, HS_MODE_STREAM, NULL,
                           &database, &error) != HS_SUCCESS) {
    fprintf(stderr, "hyperscan: %s\n", error->message);
    return 1;
  }
  hs_scratch_t *scratch = NULL;
  check(hs_alloc_scratch(database, &scratch) == HS_SUCCESS, "allocate scratch");
  size_t database_size = 0, stream_size = 0;
  hs_database_size(database, &database_size);
  hs_stream_size(database, &stream_size);
  printf("ready %zu %zu\n", database_size, stream_size);
  fflush(stdout);

  unsigned long chunk;
  char path[4096];
  while (scanf("%lu %4095s", &chunk, path) == 2) {
    size_t length;
    const unsigned char *text = map(path, &length);
    unsigned long long matches = 0;
    hs_stream_t *stream;
    check(hs_open_stream(database, 0, &stream) == HS_SUCCESS, "open a stream");
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (size_t done = 0; done < length; done += chunk) {
      size_t piece = length - done < chunk ? length - done : chunk;
      check(hs_scan_stream(stream, (const char *)text + done, (unsigned int)piece, 0, scratch,
                           count, &matches) == HS_SUCCESS, "scan");
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    hs_close_stream(stream, scratch, NULL, NULL);
    munmap((void *)text, length);
    printf("%.9f %llu\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9, matches);
    fflush(stdout);
  }
  return 0;
}
