"""The five errors a network adapter may raise, each named by what the engine must do next."""

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

_LONGEST_DETAIL = 500


class Scope(StrEnum):
    """How far an answer reaches: one delivery, its channel, the account, or every account of the app."""

    DELIVERY = "delivery"
    CHANNEL = "channel"
    ACCOUNT = "account"
    APP = "app"


class PublishError(Exception):
    """Base of the five. `may_exist`: a reader may see the post although the call failed."""

    may_exist: ClassVar[bool] = False
    is_outage: bool = False
    """Whether it tells that the network is out of order, and would fail other posts too."""

    def __init__(
        self,
        detail: str,
        *,
        scope: Scope = Scope.DELIVERY,
        retry_after: timedelta | None = None,
        is_outage: bool | None = None,
        fix: str = "",
    ) -> None:
        super().__init__(detail[:_LONGEST_DETAIL])
        self.fix = fix
        """What a person can do, where it is not what people usually do about such an error."""
        self.scope = scope
        self.retry_after = retry_after
        if is_outage is not None:
            self.is_outage = is_outage

    @property
    def detail(self) -> str:
        """What was tried, then the network's own words; at most 500 characters, without secrets."""
        return str(self)


class NotSent(PublishError):
    """Nothing was made visible; trying again may help. Costs a try."""

    is_outage = True


class CameToNothing(NotSent):
    """The network had all of it and made no post of it, for nothing that is wrong with the post. Costs a try.

    From `find` as well, which says so of the post, where another NotSent says that it could not look.
    """

    is_outage = False


class NotFetched(NotSent):
    """The network could not fetch a picture or film from the address in `Media.url`. Costs a try.

    The next try gives it another address, where there is one.
    """

    is_outage = False


class NotYet(PublishError):
    """Nothing more can be said or done before `retry_after` has passed. Costs no try; pauses exactly `scope`."""


class OutcomeUnknown(PublishError):
    """The visible call left and no clear answer came. From `find`: it cannot be known here."""

    may_exist: ClassVar[bool] = True
    is_outage = True


class StillWorking(OutcomeUnknown):
    """From `publish`: the network has all of it and works on it, so that it is out later, or refused. Nothing is wrong.

    `retry_after`: when a look may tell more.
    """

    is_outage = False


class LeftToPerson(OutcomeUnknown):
    """The network has it, shows it to nobody, and no look will tell more: a person decides, and until then it rests."""

    is_outage = False


class AuthFailed(PublishError):
    """The credentials no longer serve `scope` (channel or account): a renewal or a person must act."""


class Rejected(PublishError):
    """The network read this post and will never take it as it is."""


class PictureRefused(Rejected):
    """The network will not take a picture of this post; nothing was made visible, and the rest may go without it."""


class Withdrawn(Exception):
    """Raised by `intent` only: the post must not go out now. Adapters let it pass; nothing was sent."""
