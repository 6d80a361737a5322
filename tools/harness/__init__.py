"""Programs of this project as Python objects, for the bench, the demo and the end-to-end tests. Standard library only."""
