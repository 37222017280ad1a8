"""The bookkeeper's desk: its forms, what it shows, and its place in the shell."""
