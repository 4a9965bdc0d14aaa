"""The placeholder for values that the user must fill in."""

TODO = "TODO"
"""The text of the placeholder. The schema keyword `x-where` says where to find the value."""
