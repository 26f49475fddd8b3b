"""Multiple-choice questions on their way to and from other programs: CSV, QTI 2.1 to 3.0, Anki."""
