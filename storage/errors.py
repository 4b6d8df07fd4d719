"""What can go wrong on shared ground. The messages say what to do."""


class BadSetting(Exception):
    """A setting that makes no sense; its message names the variable and what it may be."""


class StorageError(Exception):
    """The database or the blobs can't be had, or not as they are."""


class ChangedMeanwhile(StorageError):
    """Somebody else changed the same thing since it was read; nothing of this change was kept."""
