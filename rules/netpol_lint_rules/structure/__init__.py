"""Rules about list items that say OR where AND was meant."""
