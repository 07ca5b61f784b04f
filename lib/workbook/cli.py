"""The command `workbook`: import, run, actions, check, themes, params, lab, demo."""

import argparse
import os
import sys
from datetime import date

__all__ = ["main"]

RUN, CHECK = "run themes for a client", "check a client's params and data, run nothing"
EXITS = """exit code: 0 every theme is done or was skipped because its tables are not there;
1 a theme failed, or one named here was skipped, or with --all a client failed;
2 params or data can't be read"""


def main(words=None):
    """Run the command; returns the exit code."""
    # nbformat would load a URL grammar for 1.5 s that nothing here validates
    sys.modules.setdefault("rfc3987_syntax", None)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a client's name on a terminal without its script
    given = _parser().parse_args(words)
    from workbook.intake.errors import InputError

    try:
        return given.command(given)
    except InputError as error:
        print(f"workbook: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("workbook: interrupted; the last reports stay as they were", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `workbook themes | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from workbook.batch.run import unexpected

        print(f"workbook: {unexpected(error)}", file=sys.stderr)
        return 1


def _parser():
    from workbook.batch.data_commands import add_actions, add_demo, add_import

    parser = argparse.ArgumentParser(prog="workbook", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help=RUN, description=RUN, epilog=EXITS)
    run.add_argument("client", nargs="?", metavar="CLIENT", help="folder under params/")
    run.add_argument("themes", nargs="*", metavar="THEME", help="default: every theme")
    run.add_argument("--all", action="store_true", help="every client under params/")
    run.add_argument("--language", choices=("en", "zh"), help="also make the pages in it")
    run.add_argument("--jobs", type=_count, metavar="N", help="themes side by side")
    run.add_argument("--timeout", type=_minutes, default=30.0, metavar="MINUTES", help="per theme")
    run.add_argument("--force", action="store_true", help="run unchanged themes too")
    run.set_defaults(command=_run)
    check = commands.add_parser("check", help=CHECK, description=CHECK)
    check.add_argument("client", metavar="CLIENT")
    check.set_defaults(command=_check)
    for command in (run, check):
        command.add_argument("--as-of", type=_day, metavar="DATE", help="counts whole: 2011-12-09")
    imports = add_import(commands)
    actions = add_actions(commands, _day)
    themes = commands.add_parser("themes", help="list the themes")
    themes.set_defaults(command=_themes)
    params = commands.add_parser("params", help="list a theme's params")
    params.add_argument("theme", metavar="THEME")
    params.set_defaults(command=_params)
    lab = commands.add_parser("lab", help="open a notebook with a client's params filled in")
    lab.add_argument("client", metavar="CLIENT")
    lab.add_argument("theme", metavar="THEME")
    lab.set_defaults(command=_lab)
    add_demo(commands, _count)
    for command, folders in (
        (run, ("params", "data", "outputs")),
        (check, ("params", "data", "outputs")),
        (actions, ("params", "data", "outputs")),
        (imports, ("params", "data")),
    ):
        for folder in folders:
            command.add_argument(f"--{folder}", metavar="DIR", help=f"instead of {folder}/")
    return parser


def _count(word):
    if not word.isdecimal() or not int(word):
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, not '{word}'")
    return int(word)


def _minutes(word):
    try:
        minutes = float(word)
    except ValueError:
        minutes = -1.0
    if not 0 < minutes < 1e6:
        raise argparse.ArgumentTypeError(f"must be minutes above 0, not '{word}'")
    return minutes


def _day(word):
    try:
        if len(word) != 10:
            raise ValueError
        return date.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be a date such as 2011-12-09, not '{word}'"
        ) from None


def _project(given, *names):
    """Places, themes and a check that the themes in `names` exist."""
    from workbook.batch.places import Places, find_project
    from workbook.batch.themes import find_themes
    from workbook.intake.errors import InputError, nearest

    folders = {name: getattr(given, name, None) for name in ("params", "data", "outputs")}
    places = Places.of(find_project(), **folders)
    themes = find_themes(places.project)
    for name in names:
        if name not in themes:
            raise InputError(f"no theme '{name}'{nearest(name, themes)}")
    return places, themes


def _run(given):
    from workbook.batch.listing import top_findings
    from workbook.batch.plan import Request
    from workbook.batch.run import Run
    from workbook.intake.errors import InputError

    if bool(given.client) == given.all:
        raise InputError("name one client, or say --all for every client")
    places, themes = _project(given, *given.themes)
    if not themes:
        raise InputError(f"no notebook in {places.notebooks}")
    clients = (given.client,)
    if given.all:
        clients = tuple(sorted({p.parent.name for p in places.params.glob("[!._]*/*.yml")}))
        if not clients:
            raise InputError(f"no client in {places.params}: no folder there holds a _shared.yml")
    request = Request(
        clients=clients,
        themes=tuple(given.themes),
        every_client=given.all,
        as_of=given.as_of,
        language=given.language,
        jobs=given.jobs or _cores(),
        timeout_minutes=given.timeout,
        force=given.force,
    )
    run = Run(request, themes, places)
    code = run.go()
    for client in sorted(run.published, key=lambda client: client.name):
        print(f"\n{client.plan.client.name}: {client.target / 'index.html'}")
        for line in top_findings(client.target, client.plan.client):
            print(line)
    if given.all:
        print(f"\nAll clients: {places.outputs / 'index.html'}")
    for name, why in run.problems.items():
        print(f"workbook: {name}: {why}", file=sys.stderr)
    return code


def _check(given):
    from workbook.batch.listing import checked
    from workbook.batch.plan import Request

    places, themes = _project(given)
    for line in checked(given.client, Request((given.client,), as_of=given.as_of), themes, places):
        print(line)
    return 0


def _themes(given):
    from workbook.batch.listing import theme_lines

    for line in theme_lines(_project(given)[1]):
        print(line)
    return 0


def _params(given):
    from workbook.batch.listing import param_lines

    for line in param_lines(_project(given, given.theme)[1][given.theme]):
        print(line)
    return 0


def _lab(given):
    from workbook.batch.lab import open_lab

    places, themes = _project(given, given.theme)
    return open_lab(given.client, themes[given.theme], themes, places)


def _cores():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if __name__ == "__main__":
    sys.exit(main())
