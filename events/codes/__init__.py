"""The code sets of the field, as data: each code with its meaning, its dates and where it is laid down.

The codes are facts of the Department for Education's Common Basic Data Set (Crown copyright, Open Government
Licence v3).
"""
