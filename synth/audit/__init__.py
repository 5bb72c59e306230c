"""What is in a seed table, what is dangerous in it, and whether synthesis is wise."""
