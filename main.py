"""The door: calls the command line."""


def main() -> None:
    """Run `jarshy`."""
    from bot.commands.app import app  # imported late: `--help` must not wait for the engine

    app()


if __name__ == "__main__":
    main()
