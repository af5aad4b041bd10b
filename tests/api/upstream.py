"""Plays OpenWeatherMap: recorded weather for any point on Earth, and a geocoder that knows no place.

Prints the address that it listens on and serves until it is ended.
"""

import http.server
import pathlib

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "openweathermap"
ANSWERS = {
    "/data/2.5/weather": (FIXTURES / "current" / "london-by-lat-lon-2020.json").read_bytes(),
    "/data/2.5/forecast": (FIXTURES / "forecast" / "london-5day-3h-2025.json").read_bytes(),
    "/geo/1.0/direct": b"[]",
}


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are sent as one, so that nobody waits for an acknowledgement between them.
    wbufsize = -1

    def do_GET(self):
        body = ANSWERS.get(self.path.split("?")[0])
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        """Says nothing: the program under test tells what matters."""


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
