"""The errors of this room whose message says all a user needs. Raised elsewhere."""


class WarehouseError(Exception):
    """Something in lake, landing or published files needs a person; the message says what, in Vietnamese."""


class LakeError(WarehouseError):
    """The lake cannot be opened: newer software wrote it, or its catalog cannot be read or written."""


class LockedError(WarehouseError):
    """Another process held a lock for longer than the caller would wait."""


class OvertakenError(WarehouseError):
    """Another machine committed between the first read and the commit; nothing was stored, and it can be done anew."""


class StoreError(WarehouseError):
    """A bucket refused, or did not answer in spite of patience; the message says which object."""


class BackupError(WarehouseError):
    """The lake could not be copied; the copy that was there is as before."""


class DecisionError(WarehouseError):
    """A delivery is not one a person can decide about now, or not in this way; nothing was stored."""


class MeanwhileError(WarehouseError):
    """Another run changed what a batch was compared with, between its check and its commit; nothing was stored."""


class CountedMeanwhileError(MeanwhileError):
    """The other run counted a case of the batch."""


class JudgedMeanwhileError(MeanwhileError):
    """The other run stored deliveries of a unit of the batch, or a person decided about one."""


class PublishError(WarehouseError):
    """The built file is not what it must be; what was published before stays."""


class EngineError(WarehouseError):
    """What is to derive the marts is missing, does not start or fails; what was published before stays."""


class PurgedError(WarehouseError):
    """An original was removed because its time of retention is over; what was counted from it stays."""
