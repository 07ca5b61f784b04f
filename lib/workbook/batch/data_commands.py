"""The commands that write into a client's folders: import, demo, actions."""

import argparse

__all__ = ["add_actions", "add_demo", "add_import"]

DEMO = "write a simulated company whose truth is known"
IMPORT = "read what a client sends, propose how it is mapped, make the canonical tables"
ACTIONS = "put the last run's proposed actions into a file that people edit"
PROFILE = "zoho, zoho-analytics, fxiaoke, or one of params/_profiles/; default: told by the files"
IMPORTED = """Files are copied to data/CLIENT/raw/, data/CLIENT/import.html says what was understood.
Without --yes the mapping is proposed in params/CLIENT/_shared.proposed.yml; with it, what has a
confidence of 0.75 or more is written to params/CLIENT/_shared.yml, the rest as comments. A
_shared.yml that is there is kept: only what is new is added. exit code: 0 imported or proposed;
2 nothing can be read"""
EDITED = """Every finding that names an action gets a row in data/CLIENT/review/actions.csv. Edit status
(proposed, accepted, running, done, dropped), owner, days, metric, window_days, cost, control_share,
and whom it is for: place (region=East), or customers (a list of the run such as churn_at_risk, or all).
Rows that are there are never changed. Called again, the command draws by lot which
customers of an accepted action are left alone (review/action_arms.csv); the theme monitoring judges
the action when its window is over. exit code: 0 written; 2 no run, or the file can't be understood"""


def add_import(commands):
    """The command `workbook import`; returns its parser."""
    imports = commands.add_parser("import", help=IMPORT, description=IMPORT, epilog=IMPORTED)
    imports.add_argument("client", metavar="CLIENT", help="name of its folder under params/")
    imports.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a file, a folder of files, or a database: postgresql://user@host/name",
    )
    imports.add_argument("--profile", metavar="NAME", help=PROFILE)
    imports.add_argument("--yes", action="store_true", help="apply what is sure enough")
    imports.set_defaults(command=_import)
    return imports


def add_demo(commands, count):
    """The command `workbook demo`; `count` reads a whole number above 0."""
    from workbook.intake.company.kinds import kinds_text

    demo = commands.add_parser(
        "demo", help=DEMO, description=DEMO, epilog=kinds_text(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    demo.add_argument("name", metavar="NAME", help="folder under params/ and data/")
    demo.add_argument("--customers", type=count, default=2000, metavar="N", help="default: 2000")
    demo.add_argument("--seed", type=_seed, default=1, metavar="S", help="default: 1")
    demo.add_argument(
        "--problems", default="", metavar="FILE", help="YAML, or `none`; default: ten"
    )
    demo.add_argument("--as", dest="form", choices=("canonical", "zoho", "fxiaoke"),
                      default="canonical", help="canonical tables, or a system's exports")  # fmt: skip
    demo.add_argument("--language", choices=("en", "zh"), default="en")
    demo.add_argument("--to", required=True, metavar="DIR", help="DIR/params, DIR/data, DIR/export")
    demo.set_defaults(command=_demo)


def add_actions(commands, day):
    """The command `workbook actions`; `day` reads a date. Returns its parser."""
    actions = commands.add_parser("actions", help=ACTIONS, description=ACTIONS, epilog=EDITED)
    actions.add_argument("client", metavar="CLIENT", help="folder under params/")
    actions.add_argument("--as-of", type=day, metavar="DATE", help="the run; default: the newest")
    actions.set_defaults(command=_actions)
    return actions


def _seed(word):
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number from 0, not '{word}'")
    return int(word)


def _import(given):
    from workbook.batch.client_import import ClientImport
    from workbook.batch.import_result import result_lines, write_pages
    from workbook.batch.places import Places, find_project

    places = Places.of(find_project(), params=given.params, data=given.data)
    importing = ClientImport(given.client, places, profile=given.profile or "")
    outcome = importing.go(given.files, yes=given.yes)
    page, data = write_pages(outcome, given.client, places.data / given.client)
    for line in result_lines(outcome, data, given.client, page):
        print(line)
    return 0


def _demo(given):
    from workbook.intake.company.demo import write_demo

    for line in write_demo(
        given.name, to=given.to, customers=given.customers, seed=given.seed,
        problems=given.problems, form=given.form, language=given.language,
    ):  # fmt: skip
        print(line)
    return 0


def _actions(given):
    from workbook.batch.actions import update_ledger
    from workbook.batch.places import Places, find_project
    from workbook.batch.themes import find_themes

    places = Places.of(find_project(), params=given.params, data=given.data, outputs=given.outputs)
    themes = find_themes(places.project)
    for line in update_ledger(given.client, themes, places, as_of=given.as_of):
        print(line)
    return 0
