"""Unpacks gzip as it comes in, and never more of it than asked for."""

import zlib


class Gzip:
    """Unpacks gzip members one after the other (RFC 1952 lets them follow each other), never more than asked for."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self.is_whole = True

    def add(self, chunk: bytes, most: int) -> bytes:
        """Unpack a chunk, at most `most` bytes of it. Raises zlib.error."""
        out = b""
        while chunk and len(out) < most:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            out += self._member.decompress(chunk, most - len(out))
            chunk = self._member.unused_data
            self.is_whole = self._member.eof
        return out
