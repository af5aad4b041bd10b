"""Give a list of components (CycloneDX) the serial number without which it cannot be attested.

serial_number.py PROGRAM <COMPONENTS

The number is made from the program's digest (a UUID of version 8), so that the same program always has the same list.
"""

import hashlib
import json
import sys
import uuid
from pathlib import Path

digest = hashlib.sha256(Path(sys.argv[1]).read_bytes()).digest()
number = bytearray(digest[:16])
number[6] = number[6] & 0x0F | 0x80
number[8] = number[8] & 0x3F | 0x80
components = json.load(sys.stdin)
json.dump(components | {"serialNumber": uuid.UUID(bytes=bytes(number)).urn, "version": 1}, sys.stdout)
