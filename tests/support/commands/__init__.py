"""The commands that scripts are made of: a module for each feature, found by itself.

A module says in ``ANY`` which commands anybody may send, as strategies; in ``ALL``, what makes each event of the feature
happen at least once, in order, after a school's opening. A function in ``ALL`` is given the newest entry's index.
"""
