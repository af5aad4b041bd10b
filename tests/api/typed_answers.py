"""Writes a TypeScript program that checks real answers against the types that openapi-typescript generated.

    python3 typed_answers.py http://127.0.0.1:5000 > answers.ts    # beside schema.ts
"""

import json
import sys
import urllib.error
import urllib.request

ANSWERS = [
    ("/api/weather", "?city=London", 200),
    ("/api/weather", "?lat=89.9&lon=0", 200),
    ("/api/weather", "?lat=1", 400),
    ("/api/weather", "?city=Londno", 404),
    ("/api/forecast", "?units=imperial", 200),
    ("/api/places", "?q=lond", 200),
    ("/api/status", "", 200),
    ("/health", "", 200),
]

print('import type { paths } from "./schema";')
for number, (path, query, status) in enumerate(ANSWERS):
    try:
        answer = urllib.request.urlopen(sys.argv[1] + path + query)
    except urllib.error.HTTPError as error:
        answer = error
    assert answer.status == status, (path, query, answer.status)
    media_type = answer.headers["content-type"].split(";")[0]
    body = answer.read().decode()
    value = json.dumps(body) if media_type == "text/plain" else body
    content = f'paths["{path}"]["get"]["responses"][{status}]["content"]["{media_type}"]'
    print(f"export const answer{number}: {content} = {value};")
