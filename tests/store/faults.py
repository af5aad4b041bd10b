"""Faults of the folder: how each is brought about, and what the program then reports."""

import contextlib
import os
import pathlib
import subprocess
import zlib

from program import Program

NEWER = 60_000
PAGE = 4096


def report(data):
    """The file of the only place in the folder."""
    (file,) = (data / "reports").iterdir()
    return file


def damage(change):
    @contextlib.contextmanager
    def fault(data, _):
        file = report(data)
        content = bytearray(file.read_bytes())
        changed = change(content)
        file.write_bytes(content if changed is None else changed)
        yield

    return fault


def flip(content):
    content[len(content) // 2] ^= 1


def zero(content):
    content[:PAGE] = bytes(min(PAGE, len(content)))


def make_newer(content):
    content[4:6] = NEWER.to_bytes(2, "little")
    content[:4] = zlib.crc32(content[4:]).to_bytes(4, "little")


@contextlib.contextmanager
def hang(data, _):
    """Opening the file blocks for ever, as on a network disk that is gone."""
    file = report(data)
    file.unlink()
    os.mkfifo(file)
    yield


@contextlib.contextmanager
def hide(data, _):
    hidden = data.parent.rename(data.parent.with_suffix(".hidden"))
    yield
    hidden.rename(data.parent)


@contextlib.contextmanager
def use_elsewhere(data, upstream):
    with Program(upstream.url, data):
        yield


def mounted(data, options):
    """Moves the folder, with its content, to a small file system of its own."""
    kept = data.rename(data.with_suffix(".kept"))
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", data], check=True)
    try:
        subprocess.run(["cp", "-a", f"{kept}/.", data], check=True)
        yield from options(data)
    finally:
        subprocess.run(["umount", "--lazy", data], check=True)


def read_only(data):
    subprocess.run(["mount", "-o", "remount,ro", data], check=True)
    yield


def full(data):
    with contextlib.suppress(OSError), open(data / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(PAGE))
    yield


def can_mount():
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


def of_mount(options):
    return contextlib.contextmanager(lambda data, _: mounted(data, options))


# For each fault: what brings it about, the state and the end of the last error in /api/status, and whether the stored
# data is still available.
FAULTS = {
    "none": (lambda *_: contextlib.nullcontext(), "ok", "", True),
    "truncated": (damage(lambda content: content[:-100]), "unreadable", "checksum is wrong", False),
    "zeroed page": (damage(zero), "unreadable", "checksum is wrong", False),
    "flipped bit": (damage(flip), "unreadable", "checksum is wrong", False),
    "empty": (damage(lambda _: b""), "unreadable", "it is empty", False),
    "newer version": (damage(make_newer), "unreadable", "which this program does not read", False),
    "slow": (hang, "failing", "did not answer within 250 ms", False),
    "missing folder": (hide, "failing", "No such file or directory (os error 2)", False),
    "second process": (use_elsewhere, "failing", "is in use by another process", False),
    "read-only": (of_mount(read_only), "failing", "Read-only file system (os error 30)", False),
    "full": (of_mount(full), "failing", "No space left on device (os error 28)", True),
}
NEED_MOUNT = {"read-only", "full"}
