"""One delivery, worked on once: reconcile, or compose, freeze, intend, publish, and store what followed."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from adapters.contract import (
    Adapter,
    Asked,
    Json,
    LeftToPerson,
    NotFetched,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    Post,
    PublishError,
    Receipt,
    Withdrawn,
)
from bot.delivery.composing import Written
from bot.delivery.last_look import last_look
from bot.delivery.lesser import answers, parent_of, unpictured, without_link
from bot.delivery.memo import TurnMemo
from bot.delivery.place import MOVED, Place, are_two, place_of
from bot.delivery.ports import connected
from bot.media.photos import pictures_of
from bot.media.public import NoPlace
from bot.media.under_way import Coming
from bot.model import Delivery, Kind, Next, Reason, State
from bot.posts.compose import CannotCompose
from bot.posts.frozen import digest
from bot.posts.price import due_for, price_of
from bot.rules import budget, outcome
from bot.rules.described import goes_bare, remarked
from bot.rules.standing import BY_HAND
from bot.store import turns
from bot.store.engine import StoreUnavailable
from bot.store.spending import OverBudget, lacking
from bot.store.turns import Job, LostFence, Notes

if TYPE_CHECKING:
    from bot.delivery.work import Worker

log = structlog.get_logger()


class Turn:
    """One delivery, worked on once."""

    def __init__(self, worker: "Worker", job: Job, send_by: float) -> None:
        self.worker, self.job, self.send_by = worker, job, send_by
        self.store, self.clock, self.policy = worker.store, worker.clock, worker.policy
        self.stands: Delivery = job.delivery
        self.memo = TurnMemo(job, job.delivery.digest, self.clock, self._keep, self.worker.connect.steps)
        self.price = ""
        """What the network asks for the post."""
        self.gone = False
        self.stopped: Next | None = None
        """What the intent decided when it stopped the try."""
        self.waits = False
        """Somebody is to describe the photo first."""

    async def run(self) -> None:
        """Work, then store what follows."""
        came: Receipt | PublishError | Next | None
        adapter: Adapter | None = None
        try:
            try:
                adapter = await self._connect()
                came = await self._act(adapter)
                if isinstance(came, Receipt):
                    came = replace(came, place=came.place or self._place(adapter))
            except PublishError as e:
                came = e
            except CannotCompose as e:
                came = outcome.hold(self.stands, e.reason, e.detail)
            except Coming as e:
                came = outcome.filming(self.stands, e.done, self.clock.now())
        except (LostFence, StoreUnavailable):
            raise
        except Exception as e:  # barrier: one delivery's bug must not stop its channel, nor pass for an answer
            log.exception("turn failed", delivery=self.stands.id, channel=self.stands.channel)
            came = (OutcomeUnknown if self.gone else NotSent)(type(e).__name__, is_outage=False)
        await self._settle(adapter, came)

    async def _connect(self) -> Adapter:
        renew = outcome.asks_to_renew(self.job.delivery)
        return await connected(self.worker.connect, self.job.run.channel, renew=renew)

    async def _act(self, adapter: Adapter) -> Receipt | PublishError | Next | None:
        if self.job.delivery.state is State.UNKNOWN:
            return await self._find(adapter)
        if self._belongs_elsewhere(adapter):
            return outcome.hold(self.stands, Reason.ELSEWHERE, "")
        if self.job.delivery.kind is Kind.DELETE:
            return await self._delete(adapter)
        self.stands, gone = await last_look(self.worker.look, self.job, self.clock, policy=self.policy)
        if gone:
            return gone
        post = await self._post(adapter)
        self._freeze(post)
        if self.job.delivery.kind is Kind.EDIT:
            return await self._edit(adapter, post)
        if self.waits:  # frozen without its photo: so it reads, and goes once a person lets it
            return outcome.hold(self.stands, Reason.NO_ALT, "")
        if why := self.worker.compose.why_barred(post, self.job.article):
            return await self._unpictured(adapter, barred=why)
        try:
            # Not stored with the post: the address is found anew for each try, and what was approved stays what it is.
            post = await self.worker.show(post, adapter.spec, self.job.article, self.memo.unfetched)
        except NoPlace as e:
            return await self._unplaced(adapter, e)
        return await self._publish(adapter, post)

    async def _find(self, adapter: Adapter) -> Receipt | PublishError | None:
        who, post = self.job.delivery, self.job.delivery.post
        if post is None and who.copied_at is not None:
            post = await self._as_it_would_be(adapter)
        if post is None or who.intent_at is None:
            raise OutcomeUnknown("nothing is known of what was sent")
        post = self.worker.compose.with_covers(post)
        if not self.memo.is_of(self._place(adapter)):
            raise OutcomeUnknown(MOVED)
        self.price = due_for(adapter, post)
        asked = Asked(who.intent_at, self.worker.left.moment(who, adapter.clock), who.mark)
        return await adapter.find(post, key=who.key, memo=self.memo, asked=asked)

    async def _as_it_would_be(self, adapter: Adapter) -> Post:
        """Write what may have gone out before the database was brought back from a copy, to look for it."""
        try:
            post = await self._post(adapter)
        except CannotCompose as e:  # a hold for its own reason could be released without a look
            raise OutcomeUnknown(f"{e.reason}: {e.detail}".replace("_", " ", 1)) from e
        except Coming as e:
            raise NotYet(str(e), retry_after=outcome.FILM_EVERY) from e
        if not self.waits:  # what is not out after all waits for words to its photo as ever
            self._freeze(post)
        return post

    def _place(self, adapter: Adapter) -> Place:
        return place_of(self.job.run.channel, adapter)

    def _belongs_elsewhere(self, adapter: Adapter) -> bool:
        """Whether it changes or answers a post that is out in another place: here a network knows nothing of it.

        "Not there" would pass for "taken down", and a number may mean another post here.
        """
        out = self.job.parent
        is_tied = self.job.delivery.kind in (Kind.EDIT, Kind.DELETE, Kind.REPLY)
        return is_tied and out is not None and are_two(out.place, self._place(adapter))

    def _freeze(self, post: Post) -> None:
        template = self.stands.template or self.job.template.label
        self.stands = replace(self.stands, post=post, digest=digest(post), template=template)
        self.memo = TurnMemo(self.job, self.stands.digest, self.clock, self._keep, self.worker.connect.steps)

    async def _publish(self, adapter: Adapter, post: Post) -> Receipt | Next:
        self.price = due_for(adapter, post)
        # The intent asks again; but what is paid for on the way there would be paid for nothing.
        if adapter.fees(post) and (why := await self._lacks(self.stands, self.price)):
            return await self._over_budget(adapter, why)
        await self.memo.begin_at(self._place(adapter))
        try:
            return await adapter.publish(post, key=self.stands.key, memo=self.memo, intent=self._intent)
        except LostFence:
            raise
        except OverBudget as e:
            return await self._over_budget(adapter, e.why)
        except (Withdrawn, NotYet):
            if self.stopped is None:
                raise
            return self.stopped
        except NotFetched:
            self.memo.note_unfetched(each.url for each in post.media if each.url)
            raise
        except PictureRefused as e:
            if not pictures_of(post):
                raise
            return await self._unpictured(adapter, refused=e.detail)
        except OutcomeUnknown as e:
            if self.gone or isinstance(e, LeftToPerson):
                raise
            # The visible call was never reached: nothing can exist.
            raise NotSent(e.detail, is_outage=e.is_outage) from e

    async def _unplaced(self, adapter: Adapter, no: NoPlace) -> Next:
        """Go on without the picture that nobody could fetch, or wait where none may be missing."""
        limits = await self.worker.connect.limits(self.job.run.channel, adapter)
        if limits.least and not no.is_of_further:
            return outcome.hold(self.stands, Reason.NO_PLACE, str(no))
        return await self._unpictured(adapter, unfit=str(no))

    async def _unpictured(self, adapter: Adapter, **why: str) -> Next:
        """Freeze the post without the picture the network cannot have or refused; the next turn sends it."""
        limits, now = await self.worker.connect.limits(self.job.run.channel, adapter), self.clock.now()
        written = await unpictured(replace(self.job, delivery=self.stands), self.worker.compose, limits, now, **why)
        if digest(written.post) == self.stands.digest:  # what was drawn in its place is what was refused
            reason = Reason.NO_PICTURE if "barred" in why else Reason.REFUSED
            return outcome.hold(self.stands, reason, "; ".join(why.values()))
        self._freeze_anew(written.post)
        return outcome.unpictured(self.stands, written.remark, self.clock.now(), asks=written.asks)

    async def _over_budget(self, adapter: Adapter, why: str) -> Next:
        """Freeze the post without its link where that is cheap enough, else hold it for a person."""
        who, now = self.job.run.channel, self.clock.now()
        limits = await self.worker.connect.limits(who, adapter)
        written = await without_link(self.job, self.stands, self.worker.compose, limits, now)
        if written is None:
            return outcome.hold(self.stands, Reason.BUDGET, why)
        bare = replace(self.stands, post=written.post)
        if await self._lacks(bare, price_of(adapter, written.post)):
            return outcome.hold(self.stands, Reason.BUDGET, why)
        self._freeze_anew(written.post)
        return budget.go_unlinked(self.stands, why, written.remark, now)

    async def _lacks(self, stands: Delivery, price: str) -> str:
        how = partial(lacking, zone=self.policy.zone)
        return await self.store.write(how, self.job.run.channel, stands, price, self.clock.now())

    def _freeze_anew(self, post: Post) -> None:
        template = BY_HAND if self.stands.template == BY_HAND else self.job.template.label
        self.stands = replace(self.stands, post=post, digest=digest(post), template=template)
        self.memo = self.memo.of_another(self.stands.digest)

    async def _edit(self, adapter: Adapter, post: Post) -> Receipt | Next:
        out = parent_of(self.job)
        await self._engine_intent({"edit": out.id, "body": adapter.body(post)})
        return self.stopped or await adapter.edit(out, post, memo=self.memo)

    async def _delete(self, adapter: Adapter) -> Receipt | Next:
        out = parent_of(self.job)
        await self._engine_intent({"delete": out.id})
        if self.stopped is None:
            await adapter.delete(out)
        return self.stopped or out

    async def _engine_intent(self, content: Json) -> None:
        """Take the intent for an edit or a delete, whose adapters have none of their own."""
        try:
            await self._intent(content)
        except LostFence:
            raise
        except (Withdrawn, NotYet):
            if self.stopped is None:
                raise

    async def _intent(self, content: Json) -> None:
        if self.gone or self.stopped:
            raise RuntimeError("intent is awaited once per try")
        now, notes = self.clock.now(), self.memo.take_notes()
        try:
            how = partial(turns.intend, policy=self.policy, price=self.price)
            self.stands = await self.store.write(how, self.job, self.stands, content, notes, now)
            self.worker.left.note(self.stands, self.send_by)
        except LostFence:
            raise
        except Withdrawn:
            self.memo.put_back(notes)
            self.stopped = outcome.put_back(self.stands, Reason.NOT_LEFT, now)
            raise
        except NotYet as e:
            self.memo.put_back(notes)
            self.stopped = outcome.put_back(self.stands, Reason.PACE, now + (e.retry_after or timedelta(0)))
            raise
        # After the commit, because the process may have been frozen in it.
        if self.clock.monotonic() >= self.send_by:
            self.stopped = outcome.put_back(self.stands, Reason.TOO_LATE, self.clock.now())
            raise NotYet("too late to send under this hold")
        self.gone = True

    async def _post(self, adapter: Adapter) -> Post:
        post = await self.worker.compose.frozen(self.job, lambda: self._composed(adapter))
        if post is None:
            written = await self._composed(adapter)
            self.waits = written.waits and not goes_bare(self.job.delivery)
            detail = remarked(self.stands.detail, written.remark)
            self.stands = replace(self.stands, detail=detail, template=self.job.template.label)
            post = written.post
        return replace(post, parent=self.job.parent) if answers(self.job, adapter) else post

    async def _composed(self, adapter: Adapter) -> Written:
        limits = await self.worker.connect.limits(self.job.run.channel, adapter)
        return await self.worker.compose(self.job, limits, self.clock.now())

    async def _keep(self, notes: Notes) -> None:
        # Both begin before the write, because the process may be frozen in it while the lease runs.
        now, send_by = self.clock.now(), self.clock.monotonic() + self.policy.send_by.total_seconds()
        await self.store.write(turns.keep_step, self.job, self.stands.digest, notes, now, policy=self.policy)
        self.send_by = send_by

    async def _settle(self, adapter: Adapter | None, came: Receipt | PublishError | Next | None) -> None:
        now, notes = self.clock.now(), self.memo.take_notes()
        left, is_sought = self.worker.left, self.job.delivery.state is State.UNKNOWN
        if isinstance(came, Next):
            step, label = came, str(came.delivery.reason)
        else:
            step = outcome.after(
                self.stands,
                came,
                now,
                policy=self.policy,
                find_for=adapter.spec.find_for if adapter else outcome.STEP_ASIDE,
                asked=left.moment(self.job.delivery, self.clock) if is_sought else None,
                can_renew=adapter is not None and adapter.renews(),
            )
            label = "absent" if came is None else type(came).__name__
        told = partial(turns.settle, policy=self.policy, came=label, price=self.price)
        stood = await self.store.write(told, self.job, step, notes, now)
        if stood.state is not State.UNKNOWN:
            left.forget(stood)
        elif not is_sought:
            left.note(stood, self.clock.monotonic())  # the call has ended: nothing of it is still to leave
        if stood.state is State.DONE and stood.kind is Kind.POST and stood.published_at:
            self.worker.posted(self.job.run.channel, now - stood.published_at)
        log.info(
            "turn ended", delivery=stood.id, channel=stood.channel, state=str(stood.state), reason=str(stood.reason)
        )
