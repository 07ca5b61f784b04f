"""Customer workbook: analysis workbooks for customer management."""

__version__ = "0.1.0"
