"""Simulates the three providers with recorded answers, for any point on Earth.

Prints the address that it listens on and serves until it is stopped.
"""

import http.server

import recordings

ANSWERS = {
    "/data/2.5/weather": recordings.current("london-by-lat-lon-2020.json"),
    "/data/2.5/forecast": recordings.forecast("london-5day-3h-2025.json"),
    "/geo/1.0/direct": b"[]",
    "/weatherapi/locationforecast/2.0/complete": recordings.met_norway("london-complete-2020-with-headers.json"),
    "/v1/forecast": recordings.open_meteo("new-york-current-hourly-2026.json"),
    "/v1/search": b"{}",
}


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A long body takes several writes, and the last would wait 40 ms for an acknowledgement of the first.
    disable_nagle_algorithm = True

    def do_GET(self):
        body = ANSWERS.get(self.path.split("?")[0])
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        """Logs nothing, so that only the output of the test is shown."""


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
