"""The rules, as data: what the law says, when it said so, and where."""
