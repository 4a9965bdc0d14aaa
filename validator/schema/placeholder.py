"""The placeholder for values that the user must fill in."""

TODO = "TODO"
"""What stands in place of the value. The keyword `x-where` of a schema says where to find it."""
