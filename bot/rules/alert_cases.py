"""The words of each cause of alerts that hold at all times: what happened, what we do, what people can do. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.rules.alerts import Cause


@dataclass(frozen=True, slots=True)
class Case:
    """The words of one cause. `{name}` is what its scope names, `{n}` how many there are."""

    one: str
    many: str
    over: str
    overs: str
    we: str
    """What we do by ourselves and when; to be read behind "we" or alone."""
    you: str
    """What a person can do, where the alert itself does not say."""
    all_you: str = ""
    """The same for many; "" where it is `you`."""
    on_desk: str = ""
    """The same for whoever has the desk's buttons, where `you` or the alert names commands; "" where no button does it."""


_ASKS = "ask again by ourselves, from every 10 minutes to every 2 hours, and go on where we stopped"
_QUEUE = "`jarshy queue` lists them, and says of each what you can do"
CASES: Mapping[Cause, Case] = {
    Cause.ACCOUNT_STOPPED: Case(
        one="account {name} is not let in by its network",
        many="{n} accounts are not let in by their networks",
        over="account {name} works again",
        overs="{n} accounts work again",
        we=f"let its posts wait, {_ASKS}; a post that waits longer than its channel's `expiry` is dropped",
        you="after a 401, or a word about token, password or consent: `jarshy auth ACCOUNT` where its network asks for consent; else make a new one at the network, `jarshy secret set NAME` (`jarshy secret list` tells which), then `jarshy check`, which has it asked at once; else wait",
        on_desk="after a 401, or a word about token, password or consent, have whoever keeps Jarshy give it new access (`jarshy auth ACCOUNT` or `jarshy secret set NAME`), then have it verified on the channel's page, which asks its network at once; else wait",
    ),
    Cause.ACCESS_ENDS: Case(
        one="the access of account {name} runs out",
        many="the access of {n} accounts runs out",
        over="the access of account {name} was renewed",
        overs="the access of {n} accounts was renewed",
        we="go on posting until then, and say so again 3 days and 1 day before; after that its posts wait, and are dropped after their channel's `expiry`",
        you="`jarshy auth ACCOUNT` where its network asks for consent; else make a new token at the network, `jarshy secret set NAME` (`jarshy secret list` tells which), then `jarshy check`",
        on_desk="have whoever keeps Jarshy renew it (`jarshy auth ACCOUNT` where its network asks for consent, else `jarshy secret set NAME` with a new token), then have it verified on the channel's page",
    ),
    Cause.CHANNEL_STOPPED: Case(
        one="channel {name} takes no posts from us",
        many="{n} channels take no posts from us",
        over="channel {name} takes posts again",
        overs="{n} channels take posts again",
        we=f"let its posts wait, {_ASKS}; a post that waits longer than `expiry` is dropped",
        you="give the account back its right to post there, then run `jarshy check`",
        on_desk="give the account back its right to post there, or mend what is complained of, then have it verified on the channel's page",
    ),
    Cause.NETWORK_FAILING: Case(
        one="the network of account {name} does not answer",
        many="the networks of {n} accounts do not answer",
        over="the network of account {name} answers again",
        overs="the networks of {n} accounts answer again",
        we="ask the network by ourselves, at most 15 minutes apart, and post once it answers; a post that waits longer than its channel's `expiry` is dropped",
        you="see whether the network is down for everybody; if only for us, look at this machine's way to the internet (`jarshy release ID` gives new time to what was dropped)",
        on_desk="see whether the network is down for everybody; if only for us, whoever keeps Jarshy looks at its way to the internet. A post that was dropped is let go on its own page",
    ),
    Cause.DELIVERY_HELD: Case(
        one="a post is held",
        many="{n} posts are held",
        over="the post is decided",
        overs="{n} posts are decided",
        we="leave it as it is until a person decides; it does not expire",
        you="`jarshy queue` says what you can do",
        all_you=_QUEUE,
    ),
    Cause.DELIVERY_WAITS: Case(
        one="a post waits too long",
        many="{n} posts wait too long",
        over="the post waits no longer",
        overs="{n} posts wait no longer",
        we="look on, and never send a post again that may be out; one that nobody approves in time, or that its network does not take in time, is dropped",
        you="`jarshy queue` says what it waits for",
        all_you=_QUEUE,
        on_desk="open the post: it says what it waits for, and has what can be done",
    ),
    Cause.STORY_REVISED: Case(
        one="an article changed after its post was out",
        many="{n} articles changed after their posts were out",
        over="the post of a changed article was seen to",
        overs="the posts of {n} changed articles were seen to",
        we="nothing; what readers see is changed by people only",
        you="`jarshy queue` says what you can do",
        all_you=_QUEUE,
        on_desk="tell readers on the article's page what was wrong, or change or take down the post there, where the network can",
    ),
    Cause.WISH_TOO_LATE: Case(
        one="a post was out before it could be stopped",
        many="{n} posts were out before they could be stopped",
        over="the post that could not be stopped was seen to",
        overs="{n} posts that could not be stopped were seen to",
        we="nothing; what is out is taken down by people only",
        you="`jarshy queue` says what you can do",
        all_you=_QUEUE,
        on_desk="look at it; change it or take it down on its own page, where the network can",
    ),
    Cause.NOTHING_POSTED: Case(
        one="stories come, but nothing goes out",
        many="stories come, but nothing goes out",
        over="posts go out again",
        overs="posts go out again",
        we="go on trying; what cannot go out before its `expiry` is dropped",
        you="`jarshy queue` says of each post what it waits for",
        on_desk="look at the queue, which says of each post what it waits for",
    ),
    Cause.SOURCE_FAILING: Case(
        one="feed {name} cannot be read",
        many="{n} feeds cannot be read",
        over="feed {name} can be read again",
        overs="{n} feeds can be read again",
        we="ask again by ourselves, at most an hour apart; stories that still stand in the feed then are posted if they are not too old",
        you="open the feed's address in a browser; `jarshy check` asks for it again",
        on_desk="open the feed's address in a browser; where it is broken there too, tell the site's makers",
    ),
    Cause.SOURCE_SILENT: Case(
        one="feed {name} brings nothing, which is unusual at this hour",
        many="{n} feeds bring nothing, which is unusual at this hour",
        over="feed {name} brings stories again",
        overs="{n} feeds bring stories again",
        we="go on reading it as often as ever",
        you="see whether the site has newer stories than the feed; if so, tell its makers. On a quiet day, do nothing",
    ),
    Cause.SOURCE_GAP: Case(
        one="feed {name} may have lost stories",
        many="{n} feeds may have lost stories",
        over="feed {name} follows on again",
        overs="{n} feeds follow on again",
        we="nothing; what no longer stands in the feed cannot be seen from here",
        you="for each story of that time on the site, `jarshy why ADDRESS`: only one it does not know was missed (one that is out stands there too)",
        on_desk="look for the stories of that time among the articles: one of the site's that does not stand there was missed, and one that stands there and is still news can be let go there",
    ),
    Cause.SOURCE_LACKS: Case(
        one="feed {name} cannot be used as a whole",
        many="{n} feeds cannot be used as a whole",
        over="everything in feed {name} can be used again",
        overs="everything in {n} feeds can be used again",
        we="post what can be read, read the rest again at each poll, and post what is mended by then if it is not too old",
        you="mend the entry or the feed on the site, or `jarshy post CHANNEL TEXT` posts words by hand",
        on_desk="mend the entry or the feed on the site, or post words by hand",
    ),
    Cause.SOURCE_FLOOD: Case(
        one="feed {name} brought far more stories than ever",
        many="{n} feeds brought far more stories than ever",
        over="the stories feed {name} brought at once are decided",
        overs="the stories {n} feeds brought at once are decided",
        we="hold all of them; none goes out by itself",
        you="look at `jarshy queue`, then `release` or `cancel` them",
        on_desk="look at them, then let go what is news and cancel the rest, all of them at once if you like",
    ),
    Cause.TEMPLATE_WAITS: Case(
        one="the file of template {name} is not in use",
        many="the files of {n} templates are not in use",
        over="the file of template {name} waits no longer",
        overs="the files of {n} templates wait no longer",
        we="write posts with the version in use",
        you="`jarshy template diff` shows both versions",
        on_desk="compare both versions on the template's page, and save there the words that are to be used",
    ),
    Cause.TEMPLATE_REFUSED: Case(
        one="the file of template {name} has a mistake",
        many="the files of {n} templates have mistakes",
        over="the file of template {name} is in order",
        overs="the files of {n} templates are in order",
        we="write posts with the version in use; where there is none, posts wait",
        you="`jarshy check` names file and line; a mended file is taken up within a minute",
        on_desk="mend the file, or save words of your own on the template's page, which are used at once",
    ),
    Cause.SETTINGS_REFUSED: Case(
        one="the changed settings were refused",
        many="the changed settings were refused",
        over="the settings are in order",
        overs="the settings are in order",
        we="go on with the settings from before, all of them",
        you="mend the file (`jarshy check` names each line), then `jarshy reload`",
    ),
    Cause.GONE_WAITS: Case(
        one="posts wait for {name}, which left the settings",
        many="posts wait for {n} names that left the settings",
        over="nothing waits any more for {name}",
        overs="nothing waits any more for {n} names that had left the settings",
        we="send none of them; what is not put back before its `expiry` is dropped",
        you="put it back into the settings, or `jarshy forget NAME` cancels what waits",
        on_desk="have whoever keeps Jarshy put it back into the settings, or decide post by post in the queue",
    ),
    Cause.DISK_LOW: Case(
        one="the disk is nearly full",
        many="the disk is nearly full",
        over="the disk has room again",
        overs="the disk has room again",
        we="go on as long as the database can be written; when it cannot, nothing goes out, and nothing is lost or sent twice",
        you="free space, or give the machine a larger disk; the folder `media/` beside the database may be emptied at any time",
        on_desk="tell whoever keeps Jarshy, who can free space or give the machine a larger disk; the folder `media/` beside the database may be emptied at any time",
    ),
    Cause.CLOCK_OFF: Case(
        one="this machine's clock is wrong",
        many="this machine's clock is wrong",
        over="this machine's clock is right",
        overs="this machine's clock is right",
        we="go on by this clock: posts go out too early or too late, and the log's times are wrong",
        you="set the clock and switch on its time service (`timedatectl set-ntp true`); waits are moved along by themselves",
        on_desk="have whoever keeps Jarshy set the clock (`timedatectl set-ntp true`); until then you can pause channels in the queue, and waits are moved along by themselves",
    ),
    Cause.CHECKPOINT_OLD: Case(
        one="the audit log has not been sealed for long",
        many="the audit log has not been sealed for long",
        over="the audit log is sealed again",
        overs="the audit log is sealed again",
        we="go on writing the log, and try to seal it again",
        you="`jarshy doctor` looks at the key, the disk and the daemon; the daemon's log says what is in the way",
    ),
    Cause.SEAL_FAILS: Case(
        one="the audit log cannot be sealed",
        many="the audit log cannot be sealed",
        over="the audit log can be sealed again",
        overs="the audit log can be sealed again",
        we="go on posting and writing the log, and try again each minute",
        you="`jarshy audit verify` says whether the log is whole; the daemon's log says more, for whoever mends Jarshy",
        on_desk="verify the log on its page, which says whether it is whole; tell whoever keeps Jarshy, as the daemon's log says more",
    ),
    Cause.AUDIT_BROKEN: Case(
        one="the audit log is not what it was",
        many="the audit log is not what it was",
        over="the audit log agrees with its seals again",
        overs="the audit log agrees with its seals again",
        we="go on posting and writing the log, and sign nothing over it",
        you="copy the database and `audit.checkpoint` elsewhere as they are; `jarshy audit verify` names the first bad row",
        on_desk="touch nothing, and tell whoever keeps Jarshy to copy the database and `audit.checkpoint` elsewhere as they are; verifying the log on its page names the first bad row",
    ),
    Cause.DATABASE_RESTORED: Case(
        one="the database was brought back from a copy",
        many="the database was brought back from a copy",
        over="everything of the lost time is found or decided",
        overs="everything of the lost time is found or decided",
        we="look on the networks for what may have gone out since the copy was made, and send nothing of it again",
        you="`jarshy queue` says what you can do",
        on_desk="look at the queue: it asks of each post that only you can settle whether it is out",
    ),
}  # fmt: skip
