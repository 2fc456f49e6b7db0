"""Plaintexts are filled up to steps before they are sealed, because a length would tell what is inside."""


def pad(data: bytes, size: int) -> bytes:
    """Fill ``data`` up to ``size`` bytes; the last two say how many were added, so that no byte of it is taken."""
    added = size - len(data)
    return data + bytes(added - 2) + added.to_bytes(2, "big")


def unpad(padded: bytes) -> bytes:
    """Give what was padded."""
    return padded[: len(padded) - int.from_bytes(padded[-2:], "big")]


def stepped(length: int, step: int) -> int:
    """Give the padded size of ``length`` bytes and the two that end the padding."""
    return -(-(length + 2) // step) * step
