"""The commands that act, one for each verb of a person; their rooms are imported inside each."""

from typing import Annotated

import typer

from bot.commands.options import SETTINGS, Config, app

Id = Annotated[int, typer.Argument(metavar="ID", help="The number that `queue` and `why` show.")]
Ids = Annotated[list[int] | None, typer.Argument(metavar="ID", help="The numbers that `queue` and `why` show.")]
HeldFor = Annotated[
    str,
    typer.Option(
        "--reason", help="All that is held for this: flood, gave_up, template, by_person, no_film, no_place, no_alt."
    ),
]
OnChannel = Annotated[str, typer.Option("--channel", help="Of these, only those on this channel.")]
Sure = Annotated[bool, typer.Option("--yes", help="Do not ask, where it is more than one.")]
As = Annotated[str, typer.Option("--as", help="Who acts, for the audit log; else $JARSHY_AS, else the login name.")]
Words = Annotated[str, typer.Argument(metavar="TEXT", help="The new words; - reads them from standard input.")]
Time = Annotated[list[str], typer.Argument(metavar="TIME", help="18:30, tomorrow 9:00, 2026-12-02 18:30 or now.")]
Article = Annotated[str, typer.Argument(metavar="ARTICLE", help="A story's address, id, guid or words of its title.")]


@app.command()
def approve(
    which: Id,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not show it and ask first.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Let a post go out exactly as it reads now; on a terminal it is shown first."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.approve(config, who, which, is_sure=is_sure))


@app.command()
def reject(
    which: Id,
    reason: Annotated[list[str], typer.Argument(metavar="REASON", help="Why, for colleagues and the log.")],
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Never send a post that waits for approval, and say why."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.reject(config, who, which, " ".join(reason)))


@app.command()
def undo(which: Id, who: As = "", config: Config = SETTINGS) -> None:
    """Take an approval or a rejection back, as long as the post has not begun to be sent."""
    from bot.actions import deliveries
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.act(config, who, which, deliveries.undo))


@app.command()
def move(which: Id, to: Time, who: As = "", config: Config = SETTINGS) -> None:
    """Let a post that waits go out at another time."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.move(config, who, which, " ".join(to)))


@app.command()
def hold(which: Id, who: As = "", config: Config = SETTINGS) -> None:
    """Keep a post back until it is released."""
    from bot.actions import deliveries
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.act(config, who, which, deliveries.hold))


@app.command()
def release(
    ids: Ids = None,
    reason: HeldFor = "",
    channel: OnChannel = "",
    is_sure: Sure = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Let a held, skipped or expired post go on, or several: by their numbers, or all held for one reason."""
    from bot.commands import barrier, several

    which = several.Which(_ids(ids, reason, channel), reason, channel, is_sure)
    barrier.go(lambda: several.release(config, who, which))


@app.command()
def cancel(
    ids: Ids = None,
    reason: HeldFor = "",
    channel: OnChannel = "",
    is_sure: Sure = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Never send a post, or several: by their numbers, or all held for one reason."""
    from bot.commands import barrier, several

    which = several.Which(_ids(ids, reason, channel), reason, channel, is_sure)
    barrier.go(lambda: several.cancel(config, who, which))


def _ids(ids: list[int] | None, reason: str, channel: str) -> tuple[int, ...]:
    if bool(ids) is bool(reason):
        raise typer.BadParameter("say either numbers or --reason, such as --reason flood")
    if channel and not reason:
        raise typer.BadParameter("--channel goes with --reason")
    return tuple(ids or ())


@app.command()
def resolve(
    which: Id,
    sent: Annotated[str | None, typer.Option("--sent", metavar="ADDRESS", help="It is out, at this address.")] = None,
    not_sent: Annotated[bool, typer.Option("--not-sent", help="It is not out: send it.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Say whether a post is out, once you have looked."""
    if (sent is None) is not not_sent or sent == "":
        raise typer.BadParameter("say either --sent ADDRESS or --not-sent")
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.resolve(config, who, which, sent=sent))


@app.command()
def edit(which: Id, text: Words, who: As = "", config: Config = SETTINGS) -> None:
    """Put other words in place of a post that waits."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.edit(config, who, which, text))


@app.command()
def edit_post(which: Id, text: Words, who: As = "", config: Config = SETTINGS) -> None:
    """Change a post that is out, where the network can."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.edit_post(config, who, which, text))


@app.command()
def delete_post(which: Id, who: As = "", config: Config = SETTINGS) -> None:
    """Take a post down, where the network can."""
    from bot.actions import deliveries
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.act(config, who, which, deliveries.delete_post))


@app.command()
def repost(
    which: Id,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask whether it really is to go out again.")] = False,
    is_again: Annotated[
        bool, typer.Option("--again", help="Also where it was posted again a short while ago.")
    ] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Post the story of a post that is out once more on its channel."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.repost(config, who, which, is_sure=is_sure, is_again=is_again))


@app.command("post")
def post(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of the settings.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The words; - reads them from standard input.")],
    at: Annotated[str, typer.Option(metavar="TIME", help="Not before then: 18:30, tomorrow 9:00.")] = "",
    is_again: Annotated[bool, typer.Option("--again", help="Also where the channel has these words already.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Post your own words on a channel, of no article."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.post(config, who, channel, text, at=at, is_again=is_again))


@app.command("test")
def try_(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of the settings.")],
    stays: Annotated[str, typer.Option("--for", help="How long readers may see it.")] = "30s",
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask where the network cannot take it down.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Post a marked test, look for it, and take it down again.

    Ends with 1 when nothing was posted, with 3 when it was not found or not taken down."""
    from bot.commands import barrier, trying, verbs

    asked = trying.Asked(channel, verbs.duration(stays), is_sure)
    barrier.go(lambda: trying.test(config, who, asked))


@app.command()
def correct(
    article: Article,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What was wrong and what is right; - reads it.")],
    is_again: Annotated[bool, typer.Option("--again", help="Also where a correction is out already.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Correct a story wherever it is out: a reply to each post, or a post of its own; each waits for approval."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.correct(config, who, article, text, is_again=is_again))


@app.command()
def split(
    article: Article,
    address: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="Of the entry, where there are several.")
    ] = None,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Make an entry that was taken for another story's a story of its own, and plan it."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.split(config, who, article, address))


@app.command()
def mark(
    article: Article,
    breaking: Annotated[bool, typer.Option("--breaking", help="Goes out now, before everything else.")] = False,
    breaking_for: Annotated[
        str, typer.Option("--for", help="How long it stays breaking; 60m unless said.", show_default=False)
    ] = "",
    solemn: Annotated[bool | None, typer.Option("--solemn/--not-solemn", help="No emoji, no exclamation.")] = None,
    correction: Annotated[
        str | None, typer.Option(help="What is wrong, in a sentence: its posts to come wait for approval.")
    ] = None,
    still_valid: Annotated[bool, typer.Option("--still-valid", help="Old, but may be released for 90 days.")] = False,
    text: Annotated[
        tuple[str, str] | None, typer.Option(metavar="NETWORK TEXT", help="A text by hand for one network.")
    ] = None,
    alt: Annotated[
        str | None, typer.Option(help="What its photo shows, for who cannot see it; lets go what waits for that.")
    ] = None,
    focus: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y",
            help="What of its photo stays in sight where it is cut; 0,0 is its upper left, 1,1 its lower right.",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also in place of what somebody wrote for one post by hand.")
    ] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Say something about a story: breaking, solemn, corrected.

    What waits is written anew with it, and approvals of it are asked again."""
    if breaking_for and not breaking:
        raise typer.BadParameter("--for says how long a story stays breaking: add --breaking")
    if not breaking and not still_valid and all(each is None for each in (solemn, correction, text, alt, focus)):
        raise typer.BadParameter(
            "say what to mark: --breaking, --solemn, --correction, --alt, --focus, --still-valid or --text"
        )
    from bot.commands import barrier, verbs

    seen = None if focus is None else verbs.point(focus)
    lasting = verbs.duration(breaking_for or "60m") if breaking else None
    barrier.go(
        lambda: verbs.mark(
            config,
            who,
            article,
            breaking_for=lasting,
            solemn=solemn,
            correction=correction,
            is_still_valid=still_valid,
            text=text,
            alt=alt,
            focus=seen,
            is_again=again,
        )
    )
