/* Load generator of the gateway benchmark: keep-alive HTTP/1.1 GETs over N connections from one epoll thread, plain or TLS, directly,
 * through a forward proxy (absolute-form) or through CONNECT. Prints one JSON line: requests, seconds, bytes, p50, p99 (µs).
 *
 * usage: load -a ADDR -p PORT -n HOST [-t] [-c HOST:PORT | -f] [-A PROXY-AUTHORIZATION] [-H HEADER]... -u PATH -k CONNECTIONS -s SECONDS
 *   -t TLS to the peer (through the tunnel with -c)   -c CONNECT first   -f absolute-form to a forward proxy
 *   -x a new connection per request (measures handshakes)   -i idle: open the connections, hold them SECONDS, report how many held
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum state { CONNECTING, TUNNEL_WRITE, TUNNEL_READ, HANDSHAKE, WRITE, READ, IDLE };

struct connection {
  int fd;
  SSL *ssl;
  enum state state;
  size_t sent;
  char head[16384];
  size_t head_length;
  long long body_left; /* bytes of the body still to come; -1 while the head is read; -2 chunked */
  int chunk_tail;
  char last[5];
  double begun;
};

static const char *address = "127.0.0.1", *host = "localhost", *path = "/", *connect_target, *proxy_authorization;
static int port, tls, absolute_form, connections = 1, fresh, idle_only;
static double seconds = 1;
static char request[16384], tunnel[4096], extra[8192];
static size_t request_length, tunnel_length;
static int epoll_fd;
static SSL_CTX *context;
static SSL_SESSION *session;
static float *latencies;
static size_t latency_count, latency_capacity;
static unsigned long long requests, bytes, failures, held;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void note(double begun) {
  if (latency_count == latency_capacity) {
    latency_capacity = latency_capacity ? latency_capacity * 2 : 1 << 20;
    latencies = realloc(latencies, latency_capacity * sizeof *latencies);
  }
  latencies[latency_count++] = (float)((now() - begun) * 1e6);
}

static void open_connection(struct connection *c) {
  memset(c, 0, sizeof *c);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &peer.sin_addr);
  c->begun = now();
  if (connect(c->fd, (struct sockaddr *)&peer, sizeof peer) < 0 && errno != EINPROGRESS) {
    perror("connect");
    exit(1);
  }
  c->state = CONNECTING;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event);
}

static void close_connection(struct connection *c) {
  if (c->ssl) {
    SSL_set_shutdown(c->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(c->ssl);
    c->ssl = NULL;
  }
  close(c->fd);
}

static void begin_request(struct connection *c) {
  c->state = WRITE;
  c->sent = 0;
  c->head_length = 0;
  c->body_left = -1;
  c->chunk_tail = 0;
  memset(c->last, 0, sizeof c->last);
  if (!fresh) c->begun = now();
}

/* Returns bytes, 0 at the end, -1 when the call would block, -2 on failure. */
static ssize_t get(struct connection *c, char *buffer, size_t size) {
  if (c->ssl) {
    int n = SSL_read(c->ssl, buffer, (int)size);
    if (n > 0) return n;
    int error = SSL_get_error(c->ssl, n);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return -1;
    return error == SSL_ERROR_ZERO_RETURN ? 0 : -2;
  }
  ssize_t n = read(c->fd, buffer, size);
  return n >= 0 ? n : errno == EAGAIN ? -1 : -2;
}

static ssize_t put(struct connection *c, const char *buffer, size_t size) {
  if (c->ssl) {
    int n = SSL_write(c->ssl, buffer, (int)size);
    if (n > 0) return n;
    int error = SSL_get_error(c->ssl, n);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? -1 : -2;
  }
  ssize_t n = write(c->fd, buffer, size);
  return n >= 0 ? n : errno == EAGAIN ? -1 : -2;
}

static void fail(struct connection *c, const char *why) {
  if (failures++ < 3) fprintf(stderr, "load: %s: %.*s\n", why, (int)(c->head_length < 300 ? c->head_length : 300), c->head);
  if (failures > 1000) exit(1);
  close_connection(c);
  open_connection(c);
}

static void parse_head(struct connection *c, char *end) {
  *end = 0;
  if (strncmp(c->head, "HTTP/1.1 200", 12) != 0) {
    c->body_left = -3;
    return;
  }
  c->body_left = 0;
  for (char *line = strstr(c->head, "\r\n"); line; line = strstr(line, "\r\n")) {
    line += 2;
    if (!strncasecmp(line, "content-length:", 15)) c->body_left = atoll(line + 15);
    if (!strncasecmp(line, "transfer-encoding:", 18)) c->body_left = -2;
  }
}

/* Consumes reply bytes; returns 1 when the reply is complete. A chunked body is taken to end at its last-chunk. */
static int consume(struct connection *c, char *data, size_t length) {
  bytes += length;
  if (c->body_left == -1) {
    size_t room = sizeof c->head - 1 - c->head_length, take = length < room ? length : room;
    memcpy(c->head + c->head_length, data, take);
    c->head_length += take;
    c->head[c->head_length] = 0;
    char *end = memmem(c->head, c->head_length, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head_size = (size_t)(end - c->head) + 4, rest_in_head = c->head_length - head_size;
    parse_head(c, end);
    if (c->body_left == -3) return -1;
    data += take - rest_in_head;
    length = length - take + rest_in_head;
  }
  if (c->body_left == -2) {
    for (size_t i = length > 5 ? length - 5 : 0; i < length; i++) {
      memmove(c->last, c->last + 1, 4);
      c->last[4] = data[i];
    }
    return memcmp(c->last, "0\r\n\r\n", 5) == 0;
  }
  c->body_left -= (long long)length;
  return c->body_left <= 0;
}

static void run(struct connection *c) {
  static char buffer[1 << 18];
  for (;;) {
    ssize_t n;
    switch (c->state) {
      case CONNECTING: {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) return fail(c, strerror(error));
        struct sockaddr_in peer;
        size = sizeof peer;
        if (getpeername(c->fd, (struct sockaddr *)&peer, &size) < 0) return;
        c->state = connect_target ? TUNNEL_WRITE : HANDSHAKE;
        c->sent = 0;
        break;
      }
      case TUNNEL_WRITE:
        n = write(c->fd, tunnel + c->sent, tunnel_length - c->sent);
        if (n < 0) {
          if (errno == EAGAIN) return;
          return fail(c, "tunnel write");
        }
        c->sent += (size_t)n;
        if (c->sent == tunnel_length) c->state = TUNNEL_READ;
        break;
      case TUNNEL_READ:
        /* One byte at a time: what follows the head belongs to TLS. */
        n = read(c->fd, c->head + c->head_length, 1);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) return fail(c, "tunnel closed");
        c->head_length++;
        c->head[c->head_length] = 0;
        if (c->head_length >= 4 && !memcmp(c->head + c->head_length - 4, "\r\n\r\n", 4)) {
          if (strncmp(c->head, "HTTP/1.1 200", 12)) return fail(c, "CONNECT refused");
          c->state = HANDSHAKE;
        }
        break;
      case HANDSHAKE:
        if (!tls) {
          begin_request(c);
          break;
        }
        if (!c->ssl) {
          c->ssl = SSL_new(context);
          SSL_set_fd(c->ssl, c->fd);
          SSL_set_tlsext_host_name(c->ssl, host);
          SSL_set_connect_state(c->ssl);
        }
        n = SSL_do_handshake(c->ssl);
        if (n == 1) {
          if (idle_only) {
            c->state = IDLE;
            held++;
            return;
          }
          begin_request(c);
          break;
        }
        int error = SSL_get_error(c->ssl, (int)n);
        if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
        return fail(c, "handshake");
      case WRITE:
        n = put(c, request + c->sent, request_length - c->sent);
        if (n == -1) return;
        if (n < 0) return fail(c, "write");
        c->sent += (size_t)n;
        if (c->sent == request_length) c->state = READ;
        break;
      case READ:
        n = get(c, buffer, sizeof buffer);
        if (n == -1) return;
        if (n <= 0) return fail(c, "closed early");
        int done = consume(c, buffer, (size_t)n);
        if (done < 0) return fail(c, "not 200");
        if (done) {
          requests++;
          note(c->begun);
          if (fresh) {
            close_connection(c);
            open_connection(c);
            return;
          }
          begin_request(c);
        }
        break;
      case IDLE:
        n = get(c, buffer, sizeof buffer);
        if (n != -1) held--, c->state = CONNECTING, close_connection(c);
        return;
    }
  }
}

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  for (int option; (option = getopt(argc, argv, "a:p:n:tc:fA:H:u:k:s:xi")) != -1;) switch (option) {
      case 'a': address = optarg; break;
      case 'p': port = atoi(optarg); break;
      case 'n': host = optarg; break;
      case 't': tls = 1; break;
      case 'c': connect_target = optarg; break;
      case 'f': absolute_form = 1; break;
      case 'A': proxy_authorization = optarg; break;
      case 'H': strcat(strcat(extra, optarg), "\r\n"); break;
      case 'u': path = optarg; break;
      case 'k': connections = atoi(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'x': fresh = 1; break;
      case 'i': idle_only = 1; break;
      default: return 2;
    }
  const char *authority = connect_target ? connect_target : host;
  char host_header[512];
  snprintf(host_header, sizeof host_header, "%s", authority);
  char *default_port = strstr(host_header, ":443");
  if (default_port && tls && default_port[4] == 0) *default_port = 0;
  char authorization[2048] = "";
  if (proxy_authorization) snprintf(authorization, sizeof authorization, "Proxy-Authorization: %s\r\n", proxy_authorization);
  char prefix[600] = "";
  if (absolute_form) snprintf(prefix, sizeof prefix, "http://%s", host_header);
  request_length = (size_t)snprintf(request, sizeof request, "GET %s%s HTTP/1.1\r\nHost: %s\r\n%s%s\r\n", prefix, path, host_header, absolute_form ? authorization : "", extra);
  if (connect_target) tunnel_length = (size_t)snprintf(tunnel, sizeof tunnel, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", connect_target, connect_target, authorization);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  (void)session;
  epoll_fd = epoll_create1(0);
  struct connection *all = calloc((size_t)connections, sizeof *all);
  double begin = now();
  for (int i = 0; i < connections; i++) open_connection(&all[i]);
  double end = begin + seconds;
  struct epoll_event events[256];
  while (now() < end) {
    int n = epoll_wait(epoll_fd, events, 256, 50);
    for (int i = 0; i < n; i++) run(events[i].data.ptr);
  }
  double took = now() - begin;
  qsort(latencies, latency_count, sizeof *latencies, ascending);
  printf("{\"requests\":%llu,\"seconds\":%.3f,\"bytes\":%llu,\"failures\":%llu,\"held\":%llu,\"p50\":%.1f,\"p99\":%.1f}\n", requests, took, bytes, failures, held,
         latency_count ? latencies[latency_count / 2] : 0.0, latency_count ? latencies[(size_t)((double)latency_count * 0.99)] : 0.0);
  return failures > requests / 100 ? 1 : 0;
}
