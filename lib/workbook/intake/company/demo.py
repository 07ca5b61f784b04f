"""`workbook demo`: a simulated company written to disk with the truth about it."""

from __future__ import annotations

from pathlib import Path

from workbook.intake.company.firm import simulated_company
from workbook.intake.company.problems import DEFAULT_PROBLEMS
from workbook.intake.company.truth import truth_of
from workbook.intake.company.writing import write_canonical, write_params, write_truth
from workbook.intake.errors import InputError

__all__ = ["write_demo"]


def write_demo(
    name: str,
    *,
    to: Path,
    customers: int = 2000,
    seed: int = 1,
    problems: str = "",
    form: str = "canonical",
    language: str = "en",
) -> list[str]:
    """Write the company and its truth below `to`; returns what to tell the person who asked.

    `problems` is a YAML file, `none`, or empty for those of the package. `form` canonical writes
    params/<name> and data/<name>; zoho and fxiaoke write export/, as those systems do.
    """
    chosen = None if problems == "none" else Path(problems) if problems else DEFAULT_PROBLEMS
    if chosen is not None and not chosen.is_file():
        raise InputError(f"no file of problems: {chosen.name}; `none` plants none")
    company = simulated_company(customers, seed=seed, problems=chosen, language=language)
    truth = truth_of(company)
    to = Path(to)
    try:
        if form == "canonical":
            params = write_params(name, language, to / "params", company.tables)
            write_canonical(company, to / "data" / name)
            told = [
                f"{params}: run it with `workbook run {name} --params {to / 'params'} --data {to / 'data'}`"
            ]
        else:
            from workbook.intake.company.exports import write_export

            truth["export"] = write_export(company, form, to / "export")
            told = [
                f"{to / 'export'}: {len(list((to / 'export').iterdir()))} files as {form} exports them"
            ]
        write_truth(truth, to / "truth.json")
    except OSError as error:
        raise InputError(f"{to} can't be written: {error.strerror}") from error
    return [*told, f"{to / 'truth.json'}: what is true of it, for tests alone"]
