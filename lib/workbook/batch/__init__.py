"""What runs, when, with which params, and what a run leaves behind."""
