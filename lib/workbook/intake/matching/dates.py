"""Whether days or months come first, settled over all files of an export where one column can't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbook.intake.contract import TABLES
from workbook.intake.matching.proposal import Block, Reason

__all__ = ["with_date_orders"]


def with_date_orders(blocks: Sequence[Block]) -> list[Block]:
    """Blocks whose dates can be read day first or month first get the order of the other files;
    where none tells, dots mean day first. What stays open is a doubt."""
    first = {"dmy": 0, "mdy": 0}
    for block in blocks:
        for content in _dates(block):
            first["dmy"] += content.day_first
            first["mdy"] += content.month_first
    settled = []
    for block in blocks:
        columns = [c for c in _dates(block) if _either(c)]
        ambiguous = [c for c in columns if not c.day_first and not c.month_first]
        if not ambiguous or len(ambiguous) < len(columns):
            settled.append(block)  # another column of the block tells, and is asked when it is read
            continue
        if bool(first["dmy"]) != bool(first["mdy"]):
            order = "dmy" if first["dmy"] else "mdy"
            reason = Reason("order_of_other_files", {"order": order})
        elif all("." in c.example for c in ambiguous):
            order, reason = "dmy", Reason("dots_mean_day_first", {"example": ambiguous[0].example})
        else:
            doubt = Reason("date_order_open", {"example": ambiguous[0].example})
            settled.append(replace(block, doubts=(*block.doubts, doubt)))
            continue
        settings = {**block.settings, "date_order": (order, reason)}
        settled.append(replace(block, settings=settings))
    return settled


def _dates(block: Block):
    for guess in block.every_guess:
        column = TABLES[block.table].column(guess.column)
        if column.type in ("date", "time", "month") and guess.content.filled:
            yield guess.content


def _either(content) -> bool:
    """Whether the column writes dates with the year last."""
    head = content.example.strip()[:6]
    parts = head.replace("/", ".").replace("-", ".").split(".")
    return len(parts) > 2 and parts[0].isdigit() and len(parts[0]) <= 2 and parts[1].isdigit()
