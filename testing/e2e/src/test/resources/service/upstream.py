"""An HTTPS service that answers with the Authorization that it was sent, and remembers it."""
import http.server
import ssl


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        sent = self.headers.get("Authorization", "none")
        with open("/suite/upstream/received", "a") as received:
            received.write(sent + "\n")
        body = ("you sent " + sent).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 8443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/suite/upstream/cert.pem", "/suite/upstream/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
