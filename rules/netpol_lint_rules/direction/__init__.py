"""Rules about directions that are denied, ignored or left open against what is written."""
