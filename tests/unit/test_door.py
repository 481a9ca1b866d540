"""What pages are served at."""

import socket

from bot.pages import door_at


def test_no_page_waits_for_its_second_part():
    with door_at(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()), door.accept()[0] as served:
        assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
