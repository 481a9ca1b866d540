"""The sentences of every state and reason: how a delivery stands, and which commands fit then. Pure."""

from typing import NamedTuple

from bot.model import Kind, Reason, State


class Says(NamedTuple):
    """How it stands, and with which commands (`you`) a person goes on; a page has buttons in their place.

    `stands` is what is put into other languages. `you` follows it, or fills its place {you}.
    """

    stands: str
    you: str = ""


SENTENCES: dict[tuple[State, Reason], Says] = {
    (State.DUE, Reason.PLANNED): Says("{goes}{when}."),
    (State.DUE, Reason.EMBARGO): Says("The article is dated ahead, so it {goes}{when}."),
    (State.DUE, Reason.GRACE): Says("Waits {grace} for last changes to the article, and {goes}{when}."),
    (State.DUE, Reason.BREAKING): Says("Is breaking news and {goes}{when}, ahead of everything else."),
    (State.DUE, Reason.APPROVED): Says("Was {approved} by {who} and {goes}{when}."),
    (State.DUE, Reason.MOVED): Says("Was moved by {who} and {goes}{when}; it expires{expires}."),
    (State.DUE, Reason.WRITTEN): Says("Was written by {who} and {goes}{when}."),
    (State.DUE, Reason.RELEASED): Says("Was released by {who} and {goes}{when}."),
    (State.DUE, Reason.ABSENT): Says("An earlier try got no answer, but {network} shows that nothing came of it, so it {goes}{when}."),
    (State.DUE, Reason.RESOLVED_ABSENT): Says("Was not out when {who} looked, so it {goes}{when}."),
    (State.DUE, Reason.BACKOFF): Says("Try {tries} of {most} failed{before} ({detail}); the next one comes{when}."),
    (State.DUE, Reason.ASKED_TO_WAIT): Says("{network} asked us to wait ({detail}), so it {goes}{when}."),
    (State.DUE, Reason.NO_ACCESS): Says("{network} takes nothing from us now ({detail}); we ask again by ourselves, from every 10 minutes to every 2 hours, and it {goes} once {network} does."),
    (State.DUE, Reason.RENEWED): Says("The login had run out and is being renewed, and it {goes}{when}."),
    (State.DUE, Reason.PACE): Says("Waits its turn on this channel and {goes}{when}."),
    (State.DUE, Reason.TOO_LATE): Says("This machine was too slow to send it safely, so {nothing}, and it {goes}{when}."),
    (State.DUE, Reason.REVISED): Says("The article changed before it was sent, so the post is written anew and {goes}{when}."),
    (State.DUE, Reason.LOOKS_GONE): Says("The article's page was gone when we looked, so {nothing}, and we look again{when}."),
    (State.DUE, Reason.NOT_LEFT): Says("Something changed just before it was sent, so it was stopped in time and {goes}{when}."),
    (State.DUE, Reason.PICTURE_REFUSED): Says("Is written anew and {goes}{when}{remark}."),
    (State.DUE, Reason.UNLINKED): Says("Is written anew and {goes}{when}{remark}."),
    (State.DUE, Reason.FILMING): Says("Its film is being made{because}; we look{when} whether it is ready, and then it {goes}."),
    (State.DUE, Reason.LEFT_SENDING): Says("We were interrupted in the middle of it, and because that harms nothing it {goes} once more{when}."),
    (State.SENDING, Reason.INTENT): Says("Is being sent right now."),
    (State.UNKNOWN, Reason.LOST_ANSWER): Says("Was sent, but no clear answer came ({detail}); we look whether it is out{when}, and never send it again before we know."),
    (State.UNKNOWN, Reason.LEFT_SENDING): Says("We were interrupted while sending it; we look whether it is out{when}, and never send it again before we know."),
    (State.UNKNOWN, Reason.LOOK_AGAIN): Says("Was sent without a clear answer, and we cannot tell yet whether it is out ({detail}); we look again{when}."),
    (State.UNKNOWN, Reason.WORKED_ON): Says("{network} has all of it and is still at work on it ({detail}); we look{when} whether it is out."),
    (State.UNKNOWN, Reason.RESOLVED_ABSENT): Says("{network} had it, and {who} says that it is not out; we ask {network} once more{when}, and send it again unless it is there or still to come."),
    (State.UNKNOWN, Reason.RENEWED): Says("Was sent without a clear answer; the login has run out since and is being renewed, and then we look whether it is out."),
    (State.UNKNOWN, Reason.RESTORED): Says("The database was brought back from a copy that ends {copied}, and it may have gone out since; we look whether it is out{when}, and never send it before we know."),
    (State.DONE, Reason.SENT): Says("{done}{at}{url}{remark}."),
    (State.DONE, Reason.FOUND): Says("{done}; the answer got lost, but we looked and found it on {network}{at}{url}{remark}."),
    (State.DONE, Reason.RESTORED): Says("{done}; our note of it was lost with the database, but we looked and found it on {network}{at}{url}{remark}."),
    (State.DONE, Reason.RESOLVED_SENT): Says("{done}, as {who} saw{at}{url}."),
    (State.HELD, Reason.APPROVAL): Says("Waits for approval{because}{then}{you}; it expires{expires}.", ": `approve {id}` or `reject {id} REASON`"),
    (State.HELD, Reason.REFUSED): Says("{network} refused it, so {nothing}: {detail}.", "; change it (`edit {id} TEXT`) and {mended}, or `cancel {id}`"),
    (State.HELD, Reason.UNDECIDABLE): Says("It may or may not be out: no clear answer came, and our looking did not settle it ({detail}).", "; look on {network}: if it is there, `resolve {id} --sent` and the post's address; only if it surely is not, `resolve {id} --not-sent`, which sends it"),
    (State.HELD, Reason.UNSHOWN): Says("{network} has it, and readers do not see it: {detail}.", "; `resolve {id} --sent` and its address, or, once it is deleted there, `resolve {id} --not-sent`, which sends it"),
    (State.HELD, Reason.WORKED_ON): Says("{network} had all of it and did not say in time what became of it ({detail}), so it may still come out; unless it is out, delete it there before it is sent again{you}.", " (if it is out, `resolve {id} --sent` and the post's address; once it is deleted, `resolve {id} --not-sent`, which sends it)"),
    (State.HELD, Reason.RESTORED): Says("The database was brought back from a copy that ends {copied}, and it may have gone out since; our looking did not settle it ({detail}).", "; look on {network}: if it is there, `resolve {id} --sent` and the post's address; only if it surely is not, `resolve {id} --not-sent`, which sends it"),
    (State.HELD, Reason.GAVE_UP): Says("Failed {tries} times{before}, at last with: {detail}.", "; `release {id}` tries again"),
    (State.HELD, Reason.GONE): Says("The article's page is gone ({detail}), so {nothing}.", "; `release {id}` if it should go out all the same"),
    (State.HELD, Reason.RETRACTED): Says("The newsroom withdrew the article before it was sent, so {nothing}, and nothing will be unless you say so.", "; `cancel {id}`, as a rule: `release {id}` would post what was withdrawn"),
    (State.HELD, Reason.BY_PERSON): Says("Is held back by {who}.", "; `release {id}` lets it go"),
    (State.HELD, Reason.FAR_FUTURE): Says("Is dated more than a week ahead ({detail}), which looks like a mistake.", "; `release {id}` lets it go on that day"),
    (State.HELD, Reason.FLOOD): Says("Came with far more stories at once than this feed ever brings, so a person should look first.", "; `release {id}` or `cancel {id}`, or all of them with `--reason flood`"),
    (State.HELD, Reason.TEMPLATE): Says("Its template cannot be used: {detail}.", "; mend the template, then `release {id}`"),
    (State.HELD, Reason.MISSING_FIELD): Says("The article has no {detail}, which its post needs.", "; `edit {id} TEXT` writes the post by hand, then {mended}"),
    (State.HELD, Reason.TOO_LONG): Says("Not even its shortest form fits {network}: {detail}.", "; `edit {id} TEXT` writes a shorter one, then {mended}"),
    (State.HELD, Reason.DEFECT): Says("Its post is not fit to be sent: {detail}.", "; `edit {id} TEXT` writes it by hand, then {mended}"),
    (State.HELD, Reason.NO_CORRECTION): Says("Is to correct a post, but nobody said what was wrong.", ": `mark {story} --correction TEXT`, then `release {id}`"),
    (State.HELD, Reason.NO_PLACE): Says("It must show a picture, and {network} could fetch it from nowhere, so {nothing}: {detail}.", "; set it and `jarshy reload`, then `release {id}`, or all of them with `--reason no_place`"),
    (State.HELD, Reason.SOURCE_LEFT): Says("Its source ({detail}) is gone from the settings, so {nothing}; it goes on when the source is back.", "; `cancel {id}` ends it"),
    (State.HELD, Reason.HUSHED): Says("Its time came while everything but breaking news was hushed (by {who}), so a person decides.", "; `release {id}` or `cancel {id}`"),
    (State.HELD, Reason.BUDGET): Says("The channel's budget does not reach for it, so {nothing}: {detail}.", "; `release {id}` sends it all the same, or `cancel {id}`"),
    (State.HELD, Reason.NO_FILM): Says("It has no film, so {nothing}: {detail}.", "; once that is mended, `release {id}` makes one, or `release --reason no_film` all of them"),
    (State.HELD, Reason.NO_PICTURE): Says("{network} takes no post without a picture, and none can be had ({detail}), so {nothing}.", "; once that is mended, `release {id}` tries again, or `cancel {id}`"),
    (State.HELD, Reason.NO_ALT): Says("Its photo has no alternative text, which this channel asks for, so {nothing}.", ": `mark {story} --alt TEXT` describes it and lets it go, or `release {id}` sends it without the photo"),
    (State.HELD, Reason.ELSEWHERE): Says("The post it belongs to is out at the place this channel had then, and the channel has another one now, so {nothing}.", "; do it by hand there and `cancel {id}`, or set the channel back and `release {id}`"),
    (State.SKIPPED, Reason.FIRST_RUN): Says("Was there before we first read this feed{there}, so it is not news to post.", "; `release {id}` posts it all the same"),
    (State.SKIPPED, Reason.LONG_AWAY): Says("Came while this feed was not read for {detail}, so it is not posted by itself.", "; `release {id}` posts it all the same"),
    (State.SKIPPED, Reason.TOO_OLD): Says("Was {detail} old when we saw it, too old to be posted by itself.", "; `release {id}` posts it all the same"),
    (State.SKIPPED, Reason.LANGUAGE): Says("Its language ({detail}) is not for this channel.", "; `release {id}` posts it all the same"),
    (State.SKIPPED, Reason.SECTION): Says("Its section ({detail}) is not for this channel.", "; `release {id}` posts it all the same"),
    (State.SKIPPED, Reason.TAG): Says("Its tags ({detail}) are not for this channel.", "; `release {id}` posts it all the same"),
    (State.SKIPPED, Reason.KEYWORD): Says("By its words ({detail}) it is not for this channel.", "; `release {id}` posts it all the same"),
    (State.EXPIRED, Reason.EXPIRED): Says("Could not go out by {expiry}{because}.", "; `release {id}` gives it new time"),
    (State.CANCELLED, Reason.CANCELLED): Says("Was cancelled by {who}{at}."),
    (State.CANCELLED, Reason.REJECTED): Says("Was rejected{at} by {who}."),
    (State.CANCELLED, Reason.SUPERSEDED): Says("Was dropped{at}: {detail}."),
}  # fmt: skip

DRAFTED = Says(
    "Was put as a draft into the inbox of {network}'s app{at}{remark}; readers see it once somebody publishes it there."
)
"""How what is done stands where the network's own app has the last word, however that is known."""

GOES = {Kind.EDIT: "is changed on the network", Kind.DELETE: "is taken down"}
GOES_OUT = "goes out"
DONE = {
    Kind.POST: "published",
    Kind.PART: "published as a further post",
    Kind.EDIT: "changed on the network",
    Kind.REPLY: "published as a reply",
    Kind.DELETE: "taken down",
    Kind.REPOST: "published again",
    Kind.TEST: "published as a test",
}
WISHED = {
    "": "{who} wants it {verb} if it is not out{instead}",
    "cancel": "{who} wants it cancelled if it is not out{instead}",
    "hold": "{who} wants it held back if it is not out{instead}",
    "mark": "{who} wants it written anew if it is not out{instead}",
    "undo": "{who} wants it asked about again if it is not out{instead}",
}
INSTEAD = {
    "": ", instead of the {verb} that {who} asked for",
    "cancel": ", instead of the cancel that {who} asked for",
    "hold": ", instead of the hold that {who} asked for",
    "undo": ", instead of the undo that {who} asked for",
}
