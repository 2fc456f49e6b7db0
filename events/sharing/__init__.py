"""What the sharing service publishes: who may be given data, what was decided, and exactly what left.

A module an aggregate. All of them are loaded with the package, so that every event that was ever written can be read.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
