"""What the records service publishes: who a pupil is, who cares for them, where they belong, when they were present.

A module an aggregate. All of them are loaded with the package, so that every event that was ever written can be read.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
