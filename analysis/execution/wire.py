"""The pipes between papermill and the process in which cells run, as nbclient's kernel client and channels.

A message is a line: its number and its JSON. What is printed has pipes of its own, with a mark at the place of each
message: so each text is shown before the message that came after it.
"""

from __future__ import annotations

import asyncio
import codecs
import json
import os
import queue
import re
import select
import sys
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nbclient.exceptions import DeadKernelError

if TYPE_CHECKING:
    from analysis.execution.fork import Executor

PATIENCE = 1.5  # seconds in which nbclient itself finds out that the process is gone
LATEST = 0.3  # seconds that a printed line may wait before it is shown
CHUNK = 1 << 20
LANGUAGE = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}


def mark(token: str, number: int) -> bytes:
    """What stands in a stream at the place of a message."""
    return b"\0%s:%d\0" % (token.encode(), number)


class Client:
    """As much of a kernel client as nbclient needs: requests go out, messages arrive in two channels."""

    allow_stdin = False

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.cell: str | None = None  # the request that is being answered
        self.shell_channel = Channel()
        self.iopub_channel = Channel()
        self._requests = 0
        self._tail = bytearray()
        self._streams = (
            Stream("stdout", executor.out, executor.token),
            Stream("stderr", executor.err, executor.token),
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._later: asyncio.TimerHandle | None = None

    def start_channels(self) -> None:
        """The pipes are there."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Begin to listen."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self.executor.messages, self._hear)
        for stream in self._streams:
            self._loop.add_reader(stream.fd, self._hear_stream, stream)

    async def close(self) -> None:
        """Listen no more."""
        if self._loop is not None:
            for fd in (self.executor.messages, *(stream.fd for stream in self._streams)):
                self._loop.remove_reader(fd)
        if self._later is not None:
            self._later.cancel()

    def is_alive(self) -> bool:
        """Whether the process is."""
        return self.executor.poll() is None

    def execute(self, code: str, **how: Any) -> str:
        """Ask to run a cell; the id under which everything is answered."""
        self._requests += 1
        self.cell = f"{self._requests}"
        self.executor.ask(id=self.cell, code=code)
        return self.cell

    def kernel_info(self) -> str:
        """Ask what papermill asks at the end; nobody needs to be asked."""
        message = _message("kernel_info_reply", "info", language_info=dict(LANGUAGE))
        self.shell_channel.put(message)
        return "info"

    def _hear(self) -> None:
        part = os.read(self.executor.messages, CHUNK)
        if not part:
            self._loop.remove_reader(self.executor.messages)
            self._show([stream.rest() for stream in self._streams])
            self.shell_channel.put(None)
            return
        self._tail += part
        if b"\n" not in part:
            return
        *lines, self._tail = self._tail.split(b"\n")
        for line in lines:
            number, _, packed = line.partition(b" ")
            self._show([stream.until(int(number)) for stream in self._streams])
            message = json.loads(packed)
            is_reply = message["msg_type"] == "execute_reply"
            if is_reply:
                self.cell = None
            (self.shell_channel if is_reply else self.iopub_channel).put(message)

    def _hear_stream(self, stream: Stream) -> None:
        if not stream.read():
            self._loop.remove_reader(stream.fd)
        elif self._later is None:
            self._later = self._loop.call_later(LATEST, self._show_so_far)

    def _show_so_far(self) -> None:
        self._later = None
        self._show([stream.so_far() for stream in self._streams])

    def _show(self, texts: list[str]) -> None:
        for stream, text in zip(self._streams, texts, strict=True):
            if text:
                self.iopub_channel.put(_message("stream", self.cell, name=stream.name, text=text))


class Channel:
    """Messages that have arrived, to be waited for; None stands for the end of the process."""

    def __init__(self) -> None:
        self._messages: deque[dict[str, Any] | None] = deque()
        self._arrived = asyncio.Event()

    def put(self, message: dict[str, Any] | None) -> None:
        """Let a message be got."""
        self._messages.append(message)
        self._arrived.set()

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message; raises `queue.Empty` after `timeout` seconds."""
        while not self._messages:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), timeout)
            except TimeoutError:
                raise queue.Empty from None
        if self._messages[0] is None:
            await asyncio.sleep(PATIENCE)
            raise DeadKernelError("Kernel died")
        return self._messages.popleft()


class Stream:
    """What is printed, cut where a message was sent."""

    def __init__(self, name: str, fd: int, token: str) -> None:
        self.name, self.fd, self.token = name, fd, token
        self._text = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        os.set_blocking(fd, False)

    def read(self) -> bool:
        """Read what is there; whether there may be more."""
        with suppress(BlockingIOError):
            part = os.read(self.fd, CHUNK)
            self._text += part
            return bool(part)
        return True

    def until(self, number: int) -> str:
        """What stands before a mark; the mark itself goes too."""
        wanted = mark(self.token, number)
        while wanted not in self._text and _is_readable(self.fd) and self.read():
            pass
        text, _, self._text = self._text.partition(wanted)
        return self._decoder.decode(text)

    def so_far(self) -> str:
        """What stands before the next mark, or before what may become one."""
        start = b"\0" + self.token.encode()
        tail = range(max(0, len(self._text) - len(start)), len(self._text))
        place = self._text.find(start)
        if place < 0:
            place = next((at for at in tail if start.startswith(self._text[at:])), len(self._text))
        text, self._text = self._text[:place], self._text[place:]
        return self._decoder.decode(text)

    def rest(self) -> str:
        """Everything, when no more will come."""
        while _is_readable(self.fd, 0) and self.read():
            pass
        text, self._text = re.sub(rb"\0%s:\d+\0" % self.token.encode(), b"", self._text), b""
        return self._decoder.decode(text, final=True)


def _is_readable(fd: int, timeout: float | None = None) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(timeout))


def _message(kind: str, parent: str | None, **content: Any) -> dict[str, Any]:
    header = {"msg_type": kind, "date": datetime.now(UTC).isoformat()}
    return {"msg_type": kind, "header": header, "parent_header": {"msg_id": parent}, "content": content}
