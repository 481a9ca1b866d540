"""A process that has imported Jarshy once and is forked for each command: a real process, without its first second.

Run as `python -m tests.e2e.forge FD`: each message on that socket asks for one. It ends when the socket is closed.
"""

import gc
import json
import os
import pkgutil
import runpy
import signal
import socket
import struct
import sys
from importlib import import_module
from typing import Any

_NUMBER = struct.Struct("i")


def prepare() -> None:
    """Import whatever a command, the daemon or the world beside it may ask for."""
    import bot.commands
    import bot.frontdesk
    import bot.process
    import tests.e2e.outside  # noqa: F401
    from bot.networks import adapters

    for each in pkgutil.iter_modules(bot.commands.__path__):
        import_module(f"bot.commands.{each.name}")
    adapters()
    gc.collect()
    gc.freeze()


def serve(door: socket.socket) -> list[str]:
    """Fork for each request; tells what to run in the process that shall run it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asked, fds, _, _ = socket.recv_fds(door, 1 << 20, 4)
        if not asked:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            door.close()
            if pid := os.fork():
                _watch(pid, *fds)
            return _become(json.loads(asked), *fds)
        for fd in fds:
            os.close(fd)


def _watch(pid: int, *fds: int) -> None:
    """Tell a process's number, and how it ended."""
    *papers, told = fds
    for fd in (0, 1, 2, *papers):
        os.close(fd)
    os.write(told, _NUMBER.pack(pid))
    os.write(told, _NUMBER.pack(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
    os._exit(0)


def _become(asked: dict[str, Any], *fds: int) -> list[str]:
    for to, fd in enumerate(fds[:3]):
        os.dup2(fd, to)
    for fd in fds:
        os.close(fd)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    argv: list[str] = asked["argv"]
    return argv


if __name__ == "__main__":
    prepare()
    _argv = serve(socket.socket(fileno=int(sys.argv[1])))
    # From here on this is the process that was asked for, and ends as any Python does.
    sys.argv[:] = _argv
    runpy.run_path(_argv[0], run_name="__main__")
