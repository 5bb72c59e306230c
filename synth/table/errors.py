"""The classes that say: the caller can mend this."""

from __future__ import annotations


class InputError(ValueError):
    """A mistake of the caller's in data, settings or arguments; the message says how to mend it.

    Commands end with exit code 2 and the message for these and for no other error: a ValueError
    that comes from elsewhere is a fault of ours, and its trace goes to the log.
    """


class InputTypeError(InputError, TypeError):
    """A mistake of the caller's who gave another kind of thing than is taken."""
